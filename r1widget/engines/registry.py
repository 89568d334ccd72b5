"""`Shared`: one model for all chats that name it, loaded once, freed with the last of them. `shared` finds it.

The registry itself keeps no model alive: chats do, each through its `Shared`.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
import threading
import weakref
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from ..errors import EngineError, R1WidgetError
from . import Engine, OnProgress, Progress, is_name, load, name_of
from .completing import complete
from .identity import Identity, absolute, around, identity, located, on_this_machine
from .naming import check_name
from .prospect import load_key, loads
from .weights import ollama

logger = logging.getLogger("r1widget")

UNLOADED = "The model was unloaded. Ask again, and it is loaded again."

by_identity: MutableMapping[Identity, Shared] = weakref.WeakValueDictionary()
"""Every model that a chat names."""
_registry_lock = threading.Lock()


class Chat(Protocol):
    """Who shares an engine (a `Generation`), and what it is told."""

    def loading(self, progress: Progress) -> None: ...
    def engine_ready(self, engine: Engine) -> None: ...
    def engine_failed(self, message: str) -> None: ...
    def engine_unloaded(self) -> None: ...

    @property
    def is_busy(self) -> bool:
        """Whether a turn is written, or waits."""

    def stop(self, turn: None = None, why: str | None = None) -> object:
        """Stop all turns."""

    def join(self) -> None:
        """Wait until the engine is used no more, a while."""


@dataclass(eq=False)
class _Loading:
    """A loading that is under way."""

    progress: Progress
    is_wanted: bool = True
    over: threading.Event = field(default_factory=threading.Event)
    failure: str | None = None
    """A sentence, and not the exception: its traceback would keep what was loaded so far."""


@dataclass(eq=False)
class _Held:
    engine: Engine | None = None

    def take(self) -> _Held:
        """What is held goes to another holder, who is to free it."""
        taken = _Held(self.engine)
        self.engine = None
        return taken

    def free(self) -> None:
        engine, self.engine = self.engine, None
        if engine is not None:
            try:
                engine.close()
            except Exception as problem:  # without its traceback, which has the engine in it
                logger.warning("An engine can't be closed (%s: %s).", type(problem).__name__, str(problem))


class Shared:
    """A model that is loaded by the first chat that needs it. Who comes meanwhile waits for the same loading, and whoever
    names it hears how far that is.

    The engine is freed when the last chat has left or is no more, or at once by `unload`, and closed where it can be. An
    engine that was `given` belongs to whoever made it: it is let go with its chat, and never closed.
    """

    def __init__(
        self,
        load: Callable[[OnProgress], Engine],
        *,
        name: str = "the model",
        key: Identity | None = None,
        look: Callable[[], Identity] | None = None,
        given: Engine | None = None,
    ) -> None:
        """`name` is what a person calls it; `key` its place in the registry, and `look` finds that anew."""
        self.name, self.key, self._look = name, key, look
        self.asked: set[str] = set()
        """The folders and the hub's names that it was asked for by, also where a file of theirs is meant."""
        self._load = load
        self._is_given = given is not None
        self._held = _Held(given)
        self._loading: _Loading | None = None
        self._watch: loads.Stopwatch | None = None
        self._chats: weakref.WeakSet[Any] = weakref.WeakSet()
        self._lock = threading.RLock()
        self._telling = threading.RLock()
        """Held while chats are told how far a loading is, so that they hear it in order. Taken before `_lock`."""
        if given is None:
            weakref.finalize(self, self._held.free).atexit = False

    @property
    def engine(self) -> Engine | None:
        """The engine, where it is loaded."""
        return self._held.engine

    @property
    def is_loading(self) -> bool:
        return self._loading is not None

    def watch(self, chat: Chat) -> None:
        """Tell a chat from now on what becomes of the model, and first how it stands."""
        with self._lock:
            if chat in self._chats:
                return
            self._chats.add(chat)
            engine, loading = self._held.engine, self._loading
        if engine is not None:
            chat.engine_ready(engine)
        elif loading is not None:
            chat.loading(loading.progress)

    def leave(self, chat: Chat) -> None:
        """The chat needs the model no more; perhaps nobody does."""
        with self._lock:
            self._chats.discard(chat)
            held = _Held() if self._chats or self._is_given else self._held.take()
        _free(held)

    def settled(self) -> Shared:
        """The one that this turns out to be, now that it is needed: "auto" is a device that another chat may have named.
        Which one takes torch to know, so that isn't asked before."""
        if self.key is None or dict(self.key.options).get("device") != "auto":
            return self
        with self._telling:  # or what is told here could come behind what another chat's loading tells
            with self._lock:
                if self._held.engine is not None or self._loading is not None:
                    return self
            self._watch = loads.Stopwatch()  # to see which device that is takes longer than many a model
            self._tell_loading(Progress(stage="load", text=f"Loading {self.name}"))
        with contextlib.suppress(Exception):  # whoever loads it then says what is wrong
            self._check_name()  # torch takes seconds to import, and a folder of the wrong kind needs none
            key = on_this_machine(self.key)
            with _registry_lock:
                return by_identity.setdefault(key, self)
        return self

    def ensure(self, chat: Chat | None = None) -> None:
        """See to it that `engine` is there, unless it is unloaded meanwhile. A failed loading isn't remembered: the next one
        tries again. It isn't given back: whoever holds it keeps it from being freed."""
        if chat is not None:
            self.watch(chat)
        with self._lock:
            if self._held.engine is not None or (chat is not None and not chat.is_busy):
                return  # its turns may have been stopped just now
            others = self._loading
            loading = others or _Loading(Progress(stage="load", text=f"Loading {self.name}"))
            self._loading = loading
        if others is None:
            self._tell_loading(loading.progress)
            self._load_for_all(loading)
        loading.over.wait()
        if loading.failure is not None:
            raise EngineError(loading.failure)

    def unload(self) -> bool:
        """Free the model now; whether there was one. Turns that are written by it, or wait for it, are cancelled."""
        was_there, held = self._let_go()  # who asks from here on has it loaded anew
        chats = self._all()
        for chat in chats:
            chat.stop(why=UNLOADED)
        for chat in chats:
            chat.join()
        _free(held)
        if not any(chat.is_busy for chat in chats):
            # A turn that was about to begin may have had it loaded anew before it was stopped: for nobody.
            _free(self._let_go()[1])
        for chat in chats:
            if self._held.engine is None and (self._loading is None or not self._loading.is_wanted):
                chat.engine_unloaded()
        return was_there

    # ---- how

    def _check_name(self) -> None:
        if self.key is not None:
            kind, name = self.key.model[:2]
            file = dict(self.key.options).get("file")
            check_name(f"{ollama.PREFIX}{name}" if kind == "ollama" else name, None if file is None else str(file))

    def _register(self) -> None:
        """Under the file that was downloaded, too: who names that by another name from now on means this."""
        if self._look is None:
            return
        with contextlib.suppress(Exception):  # a drive that is gone by now
            keys = [key := self._look(), on_this_machine(key)]
            with _registry_lock:
                for each in keys:
                    by_identity.setdefault(each, self)

    def _let_go(self) -> tuple[bool, _Held]:
        """Whether there is a model, or one that is being loaded, and what is to be freed."""
        with self._lock:
            was_there = self._held.engine is not None or self._loading is not None
            if self._loading is not None:
                self._loading.is_wanted = False
            return was_there, _Held() if self._is_given else self._held.take()

    def _load_for_all(self, loading: _Loading) -> None:
        engine = None
        watch, self._watch = self._watch or loads.Stopwatch(), None

        def tell(progress: Progress) -> None:
            watch.hear(progress)
            self._tell_loading(progress)

        try:
            engine = self._load(tell)
        except BaseException as problem:
            loading.failure = sentence(problem)
            logger.debug("a model can't be loaded", exc_info=True)
        if engine is not None and self.key is not None and self.key.model[0] != "server":
            loads.remember(load_key(self.key), watch)
            self._register()
        with self._lock:
            self._loading = None
            if loading.is_wanted:
                self._held.engine = engine
        for chat in self._all():
            if loading.failure is not None:
                chat.engine_failed(loading.failure)
            elif engine is not None and loading.is_wanted:
                chat.engine_ready(engine)
        if not loading.is_wanted:
            held, engine = _Held(engine), None
            _free(held)
        loading.over.set()

    def _all(self) -> list[Chat]:
        with self._lock:
            return list(self._chats)

    def _tell_loading(self, progress: Progress) -> None:
        with self._telling:
            with self._lock:
                if self._loading is not None:
                    self._loading.progress = progress
            for chat in self._all():
                chat.loading(progress)


