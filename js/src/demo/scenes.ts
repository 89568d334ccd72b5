// The scenes that can be chosen, and what a reader has done in each: opened this, typed that.

import type { ChatTraits, TurnSettings } from "../wire/model.ts";
import type { EngineStatus } from "../wire/protocol.ts";
import { tokensOf } from "./address.ts";
import { ALL_OF_IT, ASKING, FOUND, INITIATIVE_ASKED, ISLANDS_ASKED, SLIPPING, SLIPS } from "./check.ts";
import { ARABIC, HEBREW, HOSTILE, SIGNS, WORDS } from "./hard.ts";
import { HESITANT } from "./hesitation.ts";
import type { ScriptedKernel } from "./kernel.ts";
import { POCKET, R1, SERVED } from "./models.ts";
import { EXPECTED, NOTED } from "./notes.ts";
import { longThought } from "./primes.ts";
import { LIMITS, PACE, type Script } from "./script.ts";
import { MORE, RICH, SUM, TALL } from "./texts.ts";
import {
  APART,
  EDITED,
  FORKED,
  FORKING,
  LISTED,
  LOOPED,
  LOOPED_LATE,
  LOOPS,
  REWRITING,
  REWRITTEN,
} from "./versions.ts";

export interface Scene {
  label: string;
  scripts: Script[];
  /** The last turn of the branch that is shown, where that isn't the newest. */
  active?: string;
  engine?: Partial<EngineStatus>;
  /** Those of turns to come that aren't as usual. */
  settings?: Partial<TurnSettings>;
  traits?: Partial<ChatTraits>;
  /** The output of a cell that asked one question, in place of the chat. */
  single?: boolean;
  /** What the reader does when everything is there, step by step. */
  does?: ((view: HTMLElement, kernel: ScriptedKernel) => void)[];
}

/** A click, as the keyboard makes one too. */
const click = (selector: string) => (view: HTMLElement) => {
  const target = view.querySelector<HTMLElement>(selector);
  if (!target) throw new Error(`Nothing to click: ${selector}`);
  target.click();
};

const into = (selector: string) => (view: HTMLElement) =>
  view.querySelector(selector)?.scrollIntoView({ block: "end" });

const settings = click("[aria-controls*=settings]");
const upcoming = click(".r1-next-turn");
/** By its name, wherever it stands. */
const press = (name: RegExp) => (view: HTMLElement) => {
  const called = (each: Element) => each.getAttribute("aria-label") ?? each.textContent ?? "";
  const found = [...view.querySelectorAll<HTMLElement>("button")].find(each => name.test(called(each)));
  if (!found) throw new Error(`Nothing to press: ${name}`);
  found.click();
};

const open = click(".r1-fold");
const outline = click(".r1-tools [aria-controls]");
const find = click(".r1-tools button:not([aria-controls])");

const type =
  (text: string, into = ".r1-find-text", says = "input") =>
  (view: HTMLElement) => {
    const field = view.querySelector<HTMLInputElement | HTMLTextAreaElement>(into);
    if (!field) throw new Error("There is no field to type into.");
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event(says, { bubbles: true }));
  };
const ask = (text: string) => type(text, ".r1-draft");

/** In the menu of the last turn. */
const choose = (label: RegExp) => (view: HTMLElement) => {
  [...view.querySelectorAll<HTMLElement>(".r1-foot [aria-haspopup]")].at(-1)?.click();
  const items = [...view.querySelectorAll<HTMLElement>(".r1-menu-item")];
  const item = items.find(({ textContent }) => label.test(textContent ?? ""));
  if (!item) throw new Error(`Nothing to choose: ${label}`);
  item.click();
};

const check = choose(/^(Check|核查)/);

