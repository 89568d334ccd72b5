// What is said of what can be done with a turn: menu, bar, shortcuts, in Simplified Chinese.

import type { Acting } from "../en/acts.ts";

export const acting: Acting = {
  moreActs: "更多",
  askMore: count => `再问 ${count} 次`,
  exportTurn: "导出这一轮",
  exportTurnHint: "将这个问题及其回答导出为文件",
  copyQuestion: "复制问题",
  showMore: "展开",
  showLess: "收起",
};
