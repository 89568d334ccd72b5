import { expect, it } from "vitest";
import { highlight } from "../../src/markdown/highlight.ts";

it.each([
  ["python", "return 'a'"],
  ["bash", "echo 'a'"],
  ["shell", "echo 'a'"],
  ["json", '{"a": "b"}'],
  ["c", 'char *a = "b";'],
  ["c++", 'auto a = "b";'],
  ["go", 'a := "b"'],
  ["java", 'String a = "b";'],
  ["js", "const a = 'b';"],
  ["typescript", "const a: string = 'b';"],
  ["rust", 'let a = "b";'],
  ["sql", "SELECT 'a'"],
  ["html", '<p class="a">b</p>'],
])("colours %s", (language, code) => {
  const drawn = document.createElement("code");
  drawn.innerHTML = highlight(code, language) ?? "";
  expect(drawn.textContent).toBe(code);
  expect(drawn.querySelector(".hljs-string")).not.toBeNull();
});

it.each(["", "text", "a language of its own"])("has no colours for %j", language => {
  expect(highlight("return 'a'", language)).toBeUndefined();
});

it("leaves what isn't as its language wants it as it is", () => {
  expect(highlight("<img src=x> } )", "json")).not.toContain("<img");
});
