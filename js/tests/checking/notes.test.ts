// A reader's notes: where they are written, what is sent of them, where they stand.

import { afterEach, describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import { zh } from "../../src/texts/zh.ts";
import type { TurnNote } from "../../src/wire/checks.ts";
import type { PutNote } from "../../src/wire/tokernel.ts";
import { settled, snapshot, turn } from "../fake.ts";
import { marked, withHighlights } from "../highlights.ts";
import { cleanly, draw, key, type Shown, show, visible, write } from "../shown.ts";

cleanly();
withHighlights();
afterEach(() => {
  document.getSelection()?.removeAllRanges();
  sessionStorage.clear();
});

const THOUGHT = "🙂 First, **17 × 24** is 409.\n\nWait, that can't be.\n\nSo it is 408.";
const ANSWER = "🙂 It is \\(408\\), I *think*.";
const ended = { state: "ended", finish_reason: "stop", thinking_ended_by: "model" } as const;
const note = (id: string, rest: Partial<TurnNote>): TurnNote => ({
  id,
  kind: "reasoning",
  start: 0,
  end: 0,
  created: "2026-03-01T12:00:00Z",
  ...rest,
});
const WRONG = note("n1", { start: 11, end: 18, verdict: "wrong", text: "It is 408." });
const WHOLE = note("n2", { kind: "answer", text: "Well said" });

function answered(notes: TurnNote[] = [], traits: Record<string, unknown> = {}): Shown {
  const shown = show(traits);
  shown.put(snapshot(1, [[ended, THOUGHT, ANSWER]]));
  if (notes.length > 0) shown.put({ type: "checks", seq: 2, turn: "t1", checks: { notes } });
  draw();
  return shown;
}

const field = (shown: Shown) => shown.one<HTMLTextAreaElement>(".r1-note-text");
const forms = (shown: Shown) => shown.all("[role=group].r1-note-form");
const put = (shown: Shown): PutNote | undefined => shown.model.lastOf("note");

/** What is sent is done. */
async function saves(shown: Shown): Promise<void> {
  await settled();
  const id = shown.model.sent.at(-1)?.id ?? "";
  shown.put({ type: "ack", id });
  shown.put({ type: "done", id });
  await settled();
  draw();
}

function select(from: [Node, number], to: [Node, number]): void {
  document.getSelection()?.setBaseAndExtent(...from, ...to);
}

const textIn = (root: Element, words: string): [Text, number] => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const at = node.data.indexOf(words);
    if (at >= 0) return [node, at];
  }
  throw new Error(`Not there: ${words}`);
};

