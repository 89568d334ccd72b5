"""A reply while it is written: each drawn id is told once, in its order, with the text that it completes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from r1widget.conversation.alternatives import Alternative
from r1widget.engines import Delta, Request, Score
from r1widget.engines.decode.reply import Reply
from r1widget.engines.decode.thinking import Thinking
from r1widget.engines.text.closing import ThinkingTokens
from r1widget.engines.text.decoding import Decoder
from r1widget.engines.text.tokens import Tokens, load_tokenizer
from r1widget.reasoning import ReasoningSplitter
from tests import tiny


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("tokenizer")
    tiny.tokenizer_file(folder)
    return load_tokenizer(folder, "tiny")


def told(tokenizer: Any, ids: Sequence[int], *, room: int = 100) -> list[Delta]:
    """What comes of ids that a model draws, when nobody steers."""
    tokens = Tokens(tokenizer)
    thinking = Thinking(ReasoningSplitter(True), Request(messages=[]), room=room, closing=3)
    reply = Reply(Decoder(tokens.backend), thinking, ThinkingTokens(tokens), stops=frozenset(), room=room)
    found: list[Delta] = []
    for id in ids:
        assert not reply.due()
        reply.feed(id, Score(id, -1.0, 0.0))
        found += reply.deltas()
    reply.due()
    reply.end("stop")
    return [*found, *reply.deltas()]


def test_ids_without_a_text_are_told_and_counted(tokenizer: Any) -> None:
    """Many models have more rows than their tokenizer has tokens."""
    word = Tokens(tokenizer).encode("fox")
    unknown = len(tokenizer)
    for ids in ([unknown] * 5, [*word, unknown, unknown], [unknown, *word, unknown]):
        deltas = told(tokenizer, ids, room=len(ids))
        assert [id for delta in deltas for id in delta.ids] == ids
        assert [score.id for delta in deltas for score in delta.scores] == ids
        assert sum(delta.tokens for delta in deltas) == len(ids)
        assert "".join(delta.text for delta in deltas) == ("fox" if word[0] in ids else "")
        assert deltas[-1].finish_reason == "length"


def test_a_character_that_stays_broken_comes_out_at_the_end(tokenizer: Any) -> None:
    ids = Tokens(tokenizer).encode("🙂")[:-1]
    *_, said, end = told(tokenizer, ids)
    assert (said.text, list(said.ids), said.tokens) == ("\N{REPLACEMENT CHARACTER}", ids, len(ids))
    assert end.finish_reason == "stop"


def test_alternatives_have_their_texts_and_what_they_would_do(tokenizer: Any) -> None:
    tokens = Tokens(tokenizer)
    fox, (*half, _) = tokens.encode("fox")[0], tokens.encode("🙂")
    close = tokens.control["</think>"]
    stop, other = [id for name, id in tokens.control.items() if "think" not in name][:2]
    thinking = Thinking(ReasoningSplitter(True), Request(messages=[]), room=100, closing=3)
    words = ThinkingTokens(tokens)
    reply = Reply(Decoder(tokens.backend), thinking, words, stops={stop}, controls=tokens.control_ids, room=100)
    ids = (fox, close, stop, other, half[0])
    found = Score(fox, -1.0, 0.0, tuple(Alternative(id, -1.0) for id in ids))

    def alternatives(id: int) -> list[tuple[str, str]]:
        reply.feed(id, found)
        reply.end("cancelled") if id == half[0] else None
        return [
            (one.text, one.role) for delta in reply.deltas() for score in delta.scores for one in score.alternatives
        ]

    (fox_, *roles) = alternatives(fox)
    assert fox_ == (tokens.backend.decode([fox]), "text")
    assert [role for _, role in roles] == ["closes", "ends", "control", "part"]
    assert roles[0][0] == "</think>" and roles[-1][0] == ""
    assert [role for _, role in alternatives(close)][1] == "closes"
    assert [role for _, role in alternatives(fox)][1] == "control", "there is no thought to end any more"


def test_within_a_character_there_is_nothing_to_go_on_behind(tokenizer: Any) -> None:
    tokens = Tokens(tokenizer)
    smile, fox = tokens.encode("🙂"), tokens.encode("fox")[0]
    thinking = Thinking(ReasoningSplitter(True), Request(messages=[]), room=100, closing=3)
    reply = Reply(Decoder(tokens.backend), thinking, ThinkingTokens(tokens), stops=frozenset(), room=100)
    for id in smile:
        reply.feed(id, Score(id, -1.0, 0.0, (Alternative(fox, -1.0),)))
    (delta,) = reply.deltas()
    roles = [score.alternatives[0].role for score in delta.scores]
    assert delta.text == "🙂" and roles == ["text", *["part"] * (len(smile) - 1)]
