"""`Engine`: something that continues a conversation, and `load`, the way to get one. No torch is imported here.

    engine = load("pocket")
    for delta in engine.stream(Request(messages=[{"role": "user", "content": "What is 17 × 24?"}]), threading.Event()):
        print(delta.text, end="")

`load` blocks until the model is ready; an `Engine` is always ready. That is why a widget calls `load` from a thread,
and why there is no half-loaded state for anybody to handle.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from typing_extensions import TypeIs

from ..conversation.scores import Score
from ..conversation.turn import Origin
from ..reasoning import Tags, tags_from
from ..settings import Settings
from .capabilities import ALL, Act, Capabilities
from .location import locate
from .naming import check_name
from .titles import title_of_location

Message = Mapping[str, str]
"""`{"role": "system" | "user" | "assistant", "content": text}`; an assistant's content is its answer, never its thought."""

DEFAULT_MODEL = "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to continue, and how."""

    messages: Sequence[Message]
    """The conversation; the last message is the question."""
    settings: Settings = field(default_factory=Settings)
    prefill: Prefill | None = None
    """What the reply begins with; only for an engine that can `"continue"`."""
    answer_now: threading.Event = field(default_factory=threading.Event)
    """Set by another thread while the model thinks: close the thinking at the next whole character."""
    looping: threading.Event = field(default_factory=threading.Event)
    """Set by who has noticed that the thinking repeats itself: close it as with `answer_now`; its origin is `"loop"`."""
    think_more: threading.Event = field(default_factory=threading.Event)
    """Set by another thread while the model thinks: take its next closing of the thinking away, once, and write "Wait"
    instead. The engine clears it when that has happened."""


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """The beginning of a reply that is there already, verbatim: `ids`, then `reasoning`, then the end of the thinking if
    there is an `answer`, then that. The model goes on behind it."""

    ids: tuple[int, ...] = ()
    """The reply's first ids, as they were when the model wrote them."""
    closed: bool = False
    """Whether the end of the thinking is among `ids`."""
    reasoning: str = ""
    """Thought behind `ids`, to be encoded."""
    answer: str | None = None
    """None: the reply goes on inside the thought. Otherwise the answer behind it, to be encoded; it may be empty."""


class Piece(NamedTuple):
    """Ids that make whole characters together, and those."""

    ids: tuple[int, ...]
    text: str
    closes: bool = False
    """Whether it is the end of the thinking, and so in neither text."""


@dataclass(frozen=True, kw_only=True)
class Delta:
    """A piece of a reply.

    The first delta of a stream has no text and says what the prompt was (`prompt`); the last one has a
    `finish_reason`. `kind` is `"raw"` where the text still has its `<think>` tags, and the part's own name where the
    engine has told thought from answer itself (servers do).
    """

    text: str = ""
    kind: Literal["raw", "reasoning", "answer"] = "raw"
    origin: Origin = "model"
    tokens: int = 0
    """How many tokens this piece took."""
    ids: tuple[int, ...] = ()
    """Those tokens, also where the model didn't choose them; empty where an engine can't know."""
    prompt: Prompt | None = None
    finish_reason: Literal["stop", "length", "cancelled"] | None = None
    scores: tuple[Score, ...] = ()
    """One for each token of this piece that the model itself chose; empty where an engine can't know."""
    waiting: int | None = None
    """How many other chats the engine writes for first, before this one begins. Comes without text."""
    prompt_tokens: tuple[int, int | None] | None = None
    """How many tokens the prompt has, and of how many the keys and values were there already, so that they needn't be read
    (None: not told). Comes once, when the engine knows it: at the beginning, or, of a server, at the end."""
    reading: tuple[int, int] | None = None
    """How many tokens of the prompt have been read, of how many. Comes without text."""
    note: str = ""
    """A sentence on the reply that is no part of it and no error: it goes into the record's `notes`."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast an engine has been lately, for one chat."""

    tokens_per_second: float
    """Of writing."""
    prompt_tokens_per_second: float | None = None
    """Of reading."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What the prompt turned out to be."""

    opens_thinking: bool
    """Whether the prompt ended by opening the thinking, so that the reply begins inside it."""
    tokens: int | None = None
    seed: int | None = None
    """The seed that was used, also where the settings left it open."""
    encoded: tuple[Piece, ...] = ()
    """What became of the prefill's text: everything behind its `ids`, the end of the thinking with its tag."""
    thinking_tags: tuple[Tags, ...] = ()
    """The tags that the model is known to use, the likeliest first; none: the reply will show."""
    settings: Mapping[str, Any] | None = None
    """The settings as they were sent, where that isn't all of them."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the loading is: `done` of `total`, in bytes for a download, in `unit`s otherwise; None: not known."""

    stage: Literal["download", "load", "check"]
    text: str
    done: int | None = None
    total: int | None = None
    left: int | None = None
    """Seconds until that is done, about."""


OnProgress = Callable[[Progress], None]


@runtime_checkable
class Engine(Protocol):
    """A model that is ready to answer. Safe to use from several threads at once.

    An engine of a person's own needs only `stream`: where it is given to a chat, `complete` says the rest in its place.
    """

    name: str
    """What a person calls it."""

    @property
    def capabilities(self) -> Capabilities:
        """Which acts of steering it can carry out."""
        ...

    @property
    def pace(self) -> Pace | None:
        """How fast it has been lately, for one chat; None where it doesn't measure that."""
        ...

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        """Continue the conversation, a piece at a time; ends within one token when `stop` is set."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a record of a turn should say of the model: revision, template, quantization, device, versions."""
        ...

    def close(self) -> None:
        """Nobody asks any more: let go of what a garbage collector doesn't."""
        ...


