"""`Steering`: what a person can do with a turn besides asking and stopping: a half of a `Chat`.

Each makes a version or sets an event; what a version begins with is made in conversation/edits.py, and generation.py writes it.
None of them waits for the model: `turn.wait()` or `chat.wait(turn)` does.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, overload

from ..check.agreement import Agreement, compare
from ..conversation import Conversation, edits
from ..conversation.other_token import with_other_token
from ..conversation.several import Turns
from ..conversation.turn import Turn
from ..conversation.version import Part
from ..engines import Act
from ..errors import ConversationError, ReadOnlyError, SettingsError
from ..number import whole
from ..reasoning.steps import Step
from ..settings import Settings
from .following import REPLACED, following, move
from .generation import Generation
from .listening import Listeners

MOST_AT_ONCE = 16


def _setting(name: str, doc: str) -> Any:
    """One of the settings, by its own name."""

    def put(chat: Steering, value: Any) -> None:
        chat.settings = chat.settings.replace({name: value})

    return property(lambda chat: getattr(chat.settings, name), put, doc=doc)


class Steering:
    """The acts of steering, and what they need. Any thread may call them: one at a time changes the conversation (`acting`)."""

    def __init__(
        self, conversation: Conversation, generation: Generation, listeners: Listeners, settings: Settings
    ) -> None:
        self._conversation, self._listeners, self._settings = conversation, listeners, settings
        self.generation = generation
        """The line of turns, and the thread that works it off."""

    @property
    def conversation(self) -> Conversation:
        """The whole tree of turns, all versions among them."""
        return self._conversation

    @conversation.setter
    def conversation(self, other: object) -> None:
        raise ReadOnlyError(
            "A chat keeps its conversation: pages, and what is being written, belong to it.",
            "Begin another with Chat(…) or ChatWidget(…), or empty this one with chat.clear().",
        )

    @property
    def settings(self) -> Settings:
        """The defaults of this chat's turns. They are set as a whole, as `Chat(settings=…)` takes them: what a mapping doesn't
        name has its default. `chat.settings.replace({…})` is this chat's with some changed."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings | Mapping[str, Any]) -> None:
        self._settings = Settings.of(settings)
        self._listeners.tell("settings_changed", self._settings)

    thinking_budget = _setting("thinking_budget", "In tokens, of the turns to come; None: no limit.")
    stop_loops = _setting("stop_loops", "Whether turns to come are ended where they repeat themselves.")

    @property
    def acting(self) -> AbstractContextManager[object]:
        """While this is held, no other thread changes the conversation, and no turn begins."""
        return self.generation.acting

    def answer_now(self, turn: Turn | None = None) -> Turn:
        """Let the turn that thinks come to its answer, from what it has thought so far.

        Of a turn that was stopped before it had an answer, a version that answers is made, and given back.
        """
        with self.acting:
            turn = self._which(turn)
            self._check("answer_now")
            if self.generation.answer_now(turn):
                return turn
            if turn.state == "queued":
                raise ConversationError("This turn hasn't begun to think.", "Wait until it does.")
            self._check("continue")
            return self._start(turn, edits.answered(turn))[0]

    def think_more(self, turn: Turn | None = None) -> Turn:
        """Let the turn think on: its next closing of the thinking becomes "Wait". Of one that has ended, a version is made.

        Experimental: with distilled models of 1.5 to 8 billion parameters it first helped and then hurt (arXiv 2506.04210).
        """
        with self.acting:
            turn = self._which(turn)
            if turn.state == "running" and not turn.answer:
                self._check("think_more")
                if self.generation.think_more(turn):
                    return turn
            self._check("continue")
            return self._start(turn, edits.reasoning_longer(turn))[0]

    @overload
    def regenerate(self, /, turn: Turn | None = None, n: None = None, **settings: Any) -> Turn: ...
    @overload
    def regenerate(self, /, turn: Turn | None = None, *, n: int, **settings: Any) -> Turns: ...
    @overload
    def regenerate(self, /, turn: Turn | None, n: int, **settings: Any) -> Turns: ...
    def regenerate(self, /, turn: Turn | None = None, n: int | None = None, **settings: Any) -> Turn | Turns:
        """Ask the same question again: a version, or `n` of them at the same time, as `fork` gives them back."""
        with self.acting:
            turn = self._which(turn)
            count, fork = _group(1 if n is None else n)
            made = self._start(turn, *(edits.regenerated(turn, fork) for _ in range(count)), settings=settings)
            return made[0] if n is None else made

    def resume(self, /, turn: Turn | None = None, **settings: Any) -> Turn:
        """Go on where a turn ended early: it was stopped or cut off, it failed, or its kernel ended. A version that begins with
        all that was written, inside the same thought or in the answer behind it; where nothing was, the question is asked anew.
        """
        with self.acting:
            turn = self._which(turn)
            made = edits.resumed(turn)
            if made.begins is not None:
                self._check("continue")
            return self._start(turn, made, settings=settings)[0]

    def edit_question(self, /, turn: Turn, text: str, **settings: Any) -> Turn:
        """Ask another question in the turn's place, on a branch of its own."""
        with self.acting:
            return self._start(turn, edits.asked_otherwise(turn, text), settings=settings)[0]

    def edit_reasoning(self, /, turn: Turn, text: str, **settings: Any) -> Turn:
        """Let the model go on inside its thought, which is `text` so far. The words that were changed are the person's."""
        return self._edit(turn, lambda: edits.reasoning_edited(turn, text), settings)

    def edit_answer(self, /, turn: Turn, text: str, **settings: Any) -> Turn:
        """Let the model go on in its answer, which is `text` so far, behind the same thought."""
        return self._edit(turn, lambda: edits.answer_edited(turn, text), settings)

    def continue_from(self, /, turn: Turn, step: int | Step, **settings: Any) -> Turn:
        """Cut the thought behind a step (of `turn.steps`, or its number), and let the model go on from there."""
        return self._edit(turn, lambda: edits.reasoning_cut(turn, edits.end_of(turn, step)), settings)

    def fork(self, /, turn: Turn, step: int | Step | None = None, k: int = 4, **settings: Any) -> Turns:
        """Cut the thought behind a step, and let the model go on from there `k` times, at the same time.

        Without a `step` it begins anew. `chat.compare(turns)` says how many agree, and `chat.select(turn)` goes on with one.
        """
        if step is None:
            with self.acting:
                k, group = _group(k)
                return self._start(turn, *(edits.regenerated(turn, group) for _ in range(k)), settings=settings)
        return self.fork_at(turn, edits.end_of(turn, step), k, **settings)

    def fork_at(self, turn: Turn, at: int, k: int = 4, **settings: Any) -> Turns:
        """The same behind the first `at` characters of the verbatim thought."""
        with self.acting:
            self._check("continue")
            k, group = _group(k)
            return self._start(turn, *(edits.reasoning_cut(turn, at, group) for _ in range(k)), settings=settings)

    def fork_token(self, /, turn: Turn, index: int, token: int | str, **settings: Any) -> Turn:
        """Put another token in the place of number `index` of `turn.scores`, and let the model go on behind it: a version.

        `token` is the id of one of that token's `alternatives`, or a text. Where it ends the thinking, the answer follows.
        """
        return self._edit(turn, lambda: with_other_token(turn, index, token), settings)

    def select(self, turn: Turn) -> None:
        """Make the branch through this version the active one; later turns are those that followed it."""
        with self.acting:
            self.conversation.select(turn)
            self._listeners.tell("branch_changed")

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
        with self.acting:
            self._check("continue")
            return self._start(turn, make(), settings=settings)[0]

    def _start(self, of: Turn, *made: Turn, settings: Mapping[str, Any] | None = None) -> Turns:
        """Take in versions of a turn, and let them be written. What the turn itself still does is stopped, and so is what
        is written behind it; what waits behind it waits behind the new version (following.py)."""
        chosen = self.settings.replace(settings or {})
        number = len(of.siblings)
        each = [chosen if chosen.seed is None else _with_seed(chosen, number + index) for index in range(len(made))]
        line, conversation = self.generation, self.conversation
        behind = following(conversation, of, line.waiting)
        place = min(filter(None, map(line.place, (of, *behind.moved))), default=None)
        try:
            conversation.insert(*made)
            move(conversation, behind.moved, made[0])
            conversation.select(made[0])
            put_back = line.submit(*made, settings=each, place=place)
            self._listeners.tell("versions_added", made, behind.moved)
            for turn in put_back:
                self._listeners.tell("turn_changed", turn)
            line.stop(of)
            for turn in (*behind.dropped, *(turn for turn in line.running if conversation.follows(turn, of))):
                line.stop(turn, why=REPLACED)
            if said := str(behind):
                self._listeners.tell("noted", said)
        except BaseException:  # an interrupt
            for turn in made:
                line.cancel(turn)
            raise
        return Turns(made)

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
        if (engine := self.generation.engine) is not None:
            engine.capabilities.check(act)


def _group(count: Any) -> tuple[int, str | None]:
    """How many, and a name for what belongs together."""
    count = whole(count)
    if type(count) is not int or not 1 <= count <= MOST_AT_ONCE:
        raise SettingsError(f"{count!r} continuations can't be.", f"Take a number from 1 to {MOST_AT_ONCE}.")
    return count, uuid.uuid4().hex[:8] if count > 1 else None


def _with_seed(settings: Settings, number: int) -> Settings:
    """With its seed each turn can be repeated; so versions, which are to differ, have one each."""
    return settings.replace({"seed": ((settings.seed or 0) + number) % 2**63})
