// Every sentence and label of the interface, in English; those of numbers and of versions have files of their own. The other
// languages have the same keys; index.ts has the table. What is said when the library isn't there is in loader.ts.

import type { EngineStatus } from "../wire/protocol.ts";
import { acting } from "./en/acts.ts";
import { checking } from "./en/checking.ts";
import { composing } from "./en/composer.ts";
import { exporting } from "./en/exporting.ts";
import { figures, number } from "./en/figures.ts";
import { heading } from "./en/head.ts";
import { keeping } from "./en/keeping.ts";
import { outlining } from "./en/outline.ts";
import { choosing } from "./en/settings.ts";
import { steering } from "./en/steering.ts";
import type { StepKind } from "./kinds.ts";
import { outcomes } from "./outcomes.ts";

const KINDS: Record<StepKind, string> = {
  step: "Step",
  plan: "Plan",
  check: "Check",
  alternative: "Alternative",
  conclusion: "Conclusion",
};

export const en = {
  ...figures,
  ...steering,
  ...exporting,
  ...keeping,
  ...heading,
  ...choosing,
  ...composing,
  ...outlining,
  ...acting,
  ...checking,
  ...outcomes("en"),
  /** For the attribute `lang`: voices and fonts go by it. */
  tag: "en",

  // ---- when there is nothing to talk to
  notConnected: "Not connected to a kernel. The conversation is in the text below.",
  disconnected:
    "The kernel of this chat is gone. Run the cell that makes it again: it offers to go on where this stopped, " +
    "and a chat with a name goes on by itself.",
  turnGone: "This turn is no longer part of the conversation.",
  otherVersion: (theirs: number, ours: number): string =>
    `The kernel speaks version ${theirs} of r1widget's protocol and this page version ${ours}. ` +
    "Restart the kernel and reload the page.",

  // ---- the composer
  ask: "Ask a question",
  send: "Send",
  stop: "Stop",
  stopping: "Stopping…",
  cancel: "Cancel this question",

  // ---- notices
  askWaits: "The kernel is busy with another cell; your question is waiting.",
  steerWaits: "The kernel is busy with another cell; what you pressed takes effect when it is free.",
  stopWaits:
    "The kernel is busy with another cell; Stop takes effect when it is free, or interrupt the kernel.",
  interruptFailed: "Stop did not reach the kernel. Interrupt it from the Kernel menu.",
  /** `called`: what to run to show the chat; empty: not known. */
  unkept: (called: string): string =>
    "New turns don't reach the notebook from here. " +
    `${called ? `Run \`${called}\`` : "Show this chat with display()"} in a new cell: there the notebook keeps all of them.`,
  isAgain: (called: string): string =>
    `The cell was run again, and its chat goes on. \`${called || "chat"}.clear()\` begins a new one.`,
  dismiss: "Dismiss",

  // ---- the model
  /** `text`: what the kernel says, in English. */
  loading: (text: string, _stage: EngineStatus["stage"]): string => text,

  // ---- a turn
  reading: "Reading the question…",
  loadingModel: (name: string): string => `Loading ${name}…`,
  thinking: "Thinking…",
  failed: "The turn failed, and the kernel did not say why. Its log may.",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Not copied: select the text",
  jump: "Jump to latest",

  // ---- reading a thought
  outline: "Outline",
  find: "Find",
  findHint: "Find in this thought (Ctrl-F or Cmd-F)",
  findInThought: "Find in the thought",
  matches: (current: number, count: number): string =>
    count === 0 ? "Not found" : `${number.format(current)} of ${number.format(count)}`,
  previousMatch: "Previous (Shift-Enter)",
  nextMatch: "Next (Enter)",
  closeFind: "Close (Esc)",
  copyThought: "Copy the thought as it was written",
  copyAnswer: "Copy the answer as it was written",
  copyMarkdown: "Copy as Markdown",
  copyMarkdownHint: "Question, thought and answer",
  source: "Source",
  sourceHint: "Show thought and answer as they were written",
  foldStep: "Fold this step",
  unfoldStep: "Unfold this step",
  kind: (kind: StepKind): string => KINDS[kind],
  height: "Height of the conversation",
  heightHint: "Drag, or arrow keys; double click or Home for the default height",

  // ---- what a screen reader is told, at boundaries only
  sayThinking: "Thinking",
  sayAnswering: "Answering",
  sayReady: (words: number): string =>
    `Answer ready, ${number.format(words)} ${words === 1 ? "word" : "words"}`,
  sayStopped: "Stopped",
  sayFailed: "The turn failed",

  // ---- names of regions
  conversation: "Conversation",
  thoughtRegion: "What the model thought",

  /** How an ended turn ended; empty when there is nothing to remark on. */
  imageLabel: (address: string, alt: string): string =>
    alt ? `image: ${alt} (${address})` : `image: ${address}`,
  imageHint: "Load this image from the network",
};

/** What every language has. (The object is not `as const`: its texts are of the type `string`.) */
export type Texts = Readonly<typeof en>;
