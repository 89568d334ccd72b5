// The stylesheet, once for each document (or shadow root) that a view is in. One file each, beside this one.

import archive from "./archive.css";
import authors from "./authors.css";
import bar from "./bar.css";
import base from "./base.css";
import before from "./before.css";
import buttons from "./buttons.css";
import checking from "./checking.css";
import code from "./code.css";
import compare from "./compare.css";
import composer from "./composer.css";
import diff from "./diff.css";
import editor from "./editor.css";
import empty from "./empty.css";
import exporting from "./export.css";
import grip from "./grip.css";
import head from "./head.css";
import hesitation from "./hesitation.css";
import kit from "./kit.css";
import math from "./math.css";
import media from "./media.css";
import model from "./model.css";
import notes from "./notes.css";
import outline from "./outline.css";
import prose from "./prose.css";
import question from "./question.css";
import sentences from "./sentences.css";
import settings from "./settings.css";
import steering from "./steering.css";
import thought from "./thought.css";
import tools from "./tools.css";
import turns from "./turns.css";

const ID = "r1widget-styles";
/** In this order: of two rules that say as much, the later one wins. */
const SHEETS = [
  base,
  head,
  turns,
  question,
  prose,
  code,
  math,
  buttons,
  kit,
  composer,
  sentences,
  before,
  empty,
  thought,
  tools,
  outline,
  grip,
  settings,
  exporting,
  model,
  authors,
  diff,
  compare,
  steering,
  checking,
  hesitation,
  editor,
  notes,
  bar,
  archive,
  media,
];

export function addStyles(el: HTMLElement): void {
  const root = el.getRootNode();
  // A view that isn't in the page yet will be in this document.
  const place = root instanceof ShadowRoot ? root : document.head;
  if (place.querySelector(`#${ID}`)) return;
  const style = document.createElement("style");
  style.id = ID;
  style.textContent = SHEETS.join("");
  place.append(style);
}
