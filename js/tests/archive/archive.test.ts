// A conversation that lies in the page: all that is for reading is there, and nothing that would ask anybody.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Archived, archive } from "../../src/archive/archive.ts";
import { renderChat } from "../../src/chat/chat.ts";
import { Store } from "../../src/state/store.ts";
import { en } from "../../src/texts/en.ts";
import { snapshot } from "../fake.ts";
import { draw, key } from "../shown.ts";

const ended = { state: "ended", finish_reason: "stop", tokens: { reasoning: 3, answer: 2 } } as const;
const edited = { of: "t1", part: "reasoning", at: 4 } as const;

/** Two versions of the first turn, of which the newer has a second turn below it. */
const ARCHIVED: Archived = {
  turns: snapshot(0, [
    [{ id: "t1", ...ended }, "One. So two.", "2"],
    [{ id: "t1b", parent: null, version: edited, ...ended }, "One. No, three.", "3"],
    [{ id: "t2", parent: "t1b", question: "Sure?", ...ended }, "Yes.", "Yes, 3."],
  ]).turns,
  active: "t1",
  model: "some/model",
  unfold: "auto",
};

const open: AbortController[] = [];

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
  draw();
  vi.useRealTimers();
  document.body.replaceChildren();
});

function shown(archived = ARCHIVED) {
  const gone = new AbortController();
  open.push(gone);
  const store = new Store(archive(archived, gone.signal));
  const el = document.createElement("div");
  document.body.append(el);
  renderChat(store, el, gone.signal);
  store.open();
  draw();
  const all = (selector: string) => [...el.querySelectorAll<HTMLElement>(selector)];
  const text = (selector: string) => all(selector).map(({ textContent }) => textContent?.trim());
  return { store, el, all, text };
}

/** By the attribute, and by styles/archive.css, which jsdom doesn't read; tests/browser/test_export.py sees it. */
const isSeen = (element: HTMLElement) =>
  element.closest("[hidden], .r1-read-only :is([data-act], .r1-step-acts, .r1-grip)") === null;

