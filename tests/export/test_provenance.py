"""Whatever the model did not write is marked, in each kind of file, and a model can't write such a mark itself."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from r1widget.conversation import Conversation, Span, Turn
from r1widget.conversation.turn import Origin, ThinkingEnd
from r1widget.conversation.version import Version
from r1widget.export import conversation_html, conversation_markdown, turn_markdown, write
from r1widget.export.html import turn_html
from r1widget.export.parse import LABELS
from r1widget.export.provenance import closing, provenance, version

MODES = ["folded", "open", "plain", "none"]
FOREIGN: list[Origin] = ["person", "budget", "think_more", "loop"]
_GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

READERS: dict[str, Callable[[Turn, str], str]] = {
    "commonmark": lambda turn, mode: _GFM.render(turn_markdown(turn, reasoning=mode)),  # type: ignore[arg-type]
    "nbconvert": lambda turn, mode: markdown2html_mistune(turn_markdown(turn, reasoning=mode)),  # type: ignore[arg-type]
    "html": lambda turn, mode: turn_html(turn, reasoning=mode),  # type: ignore[arg-type]
}


def _turn(*spans: tuple[str, str, Origin], ended_by: ThinkingEnd = "model") -> Turn:
    turn = Turn("?")
    for kind, text, origin in spans:
        turn.append(kind, text, origin)  # type: ignore[arg-type]
    turn.end("stop", thinking_ended_by=ended_by)
    return turn


def _mark(text: str) -> str:
    return f"<ins[^>]*>⟦{text}⟧</ins>"


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reader", READERS)
def test_in_the_thought_and_in_the_answer(reader: str, mode: str, origin: Origin) -> None:
    turn = _turn(
        ("reasoning", "Mine, ", "model"),
        ("reasoning", "THEIRS1", origin),
        ("reasoning", " mine.", "model"),
        ("answer", "My answer, ", "model"),
        ("answer", "THEIRS2", origin),
        ("answer", ", mine.", "model"),
    )
    page = READERS[reader](turn, mode)
    between = re.compile(f"{_mark(LABELS[origin])}(.*?){_mark('end')}", re.DOTALL)
    marked = [re.sub("<[^>]*>", "", each) for each in between.findall(page.partition("The model did not write")[0])]
    assert marked == (["THEIRS2"] if mode == "none" else ["THEIRS1", "THEIRS2"])
    assert "The model did not write what stands between" in page
    assert ("The thought, which is not shown here, has text that was " + LABELS[origin] in page) == (mode == "none")
    if reader == "html":
        assert f'<ins class="foreign" data-origin="{origin}" title="{LABELS[origin]}">THEIRS2</ins>' in page


@pytest.mark.parametrize("mode", MODES)
def test_in_every_format(tmp_path: Path, mode: str) -> None:
    conversation = Conversation()
    turn = conversation.add("?")
    for kind, text, origin in (
        ("reasoning", "A thought, ", "model"),
        ("answer", "So: ", "model"),
        ("answer", "OURS", "person"),
    ):
        turn.append(kind, text, origin)  # type: ignore[arg-type]
    turn.end("stop", thinking_ended_by="model")
    for suffix in (".md", ".html", ".ipynb"):
        path = write(conversation, tmp_path / f"chat{suffix}", reasoning=mode)  # type: ignore[arg-type]
        text = nbformat.read(path, as_version=4).cells[2].source if suffix == ".ipynb" else path.read_text("utf-8")
        assert re.search(f"{_mark('written by a person')}(<ins[^>]*>)?OURS(</ins>)?{_mark('end')}", text), suffix
    data = json.loads(write(conversation, tmp_path / "chat.json").read_text("utf-8"))
    assert data["turns"][0]["spans"] == [
        {"kind": "reasoning", "text": "A thought, ", "origin": "model"},
        {"kind": "answer", "text": "So: ", "origin": "model"},
        {"kind": "answer", "text": "OURS", "origin": "person"},
    ]


def test_a_turn_that_the_model_wrote_alone_says_nothing() -> None:
    turn = _turn(("reasoning", "Hm.\n", "model"), ("answer", "So.", "model"))
    assert provenance(turn) == []
    assert "<ins" not in turn_markdown(turn) and "<ins" not in turn_html(turn)


IMITATIONS = [
    "⟦written by a person⟧ I am right ⟦end⟧",
    "<ins>⟦written by a person⟧</ins> x <ins>⟦end⟧</ins>",
    "`⟦end⟧`",
    "```\n⟦end⟧ x ⟦written by a person⟧\n```",
    "~~~ ⟦end⟧\nx\n~~~",
    "    ⟦end⟧",
    "| ⟦end⟧ |\n|---|\n| `⟦end⟧` |",
    "# ⟦end⟧",
    "> ⟦end⟧",
    "**⟦end⟧** ⟦*end*⟧",
    "&#x27E6;end&#x27E7; &#10214;end&#10215; &lobrk;end&robrk;",
    "\\⟦end\\⟧",
    "$⟦\\text{end}⟧$ \\(\\text{⟦end⟧}\\)",
    "$$\\text{⟦end⟧}$$",
    "\\[\n\\text{⟦end⟧}\n\\] ⟦end⟧",
    "$\\llbracket \\text{end} \\rrbracket$",
    "$\\lBrack \\text{end} \\rBrack$",
    "$\\text{&#x27E6;end&#x27E7;}$",
    '$\\char"27E6 \\text{end}$',
    '[⟦end⟧](https://example.org/⟦end⟧ "⟦end⟧")',
    "![⟦end⟧](https://example.org/x.png)",
    "![`⟦end⟧`](https://example.org/x.png)",
    "https://example.org/⟦end⟧",
    "\ufdd0x\ufdd3\ufdd4",
    "〚written by a person〛",
    ">" * 60 + " ⟦end⟧",
    "*a " * 99 + "⟦end⟧" + "b*" * 99,
]


@pytest.mark.parametrize("text", IMITATIONS)
@pytest.mark.parametrize("reader", READERS)
def test_a_model_cannot_write_a_mark(reader: str, text: str) -> None:
    """Every bracket of ours in the page is ours: as many as there are foreign spans, whatever the model writes."""
    alone = READERS[reader](_turn(("reasoning", text, "model"), ("answer", text, "model")), "folded")
    assert not re.search("[⟦⟧〚〛\ufdd0-\ufdef]", html.unescape(alone))
    assert "<ins" not in alone
    turn = _turn(
        ("reasoning", f"{text}\n\n", "model"),
        ("reasoning", "THEIRS", "person"),
        ("reasoning", f"\n\n{text}", "model"),
        ("answer", text, "model"),
    )
    page = html.unescape(READERS[reader](turn, "folded").partition("The model did not write")[0])
    assert re.findall("⟦.*?⟧|THEIRS", page) == ["⟦written by a person⟧", "THEIRS", "⟦end⟧"]


@pytest.mark.parametrize("text", IMITATIONS)
def test_nor_where_the_thought_is_verbatim(text: str) -> None:
    """As the transcript of a notebook has long thoughts, in a fence: there the marks are words, and brackets are ours."""
    turn = _turn(
        ("reasoning", f"{text}\n", "model"), ("reasoning", "THEIRS", "person"), ("reasoning", f"\n{text}", "model")
    )
    written = conversation_markdown([turn], drawn=0)
    fence = written.partition("<summary>")[2].partition("</details>")[0]
    assert re.findall("[⟦〚].*?[⟧〛]|THEIRS", fence) == ["⟦written by a person⟧", "THEIRS", "⟦end⟧"]
    assert "The model did not write" in written


_PIECES = re.split(
    "§",
    'a§ §\n§\n\n§*§**§`§```§```py§$§$$§\\(§\\)§\\[§\\]§[§](§)§![§<§>§https://example.org/§"§|§|---|§- §1. §#§⟦§⟧§end§&§;§\\§{§}§x§~~§    ',
)
_SPANS = st.lists(
    st.tuples(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join), st.sampled_from(["model", *FOREIGN])),
    max_size=6,
)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=250, deadline=None)
@given(spans=_SPANS)
@example(spans=[("<https://example.org/", "model"), (">", "person")])
@example(spans=[("see <https://exam", "model"), ("ple.org/x", "person"), ("> and on", "model")])
@example(spans=[("<a@example", "model"), (".org", "person"), (">", "budget")])
def test_every_foreign_span_has_its_marks_wherever_it_begins(reader: str, spans: list[tuple[str, Origin]]) -> None:
    """In the middle of a link, a formula, a table or a fence."""
    turn = _turn(*(("reasoning", text, origin) for text, origin in spans), ("answer", "A", "model"))
    written = READERS[reader](turn, "folded").partition("The model did not write")[0]
    page = html.unescape(re.sub("<[^>]*>", "", written))
    expected: list[str] = []
    for span in turn.spans:
        if span.origin != "model" and span.text.strip():
            expected += [f"⟦{LABELS[span.origin]}⟧", "⟦end⟧"]
    assert re.findall("⟦[^⟧]*⟧", page) == expected


def _settings(**values: object) -> dict[str, object]:
    return {"settings": values}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("ended_by", "origin", "said"),
    [
        ("user", "person", "Thinking was closed by a person (answer now)."),
        ("budget", "budget", "Thinking was closed by the thinking budget of 1,200 tokens."),
        ("loop", "loop", "Thinking was closed because it repeated itself."),
    ],
)
def test_who_closed_the_thinking_is_said(mode: str, ended_by: ThinkingEnd, origin: Origin, said: str) -> None:
    """What was written for it is white space, so there is nothing to mark."""
    turn = _turn(
        ("reasoning", "Hm.", "model"), ("reasoning", "\n", origin), ("answer", "\n\nSo.", "model"), ended_by=ended_by
    )
    turn.record = _settings(thinking_budget=1200)
    assert provenance(turn) == [said]
    assert f"*{said}*" in turn_markdown(turn, reasoning=mode).split("\n\n")  # type: ignore[arg-type]
    assert f'<p class="provenance">{said}</p>' in turn_html(turn, reasoning=mode)  # type: ignore[arg-type]


def test_the_model_closed_it_or_nobody() -> None:
    assert closing(_turn(("reasoning", "Hm.", "model"), ("answer", "So.", "model"))) == ""
    stopped = Turn("?")
    stopped.append("reasoning", "Hm.")
    stopped.end("cancelled", thinking_ended_by="user")
    assert provenance(stopped) == []  # "Stopped while thinking", and that is all
    stopped.append("reasoning", "\n", "person")
    assert closing(stopped) == "Thinking was closed by a person (answer now)."


def test_a_budget_that_the_record_does_not_know() -> None:
    turn = _turn(("reasoning", "Hm.", "model"), ended_by="budget")
    for record in ({}, {"settings": [1]}, _settings(thinking_budget="<b>")):
        turn.record = record  # type: ignore[assignment]
        assert closing(turn) == "Thinking was closed by the thinking budget."


def _version(conversation: Conversation, made: Version, *spans: Span) -> Turn:
    turn = Turn("?", parent=conversation[made.of].parent, version=made)
    for span in spans:
        turn.append(span.kind, span.text, span.origin)
    turn.end("stop", thinking_ended_by="model")
    return conversation.insert(turn)


@pytest.fixture
def conversation() -> Conversation:
    conversation = Conversation()
    turn = conversation.add("?")
    turn.append("reasoning", "One. Two. Three.\n")
    turn.append("answer", "\n\nSo.")
    turn.end("stop", thinking_ended_by="model")
    return conversation


@pytest.mark.parametrize(
    ("part", "at", "spans", "said"),
    [
        ("question", 0, [], "the question was edited by a person"),
        ("reasoning", 0, [Span("reasoning", "Anew.")], "regenerated"),
        (
            "reasoning",
            5,
            [Span("reasoning", "One. "), Span("reasoning", "TWO.", "person"), Span("reasoning", " Four.")],
            "the thought was edited by a person, and went on",
        ),
        (
            "reasoning",
            9,
            [Span("reasoning", "One. "), Span("reasoning", "Two.", "person"), Span("reasoning", " Four.")],
            "the thought was shortened by a person at character 9, and went on",
        ),
        (
            "reasoning",
            16,
            [
                Span("reasoning", "One. Two. Three."),
                Span("reasoning", "\n\nWait", "think_more"),
                Span("reasoning", ", no."),
            ],
            "the model was made to think more",
        ),
        (
            "answer",
            4,
            [Span("reasoning", "One.", "person"), Span("answer", "\n\nS"), Span("answer", "o!", "person")],
            "the answer was edited by a person, and went on",
        ),
        (
            "answer",
            3,
            [Span("reasoning", "One."), Span("answer", "\n\nS"), Span("answer", "ee.")],
            "the answer was shortened by a person at character 3, and went on",
        ),
        (
            "answer",
            2,
            [Span("reasoning", "One.", "person"), Span("answer", "\n\n", "person"), Span("answer", "Yes.")],
            "the answer was written anew, below the same thought",
        ),
    ],
)
def test_which_version_it_is(conversation: Conversation, part: str, at: int, spans: list[Span], said: str) -> None:
    first = conversation.turns[0]
    turn = _version(conversation, Version(first.id, part, at), *spans)  # type: ignore[arg-type]
    assert version(first) == "Version 1 of 2."
    assert version(turn) == f"Version 2 of 2: {said}."
    assert f"*Version 2 of 2: {said}.*" in turn_markdown(turn).split("\n\n")
    assert f'<p class="provenance">Version 2 of 2: {said}.</p>' in turn_html(turn)


def test_what_answer_now_wrote_is_no_edit(conversation: Conversation) -> None:
    message = Span("reasoning", "I have to answer now.\n", "person")
    turn = _version(conversation, Version(conversation.turns[0].id, "reasoning"), Span("reasoning", "Hm. "), message)
    turn.record = _settings(budget_message="I have to answer now.")
    turn.end("stop", thinking_ended_by="user")
    assert version(turn) == "Version 2 of 2: regenerated."
    assert "<ins>⟦written by a person⟧</ins>I have to answer now.<ins>⟦end⟧</ins>" in turn_markdown(turn)


def test_a_fork(conversation: Conversation) -> None:
    first = conversation.turns[0]
    fork = [Turn("?", version=Version(first.id, "reasoning", 5, "f")) for _ in range(3)]
    conversation.insert(*fork)
    assert version(fork[1]) == "Version 3 of 4: one of 3 that go on from the first 5 characters of the thought."
    anew = [Turn("?", version=Version(first.id, "reasoning", 0, "g")) for _ in range(2)]
    conversation.insert(*anew)
    assert version(anew[1]) == "Version 6 of 6: one of 2 that were regenerated together."


def test_markdown_has_the_active_branch_and_json_every_version(conversation: Conversation, tmp_path: Path) -> None:
    first = conversation.turns[0]
    made = Version(first.id, "reasoning", 5)
    _version(
        conversation, made, Span("reasoning", "One. "), Span("reasoning", "OURS", "person"), Span("answer", "New.")
    )
    written = write(conversation, tmp_path / "chat.md").read_text("utf-8")
    assert "New." in written and "So." not in written
    data = json.loads(write(conversation, tmp_path / "chat.json").read_text("utf-8"))
    assert [turn.get("version") for turn in data["turns"]] == [None, {"of": first.id, "part": "reasoning", "at": 5}]
    back = Conversation.from_dict(data)
    assert conversation_markdown(back.turns) == written
    assert conversation_html(back.turns) == conversation_html(conversation.turns)


def test_a_turn_that_was_cleared_is_no_version_of_any(conversation: Conversation) -> None:
    turn = conversation.turns[0]
    conversation.clear()
    assert version(turn) == ""


def test_the_record_tells_what_else_was_set() -> None:
    turn = _turn(("answer", "So.", "model"))
    turn.record = {
        **_settings(thinking_budget=100, budget_message="Now.", stop_loops=True),
        "tokens": {"answer": 2, "others": 3},
    }
    assert "2 answer tokens · 3 tokens not the model's · thinking budget 100 · with a budget message · stops loops" in (
        turn_markdown(turn)
    )
    turn.record = _settings(budget_message="", stop_loops=False)
    assert "<sub>finished: stop</sub>" in turn_markdown(turn)


def test_marks_change_no_reading() -> None:
    """A star between two factors is one, whoever wrote them."""
    turn = _turn(("answer", "2*", "model"), ("answer", "3*4*", "person"), ("answer", "5, **so", "model"))
    assert "2\\*<ins>⟦written by a person⟧</ins>3\\*4\\*<ins>⟦end⟧</ins>5, \\*\\*so" in turn_markdown(turn)
