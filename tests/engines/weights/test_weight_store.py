"""The file of quantised weights: written once, mapped from then on, and never trusted blindly."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from r1widget.engines import cache_folder as folders
from r1widget.engines.cache_folder import cache_folder, is_private
from r1widget.engines.weights.embeddings import InFile, Table
from r1widget.engines.weights.linears import (
    Part,
    Scheme,
    Segment,
    arrangement,
    open_linears,
    packing,
    remove_others,
    scheme,
    store,
    stored,
    stored_scheme,
)
from r1widget.engines.weights.linears.compiled import quantised
from r1widget.engines.weights.linears.int4 import torch_int4
from r1widget.engines.weights.linears.int8 import Int8, torch_int8
from r1widget.engines.weights.linears.plain import plain
from r1widget.engines.weights.linears.report import relative_error
from r1widget.engines.weights.linears.stacked import join
from r1widget.engines.weights.safetensors_source import SafetensorsSource
from r1widget.errors import WeightsCorrupt

WIDTH = 96
PARTS = (
    Part("layers.0.qkv", ("q.weight", "k.weight", "v.weight"), ("q.bias", "k.bias", "v.bias")),
    Part("layers.0.o", ("o.weight",)),
    Part("head", ("embed.weight",), head=True),
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A checkpoint in two files, in 16 bits."""
    torch.manual_seed(0)
    heights = {"q": 96, "k": 24, "v": 24, "o": 96, "embed": 301}
    tensors = {f"{name}.weight": torch.randn(height, WIDTH).bfloat16() for name, height in heights.items()}
    tensors |= {f"{name}.bias": torch.randn(heights[name]).bfloat16() for name in "qkv"}
    first = {name: tensors.pop(name) for name in ("q.weight", "k.bias", "embed.weight")}
    save_file(first, tmp_path / "model-1.safetensors")
    save_file(tensors, tmp_path / "model-2.safetensors")
    return [tmp_path / "model-1.safetensors", tmp_path / "model-2.safetensors"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def opened(files: list[Path], way: Scheme, folder: Path, *, key: str = "k1", name: str = "a/model", **options):
    return open_linears(SafetensorsSource(files), PARTS, way, key=key, name=name, folder=folder, **options)


def expected(files: list[Path], way: Scheme, x: torch.Tensor) -> dict[str, torch.Tensor]:
    tensors = {name: tensor for path in files for name, tensor in load_file(path).items()}
    results = {}
    for part in PARTS:
        segments = []
        for name in part.weights:
            layout = way.layout_of(part, name, "BF16")
            segments.append(Segment(layout, layout.pack(tensors[name]), *tensors[name].shape))
        bias = torch.cat([tensors[name].float() for name in part.biases]) if part.biases else None
        results[part.name] = join(segments, bias)(x)
    return results


def assert_right(linears, files: list[Path], way: Scheme) -> None:
    x = torch.randn(3, WIDTH)
    for name, wanted in expected(files, way, x).items():
        assert torch.equal(linears[name](x), wanted), name


WAYS = [scheme("int4", torch.float32), scheme("int8", torch.float32), torch_int4(), torch_int8()]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.key)
def test_written_once_and_mapped_from_then_on(files, folder: Path, way: Scheme) -> None:
    heard: list[tuple[int, int]] = []
    first = opened(files, way, folder, report=lambda done, total: heard.append((done, total)))
    assert_right(first, files, way)
    assert heard == sorted(heard) and heard[-1][0] == heard[-1][1]
    path = first.path
    assert path == stored("k1", way, folder) and list(folder.iterdir()) == [path]
    before = path.stat()
    heard.clear()
    second = opened(files, way, folder, report=lambda done, total: heard.append((done, total)))
    assert_right(second, files, way)
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert heard == []


def test_large_parts_come_in_pieces_with_the_same_result(files, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(packing, "PIECE", 64 * WIDTH)
    for way in WAYS:
        assert_right(opened(files, way, folder), files, way)


def test_the_file_is_safetensors(files, folder: Path) -> None:
    path = opened(files, torch_int8(), folder).path
    tensors = load_file(path)
    wanted = Int8().pack(load_file(files[1])["o.weight"])
    for name, tensor in wanted.items():
        assert torch.equal(tensors[f"o.weight.{name}"], tensor)


def test_tensors_are_aligned(files, folder: Path) -> None:
    data = opened(files, WAYS[0], folder).path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    starts = [entry["data_offsets"][0] for name, entry in header.items() if ".weight." in name]
    assert starts and all((8 + length + start) % 64 == 0 for start in starts)


def harm_truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def harm_header(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)


def harm_contents(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-5000] ^= 1
    path.write_bytes(data)


def harm_empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [harm_truncate, harm_header, harm_contents, harm_empty])
def test_a_damaged_file_is_made_anew(files, folder: Path, harm) -> None:
    way = WAYS[0]
    path = opened(files, way, folder).path
    good = path.read_bytes()
    harm(path)
    assert path.read_bytes() != good
    assert_right(opened(files, way, folder), files, way)
    assert path.read_bytes() == good


