"""`stop_ids`: which ids end a reply: those that the model's files name, and those that its template puts behind one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import transformers

from .prompts import Prompts


def generation_config(folder: Path) -> Any:
    """The checkpoint's settings for generation, which name ids that end a text; None where it has none."""
    if not (folder / "generation_config.json").exists():
        return None
    return transformers.GenerationConfig.from_pretrained(str(folder), local_files_only=True)


def stop_ids(generation: Any, config: Any, tokenizer: Any, prompts: Prompts) -> set[int]:
    """Every id that is an end: of the text, or of the turn."""
    named = [getattr(generation, "eos_token_id", None), config.eos_token_id, tokenizer.eos_token_id]
    ids: set[int] = set()
    for value in named:
        ids.update(value if isinstance(value, (list, tuple)) else [value] if value is not None else [])
    return ids | prompts.extra_stop_ids()
