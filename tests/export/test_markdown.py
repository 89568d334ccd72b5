"""A turn's Markdown holds together, whatever stands in it: read by a CommonMark parser and by nbconvert's."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from r1widget.conversation import Conversation, Turn
from r1widget.errors import ExportError
from r1widget.export import conversation_html, conversation_markdown, turn_markdown
from r1widget.export.facts import thought
from r1widget.export.parse import tidy
from r1widget.export.writer import tame

_GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

READERS: dict[str, Callable[[list[Turn]], str]] = {
    "commonmark": lambda turns: _GFM.render(conversation_markdown(turns)),
    "nbconvert": lambda turns: markdown2html_mistune(conversation_markdown(turns)),
    "html": lambda turns: conversation_html(turns).partition("<main>")[2].partition("</main>")[0],
}
"""Ways in which a reader gets to see a conversation."""

HOSTILE = [
    "```",
    "~~~~\n```",
    "````python\nprint(1)\n```",
    "</details>",
    "\n</details>\n\n</details>\n",
    "<details>",
    "<details><summary>x</summary>\n\nfold",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?php",
    "<!DOCTYPE html>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<iframe src="https://example.org">',
    "<style>* { display: none }</style>",
    "<pre>",
    "<textarea>",
    "<sub>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](https://example.org/$$?a=<b>&c=`d`)",
    "![x](https://example.org/x.png)",
    "![x][ref]\n\n[ref]: https://example.org/x.png",
    "[x]()",
    "[x](<>)",
    "![x]()",
    "!\\[x](https://example.org/x.png)",
    "![![x](https://example.org/a.png)](https://example.org/b.png)",
    "<https://example.org/$>",
    "$",
    "$$",
    "$$\nx\n\ny",
    "$5 and $6, or US$7",
    "\\(",
    "\\[\nx",
    "\\\\[ \\\\( $",
    "\\begin{align}",
    "\\end{align}",
    "\\begin{a}\\begin{b}\\end{a}\\end{b}",
    "$\\begin{align}$",
    "`$$` and `\\begin{a}`",
    "`` ` `` ``` `` ```",
    "`unclosed",
    "$<script>alert(1)</script>$",
    "$[x](javascript:alert(1))$ $![x](https://example.org/x.png)$",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\\text{<img src=x onerror=alert(1)>}$$",
    "\\(\\def\\frac#1#2{gone}\\)",
    "| a | b |\n|---|---|\n| `x|y` | </details> |\n| 1 | 2 | 3 |",
    "| a | b |\n|---|---|\n| `$$` | \\| |",
    "- a\n  - b\n\n    ```\n    </details>\n    $$\n    ```",
    "1. a\n\n   > ```\n   > </details>",
    "> > > quote\n</details>",
    "    </details>\n\n    $$",
    "---",
    "===\n---",
    "# heading\n</summary>",
    "Setext\n===",
    "* * *\n- - -\n+",
    "1)\n2)\n-\n-",
    "\\",
    "\\\\",
    "text\\",
    "**unclosed *em _both",
    "***x** y*",
    "[^1]\n\n[^1]: note",
    ": definition",
    "[ ] task\n- [x] done",
    "&lt;script&gt; &amp;#36; &#36; &copy;",
    "@@0@@ @@1@@",
    "\ud83e",
    "\r\nCRLF\rCR\r\n",
    "\x00\x0b\x0c\x1b[31m\x85\u2028\u2029",
    "\ufdd0\ufdd3",
    "思考：「答案」是４。 **粗体**、`代码`",
    "🧮 ×÷ עברית العربية \u202e desrever",
    "```mermaid\ngraph TD; A-->B\n```",
    "\t\tindented\n   three",
    ">" * 200 + " deep",
    "- " * 100 + "deep",
    "[" * 300 + "x" + "](" * 300,
    "*" * 999 + "x",
    "*a " * 99 + "b*" * 99,
    "<think></think>",
    "{{ x }} {% y %}",
]

ALLOWED = set(
    re.findall(
        r"\w+",
        """p br h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code hr table thead tbody tr th td strong em del s a span div
        ins sub details summary article section footer math input""",
    )
)


class _Page(HTMLParser):
    """What a browser would make of it, as far as it matters: which elements, what text at which place."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.urls: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, attrs)
            assert name not in ("src", "srcset", "style", "background") or (name, tag) == ("style", "th") or tag == "td"
            if name == "href":
                self.urls.append(value or "")
        if tag == "input":  # a task; no model's text can make one otherwise
            assert {("type", "checkbox"), ("disabled", None)} <= set(attrs)
        if tag not in ("br", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("br", "hr", "input"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def text(self, within: str) -> str:
        return "".join(text for open_ones, text in self.texts if within in open_ones)

    def place(self, word: str) -> tuple[str, ...]:
        places = [open_ones for open_ones, text in self.texts if word in text]
        assert len(places) == 1, (word, places)
        return places[0]


def _conversation(question: str, reasoning: str, answer: str) -> list[Turn]:
    """The hostile turn between two of good will."""
    conversation = Conversation()
    for texts in (("QFIRST", "TFIRST", "AFIRST"), (question, reasoning, answer), ("QLAST", "TLAST", "ALAST")):
        turn = conversation.add(texts[0])
        turn.append("reasoning", texts[1])
        turn.append("answer", texts[2])
        turn.record = {"model": "a_model", "tokens": {"reasoning": 7}, "seconds": {"thinking": 12.0}}
        turn.end("stop", thinking_ended_by="model")
    return list(conversation.turns)


def _check(reader: str, question: str, reasoning: str, answer: str) -> _Page:
    html = READERS[reader](_conversation(question, reasoning, answer))
    page = _Page(re.sub(r"<math.*?</math>", "<math></math>", html, flags=re.DOTALL))
    assert page.open == []
    assert set(page.tags) <= ALLOWED, set(page.tags) - ALLOWED
    assert page.tags.count("details") == page.tags.count("summary") == 3
    for url in page.urls:
        assert re.match(r"https?://|mailto:|#", url), url
    asked, top = (
        (("blockquote", "p"), ("p",)) if reader != "html" else (("article", "div"), ("article", "section", "p"))
    )
    for word in ("QFIRST", "QLAST"):
        assert page.place(word) == asked
    for word in ("AFIRST", "ALAST"):
        assert page.place(word) == top
    for word in ("TFIRST", "TLAST"):
        assert page.place(word)[-2:] == ("details", "p")
    for open_ones, _ in page.texts:
        assert open_ones.count("details") <= 1
    return page


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_turn_says_stays_inside_it(text: str, reader: str) -> None:
    page = _check(reader, f"QBEGIN {text}", f"TBEGIN {text}\n\nTEND", f"ABEGIN {text}\n\nAEND")
    assert "TBEGIN" in page.text("details")
    assert "TEND" in page.text("details")
    assert "ABEGIN" not in page.text("details")
    assert "AEND" not in page.text("details")
    _check(reader, text, text, text)
    _check(reader, f"{text}\nx", f"x\n{text}", f"x\n{text}\n{text}")


def _words(draw: st.DrawFn, letter: str) -> tuple[str, list[str]]:
    """Hostile pieces with numbered words between, and the words: they must come out, in order."""
    pieces = draw(st.lists(st.sampled_from(HOSTILE), max_size=5))
    gaps = draw(st.lists(st.sampled_from(["", " ", "\n", "\n\n", "\n  "]), min_size=12, max_size=12))
    text, words = "", []
    for number, piece in enumerate([*pieces, ""]):
        words.append(f"{letter}{number}{letter}")
        before = "\n" if text.endswith(("`", "~")) else gaps[2 * number]  # else the word were a fence's language
        before = " " if text.endswith("$") else before  # `$word$` is a formula
        text += before + words[-1] + gaps[2 * number + 1] + piece
    return text, words


_texts = st.composite(lambda draw: [_words(draw, letter) for letter in "QTA"])()


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None)
@given(texts=_texts)
def test_every_word_comes_out_in_its_place(texts: list[tuple[str, list[str]]], reader: str) -> None:
    (question, asked), (reasoning, thought), (answer, answered) = texts
    page = _check(reader, question, reasoning, answer)
    assert re.findall(r"Q\d+Q", page.text("blockquote" if reader != "html" else "div"))[: len(asked)] == asked
    inside = page.text("details")
    everything = "".join(text for _, text in page.texts)
    hidden = "https" if reader != "html" else r"https|\$"  # a word may be in an address now, or in a formula
    if not re.search(hidden, reasoning):
        assert re.findall(r"T\d+T", inside) == thought
    assert not re.findall(r"A\d+A|Q\d+Q", inside)
    if not re.search(hidden, answer):
        assert re.findall(r"A\d+A", everything) == answered


_symbols = st.text(st.sampled_from(list("`~$\\*_[]()<>!|#-+=:&;{}%\n\n  \tab1.😀")), max_size=60)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=150, deadline=None)
@given(question=_symbols, reasoning=_symbols, answer=_symbols)
def test_no_string_of_symbols_gets_out(question: str, reasoning: str, answer: str, reader: str) -> None:
    _check(reader, f"q{question}", f"t{reasoning}", f"a{answer}")


