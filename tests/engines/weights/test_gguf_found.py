"""Where the files of a GGUF model are: in a file, a folder, the hub's cache; or fetched from the hub."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub
import pytest

from r1widget.engines import Progress
from r1widget.engines.location import locate
from r1widget.engines.progress import Reporter
from r1widget.engines.weights.here import certainly_here
from r1widget.engines.weights.hub import Place
from r1widget.engines.weights.loading import errors_of, find
from r1widget.errors import ModelNotFound, NoNetwork, NotEnoughMemory, R1WidgetError
from tests import ggufs
from tests.engines.weights.models import NAME, cache, response
from tests.engines.weights.test_downloads import PretendHub

__all__ = ["cache"]  # a fixture

GB = 10**9
FILES = (
    "R1-Q4_K_M.gguf",
    "R1-Q8_0.gguf",
    "mmproj-F16.gguf",
    "Q6_K/R1-Q6_K-00001-of-00002.gguf",
    "Q6_K/R1-Q6_K-00002-of-00002.gguf",
)


def get(
    model: str | Path, file: str | None = None, *, free: int = 16 * GB, told: list[Progress] | None = None
) -> Place:
    report = Reporter((told if told is not None else []).append)
    with errors_of(str(model)):
        return find(str(model), None, report, file=file, free=free)


# ---- on this machine


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in FILES:
        ggufs.model(tmp_path / "mine" / name)
    return tmp_path / "mine"


def test_a_file_in_any_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / FILES[0]
    for model in (file, "~/mine/R1-Q4_K_M.gguf"):
        place = get(model)
        assert (place.file, place.files, place.name, place.why) == (file, [file], "R1 · Q4_K_M", "it was asked for")
        assert place.weight_bytes is None and place.revision is None
    monkeypatch.chdir(folder)
    assert get("R1-Q4_K_M.gguf").file == Path("R1-Q4_K_M.gguf")
    (folder / "blob").symlink_to(file)
    assert get(folder / "blob").files == [folder / "blob"], "by how it begins"


@pytest.mark.parametrize("part", [1, 2])
def test_any_part_is_the_model(folder: Path, part: int) -> None:
    place = get(folder / "Q6_K" / f"R1-Q6_K-0000{part}-of-00002.gguf")
    assert place.files == [folder / name for name in FILES[3:]]
    assert place.name == "R1 · Q6_K"


def test_parts_that_are_there(folder: Path) -> None:
    """That one isn't is said by who reads them."""
    (folder / FILES[3]).unlink()
    assert get(folder / FILES[4]).files == [folder / FILES[4]]


def test_a_folder_and_which_of_its_files(folder: Path) -> None:
    with pytest.raises(ModelNotFound, match="several models"):
        get(folder)
    assert get(folder, "*Q8_0*").file == folder / FILES[1]
    assert get(folder, "Q6_K").files == [folder / name for name in FILES[3:]]
    for name in (FILES[0], *FILES[3:]):
        (folder / name).unlink()
    place = get(folder)
    assert (place.file, place.name, place.why) == (folder / FILES[1], "R1 · Q8_0", "it is the only one")


def test_a_folder_with_both(folder: Path) -> None:
    (folder / "model.safetensors").touch()
    (folder / "config.json").write_text("{}")
    assert get(folder).file is None and get(folder).folder == folder
    assert get(folder, "*Q8_0*").file == folder / FILES[1]


def test_who_only_looks_is_told_of_nothing(folder: Path) -> None:
    for model in (folder, folder / "no", folder / "no.gguf", "me/no-GGUF", "ollama:no", "a\0b", "pocket"):
        assert certainly_here(locate(str(model))) is None


# ---- of the hub


