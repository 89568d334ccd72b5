// What is said of settings, in Simplified Chinese.

import type { TurnSettings, Unfold } from "../../wire/model.ts";
import type { SettingsTexts } from "../en/settings.ts";
import { number } from "./figures.ts";

type Name = keyof TurnSettings;

const NAMES: Record<Name, string> = {
  temperature: "温度",
  top_p: "核采样 top-p",
  max_tokens: "单轮最大长度",
  thinking_budget: "思考预算",
  budget_message: "预算用完前的提示语",
  stop_loops: "终止重复",
  seed: "随机种子",
  system: "系统提示词",
};

const HINTS: Record<Name, string> = {
  temperature: "选词的随机程度；0 表示没有随机",
  top_p: "只从累计概率达到此值的候选词中选取",
  max_tokens: "以 token 计，包括思考和回答",
  thinking_budget: "以 token 计，用完后开始回答；0 表示不思考",
  budget_message: "预算用完、思考结束之前写入的内容",
  stop_loops: "思考陷入重复时将其结束，并开始回答",
  seed: "相同的种子可重现同一轮问答",
  system: "置于对话之前",
};

const MODES: Record<Unfold, string> = { auto: "思考时", always: "始终", never: "从不" };

export const choosing: SettingsTexts = {
  readingSettings: "设置",
  readingHint: "模型的采样方式和思考过程的显示方式",
  samplingGroup: "模型采样",
  readingGroup: "阅读",
  setting: name => NAMES[name],
  settingHint: name => HINTS[name],
  recommended: value => `DeepSeek 建议 ${value}`,
  recommendedRange: (from, to, usual) => `DeepSeek 建议 ${from}–${to}，通常为 ${usual}`,
  recommendedSystem: "DeepSeek 建议 R1 不使用系统提示词",
  noBudget: "不限",
  noThinking: "不思考",
  noSeed: "每轮随机",
  noSystem: "无",
  between: (from, to) => `请输入 ${from} 到 ${to} 之间的数。`,
  wholeBetween: (from, to) => `请输入 ${from} 到 ${to} 之间的整数。`,
  wholeFrom: from => `请输入不小于 ${from} 的整数。`,
  resetSetting: label => `${label}：恢复默认`,
  resetAll: "全部恢复默认",
  resetAllHint: "将所有设置恢复为默认值",
  unfold: "展开思考过程",
  unfoldMode: mode => MODES[mode],
  unfoldInPrint: "打印时展开",
  forks: "分叉的续写数量",
  language: "语言",
  languageAuto: "跟随浏览器",
  clearChat: "清空此对话",
  clearChatHint: "清除所有问答，包括已保存的记录",
  nothingToClear: "还没有可清除的内容",
  forget: turns => `清除 ${number.format(turns)} 轮问答？`,
  clear: "清空",
  keep: "保留",
};
