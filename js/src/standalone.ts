// The script of a page that is a file (r1widget/export/standalone.py): the widget, of a conversation that lies beside it, to be read.

import { type Archived, archive } from "./archive/archive.ts";
import { renderChat } from "./chat/chat.ts";
import all from "./extras.ts";
import { Store } from "./state/store.ts";
import { extras } from "./wire/extras.ts";

const place = document.getElementById("chat");
const written = document.getElementById("conversation")?.textContent;

if (place && written) {
  extras.take(all);
  const { signal } = new AbortController();
  const store = new Store(archive(JSON.parse(written) as Archived, signal));
  document.documentElement.lang = store.texts.tag;
  renderChat(store, place, signal);
  store.open();
}
