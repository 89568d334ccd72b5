// The trace: what the model thought, in a disclosure, with an outline and a search. Open while the model thinks, folded
// when the answer begins (or as the trait `unfold` says), and after the reader's own click as the reader left it. What
// is folded isn't drawn.

import { element, uniqueId } from "../dom/dom.ts";
import { onScroll, reveal } from "../dom/scroll.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { FindBar } from "./findbar.ts";
import { Head } from "./head.ts";
import { LoopLine } from "./loopline.ts";
import { Outline } from "./outline.ts";
import type { StepView } from "./step.ts";
import { StepActs } from "./stepacts.ts";
import { Thought } from "./thought.ts";
import { Warning } from "./warning.ts";

/** Ms of drawing at the reader's click, so that a thought of usual length is there at once. */
const AT_ONCE = 40;
/** Pixels below the trace's head to which the outline leads, and a little more at which the reader is taken to read. */
const LEADS = 10;
const READS = 18;

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
}

export class Trace {
  readonly element: HTMLElement;
  readonly #turn: Turn;
  readonly #store: Store;
  readonly #leave: () => void;
  readonly #head: Head;
  readonly #top: HTMLElement;
  readonly #warning: Warning;
  readonly #body: HTMLElement;
  readonly #thought: Thought;
  readonly #outline: Outline;
  readonly #find: FindBar;
  readonly #arrows: HTMLElement;
  readonly #stepActs: StepActs;
  readonly #loop: LoopLine;
  readonly #columns: HTMLElement;
  /** UTF-16 units of the text that have been given to the thought. */
  #given = 0;
  #open = false;
  #touched = false;
  #wasOpen: boolean | undefined;

