"""`ReasoningSplitter`: whole, by character, and in any chunks; nothing is lost, and it never holds much back."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1widget.errors import SettingsError
from r1widget.reasoning import (
    ALONE,
    CLOSE,
    OPEN,
    TABLE,
    ReasoningSplitter,
    Tags,
    named_by,
    tags_from,
    without_reasoning,
)
from r1widget.reasoning.code import Code
from r1widget.reasoning.marks import Found, Marks

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
    ("<think>a</think><think>b</think>c", ("ab", "c"), ("ab", "c")),
    ("<think>a</think></think>", ("a", "</think>"), ("a", "</think>")),
    ("<think>a</think>`</think>` ends it", ("a", "`</think>` ends it"), ("a", "`</think>` ends it")),
    ("<", ("<", ""), ("", "<")),
    ("<think", ("<think", ""), ("", "<think")),
    ("<thin king", ("<thin king", ""), ("", "<thin king")),
    ("<thinker>a</thinker>", ("<thinker>a</thinker>", ""), ("", "<thinker>a</thinker>")),
    ("a<thinking>b</thinking></think>c", ("a<thinking>b</thinking>", "c"), ("", "a<thinking>b</thinking></think>c")),
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


def _split(chunks: list[str], opens: bool, tags: object = None) -> tuple[str, str]:
    splitter = ReasoningSplitter(opens, thinking_tags=tags)  # type: ignore[arg-type]
    parts = [part for chunk in chunks for part in splitter.feed(chunk)] + splitter.flush()
    assert splitter.flush() == []
    assert all(text for _, text in parts)
    return "".join(t for kind, t in parts if kind == "reasoning"), "".join(t for kind, t in parts if kind == "answer")


def _everyhow(text: str, opens: bool = False, tags: object = None) -> tuple[str, str]:
    """Whole, by character, and in pieces of three: always the same."""
    whole = _split([text], opens, tags)
    for size in (1, 3):
        assert _split([text[at : at + size] for at in range(0, len(text), size)], opens, tags) == whole
    return whole


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
    """What comes out, in order, is what went in, without some of its tags."""
    splitter = ReasoningSplitter(opens)
    parts = [part for character in text for part in splitter.read(character)] + splitter.flush()
    places = {0}  # how much of the text may have become what came out so far
    for character in "".join(part for _, part in parts):
        places = {at + 1 for at in _behind_tags(text, places) if text[at : at + 1] == character}
    assert len(text) in _behind_tags(text, places)


def _behind_tags(text: str, places: set[int]) -> set[int]:
    reached, new = set(places), set(places)
    while new:
        new = {at + len(tag) for at in new for tag in (OPEN, CLOSE) if text.startswith(tag, at)} - reached
        reached |= new
    return reached


@given(text=_texts, opens=st.booleans())
def test_a_reply_without_a_second_opening_tag_has_one_thought_at_its_start(text: str, opens: bool) -> None:
    thought, answer = _split(list(text), opens)
    space = text[: len(text) - len(text.lstrip())]
    body = text[len(space) :]
    if not opens and not body.startswith(OPEN):
        assert (thought, answer) == ("", text)
        return
    inside, _, behind = body.removeprefix(OPEN).partition(CLOSE)
    if OPEN not in behind:
        assert (thought, answer) == ((space + inside, behind) if opens else (inside, space + behind))


HELD = max(len(mark) for tags in TABLE for mark in tags.marks) - 1


@given(text=_texts, opens=st.booleans())
def test_at_most_a_half_tag_is_held_back(text: str, opens: bool) -> None:
    splitter = ReasoningSplitter(opens)
    for character in text:
        splitter.feed(character)
        # In the answer: the tag, and as much of what follows it as may be the closing tag.
        assert splitter.held <= (len(OPEN) + len(CLOSE) - 1 if splitter.finished_thinking else HELD)


def test_a_megabyte_by_character_holds_nothing_but_half_tags() -> None:
    """What is looked at with each character is what is held and the character: 8 at most, so the work is linear."""
    splitter = ReasoningSplitter(True)
    text = "a<</</t</th thought " * 50_000
    longest, out = 0, 0
    for character in text:
        out += sum(len(part) for _, part in splitter.feed(character))
        longest = max(longest, splitter.held)
    out += sum(len(part) for _, part in splitter.flush())
    assert longest <= HELD
    assert out == len(text) == 1_000_000


@pytest.mark.parametrize(
    "unit",
    ["<think>a</think>b\n", "`a``b```", " <think>.", "```\n<think>", "<", "\n", "</answer>", "> ", "`\n\n", "-  "],
)
def test_the_work_is_linear_in_the_text(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at, by the two that look at text, is a few times the text."""
    looked = 0

    def find(marks: Marks, text: str, at: int = 0, *, final: bool = False) -> Found | None:
        nonlocal looked
        found = FIND(marks, text, at, final=final)
        looked += (found.end if found else len(text)) - at
        return found

    def advance(code: Code, text: str) -> None:
        nonlocal looked
        looked += len(text)
        ADVANCE(code, text)

    FIND, ADVANCE = Marks.find, Code.advance
    monkeypatch.setattr(Marks, "find", find)
    monkeypatch.setattr(Code, "advance", advance)
    text = "<think>a</think>" + unit * 5_000
    for size in (1, len(text)):
        looked = 0
        _split([text[at : at + size] for at in range(0, len(text), size)], False)
        assert looked < (HELD + 3) * len(text) if size == 1 else looked < 3 * len(text)


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
    assert splitter.feed(" <thin") == [("answer", " ")]
    assert splitter.feed("k>") == [], "what follows it says whether it is quoted"
    assert splitter.feed("d") == [("reasoning", "d")]
    assert not splitter.finished_thinking
    assert splitter.feed("") == splitter.flush() == []


