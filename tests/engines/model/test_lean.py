"""The lean pass, against transformers: every architecture that it knows, its numbers and what they are quantized to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from r1widget.engines.model import architectures
from r1widget.engines.model.attention import FEW, attend
from r1widget.engines.model.kernels import steps
from r1widget.engines.model.lean import Lean
from r1widget.engines.model.network import Chunk
from r1widget.engines.model.reference import Reference
from r1widget.engines.model.transformer import Transformer
from r1widget.engines.weights import safetensors
from r1widget.engines.weights.linears import scheme
from r1widget.engines.weights.safetensors_source import SafetensorsSource
from r1widget.errors import WeightsCorrupt

SHAPE: dict[str, Any] = {
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
}
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "qwen2": ("Qwen2", {}),
    "qwen2, tied, no groups": ("Qwen2", {"tie_word_embeddings": True, "num_key_value_heads": 4}),
    "qwen3": ("Qwen3", {"head_dim": 32}),
    "llama": ("Llama", {}),
    "llama, biased": ("Llama", {"attention_bias": True, "mlp_bias": True}),
    "llama 3": ("Llama", {"rope_scaling": LLAMA3}),
}


def checkpoint(folder: Path, kind: str) -> Any:
    """A random model in a folder: norms and biases too, which begin as ones and zeros and would hide a mistake."""
    name, options = KINDS[kind]
    config = getattr(transformers, f"{name}Config")(**{**SHAPE, **options})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(transformers, f"{name}ForCausalLM")(config).eval()
        for parameter in model.parameters():
            if parameter.dim() == 1:
                torch.nn.init.normal_(parameter, 1.0, 0.3)
            else:
                torch.nn.init.normal_(parameter, 0.0, 0.2)
    model.save_pretrained(str(folder))
    return model


def transformer(folder: Path, quantization: str | None = None, dtype: torch.dtype = torch.float32) -> Transformer:
    config = transformers.AutoConfig.from_pretrained(folder)
    assert architectures.is_known(config)
    files = safetensors.files(folder)
    return architectures.assemble(
        config,
        SafetensorsSource(files),
        scheme(quantization, dtype),
        name="tiny",
        key="key",
        device="cpu",
        dtype=dtype,
        chunk_size=64,
        parameters=safetensors.read(files).parameters,
        report=lambda done, total: None,
    )


def lean(folder: Path, quantization: str | None = None, dtype: torch.dtype = torch.float32) -> Lean:
    return Lean(transformer(folder, quantization, dtype))


def ids(count: int, seed: int) -> list[int]:
    drawn: list[int] = torch.randint(2, 300, (count,), generator=torch.Generator().manual_seed(seed)).tolist()
    return drawn


@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_are_those_of_transformers(kind: str, tmp_path: Path) -> None:
    """In chunks, two sequences in one pass, several rows at once: as if each had been read alone and whole."""
    model, network = checkpoint(tmp_path, kind), lean(tmp_path)
    first, second = ids(100, 1), ids(37, 2)
    with torch.inference_mode():
        one, two = network.new_cache(), network.new_cache()
        for memory in (one, two):
            memory.reserve(120)
        network.forward([Chunk(one, first[:40], 0)])
        _, of_second = network.forward([Chunk(one, first[40:97], 0), Chunk(two, second, 5)])
        (of_first,) = network.forward([Chunk(one, first[97:], 3)])
        wanted = [model(torch.tensor([each])).logits[0] for each in (first, second)]
    assert (of_first - wanted[0][-3:]).abs().max() < 1e-4
    assert (of_second - wanted[1][-5:]).abs().max() < 1e-4
    assert one.ids == first


@pytest.mark.parametrize(("heads", "key_heads"), [(4, 3), (2, 4)])
def test_heads_that_cannot_share_keys_are_refused(
    heads: int, key_heads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiled pass would write beyond its room."""
    shape = {"num_attention_heads": heads, "num_key_value_heads": key_heads, "head_dim": 16}
    monkeypatch.setitem(KINDS, "odd", ("Qwen3", shape))
    checkpoint(tmp_path, "odd")
    with pytest.raises(WeightsCorrupt, match=f"{heads} heads share the keys of {key_heads}"):
        lean(tmp_path, "int8", torch.bfloat16)


