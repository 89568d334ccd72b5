// The trace: what the model thought, in a disclosure, with what stands above it: the head, the search, the loop's line. When it is
// open is told in fold.ts; what is folded isn't drawn. The text and its outline are in columns.ts.

import { element, uniqueId } from "../dom/dom.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { type Beside, NOTHING } from "./beside.ts";
import { Columns } from "./columns.ts";
import { Counter } from "./counter.ts";
import { FindBar } from "./findbar.ts";
import { Fold } from "./fold.ts";
import { Head } from "./head.ts";
import { LoopLine } from "./loopline.ts";
import { Preview } from "./preview.ts";
import type { StepAct } from "./stepacts.ts";
import type { Thought } from "./thought.ts";
import { Warning } from "./warning.ts";

/** Ms of drawing at the reader's click, so that a thought of usual length is there at once. */
const AT_ONCE = 40;

/** What belongs to the turn and has its place in the trace. */
export interface TraceParts {
  /** Stands in the place of the thought while it is edited. */
  editor: HTMLElement;
  /** Opens the editor. */
  edit: HTMLElement;
  /** The way to other versions of the thought; hidden where there are none. */
  arrows: HTMLElement;
  answerNow: HTMLElement;
}

export interface TraceOptions {
  store: Store;
  signal: AbortSignal;
  /** Tell a screen reader. */
  announce: (text: string) => void;
  /** The reader goes elsewhere than to the end. */
  leave: () => void;
  parts: TraceParts;
  /** What can be done with a step besides. */
  stepActs?: readonly StepAct[];
}

export class Trace {
  readonly element: HTMLElement;
  readonly #turn: Turn;
  readonly #fold: Fold;
  readonly #head: Head;
  readonly #counter: Counter;
  readonly #preview: Preview;
  readonly #warning: Warning;
  readonly #body: HTMLElement;
  readonly #thought: Thought;
  readonly #find: FindBar;
  readonly #arrows: HTMLElement;
  readonly #loop: LoopLine;
  readonly #columns: Columns;
  /** UTF-16 units of the text that have been given to the thought. */
  #given = 0;
  #beside = NOTHING;
  #isCut = false;

