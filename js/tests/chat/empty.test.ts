// A chat in which nothing has been asked, and the questions to begin with.

import { describe, expect, it, vi } from "vitest";
import { settled, snapshot, turn } from "../fake.ts";
import { cleanly, type Shown, show, visible, write } from "../shown.ts";

cleanly();

const about = { title: "Qwen-1.5B", place: "here", skill: "reasoning", parameters: 1_777_088_000, bits: 8 };
const idle = (more: object = {}) => ({ state: "idle", model: "", text: "", about: { ...about, ...more } });
const isThere = (shown: Shown) => visible(shown.one(".r1-empty"));
const examples = (shown: Shown) => shown.all(".r1-example > .r1-label").map(each => each.textContent);

function emptyChat(traits: Record<string, unknown> = {}): Shown {
  const shown = show({ engine_status: idle(), ...traits });
  shown.put(snapshot(1));
  return shown;
}

describe("an empty chat", () => {
  it("is known to be empty first, and is left with the first turn", () => {
    const shown = show({ engine_status: idle() });
    expect(isThere(shown)).toBe(false);
    shown.put(snapshot(1));
    expect(isThere(shown)).toBe(true);
    shown.put(turn(2));
    expect(isThere(shown)).toBe(false);
    shown.put(snapshot(3));
    expect(isThere(shown)).toBe(true);
  });

  it("says what is known of the model, and no more", () => {
    const shown = emptyChat();
    const what = () => shown.text(".r1-empty-what");
    expect(shown.text(".r1-empty-title")).toBe("Qwen-1.5B");
    expect(what()).toBe(
      "1.8 B parameters · 8 bits a weight · on this computer · loads with your first question",
    );
    shown.model.change("engine_status", idle({ seconds: 21, memory: 1.6e9 }));
    expect(what()).toContain("loads with your first question: about 20 s, 1.6 GB");
    shown.model.change("engine_status", idle({ seconds: 21, download: 3.6e9 }));
    expect(what()).toContain("3.6 GB to download first, then about 20 s");
    shown.model.change("engine_status", idle({ file_type: "Q4_K_M", bits: 4, most_bits: 6, memory: 1.1e9 }));
    expect(what()).toBe(
      "1.8 B parameters · Q4_K_M (4 to 6 bits a weight) · on this computer · loads with your first question: 1.1 GB",
    );
    shown.model.change("engine_status", { ...idle(), state: "ready" });
    expect(what()).toBe("1.8 B parameters · 8 bits a weight · on this computer");
    shown.model.change("engine_status", { state: "ready", model: "m", text: "" });
    expect(what()).toBe("");
  });

  it("says what the model can do, and where the conversation stays", () => {
    const shown = emptyChat();
    expect(shown.text(".r1-empty")).toContain("often wrong: read the thought");
    expect(shown.text(".r1-empty")).toContain("Saving the notebook saves the chat.");
    shown.model.change("engine_status", idle({ parameters: 671e9 }));
    expect(shown.text(".r1-empty")).not.toContain("often wrong");
    shown.model.change("engine_status", idle({ skill: "sums" }));
    expect(shown.text(".r1-empty")).toContain("Arithmetic, step by step, and nothing else.");
    expect(examples(shown)).toEqual(["What is 23 + 58?", "What is 17 × 24?", "What is 86 × 47 − 329?"]);
    expect(emptyChat({ kept: "nowhere" }).text(".r1-empty-stays")).toBe("Nothing of this chat is kept here.");
  });

  it("has the questions that the kernel suggests, as text", () => {
    const shown = emptyChat({ suggestions: ["Why?", "<b>Bold</b>"] });
    expect(examples(shown)).toEqual(["Why?", "<b>Bold</b>"]);
    shown.model.change("suggestions", []);
    expect(visible(shown.one(".r1-examples"))).toBe(false);
    shown.model.change("suggestions", null);
    expect(examples(shown)).toHaveLength(3);
  });
});

describe("a question to begin with", () => {
  it("is asked as if it were typed, and the keyboard is where the next is typed", async () => {
    const shown = emptyChat({ suggestions: ["Why?"] });
    shown.press("Why?");
    expect(shown.model.lastOf("ask")).toMatchObject({ text: "Why?" });
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
    vi.advanceTimersByTime(1100);
    expect(shown.text(".r1-hint")).toContain("busy with another cell");
    shown.put({ type: "done", id: shown.model.lastOf("ask")?.id, turn: "t1" });
    await settled();
    expect(shown.one<HTMLTextAreaElement>(".r1-draft").value).toBe("");
  });

  it("leaves what was being typed", async () => {
    const shown = emptyChat({ suggestions: ["Why?"] });
    write(shown.one<HTMLTextAreaElement>(".r1-draft"), "And how");
    shown.press("Why?");
    expect(shown.model.lastOf("ask")).toMatchObject({ text: "Why?" });
    shown.put({ type: "done", id: shown.model.lastOf("ask")?.id, turn: "t1" });
    await settled();
    expect(shown.one<HTMLTextAreaElement>(".r1-draft").value).toBe("And how");
    expect(shown.store.drafts.get("", "question")).toBe("And how");
  });
});

describe("asking about a variable", () => {
  const insertCell = vi.fn();

  function inNotebook(called: string): Shown {
    const shown = show({ engine_status: idle(), called });
    const cells = [0, 1].map(() => Object.assign(document.createElement("div"), { className: "jp-Cell" }));
    const panel = Object.assign(document.createElement("div"), { className: "jp-Notebook" });
    panel.append(...cells);
    document.body.append(panel);
    cells[0]?.append(shown.el);
    const model = { cells: { length: 2 }, sharedModel: { insertCell } };
    Object.assign(shown.model, { widget_manager: { context: { model } } });
    shown.put(snapshot(1));
    insertCell.mockClear();
    return shown;
  }

  it.each([
    ["chat", "%%r1 --chat chat"],
    ["%r1 show", "%%r1"],
  ])("of %s puts a cell below", (called, magic) => {
    const shown = inNotebook(called);
    shown.one(".r1-example:last-child").click();
    const source = `${magic}\nMy measurements are {data}. Is their mean above 3?`;
    expect(insertCell.mock.calls).toEqual([[1, { cell_type: "code", source }]]);
    expect(shown.text(".r1-notice > span")).toContain("Inserted a cell below");
    expect(shown.model.countOf("ask")).toBe(0);
  });

  it.each(["", "chats[0]", "Out[3]"])("isn't offered of %j, which no magic can name", called => {
    expect(examples(inNotebook(called)).at(-1)).toBe("How many zeros does 100! end with?");
  });

  it("isn't offered where there is no notebook", () => {
    expect(examples(emptyChat({ called: "chat" })).at(-1)).toBe("How many zeros does 100! end with?");
  });
});
