"""The pass for GPUs, on the CPU: the numbers of `Lean`, whatever shares a pass, grows, moves or is replayed.

A `Tape` stands for a CUDA graph. It keeps what a graph keeps, the operations and the tensors themselves, and plays them
again without any of the Python that chose them; so a recording of tensors that were given up shows in the numbers.
"""

from __future__ import annotations

import contextlib
import gc
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from benchmarks import gpu
from r1widget.engines import Engine, Request, load
from r1widget.engines.kvcache.cache import Cache
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.kvcache.slots import SlotCache
from r1widget.engines.model import architectures, cuda, networks
from r1widget.engines.model.graphs import ROWS, Graphs, Recorder
from r1widget.engines.model.lean import Lean
from r1widget.engines.model.network import Chunk
from r1widget.engines.weights import safetensors
from r1widget.engines.weights.linears import scheme
from r1widget.engines.weights.safetensors_source import SafetensorsSource
from r1widget.errors import NotEnoughMemory
from r1widget.settings import Settings
from tests import tiny
from tests.engines.model.test_lean import KINDS, checkpoint, ids, lean, transformer

TINY = {"count": 2, "capacity": 256}


class Tape(TorchDispatchMode):
    """A recording of operations on tensors."""

    def __init__(self, work: Callable[[], Tensor]) -> None:
        super().__init__()
        self._steps: list[tuple[Any, tuple[Any, ...], dict[str, Any], Any]] = []
        self.replays = 0
        with self:
            self.result = work()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        self._steps.append((func, args, kwargs or {}, result))
        return result

    def replay(self) -> None:
        self.replays += 1
        for func, args, kwargs, before in self._steps:
            given = {
                tensor.untyped_storage().data_ptr() for tensor in tree_leaves((args, kwargs)) if _is_tensor(tensor)
            }
            now = func(*args, **kwargs)
            for old, new in zip(tree_leaves(before), tree_leaves(now), strict=True):
                if _is_tensor(old) and old.untyped_storage().data_ptr() not in given:
                    old.copy_(new)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor)


class Tapes:
    """A recorder that keeps what it made."""

    def __init__(self) -> None:
        self.made: list[Tape] = []

    def __call__(self, work: Callable[[], Tensor]) -> Tape:
        self.made.append(Tape(work))
        return self.made[-1]

    @property
    def replays(self) -> int:
        return sum(tape.replays for tape in self.made)


def graphs(
    folder: Path, recorder: Recorder | None = None, dtype: torch.dtype = torch.float32, **options: Any
) -> Graphs:
    made = transformer(folder, dtype=dtype)
    return Graphs(made, recorder=recorder, **{"slots": TINY, **options})


class Both:
    """The same pieces, read by both networks; their logits are compared each time."""

    def __init__(self, folder: Path, recorder: Recorder | None, **options: Any) -> None:
        self.exact, self.tried = lean(folder), graphs(folder, recorder, **options)
        self.memories: dict[str, tuple[Any, SlotCache]] = {}

    def read(self, *pieces: tuple[str, Sequence[int], int]) -> None:
        for name, *_ in pieces:
            self.memories.setdefault(name, (self.exact.new_cache(), self.tried.new_cache()))
        with torch.inference_mode():
            for name, text, _ in pieces:
                for memory in self.memories[name]:
                    memory.reserve(len(text))
            wanted = self.exact.forward([Chunk(self.memories[name][0], text, count) for name, text, count in pieces])
            got = self.tried.forward([Chunk(self.memories[name][1], text, count) for name, text, count in pieces])
        for (name, text, count), one, other in zip(pieces, wanted, got, strict=True):
            assert one.shape == other.shape == (count, 300)
            assert other.dtype == torch.float32
            assert torch.allclose(one, other, atol=2e-5), (name, len(text), (one - other).abs().max())
            assert self.memories[name][0].ids == self.memories[name][1].ids

    def slot(self, name: str) -> int | None:
        return self.memories[name][1].slot


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "qwen2"
    checkpoint(folder, "qwen2")
    return folder


