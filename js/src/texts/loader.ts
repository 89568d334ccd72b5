// The two sentences that are needed when the library, which has all others, isn't there.

import type { Language } from "./index.ts";
import { browserLanguages, chosen } from "./language.ts";

const NO_LIBRARY: Record<Language, string> = {
  en:
    "The conversation can't be drawn here: this page could not get r1widget's library from the kernel. " +
    "Reload the page. The text below holds the conversation.",
  zh: "无法在此处显示对话：此页面未能从内核获取 r1widget 的界面库。请重新加载页面。对话内容见下方文本。",
};

const NO_KERNEL: Record<Language, string> = {
  en: "Not connected to a kernel. The conversation is in the text below.",
  zh: "未连接到内核。对话内容见下方文本。",
};

export const noLibrary = (trait: unknown) => chosen(NO_LIBRARY, trait, browserLanguages());

export const noKernel = (trait: unknown) => chosen(NO_KERNEL, trait, browserLanguages());
