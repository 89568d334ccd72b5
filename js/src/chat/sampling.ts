// The settings of turns to come, as rows: what each is set with, what may stand there, and what DeepSeek recommends. They are
// the kernel's; the same in every view of the chat.

import { type Field, numberField, textField, tick } from "../kit/field.ts";
import { Slider } from "../kit/slider.ts";
import { lastPace, timeOfThought } from "../state/estimate.ts";
import type { Store } from "../state/store.ts";
import type { TurnSettings } from "../wire/model.ts";
import { USUAL } from "../wire/usual.ts";
import { type Setting, SettingRow } from "./settingrow.ts";

const TENTHS = Array.from({ length: 16 }, (_, index) => index / 10);
const TWENTIETHS = Array.from({ length: 20 }, (_, index) => (index + 1) / 20);
const LENGTHS = [512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const BUDGETS = [0, 250, 500, 1000, 2000, 4000, 8000, 16_000];

/** A setting that has a row. */
export type Sampled = Exclude<keyof TurnSettings, "budget_message">;
type Value<Name extends Sampled> = TurnSettings[Name];
type Numbered = Exclude<Sampled, "system" | "stop_loops">;

export class Sampling {
  readonly #store: Store;
  readonly #signal: AbortSignal;

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
  }

  get temperature(): SettingRow<number> {
    const { texts } = this.#store;
    const slider = this.#slider("temperature", { stops: TENTHS, step: 0.1, marked: [0.5, 0.7] });
    return this.#row("temperature", slider, {
      ...this.#between(0, 2),
      note: () => texts.recommendedRange(0.5, 0.7, USUAL.temperature),
    });
  }

  get topP(): SettingRow<number> {
    const { texts } = this.#store;
    const slider = this.#slider("top_p", { stops: TWENTIETHS, step: 0.05, marked: [0.95, 0.95] });
    return this.#row("top_p", slider, { ...this.#between(0.01, 1), note: () => texts.recommended("0.95") });
  }

  get maxTokens(): SettingRow<number> {
    return this.#row("max_tokens", this.#slider("max_tokens", { stops: LENGTHS, step: 256 }), this.#whole(1));
  }

  get budget(): SettingRow<number | null> {
    const { texts, traits, turns } = this.#store;
    const time = (budget: number | null | undefined) => {
      const { max_tokens } = traits.turnSettings;
      return budget === undefined
        ? ""
        : timeOfThought(budget, max_tokens, lastPace(turns.all, Date.now()), texts);
    };
    const scale = { stops: BUDGETS, step: 100, none: texts.noBudget };
    const row: SettingRow<number | null> = this.#row(
      "thinking_budget",
      this.#slider("thinking_budget", { ...scale, moved: (value: number | null) => row.explain(value) }),
      { ...this.#whole(0), cannot: () => traits.cannot("budget"), note: time },
    );
    return row;
  }

  get seed(): SettingRow<number | null> {
    const field = numberField(this.#signal, this.#store.texts.noSeed);
    return this.#row("seed", field, this.#whole(0));
  }

  get system(): SettingRow<string | null> {
    const { texts } = this.#store;
    const field = textField(this.#signal, texts.noSystem);
    return this.#row("system", field, { note: () => texts.recommendedSystem });
  }

  get loops(): SettingRow<boolean> {
    return this.#row("stop_loops", tick(this.#signal), {});
  }

  #slider<Name extends Numbered>(name: Name, options: Partial<ConstructorParameters<typeof Slider>[0]>) {
    const label = this.#store.texts.setting(name);
    const scale = { label, stops: [], step: 1, signal: this.#signal, ...options };
    return new Slider(scale) as Field<number | null> as Field<Value<Name>>;
  }

  #row<Name extends Sampled>(
    name: Name,
    field: Field<Value<Name>>,
    more: Partial<Setting<Value<Name>>>,
  ): SettingRow<Value<Name>> {
    const { requests, texts, traits } = this.#store;
    const setting: Setting<Value<Name>> = {
      name,
      label: texts.setting(name),
      hint: texts.settingHint(name),
      field,
      usual: USUAL[name],
      current: () => traits.turnSettings[name],
      set: value => requests.set({ [name]: value }),
      ...more,
    };
    return new SettingRow(setting, texts, this.#signal);
  }

  #between(from: number, to: number) {
    const { texts } = this.#store;
    return { check: (value: number) => (value >= from && value <= to ? "" : texts.between(from, to)) };
  }

  #whole(from: number) {
    const { texts } = this.#store;
    const isOne = (value: number | null) => value === null || (Number.isSafeInteger(value) && value >= from);
    return { check: (value: number | null) => (isOne(value) ? "" : texts.wholeFrom(from)) };
  }
}
