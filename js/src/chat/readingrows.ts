// The settings of reading, as rows: when thoughts open, whether on paper, whether answers wait for the reader's own, how many
// continuations a fork has, and the language. All but the paper are the chat's, the same in every view of it.

import { choice, type Field, numberField, radios, tick } from "../kit/field.ts";
import type { Store } from "../state/store.ts";
import { type Language, languageNames } from "../texts/index.ts";
import type { Unfold } from "../wire/model.ts";
import { SettingRow } from "./settingrow.ts";

const MODES: readonly Unfold[] = ["auto", "always", "never"];
/** Continuations of one press of "Fork". */
const FORKS = { from: 2, usual: 4, to: 8 };

/** What a view prints is its own. */
export interface Paper {
  prints: boolean;
}

/** `changed`: one has been set. Nobody can refuse it. */
export function readingRows(
  store: Store,
  paper: Paper,
  signal: AbortSignal,
  changed: () => void,
): SettingRow<never>[] {
  const { texts, traits } = store;
  const row = <T>(
    name: string,
    label: string,
    field: Field<T>,
    value: { usual: T; current: () => T; set: (value: T) => void; check?: (value: T) => string },
  ) => {
    const set = (chosen: T) => {
      value.set(chosen);
      changed();
    };
    return new SettingRow<T>(
      { name, label, field, ...value, set },
      texts,
      signal,
    ) as unknown as SettingRow<never>;
  };
  const modes = MODES.map(mode => [mode, texts.unfoldMode(mode)] as const);
  const languages = Object.entries(languageNames) as [Language, string][];
  const isCount = (count: number | null) =>
    Number.isInteger(count) && Number(count) >= FORKS.from && Number(count) <= FORKS.to;
  const unfold = row<Unfold>("unfold", texts.unfold, radios(signal, texts.unfold, modes), {
    usual: "auto",
    current: () => traits.unfold,
    set: mode => traits.setUnfold(mode),
  });
  const prints = row<boolean>("prints", texts.unfoldInPrint, tick(signal), {
    usual: false,
    current: () => paper.prints,
    set: chosen => {
      paper.prints = chosen;
    },
  });
  const predict = row<boolean>("predict", texts.predict, tick(signal), {
    usual: false,
    current: () => traits.predict,
    set: chosen => traits.setPredict(chosen),
  });
  const forks = row<number | null>("forks", texts.forks, numberField(signal), {
    usual: FORKS.usual,
    current: () => store.forks,
    check: count => (isCount(count) ? "" : texts.wholeBetween(FORKS.from, FORKS.to)),
    set: count => store.setForks(Number(count)),
  });
  const spoken = choice<"auto" | Language>(signal, [["auto", texts.languageAuto], ...languages]);
  const language = row<"auto" | Language>("language", texts.language, spoken, {
    usual: "auto",
    current: () => traits.language,
    set: chosen => traits.setLanguage(chosen),
  });
  // In a page that is a file nothing is written or forked.
  return [unfold, prints, ...(traits.isReadOnly ? [] : [predict, forks]), language];
}
