"""What a chat consists of, as values: turns in a tree, what they are made of, who wrote what. Standard library only."""

from .tree import FORMAT, Conversation
from .turn import FinishReason, Origin, Span, State, ThinkingEnd, Turn

__all__ = ["FORMAT", "Conversation", "FinishReason", "Origin", "Span", "State", "ThinkingEnd", "Turn"]
