// What is said of the thought's live line and its outline, in Simplified Chinese.

import type { Outlining } from "../en/outline.ts";

export const outlining: Outlining = {};
