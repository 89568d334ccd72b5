// The settings, above the page: how the model samples in turns to come, how thoughts are read, and the end of this conversation.
// What is in it is made when it opens.

import { activeIn, element, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { RESET, SETTINGS } from "../kit/icons.ts";
import { Popover } from "../kit/popover.ts";
import type { Store } from "../state/store.ts";
import type { TurnSettings } from "../wire/model.ts";
import { USUAL } from "../wire/usual.ts";
import { Clearing } from "./clearing.ts";
import { readingRows } from "./readingrows.ts";
import { Sampling } from "./sampling.ts";
import type { SettingRow } from "./settingrow.ts";

type Row = SettingRow<never>;

export class Settings {
  /** Opens and closes the panel; stands in the line above. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #popover: Popover;
  /** Of what is in it while it is open. */
  #open: AbortController | undefined;
  #sampling: Row[] = [];
  #reading: Row[] = [];
  #reset: HTMLButtonElement | undefined;
  #clearing: Clearing | undefined;
  readonly #paper = { prints: false };

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    const { texts } = store;
    this.button = button(texts.readingSettings, { icon: SETTINGS, bare: true, title: texts.readingHint });
    this.element = element("div", {
      id: uniqueId("settings"),
      class: "r1-settings",
      role: "dialog",
      tabindex: "-1",
      "aria-label": texts.readingSettings,
    });
    this.#popover = new Popover({
      button: this.button,
      panel: this.element,
      signal,
      opened: () => this.#fill(),
      closed: () => this.#leave(),
    });
    signal.addEventListener("abort", () => this.#open?.abort(), { once: true });
    store.listen(({ type }) => (type === "turns" || type === "turn") && this.update(), signal);
  }

  /** Whether thoughts are unfolded on paper. */
  get prints(): boolean {
    return this.#paper.prints;
  }

  /** What is set here has changed, or what can be. */
  update(): void {
    if (!this.#open) return;
    for (const row of this.#rows) row.update();
    this.#clearing?.update();
    const isUsual = this.#rows.every(row => row.isUsual);
    this.#reset?.setAttribute("aria-disabled", String(isUsual));
  }

  get #rows(): Row[] {
    return [...this.#sampling, ...this.#reading];
  }

  #fill(): void {
    const { texts, traits } = this.#store;
    this.#open = new AbortController();
    const { signal } = this.#open;
    const sampling = new Sampling(this.#store, signal);
    const { temperature, topP, maxTokens, budget, seed, system, loops } = sampling;
    const rows = [temperature, topP, maxTokens, budget, seed, system, loops] as unknown as Row[];
    this.#sampling = traits.isReadOnly ? [] : rows;
    this.#reading = readingRows(this.#store, this.#paper, signal, () => this.update());
    this.#reset = button(texts.resetAll, { icon: RESET, title: texts.resetAllHint });
    this.#reset.addEventListener("click", () => this.#resetAll(), { signal });
    const foot = element("div", { class: "r1-settings-foot" });
    if (!traits.isReadOnly) {
      this.#clearing = new Clearing(this.#store, signal, () => this.#popover.close());
      foot.append(this.#clearing.element);
    }
    foot.append(this.#reset);
    this.element.append(
      ...(traits.isReadOnly ? [] : [group(texts.samplingGroup, this.#sampling)]),
      group(texts.readingGroup, this.#reading),
      foot,
    );
    this.update();
    this.element.focus({ preventScroll: true });
  }

  #leave(): void {
    // A text that is still being typed when the panel closes is meant.
    for (const row of this.#rows) row.commit();
    this.#open?.abort();
    this.#open = undefined;
    [this.#sampling, this.#reading] = [[], []];
    this.#clearing = undefined;
    this.element.replaceChildren();
  }

  /** The sampling in one command: it is refused as a whole, or holds as a whole. */
  #resetAll(): void {
    if (this.#reset?.getAttribute("aria-disabled") === "true") return;
    const changed = this.#sampling.filter(row => !row.isUsual && row.setting.cannot?.() === undefined);
    const names = changed.map(row => row.setting.name as keyof TurnSettings);
    if (names.length > 0)
      void this.#store.requests
        .set(Object.fromEntries(names.map(name => [name, USUAL[name]])))
        .catch(() => {});
    for (const row of this.#sampling) row.restore();
    for (const row of this.#reading) if (!row.isUsual) row.reset();
    if (this.#reset && activeIn(this.#reset)) this.element.focus({ preventScroll: true });
  }
}

function group(name: string, rows: Row[]): HTMLElement {
  const title = element("div", { class: "r1-group-name", id: uniqueId("group") }, name);
  return element(
    "div",
    { class: "r1-setting-group", role: "group", "aria-labelledby": title.id },
    title,
    ...rows.map(row => row.element),
  );
}
