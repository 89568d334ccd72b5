"""How well a model does on questions with known answers, on this machine: asked, graded, counted.

questions/    what is asked: a file, a data set of the hub, a generator of reasoning-gym, a list
running       asks, several at once, beside whatever else the model does; a folder keeps each answer as it ends
grading       math-verify, in a process of its own (processes/)
evaluation    the figures, with their intervals; the table, the files, the wrong ones as a notebook
published     what others have measured
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..settings import Settings
from .evaluation import Evaluation
from .intervals import Share
from .progress import Show
from .questions import Question, Questions, Source, questions
from .running import AT_ONCE, PROMPT, evaluate
from .sample import Sample

if TYPE_CHECKING:
    from ..chat import Chat

__all__ = [
    "AT_ONCE",
    "PROMPT",
    "Evaluation",
    "Question",
    "Questions",
    "Sample",
    "Share",
    "evaluate",
    "evaluation_of",
    "questions",
]


def evaluation_of(
    chat: Chat,
    source: Source,
    k: int,
    *,
    limit: int | None,
    out: str | os.PathLike[str] | None,
    progress: bool | Show,
    prompt: str | None,
    columns: tuple[str | None, str | None],
    at_once: int | None,
    settings: Settings,
) -> Evaluation:
    """`Chat.evaluate`: with the chat's model; its line, and its conversation, are left alone."""
    return evaluate(
        questions(source, question_column=columns[0], answer_column=columns[1]),
        chat.generation.source,
        chat.model_name,
        settings,
        k=k,
        limit=limit,
        out=None if out is None else Path(out).expanduser(),
        progress=progress,
        prompt=PROMPT if prompt is None else prompt.strip(),
        at_once=AT_ONCE if at_once is None else at_once,
    )
