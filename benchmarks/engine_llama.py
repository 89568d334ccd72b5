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
def silent(level: int, text: bytes, data: Any) -> None:
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

    def read(self, pieces: list[tuple[int, int, list[int]]], *, all_logits: bool = False) -> list[int]:
        """Read (sequence, position, ids), and the most probable next id of each. Logits are computed for the last id of each,
        or for all."""
        batch, at = self._batch, 0
        ends = []
        for sequence, position, ids in pieces:
            for number, id in enumerate(ids):
                batch.token[at], batch.pos[at] = id, position + number
                batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
                batch.logits[at] = all_logits or number == len(ids) - 1
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

    def save(self, file: Path) -> None:
        """What the first sequence has read."""
        if not self._llama.llama_state_seq_save_file(self._context, bytes(file), 0, None, 0):
            raise RuntimeError("llama.cpp could not write down what it has read.")

    def restore(self, file: Path) -> None:
        """Let the first sequence have read what another context has saved, of any bits."""
        count = ctypes.c_size_t()
        if not self._llama.llama_state_seq_load_file(self._context, bytes(file), 0, None, 0, ctypes.byref(count)):
            raise RuntimeError("llama.cpp could not go on from what another has read.")

    def _best(self, place: int) -> int:
        logits = self._llama.llama_get_logits_ith(self._context, place)
        array = np.ctypeslib.as_array(ctypes.cast(logits, ctypes.POINTER(ctypes.c_float)), (self._vocabulary,))
        return int(array.argmax())


class Subject:
    """The model at some bits."""

    def __init__(self, *, file: str, room: int, threads: int) -> None:
        """`room` is how many ids one sequence has at most."""
        start = time.perf_counter()
        self._llama, self._room, self._threads = llama_cpp, room, threads
        llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
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
        self._remembered = Path()

    def about(self) -> dict[str, Any]:
        information = self._llama.llama_print_system_info().decode()
        return {"load_seconds": self._seconds, "version": self._llama.__version__, "system": information}

    def alone(self, *, short: int, long: int, tokens: int, seed: int) -> dict[str, float]:
        """Seconds of reading `short` and `long` ids, and of each of `tokens` written after the short ones."""
        context, ids = self._alone(), self._ids(long, seed)
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

    def rows(self, *, counts: list[int], ids: int, repeats: int) -> dict[str, float]:
        """Milliseconds of passes over so many rows of one sequence behind `ids` others, with the logits of all, as when guesses
        are checked; the least of repeats that take turns, the first of which isn't counted."""
        context, read = self._alone(), self._ids(ids + max(counts), 1)
        context.forget(0)
        context.prompt(read[:ids])
        taken: dict[int, list[float]] = {count: [] for count in counts}
        for _ in range(repeats + 1):
            for count in counts:
                start = time.perf_counter()
                context.read([(0, ids, read[ids : ids + count])], all_logits=True)
                taken[count].append(1000 * (time.perf_counter() - start))
                context.forget(ids)
        return {f"rows_{count}": min(values[1:]) for count, values in taken.items()}

    def remember(self, *, file: str, length: int) -> dict[str, float]:
        """Read `length` ids, unless another has and wrote down in `file` what it then had: what a pass costs depends on how much
        is remembered, and not on what."""
        self._remembered = Path(file)
        if not self._remembered.exists():
            context = self._alone()
            context.forget(0)
            context.prompt(self._ids(length, 1))
            context.save(self._remembered)
        return {}

    def at(self, *, position: int, tokens: int) -> dict[str, float]:
        """Tokens a second behind `position` ids."""
        context = self._alone()
        context.forget(0)
        if position:
            context.restore(self._remembered)
            context.forget(position)
        (best,) = context.read([(0, position, [1])])
        start = time.perf_counter()
        for number in range(tokens):
            (best,) = context.read([(0, position + 1 + number, [best])])
        return {"decode": tokens / (time.perf_counter() - start)}

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

    def _alone(self) -> Context:
        if self._one is None:
            self._one = Context(self._llama, self._model, sequences=1, ids=self._room, threads=self._threads)
        return self._one

    def _ids(self, count: int, seed: int) -> list[int]:
        found: list[int] = np.random.default_rng(seed).integers(0, self._vocabulary, count).tolist()
        return found
