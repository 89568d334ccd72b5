"""`load_network`: a checkpoint's files in, a network that fits this machine out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import torch

from ...errors import WeightsCorrupt
from ..pace import Speedometer
from ..progress import Reporter
from ..weights import choosing, memory
from ..weights.choosing import Choice
from ..weights.linears import remove_others, scheme, stored_scheme
from ..weights.model_files import ModelFiles
from ..weights.precision import SMALL, quantized_bytes
from ..weights.quantizing.calibration import Calibration, ids_of
from ..weights.safetensors import Contents
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
    smaller = None
    if lean and device == "cpu" and choice.quantization != "int4" and contents.parameters >= SMALL:
        least = quantized_bytes("int4", Contents(contents.parameters, contents.parameters, 0), text_config)
        smaller = least if least < choice.bytes else None
    memory.check(
        where.name,
        memory.needed(choice.bytes, text_config),
        device,
        quantized=None if smaller is None else memory.needed(smaller, text_config),
    )
    size = "gpu" if device != "cpu" else "cpu, large" if contents.parameters >= LARGE else "cpu"
    if not lean:
        return Reference.load(where.folder, where.name, choice.dtype, device, CHUNKS[size], report), choice
    bits = {"int8": " at 8 bits", "int4": " at 4 bits", None: ""}.get(choice.quantization, f" ({choice.quantization})")
    if str(choice.quantization) in where.name:
        bits = ""
    text = f"Loading {where.name}{bits}"
    report("load", text)
    source = files.source()
    if choice.as_stored:
        held = stored_scheme(str(choice.quantization))
    else:
        held = scheme(choice.quantization, choice.dtype, parameters=contents.parameters)
    transformer = architectures.assemble(
        text_config,
        source,
        held,
        name=where.name,
        key=files.fingerprint,
        device=device,
        dtype=choice.dtype,
        chunk_size=CHUNKS[size],
        parameters=contents.parameters,
        report=lambda done, total: report("load", text, done, total),
        importance=Calibration(text_config, source, lambda: ids_of(files.tokenizer())) if held.calibrated else None,
    )
    network = on_device(transformer)
    if where.revision is not None and held.kept:  # a folder's name may be another model's too
        remove_others(where.name, files.fingerprint)
    return network, choice


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