describe("a conversation that lies in the page", () => {
  it("is read-only: nothing that is seen asks anybody", () => {
    const { store, all } = shown();
    expect(store.traits.isReadOnly).toBe(true);
    expect(all(".r1-composer, .r1-export")).toEqual([]);
    const buttons = all("button").filter(isSeen);
    const labels = buttons.map(button => button.getAttribute("aria-label") ?? button.textContent ?? "");
    expect(labels).toContain("Settings");
    expect(
      labels.filter(label => /edit|regenerate|answer now|think more|stop|send|fork|export/i.test(label)),
    ).toEqual([]);
    expect(all("[data-act]").length).toBeGreaterThan(3);
    all("[aria-controls*=settings]")[0]?.click();
    const settings = all("[data-setting]").map(({ dataset }) => dataset.setting);
    expect(settings).toEqual(["unfold", "prints", "language"]);
    expect(all(".r1-clear")).toEqual([]);
  });

  it("says nothing of a kernel, now or later", () => {
    const { store, all, el } = shown();
    vi.advanceTimersByTime(600_000);
    expect(all(".r1-absent").filter(isSeen)).toEqual([]);
    expect(all(".r1-notice")).toEqual([]);
    expect(store.connected && store.known).toBe(true);
    expect(el.querySelector(".r1-model-name")?.textContent).toBe("model");
    expect(el.querySelector(".r1-model-name")?.getAttribute("title")).toBe("some/model");
  });

  it("goes through versions, down to the newest turn of each", async () => {
    const { all, text } = shown();
    expect(text(".r1-answer")).toEqual(["2"]);
    const press = async (selector: string) => {
      all(selector)[0]?.click();
      await vi.advanceTimersByTimeAsync(300);
    };
    await press('[data-r1-focus="reasoning1"]');
    expect(text(".r1-answer")).toEqual(["3", "Yes, 3."]);
    await press('[data-r1-focus="reasoning-1"]');
    expect(text(".r1-answer")).toEqual(["2"]);
  });

  it("folds, and unfolds as it was written, or as the reader sets it", () => {
    const { all } = shown();
    const isOpen = () => all(".r1-fold")[0]?.getAttribute("aria-expanded");
    expect(isOpen()).toBe("false");
    all(".r1-fold")[0]?.click();
    expect(isOpen()).toBe("true");
    const other = shown({ ...ARCHIVED, unfold: "always" });
    expect(other.all(".r1-fold")[0]?.getAttribute("aria-expanded")).toBe("true");
    other.all("[aria-controls*=settings]")[0]?.click();
    const never = other.all("input[value=never]")[0] as HTMLInputElement;
    never.checked = true;
    never.dispatchEvent(new Event("change", { bubbles: true }));
    expect(other.all(".r1-fold")[0]?.getAttribute("aria-expanded")).toBe("false");
  });

  it("says how a turn ended, and nothing of what could be done", () => {
    const cut = { ...ended, finish_reason: "cancelled", interrupted: "kernel" } as const;
    const { text, all } = shown({
      ...ARCHIVED,
      turns: snapshot(0, [[{ id: "t1", ...cut }, "One.", ""]]).turns,
    });
    expect(text(".r1-state")).toEqual(["The kernel ended while this was written."]);
    expect(all(".r1-foot > button").filter(isSeen)).toEqual([]);
  });

  it("has no act by a key either", () => {
    const { store, el } = shown({
      ...ARCHIVED,
      turns: snapshot(0, [[{ id: "t1", ...ended, finish_reason: "cancelled" }, "One.", ""]]).turns,
    });
    const steer = vi.spyOn(store, "steer");
    key(el.querySelector(".r1-scroller") as HTMLElement, "Enter", { altKey: true });
    for (const button of el.querySelectorAll<HTMLElement>("[data-act]")) button.click();
    expect(steer).not.toHaveBeenCalled();
  });

  it("compares continuations as far as that needs nobody", async () => {
    const fork = { of: "t1", part: "reasoning", at: 4, fork: "f" } as const;
    const { all, el } = shown({
      ...ARCHIVED,
      turns: snapshot(0, [
        [{ id: "t1", ...ended }, "One. So two.", "2"],
        [{ id: "t3", parent: null, version: fork, ...ended }, "One. Three.", "3"],
        [{ id: "t4", parent: null, version: fork, ...ended }, "One. Four.", "4"],
      ]).turns,
      active: "t4",
    });
    [...el.querySelectorAll("button")]
      .find(({ textContent }) => textContent === "Compare 2 answers")
      ?.click();
    await vi.advanceTimersByTimeAsync(5000);
    expect(all(".r1-continuation")).toHaveLength(2);
    expect(all(".r1-notice")).toEqual([]);
  });

  it("shows where the model hesitated, and goes on with nothing", async () => {
    const token = {
      ...({ index: 1, kind: "answer", start: 0, end: 1, probability: 0.4, chosen: 0 } as const),
      alternatives: [
        { id: 7, text: "2", probability: 0.4 },
        { id: 8, text: "3", probability: 0.3 },
      ],
    };
    const { all, text, el } = shown({ ...ARCHIVED, scored: { t1: { total: 5, tokens: [token] } } });
    const press = async (name: string) => {
      const named = (each: HTMLElement) =>
        each.textContent?.includes(name) || each.getAttribute("aria-label") === name;
      all("button")
        .find(each => named(each) && isSeen(each))
        ?.click();
      for (let turns = 0; turns < 4; turns++) await Promise.resolve();
      draw();
    };
    await press(en.check);
    await press(en.hesitationShow);
    expect(text(".r1-hesitant-count")).toEqual([en.hesitationOf(1, 5)]);
    await press(en.hesitationOpen("2", 0.4));
    expect(text(".r1-others .r1-other-text")).toEqual(["2", "3"]);
    expect(el.querySelectorAll(".r1-others button")).toHaveLength(0);
  });

  it("says so where a file has no probabilities", async () => {
    const { all, text } = shown();
    for (const name of [en.check, en.hesitationShow]) {
      const named = (each: HTMLElement) => [each.textContent, each.getAttribute("aria-label")].includes(name);
      all("button")
        .find(each => named(each) && isSeen(each))
        ?.click();
      for (let turns = 0; turns < 4; turns++) await Promise.resolve();
      draw();
    }
    expect(text(".r1-hesitant-count")).toEqual(["This file has no probabilities."]);
  });
});