describe("a note is written", () => {
  it("on the answer as a whole, from the menu, with a judgement, and Enter saves", async () => {
    const shown = answered();
    shown.fromMenu(en.noteOf("answer"));
    expect(forms(shown)[0]?.getAttribute("aria-label")).toBe(en.noteOf("answer"));
    expect(document.activeElement).toBe(field(shown));
    shown.press(en.verdict("unsure"));
    shown.press(en.verdict("wrong"));
    const pressed = shown.all(".r1-toggles [aria-pressed=true]").map(({ textContent }) => textContent);
    expect(pressed).toEqual([en.verdict("wrong")]);
    write(field(shown), " Too short.\nSay why. ");
    key(field(shown), "Enter", { shiftKey: true });
    expect(put(shown)).toBeUndefined();
    key(field(shown), "Enter", { isComposing: true });
    expect(put(shown)).toBeUndefined();
    key(field(shown), "Enter");
    expect(put(shown)).toMatchObject({
      turn: "t1",
      note: { kind: "answer", start: 0, end: 0, verdict: "wrong", text: "Too short.\nSay why." },
    });
    expect(forms(shown)[0]?.getAttribute("aria-busy")).toBe("true");
    await saves(shown);
    expect(forms(shown)).toEqual([]);
    expect(shown.text(".r1-said")).toBe(en.noteSaved);
    expect(shown.store.drafts.notesOf("t1")).toEqual([]);
  });

  it("at a step, from the outline, in code points; a judgement alone is enough, and nothing isn't", () => {
    const shown = answered();
    shown.one(".r1-fold").click();
    shown.press(en.outline);
    const rows = shown.all(".r1-row");
    rows[0]?.focus();
    key(rows[0] as Element, "ArrowDown");
    shown.one<HTMLElement>(`.r1-outline .r1-step-acts [aria-label="${en.note}"]`).click();
    draw();
    const [form] = forms(shown);
    expect(form?.parentElement).toBe(shown.all(".r1-step")[1]);
    expect(form?.getAttribute("aria-label")).toBe(en.noteAt("Wait, that can't be."));
    shown.press(en.noteSave);
    expect([put(shown), form?.querySelector(".r1-hint")?.textContent]).toEqual([undefined, en.noteEmpty]);
    shown.press(en.verdict("right"));
    shown.press(en.noteSave);
    const start = [..."🙂 First, **17 × 24** is 409.\n\n"].length;
    expect(put(shown)?.note).toEqual({
      kind: "reasoning",
      start,
      end: start + "Wait, that can't be.\n\n".length,
      verdict: "right",
    });
  });

  it("at what is selected: in the thought, past the signs of markdown", () => {
    const shown = answered();
    shown.one(".r1-fold").click();
    draw();
    const thought = shown.one(".r1-thought");
    const [from, at] = textIn(thought, "First");
    const [to, end] = textIn(thought, " is 409");
    select([from, at - 1], [to, end + 3]);
    expect(shown.menu().map(item => item.getAttribute("aria-label"))).toContain(en.noteSelection);
    shown.fromMenu(en.noteSelection);
    write(field(shown), "Hm");
    key(field(shown), "Enter");
    const words = [...THOUGHT].slice(put(shown)?.note.start, put(shown)?.note.end).join("");
    expect(words).toBe("First, **17 × 24** is");
    expect(put(shown)?.note.kind).toBe("reasoning");
  });

  it("at what is selected in an answer, of which a formula is meant as a whole; and where nothing is, not", () => {
    const shown = answered();
    const answer = shown.one(".r1-answer");
    const [from, at] = textIn(answer, "is");
    const [to] = textIn(answer, "think");
    select([from, at], [to, 3]);
    shown.fromMenu(en.noteSelection);
    key(field(shown), "Enter");
    write(field(shown), "?");
    key(field(shown), "Enter");
    const { kind, start, end } = put(shown)?.note ?? {};
    expect([kind, [...ANSWER].slice(start, end).join("")]).toEqual(["answer", "is \\(408\\), I *thi"]);
    document.getSelection()?.removeAllRanges();
    const none = answered();
    expect(none.menu().map(item => item.getAttribute("aria-label"))).not.toContain(en.noteSelection);
  });

  it("at what is selected over several steps, and in the source as it was written", () => {
    const shown = answered();
    shown.one(".r1-fold").click();
    draw();
    const steps = shown.all(".r1-step-body");
    select(textIn(steps[1] as Element, "that"), [textIn(steps[2] as Element, "So")[0], 2]);
    shown.fromMenu(en.noteSelection);
    write(field(shown), "?");
    key(field(shown), "Enter");
    const of = () => [...THOUGHT].slice(put(shown)?.note.start, put(shown)?.note.end).join("");
    expect(of()).toBe("that can't be.\n\nSo");
    shown.fromMenu(en.source);
    const raw = textIn(shown.all(".r1-step-body")[0] as Element, "**17");
    select(raw, [raw[0], raw[1] + 11]);
    shown.fromMenu(en.noteSelection);
    write(field(shown), "?");
    key(field(shown), "Enter");
    expect(of()).toBe("**17 × 24**");
  });

  it("by a button beside the selection, which goes with it", () => {
    const shown = answered();
    const button = () => shown.all(".r1-selection button").filter(visible)[0];
    expect(button()).toBeUndefined();
    const [node, at] = textIn(shown.one(".r1-answer"), "think");
    select([node, at], [node, at + 5]);
    document.dispatchEvent(new Event("selectionchange"));
    expect(button()?.textContent).toBe(en.note);
    button()?.click();
    expect(forms(shown)[0]?.getAttribute("aria-label")).toBe(en.noteAt("think"));
    expect(button()).toBeUndefined();
    document.getSelection()?.removeAllRanges();
    document.dispatchEvent(new Event("selectionchange"));
    // Not what isn't the model's.
    const [asked] = textIn(shown.one(".r1-question"), "Why?");
    select([asked, 0], [asked, 3]);
    document.dispatchEvent(new Event("selectionchange"));
    expect(button()).toBeUndefined();
  });
});

