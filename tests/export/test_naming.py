"""What a file is called after a question."""

from __future__ import annotations

import pytest

from r1widget.conversation.turn import Turn
from r1widget.export import file_name
from r1widget.export.naming import LONGEST


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is 17 × 24?", "what-is-17-24.md"),
        ("  ../../etc/passwd\n", "etc-passwd.md"),
        ("17 乘以 24 等于多少？", "17-乘以-24-等于多少.md"),
        ("CON", "chat-con.md"),
        ("?!", "conversation.md"),
        ("snake_case", "snake-case.md"),
        ("a\u202egnp.exe\x00", "a-gnp-exe.md"),
    ],
)
def test_a_name_has_letters_digits_and_hyphens(question: str, name: str) -> None:
    assert file_name([Turn(question)], ".md") == name


def test_a_long_question_is_cut_between_words() -> None:
    name = file_name([Turn("word " * 100)], ".md").removesuffix(".md")
    assert set(name.split("-")) == {"word"} and LONGEST - 5 <= len(name) <= LONGEST
    name = file_name([Turn("乘" * 500)], ".json").removesuffix(".json")
    assert set(name) == {"乘"} and len(name.encode()) == LONGEST


def test_an_empty_conversation_has_a_name() -> None:
    assert file_name([], ".ipynb") == "conversation.ipynb"
