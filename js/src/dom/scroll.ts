// Follow the end of a text that grows, until the reader scrolls up; follow again when they are back at the end.
//
// Only the direction of the reader's own scrolling says that they want to read: being away from the end doesn't, since
// a text that grows, or a fold that closes, moves the end and not the reader.

/** Pixels from the end that still count as the end: zoomed pages have fractions. */
const NEAR = 8;

export class Follower {
  readonly jump: HTMLButtonElement;
  readonly #scroller: HTMLElement;
  #following = true;
  #lastTop = 0;
  /** Whether the next change of size is the reader's own doing. */
  #held = false;

  /** `jump`: takes the reader back to the end; hidden while they are there. */
  constructor(scroller: HTMLElement, content: HTMLElement, jump: HTMLButtonElement, signal: AbortSignal) {
    this.#scroller = scroller;
    this.jump = jump;
    jump.hidden = true;
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    // The wheel is heard before it scrolls: otherwise the next piece of text could pull the reader back down first.
    scroller.addEventListener("wheel", event => event.deltaY < 0 && this.#canScrollUp() && this.leave(), {
      signal,
      passive: true,
    });
    this.jump.addEventListener("click", () => this.#jumped(), { signal });
    this.jump.addEventListener("blur", () => this.#showJump(), { signal });
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => this.grown());
    observer.observe(content);
    observer.observe(scroller);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  }

  get following(): boolean {
    return this.#following;
  }

  /** Go to the end and stay there. */
  follow(): void {
    this.#following = true;
    this.grown();
  }

  /** The reader has opened or closed something, and wants to see that, not the end. */
  hold(): void {
    this.#following = false;
    this.#held = true;
  }

  /** The content has another size now. */
  grown(): void {
    if (this.#held) {
      this.#held = false;
      this.#following = this.#atEnd();
    } else if (this.#following) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
      this.#lastTop = this.#scroller.scrollTop;
    }
    this.#showJump();
  }

  #scrolled(): void {
    const { scrollTop } = this.#scroller;
    if (this.#atEnd()) this.#following = true;
    else if (scrollTop < this.#lastTop) this.#following = false;
    this.#lastTop = scrollTop;
    this.#showJump();
  }

  /** The reader goes elsewhere than to the end. */
  leave(): void {
    this.#following = false;
    this.#showJump();
  }

  #canScrollUp(): boolean {
    return this.#scroller.scrollTop > 0;
  }

  #atEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight <= NEAR;
  }

  #jumped(): void {
    this.#scroller.focus({ preventScroll: true });
    this.follow();
  }

  #showJump(): void {
    // A button that disappears under the fingers leaves the keyboard nowhere.
    const held = document.activeElement === this.jump;
    this.jump.hidden = (this.#following || this.#atEnd()) && !held;
  }
}

/** Call `look`, at most once a frame, when anything around `place` is scrolled and it is `wanted`: a frame costs. */
export function onScroll(
  place: HTMLElement,
  wanted: () => boolean,
  look: () => void,
  signal: AbortSignal,
): void {
  let frame: number | undefined;
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (frame !== undefined || !wanted() || !(target instanceof Node) || !target.contains(place)) return;
      frame = requestAnimationFrame(() => {
        frame = undefined;
        look();
      });
    },
    { signal, passive: true, capture: true },
  );
  signal.addEventListener("abort", () => frame !== undefined && cancelAnimationFrame(frame), { once: true });
}

/** Frames in which a place is looked for again at most, and for how many it must have stayed. */
const FRAMES = 20;
const STEADY = 5;
/** Which one was asked for last: a reader goes to one place at a time. */
let latest = 0;

/**
 * Bring an element, or a part of a text, to where it can be read. What is far away has only a guessed height until it
 * is near (`content-visibility`), so a first try may miss; it is tried again until it stays where it is.
 */
export function reveal(target: Element | StaticRange, where: ScrollLogicalPosition): void {
  const top = () =>
    (target instanceof Element ? target : target.startContainer.parentElement)?.getBoundingClientRect().top;
  const mine = ++latest;
  let frames = FRAMES;
  let steady = 0;
  let before: number | undefined;
  const look = () => {
    if (mine !== latest) return;
    if (top() !== before) {
      steady = 0;
      if (target instanceof Element) target.scrollIntoView({ block: where });
      else revealText(target, where);
      before = top();
    } else if (++steady === STEADY) {
      return;
    }
    if (frames-- > 0) requestAnimationFrame(look);
  };
  look();
}

function revealText({ startContainer, startOffset }: StaticRange, where: ScrollLogicalPosition): void {
  const parent = startContainer.parentElement;
  parent?.scrollIntoView({ block: where });
  // A paragraph can be higher than what is visible.
  const scroller = parent?.closest(".r1-scroller");
  const range = document.createRange();
  range.setStart(startContainer, startOffset);
  const at = range.getBoundingClientRect?.();
  const visible = scroller?.getBoundingClientRect();
  if (!scroller || !at || !visible || (at.top >= visible.top && at.bottom <= visible.bottom)) return;
  scroller.scrollTop += at.top - visible.top - visible.height / 3;
}