describe("what was typed", () => {
  it("stays when Escape closes, in the list and after a reload, until it is saved or discarded", async () => {
    const shown = answered();
    shown.fromMenu(en.noteOf("answer"));
    shown.press(en.verdict("wrong"));
    write(field(shown), "Not sa");
    key(field(shown), "Escape");
    expect(forms(shown)).toEqual([]);
    shown.press(en.check);
    expect(shown.text(".r1-checking")).toContain(en.noteUnsaved("Not sa"));
    shown.press(en.noteGoOn);
    expect(field(shown).value).toBe("Not sa");
    expect(shown.text(".r1-toggles [aria-pressed=true]")).toBe(en.verdict("wrong"));
    window.dispatchEvent(new Event("pagehide"));
    shown.gone.abort();
    shown.view.abort();
    const again = answered();
    await settled();
    expect(field(again).value).toBe("Not sa");
    expect(document.activeElement).not.toBe(field(again));
    again.press(en.noteDiscard);
    expect([forms(again), again.store.drafts.notesOf("t1")]).toEqual([[], []]);
  });

  it("stays with the reason where it is refused, and where the kernel is gone", async () => {
    const shown = answered();
    shown.fromMenu(en.noteOf("answer"));
    write(field(shown), "Hm");
    key(field(shown), "Enter");
    const id = put(shown)?.id ?? "";
    shown.put({ type: "refused", id, text: "There is no place from 3 to 9." });
    await settled();
    const hint = () => shown.one(".r1-note-form [role=status]").textContent;
    expect([field(shown).value, field(shown).readOnly, hint()]).toEqual([
      "Hm",
      false,
      "There is no place from 3 to 9.",
    ]);
    expect(shown.all(".r1-notice")).toEqual([]);
    shown.store.connected = false;
    key(field(shown), "Enter");
    await settled();
    expect([field(shown).value, hint()]).toEqual(["Hm", en.disconnected]);
  });
});

