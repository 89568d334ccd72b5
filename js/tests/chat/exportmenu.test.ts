// The menu "Export": what it asks the kernel for, what it says, and that it opens and closes as a menu should.

import { describe, expect, it, vi } from "vitest";
import { Panel } from "../../src/chat/panel.ts";
import type { Exported } from "../../src/wire/protocol.ts";
import type { Export } from "../../src/wire/tokernel.ts";
import { settled, snapshot, turn } from "../fake.ts";
import { cleanly, key, type Shown, show, visible } from "../shown.ts";

cleanly();

const QUESTIONS = ["What is 17 × 24?", "And twice that?"];

function withTurns(): Shown {
  const shown = show();
  const ended = { state: "ended", finish_reason: "stop" } as const;
  shown.put(
    snapshot(
      1,
      QUESTIONS.map((question, index) => [{ id: `t${index + 1}`, question, ...ended }, "Hm.", "408"]),
    ),
  );
  return shown;
}

const opened = (): Shown => {
  const shown = withTurns();
  shown.press("Export");
  return shown;
};

const asked = ({ model }: Shown) => model.lastOf("export") as Export;

/** The kernel answers what was asked last. */
async function answer(shown: Shown, more: Partial<Exported> = {}): Promise<void> {
  const { id } = asked(shown);
  shown.put({
    type: "exported",
    id,
    name: "what-is-17-24.md",
    turns: 2,
    thoughts: 2,
    bytes: 14_200,
    ...more,
  });
  shown.put({ type: "done", id });
  await settled();
}

