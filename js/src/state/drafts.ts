// What a person has typed and not sent yet, a question, a change to a text or a note. It stays when the view of the turn goes, as it does
// when another branch is shown, and when the page is reloaded: the browser keeps it for this tab alone, and until it is closed.
//
// It is kept under the kernel and the chat, so that no other notebook shows it. A chat that is made anew after its kernel was
// restarted takes over the question that was being typed to the one before.

import type { Part } from "../wire/protocol.ts";

/** Of what: a part of a turn, or a note at a place of it. */
export type Slot = Part | `note ${string}`;

/** What is kept of one chat. */
interface Stored {
  /** Which run of the kernel the chat lived in: the library's model, of which each has one. */
  process: string;
  model: string;
  texts: [string, string][];
}

export interface Owner extends Omit<Stored, "texts"> {
  kernel: string | null;
  chat: string;
}

/** Ms after a key until what was typed is stored. */
const PAUSE = 300;
/** Characters of one chat, and chats: a browser gives a page some millions of characters. */
const LONGEST = 300_000;
const MOST = 10;
const QUESTION = " question";

export class Drafts {
  readonly #texts = new Map<string, string>();
  #owner: Owner | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signal: AbortSignal) {
    addEventListener("pagehide", () => this.#store(), { signal });
    signal.addEventListener("abort", () => this.#store(), { once: true });
  }

  /** Of a part of a turn; without a turn, of the next question. */
  get(turn: string, slot: Slot): string | undefined {
    return this.#texts.get(`${turn} ${slot}`);
  }

  /** Of all the notes at a turn that aren't saved, the slots. */
  notesOf(turn: string): Slot[] {
    const notes = `${turn} note `;
    return [...this.#texts.keys()]
      .filter(key => key.startsWith(notes))
      .map(key => key.slice(turn.length + 1) as Slot);
  }

  /** Undefined: there is none any more. */
  set(turn: string, slot: Slot, text: string | undefined): void {
    if (text) this.#texts.set(`${turn} ${slot}`, text);
    else this.#texts.delete(`${turn} ${slot}`);
    this.#timer ??= setTimeout(() => this.#store(), PAUSE);
  }

  /** Whose they are is known now: what was typed before the page was reloaded is there again. */
  open(owner: Owner): void {
    if (this.#owner || owner.kernel === null) return;
    this.#owner = owner;
    const kept = stored();
    const own = kept.get(key(owner));
    const before = [...kept].findLast(
      ([name, { process, model }]) =>
        name.startsWith(`${owner.kernel} `) && process !== owner.process && model === owner.model,
    );
    const texts = own?.texts ?? before?.[1].texts.filter(([slot]) => slot === QUESTION) ?? [];
    for (const [slot, text] of texts) if (!this.#texts.has(slot)) this.#texts.set(slot, text);
    if (!own && before) kept.delete(before[0]);
    write(kept);
  }

  #store(): void {
    if (this.#timer === undefined || !this.#owner) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { process, model } = this.#owner;
    const kept = stored();
    kept.delete(key(this.#owner));
    let length = 0;
    const texts = [...this.#texts].filter(([, text]) => {
      length += text.length;
      return length <= LONGEST;
    });
    // The newest last, so that the oldest make room.
    if (texts.length > 0) kept.set(key(this.#owner), { process, model, texts });
    write(kept);
  }
}

const NAME = "r1widget drafts";
const key = ({ kernel, chat }: Owner) => `${kernel} ${chat}`;

function stored(): Map<string, Stored> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(NAME) ?? "[]"));
  } catch {
    return new Map(); // a browser may refuse, and anybody can write there
  }
}

function write(kept: Map<string, Stored>): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify([...kept].slice(-MOST)));
  } catch {
    // There is no room, or it is refused: they are there as long as the page is.
  }
}
