// "New chat": this conversation is left, and can be gone back to.

import { ActionButton } from "../kit/actionbutton.ts";
import { NEW_CHAT } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";

export class NewChat {
  readonly button: HTMLButtonElement;
  readonly #store: Store;
  readonly #action: ActionButton;

  /** `began`: there is another conversation, and it was asked for here. */
  constructor(store: Store, signal: AbortSignal, began: () => void) {
    this.#store = store;
    const { texts } = store;
    this.#action = new ActionButton({
      able: { cannot: () => this.#cannot },
      act: "new_chat",
      label: texts.newChat,
      icon: NEW_CHAT,
      title: texts.newChatHint,
      signal,
      press: () => void this.#begin(began),
    });
    this.button = this.#action.button;
    store.listen(
      change => (change.type === "turns" || change.type === "connection") && this.#action.update(),
      signal,
    );
  }

  get #cannot(): string | undefined {
    const { connected, texts, turns } = this.#store;
    if (!connected) return texts.standing("offline");
    return turns.all.length === 0 ? texts.newChatEmpty : undefined;
  }

  async #begin(began: () => void): Promise<void> {
    try {
      await this.#store.requests.newChat();
      began();
    } catch {
      // Why it was refused is said in a notice.
    }
  }
}
