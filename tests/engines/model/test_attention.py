"""The compiled steps between linear layers, against the textbook; and that a row's bits depend on its own sequence alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from r1widget.engines.kvcache.paged import PAGE, PagedCache
from r1widget.engines.model import kernels as all_steps
from r1widget.engines.model import lean as leans
from r1widget.engines.model.batch import Batch
from r1widget.engines.model.kernels import Steps, steps
from r1widget.engines.model.network import Chunk
from tests.engines.kvcache.memories import content, write
from tests.engines.model.test_lean import KINDS, checkpoint, ids, lean

LONGEST = 2_200


@pytest.fixture
def made() -> Steps:
    compiled = steps()
    if compiled is None:
        pytest.skip("there is no kernel here")
    return compiled


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def turning(size: int) -> Tensor:
    angles = noise(LONGEST, size // 2)
    cosines, sines = angles.cos(), angles.sin()
    return torch.stack((torch.cat((cosines, cosines), 1), torch.cat((-sines, sines), 1)), 1)


def filled(
    length: int,
    *,
    key_heads: int = 2,
    size: int = 32,
    dtype: torch.dtype = torch.float32,
    seed: int = 0,
    page: int = PAGE,
) -> PagedCache:
    cache = PagedCache(2, key_heads, size, dtype, torch.device("cpu"), page=page)
    cache.reserve(length)
    for layer in range(2):
        write(cache, layer, *noise(2, key_heads, length, size, seed=seed + layer + 10).to(dtype))
    cache.commit([0] * length)
    return cache


def look(
    made: Steps,
    caches: Sequence[PagedCache],
    mixed: Sequence[Tensor],
    norms: Sequence[Tensor | None] = (None, None),
    layer: int = 1,
) -> list[Tensor]:
    """What each sequence's new positions see; `mixed` are (count, heads + 2·key heads, size)."""
    counts = [len(each) for each in mixed]
    for cache, count in zip(caches, counts, strict=True):
        cache.reserve(count)
    key_heads, size = caches[0].heads, caches[0].size
    heads = mixed[0].shape[1] - 2 * key_heads
    attend = made.attention(Batch(caches, counts, turning(size), heads=heads, dtype=mixed[0].dtype, epsilon=1e-6))
    seen = attend(layer, torch.cat(list(mixed)).flatten(1), *norms)
    return list(seen.view(-1, heads, size).split(counts))


