// Whether the kernel that a chat lives in is still there. A restart leaves the views in the page, and nobody behind them.

import type { Chat } from "./model.ts";

const REFERENCE = /^anywidget:/;

/**
 * Call `changed` when the kernel goes or comes. Jupyter says that something has changed, but of a model of our own not
 * what; so the library's model is asked, which lives and dies with the same kernel. Other hosts say nothing at all.
 */
export function watchConnection({ model, signal }: Chat, changed: (connected: boolean) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async () => {
    try {
      const id = model.get("_library").replace(REFERENCE, "");
      const library: unknown = await model.widget_manager.get_model(id);
      const { comm_live } = library as { comm_live?: boolean };
      if (!signal.aborted && typeof comm_live === "boolean") changed(comm_live);
    } catch (error) {
      console.warn("[r1widget] the kernel's state can't be told:", error);
    }
  };
  const heard = () => {
    // Jupyter goes through its models one after the other; when it is done, the library has been told too.
    clearTimeout(timer);
    timer = setTimeout(look, 50);
  };
  model.on("comm_live_update", heard);
  signal.addEventListener(
    "abort",
    () => {
      clearTimeout(timer);
      model.off("comm_live_update" as never, heard);
    },
    { once: true },
  );
}
