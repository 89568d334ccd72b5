// What a person can do with one turn: edit its parts, make versions, walk through them, see what changed. Buttons and panels,
// which the views of the turn and of its thought put in their places.

import { element } from "../dom/dom.ts";
import { reveal } from "../dom/scroll.ts";
import { ActionButton } from "../kit/actionbutton.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { Arrows } from "../versions/arrows.ts";
import { Comparison } from "../versions/compare.ts";
import { DiffView } from "../versions/diffview.ts";
import { Editor } from "../versions/editor.ts";
import { firstOf, forkOf, versionsOf } from "../versions/versions.ts";
import type { Steering } from "../wire/commands.ts";
import type { Part } from "../wire/protocol.ts";

const PARTS: readonly Part[] = ["question", "reasoning", "answer"];

export interface ActsOptions {
  store: Store;
  turn: Turn;
  signal: AbortSignal;
  /** An editor has opened, or closed: the text of that part is hidden meanwhile. */
  edited: (part: Part, open: boolean) => void;
}

export class Acts {
  readonly arrows: Record<Part, Arrows>;
  readonly editors: Record<Part, Editor>;
  /** Opens the editor of a part. */
  readonly edit: Record<Part, ActionButton>;
  readonly answerNow: ActionButton;
  readonly thinkMore: ActionButton;
  /** Goes on where the turn ended early. */
  readonly resume: ActionButton;
  /** Beside the answer: versions and what to do with them. */
  readonly tools: HTMLElement;
  /** Below the answer. */
  readonly panels = element("div", { class: "r1-panels" });
  readonly #options: ActsOptions;
  readonly #buttons: ActionButton[];
  readonly #changes: ActionButton;
  readonly #compare: ActionButton;
  readonly #regenerate: ActionButton;
  readonly #several: ActionButton;
  #forksShown = false;
  #panel: { view: DiffView | Comparison; gone: AbortController; of: "changes" | "forks" } | undefined;

