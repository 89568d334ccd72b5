// Stand-ins: a model as anywidget gives it, with its listeners counted, and messages as the kernel sends them.

import type { AnyModel } from "@anywidget/types";
import { Store } from "../src/state/store.ts";
import { Inbox } from "../src/wire/inbox.ts";
import type { Chat, ChatTraits } from "../src/wire/model.ts";
import type { Branch, Kind, Snapshot, TextDelta, TurnChanged, TurnState } from "../src/wire/protocol.ts";
import type { ToKernel } from "../src/wire/tokernel.ts";

export class FakeModel {
  sent: ToKernel[] = [];
  readonly listeners = new Map<string, Set<(...args: unknown[]) => void>>();
  readonly traits: Record<string, unknown>;
  widget_manager: { get_model: (id: string) => Promise<unknown> } | undefined;

  constructor(traits: Record<string, unknown> = {}) {
    this.traits = {
      _library: "anywidget:library",
      engine_status: { state: "ready", model: "pocket", text: "" },
      blocking: false,
      model_name: "pocket",
      unfold: "auto",
      called: "",
      is_again: false,
      language: "auto",
      ...traits,
    };
  }

  get = (name: string) => this.traits[name];
  set = () => {};
  save_changes = () => {};
  send = (message: ToKernel) => void this.sent.push(message);

  on = (name: string, callback: (...args: unknown[]) => void) => {
    const known = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, known.add(callback));
  };

  off = (name: string, callback: (...args: unknown[]) => void) =>
    void this.listeners.get(name)?.delete(callback);

  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  emit(name: string, ...args: unknown[]): void {
    for (const callback of this.listeners.get(name) ?? []) callback(...args);
  }

  change(name: string, value: unknown): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  lastOf<T extends ToKernel["type"]>(type: T): (ToKernel & { type: T }) | undefined {
    return this.sent.findLast(message => message.type === type) as (ToKernel & { type: T }) | undefined;
  }

  countOf(type: ToKernel["type"]): number {
    return this.sent.filter(message => message.type === type).length;
  }
}

export interface FakeChat {
  model: FakeModel;
  chat: Chat;
  store: Store;
  gone: AbortController;
  put: (message: unknown) => void;
}

/** A chat whose store is open, unless `open` is false. */
export function fakeChat(traits: Record<string, unknown> = {}, open = true): FakeChat {
  const model = new FakeModel(traits);
  const gone = new AbortController();
  const inbox = new Inbox();
  const chat: Chat = { model: model as unknown as AnyModel<ChatTraits>, inbox, signal: gone.signal };
  const store = new Store(chat);
  chat.store = store;
  if (open) store.open();
  return { model, chat, store, gone, put: message => inbox.put(message) };
}

/** What a turn has where a test doesn't say: the turns t1, t2, t3 follow one another. */
function stated(state: Partial<TurnState>): TurnState {
  const number = Number(/^t(\d+)$/.exec(state.id ?? "t1")?.[1] ?? 1);
  const parent = number > 1 ? `t${number - 1}` : null;
  return { id: "t1", parent, question: "Why?", state: "running", ...state };
}

export function turn(seq: number, state: Partial<TurnState> = {}): TurnChanged {
  return { type: "turn", seq, turn: stated(state) };
}

export function branch(seq: number, active: string | null): Branch {
  return { type: "branch", seq, active };
}

export function delta(seq: number, at: number, text: string, kind: Kind = "reasoning", id = "t1"): TextDelta {
  return { type: "delta", seq, turn: id, kind, at, text, tokens: at + 1 };
}

/** Each turn follows the one before it, where its parent isn't given; the last one is the end of the active branch. */
export function snapshot(
  seq: number,
  turns: [Partial<TurnState>, string, string][] = [],
  rest: Partial<Snapshot> = {},
): Snapshot {
  return {
    type: "snapshot",
    v: 3,
    active: turns.at(-1)?.[0].id ?? (turns.length > 0 ? "t1" : null),
    seq,
    kernel: "k1",
    chat: "c0de",
    turns: turns.map(([state, reasoning, answer], index) => ({
      ...stated({ parent: index > 0 ? (turns[index - 1]?.[0].id ?? "t1") : null, ...state }),
      text: { reasoning, answer },
    })),
    ...rest,
  };
}

/** Let promises that are already kept go on. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 5; round++) await Promise.resolve();
}
