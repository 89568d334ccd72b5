// One chat in one page: what has come from the kernel, and what is asked of it. All views of the chat share it.
//
// Two kinds of state. The kernel owns the conversation and the engine's status: they are here as a copy. The page
// owns what is open, where it is scrolled and what is typed: that is in the views. The one thing in between, which
// turns are being stopped, is here, because every view shows it.

import { browserLanguages, languageOf, type Texts } from "../texts/index.ts";
import { Commands, newId } from "../wire/commands.ts";
import { watchConnection } from "../wire/connection.ts";
import { isEngineStatus, isToPage, versionOf } from "../wire/guard.ts";
import type { Chat, ChatTraits, Unfold } from "../wire/model.ts";
import {
  type AnswerNow,
  type Compared,
  type ContinueFrom,
  type Edit,
  type EngineStatus,
  type Regenerate,
  type Select,
  type Snapshot,
  type ThinkMore,
  type TurnState,
  VERSION,
} from "../wire/protocol.ts";
import { Requests } from "../wire/requests.ts";
import { Sequence } from "../wire/sequence.ts";
import { Drafts } from "./drafts.ts";
import { Kept } from "./kept.ts";
import { Stopper } from "./stopper.ts";
import { type Change, type Turn, Turns } from "./turns.ts";

/** Traits that a person may change here. */
const SETTINGS = ["thinking_budget", "stop_loops"] as const;
export type Act = "answer_now" | "budget" | "think_more" | "continue";
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
/** A command that changes how a turn goes on, or which is shown. */
export type Steering = WithoutId<AnswerNow | ThinkMore | Regenerate | Edit | ContinueFrom | Select>;

/** Ms until the person is told that the kernel is busy. */
const ASK_PATIENCE = 1000;

export type StoreChange =
  | Change
  | { type: "engine" }
  /** Thoughts are to be shown otherwise. */
  | { type: "unfold" }
  /** What turns to come are to be like. */
  | { type: "settings" }
  /** The first message of the kernel: this chat is live. */
  | { type: "live" }
  /** The notebook keeps what is said, or doesn't. */
  | { type: "kept" }
  /** The kernel has gone, or come back. */
  | { type: "connection" }
  /** A question is on its way, or has come; Stop was pressed, or has been taken. */
  | { type: "stopping" }
  /** `passing`: of no more interest when the stop has been taken. */
  | { type: "notice"; text: string; passing: boolean }
  /** Nothing more can be drawn, and why. */
  | { type: "refused"; text: string };

export class Store {
  readonly turns: Turns;
  /**
   * What the views say, in one language. The trait `language` is read when the store is made, and not again: a person
   * sets it when they make the widget.
   */
  readonly texts: Texts;
  /** Whether any message has come from the kernel. */
  live = false;
  connected = true;
  /** Why nothing can be drawn; undefined while all is well. */
  refused: string | undefined;
  /** What a person has typed into an editor: of the chat, since a host may draw a view anew. */
  readonly drafts: Drafts;
  /** Whether the notebook in this page keeps what is said. */
  readonly kept: Kept;
  /** Continuations of one press of "Fork", as long as the page is there. */
  forks = 4;
  /** Whether the list of turns is the kernel's, and not only what has been heard so far. */
  known = false;

  readonly #chat: Chat;
  readonly #commands: Commands;
  readonly #stopper: Stopper;
  readonly #requests: Requests;
  readonly #sequence = new Sequence();
  readonly #listeners = new Set<(change: StoreChange) => void>();
  #kernel: string | null = null;
  #open = false;
  #met = false;
  #hasAsked = false;

