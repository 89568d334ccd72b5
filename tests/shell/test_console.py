"""`follow`: what a person in a terminal is told before the thought begins. The streaming itself: test_cli, test_magic."""

from __future__ import annotations

import io
import os
import threading

from r1widget import Chat
from r1widget.engines import Pace
from r1widget.shell.console import follow
from r1widget.testing import ScriptedEngine

WARNING = (
    "At 4 tokens/s a thought of 2,000 tokens takes about 8 min. "
    "Stop, or set a smaller thinking_budget, to have an answer sooner."
)
PATIENCE = 60  # seconds after which a test gives up on a thread


class Terminal(io.StringIO):
    """A stream that lets a test wait for a line."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def write(self, text: str) -> int:
        with self._news:
            written = super().write(text)
            self._news.notify_all()
        return written

    def wait_for(self, text: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: text in self.getvalue(), PATIENCE), self.getvalue()


def test_place_reading_and_warning_come_before_the_thought_each_once() -> None:
    gate = threading.Semaphore(0)
    engine = ScriptedEngine(
        ["a thought", "</think>", "an answer"],
        gate=gate,
        waiting=[2, 1, 0],
        reading=[(512, 1500), (1024, 1500)],
        pace=Pace(tokens_per_second=4, prompt_tokens_per_second=100),
    )
    chat = Chat(engine)
    turn = chat.send("q", thinking_budget=2000)
    thoughts, answers = Terminal(), Terminal()
    following = threading.Thread(target=follow, args=(chat, turn), kwargs={"thoughts": thoughts, "answers": answers})
    following.start()
    gate.release(1)
    thoughts.wait_for("Waiting: 2 chats first\n")
    gate.release(3)
    thoughts.wait_for("to have an answer sooner.\n")
    gate.release(4)
    following.join(PATIENCE)
    assert not following.is_alive()
    lines = thoughts.getvalue().splitlines()
    assert [line for line in lines if not line.startswith("Waiting: 1")] == [  # the one may be over before a look at it
        "Waiting: 2 chats first",
        "Reading the question: 512 of 1,500 tokens (about 10 s)",
        WARNING,
        "a thought",
        "",
    ]
    assert answers.getvalue() == "an answer\n"


def test_a_fast_machine_says_nothing() -> None:
    engine = ScriptedEngine("a thought</think>an answer", pace=Pace(tokens_per_second=90, prompt_tokens_per_second=900))
    chat = Chat(engine)
    thoughts, answers = io.StringIO(), io.StringIO()
    follow(chat, chat.send("q"), thoughts=thoughts, answers=answers)
    assert (thoughts.getvalue().strip(), answers.getvalue()) == ("a thought", "an answer\n")


def test_what_else_is_to_be_told_stands_below_the_answer() -> None:
    chat = Chat(ScriptedEngine("a</think>b"))
    turn = chat.ask("q")
    turn.record["notes"] = ["The server gave no finish_reason."]
    thoughts, answers = io.StringIO(), io.StringIO()
    follow(chat, turn, thoughts=thoughts, answers=answers)
    assert thoughts.getvalue().splitlines()[-1] == "The server gave no finish_reason."
    assert answers.getvalue() == "b\n"


def test_a_turn_that_nobody_reads_is_stopped_where_it_is_not_kept_either() -> None:
    gate = threading.Semaphore(0)  # more is never let through: only a stop ends the turn
    chat = Chat(ScriptedEngine(["a thought", "</think>", "one", "two"], gate=gate))
    turn = chat.send("q")
    gate.release(3)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as answers:
        follow(chat, turn, thoughts=io.StringIO(), answers=answers, stop_unread=True)
    assert (turn.finish_reason, turn.answer) == ("cancelled", "one")
