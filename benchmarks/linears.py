"""One pass over all linear layers of a 1.5B model, for every way to hold their weights.

    python -m benchmarks.linears [--quick] [--rows 1 2 4 8 10 16 128 512] [--repeats 5]

Weights are noise of DeepSeek-R1-Distill-Qwen-1.5B's shape; 128 rows and more leave the head out, as reading a prompt
does. The ways take turns, so that a busy moment of the machine meets all of them; each cell is the least, the median and
the most of the repeats, in ms. Beside them: a plain read of the same bytes. Then the error of each way, on one layer.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from r1widget.engines.weights.linears import Linear, Part, Scheme, scheme
from r1widget.engines.weights.linears.int4 import Int4
from r1widget.engines.weights.linears.int8 import Int8
from r1widget.engines.weights.linears.plain import Plain
from r1widget.engines.weights.linears.report import relative_error, trial

HIDDEN, INNER, LAYERS, VOCABULARY = 1536, 8960, 28, 151_936
SHAPES = ((2048, HIDDEN), (HIDDEN, HIDDEN), (2 * INNER, HIDDEN), (HIDDEN, INNER))
HEAD = Part("head", (), head=True)
MANY = 100
"""Rows from which on the head is left out."""


class Model(NamedTuple):
    """All layers held in one way."""

    name: str
    layers: list[Linear]
    head: Linear
    tensors: list[Tensor]


def noise(way: Scheme, rows: int, columns: int) -> dict[str, Tensor]:
    """What `pack` would give, without the packing."""
    tensors = {}
    for name, (dtype, shape) in way.plan(rows, columns, False).items():
        tensor = torch.empty(shape, dtype=dtype)
        tensors[name] = tensor.fill_(0.01) if dtype.is_floating_point else tensor.random_(0, 120)
    return tensors


def model(name: str, way: Scheme, layers: int, vocabulary: int) -> Model:
    tensors: list[Tensor] = []

    def layer(way: Scheme, rows: int, columns: int) -> Linear:
        own = noise(way, rows, columns)
        tensors.extend(own.values())
        return way.linear(own, rows, columns)

    made = [layer(way, rows, columns) for _ in range(layers) for rows, columns in SHAPES]
    return Model(name, made, layer(way.of(HEAD), vocabulary, HIDDEN), tensors)


def one_pass(model: Model, inputs: dict[int, Tensor], n: int) -> None:
    for layer in model.layers:
        layer(inputs[layer.columns])
    if n < MANY:
        model.head(inputs[model.head.columns])


def read(model: Model) -> None:
    """Every byte once, by torch on all threads."""
    for tensor in model.tensors:
        tensor.view(torch.uint8).reshape(-1).view(torch.int64).max() if tensor.nbytes % 8 == 0 else tensor.max()


def milliseconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def ways() -> list[tuple[str, Scheme, torch.dtype]]:
    """Names, schemes, and the type of x that suits each."""
    found: list[tuple[str, Scheme, torch.dtype]] = [("bf16 F.linear", Plain(torch.bfloat16), torch.bfloat16)]
    for quantization in ("int8", "int4"):
        best = scheme(quantization, torch.float32)
        if best.layout.startswith("native"):
            found.append((f"{quantization} native", best, torch.float32))
    return [*found, ("int8 torch", Int8(), torch.bfloat16), ("int4 torch", Int4(), torch.bfloat16)]


def times(rows: list[int], repeats: int, layers: int, vocabulary: int) -> None:
    models = [(model(name, way, layers, vocabulary), dtype) for name, way, dtype in ways()]
    print(
        "| rows | way | ms least | median | most | × bf16 | tok/s | plain read, ms |\n|---|---|---|---|---|---|---|---|"
    )
    for n in rows:
        taken: dict[str, list[float]] = {each.name: [] for each, _ in models}
        reads: dict[str, list[float]] = {each.name: [] for each, _ in models}
        for repeat in range((repeats if n < MANY else max(2, repeats // 2)) + 1):
            for each, dtype in models:
                inputs = {columns: torch.randn(n, columns).to(dtype) for columns in (HIDDEN, INNER)}
                reading = milliseconds(partial(read, each))
                passing = milliseconds(partial(one_pass, each, inputs, n))
                if repeat:  # the first is for warming up
                    reads[each.name].append(reading)
                    taken[each.name].append(passing)
        base = statistics.median(taken["bf16 F.linear"])
        for each, _ in models:
            found, middle = taken[each.name], statistics.median(taken[each.name])
            print(
                f"| {n} | {each.name} | {min(found):.1f} | {middle:.1f} | {max(found):.1f} | {base / middle:.2f} "
                f"| {1000 * n / middle:.0f} | {min(reads[each.name]):.1f} – {statistics.median(reads[each.name]):.1f} |",
                flush=True,
            )


def errors() -> None:
    weight, x = trial(2048, HIDDEN)
    print("\n| way | layout | error of a layer's output | of the head's |\n|---|---|---|---|")
    for name, way, dtype in ways():
        found = []
        for own in (way, way.of(HEAD)):
            y = own.linear(own.pack(weight, None), *weight.shape)(x.to(dtype))
            found.append(relative_error(y, x.double() @ weight.double().T))
        print(f"| {name} | {way.layout} | {found[0]:.4f} | {found[1]:.4f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 2, 4, 8, 10, 16, 128, 512])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="two layers and a small head")
    arguments = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {scheme('int4', torch.float32).layout}\n")
    with torch.inference_mode():
        small = arguments.quick
        times(arguments.rows, arguments.repeats, 2 if small else LAYERS, 16_000 if small else VOCABULARY)
        errors()


if __name__ == "__main__":
    main()
