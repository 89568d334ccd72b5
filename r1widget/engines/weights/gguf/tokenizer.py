"""`tokenizer_of`: a GGUF file's vocabulary as a tokenizer of transformers, which gives the ids that llama.cpp gives.

transformers' own converter cuts each text as GPT-2 does, whatever the file says; and llama.cpp brings no text into another form of
Unicode first, as some models' tokenizer.json do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from ....errors import TokenizerBroken
from ...text.tokens import gives_back
from .config import served
from .fields import Fields
from .header import said
from .splitting import SPLITTINGS, Splitting
from .template import begin, template_of
from .vocabulary import DEFINED, NORMAL, Vocabulary

_LONGEST = 64
"""Characters of a token that is looked for in parts; sentencepiece makes them of 16 at most."""


def tokenizer_of(vocabulary: Vocabulary) -> Any:
    """A `PreTrainedTokenizerFast` with the file's template. `TokenizerBroken` where the file has no tokenizer that is known here."""
    from transformers import PreTrainedTokenizerFast

    fields = vocabulary.fields
    kinds = {"gpt2": _by_bytes, "llama": _by_scores}
    if vocabulary.model not in kinds:
        raise TokenizerBroken(
            f"{fields.name} has a tokenizer of the kind {said(vocabulary.model)}, which r1widget doesn't know.",
            served(fields),
        )
    try:
        model, steps = kinds[vocabulary.model](vocabulary)
        # transformers copies what it is given by writing it as JSON and reading that: 0.4 s where it has a vocabulary.
        tokenizer: Any = PreTrainedTokenizerFast(
            tokenizer_object=steps, chat_template=template_of(fields), clean_up_tokenization_spaces=False
        )
        tokenizer.backend_tokenizer.model = model
        _add_special(tokenizer.backend_tokenizer, vocabulary)
        for what in ("bos", "eos"):
            if (id := vocabulary.named(what)) is not None:
                setattr(tokenizer, f"{what}_token", vocabulary.texts[id])
        if _begins(vocabulary):
            begin(tokenizer)
    except TokenizerBroken:
        raise
    except Exception as error:  # of tokenizers, which has no other kind
        raise TokenizerBroken(
            f"The tokenizer of {fields.name} can't be read: {said(str(error)).rstrip('.')}.",
            "Get another file of the model.",
        ) from error
    if not gives_back(tokenizer):
        raise TokenizerBroken(
            f"The tokenizer of {fields.name} doesn't give back the text it is given.", "Get another file of the model."
        )
    return tokenizer


def _by_bytes(vocabulary: Vocabulary) -> tuple[models.BPE, Tokenizer]:
    """Byte-level BPE: the model, and all that is around it."""
    splitting = _splitting(vocabulary.fields)
    words = _words(vocabulary)
    merges = vocabulary.fields.texts("tokenizer.ggml.merges")
    if merges is None:
        raise TokenizerBroken(f"{vocabulary.fields.name} has no merges of tokens.", "Get a newer file of the model.")
    pairs = [(first, second) for first, _, second in (merge.partition(" ") for merge in merges)]
    try:
        model = models.BPE(vocab=words, merges=pairs, ignore_merges=splitting.whole)
    except Exception:  # of merges that can't happen, which llama.cpp passes over
        pairs = [pair for pair in pairs if {*pair, "".join(pair)} <= words.keys()]
        model = models.BPE(vocab=words, merges=pairs, ignore_merges=splitting.whole)
    steps = Tokenizer(models.BPE())
    cuts = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in splitting.patterns]
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    steps.pre_tokenizer = pre_tokenizers.Sequence([*cuts, bytes_])
    steps.decoder = decoders.ByteLevel()
    return model, steps


def _by_scores(vocabulary: Vocabulary) -> tuple[models.BPE, Tokenizer]:
    """As sentencepiece's BPE: of all neighbours that make a token, those of the best score first; bytes for the rest."""
    model = models.BPE(vocab=_words(vocabulary), merges=_merges(vocabulary), byte_fallback=True, fuse_unk=False)
    steps = Tokenizer(models.BPE())
    spaced = vocabulary.fields.flag("tokenizer.ggml.add_space_prefix") is not False
    prefix: list[Any] = [normalizers.Prepend("▁")] if spaced else []
    steps.normalizer = normalizers.Sequence([*prefix, normalizers.Replace(" ", "▁")])
    unspaced: list[Any] = [decoders.Strip(" ", 1, 0)] if spaced else []
    steps.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), *unspaced])
    return model, steps


def _splitting(fields: Fields) -> Splitting:
    """An unknown one is refused, as llama.cpp does: cut in another way, a text would have ids that the model doesn't know."""
    name = fields.text("tokenizer.ggml.pre") or "default"
    if name not in SPLITTINGS:
        raise TokenizerBroken(
            f"{fields.name} cuts a text into words in a way that it calls {said(name)}, which r1widget doesn't know.",
            served(fields),
        )
    return SPLITTINGS[name]


def _words(vocabulary: Vocabulary) -> dict[str, int]:
    """The tokens that aren't added behind them: what is special and comes last is no word that a text might have."""
    count = vocabulary.used
    special = set(vocabulary.special)
    while count and count - 1 in special:
        count -= 1
    return {text: id for id, text in enumerate(vocabulary.texts[:count])}


def _add_special(backend: Tokenizer, vocabulary: Vocabulary) -> None:
    """Those behind the words get the next ids in turn, so all of them must be given, in order."""
    backend.add_tokens(
        [
            AddedToken(vocabulary.texts[id], special=vocabulary.kinds[id] != DEFINED, normalized=False)
            for id in vocabulary.special
            if id < vocabulary.used
        ]
    )


def _merges(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Each way in which two tokens make a third, those of the best score first."""
    texts, scores = vocabulary.texts, vocabulary.scores
    if scores is None:
        raise TokenizerBroken(
            f"{vocabulary.fields.name} has no scores of its tokens.", "Get a newer file of the model."
        )
    normal = {text: id for text, id in vocabulary.ids.items() if vocabulary.kinds[id] == NORMAL}
    order = sorted(normal.values(), key=lambda id: -scores[id])
    return [pair for id in order for pair in _halves(texts[id], normal)]


def _halves(text: str, words: dict[str, int]) -> Iterator[tuple[str, str]]:
    if len(text) <= _LONGEST:
        for at in range(1, len(text)):
            if text[:at] in words and text[at:] in words:
                yield text[:at], text[at:]


def _begins(vocabulary: Vocabulary) -> bool:
    """Whether a prompt begins with the token for that, whatever its template says."""
    said_so = vocabulary.fields.flag("tokenizer.ggml.add_bos_token")
    if said_so is not None:
        return said_so
    return vocabulary.model == "llama" or _splitting(vocabulary.fields).begins
