"""A long chat: what a turn costs after many others, in the kernel.

    python -m benchmarks.long_chat [--turns 544] [--words 600]

A scripted engine answers at once, so what is measured is ours: the messages to the page, and the texts that the notebook keeps.
A row is the mean over `WINDOW` turns up to that one; `most` is the dearest of them. The file is what a notebook would be saved
with. Last are the ratios of the last row to that of turn 100.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
from tests.page import hear

WINDOW = 50
SHOWN = (10, 50, 100, 200, 300, 400, 500)


class Counted:
    """What a kernel sends, counted instead."""

    def __init__(self) -> None:
        self.bytes = {"page": 0, "notebook": 0}
        self.outputs: dict[str, str] = {}

    def page(self, message: dict[str, Any]) -> None:
        self.bytes["page"] += len(json.dumps(message).encode())

    def publish(
        self, data: dict[str, Any], metadata: Any = None, *, transient: Any = None, update: bool = False
    ) -> None:
        content = json.dumps(data)
        self.bytes["notebook"] += len(content.encode())
        if transient:
            self.outputs[transient["display_id"]] = content


def chat_that_is_counted(words: int) -> tuple[ChatWidget, Counted]:
    step = "So we try **something** with $x_1$ and `code`, and see whether it holds. Wait, it does not."
    thought = "\n\n".join([step] * max(1, words // len(step.split())))
    chat = ChatWidget(ScriptedEngine(f"{thought}\n</think>\n\nThe answer is $42$."), settings={"max_tokens": 10**6})
    counted = Counted()
    InteractiveShell.instance().display_pub.publish = counted.publish  # type: ignore[method-assign,assignment]
    hear(chat, counted.page)
    display(chat)
    return chat, counted


def main() -> None:
    parser = argparse.ArgumentParser(description="What a turn costs after many others.")
    parser.add_argument("--turns", type=int, default=544)
    parser.add_argument("--words", type=int, default=600, help="of each thought")
    options = parser.parse_args()
    chat, counted = chat_that_is_counted(options.words)
    rows: list[tuple[float, int, int]] = []
    measured: dict[int, tuple[float, float, float, float]] = {}
    print(f"{'turn':>5} {'ms':>7} {'page kB':>8} {'notebook kB':>12} {'most':>7} {'file kB':>8}")
    for number in range(1, options.turns + 1):
        page, notebook = counted.bytes["page"], counted.bytes["notebook"]
        begun = time.perf_counter()
        chat.ask(f"Question {number}?")
        took = time.perf_counter() - begun
        rows.append((took, counted.bytes["page"] - page, counted.bytes["notebook"] - notebook))
        if number in SHOWN or number == options.turns:
            last = rows[-WINDOW:]
            took, page_bytes, notebook_bytes = (sum(column) / len(last) for column in zip(*last, strict=True))
            most = max(row[2] for row in last)
            measured[number] = took, page_bytes, notebook_bytes, most
            file = sum(map(len, counted.outputs.values()))
            print(
                f"{number:5} {1000 * took:7.1f} {page_bytes / 1000:8.1f} {notebook_bytes / 1000:12.1f} "
                f"{most / 1000:7.0f} {file / 1000:8.0f}"
            )
    if 100 in measured:
        last_row = measured[max(measured)]
        ratios = [now / then for now, then in zip(last_row, measured[100], strict=True)]
        print("ratio {:7.2f} {:8.2f} {:12.2f} {:7.2f}".format(*ratios))


if __name__ == "__main__":
    main()
