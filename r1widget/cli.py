"""`python -m r1widget`, or `r1widget`: ask from a shell, open a notebook, fetch a model, time it."""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

from . import engines
from ._version import __version__
from .errors import R1WidgetError
from .options import SETTINGS, chosen_settings
from .settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 when there is an answer, 1 when something failed, 2 for a wrong command line."""
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (R1WidgetError, TypeError) as problem:
        print(f"r1widget: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def ask(arguments: argparse.Namespace) -> int:
    from .console import follow
    from .widget import ChatWidget

    chat = ChatWidget(arguments.model, base_url=arguments.base_url)
    turn = follow(chat, chat.send(arguments.question, **chosen_settings(arguments)))
    if arguments.export:
        chat.export(arguments.export, reasoning=arguments.reasoning)
    return 0 if turn.answer and not turn.error else 1


def lab(arguments: argparse.Namespace) -> int:
    return subprocess.call([sys.executable, "-m", "jupyterlab", *arguments.arguments])


def pull(arguments: argparse.Namespace) -> int:
    engines.load(arguments.model, quantization=arguments.quantization, on_progress=_print_progress)
    print(f"\n{arguments.model} is on this machine and works.", file=sys.stderr)
    return 0


def bench(arguments: argparse.Namespace) -> int:
    """Tokens a second, of reading a prompt and of writing."""
    engine = engines.load(arguments.model, on_progress=_print_progress)
    question = {"role": "user", "content": "What is 17 × 24?"}
    settings = Settings(max_tokens=arguments.tokens, seed=0)
    start, first, count = time.perf_counter(), None, 0
    for delta in engine.stream(engines.Request(messages=[question], settings=settings), threading.Event()):
        if delta.tokens and first is None:
            first = time.perf_counter()
        count += delta.tokens
    end = time.perf_counter()
    if first is None or count < 2:
        print("The model wrote too little to be timed.", file=sys.stderr)
        return 1
    print(
        f"\nfirst token after {first - start:.2f} s, then {(count - 1) / (end - first):.1f} tokens/s ({count} tokens)"
    )
    return 0


def _print_progress(progress: engines.Progress) -> None:
    share = f" {progress.done / progress.total:4.0%}" if progress.done is not None and progress.total else ""
    print(f"\r\x1b[K{progress.text}{share}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="r1widget", description="Ask a reasoning model, and watch it think.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("ask", help="ask one question; the thought goes to stderr, the answer to stdout")
    command.add_argument("question")
    command.add_argument("--model", help=f'a name, a folder, or "pocket" (default: {engines.DEFAULT_MODEL})')
    command.add_argument("--base-url", help="the address of an OpenAI-compatible server that has the model")
    command.add_argument("--export", metavar="FILE", help="keep the conversation: .md, .html, .json or .ipynb")
    command.add_argument("--reasoning", choices=("folded", "plain", "none"), default="folded", help="in the export")
    for flag, kind, help in SETTINGS:
        command.add_argument(flag, type=kind, help=help)
    command.set_defaults(run=ask)

    command = commands.add_parser("lab", help="open JupyterLab; what follows is for it", prefix_chars="\0")
    command.add_argument("arguments", nargs="*")
    command.set_defaults(run=lab)

    command = commands.add_parser("pull", help="fetch a model, so that it is there without a network")
    command.add_argument("model")
    command.add_argument("--quantization", default="auto")
    command.set_defaults(run=pull)

    command = commands.add_parser("bench", help="time a model on this machine")
    command.add_argument("--model", help='as for "ask"')
    command.add_argument("--tokens", type=int, default=64, help="how many to write")
    command.set_defaults(run=bench)
    return parser
