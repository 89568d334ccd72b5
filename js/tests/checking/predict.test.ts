// Predict, then reveal: what isn't to be seen, until the reader has written what they expect.

import { afterEach, describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import type { TurnNote } from "../../src/wire/checks.ts";
import type { PutNote } from "../../src/wire/tokernel.ts";
import { delta, settled, snapshot, turn } from "../fake.ts";
import { marked, withHighlights } from "../highlights.ts";
import { cleanly, draw, key, type Shown, show, visible, write } from "../shown.ts";

cleanly();
withHighlights();
afterEach(() => sessionStorage.clear());

const THOUGHT = "First, this.\n\nThen, that.\n\nSo it is 408.";
const ANSWER = "It is **408**.";
const ended = { state: "ended", finish_reason: "stop", thinking_ended_by: "model" } as const;
const EXPECTED: TurnNote = {
  id: "n1",
  kind: "answer",
  start: 0,
  end: 0,
  text: "About 400",
  is_prediction: true,
  created: "2026-03-01T12:00:00Z",
};

function answered(traits: Record<string, unknown> = { predict: true }): Shown {
  const shown = show(traits);
  shown.put(snapshot(1, [[ended, THOUGHT, ANSWER]]));
  draw();
  return shown;
}

const field = (shown: Shown) => shown.one<HTMLTextAreaElement>(".r1-expects textarea");
const cards = (shown: Shown) => shown.all(".r1-expects");
const answer = (shown: Shown) => {
  const [found] = shown.all(".r1-answer");
  return found && visible(found) ? found.textContent?.trim() : undefined;
};
const put = (shown: Shown): PutNote | undefined => shown.model.lastOf("note");
const steps = (shown: Shown) =>
  shown
    .all(".r1-step")
    .filter(visible)
    .map(step => step.querySelector(".r1-step-body")?.textContent?.trim());

async function saves(shown: Shown, seq: number, notes: TurnNote[]): Promise<void> {
  const id = put(shown)?.id ?? "";
  shown.put({ type: "ack", id });
  shown.put({ type: "checks", seq, turn: "t1", checks: { notes } });
  shown.put({ type: "done", id });
  await settled();
  draw();
}

describe("an answer", () => {
  it("isn't drawn until the reader has written what they expect; then both stand there", async () => {
    const shown = answered();
    expect([answer(shown), shown.one(".r1-answer").textContent]).toEqual([undefined, ""]);
    expect(shown.el.textContent).not.toContain("It is 408.");
    expect(cards(shown)[0]?.getAttribute("aria-label")).toBe(en.predict);
    field(shown).focus();
    write(field(shown), "About 400");
    key(field(shown), "Enter");
    expect(put(shown)?.note).toEqual({
      kind: "answer",
      start: 0,
      end: 0,
      text: "About 400",
      is_prediction: true,
    });
    await saves(shown, 2, [EXPECTED]);
    expect([cards(shown), answer(shown)]).toEqual([[], "It is 408."]);
    expect(shown.text(".r1-expected")).toBe(`${en.predictExpected} About 400`);
    expect(document.activeElement?.getAttribute("aria-label")).toBe(en.moreActs);
    expect(shown.store.drafts.notesOf("t1")).toEqual([]);
  });

  it("is shown to who wants to see it without, and to who has seen it", () => {
    const shown = answered();
    shown.press(en.predictSkip);
    expect([answer(shown), cards(shown), put(shown)]).toEqual(["It is 408.", [], undefined]);
    const other = answered({});
    expect(answer(other)).toBe("It is 408.");
    other.model.change("predict", true);
    expect(answer(other)).toBe("It is 408.");
    other.put(
      snapshot(2, [
        [ended, THOUGHT, ANSWER],
        [{ ...ended, id: "t2" }, "Hm", "4"],
      ]),
    );
    draw();
    expect(cards(other).length).toBe(1);
    other.model.change("predict", false);
    draw();
    expect([cards(other), other.all(".r1-answer")[1]?.textContent?.trim()]).toEqual([[], "4"]);
  });

  it("isn't told in any other way: no announcement, no chip, no panel, no act that shows it", () => {
    const shown = show({ predict: true });
    shown.put(turn(1));
    shown.put(delta(2, 0, "Hm"));
    shown.put(delta(3, 0, ANSWER, "answer"));
    draw();
    shown.put(turn(4, ended));
    const check = { samples: [], by: "value", groups: [], without: [], support: [] } as const;
    const found = { what: "arithmetic", kind: "answer", start: 8, end: 11, text: "408", right: "9" } as const;
    shown.put({ type: "checks", seq: 5, turn: "t1", checks: { check, findings: [found] } });
    draw();
    expect(shown.text(".r1-said")).toBe(en.predictReady);
    expect(shown.el.textContent).not.toContain("408");
    expect(marked("r1-slip")).toEqual([]);
    expect(shown.one(".r1-turn").classList.contains("r1-unseen")).toBe(true);
    expect(shown.menu().map(item => item.getAttribute("aria-label"))).toEqual([
      en.copyMarkdown,
      en.exportTurn,
    ]);
    expect(shown.find(en.check)).toBeUndefined();
    shown.press(en.predictSkip);
    expect([answer(shown), marked("r1-slip")]).toEqual(["It is 408.", ["408"]]);
    expect(shown.find(en.check)).toBeDefined();
  });

  it("can be expected before it has come, and then comes as always", async () => {
    const shown = show({ predict: true });
    shown.put(turn(1));
    shown.put(delta(2, 0, "Hm"));
    draw();
    write(field(shown), "About 400");
    key(field(shown), "Enter");
    await saves(shown, 3, [EXPECTED]);
    expect(cards(shown)).toEqual([]);
    shown.put(delta(4, 0, "It", "answer"));
    draw();
    expect(answer(shown)).toBe("It");
  });

  it("isn't asked for where none came, and what a reader typed stays over a reload", async () => {
    const shown = show({ predict: true });
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "cancelled" }, "Hm", ""]]));
    expect(cards(shown)).toEqual([]);
    const typed = answered();
    write(field(typed), "Abou");
    window.dispatchEvent(new Event("pagehide"));
    typed.gone.abort();
    typed.view.abort();
    const again = answered();
    await settled();
    expect(field(again).value).toBe("Abou");
    expect(again.all(".r1-note-form").length).toBe(1);
  });

  it("of a version whose question was answered before is shown", () => {
    const shown = answered();
    shown.press(en.predictSkip);
    const version = { of: "t1", part: "reasoning", at: 0 } as const;
    shown.put(turn(2, { ...ended, id: "t9", parent: null, version }));
    shown.put(delta(3, 0, "It is 9.", "answer", "t9"));
    shown.put({ type: "branch", seq: 4, active: "t9" });
    draw();
    expect([cards(shown), answer(shown)]).toEqual([[], "It is 9."]);
  });

  it("is there in a page that is a file", () => {
    const shown = answered({ predict: true, read_only: true });
    expect([cards(shown), answer(shown)]).toEqual([[], "It is 408."]);
  });

  it("keeps what was expected as it was: only a judgement is added", () => {
    const shown = answered({});
    shown.put({ type: "checks", seq: 2, turn: "t1", checks: { notes: [EXPECTED] } });
    shown.press(en.check);
    shown.press(`${en.noteEdit}: ${en.notePredicted}: About 400`);
    const text = shown.one<HTMLTextAreaElement>(".r1-note-text");
    expect([text.value, text.readOnly]).toEqual(["About 400", true]);
    shown.press(en.verdict("right"));
    shown.press(en.noteSave);
    expect(put(shown)?.note).toMatchObject({ id: "n1", verdict: "right", is_prediction: true });
  });
});

