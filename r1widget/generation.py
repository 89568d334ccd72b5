"""`Generation`: one chat's thread. It takes turns from a queue and lets an engine write them, one after the other."""

from __future__ import annotations

import atexit
import contextvars
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .conversation import Conversation
from .engines import Engine, OnProgress, Progress, Request, capabilities_of
from .errors import R1WidgetError
from .prefill import prefill_for
from .reasoning import Kind
from .settings import Settings
from .turn import Origin, Turn
from .writing import messages_for, write_turn

GetEngine = Callable[[OnProgress], Engine]


class Listener(Protocol):
    """Who is told what happens. Called from the generation's thread, or from whoever submits or stops; never locked."""

    def turn_changed(self, turn: Turn) -> None:
        """A turn is new, has another place in the queue, began or ended. When it ended, who waits for it waits until
        this has returned."""

    def text_added(self, turn: Turn, kind: Kind, at: int, text: str, origin: Origin) -> None:
        """A turn has grown."""

    def loading(self, progress: Progress) -> None:
        """The engine is being loaded."""

    def engine_ready(self, engine: Engine) -> None: ...

    def engine_failed(self, message: str) -> None: ...


@dataclass(eq=False)
class _Job:
    turn: Turn
    settings: Settings
    stop: threading.Event = field(default_factory=threading.Event)
    answer_now: threading.Event = field(default_factory=threading.Event)
    think_more: threading.Event = field(default_factory=threading.Event)
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    """That of who asked. A kernel keeps in it which cell an output belongs to; a new thread has none, and on
    ipykernel 7.0 an output from there is a LookupError."""


PATIENCE = 5.0
"""Seconds that the end of a program waits for a thread that doesn't hear."""


def _close(generation: weakref.ref[Generation]) -> None:
    if (there := generation()) is not None:
        there.close()


