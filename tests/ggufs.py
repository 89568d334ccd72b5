"""GGUF files whose headers are whole and whose weights are zeros, written without a library: what is said of them is all that counts."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from r1widget.engines.weights.gguf.types import TYPES

THINKS = "{{ messages[0].content }}<think>"
NUMBERS = {kind.name: number for number, kind in TYPES.items()}
SIZES = {
    "embedding_length": 256,
    "block_count": 1,
    "feed_forward_length": 512,
    "attention.head_count": 4,
    "attention.head_count_kv": 2,
    "context_length": 4096,
}


def write(
    path: Path,
    metadata: Mapping[str, object] | None = None,
    tensors: Mapping[str, tuple[tuple[int, ...], str]] | None = None,
) -> Path:
    """`tensors`: shapes as torch has them, and types by their names."""
    tensors = tensors or {}
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata or {}))
    head += b"".join(_text(key) + _value(value) for key, value in (metadata or {}).items())
    at = 0
    for name, (shape, kind) in tensors.items():
        head += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        head += struct.pack("<IQ", NUMBERS[kind], at)
        count = 1
        for side in shape:
            count *= side
        weights = TYPES[NUMBERS[kind]]
        at += -(-(count // weights.weights * weights.bytes) // 32) * 32
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(head + b"\0" * (-len(head) % 32))
        file.truncate(file.tell() + at)  # zeros that take no place
    return path


def model(
    path: Path,
    kinds: tuple[str, str] = ("Q4_K", "Q6_K"),
    metadata: Mapping[str, object] | None = None,
    *,
    words: int = 1024,
    vocabulary: int = 0,
) -> Path:
    """One layer of Qwen2's shape, its layers of one type and its last of another."""
    said: dict[str, object] = {"general.architecture": "qwen2", "tokenizer.chat_template": THINKS}
    said |= {f"qwen2.{key}": value for key, value in SIZES.items()}
    said |= metadata or {}
    if vocabulary:
        said["tokenizer.ggml.tokens"] = [f"token{number}" for number in range(vocabulary)]
        said["tokenizer.ggml.merges"] = [f"to ken{number}" for number in range(vocabulary)]
    shapes = {"attn_q": (256, 256), "attn_output": (256, 256), "ffn_up": (512, 256), "ffn_down": (256, 512)}
    tensors: dict[str, tuple[tuple[int, ...], str]] = {"token_embd.weight": ((words, 256), kinds[0])}
    tensors |= {f"blk.0.{name}.weight": (shape, kinds[0]) for name, shape in shapes.items()}
    tensors |= {"output.weight": ((words, 256), kinds[1]), "output_norm.weight": ((256,), "F32")}
    return write(path, said, tensors)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    assert isinstance(value, list)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
