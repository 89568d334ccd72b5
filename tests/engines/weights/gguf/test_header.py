"""Headers: what is in a file, and what a damaged or hostile one comes to. Each is told in a sentence, soon and in little memory."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import pytest

from r1widget.engines.weights.gguf.header import Header, read_header, said
from r1widget.errors import WeightsCorrupt
from tests.engines.weights.gguf.made import Model

U32, F32, TEXT, ARRAY = 4, 6, 8, 9
HUGE = (1 << 64) - 1


def text(value: str | bytes) -> bytes:
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(data)) + data


def pair(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def array(kind: int, count: int, values: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, count) + values


def tensor(name: str, *shape: int, kind: int = 0, start: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), kind, start)


def file(
    *pairs: bytes,
    tensors: tuple[bytes, ...] = (),
    data: int = 0,
    version: int = 3,
    counts: tuple[int, int] | None = None,
) -> bytes:
    header = (
        b"GGUF" + struct.pack("<IQQ", version, *(counts or (len(tensors), len(pairs)))) + b"".join((*pairs, *tensors))
    )
    return header + bytes(-len(header) % 32 + data)


def read(folder: Path, content: bytes, name: str = "some.gguf") -> Header:
    path = folder / name
    path.write_bytes(content)
    return read_header(path)


def refused(folder: Path, content: bytes, name: str = "some.gguf") -> str:
    with pytest.raises(WeightsCorrupt) as caught:
        read(folder, content, name)
    assert caught.value.remedy
    assert str(caught.value).isprintable()
    return caught.value.what


def test_what_gguf_s_own_writer_wrote(tmp_path: Path) -> None:
    model = Model("llama")
    model.says = {
        "general.tags": ["one", "two"],
        "general.numbers": [1, 2, 3],
        "general.yes": True,
        "general.half": 0.5,
    }
    header = read_header(model.write(tmp_path / "model.gguf"))
    assert header.architecture == "llama"
    assert header.of_architecture("block_count") == 2
    assert header.metadata["general.tags"] == ["one", "two"]
    assert list(header.metadata["general.numbers"]) == [1, 2, 3]
    assert header.metadata["general.yes"] is True
    assert header.metadata["general.half"] == 0.5
    info = header.tensors["blk.0.ffn_down.weight"]
    assert (info.shape, info.type.name, info.size) == ((64, 96), "F32", 64 * 96 * 4)
    assert min(tensor.start for tensor in header.tensors.values()) == header.data


@pytest.mark.parametrize("size", [0, 3, 23, 24, 40])
def test_a_file_that_is_cut_off(tmp_path: Path, size: int) -> None:
    whole = file(pair("a.key", TEXT, text("a value")))
    assert "damaged, or was only half downloaded" in refused(tmp_path, whole[:size])


def test_every_length_of_a_small_file(tmp_path: Path) -> None:
    path = Model().write(tmp_path / "model.gguf")
    whole, data = path.read_bytes(), read_header(path).data
    for size in [*range(600), *range(600, data, 997), data, len(whole) - 1]:
        refused(tmp_path, whole[:size])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04" + bytes(100), "doesn't begin as one does"),
        (b"<!DOCTYPE html>" + bytes(100), "doesn't begin as one does"),
        (file(version=1), "of version 1"),
        (file(version=4), "of version 4"),
        (file(version=0x03000000), "big-endian"),
        (file(counts=(0, HUGE)), "cut off"),
        (file(counts=(HUGE, 0)), "cut off"),
        (file(counts=(1 << 20, 0)), "cut off"),
        (file(pair("k", ARRAY, array(U32, HUGE))), "cut off"),
        (file(pair("k", ARRAY, array(TEXT, 1 << 40))), "cut off"),
        (file(pair("k", ARRAY, array(TEXT, 1, struct.pack("<Q", HUGE)))), "cut off"),
        (file(struct.pack("<Q", 1 << 63) + b"key"), "cut off"),
        (file(pair("k", 99, b"")), "unknown kind (99)"),
        (file(pair("k", ARRAY, array(ARRAY, 1) * 6)), "unknown kind (9)"),
        (file(pair("k", U32, bytes(4)), pair("k", U32, bytes(4))), "says k twice"),
        (file(tensors=(tensor("a"),)), "0 dimensions"),
        (file(tensors=(tensor("a", 1, 1, 1, 1, 1),)), "5 dimensions"),
        (file(tensors=(tensor("a", 4, 0),)), "without numbers"),
        (file(tensors=(tensor("a", HUGE, HUGE, HUGE, HUGE),)), "belong"),
        (file(tensors=(tensor("a", 1 << 32, 1 << 32),)), "belong"),
        (file(tensors=(tensor("a", 4, 33, kind=2),), data=4096), "blocks of 32"),
        (file(tensors=(tensor("a", 4, kind=77),), data=64), "isn't known here (77, in a)"),
        (file(tensors=(tensor("a", 4, start=HUGE),), data=64), "belong"),
        (file(tensors=(tensor("a", 8), tensor("a", 8, start=32)), data=64), "tensor a twice"),
        (file(tensors=(tensor("a", 8), tensor("b", 8, start=16)), data=64), "in one place (b)"),
        (file(tensors=(tensor("a", 8), tensor("b", 8)), data=64), "in one place"),
        (file(pair("general.alignment", U32, bytes(4))), "alignment"),
        (file(pair("general.alignment", U32, struct.pack("<I", 24))), "alignment"),
        (file(pair("general.alignment", U32, struct.pack("<I", 1 << 31))), "alignment"),
        (file(pair("general.alignment", TEXT, text("32"))), "alignment"),
    ],
)
def test_what_can_t_be_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("version", "remedy"), [(1, "Get a newer file"), (4, "A newer r1widget"), (3 << 24, "another")]
)
def test_what_to_do_with_another_version(tmp_path: Path, version: int, remedy: str) -> None:
    path = tmp_path / "some.gguf"
    path.write_bytes(file(version=version))
    with pytest.raises(WeightsCorrupt) as caught:
        read_header(path)
    assert remedy in (caught.value.remedy or "")


def test_a_header_takes_no_more_memory_than_a_large_one(tmp_path: Path) -> None:
    """Twelve bytes make a list of their own; a million such lists would make hundreds of megabytes."""
    path = tmp_path / "some.gguf"
    with path.open("wb") as target:
        target.write(file(counts=(0, 1))[:24] + text("k") + struct.pack("<I", ARRAY) + array(ARRAY, 100_000_000))
        target.truncate(1_500_000_000)  # zeros: arrays of no numbers; a hole, which takes no place
    tracemalloc.start()
    try:
        with pytest.raises(WeightsCorrupt, match="doesn't end"):
            read_header(path)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_header_has_so_many_values_at_most(tmp_path: Path) -> None:
    content = file(pair("k", ARRAY, array(TEXT, 5_000_000, bytes(8 * 5_000_000))))
    assert "4,000,000" in refused(tmp_path, content)


def test_names_go_into_sentences_in_one_line(tmp_path: Path) -> None:
    name = "a\n\x1b[31m\u202e" + "b" * 500
    what = refused(tmp_path, file(tensors=(tensor(name, 4, kind=77),), data=64))
    assert len(what) < 300
    assert said("tok\x00en\ud800") == "tok�en�"


def test_a_file_larger_than_four_gigabytes(tmp_path: Path) -> None:
    start = (1 << 32) + 64
    content = file(tensors=(tensor("a", 1 << 30), tensor("b", 8, start=start)))
    path = tmp_path / "large.gguf"
    with path.open("wb") as target:
        target.write(content)
        target.truncate(len(content) + start + 32)
    header = read_header(path)
    assert header.tensors["b"].start == header.data + start
    with path.open("r+b") as target:
        target.truncate(len(content) + start + 31)
    with pytest.raises(WeightsCorrupt, match="bytes where"):
        read_header(path)
