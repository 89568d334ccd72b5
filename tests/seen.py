"""What a reader sees of a text on the page and in the exports, as `visible` reads it along with what was written."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from tests.reading import github, html_of, markdown_of, plain_tex, read_by

OPEN, CLOSE, NUMBER = "\ue000", "\ue001", "\ue002"
"""Around a formula, and before the number of an item."""

JS = Path(__file__).resolve().parents[1] / "js"


class _Seen(HTMLParser):
    """What a reader sees of HTML, as `what_is_wrong` takes it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.numbers: list[int | None] = []
        self.skipped = 0
        self.written = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.skipped:
            self.skipped += tag not in ("mspace", "br")
        elif tag == "math":
            self.skipped = 1
            self.out.append(formula(given.get("title", "")))
        elif tag == "code" and given.get("class") == "math":
            self.out.append(OPEN)
            self.written = True
        elif tag == "input":
            self.out.append("☑" if "checked" in given else "☐")
        elif tag in ("ul", "ol"):
            self.numbers.append(int(given.get("start", "1")) if tag == "ol" else None)
        elif tag == "li" and (number := self.numbers[-1]) is not None:
            number = int(given.get("value", number))
            self.numbers[-1] = number + 1
            self.out.append(f"{NUMBER}{number}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.skipped:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
        elif tag in ("ul", "ol"):
            self.numbers.pop()
        elif tag == "code" and self.written:
            self.out.append(CLOSE)
            self.written = False

    def handle_data(self, data: str) -> None:
        if self.written:  # a formula that could not be drawn
            data = plain_tex(re.sub(r"^(?:\$\$?|\\[(\[])|(?:\$\$?|\\[)\]])$", "", data))
        if not self.skipped:
            self.out.append(data)


def formula(tex: str) -> str:
    tex = tex.strip()
    stop = re.search(r"\\text\{([.,;:])\}$", tex)
    return f"{OPEN}{plain_tex(tex[: stop.start()] if stop else tex)}{CLOSE}{stop[1] if stop else ''}"


def seen_in(html: str, formulas: Iterable[tuple[str, bool]] = ()) -> str:
    """`formulas` stand in it by number, as `reading.read_by` puts them."""
    parser = _Seen()
    parser.feed(html)
    parser.close()
    tex = [tex for tex, _ in formulas]
    return re.sub(r"@@(\d+)@@", lambda found: formula(tex[int(found[1])]), "".join(parser.out))


def seen_in_html(text: str) -> str:
    return seen_in(html_of(text))


def seen_in_markdown(text: str) -> str:
    return seen_in(*read_by(github, markdown_of(text)))


def seen_on_page(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Each kind of text, a thought or an answer, as the page's own code draws it; in Node."""
    given = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(
        [node() or "node", "scripts/visible.mjs"],
        cwd=JS,
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [re.sub(f"{OPEN}([^{CLOSE}]*){CLOSE}", lambda found: formula(found[1]), line) for line in lines]


def node() -> str | None:
    """On the PATH, or in the virtual environment."""
    return shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
