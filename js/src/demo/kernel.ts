// A small kernel of the page's own: it keeps a conversation from a script, and says it with the messages that a real one
// would send. What the script says is in scenes.ts.

import type { AnyModel } from "@anywidget/types";
import { Inbox } from "../inbox.ts";
import type { ChatTraits } from "../model.ts";
import {
  type Kind,
  type SnapshotTurn,
  type ToKernel,
  type ToPage,
  type TurnText,
  VERSION,
} from "../protocol.ts";
import { codePoints } from "../text.ts";
import { LIMITS, PACE, pieces, type Script, turnOf } from "./script.ts";
import { compared, REPLY, versionsBy } from "./steering.ts";

/** Ms between two pieces of a reply to a question that is typed into a still page. */
const USUAL = 25;
/** Pieces for which the kernel reads the question. */
const READING = 10;

const KINDS: readonly Kind[] = ["reasoning", "answer"];

type Listener = () => void;

export class ScriptedKernel {
  readonly inbox = new Inbox();
  readonly #traits: ChatTraits;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #pace: number;
  readonly #turns: SnapshotTurn[] = [];
  readonly #stopped = new Set<string>();
  /** Turns that are being written, and not only shown. */
  readonly #writing = new Set<string>();
  /** Turns whose thinking was closed by the person. */
  readonly #closed = new Set<string>();
  #active: string | null = null;
  #seq = 0;
  #isThere = true;

