// What a reader sees of a check: at the answer, in its text, in the panel.

import { describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import type { TurnChecks } from "../../src/wire/checks.ts";
import { delta, settled, snapshot, turn } from "../fake.ts";
import { marked, withHighlights } from "../highlights.ts";
import { cleanly, draw, type Shown, show, visible } from "../shown.ts";

cleanly();
withHighlights();

const THOUGHT = "🙂 First, 17 × 24 = 409.\n\nSo it is 409.";
const ANSWER = "It is **408**, near Andaman.";
const SLIP = {
  what: "arithmetic",
  kind: "reasoning",
  start: 9,
  end: 22,
  text: "17 × 24 = 409",
  right: "408",
} as const;
const OTHER = { what: "other_value", kind: "answer", start: 8, end: 11, text: "408", right: "409" } as const;
const ended = { state: "ended", finish_reason: "stop", thinking_ended_by: "model" } as const;

const sample = (answer: string) => ({ answer, finish_reason: "stop" as const, tokens: 3 });
const CHECK: NonNullable<TurnChecks["check"]> = {
  samples: [sample("**408**"), sample("409"), { answer: "", finish_reason: "length", tokens: 9 }],
  by: "value",
  groups: [
    { value: "408", by: "value", members: [0, 1] },
    { value: "409", by: "value", members: [2] },
  ],
  without: [3],
  support: [
    { text: "Andaman", kind: "name", spans: [[20, 27]], found_in: [], count: 1, total: 3 },
    { text: "408", kind: "number", spans: [[8, 11]], found_in: [0], count: 2, total: 3 },
  ],
};

function answered(checks: TurnChecks = {}, traits: Record<string, unknown> = {}): Shown {
  const shown = show(traits);
  shown.put(snapshot(1, [[ended, THOUGHT, ANSWER]]));
  if (Object.keys(checks).length > 0) shown.put({ type: "checks", seq: 2, turn: "t1", checks });
  draw();
  return shown;
}

function opened(checks: TurnChecks = {}, traits: Record<string, unknown> = {}): Shown {
  const shown = answered(checks, traits);
  shown.press(en.check);
  return shown;
}

const chip = (shown: Shown) => shown.all(".r1-check-chip").filter(visible)[0]?.textContent;
const rows = (shown: Shown, title: string) => {
  const section = shown
    .all(".r1-check-section")
    .find(each => each.querySelector(".r1-check-title")?.textContent === title);
  return [...(section?.querySelectorAll(".r1-check-row") ?? [])].map(row =>
    [...row.children].map(({ textContent }) => textContent?.trim()).join(" | "),
  );
};
/** Without what the page asks by itself. */
const sent = (shown: Shown) =>
  shown.model.sent
    .filter(({ type }) => type !== "sync" && type !== "foresee")
    .map(({ id: _, ...message }) => message);

describe("what was found", () => {
  it("is a chip at the answer, and marked in the text: after an emoji, and in a thought that is folded", () => {
    const shown = answered();
    expect(chip(shown)).toBeUndefined();
    shown.put({ type: "checks", seq: 2, turn: "t1", checks: { findings: [SLIP, OTHER] } });
    expect(chip(shown)).toBe("2 findings");
    expect(marked("r1-slip")).toEqual(["408"]);
    expect(shown.text(".r1-remark")).toBe("1 equation doesn't come out");
    shown.press("1 equation doesn't come out");
    expect(shown.one(".r1-fold").getAttribute("aria-expanded")).toBe("true");
    draw();
    expect(marked("r1-slip").toSorted()).toEqual(["17 × 24 = 409", "408"]);
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: {} });
    expect([chip(shown), marked("r1-slip"), visible(shown.one(".r1-remark"))]).toEqual([
      undefined,
      [],
      false,
    ]);
  });

  it("is there while the turn is written, whichever comes first, the text or what is said of it", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, THOUGHT.slice(0, 14)));
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: { findings: [SLIP] } });
    draw();
    expect(marked("r1-slip")).toEqual([]);
    expect(chip(shown)).toBe("1 finding");
    shown.put(delta(4, 13, THOUGHT.slice(14)));
    draw();
    expect(marked("r1-slip")).toEqual(["17 × 24 = 409"]);
  });

  it("is listed with its place, which can be gone to", () => {
    const shown = opened({ findings: [SLIP, OTHER] });
    expect(rows(shown, en.recomputed)).toEqual([
      "17 × 24 = 409 recomputed: 408 | thought | Go there",
      "The thought ends in 409, the answer in 408 | answer | Go there",
    ]);
    shown.press("Go there: 17 × 24 = 409");
    expect(shown.one(".r1-fold").getAttribute("aria-expanded")).toBe("true");
    expect(marked("r1-gone-to")).toEqual(["17 × 24 = 409"]);
    shown.press("Go there: The thought ends in 409, the answer in 408");
    expect(marked("r1-gone-to")).toEqual(["408"]);
    shown.view.abort();
    expect([marked("r1-gone-to"), marked("r1-slip")]).toEqual([[], []]);
  });

  it("is said of its step in the outline, which can list such steps alone", () => {
    const shown = answered({ findings: [SLIP] });
    shown.press(en.thought(undefined, 0, "model"));
    shown.press(en.outline);
    const costs = () => shown.all(".r1-row-cost").map(({ textContent }) => textContent);
    expect(costs()[0]).toContain("17 × 24 = 409, recomputed: 408");
    shown.press("Findings 1");
    expect(shown.all(".r1-row").map(({ hidden }) => hidden)).toEqual([false, true]);
  });

  it("is nothing so far, or nothing at all", () => {
    const shown = opened();
    expect(shown.text(".r1-check-section .r1-check-note")).toBe(en.noFindings(true));
  });
});

