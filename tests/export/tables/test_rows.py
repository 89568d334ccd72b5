"""`rows`: each table's rows as plain values, of the type that its columns say; and the page that says it to readers."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat, Conversation
from r1widget.conversation.scores import Score
from r1widget.errors import ExportError
from r1widget.export.tables import TABLES, rows
from r1widget.testing import ScriptedEngine

PAGE = Path(__file__).parents[3] / "docs" / "data.md"
CHECKED = ("findings", "support", "samples", "notes")
PYTHON: dict[str, type] = {
    "text": str,
    "whole number": int,
    "number": float,
    "yes or no": bool,
    "time": datetime,
}


@pytest.fixture(scope="module")
def chat() -> Chat:
    """Two questions, the first of which was asked again and edited."""
    chat = Chat("pocket", settings={"seed": 7, "thinking_budget": 400})
    first = chat.ask("What is 17 × 24?")
    chat.wait(chat.regenerate(first, temperature=0))
    chat.wait(chat.edit_reasoning(first, "I want 17 × 24.\n"))
    chat.ask("What is 2 + 3?")
    return chat


@pytest.fixture(scope="module")
def checked() -> Chat:
    """A turn of which something is known beyond its text."""
    chat = Chat(ScriptedEngine("Two and three: 2 + 3 = 6.\n\nSo it is 6.</think>In 1999 Ada Lovelace said: it is 6."))
    turn = chat.ask("What is 2 + 3?")
    chat.check(turn, k=2)
    chat.trace_answer(turn, k=1)
    chat.note(turn, "It is 5.", verdict="wrong", quote="2 + 3 = 6")
    chat.note(turn, "About 5", is_prediction=True)
    return chat


@pytest.mark.parametrize("table", TABLES)
def test_each_row_has_each_column_in_its_type(chat: Chat, checked: Chat, table: str) -> None:
    found = rows((checked if table in CHECKED else chat).conversation, table)
    assert found
    for row in found:
        assert list(row) == [column.name for column in TABLES[table]]
        for name, type, _ in TABLES[table]:
            assert row[name] is None or row[name].__class__ is PYTHON[type], (name, row[name])
    known = {name for row in found for name, value in row.items() if value is not None}
    unknown = {column.name for column in TABLES[table]} - known
    assert unknown <= {"error", "fork"}, "nothing made them"


def test_there_is_a_row_for_every_turn_with_what_the_turn_says(chat: Chat) -> None:
    found = rows(chat.conversation, "turns")
    assert [row["id"] for row in found] == [turn.id for turn in chat.conversation.all_turns]
    assert {row["id"] for row in found if row["active"]} == {turn.id for turn in chat.turns}
    turn, row = chat.conversation.all_turns[0], found[0]
    for name in ("parent", "question", "reasoning", "answer", "finish_reason", "thinking_ended_by", "state", "error"):
        assert row[name] == getattr(turn, name)
    assert row["created"] == datetime.fromisoformat(turn.created) and row["created"].tzinfo is timezone.utc
    assert (row["model"], row["device"], row["seed"], row["temperature"]) == ("pocket", "cpu", 7, 0.6)
    assert (row["max_tokens"], row["thinking_budget"]) == (8192, 400)
    assert row["tokens_reasoning"] == turn.record["tokens"]["reasoning"]
    assert row["seconds_thinking"] == turn.record["seconds"]["thinking"]
    assert row["mean_logprob_answer"] == turn.record["scores"]["answer"]["mean_logprob"]
    assert [row["temperature"] for row in found[:2]] == [0.6, 0.0]
    assert found[0]["characters_by_others"] == 0 < found[2]["characters_by_others"] <= len("I want 17 × 24.\n")


def test_steps_are_those_of_the_turns(chat: Chat) -> None:
    found = rows(chat.conversation, "steps")
    turn = chat.conversation.all_turns[0]
    mine = [row for row in found if row["turn"] == turn.id]
    assert [(row["number"], row["text"], row["seconds"]) for row in mine] == [
        (number, step.text, step.seconds) for number, step in enumerate(turn.steps)
    ]
    assert "".join(row["text"] for row in mine) == turn.reasoning


def test_tokens_have_what_the_model_made_of_them(chat: Chat) -> None:
    turn = chat.conversation.all_turns[0]
    mine = [row for row in rows(chat.conversation, "tokens") if row["turn"] == turn.id]
    assert [row["index"] for row in mine] == list(range(len(turn.scores)))
    assert "".join(row["text"] for row in mine if row["kind"] == "answer") == turn.text("answer")
    for row, score in zip(mine, turn.scores, strict=True):
        assert (row["id"], row["logprob"], row["entropy"]) == (score.id, score.logprob, score.entropy)
        assert row["probability"] == math.exp(score.logprob)
        pairs = json.loads(row["alternatives"] or "[]")
        assert [text for text, _ in pairs] == [one.text for one in score.alternatives]
        assert (row["alternatives"] is None) == (row["probability"] >= 0.9)
        assert row["text"] == turn.text(row["kind"])[row["start"] : row["end"]]
    for number, step in enumerate(turn.steps):
        assert "".join(row["text"] for row in mine if row["step"] == number).strip() == step.text.strip()
    assert all(row["step"] is None for row in mine if row["kind"] == "answer")


def test_versions_are_the_turns_that_are_not_alone_in_their_place(chat: Chat) -> None:
    first, again, edited, alone = chat.conversation.all_turns
    found = {row["turn"]: row for row in rows(chat.conversation, "versions")}
    assert list(found) == [first.id, again.id, edited.id] and alone.id not in found
    assert {row["first"] for row in found.values()} == {first.id}
    assert [row["of"] for row in found.values()] == [None, first.id, first.id]
    assert [row["made"] for row in found.values()] == [
        "asked",
        "regenerated",
        "the thought was edited by a person, and went on",
    ]
    assert [(row["part"], row["at"]) for row in found.values()][:2] == [(None, None), ("reasoning", 0)]
    assert found[edited.id]["active"] and not found[first.id]["active"]


def test_what_was_found_out_and_noted_has_rows(checked: Chat) -> None:
    (turn,) = checked.turns
    finding, *_ = rows(checked.conversation, "findings")
    assert (finding["what"], finding["kind"], finding["text"], finding["right"]) == (
        "arithmetic",
        "reasoning",
        "2 + 3 = 6",
        "5",
    )
    assert turn.text("reasoning")[finding["start"] : finding["end"]] == "2 + 3 = 6"
    support = {row["text"]: (row["count"], row["total"]) for row in rows(checked.conversation, "support")}
    assert support["1999"] == support["Ada Lovelace"] == (3, 3), "a script says the same each time"
    samples = rows(checked.conversation, "samples")
    assert [row["number"] for row in samples if row["of"] == "check"] == [0, 1]
    assert all(row["step"] is None for row in samples if row["of"] == "check")
    assert all(row["step"] is not None for row in samples if row["of"] == "answer_trace")
    assert {row["answer"] for row in samples if row["of"] == "check"} == {turn.answer}
    wrong, expected = rows(checked.conversation, "notes")
    assert (wrong["verdict"], wrong["place"], wrong["text"]) == ("wrong", "2 + 3 = 6", "It is 5.")
    assert (expected["place"], expected["start"], expected["end"], expected["is_prediction"]) == (None, 0, 0, True)
    assert wrong["created"].tzinfo is timezone.utc and wrong["id"] == turn.notes[0].id
    read = Conversation.from_dict(checked.conversation.to_dict())
    for table in CHECKED:
        assert rows(read, table) == rows(checked.conversation, table), table


def test_a_turn_without_probabilities_has_no_tokens(chat: Chat) -> None:
    read = Conversation.from_dict(chat.conversation.to_dict())
    assert rows(read, "tokens") == []
    for table in ("turns", "steps", "versions"):
        assert rows(read, table) == rows(chat.conversation, table)


def test_a_turn_that_waits_has_a_row_of_what_is_known() -> None:
    conversation = Conversation()
    conversation.add("?")
    (row,) = rows(conversation, "turns")
    assert (row["state"], row["question"], row["answer"], row["characters_by_others"]) == ("queued", "?", "", 0)
    assert row["tokens_prompt"] is row["model"] is row["seconds_total"] is row["finish_reason"] is None


@pytest.mark.parametrize(
    "record",
    [
        {"model": 3, "seed": 2**70, "settings": {"temperature": "hot", "max_tokens": 1.5}},
        {"model": ["x"], "seed": True, "settings": [], "tokens": 3, "seconds": {"total": "1"}, "scores": {"answer": 1}},
        {"tokens": {"prompt": 0, "answer": float("nan")}, "tokens_per_second": 10**400},
    ],
)
def test_what_a_column_cannot_have_is_left_out(record: dict[str, Any]) -> None:
    conversation = Conversation()
    turn = conversation.add("?")
    turn.record, turn.created = record, "yesterday"
    (row,) = rows(conversation, "turns")
    for name in ("model", "seed", "temperature", "max_tokens", "tokens_prompt", "tokens_answer", "created"):
        assert row[name] is None, name
    assert row["tokens_per_second"] is row["seconds_total"] is row["mean_logprob_answer"] is None


def test_times_of_any_zone_are_utc() -> None:
    conversation = Conversation()
    for text in ("2026-11-30T12:00:00+02:00", "2026-11-30T10:00:00Z", "2026-11-30T10:00:00"):
        conversation.add("?").created = text
    times = {row["created"] for row in rows(conversation, "turns")}
    assert times == {datetime(2026, 11, 30, 10, tzinfo=timezone.utc)}


def test_no_probability_is_above_one() -> None:
    conversation = Conversation()
    turn = conversation.add("?")
    turn.append("answer", "4.")
    turn.scores.add([Score(1, 1e-6, 0.0), Score(1, -1e9, 0.0)], "answer", 1)
    assert [row["probability"] for row in rows(conversation, "tokens")] == [1.0, 0.0]


def test_an_unknown_table_says_which_there_are() -> None:
    with pytest.raises(ExportError, match=r"no table 'turn'.*turns, steps, tokens, versions"):
        rows(Conversation(), "turn")


def test_the_page_has_each_column_with_its_type_and_meaning() -> None:
    page = PAGE.read_text("utf-8")
    for table, columns in TABLES.items():
        lines = [f"| `{name}` | {type} | {meaning} |" for name, type, meaning in columns]
        _, _, section = page.partition(f"\n## {table}\n")
        assert "\n".join(["| column | type | |", "|---|---|---|", *lines, ""]) in section.partition("\n## ")[0]
