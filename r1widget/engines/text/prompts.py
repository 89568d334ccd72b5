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

import contextlib
import hashlib
import re
from collections.abc import Iterable, Sequence
from types import FrameType
from typing import Any, Literal

from ...conversation.turn import clean
from ...errors import EngineError, NoChatTemplate
from ...reasoning import TABLE, Tags, ThinkingTags, named_by, tags_from, without_reasoning
from .. import Message
from .tokens import Tokens

ROLES = ("system", "user", "assistant")
PRIVATE = range(0xF0000, 0xFFFFE)
"""Characters that stand for nothing in Unicode; those that occur in a message are not used for it."""


FORMS: tuple[frozenset[str], ...] = (frozenset(), frozenset(ROLES), frozenset({"user"}))
"""Whose messages a template gets as a list of parts, `[{"type": "text", "text": …}]`, instead of as a text. Templates of models
that see want that of all (SmolVLM, Llava) or of the person's (Pixtral); a text they would pass over without a word."""


class Prompts:
    """Builds prompts with a tokenizer's template.

    `tags` are the model's thinking tags, the likeliest first: those that are given, and those that its template or its
    tokens name. None of them, nor of any other model's, is a person's to write.
    """

    def __init__(self, tokenizer: Any, tokens: Tokens, name: str, *, thinking_tags: ThinkingTags = None) -> None:
        if not tokenizer.chat_template:
            raise NoChatTemplate(
                f"{name} has no chat template: it continues text, and wasn't made for conversations.",
                'Choose a chat or "instruct" version of it.',
            )
        self._tokenizer = tokenizer
        self._tokens = tokens
        self._template: str = tokenizer.get_chat_template()
        given = tags_from(thinking_tags)
        marks = (mark for tags in (*given, *TABLE) for mark in tags.marks)
        hidden = sorted({*tokens.control, *marks}, key=len, reverse=True)
        self._hidden = re.compile("|".join(map(re.escape, hidden)))
        self._forms = FORMS
        probe = self._probe()
        named = named_by(self._template, probe.rpartition(_mark(2))[2], tokens.control)
        self.tags: tuple[Tags, ...] = (*given, *([named] if named else ()))

    @property
    def template_hash(self) -> str:
        """The first 16 hexadecimal digits of the template's SHA-256."""
        return hashlib.sha256(self._template.encode()).hexdigest()[:16]

    def build(self, messages: Iterable[Message]) -> tuple[list[int], bool]:
        """The ids up to where the reply begins, and whether they end by opening the thinking."""
        rendered, shown, tail = self._render([self._checked(message) for message in messages])
        ids: list[int] = []
        at = 0
        for match in self._tokens.pattern.finditer(rendered):
            ids += self._tokens.encode(rendered[at : match.start()].translate(shown))
            ids.append(self._tokens.control_id(match.group()))
            at = match.end()
        ids += self._tokens.encode(rendered[at:].translate(shown))
        return ids, _last(tail, self.tags, "open") > _last(tail, self.tags, "close")

    def extra_stop_ids(self) -> set[int]:
        """The control tokens that the template writes before a question and not before an answer (R1: `<｜User｜>`).

        A model that writes one goes on with the person's part of the conversation, so its own has ended.
        """
        rendered = self._probe()
        first, answer, second = map(_mark, range(3))
        if not all(rendered.count(mark) == 1 for mark in (first, answer, second)):
            return set()
        before_answer = rendered.partition(first)[2].partition(answer)[0]
        before_question = rendered.partition(answer)[2].partition(second)[0]
        found = [set(self._tokens.pattern.findall(text)) for text in (before_question, before_answer)]
        thinking = {mark for tags in self.tags for mark in tags.marks}
        return {self._tokens.control_id(text) for text in found[0] - found[1] if text.strip() not in thinking}

    def _probe(self) -> str:
        """A conversation of three marks, rendered in the first form that shows most of them; from then on that is the first to
        be tried. Empty: it can't be rendered, as by a template for single questions."""
        marks = [_mark(number) for number in range(3)]
        roles = zip(("user", "assistant", "user"), marks, strict=True)
        messages = [{"role": role, "content": mark} for role, mark in roles]
        best, most = "", 0
        for form in self._forms:
            with contextlib.suppress(EngineError):
                rendered = self._apply(messages, form)
                if (shows := sum(mark in rendered for mark in marks)) > most:
                    best, most = rendered, shows
                    self._forms = (form, *(other for other in FORMS if other != form))
                if most == len(marks):
                    break
        return best

    def _render(self, messages: list[dict[str, str]]) -> tuple[str, dict[int, str], str]:
        """The rendered conversation, what each private character in it stands for, and what follows the question."""
        if not messages:
            raise EngineError("There is nothing to answer.", "Ask a question first.")
        taken = {ord(character) for message in messages for character in message["content"]}
        free = (chr(code) for code in PRIVATE if code not in taken)
        end, private = next(free) + next(free), {}  # two: a template that goes through a text by character parts them

        def hide(match: re.Match[str]) -> str:
            if match.group() not in private:
                private[match.group()] = next(free)
            return private[match.group()]

        safe = [{**message, "content": self._hidden.sub(hide, message["content"])} for message in messages]
        marked = [*safe[:-1], {**safe[-1], "content": safe[-1]["content"] + end}]
        shown = {ord(character): text for text, character in private.items()}
        refusal: EngineError | None = None
        for form in self._forms:
            try:
                _, asked, tail = self._apply(marked, form).rpartition(end)
                if asked:
                    return self._apply(safe, form), shown, tail
            except EngineError as error:
                refusal = refusal or error.with_traceback(None)  # which has this frame, which has the refusal
        try:
            raise refusal or EngineError(
                "The model's template leaves the question out of the prompt.",
                "It wants messages of another kind than text; choose another model, or another template for it.",
            )
        finally:
            del refusal  # which has this frame from now on

    def _apply(self, messages: Sequence[dict[str, str]], form: frozenset[str]) -> str:
        from jinja2.exceptions import TemplateError

        shaped = [
            {**message, "content": [{"type": "text", "text": message["content"]}]}
            if message["role"] in form
            else message
            for message in messages
        ]
        try:
            text: str = self._tokenizer.apply_chat_template(shaped, tokenize=False, add_generation_prompt=True)
        except (TemplateError, TypeError, ValueError) as error:
            raise EngineError(
                f"The model's template refuses this conversation: {error}.",
                "Some models take no system prompt, or want questions and answers in turn.",
            ) from _without_frames(error)
        return text

    def _checked(self, message: Message) -> dict[str, str]:
        """The message as the template gets it; an answer that still has thinking blocks loses them."""
        role, content = message["role"], clean(message["content"])
        if role not in ROLES:
            raise EngineError(f"A message can't have the role {role!r}.", f"There are: {', '.join(ROLES)}.")
        if role == "assistant":
            content = without_reasoning(content, self.tags)
        return {"role": role, "content": content}


def _without_frames(error: Exception) -> Exception:
    """The traceback that jinja writes anew is a circle (a frame holds a list, which holds the traceback), and from its frames one
    comes to all that called them: a model would stay in memory until the garbage collector comes by."""
    at = error.__traceback__
    while at is not None:
        frame: FrameType | None = at.tb_frame
        with contextlib.suppress(RuntimeError):  # of frames that still run
            while frame is not None:
                frame.clear()
                frame = frame.f_back
        at = at.tb_next
    return error.with_traceback(None)


def _mark(number: int) -> str:
    """Text that stands for a message: two characters, since a template may go through a text by character."""
    return chr(PRIVATE[2 * number]) + chr(PRIVATE[2 * number + 1])


def _last(text: str, rows: Sequence[Tags], which: Literal["open", "close"]) -> int:
    """Where the last tag of this kind stands in a text; -1: there is none."""
    return max((text.rfind(mark) for tags in rows for mark in getattr(tags, which)), default=-1)
