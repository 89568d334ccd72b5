"""The options that `%%r1` and the command line share, how a turn is sampled; and how a line of a magic is read."""

from __future__ import annotations

import ast
import re
import shlex
from argparse import Namespace
from typing import Any

from ..engines import DEFAULT_MODEL

SETTINGS: tuple[tuple[str, type, str], ...] = (
    ("--temperature", float, "0 is greedy; 0.6 is DeepSeek's advice"),
    ("--top-p", float, "sample from this share of the probability"),
    ("--max-tokens", int, "most tokens of the turn, thinking and answer together"),
    ("--budget", int, "most tokens of thinking; then the answer begins"),
    ("--seed", int, "repeat a turn"),
)
"""Flag, type, help."""

MODEL = f'a name, a folder, a GGUF file, "ollama:NAME", or "pocket" (default: {DEFAULT_MODEL})'
FILE: Any = {"metavar": "PATTERN", "help": 'which of several GGUF files, as in "*Q4_K_M*"'}

_FIELDS = {"budget": "thinking_budget"}


def chosen_settings(arguments: Namespace) -> dict[str, Any]:
    """What was given of `SETTINGS`, under the names of `Settings`."""
    names = [flag.removeprefix("--").replace("-", "_") for flag, _, _ in SETTINGS]
    given = {name: getattr(arguments, name) for name in names}
    return {_FIELDS.get(name, name): value for name, value in given.items() if value is not None}


def chosen_file(arguments: Namespace) -> dict[str, Any]:
    """`--file`, where it was given."""
    return {} if arguments.file is None else {"file": arguments.file}


def words(line: str) -> list[str]:
    """A line of a magic in words, as a shell would, but for backslashes: they are paths'. `ValueError` for an open quote."""
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    return list(lexer)


_ASSIGNMENT = re.compile(r"""\s*([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"']\S*)(?=\s|$)\s*""")


def assignments(line: str) -> dict[str, Any]:
    """`temperature=0.2 system="Be brief."` as names and values, under the names of `Settings`; a flag's name will do too.

    Values are Python's, and what is none is a text. Raises `ValueError` with a sentence.
    """
    found: dict[str, Any] = {}
    at = 0
    while at < len(line) or not found:
        one = _ASSIGNMENT.match(line, at)
        if one is None:
            raise ValueError(f"{line[at:].strip()!r} sets nothing. Write name=value, as in temperature=0.2.")
        name = one[1].lstrip("-").replace("-", "_")
        found[_FIELDS.get(name, name)] = _value(one[2])
        at = one.end()
    return found


def _value(text: str) -> Any:
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text.strip("\"'")
