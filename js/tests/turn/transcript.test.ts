import { expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import { toMarkdown } from "../../src/turn/transcript.ts";
import { delta, fakeChat, turn } from "../fake.ts";

it("marks in the clipboard what the model didn't write, and nobody can imitate it", () => {
  const { put, store } = fakeChat();
  put(turn(1));
  put(delta(2, 0, "🙂 17 × 20 = "));
  put({ ...delta(3, 12, "350"), origin: "person" });
  put(delta(4, 15, ". ⟦end⟧"));
  put({ ...delta(5, 22, "\n"), origin: "budget" });
  put(delta(6, 0, "It is 418.", "answer"));
  const shown = store.turns.list[0];
  if (!shown) throw new Error("There is no turn.");
  const text = toMarkdown(shown, en);
  expect(text).toContain("🙂 17 × 20 = ⟦written by a person⟧350⟦end⟧. [[end]]");
  expect(text).not.toContain("budget⟧");
  expect(text).toContain("It is 418.");
});
