import { expect, it } from "vitest";
import { Turns } from "../../src/state/turns.ts";
import { firstOf, forkOf, newestOf, versionsOf } from "../../src/versions/versions.ts";
import type { Part } from "../../src/wire/protocol.ts";

type Made = [id: string, of?: string, part?: Part, fork?: string, parent?: string];

function tree(...made: Made[]) {
  const turns = new Turns(() => {});
  for (const [id, of, part, fork, parent = null] of made)
    turns.put({
      id,
      parent,
      question: "q",
      state: "ended",
      ...(of && part ? { version: { of, part, at: 0, ...(fork ? { fork } : {}) } } : {}),
    });
  const get = (id: string) => {
    const turn = turns.get(id);
    if (!turn) throw new Error(`There is no ${id}.`);
    return turn;
  };
  return {
    turns,
    versions: (id: string, part: Part) => versionsOf(turns, get(id), part).map(({ state }) => state.id),
    first: (id: string, part: Part) => firstOf(turns, get(id), part).state.id,
    newest: (id: string, part: Part) => newestOf(turns, get(id), part).state.id,
    fork: (id: string) => forkOf(turns, get(id)).map(({ state }) => state.id),
  };
}

/** The same tree as in tests/conversation/test_versions.py, `test_where_versions_stand`. */
const PYTHON: Made[] = [
  ["first"],
  ["edited", "first", "reasoning"],
  ["answered", "edited", "answer"],
  ["again", "first", "reasoning"],
  ["other", "answered", "question"],
  ["other again", "other", "reasoning"],
];

it("stand where Python has them", () => {
  const { versions } = tree(...PYTHON);
  expect(versions("edited", "question")).toEqual(["first", "other"]);
  expect(versions("answered", "reasoning")).toEqual(["first", "edited", "again"]);
  expect(versions("answered", "answer")).toEqual(["edited", "answered"]);
  expect(versions("again", "answer")).toEqual(["again"]);
  expect(versions("other", "reasoning")).toEqual(["other", "other again"]);
});

it("are each known by the turn that was the first to have it", () => {
  const { first } = tree(...PYTHON);
  expect(first("answered", "answer")).toBe("answered");
  expect(first("answered", "reasoning")).toBe("edited");
  expect(first("answered", "question")).toBe("first");
  expect(first("other again", "question")).toBe("other");
});

it("are gone to by the newest turn that has it", () => {
  const { newest } = tree(...PYTHON);
  expect(newest("first", "question")).toBe("again");
  expect(newest("other", "question")).toBe("other again");
  expect(newest("edited", "reasoning")).toBe("answered");
  expect(newest("again", "reasoning")).toBe("again");
  expect(newest("edited", "answer")).toBe("edited");
});

it("are those in the same place of the tree, and no others", () => {
  const { versions } = tree(
    ["a"],
    ["b", "a", "reasoning"],
    ["below a", undefined, undefined, undefined, "a"],
    ["below b", undefined, undefined, undefined, "b"],
    ["below b again", "below b", "reasoning", undefined, "b"],
  );
  expect(versions("below a", "reasoning")).toEqual(["below a"]);
  expect(versions("below b", "reasoning")).toEqual(["below b", "below b again"]);
  expect(versions("b", "question")).toEqual(["a"]);
});

it("of a fork are together, and without what was done elsewhere", () => {
  const { fork } = tree(
    ["first"],
    ["one", "first", "reasoning", "f"],
    ["two", "first", "reasoning", "f"],
    ["three", "first", "reasoning", "g"],
    ["of two", "two", "answer"],
  );
  expect(fork("one")).toEqual(["one", "two"]);
  expect(fork("two")).toEqual(["one", "two"]);
  expect(fork("three")).toEqual(["three"]);
  expect(fork("first")).toEqual([]);
  expect(fork("of two")).toEqual([]);
});

it("of a turn that the page hasn't heard of begin with what it has heard of", () => {
  const { first, versions } = tree(["edited", "gone", "answer"]);
  expect(first("edited", "reasoning")).toBe("edited");
  expect(versions("edited", "reasoning")).toEqual(["edited"]);
});
