// How an ended turn ended, as far as there is anything to say of it. The words are in texts/.

import type { Outcome } from "../texts/kinds.ts";
import type { TurnState } from "../wire/protocol.ts";

export function outcomeOf(turn: TurnState, hasThought: boolean, hasAnswer: boolean): Outcome {
  if (turn.loop?.ended) return "looped";
  switch (turn.finish_reason) {
    case "cancelled":
      if (hasAnswer) return "stopped";
      return hasThought ? "stoppedThinking" : turn.tokens?.prompt ? "stopped" : "cancelled";
    case "length":
      return hasAnswer ? "cutOff" : "cutOffThinking";
    case "error":
      return "unremarkable"; // the error itself is shown
    default:
      return hasAnswer ? "unremarkable" : "empty";
  }
}
