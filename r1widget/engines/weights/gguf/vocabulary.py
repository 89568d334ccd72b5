"""`Vocabulary`: the tokens of a GGUF file, what each of them is, and the ids that stand for something.

As llama.cpp reads them (llama-vocab.cpp): what looks like the end of a text is control even where a file calls it a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ....errors import TokenizerBroken
from .fields import Fields
from .header import damaged, said

NORMAL, UNKNOWN, CONTROL, DEFINED, UNUSED, BYTE = range(1, 7)
"""gguf-py, `TokenType`."""
_SPECIAL = (UNKNOWN, CONTROL, DEFINED)
"""What is looked for before a text is cut into words."""
_PADDING = re.compile(r"\[PAD\d+\]")
"""What converters fill a vocabulary with, up to the rows of its table."""
_BRACKETED = re.compile(r"<.+>|\[.+\]", re.DOTALL)
"""What stands for the beginning or the end of a text, and isn't a word or a sign that a text may have."""

_ENDS = {
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
    "<|endoftext|>", "<|eom_id|>", "<|end_of_text|>", "<end_of_utterance>", "<｜end▁of▁sentence｜>", "[e~[",
    "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<|fim_repo|>", "<fim-repo>", "<|repo_name|>", "<reponame>",
    "<|file_sep|>",
}  # fmt: skip
"""Texts of tokens behind which a model has nothing to say, in whatever file: the turn's end, and the next file's beginning."""
_ENDS_IF_SPECIAL = {"</s>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<eos>", "<PAD>", "[PAD]", "<REP>", "<REPO>"}
"""The same of those that may as well be words, as of HTML."""


class Vocabulary:
    """`TokenizerBroken` where a file has none that can be read, `WeightsCorrupt` where it contradicts itself."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.model = fields.text("tokenizer.ggml.model") or ""
        found = fields.texts("tokenizer.ggml.tokens")
        if not found:
            raise TokenizerBroken(f"{fields.name} has no tokens.", "Get a newer file of the model.")
        self.texts = [text or f"[EMPTY_{id}]" for id, text in enumerate(found)]
        self.ids = {text: id for id, text in enumerate(self.texts)}
        """By their texts."""
        if len(self.ids) != len(self.texts):
            twice = next(text for id, text in enumerate(self.texts) if self.ids[text] != id)
            raise damaged(fields.path, f"has the token {said(twice)} twice")
        self.kinds = self._kinds()
        self.scores = self._column("scores")

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def special(self) -> list[int]:
        """Ids of tokens that are found in a text before it is cut into words."""
        return [id for id, kind in enumerate(self.kinds) if kind in _SPECIAL]

    @cached_property
    def used(self) -> int:
        """How many there are without what only fills up the table."""
        count = len(self)
        while count and self.kinds[count - 1] == UNUSED and _PADDING.fullmatch(self.texts[count - 1]):
            count -= 1
        return count

    def named(self, what: str) -> int | None:
        """The id of `bos`, `eos`, `eot`, …, where the file names one; one that no token has is none."""
        id = self.fields.id(f"tokenizer.ggml.{what}_token_id", len(self))
        if id is None and self.model == "llama":
            usual = {"bos": 1, "eos": 2, "unknown": 0}.get(what)
            id = usual if usual is not None and usual < len(self) else None
        return id

    @cached_property
    def ends(self) -> frozenset[int]:
        """Ids that end a reply."""
        named = (self.named(what) for what in ("eos", "eot", "eom", "fim_pad", "fim_rep", "fim_sep"))
        found = {id for id in named if id is not None}
        found |= {id for text in _ENDS if (id := self.ids.get(text)) is not None}
        found |= {
            id for text in _ENDS_IF_SPECIAL if (id := self.ids.get(text)) is not None and self.kinds[id] in _SPECIAL
        }
        texts = {self.texts[id] for id in found}
        if "<|end|>" in texts and ({"<|return|>", "<|call|>"} <= texts or {"<|calls|>", "<|flush|>"} <= texts):
            found.discard(self.ids["<|end|>"])  # there it ends a message, and the reply goes on
        return frozenset(found)

    @property
    def note(self) -> str:
        """What a person should know of it; empty where there is nothing."""
        if self.model != "gpt2" or self.fields.text("tokenizer.ggml.pre"):
            return ""
        return f"{self.fields.name} is old: it doesn't say how a text is cut into words. Its answers may be worse than a newer file's."

    def _kinds(self) -> Sequence[int]:
        kinds = self._column("token_type")
        found = [NORMAL] * len(self.texts) if kinds is None else [int(kind) for kind in kinds[: len(self.texts)]]
        named = {
            id
            for what in ("bos", "eos")
            if (id := self.named(what)) is not None and _BRACKETED.fullmatch(self.texts[id])
        }
        for id in named | {self.ids[text] for text in _ENDS & self.ids.keys()}:
            if found[id] not in _SPECIAL:
                found[id] = CONTROL
        return found

    def _column(self, key: str) -> Sequence[float] | None:
        values = self.fields.numbers(f"tokenizer.ggml.{key}")
        if values is not None and len(values) < len(self.texts):
            raise damaged(self.fields.path, f"has {len(self.texts):,} tokens and {len(values):,} {said(key)}")
        return values
