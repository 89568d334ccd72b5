"""`follow`: a turn in a terminal, as it is written. The thought dim on one stream, the answer on another."""

from __future__ import annotations

import sys
from typing import TextIO

from ..chat import Chat
from ..chat.status import EngineStatus
from ..conversation import estimate
from ..conversation.outcome import advice, said
from ..conversation.turn import Turn
from ..reasoning import Kind
from .out import Out

_BEAT = 0.05  # seconds between looks; a terminal has nobody to tell it that there is news


def follow(
    chat: Chat,
    turn: Turn,
    *,
    thoughts: TextIO | None = None,
    answers: TextIO | None = None,
    stop_unread: bool = False,
) -> Turn:
    """Print the turn until it ends, to stderr and stdout. An interrupt stops it and prints what was written; so does, with
    `stop_unread`, the end of who read the answer."""
    read = Out(answers or sys.stdout)
    printer = _Printer(turn, Out(thoughts or sys.stderr), read)
    ended = False
    while not ended:
        try:
            ended = turn.wait(_BEAT)
        except KeyboardInterrupt:
            chat.stop(turn)
        if stop_unread and read.is_closed:
            chat.stop(turn)
        printer.show_status(chat.status)
        printer.show_progress()
        printer.print_news()
    printer.finish()
    return turn


class _Printer:
    def __init__(self, turn: Turn, thoughts: Out, answers: Out) -> None:
        self._turn = turn
        self._streams: dict[Kind, Out] = {"reasoning": thoughts, "answer": answers}
        self._printed: dict[Kind, int] = {"reasoning": 0, "answer": 0}
        self._status = ""
        self._said: set[str] = set()
        self._dim = thoughts.is_terminal

    def show_status(self, status: EngineStatus) -> None:
        if status["state"] == "loading":
            self._show(status["text"])

    def show_progress(self) -> None:
        """What is to be waited for, as long as nothing is written: lines in the middle of a thought would be read as it."""
        progress = self._turn.progress
        if progress is None or any(self._printed.values()):
            return
        if progress.waiting:
            self._show(estimate.waiting(progress.waiting))
            return
        if progress.reading:
            self._show_once("reading", estimate.reading(*progress.reading, progress.prompt_tokens_per_second))
        if self._turn.opens_thinking:
            self._show_once("warning", estimate.warning(progress.limits, progress.tokens_per_second))

    def print_news(self) -> None:
        kinds: tuple[Kind, ...] = ("reasoning", "answer")
        for kind in kinds:
            text = self._turn.text(kind)
            news = text[self._printed[kind] :]
            if kind == "answer" and not self._printed["answer"]:
                news = news.lstrip()
                if news and self._printed["reasoning"]:
                    self._streams["reasoning"].print("\n")
            if news:
                self._printed[kind] = len(text)
                dimmed = f"\x1b[2m{news}\x1b[22m" if kind == "reasoning" and self._dim else news
                self._streams[kind].print(dimmed, end="")

    def _show(self, sentence: str) -> None:
        if sentence != self._status:
            self._status = sentence
            self._streams["reasoning"].print(sentence)

    def _show_once(self, what: str, sentence: str) -> None:
        if sentence and what not in self._said:
            self._said.add(what)
            self._show(sentence)

    def finish(self) -> None:
        self._streams["answer"].print()
        if sentence := outcome(self._turn):
            self._streams["reasoning"].print(sentence)
        for note in self._turn.record.get("notes", ()):
            self._streams["reasoning"].print(note)


def outcome(turn: Turn) -> str:
    """What a person should know of how a turn ended, if it didn't just end, and what to do about it."""
    if turn.error:
        return turn.error
    # Where the record has a note, that is the reason, and another one than `max_tokens`.
    return f"{said(turn)} {'' if turn.record.get('notes') else advice(turn)}".strip()
