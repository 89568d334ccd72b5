import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { isVisible } from "../../src/chat/question.ts";

const wire = JSON.parse(readFileSync("../tests/wire/questions.json", "utf8")) as {
  questions: string[];
  nothing: string[];
};

test("a text in which something can be seen is a question", () => {
  for (const text of wire.questions) expect(isVisible(text), JSON.stringify(text)).toBe(true);
});

test("white space and characters without width are not", () => {
  for (const text of wire.nothing) expect(isVisible(text), JSON.stringify(text)).toBe(false);
});
