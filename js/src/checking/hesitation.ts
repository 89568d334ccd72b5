// Where it hesitated: the tokens that the model gave little, marked in the text and listed. Asked for when a reader wants to see it:
// it is many small numbers. Probabilities of tokens, and not of what they say.

import { element, setText } from "../dom/dom.ts";
import { button, relabel } from "../kit/button.ts";
import type { Scored, ScoredToken } from "../wire/checks.ts";
import { Refusal } from "../wire/commands.ts";
import type { Kind } from "../wire/protocol.ts";
import { Alternatives } from "./alternatives.ts";
import { HesitantRow, type Placed } from "./hesitantrow.ts";
import type { Mark } from "./marks.ts";
import type { Checking, Section } from "./section.ts";
import { LEVELS, levelOf, nameOf } from "./token.ts";

const OWNER = "hesitation";
/** Rows that are shown at first, and with each press on "more". */
const ROWS = 20;
/** Alternatives that are said of a place to who points at it. */
const SAID = 3;

export class Hesitation implements Section {
  readonly element: HTMLElement;
  readonly title: string;
  readonly measured: string;
  readonly #checking: Checking;
  readonly #toggle: HTMLButtonElement;
  readonly #why = element("p", { class: "r1-check-note", hidden: true });
  readonly #count = element("p", { class: "r1-hesitant-count", role: "status" });
  readonly #legend = element("p", { class: "r1-check-note r1-hesitant-legend", hidden: true });
  readonly #list = element("ol", { class: "r1-check-list" });
  readonly #more: HTMLButtonElement;
  readonly #alert = element("p", { class: "r1-alert", role: "alert", hidden: true });
  readonly #alternatives: Alternatives;
  #isOn = false;
  /** The least probable first. */
  #places: Placed[] = [];
  #shown = 0;