def textbook(cache: PagedCache, mixed: Tensor, norms: Sequence[Tensor | None] = (None, None), layer: int = 1) -> Tensor:
    """The same, position by position, in float64. The new keys and values are taken from the cache."""
    count, length = len(mixed), cache.length + len(mixed)
    key_heads, size = cache.heads, cache.size
    heads = mixed.shape[1] - 2 * key_heads
    turns = turning(size)[cache.length : length, :, None].double()

    def turned(x: Tensor, norm: Tensor | None) -> Tensor:
        if norm is not None:
            x = torch.nn.functional.rms_norm(x, (size,), norm.double(), 1e-6)
        return x * turns[:, 0] + x.roll(size // 2, -1) * turns[:, 1]

    queries, new_keys, new_values = mixed.double().split((heads, key_heads, key_heads), 1)
    queries, new_keys = turned(queries, norms[0]), turned(new_keys, norms[1])
    before = content(cache, layer).double()
    keys = torch.cat((before[0], new_keys.transpose(0, 1)), 1)
    values = torch.cat((before[1], new_values.transpose(0, 1)), 1)
    seen = torch.empty(count, heads, size, dtype=torch.float64)
    for position in range(count):
        until = cache.length + position + 1
        for head in range(heads):
            group = head * key_heads // heads
            weights = torch.softmax(keys[group, :until] @ queries[position, head] / size**0.5, 0)
            seen[position, head] = weights @ values[group, :until]
    return seen


BORDERS = [0, 1, 15, 16, 17, 62, 63, 64, 65, 127, 128, 510, 511, 512, 513, 575, 1023, 1024, 1536, 2047, 2048, 2100]


@pytest.mark.parametrize("length", BORDERS)
def test_it_is_the_textbooks_at_every_border(made: Steps, length: int) -> None:
    for count in (1, 4):
        cache, mixed = filled(length), noise(count, 6 + 4, 32, seed=count)
        wanted = textbook(cache, mixed)
        (got,) = look(made, [cache], [mixed])
        assert (got - wanted).abs().max() < 1e-5


@pytest.mark.parametrize("size", [16, 48, 64, 80, 128, 256])
@pytest.mark.parametrize(("groups", "count"), [(1, 3), (1, 100), (4, 30), (6, 17), (7, 5), (96, 2)])
def test_it_is_the_textbooks_for_every_shape(made: Steps, size: int, groups: int, count: int) -> None:
    """Norms too, and more new positions than are read together."""
    norms = noise(2, size, seed=5)
    cache, mixed = filled(70, size=size), noise(count, 2 * groups + 4, size, seed=3)
    wanted = textbook(cache, mixed, tuple(norms))
    (got,) = look(made, [cache], [mixed], tuple(norms))
    assert (got - wanted).abs().max() < 2e-5


@pytest.mark.parametrize("count", [1, 3, 40])
@pytest.mark.parametrize("stream", [torch.float32, torch.bfloat16])
def test_it_is_the_textbooks_in_bfloat16(made: Steps, count: int, stream: torch.dtype) -> None:
    cache, mixed = filled(600, size=64, dtype=torch.bfloat16), noise(count, 10, 64).to(stream)
    wanted = textbook(cache, mixed)
    (got,) = look(made, [cache], [mixed])
    assert got.dtype is stream
    # Of 600 keys only the new ones are rounded here and not in the textbook.
    assert (got - wanted).abs().max() < 0.02
    assert (got - wanted).norm() / wanted.norm() < 0.01


def test_new_keys_and_values_are_in_the_cache(made: Steps) -> None:
    for dtype in (torch.float32, torch.bfloat16):
        cache, mixed = filled(100, dtype=dtype), noise(5, 10, 32)
        before = [content(cache, layer) for layer in range(2)]
        look(made, [cache], [mixed])
        cache.commit([0] * 5)
        turns = turning(32)[100:105, :, None]
        keys = mixed[:, 6:8] * turns[:, 0] + mixed[:, 6:8].roll(16, -1) * turns[:, 1]
        got = content(cache, 1)[:, :, 100:].transpose(1, 2)
        assert torch.allclose(got[0].float(), keys, atol=0.03 if dtype.itemsize == 2 else 1e-6)
        assert torch.equal(got[1], mixed[:, 8:].to(dtype))
        for layer, old in enumerate(before):
            assert torch.equal(content(cache, layer)[:, :, :100], old)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_bits_are_the_same_alone_and_in_company_on_any_threads(
    made: Steps, threads: int, dtype: torch.dtype
) -> None:
    lengths, counts = [1, 700, 2048, 63, 1300], [1, 3, 1, 16, 45]
    mixed = [noise(count, 10, 32, seed=count) for count in counts]
    together = look(made, [filled(length, dtype=dtype, seed=length) for length in lengths], mixed)
    torch.set_num_threads(1)
    for number, length in enumerate(lengths):
        (alone,) = look(made, [filled(length, dtype=dtype, seed=length)], [mixed[number]])
        assert torch.equal(alone, together[number])
    torch.set_num_threads(threads)
    (again,) = look(made, [filled(2048, dtype=dtype, seed=2048)], [mixed[2]])
    assert torch.equal(again, together[2])


@pytest.mark.parametrize("start", [0, 50, 500, 1015])
def test_the_bits_are_the_same_one_by_one_and_at_once(made: Steps, start: int) -> None:
    """So proposals change nothing, nor does how a prompt is cut. 40 positions cross a block's border, or a part's."""
    mixed = noise(40, 10, 32)
    (at_once,) = look(made, [filled(start)], [mixed])
    cache = filled(start)
    for pieces in mixed.split((1, 1, 5, 16, 17)):
        (got,) = look(made, [cache], [pieces])
        assert torch.equal(got, at_once[cache.length - start :][: len(pieces)])
        cache.commit([0] * len(pieces))


def test_what_was_cut_back_or_copied_counts_no_more(made: Steps) -> None:
    """Nor does what lies behind a cache's end, be it no number."""
    mixed = noise(3, 10, 32)
    (wanted,) = look(made, [filled(77)], [mixed])
    longer = filled(77)
    longer.reserve(600)
    for layer in range(2):
        write(longer, layer, *torch.full((2, 2, 600, 32), torch.nan))
    longer.commit([0] * 600)
    longer.truncate(77)
    other = longer.copy(77)
    assert list(other.addresses()) == list(longer.addresses())[: len(other.pages)], "the pages themselves"
    for cache in (longer, other, longer):
        (got,) = look(made, [cache], [mixed])
        assert torch.equal(got, wanted)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_bits_are_the_same_in_pages_of_any_size(made: Steps, dtype: torch.dtype) -> None:
    """The first is as large as all, which is one tensor."""
    mixed = [noise(count, 10, 32, seed=count) for count in (1, 3, 45)]
    for length in (63, 700, 1300):
        wanted, *others = (
            look(made, [filled(length, dtype=dtype, page=page) for _ in mixed], mixed) for page in (2048, PAGE, 256)
        )
        for other in others:
            assert all(map(torch.equal, other, wanted))


def test_those_that_share_pages_see_what_each_alone_sees(made: Steps, threads: int) -> None:
    """Four that go on from the same beginning, and the one it is of, in one pass and alone."""
    for length in (640, 700):
        beginning = filled(length)
        mixed = [noise(count, 10, 32, seed=count) for count in (1, 2, 3, 1, 40)]
        alone = [look(made, [filled(length)], [each])[0] for each in mixed]
        together = look(made, [*(beginning.copy(length) for _ in range(4)), beginning], mixed)
        assert all(map(torch.equal, together, alone))


def test_a_cache_that_has_grown_is_found_again(made: Steps) -> None:
    cache, mixed = filled(250), noise(1, 10, 32)
    look(made, [cache], [mixed])
    cache.commit([0])
    cache.reserve(2000)
    assert list(cache.addresses()) == [page.data_ptr() for page in cache.pages]
    wanted = textbook(cache, mixed)
    (got,) = look(made, [cache], [mixed])
    assert (got - wanted).abs().max() < 1e-5


@pytest.mark.parametrize("size", [1e4, 1e18])
def test_large_scores_overflow_nothing(made: Steps, size: float) -> None:
    """The largest score takes all, also where it comes last or first."""
    cache, mixed = filled(1100), noise(2, 10, 32)
    for page in cache.pages:
        page[1, 0] *= size
    mixed[:, 6:8] *= size
    wanted = textbook(cache, mixed)
    (got,) = look(made, [cache], [mixed])
    assert (got - wanted).abs().max() < 1e-2
    assert got.isfinite().all()


def test_a_score_of_minus_infinity_weighs_nothing(made: Steps) -> None:
    """A whole block of them, and the first one."""
    cache, mixed = filled(600), noise(1, 10, 32)
    queries = mixed[:, :6] * turning(32)[600:601, :1] + mixed[:, :6].roll(16, -1) * turning(32)[600:601, 1:]
    only = 100 + 200
    keys, values = content(cache, 1)
    keys[:, :only] = 0
    keys[0, :only, 0] = -torch.inf * queries[0, 0, 0].sign()
    write(cache, 1, keys, values, at=0)
    (got,) = look(made, [cache], [mixed])
    assert got[0, 0].isfinite().all()
    shorter = filled(600)
    keys, values = content(shorter, 1)
    keys[0, :only] = -1e4 * queries[0, 0] / queries[0, 0].square().sum()
    write(shorter, 1, keys, values, at=0)
    (wanted,) = look(made, [shorter], [mixed])
    assert (got[0, 0] - wanted[0, 0]).abs().max() < 1e-5


def test_a_value_that_is_no_number_stays_with_those_who_see_it(made: Steps) -> None:
    mixed = noise(4, 10, 32)
    (wanted,) = look(made, [filled(62)], [mixed])
    broken = mixed.clone()
    broken[2, 8:] = torch.inf
    broken[3, 6:] = torch.nan
    (got,) = look(made, [filled(62)], [broken])
    assert torch.equal(got[:2], wanted[:2])
    assert not got[2:].isfinite().any()


def test_what_does_not_fit_is_refused(made: Steps) -> None:
    cache = filled(256)
    with pytest.raises(ValueError, match="no room"):
        Batch([cache], [1], turning(32), heads=6, dtype=torch.float32, epsilon=1e-6)
    shared = filled(250)
    shared.copy(250).reserve(1)
    Batch([shared], [6], turning(32), heads=6, dtype=torch.float32, epsilon=1e-6)
    shared.truncate(249)
    for cache in (shared, shared.copy(200)):  # the rest of a page that another one sees
        with pytest.raises(ValueError, match="no room"):
            Batch([cache], [1], turning(32), heads=6, dtype=torch.float32, epsilon=1e-6)
    with pytest.raises(ValueError, match="no room"):  # positions without an angle
        Batch([filled(200)], [1], turning(32)[:200], heads=6, dtype=torch.float32, epsilon=1e-6)
    attend = made.attention(Batch([filled(10)], [1], turning(32), heads=6, dtype=torch.float32, epsilon=1e-6))
    for wrong in (noise(2, 320), noise(1, 288), noise(1, 320).bfloat16()):
        with pytest.raises(ValueError, match="is wanted"):
            attend(0, wrong, None, None)


def test_other_shapes_are_left_to_torch() -> None:
    cpu, kinds = torch.device("cpu"), (torch.float32, torch.bfloat16)
    assert Steps.suits(cpu, 12, 2, 128, *kinds)
    assert not Steps.suits(torch.device("meta"), 12, 2, 128, *kinds)
    assert not Steps.suits(cpu, 12, 2, 100, *kinds)
    assert not Steps.suits(cpu, 12, 2, 512, *kinds)
    assert not Steps.suits(cpu, 97, 1, 64, *kinds)
    assert not Steps.suits(cpu, 9, 2, 64, *kinds)
    assert not Steps.suits(cpu, 12, 2, 128, torch.float32, torch.float16)


@pytest.mark.parametrize("columns", [1, 16, 63, 64, 1536, 8960])
@pytest.mark.parametrize("n", [1, 3, 70])
def test_norm_and_gate_are_torchs(made: Steps, n: int, columns: int) -> None:
    x, added, weight = 3 * noise(n, columns), noise(n, columns, seed=1), noise(columns, seed=2)
    summed = x.clone()
    got = made.norm(summed, added, weight, 1e-6)
    assert torch.equal(summed, x + added)
    assert torch.allclose(got, torch.nn.functional.rms_norm(x + added, (columns,), weight, 1e-6), atol=1e-5)
    assert torch.allclose(
        made.norm(x, None, weight, 1e-6), torch.nn.functional.rms_norm(x, (columns,), weight, 1e-6), atol=1e-5
    )
    gates = 20 * noise(n, 2 * columns, seed=3)
    wanted = torch.nn.functional.silu(gates[:, :columns]) * gates[:, columns:]
    assert torch.allclose(made.gate(gates), wanted, rtol=1e-5, atol=1e-5)


def test_the_gate_at_the_ends(made: Steps) -> None:
    gates = torch.tensor([[-1e30, -1e4, -100.0, -0.0, 0.0, 100.0, 1e30, torch.nan]])
    got = made.gate(torch.cat((gates, torch.ones_like(gates)), 1))[0]
    assert torch.allclose(got[:7], torch.tensor([0, 0, 0, 0, 0, 100, 1e30]), rtol=1e-6, atol=1e-7)
    assert got[7].isnan()


@pytest.mark.parametrize("kind", KINDS)
def test_a_pass_through_the_steps_is_torchs(
    made: Steps, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint(tmp_path, kind)
    ours = lean(tmp_path)
    assert ours.steps is made
    monkeypatch.setattr(leans, "steps", lambda: None)
    theirs = lean(tmp_path)
    assert theirs.steps is None
    results = []
    with torch.inference_mode():
        for network in (ours, theirs):
            one, two = network.new_cache(), network.new_cache()
            one.reserve(100)
            two.reserve(100)
            network.forward([Chunk(one, ids(70, 1), 0)])
            results.append(network.forward([Chunk(one, ids(1, 2), 1), Chunk(two, ids(9, 3), 4)]))
    for mine, torchs in zip(*results, strict=True):
        assert torch.allclose(mine, torchs, atol=1e-4)


def test_steps_that_compute_nonsense_are_not_used(made: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Steps, "gate", lambda self, x: x[:, : x.shape[1] // 2])
    all_steps.steps.cache_clear()
    try:
        assert steps() is None
    finally:
        all_steps.steps.cache_clear()
