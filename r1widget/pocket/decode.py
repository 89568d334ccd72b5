"""Batched generation with transformers, for evaluation and tests. Not the package's engine, and nothing streams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

from ..engines.model.reference import cache_argument

BOX = re.compile(r"\\boxed\{(-?\d+)\}")


class Reader:
    """The model and its tokenizer from a folder, in single precision."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self.tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
        self.model: Any = AutoModelForCausalLM.from_pretrained(str(folder)).float().eval().to(device)
        self.device = device
        self._cache_argument = cache_argument(self.model)

    def go_on(
        self, texts: Sequence[Sequence[str]], temperature: float = 0.0, longest: int = 640, rows: int = 128
    ) -> list[str]:
        """What the model writes after each text; a text's pieces are tokenized one by one."""
        encoded = [
            [token for piece in pieces for token in self.tokenizer(piece, add_special_tokens=False)["input_ids"]]
            for pieces in texts
        ]
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]))
        written = [""] * len(encoded)
        for start in range(0, len(order), rows):
            chosen = order[start : start + rows]
            for index, text in zip(
                chosen, self._batch([encoded[index] for index in chosen], temperature, longest), strict=True
            ):
                written[index] = text
        return written

    @torch.inference_mode()
    def _batch(self, encoded: list[list[int]], temperature: float, longest: int) -> list[str]:
        width, end = max(map(len, encoded)), self.tokenizer.eos_token_id
        ids = torch.full((len(encoded), width), end)
        mask = torch.zeros(len(encoded), width, dtype=torch.long)
        for row, tokens in enumerate(encoded):
            ids[row, width - len(tokens) :] = torch.tensor(tokens)
            mask[row, width - len(tokens) :] = 1
        ids, mask = ids.to(self.device), mask.to(self.device)
        places, cache = (mask.cumsum(-1) - 1).clamp(min=0), DynamicCache()
        open_rows, written = list(range(len(encoded))), [list[int]() for _ in encoded]
        for _ in range(longest):
            options: dict[str, Any] = {"position_ids": places, self._cache_argument: cache}
            scores = self.model(input_ids=ids, attention_mask=mask, **options).logits
            chosen = choose(scores[:, -1], temperature)
            keep = [index for index, token in enumerate(chosen.tolist()) if token != end]
            for index in keep:
                written[open_rows[index]].append(int(chosen[index]))
            if not keep:
                break
            if len(keep) < len(open_rows):  # a finished row costs nothing more
                cache.batch_select_indices(torch.tensor(keep, device=self.device))
                open_rows = [open_rows[index] for index in keep]
                mask, places, chosen = mask[keep], places[keep], chosen[keep]
            ids, places = chosen[:, None], places[:, -1:] + 1
            mask = torch.cat((mask, torch.ones_like(ids)), -1)
        return [str(self.tokenizer.decode(tokens, skip_special_tokens=True)) for tokens in written]

    def length(self, text: str) -> int:
        """How many tokens `text` has."""
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])


def choose(scores: Tensor, temperature: float, most: float = 0.95) -> Tensor:
    """The next token of each row: the likeliest, or one drawn from the likeliest that hold `most` of the chance."""
    if not temperature:
        return scores.argmax(-1)
    chances, order = (scores / temperature).softmax(-1).sort(-1, descending=True)
    chances = chances.masked_fill(chances.cumsum(-1) - chances > most, 0.0)
    return order.gather(-1, torch.multinomial(chances, 1))[:, 0]


def boxed(text: str) -> int | None:
    """The number in the box of the answer, if there is one after the thinking."""
    found = BOX.findall(text.rpartition("</think>")[2])
    return int(found[-1]) if found else None