  constructor(options: ActsOptions) {
    this.#options = options;
    const { store, turn, signal, edited } = options;
    const { texts } = store;
    const each = <T>(make: (part: Part) => T) =>
      Object.fromEntries(PARTS.map(part => [part, make(part)])) as Record<Part, T>;
    this.arrows = each(part => new Arrows(store, turn, part, signal));
    this.editors = each(part => {
      const opened = (open: boolean) => edited(part, open);
      return new Editor({ store, turn, part, signal, opened });
    });
    this.edit = each(part => {
      const act = part === "question" ? "ask" : "continue";
      const action = new ActionButton({
        able: store.traits,
        act,
        label: texts.edit,
        title: texts.editPart(part),
        signal,
        press: () => this.editors[part].open(),
      });
      action.button.setAttribute("aria-label", texts.editPart(part));
      action.button.dataset.r1Focus = `edit ${part}`;
      return action;
    });
    const { id } = turn.state;
    this.answerNow = new ActionButton({
      able: store.traits,
      act: "answer_now",
      label: texts.answerNow,
      title: texts.answerNowHint,
      signal,
      press: () => this.closeThinking(),
    });
    this.thinkMore = new ActionButton({
      able: store.traits,
      act: "think_more",
      label: texts.thinkMore,
      title: texts.thinkMoreHint,
      signal,
      press: () => {
        this.thinkMore.button.setAttribute("aria-pressed", "true");
        this.#steer({ type: "think_more", turn: id });
      },
    });
    // What was never begun is asked anew, which any engine can.
    const able = { cannot: () => (this.#isWritten ? store.traits.cannot("continue") : undefined) };
    this.resume = new ActionButton({
      able,
      act: "continue",
      label: texts.resume,
      title: texts.resumeHint,
      signal,
      press: () => this.#steer({ type: "resume", turn: id }),
    });
    this.#regenerate = new ActionButton({
      able: store.traits,
      act: "ask",
      label: texts.regenerate,
      title: texts.regenerateHint,
      signal,
      press: () => this.#steer({ type: "regenerate", turn: id }),
    });
    this.#several = new ActionButton({
      able: store.traits,
      act: "ask",
      label: "",
      title: "",
      signal,
      press: () => this.#steer({ type: "regenerate", turn: id, n: store.forks }),
    });
    this.#changes = new ActionButton({
      able: store.traits,
      label: texts.changes,
      title: texts.changesHint,
      signal,
      press: () => this.#toggle("changes"),
    });
    this.#compare = new ActionButton({
      able: store.traits,
      label: "",
      title: texts.compareForksHint,
      signal,
      press: () => this.#toggle("forks"),
    });
    this.tools = element(
      "span",
      { class: "r1-acts" },
      this.edit.answer.button,
      this.thinkMore.button,
      this.resume.button,
      this.#regenerate.button,
      this.#several.button,
      // What stays in sight is last, at the edge.
      this.#changes.button,
      this.#compare.button,
      this.arrows.answer.element,
    );
    this.#buttons = [
      this.answerNow,
      this.thinkMore,
      this.resume,
      this.#regenerate,
      ...PARTS.map(part => this.edit[part]),
    ];
    for (const part of PARTS)
      if (store.drafts.get(id, part) !== undefined)
        // Not with the focus: it comes back with its turn, and the reader is elsewhere.
        queueMicrotask(() => !signal.aborted && this.editors[part].open(false));
    signal.addEventListener("abort", () => this.#panel?.gone.abort(), { once: true });
  }

  /** Let the model come to its answer. */
  closeThinking(): void {
    const { store, turn } = this.#options;
    if (store.traits.cannot("answer_now") !== undefined || this.answerNow.button.hidden) return;
    this.answerNow.button.setAttribute("aria-pressed", "true");
    this.#steer({ type: "answer_now", turn: turn.state.id });
  }

  /** The turn, or the tree, has changed. */
  update(): void {
    const { store, turn } = this.#options;
    const { state, version, finish_reason, interrupted } = turn.state;
    for (const part of PARTS) this.arrows[part].update();
    for (const action of this.#buttons) action.update();
    const ended = state === "ended";
    const thinking = this.#isThinking;
    this.answerNow.button.hidden = !(
      thinking ||
      (ended && turn.texts.reasoning.begun && !turn.texts.answer.begun)
    );
    this.thinkMore.button.hidden = !(thinking || (ended && turn.texts.reasoning.begun));
    if (!thinking) this.#release();
    const early = ended && finish_reason !== undefined && finish_reason !== "stop";
    this.resume.button.hidden = !(early && (interrupted || this.#isWritten));
    this.#regenerate.button.hidden = this.#several.button.hidden = !ended;
    const { forks, texts } = store;
    this.#several.call(`×${forks}`, texts.severalHint(forks), `${texts.regenerate} ×${forks}`);
    this.edit.question.button.hidden = state === "queued";
    this.edit.answer.button.hidden = !ended || !turn.texts.answer.begun;
    this.edit.reasoning.button.hidden = !turn.texts.reasoning.begun;
    this.#changes.button.hidden = version === undefined || store.turns.get(version.of) === undefined;
    const fork = forkOf(store.turns, turn);
    this.#compare.button.hidden = fork.length < 2;
    this.#compare.button.textContent = store.texts.compareForks(fork.length);
    // Who forks wants to see the continuations side by side; afterwards it is as they leave it.
    if (fork.length > 1 && !ended && !this.#forksShown && !this.#panel) {
      this.#forksShown = true;
      this.#open("forks");
    }
    this.#press();
  }

  /** A text has grown, here or in another version. */
  grown(): void {
    this.#panel?.view.update();
  }

  #release(): void {
    for (const { button } of [this.answerNow, this.thinkMore]) button.removeAttribute("aria-pressed");
  }

  get #isThinking(): boolean {
    const { state, texts } = this.#options.turn;
    return state.state === "running" && texts.reasoning.begun && !texts.answer.begun;
  }

  get #isWritten(): boolean {
    const { reasoning, answer } = this.#options.turn.texts;
    return reasoning.begun || answer.begun;
  }

  #steer(command: Steering): void {
    this.#options.store.steer(command).catch(() => this.#release()); // why is said
  }

  #toggle(of: "changes" | "forks"): void {
    const was = this.#panel?.of;
    this.#panel?.gone.abort();
    this.#panel?.view.element.remove();
    this.#panel = undefined;
    if (was !== of) this.#open(of);
    if (this.#panel) reveal(this.panels, "nearest");
    this.#press();
  }

  #open(of: "changes" | "forks"): void {
    const { store, turn, signal } = this.#options;
    const gone = new AbortController();
    const common = {
      texts: store.texts,
      signal: AbortSignal.any([signal, gone.signal]),
      close: () => this.#toggle(of),
    };
    const before = turn.state.version && store.turns.get(turn.state.version.of);
    if (of === "changes" && before) {
      const numbers = [this.#number(before), this.#number(turn)] as const;
      this.#panel = { view: new DiffView({ ...common, before, after: turn, numbers }), gone, of };
    } else if (of === "forks") {
      const turns = forkOf(store.turns, turn).map(({ state }) => state.id);
      const pick = (id: string) => this.#steer({ type: "select", turn: id });
      this.#panel = { view: new Comparison({ ...common, store, turns, pick }), gone, of };
    }
    if (this.#panel) this.panels.append(this.#panel.view.element);
  }

  /** Which version it is, by the part that the two differ in first. */
  #number(turn: Turn): number {
    const { turns } = this.#options.store;
    const part = this.#options.turn.state.version?.part ?? "answer";
    return versionsOf(turns, turn, part).indexOf(firstOf(turns, turn, part)) + 1;
  }

  #press(): void {
    this.#changes.button.setAttribute("aria-pressed", String(this.#panel?.of === "changes"));
    this.#compare.button.setAttribute("aria-pressed", String(this.#panel?.of === "forks"));
  }
}