OPTIONS: dict[bool, dict[str, Any]] = {
    False: {
        "device": "auto",
        "dtype": "auto",
        "revision": None,
        "file": None,
        "speculation": True,
        "thinking_tags": None,
    },
    True: {"api_key": None, "opens_thinking": None, "thinking_tags": None, "timeout": 300.0, "logprobs": True},
}
"""What `load` takes beside the model, for a local one and for a server's, with the defaults. Said here, so that a wrong name
is refused, and the same model known for the same, before anything is imported."""
_OTHERS = ("settings", "quantization", "base_url", "language", "unfold", "name", "keep", "title", "suggestions")
_SETTINGS = {field.name for field in dataclasses.fields(Settings)}


def check_options(options: Mapping[str, Any], *, remote: bool) -> None:
    """Refuse an option that no engine of this kind has, as Python refuses an argument."""
    for name, value in options.items():
        if name in OPTIONS[remote]:
            continue
        if name in _SETTINGS:
            hint = f"It is a setting of the turns: settings={{{name!r}: {value!r}}}."
        elif name in OPTIONS[not remote]:
            hint = "It is for a model that runs here." if remote else "It is for a server's model; give its base_url."
        else:
            close = difflib.get_close_matches(name, (*OPTIONS[remote], *_OTHERS), n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(OPTIONS[remote])}."
        raise TypeError(f"There is no option {name!r}. {hint}")
    tags_from(options.get("thinking_tags"))
    if not isinstance(file := options.get("file"), (str, type(None))) or file == "":
        raise TypeError(f'file={file!r} can\'t be. It is a text: which GGUF file, like file="*Q4_K_M*".')


def is_name(model: object) -> TypeIs[str | os.PathLike[str] | None]:
    """Whether it names a model, as a text or a path (or not at all, which is the default); else it is an engine."""
    return model is None or isinstance(model, (str, os.PathLike))


def check_engine(engine: Any, *, base_url: str | None, quantization: str | None, options: Mapping[str, Any]) -> None:
    """Refuse what is no engine, and whatever stands beside one: it was made with its options."""
    if not callable(getattr(engine, "stream", None)):
        kind = type(engine).__name__
        raise TypeError(f"{kind} is no kind of model. Give a name, a folder, or an Engine, which has stream().")
    beside = {**options, **({} if base_url is None else {"base_url": base_url})}
    if quantization != "auto":
        beside["quantization"] = quantization
    for name, value in beside.items():
        if name in _SETTINGS:
            check_options({name: value}, remote=False)
        raise TypeError(
            f"{name} can't be given beside an Engine, which has been loaded. "
            f"Give the model's name instead, or {name} where the engine is made."
        )


def name_of(model: Any, file: str | None = None) -> str:
    """What a person calls a model, or an engine; of one that doesn't say, its type. Never a path. `file` is `load`'s."""
    if is_name(model):
        return title_of_location(locate(os.fspath(model or DEFAULT_MODEL), file))
    try:
        return str(model.name)
    except Exception:
        return type(model).__name__


def load(
    model: str | os.PathLike[str] | Engine | None = None,
    *,
    base_url: str | None = None,
    quantization: str | None = "auto",
    on_progress: OnProgress | None = None,
    **options: Any,
) -> Engine:
    """Get a model ready, blocking until it is.

    `model` is `"pocket"` (the built-in model), a folder, a GGUF file, a name on the hub (default:
    DeepSeek-R1-Distill-Qwen-1.5B), one of Ollama's (`"ollama:deepseek-r1:1.5b"`), or an `Engine`, which is returned as it is.
    `file` says which of several GGUF files, `"*Q4_K_M*"` (docs/gguf.md). With `base_url` it is the model's name on an
    OpenAI-compatible server. `on_progress` is called from this thread. `options` go to the engine's constructor; an
    unknown one is a `TypeError`.
    """
    if not is_name(model):
        check_engine(model, base_url=base_url, quantization=quantization, options=options)
        return model
    check_options(options, remote=base_url is not None)
    if base_url is not None:
        from .remote import RemoteEngine, refusal_of

        if problem := refusal_of(base_url):
            base_url = None  # which may have a password in it, and tracebacks show variables
            raise problem
        return RemoteEngine(str(model or ""), base_url=base_url, **options)
    name = os.fspath(model) if model is not None else DEFAULT_MODEL
    from .weights.loading import errors_of

    with errors_of(name):
        check_name(name, options.get("file"))
    from .local import TransformersEngine

    return TransformersEngine.load(name, quantization=quantization, on_progress=on_progress or _ignore, **options)


def unload(model: str | os.PathLike[str] | None = None) -> int:
    """Free a model that chats have loaded, or all of them, now; how many there were. Turns that are being written are
    cancelled, and who asks again has the model loaded again. What `load` gave is its caller's, and isn't touched."""
    from .registry import unload

    return unload(model)


def _ignore(progress: Progress) -> None:
    """Nobody watches the loading."""


__all__ = [
    "ALL",
    "DEFAULT_MODEL",
    "OPTIONS",
    "Act",
    "Capabilities",
    "Delta",
    "Engine",
    "Message",
    "OnProgress",
    "Pace",
    "Piece",
    "Prefill",
    "Progress",
    "Prompt",
    "Request",
    "Score",
    "check_engine",
    "check_options",
    "is_name",
    "load",
    "name_of",
    "unload",
]
