"""Ids to text, one by one: whole characters, the same text as at once, and no work done twice."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tokenizers import Tokenizer

from r1widget.engines.text.decoding import HELD_AT_MOST, Decoder
from tests import real, tiny

TEXTS = [
    "Hello world!\nThe answer is 42.",
    "日本語の答えは四十二です。我想一想，答案是：42。",
    "👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 thumb, 🇩🇪",
    "e\u0301 and a\u030a\u0323, नमस्ते, שלום, ภาษาไทย",
    "\\boxed{408}\r\n\t  x²  \u2028 \N{REPLACEMENT CHARACTER} end",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 \U0010ffff",
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    folder = tmp_path_factory.mktemp("tokenizer")
    tiny.tokenizer_file(folder)
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def large() -> Tokenizer:
    return Tokenizer.from_file(str(real.FOLDER / "tokenizer.json"))


@pytest.fixture(scope="module")
def by_bytes() -> Tokenizer:
    """SentencePiece's ways: spaces as marks, the first one dropped, unknown characters as bytes."""
    from tokenizers import decoders, models, pre_tokenizers

    pieces = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *"abcdefghijklmnopqrstuvwxyz"]
    backend = Tokenizer(
        models.BPE({piece: id for id, piece in enumerate(pieces)}, [], unk_token="<unk>", byte_fallback=True)
    )
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return backend


def pieces(backend: Tokenizer, ids: list[int]) -> list[str]:
    decoder = Decoder(backend)
    return [*(decoder.feed(id) for id in ids), decoder.flush()]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", ["small", "by_bytes", pytest.param("large", marks=real.needed)])
def test_characters_are_never_split(kind: str, text: str, request: pytest.FixtureRequest) -> None:
    backend: Tokenizer = request.getfixturevalue(kind)
    ids = backend.encode(text, add_special_tokens=False).ids
    got = pieces(backend, ids)
    assert "".join(got) == backend.decode(ids, skip_special_tokens=False)
    broken = "".join(got).count("\N{REPLACEMENT CHARACTER}")
    assert broken == text.count("\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("seed", range(20))
def test_noise_comes_out_as_it_does_at_once(small: Tokenizer, seed: int) -> None:
    chance = random.Random(seed)
    ids = [chance.randrange(small.get_vocab_size()) for _ in range(300)]
    assert "".join(pieces(small, ids)) == small.decode(ids, skip_special_tokens=False)


def test_control_tokens_are_text(small: Tokenizer) -> None:
    ids = small.encode(f"a{tiny.CLOSE}b{tiny.END}").ids
    assert pieces(small, ids) == ["a", tiny.CLOSE, "b", tiny.END, ""]


def test_what_is_held_is_counted_and_flushed(small: Tokenizer) -> None:
    ids = small.encode("é🙂").ids
    decoder = Decoder(small)
    held = []
    for id in ids[:-1]:
        decoder.feed(id)
        held.append(decoder.held)
    assert held == [1, 0, 1, 2, 3]
    assert decoder.flush() == "\N{REPLACEMENT CHARACTER}"
    assert (decoder.flush(), decoder.held) == ("", 0)


def test_bytes_that_make_no_character_are_let_go(small: Tokenizer) -> None:
    continuation = small.encode("é").ids[1]
    decoder = Decoder(small)
    got = [decoder.feed(continuation) for _ in range(3 * HELD_AT_MOST)]
    assert "".join(got) == "\N{REPLACEMENT CHARACTER}" * (3 * HELD_AT_MOST)
    assert decoder.held == 0


def test_the_work_is_linear(small: Tokenizer) -> None:
    class Counting:
        ids = 0

        def decode(self, ids: list[int], **options: Any) -> str:
            self.ids += len(ids)
            return str(small.decode(ids, **options))

    counting = Counting()
    decoder = Decoder(counting)
    ids = small.encode("The answer 答え 👩‍👩‍👧 is 42. " * 50).ids
    for id in ids:
        decoder.feed(id)
    assert counting.ids < 12 * len(ids)
