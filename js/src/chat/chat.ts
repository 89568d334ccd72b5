// The view of a chat: its turns in a box that scrolls, and the composer below.

import { element } from "../dom/dom.ts";
import { Grip } from "../dom/grip.ts";
import { Follower } from "../dom/scroll.ts";
import { button } from "../kit/button.ts";
import { ARROW_DOWN } from "../kit/icons.ts";
import type { Store } from "../state/store.ts";
import { BeforeLine } from "./before.ts";
import { Composer } from "./composer.ts";
import { EmptyState } from "./empty.ts";
import { Panel } from "./panel.ts";

export function renderChat(store: Store, el: HTMLElement, signal: AbortSignal): void {
  const panel = new Panel(el, store, signal, "r1-chat");
  const turns = element("div", { class: "r1-turns" });
  const scroller = element(
    "div",
    { class: "r1-scroller", tabindex: "0", role: "region", "aria-label": store.texts.conversation },
    turns,
  );
  const jump = button(store.texts.jump, { icon: ARROW_DOWN, bare: true, class: "r1-jump" });
  const follower = new Follower(scroller, turns, jump, signal);
  const opens =
    ".r1-fold, .r1-counter, .r1-preview, .r1-step-fold, .r1-step-title, [aria-pressed], .r1-tools [aria-expanded], .r1-diff-fold, .r1-versions, .r1-steer, " +
    "[role^=menuitem], .r1-asked-more";
  const hold = (event: Event) => (event.target as Element | null)?.closest(opens) && follower.hold();
  const grip = new Grip(scroller, store.texts, signal);
  scroller.addEventListener("click", hold, { signal });
  panel.left = () => follower.leave();
  const composer = store.traits.isReadOnly
    ? undefined
    : new Composer({ store, signal, sent: () => follower.follow() });

  const arrange = () => {
    panel.arrange(store.turns.list, turns, false);
    scroller.hidden = store.turns.list.length === 0;
  };
  const empty =
    composer &&
    new EmptyState({
      store,
      signal,
      ask: question => void composer.ask(question),
      say: text => panel.notices.show(text, "cell"),
    });
  panel.head.element.after(
    element(
      "div",
      { class: "r1-stage" },
      ...(empty ? [empty.element] : []),
      scroller,
      follower.jump,
      grip.element,
    ),
  );
  panel.began = () => composer?.focus();
  const before = new BeforeLine(store, signal, renderChat);
  if (composer) panel.root.append(before.element, composer.element);
  arrange();

  store.listen(change => {
    panel.apply(change);
    if (change.type === "turns") arrange();
    if (change.type === "turns" || change.type === "turn" || change.type === "stopping") composer?.update();
  }, signal);
}
