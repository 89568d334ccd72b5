// Follow the end of a text that grows, until the reader scrolls up; follow again when they are back at the end.
//
// Only the direction of the reader's own scrolling says that they want to read: being away from the end doesn't, since
// a text that grows, or a fold that closes, moves the end and not the reader.

import { button } from "./dom.ts";
import { JUMP } from "./texts.ts";

/** Pixels from the end that still count as the end: zoomed pages have fractions. */
const NEAR = 8;

export class Follower {
  readonly jump = button(JUMP, { class: "r1-jump", hidden: true });
  readonly #scroller: HTMLElement;
  #following = true;
  #lastTop = 0;
  /** Whether the next change of size is the reader's own doing. */
  #held = false;

  constructor(scroller: HTMLElement, content: HTMLElement, signal: AbortSignal) {
    this.#scroller = scroller;
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    // The wheel is heard before it scrolls: otherwise the next piece of text could pull the reader back down first.
    scroller.addEventListener("wheel", event => event.deltaY < 0 && this.#canScrollUp() && this.#yield(), {
      signal,
      passive: true,
    });
    this.jump.addEventListener("click", () => this.follow(), { signal });
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

  #yield(): void {
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

  #showJump(): void {
    this.jump.hidden = this.#following || this.#atEnd();
  }
}
