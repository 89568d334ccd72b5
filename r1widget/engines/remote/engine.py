"""`RemoteEngine`: a model behind an OpenAI-compatible server. The server owns prompt, template and sampling."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from ...copying import Named
from ...errors import EngineError, RemoteError
from ...reasoning import ThinkingTags, tags_from, without_reasoning
from .. import Capabilities, Delta, Message, Pace, Prompt, Request
from .asking import Body, ask, names_of_models
from .background import Background
from .event_stream import DONE
from .key import Secret, key_from
from .logprobs import ASKED
from .reply import Reply
from .server import Server, refusal_of

_OPENS = re.compile(r"deepseek-?r1|qwq|thinking", re.IGNORECASE)
"""Models whose chat template ends in `<think>`: R1 and its distills (since February 2025), QwQ-32B, Qwen3's
`…-Thinking-2507`. Their text begins inside the thought, and where no parser runs on the server, only `</think>` comes."""
CAPABILITIES = Capabilities(
    {
        "continue": "A server answers questions from their beginning: it can't go on from a text that is there already.",
        "answer_now": "A server's thinking can't be ended from here, only stopped.",
        "think_more": "A server's thinking ends where its model ends it.",
        "budget": "A server's thinking can't be limited from here.",
    }
)
"""None: the interface of chat completions has no field for any of them that servers agree on."""
_SETTINGS = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "seed")
_LATEST = 3
"""Streams that `pace` is the mean of."""


class RemoteEngine(Named):
    """Streams from `POST {base_url}/chat/completions`.

    `model` is the model's name there; without one, it is the one that the server has, if it has exactly one.
    `api_key`: see `key_from`; the key is in no description, `repr` or error's text. `timeout` is the longest silence,
    in seconds, before the server counts as gone. `opens_thinking` is for servers that hand on the model's text as it is:
    whether their prompt opens the thinking, so that the text begins inside it and only `</think>` comes (R1 behind a
    server without a reasoning parser). None: find out. What the first reply shows holds for the next ones, and for the
    first one the model's name must do. `thinking_tags` are a pair of tags, or several, that such a server's model puts
    around its thoughts, besides those that r1widget knows. `logprobs`: whether it is asked for the probabilities of its tokens.
    One that refuses them is asked without, and from then on never for them.

    Where a server names the thought itself, in any of the fields in use, what it says is taken and no tag is read.
    """

    def __init__(
        self,
        model: str | None,
        *,
        base_url: str,
        api_key: str | Secret | Callable[[], str] | None = None,
        timeout: float = 300.0,
        opens_thinking: bool | None = None,
        thinking_tags: ThinkingTags = None,
        logprobs: bool = True,
    ) -> None:
        if problem := refusal_of(base_url):  # before a key is asked for
            base_url = ""
            raise problem
        self._thinking_tags = tags_from(thinking_tags)
        url = base_url.rstrip("/")
        self._server = Server(url, key_from(api_key, url), timeout)
        self._model = model or _only_one(self._server)
        self.name = self._model
        self._opens_thinking = opens_thinking
        self._learned: bool | None = None
        self._wants_logprobs = logprobs
        self._paces: deque[float] = deque(maxlen=_LATEST)

    @property
    def capabilities(self) -> Capabilities:
        """To ask and to stop is all that a server can be told; each other act is refused with its reason."""
        return CAPABILITIES

    @property
    def pace(self) -> Pace | None:
        """How fast the latest replies were written; None before the first."""
        paces = list(self._paces)
        return Pace(tokens_per_second=sum(paces) / len(paces)) if paces else None

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        """Ask the server; `RemoteError` with its own words where it refuses. Events of steering have no effect on it.

        `stop` closes the connection, also while the server is silent. The first delta comes when the server has taken
        the question, and says which settings it took: some servers refuse some.
        """
        if request.settings.thinking_budget is not None:
            raise EngineError(CAPABILITIES.cannot["budget"], "Leave thinking_budget at None, or run the model here.")
        if request.prefill is not None:
            CAPABILITIES.check("continue")
        body, opens = self._body(request), self._opens()
        reply = Reply(body["messages"][-1]["content"], self._thinking_tags)

        async def work(put: Callable[[Any], None]) -> None:
            def accepted(taken: Body) -> None:
                self._wants_logprobs &= ASKED.keys() <= taken.keys()
                put(
                    Prompt(
                        opens_thinking=opens,
                        seed=taken.get("seed"),
                        settings=_sent(taken),
                        thinking_tags=self._thinking_tags,
                    )
                )

            await ask(self._server, body, put, accepted)

        items = Background(work).read(stop)
        try:
            for item in items:
                if isinstance(item, Prompt):
                    yield Delta(prompt=item)
                elif item is DONE:
                    reply.done()
                else:
                    yield from reply.take(item)
            if stop.is_set():
                yield from reply.rest()
                yield Delta(finish_reason="cancelled")
                return
            yield from reply.end(self._server.url)
        except RemoteError:
            yield from reply.rest()
            raise
        finally:
            items.close()
        self._learn(reply)

    def describe(self) -> dict[str, Any]:
        """What a record says of the model. The address names the server; a key isn't in it."""
        return {
            "engine": "remote",
            "model": self._model,
            "server": self._server.url,
            "opens_thinking": self._opens(),
        }

    def close(self) -> None:
        """Nothing to let go of: each question has a connection of its own."""

    def _body(self, request: Request) -> Body:
        settings = request.settings
        body: Body = {
            "model": self._model,
            "messages": [self._without_reasoning(message) for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "max_tokens": settings.max_tokens,
            **(ASKED if self._wants_logprobs else {}),
        }
        return body if settings.seed is None else {**body, "seed": settings.seed}

    def _without_reasoning(self, message: Message) -> dict[str, str]:
        if message["role"] != "assistant":
            return dict(message)
        return {**message, "content": without_reasoning(message["content"], self._thinking_tags)}

    def _opens(self) -> bool:
        for known in (self._opens_thinking, self._learned):
            if known is not None:
                return known
        return bool(_OPENS.search(self._model))

    def _learn(self, reply: Reply) -> None:
        if (opens := reply.opens_thinking) is not None:
            self._learned = opens
        if (pace := reply.pace) is not None:
            self._paces.append(pace.tokens_per_second)


def _sent(body: Body) -> dict[str, Any]:
    """The settings among what a server was told."""
    settings = {name: value for name, value in body.items() if name in _SETTINGS}
    first = body["messages"][0]
    return {**settings, "system": first["content"]} if first["role"] == "system" else settings


def _only_one(server: Server) -> str:
    """The name of the server's model, where there is no choice."""
    names = names_of_models(server)
    if len(names) == 1:
        return names[0]
    if not names:
        raise RemoteError(f"The server has no model ({server.url}).", "Load one there.")
    shown = ", ".join(map(repr, names[:12])) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    raise RemoteError(f"The server has {len(names)} models: {shown}.", "Name one of them.")
