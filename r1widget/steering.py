"""`Steering`: what a person can do with a turn besides asking and stopping. The acts of a `ChatWidget`.

Each makes a version or sets an event; what a version begins with is made in versions.py, and generation.py writes it.
None of them waits for the model: `turn.wait()` or `chat.wait(turn)` does.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import versions
from .agreement import Agreement, compare
from .conversation import Conversation
from .engines import Act, capabilities_of
from .errors import ConversationError, SettingsError
from .generation import Generation
from .number import whole
from .page import Page
from .settings import Settings
from .steps import Step
from .turn import Turn
from .version import Part

MOST_AT_ONCE = 16


class Steering:
    """The acts of steering. Any thread may call them: one at a time changes the conversation (`_acting`)."""

    conversation: Conversation
    settings: Settings
    _generation: Generation
    _page: Page
    _acting: threading.RLock

    def answer_now(self, turn: Turn | None = None) -> Turn:
        """Let the turn that thinks come to its answer, from what it has thought so far.

        Of a turn that was stopped before it had an answer, a version that answers is made, and given back.
        """
        with self._acting:
            turn = self._which(turn)
            self._check("answer_now")
            if self._generation.answer_now(turn):
                return turn
            if turn.state == "queued":
                raise ConversationError("This turn hasn't begun to think.", "Wait until it does.")
            self._check("continue")
            return self._start(turn, versions.answered(turn))[0]

    def think_more(self, turn: Turn | None = None) -> Turn:
        """Let the turn think on: its next closing of the thinking becomes "Wait". Of one that has ended, a version is made.

        Experimental: with distilled models of 1.5 to 8 billion parameters it first helped and then hurt (arXiv 2506.04210).
        """
        with self._acting:
            turn = self._which(turn)
            if turn.state == "running" and not turn.answer:
                self._check("think_more")
                if self._generation.think_more(turn):
                    return turn
            self._check("continue")
            return self._start(turn, versions.thought_longer(turn))[0]

    def regenerate(self, turn: Turn | None = None, n: int = 1, **settings: Any) -> Turn:
        """Ask the same question again: `n` versions, the first of which is given back; `turn.siblings` has all."""
        with self._acting:
            turn = self._which(turn)
            n, fork = _group(n)
            return self._start(turn, *(versions.regenerated(turn, fork) for _ in range(n)), settings=settings)[0]

    def edit_question(self, turn: Turn, text: str, **settings: Any) -> Turn:
        """Ask another question in the turn's place, on a branch of its own."""
        with self._acting:
            return self._start(turn, versions.asked_otherwise(turn, text), settings=settings)[0]

    def edit_reasoning(self, turn: Turn, text: str, **settings: Any) -> Turn:
        """Let the model go on inside its thought, which is `text` so far. The words that were changed are the person's."""
        return self._edit(turn, lambda: versions.thought_edited(turn, text), settings)

    def edit_answer(self, turn: Turn, text: str, **settings: Any) -> Turn:
        """Let the model go on in its answer, which is `text` so far, behind the same thought."""
        return self._edit(turn, lambda: versions.answer_edited(turn, text), settings)

    def continue_from(self, turn: Turn, step: int | Step, **settings: Any) -> Turn:
        """Cut the thought behind a step (of `turn.steps`, or its number), and let the model go on from there."""
        return self._edit(turn, lambda: versions.thought_cut(turn, versions.end_of(turn, step)), settings)

    def fork(self, turn: Turn, step: int | Step | None = None, k: int = 4, **settings: Any) -> tuple[Turn, ...]:
        """Cut the thought behind a step, and let the model go on from there `k` times, at the same time.

        Without a `step` it begins anew. `chat.compare(turns)` says how many agree, and `chat.select(turn)` goes on with one.
        """
        if step is None:
            with self._acting:
                k, group = _group(k)
                return self._start(turn, *(versions.regenerated(turn, group) for _ in range(k)), settings=settings)
        return self._fork_at(turn, versions.end_of(turn, step), k, settings)

    def _fork_at(self, turn: Turn, at: int, k: int, settings: Mapping[str, Any] | None = None) -> tuple[Turn, ...]:
        with self._acting:
            self._check("continue")
            k, group = _group(k)
            return self._start(turn, *(versions.thought_cut(turn, at, group) for _ in range(k)), settings=settings)

    def select(self, turn: Turn) -> None:
        """Make the branch through this version the active one; later turns are those that followed it."""
        with self._acting:
            self.conversation.select(turn)
            self._page.branch()
            self._kept_changed()

    def versions(self, turn: Turn, part: Part = "reasoning") -> tuple[Turn, ...]:
        """The versions of the `"question"`, the `"reasoning"` or the `"answer"` of a turn, each by its first turn."""
        return self.conversation.versions(turn, part)

    def compare(self, turns: Sequence[Turn] | Turn) -> Agreement:
        """How many answers agree: of these turns, or of all continuations of the fork that one turn belongs to."""
        if not isinstance(turns, Sequence):
            turns = self._fork_of(turns)
        return compare([turn.answer for turn in turns])

    # ---- how

    def _edit(self, turn: Turn, make: Callable[[], Turn], settings: Mapping[str, Any]) -> Turn:
        with self._acting:
            self._check("continue")
            return self._start(turn, make(), settings=settings)[0]

    def _start(self, of: Turn, *made: Turn, settings: Mapping[str, Any] | None = None) -> tuple[Turn, ...]:
        """Take in versions of a turn, and let them be written. What the turn itself still does is stopped."""
        chosen = self.settings.replace(settings or {})
        number = len(of.siblings)
        self.conversation.insert(*made)
        self._generation.stop(of)
        self._page.versions_added(*made)
        each = [chosen if chosen.seed is None else _with_seed(chosen, number + index) for index in range(len(made))]
        self._generation.submit(*made, settings=each)
        return made

    def _which(self, turn: Turn | None) -> Turn:
        """The turn that is meant: the one that runs, or else the last of the active branch."""
        if turn is not None:
            return self.conversation[turn.id]
        turns = self.conversation.turns
        if not turns:
            raise ConversationError("There is no turn yet.", "Ask something first.")
        return next((each for each in turns if each.state == "running"), turns[-1])

    def _fork_of(self, turn: Turn) -> tuple[Turn, ...]:
        fork = turn.version and turn.version.fork
        return tuple(each for each in turn.siblings if fork and each.version and each.version.fork == fork) or (turn,)

    def _check(self, act: Act) -> None:
        """`CannotSteer` where the engine is known and can't; one that isn't yet refuses when it is."""
        if (engine := self._generation.engine) is not None:
            capabilities_of(engine).check(act)

    def _kept_changed(self) -> None:
        """What the notebook keeps has changed."""


def _group(count: Any) -> tuple[int, str | None]:
    """How many, and a name for what belongs together."""
    count = whole(count)
    if type(count) is not int or not 1 <= count <= MOST_AT_ONCE:
        raise SettingsError(f"{count!r} continuations can't be.", f"Take a number from 1 to {MOST_AT_ONCE}.")
    return count, uuid.uuid4().hex[:8] if count > 1 else None


def _with_seed(settings: Settings, number: int) -> Settings:
    """With its seed each turn can be repeated; so versions, which are to differ, have one each."""
    return settings.replace({"seed": ((settings.seed or 0) + number) % 2**63})
