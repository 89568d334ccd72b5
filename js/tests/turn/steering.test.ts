import { describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import { delta, snapshot, turn } from "../fake.ts";
import { cleanly, draw, key, type Shown, show, visible } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;
const cannot = (reasons: Record<string, string>) => ({
  engine_status: { state: "ready", model: "m", text: "", cannot: reasons },
});
const sent = (shown: Shown) =>
  shown.model.sent.filter(({ type }) => type !== "sync").map(({ id: _, ...message }) => message);

function thinking(traits: Record<string, unknown> = {}): Shown {
  const shown = show(traits);
  shown.put(turn(1));
  shown.put(delta(2, 0, "🙂 Hm."));
  draw();
  return shown;
}

describe("answer now", () => {
  it("is there while the model thinks", () => {
    const shown = show();
    shown.put(turn(1));
    expect(shown.find(en.answerNow)).toBeUndefined();
    shown.put(delta(2, 0, "Hm"));
    expect(shown.find(en.answerNow)).toBeDefined();
    shown.put(delta(3, 0, "4", "answer"));
    expect(shown.find(en.answerNow)).toBeUndefined();
  });

  it("is there for a thought that ended without an answer", () => {
    const shown = show({ unfold: "always" });
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "length" }, "Hm", ""]]));
    draw();
    expect(shown.find(en.answerNow)).toBeDefined();
    shown.press(en.answerNow);
    expect(sent(shown)).toEqual([{ type: "answer_now", turn: "t1" }]);
  });

  it("is sent, and shown to be under way until the answer begins", () => {
    const shown = thinking();
    shown.press(en.answerNow);
    expect(sent(shown)).toEqual([{ type: "answer_now", turn: "t1" }]);
    const [button] = shown.all(".r1-head > .r1-steer");
    expect(button?.getAttribute("aria-pressed")).toBe("true");
    shown.put(delta(3, 0, "4", "answer"));
    expect(button?.hasAttribute("aria-pressed")).toBe(false);
  });

  it("is Alt-Enter in the turn, and only where the model thinks", () => {
    const shown = thinking();
    expect(key(shown.one(".r1-fold"), "Enter", { altKey: true }).defaultPrevented).toBe(true);
    expect(sent(shown)).toEqual([{ type: "answer_now", turn: "t1" }]);
    for (const more of [{}, { altKey: true, ctrlKey: true }, { altKey: true, metaKey: true }])
      key(shown.one(".r1-fold"), "Enter", more);
    expect(shown.model.countOf("answer_now")).toBe(1);
    shown.put(delta(3, 0, "4", "answer"));
    key(shown.one(".r1-fold"), "Enter", { altKey: true });
    expect(shown.model.countOf("answer_now")).toBe(1);
  });

  it("isn't Alt-Enter where the engine can't", () => {
    const shown = thinking(cannot({ answer_now: "The server can't." }));
    key(shown.one(".r1-fold"), "Enter", { altKey: true });
    expect(sent(shown)).toEqual([]);
  });
});

