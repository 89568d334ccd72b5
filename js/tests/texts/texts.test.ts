import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renderChat } from "../../src/chat/chat.ts";
import loader from "../../src/loader.ts";
import { outcomeOf } from "../../src/state/outcome.ts";
import { en } from "../../src/texts/en.ts";
import { languageOf, languages, type Texts } from "../../src/texts/index.ts";
import { browserLanguages } from "../../src/texts/language.ts";
import { zh } from "../../src/texts/zh.ts";
import type { ComparedGroup, TurnState } from "../../src/wire/protocol.ts";
import { USUAL } from "../../src/wire/usual.ts";
import { delta, FakeModel, fakeChat, snapshot, turn } from "../fake.ts";

type Functions = { [K in keyof Texts as Texts[K] extends string ? never : K]: Texts[K] };
/** Arguments without a letter: what is Latin in a sentence is then the sentence's own. */
type Samples = { [K in keyof Functions]: Parameters<Functions[K]>[] };

const thoughts: { seconds: number | null; tokens: number; text: string }[] = JSON.parse(
  readFileSync("../tests/wire/thoughts.json", "utf8"),
).examples;
const agreements: { groups: ComparedGroup[]; without: number; text: string }[] = JSON.parse(
  readFileSync("../tests/wire/agreements.json", "utf8"),
).examples;