  constructor(turn: Turn, { store, signal, announce, leave, parts }: TraceOptions) {
    this.#turn = turn;
    this.#store = store;
    this.#leave = leave;
    this.#arrows = parts.arrows;
    const { texts } = store;
    const id = uniqueId("thought");
    const outlineId = uniqueId("outline");
    this.#thought = new Thought(texts, signal);
    this.#thought.mark(turn.authors.reasoning);
    this.#stepActs = new StepActs(store, turn, signal).forPointer();
    this.#loop = new LoopLine({ store, turn, signal, announce, jump: at => this.#jumpTo(at) });
    const timeline = turn.timeline;
    this.#outline = new Outline({
      thought: this.#thought,
      timeline,
      texts,
      signal,
      jump: step => this.#jump(step),
      acts: new StepActs(store, turn, signal),
    });
    this.#outline.element.id = outlineId;
    this.#find = new FindBar(this.#thought, texts, signal, () => this.#head.focusFind());
    const prose = element(
      "div",
      // The language is not the interface's, and not known.
      { class: "r1-thought r1-prose", dir: "auto", lang: "" },
      this.#thought.element,
    );
    this.#columns = element("div", { class: "r1-columns" }, this.#outline.element, prose);
    this.#body = element(
      "div",
      { id, class: "r1-body", role: "region", "aria-label": texts.thoughtRegion, hidden: true, inert: true },
      parts.editor,
      this.#columns,
    );
    this.#head = new Head({
      turn,
      texts,
      signal,
      body: id,
      outline: outlineId,
      before: [parts.arrows, parts.answerNow],
      edit: parts.edit,
      toggle: () => this.#toggle(),
      toggleOutline: () => this.#showOutline(!this.#outline.isOpen),
      find: () => this.find(),
      ticked: () => {
        this.#warning.update();
        this.#outline.update();
      },
    });
    this.#warning = new Warning(turn, announce, texts);
    this.#top = element(
      "div",
      { class: "r1-top" },
      this.#head.element,
      this.#loop.element,
      this.#find.element,
    );
    this.element = element(
      "section",
      { class: "r1-trace", hidden: true },
      // Stays in sight, however long the thought: the fold, the counter and the tools are at hand while the end is followed.
      this.#top,
      this.#warning.element,
      this.#body,
    );
    prose.addEventListener("pointerover", event => this.#pointed(event), { signal });
    this.#thought.changed = () => this.#outline.update();
    this.#thought.pull = () => this.#give();
    this.#thought.drawn = () => this.#find.drawn();
    this.#thought.folded = step => this.#outline.folded(step);
    const outlined = () => this.#open && this.#outline.isOpen;
    onScroll(this.element, outlined, () => this.#markHere(), signal);
  }

  get open(): boolean {
    return this.#open;
  }

  /** As the reader left it; undefined: they haven't said. */
  get chosen(): boolean | undefined {
    return this.#touched ? this.#open : undefined;
  }

  /** Be open, or folded, as the reader had another version of it. */
  choose(open: boolean): void {
    if (!this.isEmpty && open !== this.#open) this.#toggle();
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
    this.#head.update(begun, thinkingNow);
    // Each step has taken what it took.
    if (!thinkingNow) this.#outline.update();
    if (!begun) return;
    if (!this.#touched) this.#follow(thinkingNow);
    this.element.classList.toggle("r1-thinking", thinkingNow);
    if (this.#open) this.#thought.wake();
  }

  /** The text has grown; what is counted is shown once a second. */
  grown(): void {
    if (this.#open) this.#thought.wake();
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
    if (this.#open) this.#thought.settle(AT_ONCE);
    this.#find.redrawn();
  }

  /** The editor has opened, or closed, in the place of the text. */
  edit(open: boolean): void {
    if (open && !this.#open) this.#toggle();
    if (open) this.#touched = true; // or it would fold over the editor when the answer begins
    this.#columns.hidden = open;
    if (!open) this.#thought.wake();
  }

  /** Find words in the thought, which is opened if need be. */
  find(): void {
    if (!this.#open) this.#toggle();
    this.#find.open();
  }

  /** On paper all of the thought is there, and afterwards it is as it was. */
  print(printing: boolean): void {
    if (printing) {
      this.#wasOpen = this.#open;
      this.#setOpen(true);
      this.#thought.settle();
    } else if (this.#wasOpen !== undefined) {
      this.#setOpen(this.#wasOpen);
      this.#wasOpen = undefined;
    }
  }

  /** Open or closed as long as the reader has not said. A thought that was stopped has no answer to make room for. */
  #follow(thinkingNow: boolean): void {
    const { unfold } = this.#store.traits;
    if (unfold !== "auto") this.#setOpen(unfold === "always");
    else if (thinkingNow) this.#setOpen(true);
    else if (this.#turn.texts.answer.begun) this.#setOpen(false);
  }

  #toggle(): void {
    this.#touched = true;
    this.#setOpen(!this.#open);
    this.update();
    if (this.#open) this.#thought.settle(AT_ONCE);
  }

  #setOpen(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#head.opened(open);
    this.#body.hidden = !open;
    this.#body.inert = !open;
    if (open) {
      this.#thought.wake();
    } else {
      this.#thought.sleep();
      this.#find.close();
    }
  }

  #showOutline(open: boolean): void {
    this.#head.outlined(open);
    this.#outline.open(open);
    this.#markHere();
  }

  #jump(step: StepView): void {
    this.#leave();
    step.element.style.scrollMarginTop = `${this.#top.offsetHeight + LEADS}px`;
    reveal(step.element, "start");
    this.#outline.markHere(step);
  }

  #jumpTo(at: number): void {
    if (!this.#open) this.#toggle();
    const step = this.#thought.steps.find(({ end }) => end > at);
    if (step) this.#jump(step);
  }

  /** The acts stand in the step that the pointer is on. */
  #pointed(event: PointerEvent): void {
    const step = this.#thought.stepOf(event.target as Node);
    if (step) this.#stepActs.stand(step, step.element);
  }

  #markHere(): void {
    if (!this.#outline.isOpen || !this.#open) return;
    const { bottom } = this.#top.getBoundingClientRect();
    this.#outline.markHere(this.#thought.stepAt(Math.max(bottom, 0) + READS));
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
