// Colours for code in three languages; four more would be 23 kB, and in 270 traces of reasoning models none occurs.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import { sanitizeSpans } from "./sanitize.ts";

const languages = { bash, json, python };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(["shell"], { languageName: "bash" });

/** `code` in colour, or undefined if its language is not among ours. */
export function highlight(code: string, language: string): DocumentFragment | undefined {
  if (!hljs.getLanguage(language)) return undefined;
  return sanitizeSpans(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}
