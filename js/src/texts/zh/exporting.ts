// What is said of files of a conversation, in Simplified Chinese.

import type { Exporting } from "../en/exporting.ts";
import { joined } from "../numbers.ts";
import { number } from "./figures.ts";

const AS = { plain: "完整", folded: "折叠", none: "不含" };
const FORMATS = {
  ".md": "Markdown 文本（.md）",
  ".html": "网页（.html）",
  ".json": "数据（.json）",
  ".ipynb": "笔记本（.ipynb）",
  widget: "此组件，只读（.html）",
};

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} 字节`;
  return bytes < 999_500 ? `${number.format(Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export const exporting: Exporting = {
  export: "导出",
  exportHint: "将对话导出为文件或单元格",
  exportWhat: "内容",
  exportBranch: "当前对话",
  exportAll: "所有版本",
  exportOne: "仅一个问题",
  exportThought: "思考过程",
  exportThoughtAs: as => AS[as],
  exportNotes: "附批注表",
  exportFormat: "格式",
  exportFormatOf: format => FORMATS[format],
  exportHolds: (turns, thoughts, bytes) =>
    joined([
      `${number.format(turns)} 轮对话，${thoughts === 0 ? "不含思考过程" : `${number.format(thoughts)} 段思考过程`}`,
      size(bytes),
    ]),
  download: "下载",
  insertBelow: "插入到下方",
  insertBelowHint: "作为 Markdown 单元格插入到此单元格下方",
  inserted: "已在下方插入 Markdown 单元格。",
  notInserted: "目前无法写入此笔记本。",
  exportWaits: "文件由内核生成，但内核正在运行其他单元格。",
  exportGone: "文件由内核生成，但此对话的内核已结束。对话内容已保存在笔记本中此单元格下方。",
};
