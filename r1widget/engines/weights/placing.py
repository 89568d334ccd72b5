"""`place_linears`: a checkpoint's linear layers on a device other than the CPU, each as one weight.

Queries, keys and values are one matrix there, and so are gate and up: a GPU waits more for kernels to start than for
them to work. Tensor after tensor goes from the file's pages to its rows of the matrix, so no second copy of the model
is ever in memory, on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from .linears import Linear, Part
from .linears.arrangement import shapes_of
from .linears.plain import PlainLinear
from .source import Source


def place_linears(
    source: Source,
    parts: Sequence[Part],
    dtype: torch.dtype,
    device: torch.device,
    *,
    there: Mapping[str, Tensor],
    report: Callable[[int, int | None], None],
) -> dict[str, Linear]:
    """The layers that `parts` name. `there` are tensors that the device has already: a head that is the embeddings."""
    shapes = {part.name: _shape(source, part) for part in parts}
    total = sum(rows * columns for rows, columns in shapes.values()) * dtype.itemsize
    linears: dict[str, Linear] = {}
    done = 0
    for part in parts:
        rows, columns = shapes[part.name]
        weight = there.get(part.weights[0]) if len(part.weights) == 1 else None
        if weight is None:
            weight = _joined(source, part.weights, torch.empty(rows, columns, dtype=dtype, device=device))
        empty = torch.empty(rows, dtype=dtype, device=device) if part.biases else None
        linears[part.name] = PlainLinear(weight, None if empty is None else _joined(source, part.biases, empty))
        done += rows * columns * dtype.itemsize
        report(done, total)
    return linears


def _shape(source: Source, part: Part) -> tuple[int, int]:
    rows, columns = zip(*shapes_of(source, part), strict=True)
    return sum(rows), columns[0]


def _joined(source: Source, names: Sequence[str], whole: Tensor) -> Tensor:
    """`whole` filled with the tensors of these names, one below the other."""
    at = 0
    for name in names:
        tensor = source.whole(name).to(whole.dtype)  # converted here: not every device converts while it copies
        whole[at : at + len(tensor)].copy_(tensor)
        at += len(tensor)
    return whole
