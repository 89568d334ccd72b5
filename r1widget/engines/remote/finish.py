"""`outcome_of`: what a server's reason to finish means, in all the words that servers have for it."""

from __future__ import annotations

import re
from typing import Any, Literal

Outcome = Literal["stop", "length", "filtered", "tools", "failed", "unknown"]

_WORDS: dict[Outcome, str] = {
    "stop": "stop stopped stop_sequence stop_token end_turn end_of_turn end eos eos_token endoftext eot complete completed done"
    " finish finished success normal",
    # Mistral's, Gemini's, Anthropic's…
    "length": "length max_tokens max_length max_output_tokens max_completion_tokens max_new_tokens model_length token_limit"
    " tokens_limit context_length context_length_exceeded model_context_window_exceeded",
    # OpenAI's, Gemini's, Anthropic's, GLM's, Bedrock's, Cohere's
    "filtered": "content_filter content_filtered filter filtered safety image_safety recitation blocklist prohibited_content spii"
    " refusal refused sensitive moderation flagged guardrail_intervened guardrails error_toxic toxic violation",
    "tools": "tool_calls tool_call tool_use function_call function_calls",
    # OpenRouter's, vLLM's, DeepSeek's, GLM's, when they gave up
    "failed": "error abort aborted insufficient_system_resource network_error timeout cancelled canceled user_cancel failed"
    " error_limit malformed_function_call malformed_response",
}
_MEANS: dict[str, Outcome] = {word: outcome for outcome, words in _WORDS.items() for word in words.split()}


def outcome_of(reason: str) -> Outcome:
    word = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", reason).lower()).strip("_")
    return _MEANS.get(word.removeprefix("finish_reason_"), "unknown")


def reason_in(choice: Any) -> str | None:
    """The choice's reason to finish, as text; SGLang's own interface has an object. None: it gives none yet."""
    reason = choice.get("finish_reason")
    if isinstance(reason, dict):
        reason = reason.get("type") or reason.get("reason")
    return str(reason)[:60] if reason else None
