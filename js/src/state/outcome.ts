// How an ended turn ended, as far as there is anything to say of it: as r1widget/conversation/outcome.py has it, which
// tests/wire/outcomes.json holds both to. The words are in texts/.

import type { Outcome } from "../texts/kinds.ts";
import type { TurnState } from "../wire/protocol.ts";

export function outcomeOf(turn: TurnState, hasThought: boolean, hasAnswer: boolean): Outcome {
  // Of a thought that repeated itself, what ended it is said at the thought.
  if (turn.loop?.ended && turn.loop.kind === "answer") return "looped";
  switch (turn.finish_reason) {
    case "cancelled":
      if (turn.interrupted === "elsewhere") return "writtenElsewhere";
      if (turn.interrupted) return hasThought || hasAnswer ? "interrupted" : "interruptedBefore";
      if (hasAnswer) return "stopped";
      return hasThought ? "stoppedThinking" : turn.tokens?.prompt ? "stoppedBefore" : "cancelled";
    case "length":
      return hasAnswer ? "cutOff" : "cutOffThinking";
    case "error":
      return "unremarkable"; // the error itself is shown
    default:
      return hasAnswer ? "unremarkable" : "empty";
  }
}
