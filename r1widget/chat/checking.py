"""`Checking`: what a person can have found out about a turn: a part of a `Chat`.

What is to be written is plans.py's, who has it written `Search`, in a line `Beside` the chat's. What it comes to is in check/.
"""

from __future__ import annotations

from typing import Any, get_args

from ..check.answer_trace import AnswerTrace
from ..check.asked_again import Check
from ..conversation import Conversation
from ..conversation.checked import Looking
from ..conversation.turn import Turn
from ..errors import ConversationError, EngineError, SettingsError
from ..number import whole
from ..settings import Settings
from .beside import Beside
from .foreseeing import Foresight, foreseen
from .generation import Generation
from .listening import Listeners
from .plans import AskingAgain, Plan, Tracing
from .search import Search
from .steering import MOST_AT_ONCE
from .varied import settings_for
from .waiting import Waiting


class Checking(Waiting):
    """The acts of checking. None of them changes the conversation, and none makes a question wait."""

    def __init__(
        self, conversation: Conversation, generation: Generation, listeners: Listeners, settings: Settings
    ) -> None:
        super().__init__(conversation, generation, listeners, settings)
        self._beside: Beside | None = None
        self._searches: dict[tuple[str, Looking], Search] = {}

    def check(self, /, turn: Turn | None = None, k: int = 4, *, wait: bool = True, **settings: Any) -> Check:
        """Ask the turn's question again, until there are `k` other answers; which of them agree, `check.agreement` says.

        They are written beside the chat, four at a time, with the settings of the turn's record and a seed of their own each; at
        temperature 0, where all would be the same, with the chat's temperature. `settings` change some. Those that are there
        count, so a larger `k` goes on. They come to `turn.check` one by one; an interrupt, or `stop_check`, keeps those that there
        are. With `wait=False` it returns at once. `EngineError` where one of them failed.
        """
        with self.acting:
            turn = self._ended(turn)
            plan = AskingAgain(turn, _count(k), settings_for(turn, self.settings, settings))
        self._look(plan, wait)
        return turn.check or Check(turn.answer, question=turn.question)

    def trace_answer(
        self,
        /,
        turn: Turn | None = None,
        k: int = 4,
        *,
        tokens: int | None = None,
        wait: bool = True,
        **settings: Any,
    ) -> AnswerTrace:
        """Find out behind which step of the thought its answer was decided: cut it between steps, go on from there `k` times, and
        count the answers. Places are found by bisection, within `tokens` of continuations in all, or else four times `k` the turn's own.

        What there is counts: more `tokens`, or a larger `k`, go on from it. Otherwise as `check`. `CannotSteer` where the model can't go on
        from a text that is there.
        """
        with self.acting:
            self._check("continue")
            turn, budget = self._ended(turn), _budget(tokens)
            if not turn.answer or not turn.steps:
                what = "answer" if turn.steps else "thought"
                raise ConversationError(
                    f"This turn has no {what}, so nothing was decided in it.", "Resume or regenerate it."
                )
            plan = Tracing(turn, _count(k), settings_for(turn, self.settings, settings), budget)
        self._look(plan, wait, needs_continuing=True)
        return turn.answer_trace or AnswerTrace(turn.answer)

    def stop_check(self, turn: Turn | None = None, what: Looking | None = None) -> None:
        """Stop the check of a turn, or of all; `"check"`, `"trace_answer"`, or both. What was found stays. Stopping nothing is fine."""
        if what is not None and what not in get_args(Looking):
            raise SettingsError(f"{what!r} can't be stopped.", f"There are {', '.join(get_args(Looking))}.")
        for search in [*self._searches.values()]:
            if (turn is None or search.plan.turn is turn) and what in (None, search.plan.what):
                search.stop()

    def foresee(self, what: Looking, turn: Turn | None = None, k: int = 4) -> Foresight:
        """What that would take, about: `(seconds, tokens)`; seconds are None where nobody knows."""
        turn = self._ended(turn)
        settings = settings_for(turn, self.settings, {})
        if what not in get_args(Looking):
            raise SettingsError(f"{what!r} can't be foreseen.", f"There are {', '.join(get_args(Looking))}.")
        if what == "trace_answer":
            self._check("continue")
            if not turn.answer or not turn.steps:
                return Foresight(0.0, 0)
        plan: Plan = AskingAgain(turn, _count(k), settings) if what == "check" else Tracing(turn, _count(k), settings)
        return foreseen(plan, self.generation.engine)

    def stop_checks(self) -> None:
        """Stop all that is being found out."""
        if self._beside is not None:
            self._beside.stop()

    # ---- how

    def _look(self, plan: Plan, wait: bool, *, needs_continuing: bool = False) -> None:
        search, is_new = self._search(plan)
        if not wait:
            if is_new:
                search.begin()
            return
        search.is_waited_for = True
        self._wait_for(search.begin if is_new else _nothing, (search,), Search.cancel)
        if search.problem is not None:
            if needs_continuing:
                self._check("continue")  # now that it is known which model that is
            raise EngineError(search.problem)

    def _search(self, plan: Plan) -> tuple[Search, bool]:
        """The one that makes this already, or a new one. `ConversationError` where that does it otherwise."""
        with self.acting:
            key = (plan.turn.id, plan.what)
            there = self._searches.get(key)
            if there is not None and there.state != "ended":
                if there.plan.settings != plan.settings:
                    raise ConversationError(
                        "This turn is being checked already, with other settings.",
                        "Stop that first: chat.stop_check(turn).",
                    )
                there.plan.widen(plan)
                return there, False
            for old in [key for key, search in self._searches.items() if search.state == "ended"]:
                del self._searches[old]
            line = self._line_beside()
            made = Search(plan, line, self._listeners, foreseen(plan, self.generation.engine).seconds)
            self._searches[key] = made
            return made, True

    def _line_beside(self) -> Beside:
        """Made with the first check, and always with the chat's own engine."""
        if self._beside is None:
            self._beside = Beside(self.conversation, self.generation.source)
        elif self._beside.source is not self.generation.source:
            self._beside.use(self.generation.source)
        return self._beside

    def _ended(self, turn: Turn | None) -> Turn:
        """The turn that is meant: the last of the active branch that has ended."""
        if turn is None:
            turn = next((each for each in reversed(self.conversation.turns) if each.state == "ended"), None)
        turn = self._which(turn)
        if turn.state != "ended":
            raise ConversationError("This turn hasn't ended.", "Wait until it has, or stop it.")
        return turn


def _count(k: Any) -> int:
    k = whole(k)
    if type(k) is not int or not 1 <= k <= MOST_AT_ONCE:
        raise SettingsError(f"{k!r} answers can't be.", f"Take a number from 1 to {MOST_AT_ONCE}.")
    return k


def _budget(tokens: Any) -> int | None:
    if tokens is None:
        return None
    tokens = whole(tokens)
    if type(tokens) is not int or tokens < 1:
        raise SettingsError(f"A budget of {tokens!r} tokens can't be.", "Take a whole number from 1 up, or None.")
    return tokens


def _nothing() -> None:
    """It has begun."""
