// The transcript below the widget: hidden while the widget is live, so that nothing stands there twice.

/** The rule in styles/base.css hides the output after this one; a display always makes both. */
const LIVE = "r1-live";

export function markLive(el: HTMLElement, signal: AbortSignal): void {
  let marked: Element | null = null;
  const mark = () => {
    marked = el.closest(".jp-OutputArea-child");
    marked?.classList.add(LIVE);
    return marked !== null || el.isConnected;
  };
  signal.addEventListener("abort", () => marked?.classList.remove(LIVE), { once: true });
  if (mark() || typeof ResizeObserver === "undefined") return;
  // Jupyter may draw a view before it puts it into the page; it gets a size when it is there.
  const observer = new ResizeObserver(() => mark() && observer.disconnect());
  observer.observe(el);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
