// The one chip at an answer that says what was found: what matters most, in words. A press opens the panel, which has all of it.

import { relabel } from "../kit/button.ts";
import { chipButton } from "../kit/chip.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { joined } from "../texts/numbers.ts";
import type { TurnChecks } from "../wire/checks.ts";
import { isSeldom } from "./support.ts";
import { short } from "./value.ts";

/** Empty: there is nothing to say. */
export function chipText({ checks }: Turn, texts: Texts): string {
  const { notes = [] } = checks;
  return joined([foundText(checks, texts), notes.length > 0 ? texts.noteCount(notes.length) : ""]);
}

function foundText({ check, findings = [], answer_trace: trace, under }: TurnChecks, texts: Texts): string {
  if (under?.check) return texts.asking(under.check);
  if (under?.trace_answer) return texts.looking(under.trace_answer);
  const found = findings.length > 0 ? texts.findings(findings.length) : "";
  if (check && check.samples.length > 0) {
    const groups = check.groups.map(({ value, by, members }) => ({
      value: short(value),
      by,
      turns: members.map(String),
    }));
    const seldom = check.support.filter(isSeldom).length;
    const said =
      check.by === "value"
        ? texts.agreement(groups, check.without.length)
        : seldom > 0
          ? texts.seldom(seldom)
          : texts.checked(check.samples.length);
    return joined([said, found]);
  }
  if (found) return found;
  return trace?.decided === undefined ? "" : texts.decidedFrom(trace.decided, short(trace.answers[0] ?? ""));
}

export class CheckChip {
  readonly element: HTMLButtonElement;
  readonly #turn: Turn;
  readonly #texts: Texts;

  constructor(turn: Turn, texts: Texts, signal: AbortSignal, toggle: () => void) {
    this.#turn = turn;
    this.#texts = texts;
    this.element = chipButton("", { class: "r1-check-chip" });
    this.element.hidden = true;
    this.element.addEventListener("click", toggle, { signal });
  }

  update(isOpen: boolean): void {
    const text = chipText(this.#turn, this.#texts);
    this.element.hidden = text === "";
    relabel(this.element, text);
    // What is long is cut off on the chip.
    this.element.title = text ? `${text}\n${this.#texts.checkActHint}` : "";
    this.element.setAttribute("aria-pressed", String(isOpen));
  }
}
