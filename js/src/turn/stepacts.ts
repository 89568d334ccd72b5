// What a reader does with a step of a thought besides going on behind it: write a note, and hide what follows.

import { HIDE, NOTE } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import type { Turn } from "../state/turns.ts";
import type { StepView } from "../thought/step.ts";
import type { StepAct } from "../thought/stepacts.ts";

interface Options {
  note: (step: StepView) => void;
  /** What follows is hidden, and may be written. */
  hidden: () => void;
}

export function stepActs({ texts, unseen }: Store, turn: Turn, { note, hidden }: Options): StepAct[] {
  return [
    { label: texts.note, title: texts.noteHint, icon: NOTE, press: note },
    {
      label: texts.predictHide,
      title: texts.predictHideHint,
      icon: HIDE,
      press: step => {
        unseen.hideFrom(turn, step.end);
        hidden();
      },
    },
  ];
}
