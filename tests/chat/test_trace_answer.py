"""Where in a thought the answer was decided: the model goes on from places that are found by bisection."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from r1widget import Chat, Turn
from r1widget.conversation.edits import end_of
from r1widget.engines import Capabilities, Request
from r1widget.engines.local import TransformersEngine
from r1widget.errors import CannotSteer, ConversationError, EngineError, SettingsError
from r1widget.testing import ScriptedEngine
from tests.chat.checked import PATIENCE, HeldEngine, chat_with, told, until
from tests.engines.remote.servers.loopback import Server, said, streaming
from tests.engines.remote.servers.patient import server
from tests.engines.scripted import engine, folder

__all__ = ["engine", "folder", "server"]  # fixtures

STEPS = 16
THOUGHT = "\n\n".join(f"Wait, number {number} is next." for number in range(STEPS))


def kept(request: Request) -> int | None:
    """How many steps the reply begins with."""
    return None if request.prefill is None else request.prefill.reasoning.count("Wait")


class Deciding(HeldEngine):
    """Its answer is 408 when it has thought `at` of its steps, and before that 409."""

    def __init__(self, at: int, **options: Any) -> None:
        def say(number: int, request: Request) -> str:
            steps = kept(request)
            rest = THOUGHT if steps is None else "\n\n".join(THOUGHT.split("\n\n")[steps:])
            return f"{rest}\n</think>\n\nIt is {408 if steps is None or steps >= at else 409}."

        super().__init__(say, **options)

    @property
    def places(self) -> list[int | None]:
        """Where it was asked to go on, once for each time that it went to another place."""
        found = [kept(request) for request in self.requests]
        return [place for number, place in enumerate(found) if number == 0 or place != found[number - 1]]


def test_it_is_found_by_bisection() -> None:
    engine = Deciding(at=10)
    chat = chat_with(engine)
    turn = chat.ask("q", seed=1, temperature=0.7)
    assert len(turn.steps) == STEPS
    heard = told(chat)
    trace = chat.trace_answer(turn, 3)
    assert engine.places == [None, 0, STEPS, 8, 12, 10, 9]
    assert (trace.decided, trace.turned) == (10, 9)
    assert turn.answer_trace is trace and not turn.under
    assert [boundary.step for boundary in trace.boundaries] == [0, 8, 9, 10, 12, STEPS]
    assert trace.counts == ((0, 3), (0, 3), (0, 3), (3, 0), (3, 0), (3, 0))
    assert str(trace) == "From step 10 of 16 on, all that follow end in 408. With step 10 most turned from 409 to 408."
    for boundary in trace.boundaries:
        assert boundary.at == (end_of(turn, boundary.step - 1) if boundary.step else 0)
        assert len({sample.seed for sample in boundary.samples}) == 3
        assert all(sample.reasoning.count("Wait") == STEPS - boundary.step for sample in boundary.samples)
    assert heard[0] == ("trace_answer", (0, 18)) and heard[-2:] == [("trace_answer", (18, 18)), ("over", None)]
    asked = len(engine.requests)
    assert chat.trace_answer(turn, 3) == trace and len(engine.requests) == asked, "it is known"


@pytest.mark.parametrize("at", range(STEPS + 1))
def test_wherever_it_is(at: int) -> None:
    chat = chat_with(Deciding(at))
    turn = chat.ask("q")
    trace = chat.trace_answer(turn, 1, tokens=10**6)
    assert (trace.decided, trace.turned) == (at, at - 1 if at else None)


def test_a_continuation_has_what_the_turns_limits_leave_it() -> None:
    engine = Deciding(at=10)
    chat = chat_with(engine)
    turn = chat.ask("q", max_tokens=1000, thinking_budget=300)
    length = turn.record["tokens"]["reasoning"] + turn.record["tokens"]["answer"]
    chat.trace_answer(turn, 1)
    for request in engine.requests[1:]:
        before = length * (kept(request) or 0) / STEPS
        assert request.settings.thinking_budget == pytest.approx(300 - before, abs=8)
        assert before + request.settings.max_tokens == pytest.approx(max(2 * length, before + 256), abs=8)
        assert request.messages == engine.requests[0].messages


def test_no_more_than_the_budget_is_spent_and_more_goes_on_from_it() -> None:
    engine = Deciding(at=10)
    chat = chat_with(engine)
    turn = chat.ask("q")
    length = turn.record["tokens"]["reasoning"] + turn.record["tokens"]["answer"]
    few = chat.trace_answer(turn, 1, tokens=length + 20)
    assert engine.places == [None, 0, STEPS] and few.tokens <= length + 20
    assert (few.decided, few.turned, few.turned_between) == (STEPS, None, (0, STEPS))
    more = chat.trace_answer(turn, 1, tokens=2 * length)
    assert engine.places == [None, 0, STEPS, 8, 12] and more.tokens <= 2 * length
    more = chat.trace_answer(turn, 2, tokens=100 * length)
    assert engine.places[5:] == [0, 8, 12, STEPS, 10, 9] and more.decided == 10
    assert all(len(boundary.samples) == 2 for boundary in more.boundaries)


def test_it_ends_where_nothing_differs() -> None:
    engine = Deciding(at=0)
    chat = chat_with(engine)
    turn = chat.ask("q")
    trace = chat.trace_answer(turn)
    assert engine.places == [None, 0, STEPS] and trace.decided == 0
    assert chat.foresee("trace_answer", turn, 4) == (0.0, 0)


def test_four_at_a_time_and_a_stop_keeps_what_is_there() -> None:
    engine = Deciding(10, holds=lambda number, request: kept(request) is not None)
    chat = chat_with(engine)
    turn = chat.ask("q")
    two = until(chat, lambda turn: turn.answer_trace is not None and len(turn.answer_trace.boundaries[0].samples) == 2)
    over = until(chat, lambda turn: not turn.under)
    chat.trace_answer(turn, 6, wait=False)
    assert engine.arrived.wait(PATIENCE) and engine.together == 4
    engine.gate.release(2)
    assert two.wait(PATIENCE)
    over.clear()
    chat.stop_check(turn, "trace_answer")
    assert over.wait(PATIENCE) and turn.answer_trace is not None
    assert [len(boundary.samples) for boundary in turn.answer_trace.boundaries] == [2, 0]
    assert str(turn.answer_trace).startswith("0 of 2 that follow the question alone end in 408.")
    engine.gate.release(1000)
    assert chat.trace_answer(turn, 6).decided == 10 and engine.most == 4


def test_both_at_once_and_a_question_beside_them() -> None:
    engine = Deciding(10, holds=lambda number, request: 0 < number < 5)
    chat = chat_with(engine)
    turn = chat.ask("q")
    chat.check(turn, wait=False)
    assert engine.arrived.wait(PATIENCE)
    chat.trace_answer(turn, 2, wait=False)
    assert {what: under.done for what, under in turn.under.items()} == {"check": 0, "trace_answer": 0}
    assert chat.ask("meanwhile").answer == "It is 408."
    chat.stop_check(turn, "check")
    assert chat.trace_answer(turn, 2).decided == 10
    assert turn.check is None


def test_what_can_not_be_is_refused_with_a_sentence() -> None:
    chat = chat_with(ScriptedEngine("An answer.", opens_thinking=False))
    with pytest.raises(ConversationError, match="has no thought"):
        chat.trace_answer(chat.ask("q"))
    chat = chat_with(ScriptedEngine("Only a thought"))
    turn = chat.ask("q")
    with pytest.raises(ConversationError, match="has no answer"):
        chat.trace_answer(turn)
    assert chat.foresee("trace_answer", turn, 4) == (0.0, 0)
    for tokens in (0, -1, 2.5, "many"):
        with pytest.raises(SettingsError, match="A budget"):
            chat.trace_answer(turn, tokens=tokens)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="can't be foreseen"):
        chat.foresee("note", turn)  # type: ignore[arg-type]


def test_a_model_that_can_not_go_on_from_a_text_says_so() -> None:
    reason = "A server can't."
    engine = ScriptedEngine("Hm</think>4", capabilities=Capabilities({"continue": reason}))
    chat = chat_with(engine)
    turn = chat.ask("q")
    for act in (chat.trace_answer, lambda turn: chat.foresee("trace_answer", turn)):
        with pytest.raises(CannotSteer, match=reason):
            act(turn)
    assert len(chat.check(turn, 2).samples) == 2, "which asks and no more"


def test_a_server_is_asked_again_and_does_not_go_on(server: Server) -> None:
    def say(value: int) -> Any:
        return streaming(said(reasoning_content="Hm."), said(content=f"It is {value}.", finish="stop"))

    server.respond = say(408)
    chat = Chat("the-model", base_url=server.url, keep=False)
    turn = chat.ask("q", seed=5)
    with pytest.raises(CannotSteer):
        chat.trace_answer(turn)
    server.respond = say(409)
    assert str(chat.check(turn)) == "4 of 5 end in 409"
    seeds = [body["seed"] for body in server.bodies]
    assert seeds[0] == 5 and len(set(seeds)) == 5
    assert chat.foresee("check", turn, 8).seconds is None, "nobody knows what it costs a server"
    chat.close()


def test_the_beginning_is_in_the_ids_that_the_model_wrote(engine: TransformersEngine) -> None:
    chat = chat_with(engine, settings={"max_tokens": 60, "thinking_budget": 40})
    turn = next(turn for seed in range(40) if (turn := chat.ask("one", seed=seed)).answer and turn.steps)
    asked: list[Request] = []

    class Listening(ScriptedEngine):
        def stream(self, request: Request, stop: threading.Event) -> Any:
            asked.append(request)
            return engine.stream(request, stop)

    chat.use(Listening(""))
    trace = chat.trace_answer(turn, 2, tokens=10**6)
    assert len(trace.boundaries) >= 2 and all(len(boundary.samples) == 2 for boundary in trace.boundaries)
    ids = turn.ids.all.ids
    longest = 0
    for request in asked:
        assert request.prefill is not None and request.prefill.ids == ids[: len(request.prefill.ids)]
        longest = max(longest, len(request.prefill.ids))
    assert longest > 20


def test_pocket_decides_where_it_has_reckoned() -> None:
    chat = Chat("pocket", keep=False)
    turn = chat.ask("What is 47 × 86?", seed=1)
    trace = chat.trace_answer(turn, 2, temperature=1.0)
    assert trace.boundaries[-1].step == len(turn.steps) and trace.answers[0] == re.findall(r"\d+", turn.answer)[-1]
    assert trace.decided is not None and str(trace).endswith(".")


def test_a_turn_of_the_history_is_looked_at_as_it_was(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = chat_with(Deciding(10), settings={"system": "Be brief."})
    chat.ask("before")
    turn = chat.ask("q", temperature=0.9, seed=3)
    seeds = {sample.seed for sample in chat.check(turn, 2).samples}
    chat.trace_answer(turn, 2)
    chat.export(tmp_path / "chat.json")
    again_engine = Deciding(10)
    again = Chat.load(tmp_path / "chat.json", again_engine, keep=False)
    loaded = again.turns[-1]
    assert loaded.check == turn.check and loaded.answer_trace == turn.answer_trace and not loaded.under
    assert again.trace_answer(loaded, 2).decided == 10 and not again_engine.requests, "all of it is there"
    check = again.check(loaded, 4)
    request = again_engine.requests[-1]
    assert [each["role"] for each in request.messages] == ["system", "user", "assistant", "user"]
    assert request.settings.temperature == 0.9
    assert {sample.seed for sample in check.samples} > seeds and len({each.seed for each in check.samples}) == 4


def test_an_engine_that_fails_while_it_goes_on() -> None:
    engine = Deciding(10)
    engine.raises = lambda number, request: MemoryError("none") if kept(request) == 8 else None
    chat = chat_with(engine)
    turn = chat.ask("q")
    with pytest.raises(EngineError, match="MemoryError"):
        chat.trace_answer(turn)
    assert isinstance(turn, Turn) and turn.answer_trace is not None
    assert [boundary.step for boundary in turn.answer_trace.boundaries] == [0, STEPS]
