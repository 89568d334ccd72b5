// How thoughts are shown: when they unfold, and whether they do on paper; and how long those to come may be. All but the
// paper are traits, the same in every view of the chat.

import { element, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { Disclosure } from "../kit/disclosure.ts";
import { SETTINGS } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Unfold } from "../wire/model.ts";

const MODES: readonly Unfold[] = ["auto", "always", "never"];

export class Reading {
  /** Opens and closes the panel; stands in the line above. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #radios = new Map<Unfold, HTMLInputElement>();
  readonly #print: HTMLInputElement;
  readonly #budget: HTMLInputElement;
  readonly #loops: HTMLInputElement;

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    const { texts, traits } = store;
    this.button = button(texts.readingSettings, { icon: SETTINGS, bare: true, title: texts.readingHint });
    const group = element("fieldset", {}, element("legend", {}, texts.unfold));
    const name = uniqueId("unfold");
    for (const mode of MODES) {
      const radio = element("input", { type: "radio", name, value: mode });
      this.#radios.set(mode, radio);
      group.append(element("label", {}, radio, texts.unfoldMode(mode)));
      radio.addEventListener("change", () => traits.setUnfold(mode), { signal });
    }
    this.#print = element("input", { type: "checkbox" });
    this.#budget = element("input", {
      type: "number",
      class: "r1-budget",
      min: "0",
      step: "100",
      placeholder: texts.noBudget,
    });
    this.#loops = element("input", { type: "checkbox" });
    const forks = element("input", {
      type: "number",
      class: "r1-budget r1-forks",
      min: "2",
      max: "8",
      value: String(store.forks),
    });
    this.element = element(
      "div",
      { id: uniqueId("reading"), class: "r1-reading", role: "group", "aria-label": texts.readingHint },
      group,
      element("label", {}, this.#print, texts.unfoldInPrint),
    );
    // Of turns to come.
    if (!traits.isReadOnly)
      this.element.append(
        element("label", {}, texts.budget, this.#budget),
        element("label", {}, this.#loops, texts.stopLoops),
        element("label", {}, texts.forks, forks),
      );
    new Disclosure({ button: this.button, panel: this.element, signal });
    this.#budget.addEventListener("change", () => this.#setBudget(), { signal });
    forks.addEventListener(
      "change",
      () => {
        if (forks.checkValidity() && forks.value !== "") store.setForks(forks.valueAsNumber);
        forks.value = String(store.forks);
      },
      { signal },
    );
    this.#loops.addEventListener("change", () => traits.set("stop_loops", this.#loops.checked), { signal });
    this.update();
  }

  /** Whether thoughts are unfolded on paper. */
  get prints(): boolean {
    return this.#print.checked;
  }

  /** The trait has changed. */
  update(): void {
    const { texts, traits } = this.#store;
    for (const [mode, radio] of this.#radios) radio.checked = mode === traits.unfold;
    if (document.activeElement !== this.#budget) this.#budget.value = String(traits.thinkingBudget ?? "");
    this.#loops.checked = traits.stopLoops;
    const reason = traits.cannot("budget");
    // Read-only and not disabled: the keyboard reaches it, and the reason.
    this.#budget.readOnly = reason !== undefined;
    this.#budget.setAttribute("aria-disabled", String(reason !== undefined));
    this.#budget.title = reason ?? texts.budgetHint;
  }

  #setBudget(): void {
    const text = this.#budget.value.trim();
    const budget = Number(text);
    if (text !== "" && !(Number.isInteger(budget) && budget >= 0)) return;
    this.#store.traits.set("thinking_budget", text === "" ? null : budget);
  }
}
