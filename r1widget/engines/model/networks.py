"""`load_network`: a checkpoint's files in, a network that fits this machine out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from ...errors import WeightsCorrupt
from ..pace import Speedometer
from ..progress import Reporter
from ..weights import choosing, memory
from ..weights.choosing import Choice
from ..weights.linears import Scheme, remove_others, scheme, stored_scheme
from ..weights.linears.arrangement import held
from ..weights.model_files import ModelFiles
from ..weights.precision import SMALL, quantized_bytes
from ..weights.quantizing.calibration import Calibration, ids_of
from ..weights.safetensors import Contents
from ..weights.source import Source
from . import architectures
from .graphs import Graphs
from .lean import Lean
from .network import Chunk, Network
from .reference import Reference
from .transformer import Transformer

LARGE = 500_000_000
"""Parameters from which a CPU reads so slowly that it reads in smaller chunks, to be stopped within about a second."""
CHUNKS = {"gpu": 1024, "cpu": 256, "cpu, large": 128}


def load_network(
    files: ModelFiles, *, device: str, dtype: str, quantization: str | None, report: Reporter
) -> tuple[Network, Choice]:
    """The network of a model's files, its weights downloaded and whole, and how they are held. Before anything large is read,
    the memory is counted: `NotEnoughMemory` says what would fit."""
    device = choosing.place(device)
    where, config, stored = files.place, files.config, files.summary
    text_config = config.get_text_config()
    lean = architectures.is_known(config)
    if where.weight_bytes is not None:
        least = where.weight_bytes if quantization is None else where.weight_bytes // 4
        memory.check(where.name, memory.needed(least), device)
        where.fetch_weights()
    contents = files.contents
    choice = choosing.choose(
        quantization,
        dtype,
        name=where.name,
        contents=contents,
        config=text_config,
        device=device,
        lean=lean,
        stored=stored,
    )
    needed = partial(memory.needed, config=text_config, width=choice.dtype.itemsize)
    size = "gpu" if device != "cpu" else "cpu, large" if contents.parameters >= LARGE else "cpu"
    if not lean:
        memory.check(where.name, needed(choice.bytes), device)
        return Reference.load(where.folder, where.name, choice.dtype, device, CHUNKS[size], report), choice
    source, way = files.source(), _way(choice, contents)
    if device == "cpu":
        choice = _counted(choice, way, text_config, source)
    smaller = _smaller(choice, contents, text_config, device)
    memory.check(where.name, needed(choice.bytes), device, quantized=smaller)
    text = f"Loading {where.name}{_in_words(choice.quantization, where.name)}"
    report("load", text)
    # A repository has a file for each type, and each what was made of it.
    kept_as = where.name if where.file is None else f"{where.name}-{where.file.stem}"
    transformer = architectures.assemble(
        text_config,
        source,
        way,
        name=kept_as,
        key=files.fingerprint,
        device=device,
        dtype=choice.dtype,
        chunk_size=CHUNKS[size],
        parameters=contents.parameters,
        report=lambda done, total: report("load", text, done, total),
        importance=Calibration(text_config, source, lambda: ids_of(files.tokenizer())) if way.calibrated else None,
    )
    network = on_device(transformer)
    if where.revision is not None:  # a folder's name may be another model's too
        remove_others(kept_as, files.fingerprint)
    return network, choice


def _way(choice: Choice, contents: Contents) -> Scheme:
    """How the weights are held, with what is here: the kernel is compiled, where there is none yet."""
    if choice.as_stored:
        return stored_scheme(str(choice.quantization))
    return scheme(choice.quantization, choice.dtype, parameters=contents.parameters)


def _in_words(quantization: str | None, name: str) -> str:
    """Behind a model's name, which may say it already."""
    if quantization is None or name.endswith(quantization):
        return ""
    return {"int8": " at 8 bits", "int4": " at 4 bits"}.get(quantization, f" ({quantization})")


def _counted(choice: Choice, way: Scheme, config: Any, source: Source) -> Choice:
    """The choice with what quantized layers will take, to the byte; and why they aren't faster."""
    if choice.quantization is None:
        return choice
    why = f"{choice.why}. {way.why}".rstrip(".") if way.why else choice.why
    return replace(choice, bytes=held(source, architectures.parts(config, source.names), way), why=why)


def _smaller(choice: Choice, contents: Contents, config: Any, device: str) -> int | None:
    """What the model needs in four bits, where that is less."""
    if device != "cpu" or choice.quantization == "int4" or contents.parameters < SMALL:
        return None
    least = quantized_bytes("int4", Contents(contents.parameters, contents.parameters, 0), config)
    return memory.needed(least, config) if least < choice.bytes else None


def on_device(transformer: Transformer) -> Lean | Graphs:
    """What runs passes where these weights are: a network with CUDA graphs, or the plain one."""
    if transformer.device.type != "cuda":
        return Lean(transformer)
    from . import cuda

    network = Graphs(
        transformer, recorder=cuda.Capturer(transformer.device), free=partial(cuda.free, transformer.device)
    )
    network.warm()
    return network


def check(network: Network, ids: Sequence[int], name: str, speed: Speedometer) -> None:
    """Read a few ids, then one: `WeightsCorrupt` where no numbers come out. The second pass tells how fast it writes."""
    cache = network.new_cache()
    with torch.inference_mode():
        cache.reserve(len(ids) + 2)
        (logits,) = network.forward([Chunk(cache, ids)])
        if not bool(torch.isfinite(logits).all()):
            raise WeightsCorrupt(f"{name} computes no numbers: its weights are damaged.")
        for _ in range(2):
            started = time.perf_counter()
            network.forward([Chunk(cache, ids[-1:])])
        speed.learn(time.perf_counter() - started, written=1, chats=1, read=0)
