"""Numbers to blocks and back; and GGUF's own blocks, of which nothing may be lost on the way."""

from __future__ import annotations

import gguf
import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType as Kind

from r1widget.engines.weights.linears.layouts import LAYOUTS, BlockLayout
from r1widget.engines.weights.linears.report import relative_error

every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
COLUMNS = [7, 32, 100, 256, 480, 576, 1056]


def matrix(rows: int, columns: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))


def stored(layout: BlockLayout, rows: int, columns: int) -> torch.Tensor:
    """Blocks of GGUF whose every bit is a coin's, but for the 16-bit scales, which are finite numbers."""
    chance = torch.Generator().manual_seed(columns)
    blocks = torch.randint(0, 256, (rows, columns // layout.unit, layout.stored), dtype=torch.uint8, generator=chance)
    halves = {"Q4_1": (0, 2), "Q4_K": (0, 2), "Q6_K": (208,)}.get(layout.kind, (0,))
    for at in halves:
        scales = torch.randn(rows, columns // layout.unit, generator=chance).half()
        blocks[:, :, at : at + 2] = scales.unsqueeze(-1).view(torch.uint8)
    return blocks.reshape(rows, -1)


@every_layout
@pytest.mark.parametrize("columns", [32, 64, 96, 256, 512, 576, 768, 1792])
@pytest.mark.parametrize("rows", [1, 16, 50])
def test_nothing_of_a_gguf_files_blocks_is_lost(compiled, layout: BlockLayout, rows: int, columns: int) -> None:
    columns = -(-columns // layout.unit) * layout.unit
    blocks = stored(layout, rows, columns)
    taken = compiled.take(layout, blocks, columns)
    wanted = gguf.quants.dequantize(blocks.numpy(), Kind[layout.kind])
    assert np.array_equal(compiled.unpack(layout, taken, rows, columns).numpy(), wanted)


@every_layout
def test_blocks_can_be_taken_some_rows_at_a_time_into_their_place(compiled, layout: BlockLayout) -> None:
    rows, columns = 80, 512
    blocks = stored(layout, rows, columns)
    whole = compiled.take(layout, blocks, columns)
    pieces = torch.full_like(whole, 255)
    compiled.take(layout, blocks[:48], columns, pieces[:3])
    compiled.take(layout, blocks[48:], columns, pieces[3:])
    assert torch.equal(pieces, whole)


@every_layout
def test_what_is_not_rows_of_this_type_is_refused(compiled, layout: BlockLayout) -> None:
    blocks = stored(layout, 4, 512)
    for columns in (256, 513, 1024):
        with pytest.raises(ValueError, match=layout.kind):
            compiled.take(layout, blocks, columns)
    with pytest.raises(ValueError, match=layout.kind):
        compiled.take(layout, blocks.view(torch.int8), 512)
    with pytest.raises(ValueError, match="blocks"):
        compiled.take(layout, blocks, 512, torch.empty((2, layout.size(512)), dtype=torch.uint8))


@every_layout
def test_a_plan_is_what_pack_gives(compiled, layout: BlockLayout) -> None:
    for columns in COLUMNS:
        assert layout.size(columns) == compiled.library.r1_size(layout.number, columns)
        blocks = compiled.pack(layout, matrix(50, columns))
        assert {"blocks": (blocks.dtype, tuple(blocks.shape))} == layout.plan(50, columns)
        assert blocks.data_ptr() % 64 == 0 and blocks.shape[1] % 64 == 0, "no vector may lie across two lines"


def test_the_bits_of_a_weight() -> None:
    bits = {kind: layout.bits for kind, layout in LAYOUTS.items()}
    assert bits == {"Q8_0": 8.5, "Q4_0": 4.5, "Q4_1": 5, "Q4_K": 4.625, "Q6_K": 6.5625}


@every_layout
def test_packing_loses_little(compiled, layout: BlockLayout) -> None:
    most = {"Q8_0": 0.006, "Q6_K": 0.022, "Q4_K": 0.075, "Q4_1": 0.075, "Q4_0": 0.085}[layout.kind]
    for columns in COLUMNS:
        weight = matrix(257, columns) * 0.02
        assert relative_error(compiled.unpack(layout, compiled.pack(layout, weight), 257, columns), weight) < most


@every_layout
@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 3.0e-2])
def test_packing_keeps_a_constant(compiled, layout: BlockLayout, value: float) -> None:
    weight = torch.full((20, 70), value)
    back = compiled.unpack(layout, compiled.pack(layout, weight), 20, 70)
    assert torch.allclose(back, weight, rtol=5e-3)


@every_layout
def test_pieces_packed_apart_are_those_of_the_whole(compiled, layout: BlockLayout) -> None:
    weight = matrix(50, 600)
    apart = [compiled.pack(layout, piece) for piece in weight.split(layout.block)]
    assert torch.equal(torch.cat(apart), compiled.pack(layout, weight))
