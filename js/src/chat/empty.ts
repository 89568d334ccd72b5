// A chat in which nothing has been asked: what the model is and what it can do, and questions to begin with.

import { element, setText } from "../dom/dom.ts";
import { button } from "../kit/button.ts";
import type { Store } from "../state/store.ts";
import { joined } from "../texts/numbers.ts";
import { cellBelow } from "../wire/notebook.ts";
import type { ModelAbout } from "../wire/protocol.ts";
import { examplesOf, magicFor, type Suggestion } from "./examples.ts";

/** Parameters below which a model that thinks is often wrong. */
const SMALL = 20e9;

interface Options {
  store: Store;
  signal: AbortSignal;
  ask: (question: string) => void;
  say: (text: string) => void;
}

export class EmptyState {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #title = element("div", { class: "r1-empty-title", lang: "" });
  readonly #what = element("p", { class: "r1-empty-what" });
  readonly #can = element("p", {});
  readonly #examples: HTMLElement;
  #suggested: Suggestion[] = [];

  constructor(options: Options) {
    this.#options = options;
    const { store, signal } = options;
    const { texts, traits } = store;
    this.#examples = element("div", { class: "r1-examples", role: "group", "aria-label": texts.examples });
    this.element = element(
      "div",
      { class: "r1-empty", hidden: true },
      this.#title,
      this.#what,
      this.#can,
      this.#examples,
      element("p", { class: "r1-empty-stays" }, traits.isPrivate ? texts.staysNowhere : texts.stays),
    );
    this.#examples.addEventListener("click", event => this.#clicked(event), { signal });
    const told = new Set(["turns", "engine", "suggestions", "connection"]);
    store.listen(change => told.has(change.type) && this.update(), signal);
    this.update();
  }

  update(): void {
    const { store } = this.#options;
    // Before the first snapshot there may be turns that only haven't been told of yet.
    this.element.hidden = !store.known || store.turns.list.length > 0;
    if (this.element.hidden) return;
    const { texts, traits } = store;
    const { engine } = traits;
    const { about } = engine ?? {};
    setText(this.#title, traits.modelTitle);
    setText(this.#what, about ? this.#describe(about) : "");
    const small = (about?.parameters ?? SMALL) < SMALL;
    setText(this.#can, texts.can(about?.skill, small));
    const suggested = examplesOf(store, this.#magic !== undefined && this.#below !== undefined);
    if (JSON.stringify(suggested) !== JSON.stringify(this.#suggested)) {
      this.#suggested = suggested;
      this.#examples.replaceChildren(...suggested.map(each => this.#card(each)));
    }
    this.#examples.hidden = suggested.length === 0;
  }

  #describe(about: ModelAbout): string {
    const { store } = this.#options;
    const { texts, traits } = store;
    const isToLoad = traits.engine?.state === "idle" && about.place === "here";
    return joined([texts.isWhat(about), isToLoad ? texts.loadsFirst(about) : ""]);
  }

  get #magic(): string | undefined {
    return magicFor(this.#options.store.traits.called);
  }

  get #below(): ((source: string) => void) | undefined {
    return cellBelow(this.#options.store.manager, this.element, "code");
  }

  #card({ example, question }: Suggestion): HTMLButtonElement {
    const { texts } = this.#options.store;
    const title = example === "variable" ? texts.variableHint : texts.askThis;
    const card = button(question, { look: "outlined", class: "r1-example", title });
    if (example) card.prepend(element("span", { class: "r1-example-name" }, texts.exampleName(example)));
    return card;
  }

  #clicked(event: Event): void {
    const card = (event.target as Element | null)?.closest(".r1-example");
    const suggestion = this.#suggested[[...this.#examples.children].indexOf(card as Element)];
    if (!suggestion) return;
    if (suggestion.example === "variable") this.#insert();
    else this.#options.ask(suggestion.question);
  }

  #insert(): void {
    const { store, say } = this.#options;
    const { texts } = store;
    const insert = this.#below;
    insert?.(`${this.#magic}\n${texts.variableQuestion}`);
    say(insert ? texts.variableInserted : texts.notInserted);
  }
}
