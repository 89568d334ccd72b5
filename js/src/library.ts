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

const library: LibraryExports = {
  version: VERSION,
  takeExtrasFrom,
  renderChat(chat: Chat<Store>, el, signal) {
    const store = storeOf(chat);
    renderChat(store, el, signal);
    // After the view is there, so that it hears what has been waiting.
    store.open();
  },
  renderTurn(chat: Chat<Store>, turn, el, signal) {
    const store = storeOf(chat);
    if (turn) renderTurn(store, turn, el, signal);
    else markLive(store, el, PARTS, signal, true);
    store.open();
  },
};

export default library;
