// A conversation that lies in the page, and stands for a kernel as far as reading goes: it tells what there is, and shows another
// branch. Nobody answers anything else, and nothing else can be asked (`Traits.isReadOnly`).

import type { Scored } from "../wire/checks.ts";
import { Inbox } from "../wire/inbox.ts";
import { LocalModel } from "../wire/local.ts";
import type { Chat, Unfold } from "../wire/model.ts";
import { type SnapshotTurn, type ToPage, VERSION } from "../wire/protocol.ts";
import type { ToKernel } from "../wire/tokernel.ts";

/** What r1widget/export/standalone.py writes. */
export interface Archived {
  /** In the order they were made. */
  turns: SnapshotTurn[];
  /** Where the model hesitated, by the turn; files that were made before there was any have none. */
  scored?: Record<string, Omit<Scored, "type" | "id" | "turn">>;
  /** The last turn of the branch that is shown first. */
  active: string | null;
  /** Its name, as a person calls it. */
  model: string;
  unfold: Unfold;
}

export function archive<Shared>(archived: Archived, signal: AbortSignal): Chat<Shared> {
  const { turns, scored = {}, model: model_name, unfold } = archived;
  const inbox = new Inbox();
  let { active } = archived;
  let seq = 0;
  const put = (message: ToPage) => inbox.put(message);
  const tellAll = () =>
    put({ type: "snapshot", v: VERSION, seq, turns, active, kernel: null, chat: "archive" });

  /** Down along the newest turns, as `Conversation.select` goes. */
  const select = (id: string) => {
    active = id;
    for (let below = turns.findLast(isBelow(id)); below; below = turns.findLast(isBelow(active)))
      active = below.id;
    put({ type: "branch", seq: ++seq, active });
  };

  const receive = (message: ToKernel) => {
    const { id } = message;
    if (message.type === "sync") tellAll();
    else if (message.type === "select") select(message.turn);
    else if (message.type === "scores") {
      const found = scored[message.turn] ?? { total: 0, tokens: [], why: "This file has no probabilities." };
      put({ type: "scored", id, turn: message.turn, ...found });
    } else return;
    put({ type: "done", id });
  };

  tellAll();
  const local = new LocalModel({ model_name, unfold, read_only: true }, receive);
  return { model: local.model, inbox, signal };
}

const isBelow =
  (id: string) =>
  ({ parent }: SnapshotTurn) =>
    parent === id;