@settings(max_examples=100, deadline=None)
@given(question=_symbols)
def test_a_question_is_shown_as_it_was_typed(question: str) -> None:
    turn = Turn(f"q{question}q")
    html = _GFM.render(turn_markdown(turn))
    shown = _Page(html).text("blockquote")
    assert "".join(shown.split()) == "".join(turn.question.split())
    assert set(re.findall(r"<(\w+)", html)) <= {"blockquote", "p", "br", "span", "em"}  # `em`: that it waits


THOUGHTS = json.loads((Path(__file__).parents[1] / "wire" / "thoughts.json").read_text("utf-8"))["examples"]


@pytest.mark.parametrize("example", THOUGHTS, ids=lambda example: example["text"])
def test_a_thought_is_called_what_the_widget_calls_it(example: dict[str, Any]) -> None:
    turn = Turn("?")
    turn.record = {"seconds": {"thinking": example["seconds"]}, "tokens": {"reasoning": example["tokens"]}}
    turn.end("stop")
    assert thought(turn) == example["text"]


@pytest.mark.parametrize("reasoning", ["folded", "plain"])
def test_a_quick_thought_is_no_tag(reasoning: Any) -> None:
    turn = Turn("?")
    turn.append("reasoning", "Hm.")
    turn.append("answer", "4")
    turn.record = {"seconds": {"thinking": 0.4}, "tokens": {"reasoning": 12}}
    turn.end("stop")
    html = _GFM.render(turn_markdown(turn, reasoning=reasoning))
    assert "Thought for &lt;1 s · 12 tokens" in html


