"""Where the model hesitated, as a page asks for it; and a version behind another token."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from r1widget import ChatWidget
from r1widget.conversation.turn import Turn
from r1widget.jupyter import protocol_checks
from r1widget.testing import ScriptedEngine
from tests.jupyter.test_commands import PATIENCE, Sent, page_says
from tests.page import hear

EXAMPLES = json.loads((Path(__file__).parents[1] / "wire" / "checks.json").read_text("utf-8"))["messages"]


@pytest.fixture(scope="module")
def chat() -> Iterator[ChatWidget]:
    chat = ChatWidget("pocket", keep=False, settings={"seed": 3, "temperature": 1.0})
    chat.ask("What is 9 + 8 × 7?")
    yield chat
    chat.close()


def asked(chat: ChatWidget, **message: Any) -> tuple[list[str], dict[str, Any]]:
    """What comes, and the answer among it."""
    sent = Sent()
    hear(chat, sent.append)
    page_says(chat, **message)
    types = sent.outcome()
    answer = [each for each in sent.messages if each["type"] not in ("ack", "done")]
    return types, answer[-1]


def fork(chat: ChatWidget, token: dict[str, Any], which: dict[str, Any]) -> Turn:
    turn = chat.conversation.all_turns[0]
    types, _ = asked(chat, type="fork_token", turn=turn.id, index=token["index"], token=which["id"], text=which["text"])
    assert types[-1] == "done"
    made = chat.turns[-1]
    assert made.wait(PATIENCE)
    return made


def test_the_answer_has_what_the_examples_have(chat: ChatWidget) -> None:
    turn = chat.conversation.all_turns[0]
    types, answer = asked(chat, type="scores", turn=turn.id)
    assert types == ["ack", "scored", "done"]
    assert (answer["id"], answer["turn"], answer["total"]) == ("c", turn.id, len(turn.scores))
    example = next(each for each in EXAMPLES if each["type"] == "scored" and each["tokens"])
    assert answer.keys() == example.keys() and answer["tokens"][0].keys() == example["tokens"][0].keys()
    (token,) = answer["tokens"]
    assert (token["kind"], token["start"], token["end"]) == (
        "reasoning",
        len(turn.text("reasoning")),
        len(turn.text("reasoning")),
    )
    assert [(one["text"], one.get("role")) for one in token["alternatives"][:2]] == [
        ("</think>", "closes"),
        ("Wait", None),
    ]
    assert token["probability"] == pytest.approx(math.exp(turn.scores[token["index"]].logprob), abs=1e-5)
    known = get_type_hints(protocol_checks.TokenAlternative, include_extras=True)
    roles = set(get_args(get_args(known["role"])[0]))
    assert {one["role"] for one in token["alternatives"] if "role" in one} <= roles
    json.dumps(answer, allow_nan=False)


def test_a_press_goes_on_with_another_token(chat: ChatWidget) -> None:
    _, answer = asked(chat, type="scores", turn=chat.conversation.all_turns[0].id)
    (token,) = answer["tokens"]
    closes, wait = token["alternatives"][:2]
    assert fork(chat, token, wait).reasoning.count("Wait") == 1
    assert fork(chat, token, closes).thinking_ended_by == "user"


def test_what_has_no_probabilities_says_why() -> None:
    chat = ChatWidget(ScriptedEngine("a thought</think>an answer"))
    turn = chat.ask("q")
    types, answer = asked(chat, type="scores", turn=turn.id)
    assert types == ["ack", "scored", "done"]
    assert (answer["total"], answer["tokens"]) == (0, []) and answer["why"].endswith(".")
    chat.close()


@pytest.mark.parametrize(
    "changes", [{"index": "1"}, {"token": None}, {"text": 3}, {"index": 10_000}, {"index": -1}], ids=str
)
def test_what_can_not_be_is_refused(chat: ChatWidget, changes: dict[str, Any]) -> None:
    turn = chat.conversation.all_turns[0]
    before = len(chat.conversation.all_turns)
    types, answer = asked(
        chat, **{"type": "fork_token", "turn": turn.id, "index": 0, "token": -1, "text": "x", **changes}
    )
    assert types == ["ack", "refused"] and answer["text"].endswith(".")
    assert len(chat.conversation.all_turns) == before
