"""`TABLE`: the tags that models put around their thoughts, each with who uses it. Read off the models' chat templates and the
parsers of vLLM (`vllm/reasoning`), SGLang (`reasoning_parser.py`), llama.cpp (`common/chat*.cpp`) and Open WebUI, 2026-11.

Which row a reply uses: with a model on this machine the one that its template names (`named_by`), with a server's the one that
the reply begins with. What isn't read, and why, is in docs/reasoning.md, and a test holds that page to this table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

from ..errors import SettingsError

OPEN, CLOSE = "<think>", "</think>"
LONGEST = 100
"""Characters of a tag. As much of a reply is held back as may be half a tag."""


@dataclass(frozen=True, slots=True)
class Tags:
    """How some models mark a thought, and the answer behind it. Of several spellings the first is the usual one."""

    open: tuple[str, ...]
    close: tuple[str, ...]
    answer: tuple[str, ...] = ()
    """What may stand in front of the answer and isn't part of it."""
    answer_close: tuple[str, ...] = ()
    """What may stand behind it."""
    ending: str = ""
    """What ends a thought so that the answer begins, where that isn't the closing tag on a line of its own."""
    bare: bool = False
    """Whether a reply without a thought begins with `answer`."""
    words: bool = False
    """Whether people write the tags too: then they close no thought that they haven't opened."""
    users: str = ""

    @property
    def end(self) -> str:
        """What is written to end the thinking."""
        return self.ending or f"\n{self.close[0]}\n\n"

    @property
    def begin(self) -> tuple[str, ...]:
        """What a reply may begin with."""
        return (*self.open, *self.answer) if self.bare else self.open

    @property
    def marks(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.open, *self.close, *self.answer, *self.answer_close)


def _xml(name: str, users: str, **more: Any) -> Tags:
    return Tags((f"<{name}>",), (f"</{name}>",), users=users, **more)


_ASSISTANT = "<|start|>assistant"
_K3 = "<|open|>{}<|sep|>", "<|close|>{}<|sep|>"

TABLE: tuple[Tags, ...] = (
    _xml(
        "think",
        "DeepSeek, Qwen, QwQ, GLM, MiniMax M1 and M2, Nemotron, Phi-4-reasoning, SmolLM3, EXAONE 4; "
        "with <answer> Hunyuan-A13B; with <response> Granite 3.3 and ERNIE 4.5",
        answer=("<answer>", "<response>"),
        answer_close=("</answer>", "</response>"),
    ),
    _xml("thinking", "Reflection, and what a prompt asks for", words=True),
    _xml("thought", "EXAONE Deep", words=True),
    _xml("Thought", "Marco-o1", words=True, answer=("<Output>",), answer_close=("</Output>",)),
    _xml("reason", "what a prompt asks for", words=True),
    _xml("reasoning", "what a prompt asks for", words=True),
    Tags(("[THINK]",), ("[/THINK]",), ending="[/THINK]", users="Magistral, Mistral Small 4"),
    _xml("seed:think", "Seed-OSS"),
    _xml("mm:think", "MiniMax M3"),
    _xml("longcat_think", "LongCat-Flash-Thinking"),
    Tags(
        ("<ifm|think>", "<ifm|think_fast>", "<ifm|think_faster>"),
        ("</ifm|think>", "</ifm|think_fast>", "</ifm|think_faster>"),
        users="K2 Horizon",
    ),
    Tags(("◁think▷",), ("◁/think▷",), ending="◁/think▷", users="Kimi-VL Thinking, Kimi k1.5"),
    Tags(
        (_K3[0].format("think"),),
        (_K3[1].format("think"),),
        (_K3[0].format("response"),),
        (_K3[1].format("response"), _K3[1].format("message")),
        ending=_K3[1].format("think") + _K3[0].format("response"),
        bare=True,
        users="Kimi K3",
    ),
    Tags(
        ("<|START_THINKING|>",),
        ("<|END_THINKING|>",),
        ("<|START_RESPONSE|>", "<|START_TEXT|>"),
        ("<|END_RESPONSE|>", "<|END_TEXT|>"),
        ending="<|END_THINKING|><|START_RESPONSE|>",
        bare=True,
        users="Cohere Command R7B, A and later",
    ),
    Tags(
        ("<|channel|>analysis<|message|>", f"{_ASSISTANT}<|channel|>analysis<|message|>"),
        ("<|end|>",),
        (
            f"{_ASSISTANT}<|channel|>final<|message|>",
            f"{_ASSISTANT}<|channel|>commentary<|message|>",
            "<|channel|>final<|message|>",
            "<|channel|>commentary<|message|>",
        ),
        ("<|return|>", "<|end|>"),
        ending=f"<|end|>{_ASSISTANT}<|channel|>final<|message|>",
        bare=True,
        users="gpt-oss (harmony)",
    ),
    Tags(("<|channel>thought\n",), ("<channel|>",), ending="<channel|>", users="Gemma 4"),
    Tags(("<|inner_prefix|>",), ("<|inner_suffix|>",), ending="<|inner_suffix|>", users="Apertus"),
    Tags(("<|think:start|>",), ("<|think:end|>",), ending="<|think:end|>", users="Solar Open 2"),
    Tags(("[unused16]",), ("[unused17]",), ending="[unused17]", users="openPangu"),
    Tags(
        ("<|begin_of_thought|>",),
        ("<|end_of_thought|>",),
        ("<|begin_of_solution|>",),
        ("<|end_of_solution|>",),
        ending="\n<|end_of_thought|>\n\n<|begin_of_solution|>\n",
        bare=True,
        users="OpenThinker, Sky-T1, Bespoke-Stratos",
    ),
    Tags(
        ("Here is my thought process:", "Here's my thought process:"),
        ("Here is my response:", "Here's my response:"),
        ending="\n\nHere is my response:\n",
        words=True,
        users="Granite 3.2",
    ),
    Tags(
        ("Here are my reasoning steps:",),
        ("[BEGIN FINAL RESPONSE]",),
        answer_close=("[END FINAL RESPONSE]",),
        ending="\n[BEGIN FINAL RESPONSE]\n",
        users="Apriel Thinker",
    ),
)

