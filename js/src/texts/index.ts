// The languages of the interface. One more is a file like en.ts with its folder, a line in this table, the sentence in
// loader.ts, and the trait `language` in r1widget/jupyter/widget.py.

import { en, type Texts } from "./en.ts";
import { chosen } from "./language.ts";
import { zh } from "./zh.ts";

export const languages = { en, zh } satisfies Record<string, Texts>;

export type Language = keyof typeof languages;

/** Each as its own speakers call it. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

export const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** The texts for a value of the trait `language` and, where it is "auto", for the browser's languages. */
export function languageOf(trait: unknown, browser: readonly string[]): Texts {
  return chosen<Texts>(languages, trait, browser);
}

export { browserLanguages } from "./language.ts";
export type { Texts };
