// What is said of checking, in Simplified Chinese.

import type { CheckingTexts } from "../en/checking.ts";

export const checking: CheckingTexts = {
  check: "核查",
  checkHint: "以下均为计数和重新计算的结果，不代表对错。",
  checkActHint: "重新计算，并查看其他回答是否一致",
  checkClose: "关闭核查",
};
