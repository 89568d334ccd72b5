"""`candidates`: the models among GGUF files, by their names and sizes alone; `named` and `likeliest`: which of them is meant.

The files are a folder's, or those that the hub lists: nothing is read, and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ...errors import ModelNotFound
from . import memory
from .gguf.filenames import is_model, part_name, read_name
from .gguf.types import EXACT
from .precision import COMFORT

ORDER = (
    *("Q4_K_M", "Q4_K_XL", "Q4_K_L", "Q4_K_S", "Q6_K", "Q6_K_L", "Q6_K_XL", "Q8_0", "Q8_K_XL", "MXFP4_MOE", "MXFP4"),
    *("Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_1", "IQ4_NL", "IQ4_XS", "Q4_0", "BF16", "F16", "FP16", "F32"),
)
"""Which is taken, where nobody says: the smallest that loses little. Q4_K_M costs 0.06 nats, Q8_0 0.004, Q4_0 0.27 (docs/engine.md);
what becomes 8 bits here takes their memory, and so comes behind what is exact."""
SMALL_FILE = 1e9
"""Bytes up to which Q8_0 is taken: small models lose most by 4 bits, and are quick anyway."""
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
        """Memory below which it can't be run: without its embeddings, which stay in the file."""
        return memory.needed(int(self.size * _growth(self.type) * 0.8))


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


def named(found: list[Candidate], file: str, whose: str) -> Candidate:
    """The one that `file` means: a pattern, a name, or a type. `ModelNotFound` where it is none, or several."""
    if not found:
        raise ModelNotFound(f"{whose} has no GGUF file.", "file= chooses among GGUF files; leave it out.")
    meant = _matching(found, file)
    if not meant:
        raise ModelNotFound(f"{whose} has no GGUF file like {file!r}. There are: {listed(found)}.", _say(found))
    if len(meant) > 1:
        raise ModelNotFound(f"{whose} has several GGUF files like {file!r}: {listed(meant)}.", _say(meant))
    return whole(meant[0], whose)


def only(found: list[Candidate], whose: str) -> Candidate:
    """The one that there is. `ModelNotFound` where there are several."""
    if len(found) > 1:
        raise ModelNotFound(f"{whose} has several models: {listed(found)}.", _say(found))
    return whole(found[0], whose)


def whole(candidate: Candidate, whose: str) -> Candidate:
    """The same, if no part is missing."""
    if candidate.lacks:
        lacks = candidate.lacks[0].rpartition("/")[2]
        more = f" and {len(candidate.lacks) - 1} more" if len(candidate.lacks) > 1 else ""
        raise ModelNotFound(
            f"{whose} has only a part of a model: {lacks}{more} should be there, too.",
            "Get all of its parts, into one folder.",
        )
    return candidate


def likeliest(found: list[Candidate], *, free: int | None = None, here: Collection[str] = ()) -> tuple[Candidate, str]:
    """The one to take where nobody says, and why. `here` are files that needn't be fetched; `free` is the memory, where it matters.
    Of those that fit comfortably, else of those that fit, the first of `ORDER`; else the one that needs least."""
    there = [each for each in found if not each.lacks] or found
    fetched = [each for each in there if set(each.files) <= set(here)]
    fetched = [each for each in fetched if free is None or each.needs <= free]
    best = _best(fetched or there, free)
    if fetched:
        others = f", of {len(found)} files" if len(found) > 1 else ""
        return best, f"it is on this machine already{others}"
    if len(found) == 1:
        return best, "it is the only one"
    numbers = f"of {len(found)} files" + (
        ""
        if free is None
        else f", and needs about {memory.gigabytes(best.needs)} of {memory.gigabytes(free)} that are free"
    )
    if free is not None and best.needs > free:
        return best, f"it needs least, {numbers}"
    merit = "the most exact that is small" if _kind(best) == "Q8_0" else "the smallest that loses little"
    return best, f"{merit}, {numbers}; file= chooses another"


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


def _matching(found: list[Candidate], file: str) -> list[Candidate]:
    pattern = file.lower().replace("\\", "/")

    def matches(each: Candidate) -> bool:
        names = [name.lower() for name in each.files]
        return any(fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern) for name in names)

    meant = [each for each in found if matches(each)]
    return meant or [each for each in found if each.type == file.upper()] or _of_type(found, file.upper())


def _of_type(found: list[Candidate], kind: str) -> list[Candidate]:
    """Under another's name for it: `UD-Q4_K_XL` is Unsloth's."""
    return [each for each in found if each.type == f"UD-{kind}"]


def how_to_say(one: Candidate, found: list[Candidate]) -> str:
    """What chooses it of those."""
    for file in (f"*{one.type}*", one.type):
        if one.type and _matching(found, file) == [one]:
            return f'file="{file}"'
    return f'file="{one.name}"'


def _say(found: list[Candidate]) -> str:
    return f"Say which, as in {how_to_say(_best(found, None), found)}."


def _best(found: list[Candidate], free: int | None) -> Candidate:
    in_order = sorted(found, key=_rank)
    for limit in () if free is None else (free * COMFORT, free):
        for each in in_order:
            if each.needs <= limit:
                return each
    return in_order[0] if free is None else min(found, key=lambda each: each.needs)


def _rank(each: Candidate) -> tuple[int, bool, int]:
    kind = _kind(each)
    if kind == "Q8_0" and each.size <= SMALL_FILE:
        return -1, False, 0
    place = ORDER.index(kind) if kind in ORDER else len(ORDER)
    return place, each.type != kind, -each.size  # of what isn't known here, the largest loses least


def _kind(each: Candidate) -> str:
    return each.type.removeprefix("UD-")


def _growth(kind: str) -> float:
    """How many times as large its weights are here, about, at the least: what isn't exact becomes 8 bits, and floats can be 4."""
    kind = kind.removeprefix("UD-")
    if kind.startswith(("BF", "F")):
        return 0.15 if "32" in kind else 0.3
    if not kind or kind.startswith(tuple(EXACT)):
        return 1.0
    bits = next((int(letter) for letter in kind.removeprefix("MXFP") if letter.isdigit()), 8)
    return max(1.0, 8.5 / (bits + 0.5))
