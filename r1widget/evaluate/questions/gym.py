"""Questions that a generator of reasoning-gym makes: `gym:chain_sum?size=50&seed=1`. It makes them in the process that also
grades (processes/gym_worker.py)."""

from __future__ import annotations

import importlib.util
import json
from typing import Any
from urllib.parse import parse_qsl

from ...errors import EvaluationError, MissingLibrary
from ..processes.helper import Helper
from .question import Question, Questions

PREFIX = "gym:"
SIZE, SEED = 50, 1
"""Where the name doesn't say. Without a seed a generator makes others each time, and nothing could be gone on with."""
SECONDS = 60.0
"""How long a generator may take."""


def generated(name: str) -> Questions:
    """`EvaluationError` where there is no such generator, or it doesn't take what it is given."""
    generator, _, query = name.removeprefix(PREFIX).partition("?")
    options: dict[str, Any] = {"size": SIZE, "seed": SEED}
    for key, value in parse_qsl(query, keep_blank_values=True):
        options[key] = _value(value)
    gym = {"name": generator, "options": options}
    with Helper("gym_worker.py") as helper:
        made = start(helper, gym)
    questions = tuple(Question(str(text), str(answer)) for text, answer in made["questions"])
    return Questions(f"{PREFIX}{generator}", questions, gym=gym)


def start(helper: Helper, gym: dict[str, Any]) -> dict[str, Any]:
    """Let a process make the questions that it will grade."""
    if importlib.util.find_spec("reasoning_gym") is None:
        raise MissingLibrary(
            f"{PREFIX}{gym['name']} needs reasoning-gym, which isn't installed.", "pip install reasoning-gym"
        )
    made = helper.ask({"make": gym}, SECONDS)
    if made is None:
        raise EvaluationError(
            f"{PREFIX}{gym['name']} takes more than {SECONDS:.0f} s, or its process ended.",
            "Ask for fewer: ?size=10.",
        )
    if "error" in made:
        raise EvaluationError(f"reasoning-gym makes no {gym['name']!r}: {made['error']}.", made.get("remedy", ""))
    return made


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
