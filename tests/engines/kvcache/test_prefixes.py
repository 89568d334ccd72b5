"""Beginnings that are kept: what is found, what is shared, and what goes first."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from r1widget.engines.kvcache.cache import Cache
from r1widget.engines.kvcache.paged import PagedCache
from r1widget.engines.kvcache.prefixes import WORTH, Prefixes
from tests.engines.kvcache.memories import content, memory, numbers, read, read_on


def test_the_longest_beginning_is_found_and_copied() -> None:
    prefixes = Prefixes(1 << 30)
    long = memory([*range(50), 7, 7, 7])
    short = long.part(0, 30)
    prefixes.keep(short)
    prefixes.keep(long)
    found = prefixes.find([*range(60)])
    assert isinstance(found, Cache)
    assert found.ids == list(range(50))
    assert torch.equal(found.keys[1][:, :50], long.keys[1][:, :50])
    found.write(0, torch.zeros(2, 1, 4), torch.zeros(2, 1, 4))
    assert prefixes.find([1, 2, 3]) is None
    assert prefixes.find(list(range(WORTH))) is None, "its last id must be read for its logits"


def test_the_oldest_go_first() -> None:
    one = memory(list(range(100))).bytes
    prefixes = Prefixes(3 * one)
    texts = [[number, *range(100, 199)] for number in range(4)]
    for text in texts[:3]:
        prefixes.keep(memory(text))
    assert prefixes.find([*texts[0], 1]) is not None  # used: no longer the oldest
    prefixes.keep(memory(texts[3]))
    assert [prefixes.find([*text, 1]) is not None for text in texts] == [True, False, True, True]
    assert prefixes.bytes <= 3 * one


def test_a_beginning_of_another_is_not_kept_twice() -> None:
    prefixes = Prefixes(1 << 30)
    prefixes.keep(memory(list(range(50))))
    prefixes.keep(memory(list(range(300))))
    assert prefixes.bytes <= memory(list(range(300))).bytes


def test_versions_share_their_beginning() -> None:
    """A fork of four at 4,000 ids, in whatever order they end."""
    beginning = memory([*range(4000)])
    alone = beginning.bytes
    prefixes = Prefixes(1 << 40)
    ends = []
    for number in range(4):
        version = beginning.copy(4000, room=50)
        ends.append(memory([5000 + number, *range(9)], seed=number).part(0, 10))
        version.extend(ends[-1], 10)
        prefixes.keep(version)
    assert alone < prefixes.bytes < 1.2 * alone + sum(end.bytes for end in ends)
    for number, end in enumerate(ends):
        found = prefixes.find([*range(4000), *end.ids, 1])
        assert isinstance(found, Cache)
        assert found.ids == [*range(4000), *end.ids]
        for layer in range(2):
            for tensors, parts in (
                (found.keys, (beginning.keys, end.keys)),
                (found.values, (beginning.values, end.values)),
            ):
                assert torch.equal(tensors[layer][:, :4000], parts[0][layer][:, :4000])
                assert torch.equal(tensors[layer][:, 4000:4010], parts[1][layer][:, :10]), number


def test_versions_share_their_pages() -> None:
    """The same in pages: what each has of its own is at most two of them."""
    beginning = read([*range(4000)])
    page = beginning.bytes // 1000
    prefixes = Prefixes(1 << 40)
    prefixes.keep(beginning.copy(4000))
    versions = [beginning.copy(3990 + number) for number in range(4)]
    for number, version in enumerate(versions):
        read_on(version, [5000 + number])
        prefixes.keep(version)
        assert prefixes.bytes <= beginning.bytes + 2 * (number + 1) * page
    assert prefixes.bytes_with(versions) == prefixes.bytes
    for version in versions:
        found = prefixes.find([*version.ids, 1])
        assert isinstance(found, PagedCache)
        assert torch.equal(content(found)[0], numbers(version.ids))
        assert prefixes.bytes_with([found]) == prefixes.bytes, "nothing is copied to go on"


@given(st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 2), max_size=12), st.integers(0, 40)), max_size=25))
def test_what_is_found_is_what_was_read(acts: list[tuple[bool, list[int], int]]) -> None:
    """Whatever was kept before, and whatever had to go: the contents are those of the ids, and the limit holds."""
    limit = 60 * read(list(range(16))).bytes // 16
    prefixes = Prefixes(limit)
    for keep, choices, length in acts:
        ids = [*range(WORTH), *(3 * at + choice for at, choice in enumerate(choices)), *range(100, 100 + length)]
        if keep:
            prefixes.keep(read(ids))
            assert prefixes.bytes <= limit
        elif (found := prefixes.find([*ids, 1])) is not None:
            assert found.ids == ids[: found.length]
            assert found.length == prefixes.alike(ids) >= WORTH
            assert isinstance(found, PagedCache)
            assert torch.equal(content(found)[0], numbers(found.ids))


def test_what_others_stand_on_stays() -> None:
    beginning = read([*range(100)])
    prefixes = Prefixes(150 * beginning.bytes // 100)
    for number in range(9):
        prefixes.keep(read([*range(100), *range(200 + 20 * number, 220 + 20 * number)]))
        assert prefixes.alike([*range(100), 200 + 20 * number]) == 101, "the latest is there"
        assert prefixes.bytes <= prefixes.most_bytes
