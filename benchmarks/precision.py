"""What smaller weights cost in exactness: error of the logits, divergence, and how often the most probable token stays.

    python -m benchmarks.precision [--checkpoint FOLDER]

On the pocket model, over traces that it wrote itself, against float32; and on a checkpoint (by default none: the random one
of `benchmarks.checkpoint` is 3.6 GB), over random ids, against bfloat16. Random weights are the worst case for top-1
agreement: their logits are all alike, so the least change puts another token first.
"""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

import torch
import transformers

from r1widget import pocket
from r1widget.engines import Request, load
from r1widget.engines.model import architectures
from r1widget.engines.model.lean import Lean
from r1widget.engines.model.network import Chunk
from r1widget.engines.weights import safetensors
from r1widget.engines.weights.linears import scheme
from r1widget.engines.weights.linears.report import compare
from r1widget.engines.weights.safetensors_source import SafetensorsSource
from r1widget.settings import Settings

QUESTIONS = ("What is 17 × 24?", "What is 385 + 467?", "What is 902 - 348?", "What is 36 × 12 + 58?", "Who are you?")


def network(folder: Path, quantization: str | None, dtype: torch.dtype) -> Lean:
    files = safetensors.files(folder)
    return Lean(
        architectures.assemble(
            transformers.AutoConfig.from_pretrained(folder),
            SafetensorsSource(files),
            scheme(quantization, dtype),
            name=folder.name,
            key=safetensors.fingerprint(files),
            device="cpu",
            dtype=dtype,
            chunk_size=256,
            parameters=0,
            report=lambda done, total: None,
        )
    )


def logits(of: Lean, texts: list[list[int]]) -> torch.Tensor:
    """What it thinks comes after each id, (ids, vocabulary)."""
    with torch.inference_mode():
        results = []
        for text in texts:
            memory = of.new_cache()
            memory.reserve(len(text))
            results += of.forward([Chunk(memory, text, len(text))])
        return torch.cat(results)


def written() -> list[list[int]]:
    """Conversations of the pocket model, prompt and reply, as ids."""
    engine = load("pocket")
    texts = []
    for question in QUESTIONS:
        messages = [{"role": "user", "content": question}]
        request = Request(messages=messages, settings=Settings(temperature=0, max_tokens=600))
        deltas = list(engine.stream(request, threading.Event()))
        texts.append(engine.prompt_ids(messages) + [score.id for delta in deltas for score in delta.scores])  # type: ignore[attr-defined]
    return texts


def table(folder: Path, name: str, texts: list[list[int]], dtype: torch.dtype) -> None:
    reference = logits(network(folder, None, dtype), texts)
    for quantization in ("int8", "int4"):
        found = compare(logits(network(folder, quantization, torch.bfloat16), texts), reference)
        print(
            f"| {name} | {quantization} | {found.error:.2%} | {found.divergence:.5f} | {found.agreement:.2%} "
            f"| {len(reference):,} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", type=Path)
    arguments = parser.parse_args()
    print("| model | weights | error of the logits | divergence, nats | same first token | positions |")
    print("|---|---|---|---|---|---|")
    table(pocket.path(), "pocket", written(), torch.float32)
    if arguments.checkpoint:
        generator = torch.Generator().manual_seed(0)
        ids = torch.randint(0, 100_000, (4, 64), generator=generator).tolist()
        table(arguments.checkpoint, arguments.checkpoint.name, ids, torch.bfloat16)


if __name__ == "__main__":
    main()
