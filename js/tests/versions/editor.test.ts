import { describe, expect, it, vi } from "vitest";
import { en } from "../../src/texts/en.ts";
import { branch, delta, settled, snapshot, turn } from "../fake.ts";
import { cleanly, draw, key, type Shown, show, visible, write } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;
const THOUGHT = "Two 🙂 and two.\n\nSo it is 4.\n";

/** An ended turn with an open editor of `part`, and a version of it beside it that isn't shown. */
function editing(part: "question" | "reasoning" | "answer") {
  const shown = show({ unfold: "always" });
  const version = { of: "t1", part: "answer", at: 0 } as const;
  const turns: Parameters<typeof snapshot>[1] = [
    [ended, THOUGHT, "\n\nIt is **4**."],
    [{ ...ended, id: "t2", parent: null, version }, THOUGHT, "Four."],
  ];
  shown.put(snapshot(1, turns, { active: "t1" }));
  draw();
  const edit = () => (part === "answer" ? shown.fromMenu : shown.press)(en.editPart(part));
  edit();
  const group = () => shown.one(`.r1-editor[aria-label="${en.editPart(part)}"]`);
  const field = () => group().querySelector("textarea") as HTMLTextAreaElement;
  const press = (label: string) => {
    const button = [...group().querySelectorAll("button")].find(({ textContent }) => textContent === label);
    if (!button) throw new Error(`There is no button ${label}.`);
    button.click();
  };
  return { ...shown, edit, group, field, pressIn: press };
}

const open = ({ group }: { group: () => HTMLElement }) => visible(group());
const made = (shown: Shown, part: "question" | "reasoning" | "answer", of = "t1") =>
  shown.put(turn(2, { id: "t3", parent: null, state: "queued", version: { of, part, at: 3 } }));

describe("the text of a part", () => {
  it.each([
    ["question", "Why?"],
    ["reasoning", THOUGHT.trim()],
    ["answer", "It is **4**."],
  ] as const)("%s: is in the field as it was written, with the focus", (part, text) => {
    const { field } = editing(part);
    expect(field().value).toBe(text);
    expect(document.activeElement).toBe(field());
    expect(field().selectionStart).toBe(text.length);
  });

  it("is hidden meanwhile, and there again afterwards", () => {
    const shown = editing("reasoning");
    expect(visible(shown.one(".r1-columns"))).toBe(false);
    expect(visible(shown.one(".r1-thought"))).toBe(false);
    key(shown.field(), "Escape");
    expect(visible(shown.one(".r1-thought"))).toBe(true);
    const answer = editing("answer");
    expect(answer.one(".r1-answer").classList.contains("r1-edited")).toBe(true);
    answer.pressIn(en.cancelEdit);
    expect(answer.one(".r1-answer").classList.contains("r1-edited")).toBe(false);
  });

  it("unfolds the thought that is to be edited, where it can be", () => {
    const { find } = show();
    expect(find(en.editPart("reasoning"))).toBeUndefined();
  });
});

