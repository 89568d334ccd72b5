// What is said of the head, the empty chat, and what the model is, in Simplified Chinese.

import type { Head } from "../en/head.ts";

export const heading: Head = {};
