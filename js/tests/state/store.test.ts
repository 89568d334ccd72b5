import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StoreChange } from "../../src/state/changes.ts";
import { codePoints } from "../../src/state/text.ts";
import { isToPage } from "../../src/wire/guard.ts";
import type { TextDelta, ToPage } from "../../src/wire/protocol.ts";
import type { ToKernel } from "../../src/wire/tokernel.ts";
import { delta, fakeChat, snapshot, turn } from "../fake.ts";

interface Wire {
  direction: "to_page" | "to_kernel";
  messages: unknown[];
  expect?: Record<string, { reasoning: string; answer: string }>;
}

const WIRE = "../tests/wire/";
const fixtures = readdirSync(WIRE)
  .filter(name => name.endsWith(".json"))
  .map(name => [name, JSON.parse(readFileSync(WIRE + name, "utf8")) as Wire] as const);

/** Every delta as one message for each of its code points, numbered anew. */
function byCharacter(messages: ToPage[]): ToPage[] {
  let seq: number | undefined;
  const number = <T extends { seq: number }>(message: T): T => {
    seq = seq === undefined ? message.seq : seq + 1;
    return { ...message, seq };
  };
  return messages.flatMap((message): ToPage[] => {
    if (message.type === "delta") {
      return [...message.text].map(
        (text, index): TextDelta => number({ ...message, text, at: message.at + index }),
      );
    }
    return ["snapshot", "turn", "branch", "checks"].includes(message.type)
      ? [number(message as ToPage & { seq: number })]
      : [message];
  });
}

describe.each(fixtures.filter(([, wire]) => wire.direction === "to_page"))("%s", (_, wire) => {
  const ways = { whole: wire.messages as ToPage[], "by character": byCharacter(wire.messages as ToPage[]) };
  it.each(Object.entries(ways))("%s: gives the texts it should, without a gap", (_, messages) => {
    const { store, model, put } = fakeChat();
    for (const message of messages) {
      expect(isToPage(message)).toBe(true);
      put(message);
    }
    const texts = store.turns.all.map(({ state, texts: { reasoning, answer } }) => [
      state.id,
      { reasoning: reasoning.value, answer: answer.value },
    ]);
    expect(Object.fromEntries(texts)).toEqual(wire.expect);
    // At most the one of a page that hasn't seen a snapshot yet.
    expect(model.countOf("sync")).toBe(messages[0]?.type === "snapshot" ? 0 : 1);
  });
});

it("sends the commands of commands.json", () => {
  const wire = JSON.parse(readFileSync(`${WIRE}commands.json`, "utf8")) as Wire;
  vi.useFakeTimers();
  const { store, model, put } = fakeChat();
  vi.advanceTimersByTime(250);
  put(turn(1));
  void store.ask("What is 17 × 24?", () => {});
  void store.stop("t1");
  const ask = model.lastOf("ask")?.id ?? "";
  void store.stop(ask);
  void store.steer({ type: "answer_now", turn: "t1" });
  void store.steer({ type: "think_more", turn: "t1" });
  void store.steer({ type: "regenerate", turn: "t1", n: 4 });
  void store.steer({ type: "resume", turn: "t1" });
  void store.steer({ type: "edit", turn: "t1", part: "reasoning", text: "Two and two are five." });
  void store.steer({ type: "edit", turn: "t1", part: "answer", text: "It is" });
  void store.steer({ type: "edit", turn: "t1", part: "question", text: "What is 2 + 3?" });
  void store.steer({ type: "continue_from", turn: "t1", at: 4, n: 2 });
  void store.steer({ type: "select", turn: "t1" });
  void store.requests.compare(["t1"]);
  const [one, all] = [
    { scope: "turn", turn: "t1", reasoning: "folded" },
    { scope: "all", reasoning: "none" },
  ] as const;
  void store.requests.export({ format: ".md", ...one }, () => {});
  void store.requests.export({ format: "widget", ...all, size_only: true }, () => {});
  void store.requests.look();
  void store.requests.restore();
  void store.requests.lookFor("check", "t1", 4, () => {});
  void store.requests.lookFor("trace_answer", "t1", 2, () => {});
  void store.requests.stopLooking("trace_answer", "t1");
  void store.requests.foresee("check", "t1", 4);
  void store.requests.putNote("t1", {
    kind: "reasoning",
    start: 0,
    end: 3,
    verdict: "wrong",
    text: "It isn't.",
  });
  void store.requests.removeNote("t1", "n1");
  void store.requests.scores("t1", () => {});
  void store.steer({ type: "fork_token", turn: "t1", index: 3, token: 17, text: " five" });
  const shapes = model.sent.map(({ id: _, ...message }) => message);
  const known = (wire.messages as ToKernel[]).map(({ id: _, ...message }) =>
    "ask" in message ? { ...message, ask } : message,
  );
  // `stop` of everything is Python's to offer. What is said of the model, the settings and the chat as a whole: wire/status.test.ts.
  const others = ["clear", "new_chat", "set", "describe", "unload"];
  expect(shapes).toEqual(
    known.filter(
      ({ type, ...rest }) => !others.includes(type) && (type !== "stop" || "turn" in rest || "ask" in rest),
    ),
  );
  expect(new Set(model.sent.map(message => message.id)).size).toBe(model.sent.length);
  vi.useRealTimers();
});

