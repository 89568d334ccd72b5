"""`Prefixes`: what models have read before, kept for the next turn, an edit, a fork. Bounded in bytes; the oldest go first."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence

from ...conversation.beginning import common
from ..model.network import KVCache, held_bytes

WORTH = 16
"""Ids that must be alike before a cache is copied: fewer are read sooner than searched for."""


class Node:
    """What one sequence read from `at` on (`cache`); up to there it is like its `parent`. `ids` are all, from the beginning."""

    def __init__(self, ids: list[int], cache: KVCache, parent: Node | None, at: int) -> None:
        self.ids, self.cache, self.parent, self.at = ids, cache, parent, at
        self.children: list[Node] = []
        self.used = 0
        """When what it alone has was used last, in acts of its `Prefixes`."""
        self.visited = 0
        """When any of it was."""

    @property
    def shared(self) -> int:
        """How many of its ids others begin with."""
        return max((child.at for child in self.children), default=0)

    @property
    def line(self) -> Iterator[Node]:
        """It, its parent, and so on."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def copy(self, length: int) -> KVCache:
        """The first `length` ids in a cache of their own."""
        parts: list[tuple[KVCache, int]] = []
        end = length
        for node in self.line:
            if end > node.at:
                parts.append((node.cache, end - node.at))
                end = node.at
        (first, count), *others = reversed(parts)
        copy = first.copy(count, length - count)
        for part, count in others:
            copy.extend(part, count)
        return copy

    def cut(self, length: int) -> None:
        """Forget everything from `length` on."""
        self.cache = self.cache.part(0, length - self.at)
        self.ids = self.ids[:length]


class Prefixes:
    """Caches of sequences that have ended, as trees: of one that begins like another, only what follows is kept.

    So versions of a turn have their beginning in memory once. Who goes on from one gets the part that is alike as a cache
    of its own: in the same pages where they are `PagedCache`s, else a copy (of 1,500 ids it takes 15 ms at 1.5B, to read
    them 10 s). So any number of branches can begin at the same place.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._roots: list[Node] = []
        self._acts = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        with self._lock:
            return self._bytes()

    def bytes_with(self, running: Iterable[KVCache]) -> int:
        """Of what is kept and of these caches together."""
        with self._lock:
            return held_bytes([*(node.cache for _, node in self._nodes()), *running])

    def alike(self, ids: Sequence[int]) -> int:
        """How many of the first of these ids have been read and are kept."""
        with self._lock:
            return self._longest(ids)[1]

    def find(self, ids: Sequence[int], running: Iterable[KVCache] = ()) -> KVCache | None:
        """A copy of what was read of the beginning of `ids`, but not of its last id, whose logits are wanted.

        `running` are caches of sequences that are still being written: what they hold already serves as well.
        """
        with self._lock:
            ids = ids[:-1]
            node, length = self._longest(ids)
            other = max(running, key=lambda cache: common(cache.ids, ids), default=None)
            if other is not None and (alike := common(other.ids, ids)) > max(length, WORTH - 1):
                return other.copy(alike)
            if node is None or length < WORTH:
                return None
            self._visit(node, length)
            return node.copy(length)

    def keep(self, cache: KVCache) -> None:
        """Keep what a sequence has read and nobody has. Where there is no memory to do that, it is forgotten."""
        if cache.length < WORTH:
            return
        with self._lock:
            ids = list(cache.ids)
            parent, at = self._longest(ids)
            if parent is not None and at == len(ids):
                self._visit(parent, at)
                return
            try:
                cache.trim()
                if cache.length < len(ids):
                    return
                part = cache.part(at, len(ids)) if parent is not None else cache
            except (MemoryError, RuntimeError):
                return
            while parent is not None and at <= parent.at:
                parent = parent.parent
            node = Node(ids, part, parent, at)
            (self._roots if parent is None else parent.children).append(node)
            self._visit(node, len(ids))
            self._shrink()

    def free(self) -> None:
        """Forget all: memory is needed."""
        with self._lock:
            for _, node in self._nodes():
                node.parent = None  # or parents and children keep each other until a garbage collection
            self._roots.clear()

    def _nodes(self) -> Iterator[tuple[int, Node]]:
        """All of them with their depth, each before its children."""
        waiting = [(0, root) for root in self._roots]
        while waiting:
            depth, node = waiting.pop(0)
            yield depth, node
            waiting += [(depth + 1, child) for child in node.children]

    def _longest(self, ids: Sequence[int]) -> tuple[Node | None, int]:
        """Whose beginning is most like that of `ids`, and how many ids that are."""
        best, length = None, 0
        for _, node in self._nodes():
            if (alike := common(node.ids, ids)) > length:
                best, length = node, alike
        return best, length

    def _bytes(self) -> int:
        return held_bytes(node.cache for _, node in self._nodes())

    def _visit(self, node: Node, length: int) -> None:
        self._acts += 1
        if length > node.shared:
            node.used = self._acts
        for each in node.line:
            each.visited = self._acts

    def _shrink(self) -> None:
        """Forget what was used longest ago and has nothing behind it."""
        while self._bytes() > self.most_bytes:
            ends = [node for _, node in self._nodes() if len(node.ids) > node.shared]
            oldest = min(ends, key=lambda node: node.used)
            if oldest.children:
                oldest.cut(oldest.shared)
            elif oldest.parent is None:
                self._roots.remove(oldest)
            else:
                parent = oldest.parent
                parent.children.remove(oldest)
                parent.used = max(parent.used, oldest.used) if parent.children else parent.visited
