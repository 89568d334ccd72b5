// Every sentence and label of the interface, in Simplified Chinese. Not one of the extras, though most readers don't need it: who
// does needs it for the first drawing, and the kernel may be busy with the very cell that shows the chat.

import type { Texts } from "./en.ts";
import type { StepKind } from "./kinds.ts";
import { outcomes } from "./outcomes.ts";
import { acting } from "./zh/acts.ts";
import { checking } from "./zh/checking.ts";
import { composing } from "./zh/composer.ts";
import { exporting } from "./zh/exporting.ts";
import { figures, number } from "./zh/figures.ts";
import { heading } from "./zh/head.ts";
import { keeping } from "./zh/keeping.ts";
import { outlining } from "./zh/outline.ts";
import { choosing } from "./zh/settings.ts";
import { steering } from "./zh/steering.ts";

const LOADING = { download: "正在下载模型", load: "正在加载模型", check: "正在检查模型" };

const KINDS: Record<StepKind, string> = {
  step: "步骤",
  plan: "计划",
  check: "检查",
  alternative: "另一种思路",
  conclusion: "结论",
};

export const zh: Texts = {
  ...figures,
  ...steering,
  ...exporting,
  ...keeping,
  ...heading,
  ...choosing,
  ...composing,
  ...outlining,
  ...acting,
  ...checking,
  ...outcomes("zh"),
  tag: "zh-Hans",

  // ---- when there is nothing to talk to
  notConnected: "未连接到内核。对话内容见下方文本。",
  disconnected: "此对话的内核已结束。重新运行创建它的单元格即可继续；有名称的对话会自动接上。",
  turnGone: "这一轮对话已被移除。",
  otherVersion: (theirs, ours) =>
    `内核使用的 r1widget 协议版本为 ${theirs}，而此页面使用的版本为 ${ours}。请重启内核并刷新页面。`,

  // ---- the composer
  ask: "输入问题",
  send: "发送",
  stop: "停止",
  stopping: "正在停止…",
  cancel: "取消此问题",

  // ---- notices
  askWaits: "内核正在运行其他单元格，你的问题已排队。",
  steerWaits: "内核正在运行其他单元格，空闲后将执行你的操作。",
  stopWaits: "内核正在运行其他单元格，空闲后才会停止；你也可以直接中断内核。",
  interruptFailed: "停止请求未能送达内核。请通过“内核”菜单中断内核。",
  unkept: called =>
    `此处无法再写入笔记本。请在新单元格中${called ? `运行 ${called}` : "用 display 显示此对话"}，内容会完整保存在那里。`,
  isAgain: called => `单元格已重新运行，对话继续。要开启新对话，请运行 ${called || "chat"}.clear()。`,
  dismiss: "关闭",

  // ---- the model
  loading: (text, stage) => (stage ? LOADING[stage] : text),

  // ---- a turn
  reading: "正在读取问题…",
  loadingModel: (name: string): string => `正在加载 ${name}…`,
  thinking: "思考中…",
  failed: "这一轮出错了，内核未给出原因，可查看其日志。",
  copy: "复制",
  copied: "已复制",
  copyFailed: "复制失败，请手动选择并复制",
  jump: "回到底部",

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
  copyThought: "复制思考过程",
  copyAnswer: "复制回答",
  copyMarkdown: "复制为 Markdown",
  copyMarkdownHint: "问题、思考过程和回答",
  source: "原文",
  sourceHint: "按原文显示思考过程和回答",
  foldStep: "收起此步骤",
  unfoldStep: "展开此步骤",
  kind: kind => KINDS[kind],
  height: "对话区高度",
  heightHint: "拖动或按方向键调整；双击或按 Home 恢复默认高度",

  // ---- what a screen reader is told, at boundaries only
  sayThinking: "正在思考",
  sayAnswering: "正在回答",
  sayReady: words => `回答已完成，共 ${number.format(words)} 个词`,
  sayStopped: "已停止",
  sayFailed: "这一轮出错了",

  // ---- names of regions
  conversation: "对话",
  thoughtRegion: "模型的思考过程",

  imageLabel: (address, alt) => (alt ? `图片：${alt}（${address}）` : `图片：${address}`),
  imageHint: "从网络加载此图片",
};
