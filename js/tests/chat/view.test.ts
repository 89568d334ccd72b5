import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renderChat } from "../../src/chat/chat.ts";
import { renderTurn } from "../../src/chat/single.ts";
import { delta, type FakeChat, fakeChat, settled, snapshot, turn } from "../fake.ts";

interface Shown extends FakeChat {
  el: HTMLElement;
  view: AbortController;
  one: <T extends Element = HTMLElement>(selector: string) => T;
  text: (selector: string) => string;
}

const open: AbortController[] = [];

/** A chat's view in the page; with `id`, that of one turn. */
function show(traits: Record<string, unknown> = {}, id?: string): Shown {
  const fake = fakeChat(traits, false);
  const el = document.createElement("div");
  document.body.append(el);
  const view = new AbortController();
  open.push(view, fake.gone);
  if (id === undefined) renderChat(fake.store, el, view.signal);
  else renderTurn(fake.store, id, el, view.signal);
  fake.store.open();
  const one = <T extends Element = HTMLElement>(selector: string) => {
    const found = el.querySelector<T>(selector);
    if (!found) throw new Error(`There is no ${selector}.`);
    return found;
  };
  return { ...fake, el, view, one, text: selector => one(selector).textContent ?? "" };
}

const visible = (element: Element) => element.closest("[hidden]") === null;
const draw = () => vi.advanceTimersByTime(300);

function key(target: Element, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

function type(shown: Shown, text: string): HTMLTextAreaElement {
  const draft = shown.one<HTMLTextAreaElement>(".r1-draft");
  draft.value = text;
  draft.dispatchEvent(new Event("input", { bubbles: true }));
  return draft;
}

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));

afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
  // What was to be drawn in the next frame must not wait for a clock that is gone.
  draw();
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe("the fold", () => {
  const expanded = (shown: Shown) => shown.one(".r1-fold").getAttribute("aria-expanded") === "true";

  it("is open while the model thinks, and folded when it answers", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 } }));
    expect(visible(shown.one(".r1-trace"))).toBe(false);
    shown.put(delta(2, 0, "Two "));
    expect(expanded(shown)).toBe(true);
    vi.advanceTimersByTime(12_300);
    expect(shown.text(".r1-fold")).toBe("Thinking…");
    expect(shown.text(".r1-counter")).toBe("12 s · 1 token");
    expect(shown.text(".r1-thought").trim()).toBe("Two");
    shown.put(delta(3, 0, "\n\n", "answer"));
    expect(expanded(shown)).toBe(true);
    shown.put(delta(4, 2, "4", "answer"));
    expect(expanded(shown)).toBe(false);
    expect(shown.one(".r1-body").hasAttribute("inert")).toBe(true);
    expect(shown.text(".r1-fold")).toBe("Thought for 12 s · 1 token");
    expect(shown.text(".r1-counter")).toBe("");
    shown.put(
      turn(5, {
        state: "ended",
        finish_reason: "stop",
        thinking_ended_by: "budget",
        seconds: { total: 20, thinking: 0.4 },
        tokens: { reasoning: 1340, answer: 1 },
      }),
    );
    expect(shown.text(".r1-fold")).toBe(
      "Thought for less than a second · 1,340 tokens · ended by the thinking budget",
    );
    expect(vi.getTimerCount()).toBeLessThanOrEqual(3); // a frame, a silence, and whether the notebook keeps the turn
  });

  it("stays as the reader left it", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "Two "));
    shown.one(".r1-fold").click();
    expect(expanded(shown)).toBe(false);
    shown.put(delta(3, 4, "and two"));
    expect(expanded(shown)).toBe(false);
    shown.one(".r1-fold").click();
    shown.put(delta(4, 0, "4", "answer"));
    expect(expanded(shown)).toBe(true);
  });

  it("draws what it hides only when it is opened", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "A **thought**.", "4"]]));
    draw();
    expect(expanded(shown)).toBe(false);
    expect(shown.text(".r1-thought")).toBe("");
    shown.one(".r1-fold").click();
    draw();
    expect(shown.one(".r1-thought strong").textContent).toBe("thought");
  });

  it("isn't there for an empty thought", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "\n\n", "4"]]));
    expect(visible(shown.one(".r1-trace"))).toBe(false);
  });
});

