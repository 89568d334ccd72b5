"""The page of HTML: it stands alone, loads nothing and runs no script but its own. What a turn can't do in it: test_export_markdown."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET

import pytest

from r1widget.conversation import Conversation, Turn
from r1widget.export import conversation_html
from r1widget.export.html import turn_html
from r1widget.export.mathml import NAMESPACE, mathml


def _turn(reasoning: str = "", answer: str = "") -> Turn:
    turn = Turn("What is <b>this</b>?\n  And that?")
    if reasoning:
        turn.append("reasoning", reasoning)
    if answer:
        turn.append("answer", answer)
    turn.end("stop")
    return turn


def test_the_page_loads_nothing_and_runs_no_script_but_its_own() -> None:
    conversation = Conversation()
    conversation.add("Why?").append("answer", "![x](https://example.org/x.png)")
    page = conversation_html(conversation.turns)
    assert "Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"<(img|iframe|link|object|embed|form|base)\b|url\(|@import|\ssrc=", page)
    assert "prefers-color-scheme: dark" in page
    assert '<a href="https://example.org/x.png" rel="noopener noreferrer" class="named">image: x</a>' in page
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"; script-src 'sha256-{digest}'; base-uri 'none'" in page and "\r" not in script
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')


def test_the_title_is_the_first_question() -> None:
    assert "<title>What is &lt;b&gt;this&lt;/b&gt;? And that?</title>" in conversation_html([_turn()])
    assert "<title>Conversation</title>" in conversation_html([])
    assert "<title>A &amp; B</title>" in conversation_html([_turn()], title="A & B")


def test_the_ways_to_show_the_reasoning() -> None:
    turn = _turn("Because *it* is.", "So.")
    assert "<details><summary>Thought</summary>\n<p>Because <em>it</em> is.</p>" in turn_html(turn)
    assert '<section class="trace"><p><strong>Thought</strong></p>' in turn_html(turn, reasoning="plain")
    assert "Because" not in turn_html(turn, reasoning="none")
    assert "<details" not in turn_html(turn, reasoning="none")


def test_a_question_is_text() -> None:
    assert 'dir="auto">What is &lt;b&gt;this&lt;/b&gt;?\n  And that?</div>' in turn_html(_turn())


def test_an_address_in_a_question_is_a_link() -> None:
    turn = Turn("See https://a.example/x?<b>，(www.b.example).")
    assert (
        'See <a href="https://a.example/x" rel="noopener noreferrer">https://a.example/x</a>?&lt;b&gt;，'
        '(<a href="http://www.b.example" rel="noopener noreferrer">www.b.example</a>).</div>'
    ) in turn_html(turn)


def test_how_it_ended_is_said() -> None:
    turn = Turn("?")
    turn.end("error", error="It is <out> of memory.")
    assert '<p class="outcome error">Error: It is &lt;out&gt; of memory.</p>' in turn_html(turn)


def test_code_tables_and_lists() -> None:
    html = turn_html(_turn(answer="```python\n1 < 2\n```\n\n| a |\n|---|\n| `x` |\n\n1. one"))
    assert "<pre><code>1 &lt; 2\n</code></pre>" in html
    assert "<td><code>x</code></td>" in html
    assert "<li>one</li>" in html


def test_headings_of_a_text_stand_below_its_question_without_a_gap() -> None:
    """Models leave levels out; who goes through a page by its headings would miss them."""
    html = turn_html(_turn("### a", "### a\n\n# b\n\n### c\n\n## d\n\n###### e\n\n#### f"))
    assert '<h2 class="number" id="question-1">Question 1</h2>' in html
    assert re.findall(r'<(h\d) aria-level="(\d)">(\w)', html) == [
        ("h3", "3", "a"),
        ("h3", "3", "a"),
        ("h1", "3", "b"),
        ("h3", "4", "c"),
        ("h2", "4", "d"),
        ("h6", "5", "e"),
        ("h4", "5", "f"),
    ]
    deep = "\n".join(f"{'#' * level} x" for level in range(1, 7))
    assert re.findall(r'aria-level="(\d)"', turn_html(_turn(answer=deep))) == ["3", "4", "5", "6", "6", "6"]


def test_a_long_conversation_begins_with_its_questions() -> None:
    conversation = Conversation()
    for number in range(3):
        conversation.add(f"Number {number}?").end("stop")
    assert "<nav" not in conversation_html(conversation.turns)
    last = conversation.add("<i>\n" + "x" * 99)
    last.end("stop")
    conversation.add_version(last).end("stop")
    page = conversation_html(conversation.turns)
    assert f'<li><a href="#turn-4" dir="auto">&lt;i&gt; {"x" * 75}…</a> <span>(version 2 of 2)</span></li>' in page
    assert '<article id="turn-4" aria-labelledby="question-4">' in page
    assert '<h2 class="number" id="question-4">Question 4 · Version 2 of 2</h2>' in page


def test_a_link_says_on_paper_where_it_leads_unless_its_text_does() -> None:
    html = turn_html(
        _turn(
            answer="[a](https://a.example) https://b.example me@c.example <https://d.example> ![e](https://e.example)"
        )
    )
    assert re.findall(r'href="([^"]*)" rel="noopener noreferrer" class="named"', html) == [
        "https://a.example",
        "https://e.example",
    ]
    assert html.count("<a ") == 5


def test_what_the_model_did_not_write_is_marked_to_its_end() -> None:
    turn = Turn("?")
    turn.append("reasoning", "One. ")
    turn.append("reasoning", "Two *three*\n\nfour `five` $x$.", "person")
    turn.append("reasoning", " Six.")
    turn.end("stop")
    html = turn_html(turn)
    inserted = "".join(
        re.findall(
            r'<ins class="foreign" data-origin="person" title="written by a person">(.*?)</ins>', html, re.DOTALL
        )
    )
    assert re.sub(r"<math.*?</math>", "$x$", inserted) == "Two threefour five $x$."
    assert '<ins class="mark">⟦written by a person⟧</ins>' in html
    assert '<ins class="mark">⟦end⟧</ins> Six.' in html


@pytest.mark.parametrize(
    "tex",
    ["\\frac{1}{2}", "x_1^2 \\lt 3", "\\boxed{4}", "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}", "\\sqrt{2}"],
)
def test_formulas_are_set(tex: str) -> None:
    assert mathml(tex, display=True).startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"')


@pytest.mark.parametrize(
    ("tex", "tag", "within"),
    [
        ("\\sqrt12", "msqrt", "1"),
        ("\\sqrt[3]89", "mroot", "83"),
        ("\\frac123", "mfrac", "12"),
        ("\\frac{1}23", "mfrac", "12"),
        ("\\frac{\\sqrt{1}}23", "mfrac", "12"),
        ("\\binom423", "mfrac", "42"),
        ("2^10", "msup", "21"),
    ],
)
def test_an_argument_of_one_digit_is_one_digit(tex: str, tag: str, within: str) -> None:
    found = ET.fromstring(mathml(tex, display=False)).find(f".//{{{NAMESPACE}}}{tag}")
    assert found is not None and "".join(found.itertext()) == within


def test_a_binomial_has_brackets_that_need_no_font() -> None:
    assert '<mrow class="binom">' in mathml("\\binom{4}{2}", display=False)
    assert "binom" not in mathml("(\\frac{4}{2})", display=False)


@pytest.mark.parametrize(
    "tex",
    [
        "\\text{<script>alert(1)</script>}",
        "\\href{javascript:alert(1)}{x}",
        "\\style{background:url(https://example.org)}{x}",
        '\\color{red" onclick="alert(1)}{x}',
        "\\unknown x",
        "a & b",
        "\\frac{1}",
        "{",
        "\\begin{unknown}x\\end{unknown}",
    ],
)
def test_a_formula_that_cannot_be_set_harms_nothing(tex: str) -> None:
    html = mathml(tex, display=False)
    if html.startswith("<math"):
        names = set(re.findall(r'<(\w+)|\s(\w+)="', html))
        assert names <= {
            ("math", ""),
            ("mrow", ""),
            ("mi", ""),
            ("mn", ""),
            ("mfrac", ""),
            ("mo", ""),
            ("", "xmlns"),
            ("", "display"),
            ("", "title"),
        }
    else:
        assert re.fullmatch(r'<code class="math">\$[^<>"]*\$</code>', html)
