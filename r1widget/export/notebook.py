"""A conversation as a Jupyter notebook: the active branch in cells, code of the answers in cells that can be run, and all of
it, every version, in the notebook's metadata, from which it can be read back.

Nothing in it has been run, and opening it runs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..conversation import Conversation
from ..conversation.turn import Turn
from .cells import Cell, cells_of
from .data import conversation_data
from .markdown import (
    Notes,
    Reasoning,
    after_answer,
    before_answer,
    check_notes,
    check_reasoning,
    notes_markdown,
    question_markdown,
)
from .parse import source

KEY = "r1widget"
"""Of what is ours in the metadata of a notebook."""


def notebook_json(
    conversation: Conversation,
    *,
    reasoning: Reasoning = "folded",
    name: str,
    turns: Sequence[Turn] | None = None,
    about: Mapping[str, Any] | None = None,
    notes: Notes = "beside",
) -> str:
    """A notebook of version 4.5, which opens with any Python 3 kernel and needs none. `name` is its file's own; of `turns` alone,
    where some are given. `about`: what else its metadata is to tell of the conversation. `notes`: see markdown.py."""
    check_reasoning(reasoning)
    check_notes(notes)
    data = conversation_data(conversation, reasoning, turns)
    cells = [_cell("conversation", Cell("code", _opening(name)))]
    shown = conversation.turns if turns is None else turns
    for number, turn in enumerate(shown, 1):
        cells.append(_cell(f"turn-{number}-question", Cell("markdown", question_markdown(turn))))
        for part, cell in enumerate(_reply(turn, reasoning), 1):
            cells.append(_cell(f"turn-{number}-reply" + (f"-{part}" if part > 1 else ""), cell))
    if notes == "table" and (table := notes_markdown(shown, reasoning)):
        cells.append(_cell("notes", Cell("markdown", table)))
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            KEY: {"conversation": {**(about or {}), **data}},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def conversation_of(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an exported notebook has for `Conversation.from_dict`; None where it is a notebook of another kind."""
    found: Any = notebook
    for key in ("metadata", KEY, "conversation"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else None


def _opening(name: str) -> str:
    """The code that opens the conversation again, from the file that it is in."""
    literal = json.dumps(name, ensure_ascii=False) if name.isprintable() else ascii(name)
    return (
        "# The conversation again, with every version, to go on with. Nothing is asked before you ask.\n"
        "from r1widget import Chat\n\n"
        f"chat = Chat.load({literal})\n"
        "chat.turns"
    )


def _reply(turn: Turn, reasoning: Reasoning) -> Iterator[Cell]:
    """What is around the answer stands in the answer's own cells, where these are text."""
    answer = list(cells_of(source(turn, "answer")))
    before, after = before_answer(turn, reasoning=reasoning), after_answer(turn, reasoning=reasoning)
    if answer and answer[0].type == "markdown":
        before.append(answer.pop(0).source)
    if answer and answer[-1].type == "markdown":
        after.insert(0, answer.pop().source)
    if not answer:
        before, after = [], [*before, *after]
    for cell in (Cell("markdown", "\n\n".join(before)), *answer, Cell("markdown", "\n\n".join(after))):
        if cell.source:
            yield cell


def _cell(id: str, cell: Cell) -> dict[str, Any]:
    # The id is the place, not chance: the same conversation gives the same file.
    lines = cell.source.split("\n")
    data = {
        "cell_type": cell.type,
        "id": id,
        "metadata": {},
        "source": [f"{line}\n" for line in lines[:-1]] + lines[-1:],
    }
    return {**data, "execution_count": None, "outputs": []} if cell.type == "code" else data
