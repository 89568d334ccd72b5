"""A widget on a GGUF file: it answers, and says what it is made of; where the file is broken a sentence stands there, and the chat
goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.conversation.turn import Turn
from r1widget.jupyter.describing import described
from tests import ggufs
from tests.engines.remote.servers.gguf_of_pocket import write_gguf
from tests.page import hear, say

QUESTION = "What is 17 × 24?"
PATIENCE = 60


def write(file: Path, kind: str = "Q8_0") -> Path:
    write_gguf(file, kind)
    return file


@pytest.mark.parametrize(
    ("kind", "why"),
    [("Q4_0", "its file has it so"), ("Q5_0", "its file has it so; Q5_0 in 8 bits")],
    ids=["as it lies", "through 8 bits"],
)
def test_it_answers_and_says_of_what_file_it_is(tmp_path: Path, kind: str, why: str) -> None:
    chat = ChatWidget(write(tmp_path / f"Sums-{kind}.gguf", kind), keep=False)
    before = chat.engine_status
    assert (before["state"], before["about"]["title"], before["about"]["file_type"]) == ("idle", f"Sums · {kind}", kind)
    turn = chat.ask(QUESTION, temperature=0)
    assert "408" in (turn.answer or "") and turn.reasoning, turn.error
    came = {name: value for name, value in before["about"].items() if name != "seconds"}
    assert chat.engine_status == {**before, "state": "ready", "about": came}, "as it was said before it was loaded"

    about = described(chat.chat, "c")["about"]
    said = {
        "model": f"Sums · {kind}",
        "file": f"Sums-{kind}.gguf",
        "quantization": kind,
        "file_types": kind,
        "quantization_why": why,
    }
    assert about.items() >= said.items() and about["weights_hash"]
    record = {**turn.record, "versions": about["versions"]}  # beside which the record has our own
    assert record.items() >= about.items()
    assert str(tmp_path) not in json.dumps([about, turn.record, chat.engine_status])
    chat.close()


def cut(file: Path, length: int) -> None:
    """What is left of a download that ended early."""
    file.write_bytes(write(file).read_bytes()[:length])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda file: cut(file, 0), "is empty"),
        (lambda file: cut(file, 2_000), "is cut off in its header"),
        (lambda file: cut(file, -1_000), "is damaged, or was only half downloaded"),
        (lambda file: file.write_text("<html>Not found</html>" * 9), "doesn't begin as one does"),
        (lambda file: ggufs.model(file, metadata={"general.architecture": "gemma3"}), "of the kind gemma3"),
    ],
    ids=["empty", "header", "weights", "a page", "architecture"],
)
def test_what_cannot_be_read_is_a_sentence_however_often_it_is_asked(
    tmp_path: Path, spoil: Callable[[Path], object], why: str
) -> None:
    file = tmp_path / "Sums.gguf"
    spoil(file)
    chat = ChatWidget(file, keep=False)
    assert chat.engine_status["state"] == "idle", "whoever asks nothing hears of nothing"
    for _ in range(2):
        turn = page_asks(chat)
        assert turn.finish_reason == "error" and not turn.answer and turn.error is not None
        assert why in turn.error and "Sums.gguf" in turn.error and str(tmp_path) not in turn.error
        assert "Traceback" not in turn.error and "\n" not in turn.error
        assert (chat.engine_status["state"], chat.engine_status["text"]) == ("failed", turn.error)
    chat.close()


def test_a_chat_goes_on_when_its_file_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "Sums.gguf"
    cut(file, -1_000)
    chat = ChatWidget(file, keep=False, settings={"temperature": 0})
    failed = page_asks(chat)
    assert failed.finish_reason == "error"
    write(file)
    turn = chat.regenerate(failed)
    assert turn.wait(PATIENCE) and "408" in (turn.answer or ""), turn.error
    assert chat.engine_status["state"] == "ready" and chat.turns == (turn,)
    chat.close()


def page_asks(chat: ChatWidget) -> Turn:
    """The turn that comes of the page's question."""
    sent: list[dict[str, Any]] = []
    hear(chat, sent.append)
    say(chat, {"type": "ask", "id": "c", "text": QUESTION})
    assert [message["type"] for message in sent if message.get("id") == "c"] == ["ack", "done"]
    turn = chat.turns[-1]
    assert turn.wait(PATIENCE)
    return turn
