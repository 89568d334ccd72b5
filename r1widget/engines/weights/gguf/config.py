"""`config_of`: a header's metadata as a configuration of the model, by transformers' names. What can't be run here is refused, in a
sentence."""

from __future__ import annotations

from array import array
from types import SimpleNamespace
from typing import Any

from ....errors import EngineError
from ...model.known import KNOWN
from ...naming import SERVED
from .fields import Fields
from .header import damaged, said

_NO_CHATS = {
    "clip": "sees pictures for another model, and is none by itself (a projector, mmproj)",
    "mmproj": "sees pictures for another model, and is none by itself (a projector, mmproj)",
    "adapter": "changes another model, and is none by itself (an adapter)",
    "imatrix": "says which weights of a model matter, and has none",
    "vocab": "has a vocabulary alone, and no weights",
    "embeddings": "makes numbers of a text, and doesn't continue it (an embeddings model)",
}
_EMBEDDINGS = ("bert", "t5encoder", "gemma-embedding", "llama-embed")


class Config(SimpleNamespace):
    """As transformers has one, as far as it is asked for here. To import theirs takes 0.7 s and torch."""

    def get_text_config(self) -> Config:
        return self

    def standardize_rope_params(self) -> None:
        """transformers' functions for rotations call it; they are as it makes them."""


def config_of(
    fields: Fields, *, words: int, tensors: int, tied: bool, factors: list[float] | None, more: dict[str, Any]
) -> Config:
    """`words` is how many tokens there are; `tensors`, how many of those; `tied`, whether the last layer is the embeddings;
    `factors`, by how much each frequency of the rotation is divided; `more`, what a configuration says besides
    (`bos_token_id`, …)."""
    layers, heads = _count(fields, "block_count"), _count(fields, "attention.head_count")
    if layers > tensors:
        raise damaged(fields.path, f"has {tensors} tensors, and says that it has {layers} layers")
    hidden, context = _count(fields, "embedding_length"), _count(fields, "context_length")
    size = fields.count(fields.of("attention.key_length")) or hidden // heads
    key_heads = fields.count(fields.of("attention.head_count_kv")) or heads
    _check_heads(fields, heads, key_heads, size)
    base = fields.real(fields.of("rope.freq_base")) or 10_000.0
    if base <= 1:
        raise damaged(fields.path, "has a rotation that can't be")
    epsilon = fields.real(fields.of("attention.layer_norm_rms_epsilon"))
    if epsilon is None or not 0 <= epsilon < 1:
        raise damaged(fields.path, "doesn't say how its numbers are scaled (layer_norm_rms_epsilon)")
    scaling = _scaling(fields, context)
    return Config(
        model_type=fields.architecture,
        hidden_act="silu",
        vocab_size=words,
        hidden_size=hidden,
        intermediate_size=_count(fields, "feed_forward_length"),
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=key_heads,
        head_dim=size,
        max_position_embeddings=context,
        rms_norm_eps=_as_written(epsilon),
        rope_theta=base,
        rope_scaling=scaling,
        rope_parameters={"rope_type": "default", **(scaling or {}), "rope_theta": base},
        rope_factors=factors,
        tie_word_embeddings=tied,
        **more,
    )


def check_kind(fields: Fields) -> None:
    """Refuse what isn't a model that continues text, and what `known.py` doesn't have."""
    name, architecture = fields.name, fields.architecture
    kind = (fields.text("general.type") or "model").lower()
    pooling = fields.count(fields.of("pooling_type"))
    if (
        any(part in architecture for part in _EMBEDDINGS)
        or pooling
        or fields.flag(fields.of("attention.causal")) is False
    ):
        kind = "embeddings"
    elif architecture in _NO_CHATS:
        kind = architecture
    if kind in _NO_CHATS:
        raise EngineError(f"{name} {_NO_CHATS[kind]}.", "Give the file of a model that answers.")
    if not architecture:
        raise damaged(fields.path, "doesn't say which kind of model it has")
    if architecture not in KNOWN:
        known = ", ".join(KNOWN.values())
        raise EngineError(
            f"{name} has a model of the kind {said(architecture)}, and of GGUF files r1widget runs {known}.",
            served(fields),
        )
    if fields.count(fields.of("expert_count")):
        raise _unknown(fields, "chooses among experts for each token")
    window = fields.count(fields.of("attention.sliding_window"))
    if window and window < _count(fields, "context_length"):
        raise _unknown(fields, f"sees {window:,} tokens back and no further (a sliding window)")


def _check_heads(fields: Fields, heads: int, key_heads: int, size: int) -> None:
    if not size or size % 2 or size > 1 << 12 or heads % key_heads:
        raise damaged(fields.path, f"has {heads} and {key_heads} heads of {size} numbers, which can't be")
    values = fields.count(fields.of("attention.value_length")) or size
    turned = fields.count(fields.of("rope.dimension_count")) or size
    if values != size or turned != size:
        raise _unknown(fields, f"turns {turned} of a key's {size} numbers, and has {values} in a value")


def _scaling(fields: Fields, context: int) -> dict[str, Any] | None:
    """As `rope_scaling` of a config.json. Where llama.cpp is told of a factor alone, it is linear."""
    kind = fields.text(fields.of("rope.scaling.type")) or "linear"
    factor = fields.real(fields.of("rope.scaling.factor"))
    factor = fields.real(fields.of("rope.scale_linear")) if factor is None else factor
    if kind == "none" or (kind == "linear" and factor in (None, 0.0, 1.0)):
        return None
    if kind not in ("linear", "yarn"):
        raise _unknown(fields, f"reads long texts in a way that it calls {said(kind)}")
    if factor is None or not 0 < factor < 1e6:
        raise damaged(fields.path, "has a rotation that can't be")
    if kind == "linear":
        return {"rope_type": "linear", "factor": factor}
    original = fields.count(fields.of("rope.scaling.original_context_length")) or context
    found: dict[str, Any] = {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": original}
    for ours, theirs in (("beta_fast", "yarn_beta_fast"), ("beta_slow", "yarn_beta_slow")):
        if (value := fields.real(fields.of(f"rope.scaling.{theirs}"))) is not None:
            found[ours] = value
    for key, usual in (
        ("attn_factor", 1.0),
        ("yarn_attn_factor", 1.0),
        ("yarn_ext_factor", 1.0),
        ("yarn_log_multiplier", 0.0),
    ):
        if (value := fields.real(fields.of(f"rope.scaling.{key}"))) not in (None, usual):
            raise _unknown(fields, f"reads long texts in a way of its own ({key} is {value})")
    return found


def served(fields: Fields) -> str:
    """What to do with a model that can't be run here."""
    return SERVED.format(file=fields.name)


def _unknown(fields: Fields, how: str) -> EngineError:
    return EngineError(f"The model of {fields.name} {how}, which r1widget doesn't know.", served(fields))


def _count(fields: Fields, key: str) -> int:
    value = fields.count(fields.of(key))
    if not value:
        raise damaged(fields.path, f"doesn't say its {key}")
    return value


def _as_written(value: float) -> float:
    """A number that was rounded to 32 bits, as somebody wrote it: 1e-06, not 9.999999974752427e-07."""
    short = float(f"{value:.6g}")
    return short if array("f", [short])[0] == array("f", [value])[0] else value
