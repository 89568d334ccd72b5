import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import library from "../../src/library.ts";
import { en } from "../../src/texts/en.ts";
import { fakeChat, settled, snapshot, turn } from "../fake.ts";
import { cleanly, type Shown, show } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;

/** A chat in a cell of a notebook, and the texts that Jupyter has put below it. */
function inNotebook(traits: Record<string, unknown> = {}): Shown & { texts: HTMLElement[] } {
  const notebook = document.createElement("div");
  notebook.className = "jp-NotebookPanel";
  const output = () => {
    const child = document.createElement("div");
    child.className = "jp-OutputArea-child";
    notebook.append(child);
    return child;
  };
  const place = output();
  const texts = [1, 2, 3, 4, 5].map(output);
  document.body.append(notebook);
  const shown = show(traits);
  place.append(shown.el);
  return { ...shown, texts };
}

const notices = ({ all }: Shown) => all(".r1-notice > span").map(({ textContent }) => textContent);

describe("that new turns don't reach the notebook", () => {
  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  it("is said when the text below hasn't changed, with what to run", async () => {
    const shown = inNotebook({ called: "chat" });
    shown.put(snapshot(1));
    shown.put(turn(2));
    shown.put(turn(3, ended));
    vi.advanceTimersByTime(3900);
    expect(notices(shown)).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(notices(shown)).toEqual([en.unkept("chat")]);
    expect(notices(shown)[0]).toContain("Run `chat` in a new cell");
    const copied = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText: copied } });
    shown.one<HTMLButtonElement>(".r1-notice [data-r1-act='copy-line']").click();
    expect(copied).toHaveBeenCalledWith("chat");
    vi.unstubAllGlobals();
    expect(notices(shown)).toHaveLength(1);
    // And taken back, when it does again.
    shown.texts[3]?.append("The text.");
    await settled();
    expect(notices(shown)).toEqual([]);
  });

  it("isn't said when it has", async () => {
    const shown = inNotebook();
    shown.put(snapshot(1));
    shown.put(turn(2, ended));
    shown.texts[0]?.append("The text.");
    await settled();
    vi.advanceTimersByTime(10_000);
    expect(notices(shown)).toEqual([]);
  });

  it("isn't said while a cell waits for a turn, which may show the texts when it ends", async () => {
    const shown = inNotebook({ blocking: true });
    shown.put(snapshot(1));
    shown.put(turn(2, ended));
    vi.advanceTimersByTime(30_000);
    expect(notices(shown)).toEqual([]);
    shown.model.change("blocking", false);
    vi.advanceTimersByTime(5000);
    expect(notices(shown)).toEqual([en.unkept("")]);
  });

  it("is said of a turn whose end came with everything else: of a quick answer, or after something was lost", () => {
    const quick = inNotebook();
    void quick.store.ask("q", () => {}).catch(() => {});
    quick.put(snapshot(3, [[{ ...turn(1, ended).turn }, "", "a"]]));
    vi.advanceTimersByTime(5000);
    expect(notices(quick)).toEqual([en.unkept("")]);
    const met = inNotebook();
    met.put(snapshot(3, [[{ ...turn(1, ended).turn }, "", "a"]]));
    vi.advanceTimersByTime(5000);
    expect(notices(met)).toEqual([]); // what had ended before is in the notebook already
  });

  it("isn't said of such a turn where the text had changed before", async () => {
    const shown = inNotebook();
    shown.put(snapshot(1));
    shown.texts[0]?.append("The text.");
    await settled();
    shown.put(snapshot(5, [[{ ...turn(1, ended).turn }, "", "a"]]));
    vi.advanceTimersByTime(5000);
    expect(notices(shown)).toEqual([]);
  });

  it("isn't made of what changes elsewhere", async () => {
    const shown = inNotebook();
    shown.put(snapshot(1));
    shown.put(turn(2, ended));
    shown.texts[4]?.append("Something else.");
    await settled();
    vi.advanceTimersByTime(5000);
    expect(notices(shown)).toEqual([en.unkept("")]);
  });

  it.each([
    ["where there is no notebook", () => show()],
    [
      "of a turn that isn't on the branch",
      () => {
        const shown = inNotebook();
        shown.put(snapshot(1, [[ended, "", "4"]]));
        shown.put(turn(2, { id: "t2", parent: null, version: { of: "t1", part: "reasoning", at: 0 } }));
        return shown;
      },
    ],
    [
      "when the kernel has gone meanwhile",
      () => {
        const shown = inNotebook();
        shown.put(snapshot(1));
        shown.model.widget_manager = { get_model: async () => ({ comm_live: false }) };
        shown.model.emit("comm_live_update");
        return shown;
      },
    ],
  ])("isn't said %s", async (_, make) => {
    const shown = make();
    shown.put(snapshot(2, [[ended, "", "4"]]));
    shown.put(turn(3, { ...ended, id: "t2", parent: null, version: { of: "t1", part: "reasoning", at: 0 } }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(notices(shown)).toEqual([]);
  });
});

describe("what stands below a view", () => {
  it("stays in sight where the view is in a box, and hides with the view that stands there for it", async () => {
    const shown = inNotebook();
    const box = document.createElement("div");
    box.className = "jupyter-widgets";
    shown.el.before(box);
    box.append(shown.el);
    shown.put(snapshot(1));
    const hidden = () => shown.texts.map(({ classList }) => classList.contains("r1-kept"));
    expect(hidden()).toEqual([false, false, false, false, false]);

    const bare = document.createElement("div");
    shown.texts[0]?.append(bare);
    const gone = new AbortController();
    library.renderTurn(shown.chat, "", bare, gone.signal);
    expect(hidden()).toEqual([true, true, true, true, true]);
    gone.abort();
    expect(hidden()).toEqual([false, false, false, false, false]);
  });

  it("is hidden as it comes", async () => {
    const shown = inNotebook();
    const [first, ...others] = shown.texts;
    for (const text of others) text.remove();
    shown.put(snapshot(1));
    first?.after(...others);
    await settled();
    shown.put(turn(2, ended));
    first?.before(...others.splice(0, 1));
    await settled();
    vi.advanceTimersByTime(5000);
    expect(shown.store.kept.is).toBe(true); // a text has come
    shown.texts[0]?.after(...shown.texts.slice(1));
    await settled();
    expect(shown.texts.map(({ classList }) => classList.contains("r1-kept"))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

it("says that the cell was run again, and how to begin anew", () => {
  const shown = show({ is_again: true, called: "talk" });
  expect(notices(shown)).toEqual([en.isAgain("talk")]);
  expect(notices(shown)[0]).toContain("`talk.clear()`");
  expect(fakeChat().store.traits.isAgain).toBe(false);
});
