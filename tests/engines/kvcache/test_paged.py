"""Pages that several caches share: each has what it read, whatever the others do, and nothing is there twice."""

from __future__ import annotations

import random
import weakref

import pytest
import torch

from r1widget.engines.kvcache.paged import PagedCache
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.model.network import held_bytes
from tests.engines.kvcache.memories import CPU, content, numbers, paged, read, read_on, write

PAGE = 4


def holds(cache: PagedCache, before: list[int], ids: list[int]) -> bool:
    """Whether it has what was read of `ids` behind those `before`, in keys and in values."""
    wanted = numbers([*before, *ids], len(before))
    return cache.ids == ids and torch.equal(content(cache), torch.stack((wanted, -wanted)))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_done_each_has_what_it_read(seed: int) -> None:
    """Against lists of ids: their numbers say what was read before, so a row that another one wrote is seen."""
    chance = random.Random(seed)
    caches: list[PagedCache] = [paged(PAGE)]
    parts: list[tuple[list[int], PagedCache]] = []

    def some(most: int) -> list[int]:
        return [chance.randrange(3) for _ in range(chance.randint(1, most))]

    for _ in range(150):
        cache = chance.choice(caches)
        length = chance.randint(0, cache.length)
        match chance.randrange(9):
            case 0 | 1:
                read_on(cache, some(2 * PAGE + 1))
            case 2:  # a pass that fails
                ids = some(PAGE)
                cache.reserve(len(ids))
                write(cache, 0, torch.full((1, len(ids), 1), -1.0), torch.full((1, len(ids), 1), -1.0))
            case 3:  # guesses that weren't drawn, or an edit
                cache.truncate(max(0, cache.length - 3) if chance.random() < 0.5 else length)
            case 4 | 5:
                caches.append(cache.copy(length))
            case 6:
                end = chance.randint(length, cache.length)
                parts.append((cache.ids[:length], cache.part(length, end)))
            case 7:
                if parts:
                    before, part = chance.choice(parts)
                    if others := [each for each in caches if each.ids[: len(before)] == before]:
                        copy = chance.choice(others).copy(len(before))
                        copy.extend(part, chance.randint(0, part.length))
                        caches.append(copy)
                    at = chance.randint(0, part.length)
                    parts.append(([*before, *part.ids[:at]], part.part(at, part.length)))
            case 8:
                cache.trim()
                assert cache.room < PAGE
                if len(caches) > 4:
                    caches.remove(cache)
        assert all(holds(each, [], each.ids) for each in caches)
        assert all(holds(part, before, part.ids) for before, part in parts)
    pages = {id(page): page for each in (*caches, *(part for _, part in parts)) for page in each.pages}
    assert held_bytes([*caches, *(part for _, part in parts)]) == sum(page.nbytes for page in pages.values())


def test_forks_have_their_beginning_once_and_give_all_back() -> None:
    beginning = PagedCache(2, 2, 16, torch.bfloat16, CPU)
    beginning.reserve(4500)
    beginning.commit(range(4500))
    alone = beginning.bytes
    forks = [beginning.copy(4500) for _ in range(4)]
    assert held_bytes([beginning, *forks]) == alone, "who has only begun needs nothing"
    pages = [weakref.ref(page) for page in beginning.pages]
    del beginning
    for number, fork in enumerate(forks):
        fork.reserve(60 + 10 * number)
        fork.commit([number] * (60 + 10 * number))
    assert alone < held_bytes(forks) < 1.2 * alone
    del fork, forks[1:]
    assert held_bytes(forks) == forks[0].bytes
    forks.clear()
    assert not any(page() is not None for page in pages)


def test_who_is_copied_writes_on_in_its_own_page() -> None:
    """Behind what the other sees there: only who comes anew needs a page, and only when it writes."""
    cache = read([1, 2, 3, 1, 2, 3])
    other = cache.copy(6)
    last = cache.pages[-1]
    assert other.pages[-1] is last
    read_on(cache, [7])
    assert cache.pages[-1] is last
    read_on(other, [8])
    assert other.pages[-1] is not last
    assert other.pages[0] is cache.pages[0]
    assert holds(cache, [], [1, 2, 3, 1, 2, 3, 7])
    assert holds(other, [], [1, 2, 3, 1, 2, 3, 8])


def test_who_is_cut_back_below_what_others_see_leaves_that_alone() -> None:
    cache = read([*range(20)])
    other = cache.copy(18)
    cache.truncate(9)
    assert cache.room == 0, "not without a reserve"
    read_on(cache, [5, 5])
    assert cache.pages[1] is other.pages[1], "what lies before is still shared"
    assert holds(other, [], [*range(18)])
    assert holds(cache, [], [*range(9), 5, 5])


def test_a_page_that_cannot_be_had_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = read([*range(10)])
    other = cache.copy(10)

    def fails(self: PagedCache) -> torch.Tensor:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with monkeypatch.context() as patched:
        patched.setattr(PagedCache, "_new_page", fails)
        with pytest.raises(RuntimeError):
            other.reserve(1)
        with pytest.raises(RuntimeError):
            cache.reserve(9)
    assert other.room == 0
    for each in (cache, other):
        read_on(each, [3])
        assert holds(each, [], [*range(10), 3])


def test_a_part_follows_what_it_was_cut_from() -> None:
    cache = read([*range(20)])
    part = cache.part(7, 20)
    copy = cache.copy(7)
    copy.extend(part, 5)
    assert holds(copy, [], [*range(12)])
    assert copy.pages[1] is cache.pages[1]
    with pytest.raises(ValueError, match="from position 7 on"):
        cache.copy(6).extend(part, 5)
    with pytest.raises(ValueError, match="not read into"):
        part.reserve(1)


@pytest.mark.parametrize("seed", range(20))
def test_what_runs_and_what_is_kept_share(seed: int) -> None:
    """Chats that begin like each other, write, take guesses back, and end; memory for a few of them is kept."""
    chance = random.Random(seed)
    prefixes = Prefixes(25 * read([0] * PAGE).bytes)
    running: list[PagedCache] = []
    for _ in range(80):
        if len(running) < 4 and chance.random() < 0.4:
            ids = [*range(16), *(chance.randrange(2) for _ in range(chance.randint(1, 30)))]
            found = prefixes.find(ids, running)
            assert found is None or isinstance(found, PagedCache)
            cache = found or paged(PAGE)
            assert holds(cache, [], ids[: cache.length])
            read_on(cache, ids[cache.length :])
            running.append(cache)
        elif running and chance.random() < 0.3:
            prefixes.keep(running.pop(chance.randrange(len(running))))
        elif running:
            cache = chance.choice(running)
            read_on(cache, [chance.randrange(2) for _ in range(4)])
            cache.truncate(cache.length - chance.randint(0, 3))
        assert all(holds(each, [], each.ids) for each in running)
        assert prefixes.bytes <= prefixes.most_bytes
        assert prefixes.bytes <= prefixes.bytes_with(running) <= prefixes.bytes + held_bytes(running)
    pages = [weakref.ref(page) for each in running for page in each.pages]
    for cache in running:
        prefixes.keep(cache)
    running.clear()
    del cache
    prefixes.free()
    found = None
    assert prefixes.bytes == 0
    assert not any(page() is not None for page in pages)