def test_the_whole_turn() -> None:
    turn = Turn("What is 17 × 24?")
    turn.append("reasoning", "Let me see: \\(17 \\times 24\\).\n\nI find\n\\[\n17 \\times 24 = 408\n\\]\n")
    turn.append("answer", "\n\n**408**, for `17 * 24`:\n\n- one\n- two\n\n```python\n17 * 24\n```")
    turn.record = {
        "model": "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
        "quantization": "int8",
        "seed": 7,
        "settings": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 8192, "system": None},
        "tokens": {"prompt": 12, "reasoning": 1340, "answer": 20},
        "seconds": {"total": 75.2, "thinking": 12.4},
    }
    turn.end("stop", thinking_ended_by="model")
    assert turn_markdown(turn) == (
        "> What is 17 × 24?\n\n"
        "<details><summary>Thought for 12 s · 1,340 tokens</summary>\n\n"
        "Let me see: $17 \\times 24$.\n\nI find\n\n$$17 \\times 24 = 408$$\n\n</details>\n\n"
        "**408**, for `17 * 24`:\n\n- one\n- two\n\n```python\n17 * 24\n```\n\n"
        "<sub>deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B · 1 min 15 s · 12 prompt + 1,340 reasoning + 20 answer tokens · "
        "int8 · temperature 0.6 · top p 0.95 · max tokens 8192 · seed 7 · finished: stop</sub>"
    )
    assert turn_markdown(turn, reasoning="none", question=False).startswith("**408**")
    plain = turn_markdown(turn, reasoning="plain")
    assert "**Thought for 12 s · 1,340 tokens**\n\nLet me see" in plain
    assert "\n\n**Answer**\n\n**408**" in plain
    assert "<details>" not in plain