class Generation:
    """A queue of turns and the thread that works it off.

    The thread starts with the first turn, ends when the queue is empty, and starts again with the next: an idle chat
    has none. Turns that were submitted together (a fork) are written at the same time, each by a thread of its own while
    that lasts. Everything it does to a turn is in `write_turn`, which needs no thread. Stopping is idempotent, and can't
    be too early: a turn that waits in the queue, or for the model to load, is simply taken out.
    """

    def __init__(self, conversation: Conversation, get_engine: GetEngine, listener: Listener) -> None:
        self.engine: Engine | None = None
        self._conversation = conversation
        self._get_engine = get_engine
        self._listener = listener
        self._queue: deque[list[_Job]] = deque()  # what stands together is written together
        self._running: list[_Job] = []
        self._thread: threading.Thread | None = None
        self._threads: list[threading.Thread] = []  # all that may not have ended, also those that are about to
        self._lock = threading.Lock()
        # A thread that the interpreter's end finds in torch's code is killed there, and the process with it.
        atexit.register(_close, weakref.ref(self))

    @property
    def is_busy(self) -> bool:
        with self._lock:
            return bool(self._running or self._queue)

    def place(self, turn: Turn) -> int | None:
        """The turn's place in the queue, from 1; None when it isn't waiting."""
        with self._lock:
            places = ((place, job) for place, jobs in enumerate(self._queue, 1) for job in jobs)
            return next((place for place, job in places if job.turn is turn), None)

    def submit(self, *turns: Turn, settings: Settings | Sequence[Settings]) -> None:
        """Put turns at the end of the queue, to be written together; with the same settings, or each with its own."""
        each = settings if isinstance(settings, Sequence) else [settings] * len(turns)
        with self._lock:
            self._queue.append([_Job(turn, own) for turn, own in zip(turns, each, strict=True)])
            # Not only `is None`: an interrupt may have come between making a thread and starting it.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="r1widget-generation", daemon=True)
                self._threads = [*filter(threading.Thread.is_alive, self._threads), self._thread]
                self._thread.start()
        for turn in turns:
            self._listener.turn_changed(turn)

    def stop(self, turn: Turn | None = None) -> bool:
        """Stop one turn, or all; whether there was anything to stop. Returns at once: a running turn ends within a token."""
        with self._lock:
            waiting = [job for jobs in self._queue for job in jobs if turn is None or job.turn is turn]
            left = ([job for job in jobs if job not in waiting] for jobs in self._queue)
            self._queue = deque(jobs for jobs in left if jobs)
            running = [job for job in self._running if turn is None or job.turn is turn]
        for job in running:
            job.stop.set()
        for job in waiting:
            job.turn.end("cancelled")
            self._settle(job)
        self._tell_places()
        return bool(waiting or running)

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

    def _job(self, turn: Turn) -> _Job | None:
        with self._lock:
            return next((job for job in self._running if job.turn is turn), None)

    def close(self) -> None:
        """Stop everything and wait for the thread's end, for the program's. Not long: it may be loading a model."""
        self.stop()
        for thread in self._threads:
            if thread is not threading.current_thread() and thread.is_alive():
                thread.join(PATIENCE)

    # ---- the thread

    def _work(self) -> None:
        try:
            while self._work_once():
                pass
        finally:
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None  # died of a bug: the next question starts another

    def _work_once(self) -> bool:
        """Load the engine if need be and write the next turn; False when there is none, and the thread has ended."""
        with self._lock:
            if not self._queue:
                self._thread = None
                return False
        engine = self.engine or self._load()
        with self._lock:
            if engine is None or not self._queue:
                return True
            jobs = self._queue.popleft()
            self._running = list(jobs)
        self._tell_places()
        others = [threading.Thread(target=self._write, args=(job, engine), name="r1widget-fork") for job in jobs[1:]]
        for thread in others:
            thread.daemon = True
            thread.start()
        self._write(jobs[0], engine)
        for thread in others:
            thread.join()
        self._tell_places()
        return True

    def _write(self, job: _Job, engine: Engine) -> None:
        try:
            self._run(job, engine)
        finally:
            with self._lock:
                self._running.remove(job)
            self._settle(job)

    def _load(self) -> Engine | None:
        try:
            self.engine = self._get_engine(self._listener.loading)
        except R1WidgetError as problem:
            self._fail_all(str(problem))
        except Exception as problem:
            self._fail_all(f"The model can't be loaded ({type(problem).__name__}: {problem}).")
        else:
            self._listener.engine_ready(self.engine)
        return self.engine

    def _run(self, job: _Job, engine: Engine) -> None:
        try:
            history = self._conversation.history(job.turn)
            request = Request(
                messages=messages_for(job.turn, history, job.settings.system),
                settings=job.settings,
                prefill=prefill_for(job.turn),
                answer_now=job.answer_now,
                think_more=job.think_more,
            )
            if request.prefill is not None:
                capabilities_of(engine).check("continue")
            for added in write_turn(job.turn, engine, request, job.stop):
                if added is None:
                    self._listener.turn_changed(job.turn)
                else:
                    self._listener.text_added(job.turn, *added)
        except R1WidgetError as problem:
            job.turn.end("error", error=str(problem))
        except Exception as problem:  # ours, not the engine's: the turn must end all the same
            job.turn.end(
                "error", error=f"r1widget failed ({type(problem).__name__}: {problem}). What was written is kept."
            )

    def _fail_all(self, message: str) -> None:
        """No engine: every turn that waits for it has failed, with the same sentence."""
        with self._lock:
            jobs = [job for jobs in self._queue for job in jobs]
            self._queue.clear()
        self._listener.engine_failed(message)
        for job in jobs:
            job.turn.end("error", error=message)
            self._settle(job)

    def _settle(self, job: _Job) -> None:
        try:
            job.context.copy().run(self._listener.turn_changed, job.turn)
        finally:
            job.turn.release()

    def _tell_places(self) -> None:
        with self._lock:
            waiting = [job.turn for jobs in self._queue for job in jobs]
        for turn in waiting:
            self._listener.turn_changed(turn)
