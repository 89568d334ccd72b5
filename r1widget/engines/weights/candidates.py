"""`candidates`: the models among GGUF files, by their names and sizes alone.

The files are a folder's, or those that the hub lists: nothing is read, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import memory
from .gguf.filenames import is_model, part_name, read_name
from .gguf.types import EXACT

SHOWN = 12


@dataclass(frozen=True)
class Candidate:
    """A model in one file, or in several parts."""

    files: tuple[str, ...]
    """Its parts in order, as they are listed: with the folder, where they lie in one."""
    size: int
    """Bytes of all of them."""
    type: str = ""
    """As its name says: `Q4_K_M`."""
    lacks: tuple[str, ...] = ()
    """Parts that should be there and aren't."""

    @property
    def name(self) -> str:
        return self.files[0]

    @property
    def needs(self) -> int:
        """Memory that it takes, about, with a conversation of some length, whose keys and values are a fifth of it."""
        return memory.needed(int(self.size * _growth(self.type) * 1.2))

    @property
    def least(self) -> int:
        """Memory below which it can't be run: without its embeddings, which stay in the file; floats can be held in 4 bits."""
        return memory.needed(int(self.size * _growth(self.type) * (0.5 if _is_float(self.type) else 0.8)))


def candidates(sizes: Mapping[str, int]) -> list[Candidate]:
    """The smallest first."""
    found: dict[tuple[str, str, int], dict[int, str]] = {}
    for name in sizes:
        if is_model(name):
            read = read_name(name)
            found.setdefault((name.rpartition("/")[0], read.stem, read.parts), {})[read.part] = name
    made = []
    for (_, _, count), parts in found.items():
        first = next(iter(parts.values()))
        lacks = tuple(part_name(first, n) for n in range(1, count + 1) if n not in parts) if count > 1 else ()
        files = tuple(parts[n] for n in sorted(parts))
        made.append(Candidate(files, sum(sizes[name] for name in files), read_name(first).type, lacks))
    return sorted(made, key=lambda each: (each.size, each.name))


def listed(found: Iterable[Candidate]) -> str:
    """With their sizes; by their types where these tell them apart."""
    found = list(found)
    types = {each.type for each in found}
    by_type = len(types) == len(found) and "" not in types
    said = [f"{each.type if by_type else each.name} ({size_of(each.size)})" for each in found]
    more = f" and {len(said) - SHOWN} more" if len(said) > SHOWN else ""
    return ", ".join(said[:SHOWN]) + more


def size_of(size: int) -> str:
    return memory.gigabytes(size) if size >= 1e9 else f"{size / 1e6:.{0 if size >= 1e7 else 1}f} MB"


def _growth(kind: str) -> float:
    """How many times as large its weights are here, about: what isn't exact becomes 8 bits, and so do floats."""
    kind = kind.removeprefix("UD-")
    if _is_float(kind):
        return 0.28 if "32" in kind else 0.55
    if not kind or kind.startswith(tuple(EXACT)):
        return 1.0
    bits = next((int(letter) for letter in kind.removeprefix("MXFP") if letter.isdigit()), 8)
    return max(1.0, 8.5 / (bits + 0.5))


def _is_float(kind: str) -> bool:
    return kind.startswith(("BF", "F"))
