"""`piece_of`, `message_of`: what one chunk says, in whichever shape: a text, a list of parts, an object, under any of the names in use.

Nothing that came is dropped: a text of an unknown kind is shown, and what isn't text is named, in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

THOUGHTS = (
    "reasoning_content",  # DeepSeek, SGLang, llama.cpp, LM Studio, older vLLM
    "reasoning",  # OpenRouter, Ollama, newer vLLM, Databricks' parts
    "thinking",  # Ollama's own, Mistral's and Anthropic's parts
    "reasoning_text",
    "reasoning_details",  # OpenRouter's list
    "thinking_blocks",  # LiteLLM's list
    "thought",
    "thoughts",
)
"""Where servers put the thought. Some send the same one under two names."""
ANSWERS = ("content", "text", "refusal", "output_text")
_INSIDE = (*ANSWERS, "summary", "value", "parts", "output", "answer", "message", "markdown", "transcript")
"""Where a part has its text, of the kind that the part is of."""
_CALLS = ("tool_calls", "tool_call", "function_call")
_OF_THOUGHT = re.compile("reasoning|thinking|thought")
_OF_CALLS = re.compile("call|tool_use")
_OF_MEDIA = re.compile("image|audio|video|file|document|encrypted|redacted")
"""Types of parts; there are many more than anybody could list."""
_SILENT = ("role", "name", "id", "index", "type", "object", "phase", "created", "model", "channel", "status", "weight")
_SILENT_PARTS = ("signature", "token_ids", "logprobs", "annotations", "citations", "context", "provider", "opaque")
"""Of fields that say something of the text and are none; of the latter, parts of their names."""
_DEEPEST = 100
_LONGEST = 40

Kind = Literal["raw", "reasoning", "answer"]
"""As an engine's deltas have it: a text in which a thought may still stand between tags is `"raw"`."""
Item = tuple[Kind | None, str]
"""A text of a kind, or, without one, a sentence on what can't be shown."""


def piece_of(choice: Mapping[str, Any]) -> list[Item]:
    """What a choice says in its piece of the message, in order."""
    return _said(choice.get("delta"))


def message_of(choice: Mapping[str, Any]) -> list[Item]:
    """What it says in its message: a whole one, or what a server calls so."""
    return _said(choice.get("message")) or list(_texts(choice.get("text"), "raw"))


def choice_of(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first choice; there is no other, since no more are asked for."""
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else choices
    if isinstance(first, dict):
        return first
    return chunk if any(isinstance(chunk.get(name), dict) for name in ("delta", "message")) else {}


def tools(choice: Mapping[str, Any]) -> list[str]:
    """The names of the tools that the choice calls."""
    delta = next((value for name in ("delta", "message") if isinstance(value := choice.get(name), dict)), {})
    return [name for field in _CALLS for name in _names(delta.get(field))]


def _said(delta: Any) -> list[Item]:
    if not isinstance(delta, dict):
        return list(_texts(delta, "raw"))
    items = list(_fields(delta, "raw", ANSWERS))
    for name, value in delta.items():
        if name in _CALLS:
            items += [(None, _called(tool)) for tool in _names(value)]
        elif name == "audio" and value:
            transcript = value.get("transcript") if isinstance(value, dict) else None
            items += [*_texts(transcript, "raw"), (None, _unshown("audio"))]
        elif name not in THOUGHTS + ANSWERS and _is_news(name, value):
            items.append((None, _unshown(f"{_quoted(name)} beside its text")))
    return items


def _fields(part: Mapping[str, Any], kind: Kind, names: Iterable[str], depth: int = 0) -> Iterator[Item]:
    """The texts in these fields, thoughts first. What stands under two names is taken once."""
    seen: set[tuple[Kind | None, str]] = set()
    for name in dict.fromkeys(
        (*THOUGHTS, *names)
    ):  # each once: what is read twice in each part takes for ever in a nest
        of_its_own: Kind | None = "reasoning" if name in THOUGHTS else "answer" if name == "refusal" else None
        found = list(_texts(part.get(name), of_its_own or kind, depth))
        whole = {of: (of, "".join(text for other, text in found if other == of).strip()) for of, _ in found}
        yield from (item for item in found if whole[item[0]] not in seen)
        seen.update(whole.values())


def _texts(value: Any, kind: Kind, depth: int = 0) -> Iterator[Item]:
    """The texts in a value, which are of this kind unless they say otherwise themselves."""
    if depth > _DEEPEST:
        yield None, _unshown("parts within parts within parts")
    elif isinstance(value, str):
        if value:
            yield kind, value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield kind, str(value)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, kind, depth + 1)
    elif isinstance(value, dict):
        yield from _part(value, kind, depth + 1)


def _part(part: Mapping[str, Any], kind: Kind, depth: int) -> Iterator[Item]:
    type = part.get("type")
    type = type if isinstance(type, str) else ""
    if _OF_THOUGHT.search(type):
        kind = "reasoning"
    own = [] if type in _INSIDE or _OF_MEDIA.search(type) else [type]  # {"type": "quote", "quote": "…"}
    items = list(_fields(part, kind, (*_INSIDE, *own), depth))
    yield from items
    if _OF_CALLS.search(type) and (called := list(_names(part))):
        yield from ((None, _called(tool)) for tool in called)
    elif "signature" in type:  # of a thought, for whoever sends it back
        return
    elif type and (_OF_MEDIA.search(type) or not (items or part.keys() & {*THOUGHTS, *_INSIDE})):
        yield None, _unshown(f"a part of type {_quoted(type)}")
    elif not type and not items:
        yield from ((None, _unshown(f"a part with {_quoted(field)}")) for field in part if _is_news(field, part[field]))


def _names(calls: Any) -> Iterator[str]:
    """Of tools that are called. Arguments come in further pieces, without a name."""
    for call in calls if isinstance(calls, list) else [calls]:
        if isinstance(call, dict):
            function = call.get("function")
            name = (function.get("name") if isinstance(function, dict) else None) or call.get("name")
            if isinstance(name, str) and name:
                yield name


def _is_news(name: str, value: Any) -> bool:
    silent = name in _SILENT or any(part in name for part in _SILENT_PARTS)
    return not silent and isinstance(value, (str, list, dict)) and bool(value)


def _called(tool: str) -> str:
    return f"The server sent a call of the tool {_quoted(tool)}, which r1widget doesn't carry out."


def _unshown(what: str) -> str:
    return f"The server sent {what}, which r1widget can't show."


def _quoted(name: str) -> str:
    return repr(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")
