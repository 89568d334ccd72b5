import { beforeEach, describe, expect, it } from "vitest";
import { Fold } from "../../src/thought/fold.ts";

const traits = { unfold: "auto" as "auto" | "always" | "never" };
let told: boolean[];
let fold: Fold;

beforeEach(() => {
  traits.unfold = "auto";
  told = [];
  fold = new Fold(traits, open => told.push(open));
});

describe("a thought", () => {
  it("is open while the model thinks, and folded when it answers", () => {
    fold.follow(true, false);
    fold.follow(true, false);
    expect(fold.isOpen).toBe(true);
    fold.follow(false, true);
    expect(told).toEqual([true, false]);
    expect(fold.chosen).toBeUndefined();
  });

  it("stays open where it was stopped, since there is no answer to make room for", () => {
    fold.follow(true, false);
    fold.follow(false, false);
    expect(fold.isOpen).toBe(true);
  });

  it("is as the trait says, which may change", () => {
    traits.unfold = "always";
    fold.follow(false, true);
    expect(fold.isOpen).toBe(true);
    traits.unfold = "never";
    fold.follow(true, false);
    expect(fold.isOpen).toBe(false);
  });

  it("is as the reader left it from then on", () => {
    fold.choose(false);
    fold.follow(true, false);
    traits.unfold = "always";
    fold.follow(true, false);
    expect([fold.isOpen, fold.chosen, told.length]).toEqual([false, false, 0]);
    fold.choose(true);
    fold.follow(false, true);
    expect([fold.isOpen, fold.chosen]).toEqual([true, true]);
  });

  it.each([true, false])("is open on paper and then as it was: %s", open => {
    fold.follow(open, false);
    fold.print(true);
    expect(fold.isOpen).toBe(true);
    fold.print(false);
    expect([fold.isOpen, fold.chosen]).toEqual([open, undefined]);
    fold.print(false);
    expect(fold.isOpen, "nothing was printed").toBe(open);
  });
});
