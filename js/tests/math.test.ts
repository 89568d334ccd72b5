// Formulas as models write them, which TeX would read otherwise. Finding them in markdown is tested in markdown.test.ts.

import { expect, it } from "vitest";
import { drawMath } from "../src/math.ts";

it("takes a % after a digit for per cent, not for a comment", () => {
  for (const tex of ["50% \\times 20 = 10", "50\\% \\times 20 = 10", "\\text{50% of 20} = 10"]) {
    const drawn = drawMath(tex, false);
    expect(drawn.querySelector("math")?.textContent, tex).toMatch(/50%.*20.*10/);
    expect(drawn.title).toBe(tex);
  }
});

it("leaves a comment a comment", () => {
  expect(drawMath("x % the unknown", false).querySelector("math")?.textContent).toBe("x");
});
