// Every message of the kernel to the page, as types. Mirrors r1widget/jupyter/protocol.py, in the same order (what is known of a turn
// beyond its text: checks.ts). The page's commands: tokernel.ts.
//
// State is a trait, movement is a message, a command is a message. The examples in tests/wire/*.json are read by
// both sides' tests. What is not here: what is done with a message (store.ts), how one is sent (commands.ts).

import type { Checks, Foreseen, Scored, TurnChecks } from "./checks.ts";
import type { FinishReason, Kind } from "./kinds.ts";

export type { FinishReason, Kind };

/** Of this protocol; another one is refused in a sentence. A field that may be absent and passed over changes it not. */
export const VERSION = 3;

export type State = "queued" | "running" | "ended";
/** Who wrote a text. */
export type Origin = "model" | "person" | "budget" | "think_more" | "loop";
/** Of a turn that no person cancelled: the kernel that wrote it ended, or is another one, which still writes it. */
export type Interruption = "kernel" | "elsewhere";
export type Part = "question" | "reasoning" | "answer";
export type ThinkingEnd = "model" | "budget" | "user" | "length" | "loop";

/**
 * A turn without its text. The question of an `id` never changes; nor do its `parent` and `version`, but for those of a
 * question that waits when the turn before it is replaced: it moves behind the new version.
 */
export interface TurnState {
  id: string;
  parent: string | null;
  question: string;
  state: State;
  /** Where it comes from; absent for a question that was simply asked. */
  version?: TurnVersion;
  /** While it repeats itself, and of an ended turn that did until its end. */
  loop?: TurnLoop;
  /** In the chat's own queue, from 1; while queued. */
  place?: number;
  /** While running: whether the reply begins inside the thought. */
  opens_thinking?: boolean;
  /** While running: how many other chats the engine writes for first. */
  waiting?: number;
  /** While running: how far the prompt has been read, where that takes a while. */
  reading?: TurnReading;
  /** While running. */
  limits?: TurnLimits;
  /** While running what is to be expected; of an ended turn how fast it was. */
  pace?: TurnPace;
  finish_reason?: FinishReason;
  interrupted?: Interruption;
  thinking_ended_by?: ThinkingEnd;
  error?: string;
  /** Sentences to be shown beside the text, quietly: what a server sent that can't be shown. */
  notes?: string[];
  seconds?: TurnSeconds;
  tokens?: TurnTokens;
}

/** See version.py. */
export interface TurnVersion {
  of: string;
  part: Part;
  at: number;
  fork?: string;
}

/** A text that repeats itself since the character `since` of its kind. */
export interface TurnLoop {
  kind: Kind;
  since: number;
  rounds: number;
  /** Of an answer that was ended for it; of a thought, `thinking_ended_by` says so. */
  ended?: boolean;
}

/** Seconds so far; of a running turn, when the message was sent. */
export interface TurnSeconds {
  total: number;
  thinking?: number;
}

export interface TurnTokens {
  prompt?: number;
  reasoning: number;
  answer: number;
  /** That the model didn't choose: what closed its thinking, "Wait". */
  others?: number;
}

/** Tokens of the prompt. */
export interface TurnReading {
  done: number;
  total: number;
}

/** In tokens. */
export interface TurnLimits {
  max_tokens: number;
  thinking_budget?: number;
}

/** Of writing, and of reading the prompt. */
export interface TurnPace {
  tokens_per_second?: number;
  prompt_tokens_per_second?: number;
}

export interface TurnText {
  reasoning: string;
  answer: string;
}

// ---- kernel to page

/** The whole tree. The answer to `sync`, and the news after `clear`. */
export interface Snapshot {
  type: "snapshot";
  v: number;
  seq: number;
  /** In the order they were made. */
  turns: SnapshotTurn[];
  /** The last turn of the active branch. */
  active: string | null;
  /** The kernel's id, so that Stop can interrupt a cell that waits for a turn. */
  kernel: string | null;
  /** The chat's own id, under which a page keeps what was typed. */
  chat: string;
}

export interface SnapshotTurn extends TurnState {
  text: TurnText;
  /** What of it the model didn't write. */
  others?: TurnOthers;
  /** Of the reasoning: [characters, tokens, seconds], see timeline.ts. Characters are Unicode code points. */
  timeline?: [number, number, number][];
  checks?: TurnChecks;
}

/** Of each kind: [start, end, origin], in code points, in order. */
export type TurnOthers = Record<Kind, [number, number, Origin][]>;

/**
 * A turn is new, or its state has changed. All text before the change has been sent before it. A new one without a
 * `version` that follows the last turn of the active branch is on that branch.
 */
