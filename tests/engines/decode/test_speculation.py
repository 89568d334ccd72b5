"""Guesses: what is proposed, from the sequence itself and from a table."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.engines.decode.speculation import Proposer, Table
from r1widget.engines.decode.speculation.making import entries
from r1widget.engines.decode.speculation.matches import CANDIDATES, LONGEST, Matches
from tests import real

few = st.lists(st.integers(0, 3), max_size=60)
any_ids = st.lists(st.sampled_from([0, 1, 2, 151_646, 2**31, 2**32, 2**32 + 1, 2**70]), max_size=40)


def plain_matches(ids: Sequence[int]) -> list[tuple[int, int]]:
    """What `Matches.find` should find, looked for at every place."""
    found: list[tuple[int, int]] = []
    for place in range(len(ids) - 1, 1, -1):
        length = 0
        while length < min(LONGEST, place) and ids[place - 1 - length] == ids[len(ids) - 1 - length]:
            length += 1
        if length >= 2:
            found.append((length, place))
        if length == LONGEST or len(found) == CANDIDATES:
            break
    return found


class TestMatches:
    @given(few)
    def test_finds_what_a_plain_search_finds(self, ids: list[int]) -> None:
        matches = Matches()
        matches.extend(ids)
        assert matches.find() == plain_matches(ids)

    @given(any_ids)
    def test_ids_of_any_size(self, ids: list[int]) -> None:
        matches = Matches()
        matches.extend(ids)
        found = matches.find()
        assert all(ids[place - length : place] == ids[len(ids) - length :] for length, place in found)
        assert len(found) == CANDIDATES or set(found) <= set(plain_matches(ids))

    def test_a_long_trace_takes_little_memory(self) -> None:
        ids = [n * n % 30_011 + 2**17 for n in range(32_768)]
        tracemalloc.start()
        try:
            matches = Matches()
            matches.extend(ids)
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert taken < 10e6


class TestProposer:
    def test_goes_on_as_before(self) -> None:
        assert Proposer([1, 2, 3, 4, 5, 1, 2]).propose(3, 0) == [3, 4, 5]

    def test_the_longest_match_counts(self) -> None:
        assert Proposer([7, 8, 1, 2, 30, 9, 1, 2, 40, 7, 8, 1, 2]).propose(1, 0) == [30]

    def test_the_latest_of_equals_counts(self) -> None:
        assert Proposer([5, 1, 2, 30, 6, 1, 2, 40, 7, 1, 2]).propose(1, 0) == [40]

    def test_a_loop_is_followed_round(self) -> None:
        assert Proposer([9, *[1, 2, 3] * 4]).propose(7, 0) == [1, 2, 3, 1, 2, 3, 1]

    def test_a_single_token_is_no_match(self) -> None:
        assert Proposer([1, 2, 3, 1]).propose(5, 0) == []

    @pytest.mark.parametrize("ids", [[], [1], [1, 2], [1, 1]])
    def test_nothing_to_go_by(self, ids: list[int]) -> None:
        assert Proposer(ids).propose(5, 0) == []

    @given(few, st.integers(0, 8))
    def test_never_more_than_asked(self, ids: list[int], count: int) -> None:
        proposer = Proposer(ids)
        guesses = proposer.propose(count, 0)
        assert len(guesses) <= count
        assert guesses == proposer.propose(count, 0), "to ask changes nothing"

    @given(few, st.lists(st.integers(0, 60), max_size=4))
    def test_in_pieces_as_at_once(self, ids: list[int], cuts: list[int]) -> None:
        edges = [0, *sorted(min(cut, len(ids)) for cut in cuts), len(ids)]
        pieces = [ids[start:end] for start, end in itertools.pairwise(edges)]
        proposer = Proposer(pieces[0])
        for piece in pieces[1:]:
            proposer.extend(piece)
        assert proposer.propose(6, 0) == Proposer(ids).propose(6, 0)

    @given(any_ids)
    def test_a_guess_stood_there_before(self, ids: list[int]) -> None:
        assert set(Proposer(ids).propose(5, 0)) <= set(ids)

    def test_weak_guesses_are_not_made(self) -> None:
        ids = [1, 2, 3, 9, 1, 2, 4, 8, 1, 2, 5, 7, 1, 2]  # whatever follows 1, 2 is another thing each time
        assert Proposer(ids).propose(1, 0.5) == []
        assert Proposer(ids).propose(1, 0.05) == [5]

    def test_strong_guesses_reach_farther(self) -> None:
        loop = Proposer([1, 2, 3] * 20)
        once = Proposer([1, 2, 3, 4, 5, 6, 1, 2])
        assert len(loop.propose(8, 0.3)) == 8
        assert 0 < len(once.propose(8, 0.3)) < 4

    def test_what_fails_is_trusted_less_and_what_works_again(self) -> None:
        fresh = itertools.count(100)
        proposer = Proposer([])

        def asked(right: bool) -> bool:
            """Say three new ids and the first two again; did that bring a guess? Then go on as guessed, or not."""
            ids = [next(fresh), next(fresh), next(fresh)]
            proposer.extend([*ids, *ids[:2]])
            guesses = proposer.propose(1, 0.25)
            assert guesses in ([], ids[2:])
            proposer.extend([ids[2] if right else next(fresh)])
            return bool(guesses)

        assert asked(right=True)
        failed = sum(asked(right=False) for _ in range(200))
        assert 10 < failed < 100
        assert not asked(right=True), "nothing is asked any more, so nothing is learnt either"
        for _ in range(60):  # asked for at a lower floor it can be right again
            ids = [next(fresh), next(fresh), next(fresh)]
            proposer.extend([*ids, *ids[:2]])
            assert proposer.propose(1, 0.1) == ids[2:]
            proposer.extend(ids[2:])
        assert asked(right=True)


class TestWithTable:
    TABLE = Table({(1,): (50, 3), (1, 2): (60, 9), (0, 1, 2): (70, 11), (60,): (61, 11), (3,): (4, 6)})

    def test_where_nothing_was_said_before(self) -> None:
        assert Proposer([9, 1], self.TABLE).propose(1, 0) == [50]

    def test_the_table_goes_on_with_its_own(self) -> None:
        assert Proposer([1, 2], self.TABLE).propose(2, 0) == [60, 61]

    def test_a_sure_entry_goes_before_a_weak_match(self) -> None:
        assert Proposer([5, 1, 2, 8, 6, 1, 2], self.TABLE).propose(1, 0) == [60]

    def test_a_long_match_goes_before_an_unsure_entry(self) -> None:
        assert Proposer([*range(20, 40), 1, 90, *range(20, 40), 1], self.TABLE).propose(1, 0) == [90]

    def test_from_the_table_back_into_a_match(self) -> None:
        # 3 comes from nowhere, the table says 4; 3, 4 stood before.
        assert Proposer([3, 4, 80, 81, 9, 3], self.TABLE).propose(3, 0) == [4, 80, 81]

    @given(few)
    def test_ids_without_an_entry(self, ids: list[int]) -> None:
        assert Proposer(ids, Table({})).propose(5, 0) == Proposer(ids).propose(5, 0)


def test_no_heavy_library() -> None:
    code = "import sys, r1widget.engines.decode.speculation; print(*{'torch', 'numpy', 'tokenizers', 'transformers'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=True)
    assert done.stdout.strip() == ""


@real.needed
def test_real_traces_take_fewer_steps() -> None:
    from tokenizers import Tokenizer

    file = real.FOLDER.parent / "traces" / "traces.jsonl"
    if not file.exists():
        pytest.skip("the traces are not on this machine")
    tokenizer = Tokenizer.from_file(str(real.FOLDER / "tokenizer.json"))
    with file.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line, _ in zip(lines, range(30), strict=False)]
    ids = [(_read(tokenizer, trace["question"]), _read(tokenizer, trace["reasoning"])) for trace in read]
    table = Table(entries(ids[10:], 4000))
    with_table = [_tokens_a_step(prompt, written, table) for prompt, written in ids[:10]]
    alone = [_tokens_a_step(prompt, written, None) for prompt, written in ids[:10]]
    assert sum(alone) / 10 > 1.3
    assert sum(with_table) / 10 > sum(alone) / 10 + 0.1


def _read(tokenizer: Any, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


def _tokens_a_step(prompt: list[int], written: list[int], table: Table | None) -> float:
    proposer, place, steps = Proposer(prompt, table), 0, 0
    while place < len(written):
        guesses = proposer.propose(5)
        right = 0
        while right < len(guesses) and guesses[right : right + 1] == written[place + right : place + right + 1]:
            right += 1
        proposer.extend(written[place : place + right + 1])
        place, steps = place + right + 1, steps + 1
    return len(written) / steps
