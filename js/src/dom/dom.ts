// Elements, made by hand: text is always a text node, so nothing here can turn a string into markup.

type Attributes = Record<string, string | boolean | undefined>;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** What can be pressed and has a look of its own: the head of a fold, an image that waits. All others are kit/button.ts. */
export function plainButton(label: string, attributes: Attributes = {}): HTMLButtonElement {
  return element("button", { type: "button", ...attributes }, label);
}

/** Act when the mouse goes down: a button that growing text moves away before it comes up again hears no click. Keys and
 * fingers, which may have begun to scroll, act by their click. */
export function onPress(target: HTMLElement, act: () => void, signal: AbortSignal): void {
  let byMouse = false;
  target.addEventListener(
    "pointerdown",
    event => {
      byMouse = event.pointerType === "mouse" && event.button === 0;
      if (byMouse) act();
    },
    { signal },
  );
  target.addEventListener(
    "click",
    event => {
      if (!byMouse || event.detail === 0) act();
    },
    { signal },
  );
}

/** Set text only where it differs: screen readers announce, and browsers lay out, what is set. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Out of sight, or in it again, in its place: nothing moves. */
export function withdraw(target: Element, away: boolean): void {
  target.classList.toggle("r1-away", away);
}

/** Whether it is in sight, as far as we hide things. */
export function isThere(target: Element): boolean {
  return target.closest("[hidden], .r1-away") === null;
}

/** Whether the keyboard is in `target`, also where the view is in a shadow root. */
export function activeIn(target: Node): boolean {
  const { activeElement } = target.getRootNode() as Document | ShadowRoot;
  return activeElement != null && target.contains(activeElement);
}

let count = 0;

/** An id that no other view in the page has, for `aria-controls` and the like. */
export function uniqueId(name: string): string {
  count += 1;
  return `r1-${name}-${count}`;
}
