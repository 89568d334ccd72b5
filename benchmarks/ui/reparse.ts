// What most chats do: at each flush the whole text is parsed, sanitised and set anew.

import DOMPurify from "dompurify";
import { Marked, type Tokens } from "marked";
import { drawMath, type MathToken, mathExtension } from "../../js/src/math.ts";
import { frontEnd } from "./view.ts";

let formulas: MathToken[] = [];

/** A place for the formula, which is drawn after the sanitising. */
function place(token: Tokens.Generic): string {
  return `<span data-formula="${formulas.push(token as MathToken) - 1}"></span>`;
}

const parser = new Marked({ gfm: true, breaks: true }, mathExtension(true), {
  extensions: [
    { name: "displayMath", renderer: place },
    { name: "inlineMath", renderer: place },
  ],
});

function draw(text: string): DocumentFragment {
  formulas = [];
  const fragment = DOMPurify.sanitize(parser.parse(text, { async: false }), { RETURN_DOM_FRAGMENT: true });
  for (const span of fragment.querySelectorAll("[data-formula]")) {
    const formula = formulas[Number(span.getAttribute("data-formula"))];
    if (formula) span.replaceWith(drawMath(formula.tex, formula.display));
  }
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
