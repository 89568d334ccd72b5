// A panel that a button opens and closes. Escape closes it, and gives the keyboard back to the button, or to who opened it instead.

interface Options {
  /** Says what it controls: `aria-controls`. Without one, others open the panel. */
  button?: HTMLButtonElement | undefined;
  panel: HTMLElement;
  signal: AbortSignal;
  /** Whether it closes when somebody presses elsewhere, or the keyboard goes there. */
  isPassing?: boolean;
  opened?: () => void;
  closed?: () => void;
}

export class Disclosure {
  readonly #options: Options;
  /** Who has opened it, where that isn't the button. */
  #opener: HTMLElement | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { button, panel, signal, isPassing } = options;
    button?.setAttribute("aria-expanded", "false");
    button?.setAttribute("aria-controls", panel.id);
    panel.hidden = true;
    button?.addEventListener(
      "click",
      () => {
        this.#opener = undefined;
        this.#set(!this.isOpen);
      },
      { signal },
    );
    panel.addEventListener("keydown", event => this.#key(event), { signal });
    button?.addEventListener("keydown", event => this.#key(event), { signal });
    if (!isPassing) return;
    // The click and not its beginning: what closes moves what is below it.
    document.addEventListener("click", event => this.#wentTo(event, true), { signal, capture: true });
    document.addEventListener("focusin", event => this.#wentTo(event, false), { signal });
  }

  get isOpen(): boolean {
    return !this.#options.panel.hidden;
  }

  /** `opener`: who gets the keyboard back, where that isn't the button. */
  open(opener?: HTMLElement): void {
    this.#opener = opener;
    this.#set(true);
  }

  close(): void {
    // What disappears under the fingers leaves the keyboard nowhere.
    const hadFocus = this.#options.panel.contains(document.activeElement);
    this.#set(false);
    if (hadFocus) this.#giveBack();
  }

  #giveBack(): void {
    const back = this.#opener?.isConnected ? this.#opener : this.#options.button;
    this.#opener = undefined;
    back?.focus({ preventScroll: true });
  }

  #set(open: boolean): void {
    const { button, panel, opened, closed } = this.#options;
    if (open === this.isOpen) return;
    panel.hidden = !open;
    button?.setAttribute("aria-expanded", String(open));
    if (open) opened?.();
    else closed?.();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.preventDefault();
    this.#set(false);
    this.#giveBack();
  }

  /** Somebody has pressed there, or is there with the keyboard now, which then keeps it. */
  #wentTo(event: Event, pressed: boolean): void {
    const { button, panel } = this.#options;
    // A view may be in a shadow root, of which a document hears only that it was somewhere in it.
    const path = event.composedPath();
    if (!this.isOpen || (button && path.includes(button)) || path.includes(panel)) return;
    if (pressed) this.close();
    else if (this.#opener === undefined || !path.includes(this.#opener)) this.#set(false);
  }
}
