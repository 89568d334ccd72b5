import { describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import { branch, delta, fakeChat, settled, snapshot, turn } from "../fake.ts";
import { cleanly, draw, type Shown, show, write } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;
const version = { of: "t1", part: "reasoning", at: 0 } as const;

/** An ended turn, of a reader who says how many in the settings. */
function opened(): Shown & { choose: (count: string) => void; count: () => HTMLInputElement } {
  const shown = show({ unfold: "always" });
  shown.put(snapshot(1, [[ended, "One.\n\nTwo.\n", "2"]]));
  draw();
  const count = () => shown.one<HTMLInputElement>("[data-setting=forks] input");
  const choose = (text: string) => {
    if (shown.all("[data-setting=forks]").length === 0) shown.press(en.readingSettings);
    write(count(), text);
    count().dispatchEvent(new Event("change", { bubbles: true }));
  };
  return { ...shown, choose, count };
}

describe("how many continuations a fork has", () => {
  it("is four, unless the reader says otherwise", () => {
    const shown = opened();
    shown.fromMenu(en.askMore(4));
    shown.choose("8");
    shown.fromMenu(en.askMore(8));
    expect(shown.menu().map(item => item.getAttribute("aria-label"))).not.toContain(en.askMore(4));
    shown.one(".r1-step-body").dispatchEvent(new Event("pointerover", { bubbles: true }));
    shown.press(en.fork(8));
    expect(shown.model.sent.slice(-3).map(({ id: _, ...command }) => command)).toEqual([
      { type: "regenerate", turn: "t1", n: 4 },
      { type: "regenerate", turn: "t1", n: 8 },
      { type: "continue_from", turn: "t1", at: 6, n: 8 },
    ]);
  });

  it.each(["1", "9", "2.5"])("isn't %j, which stays to be corrected", text => {
    const shown = opened();
    shown.choose(text);
    expect([shown.store.forks, shown.count().value]).toEqual([4, text]);
    expect(shown.text("[data-setting=forks] .r1-setting-said")).toBe(en.wholeBetween(2, 8));
  });

  it("isn't nothing", () => {
    const shown = opened();
    shown.choose("");
    expect([shown.store.forks, shown.count().value]).toEqual([4, "4"]);
  });
});

it("a refused “Answer now” can be pressed again", async () => {
  const shown = show();
  shown.put(turn(1));
  shown.put(delta(2, 0, "Hm"));
  draw();
  shown.press(en.answerNow);
  const pressed = () => shown.find(en.answerNow)?.getAttribute("aria-pressed");
  expect(pressed()).toBe("true");
  const id = shown.model.lastOf("answer_now")?.id;
  shown.put({ type: "refused", id, text: "It can't be closed here." });
  await settled();
  expect(pressed()).toBeNull();
});

it("the version that an arrow goes to is read out", () => {
  const shown = show();
  const turns: Parameters<typeof snapshot>[1] = [
    [ended, "Hm.", "4"],
    [{ ...ended, id: "t2", parent: null, version }, "Ah.", "5"],
  ];
  shown.put(snapshot(1, turns));
  draw();
  const said = shown.one(".r1-said");
  expect(said.textContent).toBe("");
  shown.press(en.versionBefore("reasoning"));
  shown.put(branch(2, "t1"));
  expect(said.textContent).toBe(en.version("reasoning", 1, 2));
});

it("a branch whose turn isn't known leaves what is shown, and asks for the rest", () => {
  const { store, model, put } = fakeChat();
  put(snapshot(1, [[ended, "Hm.", "4"]]));
  const asked = model.countOf("sync");
  put(branch(2, "t9"));
  expect(store.turns.list.map(({ state }) => state.id)).toEqual(["t1"]);
  expect(model.countOf("sync")).toBe(asked + 1);
  put(
    snapshot(3, [
      [ended, "Hm.", "4"],
      [{ ...ended, id: "t9", parent: null, version }, "Ah.", "5"],
    ]),
  );
  expect(store.turns.list.map(({ state }) => state.id)).toEqual(["t9"]);
});
