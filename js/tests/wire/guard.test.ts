import { describe, expect, it } from "vitest";
import { isToPage } from "../../src/wire/guard.ts";
import { delta, snapshot, turn } from "../fake.ts";

const version = { of: "t1", part: "reasoning", at: 3 };
const loop = { kind: "reasoning", since: 3, rounds: 4 };
const others = { reasoning: [[0, 2, "person"]], answer: [] };
const compared = {
  type: "compared",
  id: "c1",
  by: "value",
  groups: [{ value: "4", by: "value", turns: ["t1"] }],
  without: [],
};
const whole = (more: object) => {
  const given = snapshot(1, [[{}, "One", ""]]);
  return { ...given, turns: given.turns.map(each => ({ ...each, ...more })) };
};

describe("is let in", () => {
  it.each<[string, unknown]>([
    ["a version", turn(1, { version } as never)],
    ["a version of a fork", turn(1, { version: { ...version, fork: "f" } } as never)],
    ["a version that isn't one", turn(1, { version: null } as never)],
    ["a loop", turn(1, { loop } as never)],
    ["others", whole({ others })],
    ["no others", whole({ others: null })],
    ["a branch", { type: "branch", seq: 3, active: "t1" }],
    ["a branch without turns", { type: "branch", seq: 3, active: null }],
    ["an origin", { ...delta(1, 0, "a"), origin: "think_more" }],
    ["compared", compared],
  ])("%s", (_, message) => expect(isToPage(message)).toBe(true));
});

describe("is dropped", () => {
  it.each<[string, unknown]>([
    ["a version of nothing", turn(1, { version: { part: "reasoning", at: 3 } } as never)],
    ["a version of another part", turn(1, { version: { ...version, part: "title" } } as never)],
    ["a version from before the beginning", turn(1, { version: { ...version, at: -1 } } as never)],
    ["a version from between two characters", turn(1, { version: { ...version, at: 1.5 } } as never)],
    ["a version of a fork without a name", turn(1, { version: { ...version, fork: 7 } } as never)],
    ["a version in words", turn(1, { version: "t1" } as never)],
    ["a loop of another kind", turn(1, { loop: { ...loop, kind: "question" } } as never)],
    ["a loop since nowhere", turn(1, { loop: { ...loop, since: "3" } } as never)],
    ["a loop without rounds", turn(1, { loop: { kind: "reasoning", since: 3 } } as never)],
    ["others of one kind", whole({ others: { reasoning: [] } })],
    ["others by nobody", whole({ others: { ...others, answer: [[0, 1, "ghost"]] } })],
    ["others without an end", whole({ others: { ...others, answer: [[0, "person"]] } })],
    ["others that are no list", whole({ others: { ...others, answer: "person" } })],
    ["a branch to a number", { type: "branch", seq: 3, active: 4 }],
    ["a branch without its number", { type: "branch", active: "t1" }],
    ["an unknown origin", { ...delta(1, 0, "a"), origin: "ghost" }],
    ["compared by feeling", { ...compared, by: "feeling" }],
    ["compared without an id", { ...compared, id: undefined }],
    ["compared with a group of nothing", { ...compared, groups: [{ value: "4" }] }],
    ["compared with numbers for turns", { ...compared, groups: [{ value: "4", turns: [1] }] }],
    ["compared that says nothing of the rest", { ...compared, without: undefined }],
  ])("%s", (_, message) => expect(isToPage(message)).toBe(false));
});
