// Ask again: the same question several times more, which of the answers agree, and which terms of this one the others have, too.

import { element, setText } from "../dom/dom.ts";
import { AnswerGroup } from "./answergroup.ts";
import { Run } from "./run.ts";
import type { Checking, Section } from "./section.ts";
import { Support } from "./support.ts";

const COUNTS = [2, 4, 8] as const;

export class Again implements Section {
  readonly element: HTMLElement;
  readonly title: string;
  readonly measured: string;
  readonly #checking: Checking;
  readonly #run: Run;
  readonly #support: Support;
  readonly #agreement = element("p", { class: "r1-check-result", role: "status" });
  readonly #groups = element("div", { class: "r1-cards r1-check-groups" });
  #drawn: unknown;
  /** The answers that are open, by their number. */
  readonly #open = new Set<number>();

  constructor(checking: Checking) {
    this.#checking = checking;
    const { texts } = checking.store;
    this.title = texts.again;
    this.measured = texts.againMeasured;
    this.#run = new Run(checking, {
      what: "check",
      act: "ask",
      start: texts.againStart,
      hint: texts.againWhat,
      counts: COUNTS,
      countLabel: texts.againCount,
      under: texts.againUnder,
    });
    this.#support = new Support(checking);
    this.element = element(
      "div",
      {},
      this.#run.element,
      this.#agreement,
      this.#support.element,
      this.#groups,
    );
  }

  update(): void {
    const { check } = this.#checking.turn.checks;
    this.#run.update(check?.samples.length ?? 0);
    if (check === this.#drawn) return;
    this.#drawn = check;
    this.#support.update();
    const { texts } = this.#checking.store;
    if (!check) {
      setText(this.#agreement, "");
      this.#groups.replaceChildren();
      return;
    }
    const { by, groups, without, samples } = check;
    const card = (members: readonly number[], title: string, value = "") =>
      new AnswerGroup({ checking: this.#checking, members, samples, title, value, open: this.#open }).element;
    const compared = groups.map(({ members, ...group }) => ({ ...group, turns: members.map(String) }));
    const total = groups.reduce((sum, { members }) => sum + members.length, 0);
    // Of prose each is a text of its own, and what agrees is in its terms.
    const isApart = by === "text" && groups.every(({ members }) => members.length === 1);
    const others = samples.map((_, index) => index + 1);
    setText(this.#agreement, isApart ? "" : texts.agreement(compared, without.length));
    this.#groups.replaceChildren(
      ...(isApart
        ? [card(others, texts.otherAnswers(samples.length))]
        : compared.map((group, index) =>
            card(groups[index]?.members ?? [], texts.agreeing(group.turns.length, total, group), group.value),
          )),
      ...(!isApart && without.length > 0 ? [card(without, texts.unanswered(without.length))] : []),
    );
  }
}
