"""What the kernel says to the page, held against the examples that the page's own tests accept (tests/wire)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from r1widget.chat import writing
from r1widget.check.agreement import Agreement, Group
from r1widget.conversation import Conversation
from r1widget.conversation import edits as versions
from r1widget.conversation.estimate import Limits, TurnProgress
from r1widget.conversation.turn import Turn
from r1widget.jupyter.outbox import Outbox
from r1widget.jupyter.page import Page
from r1widget.jupyter.protocol import VERSION
from r1widget.reasoning.loops import Loop
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine

WIRE = Path(__file__).parents[1] / "wire"


def messages_of(fixture: str) -> list[dict[str, Any]]:
    return json.loads((WIRE / fixture).read_text("utf-8"))["messages"]


class Wire:
    """A page, and what it was sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.conversation = Conversation()
        self.sent: list[dict[str, Any]] = []
        self.places: dict[str, int] = {}
        monkeypatch.setattr(Outbox, "BEAT", 0)
        self.page = Page(self.conversation, lambda turn: self.places.get(turn.id), self.sent.append)
        self.now = 100.0
        monkeypatch.setattr("time.monotonic", lambda: self.now)

    def add(self, id: str, question: str) -> Turn:
        turn = Turn(question)
        turn.id = id
        return self.conversation.append(turn)

    def begin(self, turn: Turn, prompt: int) -> None:
        turn.state, turn.started, turn.opens_thinking = "running", self.now, True
        turn.record = {"tokens": {"prompt": prompt, "reasoning": 0, "answer": 0}}
        self.page.turn_changed(turn)

    def write(self, turn: Turn, kind: Any, text: str, tokens: int) -> None:
        turn.record["tokens"] = {**turn.record["tokens"], kind: tokens}
        self.page.text_added(turn, kind, turn.append(kind, text), text)

    def end(self, turn: Turn, **seconds: float) -> None:
        turn.record["seconds"] = seconds
        turn.end("stop", thinking_ended_by="model")
        self.page.turn_changed(turn)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def test_a_turn_as_the_page_expects_it(wire: Wire) -> None:
    turn = wire.add("t1", "What is 2 + 2?")
    wire.places["t1"] = 1
    wire.page.turn_changed(turn)
    wire.begin(turn, 7)
    wire.now += 0.5
    wire.write(turn, "reasoning", "Two 🙂 ", 2)
    wire.now += 1
    wire.write(turn, "reasoning", "and two.\n", 5)
    wire.write(turn, "answer", "\n\nIt is $4$.", 4)
    wire.end(turn, total=2.5, thinking=1.5)
    assert wire.sent == messages_of("turn_thinking.json")


def test_a_snapshot_as_the_page_expects_it(wire: Wire) -> None:
    first = wire.add("t1", "What is 2 + 2?")
    first.record = {"tokens": {"prompt": 7, "reasoning": 5, "answer": 4}, "seconds": {"total": 2.5, "thinking": 1.5}}
    first.append("reasoning", "Two and two.\n")
    first.timeline.add(4, 1, 0.5)
    first.timeline.add(13, 5, 1.5)
    first.append("answer", "It is $4$.")
    first.end("stop", thinking_ended_by="model")
    second = wire.add("t2", "And 3 + 3?")
    wire.begin(second, 21)
    wire.write(second, "reasoning", "Three and", 3)
    wire.now += 1.25
    while wire.sent[-1]["seq"] < 8:
        wire.page.snapshot()
    wire.sent.clear()
    wire.page.kernel, wire.page.chat = "5c1f", "c0de"
    wire.page.displayed()
    wire.write(second, "reasoning", " three.", 5)
    assert wire.sent == messages_of("snapshot.json")


