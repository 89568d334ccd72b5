// A bundle of code that comes from the kernel as a message to the hidden `Library` model (bundles.ts), and not as the code of a
// model: that is state, which Jupyter gives to every page, used or not, and which stands in the file of a notebook that was
// executed without one.
//
// Like anywidget's code it is run from a Blob, so where a page's security policy lets the loader run, it lets this run too.

import type { AnyModel } from "@anywidget/types";

/** The library's, on which the kernel hears `{type: name}` and answers with the `code` beside it. */
type Model = Pick<AnyModel, "send" | "on" | "off">;

export class Bundle<Exports> {
  readonly #name: string;
  readonly #run: (code: string) => Promise<Exports>;
  #now: Exports | undefined;
  #model: Model | undefined;
  /** The code is there, and what it exports soon. */
  #isRunning = false;
  #coming: { promise: Promise<Exports>; settle: (come: Exports | Error) => void } | undefined;

  constructor(name: string, run: (code: string) => Promise<Exports> = runModule) {
    this.#name = name;
    this.#run = run;
  }

  /** Undefined: it hasn't come (yet). */
  get now(): Exports | undefined {
    return this.#now;
  }

  /** Whether it is here, if only to be run. */
  get isHeard(): boolean {
    return this.#isRunning || this.#now !== undefined;
  }

  /** Where it comes from, until `signal` is aborted. It may come unasked: a kernel that will be busy sends it before. */
  connect(model: Model, signal: AbortSignal): void {
    this.#model = model;
    const hear = (message: unknown) => {
      const { type, code } = (message ?? {}) as { type?: unknown; code?: unknown };
      if (type === this.#name && typeof code === "string" && !this.isHeard) void this.#open(code);
    };
    model.on("msg:custom", hear);
    const end = () => {
      model.off("msg:custom", hear);
      this.#model = undefined;
      this.#settle(new Error("The kernel is gone."));
    };
    signal.addEventListener("abort", end, { once: true });
  }

  /** Resolves when it is there, however late: a kernel may be busy. Rejects where it can't come; who asks again, tries again. */
  fetch(): Promise<Exports> {
    if (this.#now) return Promise.resolve(this.#now);
    if (this.#coming) return this.#coming.promise;
    let settle = (_: Exports | Error): void => {};
    const promise = new Promise<Exports>((resolve, reject) => {
      settle = come => (come instanceof Error ? reject(come) : resolve(come));
    });
    this.#coming = { promise, settle };
    if (!this.#isRunning) this.#ask();
    return promise;
  }

  /** It is there. */
  take(exports: Exports): void {
    this.#now = exports;
    this.#settle(exports);
  }

  #ask(): void {
    try {
      if (!this.#model) throw new Error("There is no kernel.");
      this.#model.send({ type: this.#name });
    } catch (error) {
      // Jupyter throws when the kernel is dead.
      this.#settle(error as Error);
    }
  }

  async #open(code: string): Promise<void> {
    this.#isRunning = true;
    try {
      this.take(await this.#run(code));
    } catch (error) {
      console.error("[r1widget]", error);
      this.#settle(error as Error);
    } finally {
      this.#isRunning = false;
    }
  }

  #settle(come: Exports | Error): void {
    this.#coming?.settle(come);
    this.#coming = undefined;
  }
}

/** What `code` exports by default. */
export async function runModule<Exports>(code: string): Promise<Exports> {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return ((await import(address)) as { default: Exports }).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}
