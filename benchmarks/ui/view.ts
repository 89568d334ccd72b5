// What the other ways to show a chat have in common with each other, and with ours: one drawing a frame, in a box that
// follows its end. Only the drawing differs. See floor.ts and reparse.ts.

import type { AnyModel, RenderProps } from "@anywidget/types";
import { schedule, unschedule } from "../../js/src/dom/frames.ts";
import type { ToPage } from "../../js/src/wire/protocol.ts";

export interface Drawing {
  add(news: string): void;
  become(text: string): void;
}

/** The look of our own box and thought, so that as many letters stand in a line and as many lines in the box. */
const BOX = "max-height: min(70vh, 720px); overflow-y: auto; padding: 18px 16px 14px; scrollbar-width: thin";
const TEXT = "color: var(--jp-content-font-color2); font: 13px/1.55 var(--jp-content-font-family)";

export function frontEnd(begin: (holder: HTMLElement) => Drawing) {
  return {
    render({ model, el, signal }: RenderProps) {
      const holder = Object.assign(document.createElement("div"), { style: TEXT });
      const box = Object.assign(document.createElement("div"), { style: BOX });
      const root = Object.assign(document.createElement("div"), {
        className: "r1",
        style: "max-width: 860px",
      });
      box.append(holder);
      root.append(box);
      el.append(root);
      const observer = new ResizeObserver(() => {
        box.scrollTop = box.scrollHeight;
      });
      observer.observe(holder);
      listen(model, begin(holder), signal);
      signal.addEventListener("abort", () => observer.disconnect(), { once: true });
    },
  };
}

/** Thought and answer go to the same place, in the order in which they come. */
function listen(model: AnyModel, drawing: Drawing, signal: AbortSignal): void {
  let pending = "";
  const draw = () => {
    drawing.add(pending);
    pending = "";
    return false;
  };
  const take = (message: ToPage) => {
    if (message.type === "delta") {
      pending += message.text;
      schedule(draw);
    } else if (message.type === "snapshot") {
      pending = "";
      unschedule(draw);
      drawing.become(message.turns.map(({ text }) => text.reasoning + text.answer).join(""));
    }
  };
  model.on("msg:custom", take);
  signal.addEventListener("abort", () => model.off("msg:custom", take), { once: true });
}