def test_another_version_is_made_anew(files, folder: Path, monkeypatch) -> None:
    way = WAYS[0]
    monkeypatch.setattr(arrangement, "VERSION", "0")
    old = opened(files, way, folder).path.read_bytes()
    monkeypatch.undo()
    path = opened(files, way, folder).path
    assert path.read_bytes() != old
    assert_right(opened(files, way, folder), files, way)


def test_parts_put_together_otherwise_are_made_anew(files, folder: Path) -> None:
    way = WAYS[1]
    opened(files, way, folder)
    swapped = (Part("layers.0.qkv", ("q.weight", "v.weight", "k.weight"), ("q.bias", "v.bias", "k.bias")), *PARTS[1:])
    x = torch.randn(2, WIDTH)
    one = opened(files, way, folder)["layers.0.qkv"](x)
    other = open_linears(SafetensorsSource(files), swapped, way, key="k1", name="a/model", folder=folder)[
        "layers.0.qkv"
    ](x)
    assert torch.equal(one[:, :96], other[:, :96])
    assert torch.equal(one[:, 96:120], other[:, 120:])


class Interrupted(Int8):
    """Packs one piece, then the person presses Stop."""

    packed = 0

    def pack(self, weight, importance=None):
        self.packed += 1
        if self.packed == 2:
            raise KeyboardInterrupt
        return super().pack(weight)


def test_an_interruption_leaves_nothing_behind(files, folder: Path) -> None:
    layout = Interrupted()
    way = Scheme(name="int8", key=layout.name, layout_of=lambda part, name, kind: layout)
    with pytest.raises(KeyboardInterrupt):
        opened(files, way, folder)
    assert list(folder.iterdir()) == []


def test_what_a_dead_process_left_is_removed(files, folder: Path) -> None:
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    dead = folder / f".{store.host()}.{done.stdout.strip()}.x.writing"
    living = folder / f".{store.host()}.{os.getpid()}.x.writing"
    elsewhere = folder / ".another-host.1.x.writing"
    for path in (dead, living, elsewhere):
        path.touch()
    opened(files, WAYS[0], folder)
    assert not dead.exists() and living.exists() and elsewhere.exists()
    os.utime(elsewhere, (0, 0))
    assert remove_others("a/model", "k1", folder) == [elsewhere]


def open_together(files: list[Path], folder: Path, gate, results) -> None:
    gate.wait()
    linears = opened(files, torch_int8(), folder)
    results.put(float(linears["head"](torch.ones(1, WIDTH)).double().sum()))


