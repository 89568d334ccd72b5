"""`Sequence`: one chat's place in the engine. The engine's thread writes it, the chat's own thread reads its deltas."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Ids
from dataclasses import replace
from typing import Any

from torch import Tensor

from .. import Delta
from ..model.network import Chunk, KVCache
from .reply import Reply
from .sampling import Sampler
from .speculation import Depth, Proposer

POLL = 0.05
"""Seconds between two looks at `stop` while a pass lasts: an event can't be waited for together with a queue."""


class Sequence:
    """The ids of a prompt and of its reply so far, of which `cache` holds those that were read.

    The scheduler asks for the next chunk (`next_chunk`), and hands over its logits with `take`. Draft tokens are ids that may come next:
    they are read behind the confirmed ones, and each is kept if it is what the sampler draws there. So a reply is the
    same with and without them, and what isn't drawn is cut from the cache again.
    """

    def __init__(
        self,
        ids: Ids[int],
        sampler: Sampler,
        reply: Reply,
        stop: threading.Event,
        *,
        proposer: Proposer | None = None,
        depth: Depth | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake` is called by the reader whenever it waits for more."""
        self.ids = list(ids)
        self.is_awaited = False
        """Whether the reader has taken everything and waits. Nothing is written ahead of it: a stop, or "answer now",
        means the text that its reader has seen, and a reader that has gone to sleep leaves the machine to the others."""
        self.cache: KVCache | None = None
        self.reply = reply
        self.prompt = len(self.ids)
        self._sampler = sampler
        self._stop, self._dropped = stop, threading.Event()
        self._proposer, self._depth = proposer, depth
        self._draft_tokens: list[int] = []
        self._outgoing: queue.SimpleQueue[list[Delta] | BaseException | None] = queue.SimpleQueue()
        self._wake = wake
        self._queue_position: int | None = None
        self._untold: tuple[int, int] | None = None
        """How many tokens the prompt has and how many were read before, which goes with the next delta."""

    # ---- for the engine's thread

    @property
    def num_uncomputed_tokens(self) -> int:
        """How many confirmed ids are still to be read."""
        return len(self.ids) - (self.cache.length if self.cache else 0)

    def begin(self, cache: KVCache) -> None:
        """Its turn has come; `cache` has what was read of its beginning before."""
        self.cache = cache
        self._untold = (self.prompt, cache.length)

    def prepare(self) -> bool:
        """Before a pass: whether there is more to do. A stop ends it here, and so does a reply that is full."""
        if self.is_over:
            self.reply.end("cancelled")
        elif due := self.reply.due():
            self._confirm(due)
        return self.reply.ended is None

    @property
    def is_dropped(self) -> bool:
        return self._dropped.is_set()

    @property
    def is_over(self) -> bool:
        """Whether it has been stopped, or its reader has gone."""
        return self._stop.is_set() or self._dropped.is_set()

    def next_chunk(self, most: int, other_rows: int) -> Chunk:
        """What to read next: at most `most` confirmed ids, and if those are all, draft tokens behind them."""
        assert self.cache is not None
        start = self.cache.length
        ids = self.ids[start : start + most]
        self._draft_tokens = []
        if start + len(ids) < len(self.ids):
            return Chunk(self.cache, ids, num_logits=0)
        if self._proposer is not None and self._depth is not None and start >= self.prompt:
            self._draft_tokens = self._proposer.propose(self._depth.choose(other_rows), self._depth.floor)
        return Chunk(self.cache, [*ids, *self._draft_tokens], num_logits=1 + len(self._draft_tokens))

    def take(self, logits: Tensor) -> int:
        """Draw from the logits of the chunk that was read, (num_logits, vocabulary); how many tokens it gave."""
        if not len(logits):
            assert self.cache is not None
            self._say([Delta(reading=(min(self.cache.length, self.prompt), self.prompt))])
            return 0
        drawn: list[int] = []
        for row, draft in zip(logits, [*self._draft_tokens, None], strict=True):
            id, score = self._sampler(row, self.reply.unwanted())
            if not self.reply.feed(id, score):
                drawn.extend(self.reply.due())
                break
            drawn.append(id)
            if id != draft or self.reply.ended is not None:
                break
            if due := self.reply.due():
                drawn.extend(due)
                break
            if self.reply.ended is not None:
                break
        # The last id is read again even where it was a draft (what closes a thought may well be): its logits, behind
        # all that was inserted, have not been drawn from.
        accepted = min(sum(1 for _ in _alike(drawn, self._draft_tokens)), len(drawn) - 1)
        assert self.cache is not None
        if self._depth is not None and self.cache.length > self.prompt:
            self._depth.learn(len(self._draft_tokens), accepted)
        self.cache.truncate(self.cache.length - len(self._draft_tokens) + accepted)
        self._confirm(drawn)
        return len(drawn)

    def tell(self) -> None:
        """Hand over what has come of the last pass."""
        if deltas := list(self.reply.deltas()):
            self._say(deltas)

    def tell_queue_position(self, position: int) -> None:
        """So many chats come first."""
        if position != self._queue_position and (position or self._queue_position):
            self._say([Delta(waiting=position)])
        self._queue_position = position

    def fail(self, error: BaseException) -> None:
        """It can't go on; what was written has been handed over."""
        self.reply.end("cancelled")
        self._say(error)

    def close(self) -> None:
        """There will be no more deltas."""
        self._say(None)

    # ---- for the chat's thread

    def deltas(self) -> Iterator[Delta]:
        """What is written, as it comes. What a pass wrote and nobody has seen when the stop comes is left out; nor does
        the reader wait for the end of that pass, which may be one that others need."""
        left_out = False
        while True:
            self.is_awaited = True
            self._wake()
            item = self._next()
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            for delta in item:
                if delta.text and self._stop.is_set():
                    left_out = True
                elif delta.finish_reason and left_out:
                    yield Delta(finish_reason="cancelled")
                else:
                    yield delta

    def _next(self) -> list[Delta] | BaseException | None:
        while True:
            with contextlib.suppress(queue.Empty):
                return self._outgoing.get(timeout=POLL)
            if self._stop.is_set():
                self._outgoing.put(None)
                return [Delta(finish_reason="cancelled")]

    def drop(self) -> None:
        """Nobody reads any more."""
        self._dropped.set()
        self._wake()

    def _confirm(self, ids: Ids[int]) -> None:
        self.ids.extend(ids)
        if self._proposer is not None:
            self._proposer.extend(ids)

    def _say(self, item: list[Delta] | BaseException | None) -> None:
        self.is_awaited = False
        if isinstance(item, list) and self._untold is not None:
            item[0], self._untold = replace(item[0], prompt_tokens=self._untold), None
        self._outgoing.put(item)


def _alike(drawn: Ids[int], drafted: Ids[int]) -> Iterator[Any]:
    for one, other in zip(drawn, drafted, strict=False):
        if one != other:
            return
        yield one
