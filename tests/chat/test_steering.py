"""The acts of steering, as a person calls them, over a scripted engine."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from r1widget import ChatWidget
from r1widget.conversation import Conversation
from r1widget.conversation.turn import Turn
from r1widget.engines import Capabilities
from r1widget.errors import CannotSteer, ConversationError, SettingsError
from r1widget.export import conversation_markdown
from r1widget.shell.console import follow
from r1widget.testing import ScriptedEngine
from tests.page import hear

PATIENCE = 60
SCRIPT = "So 17 × 24 = 408.\n\nWait, let me check.\n\nYes.\n</think>\n\nIt is 408."


def make(text: Any = SCRIPT, *, settings: dict[str, Any] | None = None, **options: Any) -> ChatWidget:
    return ChatWidget(ScriptedEngine(text, **options), settings=settings)


def done(turn: Turn) -> Turn:
    assert turn.wait(PATIENCE)
    assert turn.error is None
    return turn


@pytest.fixture
def thinking() -> Any:
    """A chat whose turn has thought a little, and the gate of its engine."""
    gate = threading.Semaphore(0)
    chat = make(gate=gate)
    turn = chat.send("17 × 24?")
    gate.release(3)
    while len(turn.reasoning) < 5:
        assert not turn.wait(0.001)
    return chat, turn, gate


def test_answer_now(thinking: Any) -> None:
    chat, turn, gate = thinking
    assert chat.answer_now() is turn
    gate.release(100)
    done(turn)
    assert turn.thinking_ended_by == "user"
    assert turn.answer == "It is 408."
    assert "check" not in turn.reasoning
    assert [(span.kind, span.origin) for span in turn.spans] == [
        ("reasoning", "model"),
        ("reasoning", "person"),
        ("answer", "person"),
        ("answer", "model"),
    ]
    assert turn.record["written_by_others"] == ["person"]
    assert chat.conversation.all_turns == (turn,), "it is the same turn"


def test_answer_now_after_a_stop(thinking: Any) -> None:
    chat, turn, gate = thinking
    chat.stop()
    done(turn)
    gate.release(100)
    answered = done(chat.answer_now(turn))
    assert answered.reasoning == turn.reasoning
    assert (answered.answer, answered.thinking_ended_by) == ("It is 408.", "user")
    assert chat.turns == (answered,)
    assert turn.siblings == (turn, answered)
    with pytest.raises(ConversationError, match="has its answer"):
        chat.answer_now(answered)


def test_a_thought_that_was_stopped_goes_on(thinking: Any) -> None:
    chat, turn, gate = thinking
    with pytest.raises(ConversationError, match="hasn't ended"):
        chat.resume()
    chat.stop()
    done(turn)
    before = turn.spans
    gate.release(100)
    made = done(chat.resume(temperature=0.1))
    assert made.text("reasoning").startswith(turn.text("reasoning") + "So 17"), "the script begins anew behind it"
    assert (made.answer, made.thinking_ended_by, made.finish_reason) == ("It is 408.", "model", "stop")
    assert {span.origin for span in made.spans} == {"model"} and made.record["written_by_others"] == []
    assert made.record["settings"]["temperature"] == 0.1
    assert (turn.spans, chat.turns, turn.siblings) == (before, (made,), (turn, made)), "nothing is overwritten"
    assert "Version 2 of 2: the thought had ended early, and went on." in chat.to_markdown()
    with pytest.raises(ConversationError, match="Regenerate it, let it think more"):
        chat.resume()


def test_an_answer_that_was_cut_off_goes_on_behind_its_thought() -> None:
    chat = make(["Hm.", "</think>", "\n\n", "It", " is", " 408."])
    turn = done(chat.ask("17 × 24?", max_tokens=4))
    assert (turn.finish_reason, turn.answer) == ("length", "It")
    made = done(chat.resume(turn))
    assert made.text("answer") == "\n\nIt\n\nIt is 408.", "the script begins anew behind it"
    assert (made.reasoning, made.thinking_ended_by) == ("Hm.", "model")
    assert "Version 2 of 2: the answer had ended early, and went on." in chat.to_markdown()


def test_a_turn_that_failed_goes_on_and_what_a_person_wrote_stays_theirs() -> None:
    engine = ScriptedEngine("So. </think>408", raises=RuntimeError("out of memory"))
    chat = ChatWidget(engine)
    turn = chat.ask("17 × 24?")
    edited = chat.edit_reasoning(turn, "So 17 × 20 = 340.")
    assert edited.wait(PATIENCE) and edited.finish_reason == "error"
    engine._raises = None
    made = done(chat.resume(edited))
    assert made.spans[0] == edited.spans[0] and edited.spans[0].origin == "person"
    assert made.answer == "408408"


def test_what_was_never_begun_is_asked_anew_by_any_engine() -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate, capabilities=Capabilities({"continue": "No beginning."}))
    chat.send("first")
    waits = chat.send("second")
    chat.stop()
    for turn in chat.turns:
        assert turn.wait(PATIENCE)
    gate.release(1000)
    made = done(chat.resume(waits))
    assert (made.question, made.answer) == ("second", "It is 408.")
    assert chat.turns[-1] is made and made.parent == waits.parent


def test_who_cannot_go_on_says_so() -> None:
    chat = make(capabilities=Capabilities({"continue": "No beginning."}))
    turn = done(chat.ask("17 × 24?", max_tokens=3))
    with pytest.raises(CannotSteer, match="No beginning"):
        chat.resume(turn)
    assert chat.turns == (turn,)


def test_a_turn_of_another_kernel_goes_on_here() -> None:
    """As it comes back from where it was kept: its text, and that its kernel ended."""
    chat = make(continuation=" check.\n</think>\n\n408")
    turn = Turn("17 × 24?")
    turn.append("reasoning", "Let me")
    chat.conversation.append(turn)
    turn.record = {"interrupted": "kernel"}
    turn.end("cancelled")
    made = done(chat.resume())
    assert (made.reasoning, made.answer, made.thinking_ended_by) == ("Let me check.", "408", "model")
    assert "interrupted" not in made.record and turn.interrupted == "kernel"


def test_answer_now_is_for_who_has_begun() -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate)
    with pytest.raises(ConversationError, match="no turn yet"):
        chat.answer_now()
    chat.send("first")
    second = chat.send("second")
    with pytest.raises(ConversationError, match="hasn't begun to think"):
        chat.answer_now(second)
    chat.stop()


def test_a_budget_of_the_widget_is_that_of_its_turns() -> None:
    chat = make(settings={"thinking_budget": 4})
    turn = done(chat.ask("17 × 24?"))
    assert turn.thinking_ended_by == "budget"
    assert turn.answer == "It is 408."
    chat.thinking_budget = None  # as a page does
    assert chat.settings.thinking_budget is None
    assert done(chat.ask("again")).thinking_ended_by == "model"
    assert done(chat.ask("once more", thinking_budget=0)).thinking_ended_by is None


def test_an_edited_thought_goes_on_from_the_edit() -> None:
    chat = make()
    turn = done(chat.ask("17 × 24?"))
    later = done(chat.ask("And then?"))
    edited = done(chat.edit_reasoning(turn, "So 17 × 24 = 418."))
    assert edited.text("reasoning").startswith("So 17 × 24 = 418.So 17"), "the script begins anew behind it"
    assert [span.text for span in edited.spans if span.origin == "person"] == ["418"]
    assert chat.turns == (edited,), "what followed the first version stays with it"
    assert chat.conversation.all_turns == (turn, later, edited)
    chat.select(turn)
    assert chat.turns == (turn, later)
    assert chat.versions(turn) == (turn, edited)
    request = chat.chat.generation.engine.requests[-1]  # type: ignore[union-attr]
    assert request.prefill is not None and request.prefill.answer is None
    assert edited.record["written_by_others"] == ["person"]


def test_an_edited_answer_and_an_edited_question() -> None:
    chat = make()
    turn = done(chat.ask("17 × 24?"))
    answer = done(chat.edit_answer(turn, "It is, as everybody knows,"))
    assert answer.reasoning == turn.reasoning
    assert answer.answer.startswith("It is, as everybody knows,")
    assert answer.thinking_ended_by == "model"
    assert chat.versions(turn, "answer") == (turn, answer)
    question = done(chat.edit_question(turn, "17 × 25?"))
    assert chat.turns == (question,)
    assert chat.versions(turn, "question") == (turn, question)
    with pytest.raises(ConversationError, match="nothing to ask"):
        chat.edit_question(turn, "  ")


def test_an_edit_stops_what_runs(thinking: Any) -> None:
    chat, turn, gate = thinking
    edited = chat.edit_reasoning(turn, "So")
    done(turn)
    assert turn.finish_reason == "cancelled"
    gate.release(100)
    assert done(edited).answer == "It is 408."


def test_continue_from_a_step() -> None:
    chat = make()
    turn = done(chat.ask("17 × 24?"))
    made = done(chat.continue_from(turn, 0))
    assert made.text("reasoning").startswith(turn.steps[0].text.rstrip())
    assert made.version is not None and made.version.part == "reasoning"
    assert {span.origin for span in made.spans} == {"model"}
    with pytest.raises(ConversationError, match="no step 9"):
        chat.continue_from(turn, 9)


def test_what_makes_several_turns_gives_all_of_them() -> None:
    chat = make()
    turn = done(chat.ask("17 × 24?"))
    again, fork = chat.regenerate(turn, n=3), chat.fork(turn, k=2)
    assert type(again) is type(fork) and [len(again), len(fork)] == [3, 2]
    assert again.wait(PATIENCE) and fork.wait(PATIENCE) and {*again} <= {*turn.siblings}
    assert repr(fork) == f"<2 turns: {fork[0]!r}, {fork[1]!r}>"
    with pytest.warns(DeprecationWarning, match=r"Take turns\[0\]\.answer"):
        assert again.answer == again[0].answer
    with pytest.raises(AttributeError, match="no_such"):
        again.no_such  # noqa: B018


def test_regenerate_and_fork() -> None:
    chat = make(settings={"seed": 7})
    turn = done(chat.ask("17 × 24?"))
    again = done(chat.regenerate())
    assert (again.question, again.answer) == (turn.question, turn.answer)
    first = chat.regenerate(turn, n=2)[0]
    assert len(turn.siblings) == 4
    fork = chat.fork(turn, 0, k=3)
    assert chat.turns == (fork[0],)
    for each in turn.siblings:
        done(each)
    forks = [each.version.fork for each in (first, *fork) if each.version]
    assert len(forks) == 4 and len(set(forks[1:])) == 1 and forks[0] != forks[1]
    seeds = [each.record["settings"]["seed"] for each in turn.siblings]
    assert len(set(seeds)) == len(seeds), "versions with one seed would be one version"
    chat.select(fork[2])
    assert chat.turns == (fork[2],)
    for number in (0, 17, True, 2.5):
        with pytest.raises(SettingsError, match="continuations can't be"):
            chat.fork(turn, 0, k=number)  # type: ignore[arg-type]


def test_a_fork_is_written_at_the_same_time() -> None:
    """Each continuation waits until all of them have begun."""
    together = threading.Barrier(3)

    class Engine(ScriptedEngine):
        def stream(self, request: Any, stop: threading.Event) -> Any:
            if request.prefill is not None:
                together.wait(PATIENCE)
            yield from super().stream(request, stop)

    chat = ChatWidget(Engine(SCRIPT))
    turn = done(chat.ask("17 × 24?"))
    for each in chat.fork(turn, 0, k=3):
        assert done(each).answer == "It is 408."


def test_one_of_a_fork_is_stopped() -> None:
    gate = threading.Semaphore(0)
    chat = make(gate=gate)
    gate.release(1000)
    turn = done(chat.ask("17 × 24?"))
    while gate.acquire(blocking=False):
        pass
    one, other = chat.fork(turn, 0, k=2)
    chat.stop(one)
    assert one.wait(PATIENCE) and one.finish_reason == "cancelled"
    assert not other.wait(0)
    gate.release(100)
    assert done(other).finish_reason == "stop"


def test_how_many_agree() -> None:
    chat = make()
    turn = done(chat.ask("17 × 24?"))
    fork = [done(each) for each in chat.fork(turn, 0, k=2)]
    agreement = chat.compare(fork[0])
    assert agreement.by == "value"
    assert [(group.value, group.members) for group in agreement.groups] == [("408", (0, 1))]


def test_thinking_more(thinking: Any) -> None:
    chat, turn, gate = thinking
    assert chat.think_more() is turn
    gate.release(200)
    done(turn)
    assert "Wait" in [span.text.strip() for span in turn.spans if span.origin == "think_more"]
    longer = done(chat.think_more(turn))
    assert longer is not turn
    assert longer.spans[-1].kind == "answer"


def test_a_loop_is_seen_and_can_end_a_thought() -> None:
    round_ = "But the exact value is not known, so I can't compute it.\n\n"
    text = "Let me see.\n\n" + 60 * round_ + "\n</think>\n\nI don't know."
    turn = done(make(text).ask("q"))
    assert turn.thinking_ended_by == "model"
    stopped = done(make(text, settings={"stop_loops": True}).ask("q"))
    assert stopped.thinking_ended_by == "loop"
    assert stopped.answer == "I don't know."
    assert stopped.reasoning.count("exact") < turn.reasoning.count("exact") / 2
    assert stopped.record["loop"]["kind"] == "reasoning"
    assert {span.origin for span in stopped.spans} == {"model", "loop"}


def test_a_loop_that_ends_an_answer_says_so_everywhere(capsys: pytest.CaptureFixture) -> None:
    """Nobody has stopped it, so nothing says "Stopped"."""
    round_ = "But the exact value is not known, so I can't compute it.\n\n"
    chat = make("Let me see.\n</think>\n\n" + 60 * round_, settings={"stop_loops": True})
    sent: list[dict[str, Any]] = []
    hear(chat, sent.append)
    turn = done(chat.ask("q"))
    assert turn.answer.count("exact") < 60
    assert (turn.finish_reason, turn.thinking_ended_by) == ("stop", "model")
    assert turn.record["finish_reason"] == "stop"
    assert (turn.record["loop"]["kind"], turn.record["loop"]["ended"]) == ("answer", True)
    told = [message["turn"] for message in sent if message["type"] == "turn"][-1]
    assert (told["finish_reason"], told["loop"]["ended"]) == ("stop", True)
    follow(chat, turn)
    said = {"terminal": capsys.readouterr().err, "markdown": chat.to_markdown()}
    again = Conversation.from_dict(chat.conversation.to_dict())
    said["stored"] = conversation_markdown(again.turns)
    for place, text in said.items():
        assert "Ended because it repeated itself" in text, place
        assert "Stopped" not in text, place
    plain = make("Let me see.\n</think>\n\n" + 60 * round_)
    assert "ended" not in done(plain.ask("q")).record["loop"]


def test_a_loop_that_a_person_stops_is_stopped() -> None:
    round_ = "But the exact value is not known, so I can't compute it.\n\n"
    gate = threading.Semaphore(0)
    chat = make("</think>\n\n" + 60 * round_, gate=gate)
    turn = chat.send("q")
    gate.release(500)
    while turn.loop is None:
        assert not turn.wait(0.001)
    chat.stop()
    assert turn.wait(PATIENCE) and turn.finish_reason == "cancelled"
    assert not turn.ended_by_loop


def test_what_an_engine_cannot_do_is_refused_with_its_reason() -> None:
    reason = "A server can't go on from a text."
    chat = make(capabilities=Capabilities({"continue": reason}))
    turn = done(chat.ask("17 × 24?"))
    assert chat.engine_status["cannot"] == {"continue": reason}
    for act in (
        lambda: chat.edit_reasoning(turn, "So"),
        lambda: chat.edit_answer(turn, "So"),
        lambda: chat.continue_from(turn, 0),
        lambda: chat.fork(turn, 0),
        lambda: chat.think_more(turn),
    ):
        with pytest.raises(CannotSteer, match=reason):
            act()
    assert chat.conversation.all_turns == (turn,), "nothing was made"
    assert done(chat.regenerate(turn)).answer == "It is 408.", "what needs nothing of the engine works"
    assert done(chat.edit_question(turn, "17 × 25?")).answer == "It is 408."