def test_two_processes_at_once(files, folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(2), context.Queue()
    processes = [context.Process(target=open_together, args=(files, folder, gate, results)) for _ in range(2)]
    for process in processes:
        process.start()
    sums = {results.get(timeout=240) for _ in processes}
    for process in processes:
        process.join(timeout=240)
    assert sums == {float(opened(files, torch_int8(), folder)["head"](torch.ones(1, WIDTH)).double().sum())}
    assert len(list(folder.iterdir())) == 1


def test_files_of_other_weights_are_removed(files, folder: Path) -> None:
    way, other = WAYS[0], torch_int8()
    old = opened(files, way, folder, key="old").path
    kept = [
        opened(files, way, folder).path,
        opened(files, other, folder).path,
        opened(files, way, folder, key="old", name="another").path,
    ]
    (folder / "unrelated.txt").touch()
    assert remove_others("a/model", "k1", folder) == [old]
    assert set(folder.iterdir()) == {*kept, folder / "unrelated.txt"}
    assert stored("old", other, folder) is None


@pytest.mark.parametrize("way", [WAYS[0], torch_int4()], ids=lambda way: way.key)
def test_a_disk_that_takes_nothing(files, folder: Path, tmp_path: Path, way: Scheme) -> None:
    (tmp_path / "file").touch()
    linears = opened(files, way, tmp_path / "file")
    assert linears.path is None and "can't be kept" in linears.why
    assert_right(linears, files, way)


def test_a_file_that_another_process_has_made_meanwhile_and_uses(files, folder: Path, monkeypatch) -> None:
    """Windows replaces no file that is mapped."""

    def made_by_another(partial: str, path: Path) -> None:
        if not path.exists():
            shutil.copyfile(partial, path)
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(os, "replace", made_by_another)
    linears = opened(files, WAYS[0], folder)
    assert linears.path is not None and list(folder.iterdir()) == [linears.path] and not linears.why
    assert_right(linears, files, WAYS[0])
    linears.path.write_bytes(b"not it")
    assert "can't be kept" in opened(files, WAYS[0], folder).why


def test_a_full_disk(files, folder: Path, monkeypatch) -> None:
    usage = shutil.disk_usage(files[0].parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    linears = opened(files, WAYS[0], folder)
    assert "No space left" in linears.why and list(folder.iterdir()) == []
    assert_right(linears, files, WAYS[0])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_plain_weights_stay_where_they_are(files, folder: Path, dtype: torch.dtype) -> None:
    linears = opened(files, plain(dtype), folder)
    assert not folder.exists()
    x = torch.randn(3, WIDTH).to(dtype)
    for name, wanted in expected(files, plain(dtype), x).items():
        assert torch.allclose(linears[name](x), wanted, rtol=1e-2, atol=1e-2), name
        assert (linears[name].rows, linears[name].columns) == (wanted.shape[1], WIDTH)


def damaged(files: list[Path], change) -> None:
    tensors = load_file(files[1])
    change(tensors)
    save_file(tensors, files[1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("o.weight"), "no tensor 'o.weight'"),
        (lambda t: t.pop("v.bias"), "no tensor 'v.bias'"),
        (lambda t: t.update({"k.weight": torch.randn(24, 8)}), "equally many columns"),
        (lambda t: t.update({"v.bias": torch.randn(7)}), "biases"),
        (lambda t: t.update({"o.weight": torch.randn(7)}), "dimensions"),
        (lambda t: t.update({"o.weight": torch.ones(96, 96, dtype=torch.int8)}), "floating-point"),
    ],
)
def test_tensors_that_are_not_what_they_should_be(files, folder: Path, change, said: str) -> None:
    damaged(files, change)
    for way in (WAYS[0], plain(torch.bfloat16)):
        with pytest.raises(WeightsCorrupt, match=said):
            opened(files, way, folder)


def test_a_file_that_is_no_weights_file(files, folder: Path) -> None:
    files[0].write_bytes(b"not a header")
    with pytest.raises(WeightsCorrupt, match=r"model-1\.safetensors"):
        opened(files, WAYS[0], folder)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's account of a process")
def test_quantising_needs_little_memory_whatever_the_size(tmp_path: Path) -> None:
    """Four times the weights take no more. It is torch's own count of what it allocated: what the process holds depends on
    the allocator, and pages of mapped files can be given back."""
    program = f"""
import itertools, json, torch
from pathlib import Path
from safetensors.torch import save_file
from r1widget.engines.weights.linears import Part, open_linears, scheme
from r1widget.engines.weights.safetensors_source import SafetensorsSource

def most_and_left(rows):
    folder = Path({str(tmp_path)!r}, str(rows))
    folder.mkdir()
    save_file({{"embed.weight": torch.randn(rows, 2048).bfloat16()}}, folder / "model.safetensors")
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        linears = open_linears(SafetensorsSource([folder / "model.safetensors"]), [Part("head", ("embed.weight",), head=True)],
            scheme("int4", torch.float32), key="k", name="n", folder=folder / "kept")
        linears["head"](torch.randn(1, 2048))
    profile.export_chrome_trace(str(folder / "trace.json"))
    events = json.loads((folder / "trace.json").read_text())["traceEvents"]
    changes = [event["args"]["Bytes"] for event in events if event["name"] == "[memory]"]
    # Without the file's pages, which torch counts too, each release in its own way.
    allocated = list(itertools.accumulate(change for change in changes if abs(change) < rows * 2048 * 2))
    return max(allocated), allocated[-1]

print(json.dumps([most_and_left(8192), most_and_left(32768)]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    (most, _), (most_of_more, left) = json.loads(done.stdout.splitlines()[-1])
    assert packing.PIECE < most < 16 * packing.PIECE, "some copies of the piece at hand"
    assert most_of_more < most + (1 << 20)
    assert left < 1 << 20, "the layer itself is the file's pages"


# --- The cache folder -------------------------------------------------------------------------------------------------


def test_the_cache_folder_is_private(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "mine"))
    found = cache_folder("weights")
    assert found == tmp_path / "mine" / "weights" and is_private(found)
    if sys.platform != "win32":
        assert found.stat().st_mode & 0o777 == 0o700
        found.chmod(0o777)
        with pytest.raises(PermissionError):
            cache_folder("weights")


def test_without_a_variable_it_is_in_the_users_own(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv(folders.VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / "xdg" / "r1widget"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "r1widget"


# --- Weights that lie in their file as we compute with them --------------------------------------------------------------


class Stored:
    """A source whose tensors are blocks of GGUF, as a dictionary has them."""

    def __init__(self, stored: dict[str, torch.Tensor], kinds: dict[str, str], columns: int) -> None:
        self._stored, self._kinds, self._columns = stored, kinds, columns
        self.taken: list[str] = []

    @property
    def names(self):
        return self._stored.keys()

    def shape(self, name: str) -> tuple[int, ...]:
        return (len(self._stored[name]), self._columns)

    def kind(self, name: str) -> str:
        return self._kinds[name]

    def stored(self, name: str, start: int, stop: int) -> torch.Tensor:
        self.taken.append(name)
        return self._stored[name][start:stop]

    def rows(self, name: str, start: int, stop: int) -> torch.Tensor:
        from gguf import GGMLQuantizationType, quants

        kind = GGMLQuantizationType[self._kinds[name]]
        return torch.from_numpy(quants.dequantize(self._stored[name][start:stop].numpy(), kind))

    def picked(self, name: str, rows: Sequence[int]) -> torch.Tensor:
        return self.whole(name)[list(rows)]

    def whole(self, name: str) -> torch.Tensor:
        return self.rows(name, 0, len(self._stored[name]))


def blocks_of(weight: torch.Tensor, kind: str) -> torch.Tensor:
    gguf = pytest.importorskip("gguf")
    return torch.from_numpy(gguf.quants.quantize(weight.numpy(), gguf.GGMLQuantizationType[kind]).view("uint8"))


def as_in_a_file(kinds: dict[str, str]) -> Stored:
    torch.manual_seed(0)
    return Stored({name: blocks_of(torch.randn(48, WIDTH), kind) for name, kind in kinds.items()}, kinds, WIDTH)


def test_blocks_are_taken_as_they_lie_and_nothing_is_written(folder: Path, monkeypatch) -> None:
    """Three layouts in one layer, in pieces as whole."""
    if scheme("int8", torch.float32).key.startswith("torch"):
        pytest.skip("no kernel here")
    source = as_in_a_file({"q": "Q4_0", "k": "Q8_0", "v": "Q4_1", "f": "F32"})
    part = [Part("qkv", ("q", "k", "v", "f"))]
    x = torch.randn(3, WIDTH)
    layer = open_linears(source, part, stored_scheme("mix"), key="k", name="n", folder=folder)["qkv"]
    assert not folder.exists() and set(source.taken) == {"q", "k", "v"}
    wanted = torch.cat([quantised(x) @ source.whole(name).T for name in "qkv"] + [x @ source.whole("f").T], 1)
    assert torch.allclose(layer(x), wanted, rtol=1e-4, atol=1e-4)
    monkeypatch.setattr(packing, "PIECE", 16 * WIDTH)
    pieces = open_linears(source, part, stored_scheme("mix"), key="k", name="n", folder=folder)["qkv"]
    assert torch.equal(pieces(x), layer(x))


def test_what_has_no_layout_here_is_made_once(folder: Path) -> None:
    """To make numbers of it takes longer than a person likes to wait at each start."""
    source = as_in_a_file({"q": "Q5_0", "k": "Q8_0"})
    part = [Part("qk", ("q", "k"))]
    first = open_linears(source, part, stored_scheme("mix"), key="k", name="n", folder=folder)
    assert first.path is not None and first.path.parent == folder
    heard: list[int] = []
    again = open_linears(
        source, part, stored_scheme("mix"), key="k", name="n", folder=folder, report=lambda *told: heard.append(1)
    )
    x = torch.randn(3, WIDTH)
    assert torch.equal(again["qk"](x), first["qk"](x)) and not heard
    wanted = torch.cat([x @ source.whole(name).T for name in "qk"], 1)
    assert relative_error(first["qk"](x), wanted) < 0.02


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux lists which pages are resident")
def test_no_page_of_the_checkpoint_stays(files, folder: Path) -> None:
    linears = opened(files, WAYS[0], folder)
    embeddings = InFile(SafetensorsSource(files), "embed.weight")
    assert embeddings(torch.tensor([3, 300, 3])).shape == (3, WIDTH)
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert all(str(path) not in mapped for path in files)
    assert str(linears.path) in mapped


def test_embeddings_are_read_row_by_row(files) -> None:
    ids = torch.tensor([300, 0, 7, 7])
    table = load_file(files[0])["embed.weight"]
    source = SafetensorsSource(files)
    assert torch.equal(InFile(source, "embed.weight")(ids), table[ids])
    assert torch.equal(Table(source.whole("embed.weight"))(ids), table[ids])
    with pytest.raises(IndexError):
        InFile(source, "embed.weight")(torch.tensor([301]))


def test_a_file_that_shrinks_is_told(files) -> None:
    source = SafetensorsSource(files)
    os.truncate(files[0], 1000)
    with pytest.raises(WeightsCorrupt, match="ends too early"):
        source.rows("embed.weight", 0, 301)
