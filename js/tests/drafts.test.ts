import { describe, expect, it } from "vitest";
import { renderChat } from "../src/chat.ts";
import { en } from "../src/texts/en.ts";
import { branch, settled, snapshot, turn } from "./fake.ts";
import { cleanly, draw, key, type Shown, show, visible, write } from "./shown.ts";

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
