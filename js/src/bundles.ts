// The module of the hidden `Library` model: it gets the two bundles, of which the first has all the drawing (library.ts) and the
// second what is needed less often (extras.ts). It has as little code as can be, for it is state, which is saved.
//
// A kernel says the library's code right after it has made the model, before a cell can block it. Who hears of the model then
// hears that too; who learns of it later, since the page was reloaded or nobody looked when the cell ran, asks.

import type { InitializeProps } from "@anywidget/types";
import { Bundle, runModule } from "./wire/bundle.ts";
import type { ExtrasExports } from "./wire/extras.ts";
import type { Bundles, LibraryExports } from "./wire/model.ts";

export default () => ({
  initialize({ model, signal }: Pick<InitializeProps, "model" | "signal">): Bundles {
    const extras = new Bundle<ExtrasExports>("extras");
    const library = new Bundle<LibraryExports>("library", async code => {
      const exports = await runModule<LibraryExports>(code);
      exports.takeExtrasFrom(extras);
      return exports;
    });
    for (const bundle of [library, extras]) bundle.connect(model, signal);
    // Now, and not when a view needs it: a cell that shows one may keep the kernel from hearing.
    if (model.get("_is_said")) library.fetch().catch(() => {});
    return { library, extras };
  },
});
