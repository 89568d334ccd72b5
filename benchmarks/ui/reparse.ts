// What most chats do: at each flush the whole text is parsed, sanitised and set anew.

import all from "../../js/src/extras.ts";
import { decorate } from "../../js/src/markdown/decorate.ts";
import { tokensOf } from "../../js/src/markdown/dialect/index.ts";
import { toHtml } from "../../js/src/markdown/render.ts";
import { sanitize } from "../../js/src/markdown/sanitize.ts";
import { en } from "../../js/src/texts/en.ts";
import { extras } from "../../js/src/wire/extras.ts";
import { frontEnd } from "./view.ts";

// Formulas are drawn from the first on, as by ours once the extras have come.
extras.take(all);

function draw(text: string): DocumentFragment {
  const { html, parts } = toHtml(tokensOf(text, new Map(), true).tokens);
  const fragment = sanitize(html);
  decorate(fragment, parts, false, en);
  return fragment;
}

export default frontEnd(holder => {
  let text = "";
  const become = (whole: string) => {
    text = whole;
    holder.replaceChildren(draw(text));
  };
  return { add: news => become(text + news), become };
});
