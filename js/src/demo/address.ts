// What the address of the page says: ?scene=…&theme=…&lang=…&width=…&unfold=…&pace=…, and &tokens=… for the long thought

import type { Unfold } from "../wire/model.ts";

export const THEMES = ["light", "dark", "contrast", "none"] as const;
export const LANGUAGES = ["en", "zh"] as const;
export const UNFOLDS = ["auto", "always", "never"] as const satisfies readonly Unfold[];

export interface Settings {
  scene: string;
  theme: (typeof THEMES)[number];
  lang: (typeof LANGUAGES)[number];
  unfold: Unfold;
  /** Pixels of the view; 0: what there is. */
  width: number;
  /** Ms between two pieces of text; 0: everything is there at once, and no clock goes. */
  pace: number;
}

function oneOf<T extends string>(values: readonly T[], value: string | null): T {
  return values.find(known => known === value) ?? (values[0] as T);
}

const count = (value: string | null) => Math.max(0, Number(value) || 0);

export function settingsOf(address: URL, scenes: readonly string[]): Settings {
  const { searchParams: parameters } = address;
  return {
    scene: oneOf(scenes, parameters.get("scene")),
    theme: oneOf(THEMES, parameters.get("theme")),
    lang: oneOf(LANGUAGES, parameters.get("lang")),
    unfold: oneOf(UNFOLDS, parameters.get("unfold")),
    width: count(parameters.get("width")),
    pace: count(parameters.get("pace")),
  };
}

/** How long the long thought is; the chooser doesn't ask for it. */
export const tokensOf = (address: URL): number => count(address.searchParams.get("tokens")) || 8000;
