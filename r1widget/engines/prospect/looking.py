"""`prospect`: what is to be expected of a model that a chat names; `ready`: what is true of one that has been loaded.

Never wrong knowingly and never in the way: what can't be told is None, and whatever goes wrong while looking is as if nothing were
known. In which precision it will be held is decided by the same function as when it is loaded (weights/precision.py).
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from ... import pocket
from ...number import whole
from ...reasoning import TABLE
from .. import DEFAULT_MODEL, is_name, name_of
from ..cache_folder import root
from ..identity import Identity, identity
from ..location import locate
from ..model.known import is_known
from ..titles import title_of
from ..weights import safetensors
from ..weights.gguf.summary import summary
from ..weights.here import Here, certainly_here
from ..weights.hub_cache import in_cache
from ..weights.precision import BITS, decide, quantized_bytes
from . import loads
from .checkpoint import Checkpoint
from .gguf import held
from .machine import Device, expected_device
from .shape import BYTES, width_of

logger = logging.getLogger("r1widget")

_THINKS = re.compile(
    r"deepseek-?r1|(?:^|[-_/ ])r1(?:[-_ ]|$)|qwq|qwen-?3(?![\d.])(?!.*(?:instruct|coder|base|embedding|rerank))|thinking|reason"
    r"|magistral|gpt-oss|smollm3|marco-?o1|exaone-deep|(?:^|/)o[134](?:-|$)",
    re.IGNORECASE,
)
"""Names of models that write a thought before their answer."""
_ANSWERS_ALONE = re.compile(r"non-?(?:thinking|reasoning)|no-?think", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What isn't known is None."""

    title: str
    """As a person calls it, without whose it is."""
    place: Literal["here", "server", "object"]
    """Where it runs: on this machine, on a server, or it is an object that code has made."""
    server: str | None = None
    """Of a server: its host, with the port where the address names one."""
    skill: Literal["sums", "reasoning"] | None = None
    """Sums alone, or thoughts."""
    parameters: int | None = None
    file_type: str | None = None
    """Of a GGUF file: how its weights lie in it, as llama.cpp calls that (`Q4_K_M`)."""
    bits: int | None = None
    """Of a weight, as it will be held or is; where that differs, of those with the fewest."""
    most_bits: int | None = None
    """And of those with the most; None where all have the same."""
    device: Device | None = None
    download: int | None = None
    """Bytes that have to come from the network yet, about; None where there are none, too."""
    memory: int | None = None
    """Bytes that its weights take."""
    seconds: float | None = None
    """Until it is loaded, about: as long as it took last on this machine, or else by its size. Without the download."""

    def to_dict(self) -> dict[str, Any]:
        """What is known."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


def prospect(
    model: Any = None,
    *,
    base_url: str | None = None,
    quantization: str | None = "auto",
    title: str | None = None,
    **options: Any,
) -> Prospect:
    """Of what `engines.load` takes. No key goes into it, no path, and of a server's address the host alone. `title` is what a
    person has it called."""
    found = _prospect(model, base_url, quantization, options)
    return replace(found, title=title) if title else found


def _prospect(model: Any, base_url: str | None, quantization: str | None, options: Mapping[str, Any]) -> Prospect:
    if not is_name(model):
        return Prospect(title=title_of(name_of(model)), place="object")
    if base_url is not None:
        named = os.fspath(model) if model else ""
        return Prospect(
            title=title_of(named) or _host(base_url), place="server", server=_host(base_url), skill=_skill(named)
        )
    title = name_of(model, options.get("file"))
    try:
        return _here(title, model, quantization, options)
    except Exception:  # of a file that is none, a drive that is gone
        logger.debug("nothing can be said of a model", exc_info=True)
        return Prospect(title=title, place="here")


def ready(before: Prospect, engine: Any, described: Mapping[str, Any]) -> Prospect:
    """The same, when it is loaded: what the engine says of itself (`described`) instead of what was to be expected."""
    server = described.get("server")
    device = str(described.get("device", ""))
    return replace(
        before,
        server=before.server or (_host(server) if isinstance(server, str) else None),
        skill=before.skill or _skill_of(described),
        parameters=_count(described.get("parameters")) or before.parameters,
        bits=_bits(described) or before.bits,
        device=cast("Device", device) if device in ("cpu", "cuda", "mps") else before.device,
        download=None,
        memory=_count(getattr(engine, "weight_bytes", None)) or before.memory,
        seconds=None,
    )


def load_key(key: Identity) -> str:
    """By what it is remembered how long a model took to load."""
    options = dict(key.options)
    chosen = [str(options.get(name)) for name in ("quantization", "dtype", "revision")]
    return repr((key.model, chosen, expected_device(str(options.get("device", "auto")))))


def _here(title: str, model: Any, quantization: str | None, options: Mapping[str, Any]) -> Prospect:
    key = identity(model, base_url=None, quantization=quantization, options=options)
    kind, where = key.model
    on_hub = kind == "hub"
    revision = options.get("revision")
    device = expected_device(str(options.get("device", "auto")))
    spot = locate(os.fspath(model or DEFAULT_MODEL), options.get("file"))
    if (here := certainly_here(spot, revision)) is not None:
        return _of_gguf(Prospect(title=title, place="here", device=device), here, quantization, options, key)
    folder = in_cache(where, revision) if on_hub else Path(where)
    checkpoint = Checkpoint(where, folder, on_hub=on_hub)
    is_pocket = not on_hub and where == os.path.normcase(os.path.realpath(pocket.path()))
    known = Prospect(
        title=pocket.NAME if is_pocket else title,
        place="here",
        skill="sums" if is_pocket else _skill(where if on_hub else title, checkpoint.template),
        device=device,
        download=checkpoint.download or None,
    )
    contents, config = checkpoint.contents, checkpoint.config
    if contents is None or config is None or device is None:
        return replace(known, parameters=contents.parameters if contents else None)
    dtype = str(options.get("dtype", "auto")).removeprefix("torch.")
    precision = decide(
        quantization, dtype, contents=contents, config=config, device=device, lean=is_known(config)
    ).quantization
    if precision is None:
        width = width_of(dtype, device, contents)
        memory = contents.float_parameters * width + contents.other_bytes
        bits = 8 * width if contents.float_parameters == contents.parameters else None
    else:
        memory, bits = quantized_bytes(precision, contents, config), int(BITS[precision])
    seconds = loads.measured(load_key(key), loads.is_first()) or loads.guessed(
        contents.float_parameters * 2,
        memory,
        quantizes=precision is not None and not _is_quantized(checkpoint, precision),
        first=loads.is_first(),
    )
    return replace(known, parameters=contents.parameters, bits=bits, memory=memory, seconds=round(max(seconds, 0.1), 1))


def _of_gguf(
    known: Prospect, here: Here, quantization: str | None, options: Mapping[str, Any], key: Identity
) -> Prospect:
    """Of a GGUF model that is on this machine."""
    about = summary(here.files)
    known = replace(
        known,
        skill=_skill(f"{known.title} {about.name}", about.template),
        parameters=about.contents.parameters,
        file_type=about.type or None,
    )
    dtype = str(options.get("dtype", "auto")).removeprefix("torch.")
    it = None if known.device is None else held(about, quantization=quantization, dtype=dtype, device=known.device)
    if it is None:
        return known
    size = sum(path.stat().st_size for path in here.files)
    first = loads.is_first()
    seconds = loads.measured(load_key(key), first) or loads.guessed(size, it.memory, quantizes=it.makes, first=first)
    least, most = it.bits
    return replace(
        known,
        bits=least or None,
        most_bits=most if most != least else None,
        memory=it.memory,
        seconds=round(max(seconds, 0.1), 1),
    )


def _is_quantized(checkpoint: Checkpoint, precision: str) -> bool:
    """Whether its weights lie in the cache in that form."""
    if not checkpoint.is_whole:
        return False
    key = safetensors.fingerprint(checkpoint.files)
    return any((root() / "weights").glob(f"*.{key}.*{precision}*.safetensors"))


def _skill(name: str, template: str = "") -> Literal["reasoning"] | None:
    if _ANSWERS_ALONE.search(name):
        return None
    thinks = _THINKS.search(name) or any(mark in template for tags in TABLE for mark in (*tags.open, *tags.close))
    return "reasoning" if thinks else None


def _skill_of(described: Mapping[str, Any]) -> Literal["sums", "reasoning"] | None:
    name = str(described.get("model", ""))
    return "sums" if name == pocket.NAME else _skill(name)


def _bits(described: Mapping[str, Any]) -> int | None:
    quantized = {"int8": 8, "int4": 4}.get(str(described.get("quantization")))
    if quantized or described.get("quantization") not in (None, "none"):
        return quantized
    width = BYTES.get(str(described.get("dtype")).removeprefix("torch."))
    return width and 8 * width


def _count(value: Any) -> int | None:
    number = whole(value)
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _host(url: str) -> str:
    """Of a server's address: neither who asks nor with what."""
    parts = urlsplit(url if "://" in url else f"//{url}")
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    try:
        return f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return host
