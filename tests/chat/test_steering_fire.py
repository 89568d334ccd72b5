"""Steering under fire: any sequence of acts, from Python and from two pages at once, ends in a consistent tree, with
every character that was written, and with no thread left behind."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from r1widget import ChatWidget
from r1widget.chat import writing
from r1widget.conversation import Conversation
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Request
from r1widget.errors import R1WidgetError
from r1widget.jupyter.outbox import Outbox
from r1widget.reasoning import Kind, ReasoningSplitter
from r1widget.testing import ScriptedEngine
from tests.page import hear, say

_GENERATION: Any = sys.modules["r1widget.chat.generation"]

SEQUENCES = 500
PATIENCE = 60
SCRIPT = "First 🙂 I add.\n\nWait, let me check.\n\nSo it is 408.\n</think>\n\nIt is 408, or <b>."
KINDS: tuple[Kind, ...] = ("reasoning", "answer")

texts = st.sampled_from(["", "mine", "First 🙂 I add.\n\nSo", "It is 418.", "no </think> here", "答案 é", "  \n"])
which = st.integers(0, 30)


class Engine(ScriptedEngine):
    """Notes what it has said in each request."""

    def __init__(self, gate: threading.Semaphore) -> None:
        super().__init__(SCRIPT, gate=gate)
        self.said: dict[int, str] = {}

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in super().stream(request, stop):
            self.said[id(request)] = self.said.get(id(request), "") + delta.text
            yield delta


class Replica:
    """What a page knows: the tree as the messages tell it, in the order they are sent."""

    def __init__(self) -> None:
        self.seq = 0
        self.turns: dict[str, dict[str, Any]] = {}
        self.active: str | None = None

    def hear(self, message: dict[str, Any]) -> None:
        if "seq" in message:
            assert message["type"] == "snapshot" or message["seq"] == self.seq + 1, "a message is missing"
            self.seq = message["seq"]
        if message["type"] == "snapshot":
            self.turns = {turn["id"]: {**turn, "text": dict(turn["text"])} for turn in message["turns"]}
            self.active = message["active"]
        elif message["type"] == "turn":
            turn = message["turn"]
            if turn["id"] not in self.turns and "version" not in turn and turn["parent"] == self.active:
                self.active = turn["id"]
            known = self.turns.get(turn["id"], {"text": {"reasoning": "", "answer": ""}})
            self.turns[turn["id"]] = {**turn, "text": known["text"]}
        elif message["type"] == "branch":
            assert message["active"] is None or message["active"] in self.turns, "a branch that nobody told of"
            self.active = message["active"]
        elif message["type"] == "delta":
            text, kind, at = self.turns[message["turn"]]["text"], message["kind"], message["at"]
            assert at <= len(text[kind]), "a gap"
            known = len(text[kind]) - at  # what a snapshot in between has told already
            assert text[kind][at:] == message["text"][:known], "another text in the same place"
            text[kind] += message["text"][known:]


class Steering(RuleBasedStateMachine):
    @initialize(thought=st.integers(0, 40))
    def begin(self, thought: int) -> None:
        """A chat with one turn, which has come so far."""
        self.gate = threading.Semaphore(0)
        self.engine = Engine(self.gate)
        self.chat = ChatWidget(self.engine)
        self.replica = Replica()
        hear(self.chat, self.replica.hear)
        self.requests: dict[str, Request] = {}
        self.begun: dict[str, dict[Kind, str]] = {}
        self.seen: dict[str, dict[Kind, str]] = {}
        self.errors: list[BaseException] = []
        self.original = writing.write_turn
        _GENERATION.write_turn = self.writing
        self.ask()
        self.let_the_model_write(thought)

    def writing(self, turn: Turn, engine: Any, request: Request, stop: threading.Event) -> Any:
        self.requests[turn.id] = request
        self.begun[turn.id] = {kind: turn.text(kind) for kind in KINDS}
        return self.original(turn, engine, request, stop)

    def teardown(self) -> None:
        if not hasattr(self, "chat"):
            return
        try:
            for _ in range(3000):
                self.gate.release()
            for turn in self.chat.conversation.all_turns:
                assert turn.wait(PATIENCE), f"{turn!r} never ended"
            for thread in self.chat.chat.generation.threads:
                thread.join(PATIENCE)
                assert not thread.is_alive(), "a thread is stuck"
            assert not [each for each in threading.enumerate() if each.name == "r1widget-fork"]
            self.nothing_is_lost()
            self.every_character_is_there()
            self.the_page_knows_the_same()
            stored = Conversation.from_dict(self.chat.conversation.to_dict())
            assert stored == self.chat.conversation
            assert self.errors == []
        finally:
            _GENERATION.write_turn = self.original
            self.chat.close()

    # ---- what people do

    def turn(self, number: int) -> Turn | None:
        turns = self.chat.conversation.all_turns
        return turns[number % len(turns)] if turns else None

    def act(self, name: str, *arguments: Any) -> None:
        with contextlib.suppress(R1WidgetError):  # what is no longer possible is refused
            getattr(self.chat, name)(*arguments)

    @rule()
    def ask(self) -> None:
        self.act("send", "17 × 24?")

    @rule(pieces=st.integers(1, 12))
    def let_the_model_write(self, pieces: int) -> None:
        for _ in range(pieces):
            self.gate.release()

    @rule(number=which)
    def let_a_turn_end(self, number: int) -> None:
        if (turn := self.turn(number)) is None:
            return
        deadline = time.monotonic() + PATIENCE
        while not turn.wait(0.001):
            assert time.monotonic() < deadline, f"{turn!r} never ended"
            self.gate.release(8)

    @rule(number=which)
    def stop(self, number: int) -> None:
        self.act("stop", self.turn(number))

    @rule(really=st.integers(0, 5))
    def clear(self, really: int) -> None:
        if really == 5:
            self.act("clear")
            self.seen.clear()

    @rule(name=st.sampled_from(["answer_now", "think_more", "regenerate", "fork", "select"]), number=which)
    def act_on_a_turn(self, name: str, number: int) -> None:
        if turn := self.turn(number):
            self.act(name, turn)

    @rule(name=st.sampled_from(["edit_reasoning", "edit_answer", "edit_question"]), number=which, text=texts)
    def edit(self, name: str, number: int, text: str) -> None:
        if turn := self.turn(number):
            self.act(name, turn, text)

    @rule(number=which, step=st.integers(-1, 3), k=st.integers(1, 3))
    def cut(self, number: int, step: int, k: int) -> None:
        if turn := self.turn(number):
            self.act("fork", turn, step, k)

    commands = st.one_of(
        st.fixed_dictionaries({"type": st.sampled_from(["answer_now", "think_more", "regenerate", "select", "stop"])}),
        st.fixed_dictionaries({"type": st.just("edit"), "part": st.sampled_from(["question", *KINDS]), "text": texts}),
        st.fixed_dictionaries({"type": st.just("continue_from"), "at": st.integers(0, 30), "n": st.integers(1, 3)}),
        st.fixed_dictionaries({"type": st.just("ask"), "text": texts}),
        st.fixed_dictionaries({"type": st.sampled_from(["sync", "sync", "sync", "clear"])}),
    )

    @rule(first=commands, second=commands, one=which, other=which)
    def two_pages_at_once(self, first: dict[str, Any], second: dict[str, Any], one: int, other: int) -> None:
        barrier = threading.Barrier(2, timeout=PATIENCE)
        turns = [self.turn(one), self.turn(other)]
        if "clear" in (first["type"], second["type"]):
            self.seen.clear()

        def page(command: dict[str, Any], turn: Turn | None) -> None:
            try:
                barrier.wait()
                message = {**command, "id": "c", "turn": turn.id if turn else "none"}
                say(self.chat, message)
            except BaseException as error:
                self.errors.append(error)

        threads = [threading.Thread(target=page, args=each) for each in zip((first, second), turns, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a page waits for ever"
        if "clear" in (first["type"], second["type"]):
            self.seen.clear()

    # ---- what must hold

    @invariant()
    def the_tree_is_one(self) -> None:
        if not hasattr(self, "chat"):
            return
        with self.chat.chat.acting:
            turns = {turn.id: turn for turn in self.chat.conversation.all_turns}
            for turn in turns.values():
                assert turn.parent is None or turn.parent in turns
                if turn.version:
                    assert turns[turn.version.of].parent == turn.parent
                assert turn in self.chat.conversation.versions(turn, "answer")
            leaf = self.chat.conversation.leaf
            assert (leaf is None) == (not turns)
            assert leaf is None or self.chat.turns[-1] is leaf

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "chat"):
            return
        for turn in self.chat.conversation.all_turns:
            before = self.seen.setdefault(turn.id, {"reasoning": "", "answer": ""})
            for kind in KINDS:
                now = turn.text(kind)
                assert now.startswith(before[kind]), "a text that was there is another one"
                before[kind] = now

    def every_character_is_there(self) -> None:
        for turn in self.chat.conversation.all_turns:
            request = self.requests.get(turn.id)
            if request is None:
                assert turn.finish_reason == "cancelled", "it ended in the queue"
                continue
            splitter = ReasoningSplitter.inside(turn.begins) if turn.begins else ReasoningSplitter(True)
            expected = dict(self.begun[turn.id])
            for kind, text in [*splitter.feed(self.engine.said.get(id(request), "")), *splitter.flush()]:
                expected[kind] += text
            assert {kind: turn.text(kind) for kind in KINDS} == expected
            assert turn.finish_reason in ("stop", "cancelled")

    def the_page_knows_the_same(self) -> None:
        turns = self.chat.conversation.all_turns
        assert list(self.replica.turns) == [turn.id for turn in turns]
        leaf = self.chat.conversation.leaf
        assert self.replica.active == (leaf.id if leaf else None)
        for turn in turns:
            told = self.replica.turns[turn.id]
            assert told["text"] == {kind: turn.text(kind) for kind in KINDS}
            assert (told["state"], told["parent"]) == ("ended", turn.parent)
            assert told.get("version") == (turn.version.to_dict() if turn.version else None)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_any_sequence_of_acts_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "BEAT", 0)
    run_state_machine_as_test(
        Steering,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
