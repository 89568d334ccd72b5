// A small kernel of the page's own: it keeps a conversation from a script, and says it with the messages that a real one
// would send. What the script says is in scenes.ts.

import type { AnyModel } from "@anywidget/types";
import { codePoints } from "../state/text.ts";
import { Inbox } from "../wire/inbox.ts";
import { LocalModel } from "../wire/local.ts";
import type { ChatTraits } from "../wire/model.ts";
import {
  type Kind,
  type Origin,
  type SnapshotTurn,
  type ToPage,
  type TurnText,
  VERSION,
} from "../wire/protocol.ts";
import type { ToKernel } from "../wire/tokernel.ts";
import { scoredOf } from "./hesitation.ts";
import { Lookers } from "./looking.ts";
import { NoteKeeper } from "./notekeeper.ts";
import { LIMITS, PACE, pieces, type Script, turnOf } from "./script.ts";
import { ANSWER, compared, LONGER, type Made, REPLY, versionsBy, WAIT } from "./steering.ts";

/** Ms between two pieces of a reply to a question that is typed into a still page. */
const USUAL = 25;
/** Pieces for which a sample is written. */
const LOOKING = 20;
/** Pieces for which the kernel reads the question. */
const READING = 10;

const KINDS: readonly Kind[] = ["reasoning", "answer"];

/** What the model says of itself. */
const DESCRIBED = {
  engine: "r1widget",
  model: "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
  revision: "ad9f0ae0864d7fbcd1cd905e3c6c5b069cc8b562",
  quantization: "int8",
  device: "cpu",
  threads: 2,
  parameters: 1_777_088_000,
  context: 131_072,
  versions: { torch: "2.13.0", transformers: "4.57.1", python: "3.11.2" },
};
const MEMORY = { process: 2_310_000_000, weights: 1_790_000_000, cache: 58_000_000 };

export class ScriptedKernel {
  readonly inbox = new Inbox();
  readonly #local: LocalModel;
  readonly #pace: number;
  readonly #turns: SnapshotTurn[] = [];
  readonly #stopped = new Set<string>();
  /** Turns that are being written, and not only shown. */
  readonly #writing = new Set<string>();
  /** Turns whose thinking is to be closed, and to go on once more. */
  readonly #closed = new Set<string>();
  readonly #longer = new Set<string>();
  readonly #lookers = new Lookers(
    ({ id }, checks) => this.#put({ type: "checks", seq: ++this.#seq, turn: id, checks }),
    () => new Promise(resolve => setTimeout(resolve, (this.#pace || USUAL) * LOOKING)),
  );
  readonly #notes = new NoteKeeper(({ id, checks = {} }) =>
    this.#put({ type: "checks", seq: ++this.#seq, turn: id, checks }),
  );
  #active: string | null = null;
  #seq = 0;

  constructor(traits: Partial<ChatTraits>, pace: number) {
    this.#pace = pace;
    const usual = { model_name: "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", called: "chat" };
    this.#local = new LocalModel({ ...usual, ...traits }, message => this.#receive(message));
  }

  /** What the front end holds of it. */
  model(): AnyModel<ChatTraits> {
    return this.#local.model;
  }

  /** Begin the conversation: all of it at once, or piece by piece. `active`: the end of the branch that is shown then. */
  async begin(scripts: readonly Script[], active?: string): Promise<void> {
    if (this.#pace === 0) {
      for (const script of scripts) this.#turns.push(turnOf(script, this.#turns.length));
      this.#active = active ?? this.#turns.at(-1)?.id ?? null;
      this.#tellAll();
      return;
    }
    this.#tellAll();
    for (const script of scripts) {
      const turn = turnOf(script, this.#turns.length);
      const { of, part, at } = turn.version ?? {};
      const kept = part === "reasoning" ? [...turn.text.reasoning].slice(0, at).join("") : "";
      await this.#play({ turn, begins: { reasoning: of ? kept : "", answer: "" } });
    }
    if (active !== undefined) this.#select(active);
  }

  notice(text: string): void {
    this.#put({ type: "notice", text });
  }

  /** The kernel is gone, as after a restart. */
  die(): void {
    this.#local.die();
  }

  #put(message: ToPage): void {
    this.inbox.put(message);
  }

  #tellAll(): void {
    const turns = structuredClone(this.#turns);
    const active = this.#active;
    this.#put({ type: "snapshot", v: VERSION, seq: this.#seq, turns, active, kernel: null, chat: "demo" });
  }

  #receive(message: ToKernel): void {
    const { id } = message;
    this.#put({ type: "ack", id });
    try {
      this.#carryOut(message);
      this.#put({ type: "done", id });
    } catch (error) {
      this.#put({ type: "refused", id, text: String((error as Error).message) });
    }
  }

