"""`ReasoningSplitter`: whole, by character, and in any chunks; nothing is lost, and it never holds much back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.reasoning import CLOSE, OPEN, ReasoningSplitter

# (text, thought and answer when the prompt opened thinking, thought and answer when it didn't)
CATALOGUE = [
    ("", ("", ""), ("", "")),
    ("4", ("4", ""), ("", "4")),
    ("think</think>answer", ("think", "answer"), ("", "think</think>answer")),
    ("<think>think</think>answer", ("think", "answer"), ("think", "answer")),
    ("<think>\nthink\n</think>\n\nanswer", ("\nthink\n", "\n\nanswer"), ("\nthink\n", "\n\nanswer")),
    ("\n<think>a</think>b", ("\na", "b"), ("a", "\nb")),
    (" \n\t <think>a</think>b", (" \n\t a", "b"), ("a", " \n\t b")),
    ("<think></think>", ("", ""), ("", "")),
    ("<think></think>b", ("", "b"), ("", "b")),
    ("<think>\n\n</think>\n\nb", ("\n\n", "\n\nb"), ("\n\n", "\n\nb")),
    ("</think>b", ("", "b"), ("", "</think>b")),
    ("</think>", ("", ""), ("", "</think>")),
    ("<think>", ("", ""), ("", "")),
    ("<think>a", ("a", ""), ("a", "")),
    ("<think>a</think>", ("a", ""), ("a", "")),
    ("a</think>", ("a", ""), ("", "a</think>")),
    ("<think><think>a</think>b", ("<think>a", "b"), ("<think>a", "b")),
    ("a<think>b</think>c", ("a<think>b", "c"), ("", "a<think>b</think>c")),
    ("a</think>b<think>c</think>d", ("a", "b<think>c</think>d"), ("", "a</think>b<think>c</think>d")),
    ("<think>a</think>b</think>c", ("a", "b</think>c"), ("a", "b</think>c")),
    ("<think>a</think><think>b</think>c", ("a", "<think>b</think>c"), ("a", "<think>b</think>c")),
    ("<think>a</think></think>", ("a", "</think>"), ("a", "</think>")),
    ("<think>a</think>`</think>` ends it", ("a", "`</think>` ends it"), ("a", "`</think>` ends it")),
    ("<", ("<", ""), ("", "<")),
    ("<think", ("<think", ""), ("", "<think")),
    ("<thin king", ("<thin king", ""), ("", "<thin king")),
    ("<thinking>a</thinking>", ("<thinking>a</thinking>", ""), ("", "<thinking>a</thinking>")),
    ("< think>a</think>b", ("< think>a", "b"), ("", "< think>a</think>b")),
    ("<THINK>a</THINK>b", ("<THINK>a</THINK>b", ""), ("", "<THINK>a</THINK>b")),
    ("<<think>a</think>b", ("<<think>a", "b"), ("", "<<think>a</think>b")),
    ("<think<think>a</think>b", ("<think<think>a", "b"), ("", "<think<think>a</think>b")),
    ("<think>a</</think>b", ("a</", "b"), ("a</", "b")),
    ("<think>a<</think>b", ("a<", "b"), ("a<", "b")),
    ("<think>a</think</think>b", ("a</think", "b"), ("a</think", "b")),
    ("<think>a</thin</thin</think>b", ("a</thin</thin", "b"), ("a</thin</thin", "b")),
    ("<think>a</thinker></think>b", ("a</thinker>", "b"), ("a</thinker>", "b")),
    ("<think>a</ think></think>b", ("a</ think>", "b"), ("a</ think>", "b")),
    ("<think>a<b, c>d</think>e<f", ("a<b, c>d", "e<f"), ("a<b, c>d", "e<f")),
    ("<think>a<", ("a<", ""), ("a<", "")),
    ("<think>a</think", ("a</think", ""), ("a</think", "")),
    ("<think>a</think>b<", ("a", "b<"), ("a", "b<")),
    ("<think>a</think>b</think", ("a", "b</think"), ("a", "b</think")),
    ("a<b", ("a<b", ""), ("", "a<b")),
    ("a</", ("a</", ""), ("", "a</")),
    ("   ", ("   ", ""), ("", "   ")),
    ("\n\n", ("\n\n", ""), ("", "\n\n")),
    ("  <", ("  <", ""), ("", "  <")),
    ("  <th", ("  <th", ""), ("", "  <th")),
    ("  a", ("  a", ""), ("", "  a")),
    ("\r\n<think>\r\na\r\n</think>\r\nb", ("\r\n\r\na\r\n", "\r\nb"), ("\r\na\r\n", "\r\n\r\nb")),
    ("<think>思考中</think>答え", ("思考中", "答え"), ("思考中", "答え")),
    ("\u3000<think>思</think>答", ("\u3000思", "答"), ("思", "\u3000答")),
    ("<think>🧮👩‍👩‍👧</think>🎉", ("🧮👩‍👩‍👧", "🎉"), ("🧮👩‍👩‍👧", "🎉")),
    ("＜think＞a</think>b", ("＜think＞a", "b"), ("", "＜think＞a</think>b")),
    ("<think>e\u0301</think>e\u0301", ("e\u0301", "e\u0301"), ("e\u0301", "e\u0301")),
    ("<think>\x00\ufeff</think>\x00", ("\x00\ufeff", "\x00"), ("\x00\ufeff", "\x00")),
    ("<think>\ud83e</think>\udd2e", ("\ud83e", "\udd2e"), ("\ud83e", "\udd2e")),
    ("<|think|>a</think>b", ("<|think|>a", "b"), ("", "<|think|>a</think>b")),
    ("&lt;think&gt;a</think>b", ("&lt;think&gt;a", "b"), ("", "&lt;think&gt;a</think>b")),
    ("```\n<think>\n```", ("```\n<think>\n```", ""), ("", "```\n<think>\n```")),
    (
        "The tag <think> opens, </think> closes.",
        ("The tag <think> opens, ", " closes."),
        ("", "The tag <think> opens, </think> closes."),
    ),
    ("</think></think></think>", ("", "</think></think>"), ("", "</think></think></think>")),
]


def _split(chunks: list[str], opens: bool) -> tuple[str, str]:
    splitter = ReasoningSplitter(opens)
    parts = [part for chunk in chunks for part in splitter.feed(chunk)] + splitter.flush()
    assert splitter.flush() == []
    assert all(text for _, text in parts)
    return "".join(t for kind, t in parts if kind == "reasoning"), "".join(t for kind, t in parts if kind == "answer")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 13, 31, 10_000])
@pytest.mark.parametrize(("text", "opened", "unopened"), CATALOGUE)
def test_the_catalogue_in_chunks_of_every_size(
    text: str, opened: tuple[str, str], unopened: tuple[str, str], size: int
) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert _split(chunks, True) == opened
    assert _split(chunks, False) == unopened


_pieces = st.sampled_from([OPEN, CLOSE, *OPEN, *CLOSE, "</", "</think", "<think", " ", "\n", "a", "思", "🧮", "\r\n"])
_texts = st.lists(_pieces, max_size=25).map("".join)


@given(text=_texts, opens=st.booleans(), cuts=st.lists(st.integers(0, 120), max_size=12))
def test_any_chunks_give_the_same(text: str, opens: bool, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunks = [text[a:b] for a, b in pairwise(edges)]
    assert _split(chunks, opens) == _split([text], opens) == _split(list(text), opens)


@given(text=_texts, opens=st.booleans())
def test_nothing_is_lost_but_the_tags(text: str, opens: bool) -> None:
    thought, answer = _split(list(text), opens)
    space = text[: len(text) - len(text.lstrip())]
    body = text[len(space) :]
    if not opens and not body.startswith(OPEN):
        assert (thought, answer) == ("", text)
        return
    inside, _, behind = body.removeprefix(OPEN).partition(CLOSE)
    assert (thought, answer) == ((space + inside, behind) if opens else (inside, space + behind))


@given(text=_texts, opens=st.booleans())
def test_at_most_a_half_tag_is_held_back(text: str, opens: bool) -> None:
    splitter = ReasoningSplitter(opens)
    given_out = 0
    for fed, character in enumerate(text, 1):
        given_out += sum(len(part) for _, part in splitter.feed(character))
        waiting = fed - given_out
        # The tags that were read are gone, and aren't waiting.
        assert waiting <= len(CLOSE) - 1 + len(OPEN) + len(CLOSE)
        assert len(splitter._held) <= len(CLOSE) - 1


def test_a_megabyte_by_character_holds_nothing_but_half_tags() -> None:
    """What is looked at with each character is what is held and the character: 8 at most, so the work is linear."""
    splitter = ReasoningSplitter(True)
    text = "a<</</t</th thought " * 50_000
    longest, out = 0, 0
    for character in text:
        out += sum(len(part) for _, part in splitter.feed(character))
        longest = max(longest, len(splitter._held))
    out += sum(len(part) for _, part in splitter.flush())
    assert longest <= len(CLOSE) - 1
    assert out == len(text) == 1_000_000


def test_white_space_is_not_hoarded() -> None:
    splitter = ReasoningSplitter(False)
    for _ in range(1000):
        assert splitter.feed(" ") == [("answer", " ")]
    assert splitter.feed(OPEN + "a") == [("reasoning", "a")]


def test_whether_thinking_is_finished() -> None:
    splitter = ReasoningSplitter(True)
    assert not splitter.finished_thinking
    splitter.feed("a</thin")
    assert not splitter.finished_thinking
    splitter.feed("k>")
    assert splitter.finished_thinking
    splitter = ReasoningSplitter(False)
    assert not splitter.finished_thinking
    splitter.feed("<th")
    assert not splitter.finished_thinking
    splitter.feed("e")
    assert splitter.finished_thinking
    splitter = ReasoningSplitter(False)
    splitter.feed("<think>a")
    assert not splitter.finished_thinking
    splitter.flush()
    assert not splitter.finished_thinking


def test_text_comes_out_as_soon_as_it_is_certain() -> None:
    splitter = ReasoningSplitter(True)
    assert splitter.feed("a<") == [("reasoning", "a")]
    assert splitter.feed("b") == [("reasoning", "<b")]
    assert splitter.feed("</thin") == []
    assert splitter.feed("k>c") == [("answer", "c")]
    assert splitter.feed("</thin") == [("answer", "</thin")]
    assert splitter.feed("") == splitter.flush() == []