@pytest.mark.parametrize(
    ("reasoning", "answer", "end", "said"),
    [
        ("Hm", "", ("cancelled",), "*Stopped while thinking; there is no answer.*"),
        ("", "", ("cancelled",), "*Stopped before anything was written.*"),
        ("Hm", "It is", ("cancelled",), "*Stopped; the answer is not complete.*"),
        ("Hm", "", ("length",), "*Cut off at 340 tokens while thinking; there is no answer.*"),
        ("Hm", "It", ("length",), "*Cut off at 340 tokens; the answer is not complete.*"),
        ("Hm", "", ("stop",), "*The model ended without an answer.*"),
        ("", "", ("error", "No *memory*.\nBuy <b>."), "**Error:** No \\*memory\\*. Buy &lt;b>."),
        ("", "", ("error", None), "**Error:** the model could not go on."),
    ],
)
def test_how_a_turn_ended_is_said(reasoning: str, answer: str, end: tuple[str, ...], said: str) -> None:
    turn = Turn("?")
    if reasoning:
        turn.append("reasoning", reasoning)
    if answer:
        turn.append("answer", answer)
    turn.record = {"tokens": {"prompt": 9, "reasoning": 340, "answer": 0}}
    turn.end(end[0], error=end[1] if len(end) > 1 else None)  # type: ignore[arg-type]
    assert said in turn_markdown(turn).split("\n\n")


def test_a_turn_that_has_not_ended_says_so() -> None:
    turn = Turn("?")
    assert "*Waiting to be answered.*" in turn_markdown(turn)
    turn.state = "running"
    turn.append("reasoning", "Hm")
    assert "*In progress.*" in turn_markdown(turn)
    assert "<summary>Thinking</summary>" in turn_markdown(turn)


def test_what_the_model_did_not_write_is_marked() -> None:
    turn = Turn("?")
    turn.append("reasoning", "One. ")
    turn.append("reasoning", "Two. ", "person")
    turn.append("reasoning", "Three.\n\n")
    turn.append("reasoning", "- four\n- five\n\n", "person")
    turn.append("reasoning", "Six. <ins>⟦written by a person⟧</ins>")
    turn.append("reasoning", "\n\nWait", "think_more")
    turn.append("reasoning", "\n", "budget")
    turn.end("stop")
    assert (
        "One. <ins>⟦written by a person⟧</ins>Two.<ins>⟦end⟧</ins> Three.\n\n"
        "<ins>⟦written by a person⟧</ins>\n\n- four\n- five\n\n<ins>⟦end⟧</ins>\n\n"
        "Six. &lt;ins>\\[\\[written by a person\\]\\]&lt;/ins>\n\n"
        "<ins>⟦written to make it think more⟧</ins>\n\nWait<ins>⟦end⟧</ins>"
    ) in turn_markdown(turn)
    turn = Turn("?")
    turn.append("reasoning", "```\na = `", "model")
    turn.append("reasoning", "b", "person")
    assert "⟦written by a person⟧b⟦end⟧" in turn_markdown(turn)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("notes", [["It sent <b>audio</b>, which `we` can't show.", "Two."], (), "x", [7], None])