export interface TurnChanged {
  type: "turn";
  seq: number;
  turn: TurnState;
}

/** Another branch is the active one: the one that ends in the turn `active`. Every turn on it has been told of. */
export interface Branch {
  type: "branch";
  seq: number;
  active: string | null;
}

export interface TextDelta {
  type: "delta";
  seq: number;
  turn: string;
  kind: Kind;
  /** An offset in Unicode code points, within one turn's text of one kind. */
  at: number;
  text: string;
  /** Of this kind, so far. */
  tokens: number;
  /** Since the turn began. */
  seconds?: number;
  /** Who wrote it, where that isn't the model. */
  origin?: Origin;
}

/**
 * The command `id` has been read. Without this within half a second, the kernel is busy with another cell. `done` or
 * `refused` follows.
 */
export interface Ack {
  type: "ack";
  id: string;
}

/** The command `id` has been carried out, and its consequences have been told. */
export interface Done {
  type: "done";
  id: string;
  /** That came of it. */
  turn?: string;
}

/** The command `id` was not carried out, or failed. */
export interface Refused {
  type: "refused";
  id: string;
  /** A sentence for the person: why, and what to do. */
  text: string;
}

/** The answer to `compare`: which answers agree. */
export interface Compared {
  type: "compared";
  /** Of the command. */
  id: string;
  by: "value" | "text";
  /** The largest first. `value`: what its answers end in, or the beginning of their text. */
  groups: ComparedGroup[];
  /** Turns that have no answer. */
  without: string[];
}

export interface ComparedGroup {
  value: string;
  by: "value" | "text";
  turns: string[];
}

/** The answer to `export`: the file, or without its text what it would be. */
export interface Exported {
  type: "exported";
  /** Of the command. */
  id: string;
  /** Of the file. */
  name: string;
  turns: number;
  thoughts: number;
  bytes: number;
  text?: string;
}

/** The answer to `look`: what the cell had before, to be read. */
export interface Looked {
  type: "looked";
  /** Of the command. */
  id: string;
  turns: SnapshotTurn[];
  active?: string | null;
}

/** The answer to `describe`: what is seldom asked for. */
export interface Described {
  type: "described";
  /** Of the command. */
  id: string;
  /** All that the engine says of itself, as a record has it; of one that isn't loaded what is known without. */
  about: Record<string, unknown>;
  /** Bytes. */
  memory?: ModelMemory;
}

export interface ModelMemory {
  /** Of the whole kernel. */
  process: number;
  /** Of the weights, and of the keys and values of this model's chats; absent where nobody knows. */
  weights?: number;
  cache?: number;
}

/** A sentence for the person. */
export interface Notice {
  type: "notice";
  text: string;
}

export type ToPage =
  | Snapshot
  | TurnChanged
  | Branch
  | TextDelta
  | Checks
  | Ack
  | Done
  | Refused
  | Compared
  | Exported
  | Looked
  | Described
  | Foreseen
  | Scored
  | Notice;

/** The trait `engine_status`: what the model is doing, whichever page looks. */
export interface EngineStatus {
  state: "idle" | "loading" | "ready" | "failed";
  model: string;
  /** A sentence; in "failed" what is wrong and the remedy, in "ready" how the weights are held: and why. */
  text: string;
  done?: number;
  total?: number;
  /** In "loading": seconds until that is done, about. */
  left?: number;
  /** In every state: what is known of the model. */
  about?: ModelAbout;
  /** In "loading"; for a language that isn't the kernel's. */
  stage?: "download" | "load" | "check";
  /** In "ready": of a weight, where it has fewer than the model was made with. */
  bits?: number;
  /** In "ready": acts of steering that it can't carry out, and why. */
  cannot?: Record<string, string>;
}

/** What is known of a model, also before it is loaded; what isn't known isn't there. */
export interface ModelAbout {
  /** As a person calls it, without whose it is. */
  title: string;
  /** Where it runs: on this machine, on a server, or as an object that the person made. */
  place: "here" | "server" | "object";
  /** Of a server: its name. */
  server?: string;
  /** Sums alone (the built-in model), or thoughts; absent: nobody knows. */
  skill?: "sums" | "reasoning";
  parameters?: number;
  /** Of a GGUF file: how its weights lie in it, as llama.cpp calls that. */
  file_type?: string;
  /** Of a weight, as it will be held or is; where that differs, of those with the fewest. */
  bits?: number;
  /** And of those with the most. */
  most_bits?: number;
  device?: "cpu" | "cuda" | "mps";
  /** Bytes that have to come from the network yet. */
  download?: number;
  /** Bytes that its weights take. */
  memory?: number;
  /** Seconds until it is loaded, about; without the download. */
  seconds?: number;
}
