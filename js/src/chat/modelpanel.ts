// What the model is: its name in the head opens it. At the top what is known without asking; below what it says of itself, and
// its memory, which are asked for each time it opens.

import { element, setText, uniqueId } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import { icon } from "../kit/icon.ts";
import { DOWN, UNLOAD } from "../kit/icons.ts";
import { Popover } from "../kit/popover.ts";
import type { Store } from "../state/store.ts";
import { Refusal } from "../wire/commands.ts";
import type { Described } from "../wire/protocol.ts";
import { type Fact, factsOf, factsOfMemory } from "./facts.ts";

export class ModelPanel {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #popover: Popover;
  readonly #said = element("p", { class: "r1-about-said", role: "status", hidden: true });
  readonly #unload: HTMLButtonElement;
  #described: Described | undefined;
  /** Which question was the last. */
  #asked = 0;

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store;
    const { texts } = store;
    this.button = button("", { class: "r1-model", title: texts.modelHint });
    this.button.append(icon(DOWN));
    this.element = element("div", {
      id: uniqueId("about"),
      class: "r1-about",
      role: "group",
      "aria-label": texts.modelHint,
      tabindex: "0",
    });
    this.#unload = button(texts.unload, { look: "outlined", icon: UNLOAD, title: texts.unloadHint });
    this.#unload.addEventListener("click", () => void this.#free(), { signal });
    this.#popover = new Popover({
      button: this.button,
      panel: this.element,
      signal,
      placement: "bottom-start",
      opened: () => void this.#ask(),
      closed: () => this.element.replaceChildren(),
    });
  }

  update(): void {
    const { modelTitle: title } = this.#store.traits;
    const [label] = this.button.children;
    if (label) setText(label, title);
    this.button.hidden = title === "";
    if (this.#popover.isOpen) this.#draw();
  }

  /** The model stands otherwise than before, so it says something else of itself. */
  stateChanged(): void {
    if (this.#popover.isOpen) void this.#ask();
  }

  async #ask(): Promise<void> {
    const mine = ++this.#asked;
    const { connected, requests, texts } = this.#store;
    this.#described = undefined;
    this.#say(connected ? texts.asksModel : texts.modelGone);
    this.#draw();
    if (!connected) return;
    try {
      const described = await requests.describe(() => this.#say(texts.modelWaits));
      if (mine !== this.#asked || !this.#popover.isOpen) return;
      this.#described = described;
      this.#say("");
      this.#draw();
    } catch (error) {
      if (mine === this.#asked) this.#say(error instanceof Refusal ? error.message : texts.modelGone);
    }
  }

  async #free(): Promise<void> {
    const { requests, texts } = this.#store;
    try {
      await requests.unload(() => this.#say(texts.modelWaits));
    } catch (error) {
      this.#say(error instanceof Refusal ? error.message : texts.modelGone);
    }
  }

  #draw(): void {
    const { connected, traits } = this.#store;
    const { engine, modelName, modelTitle: title } = traits;
    const failed = engine?.state === "failed";
    const canUnload = connected && engine?.state === "ready" && (engine.about?.place ?? "here") === "here";
    const hadFocus = !canUnload && this.#unload.contains(document.activeElement);
    this.element.replaceChildren(
      element("div", { class: "r1-about-title" }, title),
      ...(modelName && modelName !== title
        ? [element("div", { class: "r1-about-name", lang: "" }, modelName)]
        : []),
      ...(failed ? [element("p", { class: "r1-alert", role: "alert" }, engine.text)] : []),
      element("dl", { class: "r1-facts" }, ...this.#facts().flatMap(asRow)),
      this.#said,
      ...(canUnload ? [element("div", { class: "r1-about-acts" }, this.#unload)] : []),
    );
    // A button that disappears under the fingers leaves the keyboard nowhere.
    if (hadFocus) this.element.focus({ preventScroll: true });
  }

  #facts(): Fact[] {
    const { texts, traits } = this.#store;
    const { engine } = traits;
    const { about } = engine ?? {};
    const facts: Fact[] = about ? [[texts.runs, texts.runsWhere(about)]] : [];
    const held = engine?.state === "ready" ? engine.text : "";
    const bits = engine?.bits ?? about?.bits;
    if (held || bits) facts.push([texts.weights, held || texts.bits(bits ?? 0, engine?.bits ? undefined : about?.most_bits)]);
    // Until it has answered, what is known without.
    facts.push(...factsOf(this.#described?.about ?? { ...about }, texts));
    if (this.#described?.memory) facts.push(...factsOfMemory(this.#described.memory, texts));
    return facts;
  }

  #say(text: string): void {
    this.#said.hidden = text === "";
    setText(this.#said, text);
  }
}

const asRow = ([label, value]: Fact) => [element("dt", {}, label), element("dd", { lang: "" }, value)];
