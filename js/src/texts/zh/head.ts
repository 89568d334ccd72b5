// What is said of the head, the empty chat, and what the model is, in Simplified Chinese.

import type { ModelAbout } from "../../wire/protocol.ts";
import type { Head } from "../en/head.ts";
import type { Example, Shortcut, Standing } from "../kinds.ts";
import { joined, rounded, size } from "../numbers.ts";
import { figures, number } from "./figures.ts";

const STANDING: Record<Standing, string> = {
  idle: "未加载",
  unused: "尚未使用",
  downloading: "下载中",
  loading: "加载中",
  ready: "就绪",
  waiting: "排队中",
  reading: "读取中",
  thinking: "思考中",
  answering: "回答中",
  offline: "离线",
  failed: "出错",
};

const DEVICES = { cpu: "CPU", cuda: "GPU", mps: "Apple GPU" };

const FACTS: Record<string, string> = {
  engine: "引擎",
  revision: "版本",
  weights_hash: "权重哈希",
  template_hash: "模板哈希",
  quantization: "量化",
  dtype: "数值类型",
  file: "文件",
  file_type: "文件量化类型",
  file_why: "选择此文件的原因",
  threads: "线程数",
  parameters: "参数量",
  context: "上下文长度",
  path: "代码路径",
  download: "需下载",
  memory: "权重占用内存",
  seconds: "加载时间",
  opens_thinking: "先思考",
};

const EXAMPLES: Record<Example, string> = {
  easySum: "23 + 58 等于多少？",
  middleSum: "17 × 24 等于多少？",
  hardSum: "86 × 47 − 329 等于多少？",
  puzzle:
    "三个盒子分别装着苹果、橙子和两种混装，但标签全都贴错了。从哪个盒子里拿出一个水果，就能知道所有盒子里装的是什么？",
  proof: "证明根号 2 是无理数。",
  counting: "100 的阶乘末尾有多少个零？",
  variable: "在下方单元格中，就笔记本中的变量提问。",
};

const NAMES: Record<Example, string> = {
  easySum: "简单",
  middleSum: "较难",
  hardSum: "两步",
  puzzle: "谜题",
  proof: "证明",
  counting: "计数",
  variable: "你的数据",
};

const SHORTCUTS: Record<Shortcut, string> = {
  send: "发送问题",
  newLine: "换行",
  stop: "停止生成；关闭已打开的面板",
  recall: "输入框为空时，找回上一个问题",
  answerNow: "思考时立即回答",
  find: "在思考过程中查找",
  outline: "在大纲的步骤间移动",
  fold: "收起或展开步骤",
  accept: "在编辑器中确认",
  help: "显示此列表",
};

/** 1,777,088,000 → "17.8 亿". */
function count(value: number, places: number): string {
  if (value >= 1e8) return `${rounded(value / 1e8, places)} 亿`;
  return value >= 1e4 ? `${rounded(value / 1e4, 0)} 万` : number.format(value);
}

/** What has 16 or more isn't quantised. */
const bits = (least: number, most = least): string =>
  `${least === most ? least : `${least}–${most}`} 位${least < 16 ? "量化" : "精度"}`;

function held({ file_type: type, bits: least, most_bits: most }: ModelAbout): string {
  const said = least ? bits(least, most) : "";
  return [type, said].filter(Boolean).join("，");
}

function where({ place, server }: ModelAbout): string {
  if (place === "server") return server ? `服务器 ${server}` : "在服务器上运行";
  return place === "here" ? "在本机运行" : "你自己的引擎";
}

export const heading: Head = {
  standing: standing => STANDING[standing],
  downloaded: (done, total) => `已下载 ${size(done, total)} / ${size(total)}`,
  left: seconds => `还需${figures.about(seconds)}`,
  newChat: "新对话",
  newChatHint: "开启新对话，当前对话仍可找回",
  newChatEmpty: "当前已是新对话",
  shortcuts: "键盘快捷键",
  shortcut: which => SHORTCUTS[which],

  modelHint: "模型信息与运行位置",
  runs: "运行",
  runsWhere: about => where(about) + (about.device ? `（${DEVICES[about.device]}）` : ""),
  weights: "权重",
  bits,
  fact: name => FACTS[name] ?? name.replaceAll("_", " "),
  parameters: value => count(value, 2),
  yes: "是",
  no: "否",
  memoryOf: what => ({ weights: "内存：权重", cache: "内存：此模型的对话", process: "内存：整个内核" })[what],
  unload: "卸载模型",
  unloadHint: "释放内存，下次提问时会重新加载",
  asksModel: "正在查询模型…",
  modelWaits: "内核正在运行其他单元格，空闲后会显示更多信息。",
  modelGone: "内核已结束，无法获取更多信息。",

  isWhat: about =>
    joined([
      about.parameters ? `${count(about.parameters, 1)}参数` : "",
      held(about),
      where(about),
    ]),
  loadsFirst: ({ download, seconds, memory }) => {
    const load = [seconds ? figures.about(seconds) : "", memory ? size(memory) : ""]
      .filter(Boolean)
      .join("，");
    if (download) return `需先下载 ${size(download)}${load ? `，然后加载：${load}` : ""}`;
    return `首次提问时加载${load ? `：${load}` : ""}`;
  },
  can: (skill, small) =>
    ({
      sums: "只会逐步做算术，不会别的。",
      reasoning: small
        ? "先思考，再回答。这种大小的模型经常出错，请留意思考过程。"
        : "先思考，再回答。可能出错，请留意思考过程。",
      unknown: "直接提问，或从下面的问题开始。",
    })[skill ?? "unknown"],
  example: which => EXAMPLES[which],
  exampleName: which => NAMES[which],
  examples: "可以这样开始",
  variableQuestion: "我的测量数据是 {data}，它们的平均值大于 3 吗？",
  variableHint: "在下方插入单元格，就你的变量提问",
  variableInserted: "已在下方插入单元格：在花括号中填入变量名，然后运行。",
  stays: "保存笔记本时，对话一并保存。",
  staysNowhere: "此对话不会保存在这里。",
};
