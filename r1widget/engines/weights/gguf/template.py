"""`template_of`: a GGUF file's chat template, and where a prompt begins."""

from __future__ import annotations

from typing import Any

from .fields import Fields

_KEY = "tokenizer.chat_template"
_BEFORE = "{{ bos_token }}"


def template_of(fields: Fields) -> str | None:
    """The template; None where the file has none. Of several it is the one without a name, or the one that is called so."""
    found = fields.text(_KEY) or fields.text(f"{_KEY}.default")
    if not found:
        names = [name for name in fields.texts("tokenizer.chat_templates") or [] if name not in ("tool_use", "rag")]
        found = next((text for name in names if (text := fields.text(f"{_KEY}.{name}"))), None)
    return found or None


def begin(tokenizer: Any) -> None:
    """Let each prompt begin with the token for that. Where a template doesn't write it, it is put before: llama.cpp does so when it
    reads the rendered text, where ours is read as it is."""
    template, token = tokenizer.chat_template, tokenizer.bos_token
    if not template or not token:
        return
    try:
        rendered = tokenizer.apply_chat_template(
            [{"role": "user", "content": "?"}], tokenize=False, add_generation_prompt=True
        )
    except Exception:  # a template that refuses this says so when it is used
        rendered = token if "bos_token" in template or token in template else ""
    if not rendered.startswith(token):
        tokenizer.chat_template = _BEFORE + template