describe("a turn says how it stands", () => {
  const cases: [string, Parameters<typeof turn>[1], string, string][] = [
    ["queued, and nobody comes first", { state: "queued", place: 1 }, "", "Waiting…"],
    ["queued, later", { state: "queued", place: 22 }, "", "Waiting: 22nd in the queue"],
    ["read", { state: "running" }, "", "Reading the question…"],
    [
      "stopped while thinking",
      { state: "ended", finish_reason: "cancelled" },
      "Hm",
      "Stopped while thinking; there is no answer.",
    ],
    [
      "cancelled in the queue",
      { state: "ended", finish_reason: "cancelled" },
      "",
      "Cancelled before it began.",
    ],
    [
      "cut off while thinking",
      { state: "ended", finish_reason: "length" },
      "Hm",
      "Cut off at the token limit while thinking; there is no answer. A larger max_tokens gives it room.",
    ],
    ["empty", { state: "ended", finish_reason: "stop" }, "", "The model ended without an answer."],
    [
      "ended in a loop",
      {
        state: "ended",
        finish_reason: "stop",
        loop: { kind: "answer", since: 0, rounds: 9, ended: true },
      },
      "",
      "Ended because it repeated itself; the answer is not complete.",
    ],
  ];
  it.each(cases)("%s", (_, state, reasoning, said) => {
    const shown = show();
    shown.put(snapshot(1, [[state ?? {}, reasoning, ""]]));
    expect(shown.text(".r1-state")).toContain(said);
  });

  it("says quietly what else a server sent, and not as markup", () => {
    const shown = show();
    const notes = ["It sent <b>audio</b>, which can't be shown.", "It gave no finish_reason."];
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop", notes }, "", "4"]]));
    expect(shown.text(".r1-state")).toBe(notes.join(" "));
    expect(shown.one(".r1-alert").hidden).toBe(true);
  });

  it("failed, as an alert", () => {
    const shown = show();
    shown.put(turn(1, { state: "ended", finish_reason: "error", error: 'No network. Use "pocket".' }));
    const alert = shown.one(".r1-turn [role=alert]");
    expect(visible(alert)).toBe(true);
    expect(alert.textContent).toBe('No network. Use "pocket".');
  });

  it("queued, with one before it", () => {
    const shown = show();
    shown.put(
      snapshot(1, [
        [{}, "", ""],
        [{ id: "t2", state: "queued", place: 1 }, "", ""],
      ]),
    );
    expect(shown.el.querySelectorAll(".r1-state")[1]?.textContent).toBe("Waiting: next in the queue");
  });

  it("queued, also when the one before it begins later", () => {
    const shown = show();
    shown.put(turn(1, { state: "queued", place: 1 }));
    shown.put(turn(2, { id: "t2", state: "queued", place: 1 }));
    const second = () => shown.el.querySelectorAll(".r1-state")[1]?.textContent;
    expect(second()).toBe("Waiting…");
    shown.put(turn(3, { state: "running" }));
    expect(second()).toBe("Waiting: next in the queue");
  });

  it("queued for a model that loads: no queue is spoken of where there is none", () => {
    const shown = show({ engine_status: { state: "idle", model: "m", text: "" }, model_name: "m" });
    shown.put(turn(1, { state: "queued", place: 1 }));
    shown.model.change("engine_status", { state: "loading", model: "m", text: "Loading m" });
    expect(shown.text(".r1-state")).toBe("Loading m…");
    shown.put(turn(2, { id: "t2", state: "queued", place: 2 }));
    expect(shown.el.querySelectorAll(".r1-state")[1]?.textContent).toBe("Waiting: 2nd in the queue");
  });

  it("stopped, and why, where nobody pressed Stop", () => {
    const shown = show();
    shown.put(turn(1, { state: "ended", finish_reason: "cancelled", error: "The model was unloaded." }));
    expect(shown.text(".r1-state")).toBe("Cancelled before it began.");
    expect(shown.text(".r1-turn [role=alert]")).toBe("The model was unloaded.");
  });

  it("waiting for a model that loads", () => {
    const shown = show({
      engine_status: { state: "loading", model: "m", text: "Downloading: 3 of 10 MB", done: 3, total: 10 },
    });
    shown.put(turn(1));
    expect(shown.text(".r1-state")).toBe("Loading pocket…");
    expect(shown.text(".r1-engine-text")).toBe("Downloading: 3 of 10 MB");
    expect(shown.one<HTMLProgressElement>("progress").value).toBe(3);
    shown.model.change("engine_status", { state: "failed", model: "m", text: "No disk." });
    expect(visible(shown.one("progress"))).toBe(false);
    expect(shown.text(".r1-engine [role=alert]")).toBe("No disk.");
    const text = "8 bits a weight: at 8 bits it takes 2.4 GB of 24.0 GB that are free";
    shown.model.change("engine_status", { state: "ready", model: "m", text, bits: 8 });
    expect(shown.text(".r1-engine-text")).toBe("8 bits a weight");
    expect(shown.one(".r1-engine-text").title).toBe(text);
  });

  it("to a screen reader at boundaries only", () => {
    const shown = show();
    const said: string[] = [];
    new MutationObserver(() => {}).observe(shown.el, { childList: true });
    const note = () => said.at(-1) !== shown.text(".r1-said") && said.push(shown.text(".r1-said"));
    shown.put(turn(1));
    for (const [index, letter] of [..."abc"].entries()) {
      shown.put(delta(2 + index, index, letter));
      note();
    }
    shown.put(delta(5, 0, "4", "answer"));
    note();
    shown.put(turn(6, { state: "ended", finish_reason: "stop" }));
    note();
    expect(said).toEqual(["Thinking", "Answering", "Answer ready, 1 word"]);
  });
});