describe("how good each part is", () => {
  it("is said beside its title, where a reader asks", () => {
    const shown = opened();
    const figures = shown.all(".r1-check-measured");
    expect(figures.map(({ textContent }) => textContent)).toEqual([
      en.recomputedMeasured,
      en.againMeasured,
      en.decidedMeasured,
      en.hesitationMeasured,
    ]);
    expect(figures.every(figure => figure.hidden)).toBe(true);
    const ask = shown.all("button").find(each => each.ariaLabel === en.howGoodOf(en.again)) as HTMLElement;
    ask.click();
    expect(figures.map(({ hidden }) => hidden)).toEqual([true, false, true, true]);
    expect(ask.getAttribute("aria-expanded")).toBe("true");
    ask.click();
    expect(figures[1]?.hidden).toBe(true);
  });
});

describe("asking again", () => {
  it("says what it would take, is asked for, runs and can be stopped", async () => {
    const shown = opened();
    await settled();
    const foresee = shown.model.lastOf("foresee");
    expect(shown.model.sent.filter(({ type }) => type === "foresee").length).toBe(2);
    const asked = shown.model.sent.find(each => each.type === "foresee" && each.what === "check");
    expect(asked).toMatchObject({ turn: "t1", k: 4 });
    shown.put({ type: "foreseen", id: asked?.id, seconds: 41, tokens: 90 });
    await settled();
    expect(shown.all(".r1-check-run .r1-check-note").map(({ textContent }) => textContent)).toContain(
      "about 40 s",
    );
    expect(foresee).toMatchObject({ what: "trace_answer" });

    shown.press(en.againStart);
    expect(sent(shown)).toEqual([{ type: "check", turn: "t1", k: 4 }]);
    shown.press(en.againStart); // once is enough
    expect(shown.model.countOf("check")).toBe(1);
    const under = { check: { done: 1, total: 4, left: 21 } };
    const one = {
      ...CHECK,
      samples: CHECK.samples.slice(0, 1),
      groups: CHECK.groups.slice(0, 1),
      without: [],
      support: [],
    };
    shown.put({ type: "checks", seq: 2, turn: "t1", checks: { under, check: one } });
    expect(chip(shown)).toBe("asking: 1 of 4");
    expect(shown.find(en.againStart)).toBeUndefined();
    expect(shown.text("[role=status].r1-check-note")).toBe("1 of 4 have answered · about 20 s left");
    expect(shown.text(".r1-check-result")).toBe("2 of 2 end in 408");
    shown.press(en.checkStop);
    expect(sent(shown).at(-1)).toEqual({ type: "stop_check", turn: "t1", what: "check" });
  });

  it("has the answers in groups, each to be opened and read as markdown", () => {
    const shown = opened({ check: CHECK });
    expect(chip(shown)).toBe("2 of 3 end in 408, 1 without an answer");
    expect(shown.all(".r1-checking .r1-group-title").map(({ textContent }) => textContent)).toEqual([
      "2 of 3: the same number, 408",
      "1 of 3: 409",
      "1 without an answer",
    ]);
    shown.press("Answer 1 · 3 tokens");
    expect(shown.one(".r1-checking .r1-prose strong").textContent).toBe("408");
    // It stays open when more comes.
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: { check: { ...CHECK, support: [] } } });
    expect(shown.all(".r1-checking .r1-prose").filter(visible).length).toBe(1);
    expect(shown.find("Answer 3 · 9 tokens · cut off")?.disabled).toBe(true);
  });

  it("counts who has the terms of the answer, and marks those that few have", () => {
    const shown = opened({
      check: { ...CHECK, by: "text", groups: CHECK.groups.map(each => ({ ...each, by: "text" })) },
    });
    expect(chip(shown)).toBe("1 term in few answers");
    expect(rows(shown, en.again)).toEqual(["Andaman | in 1 of 3 | Go there", "408 | in 2 of 3 | Go there"]);
    expect(marked("r1-unsupported-2")).toEqual(["Andaman"]);
    expect(marked("r1-unsupported-1")).toEqual([]);
    shown.press("Go there: Andaman");
    expect(marked("r1-gone-to")).toEqual(["Andaman"]);
  });

  it("goes on from what there is: fewer than that can't be chosen", () => {
    const shown = opened({ check: CHECK });
    const inputs = shown.all<HTMLInputElement>(".r1-check-run input");
    expect(inputs.map(({ value, disabled, checked }) => [value, disabled, checked])).toEqual([
      ["2", true, false],
      ["4", false, true],
      ["8", false, false],
    ]);
    inputs[2]?.click();
    shown.press(en.againStart);
    expect(sent(shown)).toEqual([{ type: "check", turn: "t1", k: 8 }]);
  });

  it("says why it was refused, beside the button", async () => {
    const shown = opened();
    shown.press(en.againStart);
    const id = shown.model.lastOf("check")?.id;
    shown.put({ type: "refused", id, text: "There is no room for it." });
    await settled();
    expect(
      shown
        .all("[role=alert]")
        .filter(visible)
        .map(({ textContent }) => textContent),
    ).toEqual(["There is no room for it."]);
    expect(shown.find(en.againStart)?.getAttribute("aria-disabled")).toBe("false");
  });
});

