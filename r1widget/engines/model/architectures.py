"""Which checkpoints a `Transformer` is made of, and how: the names of their tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

import torch
from torch import Tensor

from ...errors import WeightsCorrupt
from ..weights.embeddings import Embeddings, InFile, Table
from ..weights.linears import Linear, Part, Scheme
from ..weights.linears.packing import Importance
from ..weights.linears.store import open_linears
from ..weights.placing import place_linears
from ..weights.source import Source
from .known import is_known
from .rotary import Rotary
from .transformer import Layer, Transformer

__all__ = ["assemble", "is_known", "parts"]

_EMBEDDINGS, _NORM, _HEAD = "model.embed_tokens.weight", "model.norm", "lm_head.weight"


def parts(config: Any, names: Set[str]) -> list[Part]:
    """The linear layers, made of the checkpoint's tensors of these names."""
    found: list[Part] = []

    def add(name: str, *tensors: str) -> None:
        biases = tuple(f"{tensor}.bias" for tensor in tensors if f"{tensor}.bias" in names)
        found.append(Part(name, tuple(f"{tensor}.weight" for tensor in tensors), biases, layer=number))

    for number in range(config.num_hidden_layers):
        layer, attention, inner = (f"model.layers.{number}{part}" for part in ("", ".self_attn", ".mlp"))
        add(f"{layer}.qkv_proj", *(f"{attention}.{kind}_proj" for kind in "qkv"))
        add(f"{layer}.o_proj", f"{attention}.o_proj")
        add(f"{layer}.gate_up_proj", f"{inner}.gate_proj", f"{inner}.up_proj")
        add(f"{layer}.down_proj", f"{inner}.down_proj")
    head = _EMBEDDINGS if config.tie_word_embeddings or _HEAD not in names else _HEAD
    return [*found, Part("head", (head,), head=True, layer=config.num_hidden_layers)]


def assemble(
    config: Any,
    source: Source,
    scheme: Scheme,
    *,
    name: str,
    key: str,
    device: str,
    dtype: torch.dtype,
    chunk_size: int,
    parameters: int,
    report: Callable[[int, int | None], None],
    importance: Importance | None = None,
) -> Transformer:
    """The weights of a checkpoint, ready for whichever network runs passes over them.

    On the CPU, linear layers are made, or found again, by `scheme` (`importance` is asked where they are made); the rest is small,
    but for the embeddings, which stay in their file: a token reads one row of them. On any other device (or "meta", which has no
    memory) everything goes there, in `dtype`.
    """
    _check(config, source)
    on_cpu = device == "cpu"
    stream = torch.float32 if on_cpu and (scheme.name != "none" or dtype == torch.float32) else dtype
    where = torch.device(device)
    wanted = parts(config, source.names)
    embeddings: Embeddings
    linears: Mapping[str, Linear]
    if on_cpu:
        embeddings = Table(source.whole(_EMBEDDINGS)) if scheme.name == "none" else InFile(source, _EMBEDDINGS)
        linears = open_linears(source, wanted, scheme, key=key, name=name, report=report, importance=importance)
    else:
        embeddings = Table(source.whole(_EMBEDDINGS).to(dtype).to(where))
        there = {_EMBEDDINGS: embeddings.tensor}
        linears = place_linears(source, wanted, dtype, where, there=there, report=report)

    def norm(name: str) -> Tensor:
        tensor = f"{name}.weight"
        return source.rows(tensor, 0, source.shape(tensor)[0]).to(stream).to(where)

    layers = [_layer(f"model.layers.{number}", source, linears, norm) for number in range(config.num_hidden_layers)]
    return Transformer(
        config=config,
        embeddings=embeddings,
        layers=layers,
        norm=norm(_NORM),
        lm_head=linears["head"],
        rotary=Rotary(config).to(where),
        dtype=str(dtype).removeprefix("torch.") if scheme.name == "none" else scheme.name,
        parameters=parameters,
        chunk_size=chunk_size,
        stream=stream,
        cache_dtype=torch.float32 if dtype == torch.float32 else torch.bfloat16 if on_cpu else dtype,
    )


def _check(config: Any, source: Source) -> None:
    """`WeightsCorrupt` where a tensor isn't of the shape that the configuration says, or no pass has such shapes."""
    hidden, inner, vocabulary = config.hidden_size, config.intermediate_size, config.vocab_size
    heads, key_heads = config.num_attention_heads, config.num_key_value_heads
    if key_heads < 1 or heads < 1 or heads % key_heads:
        raise WeightsCorrupt(f"config.json says that {heads} heads share the keys of {key_heads}, which can't be.")
    size = getattr(config, "head_dim", None) or hidden // heads
    queries, keys = heads * size, key_heads * size
    shapes = {
        "embed_tokens.weight": (vocabulary, hidden),
        "lm_head.weight": (vocabulary, hidden),
        "q_proj.weight": (queries, hidden),
        "k_proj.weight": (keys, hidden),
        "v_proj.weight": (keys, hidden),
        "o_proj.weight": (hidden, queries),
        "gate_proj.weight": (inner, hidden),
        "up_proj.weight": (inner, hidden),
        "down_proj.weight": (hidden, inner),
        "layernorm.weight": (hidden,),
        "q_norm.weight": (size,),
        "k_norm.weight": (size,),
        "norm.weight": (hidden,),
    }
    for name in sorted(source.names):
        wanted = next((shape for end, shape in shapes.items() if name.endswith(end)), None)
        if wanted is not None and source.shape(name) != wanted:
            raise WeightsCorrupt(f"The weights have other shapes than config.json says ({name}).")


def _layer(name: str, source: Source, linears: Mapping[str, Linear], norm: Callable[[str], Tensor]) -> Layer:
    has_norms = f"{name}.self_attn.q_norm.weight" in source.names
    return Layer(
        input_layernorm=norm(f"{name}.input_layernorm"),
        qkv_proj=linears[f"{name}.qkv_proj"],
        query_norm=norm(f"{name}.self_attn.q_norm") if has_norms else None,
        key_norm=norm(f"{name}.self_attn.k_norm") if has_norms else None,
        o_proj=linears[f"{name}.o_proj"],
        post_attention_layernorm=norm(f"{name}.post_attention_layernorm"),
        gate_up_proj=linears[f"{name}.gate_up_proj"],
        down_proj=linears[f"{name}.down_proj"],
    )
