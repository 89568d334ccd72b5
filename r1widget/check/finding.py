"""`Finding`: one thing that was found in what a model wrote, and where it stands. What is measured, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

What = Literal["arithmetic", "other_value", "cut", "language", "unboxed"]
Kind = Literal["reasoning", "answer"]

LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "latin": "Latin letters",
    "cyrillic": "Cyrillic letters",
    "arabic": "Arabic letters",
}
"""What a finding of `language` names in `text` (the answer's) and in `right` (the question's). A script that many languages
have is called by its letters."""


@dataclass(frozen=True)
class Finding:
    """Something in a thought or in an answer that a reader may want to look at."""

    what: What
    kind: Kind
    """Which of the two texts it stands in."""
    start: int
    """Where it begins, in code points of that text as it was written."""
    end: int
    """Half open. A finding about the whole text stands at its end, and is empty."""
    text: str = ""
    """As it was written: `17 × 24 = 409`; of `other_value` the value of this text, of `language` the one that it is in."""
    right: str = ""
    """`arithmetic`: what it is when it is recomputed, as a person writes it; `other_value`: the value of the other text;
    `language`: the question's."""

    def __str__(self) -> str:
        if self.what == "arithmetic":
            both = self.right.split(" and ")
            found = f"the sides are {self.right}" if len(both) > 1 else f"it is {self.right}"
            return f"{' '.join(self.text.split())}: recomputed, {found}"
        if self.what == "other_value":
            thought, answer = (self.right, self.text) if self.kind == "answer" else (self.text, self.right)
            return f"The thought ends in {thought}, the answer in {answer}."
        if self.what == "cut":
            return "The thought was cut off." if self.kind == "reasoning" else "The answer was cut off."
        if self.what == "language":
            asked, answered = (LANGUAGES.get(name, name) for name in (self.right, self.text))
            return f"The question is in {asked}, the answer in {answered}."
        return "The question asks for \\boxed{}, the answer has none."

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Finding:
        """What `to_dict` gave; keys of a later version are left out."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})