# ---- every row of the table


def _reply(tags: Tags, thought: str, answer: str) -> str:
    opening, closing = (tags.answer[0], tags.answer_close[0]) if tags.answer else ("", "")
    return f"{tags.open[0]}{thought}{tags.close[0]}{opening}{answer}{closing}"


@pytest.mark.parametrize("tags", TABLE, ids=lambda tags: tags.open[0].strip())
def test_each_row(tags: Tags) -> None:
    assert tags.users
    for opening in tags.open:
        for closing in tags.close:
            assert _everyhow(f"{opening}A{closing}one") == ("A", "one")
            assert _everyhow(f"\n{opening}\nA\n{closing}\n\none") == ("\nA\n", "\n\n\none")
            assert _everyhow(f"{opening}A{closing}one {opening}B{closing}two") == ("AB", "one two")
            assert _everyhow(f"{opening}A", opens=True) == ("A", "")
            assert _everyhow(f"{opening}A{closing}one", opens=True) == ("A", "one")
    assert _everyhow(_reply(tags, "A", "one")) == ("A", "one")
    assert _everyhow(_reply(tags, "A", "one\n") + "\n" + _reply(tags, "B", "two")) == ("AB", "one\n\ntwo")
    assert _everyhow(tags.open[0][:-1]) == ("", tags.open[0][:-1])
    assert without_reasoning(_reply(tags, "A", "one")) == "one"
    for closing in tags.close:
        expected = ("A", "one") if closing in ALONE else (f"A{closing}one", "")
        assert _everyhow(f"A{closing}one", opens=True) == expected, "people write these tags too"
        assert _everyhow(f"A{closing}one", opens=True, tags=tags) == ("A", "one"), "but not this model"
        assert _everyhow(f"A{closing}one") == ("", f"A{closing}one")
    if tags.bare:
        assert _everyhow(f"{tags.answer[0]}one{tags.answer_close[0]}") == ("", "one")


@pytest.mark.parametrize("tags", TABLE, ids=lambda tags: tags.open[0].strip())
@settings(max_examples=30)
@given(data=st.data())
def test_each_row_in_any_chunks(tags: Tags, data: st.DataObject) -> None:
    marks = st.sampled_from([*tags.marks, *(mark[:-1] for mark in tags.marks), " ", "\n", "a", "`", "```", ".", "🧮"])
    text = tags.open[0] + "".join(data.draw(st.lists(marks, max_size=16)))
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8))
    edges = [0, *sorted(cuts), len(text)]
    assert _split([text[a:b] for a, b in pairwise(edges)], False) == _split([text], False) == _split(list(text), False)


