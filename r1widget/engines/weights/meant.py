"""Which of several GGUF models is meant: the one that is `named`, the `only` one, or the `likeliest`."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from ...errors import ModelNotFound
from . import memory
from .candidates import Candidate, listed
from .precision import COMFORT

ORDER = (
    *("Q4_K_M", "Q4_K_XL", "Q4_K_L", "Q4_K_S", "Q6_K", "Q6_K_L", "Q6_K_XL", "Q8_0", "Q8_K_XL", "MXFP4_MOE", "MXFP4"),
    *("Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_1", "IQ4_NL", "IQ4_XS", "Q4_0", "BF16", "F16", "FP16", "F32"),
)
"""Which is taken, where nobody says: the smallest that loses little. Q4_K_M costs 0.06 nats, Q8_0 0.004, Q4_0 0.27 (docs/engine.md);
what becomes 8 bits here takes their memory, and so comes behind what is exact."""
SMALL_FILE = 1e9
"""Bytes up to which Q8_0 is taken: small models lose most by 4 bits, and are quick anyway."""


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
