"""`load_network`: a checkpoint's files in, a network that fits this machine out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch

from ...errors import WeightsCorrupt
from ..pace import Speedometer
from ..progress import Reporter
from ..weights import choosing, memory, safetensors
from ..weights.choosing import Choice
from ..weights.hub import Place
from ..weights.linears import remove_others, scheme
from ..weights.quantizing.calibration import Calibration, ids_of
from ..weights.precision import SMALL, quantized_bytes
from ..weights.safetensors_source import SafetensorsSource
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
    where: Place, config: Any, *, device: str, dtype: str, quantization: str | None, report: Reporter
) -> tuple[Network, Choice]:
    """The network of a place, its weights downloaded and whole, and how they are held. Before anything large is read,
    the memory is counted: `NotEnoughMemory` says what would fit."""
    device = choosing.place(device)
    text_config = config.get_text_config()
    lean = architectures.is_known(config)
    if where.weight_bytes is not None:
        least = where.weight_bytes if quantization is None else where.weight_bytes // 4
        memory.check(where.name, memory.needed(least), device)
        where.fetch_weights()
    files = safetensors.files(where.folder)
    if not files:
        raise WeightsCorrupt(f"{where.name} has no weights: there is no {safetensors.WHOLE} in its folder.")
    contents = safetensors.read(files)
    choice = choosing.choose(
        quantization, dtype, name=where.name, contents=contents, config=text_config, device=device, lean=lean
    )
    smaller = None
    if lean and device == "cpu" and choice.quantization != "int4" and contents.parameters >= SMALL:
        smaller = quantized_bytes("int4", contents, text_config)
    memory.check(
        where.name,
        memory.needed(choice.bytes, text_config),
        device,
        quantized=None if smaller is None else memory.needed(smaller, text_config),
    )
    size = chunk_size(device, contents.parameters)
    if not lean:
        return Reference.load(where.folder, where.name, choice.dtype, device, size, report), choice
    bits = {"int8": " at 8 bits", "int4": " at 4 bits"}.get(choice.quantization or "", "")
    text = f"Loading {where.name}{bits}"
    report("load", text)
    source, way = SafetensorsSource(files), scheme(choice.quantization, choice.dtype, parameters=contents.parameters)
    transformer = architectures.assemble(
        text_config,
        source,
        way,
        name=where.name,
        key=safetensors.fingerprint(files),
        device=device,
        dtype=choice.dtype,
        chunk_size=size,
        parameters=contents.parameters,
        report=lambda done, total: report("load", text, done, total),
        importance=Calibration(text_config, source, partial(ids_of, where.folder)) if way.calibrated else None,
    )
    network = on_device(transformer)
    if where.revision is not None:  # a folder's name may be another model's too
        remove_others(where.name, safetensors.fingerprint(files))
    return network, choice


def chunk_size(device: str, parameters: int) -> int:
    """How many ids a pass reads at most of a long prompt."""
    return CHUNKS["gpu" if device != "cpu" else "cpu, large" if parameters >= LARGE else "cpu"]


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
