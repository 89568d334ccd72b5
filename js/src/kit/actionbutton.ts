// A button for an act that may not be possible: it stays where it is, and says why.

import { button, type Look, relabel } from "./button.ts";
import type { IconNode } from "./icon.ts";

/** Who says why an act can't be carried out; undefined: it can. */
interface Able<Act> {
  cannot(act: Act): string | undefined;
}

interface ActionButtonOptions<Act> {
  able: Able<Act>;
  /** What must be possible; none for what always is. */
  act?: Act | undefined;
  label: string;
  /** Stands alone, if there is one. */
  icon?: IconNode;
  look?: Look;
  /** What it does, in a sentence. */
  title: string;
  signal: AbortSignal;
  press: () => void;
}

export class ActionButton<Act extends string = string> {
  readonly button: HTMLButtonElement;
  readonly #able: Able<Act>;
  readonly #act: Act | undefined;
  #title: string;

  constructor({ able, act, label, icon, look = "quiet", title, signal, press }: ActionButtonOptions<Act>) {
    this.#able = able;
    this.#act = act;
    this.#title = title;
    // By its act, where there is nobody to carry it out, it isn't shown (archive.css).
    const looks = icon === undefined ? {} : { icon, bare: true };
    this.button = button(label, { ...looks, look, class: "r1-steer", title, "data-act": act });
    this.button.addEventListener(
      "click",
      () => {
        if (this.button.getAttribute("aria-disabled") !== "true") press();
      },
      { signal },
    );
    this.update();
  }

  /** It is for something else now; `name` is what it is called where that isn't all in its label. */
  call(label: string, title: string, name = label): void {
    relabel(this.button, label);
    if (name !== label) this.button.setAttribute("aria-label", name);
    this.#title = title;
    this.update();
  }

  update(): void {
    const reason = this.#act && this.#able.cannot(this.#act);
    this.button.setAttribute("aria-disabled", String(reason !== undefined));
    this.button.title = reason ?? this.#title;
  }
}