describe("notes", () => {
  const rows = (shown: Shown) =>
    shown.all(".r1-note-row").map(row => row.querySelector(".r1-check-words")?.textContent);

  it("are marked in the text, counted on the chip, a sign in the outline, and listed by place", () => {
    const shown = answered([
      WHOLE,
      WRONG,
      note("n3", { kind: "answer", start: 2, end: 4, verdict: "right" }),
    ]);
    expect(shown.text(".r1-check-chip")).toBe(en.noteCount(3));
    shown.one(".r1-fold").click();
    shown.press(en.outline);
    draw();
    expect(marked("r1-note-wrong")).toEqual(["17 × 24"]);
    expect(marked("r1-note-right")).toEqual(["It"]);
    const row = shown.all(".r1-row")[0];
    expect(row?.querySelector(".r1-row-note svg")).not.toBeNull();
    expect(row?.textContent).toContain(en.noteYours("Wrong: It is 408."));
    expect(shown.all(".r1-row-note").length).toBe(1);
    shown.press(en.check);
    expect(rows(shown)).toEqual(["“17 × 24” Wrong: It is 408.", "“It” Right", "Well said"]);
    expect(shown.find(en.goTo("17 × 24"))).toBeDefined();
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: {} });
    draw();
    expect([marked("r1-note-wrong"), rows(shown), shown.all(".r1-row-note")]).toEqual([[], [], []]);
    expect(shown.text(".r1-checking")).toContain(en.noNotes);
  });

  it("are the same in two views of a chat", () => {
    const shown = answered();
    const other = document.createElement("div");
    document.body.append(other);
    shown.put({ type: "checks", seq: 2, turn: "t1", checks: { notes: [WHOLE] } });
    expect(shown.text(".r1-check-chip")).toBe(en.noteCount(1));
  });

  it("are changed in the panel, by their id", async () => {
    const shown = answered([WRONG]);
    shown.press(en.check);
    shown.press(`${en.noteEdit}: Wrong: It is 408.`);
    expect(field(shown).value).toBe("It is 408.");
    expect(shown.text(".r1-toggles [aria-pressed=true]")).toBe(en.verdict("wrong"));
    shown.press(en.verdict("wrong"));
    write(field(shown), "It is 408, as said.");
    key(field(shown), "Enter", { ctrlKey: true });
    expect(put(shown)?.note).toEqual({
      kind: "reasoning",
      start: 11,
      end: 18,
      id: "n1",
      text: "It is 408, as said.",
    });
    // Somebody else's note comes meanwhile: what is typed stays.
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: { notes: [WRONG, WHOLE] } });
    expect(field(shown).value).toBe("It is 408, as said.");
    await saves(shown);
    expect(forms(shown)).toEqual([]);
  });

  it("are taken away at once, and can be put back", async () => {
    const shown = answered([WRONG]);
    shown.press(en.check);
    shown.press(`${en.noteRemove}: Wrong: It is 408.`);
    expect(shown.model.lastOf("remove_note")).toMatchObject({ turn: "t1", note: "n1" });
    shown.put({ type: "checks", seq: 3, turn: "t1", checks: {} });
    await saves(shown);
    expect(shown.text(".r1-checking")).toContain(en.noteRemoved);
    expect(document.activeElement?.textContent).toBe(en.noteUndo);
    shown.press(en.noteUndo);
    expect(put(shown)?.note).toEqual({
      kind: "reasoning",
      start: 11,
      end: 18,
      verdict: "wrong",
      text: "It is 408.",
    });
    await saves(shown);
    expect(shown.find(en.noteUndo)).toBeUndefined();
  });

  it("are read, and not written, in a page that is a file", () => {
    const shown = answered([WRONG, WHOLE], { read_only: true });
    expect(shown.menu().map(item => item.getAttribute("aria-label"))).not.toContain(en.noteOf("answer"));
    shown.fromMenu(en.check);
    expect(rows(shown).length).toBe(2);
    expect(shown.all(".r1-note-row .r1-bare")).toEqual([]);
    expect(shown.find(en.noteOf("answer"))).toBeUndefined();
    expect(shown.all(".r1-selection")).toEqual([]);
  });

  it("can be written while the turn is", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put({ type: "delta", seq: 2, turn: "t1", kind: "reasoning", at: 0, text: "Hm", tokens: 1 });
    draw();
    shown.fromMenu(en.noteOf("reasoning"));
    write(field(shown), "Well?");
    key(field(shown), "Enter");
    expect(put(shown)?.note).toEqual({ kind: "reasoning", start: 0, end: 0, text: "Well?" });
  });

  it("speak Chinese", () => {
    const shown = answered([WRONG], { language: "zh" });
    expect(shown.text(".r1-check-chip")).toBe(zh.noteCount(1));
    shown.press(zh.check);
    expect(rows(shown)).toEqual(["“17 × 24” 错误: It is 408."]);
  });
});