const SETTINGS = Object.keys(USUAL) as (keyof typeof USUAL)[];
const seconds = [0.4, 5, 42, 125, 540, 3700, 4200, 7300, 200_000].map((value): [number] => [value]);
const samples: Samples = {
  otherVersion: [[2, 1]],
  tokens: [[1], [2], [1340]],
  duration: seconds,
  about: seconds,
  atMost: seconds,
  rate: [[0.04], [2.5], [14.4], [1234]],
  toTheBudget: [
    [3, 2000],
    [120, 2000],
  ],
  loadingModel: [["pocket"]],
  askMore: [[2], [4]],
  howGoodOf: [["17 × 24"]],
  goTo: [["17 × 24"]],
  recomputedIs: [["408"], ["5 and 6"]],
  findings: [[1], [3]],
  equations: [[1], [3]],
  noFindings: [[true], [false]],
  finding: (["arithmetic", "other_value", "cut", "language", "unboxed"] as const).flatMap(what =>
    (["reasoning", "answer"] as const).map(
      (kind): Parameters<Texts["finding"]> => [
        {
          what,
          kind,
          start: 0,
          end: 1,
          text: what === "language" ? "en" : "408",
          right: what === "language" ? "zh" : "409",
        },
      ],
    ),
  ),
  inText: [["reasoning"], ["answer"]],
  againUnder: [[{ done: 1, total: 4 }], [{ done: 1, total: 4, left: 20 }]],
  asking: [[{ done: 1, total: 4 }]],
  checkTakes: seconds,
  checked: [[1], [4]],
  otherAnswer: [[1]],
  otherAnswers: [[1], [4]],
  supportIn: [[1, 5]],
  supportSays: [[1, 5]],
  supportAll: [[12]],
  seldom: [[1], [3]],
  decidedUnder: [[{ done: 1, total: 32 }], [{ done: 1, total: 32, left: 60 }]],
  looking: [[{ done: 1, total: 32 }]],
  decidedFrom: [
    [0, "408"],
    [5, "408"],
  ],
  turnedAt: [[4]],
  stepName: [[4]],
  follow: [
    [
      [
        ["408", 3],
        ["", 1],
      ],
      4,
    ],
    [[["408", 1]], 1],
  ],
  hesitationOf: [[12, 1250]],
  hesitationBelow: [[0.9, 12]],
  hesitationMore: [[1], [20]],
  hesitationShare: [[0.41], [0.001], [0]],
  hesitationSays: [
    [0.41, [["408", 0.5]]],
    [0.41, []],
  ],
  hesitationInstead: [["409"]],
  hesitationOpen: [["409", 0.41]],
  hesitationGoOn: [["408", 0.5]],
  hesitationWritten: [["409", 0.41]],
  hesitationRole: [["part"], ["closes"], ["ends"], ["control"]],
  noteOf: [["reasoning"], ["answer"]],
  noteAt: [["17 × 24"]],
  verdict: [["right"], ["wrong"], ["unsure"]],
  noteUnsaved: [["408"]],
  noteCount: [[1], [3]],
  noteYours: [["408"]],
  before: [
    [{ turns: 1, at: "", interrupted: false }, new Date()],
    [{ turns: 3, at: "", interrupted: true }, new Date(0)],
  ],
  waitingForChats: [[1], [2]],
  readingTokens: [
    [512, 1500, undefined],
    [512, 1500, 8],
  ],
  longThought: [
    [4, 2000, undefined, true],
    [4, 2000, undefined, false],
    [4, 2000, 8192, false],
  ],
  counter: [
    [12, 40, 14, "7"],
    [undefined, 40, undefined, ""],
  ],
  cost: [
    [91, 1240, 14.3],
    [0.5, 1, undefined],
  ],
  thought: [
    [undefined, 0],
    [12.3, 40, "model"],
    [12.3, 40, "budget"],
    [12.3, 40, "user"],
    [12.3, 40, "length"],
    [12.3, 40, "loop"],
  ],
  waiting: [[undefined], [0], [1], [2], [22]],
  outcome: [
    ["stopped"],
    ["stoppedThinking"],
    ["stoppedBefore"],
    ["cancelled"],
    ["interrupted"],
    ["interruptedBefore"],
    ["writtenElsewhere"],
    ["looped"],
    ["cutOff"],
    ["cutOffThinking"],
    ["empty"],
  ],
  advice: [["interrupted"], ["interruptedBefore"], ["writtenElsewhere"], ["cutOff"], ["cutOffThinking"]],
  thinkingEndedBy: [["budget"], ["user"], ["length"], ["loop"]],
  editPart: [["question"], ["reasoning"], ["answer"]],
  fork: [[4]],
  forkHint: [[4]],
  severalHint: [[4]],
  compareForks: [[4]],
  version: [
    ["question", 1, 2],
    ["answer", 2, 3],
  ],
  versionBefore: [["question"], ["reasoning"], ["answer"]],
  versionAfter: [["question"], ["reasoning"], ["answer"]],
  repeats: [
    ["12", 1, false],
    ["12", 40, true],
  ],
  matches: [
    [0, 0],
    [3, 17],
  ],
  kind: [["step"], ["plan"], ["check"], ["alternative"], ["conclusion"]],
  stepCount: [[1], [12]],
  stepNow: [
    [1, "step"],
    [1204, "check"],
    [3, "alternative"],
    [4, "plan"],
    [5, "conclusion"],
  ],
  begins: [["step"], ["plan"], ["check"], ["alternative"], ["conclusion"]],
  filter: [["check"], ["alternative"], ["loop"]],
  filterHint: [["check"], ["alternative"], ["loop"]],
  timeLeft: [[3], [100]],
  stepCost: [
    [1.23, 41],
    [75, 1],
  ],
  unfoldMode: [["auto"], ["always"], ["never"]],
  setting: SETTINGS.map(name => [name]),
  settingHint: SETTINGS.map(name => [name]),
  recommended: [["0.95"]],
  recommendedRange: [[0.5, 0.7, 0.6]],
  between: [[0, 2]],
  wholeBetween: [[2, 8]],
  wholeFrom: [[1]],
  resetSetting: [["1"]],
  forget: [[1], [3]],
  nextTurnChanged: [[["1", "2"]]],
  sayReady: [[0], [1], [1340]],
  author: [["person"], ["budget"], ["think_more"], ["loop"]],
  authored: [["person"], ["budget"], ["think_more"], ["loop"]],
  versionChange: [[1, 2]],
  diffPart: [["question"], ["reasoning"], ["answer"]],
  sameWords: [[1], [1240]],
  stillWritten: [[2]],
  continuations: [[1], [4]],
  continuation: [[1]],
  cardThinking: [[0], [120]],
  cardAnswering: [[0], [120]],
  forContinuation: [["×", 1]],
  compared: agreements
    .filter(({ groups }) => groups.length > 0)
    .map(({ groups }): [ComparedGroup[]] => [groups]),
  agreeing: agreements
    .flatMap(({ groups }) => groups)
    .flatMap((group): [number, number, ComparedGroup][] => [
      [1, 4, group],
      [3, 4, group],
    ]),
  unanswered: [[1], [2]],
  agreement: agreements.map(({ groups, without }): [ComparedGroup[], number] => [groups, without]),
  unkept: [[""], ["12"]],
  loading: [
    ["…", "download"],
    ["…", "load"],
    ["…", "check"],
  ],
  bits: [[4], [8], [16], [4, 6]],
  standing: [
    ["idle"],
    ["unused"],
    ["downloading"],
    ["loading"],
    ["ready"],
    ["waiting"],
    ["reading"],
    ["thinking"],
    ["answering"],
    ["offline"],
    ["failed"],
  ],
  downloaded: [[1_234_000_000, 3_550_000_000]],
  left: [[0.4], [42], [125]],
  shortcut: [
    ["send"],
    ["newLine"],
    ["stop"],
    ["recall"],
    ["answerNow"],
    ["find"],
    ["outline"],
    ["fold"],
    ["accept"],
    ["help"],
  ],
  runsWhere: [
    [{ title: "", place: "here", device: "cpu" }],
    [{ title: "", place: "server" }],
    [{ title: "", place: "server", server: "12" }],
    [{ title: "", place: "object" }],
  ],
  fact: [["engine"], ["revision"], ["parameters"], ["context"], ["path"]],
  parameters: [[12_345], [2_500_000], [1_777_088_000]],
  memoryOf: [["weights"], ["cache"], ["process"]],
  isWhat: [
    [{ title: "", place: "here", parameters: 1_777_088_000, bits: 8 }],
    [{ title: "", place: "here", parameters: 1_777_088_000, file_type: "12", bits: 4, most_bits: 6 }],
    [{ title: "", place: "here", file_type: "12" }],
    [{ title: "", place: "server", server: "12" }],
    [{ title: "", place: "object" }],
  ],
  loadsFirst: [
    [{ title: "", place: "here" }],
    [{ title: "", place: "here", seconds: 21, memory: 1_790_000_000 }],
    [{ title: "", place: "here", download: 3_550_000_000 }],
    [{ title: "", place: "here", seconds: 21, memory: 1_790_000_000, download: 3_550_000_000 }],
  ],
  can: [
    ["sums", true],
    ["reasoning", true],
    ["reasoning", false],
    [undefined, false],
  ],
  example: [["easySum"], ["middleSum"], ["hardSum"], ["puzzle"], ["proof"], ["counting"], ["variable"]],
  exampleName: [["easySum"], ["middleSum"], ["hardSum"], ["puzzle"], ["proof"], ["counting"], ["variable"]],
  isAgain: [["12"]],
  soFar: [[1, 4]],
  exportThoughtAs: [["plain"], ["folded"], ["none"]],
  exportFormatOf: [[".md"], [".html"], [".json"], [".ipynb"], ["widget"]],
  exportHolds: [
    [1, 0, 812],
    [1, 1, 14_300],
    [1234, 2, 12_345_678],
  ],
  imageLabel: [
    ["1.2.3", "猫"],
    ["1.2.3", ""],
  ],
};

