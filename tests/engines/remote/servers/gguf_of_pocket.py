"""The pocket model as a GGUF file, which llama.cpp's servers read: its weights, its tokenizer, its chat template."""

from __future__ import annotations

from pathlib import Path

from benchmarks import gguf_writing

MODEL = Path(__file__).parents[4] / "r1widget" / "pocket" / "model"


def write_gguf(path: Path, kind: str = "F16") -> None:
    """Write it, its matrices as `kind`."""
    gguf_writing.write(MODEL, path, kind=kind, pre="qwen2")
