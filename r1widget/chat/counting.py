"""`count_all`: what is known of the turns of a conversation that was read again is counted, on a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ..conversation import Conversation
from ..conversation.turn import Turn

logger = logging.getLogger("r1widget")


def count_all(conversation: Conversation, tell: Callable[[Turn], object]) -> threading.Thread:
    """The newest turns first, which a person sees first; `tell` is called of each of which something is known. It ends with the
    conversation."""
    thread = threading.Thread(target=_count, args=(conversation, tell), name="r1widget-count", daemon=True)
    thread.start()
    return thread


def _count(conversation: Conversation, tell: Callable[[Turn], object]) -> None:
    for turn in reversed(conversation.all_turns):
        if turn not in conversation:
            return
        try:
            is_news = not turn.is_read and bool(turn.findings)
            for known in (turn.check, turn.answer_trace):
                if known is not None and not known.is_counted:
                    known.count()
                    is_news = True
        except Exception:  # of one turn: the others are counted all the same
            logger.exception("a turn can't be checked")
            continue
        if is_news:
            tell(turn)
