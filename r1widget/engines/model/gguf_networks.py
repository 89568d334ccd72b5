"""`load_gguf`: the network of a GGUF file, its weights as the file has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import NoSuchQuantization
from ..progress import Reporter
from ..weights import choosing, memory
from ..weights.choosing import Choice
from ..weights.gguf.types import EXACT, FLOATS
from ..weights.linears import Scheme, scheme
from ..weights.linears.arrangement import held
from ..weights.linears.as_stored import as_stored
from ..weights.safetensors import Contents
from . import architectures
from .networks import chunk_size, on_device

if TYPE_CHECKING:
    from ..weights.gguf.model import Gguf
    from .network import Network


def load_gguf(
    name: str, gguf: Gguf, *, device: str, dtype: str, quantization: str | None, report: Reporter
) -> tuple[Network, Choice]:
    """The network, and how its weights are held. Before any is read, the memory is counted: `NotEnoughMemory`.

    On a CPU quantized weights stay as the file has them; others are quantized as a checkpoint's are. On another device all are
    numbers of one type.
    """
    device = choosing.place(device)
    config: Any = gguf.config
    source, parameters = gguf.source(), gguf.contents.parameters
    parts = architectures.parts(config, source.names)
    kinds = {source.kind(weight) for part in parts for weight in part.weights}
    way: Scheme
    if device == "cpu" and not kinds <= FLOATS:
        if quantization not in ("auto", None):
            raise NoSuchQuantization(f"{name} is quantized already: {gguf.quantization}.", 'Take quantization="auto".')
        way = as_stored(gguf.quantization, kinds)
        kind = choosing.type_for(dtype, device, parameters)
        choice = Choice(way.name, kind, held(source, parts, way), _why(kinds, gguf.quantization))
    else:
        contents = Contents(parameters, parameters, 0)
        choice = choosing.choose(
            quantization if device == "cpu" else None,
            dtype,
            name=name,
            contents=contents,
            config=config,
            device=device,
            lean=True,
        )
        way = scheme(choice.quantization, choice.dtype)
    memory.check(name, memory.needed(choice.bytes, config), device)
    text = f"Loading {name}"
    report("load", text)
    transformer = architectures.assemble(
        config,
        source,
        way,
        name=name,
        key=gguf.fingerprint,
        device=device,
        dtype=choice.dtype,
        chunk_size=chunk_size(device, parameters),
        parameters=parameters,
        report=lambda done, total: report("load", text, done, total),
    )
    return on_device(transformer), choice


def _why(kinds: set[str], quantization: str) -> str:
    others = sorted(kinds - EXACT - FLOATS)
    return f"its file has it so ({quantization})" + (f"; {', '.join(others)} is held in 8 bits" if others else "")
