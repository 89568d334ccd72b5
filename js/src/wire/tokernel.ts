// Every command of the page to the kernel, as types. Mirrors r1widget/jupyter/to_kernel.py, in the same order. Each has an `id` of its
// own, for `ack`, and for `done` or `refused` (protocol.ts, which has what the page is told).

import type { Looking, Verdict } from "./checks.ts";
import type { TurnSettings } from "./model.ts";
import type { Kind, Part } from "./protocol.ts";

export interface Ask {
  type: "ask";
  id: string;
  text: string;
}

/** Stop one turn, queued or running; without `turn` and `ask`, all. */
export interface Stop {
  type: "stop";
  id: string;
  turn?: string;
  /** The turn that the command `ask` of this id becomes, also where this overtakes it. */
  ask?: string;
}

export interface Clear {
  type: "clear";
  id: string;
}

/** Go on with what the cell had before, in this chat, which is empty. */
export interface Restore {
  type: "restore";
  id: string;
}

/** What was it? The answer is a `looked`. */
export interface Look {
  type: "look";
  id: string;
}

/** End this conversation, which is kept, and begin another. Without a history there is nothing to keep it in, and it is refused. */
export interface NewChat {
  type: "new_chat";
  id: string;
}

/** Settings of turns to come, those that are named: what can't be is refused, and then nothing is set. */
export interface SetSettings {
  type: "set";
  id: string;
  settings: Partial<TurnSettings>;
}

/** What is the model? The answer is a `described`. */
export interface Describe {
  type: "describe";
  id: string;
}

/** Free the model's memory. The next question loads it again. */
export interface Unload {
  type: "unload";
  id: string;
}

/** Send a `snapshot`. */
export interface Sync {
  type: "sync";
  id: string;
}

/** Close the thinking of a turn that runs. */
export interface AnswerNow {
  type: "answer_now";
  id: string;
  turn: string;
}

/** A turn that thinks: take its next closing away. One that has ended: a version that goes on thinking. */
export interface ThinkMore {
  type: "think_more";
  id: string;
  turn: string;
}

export interface Regenerate {
  type: "regenerate";
  id: string;
  turn: string;
  n?: number;
}

/** A turn that ended early: a version that goes on where it did. */
export interface Resume {
  type: "resume";
  id: string;
  turn: string;
}

/** A new version of a turn, in which `part` is `text`, and generation goes on behind it. */
export interface Edit {
  type: "edit";
  id: string;
  turn: string;
  part: Part;
  text: string;
}

/** `n` versions that go on behind the first `at` code points of the verbatim thought. More than one is a fork. */
export interface ContinueFrom {
  type: "continue_from";
  id: string;
  turn: string;
  at: number;
  n?: number;
}

/** Make the branch through a turn the active one. */
export interface Select {
  type: "select";
  id: string;
  turn: string;
}

/** Which of these turns' answers agree? The answer is a `compared`. */
export interface Compare {
  type: "compare";
  id: string;
  turns: string[];
}

/** Ask a turn's question again, until there are `k` other answers. `checks` tell of them as they come. */
export interface CheckTurn {
  type: "check";
  id: string;
  turn: string;
  k: number;
}

/** Find out where in its thought a turn's answer was decided, with `k` continuations at each place. */
export interface TraceAnswer {
  type: "trace_answer";
  id: string;
  turn: string;
  k: number;
}

/** Look no further. What was found stays. */
export interface StopCheck {
  type: "stop_check";
  id: string;
  turn: string;
  what: Looking;
}

/** What would it take? The answer is a `foreseen`. */
export interface Foresee {
  type: "foresee";
  id: string;
  turn: string;
  what: Looking;
  k: number;
}

/** A reader's note, new, or in place of the one of this `id`. */
export interface PutNote {
  type: "note";
  id: string;
  turn: string;
  note: WrittenNote;
}

export interface WrittenNote {
  id?: string;
  kind: Kind;
  start: number;
  end: number;
  verdict?: Verdict;
  text?: string;
  is_prediction?: boolean;
}

export interface RemoveNote {
  type: "remove_note";
  id: string;
  turn: string;
  note: string;
}

/** Where did the model hesitate? The answer is a `scored`. */
export interface Scores {
  type: "scores";
  id: string;
  turn: string;
}

/** A version that goes on behind another token than the one that stands there. */
export interface ForkToken {
  type: "fork_token";
  id: string;
  turn: string;
  /** Of `ScoredToken`. */
  index: number;
  /** The other one's id, and its text. */
  token: number;
  text: string;
}

/** The conversation as a file. The answer is an `exported`. */
export interface Export {
  type: "export";
  id: string;
  /** The last: the page itself, read-only. */
  format: ".md" | ".html" | ".json" | ".ipynb" | "widget";
  /** `all`: every version, which .json, .ipynb and the widget hold. */
  scope: "branch" | "all" | "turn";
  /** Of the scope `turn`. */
  turn?: string;
  reasoning: "folded" | "open" | "plain" | "none";
  /** A reader's notes below their turns, or in a table behind the last as well. */
  notes?: "beside" | "table";
  size_only?: boolean;
}

export type ToKernel =
  | Ask
  | Stop
  | Clear
  | NewChat
  | SetSettings
  | Describe
  | Unload
  | Sync
  | Restore
  | Look
  | AnswerNow
  | ThinkMore
  | Regenerate
  | Resume
  | Edit
  | ContinueFrom
  | Select
  | Compare
  | CheckTurn
  | TraceAnswer
  | StopCheck
  | Foresee
  | PutNote
  | RemoveNote
  | Scores
  | ForkToken
  | Export;
