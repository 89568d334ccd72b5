"""`write_turn`: an engine's deltas become a turn's text and record. A plain generator: no thread, no page."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from ..conversation.scores import Growth, Placing
from ..conversation.token_ids import ReplyIds
from ..conversation.turn import FinishReason, Origin, Turn, clean
from ..engines import Delta, Engine, Message, Prompt, Request
from ..errors import EngineError, R1WidgetError
from ..reasoning import Kind, ReasoningSplitter
from .recording import Recorder

logger = logging.getLogger("r1widget")


class Added(NamedTuple):
    """Text that a turn has grown by; `at` in characters of its kind."""

    kind: Kind
    at: int
    text: str
    origin: Origin = "model"


def messages_for(turn: Turn, history: tuple[Turn, ...], system: str | None) -> list[Message]:
    """What the model is asked: the questions so far with their answers, never their thoughts, and the new question.

    A turn without an answer (stopped while thinking, failed) is left out whole: a question that nobody answered would
    be answered now.
    """
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    for past in history:
        if answer := past.answer:
            messages += [{"role": "user", "content": past.question}, {"role": "assistant", "content": answer}]
    return [*messages, {"role": "user", "content": turn.question}]


def write_turn(
    turn: Turn, engine: Engine, request: Request, stop: threading.Event
) -> Generator[Added | None, None, None]:
    """Let the engine write the turn; yields each piece as it is added, and None when something else is to be told:
    first that the writing begins, then what the prompt is, how many wait before it, how far it has been read.

    However it ends, the turn is settled and everything the model wrote is in it: an exception, of the engine or of who
    takes what is yielded (`throw`), becomes the turn's `error`, and closing the generator a cancelled turn.
    """
    record = Recorder(turn, engine, request.settings)
    writer = _Writer(turn, request, stop, record)
    finish: FinishReason = "cancelled"
    error: str | None = None
    try:
        yield None
        try:
            for delta in _deltas(engine, request, stop):
                finish = delta.finish_reason or finish
                yield from writer.take(delta)
        except R1WidgetError as problem:
            finish, error = "error", clean(str(problem))
        yield from writer.rest()
    except GeneratorExit:
        raise
    except BaseException as problem:
        finish, error = "error", failed(problem)
    finally:
        for _ in writer.rest():
            """What was held back belongs to the turn, also where nobody hears of it."""
        record.settle(finish, error)


def failed(problem: BaseException) -> str:
    """What a person reads of an exception that isn't an engine's."""
    if isinstance(problem, R1WidgetError):
        return str(problem)
    return f"r1widget failed ({type(problem).__name__}: {problem}). What was written is kept."


def _deltas(engine: Engine, request: Request, stop: threading.Event) -> Iterator[Delta]:
    """The engine's. Whatever it raises is an error of ours, with its remedy; an engine may be anybody's."""
    try:
        for delta in engine.stream(request, stop):
            if not isinstance(delta, Delta):
                raise TypeError(f"a {type(delta).__name__} is no Delta")
            yield delta
    except (R1WidgetError, GeneratorExit):
        raise
    except BaseException as problem:
        logger.debug("the engine failed", exc_info=True)
        raise EngineError(
            f"The model failed with {type(problem).__name__}: {problem}.",
            "What it had written is kept; ask again.",
        ) from problem


class _Writer:
    """Follows the deltas into a turn's text and ids, and tells the recorder what comes."""

    def __init__(self, turn: Turn, request: Request, stop: threading.Event, record: Recorder) -> None:
        self.turn = turn
        self.splitter: ReasoningSplitter | None = None
        self._request, self._stop, self._record = request, stop, record
        self._typed: Kind | None = None  # the kind the engine named last, where it tells them apart itself
        self._lengths = dict(record.starts)
        self._placing = Placing(turn.scores, dict(record.starts))

    def take(self, delta: Delta) -> Iterator[Added | None]:
        if delta.prompt is not None:
            self._begin(delta.prompt)
        if self._record.hear(delta):
            yield None
        if not delta.text:
            # A server tells the sum at the end.
            now: Kind = "reasoning" if self._is_thinking else "answer"
            kind: Kind = now if delta.kind == "raw" else delta.kind
            self._record.count(kind, delta.tokens, delta.origin)
            self._record.told_of(delta.tokens)
            self._place("", delta, (), kind)
            if delta.ids:  # without a text of their own, or behind the last that has one
                self._remember(delta)
            return
        text = clean(delta.text)  # a server's JSON can have half a character, which no socket of ours would carry
        self._record.wrote(delta.tokens, delta.origin)
        was_thinking = self._is_thinking
        if delta.kind == "raw":
            self._typed = None
            if self.splitter is None:
                self.splitter = ReasoningSplitter(False)
            parts = self.splitter.read(text)
            kind = "reasoning" if was_thinking or self._is_thinking else "answer"  # the tags are thought's
        else:
            kind = self._typed = delta.kind
            parts = [*(self.splitter.flush() if self.splitter else ()), (kind, text)]
        self._record.count(kind, delta.tokens, delta.origin)
        self._follow(was_thinking, parts, delta.origin)
        added = [self._append(kind, text, delta.origin) for kind, text in parts]
        self._place(text, delta, self._grown(parts, added), kind)
        for addition in added:
            yield from self._tell(addition)
        self._remember(delta)

    def rest(self) -> Iterator[Added | None]:
        """What the splitter still held back."""
        parts = self.splitter.flush() if self.splitter else []
        added = [self._append(kind, text, "model") for kind, text in parts]
        self._placing.settle(self._grown(parts, added), 0, "reasoning" if self._is_thinking else "answer")
        for addition in added:
            yield from self._tell(addition)

    def _begin(self, prompt: Prompt) -> None:
        """The reply begins, or goes on in the middle."""
        turn = self.turn
        if turn.begins is None:
            self.splitter = ReasoningSplitter(prompt.opens_thinking, thinking_tags=prompt.thinking_tags)
            turn.opens_thinking = prompt.opens_thinking
            return
        self.splitter = ReasoningSplitter.inside(
            turn.begins, thinking_tags=prompt.thinking_tags, behind=turn.text("answer")
        )
        reasoning, answer, closed = turn.ids.all[1:]
        if turn.begins == "answer" and not any(piece.closes for piece in prompt.encoded):
            closed = True  # it was closed among the ids that are kept, or never thought: the rest is answer
        for piece in prompt.encoded:
            if piece.closes:
                closed = True
            elif closed:
                answer += len(piece.text)
            else:
                reasoning += len(piece.text)
            turn.ids.add(piece.ids, reasoning, answer, thinking=not closed)
        if {"reasoning": reasoning, "answer": answer} != self._record.starts:
            turn.ids = ReplyIds()  # what the engine was given isn't what it made of it: nothing is known of the places
            turn.ids.add((), 0, 0, thinking=True)

    def _remember(self, delta: Delta) -> None:
        """Which ids the reply has now, and where in the text they end."""
        held = self.splitter.held if self.splitter and self._typed is None else 0
        thinking = self._is_thinking
        self.turn.ids.add(
            delta.ids,
            self._lengths["reasoning"] + (held if thinking else 0),
            self._lengths["answer"] + (0 if thinking else held),
            thinking=thinking,
        )

    def _follow(self, was_thinking: bool, parts: Sequence[tuple[Kind, str]], origin: Origin) -> None:
        """Who ended the thinking, and how long it took; of a reply that thinks again, the last time and all of it."""
        thought = was_thinking or any(kind == "reasoning" for kind, _ in parts)
        if self._is_thinking and not was_thinking:
            self._record.thinking_begins()
        elif thought and not self._is_thinking:
            self._record.thinking_ends(origin)

    def _append(self, kind: Kind, text: str, origin: Origin) -> Added:
        before = self.turn.before(kind)
        at = self.turn.append(kind, text, origin)
        self._lengths[kind] = at + len(before) + len(text)
        return Added(kind, at, before + text, origin)

    def _grown(self, parts: Sequence[tuple[Kind, str]], added: Sequence[Added]) -> list[Growth]:
        """What became of the parts of a piece: there may be more in the texts than in it."""
        return [
            Growth(kind, len(text), addition.at + len(addition.text))
            for (kind, text), addition in zip(parts, added, strict=True)
        ]

    def _tell(self, added: Added) -> Iterator[Added | None]:
        kind, at, text, _origin = added
        if not text:  # between two thoughts that touch
            return
        if kind == "reasoning":
            self._record.mark(at + len(text))
        yield added
        # All of it, that places may agree; nobody but the model writes so much that it would repeat itself.
        if self._record.repeats(kind, text):
            self._end_loop(kind)
            yield None

    def _end_loop(self, kind: Kind) -> None:
        """A text that repeats itself is ended, where the settings say so."""
        if self.turn.loop is None or not self._request.settings.stop_loops:
            return
        if kind == "reasoning":
            self._request.looping.set()
        elif not self._stop.is_set():
            self._record.ended_by_loop = True
            self._stop.set()

    @property
    def _is_thinking(self) -> bool:
        if self._typed is not None:
            return self._typed == "reasoning"
        return self.splitter is not None and self.splitter.is_thinking

    def _place(self, text: str, delta: Delta, grown: Sequence[Growth], kind: Kind) -> None:
        self._placing.feed(text, delta.scores if delta.origin == "model" else ())
        self._placing.settle(grown, self.splitter.held if self.splitter and self._typed is None else 0, kind)
