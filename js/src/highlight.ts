// Colours for code in a few languages; all of them would be 300 kB.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import latex from "highlight.js/lib/languages/latex";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import { sanitizeSpans } from "./sanitize.ts";

const languages = { bash, cpp, javascript, json, latex, python, sql };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(["typescript", "ts"], { languageName: "javascript" });
hljs.registerAliases(["shell"], { languageName: "bash" });

/** `code` in colour, or undefined if its language is not among ours. */
export function highlight(code: string, language: string): DocumentFragment | undefined {
  if (!hljs.getLanguage(language)) return undefined;
  return sanitizeSpans(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}
