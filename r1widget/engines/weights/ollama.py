"""`Ollama's store`, read only: which models are in it, and where the GGUF file of one is.

A model there is a manifest, `manifests/HOST/NAMESPACE/NAME/TAG`, that lists layers by what they are; each lies in `blobs/` by its
digest (github.com/ollama/ollama, `manifest/` and `types/model/name.go`, 2026-11). Its template is another program's (Go), so the GGUF
file's own is used.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import EngineError, ModelNotFound, WeightsCorrupt

PREFIX = "ollama:"
_MODEL = "application/vnd.ollama.image.model"
_ADAPTER = "application/vnd.ollama.image.adapter"
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_USUAL = ("registry.ollama.ai", "library")
SYSTEM = ("/usr/share/ollama/.ollama/models", "/var/lib/ollama/models", "/var/lib/ollama/.ollama/models")
"""Where a service of Linux keeps them, by who packed it."""
_SHOWN = 12
_MOST = 1 << 20
"""Bytes of a manifest; a larger one is none."""


class OllamaModel(NamedTuple):
    name: str
    """As Ollama lists it: `deepseek-r1:1.5b`."""
    store: Path
    manifest: Path


def find(name: str) -> tuple[str, Path]:
    """The name as Ollama lists it, and the GGUF file, of a name with or without `ollama:`."""
    wanted = full_name(name)
    there = models()
    model = next((each for each in there if full_name(each.name).lower() == wanted.lower()), None)
    if model is None:
        raise _missing(short_name(wanted), there)
    return model.name, _file(model)


def models() -> list[OllamaModel]:
    """All there are, by name; of those that several stores have, the first one."""
    found: dict[str, OllamaModel] = {}
    for store in stores():
        root = store / "manifests"
        try:
            paths = [path for path in root.glob("*/*/*/*") if path.is_file()]
        except OSError:
            continue
        for path in paths:
            name = short_name("/".join(path.relative_to(root).parts[:3]) + f":{path.name}")
            found.setdefault(name.lower(), OllamaModel(name, store, path))
    return [found[name] for name in sorted(found)]


def has(name: str) -> bool:
    """Whether a name without `ollama:` is one of them. Never raises."""
    try:
        wanted = full_name(name).lower()
        return any(full_name(model.name).lower() == wanted for model in models())
    except (OSError, EngineError):
        return False


def stores() -> list[Path]:
    """Folders that may be one, the likeliest first: `OLLAMA_MODELS`, the user's own (on any system), a service's."""
    named = os.environ.get("OLLAMA_MODELS", "").strip().strip("\"'")
    places = [named] if named else []
    return [Path(place).expanduser() for place in (*places, "~/.ollama/models", *SYSTEM)]


def full_name(name: str) -> str:
    """`deepseek-r1` → `registry.ollama.ai/library/deepseek-r1:latest`."""
    name = name[len(PREFIX) :] if name.lower().startswith(PREFIX) else name
    path, _, tag = name.strip().rpartition(":") if ":" in name.rpartition("/")[2] else (name.strip(), "", "latest")
    parts = path.split("/")
    if not 1 <= len(parts) <= 3 or not all(parts) or not tag:
        raise ModelNotFound(f"{name!r} is no name of a model of Ollama's.", f"They are like {PREFIX}deepseek-r1:1.5b.")
    return "/".join([*_USUAL[: 3 - len(parts)], *parts]) + f":{tag}"


def short_name(full: str) -> str:
    """As Ollama shows it: without the host, and whose it is, where these are the usual ones."""
    for before in ("/".join(_USUAL), _USUAL[0]):
        full = full.removeprefix(before + "/")
    return full


def _file(model: OllamaModel) -> Path:
    layers = _layers(model)
    if any(layer.get("mediaType") == _ADAPTER for layer in layers):
        raise EngineError(
            f"Ollama's {model.name} is a model with an adapter, which r1widget doesn't read.",
            f'Ask Ollama: ChatWidget("{model.name}", base_url="http://localhost:11434/v1").',
        )
    weights = [layer for layer in layers if layer.get("mediaType") == _MODEL]
    if len(weights) != 1:
        raise EngineError(
            f"Ollama's {model.name} has {'no GGUF file' if not weights else 'its weights in several files'}.",
            f'Ask Ollama: ChatWidget("{model.name}", base_url="http://localhost:11434/v1").',
        )
    digest = _DIGEST.fullmatch(str(weights[0].get("digest")))
    path = model.store / "blobs" / f"sha256-{digest[1]}" if digest else None
    if path is None or not path.is_file():
        raise WeightsCorrupt(f"The weights of Ollama's {model.name} aren't in its store.", _again(model))
    if not os.access(path, os.R_OK):
        raise EngineError(
            f"The files of Ollama's {model.name} belong to another user, and can't be read.",
            "Let yours read them (on Linux: add it to the group ollama, and log in again).",
        )
    return path


def _layers(model: OllamaModel) -> list[dict[str, Any]]:
    try:
        if model.manifest.stat().st_size > _MOST:
            raise ValueError("too large")
        layers = json.loads(model.manifest.read_text("utf-8"))["layers"]
        return [layer for layer in layers if isinstance(layer, dict)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsCorrupt(f"What Ollama has written about {model.name} can't be read.", _again(model)) from error


def _again(model: OllamaModel) -> str:
    return f"Pull it again: ollama pull {model.name}."


def _missing(name: str, there: list[OllamaModel]) -> ModelNotFound:
    name = name.removesuffix(":latest")
    if not there:
        return ModelNotFound(
            f"There is no model of Ollama's on this machine, and so no {name!r}.",
            f"ollama pull {name} fetches it; where its models lie elsewhere, OLLAMA_MODELS names the folder.",
        )
    names = [model.name.removesuffix(":latest") for model in there]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ModelNotFound(
        f"Ollama has no model {name!r} on this machine. It has {', '.join(names[:_SHOWN])}{more}.",
        f"ollama pull {name} fetches it.",
    )
