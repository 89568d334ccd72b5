// The stylesheet, once for each document (or shadow root) that a view is in.

import authors from "./authors.css";
import compare from "./compare.css";
import diff from "./diff.css";
import steering from "./steering.css";
import styles from "./styles.css";
import trace from "./trace.css";

const ID = "r1widget-styles";

export function addStyles(el: HTMLElement): void {
  const root = el.getRootNode();
  // A view that isn't in the page yet will be in this document.
  const place = root instanceof ShadowRoot ? root : document.head;
  if (place.querySelector(`#${ID}`)) return;
  const style = document.createElement("style");
  style.id = ID;
  style.textContent = styles + trace + authors + diff + compare + steering;
  place.append(style);
}
