// The module of each ChatWidget and each TurnView: it listens at once, and leaves all drawing to the library, which
// a kernel sends only once (bundles.ts). A cell may display a chat and block, so the first messages can come before there is any
// view; and anywidget holds messages back until `initialize` is done, so nothing is awaited there.

import type { AnyModel, InitializeProps, RenderProps } from "@anywidget/types";
import { noKernel, noLibrary } from "./texts/loader.ts";
import { isLive } from "./wire/connection.ts";
import { Inbox } from "./wire/inbox.ts";
import type { Bundles, Chat, ChatTraits, TurnViewTraits } from "./wire/model.ts";

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
        const [chatRef, libraryRef] = [model.get("_chat"), model.get("_library")];
        const [{ library }, chat] = await Promise.all([
          host.getWidget<Bundles>(libraryRef).then(widget => widget.exports),
          chatRef ? host.getWidget<Chat>(chatRef).then(widget => widget.exports) : own,
        ]);
        if (!library.isHeard && (await isLive(model, libraryRef)) === false) {
          el.textContent = noKernel(model.get("language"));
          return;
        }
        const { renderChat, renderTurn } = await library.fetch();
        if (signal.aborted) return;
        if (chatRef) renderTurn(chat, model.get("_turn"), el, signal);
        else renderChat(chat, el, signal);
      } catch (error) {
        console.error("[r1widget]", error);
        el.textContent = noLibrary(model.get("language"));
      }
    },
  };
};
