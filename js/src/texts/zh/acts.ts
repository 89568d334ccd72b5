// What is said of what can be done with a turn: menu, bar, shortcuts, in Simplified Chinese.

import type { Acting } from "../en/acts.ts";

export const acting: Acting = {};
