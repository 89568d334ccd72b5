"""`gguf_here`: the files of a GGUF model that is on this machine, whichever way it is named. No network, and nothing of torch."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ... import pocket
from ...errors import EngineError, R1WidgetError
from ..location import Location, is_gguf_file
from . import ollama
from .candidates import Candidate, candidates
from .gguf.filenames import is_gguf, is_model, part_name, read_name
from .hub_cache import in_cache, sizes_in
from .meant import likeliest, named, only

ASKED = "it was asked for"
_WEIGHTS = (".safetensors", ".bin")


class Here(NamedTuple):
    files: list[Path]
    """All its parts, the first one first."""
    why: str
    """Why this file, where there could be others."""


def gguf_here(where: Location, revision: str | None = None, cache: Path | None = None) -> Here | None:
    """`cache` is the hub's, where it isn't where it usually is. None where something else is meant, or it isn't here.
    `ModelNotFound`, `WeightsCorrupt` where it isn't clear which file."""
    if where.kind == "file":
        return _of_file(where)
    if where.kind == "ollama":
        _refuse_file(where, f"Ollama's {where.name}")
        return Here([ollama.find(where.name)[1]], ASKED)
    if where.kind == "hub":
        return _of_cache(where, revision or where.revision, cache)
    return _of_folder(where) if where.path.is_dir() else None


def certainly_here(where: Location, revision: str | None = None) -> Here | None:
    """The same for who only looks: None also where something is wrong with it."""
    try:
        return gguf_here(where, revision)
    except (OSError, R1WidgetError, ValueError):
        return None


def only_gguf(names: list[str]) -> bool:
    """Whether a model's weights are GGUF alone, by the names of its files: those beside a config.json count for more."""
    return any(map(is_model, names)) and not any(
        name.endswith(_WEIGHTS) for name in names if "/" not in name and not is_gguf(name)
    )


def _of_file(where: Location) -> Here | None:
    if not where.path.is_file() or not is_gguf_file(where.path):
        return None
    _refuse_file(where, where.path.name)
    return Here(_parts(where.path), ASKED)


def _parts(path: Path) -> list[Path]:
    """All that are there of the model that a file belongs to, in order. Whether one is missing is seen when they are read."""
    count = read_name(path.name).parts
    names = [part_name(path.name, part) for part in range(1, count + 1)] if count > 1 else []
    return [there for name in names if (there := path.with_name(name)).is_file()] or [path]


def _of_folder(where: Location) -> Here | None:
    names = [each.name for each in where.path.iterdir()]
    sizes = sizes_in(where.path)
    if where.file is None and not only_gguf([*names, *sizes]):
        return None
    is_pocket = where.path.resolve() == pocket.path().resolve()
    whose = "The built-in model" if is_pocket else f"The folder {where.path.resolve().name!r}"
    found = candidates(sizes)
    if where.file is not None:
        return _placed(where.path, named(found, where.file, whose), ASKED)
    return _placed(where.path, only(found, whose), "it is the only one")


def _of_cache(where: Location, revision: str | None, cache: Path | None) -> Here | None:
    folder = in_cache(where.name, revision, cache)
    if folder is None:
        return None
    sizes = sizes_in(folder)
    if where.file is None and not only_gguf([*(each.name for each in folder.iterdir()), *sizes]):
        return None
    found = [each for each in candidates(sizes) if not each.lacks]
    if where.file is not None:
        return _placed(folder, named(found, where.file, f"{where.name} on this machine"), ASKED)
    return _placed(folder, *likeliest(found, here=sizes)) if found else None


def _placed(folder: Path, candidate: Candidate, why: str) -> Here:
    return Here([folder / name for name in candidate.files], why)


def _refuse_file(where: Location, what: str) -> None:
    if where.file is not None:
        raise EngineError(f"{what} is one file already, and file={where.file!r} names another.", "Leave file= out.")