@pytest.mark.parametrize("kind", ["qwen2", "qwen3", "llama"])
def test_bfloat16_is_as_near_as_transformers_own(kind: str, tmp_path: Path) -> None:
    model, network = checkpoint(tmp_path, kind), lean(tmp_path, dtype=torch.bfloat16)
    text = ids(60, 3)
    with torch.inference_mode():
        exact = model(torch.tensor([text])).logits[0]
        theirs = model.bfloat16()(torch.tensor([text])).logits[0].float()
        memory = network.new_cache()
        memory.reserve(60)
        (mine,) = network.forward([Chunk(memory, text, 60)])
    assert (mine - exact).norm() < 1.5 * (theirs - exact).norm() + 1e-3


@pytest.mark.parametrize(("quantization", "error"), [("int8", 0.06), ("int4", 0.45)])
def test_quantized_weights_are_near(quantization: str, error: float, tmp_path: Path) -> None:
    """Random weights of a small model are the hardest: nothing averages out."""
    model, network = checkpoint(tmp_path, "qwen2"), lean(tmp_path, quantization, torch.bfloat16)
    text = ids(60, 3)
    with torch.inference_mode():
        exact = model(torch.tensor([text])).logits[0]
        memory = network.new_cache()
        memory.reserve(60)
        (mine,) = network.forward([Chunk(memory, text, 60)])
    assert (mine - exact).norm() / exact.norm() < error


@pytest.mark.skipif(steps() is None, reason="no compiler here: torch's sums depend on the number of rows")
@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_the_bits_are_the_same_whoever_else_is_in_the_pass(quantization: str, tmp_path: Path) -> None:
    """Alone or in company, one id at a time or many: so the same seed gives the same tokens, whatever is guessed ahead."""
    checkpoint(tmp_path, "qwen2")
    network = lean(tmp_path, quantization, torch.bfloat16)
    text, others = ids(90, 3), [ids(20 + 7 * number, number) for number in range(9)]
    with torch.inference_mode():
        whole, single = network.new_cache(), network.new_cache()
        for memory in (whole, single):
            memory.reserve(100)
        (wanted,) = network.forward([Chunk(whole, text, 40)])
        network.forward([Chunk(single, text[:50], 0)])
        for place in range(40):
            company = [network.new_cache() for _ in others[: place % 10]]
            pieces = [Chunk(memory, other) for memory, other in zip(company, others, strict=False)]
            for memory, other in zip(company, others, strict=False):
                memory.reserve(len(other))
            got = network.forward([*pieces, Chunk(single, text[50 + place : 51 + place])])[-1]
            assert torch.equal(got[0], wanted[place])


def test_what_was_cut_back_is_forgotten(tmp_path: Path) -> None:
    checkpoint(tmp_path, "qwen2")
    network = lean(tmp_path)
    text = ids(40, 4)
    with torch.inference_mode():
        straight, crooked = network.new_cache(), network.new_cache()
        for memory in (straight, crooked):
            memory.reserve(60)
        (wanted,) = network.forward([Chunk(straight, text, 1)])
        network.forward([Chunk(crooked, [*text[:30], *ids(20, 5)], 1)])
        crooked.truncate(30)
        fork = crooked.copy(25)
        (got,) = network.forward([Chunk(crooked, text[30:], 1)])
        fork.reserve(20)
        (forked,) = network.forward([Chunk(fork, text[25:], 1)])
    assert torch.allclose(got, wanted, atol=1e-5)
    assert torch.allclose(forked, wanted, atol=1e-5)


