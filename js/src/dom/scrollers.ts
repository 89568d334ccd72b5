// What is wider than its place scrolls in itself. Chromium and Firefox let the keyboard reach such a box by themselves,
// Safari doesn't; here it is a stop of Tab, for as long as there is something to scroll.

const observer =
  typeof ResizeObserver === "undefined"
    ? undefined
    : // After the layout, so that asking for widths costs none.
      new ResizeObserver(entries => {
        for (const { target } of entries) {
          if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
          else target.removeAttribute("tabindex");
        }
      });

/** `box` is drawn for good. The observer doesn't keep it: what leaves the page is forgotten. */
export function scrollsByKeyboard(box: Element): void {
  observer?.observe(box);
}
