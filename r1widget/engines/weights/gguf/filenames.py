"""`read_name`: what the name of a GGUF file says: of which model it is, how its weights lie, and which of several parts it is.

Only llama.cpp's way to split is known: `…-00001-of-00003.gguf` (its `gguf-split`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

SUFFIX = ".gguf"
_MOST_PARTS = 1_000
"""Of a model; a name or a header that says more is wrong."""
_TYPE = re.compile(
    r"(?:^|[-._ ])((?:UD-)?(?:(?:IQ|TQ|Q)[1-8](?:_[0-9A-Z]+)*|BF16|F16|FP16|F32|FP32|MXFP4(?:_MOE)?))(?=$|[-._ ])",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(.*)-(\d{5})-of-(\d{5})", re.DOTALL)
_NO_MODEL = re.compile(r"(?:^|[-._ ])(?:mmproj|imatrix)(?:$|[-._ ])", re.IGNORECASE)
"""What makes pictures into tokens, and what weights were weighed with when they were quantized."""


class FileName(NamedTuple):
    stem: str
    """Without the folder, the suffix and which part it is."""
    type: str = ""
    """As llama.cpp calls the mix of its types, in capitals: `Q4_K_M`; empty where the name doesn't say."""
    part: int = 1
    parts: int = 1


def is_gguf(name: str) -> bool:
    return name.lower().endswith(SUFFIX)


def is_model(name: str) -> bool:
    """Whether it is a GGUF file that may hold a model."""
    return is_gguf(name) and not _NO_MODEL.search(_last(name)[: -len(SUFFIX)])


def read_name(name: str) -> FileName:
    """Of a file's name, or of the way to it within a repository: large ones have a folder for each type."""
    stem = _last(name)
    if is_gguf(stem):
        stem = stem[: -len(SUFFIX)]
    split = _SPLIT.fullmatch(stem)
    part, parts = (int(split[2]), int(split[3])) if split else (1, 1)
    if split and 1 <= part <= parts <= _MOST_PARTS:
        stem = split[1]
    else:
        part = parts = 1
    folder = name.replace("\\", "/").rpartition("/")[0].rpartition("/")[2]
    return FileName(stem, type_in(stem) or type_in(folder), part, parts)


def part_name(name: str, part: int) -> str:
    """The name of another part of the same model."""
    file = name[: -len(SUFFIX)]
    return f"{file[:-14]}{part:05}{file[-9:]}{name[-len(SUFFIX) :]}"


def without_type(stem: str) -> str:
    """`R1-Q4_K_M` → `R1`, and `R1-GGUF` → `R1`."""
    found = list(_TYPE.finditer(stem))
    if found and not stem[found[-1].end() :].strip("-._ "):
        stem = stem[: found[-1].start()]
    return re.sub(r"[-._ ]GGUF$", "", stem, flags=re.IGNORECASE).strip("-._ ")


def type_in(text: str) -> str:
    """The last one that it names."""
    found = _TYPE.findall(text)
    return found[-1].upper() if found else ""


def is_type(text: str) -> bool:
    return type_in(text) == text.upper() != ""


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
