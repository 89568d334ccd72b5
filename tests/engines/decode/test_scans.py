"""What is asked of all logits at once, in C and in torch."""

from __future__ import annotations

import pytest
import torch

from r1widget.engines.decode import scans
from r1widget.engines.decode.scans import sums, top


@pytest.fixture(params=["C", "torch"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "torch":
        monkeypatch.setattr(scans, "_library", lambda: None)
    elif scans._library() is None:
        pytest.skip("there is no kernel here")
    return request.param


def noise(size: int, spread: float = 3.0) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(size)) * spread


@pytest.mark.parametrize("size", [1, 5, 15, 16, 17, 256, 257, 5000, 151_936])
@pytest.mark.parametrize("count", [0, 1, 5, 256])
def test_the_largest_come_first(size: int, count: int) -> None:
    logits = noise(size)
    values, ids = top(logits, count)
    wanted = logits.sort(descending=True)
    assert torch.equal(values, wanted.values[:count])
    assert torch.equal(logits[ids], values)
    assert len(set(ids.tolist())) == min(count, size)


@pytest.mark.parametrize("order", [False, True])
def test_in_order_and_against_it(order: bool) -> None:
    values, ids = top(torch.arange(1000.0).sort(descending=order).values, 7)
    assert values.tolist() == [999.0, 998.0, 997.0, 996.0, 995.0, 994.0, 993.0]
    assert sorted(ids.tolist()) == (list(range(7)) if order else list(range(993, 1000)))


def test_of_equals_the_first_one_is_the_largest() -> None:
    """As `argmax` has it."""
    logits = torch.zeros(100)
    logits[[31, 57, 90]] = 4.0
    assert int(top(logits, 1)[1]) == 31


def test_minus_infinity_is_the_smallest() -> None:
    values, ids = top(torch.tensor([-torch.inf, 2.0, -torch.inf, 1.0]), 4)
    assert values.tolist() == [2.0, 1.0, -torch.inf, -torch.inf]
    assert sorted(ids.tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize("size", [1, 15, 16, 17, 5000, 151_936])
@pytest.mark.parametrize("temperature", [0.05, 0.6, 1.0, 2.0])
def test_the_sums_are_those_of_double_precision(size: int, temperature: float) -> None:
    logits = noise(size)
    logits[size // 2] = -torch.inf if size > 1 else 0.0
    most = float(logits.max())
    shifted = ((logits.double() - most) / temperature).clamp(min=-1e4)
    total, products = sums(logits, most, temperature)
    assert total == pytest.approx(float(shifted.exp().sum()), rel=2e-5)
    assert products == pytest.approx(float((shifted.exp() * shifted).sum()), rel=2e-5, abs=1e-5)


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf])
@pytest.mark.parametrize("place", [0, 20, 36])
def test_what_is_no_number_shows(wrong: float, place: int) -> None:
    logits = noise(37)
    logits[place] = wrong
    total, _ = sums(logits, float(top(logits, 1)[0]))
    assert not torch.isfinite(torch.tensor(total))


def test_a_vocabulary_without_a_possible_token_shows_too() -> None:
    logits = torch.full((40,), -torch.inf)
    total, _ = sums(logits, float(top(logits, 1)[0]))
    assert not torch.isfinite(torch.tensor(total))


def test_a_row_of_several_is_read_where_it_lies() -> None:
    rows = noise(3 * 500).view(500, 3).t()
    assert not rows[1].is_contiguous()
    assert torch.equal(top(rows[1], 3)[0], rows[1].sort(descending=True).values[:3])
    assert sums(rows[1], 1.0) == sums(rows[1].clone(), 1.0)
