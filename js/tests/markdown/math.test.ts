// Formulas as models write them, which TeX would read otherwise. Finding them in markdown is tested in markdown.test.ts.

import { expect, it } from "vitest";
import { drawMath } from "../../src/markdown/math.ts";

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

it("draws the brackets of a binomial coefficient as high as what is in them", () => {
  expect(drawMath("\\binom{4}{2} + (1)", false).querySelectorAll(".r1-binom").length).toBe(1);
  expect(drawMath("\\frac{4}{2}", false).querySelector(".r1-binom")).toBeNull();
});
