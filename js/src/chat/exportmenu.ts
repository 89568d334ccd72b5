// The conversation as a file, or as a cell of the notebook: what of it, with which thoughts, as what, and how large that is. The
// kernel makes it, and only what is to be kept travels: until then it says how large it would be.

import { element, setText, uniqueId } from "../dom/dom.ts";
import { download } from "../dom/download.ts";
import { button } from "../kit/button.ts";
import { type Field, tick } from "../kit/field.ts";
import { EXPORT } from "../kit/icons.ts";
import { Popover } from "../kit/popover.ts";
import type { Store } from "../state/store.ts";
import { THOUGHTS } from "../texts/en/exporting.ts";
import { type ExportRequest, Refusal } from "../wire/commands.ts";
import { cellBelow } from "../wire/notebook.ts";
import type { Exported } from "../wire/protocol.ts";
import type { Export } from "../wire/tokernel.ts";

/** What the browser is told of a file. */
const TYPES: Record<Export["format"], string> = {
  ".md": "text/markdown",
  ".html": "text/html",
  ".json": "application/json",
  ".ipynb": "application/x-ipynb+json",
  widget: "text/html",
};
const FORMATS = Object.keys(TYPES) as Export["format"][];
/** Those that hold every version. */
const HOLDS_ALL: readonly string[] = [".json", ".ipynb", "widget"] satisfies Export["format"][];
/** Those that may end with a table of the reader's notes. */
const HOLDS_TABLE: readonly string[] = [".md", ".html", ".ipynb"] satisfies Export["format"][];
const ALL = " all";
const BRANCH = " branch";
/** Characters of a question in the list. */
const SHOWN = 60;