def test_a_pass_that_fails_changes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint(tmp_path, "qwen2")
    network = lean(tmp_path)
    text = ids(40, 4)
    with torch.inference_mode():
        memory = network.new_cache()
        memory.reserve(60)
        network.forward([Chunk(memory, text[:20], 0)])
        head = network.transformer.lm_head
        monkeypatch.setattr(network.transformer, "lm_head", lambda x: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            network.forward([Chunk(memory, ids(5, 9), 1)])
        assert memory.ids == text[:20]
        monkeypatch.setattr(network.transformer, "lm_head", head)
        (after,) = network.forward([Chunk(memory, text[20:], 1)])
        fresh = network.new_cache()
        fresh.reserve(60)
        (wanted,) = network.forward([Chunk(fresh, text, 1)])
    assert torch.allclose(after, wanted, atol=1e-5)


@pytest.mark.parametrize("count", [1, 2, 5, FEW, FEW + 1, 40])
@pytest.mark.parametrize("groups", [1, 3])
def test_attention_is_the_textbooks(count: int, groups: int) -> None:
    generator = torch.Generator().manual_seed(0)
    keys, values = (torch.randn(2, 50, 16, generator=generator) for _ in range(2))
    queries = torch.randn(count, 2 * groups, 16, generator=generator)
    got = attend(queries, keys, values)
    for position in range(count):
        seen = 50 - count + position + 1
        for head in range(2 * groups):
            weights = torch.softmax(keys[head // groups, :seen] @ queries[position, head] / 4, 0)
            assert torch.allclose(got[position, head], weights @ values[head // groups, :seen], atol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"use_sliding_window": True, "max_window_layers": 1},
        {"hidden_act": "gelu"},
        {"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}},
    ],
)
def test_what_it_does_not_know_is_left_to_transformers(change: dict[str, Any]) -> None:
    assert not architectures.is_known(transformers.Qwen2Config(**{**SHAPE, **change}))


@pytest.mark.parametrize(
    ("name", "options", "supports_truncation"),
    [("GPT2", {"n_embd": 64, "n_layer": 2, "n_head": 4}, True), ("Mistral", {"sliding_window": 16}, False)],
)
def test_other_architectures_run_through_transformers(
    name: str, options: dict[str, Any], supports_truncation: bool, tmp_path: Path
) -> None:
    shape = {**SHAPE, **options}
    model = getattr(transformers, f"{name}LMHeadModel" if name == "GPT2" else f"{name}ForCausalLM")
    with torch.random.fork_rng(devices=[]):
        network = Reference(model(getattr(transformers, f"{name}Config")(**shape)).eval(), chunk_size=64)
    text = ids(40, 6)
    read: Callable[..., Any] = network.forward
    with torch.inference_mode():
        memory = network.new_cache()
        read([Chunk(memory, text[:30], 0)])
        (got,) = read([Chunk(memory, text[30:], 4)])
        wanted = network.model(torch.tensor([text])).logits[0, -4:]
    assert torch.allclose(got, wanted, atol=1e-4)
    assert network.supports_truncation is supports_truncation
    if supports_truncation:
        fork = memory.copy(20)
        with torch.inference_mode():
            (again,) = read([Chunk(fork, text[20:], 4)])
        assert torch.allclose(again, wanted, atol=1e-4)
        assert memory.length == 40


def test_a_pass_through_transformers_that_fails_changes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails in the last layer, when the first has read."""
    with torch.random.fork_rng(devices=[]):
        network = Reference(transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SHAPE)).eval(), chunk_size=64)
    text = ids(40, 6)
    last = network.model.model.layers[-1].mlp
    with torch.inference_mode():
        memory = network.new_cache()
        network.forward([Chunk(memory, text[:30], 0)])
        with monkeypatch.context() as broken:
            broken.setattr(last, "forward", lambda x: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                network.forward([Chunk(memory, ids(5, 1), 0)])
        (got,) = network.forward([Chunk(memory, text[30:], 1)])
        wanted = network.model(torch.tensor([text])).logits[0, -1:]
    assert torch.allclose(got, wanted, atol=1e-4)
