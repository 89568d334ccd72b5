"""`check_name`: what people call a model that no engine here can load, and what to do instead.

Before torch is imported and anything is fetched. Nothing is looked up: whether the hub has a model of that name, the hub says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import EngineError, ModelNotFound

SERVED = (
    "Serve it, for example with llama.cpp (llama-server -m {file}), and ask the server: "
    'ChatWidget(base_url="http://localhost:8080/v1"). Or give the name of the original model on the hub.'
)
YET = "r1widget doesn't run GGUF files itself yet"
_CODE = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_OTHERS = (".onnx", ".h5", ".msgpack", ".tflite", ".mlmodel", ".ggml", ".llamafile")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ON_THE_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)", re.IGNORECASE)


def check_name(model: str) -> None:
    """Refuse what can't be a model here: a file of weights, an address, a name of Ollama's."""
    if _ADDRESS.match(model):
        raise _address(model)
    path = Path(model).expanduser()
    if path.is_dir():
        _check_folder(path)
    elif _is_gguf(model):
        raise _gguf(path, model)
    elif path.suffix.lower() == ".safetensors" or path.suffix.lower() in (*_CODE, *_OTHERS):
        raise _weights(path)
    elif path.is_file():
        raise EngineError(f"{path.name!r} is a file.", "Give the folder that has config.json and model.safetensors.")
    elif ":" in model and not re.match(r"[A-Za-z]:[\\/]", model):
        raise ModelNotFound(
            f"{model!r} is no name of the hub, which have no colon; Ollama and llama.cpp name models like that.",
            f"Ask Ollama for it: ollama pull {model}, then "
            f'ChatWidget("{model}", base_url="http://localhost:11434/v1").',
        )


def only_gguf(files: Iterable[str]) -> list[str]:
    """Those of a model's files that are GGUF, where no other holds weights."""
    files = list(files)
    others = any(file.endswith((".safetensors", ".bin")) for file in files)
    return [] if others else [file for file in files if _is_gguf(file)]


def _is_gguf(name: str) -> bool:
    return name.lower().endswith(".gguf")


def _address(model: str) -> EngineError:
    if _is_gguf(model.partition("?")[0]):
        return EngineError(
            f"{model} is the address of a GGUF file, and {YET}.",
            SERVED.format(file=model.partition("?")[0].rsplit("/", 1)[-1]),
        )
    if found := _ON_THE_HUB.match(model):
        return ModelNotFound(f"{model} is an address.", f'Give the model\'s name on the hub: ChatWidget("{found[1]}").')
    return ModelNotFound(
        f"{model} is an address, and no model's name.",
        f'For a server give it as base_url: ChatWidget("name", base_url="{model}").',
    )


def _check_folder(folder: Path) -> None:
    names = sorted(file.name for file in folder.iterdir())
    if files := only_gguf(names):
        more = f"{', '.join(files[:3])}{', …' if len(files) > 3 else ''}"
        raise EngineError(
            f"The folder {folder.resolve().name!r} has its weights as GGUF alone ({more}), and {YET}.",
            SERVED.format(file=files[0]),
        )


def _gguf(path: Path, model: str) -> EngineError:
    if path.is_file():
        return EngineError(f"{path.name} is a GGUF file, and {YET}.", SERVED.format(file=path.name))
    if re.fullmatch(r"[\w.-]+/[\w.-]+/[^\\]+", model):
        return ModelNotFound(
            f"There is no file {model!r} on this machine; and if it is one of the hub's, {YET}.",
            SERVED.format(file=path.name),
        )
    return ModelNotFound(f"There is no file {model!r}, and {YET}.", SERVED.format(file=path.name))


def _weights(path: Path) -> EngineError:
    kind = path.suffix.lower()
    folder = "Give the folder that has it, with config.json and tokenizer.json"
    if not path.is_file():
        return ModelNotFound(f"There is no file {path.name!r}, and a file alone is no model.", f"{folder}.")
    if kind == ".safetensors":
        return EngineError(f"{path.name} has weights, which alone are no model.", f"{folder} beside it.")
    if kind in _CODE:
        return EngineError(
            f"{path.name} is not in the safetensors format; others can run code when they are read.",
            "Look for a version of the model that has model.safetensors.",
        )
    return EngineError(
        f"{path.name} is in a format that r1widget doesn't read.",
        "Look for a version of the model that has model.safetensors.",
    )
