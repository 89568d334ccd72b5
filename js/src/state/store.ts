// One chat in one page: what has come from the kernel, and what is asked of it. All views of the chat share it.
//
// Two kinds of state. The kernel owns the conversation and the engine's status: they are here as a copy. The page
// owns what is open, where it is scrolled and what is typed: that is in the views. The one thing in between, which
// turns are being stopped, is here, because every view shows it.

import { browserLanguages, languageOf, type Texts } from "../texts/index.ts";
import { Commands, newId, type Steering } from "../wire/commands.ts";
import { watchConnection } from "../wire/connection.ts";
import { isToPage, versionOf } from "../wire/guard.ts";
import type { Chat } from "../wire/model.ts";
import { type Snapshot, type TurnState, VERSION } from "../wire/protocol.ts";
import { Sync } from "../wire/sync.ts";
import { Changes, type StoreChange } from "./changes.ts";
import { Drafts } from "./drafts.ts";
import { Kept } from "./kept.ts";
import { Requests } from "./requests.ts";
import { Stopper } from "./stopper.ts";
import { Traits } from "./traits.ts";
import { type Turn, Turns } from "./turns.ts";
import { Unseen } from "./unseen.ts";

/** Ms until the person is told that the kernel is busy. */
const ASK_PATIENCE = 1000;

export class Store {
  readonly turns: Turns;
  readonly traits: Traits;
  /** What the views say, in one language; who has drawn with it hears of another ("language"). */
  texts: Texts;
  /** Whether any message has come from the kernel. */
  live = false;
  connected = true;
  /** Why nothing can be drawn; undefined while all is well. */
  refused: string | undefined;
  /** What a person has typed into an editor: of the chat, since a host may draw a view anew. */
  readonly drafts: Drafts;
  /** What the reader isn't to see yet. */
  readonly unseen: Unseen;
  /** Whether the notebook in this page keeps what is said. */
  readonly kept: Kept;
  /** What it asks for besides, and gets as an answer. */
  readonly requests: Requests;
  /** Continuations of one press of "Fork", as long as the page is there. */
  forks = 4;

  readonly #chat: Chat;
  readonly #commands: Commands;
  readonly #stopper: Stopper;
  readonly #sync: Sync;
  readonly #changes = new Changes();
  #kernel: string | null = null;
  #hasAsked = false;

