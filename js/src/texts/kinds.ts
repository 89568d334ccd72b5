// What is told apart in the page and has a word in every language: the texts are below all that tells it apart.

/** Of a step of a thought; see thought/steps.ts. */
export type StepKind = "step" | "plan" | "check" | "alternative" | "conclusion";

/** Which steps an outline can be asked to list alone: those of a kind, those of which something was found, or those of a loop. */
export type StepFilter = "finding" | "check" | "alternative" | "loop";

/** How an ended turn ended, as far as there is anything to say of it; see state/outcome.ts. */
export type Outcome =
  | "unremarkable"
  | "stopped"
  | "looped"
  | "stoppedThinking"
  | "stoppedBefore"
  /** In the queue. */
  | "cancelled"
  /** By the end of its kernel. */
  | "interrupted"
  | "interruptedBefore"
  /** By another kernel, still. */
  | "writtenElsewhere"
  | "cutOff"
  | "cutOffThinking"
  /** No answer, and no reason for that. */
  | "empty";

/** How it stands with a chat's model, in a word; see chat/status.ts. */
export type Standing =
  /** Not loaded. */
  | "idle"
  /** Of what there is nothing to load: not asked yet. */
  | "unused"
  | "downloading"
  | "loading"
  | "ready"
  /** Others come first. */
  | "waiting"
  | "reading"
  | "thinking"
  | "answering"
  /** There is no kernel. */
  | "offline"
  | "failed";

/** A question to begin with; see chat/examples.ts. */
export type Example =
  | "easySum"
  | "middleSum"
  | "hardSum"
  | "puzzle"
  | "proof"
  | "counting"
  /** Not asked, but written into a cell. */
  | "variable";

/** What a key does; see chat/shortcuts.ts. */
export type Shortcut =
  | "send"
  | "newLine"
  | "stop"
  | "recall"
  | "answerNow"
  | "find"
  | "outline"
  | "fold"
  | "accept"
  | "help";
