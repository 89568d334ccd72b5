"""The dialect of docs/markdown.md: what a reader sees of it in the exports, and that nothing of a text is lost anywhere.

What the page makes of the same examples: js/tests/markdown/dialect.test.ts.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from r1widget.export.writer import tame
from tests.reading import github, html_of, markdown_of, neutral, read_by
from tests.real import TRACES
from tests.seen import CLOSE, JS, NUMBER, OPEN, node, seen_in_html, seen_in_markdown, seen_on_page
from tests.visible import WAYS, failing, traces, what_is_wrong

FIXTURE = json.loads((Path(__file__).parents[1] / "wire" / "markdown.json").read_text("utf-8"))
each = pytest.mark.parametrize(
    "example", [pytest.param(example, id=example["name"]) for example in FIXTURE["examples"]]
)


def _nbconvert(markdown: str) -> str:
    """But for the colours of code, and the anchors of headings."""
    html = re.sub("<a [^>]*>&#182;</a>", "", markdown2html_mistune(markdown))
    html = re.sub(r"(<input[^>]*>)", r"\1 ", html)
    pre = re.compile(r'<div class="highlight"><pre>(.*?)</pre></div>', re.DOTALL)
    return pre.sub(lambda found: f"<pre>{re.sub('<[^>]*>', '', found[1])}</pre>", html)


_COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
READERS: dict[str, Callable[[str], str]] = {
    "GitHub": github,
    "nbconvert": _nbconvert,
    "VS Code": lambda markdown: str(_COMMONMARK.render(markdown)),
}
"""Programs that read the Markdown that we write, or the parser that is in them."""


@each
def test_in_html(example: dict[str, str]) -> None:
    assert neutral(html_of(example["text"])) == example["shown"]


@each
@pytest.mark.parametrize("reader", READERS)
def test_in_markdown(example: dict[str, str], reader: str) -> None:
    if reader == "VS Code" and "☑" in example["shown"]:
        pytest.skip("this parser has no tasks")
    seen = neutral(*read_by(READERS[reader], markdown_of(example["text"])))
    shown = example.get("in_markdown", example["shown"])
    if reader != "GitHub":  # the others don't say which language code is in
        seen, shown = (re.sub("<pre [^<>]*>", "<pre>", text) for text in (seen, shown))
    assert seen == shown


@each
def test_nothing_of_an_example_is_lost(example: dict[str, str]) -> None:
    text = example["text"]
    assert what_is_wrong(text, seen_in_html(text)) == ""
    assert what_is_wrong(text, seen_in_markdown(text)) == ""


MUTATIONS = [
    ("a star", "2*3*4 and", "23*4and"),
    ("a star that is shown as emphasis", "6*5*4*3", "6543"),
    ("a star in brackets", "(*) and (*)", "()and()"),
    ("a digit", "17 * 24 = 408", "17*24=48"),
    ("a word", "one **two** three", "onethree"),
    ("two words that changed places", "one two", "twoone"),
    ("a word too much", "one", "oneone"),
    ("a letter in capitals", "one", "One"),
    ("a cell", "| a | b |\n|---|---|\n| 1 | 2 | 3 |", "ab12"),
    ("a definition", "Sources:\n\n[1]: https://a.example/paris", "Sources:"),
    ("the label of a definition", "[1]: https://a.example/paris", "https://a.example/paris"),
    ("underscores", "Call __init__ first", "Callinitfirst"),
    ("tildes", "5~7 and 8~9", "57and89"),
    ("a digit of a formula", "$x = 12$", f"{OPEN}x=1{CLOSE}"),
    ("a star of a formula", "$a*b$", f"{OPEN}ab{CLOSE}"),
    ("the text behind a formula", "$x$ and y", f"{OPEN}x{CLOSE}and"),
    ("the number of an item", "3. a\n5. b", f"{NUMBER}3a{NUMBER}4b"),
    ("a dash that is no item's", "a - b", "ab"),
    ("a bar that is no table's", "|x| + y", "x+y"),
    ("code", "a `b` c", "ac"),
    ("prose in a fence's head", "```The answer is\n42", "42"),
    ("a line of code", "```py\na\nb\n```", "pya"),
    ("a tag", "<think>a</think>", "a"),
    ("a backslash of a path", "C:\\dir", "C:dir"),
    ("the text of a link", "[the docs](https://a.example)", ""),
]


@pytest.mark.parametrize(("text", "seen"), [pytest.param(text, seen, id=name) for name, text, seen in MUTATIONS])
def test_what_is_lost_or_changed_is_noticed(text: str, seen: str) -> None:
    assert what_is_wrong(text, seen_in_html(text)) == ""
    assert what_is_wrong(text, seen) != ""


needs_traces = pytest.mark.skipif(not TRACES.exists(), reason="there are no traces on this machine")


def needs_node() -> None:
    if node() is None or not (JS / "node_modules" / "markdown-it").exists():
        reason = "There is no Node, or js/node_modules isn't complete: `make test` gets it."
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@needs_traces
@pytest.mark.slow
@pytest.mark.parametrize("where", WAYS)
def test_nothing_that_models_wrote_is_lost(where: str) -> None:
    if where == "on the page":
        needs_node()
    given = traces()
    if where == "on the page":  # jsdom is slow; `python -m tests.visible` draws them all
        given = [text for text in given if text[0] % 2 == 0]
    assert len(given) > 200
    assert failing(given, WAYS[where](given)) == {}


SIGNS = re.split(
    r"\s+",
    r"""* ** *** _ __ ~ ~~ ` `` ``` $ $$ \( \) \[ \] \ \\ [ ] ( ) ![ < > | - + # = : ; ! . , a b 1 2 3 word 中 文 「 」 ： 。 é 😀 “ ” ' &
&amp; &nope; http://e.org/a https://x.y/(b) www.z.org me@x.org [a] [t](https://l.org) ![i](https://i.org) <https://v.org> <br> <b>
\boxed{1} \boxed{ \frac{1}{2} \sqrt2 \begin{align} \end{align} { } x^2 5! % 1. 2) - === |a|b| |---|---| ```py ~~~ > - [x] # \* \|
$x$ $P(A|B)$ `a|b` __init__ ²""",
)


def test_the_page_reads_any_signs_as_the_exports_do() -> None:
    needs_node()
    chance = random.Random(20261127)
    between = [""] * 10 + [" "] * 6 + ["\n"] * 4 + ["\n\n"] * 2 + ["  \n", "\n    ", "\n> ", "\n- ", "\n1. "]
    texts = [
        "".join(chance.choice(SIGNS) + chance.choice(between) for _ in range(chance.randint(1, 25))) + "."
        for _ in range(400)
    ]
    for text, seen in zip(texts, seen_on_page(("answer", text) for text in texts), strict=True):
        assert re.sub(r"\s", "", seen) == re.sub(r"\s", "", seen_in_html(text)), text


@pytest.mark.parametrize("unit", FIXTURE["units"])
def test_a_long_text_of_any_sign_takes_its_time_once(unit: str) -> None:
    """Four times the length takes about four times the time; ten is allowed, and a square would be sixteen in each try."""

    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        # Without the garbage collector: it looks through whatever the tests before have left, several times in the long text.
        gc.collect()
        gc.disable()
        try:
            start = time.process_time()
            assert tame(text) and html_of(text)
            return time.process_time() - start
        finally:
            gc.enable()

    assert any(seconds(20_000) < 10 * max(seconds(5_000), 0.05) for _ in range(5))
