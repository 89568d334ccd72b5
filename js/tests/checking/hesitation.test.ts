// Where a model hesitated: asked for, marked, listed, and gone on with another token.

import { describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import type { Scored, ScoredToken } from "../../src/wire/checks.ts";
import { snapshot, turn } from "../fake.ts";
import { marked, withHighlights } from "../highlights.ts";
import { cleanly, draw, key, type Shown, show, visible } from "../shown.ts";

cleanly();
withHighlights();

const THOUGHT = "🙂 First, 17 × 24 = 409.";
const ANSWER = "It is 409.\n\nYes.";
const ended = { state: "ended", finish_reason: "stop", thinking_ended_by: "model" } as const;

const WORD: ScoredToken = {
  index: 6,
  kind: "reasoning",
  start: 19,
  end: 22,
  probability: 0.41,
  alternatives: [
    { id: 17, text: "408", probability: 0.5 },
    { id: 18, text: "409", probability: 0.41 },
    { id: 2, text: "</think>", probability: 0.04, role: "closes" },
    { id: 3, text: "<|end|>", probability: 0.03, role: "ends" },
    { id: 4, text: "", probability: 0.01, role: "part" },
  ],
  chosen: 1,
};
const BREAK: ScoredToken = {
  index: 12,
  kind: "answer",
  start: 10,
  end: 12,
  probability: 0.15,
  alternatives: [
    { id: 9, text: " So", probability: 0.8 },
    { id: 8, text: "\n\n", probability: 0.15 },
  ],
  chosen: 1,
};
const LIKELY: ScoredToken = {
  ...{ index: 9, kind: "answer", start: 0, end: 2, probability: 0.85 },
  alternatives: [],
  chosen: -1,
};

/** A turn with its panel, in which the section was asked for. */
function opened(traits: Record<string, unknown> = {}): Shown {
  const shown = show(traits);
  shown.put(snapshot(1, [[ended, THOUGHT, ANSWER]]));
  draw();
  shown.press(en.check);
  shown.press(en.hesitationShow);
  return shown;
}

async function answered(tokens: ScoredToken[], more: Partial<Scored> = {}, traits = {}): Promise<Shown> {
  const shown = opened(traits);
  await tell(shown, tokens, more);
  return shown;
}

async function tell(shown: Shown, tokens: ScoredToken[], more: Partial<Scored> = {}): Promise<void> {
  const id = shown.model.lastOf("scores")?.id ?? "";
  shown.put({ type: "scored", id, turn: "t1", total: 20, tokens, ...more });
  await Promise.resolve();
  await Promise.resolve();
  draw();
}

const rows = (shown: Shown) =>
  shown
    .all(".r1-hesitation li.r1-check-row")
    .map(row =>
      [...row.querySelectorAll(".r1-hesitant-context, .r1-check-count, .r1-check-where")]
        .map(({ textContent }) => textContent)
        .join(" | "),
    );
const popover = (shown: Shown) => shown.one(".r1-others");
const said = (shown: Shown) => shown.text(".r1-hesitant-count");

describe("where it hesitated", () => {
  it("is asked for when a reader wants to see it, marked by three levels, and listed, the least probable first", async () => {
    const shown = await answered([WORD, LIKELY, BREAK]);
    expect(shown.model.countOf("scores")).toBe(1);
    expect(said(shown)).toBe("3 of 20 tokens");
    expect(rows(shown)).toEqual([
      "It is 409.↵↵Yes. | 15 % | answer",
      "🙂 First, 17 × 24 = 409. | 41 % | thought",
      "It is 409. Yes. | 85 % | answer",
    ]);
    expect(marked("r1-hesitant-1")).toEqual(["It"]);
    shown.press(en.thought(undefined, 0, "model"));
    draw();
    expect(marked("r1-hesitant-2")).toEqual(["409"]);
    expect(shown.all(".r1-hesitant-legend > span").map(({ textContent }) => textContent)).toEqual([
      "below 90 %: 1",
      "below 50 %: 1",
      "below 20 %: 1",
    ]);
    shown.press(en.hesitationHide);
    expect([marked("r1-hesitant-1"), marked("r1-hesitant-2"), rows(shown)]).toEqual([[], [], []]);
    shown.press(en.hesitationShow);
    expect(marked("r1-hesitant-1")).toEqual(["It"]);
    expect(shown.model.countOf("scores")).toBe(1);
  });

  it("leaves no mark where the panel closes", async () => {
    const shown = await answered([LIKELY]);
    expect(marked("r1-hesitant-1")).toEqual(["It"]);
    shown.press(en.checkClose);
    expect(marked("r1-hesitant-1")).toEqual([]);
  });

  it("says why there is nothing", async () => {
    const shown = await answered([], { total: 0, why: "The server gave no probabilities." });
    expect([said(shown), rows(shown)]).toEqual(["The server gave no probabilities.", []]);
    const sure = await answered([]);
    expect(said(sure)).toBe(en.hesitationNone);
  });

  it("shows twenty, and more where that is wanted", async () => {
    const shown = await answered(Array.from({ length: 45 }, (_, index) => ({ ...LIKELY, index })));
    expect(rows(shown)).toHaveLength(20);
    shown.press(en.hesitationMore(20));
    expect(rows(shown)).toHaveLength(40);
    expect(document.activeElement).toBe(shown.all(".r1-hesitant-row")[20]);
    shown.press(en.hesitationMore(5));
    expect(rows(shown)).toHaveLength(45);
    expect(shown.find(en.hesitationMore(5))).toBeUndefined();
  });

  it("goes to a place", async () => {
    const shown = await answered([WORD]);
    shown.press(en.goTo("409"));
    expect(marked("r1-gone-to")).toEqual(["409"]);
  });

  it("waits for the end of the turn", async () => {
    const shown = show();
    shown.put(turn(1));
    draw();
    shown.put(snapshot(2, [[{ state: "running" }, THOUGHT, ANSWER]]));
    draw();
    shown.menu();
    shown.fromMenu(en.check);
    const toggle = shown.find(en.hesitationShow);
    expect(toggle?.getAttribute("aria-disabled")).toBe("true");
    toggle?.click();
    expect(shown.model.countOf("scores")).toBe(0);
    expect(shown.text(".r1-hesitation")).toContain(en.checkWhenEnded);
  });

  it("says what went wrong, and can be asked again", async () => {
    const shown = opened();
    const { id = "" } = shown.model.lastOf("scores") ?? {};
    shown.put({ type: "refused", id, text: "It has gone." });
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(shown.text(".r1-hesitation [role=alert]")).toBe("It has gone.");
    shown.press(en.hesitationShow);
    expect(shown.model.countOf("scores")).toBe(2);
  });
});

describe("what it might have written instead", () => {
  const open = (shown: Shown, name = "409", share = 0.41) => {
    const says = en.hesitationOpen(name, share);
    const row = shown.all(".r1-hesitant-row").find(({ textContent }) => textContent?.includes(says));
    (row as HTMLElement).click();
  };

  it("is shown with its shares, and what is no text in words", async () => {
    const shown = await answered([WORD]);
    open(shown);
    expect(visible(popover(shown))).toBe(true);
    expect(popover(shown).getAttribute("aria-label")).toBe("Instead of “409”");
    const lines = [...popover(shown).querySelectorAll(".r1-other")].map(line => ({
      name: line.getAttribute("aria-label") ?? line.textContent,
      button: line instanceof HTMLButtonElement,
    }));
    expect(lines).toEqual([
      { name: "Go on with “408” instead, 50 %", button: true },
      { name: "“409”, 41 %, as it was written", button: false },
      { name: "Go on with “</think> (ends the thinking)” instead, 4 %", button: true },
      { name: "<|end|> (ends the reply)3 %", button: false },
      { name: "part of a character1 %", button: false },
    ]);
    expect(document.activeElement?.getAttribute("aria-label")).toBe(lines[0]?.name);
  });

  it("is gone through by arrows, and Escape gives the keyboard back", async () => {
    const shown = await answered([WORD]);
    open(shown);
    const names = ["ArrowDown", "ArrowDown", "ArrowUp", "Home", "End"].map(name => {
      key(document.activeElement ?? document.body, name);
      return document.activeElement?.textContent;
    });
    const [first, last] = ["40850 %", "</think> (ends the thinking)4 %"];
    expect(names).toEqual([last, first, last, first, last]);
    key(document.activeElement ?? document.body, "Escape");
    expect(visible(popover(shown))).toBe(false);
    expect(document.activeElement?.textContent).toContain(en.hesitationOpen("409", 0.41));
  });

  it("is gone on with by a press", async () => {
    const shown = await answered([WORD, BREAK]);
    open(shown);
    shown.press(en.hesitationGoOn("408", 0.5));
    const { id: _, ...sent } = shown.model.lastOf("fork_token") ?? {};
    expect(sent).toEqual({ type: "fork_token", turn: "t1", index: 6, token: 17, text: "408" });
    expect(visible(popover(shown))).toBe(false);
    open(shown, en.hesitationBreak, 0.15);
    shown.press(en.hesitationGoOn("So", 0.8));
    expect(shown.model.lastOf("fork_token")?.text).toBe(" So");
  });

  it("is refused with a sentence", async () => {
    const shown = await answered([WORD]);
    open(shown);
    shown.press(en.hesitationGoOn("408", 0.5));
    shown.put({ type: "refused", id: shown.model.lastOf("fork_token")?.id ?? "", text: "It can't." });
    await Promise.resolve();
    await Promise.resolve();
    expect(shown.text(".r1-hesitation [role=alert]")).toBe("It can't.");
  });

  it("can't be gone on with on a server, and says so", async () => {
    const cannot = { continue: "A server answers questions from their beginning." };
    const shown = await answered(
      [WORD],
      {},
      {
        engine_status: { state: "ready", model: "m", text: "", cannot },
      },
    );
    open(shown);
    const [first] = popover(shown).querySelectorAll("button");
    expect(first?.getAttribute("aria-disabled")).toBe("true");
    expect(document.getElementById(first?.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      cannot.continue,
    );
    first?.click();
    expect(shown.model.countOf("fork_token")).toBe(0);
  });

  it("isn't there of a turn that was kept without", async () => {
    const shown = await answered([LIKELY]);
    open(shown, "It", 0.85);
    expect(popover(shown).textContent).toContain(en.hesitationUnkept);
    expect(popover(shown).contains(document.activeElement)).toBe(true);
  });
});
