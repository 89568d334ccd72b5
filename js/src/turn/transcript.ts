// A turn as markdown, for the clipboard: as the kernel's exports have it, but with the text as it was written.

import type { Authors } from "../state/authors.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import type { Origin } from "../wire/protocol.ts";

/** In these brackets stands who wrote what the model didn't; a model's own are written otherwise. */
const MARKS: Record<Origin, string> = {
  model: "",
  person: "written by a person",
  budget: "written by the thinking budget",
  think_more: "written to make it think more",
  loop: "written because it repeated itself",
};

function marked(text: string, authors: Authors): string {
  const own = (part: string) => part.replaceAll("⟦", "[[").replaceAll("⟧", "]]");
  let out = "";
  let at = 0;
  for (const { start, end, origin } of authors.list) {
    const words = text.slice(start, end);
    // A closing is white space; what it was is said in the summary.
    out += own(text.slice(at, start)) + (words.trim() ? `⟦${MARKS[origin]}⟧${own(words)}⟦end⟧` : words);
    at = end;
  }
  return (out + own(text.slice(at))).trim();
}

export function toMarkdown(
  { state, texts: { reasoning, answer }, thoughtSeconds, authors }: Turn,
  texts: Texts,
): string {
  const quoted = state.question.replace(/^/gm, "> ").replace(/^> $/gm, ">");
  const parts = [quoted];
  if (reasoning.begun) {
    const summary = texts.thought(thoughtSeconds, state.tokens?.reasoning ?? 0, state.thinking_ended_by);
    // The blank lines make it markdown inside of the element.
    parts.push(
      `<details>\n<summary>${summary.replaceAll("<", "&lt;")}</summary>`,
      marked(reasoning.value, authors.reasoning),
      "</details>",
    );
  }
  if (answer.begun) parts.push(marked(answer.value, authors.answer));
  return `${parts.join("\n\n")}\n`;
}
