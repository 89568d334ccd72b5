"""`Turn` and `Conversation`: the round trip first, then the tree, what a turn says of itself, and who may read it when."""

from __future__ import annotations

import copy
import json
import threading
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.conversation import FORMAT, Conversation, Span, Turn
from r1widget.errors import ConversationError, R1WidgetError


def _round(conversation: Conversation) -> Conversation:
    return Conversation.from_dict(json.loads(json.dumps(conversation.to_dict())))


def _ended(turn: Turn, answer: str = "") -> Turn:
    if answer:
        turn.append("answer", answer)
    turn.end("stop")
    return turn


# ---- as data

_spans = st.lists(
    st.tuples(
        st.sampled_from(["reasoning", "answer"]),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.sampled_from(["model", "person", "budget", "think_more"]),
    ),
    max_size=5,
)


@given(
    turns=st.lists(
        st.tuples(
            st.text(),
            _spans,
            st.sampled_from(["stop", "length", "cancelled", "error"]),
            st.sampled_from([None, "model", "budget", "user", "length", "loop"]),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_the_round_trip(turns: list[tuple[str, Any, Any, Any, bool]]) -> None:
    conversation = Conversation()
    for question, spans, finish_reason, ended_by, version in turns:
        if version and conversation.turns:
            turn = conversation.add_version(conversation.turns[len(conversation.turns) // 2], question)
        else:
            turn = conversation.add(question)
        for kind, text, origin in spans:
            turn.append(kind, text, origin)
        turn.record = {"seed": 3, "seconds": {"total": 1.5}}
        turn.end(finish_reason, thinking_ended_by=ended_by, error="It broke." if finish_reason == "error" else None)
    back = _round(conversation)
    assert back == conversation
    assert back.to_dict() == conversation.to_dict()
    assert [turn.id for turn in back.turns] == [turn.id for turn in conversation.turns]
    for one, other in zip(conversation.all_turns, back.all_turns, strict=True):
        assert other.siblings == one.siblings
        assert other.wait(0)
        assert (other.reasoning, other.answer, other.spans) == (one.reasoning, one.answer, one.spans)


def test_the_dictionary() -> None:
    conversation = Conversation()
    turn = conversation.add("2 + 2?")
    turn.append("reasoning", "Hm")
    turn.append("answer", "4", "person")
    turn.end("stop", thinking_ended_by="model")
    assert conversation.to_dict() == {
        "format": FORMAT,
        "active": turn.id,
        "turns": [
            {
                "id": turn.id,
                "created": turn.created,
                "state": "ended",
                "question": "2 + 2?",
                "spans": [
                    {"kind": "reasoning", "text": "Hm", "origin": "model"},
                    {"kind": "answer", "text": "4", "origin": "person"},
                ],
                "finish_reason": "stop",
                "thinking_ended_by": "model",
            }
        ],
    }
    assert Conversation().to_dict() == {"format": FORMAT, "active": None, "turns": []}
    assert _round(Conversation()) == Conversation()


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_turn_stored_while_it_was_written_comes_back_as_cancelled(state: Any) -> None:
    conversation = Conversation()
    turn = conversation.add("?")
    turn.state = state
    turn.append("reasoning", "Hm")
    back = _round(conversation).turns[0]
    assert (back.state, back.finish_reason, back.reasoning) == ("ended", "cancelled", "Hm")
    assert back.wait(0)


def test_the_dictionary_is_a_copy() -> None:
    conversation = Conversation()
    turn = conversation.add("?")
    turn.record = {"seconds": {"total": 1.0}}
    data = conversation.to_dict()
    kept = copy.deepcopy(data)
    turn.record["seconds"]["total"] = 2.0
    turn.append("answer", "x")
    assert data == kept


def _damaged() -> dict[str, Any]:
    """Each a way to damage the stored conversation of `_whole`."""

    def change(path: str, value: Any) -> dict[str, Any]:
        data = _whole()
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        part: Any = data
        for step in way:
            part = part[step]
        if value is KeyError:
            del part[last]
        else:
            part[last] = value
        return data

    return {
        "another format": change("format", FORMAT + 1),
        "no format": change("format", KeyError),
        "no turns": change("turns", KeyError),
        "turns of another type": change("turns", 3),
        "a turn of another type": change("turns.0", "x"),
        "no active": change("active", KeyError),
        "an active turn that isn't there": change("active", "nobody"),
        "no id": change("turns.0.id", KeyError),
        "an id of another type": change("turns.0.id", 5),
        "the same id twice": change("turns.1.id", "a"),
        "no question": change("turns.0.question", KeyError),
        "a question of another type": change("turns.0.question", 5),
        "a parent that isn't there": change("turns.1.parent", "nobody"),
        "a turn that follows itself": change("turns.1.parent", "b"),
        "a circle": change("turns.0.parent", "b"),
        "spans of another type": change("turns.0.spans", 5),
        "a span without text": change("turns.0.spans.0.text", KeyError),
        "a span's text of another type": change("turns.0.spans.0.text", 5),
        "an unknown kind": change("turns.0.spans.0.kind", "aside"),
        "an unknown origin": change("turns.0.spans.0.origin", "nobody"),
        "an unknown finish_reason": change("turns.0.finish_reason", "bored"),
        "an unknown thinking_ended_by": change("turns.0.thinking_ended_by", "bored"),
        "a finish_reason that can't be looked up": change("turns.0.finish_reason", ["stop"]),
        "a record of another type": change("turns.0.record", 5),
        "a list": [1],  # type: ignore[dict-item]
    }


def _whole() -> dict[str, Any]:
    return {
        "format": FORMAT,
        "active": "b",
        "turns": [
            {"id": "a", "question": "A?", "spans": [{"kind": "answer", "text": "x"}], "finish_reason": "stop"},
            {"id": "b", "parent": "a", "question": "B?", "finish_reason": "stop"},
        ],
    }


def test_the_undamaged_one_is_read() -> None:
    conversation = Conversation.from_dict(_whole())
    assert [turn.question for turn in conversation.turns] == ["A?", "B?"]
    assert conversation.turns[0].spans == (Span("answer", "x"),)


@pytest.mark.parametrize("how", _damaged())
def test_damaged_data_is_refused_in_a_sentence(how: str) -> None:
    with pytest.raises(ConversationError) as caught:
        Conversation.from_dict(_damaged()[how])
    assert isinstance(caught.value, R1WidgetError)
    assert caught.value.remedy


# ---- the tree


def test_turns_follow_one_another() -> None:
    conversation = Conversation()
    turns = [conversation.add(question) for question in "ABC"]
    assert conversation.turns == tuple(turns)
    assert [turn.parent for turn in turns] == [None, turns[0].id, turns[1].id]
    assert len(conversation) == 3
    assert conversation.history(turns[2]) == (turns[0], turns[1])
    assert conversation.history(turns[0]) == ()
    assert conversation.children(None) == (turns[0],)
    assert conversation.children(turns[2].id) == ()
    assert repr(conversation) == "<Conversation of 3 turns>"


def test_versions_hang_beside_the_turn_and_below_nothing() -> None:
    conversation = Conversation()
    a, b, c = (conversation.add(question) for question in "ABC")
    b2 = conversation.add_version(b)
    assert (b2.question, b2.parent) == ("B", a.id)
    assert conversation.turns == (a, b2)
    assert b.siblings == b2.siblings == (b, b2)
    assert a.siblings == (a,)
    d = conversation.add("D")
    assert conversation.turns == (a, b2, d)
    a2 = conversation.add_version(a, "A, again")
    assert conversation.turns == (a2,)
    assert conversation.all_turns == (a, b, c, b2, d, a2)
    assert conversation.history(c) == (a, b)


def test_selecting_goes_down_to_the_newest() -> None:
    conversation = Conversation()
    a, b, c = (conversation.add(question) for question in "ABC")
    c2 = conversation.add_version(c)
    b2 = conversation.add_version(b)
    conversation.select(b)
    assert conversation.turns == (a, b, c2)
    conversation.select(c)
    assert conversation.turns == (a, b, c)
    conversation.select(a)
    assert conversation.turns == (a, b2)


def test_looking_up_and_clearing() -> None:
    conversation = Conversation()
    turn = conversation.add("A")
    other = Conversation().add("A")
    assert conversation[turn.id] is turn
    assert turn in conversation
    assert other not in conversation
    assert "A" not in conversation
    for act in (
        lambda: conversation["nobody"],
        lambda: conversation.select(other),
        lambda: conversation.add_version(other),
    ):
        with pytest.raises(ConversationError, match="There is no turn"):
            act()
    conversation.clear()
    assert conversation.turns == conversation.all_turns == ()
    assert turn not in conversation
    assert conversation.add("B").parent is None


def test_a_turn_of_no_conversation_is_its_only_version() -> None:
    turn = Turn("?")
    assert turn.siblings == (turn,)


# ---- a turn


def test_text_grows_by_kind_and_origin() -> None:
    turn = Turn("?")
    assert turn.append("reasoning", "\nOne ") == 0
    assert turn.append("reasoning", "two.") == 5
    assert turn.append("reasoning", " Three.\n", "person") == 9
    assert turn.append("answer", "\n\nFour") == 0
    assert turn.append("reasoning", "Five") == 17
    assert turn.spans == (
        Span("reasoning", "\nOne two."),
        Span("reasoning", " Three.\n", "person"),
        Span("answer", "\n\nFour"),
        Span("reasoning", "Five"),
    )
    assert turn.text("reasoning") == "\nOne two. Three.\n\nFive", "two thoughts are a paragraph apart"
    assert turn.reasoning == "One two. Three.\n\nFive"
    assert turn.append("reasoning", ".") == 22
    assert "".join(span.text for span in turn.spans_of("reasoning")) == turn.text("reasoning")
    assert Turn.from_dict(turn.to_dict()).text("reasoning") == turn.text("reasoning")
    assert (turn.text("answer"), turn.answer) == ("\n\nFour", "Four")


def test_offsets_are_code_points() -> None:
    turn = Turn("?")
    turn.append("answer", "🧮思e\u0301")
    assert turn.append("answer", "x") == 4


def test_the_end() -> None:
    turn = Turn("?")
    assert (turn.state, turn.finish_reason, turn.thinking_ended_by, turn.error) == ("queued", None, None, None)
    assert not turn.wait(0)
    turn.end("error", thinking_ended_by="length", error="It broke.")
    assert (turn.state, turn.finish_reason, turn.thinking_ended_by) == ("ended", "error", "length")
    assert turn.error == "It broke."
    assert not turn.wait(0)  # released when all that belongs to the end is done
    turn.release()
    assert turn.wait()


def test_surrogates_become_what_any_encoding_carries() -> None:
    assert Turn("a\ud83e\udd2eb").question == "a🤮b"  # a pair is a character, as browsers mean it
    assert Turn("a\ud83eb\udd2e").question == "a�b�"
    data = {"id": "a", "question": "\ud83e", "spans": [{"kind": "answer", "text": "x\ud83ey"}]}
    json.dumps(Turn.from_dict(data).to_dict(), ensure_ascii=False).encode("utf-8")


def test_a_turn_in_short() -> None:
    assert repr(Turn("x" * 41)) == f"<Turn '{'x' * 39}…' queued>"
    assert repr(_ended(Turn("x" * 40))) == f"<Turn '{'x' * 40}' stop>"


def test_equality_is_by_content() -> None:
    turn = _ended(Turn("?", id="a"), "x")
    same = Turn.from_dict(turn.to_dict())
    assert turn == same
    same.append("answer", "y")
    assert turn != same
    assert turn != "?"
    assert hash(turn) == hash(same) and {turn, turn} == {turn}, "an id never changes"


def test_ids_and_times() -> None:
    ids = {Turn("?").id for _ in range(1000)}
    assert len(ids) == 1000
    assert Turn("?", id="mine").id == "mine"
    assert Turn("?").created.endswith("+00:00")


# ---- threads


def test_readers_see_beginnings_of_what_is_written() -> None:
    turn = Turn("?")
    pieces = [
        ("reasoning" if n < 3000 else "answer", f"{n},", "person" if n % 500 == 0 else "model") for n in range(6000)
    ]
    whole = "".join(text for _, text, _ in pieces)
    done = threading.Event()
    wrong: list[str] = []

    def read() -> None:
        longest = 0
        while not done.is_set():
            seen = "".join(span.text for span in turn.spans)
            if not whole.startswith(seen) or len(seen) < longest:
                wrong.append(seen)
            longest = len(seen)
            turn.to_dict()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for kind, text, origin in pieces:
        turn.append(kind, text, origin)  # type: ignore[arg-type]
    done.set()
    for reader in readers:
        reader.join(60)
    assert wrong == []
    assert "".join(span.text for span in turn.spans) == whole


def test_a_tree_that_grows_can_be_read() -> None:
    conversation = Conversation()
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                turns = conversation.turns
                Conversation.from_dict(conversation.to_dict())
                for before, turn in pairwise(turns):
                    assert turn.parent == before.id
            except Exception as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        turn = conversation.add(str(number))
        if number % 7 == 0:
            conversation.add_version(turn)
        if number == 40:
            conversation.clear()
    done.set()
    reader.join(60)
    assert wrong == []


def test_waiting_ends_with_the_release() -> None:
    turn = Turn("?")
    threading.Timer(0.05, turn.release).start()
    assert turn.wait(60)
