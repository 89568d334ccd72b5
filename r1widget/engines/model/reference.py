"""`Reference`: any causal language model, through transformers' own code. For architectures that `lean` doesn't know, for
checkpoints that come quantized, and to test `lean` against."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...errors import WeightsCorrupt
from ..progress import Reporter, loading_bars
from .network import Chunk, never


class _Abandoned(Exception):
    """Nobody waits for the pass any more."""


class Reference:
    """A network that reads one sequence after the other: without help from the model, different lengths don't share."""

    def __init__(self, model: Any, *, chunk_size: int) -> None:
        self.model = model
        self.chunk_size = chunk_size
        self.config = model.config.get_text_config()
        self.parameters: int = sum(parameter.numel() for parameter in model.parameters())
        self.device: torch.device = model.device
        self.dtype: str = str(model.dtype).removeprefix("torch.")
        self.supports_truncation = self.new_cache().supports_truncation
        self._counts_logits = "logits_to_keep" in inspect.signature(model.forward).parameters
        self._cache_argument = cache_argument(model)
        self.path = "transformers' own pass"
        self._is_over = never
        lists = (module for module in model.modules() if isinstance(module, torch.nn.ModuleList))
        for layer in max(lists, key=len, default=()):  # the layers, whatever the architecture calls them
            layer.register_forward_pre_hook(self._look)

    @classmethod
    def load(
        cls, folder: Path, name: str, dtype: torch.dtype, device: str, chunk_size: int, report: Reporter
    ) -> Reference:
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
        return cls(model.to(device).eval(), chunk_size=chunk_size)

    def new_cache(self) -> ReferenceCache:
        from transformers import DynamicCache

        return ReferenceCache(DynamicCache(config=self.config))

    def forward(self, batch: Sequence[Chunk]) -> list[Tensor]:
        return [self._read_one(chunk) for chunk in batch]

    def _look(self, *layer_and_inputs: Any) -> None:
        if self._is_over():
            raise _Abandoned

    def _read_one(self, chunk: Chunk) -> Tensor:
        cache, wanted = chunk.cache, chunk.num_logits
        options: dict[str, Any] = {"use_cache": True, self._cache_argument: cache.inner}
        if self._counts_logits:
            options["logits_to_keep"] = max(1, wanted)
        ids = torch.tensor([list(chunk.ids)], device=self.device)
        self._is_over = chunk.is_over
        try:
            output = self.model(input_ids=ids, **options)
        except _Abandoned:
            cache.recover()
            return torch.empty(0, self.config.vocab_size)
        except BaseException:
            cache.recover()
            raise
        finally:
            self._is_over = never
        cache.ids.extend(chunk.ids)
        logits: Tensor = output.logits[0]
        return logits[len(logits) - wanted :].float()


def cache_argument(model: Any) -> str:
    """What this model calls its cache: transformers 5.24 renamed `past_key_values` to `cache`, and 5.40 drops the old name."""
    return "cache" if "cache" in inspect.signature(model.forward).parameters else "past_key_values"


class ReferenceCache:
    """transformers' cache of one sequence, and the ids in it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.ids: list[int] = []

    @property
    def supports_truncation(self) -> bool:
        """Whether every layer keeps all that it read: those with windows or states can't be cut back."""
        from transformers.cache_utils import DynamicLayer

        layers = getattr(self.inner, "layers", [])
        return all(type(layer) is DynamicLayer for layer in layers)

    @property
    def length(self) -> int:
        return len(self.ids)

    @property
    def bytes(self) -> int:
        tensors = [getattr(layer, name, None) for layer in self.inner.layers for name in ("keys", "values")]
        return sum(tensor.nbytes for tensor in tensors if tensor is not None)

    @property
    def pieces(self) -> dict[int, int]:
        """Nobody shares it."""
        return {id(self): self.bytes}

    def reserve(self, count: int) -> None:
        """transformers' cache grows as it is read into."""

    def truncate(self, length: int) -> None:
        if length < self.length:
            self.inner.crop(length - self.length)  # how many go: all versions of transformers take it so
            del self.ids[length:]

    def recover(self) -> None:
        """A pass failed, and some layers may have read its ids."""
        for layer in self.inner.layers if self.supports_truncation else ():
            if (more := layer.get_seq_length() - self.length) > 0:
                layer.crop(-more)

    def copy(self, length: int, room: int = 0) -> ReferenceCache:
        return self.part(0, length)

    def part(self, start: int, end: int) -> ReferenceCache:
        other = ReferenceCache(copy.deepcopy(self.inner))
        other.ids = self.ids[start:end]
        for layer in other.inner.layers:
            layer.keys, layer.values = layer.keys[..., start:end, :].clone(), layer.values[..., start:end, :].clone()
        return other

    def extend(self, part: ReferenceCache, count: int) -> None:
        for layer, more in zip(self.inner.layers, part.inner.layers, strict=True):
            layer.keys = torch.cat((layer.keys, more.keys[..., :count, :]), -2)
            layer.values = torch.cat((layer.values, more.values[..., :count, :]), -2)
        self.ids.extend(part.ids[:count])

    def trim(self) -> None:
        """It has no room ahead."""
