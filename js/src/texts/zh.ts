// Every sentence and label of the interface, in Simplified Chinese. Not one of the extras, though most readers don't need it: who
// does needs it for the first drawing, and the kernel may be busy with the very cell that shows the chat.

import type { Texts } from "./en.ts";
import type { StepKind } from "./kinds.ts";
import { outcomes } from "./outcomes.ts";
import { acting } from "./zh/acts.ts";
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
  ...outcomes("zh"),
  tag: "zh-Hans",

  // ---- when there is nothing to talk to
  notConnected: "未连接到内核。对话内容见下方文本。",
  disconnected:
    "此对话的内核已不存在。请重新运行创建此对话的单元格：可选择从中断处继续；有名称的对话会自动继续。",
  turnGone: "这一轮问答已不在对话中。",
  otherVersion: (theirs, ours) =>
    `内核使用的 r1widget 协议版本为 ${theirs}，而此页面使用的版本为 ${ours}。请重启内核并刷新页面。`,

  // ---- the composer
  ask: "输入问题",
  send: "发送",
  stop: "停止",
  stopping: "正在停止…",
  cancel: "取消此问题",

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
  copyMarkdown: "复制为 Markdown",
  copyMarkdownHint: "问题、思考过程和回答",
  source: "原文",
  sourceHint: "按原文显示思考过程和回答",
  foldStep: "折叠此步骤",
  unfoldStep: "展开此步骤",
  kind: kind => KINDS[kind],
  height: "对话区高度",
  heightHint: "拖动或按方向键调整；双击或按 Home 恢复默认高度",

  // ---- what a screen reader is told, at boundaries only
  sayThinking: "正在思考",
  sayAnswering: "正在回答",
  sayReady: words => `回答已完成，共 ${number.format(words)} 个词`,
  sayStopped: "已停止",
  sayFailed: "这一轮问答失败了",

  // ---- names of regions
  conversation: "对话",
  thoughtRegion: "模型的思考过程",

  imageLabel: (address, alt) => (alt ? `图片：${alt}（${address}）` : `图片：${address}`),
  imageHint: "从网络加载此图片",
};
