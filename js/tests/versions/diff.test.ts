import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import exported from "../../src/extras.ts";
import { type Turn, Turns } from "../../src/state/turns.ts";
import { en } from "../../src/texts/en.ts";
import { changes } from "../../src/versions/diff.ts";
import { countWords } from "../../src/versions/diffsigns.ts";
import { DiffView } from "../../src/versions/diffview.ts";
import { type Change, extras } from "../../src/wire/extras.ts";

const side = (found: Change[], gone: Change["type"]) =>
  found
    .filter(({ type }) => type !== gone)
    .map(({ text }) => text)
    .join("");

/** As it is read: [-removed-], {+added+}. */
const read = (before: string, after: string) =>
  changes(before, after)
    .map(({ type, text }) => (type === "same" ? text : type === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

describe("what changed", () => {
  it.each([
    ["a word", "17 × 4 is 58, so.", "17 × 4 is 68, so.", "17 × 4 is [-58-]{+68+}, so."],
    ["nothing", "The same.", "The same.", "The same."],
    ["all", "", "New.", "{+New.+}"],
    ["an insertion", "One three.", "One two three.", "One {+two +}three."],
    ["Chinese, by character", "答案是五十八。", "答案是六十八。", "答案是[-五-]{+六+}十八。"],
    ["a paragraph", "One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."],
    ["an accent, whole", "a cafe\u0301 here", "a cafe here", "a [-cafe\u0301-]{+cafe+} here"],
  ])("%s", (_, before, after, expected) => {
    expect(read(before, after)).toBe(expected);
  });

  it("is one removal and one addition where little is shared", () => {
    const before = "We begin with the sum, and go on from there to the product of both.";
    const after = "Perhaps another idea: draw a picture, count squares, then halve.";
    expect(changes(before, after).filter(({ type }) => type !== "same").length).toBe(2);
  });

  it("joins changes between which a word stayed", () => {
    const found = changes(
      "We had one big red apple of many there.",
      "We had two big green pears of many there.",
    );
    expect(found.map(({ type }) => type)).toEqual(["same", "removed", "added", "same"]);
  });

  it("makes of one text the other, whatever they are", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 16807) % 2147483647;
      return seed % below;
    };
    const words = ["a", "the", "17", " ", "\n", "\n\n", "。", "答", "**", "🙂", "so", ", ", "\r\n"];
    const text = () =>
      Array.from({ length: random(60) }, () => words[random(words.length)]).join(" ".repeat(random(2)));
    for (let round = 0; round < 400; round++) {
      const before = text();
      // Sometimes another text, sometimes the same one with a piece exchanged.
      const at = random(before.length + 1);
      const after = random(2) ? text() : before.slice(0, at) + text() + before.slice(at + random(20));
      const found = changes(before, after);
      expect(side(found, "added")).toBe(before);
      expect(side(found, "removed")).toBe(after);
      expect(found.some(({ text }) => text === "")).toBe(false);
      for (const [index, { type }] of found.entries()) expect(type).not.toBe(found[index - 1]?.type);
    }
  });

  it("finds one word among very many, and gives up on a text that has nothing to do with the other", () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(" ");
    const other = Array.from({ length: 20_000 }, (_, index) => `other${index}`).join(" ");
    expect(read(long, long.replace("word9999 ", "changed ")).includes("[-word9999-]{+changed+}")).toBe(true);
    expect(changes(long, other).filter(({ type }) => type !== "same").length).toBe(2);
  });

  it("counts words, in Chinese characters", () => {
    expect(countWords("So **17 × 24** is 408.")).toBe(5);
    expect(countWords("答案是 408")).toBe(4);
  });
});

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const SAME = "What stays the same is not worth the room that it takes. ".repeat(9);
const BEFORE = `${SAME}\n\nSo 17 × 4 is 58.\n\n${SAME}\n\nThe end.`;
const AFTER = `${SAME}\n\nSo 17 × 4 is 68.\n\n${SAME}\n\nThe end.`;

function view(before: [string, string], after: [string, string], running = false, question = "Why?") {
  const turns = new Turns(() => {});
  const add = (id: string, asked: string, [reasoning, answer]: [string, string], runs: boolean): Turn => {
    const turn = turns.put({ id, parent: null, question: asked, state: runs ? "running" : "ended" });
    turn.texts.reasoning.append(reasoning);
    turn.texts.answer.append(answer);
    return turn;
  };
  const controller = new AbortController();
  let closed = 0;
  const made = new DiffView({
    before: add("t1", "Why?", before, false),
    after: add("t2", question, after, running),
    texts: en,
    signal: controller.signal,
    close: () => void closed++,
    numbers: [2, 3],
  });
  document.body.append(made.element);
  const all = (selector: string) => [...made.element.querySelectorAll<HTMLElement>(selector)];
  const part = (name: string) =>
    made.element.querySelector<HTMLElement>(`[data-part=${name}] .r1-diff-text:not([hidden])`);
  const note = (name: string) => made.element.querySelector(`[data-part=${name}] .r1-diff-note`)?.textContent;
  return { made, turns, all, part, note, controller, closed: () => closed };
}

