import { describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import { branch, delta, settled, snapshot, turn } from "../fake.ts";
import { cleanly, draw, type Shown, show, visible } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;
const made = (of: string, part: "question" | "reasoning" | "answer") => ({ version: { of, part, at: 0 } });

/** Three versions of a thought: t1 with two answers (t1, t2), t3 and t4; the third of them is shown. */
function versions(active: string) {
  const shown = show();
  const beside = { ...ended, parent: null };
  const turns: Parameters<typeof snapshot>[1] = [
    [ended, "One.", "1"],
    [{ ...beside, id: "t2", ...made("t1", "answer") }, "One.", "2"],
    [{ ...beside, id: "t3", ...made("t1", "reasoning") }, "Three.", "3"],
    [{ ...beside, id: "t4", ...made("t3", "reasoning") }, "Four.", "4"],
  ];
  shown.put(snapshot(1, turns, { active }));
  draw();
  return { ...shown, again: turns };
}

const group = (shown: Shown, name: string) => shown.one(`.r1-versions[aria-label="${name}"]`);
const disabled = (shown: Shown) =>
  [en.versionBefore("reasoning"), en.versionAfter("reasoning")].map(
    label => shown.find(label)?.getAttribute("aria-disabled") === "true",
  );
const selected = (shown: Shown) =>
  shown.model.sent.flatMap(message => (message.type === "select" ? [message.turn] : []));

describe("arrows", () => {
  it("aren't there where there is one version", () => {
    const shown = show();
    shown.put(snapshot(1, [[ended, "One.", "1"]]));
    expect(shown.all(".r1-versions").filter(visible)).toEqual([]);
    shown.put(turn(2, { id: "t2", parent: null, state: "queued", ...made("t1", "answer") }));
    expect(shown.all(".r1-versions").filter(visible).length).toBe(1);
    expect(visible(group(shown, en.version("answer", 1, 2)))).toBe(true);
  });

  it("say which version it is, where the versions part", () => {
    const shown = versions("t3");
    const named = shown.all(".r1-versions").filter(visible);
    expect(named.map(found => found.getAttribute("aria-label"))).toEqual([en.version("reasoning", 2, 3)]);
    expect(named[0]?.querySelector(".r1-version-count")?.textContent).toBe("2/3");
    expect(named[0]?.closest(".r1-head")).not.toBeNull();
    const first = versions("t1");
    expect(visible(group(first, en.version("reasoning", 1, 3)))).toBe(true);
    expect(group(first, en.version("answer", 1, 2)).closest(".r1-foot")).not.toBeNull();
  });

  it("go to the newest that has the version", () => {
    const shown = versions("t3");
    shown.press(en.versionBefore("reasoning"));
    expect(selected(shown)).toEqual(["t2"]);
    shown.press(en.versionAfter("reasoning"));
    expect(selected(shown)).toEqual(["t2", "t4"]);
  });

  it("end where the versions end", () => {
    const first = versions("t1");
    expect(disabled(first)).toEqual([true, false]);
    first.press(en.versionBefore("reasoning"));
    expect(selected(first)).toEqual([]);
    const last = versions("t4");
    expect(disabled(last)).toEqual([false, true]);
    last.press(en.versionAfter("reasoning"));
    expect(selected(last)).toEqual([]);
    expect(disabled(versions("t3"))).toEqual([false, false]);
  });

  it("know of a version that comes", () => {
    const shown = versions("t4");
    shown.put(
      turn(2, { id: "t5", parent: null, question: "And?", state: "queued", ...made("t1", "question") }),
    );
    expect(visible(group(shown, en.version("question", 1, 2)))).toBe(true);
    expect(group(shown, en.version("question", 1, 2)).closest(".r1-asked")).not.toBeNull();
    shown.put(turn(3, { id: "t6", parent: null, state: "queued", ...made("t4", "reasoning") }));
    expect(disabled(shown)).toEqual([false, false]);
    shown.press(en.versionAfter("reasoning"));
    expect(selected(shown)).toEqual(["t6"]);
  });

  it("have the focus in the next version's view, on the same arrow", () => {
    const shown = versions("t2");
    const [before] = shown.all(".r1-turn");
    shown.press(en.versionAfter("reasoning"));
    expect(document.activeElement).toBe(shown.find(en.versionAfter("reasoning")));
    shown.put(branch(2, "t3"));
    expect(before?.isConnected).toBe(false);
    const after = shown.find(en.versionAfter("reasoning"));
    expect(after?.closest("[data-turn]")?.getAttribute("data-turn")).toBe("t3");
    expect(document.activeElement).toBe(after);
  });

  it("have it in the turn that they belong to, whatever comes below", () => {
    const shown = show();
    const turns: Parameters<typeof snapshot>[1] = [
      [ended, "", "First."],
      [{ ...ended, id: "t2" }, "", "Below."],
      [{ ...ended, id: "t3", parent: null, ...made("t1", "reasoning") }, "", "Third."],
      [{ ...ended, id: "t4", parent: "t3" }, "", "Below."],
    ];
    shown.put(snapshot(1, turns, { active: "t2" }));
    shown.press(en.versionAfter("reasoning"));
    shown.put(branch(2, "t4"));
    expect(document.activeElement?.getAttribute("aria-label")).toBe(en.versionAfter("reasoning"));
    expect(document.activeElement?.closest("[data-turn]")?.getAttribute("data-turn")).toBe("t3");
  });

  it("take the focus from nobody", () => {
    const shown = versions("t2");
    shown.one(".r1-draft").focus();
    shown.put(branch(2, "t3"));
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
    shown.put(snapshot(3, shown.again, { active: "t4" }));
    expect(document.activeElement).toBe(shown.one(".r1-draft"));
  });

  it("keep what stays on screen, above the place where the versions part", () => {
    const shown = show();
    const turns: Parameters<typeof snapshot>[1] = [
      [ended, "", "First."],
      [{ ...ended, id: "t2" }, "", "Second."],
      [{ ...ended, id: "t3", parent: "t1", ...made("t2", "answer") }, "", "Third."],
    ];
    shown.put(snapshot(1, turns, { active: "t2" }));
    draw();
    const [first, second] = shown.all(".r1-turn");
    shown.put(branch(2, "t3"));
    draw();
    const after = shown.all(".r1-turn");
    expect(after[0]).toBe(first);
    expect(second?.isConnected).toBe(false);
    expect(after.map(({ dataset }) => dataset.turn)).toEqual(["t1", "t3"]);
    expect(after[1]?.querySelector(".r1-answer")?.textContent?.trim()).toBe("Third.");
  });
});

describe("the fold of a thought", () => {
  const expanded = (shown: Shown) => shown.one(".r1-fold").getAttribute("aria-expanded") === "true";

  it("is as the reader had it, in the next version too", () => {
    const shown = versions("t2");
    expect(expanded(shown)).toBe(false);
    shown.one(".r1-fold").click();
    shown.put(branch(2, "t3"));
    expect(shown.one(".r1-turn").dataset.turn).toBe("t3");
    expect(expanded(shown)).toBe(true);
  });

  it("is as `unfold` says where the reader hasn't said", () => {
    const shown = versions("t2");
    shown.put(branch(2, "t3"));
    expect(expanded(shown)).toBe(false);
  });
});

describe("what changed", () => {
  it("is shown against the version it was made from, and put away again", () => {
    const shown = versions("t4");
    const checked = () =>
      shown
        .menu()
        .find(item => item.getAttribute("aria-label") === en.changes)
        ?.getAttribute("aria-checked");
    expect(checked()).toBe("false");
    shown.fromMenu(en.changes);
    expect(checked()).toBe("true");
    expect(shown.one(".r1-panel-title").textContent).toBe(en.versionChange(2, 3));
    expect(shown.one(".r1-diff del").textContent).toContain("Three");
    expect(shown.one(".r1-diff ins").textContent).toContain("Four");
    shown.press(en.diffClose);
    expect(shown.all(".r1-diff")).toEqual([]);
    shown.one(".r1-foot [aria-haspopup]").click();
    expect(checked()).toBe("false");
  });

  it("isn't offered of a turn that wasn't made from another", () => {
    const labels = versions("t1")
      .menu()
      .map(item => item.getAttribute("aria-label"));
    expect(labels).not.toContain(en.changes);
    expect(labels).toContain(en.source);
  });
});

describe("a fork", () => {
  const of = (id: string) => ({
    id,
    parent: null,
    state: "running" as const,
    version: { of: "t1", part: "reasoning" as const, at: 3, fork: "f" },
  });

  function forked() {
    const shown = show();
    const turns: Parameters<typeof snapshot>[1] = [
      [ended, "One. Two.", "2"],
      [of("t2"), "One", ""],
      [of("t3"), "One", ""],
    ];
    shown.put(snapshot(1, turns, { active: "t2" }));
    draw();
    return shown;
  }

  it("that runs is shown side by side until the reader puts it away", () => {
    const shown = forked();
    const cards = () => shown.all(".r1-continuation").map(({ dataset }) => dataset.turn);
    const pressed = () => shown.find(en.compareForks(2))?.getAttribute("aria-pressed");
    expect([cards(), pressed()]).toEqual([["t2", "t3"], "true"]);
    shown.press(en.comparisonClose);
    shown.put(delta(2, 3, " more", "reasoning", "t2"));
    shown.put(turn(3, { ...of("t2"), waiting: 1 }));
    expect([cards(), pressed()]).toEqual([[], "false"]);
    shown.press(en.compareForks(2));
    expect([cards(), pressed()]).toEqual([["t2", "t3"], "true"]);
  });

  it("is compared by the kernel when its turns have ended, the one that is shown too", async () => {
    const shown = forked();
    expect(shown.all(".r1-continuation").map(({ dataset }) => dataset.turn)).toEqual(["t2", "t3"]);
    shown.put(delta(2, 0, "It is 408", "answer", "t3"));
    shown.put(turn(3, { ...of("t3"), state: "ended", finish_reason: "stop" }));
    expect(shown.one(".r1-agreement").textContent).toBe(en.soFar(1, 2));
    shown.put(delta(4, 0, "It is 408", "answer", "t2"));
    shown.put(turn(5, { ...of("t2"), state: "ended", finish_reason: "stop" }));
    const asked = shown.model.lastOf("compare");
    expect(asked?.turns).toEqual(["t2", "t3"]);
    const groups = [{ value: "408", by: "value", turns: ["t2", "t3"] }];
    const answer = { type: "compared", by: "value", groups, without: [] };
    shown.put({ ...answer, id: "another" });
    await settled();
    expect(shown.one(".r1-agreement").textContent).toBe(en.soFar(1, 2));
    shown.put({ ...answer, id: asked?.id });
    await settled();
    expect(shown.one(".r1-agreement").textContent).toBe("2 of 2 end in 408");
    expect(shown.all(".r1-group-title").map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^2 of 2: /),
    ]);
  });

  it("goes on with the one that is chosen", () => {
    const shown = forked();
    shown.press(en.forContinuation(en.keepOne, 2));
    expect(selected(shown)).toEqual(["t3"]);
  });

  it("is no longer offered where there is one continuation", () => {
    const shown = show();
    shown.put(snapshot(1, [[of("t2"), "One", ""]]));
    expect(
      shown.all("button").filter(button => visible(button) && button.textContent?.startsWith("Compare")),
    ).toEqual([]);
  });
});
