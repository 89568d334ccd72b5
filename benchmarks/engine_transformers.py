"""transformers as it comes: `generate` in a thread, its text taken from a `TextIteratorStreamer`."""

from __future__ import annotations

import threading
import time
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, TextIteratorStreamer, set_seed
from transformers.generation.streamers import BaseStreamer


class Timed(BaseStreamer):  # type: ignore[misc]  # transformers is typed in parts
    """Hands each id on, and remembers when it came: text comes only at the end of a word."""

    def __init__(self, to: TextIteratorStreamer) -> None:
        self.to = to
        self.times: list[float] = []

    def put(self, value: Any) -> None:
        self.times.append(time.perf_counter())
        self.to.put(value)

    def end(self) -> None:
        self.to.end()


class Subject:
    def __init__(self, *, folder: str, threads: int) -> None:
        start = time.perf_counter()
        torch.set_num_threads(threads)
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
        self._seconds = time.perf_counter() - start

    def about(self) -> dict[str, Any]:
        import transformers

        return {"load_seconds": self._seconds, "version": transformers.__version__}

    def alone(self, *, short: int, tokens: int, seed: int) -> dict[str, float]:
        """Tokens a second of reading `short` ids and of writing `tokens` after them."""
        set_seed(seed)
        ids = torch.randint(0, min(len(self._tokenizer), self._model.config.vocab_size), (1, short))
        streamer = Timed(TextIteratorStreamer(self._tokenizer, skip_prompt=True))
        options = {"max_new_tokens": tokens, "min_new_tokens": tokens, "do_sample": False, "streamer": streamer}
        options |= {"attention_mask": torch.ones_like(ids), "pad_token_id": self._tokenizer.eos_token_id}
        start = time.perf_counter()
        thread = threading.Thread(target=self._model.generate, args=(ids,), kwargs=options)
        thread.start()
        for _ in streamer.to:
            pass
        thread.join()
        # The prompt is the first thing that the streamer is given, and no token.
        times = streamer.times[1:]
        return {"prefill_short": short / (times[0] - start), "decode": (len(times) - 1) / (times[-1] - times[0])}
