// One turn on screen: the question, the trace, the answer, a line below, and what opens below that.

import { Checked } from "../checking/checked.ts";
import { CheckChip } from "../checking/chip.ts";
import { Expecting } from "../checking/expecting.ts";
import { Hint } from "../checking/hint.ts";
import { TurnMarks } from "../checking/marks.ts";
import { Noting } from "../checking/noting.ts";
import { element, isThere } from "../dom/dom.ts";
import { type Draw, schedule, unschedule } from "../dom/frames.ts";
import { Passage } from "../markdown/passage.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { Texts } from "../texts/index.ts";
import { LoopLine } from "../thought/loopline.ts";
import { Trace } from "../thought/trace.ts";
import { forkOf } from "../versions/versions.ts";
import { Acts } from "./acts.ts";
import { Agreement } from "./agreement.ts";
import { Asked } from "./asked.ts";
import { Bar } from "./bar.ts";
import { itemsOf } from "./menu.ts";
import { Panels } from "./panels.ts";
import { announced, type Phase, phaseOf } from "./phase.ts";
import { selectionIn } from "./selection.ts";
import { stepActs } from "./stepacts.ts";
import { toMarkdown } from "./transcript.ts";

const CONTENT = { dir: "auto", lang: "" };

export interface TurnOptions {
  store: Store;
  signal: AbortSignal;
  /** Tell a screen reader. */
  announce: (text: string) => void;
  /** Whether a running turn has a Stop of its own; in a chat the composer has it. */
  stoppable: boolean;
  /** The reader goes elsewhere than to the end. */
  leave: () => void;
  /** Copy that text; the button says that it is done. */
  copy: (button: HTMLElement, text: string) => void;
  /** Offer this turn as a file. Undefined: there is nobody to make one. */
  exportTurn?: ((id: string) => void) | undefined;
}

export class TurnView {
  readonly element: HTMLElement;
  readonly turn: Turn;
  readonly #options: TurnOptions;
  readonly #texts: Texts;
  readonly #controller = new AbortController();
  readonly #trace: Trace;
  readonly #answer = element("div", { class: "r1-answer r1-prose", ...CONTENT });
  readonly #passage: Passage;
  readonly #loop: LoopLine;
  readonly #draw: Draw = deadline => this.#passage.draw(deadline);
  readonly #bar: Bar;
  readonly #acts: Acts;
  readonly #panels: Panels;
  readonly #marks: TurnMarks;
  readonly #checked: Checked;
  readonly #checkChip: CheckChip;
  readonly #noting: Noting;
  readonly #expecting: Expecting;
  readonly #agreement: Agreement;
  #phase: Phase | undefined;
  /** How many there were. */
  #versions = 0;
  /** UTF-16 units of the answer that have been given to the passage. */
  #given = 0;

