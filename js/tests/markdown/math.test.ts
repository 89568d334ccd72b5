// Formulas as models write them, which TeX would read otherwise. Finding them in markdown is tested in markdown.test.ts.

import { expect, it, vi } from "vitest";
import { drawMath } from "../../src/markdown/math.ts";
import { addMathFont, FAMILY } from "../../src/markdown/mathfont.ts";

it("takes a % after a digit for per cent, not for a comment", () => {
  for (const tex of ["50% \\times 20 = 10", "50\\% \\times 20 = 10", "\\text{50% of 20} = 10"]) {
    const drawn = drawMath(tex, false);
    expect(drawn.querySelector("math")?.textContent, tex).toMatch(/50%.*20.*10/);
    expect(drawn.title).toBe(tex);
  }
});

it("shows what stands behind a %, too", () => {
  expect(drawMath("x % the unknown\n+ 1", false).querySelector("math")?.textContent).toMatch(/x%\s*the.*1$/);
  expect(drawMath("a \\\\% b", false).querySelector("math")?.textContent).toMatch(/%.*b/);
});

it("takes one digit where TeX takes one", () => {
  const drawn = (tex: string) => drawMath(tex, false).querySelector("math") as Element;
  expect(drawn("\\sqrt12").querySelector("msqrt")?.textContent).toBe("1");
  expect(drawn("\\sqrt12").textContent).toBe("12");
  expect(drawn("\\frac12").querySelector("mfrac")?.children.length).toBe(2);
});

it("leaves the brackets of a binomial coefficient to the font, which has them in all sizes", () => {
  const binom = drawMath("\\binom{4}{2}", false);
  expect([...binom.querySelectorAll("mo")].map(({ textContent }) => textContent)).toEqual(["(", ")"]);
});

it("brings a font for mathematics, once for each document", () => {
  const made: string[] = [];
  class FakeFont {
    family: string;
    constructor(family: string) {
      this.family = family;
      made.push(family);
    }
    load = () => Promise.reject(new Error("It can't be read."));
  }
  vi.stubGlobal("FontFace", FakeFont);
  const place = { fonts: new Set<unknown>() } as unknown as Document;
  addMathFont(place);
  addMathFont(place);
  expect(made).toEqual([FAMILY]);
  vi.unstubAllGlobals();
  addMathFont(document); // where there is nothing of the kind
});
