// What is said of settings, in English.

import type { TurnSettings, Unfold } from "../../wire/model.ts";
import { number } from "./figures.ts";

type Name = keyof TurnSettings;

const NAMES: Record<Name, string> = {
  temperature: "Temperature",
  top_p: "Top-p",
  max_tokens: "Longest turn",
  thinking_budget: "Thinking budget",
  budget_message: "Words before the budget's end",
  stop_loops: "End loops",
  seed: "Seed",
  system: "System prompt",
};

const HINTS: Record<Name, string> = {
  temperature: "How much chance there is in each word; 0: none",
  top_p: "Words are drawn from the likeliest that make up this share",
  max_tokens: "In tokens, thinking and answer together",
  thinking_budget: "In tokens; then the answer begins. 0: no thinking",
  budget_message: "Written into the thought before the budget ends it",
  stop_loops: "A thought that repeats itself is ended, and the answer begins",
  seed: "The same seed gives the same turn again",
  system: "Stands before the conversation",
};

const MODES: Record<Unfold, string> = { auto: "while thinking", always: "always", never: "never" };

export const choosing = {
  readingSettings: "Settings",
  readingHint: "How the model samples, and how thoughts are shown",
  samplingGroup: "The model's sampling",
  readingGroup: "Reading",
  setting: (name: Name): string => NAMES[name],
  settingHint: (name: Name): string => HINTS[name],
  recommended: (value: string): string => `DeepSeek recommends ${value}`,
  recommendedRange: (from: number, to: number, usual: number): string =>
    `DeepSeek recommends ${from}–${to}, usually ${usual}`,
  recommendedSystem: "DeepSeek recommends none for R1",
  noBudget: "no limit",
  noThinking: "No thinking",
  noSeed: "a new one each turn",
  noSystem: "None",
  between: (from: number, to: number): string => `A number from ${from} to ${to}.`,
  wholeBetween: (from: number, to: number): string => `A whole number from ${from} to ${to}.`,
  wholeFrom: (from: number): string => `A whole number from ${from} up.`,
  resetSetting: (label: string): string => `${label}: back to the usual`,
  resetAll: "Reset all",
  resetAllHint: "Everything back to the usual",
  unfold: "Open thoughts",
  unfoldMode: (mode: Unfold): string => MODES[mode],
  unfoldInPrint: "Unfold on paper",
  forks: "Continuations of a fork",
  language: "Language",
  languageAuto: "As the browser",
  clearChat: "Clear this chat",
  clearChatHint: "Forget all turns, also where they are kept",
  nothingToClear: "There is nothing to forget yet",
  forget: (turns: number): string => `Forget ${turns === 1 ? "1 turn" : `${number.format(turns)} turns`}?`,
  clear: "Clear",
  keep: "Keep",
};

export type SettingsTexts = typeof choosing;