HARMONY = "<|start|>assistant<|channel|>"


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        (f"<|channel|>analysis<|message|>A<|end|>{HARMONY}final<|message|>one<|return|>", "A", "one"),
        (f"{HARMONY}analysis<|message|>A<|end|>{HARMONY}final<|message|>one", "A", "one"),
        (
            f"<|channel|>analysis<|message|>A<|end|>{HARMONY}analysis<|message|>B<|end|>{HARMONY}final<|message|>c",
            "AB",
            "c",
        ),
        (
            (
                f"<|channel|>analysis<|message|>A<|end|>{HARMONY}commentary<|message|>First I look.<|end|>"
                f"{HARMONY}analysis<|message|>B<|end|>{HARMONY}final<|message|>Then.<|return|>"
            ),
            "AB",
            "First I look.Then.",
        ),
        ("<|channel|>final<|message|>one<|return|>", "", "one"),
        ("<|START_RESPONSE|>one<|END_RESPONSE|>", "", "one"),
        ("<|START_THINKING|>A<|END_THINKING|><|START_TEXT|>one<|END_TEXT|>", "A", "one"),
        ("<think>\nA\n</think>\n<answer>\none\n</answer>", "\nA\n", "\n\none\n"),
        ("<think>A</think><answer>one <think>B</think>two</answer>", "AB", "one two"),
        ("<think>A</think><answer>one</answer><think>B</think><answer>two</answer>", "AB", "onetwo"),
        ("<think>A</think>It is <answer>4</answer>.", "A", "It is <answer>4</answer>."),
        ("<think>A</think><answer>`</answer>` ends it</answer>", "A", "`</answer>` ends it"),
        ("<answer>4</answer>", "", "<answer>4</answer>"),
        ("Here's my thought process: A Here's my response: one", " A ", " one"),
        ("<|channel>thought\nA<channel|>one", "A", "one"),
        ("<|channel>thought", "", "<|channel>thought"),
        (
            "<|channel|>commentary to=f <|constrain|>json<|message|>{}<|call|>",
            "",
            "<|channel|>commentary to=f <|constrain|>json<|message|>{}<|call|>",
        ),
    ],
)
def test_answers_between_tags_of_their_own(text: str, thought: str, answer: str) -> None:
    assert _everyhow(text) == (thought, answer)


def test_apriels_prompt_opens_the_thought_and_the_answer_ends_in_a_tag() -> None:
    text = "1. Six sevens.\n[BEGIN FINAL RESPONSE]\n42.\n[END FINAL RESPONSE]\n"
    assert _everyhow(text, opens=True) == ("1. Six sevens.\n", "\n42.\n\n")


# ---- thinking again


@pytest.mark.parametrize(
    ("behind", "thought", "answer"),
    [
        ("one <think>B</think>two", "B", "one two"),
        ("one\n<think>\nB\n</think>\ntwo", "\nB\n", "one\n\ntwo"),
        ("one\n  <think> B</think>two", " B", "one\n  two"),
        ("\n\n<think>B</think>\n\ntwo", "B", "\n\n\n\ntwo"),
        ("one <think>B</think>two <think>C</think>three", "BC", "one two three"),
        ("one <think>B", "B", "one "),
        ("one\n<think>", "", "one\n"),
        ("one <think>", "", "one <think>"),
        ("one <think></think> two", "", "one <think></think> two"),
        ("one <think></th", "</th", "one "),
        ("one <think> two</think>", "", "one <think> two</think>"),
        ("one<think>B</think>", "", "one<think>B</think>"),
        ("Use <think> and </think> tags.", "", "Use <think> and </think> tags."),
        ("Tags: <think>…</think>, <think>...</think>.", "", "Tags: <think>…</think>, <think>...</think>."),
        ("It begins with <think>, ends with </think>.", "", "It begins with <think>, ends with </think>."),
        ("the `<think>` tag", "", "the `<think>` tag"),
        ("the ` <think>B` tag", "", "the ` <think>B` tag"),
        ("the `` ` <think>B `` tag", "", "the `` ` <think>B `` tag"),
        ("a ` alone <think>B</think> and\n\n<think>C</think>x", "C", "a ` alone <think>B</think> and\n\nx"),
        ('(<think>) "<think>" <<think>>', "", '(<think>) "<think>" <<think>>'),
        ("```\n<think>B</think>\n```\n<think>C</think>x", "C", "```\n<think>B</think>\n```\nx"),
        ("~~~ xml\n<think>B\n```\n<think>\n~~~~\n<think>C</think>x", "C", "~~~ xml\n<think>B\n```\n<think>\n~~~~\nx"),
        ("- ```\n  <think>B\n  ```\n<think>C</think>x", "C", "- ```\n  <think>B\n  ```\nx"),
        ("> ```\n> <think>B\n> ```\n\n<think>C</think>x", "C", "> ```\n> <think>B\n> ```\n\nx"),
        ("```a``` <think>C</think>x", "C", "```a``` x"),
        ("````\n```\n<think>B\n````\n<think>C</think>x", "C", "````\n```\n<think>B\n````\nx"),
        ("one <thinking>B</thinking>two", "", "one <thinking>B</thinking>two"),
        ("one\r\n<think>B</think>\r\ntwo", "B", "one\r\n\r\ntwo"),
    ],
)
@pytest.mark.parametrize("opens", [False, True])
def test_a_further_thought_begins_where_nobody_would_quote_its_tag(
    behind: str, thought: str, answer: str, opens: bool
) -> None:
    begin = "A</think>" if opens else "<think>A</think>"
    assert _everyhow(begin + behind, opens) == ("A" + thought, answer)


def test_whether_thinking_is_finished_when_it_begins_again() -> None:
    splitter = ReasoningSplitter(False)
    seen = [
        (splitter.feed(piece), splitter.finished_thinking)[1]
        for piece in ("<think>A", "</think>one", " <think>B", "</think>", "two")
    ]
    assert seen == [False, True, False, True, True]


