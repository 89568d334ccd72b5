// An icon: a drawing of Lucide's (lucide.dev, ISC licence) as an element. It says nothing to a screen reader: what it stands in
// has a label. The drawings that are used are in icons.ts.

export type IconNode = [tag: string, attributes: Record<string, string | number | undefined>][];

const SVG = "http://www.w3.org/2000/svg";

export function icon(node: IconNode): SVGSVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", "r1-icon");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of node) {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
    drawn.append(part);
  }
  return drawn;
}
