"""A conversation as the widget itself, read-only, in one page of HTML: it folds, finds, compares and goes through versions as in a
notebook, and needs no kernel, no network and no other file.

The page's code is r1widget/static/standalone.js (js/src/standalone.ts). The conversation lies beside it as JSON; what the page may
do is in its policy, and that is to run this one script.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from ..assets import static
from ..conversation import Conversation
from ..conversation.turn import Turn
from .checks import without_thought
from .markdown import Reasoning, check_reasoning
from .page import policy, title_of
from .scored import scored
from .snapshot import snapshot

_MOST = 300
"""Tokens of each turn, the least probable ones: they take 100 kB at most."""
NO_SCRIPT = (
    "This page shows its conversation with a script of its own, and scripts are off here. "
    'chat.export("chat.html") writes a page without any.'
)
STYLE = """
:root { color-scheme: light dark }
@media screen and (prefers-color-scheme: dark) { :root { --jp-brand-color1: #4a9be8; --jp-content-link-color: #79b8ff;
  --jp-error-color1: #ff8a80; --jp-warn-color1: #ffa94d; --jp-mirror-editor-keyword-color: #c9a0e8;
  --jp-mirror-editor-string-color: #ff9d94; --jp-mirror-editor-number-color: #6fd3b0; --jp-mirror-editor-def-color: #8ab8ff;
  --jp-mirror-editor-builtin-color: #7cc7dd } }
body { margin: 0; background: Canvas; color: CanvasText; font: 1rem/1.6 system-ui, sans-serif }
main { margin: 0 auto; padding: 1rem; max-width: 860px }
h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media print { :root { color-scheme: light } main { padding: 0; max-width: none } }
""".strip()
"""The page is the view's host. Where that names no colour the view has one for light grounds; here are those for dark ones."""


def widget_html(
    conversation: Conversation, reasoning: Reasoning = "folded", turns: Sequence[Turn] | None = None
) -> str:
    """The whole page, of the whole tree or of `turns` alone. Thoughts are open where they aren't to be folded."""
    check_reasoning(reasoning)
    code = static("standalone.js").read_text("utf-8")
    title = escape(title_of(conversation.turns if turns is None else turns))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(code)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f'<main>\n<h1 dir="auto">{title}</h1>\n<noscript><p>{escape(NO_SCRIPT)}</p></noscript>\n<div id="chat"></div>\n</main>\n'
        f'<script type="application/json" id="conversation">{_data(conversation, reasoning, turns)}</script>\n'
        f"<script>{code}</script>\n</body>\n</html>\n"
    )


def _data(conversation: Conversation, reasoning: Reasoning, turns: Sequence[Turn] | None) -> str:
    """What js/src/archive reads. No text in it can end the element, nor begin another."""
    active = conversation.turns if turns is None else turns
    every = conversation.all_turns if turns is None else turns
    data = {
        "turns": [_archived(turn, reasoning) for turn in every],
        "scored": {turn.id: _scored(turn, reasoning) for turn in every},
        "active": active[-1].id if active else None,
        "model": next((str(turn.record["model"]) for turn in reversed(active) if turn.record.get("model")), ""),
        "unfold": "always" if reasoning in {"open", "plain"} else "auto",
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _scored(turn: Turn, reasoning: Reasoning) -> dict[str, Any]:
    """Where the model hesitated; nothing of a thought that isn't wanted."""
    found = scored(turn, _MOST)
    if reasoning == "none":
        found["tokens"] = [token for token in found["tokens"] if token["kind"] != "reasoning"]
    return found


def _archived(turn: Turn, reasoning: Reasoning) -> dict[str, Any]:
    """A turn as it will stay: what is being written is as far as it is, and no thought is there that isn't wanted."""
    whole = snapshot(turn)
    notes = list(whole.get("notes", ()))
    if turn.state != "ended":
        for name in ("opens_thinking", "waiting", "reading", "limits", "pace"):
            whole.pop(name, None)
        whole |= {"state": "ended", "finish_reason": "cancelled"}
        notes.append(
            f"It was still {'being written' if turn.state == 'running' else 'waiting'} when this file was made."
        )
    if reasoning == "none" and whole["text"]["reasoning"]:
        whole["text"]["reasoning"] = ""
        whole.pop("timeline", None)
        if checks := without_thought(whole.pop("checks", {})):
            whole["checks"] = checks
        if "others" in whole:
            whole["others"]["reasoning"] = []
        if whole.get("loop", {}).get("kind") == "reasoning":
            del whole["loop"]
        notes.append("The thought is left out of this file.")
    return {**whole, "notes": notes} if notes else whole
