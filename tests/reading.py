"""What a reader sees, in a neutral form: `tests/wire/markdown.json` has it for the page and for every export.

A walk over HTML, ours or what a parser of GitHub's Markdown made of ours. What has no meaning is left out (`div`, `span`,
classes); a formula is its TeX, an item of an ordered list has its number, a task its box.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

from r1widget.conversation import Turn
from r1widget.export.html import turn_html
from r1widget.export.markdown import turn_markdown

_BLOCKS = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "ul",
    "ol",
    "li",
    "pre",
    "table",
    "tr",
    "th",
    "td",
    "hr",
}
_KEPT = _BLOCKS | {"strong", "em", "del", "code", "a", "br"}
_SAME = {"b": "strong", "i": "em", "s": "del"}
_FENCE = re.compile(r"^[> ]*(?:[-*] |\d+[.)] )*(`{3,}|~{3,}).*?^[> ]*\1", re.MULTILINE | re.DOTALL)
_FORMULA = re.compile(r"\$\$((?:\\.|[^\\])+?)\$\$|\$((?:\\.|[^\\$])+?)\$", re.DOTALL)


class _Neutral(HTMLParser):
    def __init__(self, formulas: list[tuple[str, bool]]) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.formulas = formulas
        self.numbers: list[int | None] = []
        self.skipped = 0
        self.info = ""
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        tag = _SAME.get(tag, tag)
        if self.skipped:
            self.skipped += 1
        elif tag == "math":
            self.skipped = 1
            self._math(given.get("title", ""), given.get("display") == "block")
        elif tag == "input":
            self.out.append("☑" if "checked" in given else "☐")
        elif tag == "div" and given.get("class") == "language":
            self.within.append("info")
        elif tag in ("ul", "ol"):
            self.numbers.append(int(given.get("start", "1")) if tag == "ol" else None)
            self.out.append(f"<{tag}>")
        elif tag == "li":
            self._item(given.get("value"))
        elif tag == "pre":
            self.within.append("pre")
            info = given.get("lang") or self.info
            self.out.append(f"<pre {info}>" if info else "<pre>")
            self.info = ""
        elif tag == "a":
            self.out.append(f"<a {given.get('href', '')}>")
        elif tag in _KEPT and not (tag == "code" and "pre" in self.within):
            self.out.append(f"<{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.skipped:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        tag = _SAME.get(tag, tag)
        if self.skipped:
            self.skipped -= 1
            return
        if tag in ("ul", "ol"):
            self.numbers.pop()
        if (tag == "div" and self.within[-1:] == ["info"]) or tag == "pre":
            self.within.pop()
        if tag in _KEPT - {"br", "hr"} and not (tag == "code" and "pre" in self.within):
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        if "info" in self.within:
            self.info += data
        elif "pre" in self.within:
            self.out.append(data.replace("\n", "⏎"))
        else:
            for index, piece in enumerate(re.split(r"@@(\d+)@@", data)):
                if index % 2:
                    self._math(*self.formulas[int(piece)])
                else:
                    self.out.append(re.sub(r"\s+", " ", piece))

    def _item(self, value: str | None) -> None:
        number = self.numbers[-1]
        if number is None:
            self.out.append("<li>")
            return
        number = int(value) if value else number
        self.numbers[-1] = number + 1
        self.out.append(f"<li {number}>")

    def _math(self, tex: str, is_display: bool) -> None:
        tex = tex.strip()
        stop = re.search(r"\\text\{([.,;:])\}$", tex)
        shown = plain_tex(tex[: stop.start()] if stop else tex)
        self.out.append(f"<math{' display' if is_display else ''}>{shown}</math>{stop[1] if stop else ''}")


def plain_tex(tex: str) -> str:
    """Without white space, and with the signs that an export has to write as commands."""
    tex = re.sub(r"\\\\\s*\[[^\]\\]*\]", r"\\\\", tex)
    for command, sign in (("lt", "<"), ("gt", ">"), ("Vert", "\\|"), ("vert", "|")):
        tex = re.sub(rf"\\{command}(?![A-Za-z])", sign.replace("\\", r"\\"), tex)
    return re.sub(r"\s+|\{\}", "", tex.replace("\\%", "%"))


def neutral(html: str, formulas: list[tuple[str, bool]] | None = None) -> str:
    parser = _Neutral(formulas or [])
    parser.feed(html)
    parser.close()
    text = "".join(parser.out)
    block = "|".join(sorted(_BLOCKS))
    text = re.sub(rf"\s*(</?(?:{block})(?: [^<>]*)?>|<br>)\s*", r"\1", text)
    return re.sub(r"⏎(?=</pre>)", "", text).strip()


def _turn(text: str) -> Turn:
    turn = Turn("?")
    turn.append("answer", text)
    turn.end("stop")
    return turn


def html_of(text: str) -> str:
    """An answer in the HTML export."""
    return turn_html(_turn(text)).partition('<section class="answer">')[2].partition("</section>")[0]


def markdown_of(text: str) -> str:
    """An answer in the Markdown export, without what is said of it below it: no text has a tag of its own there."""
    written = turn_markdown(_turn(text), question=False).rpartition("\n\n<sub>")[0]
    return written.partition("\n\n<details><summary>Check: ")[0]


def github(markdown: str) -> str:
    """GitHub's own parser."""
    return str(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))


def read_by(reader: Callable[[str], str], markdown: str) -> tuple[str, list[tuple[str, bool]]]:
    """The HTML that a reader of Markdown makes, who takes formulas out before: `@@0@@` is the first."""
    formulas: list[tuple[str, bool]] = []

    def take(found: re.Match[str]) -> str:
        formulas.append((found[1] or found[2], found[1] is not None))
        return f"@@{len(formulas) - 1}@@"

    without, at = "", 0
    for fence in _FENCE.finditer(markdown):
        without += _FORMULA.sub(take, markdown[at : fence.start()]) + fence[0]
        at = fence.end()
    return reader(without + _FORMULA.sub(take, markdown[at:])), formulas
