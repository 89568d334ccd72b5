"""`Hub`: a model's files, from huggingface_hub's cache or downloaded into it, with progress in bytes.

Of a model of transformers all but the weights is fetched first. Of a GGUF file the size is held against the memory first: what it has
beside weights lies in it, too. huggingface_hub is imported when a name of the hub is asked for, and not before.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ... import pocket
from ...errors import EngineError, ModelNotFound, NoNetwork, NotEnoughMemory, WeightsCorrupt
from ..location import Location
from ..progress import Reporter, download_bar
from . import memory, safetensors
from .candidates import Candidate, candidates, size_of
from .gguf.filenames import is_gguf, read_name
from .here import ASKED, gguf_here, only_gguf
from .hub_cache import in_cache, sizes_in
from .meant import how_to_say, likeliest, named, whole

SECONDS = 10.0
"""How long the hub may take to say what a model consists of."""
OFFLINE = f'Check the connection, or take the built-in model: ChatWidget("{pocket.NAME}").'
_TEXTS = (".json", ".jinja", ".model", ".txt", ".tiktoken")


def _nothing() -> None:
    """The weights are here."""


class Place:
    """A model's folder, or its GGUF file. `fetch_weights` completes a folder; all that isn't weights is there from the start."""

    def __init__(
        self,
        name: str,
        folder: Path,
        revision: str | None = None,
        weight_bytes: int | None = None,
        fetch_weights: Callable[[], None] = _nothing,
        *,
        files: Sequence[Path] = (),
        why: str = "",
    ) -> None:
        self.name = name
        self.folder = folder
        self.revision = revision
        """The hub's commit; None for a folder."""
        self.weight_bytes = weight_bytes
        """How large the weights will be; None when they are here already."""
        self.fetch_weights = fetch_weights
        self.files = list(files)
        """Of a GGUF model: all its parts, which are here, the first one first. Of a folder none."""
        self.why = why
        """Why this file, in half a sentence."""

    @property
    def file(self) -> Path | None:
        """The GGUF file, or the first of its parts; None: it is a folder with a config.json."""
        return self.files[0] if self.files else None