def test_versions_as_the_page_expects_them(wire: Wire) -> None:
    """An edited thought that goes on, closes early, and repeats itself; then back to the first version."""
    first = wire.add("t1", "What is 2 + 2?")
    wire.begin(first, 7)
    wire.write(first, "reasoning", "Two 🙂 and two.\n", 5)
    wire.write(first, "answer", "\n\nIt is 4.", 4)
    wire.end(first, total=2.5, thinking=1.5)
    second = versions.reasoning_edited(first, "Two 🙂 and three")
    second.id = "t2"
    wire.conversation.insert(second)
    wire.page.versions_added([second])
    wire.begin(second, 20)
    wire.write(second, "reasoning", " are", 1)
    second.loop = "reasoning", Loop(since=15, period=4, rounds=5)
    wire.page.turn_changed(second)
    wire.page.text_added(second, "reasoning", second.append("reasoning", "\n", "person"), "\n", "person")
    wire.page.snapshot()
    wire.conversation.select(first)
    wire.page.branch_changed()
    assert wire.sent == messages_of("versions.json")


def test_a_version_that_another_turns_end_tells_of_first_has_its_text(wire: Wire) -> None:
    """Of all that waits is told when a turn ends; that may be in the middle of the act that makes a version."""
    first = wire.add("t1", "What is 2 + 2?")
    wire.begin(first, 7)
    wire.write(first, "reasoning", "Two and two.", 4)
    wire.end(first, total=2.5, thinking=1.5)
    second = versions.reasoning_edited(first, "Two and three")
    wire.conversation.insert(second)
    wire.sent.clear()
    wire.page.turn_changed(second)
    wire.page.versions_added([second])
    texts = [(message["turn"], message["at"], message["text"]) for message in wire.sent if message["type"] == "delta"]
    assert texts == [(second.id, 0, "Two and "), (second.id, 8, "three")]


def test_what_is_moved_and_answered_as_the_page_expects_it(wire: Wire) -> None:
    """An answer that is ended in its loop; an edited question, behind which another one waits from now on; what came of
    three commands."""
    first = wire.add("t1", "What is 2 + 2?")
    wire.begin(first, 7)
    wire.write(first, "answer", "4 4 4 4", 4)
    first.loop = "answer", Loop(since=2, period=2, rounds=3)
    first.record["loop"] = {"kind": "answer", "ended": True}
    wire.end(first, total=2.5)
    second = wire.add("t2", "And 3 + 3?")
    wire.places["t2"] = 1
    wire.page.turn_changed(second)
    edited = versions.asked_otherwise(first, "What is 2 + 3?")
    edited.id = "t3"
    wire.conversation.insert(edited)
    wire.conversation.move(second, edited)
    wire.conversation.select(edited)
    wire.page.versions_added([edited], moved=[second])
    wire.page.ack("c1")
    wire.page.done("c1", edited)
    wire.page.done("c2", None)
    wire.page.refused("c3", "There is no turn 't9' in this conversation. It may have been cleared.")
    assert wire.sent == messages_of("turn_moved.json")


def test_what_agrees_as_the_page_expects_it(wire: Wire) -> None:
    turns = [wire.add(f"t{number}", "q") for number in range(1, 4)]
    groups = (Group("408", (0, 2)), Group("418", (1,)))
    wire.page.compared("c1", turns, Agreement(groups, "value", 3, ()))
    (message,) = wire.sent
    assert message["id"] == "c1"
    assert message["groups"] == [
        {"value": "408", "by": "value", "turns": ["t1", "t3"]},
        {"value": "418", "by": "value", "turns": ["t2"]},
    ]


def test_a_failed_turn_as_the_page_expects_it(wire: Wire) -> None:
    turn = wire.add("t1", "Hi")
    wire.places["t1"] = 2
    wire.page.turn_changed(turn)
    turn.record = {
        "seconds": {"total": 0.5},
        "tokens": {"reasoning": 0, "answer": 0},
        "notes": ["The server sent a part of type 'image_url', which r1widget can't show."],
    }
    turn.end("error", error='The hub can\'t be reached. Use ChatWidget("pocket").')
    wire.page.turn_changed(turn)
    wire.page.ack("c1")
    wire.page.noted("There is nothing to stop.")
    assert wire.sent == messages_of("turn_failed.json")


