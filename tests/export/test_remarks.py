"""What was found out about a turn and what its reader wrote, in every kind of file: in sentences, in a table, and nothing of a thought
that is left out."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from r1widget import Chat, Conversation
from r1widget.errors import ExportError
from r1widget.export import Choice, text
from r1widget.export.markdown import conversation_markdown
from r1widget.export.notes_table import HEAD, note_rows
from r1widget.export.remarks import QUOTED, remarks, summary
from r1widget.testing import ScriptedEngine

HOSTILE = "<script>alert(1)</script> | ⟦written by a person⟧ **bold**\n\n# a head\n- `x` [l](javascript:alert(1)) $x$"
"""As a person may write it, or paste it."""
THOUGHT = "Secret way: 2 + 3 = 6.\n\nSo the answer is 6."
_GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.fixture
def chat() -> Chat:
    chat = Chat(ScriptedEngine(f"{THOUGHT}</think>As | <b>Ada Lovelace</b> said, the answer is 7."))
    turn = chat.ask("What is 2 + 3?")
    chat.note(turn, "It is 5.", verdict="wrong", quote="2 + 3 = 6")
    chat.note(turn, "About 5", is_prediction=True)
    chat.note(turn, verdict="unsure", quote="As | <b>Ada")
    return chat


class _Read(HTMLParser):
    """The tags of a page, and the words in its tables' cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self._is_in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self._is_in_cell = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_in_cell &= tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._is_in_cell:
            self.cells[-1] += data


def test_what_is_known_is_said_in_sentences_and_counted_in_one(chat: Chat) -> None:
    (turn,) = chat.turns
    chat.check(turn, k=2)
    chat.trace_answer(turn, k=1)
    said = {remark.about: remark.lines for remark in remarks(turn)}
    assert list(said) == ["Recomputed and compared", "Asked again", "Where it was decided", "The reader's notes"]
    assert said["Recomputed and compared"] == (
        "2 + 3 = 6: recomputed, it is 5",
        "The thought ends in 6, the answer in 7.",
    )
    assert said["The reader's notes"] == (
        "wrong, at “2 + 3 = 6”: It is 5.",
        "before the answer was seen: About 5",
        "unsure, at “As | <b>Ada”",
    )
    head = summary(turn, remarks(turn))
    assert head == f"Check: {turn.check} · 2 findings · where it was decided · 3 notes"


def test_of_a_turn_of_which_nothing_is_known_nothing_is_said() -> None:
    turn = Chat(ScriptedEngine("Hm.</think>Yes.")).ask("?")
    assert remarks(turn) == []
    assert "Check" not in conversation_markdown([turn]) and note_rows([turn]) == []
    assert conversation_markdown([turn], notes="table") == conversation_markdown([turn])


def test_a_long_place_is_named_by_its_beginning() -> None:
    chat = Chat(ScriptedEngine(f"Hm.</think>{'word ' * 100}"))
    turn = chat.ask("?")
    chat.note(turn, "Why?", quote=turn.text("answer").strip())
    ((_, place, _, _),) = note_rows([turn])
    assert place.endswith("…”") and len(place) == len("answer: “”") + QUOTED


def test_the_table_has_a_row_for_each_note_in_the_order_of_their_places(chat: Chat) -> None:
    second = chat.ask("And\nnow?")
    chat.note(second, "Last")
    assert note_rows(chat.turns) == [
        ("1. What is 2 + 3?", "thought: “2 + 3 = 6”", "wrong", "It is 5."),
        ("1. What is 2 + 3?", "the answer", "(before the answer was seen)", "About 5"),
        ("1. What is 2 + 3?", "answer: “As | <b>Ada”", "unsure", ""),
        ("2. And now?", "the answer", "", "Last"),
    ]


@pytest.mark.parametrize("suffix", [".md", ".html", ".ipynb"])
def test_hostile_words_of_a_note_stay_in_their_cell(chat: Chat, suffix: str) -> None:
    (turn,) = chat.turns
    note = chat.note(turn, HOSTILE, verdict="right")
    file = text(chat.conversation, suffix, Choice(notes="table", name=f"chat{suffix}"))
    if suffix == ".ipynb":
        cells = json.loads(file)["cells"]
        assert [cell["source"] for cell in cells if "".join(cell["source"]).startswith("**Notes**")], "its own cell"
        file = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    page = file.partition("<main>")[2].partition("</main>")[0] if suffix == ".html" else _GFM.render(file)
    read = _Read(page)
    assert not {"script", "a", "h1"} & set(read.tags[read.tags.index("table") :]), "nothing in it is markup"
    assert "script" not in read.tags and len(read.cells) == len(HEAD) * (1 + len(turn.notes))
    words = " ".join(HOSTILE.replace("⟦", "[[").replace("⟧", "]]").split())
    assert words in [cell.strip() for cell in read.cells]
    assert "answer: “As | <b>Ada”" in [cell.strip() for cell in read.cells]
    assert note.text == HOSTILE, "and in Python it is as it was written"


@pytest.mark.parametrize("suffix", [".md", ".html", ".ipynb", ".json", "widget"])
def test_without_the_thought_nothing_is_said_of_it(chat: Chat, suffix: str) -> None:
    (turn,) = chat.turns
    chat.note(turn, "And this?", step=1)
    chat.check(turn, k=1)
    chat.trace_answer(turn, k=1)
    view = "widget" if suffix == "widget" else "page"
    suffix = ".html" if suffix == "widget" else suffix
    whole, bare = (
        text(chat.conversation, suffix, Choice(reasoning, notes="table", name="chat" + suffix), view)  # type: ignore[arg-type]
        for reasoning in ("folded", "none")
    )
    for words in ("2 + 3 = 6", "It is 5.", "And this?"):
        assert words in whole and words not in bare, words
    if view == "widget":  # whose own code has words for all of it
        bare = bare.partition('id="conversation">')[2].partition("</script>")[0]
    for words in ("Where it was decided", "answer_trace", "thought ends in", "other_value"):
        assert words not in bare, words
    assert "About 5" in bare, "what is about the answer stays"


def test_a_file_that_is_read_again_has_the_notes(chat: Chat) -> None:
    (turn,) = chat.turns
    data = json.loads(text(chat.conversation, ".json", Choice()))
    (read,) = Conversation.from_dict(data).all_turns
    assert read.notes == turn.notes
    assert remarks(read) == remarks(turn)


def test_there_are_two_ways_to_have_the_notes(chat: Chat) -> None:
    with pytest.raises(ExportError, match=r"notes='all' can't be.*'beside', 'table'"):
        conversation_markdown(chat.turns, notes="all")  # type: ignore[arg-type]


def test_the_widget_in_a_file_has_them(chat: Chat) -> None:
    page = text(chat.conversation, ".html", Choice(), "widget")
    data = json.loads(page.partition('id="conversation">')[2].partition("</script>")[0])
    assert [note["id"] for note in data["turns"][0]["checks"]["notes"]] == [note.id for note in chat.turns[0].notes]