describe("what is to be expected", () => {
  const slow = { limits: { max_tokens: 8192, thinking_budget: 2000 }, pace: { tokens_per_second: 4 } };
  const warning =
    "At 4 tokens/s a thought of 2,000 tokens takes about 8 min. Stop, or set a smaller thinking_budget, to have an answer sooner.";

  /** Write `seconds` of thought, evenly, five messages a second, from token `from` on; a token is an "x". */
  function write(shown: Shown, seq: number, from: number, seconds: number, pace: number): number {
    const fold = shown.one(".r1-fold");
    if (fold.getAttribute("aria-expanded") === "true") fold.click(); // what is folded isn't drawn
    let tokens = from;
    for (let message = 0; message < seconds * 5; message++) {
      vi.advanceTimersByTime(200);
      const text = "x".repeat(pace / 5);
      shown.put({ ...delta(seq + message, tokens, text), tokens: tokens + text.length });
      tokens += text.length;
    }
    return tokens;
  }

  it("is a place behind other chats, then how far the reading is", () => {
    const shown = show();
    shown.put(turn(1, { waiting: 2 }));
    expect(shown.text(".r1-state")).toBe("Waiting: 2 chats first");
    shown.put(turn(2, { waiting: 1 }));
    expect(shown.text(".r1-state")).toBe("Waiting: 1 chat first");
    const pace = { prompt_tokens_per_second: 120 };
    const tokens = { prompt: 1500, reasoning: 0, answer: 0 };
    shown.put(turn(3, { pace, tokens }));
    expect(shown.text(".r1-state")).toBe("Reading the question…");
    shown.put(turn(4, { pace, tokens, reading: { done: 512, total: 1500 } }));
    expect(shown.text(".r1-state")).toBe("Reading the question: 512 of 1,500 tokens (about 8 s)");
    shown.put(delta(5, 0, "Hm"));
    expect(shown.text(".r1-state")).toBe("");
  });

  it("is a time to the budget, from the engine's pace first and then from what comes", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 }, ...slow, pace: { tokens_per_second: 10 } }));
    shown.put(delta(2, 0, "x"));
    expect(shown.text(".r1-counter")).toBe("1 token · 10 tokens/s · about 3 min to the budget of 2,000");
    expect(write(shown, 3, 1, 42, 20)).toBe(841);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toBe(
      "43 s · 841 tokens · 20 tokens/s · about 1 min to the budget of 2,000",
    );
  });

  it("is only a bound where there is no budget, and nothing where nothing is known", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 }, limits: { max_tokens: 8192 } }));
    shown.put(delta(2, 0, "x"));
    expect(shown.text(".r1-counter")).toBe("1 token");
    write(shown, 3, 1, 10, 20);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toBe("11 s · 201 tokens · 20 tokens/s · at most about 7 min");
  });

  it("changes once a second at most, and isn't read out", () => {
    const shown = show();
    shown.put(turn(1, { seconds: { total: 0 }, ...slow }));
    shown.put(delta(2, 0, "x"));
    shown.one(".r1-fold").click();
    const seen = new Set<string>();
    for (let piece = 0; piece < 100; piece++) {
      vi.advanceTimersByTime(50);
      shown.put({ ...delta(3 + piece, 1 + piece, "x"), tokens: 2 + piece });
      seen.add(shown.text(".r1-counter"));
    }
    expect(seen.size).toBeLessThanOrEqual(6);
    const counter = shown.one(".r1-counter");
    expect(counter.getAttribute("aria-live")).toBe("off");
    expect(counter.closest("button, [role=status], [aria-live=polite]")).toBeNull();
  });

  it("is a warning before a long thought, which goes away with the thought", () => {
    const shown = show();
    shown.put(turn(1, { ...slow, opens_thinking: true }));
    expect(visible(shown.one(".r1-warning"))).toBe(true);
    expect(shown.text(".r1-warning")).toBe(warning);
    expect(shown.text(".r1-said")).toBe(warning);
    expect(visible(shown.one(".r1-fold"))).toBe(false);
    shown.put(delta(2, 0, "Hm"));
    expect(shown.text(".r1-warning")).toBe(warning);
    expect(visible(shown.one(".r1-fold"))).toBe(true);
    shown.put(delta(3, 0, "4", "answer"));
    expect(shown.text(".r1-warning")).toBe("");
  });

  it("is no warning where none may be needed: no thought is opened, the machine is fast, the turn is over", () => {
    const shown = show();
    shown.put(turn(1, { ...slow, opens_thinking: false }));
    expect(visible(shown.one(".r1-trace"))).toBe(false);
    shown.put(turn(2, { ...slow, opens_thinking: true, pace: { tokens_per_second: 50 } }));
    expect(shown.text(".r1-warning")).toBe("");
    shown.put(turn(3, { ...slow, opens_thinking: true }));
    expect(shown.text(".r1-warning")).toBe(warning);
    shown.put(turn(4, { ...slow, state: "ended", finish_reason: "cancelled" }));
    expect(shown.text(".r1-warning")).toBe("");
    expect(visible(shown.one(".r1-trace"))).toBe(false);
  });

  it("goes with the pace, is taken back when the machine turns out to be fast, and is read out once", () => {
    const shown = show();
    shown.put(turn(1, { ...slow, opens_thinking: true }));
    let tokens = write(shown, 2, 0, 10, 5);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-counter")).toContain(" · 5 tokens/s · about 7 min to ");
    expect(shown.text(".r1-warning")).toBe(
      warning.replace("4 tokens/s", "5 tokens/s").replace("8 min", "7 min"),
    );
    expect(shown.text(".r1-said")).toBe("Thinking");
    tokens = write(shown, 52, tokens, 20, 50);
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-warning")).toBe("");
    expect(tokens).toBe(1050);
  });

  it("doesn't come and go where the pace is on the edge", () => {
    for (const [first, then] of [
      [10, 13],
      [13, 10],
    ] as const) {
      const shown = show();
      shown.put(turn(1, { ...slow, pace: { tokens_per_second: first }, opens_thinking: true }));
      const warned = shown.text(".r1-warning") !== "";
      expect(warned).toBe(first === 10);
      shown.put(turn(2, { ...slow, pace: { tokens_per_second: then }, opens_thinking: true }));
      expect(shown.text(".r1-warning") !== "").toBe(warned);
    }
  });

  it("has become what it was, when the turn is over", () => {
    const shown = show();
    const tokens = { prompt: 5, reasoning: 1000, answer: 240 };
    const pace = { tokens_per_second: 14.3 };
    shown.put(
      snapshot(1, [
        [{ state: "ended", finish_reason: "stop", seconds: { total: 91 }, tokens, pace }, "a", "b"],
      ]),
    );
    expect(shown.text(".r1-cost")).toBe("1 min 31 s · 1,240 tokens · 14 tokens/s");
  });
});

