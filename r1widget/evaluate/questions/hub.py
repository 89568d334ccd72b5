"""Data sets of the hub: their files come through huggingface_hub's cache, and are read as any file. No data set runs code here."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...engines.weights.hub import is_unreachable
from ...errors import EvaluationError
from .files import SUFFIXES

SPLITS = ("test", "validation", "dev", "train")
"""Which part of a data set is taken, where nobody says."""
SECONDS = 10.0
"""How long the hub may take to say what a data set consists of."""


@dataclass(frozen=True)
class Known:
    """A set that is asked for by a short name, with what of it open-r1 takes (through lighteval's tasks `math_500`, `aime24`)."""

    name: str
    repo: str
    file: str
    question: str = "problem"
    answer: str = "answer"


KNOWN = (
    Known("MATH-500", "HuggingFaceH4/MATH-500", "test.jsonl"),
    Known("AIME 2024", "HuggingFaceH4/aime_2024", "data/train-00000-of-00001.parquet"),
)


def known(name: str) -> Known | None:
    """`math-500`, `aime_2024`, `HuggingFaceH4/MATH-500`."""
    for each in KNOWN:
        if _folded(name) in (_folded(each.name), _folded(each.repo)):
            return each
    return None


def looks_like_one(name: str) -> bool:
    """`owner/name`, or `owner/name:split`."""
    owner, slash, rest = name.partition("/")
    return bool(slash and owner and rest) and "/" not in rest and not rest.lower().endswith(SUFFIXES)


def fetched(name: str) -> list[Path]:
    """The files of a set, on this machine. `EvaluationError` where there is none, or it can't be had."""
    asked, _, split = name.partition(":")
    its = known(asked)
    repo = its.repo if its else asked
    with _in_a_sentence(repo):
        files = _files(repo)
        if files is None:
            return _cached(repo, its.file if its and not split else None, split)
        chosen = [its.file] if its and not split and its.file in files else _of_split(files, split, repo)
        return [_file(repo, file) for file in chosen]


def _files(repo: str) -> list[str] | None:
    """What a set has; None without a network. It is asked first: who downloads waits half a minute for a hub that isn't there."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().dataset_info(repo, timeout=SECONDS)
    except Exception as error:
        if not is_unreachable(error):
            raise
        return None
    return [file.rfilename for file in info.siblings or ()]


def _file(repo: str, file: str) -> Path:
    from huggingface_hub import hf_hub_download

    return Path(hf_hub_download(repo, file, repo_type="dataset"))


def _cached(repo: str, file: str | None, split: str) -> list[Path]:
    """Of a set that was fetched before, what is there."""
    from huggingface_hub import snapshot_download, try_to_load_from_cache

    if file is not None and isinstance(found := try_to_load_from_cache(repo, file, repo_type="dataset"), str):
        return [Path(found)]
    folder = Path(snapshot_download(repo, repo_type="dataset", local_files_only=True))
    files = [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]
    return [folder / each for each in _of_split(files, split, repo)]


def _of_split(files: Sequence[str], split: str, repo: str) -> list[str]:
    """The files of one split, of one kind."""
    tables = sorted(file for file in files if file.lower().endswith(SUFFIXES))
    for part in (split,) if split else SPLITS:
        found = [file for file in tables if part in file.lower().replace("/", "-").replace("_", "-").split("-")] or [
            file for file in tables if Path(file).stem.lower() == part
        ]
        if found:
            return [file for file in found if Path(file).suffix == Path(found[0]).suffix]
    if not split and len(tables) == 1:
        return tables
    there = ", ".join(tables[:12]) or "no table"
    said = f"no split {split!r}" if split else "no split that is clearly the one to ask"
    raise EvaluationError(f"{repo} has {said}.", f"There is: {there}. Say which: {repo}:SPLIT.")


@contextlib.contextmanager
def _in_a_sentence(repo: str) -> Iterator[None]:
    """What huggingface_hub raises becomes an error of ours."""
    try:
        yield
    except EvaluationError:
        raise
    except Exception as error:
        kinds = _kinds(error)
        if "GatedRepoError" in kinds:
            raise EvaluationError(
                f"The owner of {repo} asks for an agreement first.",
                f"Open https://huggingface.co/datasets/{repo}, agree, then log in here: huggingface_hub.login().",
            ) from error
        if kinds & {"RepositoryNotFoundError", "HFValidationError"}:
            raise EvaluationError(
                f"There is no data set {repo!r} on the hub, or it is private.",
                "Check the spelling; for a private one log in first: huggingface_hub.login().",
            ) from error
        if is_unreachable(error):
            raise EvaluationError(
                f"{repo} isn't on this machine, and the hub can't be reached.",
                "Check the connection, or give a file: csv, jsonl or parquet.",
            ) from error
        raise EvaluationError(
            f"{repo} can't be fetched: {str(error).strip().splitlines()[0]}.", "Try again."
        ) from error


def _kinds(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _folded(name: Any) -> str:
    return str(name).casefold().replace("_", "-").replace(" ", "-")
