// What jsdom lacks and a browser has.

import { setMaxListeners } from "node:events";
import { afterEach } from "vitest";
import all from "../src/extras.ts";
import { extras } from "../src/wire/extras.ts";

// A tab's, which in jsdom all tests of a file share.
afterEach(() => sessionStorage.clear());

// Node warns of more than ten listeners on one AbortSignal; a view has as many as it has parts.
setMaxListeners(0);

/** In a browser MathML has inline styles, as HTML has: a box around \boxed is one. */
Object.defineProperty(Element.prototype, "style", {
  configurable: true,
  get(this: Element) {
    return new Proxy(
      {},
      {
        set: (_, name, value) => {
          const rule = `${String(name).replace(/[A-Z]/g, upper => `-${upper.toLowerCase()}`)}: ${value};`;
          this.setAttribute("style", `${this.getAttribute("style") ?? ""}${rule}`);
          return true;
        },
      },
    );
  },
});

Element.prototype.scrollIntoView ??= () => {};

// As in a page that has fetched them before; what there is without them is told in tests/markdown/later.test.ts.
extras.take(all);
