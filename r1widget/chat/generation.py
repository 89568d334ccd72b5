"""`Generation`: one chat's thread. It takes turns from a line and lets an engine write them, one after the other."""

from __future__ import annotations

import atexit
import contextlib
import logging
import threading
import weakref
from collections.abc import Sequence
from functools import partial

from ..conversation import Conversation
from ..conversation.latch import Latch
from ..conversation.turn import FinishReason, Turn
from ..engines import Engine, Progress, Request
from ..engines.registry import Shared, sentence
from ..errors import R1WidgetError
from ..journal.writer import close_all as close_journals
from ..settings import Settings
from .audience import Audience, Told
from .jobs import Job, Line
from .prefill import prefill_for
from .worker import PATIENCE, Worker
from .writing import failed, messages_for, write_turn

logger = logging.getLogger("r1widget")


_alive: weakref.WeakSet[Generation] = weakref.WeakSet()


@atexit.register  # after worker.py's, and so before it
def _close_all() -> None:
    # A thread that the interpreter's end finds in torch's code is killed there, and the process with it.
    for generation in list(_alive):
        generation.close()
    close_journals()  # when every turn has ended, so that how it ended is in there


def _end_first() -> None:
    """Handlers run the last one first, and an engine that was loaded has one, which ends what it writes: turns are to hear of the
    program's end before, and why it was."""
    atexit.unregister(_close_all)
    atexit.register(_close_all)


