"""Where a model's files are (`find`), and the one boundary where what goes wrong becomes an error of ours (`errors_of`).

Nothing of torch here. What the hub is asked, and how files come from there, is in `hub`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ... import pocket
from ...errors import EngineError, ModelGated, ModelNotFound, NoNetwork, NotEnoughMemory, R1WidgetError, WeightsCorrupt
from ..location import locate
from ..progress import Reporter
from ..titles import title_of_location
from .here import gguf_here
from .hub import OFFLINE, Hub, Place, is_unreachable


def find(
    model: str, revision: str | None, report: Reporter, *, file: str | None = None, free: int | None = None
) -> Place:
    """The place of `"pocket"`, of a folder, a GGUF file, a model of Ollama's, or one on the hub. `file` says which GGUF file; a GGUF
    file of the hub is fetched here, since all that is known of the model is in it, if the memory (`free` bytes) will do."""
    where = locate(model, file)
    if where.kind == "hub":
        return Hub(where.name, revision or where.revision, report, file=where.file, free=free).place()
    if (here := gguf_here(where)) is not None:
        name = name_of(model, file)
        return Place(name, here.files[0].parent, files=here.files, why=here.why)
    if where.path.is_dir():
        return _folder(name_of(model), where.path)
    raise ModelNotFound(f"There is no folder {model!r}.", "Check its name, or give a model's name on the hub.")


def name_of(model: str, file: str | None = None) -> str:
    """What a person calls the model, as it goes into records and exports: a name on the hub whole, without which file; of a folder or a
    file the name, without the way to it."""
    where = locate(model, file)
    if where.kind in ("hub", "ollama"):
        return where.name
    if where.path.resolve() == pocket.path().resolve():
        return pocket.NAME  # whose folder it is called by where chats share it
    return title_of_location(where)


@contextlib.contextmanager
def errors_of(model: str) -> Iterator[None]:
    """Whatever goes wrong inside while `model` is loaded comes out as one of our errors, with its remedy."""
    try:
        yield
    except WeightsCorrupt as error:
        raise WeightsCorrupt(error.what, error.remedy or _anew(model)) from error
    except R1WidgetError:
        raise
    except Exception as error:
        raise _ours(error, model) from error


def words_of(error: Exception, folder: Path, name: str) -> str:
    """What a library's error says, in one line and without the way to the folder."""
    return str(error).replace(str(folder), name).strip().partition("\n")[0].rstrip(".") or type(error).__name__


def _ours(error: Exception, model: str) -> EngineError:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    name = name_of(model)
    text = words_of(error, Path(model).expanduser(), name)
    if "GatedRepoError" in kinds:
        return ModelGated(
            f"The owner of {name} asks for an agreement first.",
            f"Open https://huggingface.co/{name}, agree, then log in here: huggingface_hub.login().",
        )
    if "RevisionNotFoundError" in kinds:
        return ModelNotFound(f"{name} has no such revision.", "Check the name of the branch, the tag or the commit.")
    if kinds & {"RepositoryNotFoundError", "HFValidationError", "RemoteEntryNotFoundError"}:
        is_way = locate(model).says_file and "://" not in model and ":" not in model
        return ModelNotFound(
            f"There is no file {model!r} on this machine, and no model {name!r} on the hub, or it is private."
            if is_way
            else f"There is no model {name!r} on the hub, or it is private.",
            "Check the spelling; for a private one log in first: huggingface_hub.login().",
        )
    if is_unreachable(error):
        return NoNetwork(f"{name} can't be downloaded: the hub can't be reached.", OFFLINE)
    if "SafetensorError" in kinds:
        return WeightsCorrupt(f"The weights of {name} can't be read ({text}).", _anew(model))
    if "mismatched" in str(error) or "size mismatch" in str(error):
        return WeightsCorrupt(f"The weights of {name} have other shapes than its config.json says.", _anew(model))
    if kinds & {"MemoryError", "OutOfMemoryError"} or "allocate memory" in text:
        return NotEnoughMemory(
            f"The memory ran out while {name} was loading.",
            f'ChatWidget("{pocket.NAME}") needs little. Closing other notebooks and programs frees memory.',
        )
    if "No space left" in text or "enough free disk space" in text.lower():
        return EngineError(f"The disk is full: {name} can't be downloaded.", "Free some space and load it again.")
    if isinstance(error, PermissionError):
        return EngineError(
            f"The files of {name} can't be read: they belong to another user, or another program has them.",
            "Give yourself the right to read them, or a copy that is yours.",
        )
    if isinstance(error, OSError) and error.errno is not None:
        return EngineError(
            f"The files of {name} can't be read ({error.strerror}).", "See whether they, and the disk, are all right."
        )
    if "trust_remote_code" in text:
        return EngineError(
            f"{name} comes with program code of its own.", "r1widget doesn't run it; choose another model."
        )
    if isinstance(error, ImportError):
        return EngineError(f"{name} needs a package that isn't here: {text}.", "Install it and load the model again.")
    text = text.rstrip(".") or type(error).__name__
    return EngineError(
        f"{name} can't be loaded: {text}.", "A newer transformers may help: pip install -U transformers."
    )


def _folder(name: str, path: Path) -> Place:
    if not (path / "config.json").exists() and name == pocket.NAME:
        raise ModelNotFound("The built-in model is missing from this installation.", "Install r1widget again.")
    if not (path / "config.json").exists():
        raise ModelNotFound(
            f"The folder {path.name!r} holds no model: it has no config.json.",
            "Give the folder that has config.json, tokenizer.json and model.safetensors, or a GGUF file.",
        )
    return Place(name, path)


def _anew(model: str) -> str:
    """How to get files that are whole."""
    if model == pocket.NAME:
        return "Install r1widget again."
    where = locate(model)
    if where.kind == "ollama":
        return f"Pull it again: ollama pull {where.name}."
    if where.kind != "hub":
        return "Copy the files anew."
    name = where.name.replace("/", "--")
    return f"Delete models--{name} in Hugging Face's cache (~/.cache/huggingface/hub), and load it again."
