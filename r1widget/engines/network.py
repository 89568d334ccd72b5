"""`Network`: a causal language model of transformers, and `Reading`, one sequence of ids that it has read.

Weights and device are here; tokens, sampling and what a reply means are not.
"""

from __future__ import annotations

import contextlib
import inspect
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import EngineError, NotEnoughMemory, WeightsCorrupt
from .progress import Reporter, loading_bars

SMALL = 100_000_000
"""Parameters below which a model runs in float32 on a CPU: there it is as fast as bfloat16, and exact."""
LARGE = 500_000_000
"""Parameters from which a CPU reads so slowly (115 tokens a second at 1.5B) that it reads in smaller chunks, to be
stopped within about a second. Not smaller still: two cores' linear layers do 980 tokens at 256 a chunk in the time of
680 at 128 and of 330 to 700 at 64."""
CHUNKS = {"gpu": 1024, "cpu": 256, "cpu, large": 128}


class Network:
    """The model's weights on a device. Any number of `Reading`s may use it at once, each from its own thread."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.config = model.config.get_text_config()
        self.parameters: int = sum(parameter.numel() for parameter in model.parameters())
        self.device: torch.device = model.device
        self.dtype: torch.dtype = model.dtype
        self._threads = torch.get_num_threads()
        on_cpu = "cpu, large" if self.parameters >= LARGE else "cpu"
        self.chunk = CHUNKS[on_cpu if self.device.type == "cpu" else "gpu"]
        self.options: dict[str, Any] = {"use_cache": True}
        if "logits_to_keep" in inspect.signature(model.forward).parameters:
            self.options["logits_to_keep"] = 1

    @contextlib.contextmanager
    def threads(self) -> Iterator[None]:
        """How many threads of torch's a step takes: one for a small model on a CPU, else as many as torch is set to.

        A small model's step is over before a second thread has woken up. Where another program has the other core, as a
        notebook's browser and server do, each of its hundred hand-overs waits for a turn: 13 tokens/s with two threads
        beside one busy program on two cores, and 500 with one. torch keeps the number for each thread, and the last one
        set for threads to come; so it is set back.
        """
        if self.device.type != "cpu" or self.parameters >= SMALL:
            yield
            return
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(self._threads)

    @property
    def context(self) -> int | None:
        """How many tokens it reads at most, prompt and reply together."""
        most = getattr(self.config, "max_position_embeddings", None)
        return int(most) if most else None

    @classmethod
    def load(cls, folder: Path, name: str, dtype: torch.dtype, device: str, report: Reporter) -> Network:
        """Read the folder's weights. Those that the files lack would be random: that is an error here."""
        from transformers import AutoModelForCausalLM

        text = f"Loading {name}"
        report("load", text)
        with loading_bars(lambda done, total: report("load", text, done, total)):
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                str(folder), dtype=dtype, local_files_only=True, output_loading_info=True
            )
        model, found = loaded
        lacking = sorted({str(key) for key in (*found["missing_keys"], *found["mismatched_keys"])})
        if lacking:
            raise WeightsCorrupt(
                f"The weights of {name} are not complete: {len(lacking)} are missing or of another shape ({lacking[0]}…)."
            )
        model.requires_grad_(False)
        return cls(model.to(device).eval())

    def check(self, ids: Sequence[int], name: str) -> None:
        """Read a few ids; `WeightsCorrupt` where no numbers come out."""
        logits = Reading(self).read(ids, threading.Event())
        if logits is None or not bool(torch.isfinite(logits).all()):
            raise WeightsCorrupt(f"{name} computes no numbers: its weights are damaged.")


class Reading:
    """One sequence that the network has read, with its cache of keys and values."""

    def __init__(self, network: Network) -> None:
        from transformers import DynamicCache

        self._network = network
        self._cache = DynamicCache(config=network.config)

    def read(self, ids: Sequence[int], stop: threading.Event) -> Tensor | None:
        """Read more ids; the logits for the next one, of shape (vocabulary,). None when stopped on the way.

        In chunks of a size that depends on the model alone, so that the same prompt gives the same numbers.
        """
        network = self._network
        logits = None
        for start in range(0, len(ids), network.chunk):
            if stop.is_set():
                return None
            # Not around a generator's `yield`: the mode belongs to the thread and would leak to whoever consumes it.
            with torch.inference_mode(), network.threads():
                chunk = torch.tensor([ids[start : start + network.chunk]], device=network.device)
                logits = self._forward(chunk)[0, -1]
        return None if stop.is_set() else logits

    def _forward(self, chunk: Tensor) -> Tensor:
        try:
            output = self._network.model(input_ids=chunk, past_key_values=self._cache, **self._network.options)
        except (torch.cuda.OutOfMemoryError, MemoryError) as error:
            raise _no_memory() from error
        except RuntimeError as error:
            if "allocate memory" in str(error):
                raise _no_memory() from error
            raise EngineError(f"The model failed: {error}.", "Try again; if it stays, restart the kernel.") from error
        logits: Tensor = output.logits
        return logits


def place(device: str) -> str:
    """The device that `"auto"` means here: CUDA, Apple's GPU, or the CPU."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def type_for(dtype: str, device: str, parameters: int) -> torch.dtype:
    """The type of number of that name, or what `"auto"` means: what suits the device and the model's size."""
    if dtype != "auto":
        kind = getattr(torch, dtype, None)
        if not isinstance(kind, torch.dtype) or not kind.is_floating_point:
            raise EngineError(f"There is no dtype {dtype!r}.", 'There are "auto", "bfloat16", "float16" and "float32".')
        return kind
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.startswith("mps"):
        return torch.float16
    return torch.float32 if parameters < SMALL else torch.bfloat16


def _no_memory() -> NotEnoughMemory:
    return NotEnoughMemory(
        "The memory ran out while the model was reading.",
        "Start a new conversation, which is shorter, close other notebooks, or take a smaller model.",
    )
