// What both views have around their turns: the root and its style, the head, notices, what a screen reader is
// told, and the sentences for when there is no kernel.

import { element, isThere, setText } from "../dom/dom.ts";
import { Done } from "../kit/done.ts";
import { Tooltip } from "../kit/tooltip.ts";
import { Copier, handleActions } from "../markdown/actions.ts";
import type { StoreChange } from "../state/changes.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { addStyles } from "../styles/index.ts";
import { SelectionButton } from "../turn/selection.ts";
import { TurnView } from "../turn/turn.ts";
import { ExportMenu } from "./exportmenu.ts";
import { Head, type Tool } from "./head.ts";
import { markLive, PARTS } from "./live.ts";
import { NewChat } from "./newchat.ts";
import { Notices } from "./notices.ts";
import { Settings } from "./settings.ts";
import { Shortcuts } from "./shortcuts.ts";

/** Ms without a message until the person is told that there is no kernel. */
const PATIENCE = 2000;

export class Panel {
  readonly root: HTMLElement;
  readonly head: Head;
  readonly notices: Notices;
  readonly settings: Settings;
  /** The reader has gone elsewhere than to the end. */
  left: () => void = () => {};
  /** There is another conversation. */
  began: () => void = () => {};
  readonly #store: Store;
  readonly #signal: AbortSignal;
  readonly #absent = element("p", { class: "r1-absent", hidden: true });
  readonly #gone: HTMLElement;
  readonly #exporting: ExportMenu | undefined;
  readonly #shortcuts: Shortcuts | undefined;
  readonly #said = element("div", { class: "r1-said", "aria-live": "polite", role: "status" });
  readonly #views = new Map<string, TurnView>();
  readonly #copier: Copier;