describe("what comes", () => {
  it("is dropped when it isn't in the protocol", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { store, put } = fakeChat();
    const junk = [
      null,
      7,
      "delta",
      {},
      { type: "delta", seq: 1 },
      { type: "turn", seq: 1, turn: { id: 3 } },
      turn(1, { waiting: -1 }),
      turn(1, { interrupted: "person" as never }),
      turn(1, { reading: { done: 3 } as never }),
      turn(1, { limits: { thinking_budget: 3 } as never }),
      turn(1, { pace: { tokens_per_second: "fast" as never } }),
      { ...snapshot(1), turns: [{}] },
    ];
    for (const message of junk) put(message);
    expect(store.live).toBe(false);
    expect(warn).toHaveBeenCalledTimes(junk.length);
  });

  it("is refused in a sentence when it is of another version", () => {
    const { store, put } = fakeChat();
    const changes: StoreChange[] = [];
    store.listen(change => changes.push(change), new AbortController().signal);
    put({ type: "snapshot", v: 4, seq: 1, something: "else" });
    expect(changes).toEqual([{ type: "refused", text: expect.stringMatching(/version 4 .*version 3/) }]);
  });

  it("is counted in code points, as Python does", () => {
    expect(codePoints("a🙂b")).toBe(3);
    const { store, model, put } = fakeChat();
    put(turn(1));
    put(delta(2, 0, "🙂🙂 "));
    put(delta(3, 3, "ok"));
    put(delta(4, 1, "🙂 ok!"));
    expect(store.turns.get("t1")?.texts.reasoning.value).toBe("🙂🙂 ok!");
    expect(model.countOf("sync")).toBe(1);
  });
});

describe("a gap", () => {
  it("in the numbers asks for a snapshot once, and goes on by offset", () => {
    const { store, model, put } = fakeChat();
    put(snapshot(1, [[{}, "One ", ""]]));
    put(delta(3, 4, "two"));
    put(delta(5, 20, "lost"));
    put(delta(6, 7, " three"));
    expect(store.turns.get("t1")?.texts.reasoning.value).toBe("One two three");
    expect(model.sent).toEqual([{ type: "sync", id: expect.any(String) }]);
    put(snapshot(7, [[{}, "One two three four", ""]]));
    put(delta(8, 18, "!"));
    expect(store.turns.get("t1")?.texts.reasoning.value).toBe("One two three four!");
    put(delta(10, 30, "?"));
    expect(model.countOf("sync")).toBe(2);
  });

  it("is there when the first message is not the first", () => {
    const { store, model, put } = fakeChat({}, false);
    put(delta(500, 90, "text"));
    store.open();
    expect(model.sent).toEqual([{ type: "sync", id: expect.any(String) }]);
  });

  it("is there when a delta's turn is unknown", () => {
    vi.useFakeTimers();
    const { model, put } = fakeChat();
    put(snapshot(1));
    put(delta(2, 0, "text", "answer", "t9"));
    expect(model.countOf("sync")).toBe(1);
    // Unanswered for long, the request is made again with the next piece.
    put(delta(3, 4, "text", "answer", "t9"));
    expect(model.countOf("sync")).toBe(1);
    vi.advanceTimersByTime(6000);
    put(delta(4, 8, "text", "answer", "t9"));
    expect(model.countOf("sync")).toBe(2);
    vi.useRealTimers();
  });
});

