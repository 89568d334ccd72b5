import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StoreChange } from "../../src/state/changes.ts";
import type { Store } from "../../src/state/store.ts";
import { Turns } from "../../src/state/turns.ts";
import { en } from "../../src/texts/en.ts";
import { Comparison } from "../../src/versions/compare.ts";
import { Refusal } from "../../src/wire/commands.ts";
import type { Compared, ComparedGroup, TurnState } from "../../src/wire/protocol.ts";

const PREFIX = "🙂 Okay.\n\n";
const IDS = ["a", "b", "c"];

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  vi.advanceTimersByTime(300);
  vi.useRealTimers();
  document.body.replaceChildren();
});

/** A store, as far as a comparison asks it; the kernel's answers are given by hand. */
function shown(ids = IDS, known = ids) {
  const listeners = new Set<(change: StoreChange) => void>();
  const turns = new Turns(change => {
    for (const listener of listeners) listener(change);
  });
  const asked: {
    turns: string[];
    answer: (compared: Omit<Compared, "type" | "id">) => void;
    fail: (error?: Error) => void;
  }[] = [];
  const stopped: string[] = [];
  const stopping = new Set<string>();
  const store = {
    turns,
    texts: en,
    stopping,
    listen: (listener: (change: StoreChange) => void) => void listeners.add(listener),
    stop: async (turn: string) => void stopped.push(turn),
    requests: {
      compare: (asks: string[]) =>
        new Promise<Compared>((resolve, reject) =>
          asked.push({
            turns: asks,
            answer: compared => resolve({ type: "compared", id: "c", ...compared }),
            fail: (error = new Error("The kernel is gone.")) => reject(error),
          }),
        ),
    },
  } as unknown as Store;
  const add = (id: string) => {
    turns.put({
      id,
      parent: null,
      question: "Why?",
      state: "running",
      version: { of: "t0", part: "reasoning", at: [...PREFIX].length, fork: "f" },
      tokens: { reasoning: 12, answer: 0 },
    });
    turns.get(id)?.texts.reasoning.append(PREFIX);
  };
  for (const id of known) add(id);
  const picked: string[] = [];
  const controller = new AbortController();
  const view = new Comparison({
    store,
    turns: ids,
    texts: en,
    signal: controller.signal,
    pick: turn => void picked.push(turn),
    close: () => void picked.push("closed"),
  });
  document.body.append(view.element);
  const all = (selector: string) => [...view.element.querySelectorAll<HTMLElement>(selector)];
  const say = (id: string, kind: "reasoning" | "answer", text: string) => {
    turns.get(id)?.texts[kind].append(text);
    view.update();
    vi.advanceTimersByTime(300);
  };
  const change = (id: string, state: Partial<TurnState>) => {
    const turn = turns.get(id);
    if (turn) turns.put({ ...turn.state, ...state });
    view.update();
    vi.advanceTimersByTime(300);
  };
  const end = (id: string, answer: string) => {
    say(id, "answer", answer);
    change(id, { state: "ended", finish_reason: "stop", seconds: { total: 5, thinking: 3 } });
  };
  return { view, turns, all, add, say, change, end, asked, stopped, stopping, picked, controller };
}

const kept = async () => {
  for (let round = 0; round < 5; round++) await Promise.resolve();
};