  constructor(chat: Chat) {
    const { model, signal } = chat;
    this.#chat = chat;
    this.texts = languageOf(model.get("language"), browserLanguages());
    this.turns = new Turns(change => this.#emit(change));
    this.#commands = new Commands(message => model.send(message), signal);
    this.#requests = new Requests(() => void this.#commands.send({ type: "sync" }).catch(() => {}), signal);
    this.drafts = new Drafts(signal);
    const isBlocking = () => Boolean(model.get("blocking"));
    this.kept = new Kept(() => this.#emit({ type: "kept" }), isBlocking, signal);
    this.#stopper = new Stopper({
      commands: this.#commands,
      isBlocking,
      kernel: () => this.#kernel,
      changed: () => this.#emit({ type: "stopping" }),
      say: text => this.#say(text, true),
      texts: this.texts,
    });
    const engineChanged = () => this.#emit({ type: "engine" });
    model.on("change:engine_status", engineChanged);
    const unfoldChanged = () => this.#emit({ type: "unfold" });
    model.on("change:unfold", unfoldChanged);
    const settingsChanged = () => this.#emit({ type: "settings" });
    for (const name of SETTINGS) model.on(`change:${name}`, settingsChanged);
    watchConnection(chat, connected => this.#connectionChanged(connected));
    signal.addEventListener(
      "abort",
      () => {
        model.off("change:engine_status", engineChanged);
        model.off("change:unfold", unfoldChanged);
        for (const name of SETTINGS) model.off(`change:${name}`, settingsChanged);
        this.#listeners.clear();
      },
      { once: true },
    );
  }

  /** Read what has come before, and ask for the rest. */
  open(): void {
    if (this.#open) return;
    this.#chat.inbox.open(message => this.apply(message));
    this.#open = true;
    if (this.live) this.#meet();
    else this.#requests.requestIfSilent();
  }

  #meet(): void {
    this.#met = true;
    if (this.known && !this.#sequence.behind) return;
    this.#requests.request();
  }

  /** Hear of every change until `signal` is aborted. */
  listen(listener: (change: StoreChange) => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  /** Now, or with the first message of the kernel. */
  whenLive(act: () => void, signal: AbortSignal): void {
    if (this.live) act();
    else {
      const heard = new AbortController();
      const first = (change: StoreChange) => {
        if (change.type !== "live") return;
        heard.abort();
        act();
      };
      this.listen(first, AbortSignal.any([signal, heard.signal]));
    }
  }

  get engine(): EngineStatus | undefined {
    const status: unknown = this.#chat.model.get("engine_status");
    return isEngineStatus(status) ? status : undefined;
  }

  get modelName(): string {
    const name: unknown = this.#chat.model.get("model_name");
    return typeof name === "string" ? name : "";
  }

  /** What to run to show this chat; empty: nobody knows. */
  get called(): string {
    return String(this.#chat.model.get("called") ?? "");
  }

  /** Whether its cell was run again and brought it back. */
  get isAgain(): boolean {
    return this.#chat.model.get("is_again") === true;
  }

  /** When a thought is open, as long as the reader has not said otherwise. */
  get unfold(): Unfold {
    const mode: unknown = this.#chat.model.get("unfold");
    return mode === "always" || mode === "never" ? mode : "auto";
  }

  /** The person chooses; every view of the chat hears of it, and the kernel. */
  setUnfold(mode: Unfold): void {
    this.#chat.model.set("unfold", mode);
    this.#chat.model.save_changes();
  }

  get thinkingBudget(): number | null {
    const budget: unknown = this.#chat.model.get("thinking_budget");
    return typeof budget === "number" ? budget : null;
  }

  get stopLoops(): boolean {
    return this.#chat.model.get("stop_loops") === true;
  }

  set<Name extends (typeof SETTINGS)[number]>(name: Name, value: ChatTraits[Name]): void {
    this.#chat.model.set(name, value);
    this.#chat.model.save_changes();
    this.#emit({ type: "settings" });
  }

  setForks(count: number): void {
    this.forks = count;
    this.#emit({ type: "settings" });
  }

  /** Why the engine can't carry out an act of steering; undefined: it can. */
  cannot(act: Act): string | undefined {
    return this.engine?.cannot?.[act];
  }

  get running(): Turn | undefined {
    return this.turns.all.findLast(turn => turn.state.state === "running");
  }

  /** What Stop stops: what is being written, else the question that was sent last, else the one that waits first. */
  get stoppable(): string | undefined {
    const first = this.turns.all.find(turn => turn.state.state === "queued");
    return this.running?.state.id ?? this.#stopper.asked ?? first?.state.id;
  }

  /** What there is to say of a turn that waits. A queue is spoken of only where somebody comes first. */
  waiting({ place }: TurnState): string {
    if (place !== 1 || this.running) return this.texts.waiting(place);
    return this.loading || this.texts.waiting(undefined);
  }

  /** That the model is being loaded; empty where it isn't. */
  get loading(): string {
    return this.engine?.state === "loading" ? this.texts.loadingModel(this.modelName) : "";
  }

  /** Turns that the person has stopped and the kernel has not yet, and the question on its way. */
  get stopping(): ReadonlySet<string> {
    return this.#stopper.turns;
  }

  // ---- from the kernel

  apply(message: unknown): void {
    const version = versionOf(message);
    if (version !== undefined && version !== VERSION) {
      this.refused = this.texts.otherVersion(version, VERSION);
      this.#emit({ type: "refused", text: this.refused });
      return;
    }
    if (!isToPage(message)) {
      console.warn("[r1widget] dropped a message that isn't in the protocol:", message);
      return;
    }
    if (!this.live) {
      this.live = true;
      this.#emit({ type: "live" });
    }
    switch (message.type) {
      case "refused":
        if (this.#commands.answered(message)) this.#say(message.text, false);
        return;
      case "ack":
      case "done":
      case "compared":
        this.#commands.answered(message);
        return;
      case "notice":
        this.#say(message.text, false);
        return;
      case "snapshot":
        this.#sequence.restart(message.seq);
        this.#requests.answered();
        this.#become(message);
        break;
      case "turn": {
        if (!this.#sequence.isNews(message.seq)) return;
        const turn = this.turns.put(message.turn);
        // Other branches are in no text.
        if (turn.state.state === "ended" && this.turns.list.includes(turn)) this.kept.expect();
        break;
      }
      case "branch":
        if (!this.#sequence.isNews(message.seq)) return;
        if (!this.turns.branch(message.active ?? null)) this.#sequence.behind = true;
        break;
      case "delta":
        if (!this.#sequence.isNews(message.seq)) return;
        if (!this.turns.append(message)) this.#sequence.behind = true;
        break;
    }
    this.#stopper.settle(turn => this.#isOver(turn));
    this.#requests.heard(this.running !== undefined);
    if (!this.#open) return;
    if (!this.#met) this.#meet();
    else if (this.#sequence.behind) this.#requests.request();
  }

  #become(snapshot: Snapshot): void {
    this.#kernel = snapshot.kernel ?? null;
    const { model } = this.#chat;
    this.drafts.open({
      kernel: this.#kernel,
      chat: snapshot.chat,
      process: model.get("_library"),
      model: this.modelName,
    });
    const first = !this.known;
    // What had ended before the page met the chat is in the notebook already, unless it was asked here and then was quick.
    const news = snapshot.turns.some(
      ({ id, state }) => state === "ended" && this.turns.get(id)?.state.state !== "ended",
    );
    this.known = true;
    this.turns.become(snapshot);
    if (first) this.#emit({ type: "turns" });
    if (news && (!first || this.#hasAsked)) this.kept.expectLate();
  }

  #isOver(turn: string): boolean {
    const state = this.turns.get(turn)?.state.state;
    return state !== "queued" && state !== "running";
  }

  #connectionChanged(connected: boolean): void {
    this.connected = connected;
    if (!connected) this.#commands.lost();
    this.kept.forget();
    // Whatever was running went with the kernel.
    const lost = connected ? [] : this.turns.all.filter(({ state }) => state.state !== "ended");
    for (const { state } of lost) {
      const { pace: _, ...rest } = state; // that was what had been expected
      this.turns.lose({ ...rest, state: "ended", finish_reason: "cancelled" });
    }
    this.#stopper.settle(turn => this.#isOver(turn));
    this.#requests.heard(false);
    this.#emit({ type: "connection" });
  }

  // ---- to the kernel

  /** Resolves when the question has become a turn; `late` is called if it isn't even read for long. */
  ask(text: string, late: () => void): Promise<void> {
    const id = newId();
    this.#hasAsked = true;
    return this.#stopper.follow(id, this.#commands.send({ type: "ask", text }, ASK_PATIENCE, late, id));
  }

  /** Steer: resolves when that is done. What can't be done is said in a notice. */
  steer(command: Steering): Promise<unknown> {
    return this.#commands.send(command, ASK_PATIENCE, () => this.#say(this.texts.steerWaits, true));
  }

  /** Which of these turns' answers agree? */
  compare(turns: string[]): Promise<Compared> {
    return this.#commands.send<Compared>({ type: "compare", turns });
  }

  /** Stop a turn, queued or running, or the question that is on its way. */
  stop(turn: string): Promise<void> {
    return this.#stopper.stop(turn);
  }

  // ---- telling the views

  #say(text: string, passing: boolean): void {
    this.#emit({ type: "notice", text, passing });
  }

  #emit(change: StoreChange): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        // One view that can't draw something must not keep the message from the others.
        console.error("[r1widget]", error);
      }
    }
  }
}