def test_turns_whose_kernel_ended_as_the_page_expects_them(wire: Wire) -> None:
    for id, question, why in (("t1", "What is 2 + 2?", "kernel"), ("t2", "And 3 + 3?", "elsewhere")):
        turn = wire.add(id, question)
        turn.record = {"interrupted": why}
        turn.end("cancelled")
    wire.conversation["t1"].append("reasoning", "Two and")
    wire.page.snapshot()
    assert wire.sent == messages_of("turn_interrupted.json")


def test_place_reading_limits_and_pace_as_the_page_expects_them(wire: Wire) -> None:
    turn = wire.add("t1", "What is 2 + 2?")
    limits = Limits(max_tokens=8192, thinking_budget=2000)
    turn.progress = TurnProgress(limits=limits, waiting=2)
    wire.begin(turn, 1500)
    wire.now += 4
    turn.progress = TurnProgress(
        limits=limits, reading=(512, 1500), tokens_per_second=14.2149, prompt_tokens_per_second=120.5
    )
    wire.page.turn_changed(turn)
    wire.now += 8
    turn.progress = TurnProgress(limits=Limits(max_tokens=8192), prompt_tokens_per_second=120.5)
    wire.page.turn_changed(turn)
    wire.write(turn, "reasoning", "Two and two.", 4)
    turn.record["tokens_per_second"] = 14.3
    wire.end(turn, total=12.5)
    assert wire.sent == messages_of("turn_waiting.json")


def test_the_first_display_says_everything_without_being_asked(wire: Wire) -> None:
    wire.page.displayed()
    wire.page.displayed()
    wire.page.snapshot()
    assert [(m["type"], m["v"], m["seq"]) for m in wire.sent] == [("snapshot", VERSION, 1), ("snapshot", VERSION, 2)]


def test_a_cleared_turn_is_not_mentioned_again(wire: Wire) -> None:
    turn = wire.add("t1", "q")
    wire.begin(turn, 1)
    wire.conversation.clear()
    wire.sent.clear()
    wire.write(turn, "answer", "late", 1)
    wire.end(turn, total=1.0)
    assert wire.sent == []


def test_a_snapshot_in_the_middle_and_what_follows_make_the_whole(wire: Wire) -> None:
    """Whenever a page asks, snapshot and later deltas join without gap or overlap."""
    import threading

    from r1widget.engines import Request

    turn = wire.add("t1", "q")
    request = Request(messages=[], settings=Settings())
    text = ""
    for step, added in enumerate(
        writing.write_turn(turn, ScriptedEngine("one 🙂 two three</think>four"), request, threading.Event())
    ):
        if added is None:
            continue
        wire.page.text_added(turn, *added)
        if step == 3:
            wire.page.snapshot()
    snapshot = next(m for m in wire.sent if m["type"] == "snapshot")
    text = snapshot["turns"][0]["text"]
    for message in wire.sent[wire.sent.index(snapshot) + 1 :]:
        if message["type"] == "delta":
            assert message["at"] == len(text[message["kind"]])
            text[message["kind"]] += message["text"]
    assert text == {"reasoning": "one 🙂 two three", "answer": "four"}
    assert [m["seq"] for m in wire.sent] == list(range(1, len(wire.sent) + 1))


@pytest.mark.parametrize("example", json.loads((WIRE / "agreements.json").read_text("utf-8"))["examples"])
def test_agreement_is_said_in_python_as_the_page_says_it(example: dict[str, Any]) -> None:
    numbers = iter(range(100))
    groups = tuple(
        Group(group["value"], tuple(next(numbers) for _ in group["turns"]), group["by"]) for group in example["groups"]
    )
    total = sum(len(group.members) for group in groups)
    without = tuple(next(numbers) for _ in range(example["without"]))
    assert str(Agreement(groups, "value", total, without)) == example["text"]
