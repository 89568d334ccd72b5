// The module of each ChatWidget and each TurnView: it listens at once, and leaves all drawing to the library, which
// a kernel sends only once. A cell may display a chat and block, so the first messages can come before there is any
// view; and anywidget holds messages back until `initialize` is done, so nothing is awaited there.

import type { AnyModel, InitializeProps, RenderProps } from "@anywidget/types";
import { noLibrary } from "./texts/loader.ts";
import { Inbox } from "./wire/inbox.ts";
import type { Chat, ChatTraits, LibraryExports, TurnViewTraits } from "./wire/model.ts";

type Traits = ChatTraits & TurnViewTraits;

export default () => {
  let own: Chat;
  return {
    initialize({ model, signal }: InitializeProps<Traits>): Chat {
      const inbox = new Inbox();
      const put = (message: unknown) => inbox.put(message);
      model.on("msg:custom", put);
      signal.addEventListener("abort", () => model.off("msg:custom", put), { once: true });
      own = { model: model as unknown as AnyModel<ChatTraits>, inbox, signal };
      return own;
    },

    async render({ model, el, signal, host }: RenderProps<Traits>): Promise<void> {
      try {
        const chatRef = model.get("_chat");
        const [library, chat] = await Promise.all([
          host.getWidget<LibraryExports>(model.get("_library")),
          chatRef ? host.getWidget<Chat>(chatRef).then(widget => widget.exports) : own,
        ]);
        if (signal.aborted) return;
        if (chatRef) library.exports.renderTurn(chat, model.get("_turn"), el, signal);
        else library.exports.renderChat(chat, el, signal);
      } catch (error) {
        console.error("[r1widget]", error);
        el.textContent = noLibrary(model.get("language"));
      }
    },
  };
};
