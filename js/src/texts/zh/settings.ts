// What is said of settings, in Simplified Chinese.

import type { SettingsTexts } from "../en/settings.ts";

export const choosing: SettingsTexts = {};
