// The texts below a view, which hold the conversation in the notebook's file: hidden while the chat is live, so that nothing
// stands there twice; and whether they follow the conversation, which is seen, since no host says it.

import type { Store } from "../state/store.ts";

/** Outputs that hold a chat's text, as in r1widget/jupyter/kept.py. A single turn has one. */
export const PARTS = 4;

const HIDDEN = "r1-kept";

/**
 * When the chat is live, hide what its kernel has put below the output that `el` is in. A view in a box, or in an output of
 * its own, has nothing below it: there the texts stand below a view that is `bare`, which draws nothing.
 */
export function markLive(
  store: Store,
  el: HTMLElement,
  parts: number,
  signal: AbortSignal,
  bare = false,
): void {
  const hidden = new Set<Element>();
  const hide = (wanted: Element[]) => {
    for (const element of hidden) if (!wanted.includes(element)) element.classList.remove(HIDDEN);
    hidden.clear();
    for (const element of wanted) {
      element.classList.add(HIDDEN);
      hidden.add(element);
    }
  };
  const look = (place: Element, changes: MutationRecord[]) => {
    const texts: Element[] = [];
    for (let next = place.nextElementSibling; next && texts.length < parts; next = next.nextElementSibling)
      texts.push(next);
    const has = (node: Node) => texts.some(text => text.contains(node));
    if (changes.some(({ target, addedNodes }) => has(target) || [...addedNodes].some(has))) store.kept.seen();
    hide(bare ? [place, ...texts] : texts);
    for (const text of texts) changed.observe(text, { childList: true, subtree: true });
  };
  let changed: MutationObserver;
  const mark = () => {
    const place = el.closest(".jp-OutputArea-child");
    if (place?.parentElement && !el.closest(".jupyter-widgets")) {
      changed = new MutationObserver(changes => look(place, changes));
      changed.observe(place.parentElement, { childList: true });
      look(place, []);
      store.kept.forget(); // they have come with all that there was
      signal.addEventListener("abort", () => changed.disconnect(), { once: true });
    }
    return place !== null || el.isConnected;
  };
  const begin = () => {
    if (signal.aborted || mark() || typeof ResizeObserver === "undefined") return;
    // Jupyter may draw a view before it puts it into the page; it gets a size when it is there.
    const sized = new ResizeObserver(() => {
      if (!el.isConnected) return;
      sized.disconnect();
      mark();
    });
    sized.observe(el);
    signal.addEventListener("abort", () => sized.disconnect(), { once: true });
  };
  signal.addEventListener("abort", () => hide([]), { once: true });
  store.whenLive(begin, signal);
}