def test_notes_stand_in_the_small_print(notes: object, reader: str) -> None:
    turn = Turn("q")
    turn.append("answer", "a")
    turn.record = {"model": "m", "notes": notes}
    turn.end("stop")
    shown = READERS[reader]([turn])
    expected = [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []
    small = re.findall(r"<(?:sub|footer)>(.*?)</(?:sub|footer)>", shown)
    assert [html.unescape(line) for line in small] == ["m · finished: stop", *expected]


def test_a_damaged_record_harms_nothing() -> None:
    turn = Turn("?")
    turn.append("reasoning", "Hm")
    turn.record = {"model": "</sub><script>`$$", "seconds": 3, "tokens": {"reasoning": "many"}, "settings": [1]}
    turn.end("stop", thinking_ended_by="budget")
    html = _GFM.render(turn_markdown(turn))
    assert set(_Page(html).tags) <= ALLOWED
    assert "<summary>Thought · ended by the thinking budget</summary>" in html


def test_nothing_gives_nothing() -> None:
    assert conversation_markdown([]) == ""


def test_an_unknown_way_to_show_the_reasoning() -> None:
    with pytest.raises(ExportError, match="'folded', 'open', 'plain', 'none'"):
        conversation_markdown([], reasoning="hidden")  # type: ignore[arg-type]


def test_money_is_no_formula() -> None:
    """Neither in the source nor in the page's text, where MathJax looks for pairs within one element's text."""
    turn = Turn("$5 and $6, \\(x\\), \\begin{a}x\\end{a}")
    turn.append("answer", "It is $5, then $6 \\\\(x\\\\).")
    turn.end("stop")
    written = turn_markdown(turn)
    assert "$" not in written
    for read in (_GFM.render, markdown2html_mistune):
        page = _Page(read(written))
        texts = [text for _, text in page.texts]
        assert texts.count("$") == 4
        assert not [text for text in texts if re.search(r"\$.|\\[([b]", text)]
        assert "$5 and $6, \\(x\\), \\begin{a}x\\end{a}" in "".join(texts)


def test_an_address_stays_one() -> None:
    turn = Turn("See https://example.org/a_b/[c]~d and **this**")
    assert "See <https://example.org/a_b/[c]~d> and \\*\\*this\\*\\*" in turn_markdown(turn)


def test_formulas_become_what_notebooks_and_github_set() -> None:
    turn = Turn("?")
    turn.append(
        "answer", "\\(x < 1\\), $y$, $$z$$ and\n\\[\n\\begin{aligned} a &= b \\\\[2pt]\n c &= 50% \\end{aligned}\n\\]."
    )
    assert turn_markdown(turn, question=False).split("\n\n")[:2] == [
        "$x \\lt 1$, $y$, $$z$$ and",
        "$$\\begin{aligned} a &= b \\\\ c &= 50\\% \\end{aligned}\\text{.}$$",
    ]


@pytest.mark.parametrize(
    "unit", ["[", "*a ", "`", "$", "\\[\n", "$$\n", "\\(", "<", "> ", "|a|b|\n", "- ", "![x](", "_a", "\\begin{a}"]
)
def test_long_input_takes_its_time_once(unit: str) -> None:
    """50 kB of a kind that makes careless parsers take minutes; the suite's own limit of time is the measure."""
    turn = Turn("?")
    turn.append("reasoning", unit * (50_000 // len(unit)))
    assert turn_markdown(turn)


def test_the_newest_thoughts_are_drawn_and_the_others_are_verbatim() -> None:
    conversation = Conversation()
    for _ in range(3):
        turn = conversation.add("q")
        turn.append("reasoning", "**ten long**")
        turn.append("answer", "a")
        turn.end("stop")
    text = conversation_markdown(conversation.turns, drawn=25)
    assert text.count("```text\n**ten long**\n```") == 1 and text.count("**ten long**") == 3
    assert text.index("```") < text.index("\n\n**ten long**")
    assert "```" not in conversation_markdown(conversation.turns)


@pytest.mark.parametrize("text", HOSTILE)
def test_verbatim_it_is_one_block_of_code_in_its_fold(text: str) -> None:
    conversation = Conversation()
    for _ in range(2):
        turn = conversation.add("q")
        turn.append("reasoning", f"TBEGIN {text}\n\nTEND")
        turn.append("answer", "ABEGIN")
        turn.end("stop")
    page = _GFM.render(conversation_markdown(conversation.turns, drawn=0))
    fold = r"<details><summary>[^<]*</summary>\n<pre><code class=\"language-text\">([^<]*)</code></pre>\n</details>"
    found = re.findall(fold + r"\n<p>ABEGIN</p>", page)
    assert len(found) == 2
    assert html.unescape(found[0]).strip() == tidy(f"TBEGIN {text}\n\nTEND").replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("text", "address", "code"),
    [
        ("http://a.example/`<iframe src=x>`", "http://a.example/", "<iframe src=x>"),
        ("see www.a.example//[\"'`-->) <iframe src=x>`", "http://www.a.example//", "-->) <iframe src=x>"),
        ("**https://a.example** `![x](http://b.example)`", "https://a.example", "![x](http://b.example)"),
        ("*x https://a.example*(**`<b>`**)", "https://a.example", "<b>"),
    ],
)
def test_code_behind_an_address_is_no_part_of_it(text: str, address: str, code: str) -> None:
    """Readers make a bare address a link, up to a space: a backtick in it would open no code."""
    for read in (_GFM.render, markdown2html_mistune):
        page = _Page(read(tame(text)))
        assert page.urls == [address]
        assert page.text("code") == code


def test_other_code_stays_in_backticks() -> None:
    assert tame("At http://a.example, `x < 1` and (`y`)") == "At <http://a.example>, `x < 1` and (`y`)"


@pytest.mark.parametrize("read", [_GFM.render, markdown2html_mistune], ids=["commonmark", "nbconvert"])
def test_an_address_in_a_question_ends_before_the_break(read: Callable[[str], str]) -> None:
    page = _Page(read(turn_markdown(Turn("see http://a.example/c\nnext **line** (www.b.example)"))))
    assert page.urls == ["http://a.example/c", "http://www.b.example"]
    assert "br" in page.tags
    assert "next **line** (www.b.example)" in page.text("blockquote")
