"""What passes cost, and how many tokens it pays to propose."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.engines.decode.speculation import Costs, Depth


def costs_of(slope: float, base: float = 0.05, rows: tuple[int, ...] = (1, 2, 4, 8, 32)) -> Costs:
    """Costs of a machine on which a further row takes `slope` of what one row takes."""
    costs = Costs()
    for _ in range(5):
        for count in rows:
            costs.learn(count, base * (1 + slope * (count - 1)))
    return costs


class TestCosts:
    def test_nothing_is_known_at_first(self) -> None:
        assert Costs().of(1) is None

    def test_one_count_says_nothing_of_others(self) -> None:
        costs = costs_of(0.1, rows=(3,))
        assert costs.of(3) == pytest.approx(0.06)
        assert costs.of(2) is None and costs.of(4) is None

    @pytest.mark.parametrize("rows", [1, 2, 3, 5, 8, 20, 32, 64, 2.5])
    def test_a_line_between_and_beyond(self, rows: float) -> None:
        assert costs_of(0.1).of(rows) == pytest.approx(0.05 * (1 + 0.1 * (rows - 1)))

    def test_below_no_less_than_in_proportion(self) -> None:
        costs = costs_of(4.0, rows=(4, 5))
        assert costs.of(4) == pytest.approx(0.65)
        below = costs.of(1)
        assert below is not None and below >= 0.65 / 4 > 0

    @given(st.lists(st.tuples(st.integers(1, 40), st.floats(1e-4, 10)), max_size=60))
    def test_more_rows_never_take_less(self, passes: list[tuple[int, float]]) -> None:
        costs = Costs()
        for rows, seconds in passes:
            costs.learn(rows, seconds)
        curve = [known for rows in range(1, 45) if (known := costs.of(rows)) is not None]
        assert all(one <= other * (1 + 1e-9) for one, other in itertools.pairwise(curve))
        assert all(0 < seconds < math.inf for seconds in curve)

    def test_noise_and_outliers(self) -> None:
        chance, costs = random.Random(1), Costs()
        for _ in range(400):
            for rows in (1, 6):
                slow = 20 if chance.random() < 0.03 else 1
                costs.learn(rows, 0.05 * (1 + 0.1 * (rows - 1)) * chance.lognormvariate(0, 0.2) * slow)
        assert costs.of(1) == pytest.approx(0.05, rel=0.25)
        assert costs.of(6) == pytest.approx(0.075, rel=0.25)

    def test_a_slow_start_is_forgotten(self) -> None:
        costs = Costs()
        for seconds in (5.0, *[0.05] * 20):
            costs.learn(1, seconds)
        assert costs.of(1) == pytest.approx(0.05, rel=0.05)

    def test_a_slower_machine_slows_what_is_not_measured_too(self) -> None:
        costs = costs_of(0.1)
        before = costs.of(32)
        for step in range(200):  # twice as slow in the end, as with a long trace
            costs.learn(1, 0.05 * (1 + step / 200))
        after = costs.of(32)
        assert before is not None and after is not None and after > 1.15 * before

    @pytest.mark.parametrize(
        ("rows", "seconds"), [(0, 1.0), (-1, 1.0), (1, 0.0), (1, -1.0), (1, math.inf), (1, math.nan)]
    )
    def test_what_is_no_measurement_is_ignored(self, rows: int, seconds: float) -> None:
        costs = Costs()
        costs.learn(rows, seconds)
        assert costs.of(1) is None and costs.count == 0


def counts(depth: Depth, accepted: Callable[[int], int], steps: int, others: int = 0) -> list[int]:
    """What is chosen in so many steps where all that is asked for is proposed, and `accepted` of so many proposed are right."""
    chosen = []
    for _ in range(steps):
        count = depth.choose(others)
        depth.learn(count, min(count, accepted(count)))
        chosen.append(count)
    return chosen


def mean(values: list[int]) -> float:
    return sum(values) / len(values)


class TestDepth:
    def test_it_pays(self) -> None:
        assert mean(counts(Depth(costs_of(0.1)), lambda proposed: proposed, 200)[50:]) > 4.5

    def test_most_is_the_most(self) -> None:
        assert max(counts(Depth(costs_of(0.0), most=3), lambda proposed: proposed, 200)) == 3
        assert counts(Depth(costs_of(0.0), most=0), lambda proposed: 0, 20) == [0] * 20

    def test_never_right(self) -> None:
        chosen = counts(Depth(costs_of(0.3)), lambda proposed: 0, 500)
        assert mean(chosen[100:]) < 0.1
        assert any(chosen[100:]), "it looks again now and then"

    def test_it_comes_back(self) -> None:
        depth = Depth(costs_of(0.3))
        assert mean(counts(depth, lambda proposed: 0, 500)[100:]) < 0.1
        assert mean(counts(depth, lambda proposed: proposed, 800)[600:]) > 4

    def test_a_row_costs_too_much(self) -> None:
        chosen = counts(Depth(costs_of(1.1)), lambda proposed: proposed, 1000)
        assert mean(chosen) < 0.05
        assert any(chosen), "the cost is measured again now and then"

    def test_dearer_rows_fewer_of_them(self) -> None:
        half = [mean(counts(Depth(costs_of(slope)), fair(), 1000)) for slope in (0.01, 0.15, 0.5, 0.9)]
        assert half == sorted(half, reverse=True)
        assert half[0] > 3 and half[-1] < 0.5

    def test_more_others_fewer_of_them(self) -> None:
        """Where rows are nearly free up to 8 and dear beyond, as on a machine that is busy with eight."""
        costs = Costs()
        for _ in range(5):
            for rows in range(1, 40):
                costs.learn(rows, 0.05 * (1 + 0.01 * rows + 0.3 * max(0, rows - 8)))
        chosen = [mean(counts(Depth(costs), fair(), 1000, others)) for others in (0, 5, 12)]
        assert chosen == sorted(chosen, reverse=True)
        assert chosen[0] > 2 * chosen[2]

    def test_only_what_is_proposed_is_paid(self) -> None:
        """Seldom proposed, but right then: that pays where a row costs half a pass."""
        depth, turn, chosen = Depth(costs_of(0.5)), 0, []
        for turn in range(600):
            count = depth.choose(0)
            proposed = count if turn % 5 == 0 else 0
            depth.learn(proposed, proposed)
            chosen.append(count)
        assert mean(chosen[300:]) > 1

    def test_the_floor_is_what_a_row_costs(self) -> None:
        floors = []
        for slope in (0.02, 0.1, 0.3):
            depth = Depth(costs_of(slope))
            counts(depth, lambda proposed: proposed, 100)
            assert depth.choose(0) > 0
            floors.append(depth.floor)
        assert floors == sorted(floors)
        assert 0 < floors[0] < 0.2 and floors[2] < 1.2

    def test_the_same_calls_give_the_same_answers(self) -> None:
        first, second = (counts(Depth(costs_of(0.2)), fair(), 300) for _ in range(2))
        assert first == second

    def test_costs_are_found_out(self) -> None:
        """An engine that knows nothing yet: its first steps measure passes with proposals and without."""
        for slope, least, most in ((0.05, 4.0, 5.0), (1.2, 0.0, 0.1)):
            costs = Costs()
            depth, chosen = Depth(costs), []
            for step in range(300):
                count = depth.choose(0)
                costs.learn(1 + count, (9 if step == 0 else 1) * 0.05 * (1 + slope * count))
                depth.learn(count, count)
                chosen.append(count)
            assert set(chosen[:10]) == {0, 3}
            assert least <= mean(chosen[100:]) <= most

    def test_a_cost_that_was_wrong_is_put_right(self) -> None:
        """Six rows looked dear when the machine was busy; they aren't."""
        costs = costs_of(0.02, rows=(1, 2, 3))
        for _ in range(5):
            costs.learn(6, 0.5)
        depth, chosen = Depth(costs), []
        for _ in range(3000):
            count = depth.choose(0)
            costs.learn(1 + count, 0.05 * (1 + 0.02 * count))
            depth.learn(count, count)
            chosen.append(count)
        assert mean(chosen[:50]) < 4.5 < mean(chosen[-500:])

    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.integers(0, 5), st.floats(1e-3, 1)), max_size=80)
    )
    def test_always_a_count(self, steps: list[tuple[int, int, int, float]]) -> None:
        costs = Costs()
        depth = Depth(costs)
        for others, proposed, accepted, seconds in steps:
            count = depth.choose(others)
            assert 0 <= count <= 5
            assert depth.floor >= 0
            proposed = min(count, proposed)
            costs.learn(1 + others + proposed, seconds)
            depth.learn(proposed, min(proposed, accepted))


def fair() -> Callable[[int], int]:
    """Every other token is right, by chance, the same each time."""
    chance = random.Random(7)

    def accepted(proposed: int) -> int:
        right = 0
        while right < proposed and chance.random() < 0.5:
            right += 1
        return right

    return accepted
