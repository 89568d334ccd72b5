"""The options that `%%r1` and the command line share: how a turn is sampled."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

SETTINGS: tuple[tuple[str, type, str], ...] = (
    ("--temperature", float, "0 is greedy; 0.6 is DeepSeek's advice"),
    ("--top-p", float, "sample from this share of the probability"),
    ("--max-tokens", int, "most tokens of the turn, thinking and answer together"),
    ("--budget", int, "most tokens of thinking; then the answer begins"),
    ("--seed", int, "repeat a turn"),
)
"""Flag, type, help."""

_FIELDS = {"budget": "thinking_budget"}


def chosen_settings(arguments: Namespace) -> dict[str, Any]:
    """What was given of `SETTINGS`, under the names of `Settings`."""
    names = [flag.removeprefix("--").replace("-", "_") for flag, _, _ in SETTINGS]
    given = {name: getattr(arguments, name) for name in names}
    return {_FIELDS.get(name, name): value for name, value in given.items() if value is not None}


def parse_assignment(text: str) -> tuple[str, Any]:
    """`temperature=0.2` as a name and a value. Raises `ValueError` with a sentence."""
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} is no setting. Write name=value, as in temperature=0.2.")
    if value == "None":
        return name, None
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value
