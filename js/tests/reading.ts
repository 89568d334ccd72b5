// What a reader sees of drawn markdown, in the neutral form of tests/wire/markdown.json. Mirrors tests/reading.py.

const BLOCKS = "p|h1|h2|h3|h4|h5|h6|blockquote|ul|ol|li|pre|table|tr|th|td|hr";
const KEPT = new Set(`${BLOCKS}|strong|em|del|code|a|br`.split("|"));

export function neutral(holder: HTMLElement): string {
  const text = read(holder);
  return text.replace(new RegExp(`\\s*(</?(?:${BLOCKS})(?: [^<>]*)?>|<br>)\\s*`, "g"), "$1").trim();
}

function read(node: Node): string {
  if (node instanceof Text) return node.data.replace(/\s+/g, " ");
  if (!(node instanceof Element)) return "";
  const within = () => [...node.childNodes].map(read).join("");
  if (node.matches(".r1-math[title]")) return formula(node as HTMLElement);
  if (node.matches(".r1-code")) {
    // A language has its name there.
    const head = node.querySelector<HTMLElement>(".r1-code-head span");
    const info = head?.dataset.info ?? head?.textContent ?? "";
    const code = node.querySelector("pre")?.textContent ?? "";
    return `<pre${info === "" ? "" : ` ${info}`}>${code.replaceAll("\n", "⏎")}</pre>`;
  }
  if (node.matches("button.r1-image")) {
    const { address, alt } = (node as HTMLElement).dataset;
    return `<a ${address}>image: ${alt}</a>`;
  }
  const tag = node.localName === "s" ? "del" : node.localName;
  if (!KEPT.has(tag)) return within();
  if (tag === "br" || tag === "hr") return `<${tag}>`;
  const attribute = tag === "a" ? ` ${node.getAttribute("href")}` : tag === "li" ? number(node) : "";
  return `<${tag}${attribute}>${within()}</${tag}>`;
}

function number(item: Element): string {
  const list = item.parentElement;
  if (list?.localName !== "ol") return "";
  let number = Number(list.getAttribute("start") ?? 1);
  for (const other of list.children) {
    number = Number(other.getAttribute("value") ?? number);
    if (other === item) break;
    number++;
  }
  return ` ${number}`;
}

function formula(drawn: HTMLElement): string {
  const [, tex = "", stop = ""] = /^([\s\S]*?)(?:\\text\{([.,;:])\})?$/.exec(drawn.title) ?? [];
  const display = drawn.classList.contains("r1-math-display") ? " display" : "";
  return `<math${display}>${plainTex(tex)}</math>${stop}`;
}

/** Without white space, and with the signs that an export has to write as commands. */
function plainTex(tex: string): string {
  return tex
    .replace(/\\\\\s*\[[^\]\\]*\]/g, "\\\\")
    .replaceAll("\\%", "%")
    .replace(/\s+|\{\}/g, "");
}
