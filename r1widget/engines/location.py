"""`locate`: what a model's name means: a folder, a GGUF file, a model on the hub, one of Ollama's. Nothing is opened but what is here."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote

from .. import pocket
from .weights import ollama
from .weights.gguf.filenames import is_gguf, is_type

MAGIC = b"GGUF"
_HUB = r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/"
_FILE_ADDRESS = re.compile(
    rf"{_HUB}(?P<name>[\w.-]+/[\w.-]+)/(?:resolve|blob|raw)/(?P<revision>[^/?#]+)/(?P<file>[^?#]+)(?:[?#].*)?",
    re.IGNORECASE,
)
_TAGGED = re.compile(
    r"(?P<hub>(?:huggingface\.co|hf\.co)/)?(?P<name>[\w.-]+/[\w.-]+)(?::(?P<tag>[\w.-]+))?", re.IGNORECASE
)
_FILE_ON_HUB = re.compile(
    r"(?:(?:huggingface\.co|hf\.co)/)?(?P<name>\w[\w.-]*/[\w.-]+)/(?P<file>[^\\:]+)", re.IGNORECASE
)


class Location(NamedTuple):
    kind: Literal["folder", "file", "hub", "ollama"]
    name: str
    """The way to the folder or the file; the name on the hub, or Ollama's."""
    file: str | None = None
    """Which of its GGUF files: a pattern, a name or a type."""
    revision: str | None = None
    """On the hub, where the address says it."""
    says_file: bool = False
    """Whether the name itself says which file."""

    @property
    def path(self) -> Path:
        return Path(self.name)


def locate(model: str, file: str | None = None) -> Location:
    """Of a name as `load` takes it. Whether there is such a thing isn't said."""
    if model == pocket.NAME:
        return Location("folder", str(pocket.path()), file)
    if (found := _FILE_ADDRESS.fullmatch(model)) and is_gguf(unquote(found["file"])):
        revision = unquote(found["revision"])
        return Location("hub", found["name"], unquote(found["file"]), None if revision == "main" else revision, True)
    path = Path(model).expanduser()
    try:
        if path.is_dir():
            return Location("folder", str(path), file)
        if path.is_file():
            return Location("file", str(path), file)
    except (OSError, ValueError):  # a name that is too long for one, or has a zero byte
        return Location("hub", model, file)
    if model.lower().startswith(ollama.PREFIX):
        return Location("ollama", model[len(ollama.PREFIX) :], file)
    if (found := _TAGGED.fullmatch(model)) and (
        found["hub"] or is_type(found["tag"] or "") or is_gguf(found["tag"] or "")
    ):
        if (tag := found["tag"]) is None or tag.lower() == "latest":
            return Location("hub", found["name"], file)
        return Location("hub", found["name"], tag, None, True)
    if is_gguf(model):
        if not _is_certainly_path(model) and (found := _FILE_ON_HUB.fullmatch(model)):
            return Location("hub", found["name"], found["file"], None, True)
        return Location("file", str(path), file)
    return Location("folder", str(path), file) if is_path(model) else Location("hub", model, file)


def is_path(model: str) -> bool:
    """Whether it can only be a folder: the hub's names are `owner/name` or `name`."""
    return _is_certainly_path(model) or model.count("/") > 1


def is_gguf_file(path: Path) -> bool:
    """By its name, or by how it begins: in Ollama's store and the hub's, files are called by digests."""
    if is_gguf(path.name):
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) == MAGIC
    except OSError:
        return False


def _is_certainly_path(model: str) -> bool:
    return (
        os.path.isabs(model)
        or Path(model).is_absolute()
        or model.startswith((".", "~"))
        or "\\" in model
        or bool(re.match(r"[A-Za-z]:[\\/]", model))
    )