  constructor(checking: Checking) {
    this.#checking = checking;
    const { store, signal, marks } = checking;
    const { texts } = store;
    this.title = texts.hesitation;
    this.measured = texts.hesitationMeasured;
    this.#toggle = button(texts.hesitationShow, { look: "outlined", "aria-pressed": "false" });
    this.#more = button("", { hidden: true });
    this.#alternatives = new Alternatives(checking, text => this.#say(text));
    this.element = element(
      "div",
      { class: "r1-hesitation" },
      element("p", { class: "r1-check-note" }, texts.hesitationWhat),
      element("div", { class: "r1-check-run" }, this.#toggle),
      this.#why,
      this.#count,
      this.#legend,
      this.#list,
      this.#more,
      this.#alert,
      this.#alternatives.element,
    );
    this.#toggle.addEventListener("click", () => this.#press(), { signal });
    this.#more.addEventListener("click", () => this.#showMore(), { signal });
    signal.addEventListener("abort", () => marks.set(OWNER, []), { once: true });
  }

  update(): void {
    const { store, turn } = this.#checking;
    const isEnded = turn.state.state === "ended";
    const isHeard = store.connected || this.#places.length > 0;
    this.#toggle.setAttribute("aria-disabled", String(!isEnded || !isHeard));
    this.#toggle.setAttribute("aria-pressed", String(this.#isOn));
    relabel(this.#toggle, this.#isOn ? store.texts.hesitationHide : store.texts.hesitationShow);
    this.#why.hidden = isEnded;
    setText(this.#why, isEnded ? "" : store.texts.checkWhenEnded);
  }

  #press(): void {
    if (this.#toggle.getAttribute("aria-disabled") === "true") return;
    this.#isOn = !this.#isOn;
    if (!this.#isOn) this.#clear();
    else if (this.#places.length > 0) this.#show();
    else this.#ask();
    this.update();
  }

  #ask(): void {
    const { store, turn, signal } = this.#checking;
    this.#say("");
    store.requests
      .scores(turn.state.id, () => this.#say(store.texts.steerWaits))
      .then(
        scored => {
          if (signal.aborted || !this.#isOn) return;
          this.#say("");
          this.#take(scored);
        },
        error => {
          if (signal.aborted) return;
          this.#isOn = false;
          this.update();
          this.#say(error instanceof Refusal ? error.message : store.texts.disconnected);
        },
      );
  }

  #take({ total, why = "", tokens }: Scored): void {
    const { texts } = this.#checking.store;
    this.#places = [...this.#placed("reasoning", tokens), ...this.#placed("answer", tokens)].sort(
      (one, other) => one.token.probability - other.token.probability,
    );
    this.#count.hidden = false;
    if (total === 0) setText(this.#count, why);
    else if (tokens.length === 0) setText(this.#count, texts.hesitationNone);
    else this.#show(total);
  }

  /** Where they stand, as the page counts; those of which the text isn't there are left out. */
  #placed(kind: Kind, tokens: readonly ScoredToken[]): Placed[] {
    const { marks, turn } = this.#checking;
    const { value, length } = turn.texts[kind];
    const here = tokens.filter(token => token.kind === kind && token.end <= length);
    const units = marks.units(
      kind,
      here.flatMap(({ start, end }) => [start, end]),
    );
    return here.map((token, index) => {
      const [start, end] = [units[2 * index] ?? 0, units[2 * index + 1] ?? 0];
      return { token, kind, start, end, written: value.slice(start, end) };
    });
  }

  #show(total?: number): void {
    const { texts } = this.#checking.store;
    const { marks } = this.#checking;
    if (total !== undefined) setText(this.#count, texts.hesitationOf(this.#places.length, total));
    this.#count.hidden = this.#legend.hidden = false;
    this.#legend.replaceChildren(
      ...LEVELS.map((limit, index) => {
        const count = this.#places.filter(({ token }) => levelOf(token.probability) === index + 1).length;
        return element("span", { class: `r1-hesitant-${index + 1}` }, texts.hesitationBelow(limit, count));
      }),
    );
    marks.set(
      OWNER,
      this.#places.filter(({ start, end }) => end > start).map(placed => this.#mark(placed)),
    );
    this.#shown = 0;
    this.#list.replaceChildren();
    this.#add();
  }

  #mark(placed: Placed): Mark {
    const { store, marks, turn } = this.#checking;
    const { token, kind, start, end, written } = placed;
    const others = token.alternatives
      .slice(0, SAID)
      .map(each => [nameOf(each, store.texts), each.probability] as const);
    return {
      kind,
      start,
      end,
      name: `r1-hesitant-${levelOf(token.probability)}`,
      says: store.texts.hesitationSays(token.probability, others),
      press: () => {
        if (turn.state.state !== "ended") return;
        // Where the text is drawn anew, or scrolled, it is asked for again.
        const nowhere = new DOMRect();
        const getBoundingClientRect = () =>
          marks.rangeOf(kind, start, end)?.getBoundingClientRect() ?? nowhere;
        const at = { getBoundingClientRect, contextElement: this.element };
        this.#alternatives.open(token, written, this.#toggle, at);
      },
    };
  }

  #showMore(): void {
    const { length } = this.#list.children;
    this.#add();
    // What had the keyboard may be gone.
    this.#list.children[length]?.querySelector("button")?.focus();
  }

  #add(): void {
    const { texts } = this.#checking.store;
    const next = this.#places.slice(this.#shown, this.#shown + ROWS);
    this.#list.append(
      ...next.map(placed => new HesitantRow(this.#checking, placed, this.#alternatives).element),
    );
    this.#shown += next.length;
    const left = this.#places.length - this.#shown;
    this.#more.hidden = left === 0;
    relabel(this.#more, texts.hesitationMore(Math.min(left, ROWS)));
  }

  #clear(): void {
    this.#checking.marks.set(OWNER, []);
    this.#alternatives.close();
    this.#list.replaceChildren();
    this.#count.hidden = this.#legend.hidden = this.#more.hidden = true;
  }

  #say(text: string): void {
    this.#alert.hidden = text === "";
    setText(this.#alert, text);
  }
}
