// Text that is hard on a layout: it runs from right to left, has no place to break, needs other fonts, or means harm.

import type { Script } from "./script.ts";

export const ARABIC: Script = {
  question: "ما حاصل ضرب 17 في 24؟",
  reasoning: `أحتاج إلى حساب $17 \\times 24$ من دون آلة حاسبة.

أقسم العدد 24 إلى 20 و4:

- حاصل ضرب 17 في 20 هو 340
- حاصل ضرب 17 في 4 هو 68

إذن المجموع هو $340 + 68 = 408$، ويمكنني التحقق منه بطريقة أخرى: $480 - 72 = 408$.

\`\`\`python
print(17 * 24)  # 408
\`\`\``,
  answer:
    "الجواب هو **408**.\n\n| العدد | الناتج |\n|:--|--:|\n| 17 × 20 | 340 |\n| 17 × 4 | 68 |\n\n> المجموع: $340 + 68$",
};

export const HEBREW: Script = {
  question: "כמה הם 17 כפול 24?",
  reasoning:
    "אני מפרק את 24 לסכום של 20 ו־4.\n\nהמכפלה היא 340 ועוד 68, כלומר 408.\n\nWait, let me check: 480 - 72 = 408.",
  answer: "התשובה היא **408**, לפי `17 * 24` ב־Python.",
};

const WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const ADDRESS =
  "https://example.org/a/very/long/path/that/nobody/would/ever/want/to/read/in/full/but/that/models/like/to/write?and=parameters&of=every&kind=too#at-the-end";

export const WORDS: Script = {
  question: `What does ${WORD.repeat(2)} mean, and is it at ${ADDRESS}?`,
  reasoning: `The word ${WORD} has 79 letters.\n\nLet me check ${ADDRESS} for it.\n\n${"0123456789abcdef".repeat(24)}\n\nHmm, \`${"an_identifier_without_a_place_to_break_".repeat(5)}\` is code.\n\n- ${WORD}\n  - ${WORD}\n    - ${ADDRESS}\n\nSo [${WORD}](${ADDRESS}) is a link.`,
  answer: `**${WORD.repeat(2)}** is a club. See ${ADDRESS}.\n\n> ${WORD.repeat(2)}\n\n| ${WORD} | ${WORD} |\n|---|---|\n| ${WORD} | ${WORD} |\n\n![a picture of ${WORD}](${ADDRESS})`,
};

export const SIGNS: Script = {
  question: "请用表情符号解释 17 × 24 = 408 👩‍🏫🧮",
  reasoning: `好的，首先把 24 分成 20 和 4。🧩

17 × 20 = 340，17 × 4 = 68。所以总和是 408。🎉

等等，让我检查一下：(20 − 3) × 24 = 480 − 72 = 408。✅ 没有问题。

或者用 25 来算：17 × 25 − 17 = 408。👍🏽 日本語では「答えは四百八です」、한국어로는 “답은 408입니다”。

因此答案是 **408**。👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 e\u0301 A\u030a ﷽`,
  answer:
    "1️⃣7️⃣ ✖️ 2️⃣4️⃣ = 4️⃣0️⃣8️⃣\n\n| 步骤 | 结果 |\n|:--|--:|\n| 17 × 20 🧩 | 340 |\n| 17 × 4 🧩 | 68 |\n\n答案是 **408** 🎉",
};

const HARM = [
  "<script>window.pwned = 1</script>",
  '<img src=x onerror="window.pwned = 2">',
  "[a link](javascript:window.pwned=3)",
  "![an image](javascript:window.pwned=4)",
  '<svg onload="window.pwned=5"><animate onbegin="window.pwned=6" attributeName=x dur=1s>',
  "$\\href{javascript:window.pwned=7}{x}$",
  "<style>.r1 { display: none !important }</style>",
  '<div style="position: fixed; inset: 0; background: red; z-index: 99999">a cover</div>',
  '<iframe src="https://example.org"></iframe>',
  "</div></div></div></article> out of the turn",
  "\u202eover the top\u202c",
  `Z${"\u030d\u0332\u0489".repeat(40)}algo`,
].join("\n\n");

export const HOSTILE: Script = { question: HARM, reasoning: HARM, answer: HARM };
