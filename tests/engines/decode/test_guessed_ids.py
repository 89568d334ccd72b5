"""Guesses change nothing of what the network reads: not where a closing comes, nor behind an edit."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Turn
from r1widget.engines.local import TransformersEngine
from tests import real
from tests.engines.steered import CLOSE, END, PROMPT, QUESTION, Written, folder, loaded, play, same

__all__ = ["folder", "loaded", "play"]  # fixtures

pytestmark = real.needed


def test_the_closing_itself_may_have_been_guessed(loaded: dict[bool, TransformersEngine], play: Any) -> None:
    """A guess that is right to its end leaves an id to be read: the one whose logits come next."""
    for guess in ([752, 198, CLOSE, 271], [752, 198, CLOSE, 271, 4416], [752, 271, 14190], [271, 14190], [752, 198]):
        for event in ("answer_now", "think_more"):
            texts = []
            for engine in loaded.values():
                flag = threading.Event()

                def wants(written: list[int], flag: threading.Event = flag) -> list[int]:
                    if len(written) == 1:
                        flag.set()
                    if 271 in written:
                        return [(4416, CLOSE, 4416, END)[min(3, len(written) - 1 - written.index(271))]]
                    return [(10061, 752, CLOSE)[len(written)] if len(written) < 3 else END]

                network = play(engine, wants)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(
                        "r1widget.engines.decode.speculation.Proposer.propose", lambda *_, guess=guess: list(guess)
                    )
                    written = Written(engine, Turn(QUESTION), events={event: flag})
                same(network, written, PROMPT)
                texts.append(written.ids)
            assert texts[0] == texts[1]


@pytest.mark.parametrize("temperature", [0, 0.6])
def test_guesses_change_nothing(loaded: dict[bool, TransformersEngine], temperature: float) -> None:
    """With weights, random as they are: closings by a budget, and what is written behind an edit."""
    replies = []
    for engine in loaded.values():
        turn = Written(engine, Turn(QUESTION), temperature=temperature, max_tokens=60, thinking_budget=20)
        assert turn.turn.answer
        made = versions.reasoning_edited(turn.turn, turn.turn.text("reasoning")[:-9] + "mine, mine, mine, mine")
        replies.append((turn.ids, Written(engine, made, temperature=temperature, max_tokens=60).ids))
    assert replies[0] == replies[1]
