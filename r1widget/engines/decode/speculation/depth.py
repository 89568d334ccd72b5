"""`Depth`: how many tokens to propose for one sequence, so that the most tokens come out a second."""

from __future__ import annotations

from .costs import Costs

FADE = 0.97
"""What a step's outcome still counts after the next one: about the last 33 steps matter."""
HUNCH = 0.5
"""How often the first proposed token is taken to be right before anything is known (measured: 0.5 to 0.6)."""
WEIGHT = 4.0
"""How many steps' worth the hunch counts; for a later place, what is known of the place before it counts as much."""
FORGET = 0.998
"""The same of a step that asked for nothing: a trace that turns repetitive is noticed by looks, or after some hundred steps."""
LOOK = 2
"""Where it doesn't pay on the whole, so many tokens are asked for of those that are sure enough to pay nevertheless."""
SELDOM = 8.0
"""How seldom it looks at the most, as a power of two: one step in 256, where what was thought sure enough never was."""
CHECK = 64
"""Where it pays, one step in so many goes a token deeper than seems best, or proposes nothing, in turns, so that the costs stay known."""
FIRST = 3, 0
"""What the first steps propose, in turns, ..."""
YOUNG = 10
"""... until so many passes were measured: the median of five holds one slow start."""


class Depth:
    """Chooses by what was accepted lately at each place, and by what the rows of a pass cost.

    Deterministic: the same calls give the same answers.
    """

    floor: float
    """The least probability of being accepted at which a row pays, as of the last `choose`; for `Proposer.propose`."""

    def __init__(self, costs: Costs, most: int = 5) -> None:
        self._costs = costs
        self._most = most
        self._asked = 0
        self.floor = 0.0
        self._chances = [0.0] * most  # steps that asked for so many
        self._filled = [0.0] * most  # ... and got them
        self._tries = [0.0] * most  # ... and would take them, all before being right
        self._hits = [0.0] * most  # ... and took them
        self._steps = 0
        self._wait = 0.0  # how seldom to look, as a power of two
        self._rest = 0
        self._looking = False

    def choose(self, other_rows: int) -> int:
        """How many tokens to propose, 0 to `most`, where other sequences put `other_rows` rows into the same pass."""
        self._looking = False
        self._asked = self._most and self._choose(max(0, other_rows))
        return self._asked

    def learn(self, proposed: int, accepted: int) -> None:
        """Of the count chosen last, `proposed` tokens were proposed and the first `accepted` of them were right."""
        fade = FADE if self._asked else FORGET
        for seen in (self._chances, self._filled, self._tries, self._hits):
            seen[:] = [fade * value for value in seen]
        for place in range(min(max(self._asked, proposed), self._most)):
            self._chances[place] += 1
            self._filled[place] += proposed > place
            self._tries[place] += accepted >= place
            self._hits[place] += accepted > place

        if self._looking and proposed:
            # In balance where just so many are right as pays.
            self._wait += 2 * (self.floor - (accepted > 0))
            self._wait = max(0.0, min(SELDOM, self._wait))
        self._looking = False

    def _choose(self, others: int) -> int:
        self._steps += 1
        base = self._costs.of(others + 1)
        if base is None or self._costs.count < YOUNG:
            self.floor = 0.0
            return min(FIRST[self._steps % 2], self._most)
        best, rate, wins = 0, 0.0, self._tracker()
        # Others' rows are taken to bring what this sequence's rows brought on the whole with the depth of the last step.
        tokens, rows = wins[min(self._asked, self._most)]
        theirs = others * tokens / rows
        for count, (tokens, rows) in enumerate(wins):
            seconds = self._costs.of(others + rows)
            if seconds is None:
                continue
            if (theirs + tokens) / seconds > rate * (1 + 1e-9):
                best, rate = count, (theirs + tokens) / seconds
        if best == 0:
            return self._off(rate, (self._costs.of(others + 2) or 2 * base) - base)
        self._wait, self._rest = 0.0, 0
        if self._steps % (2 * CHECK) == 0:
            return 0
        if self._steps % CHECK == 0:
            best = min(best + 1, self._most)
        last = self._costs.of(others + 1 + best)
        assert last is not None
        self.floor = rate * (last - base) / best
        return best

    def _tracker(self) -> list[tuple[float, float]]:
        """For each depth, (tokens, rows) that a step brings and takes, in the mean."""
        tokens, rows, reached = 1.0, 1.0, 1.0
        right, filled = HUNCH, 1.0
        wins = [(tokens, rows)]
        for place in range(self._most):
            filled = min(filled, (self._filled[place] + WEIGHT * filled) / (self._chances[place] + WEIGHT))
            right = (self._hits[place] + WEIGHT * right) / (self._tries[place] + WEIGHT)
            rows += filled
            reached *= right
            tokens += reached
            wins.append((tokens, rows))
        return wins

    def _off(self, rate: float, cost: float) -> int:
        """Nothing, but for what is sure enough; the less often that was right, the more seldom. `cost` is one row's."""
        self._rest += 1
        self.floor = rate * cost
        hopeless = self.floor >= 1
        if self._rest < 2 ** (SELDOM if hopeless else self._wait):
            self.floor = 1.0
            return 0
        self._rest = 0
        if hopeless:  # so that a row's cost is measured again
            self.floor = 0.0
            return min(1, self._most)
        self._looking = True
        return min(LOOK, self._most)
