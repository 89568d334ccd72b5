// The parts that the parser left open, put into sanitised DOM: formulas, code with its colours, images that wait.

import { element, plainButton } from "../dom/dom.ts";
import { scrollsByKeyboard } from "../dom/scrollers.ts";
import { button } from "../kit/button.ts";
import type { Texts } from "../texts/index.ts";
import { extras } from "../wire/extras.ts";
import { LANGUAGES } from "./languages.ts";
import { drawMath } from "./math.ts";
import type { Part } from "./render.ts";
import { isWebAddress, sanitizeSpans } from "./sanitize.ts";

/** Whether some of it stays plain until the extras have come. */
export function lacksExtras(parts: readonly Part[], final: boolean): boolean {
  const needs = (part: Part) =>
    part.type === "math" ? !part.open : part.type === "code" && final && languageOf(part.info) !== "";
  return !extras.now && parts.some(needs);
}

/** `final`: the block won't be drawn again, so colours and buttons are worth their time. */
export function decorate(fragment: DocumentFragment, parts: Part[], final: boolean, texts: Texts): void {
  for (const place of fragment.querySelectorAll("[data-r1-part]")) {
    const part = parts[Number(place.getAttribute("data-r1-part"))];
    place.removeAttribute("data-r1-part");
    if (part?.type === "math") drawFormula(place, part);
    else if (part?.type === "image") place.replaceWith(image(part.address, part.alt, texts));
    else if (part?.type === "code") place.replaceWith(code(part.text, part.info, final, texts));
  }
  // A wide table scrolls in a box of its own.
  for (const table of fragment.querySelectorAll("table")) {
    const box = element("div", { class: "r1-table" });
    table.replaceWith(box);
    box.append(table);
  }
  if (final)
    for (const box of fragment.querySelectorAll(".r1-table, .r1-code > pre, .r1-math-display"))
      scrollsByKeyboard(box);
}

function drawFormula(place: Element, part: Part & { type: "math" }): void {
  const drawn = part.open ? element("code", { class: "r1-tex" }, part.tex) : drawMath(part.tex, part.display);
  if (place.localName === "p") place.append(drawn);
  else place.replaceWith(drawn);
}

/** An image is an address until the person asks for it: loading it would tell its server about the reader. */
function image(address: string, alt: string, texts: Texts): HTMLElement {
  const label = texts.imageLabel(address, alt);
  if (!isWebAddress(address)) return element("span", { class: "r1-image" }, label);
  return plainButton(label, {
    class: "r1-image",
    title: texts.imageHint,
    "data-r1-act": "image",
    "data-address": address,
    "data-alt": alt,
  });
}

/** The first word. */
const languageOf = (info: string) => /^\{?\.?([\w+#.-]*)/.exec(info)?.[1] ?? "";

/** What may stand behind a language that is no prose: `title="a.py"`, `:src/a.py`, `,ignore`, `showLineNumbers {1,3}`. */
const ATTRIBUTES = /^(?:\}|[,:]\S*$|\s*(?:$|[{[]|[\w-]+=|[\w-]+\s+\{))/;

/** What is known of a language by its name, or a word and attributes; else all of it: an unclosed fence has prose there. */
function shownOf(info: string): string {
  const language = languageOf(info);
  const rest = info.slice(info.indexOf(language) + language.length);
  if (language === "" || !ATTRIBUTES.test(rest)) return info;
  return LANGUAGES[language.toLowerCase()] ?? language;
}

function code(text: string, info: string, final: boolean, texts: Texts): HTMLElement {
  const coloured = final ? extras.now?.highlight(text, languageOf(info)) : undefined;
  const body = element("code", {}, coloured === undefined ? text : sanitizeSpans(coloured));
  const box = element("div", { class: "r1-code" }, element("pre", {}, body));
  // The head is there from the start, so that nothing moves when the block is final.
  const shown = shownOf(info);
  // What else was written there, in the tooltip.
  const title = shown === info || info === languageOf(info) ? undefined : info;
  const more = { "data-info": shown === info ? undefined : info, title };
  const head = element("div", { class: "r1-code-head" }, element("span", more, shown));
  // It stands in a text of another language.
  if (final) head.append(button(texts.copy, { lang: texts.tag, "data-r1-act": "copy-code" }));
  box.prepend(head);
  return box;
}