describe("going on where a turn ended early", () => {
  const cases = [
    ["stopped", "cancelled", "Hm", "", true],
    ["cut off", "length", "Hm", "It is", true],
    ["failed", "error", "Hm", "", true],
    ["failed before a word", "error", "", "", false],
    ["cancelled before a word", "cancelled", "", "", false],
    ["come to its end", "stop", "Hm", "4", false],
  ] as const;
  it.each(cases)("%s: it can or not, beside the sentence", (_, finish_reason, thought, answer, can) => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason }, thought, answer]]));
    const button = shown.find(en.resume);
    expect(button !== undefined).toBe(can);
    if (!button) return;
    expect(button.previousElementSibling).toBe(shown.one(".r1-state"));
    shown.press(en.resume);
    expect(sent(shown)).toEqual([{ type: "resume", turn: "t1" }]);
  });

  it("isn't there while it is written", () => {
    expect(thinking().find(en.resume)).toBeUndefined();
  });

  const interrupted = { state: "ended", finish_reason: "cancelled", interrupted: "kernel" } as const;

  it("stands beside the sentence, where the kernel ended it", () => {
    const shown = show();
    shown.put(snapshot(1, [[interrupted, "Hm", ""]]));
    expect(shown.text(".r1-state")).toBe(
      "The kernel ended while this was written. “Continue” goes on from there.",
    );
    expect(shown.one(".r1-state").nextElementSibling).toBe(shown.find(en.resume));
    shown.press(en.resume);
    expect(sent(shown)).toEqual([{ type: "resume", turn: "t1" }]);
  });

  it("needs an engine that can, but for a question that was never begun", () => {
    const shown = show(cannot({ continue: "No beginning." }));
    shown.put(
      snapshot(1, [
        [interrupted, "Hm", ""],
        [{ ...interrupted, id: "t2" }, "", ""],
      ]),
    );
    const [one, two] = shown.all(".r1-state + button");
    expect([one?.getAttribute("aria-disabled"), one?.title]).toEqual(["true", "No beginning."]);
    expect([two?.getAttribute("aria-disabled"), two?.title]).toEqual(["false", en.resumeHint]);
    one?.click();
    two?.click();
    expect(sent(shown)).toEqual([{ type: "resume", turn: "t2" }]);
  });
});

describe("the other acts", () => {
  it("think more, of a turn that runs and of one that has ended", () => {
    const shown = thinking();
    shown.fromMenu(en.thinkMore);
    // Until the thought ends, it says that it has been asked for.
    const checks = () =>
      shown
        .menu()
        .find(item => item.getAttribute("aria-label") === en.thinkMore)
        ?.getAttribute("aria-checked");
    expect(checks()).toBe("true");
    shown.put(snapshot(3, [[ended, "🙂 Hm.", "4"]]));
    shown.one(".r1-foot [aria-haspopup]").click();
    expect(checks()).toBeNull();
    shown.fromMenu(en.thinkMore);
    expect(sent(shown)).toEqual([
      { type: "think_more", turn: "t1" },
      { type: "think_more", turn: "t1" },
    ]);
  });

  it("regenerate, of a turn that has ended", () => {
    const shown = thinking();
    expect(shown.find(en.regenerate)).toBeUndefined();
    shown.put(snapshot(3, [[ended, "🙂 Hm.", "4"]]));
    shown.press(en.regenerate);
    expect(sent(shown)).toEqual([{ type: "regenerate", turn: "t1" }]);
  });
});

describe("what the engine can't do", () => {
  const reasons = { answer_now: "No closing.", continue: "No beginning.", think_more: "No more." };

  it("stays where it is, says why, and does nothing", () => {
    const shown = thinking(cannot(reasons));
    const cases = [
      [en.answerNow, reasons.answer_now],
      [en.editPart("reasoning"), reasons.continue],
    ] as const;
    for (const [label, reason] of cases) {
      const button = shown.find(label);
      expect([label, button?.getAttribute("aria-disabled"), button?.title]).toEqual([label, "true", reason]);
      // The keyboard comes to it all the same, so that the reason is read out.
      expect(button?.disabled).toBe(false);
      shown.press(label);
    }
    const more = shown.menu().find(item => item.getAttribute("aria-label") === en.thinkMore);
    expect(more?.getAttribute("aria-disabled")).toBe("true");
    expect(more?.textContent).toContain(reasons.think_more);
    more?.click();
    expect(sent(shown)).toEqual([]);
    expect(shown.all(".r1-editor").filter(visible)).toEqual([]);
  });

  it("leaves what every engine can", () => {
    const shown = show(cannot(reasons));
    shown.put(snapshot(1, [[ended, "Hm.", "4"]]));
    expect(shown.find(en.regenerate)?.getAttribute("aria-disabled")).toBe("false");
    expect(shown.find(en.editPart("question"))?.getAttribute("aria-disabled")).toBe("false");
    const edit = shown.menu().find(item => item.getAttribute("aria-label") === en.editPart("answer"));
    expect(edit?.getAttribute("aria-disabled")).toBe("true");
  });

  it("is known when the engine says so, and gone with another engine", () => {
    const shown = thinking();
    const states = () => {
      const button = shown.find(en.answerNow);
      return [button?.getAttribute("aria-disabled"), button?.title];
    };
    expect(states()).toEqual(["false", en.answerNowHint]);
    shown.model.change("engine_status", cannot(reasons).engine_status);
    expect(states()).toEqual(["true", "No closing."]);
    shown.model.change("engine_status", cannot({}).engine_status);
    expect(states()).toEqual(["false", en.answerNowHint]);
  });
});

