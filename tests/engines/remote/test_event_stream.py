"""Bodies, whatever their header says and in whatever pieces they come."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.engines.remote.event_stream import DONE, EventStream, NotAnAnswer
from tests.engines.remote.servers.lasting import ask_of, sent_as, server
from tests.engines.remote.servers.loopback import Server, said

__all__ = ["server"]  # fixtures

PIECES = [said(content="4"), said(content="2."), said(finish="stop")]
WHOLE = {"choices": [{"message": {"content": "42."}, "finish_reason": "stop"}]}
EVENTS = "".join(f"data: {json.dumps(piece)}\n\n" for piece in PIECES)
BODIES = {
    "events": EVENTS + "data: [DONE]\n\n",
    "events behind white space and a mark": "\ufeff\n\n" + EVENTS,
    "events behind a comment": ": hello\n\n" + EVENTS,
    "events without empty lines": EVENTS.replace("\n\n", "\n"),
    "events without spaces": EVENTS.replace("data: ", "data:"),
    "events with names": EVENTS.replace("data: ", "event: chunk\nid: 7\ndata: "),
    "an event over several lines": EVENTS.replace(': "4"', ':\ndata: "4"'),
    "a whole answer": json.dumps(WHOLE),
    "a whole answer, pretty": "\n" + json.dumps(WHOLE, indent=2) + "\n",
    "an answer a line": "".join(f"{json.dumps(piece)}\n" for piece in PIECES),
}


@pytest.mark.parametrize(
    "kind", ["application/json", "text/event-stream", "text/html; charset=utf-8", "application/octet-stream"]
)
@pytest.mark.parametrize("body", BODIES)
def test_what_a_body_is_says_the_body(server: Server, kind: str, body: str) -> None:
    turn = ask_of(server, sent_as(kind, BODIES[body], cut=3))
    assert (turn.answer, turn.finish_reason, turn.error) == ("42.", "stop", None)


@pytest.mark.parametrize("body", BODIES)
@given(data=st.data())
def test_a_body_in_any_pieces(body: str, data: st.DataObject) -> None:
    raw = BODIES[body].encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=10)))
    incoming = EventStream()
    edges = [0, *cuts, len(raw)]
    values = [value for a, b in pairwise(edges) for value in incoming.feed(raw[a:b])]
    values += incoming.flush()
    whole = EventStream()
    assert values == [*whole.feed(raw), *whole.flush()]
    assert values[0] is not DONE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_event_that_is_an_error(end: str) -> None:
    incoming = EventStream()
    values = incoming.feed(f'data: {{"a": 1}}{end}{end}event: error{end}data: {{"message": "full"}}{end}{end}'.encode())
    assert next(values) == {"a": 1}, "what came before it is there"
    with pytest.raises(NotAnAnswer) as caught:
        next(values)
    assert caught.value.error == {"message": "full"}
