"""What a page asks for: commands as it sends them, and the answer that each has."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.conversation.turn import Turn
from r1widget.jupyter.asks import REMEMBERED, Asks
from r1widget.testing import ScriptedEngine
from tests.page import hear, say

PATIENCE = 20
COMMANDS = json.loads((Path(__file__).parents[1] / "wire" / "commands.json").read_text("utf-8"))["messages"]


def make(text: Any = "a thought</think>an answer", **options: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine(text, **options))


def page_says(chat: ChatWidget, **message: Any) -> None:
    say(chat, {"id": "c", **message})


class Sent:
    """What goes to the page. An answer may come from another thread."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self._settled = threading.Event()

    def append(self, message: dict[str, Any]) -> None:
        if message["type"] == "checks":
            return  # which come whenever something is found
        self.messages.append(message)
        if message["type"] in ("done", "refused"):
            self._settled.set()

    def outcome(self) -> list[str]:
        assert self._settled.wait(PATIENCE), self.messages
        return [message["type"] for message in self.messages]


def test_the_commands_of_the_page() -> None:
    """Each example of tests/wire/commands.json is acknowledged and understood."""
    chat = make()
    turn = chat.ask("q")
    for message in COMMANDS:
        said = Sent()
        sent = said.messages
        hear(chat, said.append)
        here = {name: value for name, value in (("turn", turn.id), ("turns", [turn.id])) if name in message}
        say(chat, {**message, **here})
        assert sent[0] == {"type": "ack", "id": message["id"]}
        # The turn has its answer, and its end; and the chat has begun.
        # An engine that code has made isn't unloaded, and tests have no history that a new chat would be kept in.
        # What a script writes has no probabilities, so there is no token that could be another; and there is no such note.
        refused = message["type"] in (
            "answer_now",
            "resume",
            "look",
            "restore",
            "unload",
            "new_chat",
            "fork_token",
            "remove_note",
        )
        assert said.outcome()[-1] == ("refused" if refused else "done")
        if message["type"] == "set":
            assert (chat.settings.temperature, chat.settings.system) == (0.7, "Be brief.")
        if message["type"] == "foresee":
            assert (sent[1]["type"], sent[1]["id"]) == ("foreseen", message["id"]) and "tokens" in sent[1]
        if message["type"] == "describe":
            assert sent[1]["type"] == "described" and sent[1]["about"]["model"] == chat.model_name
        assert sent[-1]["id"] == message["id"]
        for started in chat.conversation.all_turns:
            assert started.wait(PATIENCE)
        if message["type"] == "ask":
            assert chat.turns[-1].question == message["text"]
    assert chat.turns == (), "the last command was clear"
    assert [m["turns"] for m in sent if m["type"] == "snapshot"] == [[]]


def test_a_page_asks_and_stops() -> None:
    gate = threading.Semaphore(0)
    chat = make(["a"] * 5, gate=gate)
    page_says(chat, type="ask", text="from the page")
    turn = chat.turns[0]
    page_says(chat, type="stop", turn=turn.id)
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "ask", "text": "  "},
        {"type": "ask"},
        {"type": "ask", "text": None},
        {"type": "stop", "turn": "gone"},
        {"type": "stop", "turn": None},
        {"type": "stop", "turn": ["t"]},
        {"type": "stop", "ask": 3},
        {"type": "dance"},
        {"type": None},
        {},
        {"type": "regenerate", "turn": "t1", "n": None},
        {"type": "regenerate", "turn": "t1", "n": "4"},
        {"type": "regenerate", "turn": "t1", "n": 2.5},
        {"type": "regenerate", "turn": "t1", "n": 10**9},
        {"type": "regenerate", "turn": "t1", "n": [4]},
        {"type": "continue_from", "turn": "t1", "at": 10**12},
        {"type": "continue_from", "turn": "t1", "at": -1},
        {"type": "continue_from", "turn": "t1", "at": 1, "n": None},
        {"type": "continue_from", "turn": "t1"},
        {"type": "edit", "turn": "t1", "part": "title", "text": "x"},
        {"type": "edit", "turn": "t1", "part": "reasoning"},
        {"type": "edit", "turn": "t1", "part": "reasoning", "text": "</think>"},
        {"type": "select", "turn": "gone"},
        {"type": "think_more"},
        {"type": "resume", "turn": "gone"},
        {"type": "resume"},
        {"type": "check", "turn": "t1"},
        {"type": "check", "turn": "t1", "k": 0},
        {"type": "check", "turn": "t1", "k": 17},
        {"type": "check", "turn": "gone", "k": 4},
        {"type": "trace_answer", "turn": "t1", "k": "4"},
        {"type": "trace_answer", "turn": "t1", "k": True},
        {"type": "stop_check", "turn": "t1", "what": "note"},
        {"type": "stop_check", "turn": "t1", "what": ["check"]},
        {"type": "foresee", "turn": "t1", "k": 4},
        {"type": "foresee", "turn": "t1", "what": "check"},
        {"type": "foresee", "turn": "t1", "what": {}, "k": 4},
        {"type": "compare", "turns": "t1"},
        {"type": "compare", "turns": ["gone"]},
        {"type": "compare", "turns": [["t1"]]},
        {"type": "compare", "turns": [{}]},
        {"type": "set"},
        {"type": "set", "settings": {"temperature": "hot"}},
        {"type": "set", "settings": {"heat": 1}},
    ],
    ids=str,
)
def test_a_command_that_cannot_be_is_answered_with_a_sentence(message: dict) -> None:
    chat = make()
    turn = chat.ask("q")
    sent = Sent()
    hear(chat, sent.append)
    named = {"turn": turn.id} if message.get("turn") == "t1" else {}
    page_says(chat, **{**message, **named})
    assert sent.outcome() == ["ack", "refused"]
    assert sent.messages[-1]["text"].endswith(".")
    assert chat.conversation.all_turns == (turn,), "and nothing has changed"