describe("from a step", () => {
  const TEXT = "🙂 Okay, 🙂 first.\n\nWait, let me check.\n\nSo it is 4.\n";
  /** Code points of the verbatim thought up to the end of each step, the blank lines behind it included. */
  const ENDS = [18, 39, 51];

  function opened(traits: Record<string, unknown> = {}): Shown {
    const shown = show({ unfold: "always", ...traits });
    shown.put(snapshot(1, [[ended, TEXT, "4"]]));
    draw();
    return shown;
  }

  function point(shown: Shown, index: number): void {
    shown.all(".r1-step-body")[index]?.dispatchEvent(new Event("pointerover", { bubbles: true }));
  }

  const inStep = (shown: Shown, label: string) =>
    [...shown.all(".r1-step .r1-step-acts button")].find(({ textContent }) => textContent === label);

  it("ends are counted in code points, as Python counts", () => {
    const parts = ["🙂 Okay, 🙂 first.\n\n", "Wait, let me check.\n\n", "So it is 4.\n"];
    const ends = parts.map((_, index) => [...parts.slice(0, index + 1).join("")].length);
    expect([parts.join(""), ends]).toEqual([TEXT, ENDS]);
    expect(opened().all(".r1-step").length).toBe(3);
  });

  it("the pointer goes on behind it, or forks", () => {
    const shown = opened();
    expect(shown.all(".r1-step .r1-step-acts")).toEqual([]);
    point(shown, 1);
    expect(shown.one(".r1-step .r1-step-acts").closest(".r1-step")).toBe(shown.all(".r1-step")[1]);
    inStep(shown, en.continueHere)?.click();
    point(shown, 0);
    expect(shown.all(".r1-step .r1-step-acts").length).toBe(1);
    inStep(shown, en.fork(4))?.click();
    expect(sent(shown)).toEqual([
      { type: "continue_from", turn: "t1", at: ENDS[1] },
      { type: "continue_from", turn: "t1", at: ENDS[0], n: 4 },
    ]);
  });

  it("has no stops of Tab in the thought: a thousand steps would be none", () => {
    const shown = opened();
    point(shown, 1);
    expect(shown.all<HTMLButtonElement>(".r1-step .r1-step-acts button").map(b => b.tabIndex)).toEqual([
      -1, -1, -1, -1,
    ]);
  });

  it("the keyboard has the same in the outline, for the row it is on", () => {
    const shown = opened();
    shown.one(".r1-tools [aria-controls]").click();
    const rows = shown.all(".r1-row");
    rows[0]?.focus();
    key(rows[0] as Element, "ArrowDown");
    const acts = shown.all<HTMLButtonElement>(".r1-outline .r1-step-acts button");
    const name = (button: Element) => button.textContent || button.getAttribute("aria-label");
    expect(acts.map(button => [name(button), button.hidden, button.tabIndex])).toEqual([
      [en.continueHere, false, 0],
      [en.fork(4), false, 0],
      [en.note, false, 0],
      [en.predictHide, false, 0],
    ]);
    acts[0]?.click();
    key(rows[1] as Element, "End");
    acts[1]?.click();
    expect(sent(shown)).toEqual([
      { type: "continue_from", turn: "t1", at: ENDS[1] },
      { type: "continue_from", turn: "t1", at: ENDS[2], n: 4 },
    ]);
  });

  it("says why not, where the engine can't", () => {
    const shown = opened(cannot({ continue: "No beginning." }));
    point(shown, 1);
    const button = inStep(shown, en.continueHere);
    expect([button?.getAttribute("aria-disabled"), button?.title]).toEqual(["true", "No beginning."]);
    button?.click();
    expect(sent(shown)).toEqual([]);
  });
});

