import { describe, expect, it } from "vitest";
import type { StoreChange } from "../../src/state/changes.ts";
import { branch, delta, fakeChat, snapshot, turn } from "../fake.ts";

const ids = (turns: { state: { id: string } }[]) => turns.map(({ state }) => state.id);
const ended = { state: "ended", finish_reason: "stop" } as const;
const version = { of: "t1", part: "reasoning", at: 4 } as const;

/** t1 ── t2, and beside t1 a version t3. */
function tree(active = "t3") {
  const fake = fakeChat();
  const turns: Parameters<typeof snapshot>[1] = [
    [ended, "One two", "1"],
    [{ ...ended, id: "t2" }, "More", "2"],
    [{ ...ended, id: "t3", parent: null, version }, "One three", "3"],
  ];
  fake.put(snapshot(1, turns, { active }));
  const changes: StoreChange[] = [];
  fake.store.listen(change => changes.push(change), new AbortController().signal);
  const types = () => changes.splice(0).map(({ type }) => type);
  return { ...fake, turns: fake.store.turns, again: turns, types };
}

describe("the active branch", () => {
  it("is the way from the first turn to the one that a snapshot says", () => {
    const { turns } = tree("t2");
    expect(ids(turns.all)).toEqual(["t1", "t2", "t3"]);
    expect(ids(turns.list)).toEqual(["t1", "t2"]);
    expect(ids(tree("t3").turns.list)).toEqual(["t3"]);
  });

  it("is another one where the kernel says so, and that is said once", () => {
    const { turns, put, types } = tree("t3");
    put(branch(2, "t2"));
    expect(ids(turns.list)).toEqual(["t1", "t2"]);
    put(branch(3, "t2"));
    expect(types()).toEqual(["turns"]);
    put(branch(4, null));
    expect(turns.list).toEqual([]);
  });

  it("changes with a snapshot too, even where no turn is new", () => {
    const { turns, put, again, types } = tree("t3");
    put(snapshot(2, again, { active: "t2" }));
    expect(ids(turns.list)).toEqual(["t1", "t2"]);
    expect(types().filter(type => type === "turns")).toEqual(["turns"]);
    put(snapshot(3, again, { active: "t2" }));
    expect(types()).not.toContain("turns");
  });

  it("is another way where a question is moved behind a new version", () => {
    const { turns, put } = tree("t2");
    put(turn(2, { id: "t4", parent: "t2", state: "queued" }));
    put(turn(3, { id: "t5", parent: "t1", version: { of: "t2", part: "question", at: 0 } }));
    put(turn(4, { id: "t4", parent: "t5", state: "queued" }));
    put(branch(5, "t4"));
    expect(ids(turns.list)).toEqual(["t1", "t5", "t4"]);
  });

  it("goes on with what is asked behind its end, and with nothing else", () => {
    const { turns, put, types } = tree("t2");
    put(turn(2, { id: "t4", parent: "t2" }));
    expect(ids(turns.list)).toEqual(["t1", "t2", "t4"]);
    put(turn(3, { id: "t5", parent: "t4", version: { of: "t4", part: "question", at: 0 } }));
    put(turn(4, { id: "t6", parent: "t3" }));
    expect(ids(turns.list)).toEqual(["t1", "t2", "t4"]);
    expect(types()).toEqual(["turns", "turns", "turns"]);
    put(branch(5, "t6"));
    put(turn(6, { id: "t7", parent: "t6" }));
    expect(ids(turns.list)).toEqual(["t3", "t6", "t7"]);
  });

  it("begins anew after `clear`", () => {
    const { turns, put } = tree();
    put(snapshot(2));
    expect([turns.all, turns.list]).toEqual([[], []]);
    put(turn(3, { id: "t9", parent: null }));
    expect(ids(turns.list)).toEqual(["t9"]);
  });
});

it("turns that aren't shown grow too, and are whole when they are", () => {
  const { turns, put, types, model } = tree("t2");
  put(turn(2, { ...version, id: "t4", parent: null, version }));
  put(delta(3, 0, "One ", "reasoning", "t4"));
  put(delta(4, 4, "four", "reasoning", "t4"));
  expect(ids(turns.list)).toEqual(["t1", "t2"]);
  expect(types()).toEqual(["turns", "text", "text"]);
  put(branch(5, "t4"));
  expect(turns.list[0]?.texts.reasoning.value).toBe("One four");
  expect(model.countOf("sync")).toBe(0);
});