  constructor(traits: Partial<ChatTraits>, pace: number) {
    this.#pace = pace;
    this.#traits = {
      _library: "anywidget:library",
      engine_status: { state: "ready", model: "", text: "" },
      blocking: false,
      model_name: "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
      language: "auto",
      unfold: "auto",
      thinking_budget: null,
      stop_loops: false,
      ...traits,
    };
  }

  /** What the front end holds of it. */
  model(): AnyModel<ChatTraits> {
    const heard = (name: string) => {
      const known = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, known);
      return known;
    };
    return {
      get: (name: keyof ChatTraits) => this.#traits[name],
      set: (name: keyof ChatTraits, value: never) => {
        this.#traits[name] = value;
        for (const listener of heard(`change:${name}`)) listener();
      },
      on: (name: string, listener: Listener) => void heard(name).add(listener),
      off: (name: string, listener: Listener) => void heard(name).delete(listener),
      save_changes: () => {},
      send: (message: ToKernel) => void queueMicrotask(() => this.#receive(message)),
      widget_manager: { get_model: async () => ({ comm_live: this.#isThere }) },
    } as unknown as AnyModel<ChatTraits>;
  }

  /** Begin the conversation: all of it at once, or piece by piece. */
  async begin(scripts: readonly Script[]): Promise<void> {
    if (this.#pace === 0) {
      for (const script of scripts) this.#turns.push(turnOf(script, this.#turns.length));
      this.#active = this.#turns.at(-1)?.id ?? null;
      this.#tellAll();
      return;
    }
    this.#tellAll();
    for (const script of scripts) await this.#play(script);
  }

  notice(text: string): void {
    this.#put({ type: "notice", text });
  }

  /** The kernel is gone, as after a restart. */
  die(): void {
    this.#isThere = false;
    for (const listener of this.#listeners.get("comm_live_update") ?? []) listener();
  }

  #put(message: ToPage): void {
    this.inbox.put(message);
  }

  #tellAll(): void {
    const turns = structuredClone(this.#turns);
    const active = this.#active;
    this.#put({ type: "snapshot", v: VERSION, seq: this.#seq, turns, active, kernel: null, stored: true });
  }

  #receive(message: ToKernel): void {
    this.#put({ type: "ack", id: message.id });
    switch (message.type) {
      case "sync":
        this.#tellAll();
        break;
      case "clear":
        this.#turns.length = 0;
        this.#active = null;
        this.#tellAll();
        break;
      case "stop":
        for (const { id, state } of this.#turns)
          if (state !== "ended" && (!message.turn || id === message.turn)) this.#stop(id);
        break;
      case "ask":
        void this.#play({ question: message.text, parent: this.#active, ...REPLY });
        break;
      case "select":
        this.#select(message.turn);
        break;
      case "compare": {
        const turns = this.#turns.filter(({ id }) => message.turns.includes(id));
        this.#put({ type: "compared", id: message.id, ...agreement(turns) });
        break;
      }
      default:
        this.#steer(message);
    }
  }

  #steer(message: Parameters<typeof versionsFor>[0]): void {
    const turn = this.#turns.find(({ id }) => id === message.turn);
    if (!turn) return this.notice("This turn is no longer part of the conversation.");
    const { id, state } = turn;
    if (state === "running" && message.type === "answer_now") {
      this.#closed.add(id);
      if (!this.#writing.has(id)) void this.#write(turn, { question: turn.question, answer: REPLY.answer });
    } else if (state === "running" && message.type === "think_more") {
      this.#longer.add(id);
      if (!this.#writing.has(id)) void this.#write(turn, { question: turn.question, answer: REPLY.answer });
    } else {
      if (state !== "ended") this.#stop(id);
      void this.#play(...versionsFor(message, turn, `fork of ${id} at ${this.#seq}`));
    }
  }

  #stop(id: string): void {
    this.#stopped.add(id);
    // Nobody writes a still turn, so nobody else would end it.
    if (!this.#writing.has(id)) this.#change(id, { state: "ended", finish_reason: "cancelled" });
  }

  /** Another branch: down along the newest turns. */
  #select(id: string): void {
    let end = id;
    for (;;) {
      const below = this.#turns.findLast(({ parent }) => parent === end);
      if (!below) break;
      end = below.id;
    }
    this.#active = end;
    this.#put({ type: "branch", seq: ++this.#seq, active: end });
  }

  #change(id: string, news: Partial<SnapshotTurn>): void {
    const turn = this.#turns.find(turn => turn.id === id);
    if (!turn) return;
    Object.assign(turn, news);
    const { text: _, timeline: __, others: ___, ...state } = turn;
    this.#put({ type: "turn", seq: ++this.#seq, turn: structuredClone(state) });
  }

  /** Turns that are new, and are written at the same time. The first is shown. */
  async #play(...scripts: Script[]): Promise<void> {
    const turns = scripts.map(script => this.#add(script));
    const [first] = turns;
    if (!first) return;
    if (first.version) this.#select(first.id);
    else this.#active = first.id;
    await Promise.all(turns.map((turn, index) => this.#write(turn, scripts[index] as Script)));
  }

  /** A turn that waits, with the text that it begins with. */
  #add(script: Script): SnapshotTurn {
    const { id, parent, question, version } = turnOf(script, this.#turns.length);
    const others = othersOf(script);
    const turn: SnapshotTurn = {
      ...{ id, parent, question, state: "queued", place: 1 },
      ...(version ? { version } : {}),
      text: { reasoning: "", answer: "" },
      ...(others ? { others } : {}),
      timeline: [],
    };
    this.#turns.push(turn);
    this.#change(id, {});
    for (const kept of script.kept ?? []) this.#say(turn, kept, 0);
    turn.text = { reasoning: keptOf(script, "reasoning"), answer: keptOf(script, "answer") };
    return turn;
  }

  #say(
    { id, text }: SnapshotTurn,
    { kind, text: piece, origin }: Kept,
    tokens: number,
    seconds?: number,
  ): void {
    const at = codePoints(text[kind]);
    text[kind] += piece;
    const by: { origin?: Origin; seconds?: number } = {
      ...(origin ? { origin } : {}),
      ...(seconds === undefined ? {} : { seconds }),
    };
    this.#put({ type: "delta", seq: ++this.#seq, turn: id, kind, at, text: piece, tokens, ...by });
  }

  async #write(turn: SnapshotTurn, script: Script): Promise<void> {
    const { id } = turn;
    const { text: _, timeline: __, others: ___, version: ____, ...final } = turnOf(script, 0);
    const tokens = { prompt: 0, reasoning: 0, answer: 0, ...turn.tokens };
    const began = performance.now() - (turn.seconds?.total ?? 0) * 1000;
    const seconds = () => (performance.now() - began) / 1000;
    const pause = () => new Promise(resolve => setTimeout(resolve, this.#pace || USUAL));
    const stops = () => this.#stopped.has(id);
    this.#writing.add(id);
    if (turn.state === "queued") {
      const running = { state: "running", opens_thinking: true, limits: LIMITS, pace: PACE } as const;
      this.#change(id, { ...running, place: undefined, seconds: { total: 0 }, tokens });
      for (let read = 0; read < READING; read++) await pause();
    }
    const write = async (kind: "reasoning" | "answer", text: string) => {
      for (const piece of pieces(text)) {
        if (stops() || (kind === "reasoning" && this.#closed.has(id))) break;
        tokens[kind]++;
        this.#say(turn, { kind, text: piece }, tokens[kind], seconds());
        if (kind === "reasoning")
          turn.timeline?.push([codePoints(turn.text.reasoning), tokens.reasoning, seconds()]);
        await pause();
      }
    };
    await write("reasoning", script.reasoning ?? "");
    if (this.#longer.has(id) && !stops() && !this.#closed.has(id)) {
      const end = codePoints(turn.text.reasoning);
      turn.others ??= { reasoning: [], answer: [] };
      turn.others.reasoning.push([end, end + codePoints(WAIT.text), "think_more"]);
      this.#say(turn, WAIT, tokens.reasoning, seconds());
      await write("reasoning", MORE);
    }
    await write("answer", script.answer ?? "");
    const thought = turn.text.reasoning.trim() !== "";
    const { id: _____, parent: ______, question: _______, ...ended } = final;
    this.#change(id, {
      ...ended,
      thinking_ended_by: thought ? (this.#closed.has(id) ? "user" : "model") : undefined,
      ...(stops() ? { state: "ended", finish_reason: "cancelled", thinking_ended_by: undefined } : {}),
      seconds: { total: seconds() },
      tokens,
    });
    for (const set of [this.#writing, this.#stopped, this.#closed, this.#longer]) set.delete(id);
  }
}
