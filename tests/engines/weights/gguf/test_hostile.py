"""A small file, damaged in whatever way: what comes of it is a model, or one of our errors. Never another one, nor a hang."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from r1widget.engines.weights.gguf.header import read_header
from r1widget.engines.weights.gguf.model import open_gguf
from r1widget.errors import EngineError
from tests.engines.weights.gguf.made import Model, add_scored_vocabulary

COUNT = 150
VALUES = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]


def damaged(whole: bytes, header: int, of: random.Random) -> bytes:
    """In its header, mostly at its ends, where there are no tokens: bytes changed, numbers made large, parts left out or twice."""
    content = bytearray(whole)
    for _ in range(of.randrange(1, 4)):
        place = of.choice([of.randrange(24), of.randrange(header), of.randrange(1200), header - 1 - of.randrange(1500)])
        way = of.choices(["byte", "int", "long", "less", "more"], [6, 2, 1, 1, 1])[0]
        if way == "byte":
            content[place] = of.randrange(256)
        elif way == "int":
            struct.pack_into("<I", content, min(place, header - 4), of.choice(VALUES))
        elif way == "long":
            struct.pack_into("<Q", content, min(place, header - 8), of.choice(VALUES) << of.choice([0, 1, 31, 32]))
        elif way == "less":
            del content[place : place + of.randrange(1, 40)]
        else:
            content[place:place] = content[place : place + of.randrange(1, 40)]
    return bytes(content[: of.randrange(len(content))] if of.random() < 0.1 else content)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("architecture", ["llama", "qwen3"])
def test_a_damaged_file_is_one_of_our_errors(tmp_path: Path, architecture: str) -> None:
    model = Model(architecture)
    model.says = {"rope.scaling.type": "yarn", "rope.scaling.factor": 2.0, "tokenizer.ggml.add_bos_token": True}
    if architecture == "llama":
        model.vocabulary = add_scored_vocabulary
    path = model.write(tmp_path / "model.gguf")
    whole, header = path.read_bytes(), read_header(path).data
    of = random.Random(f"damage {architecture}")
    refusals: list[str] = []
    for _ in range(COUNT):
        path.write_bytes(damaged(whole, header, of))
        try:
            found = open_gguf(path)
            found.tokenizer()
            assert found.summary.types
            assert found.generation.eos_token_id is not None
            assert found.fingerprint
            source = found.source()
            for name in source.names:
                source.rows(name, 0, 1)
        except EngineError as error:
            refusals.append(str(error))
    assert 5 < len(refusals) < COUNT - 5, "it was to be damaged here and there"
    assert all(text.isprintable() for text in refusals)


def test_a_damaged_token_is_told(tmp_path: Path) -> None:
    path = Model().write(tmp_path / "model.gguf")
    whole = path.read_bytes()
    at = whole.index(b"<think>")
    path.write_bytes(whole[:at] + b"\xff\xfe" + whole[at + 2 :])
    with pytest.raises(EngineError, match=r"tokenizer of model\.gguf can't be read"):
        open_gguf(path).tokenizer()
