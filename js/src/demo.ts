// The view without a kernel, for work on the front end: `npm run demo`, then open index.html. A small kernel of the
// page's own answers each question from a script, with the messages that a real one would send.

import type { AnyModel } from "@anywidget/types";
import { Inbox } from "./inbox.ts";
import library from "./library.ts";
import type { Chat, ChatTraits } from "./model.ts";
import type { Kind, ToKernel, ToPage, TurnState } from "./protocol.ts";

const REASONING = `I need $17 \\times 24$. Split it: 24 is 20 + 4.

- $17 \\times 20 = 340$
- $17 \\times 4 = 68$

So $340 + 68 = 408$. Let me check with another way: $(20 - 3) \\times 24 = 480 - 72 = 408$. Good.
`;

const ANSWER = `

Split 24 into 20 and 4:

\\[
17 \\times 24 = 17 \\times 20 + 17 \\times 4 = 340 + 68
\\]

| part | product |
|:-----|--------:|
| $17 \\times 20$ | 340 |
| $17 \\times 4$ | 68 |

In Python, at a price of $5 and not $6:

\`\`\`python
def product(a: int, b: int) -> int:
    """The product of two numbers."""
    return sum(a for _ in range(b))  # 408
\`\`\`

> The answer is **408**.

$$\\boxed{408}$$
`;

type ScriptedTurn = TurnState & { text: Record<Kind, string> };

class ScriptedKernel {
  readonly inbox = new Inbox();
  readonly traits: ChatTraits = {
    _library: "",
    engine_status: { state: "ready", model: "scripted", text: "" },
    blocking: false,
    model_name: "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
    language: "auto",
    unfold: "auto",
  };
  /** Ms between two pieces of text. */
  pace = 25;
  #seq = 0;
  #turns: ScriptedTurn[] = [];
  #stopped = new Set<string>();

  model(): AnyModel<ChatTraits> {
    return {
      get: (name: keyof ChatTraits) => this.traits[name],
      set: () => {},
      on: () => {},
      off: () => {},
      save_changes: () => {},
      send: (message: ToKernel) => void setTimeout(() => this.#receive(message), 20),
      widget_manager: undefined,
    } as unknown as AnyModel<ChatTraits>;
  }

  #put(message: ToPage): void {
    this.inbox.put(message);
  }

  #receive(message: ToKernel): void {
    this.#put({ type: "ack", id: message.id });
    if (message.type === "sync") {
      this.#put({
        type: "snapshot",
        v: 1,
        seq: ++this.#seq,
        turns: structuredClone(this.#turns),
        kernel: null,
        stored: true,
      });
    } else if (message.type === "ask") {
      void this.ask(message.text);
    } else if (message.type === "stop") {
      for (const turn of this.#turns)
        if (!message.turn || turn.id === message.turn) this.#stopped.add(turn.id);
    }
  }

  async ask(question: string): Promise<void> {
    const id = `t${this.#turns.length + 1}`;
    const turn = {
      id,
      parent: this.#turns.at(-1)?.id ?? null,
      question,
      state: "queued",
      place: 1,
      text: { reasoning: "", answer: "" },
    } satisfies ScriptedTurn as ScriptedTurn;
    this.#turns.push(turn);
    const began = Date.now();
    const tokens = { reasoning: 0, answer: 0 };
    const tell = (state: Partial<TurnState>) => {
      Object.assign(turn, state, { seconds: { total: (Date.now() - began) / 1000 }, tokens: { ...tokens } });
      const { text: _, ...rest } = turn;
      this.#put({ type: "turn", seq: ++this.#seq, turn: rest });
    };
    const rest = () => new Promise(resolve => setTimeout(resolve, this.pace));
    tell({});
    await rest();
    tell({ state: "running", opens_thinking: true, limits: { max_tokens: 8192, thinking_budget: 200 } });
    for (let warm = 0; warm < 20; warm++) await rest();
    for (const [kind, text] of [
      ["reasoning", REASONING],
      ["answer", ANSWER],
    ] as const) {
      for (const piece of text.match(/\s*\S{1,6}|\s+$/g) ?? []) {
        if (this.#stopped.has(id)) return tell({ state: "ended", finish_reason: "cancelled" });
        const at = [...turn.text[kind]].length;
        turn.text[kind] += piece;
        tokens[kind] += 1;
        this.#put({ type: "delta", seq: ++this.#seq, turn: id, kind, at, text: piece, tokens: tokens[kind] });
        await rest();
      }
    }
    tell({ state: "ended", finish_reason: "stop", thinking_ended_by: "model" });
  }
}

const kernel = new ScriptedKernel();
const gone = new AbortController();
const chat: Chat = { model: kernel.model(), inbox: kernel.inbox, signal: gone.signal };
const place = document.getElementById("chat");
if (place) library().initialize().renderChat(chat, place, gone.signal);
void kernel.ask("What is 17 × 24?");
