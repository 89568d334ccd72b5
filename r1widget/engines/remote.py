"""`RemoteEngine`: a model behind an OpenAI-compatible server. The server owns prompt, template and sampling."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from ..errors import EngineError, RemoteError
from . import Delta, Prompt, Request
from .exchange import Exchange

REASONING = ("reasoning_content", "reasoning", "thinking")
"""Where servers put the thought: DeepSeek, SGLang, llama.cpp and older vLLM; OpenRouter and newer vLLM; Ollama."""
KEYS = ("R1WIDGET_API_KEY", "OPENAI_API_KEY")
_POLL = 0.05
_FINISH: dict[str, Literal["stop", "length"]] = {"length": "length", "max_tokens": "length"}


class RemoteEngine:
    """Streams from `POST {base_url}/chat/completions`.

    `api_key` defaults to the environment's `R1WIDGET_API_KEY` or `OPENAI_API_KEY`. It is in no description and in no
    error's text. `timeout` is the longest silence, in seconds, before the server counts as gone. `opens_thinking` is for
    servers that hand on the model's text as it is: whether their prompt opens the thinking, so that the text begins
    inside it and only `</think>` comes (R1 behind a server without a reasoning parser).

    Where a server names the thought itself, in any of the fields in use, what it says is taken and no tag is read.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str | None = None,
        timeout: float = 300.0,
        opens_thinking: bool = False,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RemoteError(f"{base_url!r} is no server's address.", 'It looks like "http://localhost:8000/v1".')
        if parts.username or parts.password:
            raise RemoteError("A server's address with a password in it would be shown.", "Give it as api_key.")
        self.name = model or "default"
        self._model = model
        self._url = base_url.rstrip("/")
        self._key = api_key or next((os.environ[name] for name in KEYS if os.environ.get(name)), None)
        self._timeout = timeout
        self._opens_thinking = opens_thinking

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        """Ask the server; `RemoteError` with its own words where it refuses. `answer_now` has no effect on a server."""
        settings = request.settings
        if settings.thinking_budget is not None:
            raise EngineError(
                "A server's thinking can't be limited from here.",
                "Leave thinking_budget at None, or run the model here.",
            )
        yield Delta(prompt=Prompt(opens_thinking=self._opens_thinking, seed=settings.seed))
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [dict(message) for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "max_tokens": settings.max_tokens,
        }
        if settings.seed is not None:
            body["seed"] = settings.seed
        exchange = Exchange(self._url, self._key, self._model, self._timeout)
        thread = threading.Thread(target=exchange.run, args=(body,), name="r1widget-remote", daemon=True)
        thread.start()
        try:
            yield from self._read(exchange, stop)
        finally:
            exchange.close()

    def describe(self) -> dict[str, Any]:
        """What a record says of the model. The address names the server; a key isn't in it."""
        return {
            "engine": "remote",
            "model": self._model,
            "server": self._url,
            "opens_thinking": self._opens_thinking,
        }

    def _read(self, exchange: Exchange, stop: threading.Event) -> Iterator[Delta]:
        reply = _Reply()
        while True:
            if stop.is_set():
                yield Delta(finish_reason="cancelled")
                return
            try:
                item = exchange.items.get(timeout=_POLL)
            except queue.Empty:
                continue
            if item is None:
                break
            if isinstance(item, BaseException):
                raise item
            yield from reply.take(item)
        if reply.finish is None and not reply.pieces:
            raise RemoteError(f"The server gave no answer ({self._url}).", "Look at its log, and ask again.")
        yield Delta(finish_reason=_FINISH.get(reply.finish or "", "stop"), tokens=reply.uncounted)


class _Reply:
    """What came so far. A piece counts as one token, as servers send them; the rest, where they say how many, at the end."""

    def __init__(self) -> None:
        self.finish: str | None = None
        self.pieces = 0
        self._names_thought = False
        self._tokens = 0

    @property
    def uncounted(self) -> int:
        return max(0, self._tokens - self.pieces)

    def take(self, chunk: dict[str, Any]) -> Iterator[Delta]:
        usage = chunk.get("usage") or {}
        self._tokens = usage.get("completion_tokens") or self._tokens
        for choice in (chunk.get("choices") or [])[:1]:
            delta = choice.get("delta") or choice.get("message") or {}
            self.finish = choice.get("finish_reason") or self.finish
            # Some servers send the same text under two names: the first that is there.
            thought = next((text for name in REASONING if isinstance(text := delta.get(name), str) and text), "")
            answer = delta.get("content") or ""
            if thought:
                self._names_thought = True
                yield self._piece(thought, "reasoning")
            if isinstance(answer, str) and answer:
                yield self._piece(answer, "answer" if self._names_thought else "raw")

    def _piece(self, text: str, kind: Literal["raw", "reasoning", "answer"]) -> Delta:
        self.pieces += 1
        return Delta(text=text, kind=kind, tokens=1)
