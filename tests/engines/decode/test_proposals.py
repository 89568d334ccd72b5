"""Proposals change nothing but the number of passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from r1widget.engines.decode.speculation import Depth, Proposer
from r1widget.engines.local import TransformersEngine
from tests.engines.scheduling import Chat, Watched, asked, engine, folder, watched

__all__ = ["engine", "folder", "watched"]  # fixtures


class Oracle:
    """Proposes what the reply was the first time; or something else."""

    def __init__(self, reply: list[int], wrong: int) -> None:
        self._reply, self._wrong, self._at = reply, wrong, 0

    def extend(self, ids: Sequence[int]) -> None:
        self._at += len(ids)

    def propose(self, count: int, floor: float = 0.0) -> list[int]:
        right = self._reply[self._at : self._at + count]
        return [id if self._wrong == 0 or (self._at + place) % self._wrong else 5 for place, id in enumerate(right)]


class AlwaysFour(Depth):
    def choose(self, other_rows: int) -> int:
        self.floor = 0.0
        return 4


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The ids that each reply consists of, in the order in which they began."""
    written: list[list[int]] = []

    class Recorder(Proposer):
        def __init__(self, ids: Sequence[int], table: Any = None) -> None:
            super().__init__(ids, table)
            self.written: list[int] = []
            written.append(self.written)

        def extend(self, ids: Sequence[int]) -> None:
            super().extend(ids)
            self.written.extend(ids)

        def propose(self, count: int, floor: float = 0.0) -> list[int]:
            return []

    monkeypatch.setattr("r1widget.engines.local.Proposer", Recorder)
    return written


@pytest.mark.parametrize("wrong", [0, 2, 3, 1])
@pytest.mark.parametrize("settings", [{"temperature": 0}, {"seed": 3}, {"seed": 4, "thinking_budget": 11}])
def test_proposals_change_nothing_but_the_passes(
    engine: TransformersEngine,
    watched: Watched,
    replies: list[list[int]],
    monkeypatch: pytest.MonkeyPatch,
    wrong: int,
    settings: dict[str, Any],
) -> None:
    """All right, every second one wrong, every third, all wrong: the same tokens come out."""
    request = asked("What is 17 × 24?", max_tokens=60, **settings)
    kept: list[list[int]] = []
    monkeypatch.setattr(engine.scheduler.prefixes, "keep", lambda memory: kept.append(list(memory.ids)))
    plain = Chat(engine, request).finished()
    passes = len(watched.passes)
    watched.passes.clear()
    oracle = Oracle(replies[0], wrong)
    monkeypatch.setattr("r1widget.engines.local.Proposer", lambda ids, table: oracle)
    monkeypatch.setattr("r1widget.engines.local.Depth", AlwaysFour)
    proposed = Chat(engine, request).finished()
    assert proposed.text == plain.text
    assert proposed.reason == plain.reason
    scores = [[score.id for delta in chat.deltas for score in delta.scores] for chat in (plain, proposed)]
    assert scores[0] == scores[1]
    assert sum(delta.tokens for delta in proposed.deltas) == sum(delta.tokens for delta in plain.deltas)
    if wrong == 0:
        assert len(watched.passes) < passes / 3
    told = [*engine.prompt_ids(request.messages), *replies[0]]
    assert kept == [told[: len(kept[0])]] * 2, "something that wasn't written stayed in the memory"