describe("the view of what changed", () => {
  it("shows what was taken away and what came, to eyes and to ears", () => {
    const { all, made } = view([BEFORE, "58"], [AFTER, "68"]);
    expect(made.element.querySelector(".r1-panel-title")?.textContent).toBe("Version 2 → version 3");
    expect(all("del").map(({ textContent }) => textContent)).toEqual([
      `${en.removed}−58`,
      `${en.removed}−58`,
    ]);
    expect(all("ins").map(({ textContent }) => textContent)).toEqual([`${en.added}+68`, `${en.added}+68`]);
    expect(all("[data-part]").map(({ dataset }) => dataset.part)).toEqual(["reasoning", "answer"]);
  });

  it("shows the question where that is another one", () => {
    const { part, note } = view(["", "a"], ["", "a"], false, "Why not?");
    expect(part("question")?.textContent).toBe(`Why${en.added}+ not?`);
    expect(note("reasoning")).toBe(en.emptyInBoth);
    expect(note("answer")).toBe(en.sameAll);
    expect(part("answer")?.textContent).toBe("a");
  });

  it("folds what is the same to a line, which opens and stays open", () => {
    const { all, made, part } = view([BEFORE, ""], [AFTER, ""], true);
    const folds = () => all(".r1-diff-fold").map(({ textContent }) => textContent);
    expect(folds()).toEqual(
      [en.sameWords(85), en.sameWords(73)].map(text => expect.stringMatching(text.replace(/\d+/, "\\d+"))),
    );
    all(".r1-diff-fold")[0]?.click();
    expect(folds().length).toBe(1);
    expect(part("reasoning")?.textContent?.startsWith(SAME.trim())).toBe(true);
    expect(document.activeElement).toBe(part("reasoning"));
    made.update();
    vi.advanceTimersByTime(1000);
    expect(folds().length).toBe(1);
  });

  it("takes away nothing that isn't written yet, and says so", () => {
    const { all, made, turns, part, controller } = view(
      [BEFORE, "It is 58."],
      [AFTER.slice(0, 700), ""],
      true,
    );
    const status = all(".r1-diff-status")[0];
    expect(status?.textContent).toBe(en.stillWritten(3));
    expect(all("del").map(({ textContent }) => textContent)).toEqual([`${en.removed}−58`]);
    const after = turns.get("t2") as Turn;
    after.texts.reasoning.append(AFTER.slice(700));
    made.update();
    made.update();
    const written = part("reasoning")?.textContent;
    vi.advanceTimersByTime(100);
    expect(part("reasoning")?.textContent).toBe(written);
    vi.advanceTimersByTime(400);
    expect(part("reasoning")?.textContent).not.toBe(written);
    turns.put({ ...after.state, state: "ended" });
    made.update();
    vi.advanceTimersByTime(500);
    expect(status?.hidden).toBe(true);
    expect(part("answer")?.textContent).toBe(`${en.removed}−It is 58.`);
    controller.abort();
    made.update();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps the nodes that are the same when it is drawn again", () => {
    const { all, made, turns } = view([BEFORE, ""], [AFTER, ""], true);
    const fold = all(".r1-diff-fold")[1] as HTMLElement;
    fold.focus();
    (turns.get("t2") as Turn).texts.reasoning.append(" And more.");
    made.update();
    vi.advanceTimersByTime(500);
    expect(all("ins").at(-1)?.textContent).toContain("And more.");
    expect(document.activeElement).toBe(fold);
    expect(fold.isConnected).toBe(true);
  });

  it("comes when what compares has come, and says so where it is late", async () => {
    const now = vi.spyOn(extras, "now", "get").mockReturnValue(undefined);
    let come = () => {};
    vi.spyOn(extras, "fetch").mockReturnValue(
      new Promise(resolve => {
        come = () => {
          now.mockRestore();
          resolve(exported);
        };
      }),
    );
    const { all, made } = view([BEFORE, ""], [AFTER, ""]);
    const status = () => all(".r1-diff-status").find(({ hidden }) => !hidden)?.textContent;
    made.update();
    vi.advanceTimersByTime(900);
    expect([status(), all("[data-part]").length]).toEqual([undefined, 0]);
    vi.advanceTimersByTime(100);
    expect(status()).toBe(en.notCompared);
    come();
    await vi.advanceTimersByTimeAsync(0);
    expect([status(), all("del").length]).toEqual([undefined, 1]);
  });

  it("says where what compares can't come, and draws nothing when it is gone", async () => {
    vi.spyOn(extras, "now", "get").mockReturnValue(undefined);
    vi.spyOn(extras, "fetch").mockRejectedValue(new Error("dead"));
    const one = view(["a", ""], ["b", ""]);
    await vi.advanceTimersByTimeAsync(0);
    expect(one.all(".r1-diff-status")[0]?.textContent).toBe(en.notCompared);
    const other = view(["a", ""], ["b", ""]);
    other.controller.abort();
    vi.restoreAllMocks();
    await vi.advanceTimersByTimeAsync(0);
    expect(other.all("[data-part]")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is closed by its button, and by Escape", () => {
    const { all, made, closed } = view(["a", ""], ["b", ""]);
    all(`[aria-label="${en.diffClose}"]`)[0]?.click();
    made.element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(closed()).toBe(2);
  });
});