  constructor(chat: Chat) {
    const { model, signal } = chat;
    this.#chat = chat;
    this.texts = languageOf(model.get("language"), browserLanguages());
    this.traits = new Traits(chat, type => {
      if (type !== "language") this.#changes.tell({ type });
      else this.#speak();
    });
    this.turns = new Turns(change => this.#changes.tell(change));
    this.unseen = new Unseen(this.traits, this.turns, () => this.#changes.tell({ type: "unfold" }));
    this.#commands = new Commands(message => model.send(message), signal);
    this.requests = new Requests(this.#commands, ASK_PATIENCE, () => this.#say(this.texts.steerWaits, true));
    this.#sync = new Sync(() => void this.#commands.send({ type: "sync" }).catch(() => {}), signal);
    this.drafts = new Drafts(signal);
    const isBlocking = () => this.traits.isBlocking;
    this.kept = new Kept(() => this.#changes.tell({ type: "kept" }), isBlocking, signal);
    this.#stopper = new Stopper({
      commands: this.#commands,
      isBlocking,
      kernel: () => this.#kernel,
      changed: () => this.#changes.tell({ type: "stopping" }),
      say: text => this.#say(text, true),
      texts: () => this.texts,
    });
    watchConnection(chat, connected => this.#connectionChanged(connected));
    signal.addEventListener("abort", () => this.#changes.end(), { once: true });
  }

  /** Read what has come before, and ask for the rest. */
  open(): void {
    if (this.#sync.isOpen) return;
    this.#chat.inbox.open(message => this.apply(message));
    this.#sync.open(this.live);
  }

  /** Whether the list of turns is the kernel's, and not only what has been heard so far. */
  get known(): boolean {
    return this.#sync.known;
  }

  /** Hear of every change until `signal` is aborted. */
  listen(listener: (change: StoreChange) => void, signal: AbortSignal): void {
    this.#changes.listen(listener, signal);
  }

  /** Now, or with the first message of the kernel. */
  whenLive(act: () => void, signal: AbortSignal): void {
    if (this.live) act();
    else this.#changes.first("live", act, signal);
  }

  /** As the trait says. Another value may mean the same language. */
  #speak(): void {
    const texts = languageOf(this.#chat.model.get("language"), browserLanguages());
    if (texts === this.texts) return;
    this.texts = texts;
    this.#changes.tell({ type: "language" });
  }

  setForks(count: number): void {
    this.forks = count;
    this.#changes.tell({ type: "settings" });
  }

  /** The host's widget manager, of which no host promises anything. */
  get manager(): unknown {
    return this.#chat.model.widget_manager;
  }

  get running(): Turn | undefined {
    return this.turns.all.findLast(turn => turn.state.state === "running");
  }

  /** What Stop stops: what is being written, else the question that was sent last, else the one that waits first. */
  get stoppable(): string | undefined {
    const first = this.turns.all.find(turn => turn.state.state === "queued");
    return this.running?.state.id ?? this.#stopper.asked ?? first?.state.id;
  }

  /** What there is to say of a turn that waits. A queue is spoken of only where others wait before it. */
  waiting({ place = 1 }: TurnState): string {
    if (place > 1) return this.texts.waiting(place);
    return (!this.running && this.loading) || this.texts.waiting(undefined);
  }

  /** That the model is being loaded; empty where it isn't. */
  get loading(): string {
    const { engine, modelTitle } = this.traits;
    return engine?.state === "loading" ? this.texts.loadingModel(modelTitle) : "";
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
      this.#changes.tell({ type: "refused", text: this.refused });
      return;
    }
    if (!isToPage(message)) {
      console.warn("[r1widget] dropped a message that isn't in the protocol:", message);
      return;
    }
    if (!this.live) {
      this.live = true;
      this.#changes.tell({ type: "live" });
    }
    switch (message.type) {
      case "refused":
        if (this.#commands.answered(message) && !this.requests.isQuiet(message.id))
          this.#say(message.text, false);
        return;
      case "ack":
      case "done":
      case "compared":
      case "exported":
      case "looked":
      case "described":
      case "foreseen":
      case "scored":
        this.#commands.answered(message);
        return;
      case "notice":
        this.#say(message.text, false);
        return;
      case "snapshot":
        this.#become(message, this.#sync.restart(message.seq));
        break;
      case "turn": {
        if (!this.#sync.isNews(message.seq)) return;
        const turn = this.turns.put(message.turn);
        // Other branches are in no text.
        if (turn.state.state === "ended" && this.turns.list.includes(turn)) this.kept.expect();
        break;
      }
      case "branch":
        if (!this.#sync.isNews(message.seq)) return;
        if (!this.turns.branch(message.active ?? null)) this.#sync.miss();
        break;
      case "checks":
        if (!this.#sync.isNews(message.seq)) return;
        if (!this.turns.check(message.turn, message.checks)) this.#sync.miss();
        break;
      case "delta":
        if (!this.#sync.isNews(message.seq)) return;
        if (!this.turns.append(message)) this.#sync.miss();
        break;
    }
    this.#stopper.settle(turn => this.turns.isOver(turn));
    this.#sync.applied(this.running !== undefined);
  }

  #become(snapshot: Snapshot, first: boolean): void {
    this.#kernel = snapshot.kernel ?? null;
    const { model } = this.#chat;
    this.drafts.open({
      kernel: this.#kernel,
      chat: snapshot.chat,
      process: model.get("_library"),
      model: this.traits.modelName,
    });
    // What had ended before the page met the chat is in the notebook already, unless it was asked here and then was quick.
    const news = snapshot.turns.some(
      ({ id, state }) => state === "ended" && this.turns.get(id)?.state.state !== "ended",
    );
    this.turns.become(snapshot);
    if (first) this.#changes.tell({ type: "turns" });
    if (news && (!first || this.#hasAsked)) this.kept.expectLate();
  }

  #connectionChanged(connected: boolean): void {
    this.connected = connected;
    this.kept.forget();
    if (!connected) {
      this.#commands.lost();
      this.turns.lose();
    }
    this.#stopper.settle(turn => this.turns.isOver(turn));
    this.#sync.rest();
    this.#changes.tell({ type: "connection" });
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

  /** Stop a turn, queued or running, or the question that is on its way. */
  stop(turn: string): Promise<void> {
    return this.#stopper.stop(turn);
  }

  // ---- telling the views

  #say(text: string, passing: boolean): void {
    this.#changes.tell({ type: "notice", text, passing });
  }
}
