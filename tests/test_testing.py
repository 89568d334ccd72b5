"""`ScriptedEngine`, the test double that is shipped: what tests of others may rely on."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget import Chat
from r1widget.engines import ALL, Capabilities, Delta, Engine, Pace, Prefill, Request, load
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine, cut

TEXT = "Two and two…\n\nSo </think>It is **4**. 思考 🧮"


def _run(engine: Engine, request: Request | None = None, stop: threading.Event | None = None) -> list[Delta]:
    return list(engine.stream(request or Request(messages=[]), stop or threading.Event()))


def test_it_is_an_engine() -> None:
    engine = ScriptedEngine(TEXT, name="mine")
    assert isinstance(engine, Engine)
    assert load(engine) is engine
    assert engine.describe() == {"engine": "scripted", "model": "mine"}


@pytest.mark.parametrize("opens", [True, False])
def test_a_stream(opens: bool) -> None:
    engine = ScriptedEngine(TEXT, opens_thinking=opens)
    request = Request(messages=[{"role": "user", "content": "2 + 2?"}], settings=Settings(seed=5))
    first, *deltas, last = _run(engine, request)
    assert first.prompt is not None
    assert (first.text, first.prompt.opens_thinking, first.prompt.seed) == ("", opens, 5)
    assert last == Delta(finish_reason="stop")
    assert "".join(delta.text for delta in deltas) == TEXT
    assert all((delta.kind, delta.tokens, delta.finish_reason) == ("raw", 1, None) for delta in deltas)
    assert engine.requests == [request]
    assert _run(engine)[1:] == [*deltas, last]


def test_pieces_are_taken_as_they_are() -> None:
    pieces = ["a", "", "</thi", "nk>", "b"]
    assert [delta.text for delta in _run(ScriptedEngine(pieces))[1:-1]] == pieces
    assert len(_run(ScriptedEngine(""))) == 2


@given(text=st.text())
def test_cutting_loses_nothing(text: str) -> None:
    assert "".join(cut(text)) == text
    assert all(1 <= len(piece) <= 6 or set(piece) == {"\n"} for piece in cut(text))


def test_it_stops_at_the_most_tokens() -> None:
    *_, before, last = deltas = _run(
        ScriptedEngine(["a", "b", "c"]), Request(messages=[], settings=Settings(max_tokens=2))
    )
    assert len(deltas) == 4
    assert before.text == "b"
    assert last == Delta(finish_reason="length")
    assert (
        _run(ScriptedEngine(["a", "b"]), Request(messages=[], settings=Settings(max_tokens=2)))[-1].finish_reason
        == "stop"
    )


def test_it_stops_when_told_to() -> None:
    stop = threading.Event()
    deltas = []
    for delta in ScriptedEngine(["a", "b", "c"]).stream(Request(messages=[]), stop):
        deltas.append(delta)
        if delta.text == "b":
            stop.set()
    assert [delta.text for delta in deltas] == ["", "a", "b", ""]
    assert deltas[-1].finish_reason == "cancelled"


def test_it_raises_when_the_text_is_through() -> None:
    engine = ScriptedEngine(["a", "b"], raises=RuntimeError("broken"))
    stream = engine.stream(Request(messages=[]), threading.Event())
    assert [next(stream).text for _ in range(3)] == ["", "a", "b"]
    with pytest.raises(RuntimeError, match="broken"):
        next(stream)


def test_a_gate_lets_as_many_pieces_through_as_the_test_wants() -> None:
    gate, stop = threading.Semaphore(0), threading.Event()
    seen: list[str] = []
    arrived = threading.Semaphore(0)

    def read() -> None:
        for delta in ScriptedEngine(["a", "b", "c"], gate=gate).stream(Request(messages=[]), stop):
            seen.append(delta.text or str(delta.finish_reason))
            arrived.release()

    thread = threading.Thread(target=read)
    thread.start()
    assert arrived.acquire(timeout=60)
    for letter in ("a", "b"):
        assert not arrived.acquire(timeout=0.05)
        gate.release()
        assert arrived.acquire(timeout=60)
        assert seen[-1] == letter
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert seen == ["None", "a", "b", "cancelled"]


def test_it_keeps_its_pace_and_can_be_stopped_in_a_pause() -> None:
    start = time.perf_counter()
    _run(ScriptedEngine(["a"] * 5, tokens_per_second=50))
    assert time.perf_counter() - start >= 0.1
    stop = threading.Event()
    stream = ScriptedEngine(["a", "b"], tokens_per_second=0.01).stream(Request(messages=[]), stop)
    next(stream)
    threading.Timer(0.05, stop.set).start()
    assert next(stream).finish_reason == "cancelled"
    assert time.perf_counter() - start < 50


@pytest.mark.parametrize("pace", [0, -1])
def test_a_pace_that_cannot_be(pace: float) -> None:
    with pytest.raises(ValueError, match="Give a number above 0, or None"):
        ScriptedEngine("x", tokens_per_second=pace)


def test_it_waits_and_reads_before_it_writes_as_a_busy_engine_does() -> None:
    pace = Pace(tokens_per_second=14.0)
    engine = ScriptedEngine(["a"], waiting=[2, 0], reading=[(3, 9), (9, 9)], pace=pace)
    assert engine.pace is pace
    first, *between, text, _ = _run(engine)
    assert first.prompt is not None and first.prompt.tokens == 9
    assert between == [Delta(waiting=2), Delta(waiting=0), Delta(reading=(3, 9)), Delta(reading=(9, 9))]
    assert text.text == "a"
    assert ScriptedEngine("a").pace is None


def test_it_can_be_stopped_while_it_waits() -> None:
    gate, stop = threading.Semaphore(1), threading.Event()
    seen = []
    for delta in ScriptedEngine(["a"], waiting=[2, 1, 0], gate=gate).stream(Request(messages=[]), stop):
        seen.append(delta)
        if delta.waiting == 2:
            stop.set()
    assert seen[1:] == [Delta(waiting=2), Delta(finish_reason="cancelled")]


def _asked(**options: Any) -> Request:
    return Request(messages=[], **options)


def _is_set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def _told(engine: Engine, request: Request) -> list[tuple[str, str]]:
    return [(delta.origin, delta.text) for delta in _run(engine, request) if delta.text]


@pytest.mark.parametrize(("event", "origin"), [("answer_now", "person"), ("looping", "loop")])
def test_its_thinking_can_be_closed(event: str, origin: str) -> None:
    engine = ScriptedEngine(["So", "</think>", "Yes"])
    assert _told(engine, _asked(**{event: _is_set()})) == [(origin, "\n</think>\n\n"), ("model", "Yes")]
    assert _told(ScriptedEngine(["So"]), _asked(**{event: _is_set()})) == [(origin, "\n</think>\n\n")]


def test_it_has_a_budget() -> None:
    engine = ScriptedEngine(["a", "b", "c", "</think>", "Yes"])
    request = _asked(settings=Settings(thinking_budget=2))
    assert _told(engine, request) == [("model", "a"), ("model", "b"), ("budget", "\n</think>\n\n"), ("model", "Yes")]


@pytest.mark.parametrize(("before", "wait"), [("a.", "\n\nWait"), ("a.\n", "\nWait"), ("a.\n\n", "Wait"), ("", "Wait")])
def test_it_thinks_more_once(before: str, wait: str) -> None:
    event = _is_set()
    told = _told(ScriptedEngine([before, "</think>", "Yes"]), _asked(think_more=event))
    again = [("model", before)] if before else []
    assert told == [*again, ("think_more", wait), *again, ("model", "</think>"), ("model", "Yes")]
    assert not event.is_set()


def test_it_goes_on_behind_a_prefill() -> None:
    inside, behind = Prefill(reasoning="a"), Prefill(reasoning="a", answer="b")
    engine = ScriptedEngine(["So", "</think>", "Yes"])
    assert _told(engine, _asked(prefill=inside)) == [("model", "So"), ("model", "</think>"), ("model", "Yes")]
    assert _told(engine, _asked(prefill=behind)) == [("model", "Yes")]
    engine = ScriptedEngine(["So"], continuation=lambda request: f"on from {request.prefill.reasoning}")  # type: ignore[union-attr]
    for prefill in (inside, behind):
        assert "".join(text for _, text in _told(engine, _asked(prefill=prefill))) == "on from a"
    assert _told(engine, _asked()) == [("model", "So")]
    engine = ScriptedEngine("", continuation="c</think>d")
    assert "".join(text for _, text in _told(engine, _asked(prefill=inside))) == "c</think>d"
    assert all(not delta.ids for delta in _run(engine, _asked(prefill=inside)))


def test_its_capabilities() -> None:
    assert ScriptedEngine("").capabilities == ALL
    less = Capabilities({"continue": "No."})
    assert ScriptedEngine("", capabilities=less).capabilities is less


def test_others_come_in_turn() -> None:
    chat = Chat(ScriptedEngine("A</think>1", others=["B</think>2", "C</think>3"]), keep=False)
    assert [chat.ask("q").answer for _ in range(4)] == ["1", "2", "3", "1"]