describe("meeting a chat", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks when nothing is heard", () => {
    const { model } = fakeChat();
    expect(model.sent).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(model.sent).toEqual([{ type: "sync", id: expect.any(String) }]);
  });

  it("asks when its beginning was heard", () => {
    const { model, put } = fakeChat();
    put(turn(1));
    vi.advanceTimersByTime(1000);
    expect(model.sent).toEqual([{ type: "sync", id: expect.any(String) }]);
  });

  it("asks nothing when the display has said everything", () => {
    const { store, model, put } = fakeChat();
    put(snapshot(40));
    store.open();
    put(delta(41, 0, "text"));
    vi.advanceTimersByTime(1000);
    expect(model.countOf("sync")).toBe(1); // for the delta, of a turn that isn't in it
  });
});

it("asks again when a running turn has been silent for long, and then waits for the answer", () => {
  vi.useFakeTimers();
  const { model, gone, put } = fakeChat();
  put(snapshot(1, [[{}, "", ""]]));
  vi.advanceTimersByTime(14_000);
  put(delta(2, 0, "Hm"));
  vi.advanceTimersByTime(14_000);
  expect(model.countOf("sync")).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(model.countOf("sync")).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(model.countOf("sync")).toBe(1);
  put(snapshot(3, [[{ state: "ended" }, "Hm", ""]]));
  vi.advanceTimersByTime(60_000);
  expect(model.countOf("sync")).toBe(1);
  gone.abort();
  vi.useRealTimers();
});

describe("a snapshot", () => {
  it("that says what is known changes no text, and one that says more appends", () => {
    const { store, put } = fakeChat();
    put(snapshot(1, [[{}, "One", ""]]));
    const known = store.turns.get("t1");
    const changes: StoreChange[] = [];
    store.listen(change => changes.push(change), new AbortController().signal);
    put(snapshot(2, [[{}, "One", ""]]));
    expect(changes.map(change => change.type)).toEqual(["turn"]);
    put(snapshot(3, [[{}, "One two", "A"]]));
    expect(store.turns.get("t1")).toBe(known);
    expect(changes.filter(change => change.type === "text")).toMatchObject([
      { kind: "reasoning", news: " two" },
      { kind: "answer", news: "A" },
    ]);
  });

  it("with another text says so, and without turns clears", () => {
    const { store, put } = fakeChat();
    put(snapshot(1, [[{}, "One", ""]]));
    const changes: StoreChange[] = [];
    store.listen(change => changes.push(change), new AbortController().signal);
    put(snapshot(2, [[{}, "Another", ""]]));
    expect(changes[0]).toMatchObject({ type: "text", news: null });
    put(snapshot(3));
    expect(store.turns.list).toEqual([]);
    expect(changes.at(-1)).toEqual({ type: "turns" });
  });
});

it("knows how long a turn had been running when its kernel went, as far as it was told", () => {
  vi.useFakeTimers({ now: 100_000 });
  const { store, put } = fakeChat();
  put(turn(1, { seconds: { total: 0.1 } }));
  put({ ...delta(2, 0, "Hm"), seconds: 4.2 });
  vi.advanceTimersByTime(60_000); // in which nothing more was heard
  store.turns.lose();
  expect(store.turns.get("t1")?.state).toMatchObject({
    state: "ended",
    finish_reason: "cancelled",
    seconds: { total: 4.2 },
  });
  vi.useRealTimers();
});

it("knows how long a turn has been running, and how long it thought", () => {
  vi.useFakeTimers({ now: 100_000 });
  const { store, put } = fakeChat();
  put(turn(1, { seconds: { total: 3 } }));
  expect(store.turns.get("t1")?.began).toBe(97_000);
  vi.advanceTimersByTime(2000);
  put(delta(2, 0, "\n\n", "answer"));
  expect(store.turns.get("t1")?.thoughtSeconds).toBeUndefined();
  put(delta(3, 2, "Yes", "answer"));
  expect(store.turns.get("t1")?.thoughtSeconds).toBe(5);
  put(turn(4, { state: "ended", seconds: { total: 9, thinking: 4.5 } }));
  expect(store.turns.get("t1")?.thoughtSeconds).toBe(4.5);
  vi.useRealTimers();
});
