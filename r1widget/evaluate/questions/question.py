"""`Question`, and `Questions`: what is asked of a model, and what is right. Values only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Question:
    """One question, with the answer that is right."""

    text: str
    answer: str
    """As the set has it: a number, a formula in LaTeX, with or without a `\\boxed{}` around it, or words."""


@dataclass(frozen=True)
class Questions:
    """A set of questions."""

    name: str
    """What a person calls it."""
    all: tuple[Question, ...]
    gym: dict[str, Any] | None = field(default=None, compare=False)
    """Of a generator of reasoning-gym, its name and its configuration: it grades by itself."""
    repo: str = ""
    """Of a data set of the hub, its name there."""

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits for the texts and answers, in their order."""
        texts = json.dumps([[each.text, each.answer] for each in self.all], ensure_ascii=False)
        return hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
