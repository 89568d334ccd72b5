"""What others have published of the same sets, in percent; pass@1 unless it says otherwise.

DeepSeek: github.com/deepseek-ai/DeepSeek-R1, README, "Distilled Model Evaluation" (commit 0cf7856), and arXiv 2501.12948, table 5:
temperature 0.6, top-p 0.95, at most 32,768 tokens, 64 answers to a question.
open-r1: github.com/huggingface/open-r1, README, "Reproducing Deepseek's evaluation results" (commit 1416fa0): lighteval with the
same settings, 64 answers to a question of AIME 2024 and 4 to one of MATH-500.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """Of one model and one set."""

    model: str
    deepseek: float
    deepseek_cons_64: float | None
    open_r1: float


_FIGURES: dict[str, dict[str, tuple[float, float | None, float]]] = {
    "HuggingFaceH4/aime_2024": {
        "Qwen-1.5B": (28.9, 52.7, 30.7),
        "Qwen-7B": (55.5, 83.3, 50.8),
        "Qwen-14B": (69.7, 80.0, 65.9),
        "Qwen-32B": (72.6, 83.3, 69.7),
        "Llama-8B": (50.4, 80.0, 43.9),
        "Llama-70B": (70.0, 86.7, 63.0),
    },
    "HuggingFaceH4/MATH-500": {
        "Qwen-1.5B": (83.9, None, 83.1),
        "Qwen-7B": (92.8, None, 94.5),
        "Qwen-14B": (93.9, None, 94.1),
        "Qwen-32B": (94.3, None, 95.6),
        "Llama-8B": (89.1, None, 88.6),
        "Llama-70B": (94.5, None, 95.1),
    },
}
_DEFAULT = "Qwen-1.5B"
TOKENS = 32_768
"""Most tokens of an answer in both."""


def published(repo: str, model: str) -> Published | None:
    """Of the set and the model, or of the smallest distilled one where the model is another; None of a set that is neither's."""
    figures = _FIGURES.get(repo)
    if figures is None:
        return None
    found = re.search(r"R1-Distill-((?:Qwen|Llama)-[\d.]+B)", model)
    name = found[1] if found and found[1] in figures else _DEFAULT
    return Published(f"DeepSeek-R1-Distill-{name}", *figures[name])
