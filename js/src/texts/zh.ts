// Every sentence and label of the interface, in Simplified Chinese. A "token" is called that.

import type { Unfold } from "../wire/model.ts";
import type { Origin, Part, ThinkingEnd } from "../wire/protocol.ts";
import type { Texts } from "./en.ts";
import type { Outcome, StepKind } from "./kinds.ts";
import { coarsePace, inSteps, joined } from "./numbers.ts";

const number = new Intl.NumberFormat("zh-CN");

const tokens = (count: number) => `${number.format(count)} 个 token`;

/** 0.4 → "不到 1 秒", 12.3 → "12 秒", 125 → "2 分 5 秒". */
function duration(seconds: number): string {
  if (seconds < 1) return "不到 1 秒";
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} 秒`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} 分 ${whole % 60} 秒`;
  return `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
}

/** `value`: seconds, in steps. */
function roughly(value: number): string {
  if (value < 60) return `约 ${value} 秒`;
  if (value < 3600) return `约 ${value / 60} 分钟`;
  if (value >= 48 * 3600) return `约 ${value / 86400} 天`;
  const minutes = (value % 3600) / 60;
  return `约 ${Math.floor(value / 3600)} 小时${minutes > 0 ? ` ${minutes} 分钟` : ""}`;
}

const about = (seconds: number) => roughly(inSteps(seconds, Math.round));

const rate = (pace: number) => `${number.format(coarsePace(pace))} token/秒`;

const ENDED_BY: Record<ThinkingEnd, string> = {
  model: "",
  budget: "因预算用完而结束",
  user: "由你结束",
  length: "达到 token 上限而中断",
  loop: "因内容重复而结束",
};

const LOADING = { download: "正在下载模型", load: "正在加载模型", check: "正在检查模型" };

// ---- versions side by side

const AUTHORS: Record<Origin, string> = {
  model: "",
  person: "你",
  budget: "预算",
  think_more: "继续思考",
  loop: "重复",
};

const AUTHORED: Record<Origin, string> = {
  model: "",
  person: "下文中有你写的内容",
  budget: "下文中有因预算而插入的内容",
  think_more: "下文中有因“继续思考”而插入的内容",
  loop: "下文中有因重复而插入的结束语",
};

const EDITS: Record<Part, string> = { question: "编辑问题", reasoning: "编辑思考过程", answer: "编辑回答" };

const PARTS: Record<Part, string> = { question: "问题", reasoning: "思考过程", answer: "回答" };

const OUTCOMES: Record<Outcome, string> = {
  unremarkable: "",
  stopped: "已停止。",
  looped: "因重复自身而结束。",
  stoppedThinking: "在思考时停止，没有回答。",
  cancelled: "尚未开始便已取消。",
  cutOff: "已达到 token 上限，内容被截断。",
  cutOffThinking: "思考时已达到 token 上限，没有回答；调大 max_tokens 可以留出余地。",
  empty: "模型已结束，但没有给出回答。",
};

const KINDS: Record<StepKind, string> = {
  step: "步骤",
  plan: "计划",
  check: "检查",
  alternative: "另一种思路",
  conclusion: "结论",
};

const MODES: Record<Unfold, string> = { auto: "思考时", always: "始终", never: "从不" };

const shortly = (seconds: number) => (seconds < 60 ? `${seconds.toFixed(1)} 秒` : duration(seconds));

export const zh: Texts = {
  tag: "zh-Hans",

  // ---- when there is nothing to talk to
  notConnected: "未连接到内核。对话内容见下方文本。",
  disconnected: "此对话的内核已不存在。重新运行此单元格会替换其中保存的内容；请在新单元格中开始新的对话。",
  turnGone: "这一轮问答已不在对话中。",
  otherVersion: (theirs, ours) =>
    `内核使用的 r1widget 协议版本为 ${theirs}，而此页面使用的版本为 ${ours}。请重启内核并刷新页面。`,

  // ---- the composer
  ask: "输入问题",
  send: "发送",
  sending: "正在发送…",
  stop: "停止",
  stopping: "正在停止…",
  cancel: "取消此问题",
  keys: "Enter 发送，Shift+Enter 换行，Esc 停止",

  // ---- notices
  askWaits: "内核正在运行其他单元格，你的问题正在等待处理。",
  steerWaits: "内核正在运行另一个单元格；你的操作将在其空闲后生效。",
  stopWaits: "内核正在运行其他单元格；“停止”将在内核空闲后生效，你也可以直接中断内核。",
  interruptFailed: "停止请求未能送达内核。请通过“内核”菜单中断内核。",
  unkept: called =>
    `新的问答无法从此处写入笔记本。请在新单元格中${called ? `运行 ${called}` : "用 display 显示此对话"}，全部内容会保存在那里。`,
  isAgain: called => `单元格已重新运行，对话继续。要开始新的对话，请运行 ${called || "chat"}.clear()。`,
  dismiss: "关闭",

  // ---- the model
  loading: (text, stage) => (stage ? LOADING[stage] : text),
  bits: count => `每个权重 ${count} 位`,

  // ---- a turn
  reading: "正在读取问题…",
  loadingModel: (name: string): string => `正在加载 ${name}…`,
  thinking: "正在思考…",
  failed: "这一轮问答失败了，内核没有说明原因，其日志中或许有记录。",
  copy: "复制",
  copied: "已复制",
  copyFailed: "请选中文本后手动复制",
  jump: "跳到最新内容",

  // ---- reading a thought
  outline: "大纲",
  find: "查找",
  findHint: "在此思考过程中查找（Ctrl+F 或 Cmd+F）",
  findInThought: "在思考过程中查找",
  matches: (current, count) =>
    count === 0 ? "未找到" : `第 ${number.format(current)} 处，共 ${number.format(count)} 处`,
  previousMatch: "上一处（Shift+Enter）",
  nextMatch: "下一处（Enter）",
  closeFind: "关闭（Esc）",
  copyThought: "复制思考过程原文",
  copyAnswer: "复制回答原文",
  copyMarkdown: "复制全部",
  copyMarkdownHint: "将问题、思考过程和回答复制为 Markdown",
  source: "原文",
  sourceHint: "按原文显示思考过程和回答",
  foldStep: "折叠此步骤",
  unfoldStep: "展开此步骤",
  onlyChecks: "仅看检查",
  cueHint: "根据步骤开头的词语（例如“等等”）判断：只反映文字表面，不代表模型实际在做什么",
  kind: kind => KINDS[kind],
  stepCount: (count, checks) =>
    `${number.format(count)} 个步骤${checks > 0 ? `，${number.format(checks)} 次检查` : ""}`,
  stepCost: (seconds, count) => `${shortly(seconds)} · ${tokens(count)}`,
  height: "对话区高度",
  heightHint: "拖动或按方向键调整；双击或按 Home 恢复默认高度",
  readingSettings: "设置",
  readingHint: "思考过程的显示方式和长度",
  unfold: "展开思考过程",
  unfoldMode: mode => MODES[mode],
  unfoldInPrint: "打印时展开",

  // ---- versions side by side
  author: origin => AUTHORS[origin],
  authored: origin => AUTHORED[origin],
  diffRegion: "两个版本之间的差异",
  versionChange: (before, after) => `版本 ${before} → 版本 ${after}`,
  diffClose: "关闭版本对比",
  diffPart: part => PARTS[part],
  sameWords: count => `… ${number.format(count)} 个词相同 …`,
  sameAll: "两个版本相同",
  emptyInBoth: "两个版本均为空",
  removed: "删除：",
  added: "新增：",
  stillWritten: version => `版本 ${version} 仍在生成：末尾缺少的内容可能稍后出现。`,
  comparison: "并排显示的续写",
  continuations: count => `${count} 个续写`,
  comparisonClose: "关闭续写对比",
  continuation: index => `续写 ${index}`,
  cardThinking: count => (count > 0 ? `正在思考… ${tokens(count)}` : "正在思考…"),
  cardAnswering: count => (count > 0 ? `正在回答… ${tokens(count)}` : "正在回答…"),
  cardThought: "从分叉处开始的思考",
  keepOne: "用这个继续",
  forContinuation: (label, index) => `${label}：续写 ${index}`,
  group: (letter, value) => `${letter} 组：结果为 ${value}`,
  agreement: (groups, without) => {
    const total = groups.reduce((sum, { turns }) => sum + turns.length, 0);
    const size = groups[0]?.turns.length;
    const largest = groups.filter(({ turns }) => turns.length === size);
    const said = largest.map(({ by, value }) =>
      by === "value" ? `${size} 个结果为 ${value}` : `${size} 个内容相同`,
    );
    const found =
      total < 2
        ? total
          ? "1 个回答"
          : ""
        : `${total} 个回答中${size === 1 ? "没有相同的" : `，${said.join("，")}`}`;
    return [found, without > 0 ? `${without} 个没有回答` : ""].filter(Boolean).join("，");
  },
  compared: by => (by === "value" ? "按数值比较" : "按文字比较"),
  soFar: (ended, count) => `${count} 个中已有 ${ended} 个结束`,

  // ---- steering
  answerNow: "立即回答",
  answerNowHint: "在此结束思考，根据已有的思考内容回答（Alt-Enter）",
  answering: "正在结束思考…",
  thinkMore: "继续思考（实验）",
  thinkMoreHint: "用“Wait”代替思考的结尾。这可能使小模型表现更差（arXiv 2506.04210）。",
  edit: "编辑",
  editPart: part => EDITS[part],
  editKeys: "Ctrl-Enter 或 Cmd-Enter 继续，Esc 关闭并保留你的修改",
  goOn: "从这里继续",
  goOnHint: "生成新版本：模型从这段文字的末尾继续（Ctrl-Enter）",
  askThis: "提问",
  askThisHint: "问题的新版本，成为单独的分支（Ctrl-Enter）",
  cutAfter: "删除光标之后的内容",
  cutAfterHint: "删除光标之后的全部文字；可以撤销",
  cancelEdit: "取消",
  cancelEditHint: "保持原文不变",
  regenerate: "重新生成",
  regenerateHint: "用同一个问题生成新版本",
  continueHere: "从这里继续",
  continueHereHint: "在此步骤之后截断思考，让模型继续",
  fork: count => `分叉 ×${count}`,
  forkHint: count => `在此步骤之后截断思考，并排继续 ${count} 次`,
  compareForks: count => `比较 ${count} 个`,
  compareForksHint: "并排显示各个续写，以及有多少一致",
  changes: "差异",
  changesHint: "与生成此版本的原版本相比有何变化",
  version: (part, place, count) => `${PARTS[part]}：第 ${place} 版，共 ${count} 版`,
  versionBefore: part => `${PARTS[part]}：上一版`,
  versionAfter: part => `${PARTS[part]}：下一版`,
  repeats: (words, rounds, ended) =>
    `${ended ? "直到结束一直在重复，始于" : "正在重复，始于"}“${words}”（${number.format(rounds)} 次）。`,
  loopJump: "前往",
  cutHere: "在此截断并继续",
  cutHereHint: "去掉重复的内容，让模型从之前继续",
  severalHint: count => `用同一个问题并排生成 ${count} 次`,
  budget: "思考预算（token 数）",
  budgetHint: "用于之后的问答；0 表示不思考",
  noBudget: "不限",
  forks: "分叉的续写数量",
  stopLoops: "自动结束重复的思考",

  // ---- what a screen reader is told, at boundaries only
  sayThinking: "正在思考",
  sayAnswering: "正在回答",
  sayReady: words => `回答已完成，共 ${number.format(words)} 个词`,
  sayStopped: "已停止",
  sayFailed: "这一轮问答失败了",

  // ---- names of regions
  conversation: "对话",
  thoughtRegion: "模型的思考过程",

  // ---- figures
  tokens,
  duration,
  about,
  atMost: seconds => `最多${roughly(inSteps(seconds, Math.ceil))}`,
  rate,
  toTheBudget: (left, budget) => `${left < 5 ? "几秒" : about(left)}后用完 ${tokens(budget)} 的预算`,
  waitingForChats: chats => `等待中：前面还有 ${number.format(chats)} 个对话`,
  readingTokens: (done, total, left) =>
    `正在读取问题：${number.format(done)} / ${tokens(total)}${left === undefined ? "" : `（${about(left)}）`}`,
  longThought: (pace, length, longer, bounded) =>
    `按 ${rate(pace)}的速度，${tokens(length)} 的思考需要${about(length / pace)}` +
    `${longer === undefined ? "" : `，而这次思考最多可达 ${tokens(longer)}`}。` +
    `如想更快得到回答，请停止，或${bounded ? "调小" : "设置"} thinking_budget。`,

  counter: (seconds, count, pace, rest) =>
    joined([
      seconds === undefined || seconds < 1 ? "" : duration(seconds),
      count > 0 ? tokens(count) : "",
      pace === undefined ? "" : rate(pace),
      rest,
    ]),
  cost: (seconds, count, pace) =>
    joined([duration(seconds), tokens(count), pace === undefined ? "" : rate(pace)]),
  thought: (seconds, count, endedBy) =>
    joined([
      seconds === undefined ? "思考过程" : `思考用时：${duration(seconds)}`,
      count > 0 ? tokens(count) : "",
      endedBy ? (ENDED_BY[endedBy] ?? "") : "",
    ]),
  waiting: place => (place === undefined ? "等待中…" : `等待中：排在第 ${Math.max(1, place)} 位`),
  outcome: outcome => OUTCOMES[outcome],

  imageLabel: (address, alt) => (alt ? `图片：${alt}（${address}）` : `图片：${address}`),
  imageHint: "从网络加载此图片",
};
