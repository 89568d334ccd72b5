"""What waits behind a turn that is replaced follows the new version; nothing runs where nobody looks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.conversation import Conversation
from r1widget.conversation.turn import Turn
from r1widget.testing import ScriptedEngine
from tests.page import hear

PATIENCE = 20
SCRIPT = "Hm.\n\nWait, once more.\n</think>\n\nAn answer."


class Scene:
    """The first question is being written, and has thought a little; others wait."""

    def __init__(self, *questions: str) -> None:
        self.gate = threading.Semaphore(0)
        self.engine = ScriptedEngine(SCRIPT, gate=self.gate)
        self.chat = ChatWidget(self.engine)
        self.sent: list[dict[str, Any]] = []
        hear(self.chat, self.sent.append)
        self.first, *self.others = [self.chat.send(question) for question in questions]
        self.gate.release(3)
        until(lambda: "Hm" in self.first.reasoning)

    def end(self) -> None:
        """Let everything be written."""
        self.gate.release(10_000)
        for turn in self.chat.conversation.all_turns:
            assert turn.wait(PATIENCE)

    @property
    def asked(self) -> list[list[str]]:
        """The questions of each prompt."""
        return [[m["content"] for m in request.messages if m["role"] == "user"] for request in self.engine.requests]

    @property
    def notices(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "notice"]


def until(holds: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if holds():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it never comes about")


ACTS: dict[str, Callable[[ChatWidget, Turn], Any]] = {
    "edit_question": lambda chat, turn: chat.edit_question(turn, "one, otherwise"),
    "edit_reasoning": lambda chat, turn: chat.edit_reasoning(turn, "Hm!"),
    "edit_answer": lambda chat, turn: chat.edit_answer(turn, "It is"),
    "continue_from": lambda chat, turn: chat.continue_from(turn, 0),
    "regenerate": lambda chat, turn: chat.regenerate(turn),
    "several": lambda chat, turn: chat.regenerate(turn, n=3)[0],
    "fork": lambda chat, turn: chat.fork(turn, 0, k=2)[0],
}


@pytest.mark.parametrize("act", ACTS)
def test_what_waits_behind_a_turn_waits_behind_its_new_version(act: str) -> None:
    scene = Scene("one", "two", "three")
    two, three = scene.others
    made = ACTS[act](scene.chat, scene.first)
    assert scene.chat.turns == (made, two, three), "and is on the branch that is shown"
    assert scene.notices == ["2 questions now wait behind the new version."]
    scene.end()
    assert scene.first.finish_reason == "cancelled"
    assert [turn.finish_reason for turn in (made, two, three)] == ["stop"] * 3
    assert scene.asked[-2:] == [[made.question, "two"], [made.question, "two", "three"]]
    assert (two.parent, two.version, three.parent) == (made.id, None, two.id)
    assert two.siblings == (two,)
    stored = scene.chat.conversation.to_dict()
    assert Conversation.from_dict(stored) == scene.chat.conversation


def test_the_page_is_told_in_an_order_that_it_can_follow() -> None:
    """The version, then the question behind it, then the branch that both are on."""
    scene = Scene("one", "two")
    (two,) = scene.others
    scene.sent.clear()
    made = scene.chat.edit_question(scene.first, "one, otherwise")
    said = [message for message in scene.sent if message["type"] != "delta"]  # of the turn that was being written
    assert [m["turn"]["id"] if m["type"] == "turn" else m["type"] for m in said[:3]] == [made.id, two.id, "branch"]
    assert said[1]["turn"]["parent"] == made.id
    assert said[2]["active"] == two.id
    scene.end()


def test_an_edited_question_keeps_its_place() -> None:
    """It waits, and so does one behind it."""
    scene = Scene("one", "two", "three")
    two, three = scene.others
    made = scene.chat.edit_question(two, "two, otherwise")
    assert [scene.chat.chat.generation.place(turn) for turn in (two, made, three)] == [None, 1, 2]
    assert scene.chat.turns == (scene.first, made, three)
    assert scene.notices == ["“three” now waits behind the new version."]
    scene.end()
    assert scene.asked == [["one"], ["one", "two, otherwise"], ["one", "two, otherwise", "three"]]
    assert two.finish_reason == "cancelled"
    again = Scene("one", "two", "three")
    edited = again.chat.edit_question(again.others[0], "two, otherwise")
    moved = again.chat.edit_question(again.first, "one, otherwise")
    assert again.chat.turns == (moved, edited, again.others[1])
    again.end()
    assert again.asked[1:] == [["one, otherwise", "two, otherwise"][:n] + ["three"] * (n == 3) for n in (1, 2, 3)]


def test_what_is_written_behind_a_replaced_turn_is_stopped_and_says_why() -> None:
    scene = Scene("one", "two", "three")
    two, three = scene.others
    scene.gate.release(len(scene.engine.pieces))
    assert scene.first.wait(PATIENCE)
    until(lambda: "Hm" in two.reasoning)
    made = scene.chat.edit_question(scene.first, "one, otherwise")
    assert two.wait(PATIENCE) and two.finish_reason == "cancelled"
    assert "was replaced" in (two.error or "") and "Hm" in two.reasoning
    assert scene.chat.turns == (made, three)
    scene.end()
    assert scene.asked[-1] == ["one, otherwise", "three"]


def test_a_version_that_waits_on_the_old_branch_is_cancelled() -> None:
    """Nothing of it was typed, and the turn that it is a version of stays behind."""
    scene = Scene("one", "two")
    (two,) = scene.others
    scene.end()
    while scene.gate.acquire(blocking=False):
        pass
    running = scene.chat.regenerate(scene.first)
    until(lambda: running.state == "running")
    again = scene.chat.regenerate(two)
    edited = scene.chat.edit_question(two, "two, otherwise")
    made = scene.chat.edit_question(scene.first, "one, otherwise")
    assert again.wait(PATIENCE) and again.finish_reason == "cancelled" and "was replaced" in (again.error or "")
    assert scene.chat.turns == (made, edited)
    assert scene.notices[-1] == (
        "“two, otherwise” now waits behind the new version. A version that waited on the old branch was cancelled."
    )
    scene.end()
    assert edited.answer == "An answer."


def test_select_moves_nothing() -> None:
    """It is only looked elsewhere: what was asked goes on where it was asked."""
    scene = Scene("one", "two")
    scene.end()
    while scene.gate.acquire(blocking=False):
        pass
    made = scene.chat.regenerate(scene.first)
    later = scene.chat.send("three")
    scene.chat.select(scene.first)
    assert scene.chat.turns == (scene.first, *scene.others)
    assert later.parent == made.id
    scene.end()
    assert scene.asked[-1] == ["one", "three"]


def test_stopping_the_turn_before_leaves_what_waits() -> None:
    scene = Scene("one", "two")
    (two,) = scene.others
    scene.chat.stop(scene.first)
    scene.end()
    assert (two.finish_reason, two.parent) == ("stop", scene.first.id)
    assert scene.asked[-1] == ["two"], "a question that nobody answered isn't asked again"


def test_clear_ends_all() -> None:
    scene = Scene("one", "two")
    scene.chat.clear()
    for turn in (scene.first, *scene.others):
        assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"
    assert scene.chat.turns == ()
    scene.end()
    assert len(scene.asked) == 1


def test_who_waits_for_a_question_that_is_moved_gets_its_answer() -> None:
    scene = Scene("one", "two")
    got: list[Turn] = []
    asker = threading.Thread(target=lambda: got.append(scene.chat.ask("three")))
    asker.start()
    until(lambda: len(scene.chat.conversation.all_turns) == 3)
    scene.chat.edit_question(scene.first, "one, otherwise")
    scene.end()
    asker.join(PATIENCE)
    assert got[0].answer == "An answer." and got[0] is scene.chat.turns[-1]
