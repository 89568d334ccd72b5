"""Turns as a Jupyter notebook: for each turn a cell with the question, and one with the thought and the answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..conversation.turn import Turn
from .markdown import Reasoning, check_reasoning, question_markdown, turn_markdown


def notebook_json(turns: Iterable[Turn], *, reasoning: Reasoning = "folded") -> str:
    """A notebook of version 4.5, which opens with any Python 3 kernel and needs none."""
    check_reasoning(reasoning)
    cells = []
    for number, turn in enumerate(turns, 1):
        cells.append(_cell(f"turn-{number}-question", question_markdown(turn)))
        cells.append(_cell(f"turn-{number}-reply", turn_markdown(turn, reasoning=reasoning, question=False)))
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cell(id: str, source: str) -> dict[str, Any]:
    # The id is the place, not chance: the same conversation gives the same file.
    lines = source.split("\n")
    return {
        "cell_type": "markdown",
        "id": id,
        "metadata": {},
        "source": [f"{line}\n" for line in lines[:-1]] + lines[-1:],
    }
