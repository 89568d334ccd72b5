import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Sync } from "../../src/wire/sync.ts";

let asked: number;
let gone: AbortController;
let sync: Sync;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  asked = 0;
  gone = new AbortController();
  sync = new Sync(() => void asked++, gone.signal);
});
afterEach(() => vi.useRealTimers());

describe("a page asks for all that there is", () => {
  it("when it meets a chat that says nothing, after a moment", () => {
    sync.open(false);
    expect(asked).toBe(0);
    vi.advanceTimersByTime(250);
    expect(asked).toBe(1);
  });

  it("when it meets one in the middle, and not one that has said all", () => {
    sync.applied(true);
    expect(asked, "nobody reads yet").toBe(0);
    sync.open(true);
    expect(asked).toBe(1);
    const other = new Sync(() => void asked++, gone.signal);
    expect(other.restart(3)).toBe(true);
    other.applied(false);
    other.open(true);
    expect([asked, other.known]).toEqual([1, true]);
  });

  it("when something is missing, once until the answer has come", () => {
    sync.restart(1);
    sync.open(true);
    for (const seq of [2, 4, 5]) {
      expect(sync.isNews(seq)).toBe(true);
      sync.applied(false);
    }
    expect(asked).toBe(1);
    expect(sync.restart(5)).toBe(false);
    expect(sync.isNews(5)).toBe(false);
    sync.applied(false);
    expect(asked).toBe(1);
    expect(sync.isNews(6)).toBe(true);
    sync.miss();
    sync.applied(false);
    expect(asked).toBe(2);
  });

  it("when a turn that runs is silent for long, and not of a kernel that has gone", () => {
    sync.restart(1);
    sync.open(true);
    sync.applied(true);
    vi.advanceTimersByTime(15_000);
    expect(asked).toBe(1);
    sync.restart(2);
    sync.applied(true);
    sync.rest();
    vi.advanceTimersByTime(60_000);
    expect(asked).toBe(1);
  });

  it("not when it is gone itself", () => {
    sync.open(false);
    gone.abort();
    vi.advanceTimersByTime(60_000);
    expect(asked).toBe(0);
  });
});
