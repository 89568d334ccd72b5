// What is said of the head, the empty chat, and what the model is, in English.

import type { ModelAbout } from "../../wire/protocol.ts";
import type { Example, Shortcut, Standing } from "../kinds.ts";
import { joined, rounded, size } from "../numbers.ts";
import { figures, number } from "./figures.ts";

const STANDING: Record<Standing, string> = {
  idle: "Not loaded",
  unused: "Not used yet",
  downloading: "Downloading",
  loading: "Loading",
  ready: "Ready",
  waiting: "Waiting",
  reading: "Reading",
  thinking: "Thinking",
  answering: "Answering",
  offline: "Offline",
  failed: "Failed",
};

const DEVICES = { cpu: "CPU", cuda: "GPU", mps: "Apple GPU" };

const FACTS: Record<string, string> = {
  engine: "Engine",
  revision: "Revision",
  weights_hash: "Weights hash",
  template_hash: "Template hash",
  quantization: "Quantization",
  dtype: "Number type",
  file: "File",
  file_type: "Type of the file",
  file_why: "Why this file",
  threads: "Threads",
  parameters: "Parameters",
  context: "Context",
  path: "Code path",
  download: "To download",
  memory: "Memory for weights",
  seconds: "Time to load",
  opens_thinking: "Thinks first",
};

const EXAMPLES: Record<Example, string> = {
  easySum: "What is 23 + 58?",
  middleSum: "What is 17 × 24?",
  hardSum: "What is 86 × 47 − 329?",
  puzzle:
    "Three boxes hold apples, oranges, and both. Every label is wrong. From which box do you take one fruit to know all three?",
  proof: "Prove that the square root of 2 is irrational.",
  counting: "How many zeros does 100! end with?",
  variable: "Ask about a variable of this notebook, in a cell below.",
};

const NAMES: Record<Example, string> = {
  easySum: "Easy",
  middleSum: "Harder",
  hardSum: "Two steps",
  puzzle: "A puzzle",
  proof: "A proof",
  counting: "A count",
  variable: "Your data",
};

const SHORTCUTS: Record<Shortcut, string> = {
  send: "Send the question",
  newLine: "Start a new line",
  stop: "Stop; close what is open",
  recall: "Bring back your last question, in an empty field",
  answerNow: "Answer now, while it thinks",
  find: "Find in the thought",
  outline: "Move through the outline",
  fold: "Fold or unfold a step",
  accept: "Go on, in an editor",
  help: "Show this list",
};

/** 1,777,088,000 → "1.78 B", with as many digits as `places`. */
function count(value: number, places: number): string {
  for (const [unit, name] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
  ] as const)
    if (value >= unit) return `${rounded(value / unit, places)} ${name}`;
  return number.format(value);
}

/** Where it runs, inside of a sentence. */
function where({ place, server }: ModelAbout): string {
  if (place === "server") return server ? `on ${server}` : "on a server";
  return place === "here" ? "on this computer" : "your own engine";
}

/** Of a weight: 8, or 4 to 6, where a file has several kinds. */
const bits = (least: number, most = least): string =>
  `${least === most ? least : `${least} to ${most}`} bits a weight`;

/** How its weights are held: "Q4_K_M (4 to 6 bits a weight)". */
function held({ file_type: type, bits: least, most_bits: most }: ModelAbout): string {
  const said = least ? bits(least, most) : "";
  return type && said ? `${type} (${said})` : (type ?? said);
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

export const heading = {
  // ---- the head
  standing: (standing: Standing): string => STANDING[standing],
  /** Bytes, and seconds. */
  downloaded: (done: number, total: number): string => `${size(done, total)} of ${size(total)}`,
  left: (seconds: number): string => `${figures.about(seconds).replace("about ", "")} left`,
  newChat: "New chat",
  newChatHint: "Start a new chat; you can come back to this one",
  newChatEmpty: "This chat is new already",
  shortcuts: "Keyboard shortcuts",
  shortcut: (which: Shortcut): string => SHORTCUTS[which],

  // ---- what the model is
  modelHint: "What this model is, and where it runs",
  runs: "Runs",
  runsWhere: (about: ModelAbout): string =>
    capital(where(about)) + (about.device ? ` (${DEVICES[about.device]})` : ""),
  weights: "Weights",
  bits,
  fact: (name: string): string => FACTS[name] ?? capital(name.replaceAll("_", " ")),
  parameters: (value: number): string => count(value, 2),
  yes: "Yes",
  no: "No",
  memoryOf: (what: "weights" | "cache" | "process"): string =>
    ({
      weights: "Memory: weights",
      cache: "Memory: this model's chats",
      process: "Memory: the whole kernel",
    })[what],
  unload: "Unload",
  unloadHint: "Free its memory; the next question loads it again",
  asksModel: "Asking the model…",
  modelWaits: "The kernel is busy with another cell; more is shown when it is free.",
  modelGone: "The kernel is gone, and can't say more.",

  // ---- the empty chat
  isWhat: (about: ModelAbout): string =>
    joined([
      about.parameters ? `${count(about.parameters, 1)} parameters` : "",
      held(about),
      where(about),
    ]),
  loadsFirst: ({ download, seconds, memory }: ModelAbout): string => {
    const load = [seconds ? figures.about(seconds) : "", memory ? size(memory) : ""].filter(Boolean);
    if (download)
      return `${size(download)} to download first${load.length > 0 ? `, then ${load.join(", ")}` : ""}`;
    return `loads with your first question${load.length > 0 ? `: ${load.join(", ")}` : ""}`;
  },
  can: (skill: ModelAbout["skill"], small: boolean): string =>
    ({
      sums: "Arithmetic, step by step, and nothing else.",
      reasoning: small
        ? "It thinks before it answers. A model of this size is often wrong: read the thought."
        : "It thinks before it answers. Read the thought: it may be wrong.",
      unknown: "Ask in your own words, or start with one of these.",
    })[skill ?? "unknown"],
  example: (which: Example): string => EXAMPLES[which],
  exampleName: (which: Example): string => NAMES[which],
  examples: "Questions to start with",
  /** The name of a variable stands in braces. */
  variableQuestion: "My measurements are {data}. Is their mean above 3?",
  variableHint: "Insert a cell below, with a question about your variable",
  variableInserted: "Inserted a cell below: put your variable's name between the braces, and run it.",
  stays: "Saving the notebook saves the chat.",
  staysNowhere: "Nothing of this chat is kept here.",
};

export type Head = typeof heading;