describe("the composer", () => {
  it("keeps the draft until the kernel has it", async () => {
    const shown = show();
    const draft = type(shown, "  Why?\n");
    expect(key(draft, "Enter").defaultPrevented).toBe(true);
    key(draft, "Enter");
    expect(shown.model.countOf("ask")).toBe(1);
    expect(shown.model.lastOf("ask")?.text).toBe("Why?");
    expect(draft.readOnly).toBe(true);
    expect(shown.text(".r1-send")).toBe("Sending…");
    vi.advanceTimersByTime(1000);
    expect(shown.text(".r1-hint")).toContain("your question is waiting");
    expect(draft.value).toContain("Why?");
    shown.put({ type: "ack", id: shown.model.lastOf("ask")?.id });
    await settled();
    expect(draft.value).toContain("Why?");
    shown.put({ type: "done", id: shown.model.lastOf("ask")?.id });
    await settled();
    expect(draft.value).toBe("");
    expect(draft.readOnly).toBe(false);
    expect(visible(shown.one(".r1-hint"))).toBe(false);
  });

  it("keeps the draft when the kernel is dead", async () => {
    const shown = show();
    shown.model.send = () => {
      throw new Error("Kernel is dead");
    };
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const draft = type(shown, "Why?");
    key(draft, "Enter");
    await settled();
    expect(draft.value).toBe("Why?");
    expect(shown.text(".r1-hint")).toContain("kernel of this conversation is gone");
  });

  it("keeps the draft when the question is refused, and when the kernel goes meanwhile", async () => {
    const shown = show();
    const draft = type(shown, "Why?");
    key(draft, "Enter");
    shown.put({ type: "refused", id: shown.model.lastOf("ask")?.id, text: "Not now." });
    await settled();
    expect([draft.value, draft.readOnly]).toEqual(["Why?", false]);
    expect(shown.text(".r1-notice span")).toBe("Not now.");
    expect(visible(shown.one(".r1-hint"))).toBe(false);
    key(draft, "Enter");
    expect(draft.readOnly).toBe(true);
    shown.gone.abort();
    await settled();
    expect([draft.value, draft.readOnly]).toEqual(["Why?", false]);
  });

  it("sends on Enter only, and not while an input method is at work", () => {
    const shown = show();
    const draft = type(shown, "日本");
    key(draft, "Enter", { isComposing: true });
    key(draft, "Enter", { keyCode: 229 });
    expect(key(draft, "Enter", { shiftKey: true }).defaultPrevented).toBe(false);
    for (const nothing of ["   ", " \u200b", "\ufeff\u2060\n"]) {
      type(shown, nothing);
      key(draft, "Enter");
    }
    expect(shown.model.countOf("ask")).toBe(0);
    expect(shown.one<HTMLButtonElement>(".r1-send").disabled).toBe(true);
  });

  it("lets no key out to the notebook", () => {
    const shown = show();
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    for (const name of ["Enter", "Escape", "a", "d", "0", "ArrowUp"]) key(shown.one(".r1-draft"), name);
    key(shown.one(".r1-scroller"), "d");
    document.body.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
    expect(shown.one(".r1").getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  });

  it("stops what is running, by Esc or the button; queued turns have their own", () => {
    const shown = show();
    expect(visible(shown.one(".r1-stop"))).toBe(false);
    key(shown.one(".r1-draft"), "Escape");
    expect(shown.model.countOf("stop")).toBe(0);
    shown.put(turn(1));
    shown.put(turn(2, { id: "t2", state: "queued", place: 1 }));
    expect(visible(shown.one(".r1-stop"))).toBe(true);
    key(shown.one(".r1-draft"), "Escape");
    expect(shown.model.lastOf("stop")?.turn).toBe("t1");
    expect(shown.text(".r1-stop")).toBe("Stopping…");
    shown.one("[data-turn=t2] [aria-label='Cancel this question']").click();
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
    shown.put(turn(3, { state: "ended", finish_reason: "cancelled" }));
    shown.put(turn(4, { id: "t2", state: "ended", finish_reason: "cancelled" }));
    expect(visible(shown.one(".r1-stop"))).toBe(false);
  });

  it("stops a question from the moment of Enter, also while the model loads", async () => {
    const shown = show();
    const draft = type(shown, "Why?");
    key(draft, "Enter");
    expect(visible(shown.one(".r1-stop"))).toBe(true);
    key(draft, "Escape");
    key(draft, "Escape");
    const ask = shown.model.lastOf("ask")?.id;
    expect(shown.model.sent.filter(({ type }) => type === "stop")).toMatchObject([{ ask }]);
    expect(shown.text(".r1-stop")).toBe("Stopping…");
    shown.put(turn(1, { state: "queued", place: 1 }));
    expect(shown.text(".r1-stop")).toBe("Stopping…");
    shown.put({ type: "done", id: ask, turn: "t1" });
    await settled();
    expect([shown.text(".r1-stop"), shown.store.stopping.has("t1")]).toEqual(["Stopping…", true]);
    shown.put(turn(2, { state: "ended", finish_reason: "cancelled" }));
    expect(visible(shown.one(".r1-stop"))).toBe(false);
    // The kernel has told of the next one, which waits for the model.
    shown.put(turn(3, { id: "t2", state: "queued", place: 1 }));
    key(draft, "Escape");
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
  });
});

describe("the view of one turn", () => {
  it("shows that turn, and has its Stop", () => {
    const shown = show({}, "t2");
    shown.put(turn(1));
    shown.put(turn(2, { id: "t2", question: "And?" }));
    expect(shown.el.querySelectorAll(".r1-turn").length).toBe(1);
    expect(shown.text(".r1-question")).toBe("And?");
    shown.one<HTMLButtonElement>(".r1-foot button:not([hidden])").click();
    expect(shown.model.lastOf("stop")?.turn).toBe("t2");
    shown.put(snapshot(3, [[{ state: "ended" }, "", "x"]]));
    expect(shown.el.querySelectorAll(".r1-turn").length).toBe(0);
    expect(shown.text(".r1-absent:not([hidden])")).toContain("no longer part");
  });

  it("says so when the kernel doesn't know the turn", () => {
    const shown = show({}, "t2");
    expect(shown.el.querySelector(".r1-absent:not([hidden])")).toBeNull();
    shown.put(snapshot(1));
    expect(shown.text(".r1-absent:not([hidden])")).toContain("no longer part");
  });
});

describe("the transcript below", () => {
  it("is hidden by the first message, and never before", () => {
    const output = document.createElement("div");
    output.className = "jp-OutputArea-child";
    const shown = show();
    document.body.append(output);
    output.append(shown.el);
    const texts = [1, 2, 3, 4, 5].map(() => output.cloneNode(false) as HTMLElement);
    output.after(...texts);
    const hidden = () => [output, ...texts].map(({ classList }) => classList.contains("r1-kept"));
    expect(hidden()).toEqual(Array(6).fill(false));
    shown.put(snapshot(1));
    expect(hidden()).toEqual([false, true, true, true, true, false]);
    shown.view.abort();
    expect(hidden()).toEqual(Array(6).fill(false));
  });

  it("is pointed to when there is no kernel", () => {
    const shown = show();
    vi.advanceTimersByTime(1900);
    expect(visible(shown.one(".r1-absent"))).toBe(false);
    vi.advanceTimersByTime(200);
    expect(shown.text(".r1-absent")).toContain("Not connected to a kernel");
    shown.put(snapshot(1));
    expect(visible(shown.one(".r1-absent"))).toBe(false);
  });
});

describe("a kernel that is gone", () => {
  it("is said to be, and takes what was running with it", async () => {
    const shown = show();
    const library = { comm_live: true };
    shown.model.widget_manager = { get_model: async (id: string) => (id === "library" ? library : {}) };
    shown.put(snapshot(1, [[{}, "Hm", ""]]));
    expect(shown.one(".r1").classList.contains("r1-gone")).toBe(false);
    library.comm_live = false;
    shown.model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(100);
    expect(shown.one(".r1").classList.contains("r1-gone")).toBe(true);
    expect(shown.text(".r1-absent:not([hidden])")).toContain("is gone");
    expect(shown.text(".r1-state")).toBe("Stopped while thinking; there is no answer.");
    library.comm_live = true;
    shown.model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(100);
    expect(shown.one(".r1").classList.contains("r1-gone")).toBe(false);
  });
});

it("keeps drawn blocks through a snapshot that only grew", () => {
  const shown = show();
  shown.put(snapshot(1, [[{}, "", "One\n\nTwo\n\nThr"]]));
  draw();
  const first = shown.one(".r1-answer > p");
  shown.put(snapshot(2, [[{}, "", "One\n\nTwo\n\nThree\n\nFour"]]));
  draw();
  expect(shown.one(".r1-answer > p")).toBe(first);
  expect(shown.text(".r1-answer")).toContain("Four");
  shown.put(snapshot(3, [[{}, "", "Other"]]));
  draw();
  expect(shown.text(".r1-answer").trim()).toBe("Other");
});

it("copies the answer as it was written, and code without its head", async () => {
  const copied: string[] = [];
  vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void copied.push(text) } });
  const shown = show();
  shown.put(
    snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "", "\n\n**4**\n\n```python\nx = 4\n```\n"]]),
  );
  draw();
  shown.one("[data-r1-act=copy-answer]").click();
  shown.one("[data-r1-act=copy-code]").click();
  await settled();
  expect(copied).toEqual(["**4**\n\n```python\nx = 4\n```", "x = 4"]);
  expect(shown.text("[data-r1-act=copy-code]")).toBe("Copied");
  vi.unstubAllGlobals();
});

