import { describe, expect, it, vi } from "vitest";
import { en } from "../../src/texts/en.ts";
import { Thought } from "../../src/thought/thought.ts";
import { delta, snapshot, turn } from "../fake.ts";
import { cleanly, draw, key, show } from "../shown.ts";

const TEXT = `I need to find $17 \\times 24$.

First, **17** × 20 = 340 and *17 × 4* is 68. So that is 408.

- one
- two

Wait, let me check that: \`x = 1\`.

| a | b |
|---|---|
| 1 | 2 |

Alternatively, 24 × 17.
`;

const never = new AbortController().signal;

function drawn(pieces: Iterable<string>, look?: (thought: Thought) => void): Thought {
  const thought = new Thought(en, never);
  for (const piece of pieces) {
    thought.write(piece);
    thought.settle();
    look?.(thought);
  }
  thought.end();
  thought.settle();
  return thought;
}

describe("a thought", () => {
  it("is drawn step by step, the same whole and by character", () => {
    const whole = drawn([TEXT]);
    expect(whole.steps.map(({ kind }) => kind)).toEqual([
      "plan",
      "plan",
      "conclusion",
      "check",
      "alternative",
    ]);
    expect(whole.steps.map(({ source }) => source).join("")).toBe(TEXT);
    expect(whole.element.querySelectorAll("li, td, math, strong, code").length).toBe(7);
    expect(drawn(TEXT).element.innerHTML).toBe(whole.element.innerHTML);
  });

  it("never touches a step again that is complete", () => {
    const seen = new Map<Element, string>();
    drawn(TEXT, ({ steps }) => {
      for (const step of steps.filter(({ isDrawn }) => isDrawn)) {
        const before = seen.get(step.body);
        if (before !== undefined) expect(step.body.innerHTML).toBe(before);
        seen.set(step.body, step.body.innerHTML);
      }
    });
    expect(seen.size).toBe(4);
  });

  it("keeps the text that is selected where it still grows", () => {
    const thought = new Thought(en, never);
    const write = (text: string) => {
      thought.write(text);
      thought.settle();
    };
    write("One **two** thr");
    const strong = thought.element.querySelector("strong")?.firstChild as Text;
    const tail = thought.element.querySelector("p")?.lastChild as Text;
    const range = document.createRange();
    range.setStart(strong, 1);
    range.setEnd(tail, 3);
    for (const letter of "ee `code` and more.\n\nWait, a new step") write(letter);
    expect(thought.element.querySelector("p")?.textContent).toBe("One two three code and more.");
    expect(range.toString()).toBe("wo th");
    expect(range.startContainer).toBe(strong);
  });

  it("shows its source, and what comes after too, and the markdown again", () => {
    const thought = drawn([TEXT]);
    const before = thought.element.innerHTML;
    thought.show(true);
    thought.settle();
    expect(thought.steps.map(({ body }) => body.textContent).join("")).toBe(TEXT);
    expect(thought.element.querySelector("strong, math")).toBeNull();
    thought.show(false);
    thought.settle();
    expect(thought.element.innerHTML).toBe(before);

    const growing = new Thought(en, never);
    growing.show(true);
    for (const letter of "One.\n\n**Two**") {
      growing.write(letter);
      growing.settle();
    }
    growing.end();
    growing.settle();
    expect(growing.steps.map(({ body }) => body.textContent)).toEqual(["One.\n\n", "**Two**"]);
  });

  it("folds a step at its mark, to its first words", () => {
    const thought = drawn([TEXT]);
    document.body.append(thought.element);
    const [, , , check] = thought.steps;
    const mark = check?.element.querySelector<HTMLElement>(".r1-step-fold");
    mark?.click();
    expect(check?.folded).toBe(true);
    expect(check?.body.hidden).toBe(true);
    expect(mark?.getAttribute("aria-expanded")).toBe("false");
    expect(check?.element.querySelector(".r1-step-title")?.textContent).toBe(
      "Wait, let me check that: x = 1. …",
    );
    check?.element.querySelector<HTMLElement>(".r1-step-title")?.click();
    expect(check?.body.hidden).toBe(false);
    thought.element.remove();
  });
});

