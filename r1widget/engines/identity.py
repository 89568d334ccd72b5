"""Which model is meant: the same key for the same model, however it is named. Nothing is loaded, and nothing of torch."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from .. import pocket
from ..reasoning import tags_from
from . import DEFAULT_MODEL, OPTIONS
from .location import locate
from .weights.here import certainly_here


class Identity(NamedTuple):
    """What an engine is shared by."""

    model: tuple[str, ...]
    """Where its weights are: `("folder", path)`, `("file", path)` of a GGUF file's first part, `("hub", name)`,
    `("ollama", name)`, or `("server", address, name)`."""
    options: tuple[tuple[str, Hashable], ...]
    """How they are to be run. What isn't said has its default."""


def identity(
    model: str | os.PathLike[str] | None, *, base_url: str | None, quantization: str | None, options: Mapping[str, Any]
) -> Identity:
    """The key of a model and the options of `load`."""
    chosen = {**OPTIONS[base_url is not None], **options}
    chosen["thinking_tags"] = tags_from(chosen["thinking_tags"])
    if base_url is not None:
        return Identity(("server", _address(base_url), os.fspath(model or "")), _in_order(chosen))
    chosen["quantization"] = quantization
    where = located(model, chosen["file"], chosen["revision"])
    spot = locate(_name(model), chosen["file"])
    if where[0] == "file":
        del chosen["file"]
    elif (file := chosen["file"] or spot.file) is not None:
        chosen["file"] = os.fspath(file).lower()
    if where[0] == "hub":
        chosen["revision"] = chosen["revision"] or spot.revision or "main"
    else:
        del chosen["revision"]  # what is on this machine has one
    chosen["device"] = _device(str(chosen["device"]))
    chosen["dtype"] = str(chosen["dtype"]).removeprefix("torch.")
    return Identity(where, _in_order(chosen))


def located(
    model: str | os.PathLike[str] | None, file: str | None = None, revision: str | None = None
) -> tuple[str, str]:
    """The folder or the GGUF file that is meant, by its one real name, or else the model on the hub. A file has one name, wherever
    links lead to it from: in the hub's cache they do."""
    where = locate(_name(model), file)
    if (here := certainly_here(where, revision)) is not None:
        return "file", _real(here.files[0])
    if where.kind in ("folder", "file"):
        return where.kind, _real(where.path)
    return where.kind, where.name


def around(model: str | os.PathLike[str] | None) -> str:
    """The folder, or the model on the hub, whichever of its files is meant."""
    where = locate(_name(model))
    return _real(where.path) if where.kind in ("folder", "file") else where.name


def absolute(model: str | os.PathLike[str] | None) -> str | None:
    """A name that means the same wherever the kernel has gone by then."""
    if model is None:
        return None
    where = locate(os.fspath(model))
    is_here = where.kind in ("folder", "file") and where.path.exists()
    return os.path.abspath(where.path) if is_here and model != pocket.NAME else os.fspath(model)


def _name(model: str | os.PathLike[str] | None) -> str:
    return os.fspath(model) if model is not None else DEFAULT_MODEL


def _real(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def on_this_machine(key: Identity) -> Identity:
    """The same, with the device that "auto" means here. That imports torch."""
    from .weights.choosing import place

    options = dict(key.options)
    return key._replace(options=_in_order({**options, "device": _device(place(str(options["device"])))}))


def _device(name: str) -> str:
    """An engine runs on threads of its own, and there the current GPU is the first one."""
    return {"cuda": "cuda:0", "mps": "mps:0", "cpu:0": "cpu"}.get(name, name)


def _in_order(options: Mapping[str, Any]) -> tuple[tuple[str, Hashable], ...]:
    return tuple((name, _hashable(value)) for name, value in sorted(options.items()))


def _hashable(value: Any) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value  # type: ignore[no-any-return]


def _address(url: str) -> str:
    parts = urlsplit(url.rstrip("/"))
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()))