it("loads an image when it is asked for, and not before", () => {
  const shown = show();
  shown.put(
    snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "", "![cat](https://example.org/cat.png)"]]),
  );
  draw();
  expect(shown.el.querySelector("img")).toBeNull();
  shown.one("[data-r1-act=image]").click();
  expect(shown.one<HTMLImageElement>("img").referrerPolicy ?? "no-referrer").toBe("no-referrer");
});

it("leaves nothing behind: no listener, no timer, no element", () => {
  const added = new Map<EventTarget, number>();
  const add = EventTarget.prototype.addEventListener;
  const remove = EventTarget.prototype.removeEventListener;
  const tally = (target: EventTarget, change: number) => added.set(target, (added.get(target) ?? 0) + change);
  EventTarget.prototype.addEventListener = function (this: EventTarget, name, listener, options) {
    // Sanitising makes documents of its own, which jsdom listens to.
    if (this instanceof Element || this === document) {
      tally(this, 1);
      const { signal } = typeof options === "object" ? options : {};
      signal?.addEventListener("abort", () => tally(this, -1));
    }
    return add.call(this, name, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (this: EventTarget, name, listener, options) {
    if (this instanceof Element || this === document) tally(this, -1);
    return remove.call(this, name, listener, options);
  };
  try {
    const shown = show();
    const output = document.createElement("div");
    const second = new AbortController();
    renderChat(shown.store, output, second.signal);
    renderTurn(shown.store, "t1", output, second.signal);
    shown.put(turn(1));
    shown.put(delta(2, 0, "Thinking of `code`"));
    shown.put(turn(3, { id: "t2", state: "queued", place: 1 }));
    draw();
    expect([...added.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
    shown.view.abort();
    second.abort();
    expect(
      [...added]
        .filter(([, count]) => count !== 0)
        .map(([target, count]) => [String(target), (target as Element).className, count]),
    ).toEqual([]);
    expect(shown.el.childElementCount + output.childElementCount).toBe(0);
    shown.put(delta(4, 18, " more"));
    draw();
    // What is left is the store's, of which there is one however many views there were.
    expect(vi.getTimerCount()).toBe(1);
    expect(shown.model.listenerCount).toBe(5);
    shown.gone.abort();
    expect(vi.getTimerCount()).toBe(0);
    expect(shown.model.listenerCount).toBe(0);
  } finally {
    EventTarget.prototype.addEventListener = add;
    EventTarget.prototype.removeEventListener = remove;
  }
});
