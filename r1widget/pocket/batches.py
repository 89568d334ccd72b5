"""Samples as batches of token ids: tokenized piece by piece, sorted by length, padded little."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .samples import FIRST, Mix, Sample, stream

IGNORED = -100
POOL = 1024


def ids_of(tokenizer: Tokenizer, sample: Sample) -> tuple[list[int], int]:
    """The sample's token ids, and where those begin that are to be learned."""
    given = [token for piece in sample.given for token in tokenizer.encode(piece, add_special_tokens=False).ids]
    learned = [token for piece in sample.learned for token in tokenizer.encode(piece, add_special_tokens=False).ids]
    return given + learned, len(given)


def batches(
    tokenizer: Tokenizer, seed: int, size: int, longest: int, mix: Mix = FIRST
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of about `size` tokens: ids, and the next ids with all that isn't learned ignored."""
    samples = stream(seed, mix)
    rng = Random(seed)
    while True:
        rows = [ids_of(tokenizer, sample) for sample in islice(samples, POOL)]
        rows = sorted((row for row in rows if len(row[0]) <= longest), key=lambda row: len(row[0]))
        groups: list[list[tuple[list[int], int]]] = [[]]
        for row in rows:
            if len(row[0]) * (len(groups[-1]) + 1) > size:
                groups.append([])
            groups[-1].append(row)
        rng.shuffle(groups)
        for group in groups:
            if group:
                yield padded(group)


def padded(group: list[tuple[list[int], int]]) -> tuple[Tensor, Tensor]:
    """One batch, its length rounded up so that few lengths occur."""
    length = -(-max(len(ids) for ids, _ in group) // 16) * 16
    inputs = torch.zeros(len(group), length, dtype=torch.long)
    targets = torch.full((len(group), length), IGNORED)
    for row, (ids, start) in enumerate(group):
        inputs[row, : len(ids)] = torch.tensor(ids)
        targets[row, start - 1 : len(ids) - 1] = torch.tensor(ids[start:])
    return inputs, targets