const { reasoning: thought = "" } = SUM;
const running = { state: "running", opens_thinking: true, limits: LIMITS, pace: PACE } as const;
const none = { finish_reason: undefined, thinking_ended_by: undefined } as const;
const half = thought.slice(0, thought.indexOf("480 - 72"));
const { limit, ...long } = longThought(tokensOf(new URL(location.href)));
const primes: Script = {
  question: `How many primes below ${limit} are one more than a multiple of 4?`,
  ...long,
};

const server = "A server keeps the thought to itself. With a local model it works.";
const CANNOT = { answer_now: server, budget: server, think_more: server, continue: server };

export const SCENES: Record<string, Scene> = {
  answered: { label: "Answered", scripts: [SUM] },
  empty: { label: "Empty", scripts: [], engine: { state: "idle" } },
  pocket: {
    label: "Empty, the built-in model",
    scripts: [],
    engine: { state: "idle", about: POCKET },
    traits: { model_name: "pocket" },
  },
  fetch: {
    label: "Empty, to be downloaded",
    scripts: [],
    engine: { state: "idle", about: { ...R1, download: 3_550_000_000 } },
    traits: { before: { turns: 3, at: "2029-12-30T10:00:00Z", interrupted: true } },
  },
  served: {
    label: "Empty, a server, private",
    scripts: [],
    engine: { state: "idle", about: SERVED },
    traits: {
      model_name: "deepseek-reasoner",
      kept: "nowhere",
      suggestions: ["What is new in these figures?", "Which of them are outliers, and why?"],
    },
  },
  model: {
    label: "What the model is",
    scripts: [SUM],
    engine: { bits: 8, text: "8 bits a weight: at 8 bits it takes 1.8 GB of 5.2 GB that are free" },
    does: [click(".r1-model")],
  },
  shortcuts: { label: "The keys", scripts: [SUM], does: [click(".r1-bar [aria-controls*=shortcuts]")] },
  loading: {
    label: "Loading the model",
    scripts: [
      { question: "What is 17 × 24?", state: { ...none, state: "queued", place: 1, seconds: undefined } },
    ],
    engine: {
      state: "loading",
      stage: "download",
      text: "Downloading model.safetensors: 1.4 of 3.6 GB, about 2 min",
      done: 1_400_000_000,
      total: 3_550_000_000,
      left: 118,
    },
  },
  failed: {
    label: "The model failed",
    scripts: [],
    engine: {
      state: "failed",
      text: 'The weights need 3.4 GB and 2.1 GB of memory are free. Close other kernels, or take a smaller model: ChatWidget("pocket").',
    },
  },
  queued: {
    label: "Reading, and queued",
    scripts: [
      {
        question: "What does this long text say, in a sentence?",
        state: {
          ...running,
          ...none,
          limits: { max_tokens: 8192 },
          pace: { ...PACE, tokens_per_second: 5.1 },
          seconds: { total: 4 },
          reading: { done: 512, total: 1500 },
          tokens: { prompt: 1500, reasoning: 0, answer: 0 },
        },
      },
      { question: "And in two words?", state: { ...none, state: "queued", place: 1, seconds: undefined } },
    ],
  },
  thinking: {
    label: "Thinking",
    scripts: [
      ...MORE.slice(0, 1),
      {
        question: SUM.question,
        reasoning: half,
        state: { ...running, ...none },
      },
    ],
  },
  previewed: {
    label: "Thinking, folded",
    scripts: [{ question: SUM.question, reasoning: half, state: { ...running, ...none } }],
    does: [open],
  },
  opened: { label: "The thought open", scripts: [SUM], does: [open] },
  outline: { label: "The outline", scripts: [SUM], does: [open, outline] },
  find: { label: "Finding words", scripts: [SUM], does: [open, outline, find, type("17")] },
  source: { label: "The source", scripts: [SUM], does: [open, choose(/Source|原文/)] },
  folded: {
    label: "A folded step",
    scripts: [SUM],
    does: [
      open,
      outline,
      click(".r1-step:nth-child(2) .r1-step-fold"),
      click(".r1-step:nth-child(4) .r1-step-fold"),
    ],
  },
  settings: { label: "Settings", scripts: [SUM], does: [settings] },
  chosen: {
    label: "Settings that aren't as usual",
    scripts: [SUM],
    settings: { temperature: 0.9, thinking_budget: 2000, seed: 7, system: "You are a patient teacher." },
    does: [settings, type("2.5", "[data-setting=top_p] .r1-number", "change")],
  },
  composing: {
    label: "A question being typed",
    scripts: [SUM],
    does: [ask("How many primes are there below 100?\n\nGive the reason, too.")],
  },
  upcoming: {
    label: "What the next turn uses",
    scripts: [SUM],
    settings: { thinking_budget: 2000 },
    does: [upcoming, ask("How many primes are there below 100?")],
  },
  running: {
    label: "Typing while a turn runs",
    scripts: [{ question: SUM.question, reasoning: half, state: { ...running, ...none } }],
    does: [ask("And 18 × 24?")],
  },
  exporting: { label: "Export", scripts: [SUM], does: [click(".r1-bar [aria-controls*=export]")] },
  versions: { label: "A thought that was edited", scripts: EDITED, does: [open, outline] },
  changes: { label: "What an edit changed", scripts: EDITED, does: [choose(/Changes|改动/)] },
  editor: {
    label: "Editing a thought",
    scripts: [SUM],
    does: [open, click(".r1-trace .r1-tools .r1-steer")],
  },
  fork: {
    label: "A fork, side by side",
    scripts: FORKED,
    active: "t2",
    does: [click(".r1-agree")],
  },
  forking: {
    label: "A fork that is being written",
    scripts: FORKING,
    active: "t2",
    does: [click(".r1-agree")],
  },
  apart: {
    label: "A fork, of which no two agree",
    scripts: APART,
    active: "t2",
    does: [click(".r1-agree")],
  },
  written: {
    label: "What an edit changed, as it is written",
    scripts: EDITED,
    does: [choose(/Changes|改动/), press(/^(As written|原文)/)],
  },
  rewritten: {
    label: "What changed in formulas and lists",
    scripts: REWRITTEN,
    does: [choose(/Changes|改动/)],
  },
  agreement: { label: "How many of a fork agree", scripts: FORKED, active: "t2" },
  rewriting: { label: "A version that is being written", scripts: REWRITING },
  menu: {
    label: "The menu of a turn",
    scripts: FORKED,
    active: "t2",
    does: [click(".r1-foot [aria-haspopup]")],
  },
  asked: { label: "A long question", scripts: [LISTED] },
  looping: { label: "Repeating itself", scripts: [LOOPS] },
  filtered: {
    label: "Some steps of the outline",
    scripts: [LOOPED_LATE],
    does: [open, outline, click(".r1-filters > :first-child"), click(".r1-filters > :last-child")],
  },
  legend: {
    label: "What the signs mean",
    scripts: [SUM],
    does: [open, outline, click(".r1-outline-head > button")],
  },
  looped: { label: "Repeated itself until the end", scripts: [LOOPED] },
  cannot: {
    label: "An engine that can't steer",
    scripts: [SUM, LOOPED],
    engine: { cannot: CANNOT },
    does: [open, upcoming, settings],
  },
  stopped: {
    label: "Stopped while thinking",
    scripts: [
      {
        question: SUM.question,
        reasoning: half,
        state: { finish_reason: "cancelled", thinking_ended_by: undefined },
      },
    ],
  },
  error: {
    label: "An error",
    scripts: [
      {
        question: SUM.question,
        reasoning: half,
        state: {
          finish_reason: "error",
          thinking_ended_by: undefined,
          error:
            "The server closed the connection after 312 tokens. Its log may say why; ask again to go on.",
        },
      },
    ],
  },
  cut: {
    label: "Cut off",
    scripts: [
      { ...SUM, answer: "Split 24 into 20 and 4, and multiply each of", state: { finish_reason: "length" } },
      {
        question: "Again?",
        reasoning: half,
        state: { finish_reason: "length", thinking_ended_by: "length" },
      },
    ],
  },
  interrupted: {
    label: "Its kernel ended",
    scripts: [
      {
        question: SUM.question,
        reasoning: half,
        state: { finish_reason: "cancelled", interrupted: "kernel", thinking_ended_by: undefined },
      },
      {
        question: "Again?",
        reasoning: half,
        state: { finish_reason: "cancelled", interrupted: "elsewhere", thinking_ended_by: undefined },
      },
    ],
  },
  long: { label: "A long thought", scripts: [primes], does: [open, outline] },
  rich: { label: "Math, code, tables", scripts: [RICH], does: [open] },
  tall: { label: "Tall formulas", scripts: [TALL], does: [open] },
  rtl: { label: "Right to left", scripts: [ARABIC, HEBREW], does: [open, outline] },
  words: { label: "Long words", scripts: [WORDS], does: [open, outline] },
  signs: { label: "Emoji and CJK", scripts: [SIGNS], does: [open, outline] },
  hostile: { label: "Hostile text", scripts: [HOSTILE], does: [open, outline] },
  many: { label: "Many turns", scripts: Array.from({ length: 10 }, () => [SUM, ...MORE]).flat() },
  gone: {
    label: "The kernel is gone",
    scripts: [SUM],
    does: [
      (_, kernel) => kernel.notice("Stop did not reach the kernel. Interrupt it from the Kernel menu."),
      (_, kernel) => kernel.die(),
    ],
  },
  slipping: { label: "Findings, while it thinks", scripts: [SLIPPING] },
  slips: { label: "Findings of an answer", scripts: [SLIPS], does: [open, outline, check] },
  findings: { label: "All kinds of findings", scripts: [FOUND], does: [check] },
  asking: { label: "A check that runs", scripts: [ASKING], does: [check] },
  support: {
    label: "What other answers have, too",
    scripts: [ISLANDS_ASKED],
    does: [check, click(".r1-check-groups .r1-fold:enabled")],
  },
  initiative: { label: "An initiative that doesn't exist", scripts: [INITIATIVE_ASKED], does: [check] },
  decided: { label: "Where it was decided", scripts: [ALL_OF_IT], does: [open, outline] },
  checking: { label: "All of a check", scripts: [ALL_OF_IT], does: [check] },
  hesitation: {
    label: "Where it hesitated",
    scripts: [HESITANT],
    does: [open, check, click(".r1-hesitation button[aria-pressed]"), into(".r1-hesitation")],
  },
  alternatives: {
    label: "What it might have written instead",
    scripts: [HESITANT],
    does: [open, check, click(".r1-hesitation button[aria-pressed]"), click(".r1-hesitant-row")],
  },
  notes: { label: "A reader's notes", scripts: [NOTED], does: [open, outline, check] },
  noting: {
    label: "Writing a note",
    scripts: [NOTED],
    does: [
      open,
      outline,
      click(".r1-outline-list .r1-row:nth-child(2)"),
      click(".r1-outline .r1-step-acts > :nth-child(3)"),
      click(".r1-toggles > :last-child"),
      type("Where does the 78 come from?", ".r1-note-text"),
    ],
  },
  predicting: {
    label: "An answer that waits to be predicted",
    scripts: [SUM, ...MORE.slice(0, 1)],
    traits: { predict: true },
    does: [type("About 400.", ".r1-note-text")],
  },
  predicted: { label: "A prediction, and what came", scripts: [EXPECTED], traits: { predict: true } },
  following: {
    label: "What follows a step is hidden",
    scripts: [SLIPS],
    does: [
      open,
      outline,
      click(".r1-outline-list .r1-row:nth-child(2)"),
      click(".r1-outline .r1-step-acts > :nth-child(4)"),
    ],
  },
  single: { label: "One turn of a cell", scripts: [SUM], single: true, does: [open, outline] },
};
