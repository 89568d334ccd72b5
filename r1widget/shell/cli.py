"""`python -m r1widget`, or `r1widget`: ask from a shell, open a notebook, fetch a model, time it, evaluate it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from .. import engines, export
from .._version import __version__
from ..chat import Chat
from ..errors import EngineError, R1WidgetError
from .evaluating import add_eval
from .history import add_history
from .options import FILE, MODEL, SETTINGS, chosen_file, chosen_settings
from .out import Out

QUANTIZATION: Any = {
    "choices": ("auto", "int8", "int4", "none"),
    "default": "auto",
    "help": "how the weights are held (default: auto, what fits the memory)",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 when there is an answer, 1 when something failed, 2 for a wrong command line."""
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (R1WidgetError, TypeError) as problem:
        Out(sys.stderr).print(f"r1widget: {problem}")
        return 1
    except KeyboardInterrupt:
        return 130


def ask(arguments: argparse.Namespace) -> int:
    from .console import follow

    if arguments.export is not None:
        export.check(arguments.export)
    chat = Chat(
        arguments.model,
        base_url=arguments.base_url,
        quantization=_quantization(arguments),
        keep=not arguments.private,
        **chosen_file(arguments),
    )
    asked = chat.send(arguments.question, **chosen_settings(arguments))
    turn = follow(chat, asked, stop_unread=arguments.export is None)
    if arguments.export is not None:
        chat.export(arguments.export, reasoning=arguments.reasoning)
    return 0 if turn.answer and not turn.error else 1


def lab(arguments: argparse.Namespace) -> int:
    return subprocess.call([sys.executable, "-m", "jupyterlab", *arguments.arguments])


def pull(arguments: argparse.Namespace) -> int:
    out = Out(sys.stderr)
    options = {"quantization": _quantization(arguments), **chosen_file(arguments)}
    about = engines.load(arguments.model, on_progress=_printing(out), **options).describe()
    why = f" ({about['file_why']})" if about.get("file_why") else ""
    file = f": {about['file']}{why}" if about.get("file") else ""
    out.print(f"\n{arguments.model} is on this machine and works{file}.")
    return 0


def bench(arguments: argparse.Namespace) -> int:
    """How fast a model is on this machine. After Ctrl-C: what was measured until then, and status 130."""
    from .bench import Bench

    if arguments.base_url is not None:
        raise EngineError(
            "A server's model isn't timed here: its speed is the server's, and its weights aren't on this machine.",
            "Leave out --base-url to time a model that runs here.",
        )
    kept = None if arguments.json is None else export.writable(arguments.json)
    progress = Out(sys.stderr)
    start = time.perf_counter()
    options = {"quantization": _quantization(arguments), **chosen_file(arguments)}
    engine = engines.load(arguments.model, on_progress=_printing(progress), **options)
    measuring = Bench(engine, tokens=arguments.tokens, load_seconds=time.perf_counter() - start)
    interrupted = False
    try:
        for step in measuring.run():
            progress.print(f"\r\x1b[K{step} …", end="")
    except KeyboardInterrupt:
        interrupted = True
    progress.print("\r\x1b[K", end="")
    if kept is not None:
        results = json.dumps({**measuring.results, "interrupted": interrupted}, ensure_ascii=False, indent=1)
        kept.write_text(results + "\n", encoding="utf-8")
    Out(sys.stdout).print(measuring.table())
    if interrupted:
        progress.print("Interrupted: the rest was not measured.")
    return 130 if interrupted else 0


def _quantization(arguments: argparse.Namespace) -> str | None:
    return None if arguments.quantization == "none" else str(arguments.quantization)


def _printing(out: Out) -> engines.OnProgress:
    def show(progress: engines.Progress) -> None:
        share = f" {progress.done / progress.total:4.0%}" if progress.done is not None and progress.total else ""
        out.print(f"\r\x1b[K{progress.text}{share}", end="")

    return show


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError("a whole number from 2 up")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="r1widget", description="Ask a reasoning model, and watch it think.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("ask", help="ask one question; the thought goes to stderr, the answer to stdout")
    command.add_argument("question")
    command.add_argument("--model", help=MODEL)
    command.add_argument("--file", **FILE)
    command.add_argument("--base-url", help="the address of an OpenAI-compatible server that has the model")
    command.add_argument("--quantization", **QUANTIZATION)
    command.add_argument("--private", action="store_true", help="leave no trace in the history")
    command.add_argument("--export", metavar="FILE", help="keep the conversation: .md, .html, .json or .ipynb")
    command.add_argument(
        "--reasoning", choices=("folded", "open", "plain", "none"), default="folded", help="in the export"
    )
    for flag, kind, help in SETTINGS:
        command.add_argument(flag, type=kind, help=help)
    command.set_defaults(run=ask)

    command = commands.add_parser("lab", help="open JupyterLab; what follows is for it", prefix_chars="\0")
    command.add_argument("arguments", nargs="*")
    command.set_defaults(run=lab)

    command = commands.add_parser("pull", help="fetch a model, so that it is there without a network")
    command.add_argument("model", help='as for --model of "ask"')
    command.add_argument("--file", **FILE)
    command.add_argument("--quantization", **QUANTIZATION)
    command.set_defaults(run=pull)

    command = commands.add_parser("bench", help="time a model on this machine")
    command.add_argument("--model", help='as for "ask"')
    command.add_argument("--file", **FILE)
    command.add_argument("--base-url", help=argparse.SUPPRESS)
    command.add_argument("--quantization", **QUANTIZATION)
    command.add_argument("--tokens", type=_positive, default=64, help="how many to write in each measurement")
    command.add_argument("--json", metavar="FILE", help="keep the figures")
    command.set_defaults(run=bench)

    add_eval(commands, QUANTIZATION)
    add_history(commands)
    return parser
