"""Probabilities that a server sends: asked for, refused, laid along the text. No text is lost for them, whatever they are."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from r1widget import Chat
from r1widget.conversation.hesitation import hesitation
from r1widget.engines.remote.logprobs import Told
from r1widget.errors import CannotSteer
from tests.engines.remote.servers.lasting import ask, read, server
from tests.engines.remote.servers.loopback import Server, engine_for, refusing, run, said, streaming

__all__ = ["server"]  # fixtures


def entry(text: str | bytes, probability: float = 0.99, **others: float) -> dict[str, Any]:
    data = text.encode() if isinstance(text, str) else text
    top = [{"token": name, "logprob": math.log(share), "bytes": list(name.encode())} for name, share in others.items()]
    shown = data.decode("utf-8", "replace")
    return {"token": shown, "logprob": math.log(probability), "bytes": list(data), "top_logprobs": top}


def chunk(
    *entries: dict[str, Any], field: str = "content", text: str | None = None, under: str = "content"
) -> dict[str, Any]:
    whole = "".join(each["token"] for each in entries) if text is None else text
    found = said(**({field: whole} if whole else {}))
    found["choices"][0]["logprobs"] = {under: list(entries)}
    return found


def test_thought_and_answer_have_them(server: Server) -> None:
    turn = ask(
        server,
        chunk(entry("So "), field="reasoning_content"),
        chunk(
            entry("409", 0.4, **{"408": 0.5, "409": 0.4}),
            entry("."),
            field="reasoning_content",
            under="reasoning_content",
        ),
        chunk(entry("It is "), entry("408", 0.85, **{"408": 0.85})),
        said(content=".", finish="stop"),
    )
    assert (turn.reasoning, turn.answer) == ("So 409.", "It is 408.")
    assert [(score.kind, score.end, round(math.exp(score.logprob), 2)) for score in turn.scores] == [
        ("reasoning", 3, 0.99),
        ("reasoning", 6, 0.4),
        ("reasoning", 7, 0.99),
        ("answer", 6, 0.99),
        ("answer", 9, 0.85),
    ]
    found = hesitation(turn)
    assert [turn.text(each.kind)[each.start : each.end] for each in found.tokens] == ["409", "408"]
    assert [one.text for one in found.tokens[0].alternatives] == ["408", "409"]
    assert all(one.id == -1 for each in found.tokens for one in each.alternatives)
    assert turn.record["scores"]["answer"].keys() == {"mean_logprob"}
    assert "logprobs" not in turn.record["settings"]


@pytest.mark.parametrize(
    "said_", ["Unrecognized argument: logprobs", "top_logprobs is not supported with this model", "no", ""]
)
@pytest.mark.parametrize("status", [400, 422])
def test_who_refuses_them_is_asked_without_and_from_then_on_never(server: Server, said_: str, status: int) -> None:
    def respond(handler: Any, body: dict[str, Any]) -> None:
        refused = "logprobs" in body or "top_logprobs" in body
        (refusing(status, {"error": {"message": said_}}) if refused else streaming(said(content="4", finish="stop")))(
            handler, body
        )

    server.bodies.clear()
    server.respond = respond
    chat = Chat(
        f"{status} {said_}", base_url=server.url, keep=False
    )  # chats that name the same share what is known of it
    turns = [chat.ask("2 + 2?") for _ in range(2)]
    assert [turn.answer for turn in turns] == ["4", "4"] and [turn.error for turn in turns] == [None, None]
    assert ["logprobs" in body for body in server.bodies] == [True, False, False]
    assert hesitation(turns[0]).why == "The server gave no probabilities."


def test_a_server_can_not_go_on_behind_another_token(server: Server) -> None:
    server.respond = streaming(chunk(entry("4", 0.5, **{"5": 0.5})), said(finish="stop"))
    chat = Chat("the-model", base_url=server.url, keep=False)
    turn = chat.ask("2 + 2?")
    with pytest.raises(CannotSteer, match="can't go on from a text"):
        chat.fork_token(turn, 0, "5")
    assert chat.turns == (turn,)


def test_who_wants_none_asks_for_none(server: Server) -> None:
    server.bodies.clear()
    server.respond = streaming(said(content="4", finish="stop"))
    run(engine_for(server, logprobs=False))
    assert not {"logprobs", "top_logprobs"} & server.bodies[-1].keys()


def lay(*steps: tuple[list[dict[str, Any]], str]) -> list[tuple[str, int]]:
    """What becomes of chunks of entries and text: each piece, and how many tokens it has."""
    told, pieces = Told(), []
    for entries, text in steps:
        told.hear({"logprobs": {"content": entries}})
        laid = list(told.lay(text))
        assert "".join(piece for piece, _ in laid) == text
        pieces += [(piece, len(scores)) for piece, scores in laid]
    return pieces


def test_half_a_character_and_its_rest_are_in_one_place() -> None:
    smile = "🙂".encode()
    assert lay(([entry(smile[:2])], ""), ([entry(smile[2:]), entry("!")], "🙂!")) == [("🙂", 2), ("!", 1)]


def test_a_token_that_comes_in_two_texts() -> None:
    assert lay(([entry("Hello")], "He"), ([entry(" you")], "llo you")) == [("He", 0), ("llo", 1), (" you", 1)]


def test_what_the_server_took_out_of_the_text_is_left_out() -> None:
    step = [entry("."), entry("</think>"), entry("\n\nIt")]
    assert lay((step, "."), ([], "It")) == [(".", 1), ("It", 1)]
    assert lay(([entry("</think>")], ""), ([entry("It")], "It")) == [("It", 1)]


def test_a_text_without_its_tokens_stays_whole() -> None:
    assert lay(([], "It is"), ([entry("nonsense")], " 408"), ([entry(".")], ".")) == [
        ("It is", 0),
        (" 408", 0),
        (".", 1),
    ]


ODD: list[Any] = [
    None,
    [],
    {},
    "x",
    3,
    {"content": None},
    {"content": {}},
    {"content": [None, 3, "x", [], {}]},
    {"content": [{"token": 3, "logprob": -1}]},
    {"content": [{"token": "a", "logprob": "x"}]},
    {"content": [{"token": "a", "logprob": None}, {"token": "a", "logprob": True}]},
    {"content": [{"token": "a", "logprob": float("-inf"), "top_logprobs": [{"token": "b", "logprob": float("nan")}]}]},
    {"content": [{"token": "a", "logprob": -1, "bytes": [300, -1, "x"], "top_logprobs": "x"}]},
    {
        "content": [
            {"token": "a", "logprob": -1, "bytes": None, "top_logprobs": [None, {}, {"token": "\x00", "logprob": -1}]}
        ]
    },
    {"content": [{"token": "", "logprob": -1, "bytes": []}] * 50},
    {"content": [{"token": "a" * 100_000, "logprob": -1}]},
    {"tokens": ["a"], "token_logprobs": [-1.0], "top_logprobs": [{"a": -1.0}]},
    {"content": [{"token": "a", "logprob": 5, "id": "x"}, {"token": "b", "logprob": -9999.0, "id": 2**40}]},
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_whatever_comes_the_text_is_as_without(server: Server, odd: Any) -> None:
    def with_odd(**delta: Any) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": delta, "finish_reason": None, "logprobs": odd}]}

    turn = ask(
        server,
        with_odd(reasoning_content="a thought 🙂 a"),
        with_odd(content="ab a"),
        with_odd(content="b"),
        said(finish="stop"),
    )
    assert (turn.reasoning, turn.answer, turn.error) == ("a thought 🙂 a", "ab ab", None)


def test_half_a_character_is_no_trouble() -> None:
    """Which JSON can have."""
    told = Told()
    broken = {"token": "\ud83d", "logprob": -1, "top_logprobs": [{"token": "\ud83d", "logprob": -1}]}
    told.hear({"logprobs": {"content": [broken, entry("a")]}})
    assert "".join(piece for piece, _ in told.lay("\ud83da")) == "\ud83da"


def test_tags_in_the_text_are_the_thoughts(server: Server) -> None:
    turn = ask(
        server,
        *(chunk(entry(text, 0.5)) for text in ("<think>", "So", ".", "</think>", "4")),
        said(finish="stop"),
    )
    assert (turn.reasoning, turn.answer) == ("So.", "4")
    assert [(score.kind, score.end) for score in turn.scores] == [
        ("reasoning", 0),
        ("reasoning", 2),
        ("reasoning", 3),
        ("reasoning", 3),
        ("answer", 1),
    ]


def test_a_hundred_thousand_tokens_that_fit_nothing_are_forgotten() -> None:
    told = Told()
    told.hear({"logprobs": {"content": [entry("x")] * 100_000}})
    assert [*told.lay("y" * 10)] == [("y" * 10, ())]


@pytest.mark.parametrize("cut", range(1, 8))
def test_in_whatever_pieces_text_and_tokens_come(cut: int) -> None:
    tokens = [entry("Na"), entry("ïve "), *(entry(bytes([byte])) for byte in "答".encode()), entry("案. "), entry("🙂")]
    text = "Naïve 答案. 🙂"
    told = Told()
    pieces: list[Any] = []
    for at in itertools.count(0, cut):
        if at >= len(text) and at >= len(tokens):
            break
        told.hear({"logprobs": {"content": tokens[at : at + cut]}})
        pieces += told.lay(text[at : at + cut])
    assert "".join(piece for piece, _ in pieces) == text


def test_pieces_of_a_message_have_theirs() -> None:
    deltas = read({"content": "a"}, {"content": "b"})
    assert [delta.text for delta in deltas] == ["a", "b"], "and without them each piece is one delta"
