// What is said of settings, in English.

export const choosing = {};

export type SettingsTexts = typeof choosing;
