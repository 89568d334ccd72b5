// A font for mathematics, in which roots, brackets and sums grow with what is within: few machines have one, and without it a
// browser draws them in one size. One of the extras; scripts/math_font.sh says where it comes from.

import bytes from "../../assets/r1-math.woff2";

/** As the stylesheet calls it, before all that a machine may have: so a formula looks the same everywhere. */
export const FAMILY = "R1 Math";

/** Once for each document, which its shadow roots share. From memory, so no page's security policy has a say in it. */
export function addMathFont(place: Document): void {
  if (typeof FontFace === "undefined" || !place.fonts) return;
  for (const { family } of place.fonts) if (family.replaceAll('"', "") === FAMILY) return;
  // Where it can't be read the browser takes the next in the list.
  const font = new FontFace(FAMILY, bytes as BufferSource);
  place.fonts.add(font);
  font.load().catch(() => {});
}
