"""How a reply's text says what is thought and what is answer: the one room that reads thinking tags. Standard library only.

tags      `TABLE`: which tags there are, and who uses them; those that a template names, those that a person gives
marks     finds any of several texts in a stream, and what may still become one
code      whether a place in an answer is inside of code, where tags are quoted
splitter  `ReasoningSplitter`: streamed text in, `(kind, text)` out
"""

from .splitter import KINDS, Kind, ReasoningSplitter, without_reasoning
from .tags import ALONE, CLOSE, OPEN, TABLE, Tags, ThinkingTags, closes, named_by, tags_from

__all__ = [
    "ALONE",
    "CLOSE",
    "KINDS",
    "OPEN",
    "TABLE",
    "Kind",
    "ReasoningSplitter",
    "Tags",
    "ThinkingTags",
    "closes",
    "named_by",
    "tags_from",
    "without_reasoning",
]
