"""`differences`: in which of the recorded things that can matter two records differ. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MODEL = ("engine", "model", "server", "revision", "weights_hash", "template_hash", "quantization", "dtype")
"""What says which model it is, and in which form."""
_MACHINE = ("device", "path", "threads")
_GROUPS = ("versions", "settings")

Differences = dict[str, tuple[Any, Any]]


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Differences:
    """Of the model, the machine, the versions and the settings: what each was, and is. What wasn't recorded then isn't compared,
    nor is the seed, which has an entry of its own in a record. A turn that wasn't begun has no record to compare."""
    if not now:
        return {}
    found = _differing(then, now, (*MODEL, *_MACHINE))
    for group in _GROUPS:
        was, became = then.get(group), now.get(group)
        if isinstance(was, Mapping) and isinstance(became, Mapping):
            found |= _differing(was, became, [name for name in was if name != "seed"])
    return found


def said(differences: Differences) -> str:
    """`torch 2.12.0 then, 2.13.0 now; dtype …`"""
    return "; ".join(
        f"{name.replace('_', ' ')} {_value(was)} then, {_value(became)} now"
        for name, (was, became) in differences.items()
    )


def _differing(then: Mapping[str, Any], now: Mapping[str, Any], names: Any) -> Differences:
    return {name: (then[name], now.get(name)) for name in names if name in then and then[name] != now.get(name)}


def _value(value: Any) -> str:
    text = " ".join(str("none" if value is None or value == "" else value).split())
    return text if len(text) <= 60 else text[:59] + "…"
