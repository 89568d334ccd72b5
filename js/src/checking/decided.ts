// Where it was decided: from which step on the answer is the turn's own, as far as it was looked at. In a table here, and as a band
// beside the outline (beside.ts).

import { element } from "../dom/dom.ts";
import { drawShares } from "../kit/shares.ts";
import type { TurnAnswerTrace, TurnBoundary } from "../wire/checks.ts";
import { goButton } from "./place.ts";
import { Run } from "./run.ts";
import type { Checking, Section } from "./section.ts";

import { drawValue, short } from "./value.ts";

/** Continuations at each place. */
const K = 4;

export class Decided implements Section {
  readonly element: HTMLElement;
  readonly title: string;
  readonly measured: string;
  readonly #checking: Checking;
  readonly #run: Run;
  readonly #result = element("div", {});
  #drawn: TurnAnswerTrace | undefined;

  constructor(checking: Checking) {
    this.#checking = checking;
    const { texts } = checking.store;
    this.title = texts.decided;
    this.measured = texts.decidedMeasured;
    this.#run = new Run(checking, {
      what: "trace_answer",
      act: "continue",
      start: texts.decidedStart,
      hint: texts.decidedWhat,
      counts: [K],
      under: texts.decidedUnder,
    });
    this.element = element("div", {}, this.#run.element, this.#result);
  }

  update(): void {
    const { turn, store } = this.#checking;
    const { answer_trace: trace, under } = turn.checks;
    const { texts } = store;
    // What was stopped can be gone on with.
    const isFound = trace?.decided !== undefined && !under?.trace_answer;
    this.#run.update(
      isFound ? K : 0,
      turn.texts.reasoning.begun ? undefined : texts.noThought,
      trace ? texts.decidedGoOn : texts.decidedStart,
    );
    if (trace === this.#drawn) return;
    this.#drawn = trace;
    this.#result.replaceChildren(
      ...(trace?.boundaries.length ? [this.#said(trace), this.#table(trace)] : []),
    );
  }

  #said({ answers: [own = ""], decided, turned, boundaries }: TurnAnswerTrace): HTMLElement {
    const { texts } = this.#checking.store;
    const words = [
      decided === undefined ? texts.undecided : texts.decidedFrom(decided, short(own)),
      turned === undefined ? "" : texts.turnedAt(turned + 1),
    ];
    const place = boundaries.find(({ step }) => step === (turned === undefined ? decided : turned + 1));
    return element(
      "p",
      { class: "r1-check-result", role: "status" },
      words.filter(Boolean).join(" "),
      ...(place && place.at > 0 ? [" ", this.#go(place)] : []),
    );
  }

  #go({ at, step }: TurnBoundary): HTMLButtonElement {
    const { texts } = this.#checking.store;
    // The last character that was kept.
    return goButton(this.#checking, "reasoning", Math.max(0, at - 1), at, texts.stepName(step));
  }

  #table({ answers, boundaries }: TurnAnswerTrace): HTMLElement {
    const { texts } = this.#checking.store;
    const isWithout = boundaries.some(({ without }) => without > 0);
    const name = (answer: string, index: number) =>
      element(
        "th",
        { scope: "col" },
        element(
          "span",
          { "aria-hidden": "true" },
          drawShares(answers.map((_, at) => Number(at === index)).concat(0)),
        ),
        drawValue(answer),
      );
    const row = (boundary: TurnBoundary) => {
      const { step, counts, without } = boundary;
      const figures = [...answers.map((_, index) => counts[index] ?? 0), ...(isWithout ? [without] : [])];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, step === 0 ? texts.nothingKept : texts.stepName(step)),
        ...figures.map(count => element("td", {}, String(count))),
        element("td", { "aria-hidden": "true" }, drawShares([...counts, without])),
        element("td", {}, ...(step > 0 ? [this.#go(boundary)] : [])),
      );
    };
    const table = element(
      "table",
      { class: "r1-check-table" },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, texts.keptSteps),
          ...answers.map(name),
          ...(isWithout ? [element("th", { scope: "col" }, texts.noValue)] : []),
          element("td", {}),
          element("td", {}),
        ),
      ),
      element("tbody", {}, ...boundaries.map(row)),
    );
    return element("div", { class: "r1-table" }, table);
  }
}
