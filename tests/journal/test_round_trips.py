"""A conversation of any text and shape comes back equal: from the journal, from `.json`, from `.ipynb`, and from a notebook's outputs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from r1widget import Conversation
from r1widget.conversation.turn import Turn
from r1widget.export import stored, write
from r1widget.journal import reading
from r1widget.journal.book import About, Book
from r1widget.journal.schema import open_to_read
from r1widget.journal.store import Store
from tests.export.test_schema import conversations


def ended(conversation: Conversation) -> Conversation:
    """As it is read again: what was being written has been cancelled."""
    again = Conversation.from_dict(conversation.to_dict())
    for turn, read in zip(conversation.all_turns, again.all_turns, strict=True):
        if turn.state != "ended":
            read.record["interrupted"] = "kernel"
    return again


def through_the_journal(conversation: Conversation) -> Conversation:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        book = Book(About(id="ab12", model={"name": "any"}), lambda: conversation.leaf, lambda said: None)
        for turn in conversation.all_turns:
            book.mark(turn)
        store = Store(path)
        store.write([book.unwritten()])
        store.close()
        journal = open_to_read(path)
        try:
            return reading.load(journal, path, "ab12")[1]
        finally:
            journal.close()


def through_a_file(conversation: Conversation, suffix: str) -> Conversation:
    with tempfile.TemporaryDirectory() as folder:
        path = write(conversation, Path(folder) / f"chat{suffix}")
        return stored.conversations_in(path)[0].conversation


def through_outputs(conversation: Conversation) -> Conversation:
    """Its turns one by one, each in an output of its own, as JSON has them."""
    outputs = [
        {"data": {stored.MIME: stored.branch_data({"chat": "ab12"}, conversation, [turn])}}
        for turn in conversation.turns
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.ipynb"
        path.write_text(json.dumps({"cells": [{"id": "c1", "outputs": outputs}]}), "utf-8")
        return stored.conversations_in(path)[0].conversation


@given(conversation=conversations())
@settings(max_examples=60)
def test_through_the_journal(conversation: Conversation) -> None:
    if conversation.all_turns:
        assert through_the_journal(conversation) == ended(conversation)


@given(conversation=conversations())
@settings(max_examples=60)
@pytest.mark.parametrize("suffix", [".json", ".ipynb"])
def test_through_a_file(suffix: str, conversation: Conversation) -> None:
    assert through_a_file(conversation, suffix) == ended(conversation)


@given(conversation=conversations())
@settings(max_examples=60)
def test_through_the_outputs_of_a_notebook(conversation: Conversation) -> None:
    """The active branch, and all that begins beside it: which is everything."""
    if conversation.all_turns:
        assert through_outputs(conversation) == ended(conversation)


def long_and_deep() -> Conversation:
    """A hundred thousand characters of many scripts, and a tree of five hundred turns."""
    conversation = Conversation()
    signs = "a é 中 ع \U0001f600 \x00 \x1b \u2028 ``` </script> <!-- \\boxed{1} \n"
    for number in range(500):
        turn = conversation.add(f"{number}: {signs}")
        turn.append("reasoning", signs * (3000 if number == 7 else 1))
        turn.append("answer", f"{number}")
        turn.end("stop", thinking_ended_by="model")
        if number % 50 == 49:
            version = conversation.insert(
                Turn.from_dict({**turn.to_dict(), "id": f"v{number}", "version": {"of": turn.id, "part": "reasoning"}})
            )
            conversation.select(version)
    assert len(conversation.turns[7].reasoning) > 100_000
    return conversation


def test_long_and_deep() -> None:
    conversation = long_and_deep()
    assert through_the_journal(conversation) == conversation
    assert through_a_file(conversation, ".json") == conversation
    assert through_a_file(conversation, ".ipynb") == conversation


def test_of_a_chat_that_is_too_large_the_oldest_thoughts_are_left_out_of_an_output_and_it_says_so() -> None:
    conversation = Conversation()
    for number in range(8):
        turn = conversation.add(f"Question {number}?")
        turn.append("reasoning", f"{number} " * 50_000)
        turn.append("answer", f"Answer {number}.")
        turn.end("stop", thinking_ended_by="model")
    data = stored.branch_data({}, conversation, conversation.turns)
    assert len(json.dumps(data)) < 1.1 * stored.MOST
    thoughts = [[span["kind"] for span in turn["spans"]] for turn in data["turns"]]
    assert thoughts == [["answer"]] * 4 + [["reasoning", "answer"]] * 4
    assert data["turns"][0]["record"]["left_out"] == ["reasoning"]
    assert [turn.answer for turn in Conversation.from_dict(data).turns] == [f"Answer {number}." for number in range(8)]


def test_where_an_output_is_gone_the_rest_is_read() -> None:
    conversation = Conversation()
    for number in range(4):
        turn = conversation.add(f"Question {number}?")
        turn.append("answer", f"Answer {number}.")
        turn.end("stop")
    parts = [
        stored.branch_data({"chat": "ab12"}, conversation, [turn])
        for turn in conversation.turns
        if turn is not conversation.turns[1]
    ]
    older = {**parts[0], "turns": [{**parts[0]["turns"][0], "state": "running", "spans": []}]}
    cells = [
        {"id": f"c{number}", "outputs": [{"data": {stored.MIME: part}}]} for number, part in enumerate([*parts, older])
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.ipynb"
        path.write_text(json.dumps({"cells": cells}), "utf-8")
        (there,) = stored.conversations_in(path)
    assert [turn.question for turn in there.conversation.turns] == ["Question 0?", "Question 2?", "Question 3?"]
    assert there.conversation.turns[0].answer == "Answer 0.", "what is worth more of two"
    assert there.cells == {"c0", "c1", "c2", "c3"}
