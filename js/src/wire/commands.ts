// Commands to the kernel: each gets an id. The kernel says at once that it has read it, and then that it is done, or why not.

import type { Foreseen, Scored } from "./checks.ts";
import type { Ack, Compared, Described, Done, Exported, Looked, Refused } from "./protocol.ts";
import type {
  AnswerNow,
  ContinueFrom,
  Edit,
  Export,
  ForkToken,
  Regenerate,
  Resume,
  Select,
  ThinkMore,
  ToKernel,
} from "./tokernel.ts";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
type Command = WithoutId<ToKernel>;
/** A command that changes how a turn goes on, or which is shown. */
export type Steering = WithoutId<
  AnswerNow | ThinkMore | Regenerate | Resume | Edit | ContinueFrom | ForkToken | Select
>;

/** What is to be in a file, and in which. */
export type ExportRequest = Omit<Export, "type" | "id">;
type Answer = Compared | Described | Done | Exported | Foreseen | Looked | Scored;

/** The kernel has said why it didn't do it. */
export class Refusal extends Error {}

export function newId(): string {
  // randomUUID exists only in a secure context; a notebook server on plain http is not one.
  if (typeof crypto !== "undefined" && typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
}

export class Commands {
  readonly #send: (message: ToKernel) => void;
  /** What each hears that isn't settled. Undefined: there will be no answer. */
  readonly #waiting = new Map<string, (answer?: Ack | Answer | Refused) => void>();

  constructor(send: (message: ToKernel) => void, signal: AbortSignal) {
    this.#send = send;
    signal.addEventListener("abort", () => this.lost(), { once: true });
  }

  /**
   * Send; resolves with what says that it is done, however late. Rejects with a `Refusal`, or with another error where there
   * is no kernel. `late` is called if it hasn't been read after `patience` ms.
   */
  send<A extends Answer = Done>(
    command: Command,
    patience?: number,
    late: () => void = () => {},
    id = newId(),
  ): Promise<A> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(late, patience);
      this.#waiting.set(id, answer => {
        clearTimeout(timer);
        if (answer?.type === "ack") return;
        this.#waiting.delete(id);
        if (!answer) reject(new Error("The kernel is gone."));
        else if (answer.type === "refused") reject(new Refusal(answer.text));
        else resolve(answer as A);
      });
      try {
        this.#send({ ...command, id } as ToKernel);
      } catch {
        // Jupyter throws when the kernel is dead; the caller keeps what the person wrote.
        this.#waiting.get(id)?.();
      }
    });
  }

  /** Whether it is the answer to a command of this page. */
  answered(answer: Ack | Answer | Refused): boolean {
    const hear = this.#waiting.get(answer.id);
    hear?.(answer);
    return hear !== undefined;
  }

  lost(): void {
    for (const hear of [...this.#waiting.values()]) hear();
  }
}
