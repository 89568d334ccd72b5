"""`Sizes`: how much the comparison reads and writes; `QUICK`, for whether it works."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.engine_worker import CALM


@dataclass(frozen=True)
class Sizes:
    """How much is read and written."""

    short: int = 512
    long: int = 2048
    tokens: int = 48
    tokens_transformers: int = 16
    chats: int = 10
    chat_tokens: int = 32
    turn_tokens: int = 8
    history: int = 1500
    new: int = 50
    overhead_repeats: int = 20
    rows: tuple[int, ...] = (1, 2, 3, 4, 8)
    rows_repeats: int = 10
    traces: int = 6
    positions: tuple[int, ...] = (0, 1000, 4000)
    replay_tokens: int = 64
    process_prompt: int = 3900
    process_tokens: int = 100
    file_prompt: int = 1900
    """For a process on a GGUF file, which is to do with 2 GB."""
    calm: float = CALM


QUICK = Sizes(
    short=48,
    long=600,
    tokens=12,
    tokens_transformers=4,
    chat_tokens=24,
    turn_tokens=4,
    history=100,
    overhead_repeats=2,
    rows_repeats=2,
    traces=2,
    positions=(0, 20),
    replay_tokens=16,
    process_prompt=200,
    process_tokens=8,
    file_prompt=100,
    calm=0,
)
