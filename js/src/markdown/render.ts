// From the tokens of the dialect to HTML, which is sanitised before it is drawn. What a browser would act on, such as an
// image or a formula, is left as a numbered part, for decorate.ts to put in afterwards.

export type Part =
  | { type: "math"; tex: string; display: boolean; open: boolean }
  | { type: "image"; address: string; alt: string }
  | { type: "code"; text: string; info: string };

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => ESCAPES[character] as string);
}

export function toHtml(tokens: readonly Token[]): { html: string; parts: Part[] } {
  const parts: Part[] = [];
  const part = (tag: string, part: Part) => `<${tag} data-r1-part="${parts.push(part) - 1}"></${tag}>`;
  const write = (token: Token): string => {
    const { type, content, info } = token;
    switch (type) {
      case "inline":
        return (token.children ?? []).map(write).join("");
      case "text":
        return escaped(content);
      case "code_inline":
        return `<code>${escaped(content)}</code>`;
      case "fence":
      case "code_block":
        return `${part("pre", { type: "code", text: content.replace(/\n$/, ""), info: info.trim() })}\n`;
      case "math_block":
        return `${part("p", mathPart(info === "open" ? content : content + punctuation(info), true, info === "open"))}\n`;
      case "math_display":
      case "math_inline":
        return part("span", mathPart(content, type === "math_display", false));
      case "image":
        return part("span", { type: "image", address: String(token.attrs?.[0]?.[1]), alt: content });
      case "task":
        return `${content} `;
    }
    if (token.hidden) return "";
    const tag = token.tag === "s" ? "del" : token.tag;
    if (token.nesting < 0) return token.block ? `</${tag}>\n` : `</${tag}>`;
    const attributes = (token.attrs ?? []).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
    return `<${tag}${attributes.join("")}>`;
  };
  return { html: tokens.map(write).join(""), parts };
}

function mathPart(tex: string, display: boolean, open: boolean): Part {
  return { type: "math", tex, display, open };
}

/** What stands after a displayed formula belongs into it: else it would be on the next line. */
function punctuation(sign: string): string {
  return sign === "" ? "" : `\\text{${sign}}`;
}
