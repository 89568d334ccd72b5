"""How fast this machine reads its memory, and how much of it a token reads: together, the most tokens a second."""

from __future__ import annotations

import time

import torch

from .model.network import Network
from .weights.precision import BITS, quantized_bytes
from .weights.safetensors import Contents

READ = 512 << 20
"""Bytes that are read: more than any cache holds. A machine with little memory free reads a quarter of that."""
LEAST = 128 << 20
REPEATS = 5


def read_bytes_per_second(device: torch.device, free: int, repeats: int = REPEATS) -> float:
    """Bytes a second of a plain read of a large tensor on all of torch's threads: the best of `repeats`, as a limit is."""
    size = READ if free > 4 * READ else LEAST
    data = torch.ones(size // 8, dtype=torch.int64, device=device)
    best = 0.0
    for _ in range(repeats):
        _wait(device)
        start = time.perf_counter()
        data.max()
        _wait(device)
        best = max(best, size / (time.perf_counter() - start))
    return best


def bytes_per_token(network: Network) -> int:
    """Bytes of weights that a pass reads for one row: all but the table of embeddings, of which it reads one line."""
    config, parameters = network.config, network.parameters
    for bits in BITS:
        if network.dtype == bits:
            return quantized_bytes(bits, Contents(parameters, parameters, 0), config)
    kind = getattr(torch, network.dtype, torch.float32)
    table = 0 if config.tie_word_embeddings else config.vocab_size * config.hidden_size
    return int((parameters - table) * kind.itemsize)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
