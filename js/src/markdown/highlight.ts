// Colours for code, with highlight.js. One of the extras. The first three are all that occurs in 270 traces of reasoning models;
// the others are what people ask for besides, as long as they are small (CSS alone would be 13 kB).

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import xml from "highlight.js/lib/languages/xml";

const languages = { bash, json, python, cpp, go, java, javascript, rust, sql, xml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(["shell"], { languageName: "bash" });
hljs.registerAliases(["c", "h"], { languageName: "cpp" });
hljs.registerAliases(["typescript", "ts", "tsx"], { languageName: "javascript" });

/** HTML of `code` in colour, or undefined if its language is not among ours. */
export function highlight(code: string, language: string): string | undefined {
  if (!hljs.getLanguage(language)) return undefined;
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}