function choose(shown: Shown, index: number, value: string): void {
  const select = shown.all<HTMLSelectElement>(".r1-choice")[index] as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

const menu = (shown: Shown) => shown.one(".r1-export");

describe("the menu", () => {
  it("is there as soon as there is something to keep", () => {
    const shown = show();
    shown.put(snapshot(1));
    expect(shown.find("Export")).toBeUndefined();
    shown.put(turn(2));
    expect(shown.find("Export")).toBeDefined();
    shown.press("Export");
    shown.put(snapshot(3));
    expect(visible(menu(shown))).toBe(false);
  });

  it("opens with the keyboard, and gives it back with Escape", () => {
    const shown = opened();
    const button = shown.find("Export");
    expect(button?.getAttribute("aria-expanded")).toBe("true");
    expect(button?.getAttribute("aria-controls")).toBe(menu(shown).id);
    const [select] = shown.all<HTMLSelectElement>(".r1-choice");
    select?.focus();
    expect(key(select as HTMLElement, "Escape").defaultPrevented).toBe(true);
    expect(visible(menu(shown))).toBe(false);
    expect(document.activeElement).toBe(button);
  });

  it("closes when somebody clicks elsewhere, and not when within", () => {
    const shown = opened();
    shown.one(".r1-export-size").click();
    expect(visible(menu(shown))).toBe(true);
    shown.one(".r1-question").click();
    expect(visible(menu(shown))).toBe(false);
    const before = document.activeElement;
    shown.one(".r1-question").click();
    expect(document.activeElement).toBe(before);
  });

  it("opens with one turn chosen for who asks, and gives the keyboard back there", () => {
    const shown = show();
    const ended = { state: "ended", finish_reason: "stop" } as const;
    const panel = new Panel(shown.el, shown.store, shown.view.signal, "r1-chat");
    shown.put(
      snapshot(
        1,
        QUESTIONS.map((question, index) => [{ id: `t${index + 1}`, question, ...ended }, "Hm.", "408"]),
      ),
    );
    const from = document.createElement("button");
    panel.root.append(from);
    from.focus();
    panel.exportTurn("t2");
    expect(asked(shown)).toMatchObject({ scope: "turn", turn: "t2" });
    const menu = panel.root.querySelector(".r1-export") as HTMLElement;
    expect(document.activeElement).toBe(menu.querySelector("select"));
    key(document.activeElement as Element, "Escape");
    expect(visible(menu)).toBe(false);
    expect(document.activeElement).toBe(from);
    panel.exportTurn("gone");
    expect(asked(shown)).toMatchObject({ scope: "branch" });
  });

  it("hears nothing more when the view is gone", () => {
    const shown = opened();
    shown.view.abort();
    shown.put(snapshot(2));
    document.body.click();
    expect(shown.model.countOf("export")).toBe(1);
  });
});

describe("what it will hold", () => {
  it("is asked without the text, and said", async () => {
    const shown = opened();
    expect(asked(shown)).toMatchObject({
      format: ".md",
      scope: "branch",
      reasoning: "folded",
      size_only: true,
    });
    await answer(shown);
    expect(shown.text(".r1-export-size")).toBe("2 turns, 2 thoughts · 14 kB");
  });

  it("follows each choice, and the last one wins", async () => {
    const shown = opened();
    const first = asked(shown).id;
    choose(shown, 0, "t2");
    choose(shown, 1, "none");
    expect(asked(shown)).toMatchObject({ scope: "turn", turn: "t2", reasoning: "none" });
    await answer(shown, { turns: 1, thoughts: 0, bytes: 90 });
    shown.put({ type: "exported", id: first, name: "x.md", turns: 2, thoughts: 2, bytes: 3_400_000 });
    await settled();
    expect(shown.text(".r1-export-size")).toBe("1 turn, no thoughts · 90 bytes");
  });

  it("is asked again when a turn has ended", () => {
    const shown = opened();
    shown.put(turn(2, { id: "t3", state: "running" }));
    const before = shown.model.countOf("export");
    shown.put(turn(3, { id: "t3", state: "running", waiting: 1 }));
    expect(shown.model.countOf("export")).toBe(before);
    shown.put(turn(4, { id: "t3", state: "ended", finish_reason: "stop" }));
    expect(shown.model.countOf("export")).toBe(before + 1);
  });

  it("is of each question, by its first words", () => {
    const shown = opened();
    const names = shown.all("optgroup option").map(option => option.textContent);
    expect(names).toEqual(QUESTIONS);
    shown.put(turn(2, { id: "t3", question: `${"Why? ".repeat(100)}\n` }));
    const last = shown.all("optgroup option").at(-1)?.textContent ?? "";
    expect([...last].length).toBeLessThanOrEqual(60);
    expect(last.endsWith("…")).toBe(true);
  });

  it("has all versions only in what holds them", () => {
    const shown = opened();
    choose(shown, 0, " all");
    expect(asked(shown)).toMatchObject({ scope: "all", format: ".json" });
    const off = shown.all<HTMLOptionElement>("option").filter(({ disabled }) => disabled);
    expect(off.map(({ value }) => value)).toEqual([".md", ".html"]);
    choose(shown, 2, "widget");
    expect(asked(shown)).toMatchObject({ scope: "all", format: "widget" });
    choose(shown, 0, " branch");
    expect(shown.all<HTMLOptionElement>("option").filter(({ disabled }) => disabled)).toEqual([]);
  });
});

describe("Download", () => {
  it("asks for the text, and gives it to the browser under the kernel's name", async () => {
    const shown = opened();
    await answer(shown);
    const made: Blob[] = [];
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${made.push(blob)}` }));
    const revoked: string[] = [];
    URL.revokeObjectURL = address => void revoked.push(address);
    const clicked: [string, string][] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push([this.download, this.href]);
      this.addEventListener("click", event => event.preventDefault());
      this.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    });
    shown.press("Download");
    expect(asked(shown).size_only).toBeUndefined();
    await answer(shown, { text: "# 408 🧮\n" });
    expect(clicked).toEqual([["what-is-17-24.md", "blob:1"]]);
    expect(made[0]?.type).toBe("text/markdown;charset=utf-8");
    expect(made[0]?.size).toBe(new TextEncoder().encode("# 408 🧮\n").length);
    expect(document.querySelector("a[download]")).toBeNull();
    expect(visible(menu(shown))).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(revoked).toEqual(["blob:1"]);
    vi.unstubAllGlobals();
  });

  it("says in the menu, and nowhere else, why the kernel refuses", async () => {
    const shown = opened();
    shown.press("Download");
    shown.put({ type: "refused", id: asked(shown).id, text: "There is no turn 't9'." });
    await settled();
    expect(shown.text(".r1-export-said")).toBe("There is no turn 't9'.");
    expect(shown.all(".r1-notice")).toEqual([]);
  });

  it("says that a kernel is busy, until it answers", async () => {
    const shown = opened();
    vi.advanceTimersByTime(1100);
    expect(shown.text(".r1-export-said")).toContain("busy with another cell");
    await answer(shown);
    expect(visible(shown.one(".r1-export-said"))).toBe(false);
  });

  it("says that there is no kernel any more", async () => {
    const shown = withTurns();
    shown.model.widget_manager = { get_model: async () => ({ comm_live: false }) };
    shown.model.emit("comm_live_update");
    vi.advanceTimersByTime(60);
    await settled();
    const before = shown.model.countOf("export");
    shown.press("Export");
    await settled();
    expect(shown.text(".r1-export-said")).toContain("is gone");
    shown.press("Download");
    expect(shown.model.countOf("export")).toBe(before);
  });
});

describe("Insert below", () => {
  const insertCell = vi.fn();

  /** The chat in the second of two cells, of a host that lets the notebook be written to. */
  function inNotebook(): Shown {
    const shown = withTurns();
    const cells = [0, 1].map(() => Object.assign(document.createElement("div"), { className: "jp-Cell" }));
    const panel = Object.assign(document.createElement("div"), { className: "jp-Notebook" });
    panel.append(...cells);
    document.body.append(panel);
    cells[1]?.append(shown.el);
    const model = { cells: { length: 2 }, sharedModel: { insertCell } };
    Object.assign(shown.model, { widget_manager: { context: { model } } });
    shown.press("Export");
    return shown;
  }

  it("puts the Markdown of what is chosen below the cell, whatever the format is", async () => {
    const shown = inNotebook();
    choose(shown, 2, ".html");
    choose(shown, 0, "t2");
    await answer(shown);
    shown.press("Insert below");
    expect(asked(shown)).toMatchObject({ format: ".md", scope: "turn", turn: "t2" });
    await answer(shown, { text: "> And twice that?\n" });
    expect(insertCell.mock.calls).toEqual([[2, { cell_type: "markdown", source: "> And twice that?" }]]);
    expect(shown.text(".r1-export-said")).toContain("Inserted a Markdown cell below");
    choose(shown, 0, " all");
    expect(shown.find("Insert below")).toBeUndefined();
  });

  it("isn't there where the host has no notebook", () => {
    expect(opened().find("Insert below")).toBeUndefined();
  });
});
