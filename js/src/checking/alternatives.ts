// What a model might have written in the place of a token, and how probable that was. A press goes on from there with it.

import type { ReferenceElement } from "@floating-ui/dom";
import { element, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { Popover } from "../kit/popover.ts";
import type { ScoredToken, TokenAlternative } from "../wire/checks.ts";
import { Refusal } from "../wire/commands.ts";
import type { Checking } from "./section.ts";
import { chosenOf, nameOf, visible } from "./token.ts";

export class Alternatives {
  /** Stands beside the list. */
  readonly element = element("div", {
    id: uniqueId("others"),
    class: "r1-others",
    role: "group",
    tabindex: "-1",
  });
  readonly #checking: Checking;
  readonly #popover: Popover;
  /** What went wrong is said. */
  readonly #say: (text: string) => void;

  constructor(checking: Checking, say: (text: string) => void) {
    this.#checking = checking;
    this.#say = say;
    const { signal } = checking;
    this.#popover = new Popover({ panel: this.element, signal, placement: "bottom-start" });
    this.element.addEventListener("keydown", event => this.#key(event), { signal });
  }

  /** `written`: what stands there; `opener` gets the keyboard back; `at`: where it is shown. */
  open(token: ScoredToken, written: string, opener: HTMLElement, at: ReferenceElement = opener): void {
    const { texts, traits, connected } = this.#checking.store;
    const name = nameOf(chosenOf(token, written), texts);
    const isReadOnly = traits.isReadOnly || !connected;
    const cannot = traits.cannot("continue");
    const note = cannot ?? (isReadOnly ? "" : texts.hesitationGoOnHint);
    const noteId = uniqueId("why");
    this.element.setAttribute("aria-label", texts.hesitationInstead(name));
    this.element.replaceChildren(
      element("p", { class: "r1-others-title" }, texts.hesitationInstead(name)),
      token.alternatives.length === 0
        ? element("p", { class: "r1-check-note" }, texts.hesitationUnkept)
        : element(
            "ul",
            { class: "r1-others-list" },
            ...token.alternatives.map((each, index) =>
              this.#row(token, each, index, cannot ? noteId : "", isReadOnly),
            ),
          ),
      element("p", { class: "r1-check-note", id: noteId, hidden: note === "" }, note),
    );
    this.#popover.open(opener, at);
    (this.#buttons[0] ?? this.element).focus({ preventScroll: true });
  }

  close(): void {
    this.#popover.close();
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.element.querySelectorAll("button")];
  }

  #row(
    token: ScoredToken,
    each: TokenAlternative,
    index: number,
    why: string,
    isReadOnly: boolean,
  ): HTMLElement {
    const { texts } = this.#checking.store;
    const { text, probability, role = "text" } = each;
    const isChosen = index === token.chosen;
    const name = nameOf(each, texts);
    const bar = element("span", { class: "r1-other-bar", "aria-hidden": "true" });
    bar.style.setProperty("--r1-share", `${Math.round(probability * 100)}%`);
    const said = role === "text" ? visible(text) : name;
    const parts = [
      bar,
      element("span", { class: "r1-other-text", lang: "", dir: "auto" }, said),
      element("span", { class: "r1-other-share" }, texts.hesitationShare(probability)),
    ];
    const label = isChosen
      ? texts.hesitationWritten(name, probability)
      : texts.hesitationGoOn(name, probability);
    // What can't be gone on with is a row to be read.
    if (isReadOnly || isChosen || (role !== "text" && role !== "closes"))
      return element(
        "li",
        { class: "r1-other", ...(isChosen ? { "aria-current": "true", "aria-label": label } : {}) },
        ...parts,
      );
    const press = button("", { class: "r1-other", "aria-label": label });
    press.replaceChildren(...parts);
    if (why) {
      press.setAttribute("aria-disabled", "true");
      press.setAttribute("aria-describedby", why);
    } else {
      // No signal: it goes with what is shown.
      press.addEventListener("click", () => void this.#goOn(token, each));
    }
    return element("li", {}, press);
  }

  async #goOn({ index }: ScoredToken, { id: token, text }: TokenAlternative): Promise<void> {
    const { store, turn } = this.#checking;
    this.#say("");
    this.close();
    try {
      await store.steer({ type: "fork_token", turn: turn.state.id, index, token, text });
    } catch (error) {
      this.#say(error instanceof Refusal ? error.message : store.texts.disconnected);
    }
  }

  #key(event: KeyboardEvent): void {
    const buttons = this.#buttons;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || buttons.length === 0) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length]?.focus();
  }
}
