"""A conversation as JSON: all of it, every version of every turn, to be read again with `Conversation.from_dict`."""

from __future__ import annotations

import json

from ..conversation import Conversation


def conversation_json(conversation: Conversation) -> str:
    """Pretty, in plain Unicode, with a line break at the end."""
    return json.dumps(conversation.to_dict(), ensure_ascii=False, indent=2) + "\n"
