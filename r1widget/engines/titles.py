"""What a person calls a model: the last part of its name on the hub, or a folder or a file by a name that somebody gave it.

Many folders are called `hf`, `model` or `checkpoint-500`. What such a name leaves out is looked for in the hub's cache's own name of
the model, in its configuration, and in the folders around it; never more than two names, and never the way there.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

from ..errors import R1WidgetError, SettingsError
from .location import Location
from .weights.gguf.filenames import is_gguf, read_name, type_in, without_type
from .weights.gguf.summary import summary
from .weights.here import certainly_here

_CACHE = re.compile(r"models--(?:[\w.-]+?--)?([\w.-]+)")
_SAYS_NOTHING = re.compile(
    r"(?:hf|hugging-?face|transformers|pytorch|models?|weights|ckpts?|checkpoints?|snapshots?|blobs"
    r"|out|outputs?|results?|exports?|exported|saved|save[-_]model|pretrained|final|last|latest|best|merged|main|master|data"
    r"|cache|hub|tmp|temp|downloads?|runs?|gguf|ggml(?:-model)?|llama v2|(?:sha256-)?(?=[a-f]*\d)[0-9a-f]{7,64})",
    re.IGNORECASE,
)
"""A folder's or a file's name that would do for any model."""
_IS_A_STEP = re.compile(
    r"(?:checkpoint|ckpt|epoch|step|global_step|iter|version|v|run)?[-_]?\d+(?:\.\d+)*", re.IGNORECASE
)
"""One that says which of several it is, and not of what."""
_UP = 4
"""Folders around it that are looked at."""


def check_title(title: object) -> str | None:
    """What a person has it called; None where nobody says."""
    if title is None or (isinstance(title, str) and title.strip()):
        return title.strip() if title else None
    raise SettingsError(f"title={title!r} can't be.", 'Give a text, like title="My R1".')


def title_of(name: str) -> str:
    """Without whose it is: a model's name on the hub, or on a server."""
    return os.path.basename(name.rstrip("/\\")) or name


def title_of_location(where: Location) -> str:
    """Of what a name means, as far as it is known before anything is opened: `R1-Distill-Qwen-1.5B · Q4_K_M`."""
    if where.kind == "folder" and where.path.is_dir():
        here = certainly_here(where)
        return name_of_folder(where.path) if here is None else name_of_file(here.files[0])
    if where.kind == "file":
        return name_of_file(where.path)
    if where.kind == "hub" and where.file is not None:
        return _with_type(
            without_type(title_of(where.name)), read_name(where.file).type or type_in(where.file.strip("*?"))
        )
    return title_of(where.name)


def name_of_file(path: Path) -> str:
    """What a person calls the model in a GGUF file: by the file's name; where that says nothing, as its maker does, or by a folder."""
    path = Path(os.path.abspath(path.expanduser()))
    if not is_gguf(path.name) and not _is_vague(path.stem):
        return path.name
    read = read_name(path.name)
    name, kind = without_type(read.stem), read.type
    if _is_vague(name):
        try:
            about = summary([path])
            made, kind = title_of(without_type(about.name)), kind or about.type
        except (OSError, R1WidgetError):
            made = ""
        name = made if made and not _is_vague(made) else _around(path) or read.stem
    return _with_type(name, kind)


def _with_type(name: str, kind: str) -> str:
    return f"{name} · {kind}" if kind else name


def name_of_folder(folder: Path) -> str:
    """What a person calls the model in a folder."""
    given, path = Path(os.path.abspath(folder.expanduser())), _real(folder)
    if (cached := _in_cache(given) or _in_cache(path)) is not None:
        return cached
    own = path.name if _is_vague(given.name) else given.name  # a link has the name that was given to it
    if _IS_A_STEP.fullmatch(own):
        before = _around(path, 2) or _made_of(path) or _around(path)
        return f"{before} · {own}" if before else own
    if _SAYS_NOTHING.fullmatch(own):
        return _made_of(path) or _around(path) or own
    return own


def _real(folder: Path) -> Path:
    path = folder.expanduser()
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a circle of links
        return Path(os.path.abspath(path))


def _in_cache(path: Path) -> str | None:
    """`models--owner--name/snapshots/<commit>`."""
    for each in (path, *path.parents[:2]):
        if found := _CACHE.fullmatch(each.name):
            return found[1]
    return None


def _made_of(path: Path) -> str | None:
    """What its configuration calls the model: a name on the hub, or the folder in which it was made, of whichever machine."""
    try:
        said = json.loads((path / "config.json").read_text("utf-8")).get("_name_or_path")
    except (OSError, ValueError, AttributeError):
        return None
    name = title_of(said.replace("\\", "/")) if isinstance(said, str) and said.strip() else ""
    return name if name and not _is_vague(name) else None


def _around(path: Path, most: int = _UP) -> str | None:
    """The nearest folder around it that somebody gave a name. Not the home folder, which is called by who lives there."""
    homes = {_real(Path.home()), *_real(Path.home()).parents, _real(Path(tempfile.gettempdir()))}
    for each in path.parents[:most]:
        if each in homes:
            return None
        if each.name and not _is_vague(each.name):
            return each.name
    return None


def _is_vague(name: str) -> bool:
    return not name.strip(". ") or bool(_SAYS_NOTHING.fullmatch(name) or _IS_A_STEP.fullmatch(name))