describe("what is sent", () => {
  it.each([
    ["question", en.askThis],
    ["reasoning", en.continueHere],
    ["answer", en.continueHere],
  ] as const)("is exactly the text: %s", (part, label) => {
    const shown = editing(part);
    const text = "  Two 🙂\n\n\tand **three**… \n";
    write(shown.field(), text);
    shown.pressIn(label);
    expect(shown.model.sent.at(-1)).toEqual({
      type: "edit",
      id: expect.any(String),
      turn: "t1",
      part,
      text,
    });
  });

  it("goes with Ctrl-Enter or Cmd-Enter, not with Enter, and not while an input method is at work", () => {
    const shown = editing("answer");
    expect(key(shown.field(), "Enter").defaultPrevented).toBe(false);
    key(shown.field(), "Enter", { ctrlKey: true, isComposing: true });
    key(shown.field(), "Enter", { ctrlKey: true, keyCode: 229 });
    expect(shown.model.countOf("edit")).toBe(0);
    expect(key(shown.field(), "Enter", { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(shown.model.countOf("edit")).toBe(1);
    const other = editing("answer");
    key(other.field(), "Enter", { metaKey: true });
    expect(other.model.countOf("edit")).toBe(1);
  });

  it("is sent once, and stays in the field until its version is there", () => {
    const shown = editing("reasoning");
    write(shown.field(), "Three");
    shown.pressIn(en.continueHere);
    shown.pressIn(en.continueHere);
    key(shown.field(), "Enter", { ctrlKey: true });
    expect(shown.model.countOf("edit")).toBe(1);
    expect(shown.field().readOnly).toBe(true);
    expect(shown.group().getAttribute("aria-busy")).toBe("true");
    shown.put({ type: "ack", id: shown.model.lastOf("edit")?.id });
    expect([open(shown), shown.field().value]).toEqual([true, "Three"]);
    made(shown, "reasoning");
    expect(open(shown)).toBe(false);
  });

  it("is not taken by the version of another turn, or of another part", () => {
    const shown = editing("reasoning");
    write(shown.field(), "Three");
    shown.pressIn(en.continueHere);
    made(shown, "answer");
    shown.put(
      turn(3, { id: "t4", parent: null, state: "queued", version: { of: "t2", part: "reasoning", at: 0 } }),
    );
    expect([open(shown), shown.field().readOnly]).toEqual([true, true]);
  });

  it("leaves the focus on the button of the same part, in the version's view", () => {
    const shown = editing("answer");
    shown.pressIn(en.continueHere);
    const version = { of: "t1", part: "answer", at: 3 } as const;
    shown.put(turn(2, { ...ended, id: "t3", parent: null, version }));
    shown.put(delta(3, 0, "It is 5.", "answer", "t3"));
    shown.put(branch(4, "t3"));
    // Of the answer it is the menu's, in which it was.
    expect(document.activeElement).toBe(shown.find(en.moreActs));
    expect(shown.one(".r1-turn").dataset.turn).toBe("t3");
  });

  it("is no draft any more when its version is there", () => {
    const shown = editing("reasoning");
    write(shown.field(), "Three");
    shown.pressIn(en.continueHere);
    made(shown, "reasoning");
    shown.press(en.editPart("reasoning"));
    expect(shown.field().value).toBe(THOUGHT.trim());
    expect(shown.field().readOnly).toBe(false);
  });
});

describe("what the kernel can't do", () => {
  it("is said, and leaves the editor open and usable", async () => {
    const shown = editing("reasoning");
    write(shown.field(), "</think>");
    shown.pressIn(en.continueHere);
    const id = shown.model.lastOf("edit")?.id;
    shown.put({ type: "refused", id, text: "A thought can't hold </think>." });
    await settled();
    expect([open(shown), shown.field().readOnly, shown.field().value]).toEqual([true, false, "</think>"]);
    write(shown.field(), "Three");
    shown.pressIn(en.continueHere);
    expect(shown.model.sent.filter(({ type }) => type === "edit")).toMatchObject([
      { text: "</think>" },
      { text: "Three" },
    ]);
  });

  it("isn't that it is busy: what was sent will be read, so it isn't sent twice", () => {
    const shown = editing("reasoning");
    write(shown.field(), "Three");
    shown.pressIn(en.continueHere);
    vi.advanceTimersByTime(1500);
    expect(shown.el.textContent).toContain(en.steerWaits);
    shown.pressIn(en.continueHere);
    expect(shown.model.countOf("edit")).toBe(1);
  });

  it("is anything when it is dead", async () => {
    const shown = editing("reasoning");
    vi.spyOn(console, "warn").mockImplementation(() => {});
    shown.model.send = () => {
      throw new Error("Kernel is dead");
    };
    write(shown.field(), "Three");
    shown.pressIn(en.continueHere);
    await settled();
    expect([open(shown), shown.field().readOnly, shown.field().value]).toEqual([true, false, "Three"]);
    expect(shown.group().textContent).toContain(en.disconnected);
  });

  it("is anything when it dies later", async () => {
    const shown = editing("reasoning");
    const library = { comm_live: true };
    shown.model.widget_manager = { get_model: async () => library };
    shown.pressIn(en.continueHere);
    library.comm_live = false;
    shown.model.emit("comm_live_update");
    await vi.advanceTimersByTimeAsync(100);
    expect([open(shown), shown.field().readOnly]).toEqual([true, false]);
  });
});

describe("a draft", () => {
  it("is kept by Escape, and forgotten by Cancel", () => {
    const shown = editing("answer");
    write(shown.field(), "Five");
    key(shown.field(), "Escape");
    expect(open(shown)).toBe(false);
    expect(document.activeElement?.getAttribute("aria-label")).toBe(en.moreActs);
    shown.edit();
    expect(shown.field().value).toBe("Five");
    shown.pressIn(en.cancelEdit);
    expect(open(shown)).toBe(false);
    shown.edit();
    expect(shown.field().value).toBe("It is **4**.");
  });

  it("survives what comes meanwhile", () => {
    const shown = editing("answer");
    write(shown.field(), "Five");
    shown.put(turn(2, { ...ended, seconds: { total: 3 } }));
    shown.put(snapshot(3, [[ended, THOUGHT, "\n\nIt is **4**. Yes."]]));
    draw();
    expect([open(shown), shown.field().value]).toEqual([true, "Five"]);
    expect(document.activeElement).toBe(shown.field());
  });

  it("survives another branch, and is open again when its own comes back", async () => {
    const shown = editing("answer");
    const before = shown.field();
    write(before, "Five");
    shown.put(branch(2, "t2"));
    await settled();
    expect(open(shown)).toBe(false);
    shown.put(branch(3, "t1"));
    await settled();
    expect(shown.field()).not.toBe(before);
    expect([open(shown), shown.field().value]).toEqual([true, "Five"]);
  });

  it("is of one part of one turn", () => {
    const shown = editing("answer");
    write(shown.field(), "Five");
    key(shown.field(), "Escape");
    shown.press(en.editPart("question"));
    const question = shown.one<HTMLTextAreaElement>(
      `.r1-editor[aria-label="${en.editPart("question")}"] textarea`,
    );
    expect(question.value).toBe("Why?");
  });
});

describe("cut after the cursor", () => {
  it("takes away what is behind it, for thought and answer", () => {
    const shown = editing("reasoning");
    const commands: string[] = [];
    // What a browser does; jsdom has no such command.
    document.execCommand = (name: string) => {
      commands.push(name);
      return false;
    };
    shown.field().setSelectionRange(4, 4);
    shown.pressIn(en.cutAfter);
    expect(commands).toEqual(["delete"]);
    expect(shown.field().value).toBe("Two ");
    key(shown.field(), "Escape");
    shown.press(en.editPart("reasoning"));
    expect(shown.field().value).toBe("Two ");
    const question = editing("question");
    const cut = [...question.group().querySelectorAll("button")].find(b => b.textContent === en.cutAfter);
    expect(cut?.hidden).toBe(true);
  });
});

it("a thought that still grows can be edited as it is", () => {
  const shown = show();
  shown.put(turn(1));
  shown.put(delta(2, 0, "One two"));
  draw();
  shown.press(en.editPart("reasoning"));
  shown.put(delta(3, 7, " three"));
  draw();
  const field = shown.one<HTMLTextAreaElement>(
    `.r1-editor[aria-label="${en.editPart("reasoning")}"] textarea`,
  );
  expect(field.value).toBe("One two");
  shown.put(delta(4, 0, "Now the answer", "answer"));
  draw();
  expect(visible(field)).toBe(true);
});