def shared(
    model: str | os.PathLike[str] | Engine | None,
    *,
    base_url: str | None = None,
    quantization: str | None = "auto",
    **options: Any,
) -> Shared:
    """The one `Shared` of this process for these arguments of `load`; of an `Engine`, one of its own."""
    if not is_name(model):
        given = complete(model)
        return Shared(lambda on_progress: given, name=name_of(model), given=given)
    key = identity(model, base_url=base_url, quantization=quantization, options=options)
    where = model if base_url is not None else key.model[1] if key.model[0] == "folder" else absolute(model)
    # A folder's name may mean another one by the time that it is loaded.
    arguments = {"base_url": base_url, "quantization": quantization, **options}
    look = partial(identity, where, base_url=base_url, quantization=quantization, options=options)
    with _registry_lock:
        if key not in by_identity:
            made = Shared(
                lambda on_progress: load(where, on_progress=on_progress, **arguments),
                name=name_of(model, options.get("file")) if base_url is None else str(model or base_url),
                key=key,
                look=look if base_url is None else None,
            )
            by_identity[key] = made
        else:
            made = by_identity[key]
        if base_url is None:
            made.asked.add(around(model))
        return made


def unload(model: str | os.PathLike[str] | None = None) -> int:
    """Free a model, however it is held and whichever chats share it, or all models; how many there were."""
    with _registry_lock:
        keys = list(by_identity.items())
    all_shared = {shared for _, shared in keys}
    if model is not None:
        names = {located(model)[-1], os.fspath(model)}
        all_shared = {shared for key, shared in keys if names & {key.model[-1], *shared.asked}}
    return sum(each.unload() for each in all_shared)


def sentence(problem: BaseException) -> str:
    """What a person reads when a model can't be loaded."""
    if isinstance(problem, R1WidgetError):
        return str(problem)
    return f"The model can't be loaded ({type(problem).__name__}: {problem})."


def _free(held: _Held) -> None:
    if held.engine is None or sys.is_finalizing():
        return
    is_local = hasattr(held.engine, "prompt_ids")
    held.free()
    if not is_local:
        return  # a server has the model; to look through all objects of a notebook takes half a second
    # What is left of it are circles of objects, and what torch keeps of a GPU's memory for the next model.
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
