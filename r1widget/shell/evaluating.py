"""`r1widget eval`: how well a model does on questions with known answers, in a terminal."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from .. import evaluate
from ..chat import Chat
from ..evaluate.progress import on_a_terminal
from .options import FILE, MODEL, SETTINGS, chosen_file, chosen_settings
from .out import Out

FOLDER = "evaluations"
"""Where evaluations are kept, where nobody says."""


def add_eval(commands: Any, quantization: dict[str, Any]) -> None:
    """The command. `quantization` is that option, as the other commands have it."""
    command = commands.add_parser("eval", help="ask a set of questions with known answers, and count what is right")
    command.add_argument(
        "questions",
        help="a file (csv, jsonl, parquet), a data set of the hub (math-500, aime-2024, owner/name), or gym:NAME",
    )
    command.add_argument("--model", help=MODEL)
    command.add_argument("--file", **FILE)
    command.add_argument("--base-url", help="the address of an OpenAI-compatible server that has the model")
    command.add_argument("--quantization", **quantization)
    command.add_argument("-k", type=int, default=4, help="answers to each question (default: 4)")
    command.add_argument("--limit", type=int, help="the first so many questions")
    command.add_argument(
        "--out", metavar="FOLDER", help=f"where it is kept, and goes on (default: one in {FOLDER}/ for set and model)"
    )
    command.add_argument("--prompt", help=f'what stands below each question (default: "{evaluate.PROMPT}")')
    command.add_argument("--question-column", metavar="NAME", help="where its name doesn't say it")
    command.add_argument("--answer-column", metavar="NAME", help="where its name doesn't say it")
    command.add_argument(
        "--at-once", type=int, help=f"turns that are written at the same time (default: {evaluate.AT_ONCE})"
    )
    for flag, kind, help in SETTINGS:
        flags = (flag, "--thinking-budget") if flag == "--budget" else (flag,)
        command.add_argument(*flags, type=kind, help=help)
    command.set_defaults(run=_eval)


def _eval(arguments: argparse.Namespace) -> int:
    """After an interrupt: the table of what is there, and status 130."""
    said = Out(sys.stderr)
    questions = evaluate.questions(
        arguments.questions, question_column=arguments.question_column, answer_column=arguments.answer_column
    )
    chat = Chat(
        arguments.model,
        base_url=arguments.base_url,
        quantization=None if arguments.quantization == "none" else arguments.quantization,
        keep=False,
        **chosen_file(arguments),
    )
    out = Path(arguments.out) if arguments.out else Path(FOLDER) / _name(questions.name, chat.model_name)
    show, end = on_a_terminal(lambda text, end: said.print(text, end=end), sys.stderr)

    try:
        done = chat.evaluate(
            questions,
            arguments.k,
            limit=arguments.limit,
            out=out,
            progress=show,
            prompt=arguments.prompt,
            at_once=arguments.at_once,
            **chosen_settings(arguments),
        )
    finally:
        end()
    Out(sys.stdout).print(done.table())
    said.print(f"Kept in {out}{' (wrong.ipynb has the wrong ones)' if done.wrong else ''}.")
    if done.was_interrupted:
        return 130
    return 1 if done.error else 0


def _name(*parts: str) -> str:
    """Letters and digits, of any language, and hyphens."""
    return "-".join("-".join(re.findall(r"[\w.]+", part.rpartition("/")[2].lower())) for part in parts)[:120]
