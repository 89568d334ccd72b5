// What is said of settings, in Simplified Chinese.

import type { TurnSettings, Unfold } from "../../wire/model.ts";
import type { SettingsTexts } from "../en/settings.ts";
import { number } from "./figures.ts";

type Name = keyof TurnSettings;

const NAMES: Record<Name, string> = {
  temperature: "温度",
  top_p: "Top P",
  max_tokens: "最大 token 数",
  thinking_budget: "思考预算",
  budget_message: "预算提示语",
  stop_loops: "自动结束重复",
  seed: "随机种子",
  system: "系统提示词",
};

const HINTS: Record<Name, string> = {
  temperature: "值越低越稳定，值越高越多样；0 表示没有随机",
  top_p: "只从累计概率达到此值的候选词中选取",
  max_tokens: "每轮的上限，包括思考和回答",
  thinking_budget: "以 token 计，用完后开始回答；0 表示不思考",
  budget_message: "预算用完时写在思考末尾的内容",
  stop_loops: "思考陷入重复时自动结束，并开始回答",
  seed: "相同的种子可重现同一轮对话",
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
  forks: "并排续写数量",
  language: "语言",
  languageAuto: "跟随浏览器",
  clearChat: "清空对话",
  clearChatHint: "清空所有内容，包括已保存的记录",
  nothingToClear: "还没有可清空的内容",
  forget: turns => `清空 ${number.format(turns)} 轮对话？`,
  clear: "清空",
  keep: "保留",
};
