"""Sampling: transformers' distribution, a generator of its own, one number a token."""

from __future__ import annotations

import math

import pytest
import torch
from transformers.generation.logits_process import TemperatureLogitsWarper, TopPLogitsWarper

from r1widget.engines.decode.sampling import CANDIDATES, Sampler, nucleus
from r1widget.errors import EngineError
from r1widget.settings import Settings


def logits(size: int, spread: float, seed: int = 0) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed)) * spread


def officially(scores: torch.Tensor, temperature: float, top_p: float) -> torch.Tensor:
    warped = TemperatureLogitsWarper(temperature)(None, scores[None])  # type: ignore[arg-type]
    if top_p < 1:
        warped = TopPLogitsWarper(top_p)(None, warped)  # type: ignore[arg-type]
    return torch.softmax(warped[0].double(), -1)


@pytest.mark.parametrize("spread", [0.01, 1.0, 5.0])  # flat: the nucleus is larger than the candidates; and peaked
@pytest.mark.parametrize("top_p", [0.05, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("size", [10, CANDIDATES, 5000])
def test_the_distribution_is_that_of_transformers(size: int, top_p: float, spread: float) -> None:
    scores = logits(size, spread)
    ids, shares = nucleus(scores, 0.6, top_p)
    mine = torch.zeros(size, dtype=torch.float64)
    mine[ids] = shares
    theirs = officially(scores, 0.6, top_p)
    # Sums of thousands of float32 shares differ in the last digits: the token on the edge may be in or out.
    assert (mine - theirs).abs().sum() < 2e-3
    assert abs(len(ids) - int((theirs > 0).sum())) <= (1 if spread > 0.1 else 3)


def test_what_is_drawn_follows_it() -> None:
    scores, draws = logits(20, 1.5), 20_000
    sampler = Sampler(Settings(temperature=0.6, top_p=0.95), seed=7)
    counts = torch.zeros(20)
    for _ in range(draws):
        counts[sampler(scores)[0]] += 1
    theirs = officially(scores, 0.6, 0.95)
    assert (counts / draws - theirs).abs().max() < 0.015
    assert counts[theirs == 0].sum() == 0


def test_a_seed_gives_the_same_draws_whatever_else_is_random() -> None:
    def draw(seed: int) -> list[int]:
        sampler = Sampler(Settings(temperature=1.0, top_p=1.0), seed)
        return [sampler(logits(1000, 1.0, step))[0] for step in range(50)]

    once = draw(1)
    state = torch.random.get_rng_state()
    torch.manual_seed(99)
    assert draw(1) == once
    assert draw(2) != once
    torch.manual_seed(99)
    expected = torch.rand(1)
    torch.manual_seed(99)
    draw(3)
    assert torch.equal(torch.rand(1), expected), "the process's generator was touched"
    torch.random.set_rng_state(state)


@pytest.mark.parametrize("temperature", [0, 1e-300, 1e-6])
def test_cold_is_greedy(temperature: float) -> None:
    scores = logits(1000, 1.0)
    assert Sampler(Settings(temperature=temperature), 0)(scores)[0] == int(scores.argmax())


def test_hot_and_in_half_precision() -> None:
    assert 0 <= Sampler(Settings(temperature=2, top_p=1.0), 0)(logits(1000, 1.0).bfloat16())[0] < 1000


def test_no_numbers_are_an_error() -> None:
    with pytest.raises(EngineError, match="no numbers"):
        Sampler(Settings(), 0)(torch.full((10,), torch.nan))
    with pytest.raises(EngineError, match="no numbers"):
        Sampler(Settings(temperature=0), 0)(torch.full((10,), torch.nan))


@pytest.mark.parametrize("spread", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("temperature", [0, 0.6])
def test_a_score_is_of_the_distribution_at_temperature_1(spread: float, temperature: float) -> None:
    scores = logits(5000, spread)
    scores[7] = -torch.inf
    id, score = Sampler(Settings(temperature=temperature), 0)(scores)
    distribution = torch.distributions.Categorical(logits=scores.double())
    assert score.id == id
    assert score.logprob == pytest.approx(float(distribution.log_prob(torch.tensor(id))), abs=1e-4)
    assert score.entropy == pytest.approx(float(distribution.entropy()), abs=1e-4)


@pytest.mark.parametrize("spread", [0.01, 1.0, 30.0])
def test_the_likeliest_are_told_of_a_token_that_was_not_sure(spread: float) -> None:
    scores = logits(5000, spread)
    scores[7] = -torch.inf
    _, score = Sampler(Settings(temperature=2.0), 0)(scores)
    if score.is_sure:
        assert score.alternatives == () and score.logprob >= math.log(0.9)
        return
    shares, ids = scores.double().softmax(-1).topk(5)
    assert [one.id for one in score.alternatives] == ids.tolist()
    for one, share in zip(score.alternatives, shares.tolist(), strict=True):
        assert one.logprob == pytest.approx(math.log(share), abs=1e-4)


def test_of_a_small_vocabulary_there_are_as_many_as_can_be() -> None:
    _, score = Sampler(Settings(temperature=1.0), 0)(torch.tensor([1.0, 1.0, -torch.inf]))
    assert sorted(one.id for one in score.alternatives) == [0, 1]
