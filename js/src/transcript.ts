// A turn as markdown, for the clipboard: as the kernel's exports have it, but with the text as it was written.

import type { Texts } from "./texts/index.ts";
import type { Turn } from "./turns.ts";

export function toMarkdown(
  { state, texts: { reasoning, answer }, thoughtSeconds }: Turn,
  texts: Texts,
): string {
  const quoted = state.question.replace(/^/gm, "> ").replace(/^> $/gm, ">");
  const parts = [quoted];
  if (reasoning.begun) {
    const summary = texts.thought(thoughtSeconds, state.tokens?.reasoning ?? 0, state.thinking_ended_by);
    // The blank lines make it markdown inside of the element.
    parts.push(`<details>\n<summary>${summary}</summary>`, reasoning.value.trim(), "</details>");
  }
  if (answer.begun) parts.push(answer.value.trim());
  return `${parts.join("\n\n")}\n`;
}
