"""A widget's page, at the other end of the widget's comm: what it is told, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets


def hear(widget: ipywidgets.Widget, tell: Callable[[dict[str, Any]], object]) -> None:
    """From now on, each message of ours to the widget's page comes here."""

    def send(data: dict[str, Any], metadata: object = None, buffers: object = None) -> None:
        if data["method"] == "custom":  # not a trait
            tell(data["content"])

    widget.comm.send = send


def say(widget: ipywidgets.Widget, content: object) -> None:
    """A message of the page has come in."""
    widget.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
