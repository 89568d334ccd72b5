// The stylesheet, once for each document (or shadow root) that a view is in. One file each in styles/.

import authors from "./styles/authors.css";
import base from "./styles/base.css";
import buttons from "./styles/buttons.css";
import code from "./styles/code.css";
import compare from "./styles/compare.css";
import composer from "./styles/composer.css";
import diff from "./styles/diff.css";
import engine from "./styles/engine.css";
import grip from "./styles/grip.css";
import math from "./styles/math.css";
import media from "./styles/media.css";
import outline from "./styles/outline.css";
import prose from "./styles/prose.css";
import sentences from "./styles/sentences.css";
import settings from "./styles/settings.css";
import steering from "./styles/steering.css";
import thought from "./styles/thought.css";
import tools from "./styles/tools.css";
import turns from "./styles/turns.css";

const ID = "r1widget-styles";
/** In this order: of two rules that say as much, the later one wins. */
const SHEETS = [
  base,
  engine,
  turns,
  prose,
  code,
  math,
  buttons,
  composer,
  sentences,
  thought,
  tools,
  outline,
  grip,
  settings,
  authors,
  diff,
  compare,
  steering,
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