/** All that a language can say, each with its name; functions with the samples. */
function sentences(texts: Texts): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] => {
    if (typeof value === "string") return [[name, value]];
    const call = value as (...given: unknown[]) => string;
    return samples[name as keyof Samples].map(given => [`${name}(${given.join(", ")})`, call(...given)]);
  });
}

describe.each(Object.entries(languages))("%s", (name, texts) => {
  it("has what English has", () => {
    const types = (of: Texts) => Object.entries(of).map(([key, value]) => [key, typeof value]);
    expect(types(texts)).toEqual(types(en));
  });

  it("has something to say, always", () => {
    const said = sentences(texts);
    expect(said.length).toBeGreaterThan(80);
    for (const [what, sentence] of said) expect(sentence.trim(), what).not.toBe("");
    for (const [what, sentence] of said) expect(sentence, what).not.toMatch(/undefined|NaN|object/);
    expect(texts.outcome("unremarkable")).toBe("");
  });

  it("counts what agrees", () => {
    for (const { groups, without, text } of agreements) {
      const said = texts.agreement(groups, without);
      if (texts === en) expect(said).toBe(text);
      const numbers = (of: string) => (of.match(/\d+/g) ?? []).sort();
      if (!text.startsWith("no two")) expect(numbers(said)).toEqual(numbers(text));
    }
  });

  it("calls a thought what the saved text calls it", () => {
    for (const { seconds, tokens, text } of thoughts) {
      const said = texts.thought(seconds ?? undefined, tokens);
      if (texts === en) expect(said).toBe(text);
      else expect(said).toContain(tokens > 0 ? tokens.toLocaleString("zh") : "");
    }
  });

  it("is a language that the browser can be told of", () => {
    expect(new Intl.Locale(texts.tag).language).toBe(name);
  });
});

