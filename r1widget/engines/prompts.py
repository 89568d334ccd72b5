"""`Prompts`: a conversation in, the ids that the model is prompted with out. No text of a person is ever control.

How: in each message, what reads like a control token is hidden behind one private character; the model's own template
renders the messages; in what it rendered, each control token is now the template's; between them, what was hidden is
put back and encoded as text alone. So text that runs over the border of a message is tokenized as transformers'
`apply_chat_template` does, ordinary conversations get exactly its ids (tests hold that), and a template that looks for
`</think>` in an answer finds none: R1's would keep only what follows the last one, and cut an answer that quotes it.

It works with any version of transformers; `sanitize_control_tokens`, in 5.23 and later, is the same idea, but leaves
alone the control tokens which the template doesn't name, and the template's own reading of an answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import EngineError, NoChatTemplate
from ..reasoning import CLOSE, OPEN, ReasoningSplitter
from ..turn import clean
from . import Message
from .tokens import Tokens

ROLES = ("system", "user", "assistant")
PRIVATE = range(0xF0000, 0xFFFFE)
"""Characters that stand for nothing in Unicode; those that occur in a message are not used for it."""


class Prompts:
    """Builds prompts with a tokenizer's template."""

    def __init__(self, tokenizer: Any, tokens: Tokens, name: str) -> None:
        if not tokenizer.chat_template:
            raise NoChatTemplate(
                f"{name} has no chat template: it continues text, and wasn't made for conversations.",
                'Choose a chat or "instruct" version of it.',
            )
        self._tokenizer = tokenizer
        self._tokens = tokens
        self._template: str = tokenizer.get_chat_template()
        hidden = sorted({*tokens.control, OPEN, CLOSE}, key=len, reverse=True)
        self._hidden = re.compile("|".join(map(re.escape, hidden)))

    @property
    def template_hash(self) -> str:
        """The first 16 hexadecimal digits of the template's SHA-256."""
        return hashlib.sha256(self._template.encode()).hexdigest()[:16]

    def build(self, messages: Iterable[Message]) -> tuple[list[int], bool]:
        """The ids up to where the reply begins, and whether they end by opening the thinking."""
        rendered, shown, tail = self._render([_checked(message) for message in messages])
        ids: list[int] = []
        at = 0
        for match in self._tokens.pattern.finditer(rendered):
            ids += self._tokens.encode(rendered[at : match.start()].translate(shown))
            ids.append(self._tokens.control_id(match.group()))
            at = match.end()
        ids += self._tokens.encode(rendered[at:].translate(shown))
        return ids, tail.rfind(OPEN) > tail.rfind(CLOSE)

    def question_marks(self) -> set[int]:
        """The control tokens that the template writes before a question and not before an answer (R1: `<｜User｜>`).

        A model that writes one goes on with the person's part of the conversation, so its own has ended.
        """
        first, answer, second = (chr(PRIVATE[index]) for index in range(3))
        roles = zip(("user", "assistant", "user"), (first, answer, second), strict=True)
        try:
            rendered = self._apply([{"role": role, "content": content} for role, content in roles])
        except EngineError:  # a template for single questions
            return set()
        if not all(rendered.count(content) == 1 for content in (first, answer, second)):
            return set()
        before_answer = rendered.partition(first)[2].partition(answer)[0]
        before_question = rendered.partition(answer)[2].partition(second)[0]
        found = [set(self._tokens.pattern.findall(text)) for text in (before_question, before_answer)]
        return {self._tokens.control_id(text) for text in found[0] - found[1] if text.strip() not in (OPEN, CLOSE)}

    def _render(self, messages: list[dict[str, str]]) -> tuple[str, dict[int, str], str]:
        """The rendered conversation, what each private character in it stands for, and what follows the question."""
        if not messages:
            raise EngineError("There is nothing to answer.", "Ask a question first.")
        taken = {ord(character) for message in messages for character in message["content"]}
        free = (chr(code) for code in PRIVATE if code not in taken)
        end, private = next(free), {}

        def hide(match: re.Match[str]) -> str:
            if match.group() not in private:
                private[match.group()] = next(free)
            return private[match.group()]

        safe = [{**message, "content": self._hidden.sub(hide, message["content"])} for message in messages]
        marked = [*safe[:-1], {**safe[-1], "content": safe[-1]["content"] + end}]
        shown = {ord(character): text for text, character in private.items()}
        return self._apply(safe), shown, self._apply(marked).rpartition(end)[2]

    def _apply(self, messages: Sequence[dict[str, str]]) -> str:
        from jinja2.exceptions import TemplateError

        try:
            text: str = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        except (TemplateError, TypeError, ValueError) as error:
            raise EngineError(
                f"The model's template refuses this conversation: {error}.",
                "Some models take no system prompt, or want questions and answers in turn.",
            ) from error
        return text


def _checked(message: Message) -> dict[str, str]:
    """The message as the template gets it; an answer that still begins with its thinking block loses that."""
    role, content = message["role"], clean(message["content"])
    if role not in ROLES:
        raise EngineError(f"A message can't have the role {role!r}.", f"There are: {', '.join(ROLES)}.")
    if role == "assistant":
        splitter = ReasoningSplitter(prompt_opens_thinking=False)
        parts = splitter.feed(content)
        if splitter.finished_thinking:
            content = "".join(text for kind, text in parts if kind == "answer")
    return {"role": role, "content": content}