/** A chat whose one turn has thought this. */
function thinking(reasoning: string, traits: Record<string, unknown> = {}) {
  const shown = show(traits);
  const ended = { state: "ended", finish_reason: "stop" } as const;
  const given = snapshot(1, [[ended, reasoning, "408"]]);
  const timeline: [number, number, number][] = [
    [0, 0, 1],
    [reasoning.length, 200, 21],
  ];
  for (const each of given.turns) each.timeline = timeline;
  shown.put(given);
  return shown;
}

cleanly();

describe("the outline", () => {
  function outlined() {
    const shown = thinking(TEXT);
    shown.one(".r1-fold").click();
    shown.press(en.outline);
    const rows = () => shown.all(".r1-row").filter(({ hidden }) => !hidden);
    return { ...shown, rows };
  }

  it("lists the steps with what they took, and how many there are", () => {
    const { rows, one } = outlined();
    expect(rows().map(row => row.querySelector(".r1-row-title")?.textContent)).toEqual([
      "I need to find 17 × 24.",
      "First, 17 × 20 = 340 and *17 × 4* is 68.",
      "So that is 408.",
      "Wait, let me check that: x = 1.",
      "Alternatively, 24 × 17.",
    ]);
    expect(one(".r1-outline-count").textContent).toBe("5 steps");
    const costs = rows().map(row => row.querySelector(".r1-row-cost")?.textContent ?? "");
    expect(costs[2]).toMatch(/^Conclusion · \d\.\d s · \d+ tokens$/);
    const tokens = costs.map(cost => Number(/(\d+) tokens?$/.exec(cost)?.[1]));
    expect(tokens.reduce((sum, count) => sum + count, 0)).toBe(200);
    const seconds = costs.map(cost => Number(/ ([\d.]+) s/.exec(cost)?.[1]));
    expect(seconds.reduce((sum, count) => sum + count, 0)).toBeCloseTo(20, 0);
  });

  it("goes where it is told to, and says where the reader is", () => {
    const { rows, all } = outlined();
    const went: Element[] = [];
    const spy = vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(function (this: Element) {
      went.push(this);
    });
    rows()[3]?.click();
    spy.mockRestore();
    expect(new Set(went)).toEqual(new Set([all(".r1-step")[3]]));
    expect(rows().map(row => row.hasAttribute("aria-current"))).toEqual([false, false, false, true, false]);
  });

  it("says it in a tooltip, too, and draws how long a step is beside the longest", () => {
    const { rows, one } = outlined();
    expect(rows()[3]?.querySelector<HTMLElement>(".r1-row-title")?.title).toMatch(
      /^Wait, let me check that: x = 1\.\nCheck · \d\.\d s · \d+ tokens$/,
    );
    const lengths = rows().map(row => Number(row.style.getPropertyValue("--r1-length")));
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeCloseTo(200, 0);
    expect(one(".r1-rows").style.getPropertyValue("--r1-longest")).toBe(Math.max(...lengths).toFixed(1));
  });

  it("draws what took no tokens by its characters", () => {
    const shown = show();
    shown.put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, "Four.\n\nWait, 12 more.", "4"]]));
    shown.one(".r1-fold").click();
    shown.press(en.outline);
    expect(shown.all(".r1-row").map(row => row.style.getPropertyValue("--r1-length"))).toEqual([
      "7.0",
      "14.0",
    ]);
    expect(shown.text(".r1-row-cost")).toBe("Step");
  });

  it("lists only checks, or alternatives, or both, on demand", () => {
    const { rows, press, find, one } = outlined();
    const kinds = () => rows().map(row => row.dataset.kind);
    expect(find("Repetition 0")).toBeUndefined();
    press("Checks 1");
    expect(kinds()).toEqual(["check"]);
    expect(rows()[0]?.tabIndex).toBe(0);
    expect(find("Checks 1")?.getAttribute("aria-pressed")).toBe("true");
    press("Alternatives 1");
    expect(kinds()).toEqual(["check", "alternative"]);
    rows()[0]?.focus();
    key(rows()[0] as Element, "ArrowDown");
    expect(document.activeElement).toBe(rows()[1]);
    press("Checks 1");
    expect(kinds()).toEqual(["alternative"]);
    press("Alternatives 1");
    expect(rows().length).toBe(5);
    expect(one(".r1-filters").getAttribute("role")).toBe("group");
  });

  it("lists the steps in a loop, and those that come", () => {
    const shown = show();
    const round = "But it isn't a fraction.\n\n";
    const before = "🙂 First.\n\nWait, is it?\n\n";
    const text = before + round.repeat(3);
    const loop = { kind: "reasoning", since: [...before].length, rounds: 3 } as const;
    shown.put(turn(1, { id: "t1" }));
    shown.put(delta(2, 0, text));
    shown.press(en.outline);
    expect(shown.all(".r1-filters > :not([hidden])").map(({ textContent }) => textContent)).toEqual([
      "Checks 1",
    ]);
    shown.put(turn(3, { loop }));
    vi.advanceTimersByTime(1000);
    const rows = () => shown.all(".r1-row").filter(({ hidden }) => !hidden);
    shown.press("Repetition 3");
    expect(rows().length).toBe(3);
    shown.put(delta(4, [...text].length, round));
    vi.advanceTimersByTime(1000);
    expect(rows().length).toBe(4);
    expect(shown.find("Repetition 4")).toBeDefined();
    shown.put(turn(5));
    vi.advanceTimersByTime(1000);
    expect(rows().length, "there is none any more").toBe(0);
    shown.press("Repetition 0");
    expect(rows().length).toBe(6);
  });

  it("says what its signs mean, and gives the keyboard back", () => {
    const { press, find, all } = outlined();
    press(en.legend);
    expect(all(".r1-legend-line").map(line => line.children[1]?.textContent)).toEqual([
      "Step",
      "Plan",
      "Check",
      "Alternative",
      "Conclusion",
    ]);
    expect(all(".r1-legend p")[0]?.textContent).toContain("not what the model does");
    key(document.activeElement as Element, "Escape");
    expect(all(".r1-legend-line")).toEqual([]);
    expect(document.activeElement).toBe(find(en.legend));
  });

  it("is made wider with the arrows, here and wherever it is opened next", () => {
    const { one, press } = outlined();
    const edge = one(".r1-edge");
    const outline = one(".r1-outline");
    Object.defineProperty(outline.parentElement, "clientWidth", { value: 1000 });
    outline.getBoundingClientRect = () =>
      new DOMRect(0, 0, Number.parseFloat(outline.style.flexBasis) || 250);
    const by = (name: string) => {
      expect(key(edge, name).defaultPrevented).toBe(true);
      return outline.style.flexBasis;
    };
    expect(by("ArrowRight")).toBe("270px");
    expect(edge.getAttribute("aria-valuenow")).toBe("270");
    expect([by("ArrowLeft"), by("PageUp"), by("PageUp"), by("PageUp")]).toEqual([
      "250px",
      "350px",
      "450px",
      "550px",
    ]);
    expect(by("PageUp"), "the thought keeps its place").toBe("600px");
    press(en.outline);
    outline.style.flexBasis = "";
    press(en.outline);
    expect(outline.style.flexBasis).toBe("600px");
    expect(by("Home")).toBe("");
    expect(key(edge, "a").defaultPrevented).toBe(false);
  });

  it("is one stop of Tab, then arrows; they fold too", () => {
    const { rows, all } = outlined();
    const stops = () => rows().map(({ tabIndex }) => tabIndex);
    expect(stops()).toEqual([0, -1, -1, -1, -1]);
    const [first] = rows();
    first?.focus();
    expect(key(first as Element, "ArrowDown").defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(rows()[1]);
    key(rows()[1] as Element, "End");
    expect(stops()).toEqual([-1, -1, -1, -1, 0]);
    key(rows()[4] as Element, "ArrowDown");
    expect(document.activeElement).toBe(rows()[4]);
    key(rows()[4] as Element, "ArrowLeft");
    expect(rows()[4]?.getAttribute("aria-expanded")).toBe("false");
    expect(all(".r1-step-body")[4]?.hidden).toBe(true);
    key(rows()[4] as Element, "ArrowRight");
    expect(all(".r1-step-body")[4]?.hidden).toBe(false);
    // Folded by the mouse, the outline knows.
    all(".r1-step-fold")[0]?.click();
    expect(rows()[0]?.getAttribute("aria-expanded")).toBe("false");
  });

  it("grows with the thought", () => {
    const shown = thinking("One.");
    shown.put(turn(2, { id: "t2" }));
    shown.put({ ...delta(3, 0, "First.\n\nWa", "reasoning", "t2"), tokens: 2, seconds: 0.5 });
    vi.advanceTimersByTime(300);
    const trace = shown.all(".r1-trace")[1] as HTMLElement;
    trace.querySelector<HTMLElement>(".r1-tools [aria-controls]")?.click();
    const titles = () => [...trace.querySelectorAll(".r1-row-title")].map(({ textContent }) => textContent);
    expect(titles()).toEqual(["First."]);
    shown.put({ ...delta(4, 10, "it, is it?", "reasoning", "t2"), tokens: 4, seconds: 1.5 });
    vi.advanceTimersByTime(1000);
    expect(titles()).toEqual(["First.", "Wait, is it?"]);
  });
});

