"""`Chat`: a conversation with a model, and everything that can be done with it, for a script, a terminal, a test or a server.

What shows it listens to it (`Listener`). A `ChatWidget` is one view of a chat; there may be several, or none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from .. import export
from ..conversation import Conversation
from ..conversation.question import question
from ..conversation.replay import Replay
from ..conversation.turn import Turn
from ..copying import NotCopied
from ..engines import DEFAULT_MODEL, Engine, check_engine, check_options, is_name, name_of
from ..engines.prospect import prospect
from ..engines.registry import shared
from ..engines.remote import key_from, refusal_of
from ..engines.titles import check_title, title_of
from ..export.tables import Table
from ..settings import Settings
from .events import Event, Events, Hear
from .generation import Generation
from .lasting import Lasting
from .listening import Listener, Listeners
from .loading import asked_for
from .reading import Reading
from .replaying import replay
from .status import EngineStatus

if TYPE_CHECKING:
    from ..evaluate import Evaluation


class Chat(NotCopied, Lasting):
    """A conversation with a reasoning model, without a widget.

    Usage::

        chat = Chat()                      # DeepSeek-R1-Distill-Qwen-1.5B, on this machine
        chat = Chat("pocket")              # the built-in model: 5 MB, arithmetic, no network
        chat = Chat("some-model", base_url="http://localhost:8000/v1")   # an OpenAI-compatible server
        turn = chat.ask("What is 17 × 24?")
        turn.reasoning, turn.answer, turn.record
        chat.export("chat.md")

    `model` is a name, a folder or an `Engine`; it is loaded when it is first needed, in the background, once for all chats
    that name the same, and freed with the last of them. `title` is what it is to be called, where its own name says little: a
    folder's. `settings` are the defaults of this chat's turns. `options` go to the engine.

    A chat is kept in this machine's history as it is written (`r1widget.history`), so that `Chat.load(id)` goes on with it after
    any restart; `keep=False` leaves no trace on the disk.
    """

    _instead = 'Take chat.conversation, which can, or chat.export("chat.json").'

    def __init__(
        self,
        model: str | os.PathLike[str] | Engine | None = None,
        *,
        base_url: str | None = None,
        quantization: str | None = "auto",
        settings: Settings | Mapping[str, Any] | None = None,
        keep: bool = True,
        title: str | None = None,
        **options: Any,
    ) -> None:
        if base_url is not None and (problem := refusal_of(base_url)):
            base_url = None  # which may have a password in it: no variable that a traceback shows has it
            raise problem
        if is_name(model):
            check_options(options, remote=base_url is not None)
        else:
            check_engine(model, base_url=base_url, quantization=quantization, options=options)
        chosen = Settings.of({} if settings is None else settings)
        if base_url is not None:
            options["api_key"] = key_from(options.get("api_key"), base_url)  # here: only this thread can ask a person
        title = check_title(title)
        self.model_name = title or (
            name_of(model, options.get("file")) if base_url is None else title_of(str(model)) if model else base_url
        )
        """The model, as a person calls it: by its `title`, or else a folder by a name that somebody gave it, never by its path."""
        self._asked_for = DEFAULT_MODEL if model is None and base_url is None else model
        self._events = Events()
        look = partial(prospect, model, base_url=base_url, quantization=quantization, title=title, **options)
        reading = Reading(lambda turn: listeners.tell("checked", turn))
        listeners = Listeners(self.model_name, last=(reading, self._events), look=look)
        conversation = Conversation()
        source = shared(model, base_url=base_url, quantization=quantization, **options)
        super().__init__(conversation, Generation(conversation, source, listeners), listeners, chosen)
        about = asked_for(self.model_name, model, base_url, quantization, title, options.get("file")) if keep else None
        self._keep(about)

    # ---- acts (those of steering are in steering.py, where it is kept is in lasting.py)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The active branch of the conversation, oldest first."""
        return self.conversation.turns

    def ask(self, /, text: str | Turn, **settings: Any) -> Turn:
        """Ask, and wait for the end of the turn. An interrupt or `stop` ends it and keeps what was written."""
        turn, chosen = self._new(text, settings)
        self.wait_while(lambda: self._begin(turn, chosen), turn)
        return turn

    def send(self, text: str | Turn, **settings: Any) -> Turn:
        """Ask, and return at once; `turn.wait()` waits for the end. Questions queue.

        `settings` change those of the chat for this turn. A `Turn` that no conversation has is asked as it is.
        """
        turn, chosen = self._new(text, settings)
        self._begin(turn, chosen)
        return turn

    def replay(self, turn: Turn | None = None, *, same_model: bool = False) -> Replay:
        """Run an ended turn again, from the same beginning with the same settings and seed, and wait for it: whether it came out
        the same. The conversation stays as it is. An interrupt or `stop` ends it, and what has come by then is compared.

        With `same_model` it is an error where another model would write, or the same one in another form.
        """
        return replay(self._which(turn), self.generation, self.wait_while, same_model=same_model)

    def evaluate(
        self,
        /,
        questions: Any,
        k: int = 4,
        *,
        limit: int | None = None,
        out: str | os.PathLike[str] | None = None,
        progress: Any = True,
        prompt: str | None = None,
        question_column: str | None = None,
        answer_column: str | None = None,
        at_once: int | None = None,
        **settings: Any,
    ) -> Evaluation:
        r"""Ask a set of questions with known answers, each `k` times, and wait: how many answers are right. docs/evaluate.md.

        `questions` are a file (csv, jsonl, parquet), a data set of the hub (`"math-500"`, `"owner/name"`), a generator of
        reasoning-gym (`"gym:chain_sum?size=50"`), or a list of (question, answer). `limit` takes the first so many. With a folder as
        `out` an evaluation that was ended goes on. `prompt` stands below each question; None is DeepSeek's advice, to put the answer
        into a `\boxed{}`. `progress` is shown, or called. The conversation stays as it is, and can go on meanwhile.
        """
        from ..evaluate import evaluation_of

        return evaluation_of(
            self,
            questions,
            k,
            limit=limit,
            out=out,
            progress=progress,
            prompt=prompt,
            columns=(question_column, answer_column),
            at_once=at_once,
            settings=self.settings.replace(settings),
        )

    def stop(self, turn: Turn | None = None) -> None:
        """Stop a turn, or all that run or wait, and what is being found out about others. What was written is kept. Stopping twice,
        or nothing, is fine."""
        if turn is None:
            self.stop_checks()
        self.generation.stop(turn)

    def unload(self) -> None:
        """Free the model's memory now. Every chat that shares the model stops, and the next question loads it again."""
        self.generation.unload()

    def close(self) -> None:
        """Stop everything, and free the model where no other chat shares it. A later question comes back."""
        if self._beside is not None:
            self._beside.leave()
        self.generation.leave()

    def use(self, engine: Engine) -> None:
        """Another engine, from the next turn on."""
        self._asked_for = engine
        self._listeners.knows(partial(prospect, engine))
        source = shared(engine)
        if self._beside is not None:
            self._beside.stop()
            self._beside.use(source)
        self.generation.use(source)

    # ---- who listens

    @overload
    def on(self, event: Event, hear: Hear) -> Hear: ...
    @overload
    def on(self, event: Event) -> Callable[[Hear], Hear]: ...
    def on(self, event: Event, hear: Any = None) -> Any:
        """`chat.on("turn_ended", f)` has `f(turn)` called when a turn has ended, as `@chat.on("turn_ended")` does above a
        function. The other events are in events.py: `"turn_changed"`, `"text_added"` and `"checked"`. `chat.off(event, f)` ends it."""
        if hear is None:
            return partial(self.on, event)
        self._events.on(event, hear)
        return hear

    def off(self, event: Event, hear: Callable[..., object]) -> None:
        """`hear` is told no more."""
        self._events.off(event, hear)

    def listen(self, listener: Listener) -> None:
        """Tell it everything that happens from now on."""
        self._listeners.add(listener)

    def unlisten(self, listener: Listener) -> None:
        """It is told no more."""
        self._listeners.remove(listener)

    # ---- as it stands

    @property
    def status(self) -> EngineStatus:
        """What the model is doing: `state` is `"idle"`, `"loading"`, `"ready"` or `"failed"`."""
        return self._listeners.status

    @property
    def messages(self) -> list[dict[str, str]]:
        """The active branch as other libraries have it: `{"role": "user" or "assistant", "content": …}`, answers without their
        thoughts, and a system message where the settings have one. A question without an answer stands alone."""
        system = self.settings.system
        messages = [{"role": "system", "content": system}] if system else []
        for turn in self.turns:
            messages.append({"role": "user", "content": turn.question})
            if answer := turn.answer:
                messages.append({"role": "assistant", "content": answer})
        return messages

    def to_markdown(self, reasoning: export.Reasoning = "folded") -> str:
        """The active branch as markdown; the reasoning `"folded"` in `<details>`, `"open"`, `"plain"` or `"none"`."""
        return export.conversation_markdown(self.turns, reasoning=reasoning)

    def export(
        self,
        path: str | os.PathLike[str],
        reasoning: export.Reasoning = "folded",
        *,
        view: export.View = "page",
        notes: export.Notes = "beside",
    ) -> None:
        """Write the conversation to a file: `.md`, `.html`, `.json` (all branches) or `.ipynb`, by its suffix.

        `view="widget"` makes an `.html` of the widget itself, read-only, with all branches: it folds, finds and goes through
        versions in any browser, without a kernel or a network. With `notes="table"` a table of all of a reader's notes stands
        behind the last turn of an `.md`, `.html` or `.ipynb`.
        """
        export.write(self.conversation, path, reasoning=reasoning, view=view, about=self.about, notes=notes)

    def to_frame(self, table: Table = "turns", library: str | None = None) -> Any:
        """All branches as a table: `"turns"`, `"steps"`, `"tokens"`, `"versions"`, `"findings"`, `"support"`, `"samples"` or `"notes"`, with the columns of docs/data.md.

        As pandas has it where it is installed; `library` is `"pandas"`, `"polars"`, `"arrow"`, or `"rows"`: dictionaries."""
        return export.to_frame(self.conversation, table, library)

    def place(self, turn: Turn) -> int | None:
        """The turn's place among those that wait, from 1; None when it doesn't wait."""
        return self.generation.place(turn)

    def is_with(self, model: str) -> bool:
        """Whether that is the chat's model: as it is shown, or as it was asked for, by its name or its folder."""
        asked = self._asked_for
        if model == self.model_name or not isinstance(asked, (str, os.PathLike)):
            return model == self.model_name
        if model == name_of(asked):
            return True
        paths = [os.path.expanduser(name) for name in (model, os.fspath(asked))]
        one, other = (os.path.realpath(path) if os.path.exists(path) else path for path in paths)
        return one == other

    def _repr_markdown_(self) -> str:
        return self.conversation._repr_markdown_()

    def __repr__(self) -> str:
        count = len(self.turns) if "_conversation" in self.__dict__ else 0  # a traceback may show it half made
        return f"<{type(self).__name__} {getattr(self, 'model_name', '')}, {count} turn{'' if count == 1 else 's'}>"

    # ---- how

    def _new(self, text: str | Turn, settings: Mapping[str, Any]) -> tuple[Turn, Settings]:
        """A question, and how it is to be answered. Nobody knows of it yet."""
        # By what it has and not by its class, which `%autoreload` makes anew.
        turn = text if not isinstance(text, str) and hasattr(text, "question") else Turn(question(text))
        return turn, self.settings.replace(settings)

    def _begin(self, turn: Turn, settings: Settings) -> None:
        """Take the question in. One act, so that all hear of turns in the order in which they are made."""
        try:
            with self.acting:
                self.conversation.append(turn)
                self.generation.submit(turn, settings=settings)
                self._listeners.tell("turn_changed", turn)
        except BaseException:  # an interrupt
            self.generation.cancel(turn)
            raise
