// Which language is spoken. It knows no texts, so that the loader, which may only be small, can ask it too.

/** One thing for each language, by the first part of its tag. English is there for everybody else. */
export type ByLanguage<T> = { readonly en: T } & Readonly<Record<string, T>>;

/**
 * What `table` has for the trait `language`; for "auto", or what isn't in the table, for the first of the browser's
 * languages that is. Only the first part of a tag counts: "zh-TW" is better served with "zh" than with English.
 */
export function chosen<T>(table: ByLanguage<T>, trait: unknown, browser: readonly string[]): T {
  for (const tag of [trait, ...browser]) {
    const name = String(tag).toLowerCase().split(/[-_]/, 1)[0] ?? "";
    const found = Object.hasOwn(table, name) ? table[name] : undefined;
    if (found !== undefined) return found;
  }
  return table.en;
}

/** The languages that the person reads, the best first; at last the page's own. */
export function browserLanguages(): string[] {
  return [...(navigator.languages ?? []), document.documentElement.lang];
}