  #carryOut(message: ToKernel): void {
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
        void this.#play({
          turn: { ...turnOf({ question: message.text, ...REPLY }, this.#turns.length), parent: this.#active },
          begins: { reasoning: "", answer: "" },
        });
        break;
      case "select":
        this.#select(message.turn);
        break;
      case "export": {
        const text = this.#turns.map(({ question, text }) => `> ${question}\n\n${text.answer}\n`).join("\n");
        const count = this.#turns.length;
        this.#put({
          type: "exported",
          id: message.id,
          name: "demo.md",
          turns: count,
          thoughts: count,
          bytes: text.length,
          text,
        });
        break;
      }
      case "new_chat":
        this.#turns.length = 0;
        this.#active = null;
        this.#tellAll();
        break;
      case "set": {
        const before = this.#local.model.get("turn_settings");
        const { temperature = 0 } = message.settings;
        if (!(temperature >= 0 && temperature <= 2))
          throw new Error(`temperature=${temperature} can't be. Give a number from 0 to 2.`);
        this.#local.model.set("turn_settings", { ...before, ...message.settings });
        this.#local.model.save_changes();
        break;
      }
      case "describe":
        this.#put({ type: "described", id: message.id, about: DESCRIBED, memory: MEMORY });
        break;
      case "unload":
        this.#local.model.set("engine_status", { ...this.#local.model.get("engine_status"), state: "idle" });
        this.#local.model.save_changes();
        break;
      case "look":
      case "restore":
        break; // no scene has a cell with something before it
      case "check":
      case "trace_answer":
        void this.#lookers.look(this.#turn(message.turn), message.type, message.k);
        break;
      case "note":
      case "remove_note":
        this.#notes.carryOut(this.#turn(message.turn), message);
        break;
      case "stop_check":
        this.#lookers.stop(message.turn, message.what);
        break;
      case "foresee":
        this.#put({ type: "foreseen", id: message.id, seconds: message.k * 10, tokens: message.k * 140 });
        break;
      case "scores":
        this.#put({ ...scoredOf(this.#turn(message.turn)), id: message.id });
        break;
      case "compare":
        this.#put(
          compared(
            message.id,
            this.#turns.filter(({ id }) => message.turns.includes(id)),
          ),
        );
        break;
      default:
        this.#steer(message);
    }
  }

  #steer(
    command: Exclude<ToKernel, { type: "compare" | "export" | "look" | "restore" }> & { turn: string },
  ): void {
    const turn = this.#turn(command.turn);
    const { id, state } = turn;
    const flags = { answer_now: this.#closed, think_more: this.#longer }[command.type as string];
    if (state === "running" && flags) {
      flags.add(id);
      // A still turn is written from here on.
      if (!this.#writing.has(id)) void this.#goOn(turn);
      return;
    }
    if (state !== "ended") this.#stop(id);
    void this.#play(...versionsBy(command, turn, this.#turns.length));
  }

  #turn(id: string): SnapshotTurn {
    const turn = this.#turns.find(turn => turn.id === id);
    if (!turn) throw new Error("This turn is no longer part of the conversation.");
    return turn;
  }

  #goOn(turn: SnapshotTurn): Promise<void> {
    const final = { ...turn, state: "ended", finish_reason: "stop", thinking_ended_by: "model" } as const;
    return this.#write(turn, final, { reasoning: "", answer: ANSWER });
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
  async #play(...made: Made[]): Promise<void> {
    const turns = made.map(each => this.#add(each));
    const [first] = turns;
    if (!first) return;
    if (first.version) this.#select(first.id);
    else this.#active = first.id;
    const writing = made.map(({ turn: final, begins }, index) =>
      this.#write(turns[index] as SnapshotTurn, final, {
        reasoning: final.text.reasoning.slice(begins.reasoning.length),
        answer: final.text.answer.slice(begins.answer.length),
      }),
    );
    await Promise.all(writing);
  }

  /** A turn that waits, with the text that it begins with. */
  #add({ turn: { id, parent, question, version, others }, begins }: Made): SnapshotTurn {
    const turn: SnapshotTurn = {
      ...{ id, parent, question, state: "queued", place: 1 },
      ...(version ? { version } : {}),
      text: { reasoning: "", answer: "" },
      others: { reasoning: [], answer: [] },
      timeline: [],
    };
    this.#turns.push(turn);
    this.#change(id, {});
    for (const kind of KINDS) {
      const letters = [...begins[kind]];
      let at = 0;
      for (const [start, end, origin] of others?.[kind] ?? []) {
        this.#say(turn, kind, letters.slice(at, start).join(""), 0);
        this.#say(turn, kind, letters.slice(start, end).join(""), 0, undefined, origin);
        at = end;
      }
      this.#say(turn, kind, letters.slice(at).join(""), 0);
    }
    return turn;
  }

  /** The next piece of a text. */
  #say(
    turn: SnapshotTurn,
    kind: Kind,
    text: string,
    tokens: number,
    seconds?: number,
    origin?: Origin,
  ): void {
    if (text === "") return;
    const at = codePoints(turn.text[kind]);
    turn.text[kind] += text;
    if (origin) turn.others?.[kind].push([at, at + codePoints(text), origin]);
    const more = { ...(seconds === undefined ? {} : { seconds }), ...(origin ? { origin } : {}) };
    this.#put({ type: "delta", seq: ++this.#seq, turn: turn.id, kind, at, text, tokens, ...more });
  }

  /** Write `rest` behind what is there; then the turn stands as `final` does. */
  async #write(turn: SnapshotTurn, final: SnapshotTurn, rest: TurnText): Promise<void> {
    const { id } = turn;
    const tokens = { prompt: final.tokens?.prompt ?? 0, reasoning: 0, answer: 0 };
    if (turn.state === "running") Object.assign(tokens, turn.tokens);
    const began = performance.now() - (turn.seconds?.total ?? 0) * 1000;
    const seconds = () => (performance.now() - began) / 1000;
    const pause = () => new Promise(resolve => setTimeout(resolve, this.#pace || USUAL));
    const stopped = () => this.#stopped.has(id);
    const say = async (kind: Kind, text: string) => {
      for (const piece of pieces(text)) {
        if (stopped() || (kind === "reasoning" && this.#closed.has(id))) return;
        this.#say(turn, kind, piece, ++tokens[kind], seconds());
        if (kind === "reasoning")
          turn.timeline?.push([codePoints(turn.text.reasoning), tokens.reasoning, seconds()]);
        await pause();
      }
    };
    this.#writing.add(id);
    if (turn.state === "queued") {
      const running = { state: "running", opens_thinking: true, limits: LIMITS, pace: PACE } as const;
      this.#change(id, { ...running, place: undefined, seconds: { total: seconds() }, tokens });
      for (let read = 0; read < READING; read++) await pause();
    }
    await say("reasoning", rest.reasoning);
    if (this.#longer.has(id) && !stopped() && !this.#closed.has(id)) {
      turn.others ??= { reasoning: [], answer: [] };
      this.#say(turn, "reasoning", WAIT, tokens.reasoning, seconds(), "think_more");
      await say("reasoning", LONGER);
    }
    await say("answer", rest.answer);
    const { text: _, timeline: __, others: ___, ...stands } = final;
    const closed = this.#closed.has(id) ? ({ thinking_ended_by: "user" } as const) : {};
    const cancelled = { state: "ended", finish_reason: "cancelled", thinking_ended_by: undefined } as const;
    const how = stopped() ? cancelled : closed;
    this.#change(id, { ...stands, ...how, place: undefined, seconds: { total: seconds() }, tokens });
    for (const flags of [this.#writing, this.#stopped, this.#closed, this.#longer]) flags.delete(id);
  }
}
