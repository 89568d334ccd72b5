// What the small buttons inside a text do, and what any button copies. One listener on the root does for all of them, however
// many blocks there are.

import { element } from "../dom/dom.ts";
import type { Done } from "../kit/done.ts";
import type { Texts } from "../texts/index.ts";

export class Copier {
  readonly #done: Done;
  readonly #texts: Texts;

  constructor(done: Done, texts: Texts) {
    this.#done = done;
    this.#texts = texts;
  }

  /** Into the clipboard; the button that was pressed for it says so. */
  async copy(target: HTMLElement, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // There is no clipboard on plain http, and the person may refuse.
      this.#done.say(target, this.#texts.copyFailed, false);
      return;
    }
    this.#done.say(target, this.#texts.copied, true);
  }
}

export function handleActions(
  root: HTMLElement,
  textOf: (turn: string, act: string) => string | undefined,
  signal: AbortSignal,
  copier: Copier,
): void {
  root.addEventListener(
    "click",
    event => {
      const target = (event.target as Element | null)?.closest<HTMLElement>("[data-r1-act]");
      if (!target) return;
      if (target.dataset.r1Act === "image") loadImage(target);
      else {
        const { r1Act = "" } = target.dataset;
        const turn = target.closest<HTMLElement>("[data-turn]")?.dataset.turn ?? "";
        const { r1Line: line = r1Act === "copy-code" ? codeAt(target) : textOf(turn, r1Act) } =
          target.dataset;
        void copier.copy(target, line ?? "");
      }
    },
    { signal },
  );
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

function loadImage(target: HTMLElement): void {
  const { address, alt } = target.dataset;
  if (!address) return;
  // No referrer: it would say which notebook is being read.
  const image = element("img", {
    class: "r1-loaded",
    referrerpolicy: "no-referrer",
    src: address,
    alt: alt ?? "",
  });
  // It isn't there, or this page may fetch nothing: the reader can still go to it.
  const link = { href: address, target: "_blank", rel: "noopener noreferrer" };
  const failed = () => image.replaceWith(element("a", link, target.textContent ?? address));
  image.addEventListener("error", failed, { once: true });
  target.replaceWith(image);
}
