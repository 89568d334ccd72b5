// What is said of the thought's live line and its outline, in Simplified Chinese.

import type { Outlining } from "../en/outline.ts";
import type { StepFilter, StepKind } from "../kinds.ts";
import { figures, number } from "./figures.ts";

const DOES: Record<StepKind, string> = {
  step: "",
  plan: "规划",
  check: "检查",
  alternative: "换个思路",
  conclusion: "得出结论",
};

const BEGINS: Record<StepKind, string> = {
  step: "其他开头",
  plan: "“首先”“接下来”“好的”",
  check: "“等等”“不对”“让我检查”",
  alternative: "“或者”“另外”“换一种”",
  conclusion: "“所以”“因此”“综上”",
};

const FILTERS: Record<StepFilter, string> = {
  finding: "发现",
  check: "检查",
  alternative: "其他思路",
  loop: "重复",
};

const FILTER_HINTS: Record<StepFilter, string> = {
  finding: "显示有发现的步骤",
  check: "显示回头检查的步骤",
  alternative: "显示尝试其他思路的步骤",
  loop: "显示开始重复之后的步骤",
};

export const outlining: Outlining = {
  stepNow: (place, kind) => `第 ${number.format(place)} 步${DOES[kind] ? `，${DOES[kind]}` : ""}`,
  timeLeft: seconds => (seconds < 5 ? "还剩几秒" : `还剩${figures.about(seconds)}`),
  stepCount: count => `${number.format(count)} 个步骤`,
  filter: filter => FILTERS[filter],
  filterHint: filter => FILTER_HINTS[filter],
  filters: "列出哪些步骤",
  outlineWidth: "大纲宽度",
  outlineWidthHint: "拖动或按方向键调整；双击或按 Home 恢复默认宽度",
  legend: "图标含义",
  legendHint: "图标仅根据步骤开头的用词判断，不代表模型实际在做什么。",
  begins: kind => BEGINS[kind],
};