  constructor(turn: Turn, options: TurnOptions) {
    this.turn = turn;
    this.#options = options;
    const { store } = options;
    const { texts } = store;
    const { id, question } = turn.state;
    this.#texts = texts;
    const signal = AbortSignal.any([options.signal, this.#controller.signal]);
    this.#acts = new Acts({
      store,
      turn,
      signal,
      edited: (part, open) => {
        if (part === "reasoning") this.#trace.edit(open);
        else hidden[part].classList.toggle("r1-edited", open);
      },
    });
    const asked = new Asked({ question, texts, signal, acts: this.#acts });
    const hidden = { question: asked.bubble, answer: this.#answer };
    const { editors, edit, arrows, answerNow } = this.#acts;
    const parts = {
      editor: editors.reasoning.element,
      edit: edit.reasoning.button,
      arrows: arrows.reasoning.element,
      answerNow: answerNow.button,
    };
    const acts = stepActs(store, turn, {
      note: step => this.#noting.open(this.#noting.place("reasoning", step.start, step.end)),
      hidden: () => this.#expecting.focus(),
    });
    this.#trace = new Trace(turn, { ...options, signal, parts, stepActs: acts });
    this.#passage = new Passage(this.#answer, texts);
    this.#passage.mark(turn.authors.answer, 0);
    signal.addEventListener("abort", () => this.#passage.unmark(), { once: true });
    this.#marks = new TurnMarks({
      turn,
      texts: { reasoning: this.#trace.text, answer: this.#passage },
      open: (kind, at) => {
        options.leave();
        return kind === "reasoning" ? this.#trace.openAt(at) : this.#answer;
      },
      signal,
    });
    const { announce } = options;
    const changed = () => this.#panels.grown();
    this.#noting = new Noting({ store, turn, marks: this.#marks, signal, announce, changed });
    this.#expecting = new Expecting({
      store,
      turn,
      signal,
      noting: this.#noting,
      next: () => this.#nextStep(),
      shown: at => {
        this.#bar.menu.button.focus({ preventScroll: true });
        if (at !== undefined) this.#marks.go("reasoning", at);
      },
    });
    this.#checked = new Checked(
      turn,
      texts,
      this.#marks,
      beside => this.#trace.stand(beside),
      () => (this.#expecting.hides ? (store.unseen.from(turn) ?? Number.POSITIVE_INFINITY) : undefined),
    );
    this.#checkChip = new CheckChip(turn, texts, signal, () => this.#panels.toggle("check"));
    this.#panels = new Panels({
      store,
      turn,
      signal,
      marks: this.#marks,
      noting: this.#noting,
      announce,
      pick: other => this.#acts.steer({ type: "select", turn: other }),
      changed: () => this.#compare(),
    });
    this.#agreement = new Agreement({ store, signal, toggle: () => this.#panels.toggle("forks") });
    this.#loop = new LoopLine({ ...options, turn, signal, kind: "answer" });
    const { exportTurn } = options;
    const items = () =>
      itemsOf({
        store,
        turn,
        acts: this.#acts,
        panels: this.#panels,
        isHidden: this.#expecting.hides,
        note: () =>
          this.#noting.open({ kind: turn.texts.answer.begun ? "answer" : "reasoning", start: 0, end: 0 }),
        noteSelection: this.writer(selectionIn(this.element)),
        isRaw: this.#passage.raw,
        toggleSource: () => this.#showSource(!this.#passage.raw),
        copyMarkdown: () => options.copy(this.#bar.menu.button, this.textFor("copy-markdown")),
        exportTurn: exportTurn && (() => exportTurn(id)),
      });
    this.#bar = new Bar({
      ...options,
      turn,
      signal,
      acts: this.#acts,
      chip: this.#agreement.chip,
      found: this.#checkChip.element,
      isHidden: () => this.#expecting.hides,
      check: () => this.#panels.toggle("check"),
      items,
    });
    signal.addEventListener("abort", () => unschedule(this.#draw), { once: true });
    this.element = element(
      "article",
      { class: "r1-turn", "data-turn": id },
      asked.element,
      this.#trace.element,
      this.#expecting.element,
      this.#answer,
      editors.answer.element,
      this.#noting.element,
      this.#loop.element,
      this.#bar.alert,
      this.#bar.element,
      this.#panels.element,
    );
    new Hint({ marks: this.#marks, root: this.element, within: ".r1-prose", signal });
    this.update();
    // Not with the focus, as the editors.
    if (store.drafts.notesOf(id).length > 0) queueMicrotask(() => !signal.aborted && this.#noting.restore());
  }

  /** What writes a note at what is selected; undefined: nothing of the texts is, or nobody can. */
  writer(range: Range | undefined): (() => void) | undefined {
    const place = range && this.#acts.isHeard ? this.#noting.selected(range) : undefined;
    return place && (() => this.#noting.open(place));
  }

  /** What a button copies: a text as it was written, or all of it as markdown. */
  textFor(act: string): string {
    const { reasoning, answer } = this.turn.texts;
    if (act === "copy-question") return this.turn.state.question;
    if (act === "copy-thought") return reasoning.value.trim();
    return act === "copy-markdown" ? toMarkdown(this.turn, this.#texts) : answer.value.trim();
  }

  get trace(): Trace {
    return this.#trace;
  }

  /** The turn's state or text has changed. */
  update(): void {
    const { activeElement = null } = this.element.getRootNode() as Partial<Document>;
    this.#update();
    if (activeElement && this.element.contains(activeElement) && !isThere(activeElement))
      this.#refocus(activeElement);
  }

  /** What had the keyboard is gone: it goes to what is beside it. */
  #refocus(lost: Element): void {
    const fold = lost.closest(".r1-trace")?.querySelector<HTMLElement>(".r1-fold");
    for (const next of [fold, this.#bar.menu.button])
      if (next && isThere(next)) {
        next.focus({ preventScroll: true });
        return;
      }
  }

  #update(): void {
    const phase = phaseOf(this.turn);
    if (phase !== this.#phase) {
      // What was there when the view was made is no news.
      const said = announced(phase, this.turn, this.#texts);
      const isHidden = phase === "ended" && this.#expecting.hides && this.turn.texts.answer.begun;
      const words = this.#phase === undefined ? "" : isHidden ? this.#texts.predictReady : said;
      if (words) this.#options.announce(words);
      this.#phase = phase;
      this.element.dataset.phase = phase;
    }
    // First, since the trace asks whether its arrows are there.
    this.#acts.update();
    this.#reveal();
    this.#trace.update();
    this.#loop.update();
    this.#give();
    this.#checked.update();
    this.#bar.update();
    this.#compare();
    this.#panels.grown();
  }

  /** More is known of it beyond its text. */
  checked(): void {
    this.#reveal();
    this.#give();
    this.#bar.update();
    this.#checked.update();
    this.#checkChip.update(this.#panels.shown === "check");
    this.#panels.grown();
  }

  /** Another turn of the tree has grown, or stands otherwise. */
  othersChanged(): void {
    this.#agreement.grown();
    this.#panels.grown();
  }

  /** There may be other versions; of most turns there aren't, and a long conversation has many. */
  treeMayHaveChanged(): void {
    const { length } = this.#options.store.turns.siblings(this.turn);
    if (length === this.#versions) return;
    this.#versions = length;
    this.treeChanged();
  }

  treeChanged(): void {
    this.#acts.update();
    this.#trace.update();
    this.#compare();
    this.#panels.grown();
  }

  /** A text has grown; nearly always that is all that has changed. */
  grown(): void {
    if (phaseOf(this.turn) !== this.#phase) {
      this.update();
      return;
    }
    this.#trace.grown();
    this.#give();
    this.#checked.update();
    this.#panels.grown();
  }

  /** Let the model come to its answer, if it thinks. */
  closeThinking(): void {
    this.#acts.closeThinking();
  }

  /** A text is another one now. */
  replaced(): void {
    this.#passage.clear();
    this.#given = 0;
    this.#checked.forget();
    this.#passage.mark(this.turn.authors.answer, 0);
    this.#trace.replaced();
    this.update();
  }

  remove(): void {
    this.#controller.abort();
    this.element.remove();
  }

  /** Of a fork: what its chip says, and whether the comparison is open. */
  #compare(): void {
    const fork = forkOf(this.#options.store.turns, this.turn);
    this.#panels.offer(fork);
    this.#agreement.update(fork, this.#panels.shown === "forks");
    this.#checkChip.update(this.#panels.shown === "check");
    this.#bar.arrange(this.#panels.shown === "check");
  }

  /** What the reader isn't to see yet is hidden, or shown. */
  #reveal(): void {
    this.#expecting.update();
    const { hides } = this.#expecting;
    this.element.classList.toggle("r1-unseen", hides);
    this.#trace.hideFrom(this.#options.store.unseen.from(this.turn));
    if (hides && this.#panels.shown) this.#panels.toggle(this.#panels.shown);
  }

  /** The first step that is hidden; while none has come, the one before it. */
  #nextStep(): { start: number; end: number } | undefined {
    const { steps } = this.#trace.text;
    const from = this.#options.store.unseen.from(this.turn) ?? 0;
    const next = steps.find(({ start }) => start >= from);
    return next ?? (this.#phase === "thinking" ? steps.at(-1) : undefined);
  }

  #give(): void {
    const { answer } = this.turn.texts;
    const { hides } = this.#expecting;
    this.#answer.hidden = !answer.begun || hides;
    if (hides) return;
    const isEnding = this.#phase === "ended" && !this.#passage.ended;
    if (answer.begun && this.#given !== answer.units) this.#passage.write(answer.since(this.#given));
    else if (!isEnding) return;
    this.#given = answer.units;
    if (isEnding) this.#passage.end();
    schedule(this.#draw);
  }

  /** The characters as they were written, or the markdown; of the thought too. */
  #showSource(raw: boolean): void {
    this.#passage.show(raw);
    schedule(this.#draw);
    this.#trace.show(raw);
  }
}
