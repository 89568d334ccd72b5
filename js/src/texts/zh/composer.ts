// What is said of the composer, in Simplified Chinese.

import type { Composing } from "../en/composer.ts";

export const composing: Composing = {
  keys: "Enter 发送 · Shift+Enter 换行 · ↑ 找回之前的问题",
  keysRunning: "Enter 接着提问 · Shift+Enter 换行 · Esc 停止",
  nextTurn: "下一轮设置",
  nextTurnHint: "下一轮的模型、思考预算和温度",
  nextTurnChanged: names => `已修改：${names.join("、")}`,
  model: "模型",
};
