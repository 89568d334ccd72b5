"""What `benchmarks.engine` is made of: the files that both engines read, the aims, the clocks. Its whole run: `test_bench.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks import checkpoint, engine_aims, engine_gguf, gguf_writing
from benchmarks.engine_rows import Results, Row, least, markdown, most
from benchmarks.engine_run import TINY
from benchmarks.linears_alone import in_one_call
from r1widget import pocket
from r1widget.engines.native.library import Unusable
from r1widget.engines.weights.gguf.header import read_header
from r1widget.engines.weights.linears.kernel import kernel
from r1widget.engines.weights.linears.layouts import LAYOUTS
from r1widget.engines.weights.linears.native_linear import NativeLinear

ROOT = Path(__file__).parents[2]

# ---- files that both engines read


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More ids than its tokenizer has texts for, as R1's distillations have."""
    config = TINY | {"vocab_size": TINY["vocab_size"] + 3}
    return checkpoint.make(tmp_path_factory.mktemp("tiny") / "model", config=config)


def test_a_checkpoint_as_a_file_has_its_tokenizer_and_its_template(tiny: Path, tmp_path: Path) -> None:
    gguf_writing.write(tiny, tmp_path / "tiny.gguf")
    header = read_header(tmp_path / "tiny.gguf")
    tokenizer, settings = (
        json.loads((tiny / f"{name}.json").read_text("utf-8")) for name in ("tokenizer", "tokenizer_config")
    )
    tokens, ids = header.metadata["tokenizer.ggml.tokens"], tokenizer["model"]["vocab"]
    assert len(tokens) == len(header.metadata["tokenizer.ggml.token_type"]) == TINY["vocab_size"] + 3
    assert all(tokens[index] == text for text, index in ids.items())
    assert tokens[-3:] == [f"[PAD{TINY['vocab_size'] + number}]" for number in range(3)]
    assert tokens[header.metadata["tokenizer.ggml.eos_token_id"]] == settings["eos_token"]
    assert header.metadata["tokenizer.chat_template"] == settings["chat_template"]
    assert header.architecture == "qwen2" and header.of_architecture("block_count") == TINY["num_hidden_layers"]


@pytest.mark.parametrize(("kind", "error"), [("BF16", 0.0), ("F32", 0.0), ("Q8_0", 0.01), ("Q4_0", 0.15)])
def test_a_checkpoint_as_a_file_has_its_weights(tiny: Path, tmp_path: Path, kind: str, error: float) -> None:
    import gguf
    from safetensors.torch import load_file

    file = tmp_path / "tiny.gguf"
    gguf_writing.write(tiny, file, kind=kind)
    weights = {name: tensor for part in tiny.glob("*.safetensors") for name, tensor in load_file(part).items()}
    found = {tensor.name: tensor for tensor in gguf.GGUFReader(file).tensors}
    assert len(found) == len(weights)
    for theirs, name in (
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("blk.1.ffn_down.weight", "model.layers.1.mlp.down_proj.weight"),
        ("blk.0.attn_q.bias", "model.layers.0.self_attn.q_proj.bias"),
        ("output_norm.weight", "model.norm.weight"),
    ):
        tensor, wanted = found[theirs], weights[name].float()
        assert tensor.tensor_type.name == (kind if wanted.dim() > 1 else "F32")
        got = torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy())
        limit = error * wanted.abs().max() if wanted.dim() > 1 else 0.0
        assert (got - wanted).abs().max() <= limit


def test_ids_without_a_text_are_never_the_likeliest(tiny: Path, tmp_path: Path) -> None:
    import gguf

    gguf_writing.write(tiny, tmp_path / "tiny.gguf", kind="F32")
    (head,) = (tensor for tensor in gguf.GGUFReader(tmp_path / "tiny.gguf").tensors if tensor.name == "output.weight")
    assert not head.data[-3:].any() and head.data[:-3].any(1).all()


def test_llamas_pairs_of_rows_lie_side_by_side() -> None:
    """One head of four: what turns together is rows 0 and 2, 1 and 3, of which llama.cpp makes 0 and 1, 2 and 3."""
    config = {"num_attention_heads": 2, "num_key_value_heads": 1}
    rows = torch.arange(8.0)[:, None]
    paired = gguf_writing._paired("model.layers.0.self_attn.q_proj.weight", rows, config)
    assert paired.flatten().tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    assert gguf_writing._paired("model.layers.0.self_attn.v_proj.weight", rows, config) is rows


def test_the_pocket_model_as_a_file_is_what_servers_get(tmp_path: Path) -> None:
    from tests.engines.remote.servers.gguf_of_pocket import write_gguf

    write_gguf(tmp_path / "pocket.gguf")
    config = json.loads((pocket.path() / "config.json").read_text("utf-8"))
    header = read_header(tmp_path / "pocket.gguf")
    assert header.tensors["token_embd.weight"].shape == (config["vocab_size"], config["hidden_size"])
    assert header.tensors["token_embd.weight"].type.name == "F16"
    assert "output.weight" not in header.tensors, "its head is its embeddings"


