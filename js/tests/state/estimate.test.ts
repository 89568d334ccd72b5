import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reading, restOfThought, warning } from "../../src/state/estimate.ts";
import { Meter } from "../../src/state/meter.ts";
import { en } from "../../src/texts/en.ts";
import type { TurnLimits } from "../../src/wire/protocol.ts";

interface Given extends TurnLimits {
  done: number;
  total: number;
  thought: number;
  pace?: number;
}

type Examples<T> = [T, string][];

const examples = JSON.parse(readFileSync("../tests/wire/estimates.json", "utf8")) as {
  about: Examples<number>;
  at_most: Examples<number>;
  rate: Examples<number>;
  waiting: Examples<number>;
  reading: Examples<Given>;
  rest_of_thought: Examples<Given>;
  warning: Examples<Given>;
};

const { about, atMost, rate, waitingForChats } = en;

describe("says what Python says:", () => {
  it.each(examples.about)("about %d", (seconds, said) => expect(about(seconds)).toBe(said));
  it.each(examples.at_most)("at most %d", (seconds, said) => expect(atMost(seconds)).toBe(said));
  it.each(examples.rate)("rate %d", (pace, said) => expect(rate(pace)).toBe(said));
  it.each(examples.waiting)("waiting %d", (chats, said) => expect(waitingForChats(chats)).toBe(said));
  it.each(examples.reading)("reading %o", ({ done, total, pace }, said) =>
    expect(reading({ done, total }, pace, en)).toBe(said),
  );
  it.each(examples.rest_of_thought)("the rest of a thought %o", (given, said) =>
    expect(restOfThought(given, given.thought, given.pace, en)).toBe(said),
  );
  it.each(examples.warning)("a warning %o", (given, said) =>
    expect(warning(given, given.pace, en)).toBe(said),
  );
});

describe("the meter", () => {
  /** Feed a pace for some seconds; the paces that were told, a second each. */
  function run(
    meter: Meter,
    from: number,
    seconds: number,
    pace: number,
    tokens = 0,
  ): (number | undefined)[] {
    const told: (number | undefined)[] = [];
    for (let second = 0; second < seconds; second++) {
      for (let piece = 1; piece <= pace; piece++)
        meter.add(from + (second + piece / pace) * 1000, tokens + second * pace + piece);
      told.push(meter.pace(from + (second + 1) * 1000));
    }
    return told;
  }

  it("says nothing before it knows enough", () => {
    const meter = new Meter();
    expect(meter.pace(0)).toBeUndefined();
    expect(run(meter, 0, 4, 2)).toEqual([undefined, undefined, undefined, undefined]);
    expect(run(meter, 4000, 4, 2, 8).at(-1)).toBeCloseTo(2);
    const fast = new Meter();
    expect(run(fast, 0, 3, 100)[0]).toBeUndefined();
    expect(run(fast, 3000, 1, 100, 300)[0]).toBeCloseTo(100, 0);
  });

  it("is calm where the pace is even", () => {
    const told = run(new Meter(), 0, 120, 14).filter(pace => pace !== undefined);
    expect(told.length).toBeGreaterThan(110);
    expect(new Set(told).size).toBe(1);
  });

  it("follows a pace that changes, within its window", () => {
    const meter = new Meter();
    run(meter, 0, 60, 20);
    expect(run(meter, 60_000, 40, 10, 1200).at(-1)).toBeCloseTo(10, 0);
  });

  it("notices silence, but not the time between two messages", () => {
    const meter = new Meter();
    run(meter, 0, 20, 10);
    expect(meter.pace(22_000)).toBeCloseTo(10, 0);
    expect(meter.pace(40_000)).toBeCloseTo(5, 0);
    const slow = new Meter();
    for (let token = 1; token <= 20; token++) slow.add(token * 4000, token);
    expect(slow.pace(89_000)).toBeCloseTo(0.25);
  });

  it("is not misled by a snapshot that says nothing new", () => {
    const meter = new Meter();
    run(meter, 0, 20, 10);
    meter.add(21_000, 200);
    meter.add(21_000, 150);
    expect(meter.pace(21_000)).toBeCloseTo(10, 0);
  });
});
