"""`encode`: the beginning of a reply that is there already, as ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import Piece, Prefill
from .closing import ThinkingTokens
from .decoding import Decoder
from .tokens import Tokens


def encode(prefill: Prefill, *, opened: bool, tokens: Tokens, words: ThinkingTokens) -> list[Piece]:
    """What comes behind `prefill.ids`, in pieces of whole characters; the end of the thinking is a piece of its own.

    `opened`: the prompt has opened the thinking. Whatever a person typed is text: only the tag between thought and answer
    is a control token.
    """
    pieces: list[Piece] = []
    if not opened and not prefill.ids and (prefill.reasoning or prefill.answer is None):
        pieces.append(Piece(tuple(words.opening(prefill.reasoning)), ""))
    pieces += _text(prefill.reasoning, tokens)
    if prefill.answer is not None:
        if not prefill.closed and (opened or prefill.ids or prefill.reasoning):
            pieces.append(Piece(tuple(words.control(words.close)), words.close, closes=True))
        pieces += _text(prefill.answer, tokens)
    return pieces


def _text(text: str, tokens: Tokens) -> list[Piece]:
    ids = tokens.encode(text)
    pieces = list(_pieces(ids, Decoder(tokens.backend)))
    if "".join(piece.text for piece in pieces) == text:
        return pieces
    # A tokenizer that changes the text (R1's joins letters and their accents): where in it an id ends isn't known.
    return [Piece(tuple(ids), text)]


def _pieces(ids: Iterable[int], decoder: Decoder) -> Iterator[Piece]:
    held: list[int] = []
    for id in ids:
        held.append(id)
        if text := decoder.feed(id):
            yield Piece(tuple(held), text)
            held = []
    if held:
        yield Piece(tuple(held), decoder.flush())
