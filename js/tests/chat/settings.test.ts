// The settings: of turns to come, of reading, and the end of the conversation.

import { describe, expect, it } from "vitest";
import { en } from "../../src/texts/en.ts";
import { settled, snapshot, turn } from "../fake.ts";
import { cleanly, key, type Shown, show, visible, write } from "../shown.ts";

cleanly();

const ended = { state: "ended", finish_reason: "stop" } as const;

function opened(traits: Record<string, unknown> = {}) {
  const shown = show(traits);
  const set: [string, unknown][] = [];
  shown.model.set = ((name: string, value: unknown) => {
    set.push([name, value]);
    shown.model.change(name, value);
  }) as never;
  shown.press(en.readingSettings);
  const row = (name: string) => shown.one(`[data-setting=${name}]`);
  const part = <T extends HTMLElement>(name: string, what: string) => {
    const found = row(name).querySelector<T>(what);
    if (!found) throw new Error(`There is no ${what} in ${name}.`);
    return found;
  };
  const number = (name: string) => part<HTMLInputElement>(name, ".r1-number");
  const choose = (name: string, text: string, what = ".r1-number") => {
    const field = part<HTMLInputElement>(name, what);
    write(field, text);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const asked = () => shown.model.sent.flatMap(message => (message.type === "set" ? [message.settings] : []));
  const said = (name: string) => part(name, ".r1-setting-said").textContent;
  const changed = () => shown.all("[data-setting][data-changed]").map(each => each.dataset.setting);
  return { ...shown, set, row, part, number, choose, asked, said, changed };
}

/** What the kernel answers to the last `set`. */
async function refuse(shown: Pick<Shown, "put" | "model">, text: string): Promise<void> {
  shown.put({ type: "refused", id: shown.model.lastOf("set")?.id, text });
  await settled();
}

describe("the settings of turns to come", () => {
  it("are as the trait says", () => {
    const { number, part, model } = opened({ turn_settings: { thinking_budget: 1500, stop_loops: true } });
    const loops = part<HTMLInputElement>("stop_loops", "input");
    expect([number("thinking_budget").value, loops.checked]).toEqual(["1500", true]);
    model.change("turn_settings", { temperature: 0.2, system: "Be brief." });
    expect([number("thinking_budget").value, number("thinking_budget").placeholder]).toEqual([
      "",
      en.noBudget,
    ]);
    expect([number("temperature").value, loops.checked]).toEqual(["0.2", false]);
    expect(part<HTMLTextAreaElement>("system", "textarea").value).toBe("Be brief.");
    model.change("turn_settings", { thinking_budget: 0 });
    expect(number("thinking_budget").value).toBe("0");
  });

  it("are asked for one by one, and are commands", () => {
    const { choose, part, asked } = opened();
    choose("temperature", "0.65");
    choose("top_p", "0.5");
    choose("max_tokens", "1000");
    choose("thinking_budget", "2000");
    choose("seed", "7");
    choose("system", "Be brief.", "textarea");
    part<HTMLInputElement>("stop_loops", "input").click();
    expect(asked()).toEqual([
      { temperature: 0.65 },
      { top_p: 0.5 },
      { max_tokens: 1000 },
      { thinking_budget: 2000 },
      { seed: 7 },
      { system: "Be brief." },
      { stop_loops: true },
    ]);
  });

  it("are none where that is a value, and stay where it isn't", () => {
    const { choose, asked, number } = opened({ turn_settings: { thinking_budget: 5, seed: 7, system: "x" } });
    choose("thinking_budget", "");
    choose("seed", "");
    choose("system", " ", "textarea");
    choose("temperature", "");
    expect(asked()).toEqual([{ thinking_budget: null }, { seed: null }, { system: null }]);
    expect(number("temperature").value).toBe("0.6");
  });

  it.each([
    ["thinking_budget", "-5", en.wholeFrom(0)],
    ["thinking_budget", "2.5", en.wholeFrom(0)],
    ["max_tokens", "0", en.wholeFrom(1)],
    ["temperature", "2.1", en.between(0, 2)],
    ["top_p", "0", en.between(0.01, 1)],
    ["seed", "1e30", en.wholeFrom(0)],
  ])("aren't what can't be: %s %s", (name, text, why) => {
    const { choose, asked, said, number } = opened();
    choose(name, text);
    expect([asked(), said(name), number(name).value]).toEqual([[], why, text]);
    expect(number(name).getAttribute("aria-invalid")).toBe("true");
    choose(name, name === "max_tokens" ? "8192" : "1");
    expect([said(name), number(name).getAttribute("aria-invalid")]).toEqual(["", "false"]);
  });

  it("that are refused stay where they were typed, with the reason", async () => {
    const shown = opened();
    shown.choose("seed", "7");
    await refuse(shown, "No seed can be set here.");
    shown.model.change("engine_status", { state: "ready", model: "m", text: "" });
    expect([shown.said("seed"), shown.number("seed").value]).toEqual(["No seed can be set here.", "7"]);
    expect(shown.all(".r1-notice")).toEqual([]);
    shown.choose("seed", "8");
    expect([shown.said("seed"), shown.asked().at(-1)]).toEqual(["", { seed: 8 }]);
  });

  it("stay where they were typed when the kernel is gone", async () => {
    const shown = opened();
    shown.model.send = () => {
      throw new Error("Kernel is dead");
    };
    shown.choose("seed", "7");
    await settled();
    expect([shown.said("seed"), shown.number("seed").value]).toEqual([en.disconnected, "7"]);
  });

  it("aren't overwritten while the person types, nor on their way", () => {
    const { number, model, choose } = opened();
    const budget = number("thinking_budget");
    budget.focus();
    write(budget, "12");
    model.change("turn_settings", { thinking_budget: 900 });
    model.change("engine_status", { state: "ready", model: "m", text: "" });
    expect(budget.value).toBe("12");
    budget.blur();
    model.change("turn_settings", { thinking_budget: 800 });
    expect(budget.value).toBe("800");
    choose("thinking_budget", "700");
    model.change("engine_status", { state: "ready", model: "m", text: "" });
    expect(budget.value).toBe("700");
  });

  it("say why there can be no budget, as soon as the engine says so", () => {
    const { number, model, part, choose, asked } = opened();
    const budget = number("thinking_budget");
    expect(budget.readOnly).toBe(false);
    const cannot = { budget: "The server has no budget." };
    model.change("engine_status", { state: "ready", model: "m", text: "", cannot });
    expect([budget.readOnly, budget.getAttribute("aria-disabled"), budget.title]).toEqual([
      true,
      "true",
      "The server has no budget.",
    ]);
    expect(part("thinking_budget", ".r1-setting-note").textContent).toBe("The server has no budget.");
    choose("thinking_budget", "5");
    expect(asked()).toEqual([]);
  });

  it("are typed in a text until the panel closes", () => {
    const { part, asked, find } = opened();
    const system = part<HTMLTextAreaElement>("system", "textarea");
    system.focus();
    write(system, "Be brief.");
    key(system, "Escape");
    expect(asked()).toEqual([{ system: "Be brief." }]);
    expect(document.activeElement).toBe(find(en.readingSettings));
  });
});

describe("what isn't as usual", () => {
  const traits = { turn_settings: { temperature: 0.9, thinking_budget: 2000 }, unfold: "never" };

  it("has a mark, and a way back that gives the keyboard on", () => {
    const { changed, find, press, asked, model, number } = opened(traits);
    expect(changed()).toEqual(["temperature", "thinking_budget", "unfold"]);
    expect(find(en.resetSetting("Seed"))).toBeUndefined();
    press(en.resetSetting("Temperature"));
    expect([asked(), number("temperature").value]).toEqual([[{ temperature: 0.6 }], "0.6"]);
    model.change("turn_settings", { thinking_budget: 2000 });
    expect(changed()).toEqual(["thinking_budget", "unfold"]);
    expect(document.activeElement).toBe(number("temperature"));
  });

  it("goes back all at once", () => {
    const { press, asked, set, find, model, number } = opened(traits);
    press(en.resetAll);
    expect([asked(), set]).toEqual([[{ temperature: 0.6, thinking_budget: null }], [["unfold", "auto"]]]);
    model.change("turn_settings", {});
    expect([number("temperature").value, find(en.resetAll)?.getAttribute("aria-disabled")]).toEqual([
      "0.6",
      "true",
    ]);
    press(en.resetAll);
    expect(asked()).toHaveLength(1);
  });
});

describe("the settings of reading", () => {
  it("are traits, and the language is one", () => {
    const { part, set } = opened();
    const language = part<HTMLSelectElement>("language", "select");
    expect([...language.options].map(({ value, text }) => [value, text])).toEqual([
      ["auto", en.languageAuto],
      ["en", "English"],
      ["zh", "中文"],
    ]);
    language.value = "zh";
    language.dispatchEvent(new Event("change", { bubbles: true }));
    expect(set).toEqual([["language", "zh"]]);
  });

  it("are there again when the panel is opened again", () => {
    const { part, press } = opened();
    part("prints", "input").click();
    press(en.readingSettings);
    press(en.readingSettings);
    expect(part<HTMLInputElement>("prints", "input").checked).toBe(true);
  });
});

describe("the end of the conversation", () => {
  function withTurns() {
    const shown = opened();
    shown.put(
      snapshot(
        1,
        [1, 2, 3].map(number => [{ ...ended, id: `t${number}` }, "", "4"]),
      ),
    );
    return shown;
  }
  const question = (shown: Shown) => shown.one(".r1-clear-question");

  it("is asked once more, and the harmless answer has the keyboard", async () => {
    const shown = withTurns();
    expect(visible(question(shown))).toBe(false);
    shown.press(en.clearChat);
    expect([visible(question(shown)), question(shown).textContent]).toEqual([true, "Clear 3 turns?"]);
    expect(document.activeElement).toBe(shown.find(en.keep));
    shown.press(en.keep);
    expect([visible(question(shown)), document.activeElement]).toEqual([false, shown.find(en.clearChat)]);
    expect(shown.model.countOf("clear")).toBe(0);
    shown.press(en.clearChat);
    shown.press(en.clear);
    expect([shown.model.countOf("clear"), shown.all(".r1-clear")]).toEqual([1, []]);
    expect(document.activeElement).toBe(shown.find(en.readingSettings));
    shown.put({ type: "refused", id: shown.model.lastOf("clear")?.id, text: "Not while it is kept." });
    await settled();
    expect(shown.text(".r1-notice span")).toBe("Not while it is kept.");
  });

  it("is taken back with Escape, and the panel stays", () => {
    const shown = withTurns();
    shown.press(en.clearChat);
    key(document.activeElement as Element, "Escape");
    expect([visible(question(shown)), document.activeElement]).toEqual([false, shown.find(en.clearChat)]);
    key(document.activeElement as Element, "Escape");
    expect(shown.all(".r1-clear")).toEqual([]);
  });

  it("is nothing where there is nothing to clear", () => {
    const shown = opened();
    shown.press(en.clearChat);
    expect([visible(question(shown)), shown.find(en.clearChat)?.title]).toEqual([false, en.nothingToClear]);
    shown.put(turn(1));
    shown.press(en.clearChat);
    expect(question(shown).textContent).toBe("Clear 1 turn?");
  });
});
