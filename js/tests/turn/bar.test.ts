// The line below an answer: what is there when, what its menu has, and how many continuations agree.

import { afterEach, describe, expect, it, vi } from "vitest";
import { en } from "../../src/texts/en.ts";
import { delta, settled, snapshot, turn } from "../fake.ts";
import { cleanly, draw, type Shown, show, visible } from "../shown.ts";

cleanly();
afterEach(() => vi.unstubAllGlobals());

const ended = { state: "ended", finish_reason: "stop" } as const;
const labels = (shown: Shown) => shown.menu().map(item => item.getAttribute("aria-label"));
const acts = (shown: Shown) =>
  shown
    .all(".r1-acts > .r1-bare")
    .filter(visible)
    .map(button => button.getAttribute("aria-label"));

describe("the bar", () => {
  it("has its places from the first token on, and what can be done in them", () => {
    const shown = show();
    shown.put(turn(1));
    const places = shown.all(".r1-acts > *");
    expect(acts(shown)).toEqual([]);
    shown.put(delta(2, 0, "Hm"));
    expect(acts(shown)).toEqual([en.check, en.moreActs]);
    shown.put(delta(3, 0, "4", "answer"));
    expect(acts(shown)).toEqual([en.check, en.moreActs]);
    shown.put(turn(4, ended));
    expect(acts(shown)).toEqual([en.check, en.copy, en.regenerate, en.moreActs]);
    expect(shown.all(".r1-acts > *")).toEqual(places);
  });

  it("has no copy of an answer that there isn't, and asks again all the same", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "cancelled" }, "Hm", ""]]));
    expect(acts(shown)).toEqual([en.check, en.regenerate, en.moreActs]);
    const before = show();
    before.put(snapshot(1, [[{ state: "ended", finish_reason: "cancelled" }, "", ""]]));
    expect([acts(before), labels(before)]).toEqual([[en.regenerate, en.moreActs], [en.askMore(4)]]);
  });

  it("asks nobody of a kernel that is gone", () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "4"]]));
    shown.model.change("comm_live", false);
    shown.store.connected = false;
    shown.model.change("engine_status", { state: "ready", model: "m", text: "" });
    expect(acts(shown)).toEqual([en.check, en.copy, en.moreActs]);
    expect(labels(shown)).toEqual([en.check, en.source, en.copyMarkdown]);
  });

  it("gives the keyboard on when what had it goes", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "Hm"));
    draw();
    shown.press(en.answerNow);
    shown.put(delta(3, 0, "4", "answer"));
    expect(document.activeElement).toBe(shown.one(".r1-fold"));
    const single = show({}, "t1");
    single.put(turn(1));
    single.put(delta(2, 0, "Hm"));
    single.all<HTMLButtonElement>(".r1-outcome button").find(visible)?.focus();
    single.put(turn(3, { state: "ended", finish_reason: "cancelled" }));
    expect(document.activeElement).toBe(single.find(en.moreActs));
  });
});

describe("the menu", () => {
  it("has what makes sense of the turn, as it stands when it opens", () => {
    const shown = show();
    shown.put(turn(1));
    shown.put(delta(2, 0, "Hm"));
    expect(labels(shown)).toEqual([
      en.thinkMore,
      en.noteOf("reasoning"),
      en.check,
      en.source,
      en.copyMarkdown,
    ]);
    shown.put(snapshot(3, [[ended, "Hm", "4"]]));
    shown.one(".r1-foot [aria-haspopup]").click();
    expect(labels(shown)).toEqual([
      en.editPart("answer"),
      en.thinkMore,
      en.askMore(4),
      en.noteOf("answer"),
      en.check,
      en.source,
      en.copyMarkdown,
      en.exportTurn,
    ]);
    expect(shown.menu()[1]?.title).toBe(en.thinkMoreHint);
  });

  it("shows the source, and the answer again", () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "It is **4**."]]));
    draw();
    expect(shown.text(".r1-answer").trim()).toBe("It is 4.");
    shown.fromMenu(en.source);
    expect(shown.text(".r1-answer").trim()).toBe("It is **4**.");
    const source = () => shown.menu().find(item => item.getAttribute("aria-label") === en.source);
    expect(source()?.getAttribute("aria-checked")).toBe("true");
    shown.fromMenu(en.source);
    expect(shown.text(".r1-answer").trim()).toBe("It is 4.");
  });

  it("is built when it opens, and gone when it closes", () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "4"]]));
    expect(shown.all("[role^=menuitem]")).toEqual([]);
    expect(shown.menu()).not.toEqual([]);
    shown.one(".r1-foot [aria-haspopup]").click();
    expect(shown.all("[role^=menuitem]")).toEqual([]);
  });
});

