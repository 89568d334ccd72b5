"""`r1widget history`: the conversations that this machine has kept, in a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from ..export import conversation_markdown
from ..journal import history
from ..journal.reading import Kept
from .out import Out

SHOWN = 60
"""Characters of a title in a line."""


def add_history(commands: Any) -> None:
    """The command and those below it."""
    parser = commands.add_parser("history", help="conversations that were kept: list, search, show, export, forget")
    parser.set_defaults(run=_list, most=history.MOST)
    below = parser.add_subparsers(metavar="what")

    def command(name: str, run: Callable[[argparse.Namespace], int], help: str, *ids: str) -> Any:
        made = below.add_parser(name, help=help)
        for each in ids:
            made.add_argument(each, help="its id, or the beginning of that")
        made.set_defaults(run=run)
        return made

    listing = command("list", _list, "all of them, newest first")
    searching = command("search", _search, "texts that have all the words; thoughts too")
    searching.add_argument("words", nargs="+")
    for made in (listing, searching):
        made.add_argument("--most", type=int, default=history.MOST, help=f"how many at most (default: {history.MOST})")
    command("show", _show, "one of them, as Markdown", "id").add_argument(
        "--reasoning", choices=("folded", "open", "plain", "none"), default="plain"
    )
    exporting = command("export", _export, "one of them, as a file", "id")
    exporting.add_argument("file", help=".md, .html, .json or .ipynb")
    exporting.add_argument("--reasoning", choices=("folded", "open", "plain", "none"), default="folded")
    forgetting = below.add_parser("forget", help="take one out for good, or --all")
    which = forgetting.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", help="its id, or the beginning of that")
    which.add_argument("--all", action="store_true", help="every conversation, also those that are pinned")
    forgetting.set_defaults(run=_forget)
    command("pin", _pin, "keep one when the history becomes too large", "id")
    command("unpin", _unpin, "let it go with the oldest", "id")


def _list(arguments: argparse.Namespace) -> int:
    out = Out(sys.stdout)
    found = history.list(arguments.most)
    for kept in found:
        out.print(_line(kept))
    if not found:
        Out(sys.stderr).print("Nothing has been kept yet.")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    out = Out(sys.stdout)
    found = history.search(" ".join(arguments.words), arguments.most)
    for each in found:
        out.print(f"{each.chat}  {each.kind:<9}  {each.text}")
    return 0 if found else 1


def _show(arguments: argparse.Namespace) -> int:
    conversation = history.load(arguments.id)
    Out(sys.stdout).print(conversation_markdown(conversation.turns, reasoning=arguments.reasoning), end="")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    history.export(arguments.id, arguments.file, arguments.reasoning)
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    out = Out(sys.stdout)
    if arguments.all:
        count = history.forget_all()
        out.print(f"{count} conversation{'' if count == 1 else 's'} forgotten.")
    else:
        out.print(f"Forgotten: {_line(history.forget(arguments.id))}")
    return 0


def _pin(arguments: argparse.Namespace) -> int:
    Out(sys.stdout).print(_line(history.pin(arguments.id)))
    return 0


def _unpin(arguments: argparse.Namespace) -> int:
    Out(sys.stdout).print(_line(history.unpin(arguments.id)))
    return 0


def _line(kept: Kept) -> str:
    title = kept.title if len(kept.title) <= SHOWN else f"{kept.title[: SHOWN - 1]}…"
    turns = f"{kept.turns} turn{'' if kept.turns == 1 else 's'}"
    also = [
        *([kept.name] if kept.name else []),
        *(["pinned"] if kept.is_pinned else []),
        *(["open"] if kept.is_open else []),
    ]
    remarks = f"  ({', '.join(also)})" if also else ""
    return f"{kept.id}  {kept.changed.astimezone():%Y-%m-%d %H:%M}  {turns:<9}  {title}{remarks}"
