// What a page knows of the kernel's widgets: their traits, and what one front-end model gives to another.

import type { AnyModel } from "@anywidget/types";
import type { Bundle } from "./bundle.ts";
import type { ExtrasExports } from "./extras.ts";
import type { Inbox } from "./inbox.ts";
import type { EngineStatus } from "./protocol.ts";

/** When a thought is open, as long as the reader has not said otherwise. */
export type Unfold = "auto" | "always" | "never";

/** r1widget/settings.py: how a turn is sampled. */
export type TurnSettings = {
  temperature: number;
  top_p: number;
  /** Of thinking and answer together. */
  max_tokens: number;
  /** In tokens; null: no limit. */
  thinking_budget: number | null;
  budget_message: string;
  stop_loops: boolean;
  /** null: a new one each turn. */
  seed: number | null;
  system: string | null;
};

/** `ChatWidget`, as far as a page may look. */
export type ChatTraits = {
  /** "anywidget:<model id>" of the Library. */
  _library: string;
  engine_status: EngineStatus;
  /** Whether a notebook cell is waiting for a turn of this chat. */
  blocking: boolean;
  model_name: string;
  /** Of the interface: "auto" or one of texts/index.ts. */
  language: string;
  unfold: Unfold;
  /** Whether an answer is hidden until its reader has written what they expect. */
  predict?: boolean;
  /** The settings of turns to come, all of them. */
  turn_settings: TurnSettings;
  /** Questions to begin with; null: those that suit the model. */
  suggestions: string[] | null;
  /** What to run to show this chat; empty: nobody knows. */
  called: string;
  /** Whether its cell was run again, and brought it back. */
  is_again: boolean;
  /** Where it is kept beside the notebook; "nowhere": not in the notebook either. */
  kept: "journal" | "off" | "nowhere";
  /** What its cell had before it, as long as it is empty; an empty object: nothing. */
  before: { turns?: number; at?: string; interrupted?: boolean };
  /** What is there is all that there will be: a page that is a file. No kernel has it. */
  read_only?: boolean;
};

/** `TurnView`: the output of `%%r1`. */
export type TurnViewTraits = {
  _library: string;
  /** "anywidget:<model id>" of the chat that the turn belongs to. */
  _chat: string;
  _turn: string;
};

/** What the loader of a chat exports: its messages, and the one store that all its views share, which is the library's. */
export interface Chat<Shared = unknown> {
  model: AnyModel<ChatTraits>;
  inbox: Inbox;
  /** Aborted when the model is gone. */
  signal: AbortSignal;
  store?: Shared;
}

/** What the hidden model exports, bundles.ts. */
export interface Bundles {
  library: Bundle<LibraryExports>;
  extras: Bundle<ExtrasExports>;
}

/** What the library exports. */
export interface LibraryExports {
  version: number;
  takeExtrasFrom(bundle: Bundle<ExtrasExports>): void;
  renderChat(chat: Chat, el: HTMLElement, signal: AbortSignal): void;
  renderTurn(chat: Chat, turn: string, el: HTMLElement, signal: AbortSignal): void;
}
