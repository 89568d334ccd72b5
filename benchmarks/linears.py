"""One pass over all linear layers of a 1.5B model, for every way to hold their weights.

    python -m benchmarks.linears [--ways Q4_K …] [--rows 1 2 3 4 10 128 512] [--repeats 5] [--torch] [--quick]

Weights are noise of DeepSeek-R1-Distill-Qwen-1.5B's shape; 128 rows and more leave the head out, as reading a prompt
does. `Q4_K/Q6_K` has the head in Q6_K. The ways take turns, so that a busy moment of the machine meets all of them; each
cell is the least, the median and the most of the repeats, in ms. Beside them: a plain read of the same bytes by as many
threads, and how many times as long as that, and as one row, the pass took (by the least of each).
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

from r1widget.engines.weights.linears import Layout, Linear, Segment
from r1widget.engines.weights.linears.int4 import Int4
from r1widget.engines.weights.linears.int8 import Int8
from r1widget.engines.weights.linears.kernel import kernel
from r1widget.engines.weights.linears.layouts import LAYOUTS
from r1widget.engines.weights.linears.native import Blocks
from r1widget.engines.weights.linears.plain import Plain
from r1widget.engines.weights.linears.report import relative_error, trial

HIDDEN, INNER, LAYERS, VOCABULARY = 1536, 8960, 28, 151_936
SHAPES = (((1536, 256, 256), HIDDEN), ((HIDDEN,), HIDDEN), ((INNER, INNER), HIDDEN), ((HIDDEN,), INNER))
"""Rows of each layer's segments, and columns."""
MANY = 100
"""Rows from which on the head is left out."""
WAYS = ("Q8_0", "Q4_0/Q8_0", "Q4_0/Q6_K", "Q4_1/Q6_K", "Q4_K/Q6_K", "Q6_K")


class Way(NamedTuple):
    """How the layers lie, and how the head does; and the type of x that suits them."""

    name: str
    layout: Layout
    head: Layout
    dtype: torch.dtype


class Model(NamedTuple):
    """All layers held in one way."""

    way: Way
    layers: list[Linear]
    head: Linear
    tensors: list[Tensor]


def noise(layout: Layout, rows: int, columns: int) -> dict[str, Tensor]:
    """What `pack` would give, without the packing. Blocks are whole pages, as those of an engine are."""
    tensors = {}
    for name, (dtype, shape) in layout.plan(rows, columns).items():
        tensor = torch.empty(shape, dtype=dtype)
        tensors[name] = tensor.fill_(0.01) if dtype.is_floating_point else tensor.random_(0, 100)
    return tensors


def model(way: Way, layers: int, vocabulary: int) -> Model:
    tensors: list[Tensor] = []

    def layer(layout: Layout, heights: tuple[int, ...], columns: int) -> Linear:
        segments = [Segment(layout, noise(layout, rows, columns), rows, columns) for rows in heights]
        tensors.extend(tensor for segment in segments for tensor in segment.tensors.values())
        return layout.linear(segments, None)

    made = [layer(way.layout, heights, columns) for _ in range(layers) for heights, columns in SHAPES]
    return Model(way, made, layer(way.head, (vocabulary,), HIDDEN), tensors)


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


def ways(names: list[str], with_torch: bool) -> list[Way]:
    made, found = kernel(), []
    for name in names:
        layers, _, head = name.partition("/")
        found.append(Way(name, Blocks(made, LAYOUTS[layers]), Blocks(made, LAYOUTS[head or layers]), torch.float32))
    if with_torch:
        plain = Plain(torch.bfloat16)
        found.append(Way("bf16, torch", plain, plain, torch.bfloat16))
        found.append(Way("int8, torch", Int8(), Int8(), torch.bfloat16))
        found.append(Way("int4, torch", Int4(), Int8(), torch.bfloat16))
    return found


def times(chosen: list[Way], rows: list[int], repeats: int, layers: int, vocabulary: int) -> None:
    models = [model(way, layers, vocabulary) for way in chosen]
    print("| rows | way | ms least | median | most | tok/s | plain read, ms | ÷ read | ÷ one row |")
    print("|---|---|---|---|---|---|---|---|---|")
    alone: dict[str, float] = {}
    for n in rows:
        taken: dict[str, list[float]] = {each.way.name: [] for each in models}
        reads: dict[str, list[float]] = {each.way.name: [] for each in models}
        for repeat in range((repeats if n < MANY else max(2, repeats // 2)) + 1):
            for each in models:
                inputs = {columns: torch.randn(n, columns).to(each.way.dtype) for columns in (HIDDEN, INNER)}
                reading = milliseconds(partial(read, each))
                passing = milliseconds(partial(one_pass, each, inputs, n))
                if repeat:  # the first is for warming up
                    reads[each.way.name].append(reading)
                    taken[each.way.name].append(passing)
        for name, found in taken.items():
            middle, least, reading = statistics.median(found), min(found), min(reads[name])
            one = alone.setdefault(name, least)
            print(
                f"| {n} | {name} | {least:.1f} | {middle:.1f} | {max(found):.1f} | {1000 * n / middle:.0f} "
                f"| {reading:.1f} – {statistics.median(reads[name]):.1f} | {least / reading:.2f} | {least / one:.2f} |",
                flush=True,
            )


def errors(chosen: list[Way]) -> None:
    weight, x = trial(2048, HIDDEN)
    print("\n| way | error of a layer's output | of the head's |\n|---|---|---|")
    for way in chosen:
        found = []
        for layout in (way.layout, way.head):
            linear = layout.linear([Segment(layout, layout.pack(weight), *weight.shape)], None)
            found.append(relative_error(linear(x.to(way.dtype)), x.double() @ weight.double().T))
        print(f"| {way.name} | {found[0]:.4f} | {found[1]:.4f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ways", nargs="+", default=WAYS, help="layouts of the layers, and of the head behind a slash")
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 2, 3, 4, 8, 10, 16, 128, 512])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--torch", action="store_true", help="torch's own operations too")
    parser.add_argument("--quick", action="store_true", help="two layers and a small head")
    arguments = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {kernel().name}\n")
    chosen, small = ways(arguments.ways, arguments.torch), arguments.quick
    with torch.inference_mode():
        times(chosen, arguments.rows, arguments.repeats, 2 if small else LAYERS, 16_000 if small else VOCABULARY)
        errors(chosen)


if __name__ == "__main__":
    main()
