"""Turns as one page of HTML that stands alone: nothing is loaded, and no script runs but the page's own, by its hash."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from ..conversation.turn import Turn
from .html import notes_html, turn_html
from .markdown import Notes, Reasoning, check_notes, check_reasoning
from .parse import tidy
from .provenance import number

LISTED = 4
"""Questions from which on a page begins with a list of them."""


def conversation_html(
    turns: Iterable[Turn], *, reasoning: Reasoning = "folded", title: str = "", notes: Notes = "beside"
) -> str:
    """The whole page; its title is the first question unless another is given. `notes`: see markdown.py."""
    check_reasoning(reasoning)
    check_notes(notes)
    turns = list(turns)
    name = title or title_of(turns)
    style, script = _asset("page.css"), _asset("page.js")
    articles = "\n".join(turn_html(turn, reasoning=reasoning, number=at) for at, turn in enumerate(turns, 1))
    if notes == "table" and (table := notes_html(turns, reasoning)):
        articles = f"{articles}\n{table}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(name)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_head(turns, title)}{_questions(turns)}<main>\n{articles}\n</main>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def title_of(turns: Sequence[Turn]) -> str:
    """The first question, as far as a window's title shows it."""
    return (_short(turns[0].question) if turns else "") or "Conversation"


def policy(script: str) -> str:
    """Nothing is loaded or sent, and of scripts only this one runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        "default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _head(turns: Sequence[Turn], title: str) -> str:
    """What the page is, and its controls, which its script shows."""
    count = f"{len(turns):,} question{'' if len(turns) == 1 else 's'}"
    day = re.match(r"\d{4}-\d\d-\d\d", str(turns[0].created)) if turns else None
    return (
        f'<header class="head"><h1>{escape(title or "Conversation")}</h1>\n'
        f"<span>{count}{f' · {day[0]}' if day else ''}</span>\n"
        '<div class="controls" hidden><button type="button" class="unfold">Unfold all</button>'
        '<button type="button" class="fold">Fold all</button>'
        '<label><input type="checkbox" id="as-shown"> Print folds as they are</label></div>\n</header>\n'
    )


def _questions(turns: Sequence[Turn]) -> str:
    """The list of the questions, for a page that is long."""
    if len(turns) < LISTED:
        return ""
    items = []
    for at, turn in enumerate(turns, 1):
        version = f" <span>({escape(number(turn).lower())})</span>" if number(turn) else ""
        items.append(f'<li><a href="#turn-{at}" dir="auto">{escape(_short(turn.question) or "…")}</a>{version}</li>')
    listed = "\n".join(items)
    return (
        '<nav class="questions" aria-labelledby="questions"><h2 id="questions">Questions</h2>\n'
        f"<ol>\n{listed}\n</ol></nav>\n"
    )


def _short(question: str) -> str:
    """The beginning of a question, on one line."""
    line = " ".join(tidy(question).split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


@cache
def _asset(name: str) -> str:
    return "\n" + (Path(__file__).with_name(name)).read_text("utf-8")
