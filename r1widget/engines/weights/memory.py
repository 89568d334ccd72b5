"""Whether a model fits: what it needs, from its files; what there is, from the machine; and what would fit instead."""

from __future__ import annotations

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


def check(
    name: str, needed: int, device: str = "cpu", *, quantized: int | None = None, free: int | None = None
) -> None:
    """`NotEnoughMemory`, with both numbers and what would fit, where `needed` bytes aren't `free` on the device.

    `quantized` is what the model needs at its smallest, where it can be made smaller.
    """
    free = available(device) if free is None else free
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


def free_of_container(root: Path = Path("/sys/fs/cgroup")) -> int | None:
    """What the control group, a container's limit, leaves; None without a limit. File pages count as free."""
    for limit, used, cached in (
        ("memory.max", "memory.current", "file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            most = (root / limit).read_text(encoding="ascii").strip()
            if not most.isdigit() or int(most) >= 1 << 60:
                continue
            statistics = (root / limit).with_name("memory.stat").read_text(encoding="ascii").split()
            reclaimable = dict(zip(statistics[::2], statistics[1::2], strict=False)).get(cached, "0")
            return int(most) - int((root / used).read_text(encoding="ascii")) + int(reclaimable)
        except (OSError, ValueError):
            continue
    return None