  constructor(el: HTMLElement, store: Store, signal: AbortSignal, kind: "r1-chat" | "r1-single") {
    this.#store = store;
    this.#signal = signal;
    const { texts } = store;
    this.#gone = element(
      "p",
      { class: "r1-absent", role: "status", hidden: true },
      store.traits.isPrivate ? texts.disconnectedPrivate : texts.disconnected,
    );
    this.settings = new Settings(store, signal);
    const { isReadOnly } = store.traits;
    const isChat = kind === "r1-chat";
    const tools: Tool[] = [this.settings];
    if (isChat) {
      this.#shortcuts = new Shortcuts(store, signal);
      tools.push(this.#shortcuts);
    }
    if (isChat && !isReadOnly) {
      this.#exporting = new ExportMenu(store, signal);
      tools.unshift(this.#exporting, new NewChat(store, signal, () => this.began()));
    }
    this.head = new Head(store, signal, isChat, tools);
    this.notices = new Notices(signal, texts);
    // Jupyter's shortcuts are heard in the capture phase; they leave alone what is inside this attribute.
    this.root = element(
      "div",
      {
        class: `r1 ${kind}${isReadOnly ? " r1-read-only" : ""}`,
        lang: texts.tag,
        "data-lm-suppress-shortcuts": "true",
      },
      this.#absent,
      this.head.element,
      this.notices.element,
      this.#gone,
      this.#said,
    );
    for (const name of ["keydown", "keypress", "keyup"]) {
      this.root.addEventListener(name, event => event.stopPropagation(), { signal });
    }
    const done = new Done(new Tooltip(this.root, signal), text => setText(this.#said, text), signal);
    this.#copier = new Copier(done, texts);
    handleActions(this.root, (turn, act) => this.#views.get(turn)?.textFor(act), signal, this.#copier);
    if (!isReadOnly) {
      const write = (turn: string, range: Range) => this.#views.get(turn)?.writer(range);
      new SelectionButton({ root: this.root, texts, signal, write });
    }
    this.root.addEventListener("keydown", event => this.#key(event), { signal });
    this.root.addEventListener("keydown", event => this.#shortcuts?.hear(event), { signal });
    this.root.addEventListener("keydown", event => this.#answerNow(event), { signal, capture: true });
    for (const [name, printing] of [
      ["beforeprint", true],
      ["afterprint", false],
    ] as const)
      window.addEventListener(name, () => this.#print(printing), { signal });
    addStyles(el);
    el.append(this.root);
    signal.addEventListener("abort", () => this.root.remove(), { once: true });
    this.#showConnection();
    this.#awaitKernel();
    markLive(store, el, isChat ? PARTS : 1, signal);
    if (isChat && store.traits.isPrivate) this.notices.show(texts.private, "private");
    if (isChat && store.traits.isAgain) this.notices.show(texts.isAgain(store.traits.called), "again");
  }

  /** Bring the turns in `place` in line with `turns`; those that stay are not touched. */
  arrange(turns: Turn[], place: HTMLElement, stoppable: boolean): void {
    const wanted = new Set(turns);
    const focus = document.activeElement?.closest<HTMLElement>("[data-r1-focus]")?.dataset.r1Focus;
    const hadFocus = this.root.contains(document.activeElement);
    // A version stands where the one stood that it is shown for.
    const stood = [...place.children].findIndex(child => child.contains(document.activeElement));
    const chosen = new Map<string, boolean>();
    for (const [id, view] of this.#views) {
      if (wanted.has(view.turn)) continue;
      if (view.trace.chosen !== undefined) chosen.set(view.turn.state.parent ?? "", view.trace.chosen);
      view.remove();
      this.#views.delete(id);
    }
    for (const [index, turn] of turns.entries()) {
      let view = this.#views.get(turn.state.id);
      if (!view) {
        view = new TurnView(turn, {
          store: this.#store,
          signal: this.#signal,
          announce: text => setText(this.#said, text),
          stoppable,
          leave: () => this.left(),
          copy: (button, text) => void this.#copier.copy(button, text),
          exportTurn: this.#exporting && (id => this.exportTurn(id)),
        });
        this.#views.set(turn.state.id, view);
        const open = chosen.get(turn.state.parent ?? "");
        if (open !== undefined) view.trace.choose(open);
      }
      if (place.children[index] !== view.element)
        place.insertBefore(view.element, place.children[index] ?? null);
    }
    for (const view of this.#views.values()) view.treeMayHaveChanged();
    if (hadFocus && !this.root.contains(document.activeElement)) this.#refocus(place, stood, focus);
  }

  /** What had the keyboard is gone: the same in what stands there now has it, or else all that is read. */
  #refocus(place: HTMLElement, stood: number, focus: string | undefined): void {
    const found =
      focus === undefined
        ? null
        : (place.children[stood]?.querySelector<HTMLElement>(`[data-r1-focus="${focus}"]`) ?? null);
    const next = found && isThere(found) ? found : place.closest<HTMLElement>("[tabindex]");
    next?.focus({ preventScroll: true });
    const version = found?.closest(".r1-versions")?.getAttribute("aria-label");
    if (version) setText(this.#said, version);
  }

  /** Offer one turn as a file: the menu stands where the keyboard is. */
  exportTurn(id: string): void {
    const { activeElement } = document;
    const from = activeElement instanceof HTMLElement && this.root.contains(activeElement);
    this.#exporting?.open(id, from ? activeElement : undefined);
  }

  /** What is the same for both views. */
  apply(change: StoreChange): void {
    switch (change.type) {
      case "turn":
        this.#view(change.turn)?.update();
        // What waits says whether anybody comes first.
        for (const view of this.#views.values()) if (view.turn.state.state === "queued") view.update();
        this.#tellOthers(change.turn);
        this.head.follow();
        break;
      case "turns":
        this.head.follow();
        break;
      case "text":
        this.head.follow();
        this.#tellOthers(change.turn);
        if (change.news === null) this.#view(change.turn)?.replaced();
        else this.#view(change.turn)?.grown();
        break;
      case "checks":
        this.#view(change.turn)?.checked();
        break;
      case "engine":
        this.head.update();
        this.settings.update();
        for (const view of this.#views.values()) view.update();
        break;
      case "settings":
        this.settings.update();
        for (const view of this.#views.values()) view.treeChanged();
        break;
      case "unfold":
        this.settings.update();
        for (const view of this.#views.values()) view.update();
        break;
      case "stopping":
        if (this.#store.stopping.size === 0) this.notices.clear("passing");
        for (const view of this.#views.values()) view.update();
        break;
      case "notice":
        this.notices.show(change.text, change.passing ? "passing" : "");
        break;
      case "kept":
        this.#showKept();
        break;
      case "connection":
        this.#showConnection();
        this.head.update();
        for (const view of this.#views.values()) view.update();
        break;
      case "refused":
        this.#say(change.text);
        break;
    }
  }

  /** Alt-Enter: answer now, wherever the keyboard is in the widget. */
  #answerNow(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const view of this.#views.values()) view.closeThinking();
  }

  /** Ctrl-F finds in the thought that has the focus, or in the last one; without a thought it is the browser's. */
  #key(event: KeyboardEvent): void {
    if (
      event.key.toLowerCase() !== "f" ||
      !(event.ctrlKey || event.metaKey) ||
      event.altKey ||
      event.shiftKey
    )
      return;
    const focused = (event.target as Element | null)?.closest<HTMLElement>("[data-turn]")?.dataset.turn;
    const own = focused === undefined ? undefined : this.#views.get(focused);
    const view =
      own && !own.trace.isEmpty ? own : [...this.#views.values()].findLast(({ trace }) => !trace.isEmpty);
    if (!view) return;
    event.preventDefault();
    view.trace.find();
  }

  #print(printing: boolean): void {
    if (this.settings.prints || !printing)
      for (const { trace } of this.#views.values()) trace.print(printing);
  }

  /** A turn that is not shown here may be in a comparison that is. */
  #tellOthers(turn: Turn): void {
    if (!this.#view(turn)) for (const view of this.#views.values()) view.othersChanged();
  }

  #view(turn: Turn): TurnView | undefined {
    return this.#views.get(turn.state.id);
  }

  #awaitKernel(): void {
    if (this.#store.refused !== undefined) this.#say(this.#store.refused);
    if (this.#store.live) return;
    const timer = setTimeout(() => this.#say(this.#store.texts.notConnected), PATIENCE);
    this.#signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    this.#store.whenLive(() => {
      clearTimeout(timer);
      this.#say("");
    }, this.#signal);
  }

  /** Only JupyterLab and Notebook 7 are known to have a notebook that is saved from this page. */
  #showKept(): void {
    const { kept, texts, traits } = this.#store;
    if (kept.is || traits.isPrivate) this.notices.clear("unkept");
    else if (this.root.closest(".jp-NotebookPanel"))
      this.notices.show(texts.unkept(traits.called), "unkept", traits.called);
  }

  #showConnection(): void {
    this.#gone.hidden = this.#store.connected;
    this.root.classList.toggle("r1-gone", !this.#store.connected);
  }

  #say(text: string): void {
    setText(this.#absent, text);
    this.#absent.hidden = text === "";
    this.head.hasKernel = text === "";
    this.root.classList.toggle("r1-unconnected", text !== "");
  }
}
