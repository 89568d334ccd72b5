// What is said of settings, in English.

import type { TurnSettings, Unfold } from "../../wire/model.ts";
import { number } from "./figures.ts";

type Name = keyof TurnSettings;

const NAMES: Record<Name, string> = {
  temperature: "Temperature",
  top_p: "Top-p",
  max_tokens: "Max tokens",
  thinking_budget: "Thinking budget",
  budget_message: "Budget message",
  stop_loops: "End loops",
  seed: "Seed",
  system: "System prompt",
};

const HINTS: Record<Name, string> = {
  temperature: "Low is steady, high is varied; 0 leaves nothing to chance",
  top_p: "Words are drawn from the likeliest that make up this share",
  max_tokens: "Of a turn, thought and answer together",
  thinking_budget: "In tokens; then the answer begins. 0: no thinking",
  budget_message: "Written into the thought before the budget ends it",
  stop_loops: "A thought that repeats itself is ended, and the answer begins",
  seed: "The same seed gives the same turn again",
  system: "Stands before the conversation",
};

const MODES: Record<Unfold, string> = { auto: "While thinking", always: "Always", never: "Never" };

export const choosing = {
  readingSettings: "Settings",
  readingHint: "How the model samples, and how thoughts are shown",
  samplingGroup: "Sampling",
  readingGroup: "Reading",
  setting: (name: Name): string => NAMES[name],
  settingHint: (name: Name): string => HINTS[name],
  recommended: (value: string): string => `DeepSeek recommends ${value}`,
  recommendedRange: (from: number, to: number, usual: number): string =>
    `DeepSeek recommends ${from}–${to}, usually ${usual}`,
  recommendedSystem: "DeepSeek recommends none for R1",
  noBudget: "No limit",
  noThinking: "No thinking",
  noSeed: "A new one each turn",
  noSystem: "None",
  between: (from: number, to: number): string => `A number from ${from} to ${to}.`,
  wholeBetween: (from: number, to: number): string => `A whole number from ${from} to ${to}.`,
  wholeFrom: (from: number): string => `A whole number from ${from} up.`,
  resetSetting: (label: string): string => `${label}: back to default`,
  resetAll: "Reset all",
  resetAllHint: "All settings back to default",
  unfold: "Unfold thoughts",
  unfoldMode: (mode: Unfold): string => MODES[mode],
  unfoldInPrint: "Unfold on paper",
  forks: "Continuations per fork",
  language: "Language",
  languageAuto: "As in the browser",
  clearChat: "Clear this chat",
  clearChatHint: "Clear all turns, also where they are kept",
  nothingToClear: "There is nothing to clear yet",
  forget: (turns: number): string => `Clear ${turns === 1 ? "1 turn" : `${number.format(turns)} turns`}?`,
  clear: "Clear",
  keep: "Keep",
};

export type SettingsTexts = typeof choosing;