ALONE = tuple(mark for tags in TABLE if not tags.words for mark in tags.close)
"""What closes a thought without a word of what has opened it."""

ThinkingTags: TypeAlias = Union[Tags, Sequence[str], "Sequence[Tags | Sequence[str]]", None]
"""A pair `("<open>", "</close>")`, or several."""


def tags_from(given: Any) -> tuple[Tags, ...]:
    """What a person gives as `thinking_tags`; `SettingsError` for what can't be tags."""
    if given is None:
        return ()
    if isinstance(given, Tags):
        return (given,)
    try:
        several = list(given)
        if several and all(isinstance(text, str) for text in several):
            several = [several]
        if not isinstance(given, str):
            return tuple(pair if isinstance(pair, Tags) else _tags(*pair) for pair in several)
    except TypeError:
        pass
    raise SettingsError(f"thinking_tags={given!r} can't be.", _REMEDY)


_REMEDY = 'Give a pair such as ("<think>", "</think>"), or a list of pairs.'


def _tags(opening: str, closing: str) -> Tags:
    """One pair. Replies are read from their first character that isn't white space, so no tag begins with one."""
    texts = [text.lstrip() if isinstance(text, str) else "" for text in (opening, closing)]
    if not all(0 < len(text) <= LONGEST for text in texts) or texts[0] == texts[1]:
        raise SettingsError(f"thinking_tags={(opening, closing)!r} can't be.", _REMEDY)
    return Tags((texts[0],), (texts[1],))


def named_by(template: str, before_reply: str, tokens: Collection[str]) -> Tags | None:
    """The row that a model's files name: what its prompt ends with (`before_reply`) before what its `template` says of it,
    and that before its control `tokens`. None: no row is named, so the reply will say."""
    signs: tuple[Callable[[Tags], bool], ...] = (
        lambda tags: any(mark in before_reply for mark in tags.open),
        lambda tags: any(mark in template for mark in tags.open),
        lambda tags: tags.open[0] in tokens and tags.close[0] in tokens,
        lambda tags: any(mark in template for mark in tags.close if mark.startswith("</")),
    )
    return next((tags for sign in signs for tags in TABLE if sign(tags)), None)


def closes(text: str) -> str | None:
    """A closing tag that stands in `text`, which would end a thought there."""
    return next((mark for mark in ALONE if mark in text), None)
