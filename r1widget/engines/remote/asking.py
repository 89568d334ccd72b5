"""`ask`: one question and its streamed reply. It tries again before the first token, never after. `names_of_models`."""

from __future__ import annotations

import asyncio
import email.utils
import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ...errors import RemoteError
from .background import Background
from .event_stream import DONE, EventStream, NotAnAnswer
from .refusals import broken_off, in_words, is_passing, status_of, without
from .reply import has_text
from .server import Server

if TYPE_CHECKING:
    from openai import AsyncOpenAI

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before asking again, where the server doesn't say how long it wants to be left alone."""
PATIENCE = 30.0
"""Seconds of such pauses, all in all: who waits sees nothing of them."""

Body = dict[str, Any]


async def ask(server: Server, body: Body, put: Callable[[Any], None], accepted: Callable[[Body], None]) -> None:
    """Put the reply's chunks, each as the server's JSON has it, and `DONE` where the server says that nothing is missing.
    `accepted` gets the body that the server took.

    A server that refuses a parameter it may do without is asked again without it. One that can't be reached, is busy
    (429) or fails (5xx) is asked again after a pause, as long as no text has come. Whatever stands at the end is raised
    as a `RemoteError`.
    """
    question = _Question(server, put, accepted)
    pauses, patience = list(PAUSES), PATIENCE
    async with server.client() as client:
        while (failure := await question.put_to(client, body)) is not None:
            changed = without(body, failure)
            if changed is not None and not question.answered:
                body = changed
                continue
            pause = _pause(failure) or (pauses[0] if pauses else PATIENCE)
            if question.answered or not pauses or not is_passing(failure) or pause > patience:
                problem = (broken_off if question.answered else in_words)(failure, server, str(body["model"]))
                failure = None  # it may quote the key, and tracebacks are shown with the variables of their frames
                raise problem
            patience -= pause
            pauses.pop(0)
            await asyncio.sleep(pause)


class _Question:
    """Puts the question once; remembers whether any of the answer has come."""

    def __init__(self, server: Server, put: Callable[[Any], None], accepted: Callable[[Body], None]) -> None:
        self.answered = False
        self._server = server
        self._put, self._accepted = put, accepted

    async def put_to(self, client: AsyncOpenAI, body: Body) -> Exception | None:
        """Ask and hand on the reply; what went wrong is returned, so that nothing is raised from within it."""
        from openai import AsyncStream

        try:
            stream = await client.post(
                "/chat/completions",
                body=body,
                cast_to=object,
                stream=True,
                stream_cls=AsyncStream[object],
                options=self._server.options,
            )
            async with stream:
                self._accepted(body)
                # The bytes themselves: the package goes by the header, and keeps the `[DONE]` to itself.
                events = EventStream()
                async for data in stream.response.aiter_bytes():
                    if self._take(events.feed(data)):
                        return None
                self._take(events.flush())
        except Exception as error:
            return error
        return None

    def _take(self, chunks: Iterable[Any]) -> bool:
        """Hand them on; whether that was all."""
        for chunk in chunks:
            if chunk is DONE:
                self._put(chunk)
                return True
            if not isinstance(chunk, dict):
                raise NotAnAnswer(json.dumps(chunk))
            if error := chunk.get("error") or (chunk if chunk.get("object") == "error" else None):
                raise NotAnAnswer(json.dumps(chunk), error=error)
            self.answered = self.answered or has_text(chunk)
            self._put(chunk)
        return False


def _pause(failure: Exception) -> float | None:
    """How many seconds the server asked to be left alone (RFC 9110, "Retry-After": seconds, or a date)."""
    response = getattr(failure, "response", None)
    text = response.headers.get("retry-after", "") if response is not None and status_of(failure) else ""
    try:
        return max(0.0, float(text))
    except ValueError:
        date = email.utils.parsedate_tz(text)
        return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None


def names_of_models(server: Server) -> list[str]:
    """What the server says it has (`GET /models`). Blocks; raises `RemoteError`."""

    async def work(put: Callable[[object], None]) -> None:
        failure: Exception | None = None
        try:
            async with server.client() as client:
                put(await client.get("/models", cast_to=object, options=server.options))
        except Exception as error:
            failure = error
        if failure is not None:
            problem, failure = in_words(failure, server, ""), None
            raise problem

    (listing,) = Background(work).read(threading.Event())
    models = listing.get("data") if isinstance(listing, dict) else None
    if not isinstance(models, list):
        raise RemoteError(f"The server doesn't say which models it has ({server.url}).", "Name one.")
    return [str(model["id"]) for model in models if isinstance(model, dict) and model.get("id")]
