// What is said of the composer, in Simplified Chinese.

import type { Composing } from "../en/composer.ts";

export const composing: Composing = {};