describe("finding", () => {
  function found(query: string, text = TEXT) {
    const shown = thinking(text);
    shown.one(".r1-fold").click();
    vi.advanceTimersByTime(300);
    expect(key(shown.one(".r1-thought"), "f", { ctrlKey: true }).defaultPrevented).toBe(true);
    const input = shown.one(".r1-find-text") as HTMLInputElement;
    const look = (words: string) => {
      input.value = words;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    look(query);
    return { ...shown, input, look, count: () => shown.one(".r1-find-count").textContent };
  }

  it("counts, goes on and back, and around", () => {
    const { input, count } = found("17");
    expect(document.activeElement).toBe(input);
    expect(count()).toBe("1 of 4");
    key(input, "Enter");
    expect(count()).toBe("2 of 4");
    key(input, "Enter", { shiftKey: true });
    key(input, "Enter", { shiftKey: true });
    expect(count()).toBe("4 of 4");
  });

  it("goes across marks within a paragraph, and not across paragraphs", () => {
    const { look, count } = found("first, 17 × 20");
    expect(count()).toBe("1 of 1");
    look("408.one");
    expect(count()).toBe("Not found");
    look("onetwo");
    expect(count()).toBe("Not found");
    look("İstanbul");
    expect(count()).toBe("Not found");
    look("");
    expect(count()).toBe("");
  });

  it("finds in folded steps, and unfolds the one it goes to", () => {
    const { all, input, count, look } = found("x");
    all(".r1-step-fold")[3]?.click();
    look("alternatively");
    look("check");
    expect(count()).toBe("1 of 1");
    expect(all(".r1-step-body")[3]?.hidden).toBe(true);
    key(input, "Enter");
    expect(all(".r1-step-body")[3]?.hidden).toBe(false);
  });

  it("opens a folded thought, and gives the focus back", () => {
    const shown = thinking(TEXT);
    expect(shown.one(".r1-body").hidden).toBe(true);
    key(shown.one(".r1-draft"), "f", { metaKey: true });
    expect(shown.one(".r1-body").hidden).toBe(false);
    expect(shown.one(".r1-find").hidden).toBe(false);
    key(shown.one(".r1-find-text"), "Escape");
    expect(shown.one(".r1-find").hidden).toBe(true);
    expect(document.activeElement?.getAttribute("aria-label")).toBe(en.find);
  });

  it("hears of text that comes later", () => {
    const { put, one, look, count } = found("seven", "One.");
    put(turn(2, { id: "t2" }));
    put(delta(3, 0, "Six, seven", "reasoning", "t2"));
    expect(count()).toBe("Not found");
    key(one("[data-turn=t2] .r1-thought"), "f", { ctrlKey: true });
    void look;
    const input = one("[data-turn=t2] .r1-find-text") as HTMLInputElement;
    input.value = "seven";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    put(delta(4, 10, " seven.\n\nWait, seven", "reasoning", "t2"));
    vi.advanceTimersByTime(1000);
    expect(one("[data-turn=t2] .r1-find-count").textContent).toBe("1 of 3");
  });

  it("leaves Ctrl-F to the browser where there is no thought", () => {
    const shown = thinking("");
    expect(key(shown.one(".r1-draft"), "f", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(key(shown.one(".r1-draft"), "f").defaultPrevented).toBe(false);
  });
});

describe("a thought unfolds", () => {
  const expanded = (shown: ReturnType<typeof show>, index = 0) =>
    shown.all(".r1-fold")[index]?.getAttribute("aria-expanded") === "true";

  it.each([
    ["auto", false, true],
    ["always", true, true],
    ["never", false, false],
  ])("%s", (unfold, afterwards, meanwhile) => {
    const shown = thinking(TEXT, { unfold });
    expect(expanded(shown)).toBe(afterwards);
    shown.put(turn(2, { id: "t2" }));
    shown.put(delta(3, 0, "Hm", "reasoning", "t2"));
    expect(expanded(shown, 1)).toBe(meanwhile);
  });

  it("as the person chooses in the widget, and their own hand wins", () => {
    const shown = thinking(TEXT);
    const set = vi
      .spyOn(shown.model, "set")
      .mockImplementation(((name: string, value: unknown) => shown.model.change(name, value)) as never);
    shown.put(turn(2, { id: "t2" }));
    shown.put(delta(3, 0, "Hm", "reasoning", "t2"));
    shown.all(".r1-fold")[1]?.click();
    expect(expanded(shown, 1)).toBe(false);
    shown.press(en.readingSettings);
    const [auto, always] = shown.all(".r1-settings input[type=radio]") as HTMLInputElement[];
    expect(auto?.checked).toBe(true);
    always?.click();
    expect(set).toHaveBeenCalledWith("unfold", "always");
    expect([expanded(shown, 0), expanded(shown, 1)]).toEqual([true, false]);
  });

  it("on paper, where the person wants that, and is as it was afterwards", () => {
    const shown = thinking(TEXT);
    dispatchEvent(new Event("beforeprint"));
    expect(expanded(shown)).toBe(false);
    shown.press(en.readingSettings);
    (shown.one("[data-setting=prints] input") as HTMLInputElement).click();
    // What is set holds without the panel.
    shown.press(en.readingSettings);
    dispatchEvent(new Event("beforeprint"));
    expect(expanded(shown)).toBe(true);
    expect(shown.one(".r1-thought").textContent).toContain("Alternatively, 24 × 17.");
    dispatchEvent(new Event("afterprint"));
    expect(expanded(shown)).toBe(false);
  });
});

describe("copying", () => {
  it("takes what was written", async () => {
    const shown = thinking(TEXT);
    const copied: string[] = [];
    vi.stubGlobal("navigator", {
      languages: ["en"],
      clipboard: { writeText: async (text: string) => copied.push(text) },
    });
    shown.one("[data-r1-act=copy-thought]").click();
    shown.one("[data-r1-act=copy-answer]").click();
    shown.fromMenu(en.copyMarkdown);
    await vi.advanceTimersByTimeAsync(10);
    vi.unstubAllGlobals();
    expect(copied[0]).toBe(TEXT.trim());
    expect(copied[1]).toBe("408");
    expect(copied[2]).toBe(
      `> Why?\n\n<details>\n<summary>Thought</summary>\n\n${TEXT.trim()}\n\n</details>\n\n408\n`,
    );
  });
});

describe("a model that thinks again in the middle of its answer", () => {
  it("has its further thought drawn below the first, while it comes and when it is there", () => {
    const shown = show({ unfold: "always" });
    const pieces = [
      ["reasoning", 0, "First."],
      ["answer", 0, "One "],
      ["reasoning", 6, "\n\nThe second"],
      ["reasoning", 18, " thought."],
      ["answer", 4, "two "],
      ["reasoning", 27, "\n\nThird"],
      ["answer", 8, "three."],
    ] as const;
    shown.put(snapshot(1, [[{ state: "running" }, "", ""]]));
    const seen = pieces.map(([kind, at, text], index) => {
      shown.put(delta(2 + index, at, text, kind));
      draw();
      return shown.all(".r1-step-body").map(body => body.textContent?.trim());
    });
    expect(seen[1]).toEqual(["First."]);
    expect(seen[2]).toEqual(["First.", "The second"]);
    expect(seen[4]).toEqual(["First.", "The second thought."]);
    expect(seen[6]).toEqual(["First.", "The second thought.", "Third"]);
    expect(shown.one(".r1-answer").textContent?.trim()).toBe("One two three.");
    const whole = show({ unfold: "always" });
    const thought = "First.\n\nThe second thought.\n\nThird";
    whole.put(snapshot(1, [[{ state: "ended", finish_reason: "stop" }, thought, "One two three."]]));
    draw();
    expect(whole.all(".r1-step-body").map(body => body.textContent?.trim())).toEqual(seen[6]);
  });
});
