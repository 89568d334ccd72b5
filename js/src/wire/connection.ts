// Whether the kernel that a chat lives in is still there. A restart leaves the views in the page, and nobody behind them.

import type { AnyModel } from "@anywidget/types";
import type { Chat } from "./model.ts";

const REFERENCE = /^anywidget:/;

/**
 * Whether there is a kernel behind the widget that `ref` names; undefined where the host doesn't say. A page has widgets without
 * one where it reads their state from the notebook's file, and they never get one.
 */
export async function isLive(
  model: Pick<AnyModel, "widget_manager">,
  ref: string,
): Promise<boolean | undefined> {
  const found: unknown = await model.widget_manager.get_model(ref.replace(REFERENCE, ""));
  const { comm_live } = found as { comm_live?: boolean };
  return typeof comm_live === "boolean" ? comm_live : undefined;
}

/**
 * Call `changed` when the kernel goes or comes. Jupyter says that something has changed, but of a model of our own not
 * what; so the library's model is asked, which lives and dies with the same kernel. Other hosts say nothing at all.
 */
export function watchConnection({ model, signal }: Chat, changed: (connected: boolean) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async () => {
    try {
      const live = await isLive(model, model.get("_library"));
      if (!signal.aborted && live !== undefined) changed(live);
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
