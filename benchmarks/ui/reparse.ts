// What most chats do: at each flush the whole text is parsed, sanitised and set anew.

import { decorate } from "../../js/src/markdown/decorate.ts";
import { tokensOf } from "../../js/src/markdown/dialect/index.ts";
import { toHtml } from "../../js/src/markdown/render.ts";
import { sanitize } from "../../js/src/markdown/sanitize.ts";
import { en } from "../../js/src/texts/en.ts";
import { frontEnd } from "./view.ts";

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
