"""A checkpoint's weights as GGUF files, at the bits that llama.cpp is measured with. It needs `gguf` and `llama-cpp-python`.

The files have a vocabulary and a chat template, so that this project's engine is measured on the same ones.
"""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path

from benchmarks import gguf_writing

PLAIN = "BF16.gguf"
"""What the others are made of; it may go when they are there."""

SIMPLE = "Q8_0", "Q4_0"
"""What the package `gguf` can make without llama.cpp."""


def missing() -> str:
    """Why llama.cpp can't be measured here, in a sentence; empty where it can."""
    names = [name for name in ("llama_cpp", "gguf") if importlib.util.find_spec(name) is None]
    packages = " ".join(name.replace("llama_cpp", "llama-cpp-python") for name in names)
    return f"llama.cpp is not installed (pip install {packages})." if names else ""


def quantized(folder: Path, kind: str, *, tokenizer: Path | None = None) -> Path:
    """The checkpoint in `folder` as llama.cpp makes `kind` of it (`Q8_0`, `Q4_0`, `Q4_K_M`); made there, where it isn't yet.

    `tokenizer` is a folder with another tokenizer than the checkpoint's.
    """
    path = folder / f"{kind}.gguf"
    if path.exists():
        return path
    if reason := missing():
        if kind not in SIMPLE or importlib.util.find_spec("gguf") is None:
            raise RuntimeError(reason)
        gguf_writing.write(folder, path, kind=kind, tokenizer=tokenizer)
        return path
    import llama_cpp

    from benchmarks.engine_llama import silent

    plain, partial = folder / PLAIN, folder / f"{kind}.gguf.part"
    if not plain.exists():
        gguf_writing.write(folder, plain, tokenizer=tokenizer)
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    how = llama_cpp.llama_model_quantize_default_params()
    how.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    failed = llama_cpp.llama_model_quantize(bytes(plain), bytes(partial), ctypes.byref(how))
    if failed:
        raise RuntimeError(f"llama.cpp could not quantize the checkpoint ({failed}).")
    partial.rename(path)
    return path
