// The settings of a turn as they are where nobody has said others. tests/wire/settings.json holds the kernel to the same.

import type { TurnSettings } from "./model.ts";

/** Where no kernel says others: DeepSeek's recommendation for R1, and our own bounds (r1widget/settings.py). */
export const USUAL: TurnSettings = {
  temperature: 0.6,
  top_p: 0.95,
  max_tokens: 8192,
  thinking_budget: null,
  budget_message: "",
  stop_loops: false,
  seed: null,
  system: null,
};
