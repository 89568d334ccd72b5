// The bundle that a kernel sends once: all the drawing, but for what is in extras.ts. See bundles.ts.

import { renderChat } from "./chat/chat.ts";
import { markLive, PARTS } from "./chat/live.ts";
import { renderTurn } from "./chat/single.ts";
import { Store } from "./state/store.ts";
import { takeExtrasFrom } from "./wire/extras.ts";
import type { Chat, LibraryExports } from "./wire/model.ts";
import { VERSION } from "./wire/protocol.ts";

/** The one store of a chat in this page. */
function storeOf(chat: Chat<Store>): Store {
  chat.store ??= new Store(chat);
  return chat.store;
}

/** Draw, and again when the interface is to speak another language: what is drawn has its words for good. */
function draw(
  store: Store,
  el: HTMLElement,
  signal: AbortSignal,
  render: (signal: AbortSignal) => void,
): void {
  let drawing = new AbortController();
  render(AbortSignal.any([signal, drawing.signal]));
  store.listen(change => {
    if (change.type !== "language") return;
    const hadFocus = el.contains(document.activeElement);
    drawing.abort();
    drawing = new AbortController();
    render(AbortSignal.any([signal, drawing.signal]));
    // What disappears under the fingers leaves the keyboard nowhere.
    const first = el.querySelector<HTMLElement>(".r1-draft") ?? el.querySelector<HTMLElement>(".r1-fold");
    if (hadFocus) first?.focus({ preventScroll: true });
  }, signal);
}

const library: LibraryExports = {
  version: VERSION,
  takeExtrasFrom,
  renderChat(chat: Chat<Store>, el, signal) {
    const store = storeOf(chat);
    draw(store, el, signal, drawing => renderChat(store, el, drawing));
    // After the view is there, so that it hears what has been waiting.
    store.open();
  },
  renderTurn(chat: Chat<Store>, turn, el, signal) {
    const store = storeOf(chat);
    if (turn) draw(store, el, signal, drawing => renderTurn(store, turn, el, drawing));
    else markLive(store, el, PARTS, signal, true);
    store.open();
  },
};

export default library;
