// What is marked in a text as long as it is known. Places are in code points, as they come from the kernel.

import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import type { Mark } from "./marks.ts";

export type Marker = (turn: Turn, texts: Texts) => readonly Mark[];
