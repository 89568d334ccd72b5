"""`Chat`: a conversation without a widget; who listens to it; and widgets, which are views of one."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest

from r1widget import Chat, ChatWidget, Settings, Turn
from r1widget.chat import Listener
from r1widget.errors import ConversationError, ReadOnlyError
from r1widget.testing import ScriptedEngine
from tests.page import hear, say

PATIENCE = 20


def make(text: Any = "a thought</think>an answer", **options: Any) -> Chat:
    return Chat(ScriptedEngine(text, **options))


class Ears(Listener):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def turn_changed(self, turn: Turn) -> None:
        self.heard.append(turn.state)

    def text_added(self, turn: Turn, kind: str, at: int, text: str, origin: str) -> None:
        self.heard.append(f"{kind} {at}")

    def versions_added(self, versions: Any, moved: Any) -> None:
        self.heard.append(f"{len(versions)} versions")

    def branch_changed(self) -> None:
        self.heard.append("branch")

    def cleared(self) -> None:
        self.heard.append("cleared")

    def settings_changed(self, settings: Settings) -> None:
        self.heard.append(f"temperature {settings.temperature}")

    def status_changed(self, status: Any) -> None:
        self.heard.append(status["state"])

    def waiting_changed(self, waits: bool) -> None:
        self.heard.append(f"waits: {waits}")


def test_all_that_can_be_done_with_a_widget_can_be_done_without() -> None:
    chat = make()
    first = chat.ask("q", temperature=0.3)
    assert (first.reasoning, first.answer, first.record["settings"]["temperature"]) == ("a thought", "an answer", 0.3)
    edited = chat.edit_question(first, "another")
    assert chat.wait() and chat.turns == (edited,)
    assert len(chat.fork(edited, k=2)) == 2 and chat.wait()
    assert chat.compare(edited.siblings).groups
    chat.select(first)
    assert chat.turns == (first,) and "an answer" in chat.to_markdown() and chat._repr_markdown_()
    assert [message["role"] for message in chat.messages] == ["user", "assistant"]
    assert repr(chat) == "<Chat scripted, 1 turn>"
    chat.clear()
    assert chat.turns == () and chat.conversation.all_turns == ()
    with pytest.raises(ReadOnlyError):
        chat.conversation = Chat("pocket").conversation
    with pytest.raises(TypeError, match=r"chat\.conversation, which can"):
        copy.copy(chat)


def test_a_listener_hears_everything_in_order() -> None:
    chat, ears = make(), Ears()
    chat.listen(ears)
    turn = chat.ask("q")
    # It runs; what its prompt is; and nothing twice.
    begun = ["waits: True", "queued", "running", "running", "reasoning 0"]
    assert ears.heard[:5] == begun and chat.status["state"] == "ready" and ears.heard[-2:] == ["ended", "waits: False"]
    ears.heard.clear()
    chat.regenerate(turn).wait(PATIENCE)
    assert ears.heard[0] == "1 versions" and "queued" not in ears.heard and ears.heard[-1] == "ended"
    chat.generation.join()
    ears.heard.clear()
    chat.select(turn)
    chat.settings = {"temperature": 0.1}
    chat.clear()
    assert ears.heard == ["branch", "temperature 0.1", "cleared"]
    ears.heard.clear()
    chat.unlisten(ears)
    chat.unlisten(ears)
    chat.ask("q")
    assert ears.heard == []


def test_a_listener_that_fails_keeps_nothing_from_the_others(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Listener):
        def turn_changed(self, turn: Turn) -> None:
            raise RuntimeError("no page")

    chat, ears = make(), Ears()
    chat.listen(Broken())
    chat.listen(ears)
    told: list[Turn] = []
    chat.on("turn_ended", told.append)
    turn = chat.ask("q")
    assert "queued" in ears.heard and "ended" in ears.heard and told == [turn]
    assert "no page" in caplog.text


def test_two_widgets_show_one_chat() -> None:
    chat = make()
    one, two = ChatWidget(chat), ChatWidget(chat)
    assert one.chat is two.chat is chat
    sent: dict[ChatWidget, list[dict[str, Any]]] = {one: [], two: []}
    for widget, messages in sent.items():
        hear(widget, messages.append)
    say(two, {"type": "ask", "id": "c", "text": "q"})
    assert chat.wait(timeout=PATIENCE)
    texts, ends, answers = {}, {}, {}
    for widget, messages in sent.items():  # what is joined to one message, and what isn't, is a matter of time
        texts[widget] = "".join(message["text"] for message in messages if message["type"] == "delta")
        ends[widget] = [message["turn"] for message in messages if message["type"] == "turn"][-1]
        answers[widget] = [message["type"] for message in messages if message["type"] in ("ack", "done")]
    assert texts[one] == texts[two] == "a thoughtan answer" and ends[one] == ends[two] and ends[one]["state"] == "ended"
    assert (answers[one], answers[two]) == ([], ["ack", "done"]), "a command is answered where it came from"
    two.thinking_budget = 7
    assert chat.settings.thinking_budget == one.settings.thinking_budget == one.thinking_budget == 7
    chat.stop_loops = True
    assert chat.settings.stop_loops and one.stop_loops and two.stop_loops
    chat.settings = Settings()
    assert one.thinking_budget is two.thinking_budget is None
    one.close()
    assert two.ask("q again").answer == "an answer" and len(chat.turns) == 2


def test_a_widget_that_is_given_a_chat_takes_nothing_else_of_the_model() -> None:
    chat = make()
    with pytest.raises(TypeError, match="takes no quantization, api_key"):
        ChatWidget(chat, quantization="int4", api_key="k")
    assert ChatWidget(chat, settings={"temperature": 0.2}).settings.temperature == chat.settings.temperature == 0.2


def test_closing_a_widget_ends_the_chat_that_it_made_and_no_other() -> None:
    gate = threading.Semaphore(0)
    chat = make(["a"] * 5, gate=gate)
    widget = ChatWidget(chat)
    turn = widget.send("q")
    widget.close()
    assert turn.state != "ended"
    gate.release(9)
    assert turn.wait(PATIENCE) and turn.finish_reason == "stop"
    own = ChatWidget(ScriptedEngine(["a"] * 5, gate=threading.Semaphore(0)))
    turn = own.send("q")
    own.close()
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"


def test_a_turn_of_ones_own_can_be_asked_once() -> None:
    chat, turn = make(), Turn("q")
    turn.record["from"] = "me"
    assert chat.ask(turn) is turn and turn.record["from"] == "me" and turn.answer == "an answer"
    with pytest.raises(ConversationError, match="has been asked"):
        chat.send(turn)
    with pytest.raises(ConversationError, match="has been asked"):
        make().send(turn)
    assert len(chat.turns) == 1 and turn.finish_reason == "stop"


def test_the_built_in_model_is_called_by_its_name_in_records_and_sentences() -> None:
    """Chats share it by its folder, which is called "model"."""
    chat = Chat("pocket")
    turn = chat.ask("What is 1 + 1?", max_tokens=3)
    assert turn.record["model"] == "pocket" == getattr(chat.generation.engine, "name", None)
    chat.close()
