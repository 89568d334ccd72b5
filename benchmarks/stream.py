"""A 32,768-token trace at 800 tokens/s, from the kernel's thread to the words on the page, in a real JupyterLab.

    python -m benchmarks.stream [--tokens 32768] [--rate 800]

Latency is from the moment the engine yields a word to the first frame of the page that has it in its text. One run on
one machine, which may be busy with something else: read the ratios, and the counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import WebSocket, sync_playwright

from tests.browser import chromium
from tests.browser.lab import Lab, Notebook

from .workload import MARKER, TOKENS

CELL = """
import re, sys, time
sys.path.insert(0, {root!r})
from benchmarks.workload import MARKER, pieces
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine

class Timed(list):
    "The pieces; remembers when each marker was taken."
    def __iter__(self):
        for piece in super().__iter__():
            if found := re.fullmatch(MARKER, piece):
                written[found[1]] = time.time()
            yield piece

written = {{}}
script = Timed(pieces({tokens}))
script += ["\\n</think>\\n\\n", *["word "] * 999, "done."]
engine = ScriptedEngine("", tokens_per_second={rate})
engine.pieces = script
chat = ChatWidget(engine, settings={{"max_tokens": 10**6}})
chat
"""

ASK = "cpu = time.process_time(); turn = chat.send('Go.'); turn.wait(); cpu = time.process_time() - cpu"

WATCH = """
(pattern) => {
  const regex = new RegExp(pattern, "g");
  window.seen = {};
  window.longTasks = [];
  let next = 0;
  const look = () => {
    const now = performance.timeOrigin + performance.now();
    // Only what is new: the text of what was not there at the last look.
    const blocks = document.querySelectorAll(".r1-thought p");
    for (; next < blocks.length; next++) {
      for (const found of blocks[next].textContent.matchAll(regex)) window.seen[found[1]] ??= now / 1000;
    }
    next = Math.max(0, next - 2);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({ type: "longtask" });
}
"""


class Wire:
    """Bytes and deltas that come over the page's websockets."""

    def __init__(self) -> None:
        self.bytes = 0
        self.messages = 0
        self.text = {"reasoning": "", "answer": ""}
        self.seqs: list[int] = []

    def listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._take)

    def _take(self, frame: str | bytes) -> None:
        data = frame.encode() if isinstance(frame, str) else frame
        self.bytes += len(data)
        self.messages += 1
        for content in _contents(data):
            message = content.get("data", {}).get("content", {}) if isinstance(content.get("data"), dict) else {}
            if "seq" in message:
                self.seqs.append(message["seq"])
            if message.get("type") == "delta":
                self.text[message["kind"]] += message["text"]


def _contents(data: bytes) -> list[dict[str, Any]]:
    """The content of a kernel message, in the server's binary framing (offsets first, little endian)."""
    try:
        count = int.from_bytes(data[:8], "little")
        if count > 16:  # text: not a kernel's socket
            return []
        offsets = [int.from_bytes(data[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
        return [json.loads(data[offsets[4] : offsets[5]])]
    except (ValueError, IndexError):
        return []


def measure(tokens: int, rate: float) -> dict[str, Any]:
    root = str(Path(__file__).parent.parent)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = Lab(Path(home))
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        try:
            context = browser.new_context(viewport={"width": 1100, "height": 900})
            cells = [CELL.format(root=root, tokens=tokens, rate=rate), ASK]
            notebook = Notebook(lab, context, lab.write("bench.ipynb", cells), on_websocket=(wire := Wire()).listen)
            notebook.run(0)
            notebook.chat(0).wait_for()
            notebook.page.evaluate(WATCH, MARKER)
            devtools = context.new_cdp_session(notebook.page)
            devtools.send("Performance.enable")
            before, bytes_before = _metrics(devtools), wire.bytes
            notebook.page.set_default_timeout(tokens / rate * 4000 + 60_000)
            notebook.run(1)
            notebook.chat(0).get_by_text("done.").wait_for()
            after, bytes_after = _metrics(devtools), wire.bytes
            seen = notebook.page.evaluate("() => window.seen")
            long_tasks = notebook.page.evaluate("() => window.longTasks")
            written = notebook.python("written")
            whole = notebook.python("[turn.text('reasoning'), turn.text('answer')]")
            cpu = notebook.python("cpu")
        finally:
            browser.close()
            lab.stop()
    latencies = sorted(seen[number] - when for number, when in written.items() if number in seen)
    return {
        "characters written": sum(map(len, whole)),
        "characters lost": sum(map(len, whole)) - sum(map(len, wire.text.values())),
        "text equal": [wire.text["reasoning"], wire.text["answer"]] == whole,
        "gaps in seq": sum(b - a != 1 for a, b in zip(wire.seqs, wire.seqs[1:], strict=False)),
        "markers shown": f"{len(latencies)} of {len(written)}",
        "websocket MB": (bytes_after - bytes_before) / 1e6,
        "messages with text": len(wire.seqs),
        "p50 token to page, ms": statistics.median(latencies) * 1000,
        "p95 token to page, ms": latencies[int(len(latencies) * 0.95)] * 1000,
        "long tasks": len(long_tasks),
        "longest task, ms": max(long_tasks, default=0),
        "main thread busy, s": after["TaskDuration"] - before["TaskDuration"],
        "of it script, s": after["ScriptDuration"] - before["ScriptDuration"],
        "of it layout, s": after["LayoutDuration"] - before["LayoutDuration"],
        "kernel CPU, s": cpu,
        "DOM nodes": after["Nodes"],
        "JS heap, MB": after["JSHeapUsedSize"] / 1e6,
    }


def _metrics(devtools: Any) -> dict[str, float]:
    return {entry["name"]: entry["value"] for entry in devtools.send("Performance.getMetrics")["metrics"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=TOKENS)
    parser.add_argument("--rate", type=float, default=800)
    arguments = parser.parse_args()
    print(f"{arguments.tokens} tokens at {arguments.rate:g} tokens/s, then an answer of 1,000")
    for name, value in measure(arguments.tokens, arguments.rate).items():
        shown = f"{value:.2f}" if isinstance(value, float) else str(value)
        print(f"| {name:24} | {shown:>12} |")


if __name__ == "__main__":
    main()
