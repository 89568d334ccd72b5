// A panel that a button opens and closes. Escape closes it, and gives the keyboard back to the button.

interface Options {
  /** Says what it controls: `aria-controls`. */
  button: HTMLButtonElement;
  panel: HTMLElement;
  signal: AbortSignal;
  /** Whether it closes when somebody presses elsewhere. */
  isPassing?: boolean;
  opened?: () => void;
  closed?: () => void;
}

export class Disclosure {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    const { button, panel, signal, isPassing } = options;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", panel.id);
    panel.hidden = true;
    button.addEventListener("click", () => this.#set(!this.isOpen), { signal });
    panel.addEventListener("keydown", event => this.#key(event), { signal });
    button.addEventListener("keydown", event => this.#key(event), { signal });
    if (!isPassing) return;
    // The click and not its beginning: what closes moves what is below it.
    document.addEventListener("click", event => this.#clicked(event), { signal, capture: true });
  }

  get isOpen(): boolean {
    return !this.#options.panel.hidden;
  }

  open(): void {
    this.#set(true);
  }

  close(): void {
    const { button, panel } = this.#options;
    // What disappears under the fingers leaves the keyboard nowhere.
    const hadFocus = panel.contains(document.activeElement);
    this.#set(false);
    if (hadFocus) button.focus({ preventScroll: true });
  }

  #set(open: boolean): void {
    const { button, panel, opened, closed } = this.#options;
    if (open === this.isOpen) return;
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) opened?.();
    else closed?.();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.preventDefault();
    this.close();
    this.#options.button.focus({ preventScroll: true });
  }

  #clicked(event: MouseEvent): void {
    const { button, panel } = this.#options;
    // A view may be in a shadow root, of which a document hears only that it was somewhere in it.
    const path = event.composedPath();
    if (this.isOpen && !path.includes(button) && !path.includes(panel)) this.close();
  }
}
