// What is marked in the text as long as it is known, whether or not the panel is open. Places are in code points, as they come from
// the kernel.

import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import type { Mark } from "./marks.ts";

export type Marker = (turn: Turn, texts: Texts) => readonly Mark[];

export const MARKERS: readonly Marker[] = [];