export class ExportMenu {
  /** Opens and closes the menu; stands in the line above. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #menu: Popover;
  readonly #what: HTMLSelectElement;
  readonly #thought: HTMLSelectElement;
  readonly #format: HTMLSelectElement;
  readonly #notes: Field<boolean>;
  /** Only where there are notes, and in files that can have one. */
  readonly #notesLabel: HTMLElement;
  readonly #size = element("span", { class: "r1-export-size", role: "status" });
  readonly #said = element("span", { class: "r1-export-said", role: "status", hidden: true });
  readonly #download: HTMLButtonElement;
  readonly #insert: HTMLButtonElement;
  /** Which question of the size was the last. */
  #asked = 0;

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    const { texts } = store;
    this.button = button(texts.export, { icon: EXPORT, bare: true, title: texts.exportHint });
    const choice = (name: string) => {
      const select = element("select", { class: "r1-choice" });
      select.addEventListener("change", () => this.#chosen(), { signal });
      return [select, element("label", {}, element("span", {}, name), select)] as const;
    };
    const [what, whatLabel] = choice(texts.exportWhat);
    const [thought, thoughtLabel] = choice(texts.exportThought);
    const [format, formatLabel] = choice(texts.exportFormat);
    for (const as of THOUGHTS) thought.append(element("option", { value: as }, texts.exportThoughtAs(as)));
    thought.value = "folded";
    for (const each of FORMATS) format.append(element("option", { value: each }, texts.exportFormatOf(each)));
    [this.#what, this.#thought, this.#format] = [what, thought, format];
    this.#notes = tick(signal);
    this.#notes.changed = () => void this.#measure();
    this.#notesLabel = element("label", { class: "r1-export-notes" }, this.#notes.main, texts.exportNotes);
    this.#download = button(texts.download, { look: "solid", class: "r1-download" });
    this.#insert = button(texts.insertBelow, { look: "outlined", title: texts.insertBelowHint });
    this.element = element(
      "div",
      { id: uniqueId("export"), class: "r1-export", role: "group", "aria-label": texts.exportHint },
      element("div", { class: "r1-choices" }, whatLabel, thoughtLabel, formatLabel, this.#notesLabel),
      element(
        "div",
        { class: "r1-export-foot" },
        this.#size,
        element("span", { class: "r1-export-acts" }, this.#insert, this.#download),
        this.#said,
      ),
    );
    const opened = () => this.#opened();
    this.#menu = new Popover({ button: this.button, panel: this.element, signal, opened });
    this.#download.addEventListener("click", () => void this.#keep(), { signal });
    this.#insert.addEventListener("click", () => void this.#insertBelow(), { signal });
    store.listen(change => {
      if (change.type === "turns") this.#turnsChanged();
      const hasEnded = change.type === "turn" && change.turn.state.state === "ended";
      if (this.#menu.isOpen && (hasEnded || change.type === "connection")) void this.#measure();
    }, signal);
    this.#turnsChanged();
  }

  /** With this turn alone chosen. `opener`: where it stands, and who gets the keyboard back. */
  open(turn: string, opener: HTMLElement | undefined): void {
    this.#menu.open(opener);
    const isThere = [...this.#what.options].some(({ value }) => value === turn);
    this.#what.value = isThere ? turn : BRANCH;
    this.#chosen();
    this.#what.focus({ preventScroll: true });
  }

  #turnsChanged(): void {
    this.button.hidden = this.#store.turns.all.length === 0;
    if (this.button.hidden) this.#menu.close();
    if (this.#menu.isOpen) this.#opened();
  }

  #opened(): void {
    this.#list();
    this.#say("");
    this.#chosen();
  }

  /** What there is to choose from; what was chosen stays, where it is still there. */
  #list(): void {
    const { texts, turns } = this.#store;
    const before = this.#what.value;
    const questions = turns.list.map(({ state: { id, question } }) =>
      element("option", { value: id }, shortened(question)),
    );
    this.#what.replaceChildren(
      element("option", { value: BRANCH }, texts.exportBranch),
      element("option", { value: ALL }, texts.exportAll),
      ...(questions.length > 1 ? [element("optgroup", { label: texts.exportOne }, ...questions)] : []),
    );
    const known = [...this.#what.options].some(({ value }) => value === before);
    this.#what.value = known ? before : BRANCH;
  }

  #chosen(): void {
    const all = this.#what.value === ALL;
    for (const option of this.#format.options) option.disabled = all && !HOLDS_ALL.includes(option.value);
    if (this.#format.selectedOptions[0]?.disabled) this.#format.value = ".json";
    this.#insert.hidden = all || cellBelow(this.#store.manager, this.element) === undefined;
    this.#notesLabel.hidden = !HOLDS_TABLE.includes(this.#format.value) || !this.#hasNotes;
    void this.#measure();
  }

  /** Whether there is a note in what was chosen. */
  get #hasNotes(): boolean {
    const { turns } = this.#store;
    const chosen = turns.get(this.#what.value);
    const all = chosen ? [chosen] : this.#what.value === ALL ? turns.all : turns.list;
    return all.some(({ checks }) => checks.notes?.length);
  }

  get #request(): ExportRequest {
    const what = this.#what.value;
    const turn = what === ALL || what === BRANCH ? undefined : what;
    return {
      format: this.#format.value as Export["format"],
      scope: what === ALL ? "all" : turn === undefined ? "branch" : "turn",
      ...(turn === undefined ? {} : { turn }),
      reasoning: this.#thought.value as Export["reasoning"],
      ...(this.#notes.value && !this.#notesLabel.hidden ? { notes: "table" } : {}),
    };
  }

  async #measure(): Promise<void> {
    const mine = ++this.#asked;
    const { texts } = this.#store;
    const file = await this.#get({ ...this.#request, size_only: true });
    if (!file || mine !== this.#asked) return;
    this.#say("");
    setText(this.#size, texts.exportHolds(file.turns, file.thoughts, file.bytes));
  }

  async #keep(): Promise<void> {
    const { format } = this.#request;
    const file = await this.#get(this.#request);
    if (file?.text !== undefined) download(file.name, file.text, TYPES[format]);
  }

  async #insertBelow(): Promise<void> {
    const { manager, texts } = this.#store;
    const file = await this.#get({ ...this.#request, format: ".md" });
    if (file?.text === undefined) return;
    // Where it is may have changed meanwhile.
    const insert = cellBelow(manager, this.element);
    insert?.(file.text.trimEnd());
    this.#say(insert ? texts.inserted : texts.notInserted);
  }

  /** Undefined: there is none, and why is said. */
  async #get(request: ExportRequest): Promise<Exported | undefined> {
    const { connected, texts } = this.#store;
    try {
      if (!connected) throw new Error("The kernel is gone.");
      return await this.#store.requests.export(request, () => this.#say(texts.exportWaits));
    } catch (error) {
      setText(this.#size, "");
      this.#say(error instanceof Refusal ? error.message : texts.exportGone);
      return undefined;
    }
  }

  #say(text: string): void {
    this.#said.hidden = text === "";
    setText(this.#said, text);
  }
}

function shortened(question: string): string {
  const line = question.trim().replace(/\s+/g, " ");
  const letters = [...line];
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN - 1).join("")}…` : line;
}
