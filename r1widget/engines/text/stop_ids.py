"""`stop_ids`: which ids end a reply, as the model's files have them. What a template adds is `Prompts.extra_stop_ids`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import transformers


def generation_config(folder: Path) -> Any:
    """The checkpoint's settings for generation, which name ids that end a text; None where it has none."""
    if not (folder / "generation_config.json").exists():
        return None
    return transformers.GenerationConfig.from_pretrained(str(folder), local_files_only=True)


def stop_ids(generation: Any, config: Any, tokenizer: Any) -> set[int]:
    """Every id that the model's files name as an end: of the text, or of the turn."""
    named = [getattr(generation, "eos_token_id", None), config.eos_token_id, tokenizer.eos_token_id]
    ids: set[int] = set()
    for value in named:
        ids.update(value if isinstance(value, (list, tuple)) else [value] if value is not None else [])
    return ids
