"""Samples as batches of token ids: tokenized piece by piece, sorted by length, padded little.

They are drawn a pool at a time, each pool from a seed of its own, so that several processes draw what one would.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from .samples import FIRST, Mix, Sample, stream

IGNORED = -100
POOL = 1024  # samples drawn at once for each 8,192 tokens of a batch
Batch = tuple[Tensor, Tensor]


def ids_of(tokenizer: Tokenizer, sample: Sample) -> tuple[list[int], int]:
    """The sample's token ids, and where those begin that are to be learned."""
    given = [token for piece in sample.given for token in tokenizer.encode(piece, add_special_tokens=False).ids]
    learned = [token for piece in sample.learned for token in tokenizer.encode(piece, add_special_tokens=False).ids]
    return given + learned, len(given)


class Pools(Dataset[list[Batch]]):
    """The pools of one seed, each a shuffled list of batches of about `size` tokens."""

    def __init__(self, tokenizer: Tokenizer, seed: int, size: int, longest: int, mix: Mix = FIRST) -> None:
        self.tokenizer, self.seed, self.size, self.longest, self.mix = tokenizer, seed, size, longest, mix

    def __len__(self) -> int:
        return 1_000_000  # as many as anybody asks for

    def __getitem__(self, index: int) -> list[Batch]:
        drawn = islice(stream(f"{self.seed} {index}", self.mix), POOL * max(1, self.size // 8192))
        rows = [ids_of(self.tokenizer, sample) for sample in drawn]
        rows = sorted((row for row in rows if len(row[0]) <= self.longest), key=lambda row: len(row[0]))
        groups: list[list[tuple[list[int], int]]] = [[]]
        for row in rows:
            if groups[-1] and len(row[0]) * (len(groups[-1]) + 1) > self.size:
                groups.append([])
            groups[-1].append(row)
        Random(f"{self.seed} {index} order").shuffle(groups)
        return [padded(group) for group in groups]


def batches(pools: Pools, workers: int = 0) -> Iterator[Batch]:
    """Ids, and the next ids with all that isn't learned ignored; `workers` processes draw them ahead."""
    for pool in DataLoader(pools, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None):
        yield from pool


def padded(group: list[tuple[list[int], int]]) -> tuple[Tensor, Tensor]:
    """One batch, its length rounded up so that few lengths occur."""
    length = -(-max(len(ids) for ids, _ in group) // 16) * 16
    inputs = torch.zeros(len(group), length, dtype=torch.long)
    targets = torch.full((len(group), length), IGNORED)
    for row, (ids, start) in enumerate(group):
        inputs[row, : len(ids)] = torch.tensor(ids)
        targets[row, start - 1 : len(ids) - 1] = torch.tensor(ids[start:])
    return inputs, targets