describe("what follows a step", () => {
  function hidden(traits: Record<string, unknown> = {}): Shown {
    const shown = answered(traits);
    shown.one(".r1-fold").click();
    shown.press(en.outline);
    const rows = shown.all(".r1-row");
    rows[0]?.focus();
    shown.one<HTMLElement>(`.r1-outline .r1-step-acts [aria-label="${en.predictHide}"]`).click();
    draw();
    return shown;
  }

  it("is hidden with the answer, in the outline and from Find, until the next step is written", async () => {
    const shown = answered({});
    shown.one(".r1-fold").click();
    shown.press(en.outline);
    const rows = shown.all(".r1-row");
    key(rows[0] as Element, "Home");
    shown.one<HTMLElement>(`.r1-outline .r1-step-acts [aria-label="${en.predictHide}"]`).click();
    draw();
    expect([steps(shown), answer(shown)]).toEqual([["First, this."], undefined]);
    expect(shown.all(".r1-row").filter(visible).length).toBe(1);
    expect(document.activeElement).toBe(field(shown));
    write(shown.one<HTMLInputElement>(".r1-find-text"), "that");
    draw();
    expect(shown.text(".r1-find-count")).toBe(en.matches(0, 0));
    write(field(shown), "Then the rest.");
    key(field(shown), "Enter");
    const { note } = put(shown) as PutNote;
    expect(note).toMatchObject({ kind: "reasoning", text: "Then the rest.", is_prediction: true });
    expect(THOUGHT.slice(note.start, note.end).trim()).toBe("Then, that.");
    await saves(shown, 2, [{ ...note, id: "n1", created: "" }]);
    expect([steps(shown).length, answer(shown), cards(shown)]).toEqual([3, "It is 408.", []]);
    expect(shown.text(".r1-step .r1-expected")).toBe(`${en.predictExpected} Then the rest.`);
    expect(shown.all(".r1-row").filter(visible).length).toBe(3);
  });

  it("is shown to who wants to see it without; an answer that waits still waits", () => {
    const shown = hidden({ predict: true });
    expect(shown.text(".r1-expects .r1-note-label")).toBe(en.predictStep);
    shown.press(en.predictSkip);
    expect([steps(shown).length, answer(shown)]).toEqual([3, undefined]);
    expect(shown.text(".r1-expects .r1-note-label")).toBe(en.predictAnswer);
    expect(document.activeElement).toBe(field(shown));
    shown.press(en.predictSkip);
    expect([answer(shown), cards(shown)]).toEqual(["It is 408.", []]);
  });

  it("that is written meanwhile doesn't show", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "First, this.\n\nThen, "));
    draw();
    shown.press(en.outline);
    shown.all(".r1-row")[0]?.focus();
    key(shown.all(".r1-row")[0] as Element, "Home");
    shown.one<HTMLElement>(`.r1-outline .r1-step-acts [aria-label="${en.predictHide}"]`).click();
    shown.put(delta(3, "First, this.\n\nThen, ".length, "that.\n\nSo it is 408.\n\nYes."));
    draw();
    expect(steps(shown)).toEqual(["First, this."]);
    expect(shown.all(".r1-preview").filter(visible)).toEqual([]);
    shown.press(en.predictSkip);
    draw();
    expect(steps(shown).length).toBe(4);
  });
});

describe("the setting", () => {
  it("is a box among those of reading, and holds for every view", () => {
    const set: [string, unknown][] = [];
    const shown = answered({});
    shown.model.set = ((name: string, value: unknown) => void set.push([name, value])) as () => void;
    shown.press(en.readingSettings);
    const box = shown.one<HTMLInputElement>("[data-setting=predict] input");
    expect(box.labels?.[0]?.textContent).toContain(en.predict);
    box.click();
    expect(set).toEqual([["predict", true]]);
  });
});
