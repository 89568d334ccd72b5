"""`Capabilities`: which acts of steering an engine can carry out, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from ..errors import CannotSteer

Act = Literal["answer_now", "budget", "think_more", "continue"]
"""`continue`: go on from a text that is there already. Editing a thought or an answer, cutting it and forking need it."""

ACTS: tuple[Act, ...] = get_args(Act)


class Capabilities:
    """What an engine can do: every act, but for those in `cannot`, each with a sentence that says why.

    `"continue" in engine.capabilities` asks for one, `check` refuses it with its reason.
    """

    def __init__(self, cannot: Mapping[Act, str] | None = None) -> None:
        self.cannot: Mapping[Act, str] = MappingProxyType(dict(cannot or {}))

    def __contains__(self, act: object) -> bool:
        return act in ACTS and act not in self.cannot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Capabilities) and self.cannot == other.cannot

    def __hash__(self) -> int:
        return hash(frozenset(self.cannot.items()))

    def check(self, act: Act) -> None:
        """`CannotSteer` with the reason where the engine can't."""
        if reason := self.cannot.get(act):
            raise CannotSteer(reason, "Ask again, or take a model that runs on this machine.")

    def __repr__(self) -> str:
        return f"<Capabilities {', '.join(act for act in ACTS if act in self) or 'none'}>"


ALL = Capabilities()


def nothing_said(name: str) -> Capabilities:
    """Those of an engine that says nothing of itself: it can only be asked and stopped."""
    return Capabilities(dict.fromkeys(ACTS, f"{name} doesn't say that it can do this."))
