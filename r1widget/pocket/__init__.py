"""The built-in model: a small Qwen2 folder that reasons in plain words about sums.

Here are only its name and its place, so that importing this costs nothing. The problems, the written working, the
training and the evaluation are the modules beside it; transformers loads the folder as it loads any other.
"""

from __future__ import annotations

from pathlib import Path

NAME = "pocket"


def path() -> Path:
    """The folder with the config, the tokenizer and the weights."""
    return Path(__file__).resolve().parent / "model"
