// What the next turn uses: a row above the text, opened by a button in the field. The same values as in the settings.

import { element, setText, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { chip } from "../kit/chip.ts";
import { Disclosure } from "../kit/disclosure.ts";
import { NEXT_TURN } from "../kit/icons.ts";
import type { StoreChange } from "../state/changes.ts";
import type { Store } from "../state/store.ts";
import { changedSettings } from "../state/traits.ts";
import { Sampling } from "./sampling.ts";
import type { SettingRow } from "./settingrow.ts";

/** What may change what is shown here; of turns, how fast they are written. */
const NEWS: StoreChange["type"][] = ["settings", "engine", "turn", "turns"];

export class Upcoming {
  readonly button: HTMLButtonElement;
  readonly element = element("div", { id: uniqueId("upcoming"), class: "r1-upcoming", role: "group" });
  readonly #store: Store;
  /** Of what is in it while it is open. */
  #open: AbortController | undefined;
  #rows: SettingRow<never>[] = [];
  readonly #model = chip("");

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    const { texts } = store;
    this.button = button(texts.nextTurn, { icon: NEXT_TURN, bare: true, class: "r1-next-turn" });
    this.element.setAttribute("aria-label", texts.nextTurn);
    new Disclosure({
      button: this.button,
      panel: this.element,
      signal,
      opened: () => this.#fill(),
      closed: () => this.#leave(),
    });
    signal.addEventListener("abort", () => this.#open?.abort(), { once: true });
    store.listen(change => {
      if (NEWS.includes(change.type)) this.update();
    }, signal);
    this.update();
  }

  update(): void {
    const { texts, traits } = this.#store;
    const changed = changedSettings(traits.turnSettings).map(name => texts.setting(name));
    this.button.toggleAttribute("data-changed", changed.length > 0);
    const title = changed.length > 0 ? texts.nextTurnChanged(changed) : texts.nextTurnHint;
    if (this.button.title !== title) this.button.title = title;
    if (!this.#open) return;
    setText(this.#model, traits.modelTitle);
    for (const row of this.#rows) row.update();
  }

  #fill(): void {
    this.#open = new AbortController();
    const { texts } = this.#store;
    const sampling = new Sampling(this.#store, this.#open.signal);
    this.#rows = [sampling.budget, sampling.temperature] as unknown as SettingRow<never>[];
    const model = element(
      "div",
      { class: "r1-setting" },
      element("span", { class: "r1-setting-name" }, texts.model),
      element("div", { class: "r1-setting-field" }, this.#model),
    );
    this.element.replaceChildren(model, ...this.#rows.map(row => row.element));
    this.update();
  }

  #leave(): void {
    for (const row of this.#rows) row.commit();
    this.#open?.abort();
    this.#open = undefined;
    this.#rows = [];
    this.element.replaceChildren();
  }
}
