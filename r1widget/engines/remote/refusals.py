"""What a server or a network can say instead of an answer, as sentences with a remedy."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any
from urllib.parse import urlsplit

from ...errors import RemoteError
from .event_stream import NotAnAnswer
from .logprobs import ASKED
from .server import Server

_OPTIONAL = ("stream_options", "seed", "top_p", "temperature")
_LONGEST = 500
_KEPT = "What it had written is kept; ask again."


def in_words(failure: Exception, server: Server, model: str) -> RemoteError:
    """What went wrong before anything was answered."""
    import openai

    what = server.hide(message_of(failure))
    if isinstance(failure, openai.APIStatusError):
        status = failure.status_code
        refusal = f"The server ({server.url}) refused with {status}{f': {what}' if what else ''}."
        by_proxy = status in (403, 407, 502, 503, 504)
        return _by_proxy(RemoteError(refusal, _remedy(status, what, model)), server if by_proxy else None)
    if _was_silent(failure):
        return RemoteError(
            f"The server has been silent for too long ({server.url}).", "Ask again, or give a longer timeout."
        )
    if isinstance(failure, openai.APIConnectionError) or _is_of_the_network(failure):
        unreachable = f"The server can't be reached ({server.url}: {what})."
        return _by_proxy(RemoteError(unreachable, "Check that it runs, and that base_url is right."), server)
    if _names_an_error(failure):
        return RemoteError(f"The server broke off: {what} ({server.url}).", "Look at its log, and ask again.")
    odd = f"The server's answer isn't one: {what} ({server.url})."
    return _by_proxy(RemoteError(odd, "Check that base_url is an OpenAI-compatible server's."), server)


def _by_proxy(problem: RemoteError, server: Server | None) -> RemoteError:
    """What may be a proxy's word and not the server's, with the remedy for that."""
    if server is None or (proxy := server.proxy) is None:
        return problem
    host = urlsplit(server.url).hostname
    return RemoteError(
        problem.what,
        f"{problem.remedy} It was asked through the proxy {proxy} (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY in the environment):"
        f" check that too, or put {host} into NO_PROXY to go past it.",
    )


def broken_off(failure: Exception, server: Server, model: str) -> RemoteError:
    """What went wrong when a part of the answer had come."""
    import openai

    if _was_silent(failure):
        return RemoteError(f"The server has been silent for too long ({server.url}).", _KEPT)
    if isinstance(failure, openai.APIConnectionError) or _is_of_the_network(failure):
        return RemoteError(f"The connection broke off ({server.url}: {server.hide(message_of(failure))}).", _KEPT)
    return RemoteError(f"The server broke off: {server.hide(message_of(failure))} ({server.url}).", _KEPT)


def status_of(failure: Exception) -> int | None:
    """The HTTP status, where the server answered with one that is an error."""
    status = getattr(failure, "status_code", None)
    return status if isinstance(status, int) else None


def is_passing(failure: Exception) -> bool:
    """Whether the same question may find an answer a little later: nobody there yet, too many questions, a failure.

    Not after a long silence: whoever waited for five minutes would wait for ten, and the server may still be at it.
    """
    import openai

    if isinstance(failure, openai.APIStatusError):
        return failure.status_code in (408, 409, 429) or failure.status_code in (500, 502, 503, 504, 529)
    of_the_network = isinstance(failure, openai.APIConnectionError) or _is_of_the_network(failure)
    return of_the_network and not _was_silent(failure)


def without(body: dict[str, Any], failure: Exception) -> dict[str, Any] | None:
    """The body without the parameter that the server refuses; None when it names none that can go."""
    if status_of(failure) not in (400, 422):
        return None
    refusal = f"{message_of(failure)} {_parameter(failure)}"
    if "max_completion_tokens" in refusal and "max_tokens" in body:
        return {("max_completion_tokens" if name == "max_tokens" else name): value for name, value in body.items()}
    if any(name in body and re.search(rf"\b{name}\b", refusal) for name in ASKED):
        return {key: value for key, value in body.items() if key not in ASKED}
    for name in _OPTIONAL:
        if name in body and re.search(rf"\b{name}\b", refusal):
            return {key: value for key, value in body.items() if key != name}
    # A server that refuses them may say so in any words, or in none; a question is worth more than they are.
    bare = {key: value for key, value in body.items() if key not in ASKED}
    return bare if len(bare) < len(body) else None


def _parameter(failure: Exception) -> str:
    """What OpenAI's errors name as `param`."""
    with contextlib.suppress(AttributeError, LookupError, TypeError, ValueError):
        return str(json.loads(failure.response.content)["error"]["param"])  # type: ignore[attr-defined]
    return ""


def message_of(failure: Exception) -> str:
    """What it says: OpenAI's `error.message`, FastAPI's `detail`, the reason below, or the text itself."""
    response = getattr(failure, "response", None)
    if response is not None and status_of(failure):
        return _message(response.content.decode("utf-8", "replace"))
    if isinstance(failure, NotAnAnswer):
        return _message(json.dumps({"error": failure.error}) if failure.error else str(failure))
    if isinstance(failure, json.JSONDecodeError):
        return _message(failure.doc) or "nothing"
    if _names_an_error(failure):
        return _message(json.dumps({"error": getattr(failure, "body", None) or str(failure)}))
    cause = failure.__cause__ or failure
    return (str(cause) or type(cause).__name__)[:_LONGEST].rstrip(".")


def _message(text: str) -> str:
    text = text.strip()
    with contextlib.suppress(ValueError, AttributeError):
        data = json.loads(text)
        error = data.get("error") or data.get("detail") or data.get("message") or text
        text = str(error.get("message") or error) if isinstance(error, dict) else str(error)
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        text = "a web page"
    return text[:_LONGEST].rstrip(".")


def _remedy(status: int, message: str, model: str) -> str:
    if status == 401:
        return "Give its key: api_key=…, api_key='ask', or the environment's R1WIDGET_API_KEY."
    if status == 403:
        return "The key doesn't allow this; ask who runs the server."
    if status == 404:
        return f"Check base_url (it often ends in /v1), and that the server has a model {model!r}."
    if status == 429:
        return "Wait a little and ask again."
    if status >= 500:
        return "Look at its log, and ask again."
    if re.search(r"max_(completion_)?tokens|context (length|window|size)|maximum context", message, re.IGNORECASE):
        return "The server's context is smaller than that: ask with a smaller max_tokens, or in a shorter chat."
    return "Check the model's name and the settings."


def _names_an_error(failure: Exception) -> bool:
    """Whether the server itself said, in the middle of a stream, what went wrong."""
    import openai

    if isinstance(failure, NotAnAnswer):
        return failure.error is not None
    return isinstance(failure, openai.APIError) and not isinstance(
        failure, (openai.APIConnectionError, openai.APIStatusError)
    )


def _was_silent(failure: Exception) -> bool:
    """Whether the time ran out in talking, not in connecting. The package wraps the HTTP library's exception, but
    before its third major release not when it came in the middle of a stream."""
    return type(failure.__cause__ or failure).__name__ in ("ReadTimeout", "WriteTimeout")


def _is_of_the_network(failure: Exception) -> bool:
    """By the module's name: which HTTP library the `openai` package uses changed with its third major release."""
    return isinstance(failure, OSError) or type(failure).__module__.split(".")[0] in ("httpx", "httpx2")
