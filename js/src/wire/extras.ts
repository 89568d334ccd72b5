// The second bundle: what a page can do without until it is needed, fetched from the kernel then. All widgets of a kernel have
// this one place for it, since they have one library.
//
// It comes as a message to the library's model and not as the code of a model of its own: Jupyter sends a page the code of
// every model that there is, used or not. Like anywidget's it is run from a Blob, so where a page's security policy lets the
// library run, it lets this run too.

import type { AnyModel } from "@anywidget/types";

/** A part of two texts: it stayed, or it is in one of them alone. */
export interface Change {
  type: "same" | "removed" | "added";
  text: string;
}

/** What extras.ts exports. */
export interface ExtrasExports {
  /** Put a formula into `holder` as MathML; throws where it can't be. */
  typeset(tex: string, display: boolean, holder: HTMLElement): void;
  /** HTML of `code` in colour; undefined: its language is unknown. */
  highlight(code: string, language: string): string | undefined;
  /** What changed between two texts. */
  changes(before: string, after: string): Change[];
}

/** The library's, on which the kernel hears `{type: "extras"}` and answers with the `code` beside it. */
type Model = Pick<AnyModel, "send" | "on" | "off">;

export class Extras {
  #now: ExtrasExports | undefined;
  #model: Model | undefined;
  #coming: { promise: Promise<ExtrasExports>; settle: (come: ExtrasExports | Error) => void } | undefined;
  readonly #run: (code: string) => Promise<ExtrasExports>;

  constructor(run = runModule) {
    this.#run = run;
  }

  /** Undefined: they haven't come (yet). */
  get now(): ExtrasExports | undefined {
    return this.#now;
  }

  /** Where they come from, until `signal` is aborted. They may come unasked: a kernel that will be busy sends them before. */
  connect(model: Model, signal: AbortSignal): void {
    this.#model = model;
    const hear = (message: unknown) => {
      const { type, code } = (message ?? {}) as { type?: unknown; code?: unknown };
      if (type === "extras" && typeof code === "string" && !this.#now) void this.#open(code);
    };
    model.on("msg:custom", hear);
    const end = () => {
      model.off("msg:custom", hear);
      this.#model = undefined;
      this.#settle(new Error("The kernel is gone."));
    };
    signal.addEventListener("abort", end, { once: true });
  }

  /** Resolves when they are there, however late: a kernel may be busy. Rejects where they can't come; who asks again, tries again. */
  fetch(): Promise<ExtrasExports> {
    if (this.#now) return Promise.resolve(this.#now);
    if (this.#coming) return this.#coming.promise;
    let settle = (_: ExtrasExports | Error): void => {};
    const promise = new Promise<ExtrasExports>((resolve, reject) => {
      settle = come => (come instanceof Error ? reject(come) : resolve(come));
    });
    this.#coming = { promise, settle };
    try {
      if (!this.#model) throw new Error("There is no kernel.");
      this.#model.send({ type: "extras" });
    } catch (error) {
      // Jupyter throws when the kernel is dead.
      this.#settle(error as Error);
    }
    return promise;
  }

  /** They are there. */
  take(exports: ExtrasExports): void {
    this.#now = exports;
    this.#settle(exports);
  }

  async #open(code: string): Promise<void> {
    try {
      this.take(await this.#run(code));
    } catch (error) {
      console.error("[r1widget]", error);
      this.#settle(error as Error);
    }
  }

  #settle(come: ExtrasExports | Error): void {
    this.#coming?.settle(come);
    this.#coming = undefined;
  }
}

async function runModule(code: string): Promise<ExtrasExports> {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return ((await import(address)) as { default: ExtrasExports }).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Those of this kernel's widgets. */
export const extras = new Extras();
