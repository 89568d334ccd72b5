// The menu of a turn: what is wanted seldom. What is in it is asked for when it opens; what makes no sense of this turn isn't there,
// and what can't be done says why.

import {
  CHANGES,
  CHECKS,
  COMPARE,
  EDIT,
  EXPORT_TURN,
  MARKDOWN,
  NOTE,
  SEVERAL,
  SOURCE,
  THINK_MORE,
} from "../kit/icons.ts";
import type { MenuItem } from "../kit/menu.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import { forkOf } from "../versions/versions.ts";
import type { Acts } from "./acts.ts";
import type { Panels } from "./panels.ts";

interface Options {
  store: Store;
  turn: Turn;
  acts: Acts;
  panels: Panels;
  /** Whether the answer isn't to be seen: then nothing that tells it is offered, but what takes it elsewhere. */
  isHidden: boolean;
  /** Writes a note on the whole, and on what is selected. */
  note: () => void;
  noteSelection: (() => void) | undefined;
  /** Whether the characters are shown as they were written. */
  isRaw: boolean;
  toggleSource: () => void;
  copyMarkdown: () => void;
  /** Not where nobody could write a file. */
  exportTurn: (() => void) | undefined;
}

export function itemsOf(options: Options): MenuItem[] {
  const { acts, isHidden } = options;
  if (isHidden) return taken(options);
  const written = acts.isHeard ? [...asked(options), ...noted(options)] : [];
  return [...written, ...shown(options), ...taken(options)];
}

/** What the kernel is asked for. */
function asked({ store, turn, acts }: Options): MenuItem[] {
  const { texts, traits, forks } = store;
  const { id } = turn.state;
  const { reasoning, answer } = turn.texts;
  const items: MenuItem[] = [];
  if (acts.isEnded && answer.begun)
    items.push({
      label: texts.editPart("answer"),
      icon: EDIT,
      act: "continue",
      cannot: traits.cannot("continue"),
      press: () => acts.editors.answer.open(),
    });
  if (acts.isThinking || (acts.isEnded && reasoning.begun))
    items.push({
      label: texts.thinkMore,
      icon: THINK_MORE,
      hint: texts.thinkMoreHint,
      act: "think_more",
      cannot: traits.cannot("think_more"),
      checked: acts.asksMore || undefined,
      press: () => acts.thinkMore(),
    });
  if (acts.isEnded)
    items.push({
      label: texts.askMore(forks),
      icon: SEVERAL,
      hint: texts.severalHint(forks),
      act: "ask",
      cannot: traits.cannot("ask"),
      press: () => acts.steer({ type: "regenerate", turn: id, n: forks }),
    });
  return items;
}

/** What the reader writes. */
function noted({ store, turn, acts, note, noteSelection }: Options): MenuItem[] {
  const { texts } = store;
  if (!acts.isWritten) return [];
  const items: MenuItem[] = [
    {
      label: texts.noteOf(turn.texts.answer.begun ? "answer" : "reasoning"),
      icon: NOTE,
      hint: texts.noteOfHint,
      press: note,
    },
  ];
  if (noteSelection)
    items.push({
      label: texts.noteSelection,
      icon: NOTE,
      hint: texts.noteSelectionHint,
      press: noteSelection,
    });
  return items;
}

/** What is shown otherwise. */
function shown({ store, turn, acts, panels, isRaw, toggleSource }: Options): MenuItem[] {
  const { texts } = store;
  const items: MenuItem[] = [];
  if (panels.before)
    items.push({
      label: texts.changes,
      icon: CHANGES,
      hint: texts.changesHint,
      checked: panels.shown === "changes",
      press: () => panels.toggle("changes"),
    });
  const { length } = forkOf(store.turns, turn);
  if (length > 1)
    items.push({
      label: texts.compareForks(length),
      icon: COMPARE,
      hint: texts.compareForksHint,
      checked: panels.shown === "forks",
      press: () => panels.toggle("forks"),
    });
  if (acts.isWritten)
    items.push({
      label: texts.check,
      icon: CHECKS,
      hint: texts.checkActHint,
      checked: panels.shown === "check",
      press: () => panels.toggle("check"),
    });
  if (acts.isWritten)
    items.push({
      label: texts.source,
      icon: SOURCE,
      hint: texts.sourceHint,
      checked: isRaw,
      press: toggleSource,
    });
  return items;
}

/** What is taken elsewhere. */
function taken({ store, acts, copyMarkdown, exportTurn }: Options): MenuItem[] {
  const { texts } = store;
  if (!acts.isWritten) return [];
  const items: MenuItem[] = [
    { label: texts.copyMarkdown, icon: MARKDOWN, hint: texts.copyMarkdownHint, press: copyMarkdown },
  ];
  if (exportTurn && acts.isHeard && acts.isEnded)
    items.push({
      label: texts.exportTurn,
      icon: EXPORT_TURN,
      hint: texts.exportTurnHint,
      press: exportTurn,
    });
  return items;
}
