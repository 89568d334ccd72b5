"""Whether a model fits: what it needs, from its files; what there is, from the machine; and what would fit instead."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from ...errors import NotEnoughMemory

WORKING_SPACE = 256 << 20
"""Room for activations and the allocator's slack: on top of weights and cache, 1.5B in bfloat16 took 0.2 GB."""
CACHE_TOKENS = 8192
"""The conversation that must fit besides the weights; the default of `max_tokens`."""
SMALLER = (
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", 16.0e9),
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", 4.1e9),
    ("pocket", 0.3e9),
)
"""What to name instead, and the bytes that it needs in 16 bits."""


def needed(weights: int, config: Any = None, width: int = 2) -> int:
    """Bytes that a model with `weights` bytes of weights needs; with its config, a conversation's cache included."""
    return weights + WORKING_SPACE + (CACHE_TOKENS * cache_bytes(config, width) if config is not None else 0)


def cache_bytes(config: Any, width: int) -> int:
    """Bytes that a token of conversation takes in the cache of keys and values, at `width` bytes a number."""
    heads = getattr(config, "num_attention_heads", None) or 0
    layers = getattr(config, "num_hidden_layers", None) or 0
    key_heads = getattr(config, "num_key_value_heads", None) or heads
    size = getattr(config, "head_dim", None) or ((getattr(config, "hidden_size", None) or 0) // heads if heads else 0)
    return int(2 * layers * key_heads * size * width)


def available(device: str) -> int:
    """Free bytes on the device; Apple's GPU shares the machine's."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(torch.device(device))[0])
    import psutil

    machine, container = int(psutil.virtual_memory().available), free_of_container()
    return machine if container is None else min(machine, container)


def check(name: str, needed: int, device: str, *, quantized: int | None = None) -> None:
    """`NotEnoughMemory`, with both numbers and what would fit, where `needed` bytes aren't there.

    `quantized` is what the model needs at its smallest, where it can be made smaller.
    """
    free = available(device)
    if needed <= free:
        return
    fitting = [f'quantization="int4" ({gigabytes(quantized)})'] if quantized is not None and quantized <= free else []
    fitting += [f'ChatWidget("{other}")' for other, size in SMALLER if size <= min(free, needed) and other != name]
    instead = f"{' or '.join(fitting)} would fit." if fitting else ""
    raise NotEnoughMemory(
        f"{name} needs about {gigabytes(needed)} of memory, and {gigabytes(free)} are free.",
        f"{instead} Closing other notebooks and programs frees memory.".strip(),
    )


def gigabytes(size: int) -> str:
    """As people say it."""
    return f"{size / 1e9:.1f} GB"


def free_of_container(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int | None:
    """What the control group of this process leaves, a container's limit, and those that it is in; None without a limit. File pages
    count as free."""
    limits = [free for folder in _groups(root, own) if (free := _free_of(folder)) is not None]
    return min(limits, default=None)


def _groups(root: Path, own: Path) -> list[Path]:
    """Folders of the groups, of both versions. A container sees its own group as the root."""
    found = {root, root / "memory"}
    with contextlib.suppress(OSError, ValueError):
        for line in own.read_text(encoding="utf-8").splitlines():
            _, kinds, path = line.split(":", 2)
            top = root if not kinds else root / "memory" if "memory" in kinds.split(",") else None
            if top is not None and ".." not in Path(path).parts:
                inner = top / path.lstrip("/")
                found |= {inner, *inner.parents[: len(inner.relative_to(top).parts)]}
    return sorted(found)


def _free_of(folder: Path) -> int | None:
    for limit, used, cached in (
        ("memory.max", "memory.current", "file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with contextlib.suppress(OSError, ValueError):
            most = (folder / limit).read_text(encoding="ascii").strip()
            if not most.isdigit() or int(most) >= 1 << 60:
                continue
            statistics = (folder / "memory.stat").read_text(encoding="ascii").split()
            reclaimable = dict(zip(statistics[::2], statistics[1::2], strict=False)).get(cached, "0")
            return int(most) - int((folder / used).read_text(encoding="ascii")) + int(reclaimable)
    return None
