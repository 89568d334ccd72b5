// What is said of where a conversation is kept, in Simplified Chinese.

import { type Keeping, when } from "../en/keeping.ts";
import { number } from "./figures.ts";

export const keeping: Keeping = {
  before: ({ turns, interrupted }, at) =>
    `此单元格之前有 ${number.format(turns)} 轮对话 · ${when(at, "zh-CN", "short")}${interrupted ? " · 最后一轮被中断" : ""}`,
  goOn: "继续",
  look: "查看",
  private: "私密对话：不会保存到本机或笔记本。",
  disconnectedPrivate: "此对话的内核已结束，内容未保存：请复制需要的部分。",
};