describe("continuations side by side", () => {
  it("show how each stands, and the last of what it thinks", () => {
    const { all, say, end } = shown();
    const folds = () => all(".r1-continuation-body > .r1-fold").map(({ textContent }) => textContent);
    expect(folds()).toEqual([en.cardThinking(12), en.cardThinking(12), en.cardThinking(12)]);
    say("a", "reasoning", "First, 17 × 20.");
    expect(all(".r1-continuation-last")[0]?.textContent).toBe("First, 17 × 20.");
    expect(all(".r1-continuation-last")[0]?.hidden).toBe(false);
    say("b", "answer", "It is");
    expect(folds()[1]).toBe(en.cardAnswering(0));
    end("c", "It is **408**.");
    expect(folds()[2]).toBe(en.thought(3, 12));
    expect(all(".r1-continuation-last").map(({ hidden }) => hidden)).toEqual([false, true, true]);
    expect(all(".r1-continuation .r1-answer strong").map(({ textContent }) => textContent)).toEqual(["408"]);
  });

  it("show the thought from the fork on, when it is opened", () => {
    const { all, say } = shown();
    say("a", "reasoning", "First, **17** × 20.");
    expect(all(".r1-continuation .r1-step").length).toBe(0);
    all(".r1-continuation-body > .r1-fold")[0]?.click();
    vi.advanceTimersByTime(300);
    expect(all(".r1-step-body").map(({ textContent }) => textContent?.trim())).toEqual(["First, 17 × 20."]);
    expect(all(".r1-continuation-last")[0]?.hidden).toBe(true);
    say("a", "reasoning", "\n\nWait, more.");
    expect(all(".r1-step-body").map(({ textContent }) => textContent?.trim())).toEqual([
      "First, 17 × 20.",
      "Wait, more.",
    ]);
  });

  it("can be stopped and chosen, one by one", () => {
    const { view, all, end, change, stopped, stopping, picked } = shown();
    const buttons = (label: RegExp) =>
      all("button").filter(({ textContent }) => label.test(textContent ?? ""));
    buttons(/^Stop$/)[1]?.click();
    expect(stopped).toEqual(["b"]);
    stopping.add("b");
    view.update();
    expect(buttons(/^Stopping…$/).length).toBe(1);
    stopping.clear();
    change("b", { state: "ended", finish_reason: "cancelled" });
    end("a", "408");
    expect(buttons(/^Stop/).map(({ hidden }) => hidden)).toEqual([true, true, false]);
    expect(all(".r1-continuation-state")[1]?.textContent).toBe(en.outcome("stoppedThinking"));
    buttons(new RegExp(en.keepOne))[2]?.click();
    expect(picked).toEqual(["c"]);
    all(`[aria-label="${en.comparisonClose}"]`)[0]?.click();
    expect(picked).toEqual(["c", "closed"]);
  });

  it("say which answers agree, again whenever one has ended", async () => {
    const { all, end, asked } = shown();
    const head = () => all(".r1-agreement, .r1-agreement-by").map(({ textContent }) => textContent);
    end("a", "408");
    expect(asked.length).toBe(0);
    expect(head()[0]).toBe(en.soFar(1, 3));
    end("b", "398");
    expect(asked.map(({ turns }) => turns)).toEqual([["a", "b"]]);
    end("c", "$408$");
    expect(asked[1]?.turns).toEqual(IDS);
    const groups = [
      { value: "408", by: "value", turns: ["a", "c"] },
      { value: "398", by: "value", turns: ["b"] },
    ] as ComparedGroup[];
    asked[1]?.answer({ by: "value", groups, without: [] });
    // The answer to the first question comes late, and says nothing any more.
    asked[0]?.answer({ by: "text", groups: [], without: [] });
    await kept();
    expect(head()).toEqual(["2 of 3 end in 408", "Compared by the number that each answer ends in."]);
  });

  const GROUPS: ComparedGroup[] = [
    { value: "408", by: "value", turns: ["a", "c"] },
    { value: "\\sqrt{3}", by: "value", turns: ["b"] },
  ];

  /** The cards, by what they say and whose answers are in them. */
  const cards = (all: (selector: string) => HTMLElement[]) =>
    all(".r1-group").map(group => [
      group.querySelector(".r1-group-title")?.textContent,
      ...[...group.querySelectorAll<HTMLElement>(".r1-continuation")].map(({ dataset }) => dataset.turn),
    ]);

  it("fold to one card where they agree, when all have ended", async () => {
    const { all, end, asked, picked } = shown();
    for (const id of IDS) end(id, id);
    expect(cards(all)).toEqual([
      ["", "a"],
      ["", "b"],
      ["", "c"],
    ]);
    const held = all(".r1-continuation button").filter(({ textContent }) => textContent === en.keepOne)[2];
    held?.focus();
    asked.at(-1)?.answer({ by: "value", groups: GROUPS, without: [] });
    await kept();
    expect(cards(all).map(([title]) => title)).toEqual([
      "2 of 3: the same number, 408",
      expect.stringMatching(/^1 of 3: /),
    ]);
    expect(cards(all).map(([, ...turns]) => turns)).toEqual([["a", "c"], ["b"]]);
    expect(all(".r1-group-title .r1-math math").length, "a formula is drawn").toBe(1);
    // Whoever was at one of them still is, and it is open.
    expect(document.activeElement).toBe(held);
    const openers = all(".r1-group")[0]?.querySelectorAll<HTMLElement>(".r1-continuation > .r1-fold");
    expect([...(openers ?? [])].map(opener => opener.getAttribute("aria-expanded"))).toEqual([
      "true",
      "true",
    ]);
    openers?.[1]?.click();
    expect(held?.closest<HTMLElement>(".r1-continuation-body")?.hidden).toBe(true);
    openers?.[1]?.click();
    held?.click();
    expect(picked).toEqual(["c"]);
  });

  it("stay where they are while one is written, and those without an answer stand apart", async () => {
    const { all, end, change, asked } = shown();
    end("a", "408");
    end("c", "408");
    asked[0]?.answer({ by: "value", groups: GROUPS.slice(0, 1), without: [] });
    await kept();
    expect(cards(all).length).toBe(3);
    change("b", { state: "ended", finish_reason: "cancelled" });
    asked[1]?.answer({ by: "value", groups: GROUPS.slice(0, 1), without: ["b"] });
    await kept();
    expect(cards(all)).toEqual([
      ["2 of 2: the same number, 408", "a", "c"],
      ["1 without an answer", "b"],
    ]);
    expect(all(".r1-continuation-body").map(({ hidden }) => hidden)).toEqual([false, true, false]);
  });

  it("give the keyboard on when what it was at disappears", () => {
    const { all, end } = shown();
    const [stop] = all("button").filter(({ textContent }) => textContent === en.stop);
    stop?.focus();
    end("a", "408");
    expect(document.activeElement?.textContent).toBe(en.keepOne);
  });

  it("says of how many it speaks", async () => {
    const { all, end, change, asked } = shown();
    end("a", "408");
    change("b", { state: "ended", finish_reason: "cancelled" });
    asked[0]?.answer({
      by: "text",
      groups: [{ value: "408", by: "value", turns: ["a"] }],
      without: ["b"],
    });
    await kept();
    expect(all(".r1-agreement")[0]?.textContent).toBe(`1 answer, 1 without an answer (${en.soFar(2, 3)})`);
  });

  it("asks again when the question was lost", async () => {
    const { view, end, asked } = shown();
    end("a", "1");
    end("b", "1");
    asked[0]?.fail();
    await kept();
    view.update();
    expect(asked.length).toBe(2);
    view.update();
    expect(asked.length).toBe(2);
  });

  it("doesn't ask again what was refused, until one more has ended", async () => {
    const { view, end, asked } = shown();
    end("a", "1");
    end("b", "1");
    asked[0]?.fail(new Refusal("There is no turn 'a'."));
    await kept();
    view.update();
    expect(asked.length).toBe(1);
    end("c", "1");
    expect(asked.length).toBe(2);
  });

  it("come when the page hears of them, in their order", () => {
    const { view, all, add } = shown(IDS, ["c"]);
    expect(all(".r1-continuation").map(({ dataset }) => dataset.turn)).toEqual(["c"]);
    add("a");
    add("b");
    view.update();
    expect(all(".r1-continuation").map(({ dataset }) => dataset.turn)).toEqual(IDS);
    expect(all(".r1-continuation-name").map(({ textContent }) => textContent)).toEqual(
      [1, 2, 3].map(en.continuation),
    );
  });

  it("are drawn anew when a text is another one", () => {
    const { all, turns, end, view } = shown();
    end("a", "It is **408**.");
    const turn = turns.get("a");
    if (!turn) throw new Error("It is there.");
    turns.become({
      type: "snapshot",
      v: 3,
      seq: 9,
      active: null,
      kernel: null,
      chat: "",
      turns: turns.all.map(({ state, texts }) => ({
        ...state,
        text: { reasoning: texts.reasoning.value, answer: state.id === "a" ? "No: *409*." : "" },
      })),
    });
    view.update();
    vi.advanceTimersByTime(300);
    expect(all(".r1-answer")[0]?.textContent?.trim()).toBe("No: 409.");
  });
});
