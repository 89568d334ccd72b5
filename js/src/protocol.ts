// Every message between the kernel and the page, as types. Mirrors r1widget/protocol.py, in the same order.
//
// State is a trait, movement is a message, a command is a message. The examples in tests/wire/*.json are read by
// both sides' tests. What is not here: what is done with a message (store.ts), how one is sent (commands.ts).

/** Of this protocol; another one is refused in a sentence. A field that may be absent and passed over changes it not. */
export const VERSION = 1;

export type Kind = "reasoning" | "answer";
export type State = "queued" | "running" | "ended";
export type FinishReason = "stop" | "length" | "cancelled" | "error";
export type ThinkingEnd = "model" | "budget" | "user" | "length" | "loop";

/** A turn without its text. */
export interface TurnState {
  id: string;
  parent: string | null;
  question: string;
  state: State;
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
  thinking_ended_by?: ThinkingEnd;
  error?: string;
  seconds?: TurnSeconds;
  tokens?: TurnTokens;
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

/** The whole active branch. The answer to `sync`, and the news after `clear`. */
export interface Snapshot {
  type: "snapshot";
  v: number;
  seq: number;
  turns: SnapshotTurn[];
  /** The kernel's id, so that Stop can interrupt a cell that waits for a turn. */
  kernel: string | null;
  /** Whether this notebook's saved transcript follows the conversation; false after a reload of the page. */
  stored: boolean;
}

export interface SnapshotTurn extends TurnState {
  text: TurnText;
  /** Of the reasoning: [characters, tokens, seconds], see timeline.ts. Characters are Unicode code points. */
  timeline?: [number, number, number][];
}

/** A turn is new, or its state has changed. All text before the change has been sent before it. */
export interface TurnChanged {
  type: "turn";
  seq: number;
  turn: TurnState;
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
}

/** The command `id` has been read. Without this within half a second, the kernel is busy with another cell. */
export interface Ack {
  type: "ack";
  id: string;
}

/** A sentence for the person: a command could not be carried out, and what to do. */
export interface Notice {
  type: "notice";
  text: string;
}

export type ToPage = Snapshot | TurnChanged | TextDelta | Ack | Notice;

// ---- page to kernel: each command has an `id` of its own, for the `ack`

export interface Ask {
  type: "ask";
  id: string;
  text: string;
}

/** Stop one turn, queued or running; without `turn`, all. */
export interface Stop {
  type: "stop";
  id: string;
  turn?: string;
}

export interface Clear {
  type: "clear";
  id: string;
}

/** Send a `snapshot`. `fresh`: this page has only just met the chat (it was opened or reloaded). */
export interface Sync {
  type: "sync";
  id: string;
  fresh: boolean;
}

export type ToKernel = Ask | Stop | Clear | Sync;

/** The trait `engine_status`: what the model is doing, whichever page looks. */
export interface EngineStatus {
  state: "idle" | "loading" | "ready" | "failed";
  model: string;
  /** A sentence; in "failed" what is wrong and the remedy, in "ready" how the weights are held: and why. */
  text: string;
  done?: number;
  total?: number;
}