describe("Chinese", () => {
  const KEPT = new Set([
    // A command of LaTeX.
    "boxed",
    "token",
    "max_tokens",
    "thinking_budget",
    "r1widget",
    "pocket",
    "Enter",
    "Shift",
    "Esc",
    "Ctrl",
    "Cmd",
    "F",
    "Home",
    "Markdown",
    "Alt",
    "Wait",
    "arXiv",
    "display",
    "clear",
    "md",
    "html",
    "json",
    "ipynb",
    "kB",
    "MB",
    "DeepSeek",
    "R1",
    "Top",
    "P",
    "Mac",
    "GB",
    "CPU",
    "data",
    "SmolLM2",
  ]);
  const said = sentences(zh).filter(([what]) => what !== "tag");

  it("has no English left in it", () => {
    const words = said.flatMap(([, sentence]) => sentence.match(/[A-Za-z][A-Za-z0-9_]*/g) ?? []);
    expect(words).toContain("token");
    expect(words.filter(word => !KEPT.has(word))).toEqual([]);
    const same = sentences(en).filter(([what, sentence]) =>
      said.some(([w, s]) => w === what && s === sentence),
    );
    expect(same).toEqual([]);
  });

  it("calls one thing by one name", () => {
    for (const [what, sentence] of said)
      expect(sentence, what).not.toMatch(
        /词元|标记|令牌|回合|您|会话|聊天|问答|不存在|分叉|差异|另一个单元格/,
      );
  });

  it("is punctuated as Chinese is", () => {
    for (const [what, sentence] of said) {
      expect(sentence, what).not.toMatch(/\p{Script=Han}\s*[,.:;!?()]|[,.:;!?()]\s*\p{Script=Han}/u);
      expect(sentence, what).not.toMatch(/\p{Script=Han}\s+\p{Script=Han}/u);
      // A space between a Chinese character and a number or a Latin word, and none beside punctuation.
      expect(sentence, what).not.toMatch(/\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u);
      expect(sentence, what).not.toMatch(/\s[，。：；（）、]|[，。：；（）、]\s/);
    }
  });

  it.each([
    [zh.duration(0.4), "<1 秒"],
    [zh.duration(125), "2 分 5 秒"],
    [zh.about(4200), "约 1 小时 10 分钟"],
    [zh.atMost(486), "最多约 9 分钟"],
    [zh.rate(1234), "1,200 token/秒"],
    [zh.waiting(22), "排队中：第 22 位"],
    [zh.readingTokens(512, 1500, 8), "正在读取问题：512 / 1,500 token（约 8 秒）"],
    [zh.thought(12.3, 1340, "budget"), "已思考 12 秒 · 1,340 个 token · 已用完思考预算"],
  ])("%s", (given, expected) => expect(given).toBe(expected));
});

describe("the language", () => {
  const cases: [unknown, string[], Texts][] = [
    ["auto", ["en-US", "zh-CN"], en],
    ["auto", ["zh-CN", "en-US"], zh],
    ["auto", ["zh"], zh],
    ["auto", ["zh-Hans"], zh],
    ["auto", ["zh-SG"], zh],
    ["auto", ["zh-TW"], zh],
    ["auto", ["zh-Hant-HK"], zh],
    ["auto", ["ZH-cn"], zh],
    ["auto", ["zh_CN"], zh],
    ["auto", ["de-DE", "fr", "zh-CN", "en"], zh],
    ["auto", ["de", "en-GB", "zh-CN"], en],
    ["auto", ["de", "fr", ""], en],
    ["auto", ["zha", "toString", "__proto__"], en],
    ["auto", [], en],
    ["zh", ["en-US"], zh],
    ["en", ["zh-CN"], en],
    ["fr", ["zh-CN"], zh],
    [undefined, ["zh-CN"], zh],
    [7, ["zh-CN"], zh],
  ];
  it.each(cases)("of %o and %o", (trait, browser, texts) => expect(languageOf(trait, browser)).toBe(texts));

  afterEach(() => {
    vi.unstubAllGlobals();
    document.documentElement.removeAttribute("lang");
  });

  it("is the browser's before the page's", () => {
    document.documentElement.lang = "zh-CN";
    vi.stubGlobal("navigator", { languages: ["de", "en"] });
    expect(browserLanguages()).toEqual(["de", "en", "zh-CN"]);
    vi.stubGlobal("navigator", {});
    expect(browserLanguages()).toEqual(["zh-CN"]);
  });
});

describe("an ended turn", () => {
  const ended = (finish_reason: TurnState["finish_reason"], prompt?: number): TurnState => ({
    id: "t1",
    parent: null,
    question: "?",
    state: "ended",
    finish_reason,
    tokens: { prompt, reasoning: 0, answer: 0 },
  });
  it.each([
    [ended("cancelled"), true, true, "stopped"],
    [ended("cancelled"), true, false, "stoppedThinking"],
    [ended("cancelled", 5), false, false, "stoppedBefore"],
    [ended("cancelled"), false, false, "cancelled"],
    [ended("length"), true, true, "cutOff"],
    [ended("length"), true, false, "cutOffThinking"],
    [ended("error"), true, false, "unremarkable"],
    [ended("stop"), true, true, "unremarkable"],
    [ended("stop"), true, false, "empty"],
  ] as const)("%o", (state, hasThought, hasAnswer, outcome) =>
    expect(outcomeOf(state, hasThought, hasAnswer)).toBe(outcome),
  );
});