class Generation:
    """A line of turns and the thread that works it off.

    The thread starts with the first turn, ends when the line is empty, and starts again with the next: an idle chat
    has none. Turns that were submitted together (a fork) are written at the same time, each by a thread of its own while
    that lasts. Everything it does to a turn is in `write_turn`, which needs no thread.

    Whatever is raised, and wherever an interrupt comes: every turn that was submitted ends, and who waits for it goes on.
    Stopping is idempotent, and can't be too early: a turn that waits in the line, or for the model to load, is simply
    taken out, and one that is stopped before it is submitted isn't begun.

    A turn by itself, which is in no conversation (one that is run again), is written like any other, and nobody hears of it but
    who waits for it.
    """

    def __init__(self, conversation: Conversation, source: Shared, audience: Audience) -> None:
        self.acting = threading.RLock()
        """Held by who changes the conversation and the line in one act. No turn begins meanwhile."""
        self._conversation = conversation
        self.source = source
        """Where its engine comes from."""
        self._audience = Told(audience)
        self._line = Line()
        self._running: list[Job] = []
        self._written = Latch()
        """Of those that run: opened when all have ended, and nobody has the engine any more."""
        self._written.open()
        self._thread: Worker | None = None
        self.threads: list[Worker] = []
        """All that may not have ended, also those that are about to."""
        self._lock = threading.Lock()
        _alive.add(self)
        source.watch(self)

    @property
    def engine(self) -> Engine | None:
        """The engine, where it is loaded."""
        return self.source.engine

    @property
    def is_busy(self) -> bool:
        with self._lock:
            return bool(self._running or self._line)

    @property
    def waiting(self) -> tuple[Turn, ...]:
        """The conversation's turns in the line."""
        with self._lock:
            return tuple(job.turn for job in self._line if not job.turn.is_by_itself)

    @property
    def running(self) -> tuple[Turn, ...]:
        """The conversation's turns that are being written."""
        with self._lock:
            return tuple(job.turn for job in self._running if not job.turn.is_by_itself)

    def place(self, turn: Turn) -> int | None:
        """The turn's place in the line, from 1; None when it isn't waiting."""
        with self._lock:
            return self._line.place(turn)

    def submit(
        self, *turns: Turn, settings: Settings | Sequence[Settings], place: int | None = None
    ) -> tuple[Turn, ...]:
        """Put turns at the end of the line, or at a place in it, to be written together; with the same settings, or each
        with its own. Nobody is told: who submits them tells of them, and then of those that are given back, which were put
        back for them."""
        each = [settings] * len(turns) if isinstance(settings, Settings) else settings
        jobs = [Job(turn, own) for turn, own in zip(turns, each, strict=True)]
        try:
            with self._lock:
                self._line.put([job for job in jobs if job.turn.state == "queued"], place)
                behind = tuple(turn for turn in self._line.behind(place) if not turn.is_by_itself) if place else ()
                is_worked_on = self._start()
            if not is_worked_on:
                self._fail_all("The system gives no more threads. End some programs, or restart the kernel.")
            return behind
        except BaseException:  # an interrupt
            for turn in turns:
                self.cancel(turn)
            raise

    def stop(self, turn: Turn | None = None, why: str | None = None) -> bool:
        """Stop one turn, or all; whether there was anything to stop. Returns at once: a running turn ends within a token.
        `why` is for who finds the turn stopped and didn't press Stop."""
        waiting: list[Job] = []
        try:
            return self._stop(turn, why, waiting)
        except BaseException:  # an interrupt, wherever it came
            self._end(waiting, "cancelled", why)
            raise

    def _stop(self, turn: Turn | None, why: str | None, waiting: list[Job]) -> bool:
        """Take those that wait out of the line; into `waiting` first, so that nobody is forgotten in between."""
        with self._lock:
            waiting += [job for job in self._line if turn is None or job.turn is turn]
            self._line.remove(lambda job: job in waiting)
            running = [job for job in self._running if turn is None or job.turn is turn]
            self._start()
        for job in running:
            job.why = job.why or why
            job.stop.set()
        self._end(waiting, "cancelled", why)
        if waiting:
            self._audience.tell_each("turn_changed", self.waiting)
        return bool(waiting or running)

    def use(self, source: Shared) -> None:
        """Another engine, from the next turn on."""
        with self._lock:
            before, self.source = self.source, source
        before.leave(self)
        source.watch(self)

    def cancel(self, turn: Turn) -> None:
        """See to it that a turn of this chat ends, whatever has become of it so far: an interrupt may have come before it
        was submitted, or in the middle of that."""
        if not self.stop(turn):
            self._end([Job(turn, Settings())], "cancelled")

    def answer_now(self, turn: Turn) -> bool:
        """Let a running turn close its thinking and answer; False when it isn't running."""
        job = self._job(turn)
        if job is not None:
            job.answer_now.set()
        return job is not None

    def think_more(self, turn: Turn) -> bool:
        """Take a running turn's next closing of its thinking away; False when it isn't running."""
        job = self._job(turn)
        if job is not None:
            job.think_more.set()
        return job is not None

    def _job(self, turn: Turn) -> Job | None:
        with self._lock:
            return next((job for job in self._running if job.turn is turn), None)

    def unload(self) -> None:
        """Free the engine now, for all chats that share it. Their turns are stopped."""
        self.source.unload()

    def leave(self) -> None:
        """Stop everything and let the engine go, which is freed when no other chat needs it. A later question comes back."""
        self.stop()
        self.join()
        self.source.leave(self)

    def close(self) -> None:
        """Stop everything and wait for the thread's end, for the program's. Not long: it may be loading a model."""
        with self._lock:
            for job in (*self._line, *self._running):
                job.is_cut_off = True
        self.stop()
        with self._lock:
            threads = [thread for thread in self.threads if thread.is_alive()]
        for thread in threads:
            if thread is not threading.current_thread():
                thread.over.wait(PATIENCE)

    def join(self) -> None:
        """Wait until what is being written is over, and the engine let go, unless it is this very thread that writes."""
        with self._lock:
            written = self._written
        if threading.current_thread() not in self.threads:
            written.wait(PATIENCE)

    # ---- what the registry tells of the engine

    def loading(self, progress: Progress) -> None:
        self._audience.tell("loading", progress)

    def engine_ready(self, engine: Engine) -> None:
        self._audience.tell("engine_ready", engine)

    def engine_failed(self, message: str) -> None:
        self._audience.tell("engine_failed", message)

    def engine_unloaded(self) -> None:
        self._audience.tell("engine_unloaded")

    # ---- the thread

    def _start(self) -> bool:
        """Under the lock: see to it that somebody works while somebody waits; False where the system has no thread left. An
        interrupt may have come between making a thread and starting it, so that there is one is not enough."""
        if self._line and (self._thread is None or not self._thread.is_alive()):
            self._thread = Worker(self._work, "r1widget-generation")
            self.threads = [*filter(threading.Thread.is_alive, self.threads), self._thread]
            try:
                self._thread.start()
            except RuntimeError as problem:
                if isinstance(problem.__context__, KeyboardInterrupt):
                    # It came while `start` waited, whose condition then gave back a lock that it hadn't.
                    raise KeyboardInterrupt from None
                return False
        return True

    def _work(self) -> None:
        while True:
            try:
                if not self._work_once():
                    return
            except BaseException as problem:  # a bug of ours: nobody may wait for ever
                logger.exception("r1widget failed")
                self._fail_all(failed(problem))

    def _work_once(self) -> bool:
        """Load the engine if need be and write the next turn; False when there is none, and the thread has ended."""
        with self._lock:
            if self._thread is not threading.current_thread():
                return False  # another one was started when this one didn't seem to be
            if not self._line:
                self._thread = None
                return False
        try:
            self._load()
        except BaseException as problem:
            self._fail_all(sentence(problem))
            return True
        with self.acting, self._lock:
            engine = self.source.engine
            if engine is None:
                return True  # unloaded meanwhile: who has asked since then needs it anew
            jobs = self._line.take()
            self._running += jobs
            written = self._written = Latch()
        try:
            if jobs:
                self._audience.tell_each("turn_changed", self.waiting)
                self._write_together(jobs, engine)
        finally:
            del engine
            written.open()
        self._audience.tell_each("turn_changed", self.waiting)
        return True

    def _load(self) -> None:
        before = self.source
        settled = before.settled()
        with self._lock:
            if self.source is before:
                self.source = settled
        if before is not settled:
            before.leave(self)
        self.source.ensure(self)
        _end_first()

    def _write_together(self, jobs: Sequence[Job], engine: Engine) -> None:
        others: list[Worker] = []
        mine = [jobs[0]]
        for job in jobs[1:]:
            thread = Worker(partial(self._write, job, engine), "r1widget-fork")
            with self._lock:
                self.threads.append(thread)
            try:
                thread.start()
                others.append(thread)
            except RuntimeError:  # the system gives no more threads
                mine.append(job)
        for job in mine:
            self._write(job, engine)
        for thread in others:
            thread.join()

    def _write(self, job: Job, engine: Engine) -> None:
        """The boundary around a turn: whatever happens in it, it has ended afterwards, and who waits goes on."""
        ending: FinishReason = "cancelled"
        error = job.why
        try:
            if not job.stop.is_set():
                self._run(job, engine)
        except BaseException as problem:
            if not isinstance(problem, R1WidgetError):
                logger.exception("r1widget failed")
            ending, error = "error", failed(problem)
        finally:
            if job.turn.finish_reason == "cancelled" and job.why:
                job.turn.error = job.why
            with self._lock:
                self._running = [each for each in self._running if each is not job]
            self._end([job], ending, error)

    def _run(self, job: Job, engine: Engine) -> None:
        history = self._conversation.history(job.turn)
        request = Request(
            messages=messages_for(job.turn, history, job.settings.system),
            settings=job.settings,
            prefill=prefill_for(job.turn),
            answer_now=job.answer_now,
            think_more=job.think_more,
        )
        if request.prefill is not None:
            engine.capabilities.check("continue")
        writing = write_turn(job.turn, engine, request, job.stop)
        for added in writing:
            try:
                if not job.turn.is_by_itself:
                    self._audience.hears_of(job.turn, added)
            except BaseException as problem:
                logger.exception("who listens to r1widget failed")
                with contextlib.suppress(StopIteration):
                    writing.throw(problem)

    def _fail_all(self, message: str) -> None:
        """Every turn that waits has failed, with the same sentence."""
        with self._lock:
            jobs = self._line.remove(lambda job: True)
        self._end(jobs, "error", message)

    def _end(self, jobs: Sequence[Job], reason: FinishReason, error: str | None = None) -> None:
        """End those that haven't ended, and tell of it. Who waits for them goes on, whatever comes in between."""
        try:
            for job in jobs:
                if job.turn.state != "ended":
                    job.turn.end(reason, error=error)
                if job.is_cut_off and job.turn.finish_reason == "cancelled":
                    job.turn.record = {**job.turn.record, "interrupted": "kernel"}
                    job.turn.thinking_ended_by = None
            for job in jobs:
                if not job.turn.is_by_itself:
                    job.context.copy().run(self._audience.tell, "turn_changed", job.turn)
        finally:
            for job in jobs:
                if job.turn.state != "ended":
                    job.turn.end(reason, error=error)
                job.turn.release()
