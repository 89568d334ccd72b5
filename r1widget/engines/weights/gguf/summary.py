"""`summary`: what a GGUF model is, from the headers of its files alone, without its vocabulary: small enough to be remembered. No torch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ..safetensors import Contents
from .header import Header, TensorInfo
from .parts import parts_of
from .types import FILE_TYPES, FLOATS

_HELD = {"Q4_0": (4, 4.5), "Q4_1": (4, 5.0), "Q4_K": (4, 4.63), "Q6_K": (6, 6.56), "F16": (16, 16), "BF16": (16, 16)}
"""How weights of a type are held as they are: bits of one, and with its share of the scales. Of all others 8 bits are made."""
_EIGHT = (8, 8.5)
_TABLE, _HEAD = "token_embd.weight", "output.weight"
_LONGEST = 100
"""Letters of a name; more isn't one."""


@dataclass(frozen=True)
class Summary:
    name: str
    """As its maker calls it; often empty, or not what anybody calls it."""
    type: str
    """As llama.cpp calls the mix of its types: `Q4_K_M`; empty where that isn't said."""
    contents: Contents
    is_quantized: bool
    """Whether any of its layers is."""
    bits: tuple[int, int]
    """Of a weight of its layers, as it is held here: the least and the most."""
    held: int
    """Bytes that its layers take here, as they are."""
    config: SimpleNamespace
    """As transformers has one, as far as sizes go."""
    template: str


def summary(files: Sequence[Path]) -> Summary:
    """Of a model's files, the first one first. `WeightsCorrupt` where one isn't a GGUF file, `ModelNotFound` where a part is missing,
    `OSError` where one can't be read."""
    stats = [path.stat() for path in files]
    return _summary(files[0], tuple((each.st_mtime_ns, each.st_size) for each in stats))


@lru_cache(maxsize=32)
def _summary(path: Path, stats: object) -> Summary:
    """`stats`: it is read anew when a file is another one."""
    headers = list(parts_of(path).values())
    first = headers[0]
    tensors = [info for header in headers for info in header.tensors.values()]
    layers = [info for info in tensors if len(info.shape) > 1 and info.name != _TABLE]
    table = next((info for info in tensors if info.name == _TABLE), None)
    tied = table is not None and not any(info.name == _HEAD for info in tensors)
    if tied and table is not None:
        layers.append(table)
    bits = [_HELD.get(info.type.name, _EIGHT)[0] for info in layers]
    floats = sum(math.prod(info.shape) for info in tensors if info.type.name in FLOATS)
    parameters = sum(math.prod(info.shape) for info in tensors)
    others = sum(info.size for info in tensors if info.type.name not in FLOATS)
    return Summary(
        name=_name(first),
        type=_file_type(first) or _commonest(layers),
        contents=Contents(parameters, floats, others),
        is_quantized=any(info.type.name not in FLOATS for info in layers),
        bits=(min(bits, default=0), max(bits, default=0)),
        held=int(sum(math.prod(info.shape) * _HELD.get(info.type.name, _EIGHT)[1] / 8 for info in layers)),
        config=_config(first, table, tied),
        template=_text(first, "tokenizer.chat_template"),
    )


def _name(header: Header) -> str:
    name = " ".join(_text(header, "general.name").split())
    return name if len(name) <= _LONGEST and name.isprintable() else ""


def _text(header: Header, key: str) -> str:
    found = header.metadata.get(key)
    return found if isinstance(found, str) else ""


def _file_type(header: Header) -> str:
    number = header.metadata.get("general.file_type")
    return FILE_TYPES.get(number, "") if isinstance(number, int) else ""


def _commonest(layers: Sequence[TensorInfo]) -> str:
    counts: Counter[str] = Counter()
    for info in layers:
        counts[info.type.name] += math.prod(info.shape)
    return counts.most_common(1)[0][0] if counts else ""


def _config(header: Header, table: TensorInfo | None, tied: bool) -> SimpleNamespace:
    def number(key: str) -> int | None:
        found: Any = header.of_architecture(key)
        if not isinstance(found, (int, str)) and hasattr(found, "__len__") and len(found):
            found = max(found)  # a number for each layer
        return found if isinstance(found, int) else None

    return SimpleNamespace(
        model_type=header.architecture,
        hidden_act="silu",
        hidden_size=number("embedding_length"),
        num_hidden_layers=number("block_count"),
        num_attention_heads=number("attention.head_count"),
        num_key_value_heads=number("attention.head_count_kv"),
        head_dim=number("attention.key_length"),
        vocab_size=table.shape[0] if table is not None else None,
        tie_word_embeddings=tied,
    )