def test_without_llama_cpp_there_is_a_sentence_or_a_plain_type(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_gguf, "missing", lambda: "llama.cpp is not installed (pip install llama-cpp-python).")
    with pytest.raises(RuntimeError, match="not installed"):
        engine_gguf.quantized(tiny, "Q4_K_M")
    assert read_header(engine_gguf.quantized(tiny, "Q4_0")).tensors["output.weight"].type.name == "Q4_0"


# ---- the table


def test_an_aim_is_met_by_the_median_or_by_all() -> None:
    assert least(2).is_met([1, 2, 9]) and not least(2.5).is_met([1, 2, 9])
    assert most(2).is_met([1, 2, 9]) and not most(2, every=True).is_met([1, 2, 9])
    assert str(least(1.0)) == "≥ 1" and str(most(0.4)) == "≤ 0.4"


def test_a_line_says_aim_figures_and_whether_it_is_met() -> None:
    assert (
        Row("a ÷ b", [1.0, 1.5, 1.25], "×", least(1.1)).line() == "| a ÷ b | ≥ 1.1 × | 1.00 – **1.25** – 1.50 × | met |"
    )
    assert Row("wait", [0.5], "s", most(0.4), note="of 9").line() == "| wait | ≤ 0.4 s | **0.50** s (of 9) | missed |"
    assert Row("c", [30.0], "ms").line() == "| c |  | **30.0** ms |  |"
    assert Row("d", [], "GB", most(2), "no file.").line() == "| d | ≤ 2 GB | not measured: no file. | |"


def test_ratios_are_of_the_same_round() -> None:
    results = Results(about={"positions": [0, 1000], "prefill_short": 512, "rows": [1, 4]})
    for ours, theirs in ((20, 10), (30, 30)):
        results.add("int4", {"decode": ours, "rows_1": 40, "rows_4": ours + 30})
        results.add("Q4_0", {"decode": theirs})
    rows = {row.name: row for row in engine_aims.rows(results)}
    assert rows["one chat, no guesses, int4 ÷ llama.cpp Q4_0"].values == [2, 1]
    assert (
        rows["a pass of 4 rows ÷ of one, int4"].values == [1.25, 1.5]
        and rows["a pass of 4 rows ÷ of one, int4"].met is False
    )
    results.missing["Q4_K_M"] = "it failed."
    rows = {row.name: row for row in engine_aims.rows(results)}
    assert rows["one chat, no guesses, int4 ÷ llama.cpp Q4_K_M"].reason == "it failed."
    assert markdown(list(rows.values())).count("\n") == len(rows) + 1


def test_guesses_are_held_against_the_same_place_and_against_a_short_prompt() -> None:
    results = Results(about={"positions": [4000], "prefill_short": 512})
    results.add("int4", {"decode": 30, "per_pass": 1.4}, "replay 4000 guesses ")
    results.add("int4", {"decode": 24}, "replay 4000 plain ")
    results.add("Q4_0", {"decode": 20}, "replay 4000 plain ")
    results.add("Q4_0", {"decode": 25}, "replay short ")
    rows = {row.name: row for row in engine_aims.rows(results)}
    there = rows["guesses, real text from token 4,000, int4 ÷ Q4_0 there"]
    assert there.values == [1.5] and there.met and there.note == "1.40 tokens a pass, 1.25 × without guesses"
    assert rows["guesses, real text from token 4,000, int4 ÷ Q4_0 behind 512"].values == [1.2]
    assert rows["no guesses, real text from token 4,000, int4 ÷ Q4_0 there"].values == [1.2]


# ---- the clocks


def test_imports_are_counted_once_each() -> None:
    """In a process of its own, whose imports it times; a module within a module is part of that one's time."""
    code = """
import time
from benchmarks.imports import ImportClock
clock = ImportClock()
clock.start()
start = time.perf_counter()
import importlib, xml.dom.minidom
importlib.import_module("email.mime.text")
took, counted = time.perf_counter() - start, clock.seconds
import xml.dom.minidom
assert 0 < counted <= took and clock.seconds == counted, (counted, took, clock.seconds)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_layers_alone_compute_what_each_computes(rows: int) -> None:
    try:
        made = kernel()
    except Unusable as reason:
        pytest.skip(f"no native kernel here: {reason}")
    generator = torch.Generator().manual_seed(0)
    linears = []
    for layout in LAYOUTS.values():
        weight = torch.randn(48, 256, generator=generator)
        linears.append(NativeLinear(made, [(layout, made.pack(layout, weight), 48)], 256))
    x = torch.randn(rows, 256, generator=generator)
    for count in range(1, len(linears) + 1):
        assert torch.equal(in_one_call(linears[:count], x)(), linears[count - 1](x))