describe("what was copied", () => {
  function copying(write: (text: string) => Promise<void>): Shown {
    vi.stubGlobal("navigator", { languages: ["en"], clipboard: { writeText: write } });
    const shown = show();
    shown.put(snapshot(1, [[ended, "Hm", "It is **4**."]]));
    draw();
    return shown;
  }
  const copy = (shown: Shown) => shown.one(".r1-foot [data-r1-act=copy-answer]");

  it("is said on the icon for a moment, and aloud", async () => {
    const texts: string[] = [];
    const shown = copying(async text => void texts.push(text));
    const drawn = () => copy(shown).innerHTML;
    const before = [copy(shown).ariaLabel, copy(shown).title, drawn()];
    copy(shown).click();
    await settled();
    expect(texts).toEqual(["It is **4**."]);
    expect(copy(shown).getAttribute("aria-label")).toBe(en.copied);
    expect(copy(shown).title).toBe(en.copied);
    expect(drawn()).not.toBe(before[2]);
    expect(shown.text(".r1-said")).toBe(en.copied);
    // A second press begins anew, and forgets nothing.
    vi.advanceTimersByTime(1000);
    copy(shown).click();
    await settled();
    vi.advanceTimersByTime(1000);
    expect(copy(shown).getAttribute("aria-label")).toBe(en.copied);
    vi.advanceTimersByTime(1000);
    expect(copy(shown).getAttribute("aria-label")).toBe(en.copy);
    expect([copy(shown).ariaLabel, copy(shown).title, drawn()]).toEqual(before);
    expect(shown.text(".r1-said")).toBe("");
  });

  it("is said on the menu's button, for what is chosen there", async () => {
    const shown = copying(async () => {});
    shown.fromMenu(en.copyMarkdown);
    await settled();
    expect(shown.one(".r1-foot [aria-haspopup]").getAttribute("aria-label")).toBe(en.copied);
    vi.advanceTimersByTime(2000);
    expect(shown.one(".r1-foot [aria-haspopup]").getAttribute("aria-label")).toBe(en.moreActs);
  });

  it("is nothing where the clipboard is refused: then what to do", async () => {
    const shown = copying(async () => Promise.reject(new Error("No.")));
    copy(shown).click();
    await settled();
    expect(copy(shown).getAttribute("aria-label")).toBe(en.copy);
    expect([shown.one(".r1-tooltip").hidden, shown.text(".r1-tooltip")]).toEqual([false, en.copyFailed]);
    expect(shown.text(".r1-said")).toBe(en.copyFailed);
    vi.advanceTimersByTime(5000);
    expect(shown.one(".r1-tooltip").hidden).toBe(true);
  });
});

describe("how many continuations agree", () => {
  const of = (id: string, state: object = {}) => ({
    ...{ id, parent: null, state: "running" as const },
    version: { of: "t1", part: "reasoning" as const, at: 3, fork: "f" },
    ...state,
  });
  const chip = (shown: Shown) => shown.one<HTMLButtonElement>(".r1-agree");
  const groups = [{ value: "408", by: "value", turns: ["t2", "t3"] }];

  function forked(state: object = {}, traits: Record<string, unknown> = {}): Shown {
    const shown = show(traits);
    const turns: Parameters<typeof snapshot>[1] = [
      [ended, "One. Two.", "2"],
      [of("t2", state), "One", "It is 408"],
      [of("t3", state), "One", "It is 408"],
    ];
    shown.put(snapshot(1, turns, { active: "t2" }));
    return shown;
  }

  it("is asked once when all have ended, also while the comparison is closed", async () => {
    const shown = forked();
    shown.press(en.comparisonClose);
    expect(chip(shown).textContent).toBe(en.compareForks(2));
    shown.put(turn(2, of("t3", ended)));
    expect(shown.model.countOf("compare")).toBe(0);
    shown.put(turn(3, of("t2", ended)));
    const asked = shown.model.lastOf("compare");
    expect(asked?.turns).toEqual(["t2", "t3"]);
    shown.put({ type: "compared", by: "value", groups, without: [], id: asked?.id });
    await settled();
    expect(chip(shown).textContent).toBe("2 of 2 end in 408");
    // What the panel shows is what the chip was told.
    shown.press("2 of 2 end in 408");
    await settled();
    expect(shown.text(".r1-agreement")).toBe("2 of 2 end in 408");
    expect(chip(shown).getAttribute("aria-pressed")).toBe("true");
    shown.put(turn(4, of("t2", ended)));
    expect(shown.model.countOf("compare")).toBe(1);
  });

  it("is asked again if the kernel could not be reached, and not if it refuses", async () => {
    const shown = forked(ended);
    const refuse = () =>
      shown.put({ type: "refused", id: shown.model.lastOf("compare")?.id, text: "They can't be compared." });
    refuse();
    await settled();
    shown.put(turn(2, of("t2", ended)));
    expect(shown.model.countOf("compare")).toBe(1);
    expect(chip(shown).textContent).toBe(en.compareForks(2));
  });

  it("makes the line one of many things, which a narrow page has in two", () => {
    expect(forked(ended).one(".r1-foot").classList.contains("r1-many")).toBe(true);
    const shown = show();
    shown.put(snapshot(1, [[ended, "One", "1"]]));
    expect(shown.one(".r1-foot").classList.contains("r1-many")).toBe(false);
  });

  it("is nothing of one answer", () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "One", "1"]]));
    expect(visible(chip(shown))).toBe(false);
    expect(shown.model.countOf("compare")).toBe(0);
  });
});