describe("a loop", () => {
  const BEFORE = "🙂🙂 Okay.\n\n";
  const LINE = "I need to check this again. ";
  const loop = { kind: "reasoning", since: [...BEFORE].length, rounds: 3 } as const;

  function looping(traits: Record<string, unknown> = {}): Shown {
    const shown = show(traits);
    shown.put(turn(1));
    shown.put(delta(2, 0, BEFORE + LINE.repeat(3)));
    draw();
    return shown;
  }
  const line = (shown: Shown) => shown.one(".r1-loop");
  const said = en.repeats("I need to check this again. I need to ch…", 3, false);

  it("is shown with what repeats itself, and goes with it", () => {
    const shown = looping();
    expect(visible(line(shown))).toBe(false);
    shown.put(turn(3, { loop }));
    expect(visible(line(shown))).toBe(true);
    expect(line(shown).firstElementChild?.textContent).toBe(said);
    shown.put(turn(4));
    expect(visible(line(shown))).toBe(false);
  });

  it("is read out once, however often it goes around", () => {
    const shown = looping();
    const told: string[] = [];
    const note = () => told.push(shown.one(".r1-said").textContent ?? "");
    shown.put(turn(3, { loop }));
    note();
    shown.put(turn(4, { loop: { ...loop, rounds: 9 } }));
    note();
    expect(told).toEqual([said, said]);
    expect(line(shown).firstElementChild?.textContent).toContain("(9 times)");
  });

  it("isn't news of a turn that had ended", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ ...ended, loop }, BEFORE + LINE.repeat(3), "4"]]));
    expect(line(shown).firstElementChild?.textContent).toBe(
      en.repeats("I need to check this again. I need to ch…", 3, true),
    );
    expect(shown.one(".r1-said").textContent).toBe("");
    const labels = [...line(shown).querySelectorAll("button")].filter(visible).map(b => b.textContent);
    expect(labels).toEqual([en.loopJump, en.cutHere]);
  });

  it("can be cut away, or answered", () => {
    const shown = looping();
    shown.put(turn(3, { loop }));
    const act = (label: string) =>
      [...line(shown).querySelectorAll("button")].find(({ textContent }) => textContent === label)?.click();
    act(en.answerNow);
    act(en.cutHere);
    expect(sent(shown)).toEqual([
      { type: "answer_now", turn: "t1" },
      { type: "continue_from", turn: "t1", at: loop.since },
    ]);
  });

  it("of an answer is shown, and not acted on", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "4, 4, 4, 4", "answer"));
    shown.put(turn(3, { loop: { kind: "answer", since: 0, rounds: 4 } }));
    // There is no thought, and so nothing of it to be seen.
    expect(visible(line(shown))).toBe(false);
    const below = shown.one(".r1-answer ~ .r1-loop");
    expect(visible(below)).toBe(true);
    expect(below.firstElementChild?.textContent).toBe(en.repeats("4, 4, 4, 4", 4, false));
    expect([...below.querySelectorAll("button")].filter(visible)).toEqual([]);
    expect(shown.one(".r1-said").textContent).toBe(below.firstElementChild?.textContent);
  });

  it("says why it can't be cut, where the engine can't", () => {
    const shown = looping(cannot({ continue: "No beginning." }));
    shown.put(turn(3, { loop }));
    const cut = [...line(shown).querySelectorAll("button")].find(b => b.textContent === en.cutHere);
    expect([cut?.getAttribute("aria-disabled"), cut?.title]).toEqual(["true", "No beginning."]);
    cut?.click();
    expect(sent(shown)).toEqual([]);
  });
});
