"""`Scheduler`: the one thread that runs a network, for many chats. Each pass over the weights serves all of them."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from ...conversation.beginning import common
from ...errors import EngineError, NotEnoughMemory, R1WidgetError
from ..kvcache.prefixes import Prefixes
from ..model.network import Chunk, KVCache, Network
from ..pace import Speedometer
from ..readers import Readers
from .sequence import Sequence
from .speculation import Costs

MOST_CHATS = 16
"""Chats that are written at once; more wait in line. At ten, a pass still takes less than twice the time of one."""
GRACE = 0.02
"""Seconds that a pass waits for the readers of the one before. Ten take 2 ms to come back."""
PATIENCE = 5.0
"""Seconds that a program's end waits for those who read."""
IDLE = 0.1
SMALL = 100_000_000
"""Parameters below which a model on a CPU takes one thread. Its pass is over before a second one has woken up: beside one
busy program on two cores, two threads made 13 tokens/s and one 500."""


class Scheduler:
    """Admits sequences, reads their prompts in chunks, writes a token (or several) of each in every pass, retires them.

    The thread starts with the first sequence and ends when there is none. `step` is one pass and needs no thread.
    """

    def __init__(self, network: Network, prefixes: Prefixes, *, most_chats: int = MOST_CHATS) -> None:
        self.network = network
        self.prefixes = prefixes
        self.costs = Costs()
        self.speed = Speedometer()
        self.most_chats = most_chats
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []
        self._last: list[Sequence] = []
        self._thread: threading.Thread | None = None
        self._threads: list[threading.Thread] = []  # all that may not have ended, also those that are about to
        self._changed = threading.Condition()
        self._is_closed = False
        # A thread that the interpreter's end finds in torch's code is killed there, and the process with it.
        self.readers = Readers()
        atexit.register(_close, weakref.ref(self), self._threads, self.readers)

    @property
    def threads(self) -> int:
        """Those of torch that a pass takes, on a CPU."""
        return torch.get_num_threads() if _is_worth_threads(self.network) else 1

    @property
    def cache_bytes(self) -> int:
        """Of the keys and values of what is written, and of what was. What they share counts once."""
        running = [sequence.cache for sequence in [*self.running]]
        return self.prefixes.bytes_with(cache for cache in running if cache is not None)

    @property
    def is_idle(self) -> bool:
        """Whether there is nobody to write for, and the thread has ended or is about to."""
        return self._thread is None

    def submit(self, sequence: Sequence) -> None:
        """Put a sequence in line; from any thread."""
        with self._changed:
            self.waiting.append(sequence)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="r1widget-engine", daemon=True)
                self._threads[:] = [*filter(threading.Thread.is_alive, self._threads), self._thread]
                self._thread.start()
            self._changed.notify_all()

    def wake(self) -> None:
        """A reader waits, or has gone: look again."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread after the pass that it makes, and every reply with it. For the program's end."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread() and thread.is_alive():
                thread.join()

    # ---- the thread

    def _work(self) -> None:
        try:
            with _threads(self.network):
                while self.step():
                    pass
        except BaseException as error:  # a bug of ours: nobody may wait for ever
            self._fail_all(error)
            raise

    def step(self) -> bool:
        """One pass; False when no sequence is left, and the thread ends."""
        if self._is_closed:
            for sequence in self._empty():
                sequence.reply.end("cancelled")
                self._finish(sequence)
            return False
        with self._changed:
            self._admit()
            if not self.running and not self.waiting:
                self._thread = None
                return False
        ready = self._awaited()
        for sequence in [each for each in ready if not each.prepare()]:
            ready.remove(sequence)
            self._retire(sequence)
        if not ready:
            self._last = []
            return True
        started = time.perf_counter()
        plan = self._plan(ready)
        written = read = chats = rows = 0
        self._last = [sequence for sequence, _ in plan]
        for sequence, chunk, logits in self._read(plan):
            if chunk.is_over() and not len(logits):
                continue  # abandoned, or only read
            rows += len(chunk.ids)
            tokens = self._take(sequence, logits)
            written += tokens
            chats += bool(tokens)
            read += 0 if tokens else len(chunk.ids)
        seconds = time.perf_counter() - started
        if rows == sum(len(chunk.ids) for _, chunk in plan):  # else some failed, or were abandoned
            if not read:
                self.costs.learn(rows, seconds)
            self.speed.learn(seconds, written=written, chats=chats, read=read)
        return True

    def _awaited(self) -> list[Sequence]:
        """Who is to be written. Those of the last pass are waited for a little, so that the next one serves them all."""

        def awaited() -> list[Sequence]:
            return [sequence for sequence in self.running if sequence.is_awaited or sequence.is_dropped]

        with self._changed:
            self._changed.wait_for(lambda: all(each.is_awaited or each.is_dropped for each in self._last), GRACE)
            if not awaited() and not self._is_closed:
                # Nobody waits. Whoever comes says so, but for a stop in the queue: that is looked for now and then.
                self._changed.wait(timeout=IDLE)
            return awaited()

    def _admit(self) -> None:
        for sequence in [each for each in self.waiting if not each.prepare()]:
            self.waiting.remove(sequence)
            self._finish(sequence)
        later: deque[Sequence] = deque()
        while self.waiting and len(self.running) < self.most_chats:
            sequence = self.waiting.popleft()
            sequence.tell_queue_position(0)
            if self._is_being_read(sequence):
                later.append(sequence)
                continue
            sequence.begin(self._remembered(sequence) or self.network.new_cache())
            self.running.append(sequence)
            self._last.append(sequence)  # its reader is about to wait
        for place, sequence in enumerate(self.waiting, 1):
            sequence.tell_queue_position(place)
        self.waiting.extendleft(reversed(later))

    def _is_being_read(self, sequence: Sequence) -> bool:
        """Whether another one is reading what this one begins with: a fork's beginning is read once. Nobody waits for one
        whose own reader has gone to sleep."""
        return any(self._serves(other, sequence) for other in self.running if other.is_awaited or other in self._last)

    def _serves(self, reading: Sequence, waiting: Sequence) -> bool:
        """Whether one is reading what another begins with, and enough of it."""
        if not self.network.supports_truncation or reading.cache is None:
            return False
        ids = waiting.ids[:-1]
        known = max(reading.cache.length, self.prefixes.alike(ids))
        return common(reading.ids, ids) - known > self.network.chunk_size // 8

    def _is_abandoned(self, sequence: Sequence) -> bool:
        """Whether nobody wants any more what is read for a sequence. A pass asks it, while it lasts."""
        if not sequence.is_over:
            return False
        with self._changed:
            waiting = [each for each in self.waiting if not each.is_over]
        return not any(self._serves(sequence, each) for each in waiting)

    def _remembered(self, sequence: Sequence) -> KVCache | None:
        if not self.network.supports_truncation:
            return None
        return self.prefixes.find(sequence.ids, (each.cache for each in self.running if each.cache))

    def _plan(self, ready: list[Sequence]) -> list[tuple[Sequence, Chunk]]:
        """Who reads what. Prompts share what a pass reads at most; where others write meanwhile, they read half as much."""
        size = self.network.chunk_size
        reading = [sequence for sequence in ready if sequence.num_uncomputed_tokens > size // 8]
        share = size // max(1, len(reading)) // (2 if len(reading) < len(ready) else 1)
        plan: list[tuple[Sequence, Chunk]] = []
        for number, sequence in enumerate(ready):
            others = sum(len(chunk.ids) for _, chunk in plan) + len(ready) - number - 1
            chunk = sequence.next_chunk(max(8, share), others)
            plan.append((sequence, chunk._replace(is_over=partial(self._is_abandoned, sequence))))
        return plan

    def _read(self, plan: list[tuple[Sequence, Chunk]]) -> Iterator[tuple[Sequence, Chunk, Tensor]]:
        """The logits of each chunk. Whoever can't be read fails alone."""
        able: list[tuple[Sequence, Chunk]] = []
        for sequence, chunk in plan:
            try:
                chunk.cache.reserve(len(chunk.ids))
            except Exception as error:
                self._fail(sequence, error)
            else:
                able.append((sequence, chunk))
        try:
            results = self._pass([chunk for _, chunk in able]) if able else []
        except Exception as error:
            if isinstance(explained(error), NotEnoughMemory):
                self.prefixes.free()
            for sequence, chunk in able:
                try:
                    (logits,) = self._pass([chunk])
                except Exception as error:
                    self._fail(sequence, error)
                else:
                    yield sequence, chunk, logits
        else:
            yield from ((sequence, chunk, logits) for (sequence, chunk), logits in zip(able, results, strict=True))

    def _pass(self, chunks: list[Chunk]) -> list[Tensor]:
        # Not around a generator's `yield`: the mode belongs to the thread and would leak to whoever consumes it.
        with torch.inference_mode():
            return self.network.forward(chunks)

    def _take(self, sequence: Sequence, logits: Tensor) -> int:
        try:
            with torch.inference_mode():
                tokens = sequence.take(logits)
            sequence.tell()
        except Exception as error:
            self._fail(sequence, error)
            return 0
        return tokens

    def _retire(self, sequence: Sequence) -> None:
        self._leave(sequence)
        if self.network.supports_truncation and sequence.cache is not None:
            self.prefixes.keep(sequence.cache)
        sequence.cache = None
        self._finish(sequence)

    def _finish(self, sequence: Sequence) -> None:
        sequence.tell()
        sequence.close()

    def _fail(self, sequence: Sequence, error: BaseException) -> None:
        self._leave(sequence)
        sequence.cache = None  # an error that a notebook keeps would keep it too
        sequence.tell()
        sequence.fail(explained(error))

    def _leave(self, sequence: Sequence) -> None:
        self.running.remove(sequence)
        if sequence in self._last:
            self._last.remove(sequence)

    def _fail_all(self, error: BaseException) -> None:
        for sequence in self._empty():
            sequence.fail(explained(error))

    def _empty(self) -> list[Sequence]:
        """Everybody, whom nobody will write for any more."""
        with self._changed:
            self._thread = None
            sequences = [*self.running, *self.waiting]
            self.running.clear()
            self._last.clear()
            self.waiting.clear()
        return sequences


