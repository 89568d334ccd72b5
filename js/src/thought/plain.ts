// What a text of markdown says in a line without it: a step's first words in the outline, the last ones of a folded thought.

/** What is shown for the commands of TeX that are usual in a thought; the others are left out. */
const SIGNS: Record<string, string> = {
  approx: "≈",
  cdot: "·",
  div: "÷",
  geq: "≥",
  infty: "∞",
  leq: "≤",
  neq: "≠",
  pi: "π",
  pm: "±",
  sqrt: "√",
  sum: "∑",
  times: "×",
};

export function plain(text: string): string {
  return text
    .replace(/^#+\s+|\*\*|__|`|^>\s*/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\\[[(\])]|\$/g, "")
    .replace(/\\([a-zA-Z]+)/g, (_, name: string) => SIGNS[name] ?? "")
    .trim();
}