class Hub:
    """One model on the hub. Files come one by one: a connection that is shared isn't faster, and bytes are easy to count."""

    def __init__(
        self, name: str, revision: str | None, report: Reporter, *, file: str | None = None, free: int | None = None
    ) -> None:
        """`file` says which GGUF file is meant; `free` are the bytes of memory where the model will run."""
        self._name, self._revision, self._report = name, revision, report
        self._file = file
        self._free = memory.available("cpu") if free is None else free
        self._commit: str | None = None

    def place(self) -> Place:
        """The model's place, its weights not yet fetched. Without a network, the cache's, when it is whole."""
        from huggingface_hub import HfApi

        self._report("download", f"Looking for {self._name}")
        try:
            info = HfApi().model_info(self._name, revision=self._revision, timeout=SECONDS, files_metadata=True)
        except Exception as error:
            if not is_unreachable(error):
                raise
            return self._cached(error)
        everything = {file.rfilename: file.size or 0 for file in info.siblings or ()}
        if self._file is not None or only_gguf(list(everything)):
            return self._gguf({name: size for name, size in everything.items() if is_gguf(name)})
        sizes = {name: size for name, size in everything.items() if "/" not in name}
        texts = {name: size for name, size in sizes.items() if name.endswith(_TEXTS)}
        if "config.json" not in texts or not any(name.endswith((".safetensors", ".bin")) for name in sizes):
            raise ModelNotFound(
                f"{self._name} is on the hub, but holds no model that transformers loads.",
                "Some hold weights for other programs only; look for the original.",
            )
        looking = f"Getting the tokenizer of {self._name}"
        folder = self._fetch({"config.json": texts.pop("config.json")}, looking)
        self._fetch(texts, looking)
        wanted = [file.name for file in safetensors.files(folder)] or [safetensors.WHOLE]
        if not set(wanted) <= sizes.keys():
            raise EngineError(
                f"The weights of {self._name} are not in the safetensors format; others can run code when they are read.",
                "Look for a version of the model that has model.safetensors.",
            )
        weights = {name: sizes[name] for name in wanted}

        def fetch_weights() -> None:
            self._fetch(weights, f"Downloading {self._name}")

        return Place(self._name, folder, self._commit, sum(weights.values()), fetch_weights)

    def _gguf(self, sizes: Mapping[str, int]) -> Place:
        """The GGUF file that is meant, fetched if it isn't here. Nothing is, where the memory won't do."""
        found = candidates(sizes)
        if self._file is not None:
            candidate, why = named(found, self._file, self._name), ASKED
        else:
            folder = in_cache(self._name, self._revision, _cache())
            candidate, why = likeliest(found, free=self._free, here=sizes_in(folder) if folder else ())
        whole(candidate, self._name)
        self._check_memory(candidate, found)
        text = f"Downloading {read_name(candidate.name).stem} ({size_of(candidate.size)})"
        folder = self._fetch({name: sizes[name] for name in candidate.files}, text)
        return self._placed([folder / name for name in candidate.files], folder, why)

    def _check_memory(self, candidate: Candidate, found: list[Candidate]) -> None:
        if candidate.least <= self._free:
            return
        smaller = [each for each in found if each.needs <= self._free and not each.lacks]
        if not smaller:
            memory.check(f"{self._name} ({size_of(candidate.size)})", candidate.least, free=self._free)
            return
        best, _ = likeliest(smaller, free=self._free)
        raise NotEnoughMemory(
            f"{candidate.name} needs about {memory.gigabytes(candidate.least)} of memory, and "
            f"{memory.gigabytes(self._free)} are free.",
            f"{best.name} would fit: {how_to_say(best, found)}. Closing other notebooks and programs frees memory.",
        )

    def _placed(self, files: Sequence[Path], folder: Path, why: str) -> Place:
        return Place(self._name, folder, folder.name, files=files, why=why)

    def _fetch(self, sizes: Mapping[str, int], text: str) -> Path:
        from huggingface_hub import hf_hub_download

        shows_bytes = "tqdm_class" in inspect.signature(hf_hub_download).parameters
        total, done = sum(sizes.values()), 0
        folder = Path()
        for name, size in sizes.items():
            self._report("download", text, done, total)
            bar = download_bar(_counting(self._report, text, done, size, total))
            options: dict[str, Any] = {"tqdm_class": bar} if shows_bytes else {}
            path = Path(hf_hub_download(self._name, name, revision=self._commit or self._revision, **options))
            folder = path.parents[name.count("/")]
            # The first file comes by the revision's own name: that is what makes the cache remember which commit it is.
            self._commit = self._commit or folder.name
            done += size
        self._report("download", text, total, total)
        return folder

    def _cached(self, error: Exception) -> Place:
        """The model as it was downloaded before. (`snapshot_download` wants files of it that we never fetch.)"""
        from huggingface_hub import try_to_load_from_cache

        if (cached := in_cache(self._name, self._revision, _cache())) is not None:
            where = Location("hub", self._name, self._file, None)
            try:
                here = gguf_here(where, self._revision, _cache())
            except ModelNotFound as lacking:
                raise NoNetwork(f"{lacking.what} The hub can't be reached.", lacking.remedy) from error
            if here is not None:
                return self._placed(here.files, cached, here.why)
        if self._file is not None:
            what = f"{self._name} isn't on this machine, and the hub can't be reached."
            raise NoNetwork(what, OFFLINE) from error
        config = try_to_load_from_cache(self._name, "config.json", revision=self._revision)
        if not isinstance(config, str):
            what = f"{self._name} isn't on this machine, and the hub can't be reached."
            raise NoNetwork(what, OFFLINE) from error
        folder = Path(config).parent
        try:
            weights = safetensors.files(folder)
            whole = bool(weights) and all(file.exists() for file in weights)
        except WeightsCorrupt:
            whole = False
        if not whole:
            what = f"Only a part of {self._name} is on this machine, and the hub can't be reached."
            raise NoNetwork(what, OFFLINE) from error
        return Place(self._name, folder, folder.name)


def _cache() -> Path:
    """As huggingface_hub has it, which read the environment when it was imported."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def is_unreachable(error: BaseException | None) -> bool:
    """Whether the hub couldn't be reached, or was too busy.

    By the names of the errors: huggingface_hub changed its HTTP library twice (requests, httpx, httpx2), and wraps some.
    """
    while error is not None:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        if kinds & {"RepositoryNotFoundError", "RevisionNotFoundError", "RemoteEntryNotFoundError"}:
            return False
        if kinds & {"TransportError", "ConnectionError", "Timeout", "TimeoutError", "LocalEntryNotFoundError"}:
            return True
        status = getattr(getattr(error, "response", None), "status_code", None)
        if isinstance(status, int):
            return status >= 500 or status == 429
        error = error.__cause__
    return False


def _counting(report: Reporter, text: str, before: int, size: int, total: int) -> Callable[[int], None]:
    """Counts the bytes of one file of `size`, which follows others of `before` bytes together."""
    got = 0

    def add(count: int) -> None:
        nonlocal got
        got += count
        report("download", text, before + min(got, size), total)

    return add
