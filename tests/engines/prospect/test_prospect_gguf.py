"""What is said of a GGUF model before it is loaded: from its header alone, in a moment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1widget.engines.prospect import Prospect, looking, prospect
from r1widget.engines.weights import memory
from r1widget.engines.weights.gguf import parts
from r1widget.engines.weights.gguf.header import Header, read_header
from tests import ggufs


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(looking, "expected_device", lambda named: "cpu" if named == "auto" else named)
    monkeypatch.setattr(memory, "available", lambda device: 16 * 10**9)
    monkeypatch.setenv("R1WIDGET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


def test_what_it_is(tmp_path: Path) -> None:
    file = ggufs.model(tmp_path / "R1-Q4_K_M.gguf", metadata={"general.file_type": 15})
    about = prospect(file)
    assert (about.title, about.place, about.skill) == ("R1 · Q4_K_M", "here", "reasoning")
    assert (about.file_type, about.bits, about.most_bits, about.device) == ("Q4_K_M", 4, 6, "cpu")
    assert about.parameters == 2 * 1024 * 256 + 2 * 256 * 256 + 2 * 512 * 256 + 256
    layers, head = 2 * 256 * 256 + 2 * 512 * 256, 1024 * 256
    assert about.memory is not None and abs(about.memory - (layers * 4.625 + head * 6.5625) / 8) < 2, (
        "embeddings stay in the file"
    )
    assert about.download is None and about.seconds is not None and 0 < about.seconds < 5
    assert str(tmp_path) not in repr(about)


@pytest.mark.parametrize(
    ("kinds", "asked", "bits"),
    [
        (("Q4_0", "Q6_K"), {}, (4, 6)),
        (("Q8_0", "Q8_0"), {}, (8, None)),
        (("Q5_K", "Q6_K"), {}, (6, 8)),
        (("Q3_K", "Q5_K"), {}, (8, None)),
        (("IQ4_XS", "Q6_K"), {}, (6, 8)),
        (("F16", "F16"), {}, (32, None)),
        (("BF16", "BF16"), {"dtype": "bfloat16"}, (16, None)),
        (("BF16", "BF16"), {"quantization": "int8"}, (8, None)),
        (("Q4_K", "Q6_K"), {"quantization": "int8"}, (8, None)),
        (("Q4_K", "Q6_K"), {"quantization": None}, (4, 6)),
        (("Q4_K", "Q6_K"), {"device": "cuda"}, (16, None)),
    ],
    ids=str,
)
def test_in_how_many_bits_it_will_be_held(
    tmp_path: Path, kinds: tuple[str, str], asked: dict[str, Any], bits: object
) -> None:
    about = prospect(ggufs.model(tmp_path / "x.gguf", kinds), **asked)
    assert (about.bits, about.most_bits) == bits and about.memory


def test_where_it_has_no_last_layer_the_embeddings_are_it(tmp_path: Path) -> None:
    file = ggufs.write(
        tmp_path / "x.gguf",
        {"general.architecture": "llama", "general.name": "SmolLM2"},
        {"token_embd.weight": ((64, 256), "Q8_0"), "blk.0.attn_q.weight": ((256, 256), "Q4_1")},
    )
    about = prospect(file)
    assert (about.bits, about.most_bits, about.file_type, about.skill) == (4, 8, "Q4_1", None)


def test_parts_are_counted_together(tmp_path: Path) -> None:
    for part in (0, 1):
        said = {"split.no": part, "split.count": 2, "split.tensors.count": 2, "general.architecture": "qwen2"}
        name = "token_embd.weight" if part == 0 else "blk.0.attn_q.weight"
        ggufs.write(tmp_path / f"x-Q8_0-0000{part + 1}-of-00002.gguf", said, {name: ((256, 256), "Q8_0")})
    for part in (1, 2):
        assert prospect(tmp_path / f"x-Q8_0-0000{part}-of-00002.gguf").parameters == 2 * 256 * 256


def test_a_file_of_the_hub_that_is_here(tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--me--X-GGUF" / "snapshots" / "main"
    ggufs.model(snapshot / "X-Q4_K_M.gguf")
    for name, file in (("me/X-GGUF", None), ("me/X-GGUF", "*Q4_K_M*"), ("me/X-GGUF:Q4_K_M", None)):
        about = prospect(name, file=file)
        assert about.parameters and about.download is None
    assert prospect("me/X-GGUF", file="*Q8_0*").to_dict() == {"title": "X · Q8_0", "place": "here", "device": "cpu"}
    assert prospect("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M").skill == "reasoning"


@pytest.mark.parametrize("data", [b"", b"GGUF", b"GGUF" + b"\xff" * 60, b"no file of that kind, but long enough"])
def test_what_cannot_be_read_is_not_known(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd.gguf").write_bytes(data)
    assert prospect(tmp_path / "odd.gguf") == Prospect(title="odd", place="here", device="cpu")


def test_its_header_is_read_once_while_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def heard(path: Path) -> Header:
        read.append(path)
        return read_header(path)

    monkeypatch.setattr(parts, "read_header", heard)
    file = ggufs.model(tmp_path / "x.gguf", words=64)
    before = [prospect(file).parameters for _ in range(3)]
    assert len(read) == 1
    ggufs.model(file, words=128)
    assert prospect(file).parameters == (before[0] or 0) + 2 * 64 * 256 and len(read) == 2


def test_it_is_known_without_torch_in_a_moment(tmp_path: Path) -> None:
    """With a vocabulary as large as R1's."""
    file = ggufs.model(tmp_path / "x.gguf", vocabulary=152_000)
    code = (
        "import sys, time\nfrom r1widget import Chat\nChat('pocket')\nstart = time.process_time()\n"
        f"chat = Chat({str(file)!r}, keep=False)\nassert time.process_time() - start < 2\n"
        "assert chat.status['about']['bits'] == 4\n"
        "print([n for n in ('torch', 'transformers', 'tokenizers', 'huggingface_hub', 'gguf') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=os.environ
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
