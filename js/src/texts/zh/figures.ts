// What is said of numbers, in Simplified Chinese. A "token" is called that.

import type { Figures } from "../en/figures.ts";
import { coarsePace, inSteps, joined } from "../numbers.ts";
import { outcomes } from "../outcomes.ts";

const { thinkingEndedBy } = outcomes("zh");

export const number = new Intl.NumberFormat("zh-CN");

const tokens = (count: number) => `${number.format(count)} 个 token`;

/** 0.4 → "<1 秒", 12.3 → "12 秒", 125 → "2 分 5 秒". */
function duration(seconds: number): string {
  if (seconds < 1) return "<1 秒";
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

const shortly = (seconds: number) => (seconds < 60 ? `${seconds.toFixed(1)} 秒` : duration(seconds));

export const figures: Figures = {
  tokens,
  duration,
  about,
  atMost: seconds => `最多${roughly(inSteps(seconds, Math.ceil))}`,
  rate,
  toTheBudget: (left, budget) =>
    `${left < 5 ? "几秒" : about(left)}后达到 ${number.format(budget)} token 预算`,
  waitingForChats: chats => `排队中：前面还有 ${number.format(chats)} 个对话`,
  readingTokens: (done, total, left) =>
    `正在读取问题：${number.format(done)} / ${number.format(total)} token${left === undefined ? "" : `（${about(left)}）`}`,
  longThought: (pace, length, longer, bounded) =>
    `以 ${rate(pace)}计，思考 ${tokens(length)} ${about(length / pace).replace("约", "约需")}` +
    `${longer === undefined ? "" : `（本次上限 ${number.format(longer)}）`}。` +
    `想快些得到回答，可停止，或${bounded ? "调小" : "设置"} thinking_budget。`,

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
      seconds === undefined ? "思考过程" : `已思考 ${duration(seconds)}`,
      count > 0 ? tokens(count) : "",
      endedBy ? thinkingEndedBy(endedBy) : "",
    ]),
  waiting: place => (place === undefined ? "等待中…" : `排队中：第 ${place} 位`),
  stepCost: (seconds, count) => `${shortly(seconds)} · ${tokens(count)}`,
};
