"""`Tokens`: a tokenizer's two ways to read a text, with control tokens and as text alone; and its check at load.

What a prompt is made of is in `prompts`, and which tokens end a reply in `stop_ids`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ...errors import TokenizerBroken

SAMPLE = "Hello world!\nThe answer is 42. 日本 🙂  x"
"""What must come back from a round trip: spaces, a line break, digits, characters of several bytes."""

_FLAGS = ("content", "single_word", "lstrip", "rstrip", "normalized")


class Tokens:
    """Reads text with control tokens (`control`), or as text alone (`encode`), whatever stands in it.

    A control token is any added token of the tokenizer but those that are mere words or white space, which some
    vocabularies hold as added tokens. Whether a token is marked special says nothing: R1's `<｜User｜>` and `<think>` are
    not, and people could type them.
    """

    def __init__(self, tokenizer: Any) -> None:
        """`tokenizer` is a transformers tokenizer with a `tokenizers` backend."""
        self.backend = tokenizer.backend_tokenizer
        description = _described(self.backend)
        added = [token for token in description["added_tokens"] if _controls(token)]
        self.control: dict[str, int] = {token["content"]: token["id"] for token in added}
        self.pattern = re.compile(
            "|".join(map(_pattern, sorted(added, key=lambda token: -len(token["content"])))) or "(?!)"
        )
        self._plain = _without(self.control, description, self.backend.model)
        self.control_ids = frozenset(self.control.values())

    def encode(self, text: str) -> list[int]:
        """The ids of `text` as text alone: no control token is among them."""
        ids: list[int] = self._plain.encode(text, add_special_tokens=False).ids
        if self.control_ids.isdisjoint(ids):
            return ids
        # A model whose plain vocabulary holds its control tokens: read it by character, of which none is such a token.
        return [
            id
            for character in text
            for id in self._plain.encode(character, add_special_tokens=False).ids
            if id not in self.control_ids
        ]

    def control_id(self, text: str) -> int:
        """The id of a match of `pattern`, which may have white space around the token that belongs to it."""
        return self.control[text] if text in self.control else self.control[text.strip()]


def load_tokenizer(folder: Path, name: str) -> Any:
    """The folder's tokenizer, which gives back any text it is given.

    The class that a checkpoint names isn't always the one that wrote its `tokenizer.json` (R1's distills name Llama's
    for a byte-level vocabulary; transformers 5.0 to 5.22 then drop the spaces). Where the round trip fails, the file is
    read without the class; where it fails again, the model is refused.
    """
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:
        raise TokenizerBroken(
            f"The tokenizer of {name} can't be read: {str(error).rstrip('.')}.",
            "Its files are damaged or not all there.",
        ) from error
    if gives_back(tokenizer):
        return tokenizer
    file = folder / "tokenizer.json"
    if file.exists():
        plain = PreTrainedTokenizerFast(
            tokenizer_file=str(file), chat_template=tokenizer.chat_template, **tokenizer.special_tokens_map
        )
        if gives_back(plain):
            return plain
    raise TokenizerBroken(
        f"The tokenizer of {name} doesn't give back the text it is given.",
        "Update transformers (pip install -U transformers), or choose another model.",
    )


def gives_back(tokenizer: Any) -> bool:
    """Whether a round trip through the tokenizer changes nothing."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return False
    ids = backend.encode(SAMPLE, add_special_tokens=False).ids
    text: str = backend.decode(ids, skip_special_tokens=False)
    return text in (SAMPLE, " " + SAMPLE)  # some decoders keep the space that their encoder puts in front


def _controls(token: dict[str, Any]) -> bool:
    content: str = token["content"]
    return bool(token["special"]) or any(
        not character.isalnum() and character not in " \t\r\n▁_" for character in content
    )


def _pattern(token: dict[str, Any]) -> str:
    """The token as the tokenizer finds it: with the white space that it swallows."""
    before, after = (r"\s*" if token[side] else "" for side in ("lstrip", "rstrip"))
    return f"{before}{re.escape(token['content'])}{after}"


def _described(backend: Any) -> dict[str, Any]:
    """What a tokenizer is made of, as its JSON says it, without the model, which is 7 MB with R1."""
    text: str = backend.to_str()
    before, _, _ = text.partition(',"model":{')  # inside a string each quotation mark has a backslash before it
    try:
        description: dict[str, Any] = json.loads(before + "}")
    except ValueError:  # the model doesn't come last
        description = json.loads(text)
    return {**description, "model": {"type": "BPE", "vocab": {}, "merges": []}}


def _without(control: dict[str, int], description: dict[str, Any], model: Any) -> Any:
    """A tokenizer like the described one, with its model, that doesn't know the control tokens."""
    from tokenizers import AddedToken, Tokenizer

    _never_first(description)
    plain = Tokenizer.from_str(json.dumps({**description, "added_tokens": [], "post_processor": None}))
    plain.model = model  # shared, not copied
    kept = [token for token in description["added_tokens"] if token["content"] not in control]
    if all(plain.token_to_id(token["content"]) == token["id"] for token in kept):  # else they would get other ids
        plain.add_tokens([AddedToken(**{name: token[name] for name in _FLAGS}) for token in kept])
    return plain


def _never_first(part: Any) -> None:
    """Stretches of a prompt follow a control token, so none is a text's first word, which some tokenizers mark."""
    if isinstance(part, dict):
        if part.get("prepend_scheme") == "first":
            part["prepend_scheme"] = "never"
        for inner in part.get("pretokenizers", ()):
            _never_first(inner)
        _never_first(part.get("pre_tokenizer"))
