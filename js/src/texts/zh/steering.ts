// What is said of versions, and of making them, in Simplified Chinese.

import type { Origin, Part } from "../../wire/protocol.ts";
import { isNumber, type Steering } from "../en/steering.ts";
import { figures, number } from "./figures.ts";

const { tokens } = figures;

const AUTHORED: Record<Origin, string> = {
  model: "",
  person: "下文含你写的内容",
  budget: "下文含因预算插入的内容",
  think_more: "下文含因“继续思考”插入的内容",
  loop: "下文含因重复插入的结束语",
};

const EDITS: Record<Part, string> = { question: "编辑问题", reasoning: "编辑思考过程", answer: "编辑回答" };

const PARTS: Record<Part, string> = { question: "问题", reasoning: "思考过程", answer: "回答" };

export const steering: Steering = {
  authored: origin => AUTHORED[origin],
  diffRegion: "两个版本之间的改动",
  versionChange: (before, after) => `版本 ${before} → 版本 ${after}`,
  diffClose: "关闭版本对比",
  diffPart: part => PARTS[part],
  sameWords: count => `… ${number.format(count)} 个词相同 …`,
  sameAll: "两个版本相同",
  diffLegend: "+ 表示后一版本新增的内容，− 表示只在前一版本中的内容。相同的部分已收起。",
  asWritten: "原文",
  asWrittenHint: "按所写字符显示改动，例如公式和 Markdown 的源码",
  readTheSame: "写法不同，显示相同",
  emptyInBoth: "两个版本均为空",
  notCompared: "对比功能尚未从内核载入：内核正在运行其他单元格，或已结束。",
  removed: "删除：",
  added: "新增：",
  stillWritten: version => `版本 ${version} 仍在生成，末尾内容可能还会补上。`,
  comparison: "并排续写",
  continuations: count => `${count} 个续写`,
  comparisonClose: "关闭对比",
  continuation: index => `续写 ${index}`,
  cardThinking: count => (count > 0 ? `思考中… ${tokens(count)}` : "思考中…"),
  cardAnswering: count => (count > 0 ? `回答中… ${tokens(count)}` : "回答中…"),
  cardThought: "续写部分的思考",
  keepOne: "采用这一个",
  keepOneHint: "对话将从这个回答继续，其余保留为版本",
  forContinuation: (label, index) => `${label}：续写 ${index}`,
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
        : `${total} 个回答中${size === 1 ? "没有相同的" : `有 ${said.join("，")}`}`;
    return [found, without > 0 ? `${without} 个没有回答` : ""].filter(Boolean).join("，");
  },
  compared: groups =>
    !groups.some(({ by }) => by === "value")
      ? "逐字比较：各回答的结尾都没有单独的结果。"
      : groups.some(({ by }) => by === "text")
        ? "按各回答结尾的结果比较；没有结果的逐字比较。"
        : groups.every(({ value }) => isNumber(value))
          ? "按各回答结尾的数字比较。"
          : "按各回答结尾的结果比较。",
  agreeing: (size, total, { by, value }) => {
    const share = `${size}/${total}`;
    if (by === "text") return size > 1 ? `${share}：文字相同` : `${share}：文字与其他不同`;
    if (size === 1) return `${share}：${value}`;
    return `${share}：${isNumber(value) ? "数字" : "结果"}相同，${value}`;
  },
  unanswered: count => `${number.format(count)} 个没有回答`,
  soFar: (ended, count) => `已完成 ${ended} / ${count}`,

  answerNowHint: "结束思考，根据已有内容直接回答（Alt+Enter）",
  answering: "正在结束思考…",
  thinkMoreHint: "把思考的结尾换成“Wait”，让模型接着想。小模型的表现可能变差（arXiv 2506.04210）。",
  editPart: part => EDITS[part],
  editKeys: "Ctrl+Enter（Mac：Cmd+Enter）继续，Esc 关闭并保留修改",
  continueEditedHint: "生成新版本：模型接着这段文字继续写（Ctrl+Enter）",
  askThis: "提问",
  askThisHint: "生成问题的新版本，成为单独的分支（Ctrl+Enter）",
  cutAfter: "删除光标之后的内容",
  cutAfterHint: "删除光标之后的全部文字，可以撤销",
  cancelEdit: "取消",
  cancelEditHint: "保持原文不变",
  regenerateHint: "用同一个问题生成新版本",
  resumeHint: "生成新版本：模型从此版本中断的地方继续",
  continueHere: "从这里继续",
  continueHereHint: "截断此步骤之后的思考，让模型继续",
  fork: count => `并排续写 ${count} 次`,
  forkHint: count => `截断此步骤之后的思考，并排续写 ${count} 次`,
  compareForks: count => `对比 ${count} 个回答`,
  compareForksHint: "并排显示各个回答，并统计有多少结果一致",
  changes: "改动",
  changesHint: "与所依据的版本相比改动了什么",
  version: (part, place, count) => `${PARTS[part]}：第 ${place} 版，共 ${count} 版`,
  versionBefore: part => `${PARTS[part]}：上一版`,
  versionAfter: part => `${PARTS[part]}：下一版`,
  repeats: (words, rounds, ended) =>
    `从“${words}”开始${ended ? `一直重复到结束（${number.format(rounds)} 次）` : `重复（已 ${number.format(rounds)} 次）`}。`,
  loopJump: "跳转",
  cutHere: "在此截断并继续",
  cutHereHint: "去掉重复内容，让模型从此前继续",
  severalHint: count => `同一问题并排生成 ${count} 次`,
};