@pytest.fixture
def pretend(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> PretendHub:
    hub = PretendHub(folder, cache)
    hub.place = cache / f"models--{NAME.replace('/', '--')}" / "snapshots" / ("d" * 40)
    sizes = (int(1.12 * GB), int(1.89 * GB), GB, 700_000_000, 760_000_000)
    hub.sizes = {"README.md": 1000, "config.json": 500, **dict(zip(FILES, sizes, strict=True))}
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", hub.model_info)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", hub.hf_hub_download)
    return hub


def remember(pretend: PretendHub) -> None:
    """As the cache does, which branch is which commit."""
    refs = pretend.place.parents[1] / "refs"
    refs.mkdir(exist_ok=True)
    (refs / "main").write_text("d" * 40)


def test_the_default_is_fetched_alone_and_told_in_bytes(pretend: PretendHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r1widget.engines.progress.SECONDS", 0.0)
    told: list[Progress] = []
    place = get(NAME, told=told)
    assert pretend.fetched == ["R1-Q4_K_M.gguf"]
    assert (place.name, place.revision, place.file) == (NAME, "d" * 40, pretend.place / FILES[0])
    assert place.why.startswith("the smallest that loses little, of 3 files") and place.weight_bytes is None
    size = pretend.sizes[FILES[0]]
    weights = [
        (progress.done, progress.total) for progress in told if progress.text == "Downloading R1-Q4_K_M (1.1 GB)"
    ]
    assert weights == [(done, size) for done in (0, size // 4, size // 2, size // 4 * 3, size, size)]


@pytest.mark.parametrize(
    ("model", "file", "fetched"),
    [
        (NAME, "*Q8_0*", FILES[1:2]),
        (f"{NAME}:Q8_0", None, FILES[1:2]),
        (f"hf.co/{NAME}:q8_0", None, FILES[1:2]),
        (f"{NAME}/R1-Q8_0.gguf", None, FILES[1:2]),
        (f"https://huggingface.co/{NAME}/blob/main/R1-Q8_0.gguf", None, FILES[1:2]),
        (NAME, "Q6_K", FILES[3:]),
        (f"{NAME}/Q6_K/R1-Q6_K-00002-of-00002.gguf", None, FILES[3:]),
    ],
)
def test_which_file_and_all_its_parts(
    pretend: PretendHub, model: str, file: str | None, fetched: tuple[str, ...]
) -> None:
    place = get(model, file)
    assert pretend.fetched == list(fetched)
    assert place.files == [pretend.place / name for name in fetched]
    assert (place.folder, place.name, place.why) == (pretend.place, NAME, "it was asked for")


def test_what_is_here_already_isn_t_chosen_against(pretend: PretendHub) -> None:
    get(NAME, "*Q8_0*")
    remember(pretend)
    pretend.fetched.clear()
    place = get(NAME)
    assert place.file == pretend.place / FILES[1] and place.why == "it is on this machine already, of 3 files"


def test_weights_for_transformers_come_first_unless_a_file_is_named(pretend: PretendHub) -> None:
    pretend.sizes["model.safetensors"] = GB
    (pretend.folder / "config.json").write_text("{}")
    assert get(NAME).file is None and pretend.fetched == ["config.json"]
    pretend.fetched.clear()
    assert get(NAME, "*Q4_K_M*").file == pretend.place / FILES[0]


def test_what_doesn_t_fit_isn_t_fetched(pretend: PretendHub) -> None:
    with pytest.raises(
        NotEnoughMemory,
        match=r"R1-Q8_0\.gguf needs about 1\.8 GB .* 1\.7 GB are free\. R1-Q4_K_M\.gguf would fit: file=",
    ):
        get(NAME, "*Q8_0*", free=int(1.7 * GB))
    with pytest.raises(NotEnoughMemory, match=r"someone/some-model \(1\.1 GB\) needs about 1\.2 GB.*0\.5 GB are free"):
        get(NAME, free=GB // 2)
    assert pretend.fetched == []


@pytest.mark.parametrize(
    ("model", "file", "said"),
    [
        (
            NAME,
            "*Q5*",
            r"someone/some-model has no GGUF file like '\*Q5\*'\. There are: Q4_K_M \(1\.1 GB\), Q6_K \(1\.5 GB\), Q8_0",
        ),
        (NAME, "*.gguf", "several GGUF files"),
        (f"{NAME}:Q5_0", None, "has no GGUF file like 'Q5_0'"),
        (NAME, "mmproj*", "has no GGUF file like"),
    ],
)
def test_a_file_that_isn_t_there(pretend: PretendHub, model: str, file: str | None, said: str) -> None:
    with pytest.raises(ModelNotFound, match=said):
        get(model, file)
    assert pretend.fetched == []


def test_a_part_that_the_hub_lacks(pretend: PretendHub) -> None:
    del pretend.sizes[FILES[4]]
    with pytest.raises(ModelNotFound, match=r"only a part of a model: R1-Q6_K-00002-of-00002\.gguf should be there"):
        get(NAME, "*Q6_K*")


def test_a_repository_without_a_gguf_file(pretend: PretendHub) -> None:
    pretend.sizes = {"config.json": 1, "model.safetensors": 1}
    with pytest.raises(ModelNotFound, match=r"has no GGUF file\..*leave it out"):
        get(NAME, "*Q4_K_M*")
    pretend.sizes = {"mmproj-F16.gguf": 1, "README.md": 1}
    with pytest.raises(ModelNotFound, match="holds no model"):
        get(NAME)


# ---- without a network


@pytest.fixture
def offline(pretend: PretendHub, monkeypatch: pytest.MonkeyPatch) -> PretendHub:
    def gone(self: object, *arguments: object, **options: object) -> None:
        raise ConnectionError("no route")

    for name in ("R1-Q8_0.gguf", *FILES[3:]):
        pretend.hf_hub_download(NAME, name, revision="d" * 40 if pretend.fetched else None, tqdm_class=_Bar)
    remember(pretend)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", gone)
    return pretend


class _Bar:
    def __init__(self, **options: object) -> None: ...
    def update(self, n: float) -> None: ...
    def set_description(self, text: str) -> None: ...
    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *arguments: object) -> None: ...


def test_offline_from_the_cache(offline: PretendHub) -> None:
    assert get(NAME, "*Q8_0*").file == offline.place / FILES[1]
    assert get(NAME, "Q6_K").files == [offline.place / name for name in FILES[3:]]
    place = get(NAME)
    assert place.files == [offline.place / FILES[1]] and place.revision == "d" * 40
    assert place.why == "it is on this machine already, of 2 files"


def test_offline_and_not_whole(offline: PretendHub) -> None:
    (offline.place / FILES[4]).unlink()
    assert get(NAME).file == offline.place / FILES[1]
    with pytest.raises(
        NoNetwork, match=r"on this machine has no GGUF file like '\*Q4_K_M\*'\. There are: .* can't be reached"
    ):
        get(NAME, "*Q4_K_M*")
    with pytest.raises(R1WidgetError, match="Q6_K"):
        get(NAME, "*Q6_K*")
    (offline.place / FILES[1]).unlink()
    with pytest.raises(NoNetwork, match="can't be reached"):
        get(NAME)


@pytest.mark.parametrize("model", ["me/other-GGUF", "me/other-GGUF:Q4_K_M", "me/other-GGUF/x.gguf"])
def test_offline_and_never_here(offline: PretendHub, model: str) -> None:
    with pytest.raises(NoNetwork, match="me/other-GGUF isn't on this machine, and the hub can't be reached"):
        get(model)


def test_the_way_to_a_file_that_is_nowhere(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: object, *arguments: object, **options: object) -> None:
        raise huggingface_hub.errors.RepositoryNotFoundError("no", response=response(404))

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", missing)
    with pytest.raises(
        ModelNotFound, match=r"no file 'models/r1/x\.gguf' on this machine, and no model 'models/r1' on the hub"
    ):
        get("models/r1/x.gguf")