describe("a view", () => {
  const opened: AbortController[] = [];

  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));

  afterEach(() => {
    for (const controller of opened.splice(0)) controller.abort();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  function show(language: string) {
    // A model's name is the same in every language.
    const unnamed = { model_name: "", engine_status: { state: "ready", model: "", text: "" } };
    const { store, put, gone } = fakeChat({ language, ...unnamed }, false);
    const el = document.createElement("div");
    document.body.append(el);
    const view = new AbortController();
    opened.push(view, gone);
    renderChat(store, el, view.signal);
    store.open();
    return { el, put };
  }

  /** All that is written or named in it, without what the conversation and the stylesheet have. */
  function spoken(el: HTMLElement): string[] {
    const found: string[] = [];
    const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const own = node.parentElement?.closest("[lang]")?.getAttribute("lang") !== "";
      if (own && !node.parentElement?.closest("style")) found.push(node.textContent ?? "");
    }
    for (const named of el.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const name of ["aria-label", "title", "placeholder"]) found.push(named.getAttribute(name) ?? "");
    // Signs, and which version of how many, are the same in every language.
    return found.filter(text => !/^(|×\d*|[↑↓‹›]|\d+\/\d+)$/.test(text.trim()));
  }

  it("is all in Chinese where the trait says so", () => {
    const { el, put } = show("zh");
    expect(el.querySelector(".r1")?.getAttribute("lang")).toBe("zh-Hans");
    put(
      snapshot(1, [
        [
          {
            state: "ended",
            finish_reason: "length",
            seconds: { total: 91 },
            tokens: { prompt: 5, reasoning: 1000, answer: 240 },
          },
          "Because…",
          "So:\n\n```python\nx = 4\n```\n",
        ],
      ]),
    );
    const limits = { max_tokens: 8192, thinking_budget: 2000 };
    put(turn(2, { id: "t2", limits, pace: { tokens_per_second: 4 }, opens_thinking: true }));
    put(delta(3, 0, "Hm", "reasoning", "t2"));
    put(turn(4, { id: "t3", state: "queued", place: 1 }));
    put(turn(5, { id: "t4", state: "ended", finish_reason: "error" }));
    vi.advanceTimersByTime(3000);
    const said = spoken(el);
    expect(said.filter(text => !/\p{Script=Han}/u.test(text))).toEqual([]);
    for (const text of [
      zh.ask,
      zh.send,
      zh.copy,
      zh.thinking,
      zh.conversation,
      zh.failed,
      zh.cancel,
      zh.jump,
    ])
      expect(said).toContain(text);
    expect(said).toContain("思考过程 · 1,000 个 token");
    expect(said).toContain("1 分 31 秒 · 1,240 个 token");
    expect(el.querySelector("[data-r1-act=copy-code]")?.textContent).toBe("复制");
  });

  it("leaves the conversation its own language and direction", () => {
    const { el, put } = show("zh");
    put(snapshot(1, [[{ question: "مرحبا؟" }, "Hm", "4"]]));
    for (const part of [".r1-question", ".r1-thought", ".r1-answer"]) {
      expect(el.querySelector(part)?.getAttribute("lang"), part).toBe("");
      expect(el.querySelector(part)?.getAttribute("dir"), part).toBe("auto");
    }
  });

  it("goes by the browser where the trait is auto, two in one page each by its own", () => {
    vi.stubGlobal("navigator", { languages: ["zh-CN", "en"] });
    const [auto, english] = [show("auto"), show("en")];
    const send = ({ el }: { el: HTMLElement }) => el.querySelector(".r1-send")?.getAttribute("aria-label");
    expect([send(auto), send(english)]).toEqual([zh.send, en.send]);
    expect(english.el.querySelector(".r1")?.getAttribute("lang")).toBe("en");
  });
});

it.each([
  ["en", "The text below holds the conversation."],
  ["zh", "对话内容见下方文本。"],
])("the loader says in %s that the library isn't there", async (language, said) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const el = document.createElement("div");
  const { signal } = new AbortController();
  const host = { getWidget: () => Promise.reject(new Error("no model")) };
  const given = { model: new FakeModel({ language }), el, signal, host };
  await loader().render(given as unknown as Parameters<ReturnType<typeof loader>["render"]>[0]);
  expect(el.textContent).toContain(said);
});