it("a turn that isn't shown runs all the same", () => {
  const { store, put } = tree("t2");
  expect(store.running).toBeUndefined();
  put(turn(2, { id: "t4", parent: null, version }));
  expect(store.running?.state.id).toBe("t4");
});

describe("who wrote what", () => {
  it("comes with a snapshot, in code points, and is here in units", () => {
    const { store, put } = fakeChat();
    const given = snapshot(1, [[ended, "🙂 two 🙂 four", "🙂🙂!"]]);
    for (const each of given.turns)
      each.others = {
        reasoning: [
          [2, 5, "person"],
          [6, 12, "budget"],
        ],
        answer: [[1, 2, "think_more"]],
      };
    put(given);
    const { authors, texts } = store.turns.get("t1") ?? {};
    expect(authors?.reasoning.list).toEqual([
      { start: 3, end: 6, origin: "person" },
      { start: 7, end: 14, origin: "budget" },
    ]);
    expect(texts?.reasoning.value.slice(3, 6)).toBe("two");
    expect(authors?.answer.list).toEqual([{ start: 2, end: 4, origin: "think_more" }]);
  });

  it("comes with a delta, behind emoji, and of what is new in it alone", () => {
    const { store, put } = fakeChat();
    put(turn(1));
    put(delta(2, 0, "🙂🙂 "));
    put({ ...delta(3, 3, "🙂mine"), origin: "person" });
    put({ ...delta(4, 4, "mine too"), origin: "person" });
    put(delta(5, 12, " its"));
    put({ ...delta(6, 16, "\n"), origin: "loop" });
    const { authors, texts } = store.turns.get("t1") ?? {};
    expect(texts?.reasoning.value).toBe("🙂🙂 🙂mine too its\n");
    expect(authors?.reasoning.list).toEqual([
      { start: 5, end: 15, origin: "person" },
      { start: 19, end: 20, origin: "loop" },
    ]);
    expect(authors?.answer.list).toEqual([]);
  });

  it("is as the next snapshot says", () => {
    const { store, put } = fakeChat();
    put(turn(1));
    put({ ...delta(2, 0, "mine"), origin: "person" });
    put(snapshot(3, [[{}, "mine", ""]]));
    expect(store.turns.get("t1")?.authors.reasoning.list).toEqual([]);
  });
});

describe("what a version kept", () => {
  it("took no time and no tokens, up to where the model began", () => {
    const { store, put } = fakeChat();
    put(turn(1, { version }));
    put({ ...delta(2, 0, "🙂 two "), tokens: 0 });
    put({ ...delta(3, 6, "edited"), tokens: 0, origin: "person" });
    put({ ...delta(4, 12, " and"), tokens: 1, seconds: 1.5 });
    put({ ...delta(5, 16, " on"), tokens: 2, seconds: 2.5 });
    const { timeline, texts } = store.turns.get("t1") ?? {};
    expect(timeline?.start).toBe(13);
    expect(timeline?.at(13)).toMatchObject({ tokens: 0, seconds: 1.5 });
    expect(timeline?.at(texts?.reasoning.units ?? 0)).toMatchObject({ tokens: 2, seconds: 2.5 });
  });

  it("is known from a snapshot too, by where its first mark is", () => {
    const { store, put } = fakeChat();
    const given = snapshot(1, [[ended, "🙂 two and on", ""]]);
    for (const each of given.turns)
      each.timeline = [
        [5, 0, 1],
        [12, 3, 2],
      ];
    put(given);
    expect(store.turns.get("t1")?.timeline.start).toBe(6);
  });

  it("is known from a snapshot of one that has only begun", () => {
    const { store, put } = fakeChat();
    put(snapshot(1, [[{ state: "queued", version }, "🙂 two ", ""]]));
    put({ ...delta(2, 6, "and"), tokens: 1, seconds: 1.5 });
    expect(store.turns.get("t1")?.timeline.start).toBe(7);
    expect(store.turns.get("t1")?.timeline.at(7)).toMatchObject({ tokens: 0, seconds: 1.5 });
  });
});
