// DOM that becomes other DOM by as little as can be. What is the same stays the same node, and text that only grew is
// appended to: so the browser lays out little, and what the reader has selected stays selected.

/** Make `first` and the nodes after it, in `holder`, what the nodes of `fresh` are; gives the first that is left over. */
export function place(holder: Node, first: Node | null, fresh: Node): Node | null {
  let old = first;
  for (let node: ChildNode | null = fresh.firstChild; node; ) {
    const next = node.nextSibling as ChildNode | null;
    if (!old) holder.appendChild(node);
    else {
      const after: Node | null = old.nextSibling;
      if (!become(old, node)) holder.replaceChild(node, old);
      old = after;
    }
    node = next;
  }
  return old;
}

/** Remove `first` and all after it. */
export function removeFrom(first: Node | null): void {
  for (let node = first; node; ) {
    const next: Node | null = node.nextSibling;
    node.parentNode?.removeChild(node);
    node = next;
  }
}

/** Whether `old` could be made what `fresh` is. */
function become(old: Node, fresh: Node): boolean {
  if (old instanceof Text && fresh instanceof Text) {
    setData(old, fresh.data);
    return true;
  }
  if (!(old instanceof HTMLElement && fresh instanceof HTMLElement) || old.localName !== fresh.localName)
    return false;
  if (isFormula(old) || isFormula(fresh)) return isSameFormula(old, fresh);
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) {
    const value = fresh.getAttribute(name) ?? "";
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  removeFrom(place(old, old.firstChild, fresh));
  return true;
}

function isFormula(node: HTMLElement): boolean {
  return node.classList.contains("r1-math");
}

/** What a formula was drawn from is in its title, which is compared instead of all that it was drawn to. */
function isSameFormula(one: HTMLElement, other: HTMLElement): boolean {
  if (one.title === "") return one.isEqualNode(other);
  return one.title === other.title && one.className === other.className;
}

/** `text.data = data`, without touching what both begin with. */
function setData(text: Text, data: string): void {
  const before = text.data;
  if (before === data) return;
  let same = 0;
  const most = Math.min(before.length, data.length);
  while (same < most && before.charCodeAt(same) === data.charCodeAt(same)) same++;
  if (same === before.length) text.appendData(data.slice(same));
  else text.replaceData(same, before.length - same, data.slice(same));
}
