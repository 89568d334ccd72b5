"""The logits that llama.cpp computes for texts, text by text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import torch
from torch import Tensor

from benchmarks.engine_llama import silent


def logits(path: Path, texts: Sequence[Sequence[int]]) -> Iterator[Tensor]:
    """(ids, vocabulary) of each text, which is read as one batch."""
    llama: Any = llama_cpp
    llama.llama_log_set(silent, None)
    model = llama.llama_model_load_from_file(bytes(path), llama.llama_model_default_params())
    if not model:
        raise RuntimeError(f"llama.cpp can't load {path.name}.")
    longest = max(map(len, texts))
    how = llama.llama_context_default_params()
    how.n_ctx = how.n_batch = how.n_ubatch = longest
    how.n_threads = how.n_threads_batch = torch.get_num_threads()
    context = llama.llama_init_from_model(model, how)
    vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    batch = llama.llama_batch_init(longest, 0, 1)
    for text in texts:
        llama.llama_memory_clear(llama.llama_get_memory(context), True)
        for number, id in enumerate(text):
            batch.token[number], batch.pos[number], batch.logits[number] = id, number, True
            batch.n_seq_id[number], batch.seq_id[number][0] = 1, 0
        batch.n_tokens = len(text)
        if failed := llama.llama_decode(context, batch):
            raise RuntimeError(f"llama.cpp could not read a text ({failed}).")
        yield torch.from_numpy(np.ctypeslib.as_array(llama.llama_get_logits(context), (len(text), vocabulary)).copy())
    llama.llama_batch_free(batch)
    llama.llama_free(context)
    llama.llama_model_free(model)
