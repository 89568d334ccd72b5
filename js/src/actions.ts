// What the small buttons inside a text do. One listener on the root does for all of them, however many blocks there are.

import { element } from "./dom.ts";
import { COPIED, COPY, COPY_FAILED } from "./texts.ts";

/** Ms for which a button says what it has done. */
const SAID = 1500;

export function handleActions(
  root: HTMLElement,
  answerOf: (turn: string) => string | undefined,
  signal: AbortSignal,
): void {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  root.addEventListener(
    "click",
    event => {
      const target = (event.target as Element | null)?.closest<HTMLElement>("[data-r1-act]");
      if (!target) return;
      if (target.dataset.r1Act === "image") loadImage(target);
      else {
        const turn = target.closest<HTMLElement>("[data-turn]")?.dataset.turn ?? "";
        const text = target.dataset.r1Act === "copy-code" ? codeAt(target) : answerOf(turn);
        void copy(target, text ?? "", timers);
      }
    },
    { signal },
  );
  signal.addEventListener("abort", () => timers.forEach(clearTimeout), { once: true });
}

/** The whole code, also where its length has cut it into several blocks. */
function codeAt(target: HTMLElement): string {
  let box = target.closest(".r1-code");
  let text = "";
  do {
    text += box?.querySelector("pre")?.textContent ?? "";
    box = box?.nextElementSibling ?? null;
    if (box?.classList.contains("r1-continued")) text += "\n";
  } while (box?.matches(".r1-code.r1-continued"));
  return text;
}

async function copy(
  target: HTMLElement,
  text: string,
  timers: Set<ReturnType<typeof setTimeout>>,
): Promise<void> {
  let said = COPIED;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // There is no clipboard on plain http, and the person may refuse.
    said = COPY_FAILED;
  }
  target.textContent = said;
  const timer = setTimeout(() => {
    timers.delete(timer);
    target.textContent = COPY;
  }, SAID);
  timers.add(timer);
}

function loadImage(target: HTMLElement): void {
  const { address, alt } = target.dataset;
  if (!address) return;
  // No referrer: it would say which notebook is being read.
  target.replaceWith(
    element("img", { class: "r1-loaded", referrerpolicy: "no-referrer", src: address, alt: alt ?? "" }),
  );
}