def explained(error: BaseException) -> BaseException:
    """The error as one of ours, with its remedy."""
    if isinstance(error, R1WidgetError):
        return error
    if isinstance(error, (torch.cuda.OutOfMemoryError, MemoryError)) or "allocate memory" in str(error):
        ours: R1WidgetError = NotEnoughMemory(
            "The memory ran out while the model was reading.",
            "Start a new conversation, which is shorter, close other notebooks, or take a smaller model.",
        )
    else:
        text = str(error).rstrip(".") or type(error).__name__
        ours = EngineError(f"The model failed: {text}.", "Try again; if it stays, restart the kernel.")
    ours.__cause__ = error
    return ours


def _close(scheduler: weakref.ref[Scheduler], threads: list[threading.Thread], readers: Readers) -> None:
    if (there := scheduler()) is not None:
        there.close()
    for thread in filter(threading.Thread.is_alive, threads):
        thread.join()  # the scheduler's last user: it may be letting go of the weights just now
    readers.wait(PATIENCE)  # each hears of the end at once; a thread may be stopped in a debugger


def _is_worth_threads(network: Network) -> bool:
    return network.device.type != "cpu" or network.parameters >= SMALL


@contextlib.contextmanager
def _threads(network: Network) -> Iterator[None]:
    """As many of torch's threads as the network is worth. torch keeps the number for each thread, and the last one set
    for threads to come; so it is set back."""
    before = torch.get_num_threads()
    if _is_worth_threads(network):
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