describe("where it was decided", () => {
  const TRACE = {
    answers: ["408", "409"],
    boundaries: [
      { step: 0, at: 0, counts: [1, 3], without: 0 },
      { step: 1, at: 24, counts: [3, 0], without: 1 },
      { step: 2, at: 37, counts: [4, 0], without: 0 },
    ],
    decided: 2,
    turned: 0,
  };

  it("is a sentence, a table, and a band beside the outline", () => {
    const shown = opened({ answer_trace: TRACE });
    expect(shown.all("p.r1-check-result").at(-1)?.firstChild?.textContent).toBe(
      "From step 2 on, all end in 408. With step 1, what mostly follows became another answer.",
    );
    const cells = shown
      .all<HTMLTableRowElement>(".r1-check-table tr")
      .map(row =>
        [...row.querySelectorAll("th, td:not([aria-hidden]):not(:last-child)")].map(
          ({ textContent }) => textContent,
        ),
      );
    expect(cells).toEqual([
      ["Kept up to", "408", "409", "no answer", ""],
      ["nothing", "1", "3", "0"],
      ["step 1", "3", "0", "1"],
      ["step 2", "4", "0", "0"],
    ]);
    shown.press("Go there: step 1");
    shown.press(en.outline);
    expect(shown.all(".r1-row-cost").map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining("after this step, of 4: 3 end in 408, 1 have no answer"),
      expect.stringContaining("after this step, of 4: 4 end in 408"),
    ]);
    expect(shown.all(".r1-row .r1-share").map(({ dataset }) => dataset.answer)).toEqual(["0", "none", "0"]);
    // It is found: there is nothing to go on with.
    expect(shown.find(en.decidedStart)).toBeUndefined();
    expect(chip(shown)).toBe("From step 2 on, all end in 408.");
  });

  it("can be gone on with where it was stopped, and says how far it is", () => {
    const { decided: _, turned: __, ...part } = TRACE;
    const shown = opened({ answer_trace: part });
    expect(shown.all("p.r1-check-result").at(-1)?.textContent).toBe(en.undecided);
    shown.press(en.decidedGoOn);
    expect(sent(shown)).toEqual([{ type: "trace_answer", turn: "t1", k: 4 }]);
    const under = { trace_answer: { done: 12, total: 32 } };
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: { answer_trace: part, under } });
    expect(chip(shown)).toBe("looking: 12 of 32");
  });

  it("says why it can't be", () => {
    const engine_status = { state: "ready", model: "m", text: "", cannot: { continue: "A server can't." } };
    const shown = opened({}, { engine_status });
    const start = shown.find(en.decidedStart);
    expect(start?.getAttribute("aria-disabled")).toBe("true");
    const why = document.getElementById(start?.getAttribute("aria-describedby") ?? "");
    expect(why?.textContent).toBe("A server can't.");
    start?.click();
    expect(sent(shown)).toEqual([]);
    const none = show();
    none.put(snapshot(1, [[ended, "", ANSWER]]));
    none.press(en.check);
    expect(
      none
        .all(".r1-check-note")
        .filter(visible)
        .map(({ textContent }) => textContent),
    ).toContain(en.noThought);
  });

  it("waits for the end of the turn", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, THOUGHT));
    shown.press(en.check);
    expect(shown.find(en.againStart)?.getAttribute("aria-disabled")).toBe("true");
    expect(shown.model.countOf("foresee")).toBe(0);
    shown.put(turn(3, ended));
    expect(shown.find(en.againStart)?.getAttribute("aria-disabled")).toBe("false");
  });
});

describe("the panel", () => {
  it("is opened from the chip, the icon and the menu, and shows what is known where nobody can be asked", () => {
    const shown = answered({ findings: [SLIP], check: CHECK }, { read_only: true });
    shown.press("2 of 3 end in 408, 1 without an answer · 1 finding");
    expect(shown.one(".r1-checking").getAttribute("aria-label")).toBe(en.check);
    expect(shown.find(en.againStart) ?? shown.find(en.decidedStart)).toBeUndefined();
    expect(rows(shown, en.again).length).toBe(2);
    expect(shown.model.countOf("foresee")).toBe(0);
    shown.press(en.checkClose);
    expect(shown.all(".r1-checking")).toEqual([]);
    shown.fromMenu(en.check);
    expect(shown.all(".r1-checking").length).toBe(1);
    shown.press(en.check);
    expect(shown.all(".r1-checking")).toEqual([]);
  });
});