@pytest.mark.parametrize("recorded", [False, True], ids=["eager", "recorded"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_are_leans(kind: str, recorded: bool, tmp_path: Path) -> None:
    """Prompts in chunks beside others' words, several lengths in one pass, proposals of which some are cut away."""
    checkpoint(tmp_path, kind)
    tapes = Tapes()
    both = Both(tmp_path, tapes if recorded else None)
    both.read(("a", ids(40, 1), 0), ("b", ids(9, 2), 9))
    both.read(("a", ids(30, 3), 1), ("b", ids(1, 4), 1), ("c", ids(3, 5), 2))
    for step in range(6):
        both.read(("b", ids(1, 10 + step), 1), ("a", ids(1, 20 + step), 1), ("c", ids(1 + step % 3, step), 1))
    both.read(("a", ids(6, 6), 6), ("b", ids(1, 7), 1))
    for memory in both.memories["a"]:
        memory.truncate(memory.length - 4)
    both.read(("a", ids(5, 8), 5), ("c", ids(8, 9), 8))
    both.read(("b", ids(2, 8), 0))
    assert tapes.replays == (4 if recorded else 0)


def test_a_size_is_recorded_once_and_replayed(folder: Path) -> None:
    tapes = Tapes()
    both = Both(folder, tapes)
    both.read(("a", ids(20, 1), 1))
    assert not tapes.made, "a prompt isn't recorded"
    for step in range(4):
        both.read(("a", ids(1, step), 1))
    assert (len(tapes.made), tapes.replays) == (1, 3)
    for step in range(3):
        both.read(("a", ids(3 + step % 2, step), 2))
    assert (len(tapes.made), tapes.replays) == (2, 5), "three rows and four are one size"
    both.read(("b", ids(20, 1), 1))
    both.read(("a", ids(1, 9), 1), ("b", ids(1, 8), 1))
    both.read(("b", ids(1, 9), 1), ("a", ids(1, 8), 1))
    assert (len(tapes.made), tapes.replays) == (3, 6)


def test_results_of_one_pass_outlive_the_next(folder: Path) -> None:
    network = graphs(folder, Tapes())
    memory = network.new_cache()
    network.forward([Chunk(memory, [5])])
    (one,) = network.forward([Chunk(memory, [6])])
    kept = one.clone()
    (other,) = network.forward([Chunk(memory, [7])])
    assert torch.equal(one, kept)
    assert not torch.equal(one, other)


def test_longer_sequences_look_further_and_then_everything_grows(folder: Path) -> None:
    """512 positions: at 256 the graph's reach ends, then the slots end; what was recorded of them is worth nothing."""
    tapes = Tapes()
    both = Both(folder, tapes, slots={"count": 2, "capacity": 512})
    both.read(("a", ids(250, 1), 1), ("b", ids(30, 2), 1))
    for step in range(12):
        both.read(("a", ids(1, step), 1), ("b", ids(1, 50 + step), 1))
    assert (len(tapes.made), tapes.replays) == (2, 10)
    both.read(("a", ids(246, 3), 1))
    assert both.tried.slots.capacity == 512
    for step in range(8):
        both.read(("a", ids(1, step), 1), ("b", ids(1, 50 + step), 1))
    assert both.tried.slots.capacity == 1024
    assert len(tapes.made) == 3
    replays = tapes.replays
    both.read(("b", ids(1, 70), 1))
    assert (len(tapes.made), tapes.replays) == (4, replays), "a size that had been recorded before"
    assert both.memories["a"][1].length > 512


def test_more_sequences_get_more_slots(folder: Path) -> None:
    tapes = Tapes()
    both = Both(folder, tapes)
    names = "abcdefg"
    for count in range(1, len(names) + 1):
        both.read(*((name, ids(1 + count, count), 1) for name in names[:count]))
        both.read(*((name, ids(1, count), 1) for name in names[:count]))
    assert both.tried.slots.count == 8
    assert [both.slot(name) for name in names] == list(range(7))


def test_who_finds_no_slot_is_refused_alone(folder: Path) -> None:
    both = Both(folder, None, slots={"most": 3, "count": 2, "capacity": 256})
    both.read(*((name, ids(10, number), 1) for number, name in enumerate("abc")))
    late = both.tried.new_cache()
    with pytest.raises(NotEnoughMemory, match="3 chats"):
        late.reserve(5)
    both.read(*((name, ids(1, number), 1) for number, name in enumerate("abc")))
    del both.memories["b"]
    gc.collect()
    late.reserve(5)
    assert late.slot == 1


def test_growth_that_does_not_fit_is_refused_and_changes_nothing(folder: Path) -> None:
    left = 1 << 30
    both = Both(folder, Tapes(), free=lambda: left)
    both.read(("a", ids(100, 1), 1), ("b", ids(10, 2), 1))
    # Room for 768 positions and one layer twice, not for 1,024: it takes what is needed instead of the double.
    slots = both.tried.slots
    left = int((2 * 512 + 2 * 256 / slots.layers) * slots.token_bytes / 0.9) + 1
    both.read(("a", ids(500, 3), 1))
    assert slots.capacity == 768
    left = 0
    with pytest.raises(NotEnoughMemory, match="no room"):
        both.memories["a"][1].reserve(300)
    assert slots.capacity == 768
    both.read(("a", ids(1, 4), 1), ("b", ids(1, 5), 1))


def test_growth_that_fails_on_the_way_is_taken_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Both(folder, Tapes())
    both.read(("a", ids(100, 1), 1), ("b", ids(10, 2), 1))
    both.read(("a", ids(1, 1), 1), ("b", ids(1, 2), 1))
    slots = both.tried.slots
    real, calls = torch.zeros, iter(range(100))

    def zeros(*size: int, **options: Any) -> Tensor:
        if next(calls) == 2:
            raise torch.cuda.OutOfMemoryError
        return real(*size, **options)

    with monkeypatch.context() as broken:
        broken.setattr(torch, "zeros", zeros)
        with pytest.raises(NotEnoughMemory):
            both.memories["a"][1].reserve(200)
    assert next(calls) > 3, "the layers before have been moved back"
    assert slots.capacity == 256
    both.read(("a", ids(1, 3), 1), ("b", ids(1, 4), 1))
    both.read(("a", ids(200, 3), 1), ("b", ids(1, 4), 1))
    assert slots.capacity == 512


@pytest.mark.parametrize("recorded", [False, True], ids=["eager", "recorded"])
def test_copies_and_kept_ones_lie_outside_the_slots(folder: Path, recorded: bool) -> None:
    both = Both(folder, Tapes() if recorded else None, slots={"most": 2, "count": 2, "capacity": 256})
    both.read(("a", ids(50, 1), 1))
    both.read(("a", ids(1, 2), 1))
    both.memories["fork"] = tuple(memory.copy(30) for memory in both.memories["a"])  # type: ignore[assignment]
    fork = both.memories["fork"][1]
    assert (fork.slot, fork.length) == (None, 30)
    assert fork.bytes == 30 * both.tried.slots.token_bytes
    both.read(("fork", ids(4, 3), 4), ("a", ids(1, 4), 1))
    assert both.slot("fork") == 1
    for memory in both.memories["a"]:
        memory.trim()
    assert both.slot("a") is None
    both.read(("b", ids(60, 5), 1), ("fork", ids(1, 5), 1))
    assert both.slot("b") == 0, "the slot of the one that is kept"
    both.memories["again"] = tuple(memory.copy(20) for memory in both.memories["a"])  # type: ignore[assignment]
    del both.memories["b"]
    both.read(("again", ids(3, 6), 3), ("fork", ids(1, 7), 1))
    del both.memories["fork"], fork
    both.read(("a", ids(2, 8), 2), ("again", ids(1, 9), 1))


def test_prefixes_keep_without_a_slot(folder: Path) -> None:
    network = graphs(folder, slots={"most": 1, "count": 1, "capacity": 256})
    prefixes = Prefixes(1 << 30)
    text = ids(40, 1)
    for turn in range(3):
        memory = prefixes.find([*text, turn]) or network.new_cache()
        assert memory.length == (0, 40, 40)[turn]
        memory.reserve(42)
        network.forward([Chunk(memory, [*text, turn, turn][memory.length :])])
        prefixes.keep(memory)
        assert memory.bytes == 42 * network.slots.token_bytes
    assert prefixes.bytes == (40 + 3 * 2) * network.slots.token_bytes, "what they share is there once"


def test_a_sequence_in_a_high_slot_moves_down(folder: Path) -> None:
    """So that a pass works on as many slots as it has sequences, once others have ended."""
    tapes = Tapes()
    both = Both(folder, tapes)
    both.read(*((name, ids(10 + number, number), 1) for number, name in enumerate("abcd")))
    for name in "ab":
        del both.memories[name]
    both.read(("d", ids(1, 1), 1))
    assert both.slot("d") == 0
    both.read(("d", ids(1, 2), 1), ("c", ids(1, 3), 1))
    assert both.slot("c") == 1


def test_a_damaged_sequence_leaves_nothing_in_its_slot(folder: Path) -> None:
    both = Both(folder, None)
    memory = both.tried.new_cache()
    memory.reserve(100)
    with torch.inference_mode():
        for number in range(both.tried.slots.layers):
            both.tried.slots.layer(number)[:, 0] = torch.nan
    del memory
    both.read(("a", ids(20, 1), 1))
    both.read(("a", ids(2, 1), 2))


def test_a_pass_that_fails_changes_no_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Both(folder, Tapes())
    both.read(("a", ids(20, 1), 1), ("b", ids(3, 2), 1))
    with monkeypatch.context() as broken:
        broken.setattr(both.tried.transformer, "lm_head", lambda x: 1 / 0)
        for text in (ids(2, 3), ids(20, 3)):
            with pytest.raises(ZeroDivisionError):
                both.tried.forward([Chunk(both.memories["a"][1], text), Chunk(both.memories["b"][1], [7])])
    assert both.memories["a"][1].ids == ids(20, 1)
    assert both.tried.path == "our own pass, with CUDA graphs", "it wasn't the recording that failed"
    both.read(("a", ids(2, 4), 2), ("b", ids(1, 4), 1))


def test_without_a_recording_it_runs_all_the_same_and_says_so(folder: Path) -> None:
    def broken(work: Callable[[], Tensor]) -> Tape:
        raise RuntimeError("operation not permitted when stream is capturing\nmore")

    both = Both(folder, broken)
    both.read(("a", ids(20, 1), 1))
    both.read(("a", ids(2, 1), 2))
    why = "operation not permitted when stream is capturing"
    assert both.tried.path == f"our own pass, without CUDA graphs: {why}"


def test_bfloat16_is_as_near_as_leans(folder: Path) -> None:
    exact, near, tried = lean(folder), lean(folder, dtype=torch.bfloat16), graphs(folder, Tapes(), torch.bfloat16)
    text = ids(60, 3)
    found = []
    for network in (exact, near, tried):
        assert isinstance(network, (Lean, Graphs))
        with torch.inference_mode():
            memory = network.new_cache()
            memory.reserve(60)
            parts = [network.forward([Chunk(memory, text[:50], 50)])[0]]
            parts += [network.forward([Chunk(memory, [id])])[0] for id in text[50:]]
        found.append(torch.cat(parts))
    assert (found[2] - found[0]).norm() < 1.2 * (found[1] - found[0]).norm()


@pytest.mark.parametrize("kind", ["qwen2", "qwen2, tied, no groups", "qwen3", "llama, biased"])
def test_everything_goes_to_the_device(kind: str, tmp_path: Path) -> None:
    """On "meta", which has shapes and no numbers: the way of any device that isn't the CPU."""
    checkpoint(tmp_path, kind)
    told: list[tuple[int, int | None]] = []
    transformer = architectures.assemble(
        transformers.AutoConfig.from_pretrained(tmp_path),
        SafetensorsSource(safetensors.files(tmp_path)),
        scheme(None, torch.float16),
        name="tiny",
        key="key",
        device="meta",
        dtype=torch.float16,
        chunk_size=64,
        parameters=0,
        report=lambda done, total: told.append((done, total)),
    )
    network = networks.on_device(transformer)
    assert isinstance(network, Lean)
    memory = network.new_cache()
    memory.reserve(40)
    with torch.inference_mode():
        for count in (1, 4, 30):
            (logits,) = network.forward([Chunk(memory, ids(count, 1), 1)])
            assert (logits.device.type, logits.shape, logits.dtype) == ("meta", (1, 300), torch.float32)
    assert network.device.type == "meta"
    assert isinstance(memory, Cache), "torch reads one tensor"
    assert memory.keys[0].dtype == torch.float16
    assert network.path == "our own pass on meta, without graphs"
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)


@pytest.mark.parametrize("kind", ["qwen2", "qwen2, tied, no groups", "llama, biased"])
def test_placed_weights_are_the_files(kind: str, tmp_path: Path) -> None:
    """Placed on the CPU as they would be on another device, against the layers that are read from the file's pages."""
    from r1widget.engines.weights.linears import open_linears
    from r1widget.engines.weights.placing import place_linears

    checkpoint(tmp_path, kind)
    files = safetensors.files(tmp_path)
    source = SafetensorsSource(files)
    parts = architectures.parts(transformers.AutoConfig.from_pretrained(tmp_path), source.names)
    embeddings = torch.randn(300, 64)
    there = {"model.embed_tokens.weight": embeddings}
    cpu, told = torch.device("cpu"), list[object]()
    placed = place_linears(
        source, parts, torch.float32, cpu, there=there, report=lambda done, total: told.append((done, total))
    )
    assert len(told) == len(parts)
    opened = open_linears(source, parts, scheme(None, torch.float32), key="key", name="tiny")
    for part in parts:
        x = torch.randn(3, opened[part.name].columns)
        wanted = x @ embeddings.T if part.weights == tuple(there) else opened[part.name](x)
        assert torch.allclose(placed[part.name](x), wanted, atol=1e-5)
        assert (placed[part.name].rows, placed[part.name].columns) == (opened[part.name].rows, len(x[0]))


def test_the_tape_is_a_judge() -> None:
    """A recording goes on with the tensors it was made with, and computes nothing anew that was a number then."""
    x = torch.ones(3)
    number = [2.0]
    tape = Tape(lambda: (x * number[0]).roll(1).view(3, 1).expand(3, 2).sum(1))
    x.copy_(torch.tensor([1.0, 2.0, 3.0]))
    number[0] = 7.0
    tape.replay()
    assert tape.result.tolist() == [12.0, 4.0, 8.0]
    assert len(ROWS) == 4


def test_the_benchmark_measures_what_it_says(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a tiny model on the CPU: its tables have a row for each number of sequences, and each prompt."""
    monkeypatch.setattr(gpu, "BATCHES", (1, 4, 32))
    monkeypatch.setattr(gpu, "PROMPTS", (100,))
    network = graphs(folder, Tapes(), slots={"count": 4, "capacity": 256})
    gpu.measure(network, lambda: None, context=20, repeats=2, size=1 << 20)
    said = capsys.readouterr().out
    assert "How passes run: our own pass, with CUDA graphs." in said
    rows = [line.split("|")[1].strip() for line in said.splitlines() if line.startswith("| ") and "%" in line]
    assert rows == ["1", "4", "32"]
    assert [line for line in said.splitlines() if line.startswith("| 100 |")]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU to measure")
def test_the_benchmark_says_when_there_is_no_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["gpu"])
        assert gpu.main() == 0
    assert capsys.readouterr().out.startswith("Nothing is measured: there is no CUDA GPU here")


def test_chats_are_written_as_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole engine: several at once, proposals, a second turn that goes on from what was kept."""
    folder = tiny.model_folder(tmp_path / "tiny")
    plain = load(folder)
    tapes = Tapes()
    monkeypatch.setattr(networks, "on_device", partial(Graphs, recorder=tapes, slots=TINY))
    recorded = load(folder)
    assert recorded.describe()["path"] == "our own pass, with CUDA graphs"

    def write(engine: Engine, question: str, seed: int) -> str:
        request = Request(messages=[{"role": "user", "content": question}], settings=Settings(seed=seed, max_tokens=40))
        return "".join(delta.text for delta in engine.stream(request, threading.Event()))

    questions = [("one two " * number, number) for number in range(1, 6)]
    wanted = [write(plain, *each) for each in questions]
    with ThreadPoolExecutor(len(questions)) as pool:
        assert list(pool.map(lambda each: write(recorded, *each), questions)) == wanted
        assert list(pool.map(lambda each: write(recorded, *each), questions)) == wanted
    assert tapes.replays > 20


def test_graphs_share_a_pool_while_one_of_them_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """With torch's own graphs replaced: work runs once before it is recorded, and the recording once after."""
    log: list[str] = []
    handles = iter(range(10))

    class Graph:
        def replay(self) -> None:
            log.append("replay")

    @contextlib.contextmanager
    def recording(graph: Graph, pool: int, capture_error_mode: str) -> Iterator[None]:
        log.append(f"record in {pool}, {capture_error_mode}")
        yield

    streams = types.SimpleNamespace(wait_stream=lambda other: None)
    for name, fake in {
        "CUDAGraph": Graph,
        "graph": recording,
        "graph_pool_handle": lambda: next(handles),
        "Stream": lambda: streams,
        "current_stream": lambda: streams,
        "stream": contextlib.nullcontext,
        "device": contextlib.nullcontext,
    }.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    capture = cuda.Capturer(torch.device("cuda"))

    def work() -> Tensor:
        log.append("work")
        return torch.ones(1)

    first, second = capture(work), capture(work)
    assert log == ["work", "record in 0, thread_local", "work", "replay"] * 2
    assert first.result.tolist() == [1.0]
    del first, second
    gc.collect()
    third = capture(work)
    assert "record in 1, thread_local" in log
    third.replay()
    assert log[-2:] == ["replay", "replay"]
