// What is said of checking, in Simplified Chinese.

import type { TokenRole, TurnUnder } from "../../wire/checks.ts";
import type { CheckingTexts } from "../en/checking.ts";
import { joined } from "../numbers.ts";
import { figures, number } from "./figures.ts";

const { about } = figures;

const percent = (share: number): string =>
  share > 0 && share < 0.005 ? "不到 1%" : `${number.format(Math.round(share * 100))}%`;

const LANGUAGES: Record<string, string> = {
  en: "英文",
  zh: "中文",
  ja: "日文",
  ko: "韩文",
  latin: "拉丁字母",
  cyrillic: "西里尔字母",
  arabic: "阿拉伯字母",
};

const ROLES: Record<Exclude<TokenRole, "text">, string> = {
  part: "字符的一部分",
  closes: "结束思考",
  ends: "结束回复",
  control: "不是文本",
};

const language = (name: string): string => LANGUAGES[name] ?? name;

const left = (under: TurnUnder): string => (under.left === undefined ? "" : `剩余${about(under.left)}`);

const recomputedIs = (right: string): string =>
  / (?:and|和) /.test(right)
    ? `重新计算：两边分别为 ${right.replace(" and ", " 和 ")}`
    : `重新计算：${right}`;

export const checking: CheckingTexts = {
  check: "核查",
  checkHint: "以下均为计数和重新计算的结果，不代表对错。",
  checkActHint: "重新计算，并查看其他回答是否一致",
  checkClose: "关闭核查",
  goTo: words => `跳转：${words}`,
  checkWhenEnded: "待这一轮结束后进行",
  checkStop: "停止",
  howGood: "效果如何？",
  howGoodOf: title => `效果如何？${title}`,

  recomputed: "重新计算与比对",
  recomputedMeasured:
    "等式：270 段真实思考过程中报出的 52 处全部确实写错；人为植入的错误每 100 处能找到 96 处。但思考过程中的笔误与回答对错关系不大：15 段中有 3 段回答错误，总体为 164 段中的 19 段。",
  againMeasured:
    "内置模型的应用题：其他四个回答全部一致时，每 100 个回答有 11 个错误；不全一致时有 63 个，再细分则差别不大。SmolLM2 的常识题：五个回答中只有一两个提到的内容，每 100 个有 86 个错误；四五个都提到的有 7 个。",
  decidedMeasured:
    "内置模型：改动一个数字后，131 段思考过程全部指出了该步骤或其相邻步骤；对模型自身的错误，每 100 段有 83 段，此时直接猜第一步反而更准。起决定作用的步骤不等于出错的步骤。",
  recomputedIs,
  findings: count => `${number.format(count)} 处发现`,
  equations: count => `${number.format(count)} 个等式与重新计算的结果不同`,
  noFindings: isEnded => (isEnded ? "可重新计算的内容均与原文一致。" : "目前没有发现。"),
  finding: ({ what, kind, text, right = "" }) => {
    const [thought, answer] = kind === "answer" ? [right, text] : [text, right];
    switch (what) {
      case "arithmetic":
        return recomputedIs(right);
      case "other_value":
        return `思考过程的结果是 ${thought}，回答的结果是 ${answer}`;
      case "cut":
        return kind === "reasoning" ? "思考过程被截断" : "回答被截断";
      case "language":
        return `问题使用${language(right)}，回答使用${language(text)}`;
      case "unboxed":
        return "问题要求使用 \\boxed{}，回答中没有";
    }
  },
  inText: kind => (kind === "reasoning" ? "思考过程" : "回答"),

  again: "再次提问",
  againWhat: "同时把同一个问题再问几次，不影响对话。有多少回答一致只是计数，不代表对错。",
  againCount: "其他回答的数量",
  againStart: "再次提问",
  againUnder: under =>
    joined([`已有 ${number.format(under.done)} 个回答，共 ${number.format(under.total)} 个`, left(under)]),
  asking: ({ done, total }) => `正在提问：${number.format(done)}/${number.format(total)}`,
  checkTakes: seconds => about(seconds),
  checked: count => `又问了 ${number.format(count)} 次`,
  thisAnswer: "此回答",
  otherAnswer: index => `回答 ${number.format(index)}`,
  otherAnswers: count => `其他 ${number.format(count)} 个回答`,
  cutOffSample: "被截断",
  support: "回答中的名称、数字和日期",
  supportWhat: "各出现在多少个回答中（包括此回答）。少数回答提到的可能是对的，所有回答都提到的也可能是错的。",
  supportIn: (count, total) => `${number.format(total)} 个中的 ${number.format(count)} 个`,
  supportSays: (count, total) => `${number.format(total)} 个回答中有 ${number.format(count)} 个提到`,
  supportAll: count => `显示全部 ${number.format(count)} 项`,
  seldom: count => `${number.format(count)} 项仅少数回答提到`,

  decided: "答案在哪里确定",
  decidedWhat: "保留思考过程到某一步，再让模型接着写几次：会得出哪些答案？",
  decidedStart: "开始查找",
  decidedGoOn: "继续查找",
  decidedUnder: under =>
    joined([`已续写 ${number.format(under.done)} 次，共 ${number.format(under.total)} 次`, left(under)]),
  looking: ({ done, total }: TurnUnder) => `正在查找：${number.format(done)}/${number.format(total)}`,
  decidedFrom: (step, answer) =>
    step === 0
      ? `即使没有思考过程，结果也都是 ${answer}。`
      : `从第 ${number.format(step)} 步起，结果都是 ${answer}。`,
  undecided: "直到最后查看的一步，结果仍在变化。",
  turnedAt: step => `在第 ${number.format(step)} 步，多数续写的结果发生了变化。`,
  stepName: step => `第 ${number.format(step)} 步`,
  keptSteps: "保留到",
  nothingKept: "无",
  noValue: "没有答案",
  follow: (counts, total) =>
    `此步之后，${number.format(total)} 次续写中：${counts
      .map(([answer, count]) => `${number.format(count)} 次${answer ? `结果为 ${answer}` : "没有答案"}`)
      .join("，")}`,
  noThought: "没有可查看的思考过程",

  hesitation: "哪里犹豫过",
  hesitationWhat:
    "模型给出的概率低于 90% 的 token，以及它可能写出的其他内容。这是 token 的概率，不是正确的概率。",
  hesitationMeasured:
    "其中多数并非错误：在内置模型的应用题中，概率低于 90% 的 token 每 100 个约有 16 个位于第一个出错的行。对于直接回答常识题的词语（SmolLM2）更有参考价值：低于 20% 时，每 100 个有 88 个错误。",
  hesitationShow: "显示犹豫之处",
  hesitationHide: "隐藏",
  hesitationOf: (count, total) => `${number.format(total)} 个 token 中的 ${number.format(count)} 个`,
  hesitationNone: "每个 token 的概率都不低于 90%。",
  hesitationBelow: (share, count) => `低于 ${percent(share)}：${number.format(count)} 处`,
  hesitationMore: count => `再显示 ${number.format(count)} 处`,
  hesitationShare: share => percent(share),
  hesitationSays: (share, others) =>
    `${percent(share)}${others.length > 0 ? "。" : ""}${others
      .map(([text, share]) => `“${text}”${percent(share)}`)
      .join("，")}`,
  hesitationInstead: token => `代替“${token}”`,
  hesitationOpen: (token, share) => `“${token}”，${percent(share)}：可能写出的其他内容`,
  hesitationGoOn: (token, share) => `改用“${token}”继续，${percent(share)}`,
  hesitationWritten: (token, share) => `“${token}”，${percent(share)}，原文`,
  hesitationGoOnHint: "点击后从这里改用该 token 继续，成为另一个版本。",
  hesitationUnkept: "可能写出的其他内容没有保存。",
  hesitationSpace: "空格",
  hesitationBreak: "换行",
  hesitationRole: role => ROLES[role],

  note: "批注",
  notes: "批注",
  noteHint: "为这一步写批注",
  noteSelection: "为所选内容写批注",
  noteSelectionHint: "你对所选内容的判断",
  noteOf: kind => (kind === "reasoning" ? "为思考过程写批注" : "为回答写批注"),
  noteOfHint: "你自己的判断，与这一轮一起保存",
  noteAt: words => `批注：“${words}”`,
  noteText: "你的批注",
  noteKeys: "Enter 保存 · Shift-Enter 换行 · Esc 关闭，已输入的内容会保留",
  verdicts: "判断",
  verdict: verdict => ({ right: "正确", wrong: "错误", unsure: "不确定" })[verdict],
  noteSave: "保存",
  noteSaved: "批注已保存",
  noteDiscard: "放弃",
  noteDiscardHint: "关闭，不保留已输入的内容",
  noteEmpty: "请输入内容，或选择一个判断。",
  noteEdit: "编辑批注",
  noteRemove: "删除批注",
  noteRemoved: "批注已删除。",
  noteUndo: "撤销",
  noteGoOn: "继续写",
  noteUnsaved: words => `未保存：${words}`,
  noteCount: count => `${number.format(count)} 条批注`,
  noNotes: "你对某处内容或整个回答的看法会与这一轮一起保存，并写入每种导出文件。",
  noNotesHere: "没有批注。",
  notePredicted: "看到回答之前所写",
  noteYours: words => `你的批注 · ${words}`,

  predict: "先预测，再显示",
  predictAnswer: "你预计回答是什么？",
  predictStep: "你预计接下来的思考是什么？",
  predictWhy: "写下预测之前，内容保持隐藏。复制和导出的文件中仍包含全部内容。",
  predictText: "你的预测",
  predictShow: "保存并显示",
  predictSkip: "不预测，直接显示",
  predictHide: "隐藏后续内容",
  predictHideHint: "写下你预计的下一步之前，隐藏其余思考过程和回答",
  predictReady: "回答已完成，写下预测后显示",
  predictExpected: "你的预测：",
};
