"""llama.cpp, by the functions of its C library: batches of ids in, logits out. Nothing of Python is in the loop but the argmax."""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np

CHATS = 10
UBATCH = 512
"""Ids that llama.cpp reads at once, its default. A longer prompt is handed over in pieces of it, which is what it does itself."""


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _silent(level: int, text: bytes, data: Any) -> None:
    """It says much, and what fails comes back as a number."""


class Context:
    """So many sequences of so many ids each."""

    def __init__(self, llama: Any, model: Any, *, sequences: int, ids: int, threads: int) -> None:
        how = llama.llama_context_default_params()
        how.n_ctx, how.n_seq_max = sequences * ids, sequences
        how.n_threads = how.n_threads_batch = threads
        self._llama = llama
        self._context = llama.llama_init_from_model(model, how)
        if not self._context:
            raise RuntimeError("llama.cpp made no context.")
        self._vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
        self._batch = llama.llama_batch_init(UBATCH, 0, 1)
        self._memory = llama.llama_get_memory(self._context)

    def read(self, pieces: list[tuple[int, int, list[int]]]) -> list[int]:
        """Read (sequence, position, ids), and the most probable next id of each."""
        batch, at = self._batch, 0
        ends = []
        for sequence, position, ids in pieces:
            for number, id in enumerate(ids):
                batch.token[at], batch.pos[at] = id, position + number
                batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
                batch.logits[at] = number == len(ids) - 1
                at += 1
            ends.append(at - 1)
        batch.n_tokens = at
        if failed := self._llama.llama_decode(self._context, batch):
            raise RuntimeError(f"llama.cpp could not read a batch ({failed}).")
        return [self._best(end) for end in ends]

    def prompt(self, ids: list[int], position: int = 0) -> int:
        best = 0
        for start in range(0, len(ids), UBATCH):
            (best,) = self.read([(0, position + start, ids[start : start + UBATCH])])
        return best

    def copy(self, other: int) -> None:
        """Let another sequence have read what the first has."""
        self._llama.llama_memory_seq_cp(self._memory, 0, other, -1, -1)

    def forget(self, position: int) -> None:
        """Everything from there on, in all sequences."""
        self._llama.llama_memory_seq_rm(self._memory, -1, position, -1)

    def _best(self, place: int) -> int:
        logits = self._llama.llama_get_logits_ith(self._context, place)
        array = np.ctypeslib.as_array(ctypes.cast(logits, ctypes.POINTER(ctypes.c_float)), (self._vocabulary,))
        return int(array.argmax())


class Subject:
    """The model at some bits."""

    def __init__(self, *, file: str, threads: int) -> None:
        start = time.perf_counter()
        self._llama, self._threads = llama_cpp, threads
        llama_cpp.llama_log_set(_silent, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        model = llama_cpp.llama_model_load_from_file(bytes(Path(file)), llama_cpp.llama_model_default_params())
        if not model:
            raise RuntimeError(f"llama.cpp could not load {Path(file).name}.")
        self._model = model
        self._vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
        self._one: Context | None = None
        self._many: Context | None = None
        self._seconds = time.perf_counter() - start
        self._many_read: list[int] = []

    def about(self) -> dict[str, Any]:
        information = self._llama.llama_print_system_info().decode()
        return {"load_seconds": self._seconds, "version": self._llama.__version__, "system": information}

    def alone(self, *, short: int, long: int, tokens: int, seed: int) -> dict[str, float]:
        """Seconds of reading `short` and `long` ids, and of each of `tokens` written after the short ones."""
        if self._one is None:
            self._one = Context(self._llama, self._model, sequences=1, ids=long + UBATCH, threads=self._threads)
        context, ids = self._one, self._ids(long, seed)
        context.forget(0)
        start = time.perf_counter()
        best = context.prompt(ids[:short])
        read = time.perf_counter()
        for number in range(tokens):
            (best,) = context.read([(0, short + number, [best])])
        written = time.perf_counter()
        context.forget(short)
        again = time.perf_counter()
        if long > short:
            context.prompt(ids[short:], short)
        end = time.perf_counter()
        return {
            "prefill_short": short / (read - start),
            "prefill_long": long / (read - start + end - again),
            "decode": tokens / (written - read),
        }

    def together(self, *, prompt: int, tokens: int, chats: int, seed: int) -> dict[str, float]:
        """Tokens a second of `chats` sequences that are written in one batch, all after `prompt` ids."""
        if self._many is None:
            room = prompt + 2 * tokens
            self._many = Context(self._llama, self._model, sequences=chats, ids=room, threads=self._threads)
            first = self._many.prompt(self._ids(prompt, seed))
            for other in range(1, chats):
                self._many.copy(other)
            self._many_read = [first] * chats
        context, best = self._many, self._many_read
        context.forget(prompt)
        start = time.perf_counter()
        for number in range(tokens):
            best = context.read([(chat, prompt + number, [best[chat]]) for chat in range(chats)])
        return {"decode": chats * tokens / (time.perf_counter() - start)}

    def _ids(self, count: int, seed: int) -> list[int]:
        found: list[int] = np.random.default_rng(seed).integers(0, self._vocabulary, count).tolist()
        return found
