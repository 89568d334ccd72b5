// What is watched in the page, the same for every way: when each marker was shown, and which tasks were long.
//
// A marker is looked for in what was added, wherever and however: as elements, or as more text in a text node. It counts
// as shown when the frame that it was drawn in has been made. Drawing is done in animation frames, so that is when the
// next task runs: a message that is posted now is read after style, layout and paint, and before any other frame.

/** No marker is longer, so one that comes in two parts lies within this many characters of the first one's end. */
const LONGEST = 16;
const MARKER = /mark(\d+)\./g;

const shown: Record<string, number> = {};
const longTasks: { at: number; ms: number }[] = [];
const waiting = new Map<string, () => void>();
const lengths = new WeakMap<Text, number>();
const channel = new MessageChannel();
let fresh: string[] = [];

/** Seconds, by the clock that the kernel has too. */
function now(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

channel.port1.onmessage = () => {
  const at = now();
  for (const marker of fresh) shown[marker] ??= at;
  for (const marker of fresh) waiting.get(marker)?.();
  fresh = [];
};

/** What of this node is new. */
function added(node: Node): string {
  if (!(node instanceof Text)) return node.textContent ?? "";
  const before = node.previousSibling;
  lengths.set(node, node.length);
  return before instanceof Text ? before.data.slice(-LONGEST) + node.data : node.data;
}

function grown(node: Text): string {
  const from = Math.max(0, (lengths.get(node) ?? 0) - LONGEST);
  lengths.set(node, node.length);
  return from < node.length ? node.substringData(from, node.length - from) : "";
}

const observer = new MutationObserver(records => {
  const found: string[] = [];
  for (const { type, target, addedNodes } of records) {
    const texts = type === "characterData" ? [grown(target as Text)] : Array.from(addedNodes, added);
    for (const text of texts) for (const match of text.matchAll(MARKER)) found.push(match[1] as string);
  }
  if (found.length === 0) return;
  if (fresh.length === 0) channel.port2.postMessage(null);
  fresh.push(...found);
});

const tasks = new PerformanceObserver(list => {
  for (const { startTime, duration } of list.getEntries())
    longTasks.push({ at: (performance.timeOrigin + startTime) / 1000, ms: duration });
});

const watch = {
  shown,
  longTasks,
  now,
  start(root: Node): void {
    observer.observe(root, { childList: true, characterData: true, subtree: true });
    tasks.observe({ type: "longtask" });
  },
  /** Whether the marker was shown within so many seconds from now. */
  until(marker: string, seconds: number): Promise<boolean> {
    return new Promise(resolve => {
      if (marker in shown) resolve(true);
      waiting.set(marker, () => resolve(true));
      setTimeout(() => resolve(false), seconds * 1000);
    });
  },
};

Object.assign(window, { watch });
