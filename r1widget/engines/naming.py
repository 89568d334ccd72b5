"""`check_name`: what people call a model that no engine here can load, and what to do instead.

Before torch is imported and anything is fetched. Whether the hub has a model of that name, the hub says.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import EngineError, ModelNotFound
from .location import Location, locate
from .weights import ollama
from .weights.gguf.filenames import is_gguf
from .weights.here import gguf_here

SERVED = (
    "Serve it, for example with llama.cpp (llama-server -m {file}), and ask the server: "
    'ChatWidget(base_url="http://localhost:8080/v1"). Or give the name of the original model on the hub.'
)
_CODE = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_OTHERS = (".onnx", ".h5", ".msgpack", ".tflite", ".mlmodel")
_OLD = (b"lmgg", b"fmgg", b"tjgg", b"algg")
"""How llama.cpp's formats before GGUF begin: GGML, GGMF, GGJT, GGLA."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ON_THE_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)", re.IGNORECASE)


def check_name(model: str, file: str | None = None) -> None:
    """Refuse what can't be a model here: a file in another format, an address, a name of Ollama's, a file= that isn't there or isn't
    the only one, before torch takes seconds to be imported."""
    where = locate(model, file)
    if where.says_file and file is not None:
        raise EngineError(
            f"{model} says which file already, and file={file!r} says it again.", "Leave one of them out."
        )
    if where.kind == "hub":
        if _ADDRESS.match(model) and where.name == model:
            raise _address(model)
        _check_hub(model, where)
    elif where.kind == "ollama" or where.path.is_dir():
        gguf_here(where)
    elif where.kind == "file":
        _check_file(where)
    elif where.path.suffix.lower() in (".safetensors", *_CODE, *_OTHERS, ".ggml", ".llamafile"):
        raise _weights(where.path)


def _check_hub(model: str, where: Location) -> None:
    path = Path(model)
    if path.suffix.lower() in (".safetensors", *_CODE, *_OTHERS, ".ggml", ".llamafile"):
        raise _weights(path)
    if ":" in where.name:
        has = ollama.has(model)
        here = f'ChatWidget("{ollama.PREFIX}{model}") runs the file that Ollama has here. Or ask' if has else "Ask"
        pulled = "" if has else f"ollama pull {model}, then "
        raise ModelNotFound(
            f"{model!r} is no name of the hub, which have no colon; Ollama and llama.cpp name models like that.",
            f'{here} Ollama for it: {pulled}ChatWidget("{model}", base_url="http://localhost:11434/v1").',
        )


def _check_file(where: Location) -> None:
    path = where.path
    if not path.is_file():
        raise ModelNotFound(
            f"There is no file {path.name!r} on this machine.",
            'Check the way to it; for one of the hub\'s give ChatWidget("owner/name", file="*Q4_K_M*").',
        )
    if gguf_here(where) is not None:
        return
    if path.suffix.lower() == ".safetensors" or path.suffix.lower() in (*_CODE, *_OTHERS, ".ggml", ".llamafile"):
        raise _weights(path)
    if _begins(path) in _OLD:
        raise _old(path)
    raise EngineError(
        f"{path.name!r} is a file, and no GGUF file.", "Give the folder that has config.json and model.safetensors."
    )


def _address(model: str) -> EngineError:
    if is_gguf(model.partition("?")[0]):
        name = model.partition("?")[0].rsplit("/", 1)[-1]
        return EngineError(
            f"{name} is somewhere else than on the hub, and only from there files are fetched.",
            f'Download it, and give the file: ChatWidget("{name}").',
        )
    if found := _ON_THE_HUB.match(model):
        return ModelNotFound(f"{model} is an address.", f'Give the model\'s name on the hub: ChatWidget("{found[1]}").')
    return ModelNotFound(
        f"{model} is an address, and no model's name.",
        f'For a server give it as base_url: ChatWidget("name", base_url="{model}").',
    )


def _weights(path: Path) -> EngineError:
    kind = path.suffix.lower()
    folder = "Give the folder that has it, with config.json and tokenizer.json"
    if not path.is_file():
        return ModelNotFound(f"There is no file {path.name!r}, and a file alone is no model.", f"{folder}.")
    if kind == ".safetensors":
        return EngineError(f"{path.name} has weights, which alone are no model.", f"{folder} beside it.")
    if kind == ".llamafile":
        return EngineError(
            f"{path.name} is a program with a model in it.", "Get the model's GGUF file, which is beside it on the hub."
        )
    if kind == ".ggml" or _begins(path) in _OLD:
        return _old(path)
    if kind in _CODE:
        return EngineError(
            f"{path.name} is not in the safetensors format; others can run code when they are read.",
            "Look for a version of the model that has model.safetensors, or a GGUF file.",
        )
    return EngineError(
        f"{path.name} is in a format that r1widget doesn't read.",
        "Look for a version of the model that has model.safetensors, or a GGUF file.",
    )


def _old(path: Path) -> EngineError:
    return EngineError(
        f"{path.name} is in a format that llama.cpp had before GGUF, and doesn't read itself any more.",
        "Get a GGUF file of the model.",
    )


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError:
        return b""
