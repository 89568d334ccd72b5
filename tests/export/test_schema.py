"""docs/conversation.schema.json says what a stored conversation is; files that were kept once can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from r1widget.check.answer_trace import AnswerTrace, Boundary
from r1widget.check.asked_again import Check
from r1widget.check.notes import VERDICTS, Note, Verdict
from r1widget.check.sample import Sample
from r1widget.conversation import FORMAT, Conversation, FinishReason, Origin, State, ThinkingEnd, Turn
from r1widget.conversation.turn import clean
from r1widget.conversation.version import Part, Version
from r1widget.errors import ConversationError
from r1widget.export.data import conversation_data, conversation_json
from r1widget.reasoning import Kind

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "conversation.schema.json").read_text("utf-8"))
SCHEMA_OF = SCHEMA["$defs"]
VALIDATOR = Draft202012Validator(SCHEMA)
KEPT = Path(__file__).parent / "kept"
"""As they were written on the day that the format was published. They stay as they are."""

_texts = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["\ud83e", "\x00\x1b", "</think>", "\u2028", "⟦end⟧", "\ufdd0"]
)
_kinds, _origins = st.sampled_from(get_args(Kind)), st.sampled_from(get_args(Origin))
_numbers, _truths = st.integers(0, 9_999), st.booleans()
_records = st.fixed_dictionaries(
    {},
    optional={
        "model": _texts.map(clean),
        "seed": st.none() | st.integers(),
        "settings": st.dictionaries(
            _texts.map(clean), st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
        ),
        "tokens": st.dictionaries(st.sampled_from(["prompt", "reasoning", "answer", "others"]), _numbers),
        "seconds": st.dictionaries(st.sampled_from(["thinking", "total"]), st.floats(0, 1e6)),
        "notes": st.lists(_texts.map(clean), max_size=2),
    },
)


_samples = st.builds(
    Sample,
    answer=_texts.map(clean),
    reasoning=_texts.map(clean),
    finish_reason=st.sampled_from(["stop", "length"]),
    thinking_ended_by=st.none() | st.sampled_from(get_args(ThinkingEnd)),
    tokens=_numbers,
    seed=st.none() | _numbers,
)
_several = st.lists(_samples, max_size=3).map(tuple)
_boundaries = st.lists(st.builds(Boundary, step=_numbers, at=_numbers, samples=_several), max_size=3).map(tuple)
_notes = st.builds(
    Note,
    kind=_kinds,
    start=_numbers,
    end=_numbers,
    verdict=st.none() | st.sampled_from(VERDICTS),
    text=_texts.map(clean),
    is_prediction=_truths,
)


@st.composite
def conversations(draw: st.DrawFn, *, ended: bool = False) -> Conversation:
    """A tree in which anything hangs below anything, of any text, some of it still being written."""
    conversation = Conversation()
    for _ in range(draw(st.integers(0, 6))):
        turns = conversation.all_turns
        if draw(_truths) and turns:
            of = draw(st.sampled_from(turns))
            part, fork = draw(st.sampled_from(get_args(Part))), draw(st.none() | st.just("ab12"))
            turn = Turn(draw(_texts), parent=of.parent, version=Version(of.id, part, draw(_numbers), fork))
            conversation.insert(turn)
        else:
            if turns:
                conversation.select(draw(st.sampled_from(turns)))
            turn = conversation.add(draw(_texts))
        for kind, text, origin in draw(st.lists(st.tuples(_kinds, _texts.map(clean), _origins), max_size=5)):
            turn.append(kind, text, origin)
        for number in range(draw(st.integers(0, 3))):
            turn.timeline.add(number * 70, number, number / 3)
        turn.record = draw(_records)
        turn.notes = tuple(draw(st.lists(_notes, max_size=2)))
        if draw(_truths):
            turn.check = Check(turn.answer, draw(_several), turn.question)
            turn.answer_trace = AnswerTrace(turn.answer, draw(_boundaries))
        turn.state = draw(st.sampled_from(get_args(State)))
        if ended or turn.state == "ended":
            turn.end(
                draw(st.sampled_from(get_args(FinishReason))),
                thinking_ended_by=draw(st.none() | st.sampled_from(get_args(ThinkingEnd))),
                error=draw(st.none() | _texts.map(clean)),
            )
    return conversation


def wrong(data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}"[:200] for error in VALIDATOR.iter_errors(data)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@settings(max_examples=200)
@given(conversations(), st.sampled_from(["folded", "none"]))
def test_what_is_written_is_as_the_schema_says(conversation: Conversation, reasoning: Any) -> None:
    data = json.loads(clean(conversation_json(conversation, reasoning)))
    assert wrong(data) == []
    back = Conversation.from_dict(data)
    assert [turn.id for turn in back.turns] == [turn.id for turn in conversation.turns]
    assert wrong(back.to_dict()) == []


@settings(max_examples=100)
@given(conversations(ended=True))
def test_what_is_written_comes_back(conversation: Conversation) -> None:
    data = json.loads(clean(conversation_json(conversation)))
    assert Conversation.from_dict(data) == conversation


def test_the_schema_knows_what_the_package_knows() -> None:
    assert SCHEMA["properties"]["format"] == {**SCHEMA["properties"]["format"], "const": FORMAT}
    for of, name, values in (
        ("turn", "state", State),
        ("turn", "finish_reason", FinishReason),
        ("turn", "thinking_ended_by", ThinkingEnd),
        ("span", "kind", Kind),
        ("span", "origin", Origin),
        ("version", "part", Part),
        ("sample", "finish_reason", FinishReason),
        ("note", "kind", Kind),
        ("note", "verdict", Verdict),
    ):
        assert SCHEMA_OF[of]["properties"][name]["enum"] == list(get_args(values)), name


def whole() -> dict[str, Any]:
    """A conversation in which everything that can be there is."""
    conversation = Conversation()
    first = conversation.add("What?")
    first.append("reasoning", "Hm.", "person")
    first.append("answer", "So.")
    first.record = {"model": "m", "seed": 1, "tokens": {"answer": 1}, "scores": {"answer": {"mean_entropy": 0.1}}}
    first.timeline.add(3, 1, 0.5)
    sample = Sample("4", "Hm", "length", "length", 3, 1)
    first.check = Check("So.", (sample,))
    first.answer_trace = AnswerTrace("So.", (Boundary(0, 0, (sample,)),))
    first.notes = (Note("reasoning", 0, 3, "wrong", "No.", True),)
    first.end("error", thinking_ended_by="model", error="It failed.")
    version = conversation.insert(Turn("What?", version=Version(first.id, "answer", 2, "fork")))
    version.end("stop")
    conversation.add("And?").end("cancelled")
    return conversation.to_dict()


def test_all_that_is_written_is_described() -> None:
    data = whole()
    assert set(data) <= set(SCHEMA["properties"])
    for turn in data["turns"]:
        assert set(turn) <= set(SCHEMA_OF["turn"]["properties"])
        assert set(turn.get("version", ())) <= set(SCHEMA_OF["version"]["properties"])
        for span in turn.get("spans", ()):
            assert set(span) <= set(SCHEMA_OF["span"]["properties"])
        for name, part in turn.get("checks", {}).items():
            assert name in SCHEMA_OF["checks"]["properties"]
            for note in part if name == "notes" else ():
                assert set(note) == set(SCHEMA_OF["note"]["properties"])
            boundaries = part["boundaries"] if name == "answer_trace" else []
            assert all(set(boundary) == set(SCHEMA_OF["boundary"]["properties"]) for boundary in boundaries)
            for compared in [part] if name == "check" else boundaries:
                assert all(set(each) == set(SCHEMA_OF["sample"]["properties"]) for each in compared["samples"])
    described = [SCHEMA, *SCHEMA_OF.values()]
    assert all(one.get("description") or one.get("title") for one in described)


def _set(data: dict[str, Any], *path: Any) -> None:
    *first, last, value = path
    for key in first:
        data = data[key]
    data[last] = value


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data.pop("format"), id="no format"),
        pytest.param(lambda data: _set(data, "format", 2), id="another format"),
        pytest.param(lambda data: _set(data, "format", "1"), id="the format a text"),
        pytest.param(lambda data: data.pop("active"), id="no active turn named"),
        pytest.param(lambda data: _set(data, "active", None), id="no active turn"),
        pytest.param(lambda data: data.pop("turns"), id="no turns"),
        pytest.param(lambda data: _set(data, "turns", {}), id="turns that are no list"),
        pytest.param(lambda data: _set(data, "turns", 0, "a turn"), id="a turn that is a text"),
        pytest.param(lambda data: data["turns"][0].pop("id"), id="no id"),
        pytest.param(lambda data: _set(data, "turns", 0, "id", 7), id="a number for an id"),
        pytest.param(lambda data: data["turns"][0].pop("question"), id="no question"),
        pytest.param(lambda data: _set(data, "turns", 0, "question", ["What?"]), id="a question in a list"),
        pytest.param(lambda data: _set(data, "turns", 2, "parent", 7), id="a number for a parent"),
        pytest.param(lambda data: _set(data, "turns", 0, "finish_reason", "tired"), id="an unknown end"),
        pytest.param(lambda data: _set(data, "turns", 0, "thinking_ended_by", "nobody"), id="an unknown closing"),
        pytest.param(lambda data: _set(data, "turns", 0, "spans", "Hm."), id="spans that are a text"),
        pytest.param(lambda data: _set(data, "turns", 0, "spans", 0, "kind", "guess"), id="an unknown kind"),
        pytest.param(lambda data: _set(data, "turns", 0, "spans", 0, "origin", "ghost"), id="an unknown writer"),
        pytest.param(lambda data: data["turns"][0]["spans"][0].pop("text"), id="a span without text"),
        pytest.param(lambda data: _set(data, "turns", 0, "spans", 0, "text", None), id="a span of nothing"),
        pytest.param(lambda data: _set(data, "turns", 0, "timeline", 0, [3, 1]), id="a mark of two numbers"),
        pytest.param(lambda data: _set(data, "turns", 0, "timeline", 0, [3, 1, "x"]), id="a mark with a text"),
        pytest.param(lambda data: data["turns"][1]["version"].pop("of"), id="a version of nothing"),
        pytest.param(lambda data: _set(data, "turns", 1, "version", "part", "all"), id="an unknown part"),
        pytest.param(lambda data: _set(data, "turns", 0, "record", "long ago"), id="a record that is a text"),
    ],
)
def test_what_is_damaged_is_refused(damage: Callable[[dict[str, Any]], Any]) -> None:
    data = whole()
    assert wrong(data) == []
    damage(data)
    assert wrong(data) != []
    with pytest.raises(ConversationError):
        Conversation.from_dict(data)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: _set(data, "turns", 0, "state", "asleep"), id="an unknown state"),
        pytest.param(lambda data: _set(data, "turns", 0, "created", "yesterday"), id="a day by a word"),
        pytest.param(lambda data: _set(data, "turns", 1, "version", "at", -1), id="characters below none"),
        pytest.param(lambda data: _set(data, "turns", 0, "opens_thinking", "yes"), id="a word for a truth"),
        pytest.param(lambda data: _set(data, "chat", "THE CHAT"), id="a chat's id by words"),
        pytest.param(lambda data: _set(data, "name", 7), id="a name that is a number"),
        pytest.param(lambda data: _set(data, "model", "pocket"), id="a model that is a text"),
    ],
)
def test_what_a_reader_can_do_without_is_checked_too(damage: Callable[[dict[str, Any]], Any]) -> None:
    data = whole()
    damage(data)
    assert wrong(data) != []


def test_more_may_be_there() -> None:
    data = whole()
    known = Conversation.from_dict(data)
    data["else"] = data["turns"][0]["else"] = data["turns"][0]["spans"][0]["else"] = [1]
    assert wrong(data) == []
    assert Conversation.from_dict(data) == known
    data |= {"chat": "0123456789abcdef", "name": "sums", "model": {"name": "pocket", "revision": "x"}}
    data["turns"][0] |= {"opens_thinking": True, "tokens": "AAEC"}
    assert wrong(data) == []


@pytest.mark.parametrize("name", ["whole", "without-thoughts", "cut-off"])
def test_files_that_were_kept_can_be_read(name: str) -> None:
    data = json.loads((KEPT / f"{name}.json").read_text("utf-8"))
    assert wrong(data) == []
    conversation = Conversation.from_dict(data)
    again = conversation_data(conversation)
    assert wrong(again) == []
    assert [turn["spans"] for turn in again["turns"] if "spans" in turn] == [
        turn["spans"] for turn in data["turns"] if "spans" in turn
    ]
    assert again["active"] == data["active"]
    for turn in data["turns"]:
        for key in {"question", "created", "version", "record", "timeline", "error", "thinking_ended_by"} & set(turn):
            assert next(each for each in again["turns"] if each["id"] == turn["id"])[key] == turn[key], key


def test_what_kept_files_say() -> None:
    whole, bare, cut = (
        Conversation.from_dict(json.loads((KEPT / f"{name}.json").read_text("utf-8")))
        for name in ("whole", "without-thoughts", "cut-off")
    )
    assert [turn.question for turn in whole.turns] == ["What is 17 + 24?", "And 9 × 8?"]
    assert len(whole.turns[0].siblings) == 2 and whole.turns[0].version and whole.turns[0].version.part == "reasoning"
    assert "person" in {span.origin for span in whole.turns[0].spans}
    assert whole.turns[0].answer.endswith("$\\boxed{41}$") and whole.turns[0].steps[0].tokens is not None
    assert [turn.answer for turn in bare.all_turns] == [turn.answer for turn in whole.all_turns]
    assert {turn.reasoning for turn in bare.all_turns} == {""}
    first, longer, failed, half, waiting = cut.all_turns
    assert first.thinks_again and first.question == 'Why? 思 🧮 \u2028 \\ " <b>'
    assert longer.thinking_ended_by == "loop" and longer.siblings == (first, longer)
    assert failed.error == "The server refused (401)."
    assert half.finish_reason == waiting.finish_reason == "cancelled" and half.reasoning == "Half a thou"