@pytest.mark.parametrize("content", [None, 3, [], "stop", {"type": "stop"}, {"type": "stop", "id": 3}], ids=str)
def test_a_message_that_is_no_command_is_answered_too(content: Any) -> None:
    chat = make()
    sent = Sent()
    hear(chat, sent.append)
    say(chat, content)
    assert [m["type"] for m in sent.messages] == ["notice"]


def test_a_page_goes_on_with_a_turn_that_was_stopped() -> None:
    gate = threading.Semaphore(0)
    chat = make(["one ", "two ", "three"], gate=gate)
    turn = chat.send("q")
    gate.release(1)
    while not turn.reasoning:
        assert not turn.wait(0.001)
    page_says(chat, type="stop")
    assert turn.wait(PATIENCE)
    sent = Sent()
    hear(chat, sent.append)
    gate.release(10)
    page_says(chat, type="resume", turn=turn.id)
    assert sent.outcome()[-1] == "done"
    (made,) = chat.turns
    assert made is not turn and made.wait(PATIENCE)
    assert made.reasoning == "one one two three", "the script begins anew behind it"


def test_a_command_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = make()
    sent = Sent()
    hear(chat, sent.append)
    monkeypatch.setattr(chat.chat, "send", lambda text: 1 / 0)
    page_says(chat, type="ask", text="q")
    assert sent.outcome() == ["ack", "refused"]
    assert "ZeroDivisionError" in sent.messages[-1]["text"]


def stopped_first(chat: ChatWidget, id: str) -> None:
    page_says(chat, type="stop", ask=id)
    page_says(chat, id=id, type="ask", text="from the page")


def asked_first(chat: ChatWidget, id: str) -> None:
    page_says(chat, id=id, type="ask", text="from the page")
    page_says(chat, type="stop", ask=id)


@pytest.mark.parametrize("order", [stopped_first, asked_first])
@pytest.mark.parametrize("is_busy", [False, True])
def test_a_question_is_stopped_by_its_command_in_whichever_order_they_come(order: Any, is_busy: bool) -> None:
    """Subshells have threads of their own, so that a stop may overtake its question."""
    gate = threading.Semaphore(0)
    chat = make(["a"] * 5, gate=gate)
    before = chat.send("before") if is_busy else None
    order(chat, "ask-1")
    turn = chat.turns[-1]
    assert turn.wait(PATIENCE)
    assert (turn.finish_reason, turn.reasoning) == ("cancelled", "")
    page_says(chat, id="ask-2", type="ask", text="another")
    gate.release(100)
    for each in (before, chat.turns[-1]):
        assert each is None or (each.wait(PATIENCE) and each.finish_reason == "stop")


def test_only_so_many_early_stops_are_remembered() -> None:
    """The newest, and so of the questions: each kind is looked for among those that the other doesn't push out."""
    early, asked = Asks(), Asks()
    for number in range(1000):
        early.stop(str(number))
        asked.came(str(number), Turn("q"))
    newest = [*range(1000 - REMEMBERED, 1000)]
    assert [number for number in range(1000) if early.came(str(number), Turn("q"))] == newest
    assert [number for number in range(1000) if asked.stop(str(number)) is not None] == newest
