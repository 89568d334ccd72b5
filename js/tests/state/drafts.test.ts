import { afterEach, describe, expect, it, vi } from "vitest";
import { renderChat } from "../../src/chat/chat.ts";
import { en } from "../../src/texts/en.ts";
import type { Snapshot } from "../../src/wire/protocol.ts";
import { branch, settled, snapshot, turn } from "../fake.ts";
import { cleanly, draw, key, type Shown, show, visible, write } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;
const FIELD = `textarea[aria-label="${en.editPart("reasoning")}"]`;

function editing(thought = "Two and two.\n"): Shown & { field: () => HTMLTextAreaElement } {
  const shown = show({ unfold: "always" });
  const other = {
    ...ended,
    id: "t2",
    parent: null,
    version: { of: "t1", part: "reasoning", at: 0 },
  } as const;
  shown.put(
    snapshot(
      1,
      [
        [ended, thought, "4"],
        [other, "Hm.", "4"],
      ],
      { active: "t1" },
    ),
  );
  draw();
  shown.press(en.editPart("reasoning"));
  return { ...shown, field: () => shown.one<HTMLTextAreaElement>(FIELD) };
}

describe("what was typed", () => {
  it("doesn't take the keyboard when its turn comes back", async () => {
    const shown = editing();
    write(shown.field(), "Three");
    shown.put(branch(2, "t2"));
    expect(shown.store.turns.list.length).toBe(1);
    const composer = shown.one<HTMLTextAreaElement>(".r1-draft");
    composer.focus();
    shown.put(branch(3, "t1"));
    await settled();
    expect(shown.field().value).toBe("Three");
    expect(visible(shown.field())).toBe(true);
    expect(document.activeElement).toBe(composer);
  });

  it("is there in a view that is drawn anew", async () => {
    const shown = editing();
    write(shown.field(), "Three");
    shown.view.abort();
    expect(shown.all(FIELD)).toEqual([]);
    renderChat(shown.store, shown.el, shown.gone.signal);
    await settled();
    expect(shown.field().value).toBe("Three");
  });

  it("is away with the version that was made of it, in every view", async () => {
    const shown = editing();
    write(shown.field(), "Three");
    key(shown.field(), "Enter", { ctrlKey: true });
    const version = { of: "t1", part: "reasoning", at: 1 } as const;
    shown.put(turn(2, { id: "t3", parent: null, state: "queued", version }));
    expect(shown.store.drafts.get("t1", "reasoning")).toBeUndefined();
  });
});

describe("a reload", () => {
  const composer = (shown: Shown) => shown.one<HTMLTextAreaElement>(".r1-draft");
  /** A page that meets the chat, as `rest` and `traits` have it. */
  const met = (rest: Partial<Snapshot> = {}, traits: Record<string, unknown> = {}): Shown => {
    const shown = show(traits);
    shown.put(snapshot(1, [[ended, "Two and two.", "4"]], rest));
    draw();
    return shown;
  };
  /** Away with the page, in the middle of typing. */
  const leave = (shown: Shown) => {
    window.dispatchEvent(new Event("pagehide"));
    shown.view.abort();
    shown.gone.abort();
  };

  it("brings back the question that was being typed, until it is sent", async () => {
    const before = met();
    write(composer(before), "What is 6 × 7, and\nwhy?");
    leave(before);
    const after = met();
    expect(composer(after).value).toBe("What is 6 × 7, and\nwhy?");
    expect(after.one<HTMLButtonElement>(".r1-send").disabled).toBe(false);
    key(composer(after), "Enter");
    after.put({ type: "ack", id: after.model.lastOf("ask")?.id });
    after.put({ type: "done", id: after.model.lastOf("ask")?.id, turn: "t1" });
    await settled();
    leave(after);
    expect(composer(met()).value).toBe("");
  });

  it("keeps what was typed by itself, soon after", () => {
    const before = met();
    write(composer(before), "A");
    write(composer(before), "A draft");
    vi.advanceTimersByTime(400);
    expect(composer(met()).value).toBe("A draft"); // the first page is still there: nothing was told that it goes
  });

  it("brings back an editor that was open", async () => {
    const before = met({}, { unfold: "always" });
    before.press(en.editPart("reasoning"));
    write(before.one(FIELD), "Two and three");
    leave(before);
    const after = met({}, { unfold: "always" });
    await settled();
    expect(after.one<HTMLTextAreaElement>(FIELD).value).toBe("Two and three");
    expect(visible(after.one(FIELD))).toBe(true);
  });

  it("doesn't write over what has been typed before the chat was heard of", () => {
    const before = met();
    write(composer(before), "Old");
    leave(before);
    const after = show();
    write(composer(after), "New");
    after.put(snapshot(1));
    expect(composer(after).value).toBe("New");
  });

  it("shows nothing of another notebook, of another chat, or of no kernel", () => {
    const before = met();
    write(composer(before), "Private");
    leave(before);
    for (const rest of [{ kernel: "k2" }, { chat: "another" }, { kernel: null }])
      expect(composer(met(rest)).value).toBe("");
    expect(composer(met()).value).toBe("Private");
  });

  it("after a restart gives the question to the chat that is made anew, once", () => {
    const before = met();
    write(composer(before), "Long and dear");
    leave(before);
    const again = { _library: "anywidget:another" };
    expect(composer(met({ chat: "other" }, { ...again, model_name: "another" })).value).toBe("");
    expect(composer(met({ chat: "new" }, again)).value).toBe("Long and dear");
    expect(composer(met({ chat: "newer" }, again)).value).toBe("");
  });

  it("doesn't grow without an end", () => {
    for (let chat = 0; chat < 30; chat++) {
      const shown = met({ chat: `c${chat}` });
      write(composer(shown), "x".repeat(chat === 29 ? 400_000 : 10));
      leave(shown);
    }
    expect(JSON.stringify({ ...sessionStorage }).length).toBeLessThan(10_000);
    expect(composer(met({ chat: "c28" })).value).toBe("xxxxxxxxxx");
    expect(composer(met({ chat: "c3" })).value).toBe("");
  });

  describe("where the browser keeps nothing", () => {
    afterEach(() => void vi.restoreAllMocks());

    it.each(["getItem", "setItem"] as const)("(%s) all is as it was", name => {
      vi.spyOn(Storage.prototype, name).mockImplementation(() => {
        throw new DOMException("denied");
      });
      const shown = met();
      write(composer(shown), "Why?");
      leave(shown);
      expect(composer(met()).value).toBe("");
    });

    it("or somebody else has written, too", () => {
      sessionStorage.setItem("r1widget drafts", '[["k1 c0de", 7], 3]');
      const shown = met();
      write(composer(shown), "Why?");
      leave(shown);
      expect(composer(met()).value).toBe("Why?");
    });
  });
});

describe("cut after the cursor", () => {
  it("takes nothing where nothing is behind it", () => {
    const shown = editing();
    const commands: string[] = [];
    // Without a selection a browser takes the letter before the cursor.
    document.execCommand = (name: string) => commands.push(name) > 0;
    shown.field().setSelectionRange(12, 12);
    shown.press(en.cutAfter);
    expect(commands).toEqual([]);
    expect(shown.field().value).toBe("Two and two.");
  });
});

it("a text that is higher than the field isn't measured at each key", () => {
  const shown = editing("word ".repeat(20_000));
  let asked = 0;
  Object.defineProperty(shown.field(), "scrollHeight", { get: () => ++asked });
  write(shown.field(), `${shown.field().value} more`);
  expect([asked, shown.field().style.height]).toEqual([0, "420px"]);
  write(shown.field(), "short");
  expect(asked).toBe(1);
});
