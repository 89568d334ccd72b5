// A small kernel of the page's own: it keeps a conversation from a script, and says it with the messages that a real one
// would send. What the script says is in scenes.ts.

import type { AnyModel } from "@anywidget/types";
import { Inbox } from "../inbox.ts";
import type { ChatTraits } from "../model.ts";
import { type Kind, type SnapshotTurn, type ToKernel, type ToPage, VERSION } from "../protocol.ts";
import { codePoints } from "../text.ts";
import { LIMITS, PACE, pieces, type Script, turnOf } from "./script.ts";

/** Ms between two pieces of a reply to a question that is typed into a still page. */
const USUAL = 25;
/** Pieces for which the kernel reads the question. */
const READING = 10;

type Listener = () => void;

export class ScriptedKernel {
  readonly inbox = new Inbox();
  readonly #traits: ChatTraits;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #pace: number;
  readonly #turns: SnapshotTurn[] = [];
  readonly #stopped = new Set<string>();
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
      this.#tellAll();
      return;
    }
    this.#tellAll();
    for (const script of scripts) await this.#play(script, this.#pace);
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
    this.#put({ type: "snapshot", v: VERSION, seq: this.#seq, turns, kernel: null, stored: true });
  }

  #receive(message: ToKernel): void {
    this.#put({ type: "ack", id: message.id });
    if (message.type === "sync") {
      this.#tellAll();
    } else if (message.type === "clear") {
      this.#turns.length = 0;
      this.#tellAll();
    } else if (message.type === "stop") {
      for (const { id, state } of this.#turns)
        if (state !== "ended" && (!message.turn || id === message.turn)) this.#stop(id);
    } else {
      void this.#play({ question: message.text, ...REPLY }, this.#pace || USUAL);
    }
  }

  #stop(id: string): void {
    this.#stopped.add(id);
    // Nobody writes a still turn, so nobody else would end it.
    if (this.#pace === 0) this.#change(id, { state: "ended", finish_reason: "cancelled" });
  }

  #change(id: string, news: Partial<SnapshotTurn>): void {
    const turn = this.#turns.find(turn => turn.id === id);
    if (!turn) return;
    Object.assign(turn, news);
    const { text: _, timeline: __, ...state } = turn;
    this.#put({ type: "turn", seq: ++this.#seq, turn: structuredClone(state) });
  }

  async #play(script: Script, pace: number): Promise<void> {
    const { text, timeline: _, ...final } = turnOf(script, this.#turns.length);
    const { id, parent, question } = final;
    const timeline: NonNullable<SnapshotTurn["timeline"]> = [];
    const said = { reasoning: "", answer: "" };
    const tokens = { prompt: final.tokens?.prompt ?? 0, reasoning: 0, answer: 0 };
    const turn: SnapshotTurn = { id, parent, question, state: "queued", place: 1, text: said, timeline };
    this.#turns.push(turn);
    this.#change(id, {});
    const began = performance.now();
    const seconds = () => ({ total: (performance.now() - began) / 1000 });
    const pause = () => new Promise(resolve => setTimeout(resolve, pace));
    const running = { state: "running", opens_thinking: true, limits: LIMITS, pace: PACE } as const;
    this.#change(id, { ...running, seconds: seconds(), tokens });
    for (let read = 0; read < READING; read++) await pause();
    for (const kind of ["reasoning", "answer"] as const satisfies Kind[]) {
      let at = 0;
      for (const piece of pieces(text[kind])) {
        if (this.#stopped.has(id)) break;
        said[kind] += piece;
        tokens[kind]++;
        const delta = { turn: id, kind, at, text: piece, tokens: tokens[kind], seconds: seconds().total };
        at += codePoints(piece);
        if (kind === "reasoning") timeline.push([at, tokens.reasoning, delta.seconds]);
        this.#put({ type: "delta", seq: ++this.#seq, ...delta });
        await pause();
      }
    }
    const stopped = this.#stopped.has(id) ? ({ state: "ended", finish_reason: "cancelled" } as const) : {};
    this.#change(id, { ...final, ...stopped, seconds: seconds(), tokens });
  }
}

/** To whatever is typed. */
const REPLY = {
  reasoning:
    "This page has no model, so there is nothing to think about.\n\nWait, something should be on screen. " +
    "So I write these words, as if I had thought them.",
  answer: "There is no model behind this page: what you read is from a **script**.",
};
