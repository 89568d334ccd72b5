"""`Exchange`: one request to a server and its streamed reply, read in a thread of its own so that silence can be stopped."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import socket
import threading
from typing import Any

import httpx

from ..errors import RemoteError
from .sse import Events

CONNECT = 10.0
"""Seconds to reach the server."""
_OPTIONAL = ("stream_options", "seed", "top_p", "temperature")
_LONGEST = 500


class Exchange:
    """Sends a body to `{url}/chat/completions`; what comes is put on `items`.

    Each item is a chunk of the reply as the server's JSON has it; the last is None, or the `RemoteError` that ended it.
    `close` may be called from any thread at any time.
    """

    def __init__(self, url: str, key: str | None, model: str, timeout: float) -> None:
        self.items: queue.SimpleQueue[dict[str, Any] | RemoteError | None] = queue.SimpleQueue()
        self._url, self._key, self._model = url, key, model
        self._timeout = httpx.Timeout(timeout, connect=min(CONNECT, timeout))
        self._closed = threading.Event()
        self._stream: Any = None  # httpcore's, of the connection in use
        self._lock = threading.Lock()

    def run(self, body: dict[str, Any]) -> None:
        """Do it all; never raises."""
        end: RemoteError | None = None
        try:
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            with httpx.Client(timeout=self._timeout, headers=headers) as client:
                self._ask(client, body)
        except RemoteError as error:
            end = error
        except httpx.TimeoutException:
            end = RemoteError(
                f"The server has been silent for too long ({self._url}).", "Ask again, or give a longer timeout."
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            end = RemoteError(
                f"The server can't be reached ({self._url}: {self._without_key(str(error))}).",
                "Check that it runs, and that base_url is right.",
            )
        except Exception as error:
            end = self._nonsense(f"{type(error).__name__}: {error}")
        self.items.put(end)

    def close(self) -> None:
        """End it now. A thread that waits for a silent server wakes up; one that still connects ends within seconds."""
        with self._lock:
            self._closed.set()
            self._hang_up()

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """What httpx does, as it does it: the connection must be known before the server has said anything."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._stream = info["return_value"]
                if self._closed.is_set():
                    self._hang_up()

    def _hang_up(self) -> None:
        """Shut the socket down: that wakes whoever reads from it, which closing it would not."""
        if self._stream is not None:
            with contextlib.suppress(Exception):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def _ask(self, client: httpx.Client, body: dict[str, Any]) -> None:
        """Ask; where the server refuses one of the parameters that it may do without, ask again without it."""
        while not self._closed.is_set():
            address, trace = f"{self._url}/chat/completions", {"trace": self._trace}
            with client.stream("POST", address, json=body, extensions=trace) as response:
                if response.is_success:
                    return self._receive(response)
                refusal = _message(response.read())
                changed = _without(body, refusal) if response.status_code in (400, 422) else None
                if changed is None:
                    raise self._refused(response.status_code, refusal)
            body = changed
        return None

    def _receive(self, response: httpx.Response) -> None:
        if "text/event-stream" not in response.headers.get("content-type", "text/event-stream"):
            response.read()  # a server that doesn't stream
            return self._take(response.text)
        events = Events()
        for chunk in response.iter_bytes():
            for data in events.feed(chunk):
                if data == "[DONE]" or self._closed.is_set():
                    return None
                self._take(data)
        for data in events.flush():
            if data != "[DONE]":
                self._take(data)
        return None

    def _take(self, data: str) -> None:
        try:
            item = json.loads(data)
        except ValueError:
            item = None
        if not isinstance(item, dict):
            raise self._nonsense(data)
        if item.get("error"):
            raise RemoteError(
                f"The server broke off: {self._without_key(_message(data.encode()))}.",
                "What it had written is kept; ask again.",
            )
        self.items.put(item)

    def _refused(self, status: int, message: str) -> RemoteError:
        remedy = {
            401: "Give its key: api_key=…, or the environment's R1WIDGET_API_KEY.",
            403: "The key doesn't allow this; ask who runs the server.",
            404: f"Check base_url (it often ends in /v1), and that the server has a model {self._model!r}.",
            429: "Wait a little and ask again.",
        }.get(
            status, "Look at its log, and ask again." if status >= 500 else "Check the model's name and the settings."
        )
        text = self._without_key(message)
        return RemoteError(f"The server refused with {status}{f': {text}' if text else ''}.", remedy)

    def _nonsense(self, text: str) -> RemoteError:
        shown = self._without_key(text)[:_LONGEST]
        return RemoteError(
            f"The server's answer isn't one: {shown}", "Check that base_url is an OpenAI-compatible server's."
        )

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "…") if self._key else text


def _message(content: bytes) -> str:
    """What a refusal says: OpenAI's `error.message`, FastAPI's `detail`, or the text itself."""
    text = content.decode("utf-8", "replace").strip()
    with contextlib.suppress(ValueError, AttributeError):
        data = json.loads(text)
        error = data.get("error") or data.get("detail") or data.get("message") or text
        text = str(error.get("message") or error) if isinstance(error, dict) else str(error)
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        text = "a web page"
    return text[:_LONGEST].rstrip(".")


def _without(body: dict[str, Any], refusal: str) -> dict[str, Any] | None:
    """The body without the parameter that the refusal names; None when it names none that can go."""
    if "max_completion_tokens" in refusal and "max_tokens" in body:
        return {("max_completion_tokens" if name == "max_tokens" else name): value for name, value in body.items()}
    for name in _OPTIONAL:
        if name in body and re.search(rf"\b{name}\b", refusal):
            return {key: value for key, value in body.items() if key != name}
    return None
