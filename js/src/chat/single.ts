// The view of one turn of a chat: the output of a cell that asked one question.

import { element } from "../dom/dom.ts";
import type { Store } from "../state/store.ts";
import { Panel } from "./panel.ts";

export function renderTurn(store: Store, id: string, el: HTMLElement, signal: AbortSignal): void {
  const panel = new Panel(el, store, signal, "r1-single");
  const place = element("div", { class: "r1-turns" });
  const gone = element("p", { class: "r1-absent", hidden: true }, store.texts.turnGone);
  panel.head.element.before(place, gone);

  let seen = false;
  const arrange = () => {
    const turn = store.turns.get(id);
    seen ||= turn !== undefined;
    // Its version on the active branch: what is edited here is seen here.
    const parent = turn?.state.parent ?? null;
    const shown = turn && (store.turns.list.find(({ state }) => (state.parent ?? null) === parent) ?? turn);
    panel.arrange(shown ? [shown] : [], place, true);
    // Before the first snapshot the turn may only not have been told of yet.
    gone.hidden = turn !== undefined || !(seen || store.known);
  };
  arrange();

  store.listen(change => {
    panel.apply(change);
    if (change.type === "turns") arrange();
  }, signal);
}