  constructor(turn: Turn, { store, signal, announce, leave, parts, stepActs }: TraceOptions) {
    this.#turn = turn;
    this.#fold = new Fold(store.traits, open => this.#opened(open));
    this.#arrows = parts.arrows;
    const { texts } = store;
    const id = uniqueId("thought");
    const isOpen = () => this.#fold.isOpen;
    this.#columns = new Columns({ store, turn, signal, isOpen, top: () => top, leave, stepActs });
    this.#thought = this.#columns.thought;
    this.#thought.mark(turn.authors.reasoning);
    this.#loop = new LoopLine({
      store,
      turn,
      signal,
      announce,
      kind: "reasoning",
      jump: at => this.#jumpTo(at),
    });
    this.#find = new FindBar(this.#thought, texts, signal, () => this.#head.focusFind());
    this.#body = element(
      "div",
      { id, class: "r1-body", role: "region", "aria-label": texts.thoughtRegion, hidden: true, inert: true },
      parts.editor,
      this.#columns.element,
    );
    this.#counter = new Counter({
      turn,
      texts,
      signal,
      steps: () => this.#thought.steps,
      ticked: () => this.#ticked(),
    });
    this.#preview = new Preview(turn, signal);
    this.#preview.element.addEventListener("click", () => this.#choose(true), { signal });
    this.#head = new Head({
      turn,
      texts,
      signal,
      body: id,
      outline: this.#columns.outlineId,
      counter: this.#counter.element,
      before: [parts.arrows, parts.answerNow],
      edit: parts.edit,
      toggle: () => this.#choose(!this.#fold.isOpen),
      toggleOutline: () => this.#showOutline(!this.#columns.isOutlined),
      find: () => this.find(),
      toRemark: () => this.#jumpTo(this.#beside.remarks[0]?.at ?? 0),
    });
    this.#warning = new Warning(turn, announce, texts);
    // Stays in sight, however long the thought: the fold, the counter and the tools are at hand while the end is followed.
    const top = element(
      "div",
      { class: "r1-top" },
      this.#head.element,
      this.#loop.element,
      this.#find.element,
    );
    this.element = element(
      "section",
      { class: "r1-trace", hidden: true },
      top,
      this.#warning.element,
      this.#preview.element,
      this.#body,
    );
    this.#keepBelow(top, signal);
    this.#thought.pull = () => this.#give();
    this.#thought.drawn = () => this.#find.drawn();
  }

  /** Whether it is open, as the reader left it; undefined: they haven't said. */
  get chosen(): boolean | undefined {
    return this.#fold.chosen;
  }

  /** Be open, or folded, as the reader had another version of it. */
  choose(open: boolean): void {
    if (!this.isEmpty && open !== this.#fold.isOpen) this.#choose(open);
  }

  /** What is said of its steps, beside them. */
  stand(beside: Beside): void {
    if (beside === this.#beside) return;
    this.#beside = beside;
    this.#head.remark(beside.total, beside.remarks.length);
    this.#columns.stand(beside);
  }

  /** From the character `at` on, in UTF-16 units, nothing is to be seen; undefined: all is. */
  hideFrom(at: number | undefined): void {
    const isCut = at !== undefined;
    this.#columns.hideFrom(at);
    if (isCut !== this.#isCut) this.#find.redrawn();
    this.#isCut = isCut;
  }

  /** The thought as it is drawn, to mark places of it. */
  get text(): Thought {
    return this.#thought;
  }

  /** Open the step that has the character `at`, in UTF-16 units, and the thought, so that it can be seen. */
  openAt(at: number): Element | undefined {
    this.#give();
    if (!this.#fold.isOpen) this.#choose(true);
    return this.#thought.unfold(at)?.element;
  }

  get isEmpty(): boolean {
    return !this.#turn.texts.reasoning.begun;
  }

  /** The turn's state or text has changed, or how a thought is to be shown. */
  update(): void {
    const { state, texts: written } = this.#turn;
    const { begun } = written.reasoning;
    const warned = this.#warning.update();
    this.#loop.update();
    // A version without a thought has its arrows here all the same.
    const versioned = !this.#arrows.hidden;
    this.element.hidden = !begun && !warned && !versioned;
    this.#head.element.hidden = !begun && !versioned;
    const thinkingNow = begun && state.state === "running" && !written.answer.begun;
    // Folded, it isn't drawn, but its steps are counted.
    if (thinkingNow) this.#give();
    this.#head.update(begun, thinkingNow);
    this.#counter.count(thinkingNow);
    // Each step has taken what it took.
    if (!thinkingNow) this.#columns.update();
    if (!begun) return;
    this.#fold.follow(thinkingNow, written.answer.begun);
    this.element.classList.toggle("r1-thinking", thinkingNow);
    this.#preview.show(thinkingNow && !this.#fold.isOpen && !this.#isCut);
    this.grown();
  }

  /** The text has grown; what is counted is shown once a second. */
  grown(): void {
    if (this.#fold.isOpen) this.#thought.wake();
    else this.#preview.grown();
  }

  /** The text is another one now. */
  replaced(): void {
    this.#thought.clear();
    this.#thought.mark(this.#turn.authors.reasoning);
    this.#given = 0;
    this.update();
  }

  /** The characters as they were written, or the markdown. */
  show(raw: boolean): void {
    this.#thought.show(raw);
    // Folded, it is drawn when it is opened.
    if (this.#fold.isOpen) this.#thought.settle(AT_ONCE);
    this.#find.redrawn();
  }

  /** The editor has opened, or closed, in the place of the text. */
  edit(open: boolean): void {
    if (open) this.#choose(true); // or it would fold over the editor when the answer begins
    this.#columns.element.hidden = open;
    if (!open) this.#thought.wake();
  }

  /** Find words in the thought, which is opened if need be. */
  find(): void {
    if (!this.#fold.isOpen) this.#choose(true);
    this.#find.open();
  }

  /** It is printed, or has been. */
  print(printing: boolean): void {
    this.#fold.print(printing);
    if (printing) this.#thought.settle();
  }

  /** By the reader. */
  #choose(open: boolean): void {
    this.#fold.choose(open);
    this.update();
    if (open) this.#thought.settle(AT_ONCE);
  }

  #opened(open: boolean): void {
    this.#head.opened(open);
    this.#body.hidden = !open;
    this.#body.inert = !open;
    if (open) {
      this.#columns.update();
      this.#thought.wake();
    } else {
      this.#thought.sleep();
      this.#find.close();
    }
  }

  /** The outline stays in sight, too, below what stands above it. */
  #keepBelow(top: HTMLElement, signal: AbortSignal): void {
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      this.#columns.below(entry?.borderBoxSize[0]?.blockSize ?? 0);
    });
    observer.observe(top);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  }

  #ticked(): void {
    this.#head.breathe();
    this.#give();
    this.#warning.update();
    this.#columns.update();
  }

  #showOutline(open: boolean): void {
    this.#head.outlined(open);
    this.#columns.outline(open);
  }

  #jumpTo(at: number): void {
    if (!this.#fold.isOpen) this.#choose(true);
    this.#columns.jumpTo(at);
  }

  #give(): void {
    const { state, texts: written } = this.#turn;
    const news = written.reasoning.since(this.#given);
    this.#thought.write(news);
    this.#given = written.reasoning.units;
    // A thought may grow behind some of the answer: then another one.
    if (state.state === "ended" || (written.answer.begun && news === "")) this.#thought.end();
  }
}
