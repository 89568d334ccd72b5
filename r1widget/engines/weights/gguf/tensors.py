"""`Tensors`: those of all parts of a model, by llama.cpp's names: where they lie, and whether they are what belongs to it."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ....errors import EngineError, WeightsCorrupt
from ...naming import SERVED
from .header import Header, TensorInfo, damaged, said
from .names import FACTORS, REORDERED, is_ignored, is_turned, names_of, shapes
from .types import FLOATS

_MOST_FACTORS = 1 << 12


class Placed(NamedTuple):
    """Where a tensor lies."""

    path: Path
    info: TensorInfo
    head: int = 0
    """Rows of a head, where they lie as llama.cpp wants them (see `names`); 0: as transformers has them."""


class Tensors:
    def __init__(self, headers: Mapping[Path, Header]) -> None:
        self._path = next(iter(headers))
        self._found = {
            name: Placed(path, info) for path, header in headers.items() for name, info in header.tensors.items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __len__(self) -> int:
        return len(self._found)

    def placed(self, config: Any) -> dict[str, Placed]:
        """By transformers' names."""
        names = names_of(config.model_type, config.num_hidden_layers)
        head = config.head_dim if config.model_type in REORDERED else 0
        return {
            names[name]: placed._replace(head=head if is_turned(name) else 0)
            for name, placed in self._found.items()
            if name in names
        }

    def biases(self, architecture: str) -> dict[str, bool]:
        """What a configuration says of them; that of the others has nothing to say."""
        if architecture != "llama":
            return {}
        return {"attention_bias": "blk.0.attn_q.bias" in self, "mlp_bias": "blk.0.ffn_up.bias" in self}

    def factors(self) -> list[float] | None:
        """By how much each frequency of the rotation is divided; None: nothing is said."""
        if FACTORS not in self._found:
            return None
        path, info, _ = self._found[FACTORS]
        if info.type.name != "F32" or len(info.shape) != 1 or info.count > _MOST_FACTORS:
            raise damaged(path, "has a rotation that can't be")
        with path.open("rb") as file:
            file.seek(info.start)
            found = list(struct.unpack(f"<{info.count}f", file.read(info.size)))
        if not all(0 < factor < 1e9 for factor in found):
            raise damaged(path, "has a rotation that can't be")
        return found

    def check(self, config: Any) -> None:
        """Whether those that belong to such a model are there, and no others."""
        factors = getattr(config, "rope_factors", None)
        if factors is not None and len(factors) != config.head_dim // 2:
            raise damaged(self._path, "has a rotation that can't be")
        sizes = {
            "layers": config.num_hidden_layers,
            "hidden": config.hidden_size,
            "inner": config.intermediate_size,
            "queries": config.num_attention_heads * config.head_dim,
            "keys": config.num_key_value_heads * config.head_dim,
            "head": config.head_dim,
            "words": config.vocab_size,
        }
        belongs = {FACTORS}
        for name, shape, must in shapes(config.model_type, sizes):
            belongs.add(name)
            if name in self._found:
                self._check(name, shape)
            elif must:
                raise damaged(self._path, f"has no tensor {name}")
        others = [name for name in self._found if name not in belongs and not is_ignored(name)]
        if others:
            raise EngineError(
                f"{said(self._path.name)} has weights that r1widget doesn't know ({said(others[0])}), and would leave out.",
                SERVED.format(file=said(self._path.name)),
            )

    def _check(self, name: str, shape: tuple[int, ...]) -> None:
        path, info, _ = self._found[name]
        if info.shape != shape:
            raise WeightsCorrupt(
                f"The tensor {name} of {said(path.name)} has the shape {info.shape}, and {shape} belongs there.",
                "Get another file of the model.",
            )
        if len(shape) == 1 and info.type.name not in FLOATS:
            raise damaged(path, f"holds {info.type.name} in {name}")