def test_an_empty_answer_stands_between_thoughts_that_touch() -> None:
    splitter = ReasoningSplitter(False)
    assert splitter.read("<think>A</think><think>B") == [("reasoning", "A"), ("answer", ""), ("reasoning", "B")]
    assert splitter.read("</think>c<think>") == [("answer", "c<think>")]


@pytest.mark.parametrize(
    ("behind", "text", "parts"),
    [
        ("one ", "<think>B</think>two", [("reasoning", "B"), ("answer", "two")]),
        ("one", "<think>B", [("answer", "<think>B")]),
        ("```\n", "<think>B", [("answer", "<think>B")]),
        ("", "<think>B", [("reasoning", "B")]),
    ],
)
def test_inside_an_answer_it_is_known_what_stands_before(behind: str, text: str, parts: list[tuple[str, str]]) -> None:
    splitter = ReasoningSplitter.inside("answer", behind=behind)
    assert splitter.finished_thinking
    assert [*splitter.feed(text), *splitter.flush()] == parts


def test_inside_a_thought_its_models_tag_closes_it() -> None:
    splitter = ReasoningSplitter.inside("reasoning", thinking_tags=("<plan>", "</plan>"))
    assert splitter.feed("a</think>b</plan>c") == [("reasoning", "a</think>b"), ("answer", "c")]


# ---- which tags


def test_tags_that_are_given_are_read_besides_the_table() -> None:
    for tags in (("<plan>", "</plan>"), [("<plan>", "</plan>"), ["%%", "%%%"]]):
        assert _everyhow("<plan>A</plan>one <plan>B</plan>two", tags=tags) == ("AB", "one two")
        assert _everyhow("A</plan>one", opens=True, tags=tags) == ("A", "one")
        assert _everyhow("<think>A</think>one", tags=tags) == ("A", "one")
    assert _everyhow("%%A%%%one", tags=[("<plan>", "</plan>"), ("%%", "%%%")]) == ("A", "one")
    assert _everyhow("<a>A</b>1", tags=[("<a", "a>"), ("<a>", "</b>")]) == ("A", "1"), "the longer of two"
    assert _everyhow("<a-A-a>1", tags=[("<a", "a>"), ("<a>", "</b>")]) == ("-A-", "1")
    assert _everyhow("A%%1", opens=True, tags=[("(", "%"), ("((", "%%")]) == ("A", "1")


@pytest.mark.parametrize(
    "given",
    [
        "<plan>",
        ("<plan>",),
        ("<plan>", ""),
        ("<p>", "<p>"),
        (" ", "x"),
        [("a", "b", "c")],
        7,
        [("a", 1)],
        [None],
        ("a" * 101, "b"),
    ],
)
def test_what_can_be_no_tags(given: object) -> None:
    with pytest.raises(SettingsError, match="thinking_tags="):
        tags_from(given)


def test_a_models_files_name_its_tags() -> None:
    row = {tags.open[0]: tags for tags in TABLE}

    def named(template: str = "", before_reply: str = "", tokens: set[str] = frozenset()) -> Tags | None:  # type: ignore[assignment]
        return named_by(template, before_reply, tokens)

    assert named() is None
    assert named("{{ '<think>' }}") is row[OPEN]
    assert named("content.split('</think>')[-1]") is row[OPEN]
    assert named(tokens={"[THINK]", "[/THINK]", "<s>"}) is row["[THINK]"]
    assert named(tokens={"[THINK]"}) is None
    assert named("{# <thinking> blocks #}", "Here are my reasoning steps:\n") is row["Here are my reasoning steps:"]
    assert named("'<seed:think>'", tokens={OPEN, CLOSE}) is row["<seed:think>"]
    assert named("<|start|>assistant<|channel|>analysis<|message|>") is row["<|channel|>analysis<|message|>"]
    assert named("<|end|>") is None, "which Phi's templates have too"


def test_no_tag_is_the_beginning_of_another() -> None:
    begins = [mark for tags in TABLE for mark in tags.begin]
    assert [a for a in begins for b in begins if a != b and b.startswith(a)] == []
    ends = [mark for tags in TABLE for mark in tags.close]
    assert [a for a in ends for b in ends if a != b and b.startswith(a)] == []


def test_the_page_on_tags_names_every_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reasoning.md").read_text(encoding="utf-8").replace("\\|", "|")
    said = page.replace("(or Here's)", "Here's my thought process: Here's my response:")
    assert [mark for tags in TABLE for mark in (tags.open[0], *tags.close) if mark.strip() not in said] == []
    assert [tags.users for tags in TABLE if re.split("[,;(]", tags.users)[0].strip() not in page] == []
