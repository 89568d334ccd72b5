import { expect, it } from "vitest";
import { snapshot, turn } from "../fake.ts";
import { cleanly, draw, type Shown, show } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;

/** A chat with so many turns. */
function chatOf(count: number): Shown {
  const shown = show();
  const turns = Array.from({ length: count }, (_, index) => ({ ...ended, id: `t${index + 1}` }));
  shown.put(
    snapshot(
      1,
      turns.map(state => [state, "Hm.", "Yes."]),
    ),
  );
  draw();
  return shown;
}

/** What one more turn changes in the page. */
function changesOf(shown: Shown, count: number): MutationRecord[] {
  const observer = new MutationObserver(() => {});
  observer.observe(shown.el, { subtree: true, childList: true, attributes: true, characterData: true });
  const id = `t${count + 1}`;
  shown.put(turn(2, { id }));
  shown.put(turn(3, { ...ended, id }));
  draw();
  return observer.takeRecords();
}

it("one more turn changes as much of the page after a hundred as after ten", () => {
  const few = changesOf(chatOf(10), 10);
  const many = changesOf(chatOf(100), 100);
  expect(few.length).toBeGreaterThan(0);
  expect(many.length).toBe(few.length);
});

it("a new version of a turn among many shows its arrows, there alone", () => {
  const shown = chatOf(50);
  const version = { of: "t50", part: "reasoning", at: 0 } as const;
  shown.put(turn(2, { ...ended, id: "v", parent: "t49", version }));
  shown.put({ type: "branch", seq: 3, active: "v" });
  shown.put({ type: "branch", seq: 4, active: "t50" });
  draw();
  const shownArrows = shown.all(".r1-versions").filter(({ hidden }) => !hidden);
  expect(shownArrows.map(arrows => arrows.closest<HTMLElement>("[data-turn]")?.dataset.turn)).toEqual([
    "t50",
  ]);
  expect(shown.store.turns.siblings(shown.store.turns.list[49] as never).length).toBe(2);
});
