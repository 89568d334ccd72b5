"""What llama.cpp makes of a file, and what we make of it: the same ids of the same text, the same ends, the same logits."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from r1widget.engines.model.rotary import Rotary
from r1widget.engines.text.prompts import Prompts
from r1widget.engines.text.tokens import Tokens
from r1widget.engines.weights.gguf.model import Gguf, open_gguf
from r1widget.engines.weights.gguf.splitting import SPLITTINGS
from tests.engines.remote.servers.gguf_of_pocket import write_gguf as write_pocket
from tests.engines.weights.gguf.made import (
    AWKWARD,
    SPECIAL,
    TEMPLATE,
    Model,
    add_scored_vocabulary,
    add_vocabulary,
    by_bytes,
    texts,
    transformers_config,
)

llama_cpp: Any = pytest.importorskip("llama_cpp", reason="llama-cpp-python isn't installed")


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """It writes what it does to the terminal."""
    ignored = llama_cpp.llama_log_callback(lambda *_: None)
    llama_cpp.llama_log_set(ignored, ctypes.c_void_p(0))
    yield
    llama_cpp.llama_log_set(llama_cpp.llama_log_callback(), ctypes.c_void_p(0))


def theirs(path: Path, **options: Any) -> Any:
    return llama_cpp.Llama(str(path), verbose=False, **options)


def same_ids(model: Any, tokenizer: Any, of: list[str]) -> None:
    """Of a text with control tokens, and of a text alone."""
    tokens = Tokens(tokenizer)
    for text in of:
        ids = model.tokenize(text.encode(), add_bos=False, special=True)
        assert tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids == ids
        assert tokens.encode(text.replace("think>", "")) == model.tokenize(
            text.replace("think>", "").encode(), add_bos=False, special=False
        )


@pytest.mark.parametrize("pre", sorted(SPLITTINGS))
def test_a_text_has_the_same_ids(tmp_path: Path, pre: str) -> None:
    small = Model("llama")
    small.vocabulary = lambda writer: add_vocabulary(writer, pre)
    path = small.write(tmp_path / "model.gguf")
    same_ids(theirs(path, vocab_only=True), open_gguf(path).tokenizer(), [*AWKWARD, *texts(150, 5)])


@pytest.mark.parametrize("prefix", [True, False])
def test_a_text_has_the_same_ids_by_scores(tmp_path: Path, prefix: bool) -> None:
    small = Model("llama")
    small.vocabulary, small.says = add_scored_vocabulary, {"tokenizer.ggml.add_space_prefix": prefix}
    path = small.write(tmp_path / "model.gguf")
    same_ids(theirs(path, vocab_only=True), open_gguf(path).tokenizer(), [*AWKWARD, *texts(150, 5)])


@pytest.mark.parametrize(
    "special",
    [
        SPECIAL,
        ["<a>", "<b>", "</s>", "<|eot_id|>", "<|eom_id|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"],
        ["<a>", "<b>", "<|return|>", "<|call|>", "<|end|>", "<EOT>"],
    ],
)
def test_the_same_tokens_end_a_reply(tmp_path: Path, special: list[str]) -> None:
    small = Model("llama")
    small.vocabulary = lambda writer: add_vocabulary(writer, special=special)
    path = small.write(tmp_path / "model.gguf")
    assert open_gguf(path).generation.eos_token_id == ends(theirs(path, vocab_only=True))


def ends(model: Any) -> list[int]:
    vocabulary = llama_cpp.llama_model_get_vocab(model.model)
    return [id for id in range(model.n_vocab()) if llama_cpp.llama_vocab_is_eog(vocabulary, id)]


@pytest.mark.parametrize("begins", [True, False])
@pytest.mark.parametrize("template", [TEMPLATE, "{{ bos_token }}" + TEMPLATE])
def test_a_prompt_is_the_same(tmp_path: Path, begins: bool, template: str) -> None:
    """As common/chat.cpp makes it: what the template rendered, without a beginning that reading it adds again."""
    small = Model("llama")
    small.vocabulary = lambda writer: add_vocabulary(writer, template=template)
    small.says = {"tokenizer.ggml.add_bos_token": begins}
    path = small.write(tmp_path / "model.gguf")
    tokenizer, model = open_gguf(path).tokenizer(), theirs(path, vocab_only=True)
    prompts = Prompts(tokenizer, Tokens(tokenizer), "some")
    for text in AWKWARD[:8]:
        messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]
        rendered = template_of(template, messages)
        bare = rendered.removeprefix(SPECIAL[0]) if begins else rendered
        assert prompts.build(messages)[0] == model.tokenize(bare.encode(), add_bos=begins, special=True)  # type: ignore[arg-type]


def template_of(template: str, messages: list[dict[str, str]]) -> str:
    import jinja2

    return jinja2.Template(template, keep_trailing_newline=True).render(
        messages=messages, add_generation_prompt=True, bos_token=SPECIAL[0], eos_token=SPECIAL[2]
    )


def test_the_built_in_model(tmp_path: Path) -> None:
    path = tmp_path / "pocket.gguf"
    write_pocket(path)
    found, model = open_gguf(path), theirs(path, n_ctx=256, logits_all=True, n_threads=2)
    tokenizer = found.tokenizer()
    same_ids(model, tokenizer, [*AWKWARD, "What is 17 + 25? 3.5 × 12"])
    assert found.generation.eos_token_id == ends(model)
    ids, _ = Prompts(tokenizer, Tokens(tokenizer), "pocket").build([{"role": "user", "content": "What is 17 + 25?"}])
    close(found, model, ids, 0.02)


def close(found: Gguf, model: Any, ids: list[int], tolerance: float) -> None:
    """The logits of transformers' own pass over our tensors are llama.cpp's, but for its rounding of what goes into a layer."""
    import transformers

    network = transformers.AutoModelForCausalLM.from_config(
        transformers_config(found.config), dtype=torch.float32
    ).eval()
    source = found.source()
    weights = {name: source.rows(name, 0, source.shape(name)[0]).float() for name in source.names}
    missing, unknown = network.load_state_dict(weights, strict=False)
    assert set(missing) <= {"lm_head.weight"}
    assert not unknown
    network.tie_weights()
    if (factors := getattr(found.config, "rope_factors", None)) is not None:
        network.model.rotary_emb.inv_freq = Rotary(found.config)._frequencies
        assert factors
    with torch.inference_mode():
        ours = network(torch.tensor([ids])).logits[0].numpy()
    model.reset()
    model.eval(ids)
    np.testing.assert_allclose(ours, model.scores[: len(ids)], atol=tolerance)


VARIED: list[tuple[str, dict[str, Any], str, float]] = [
    ("llama", {}, "F32", 1e-4),
    ("qwen2", {}, "F32", 1e-4),
    ("qwen3", {}, "F32", 1e-4),
    ("llama", {}, "F16", 0.02),
    ("llama", {}, "Q8_0", 0.2),
    ("llama", {}, "Q4_0", 0.3),
    ("qwen2", {}, "Q4_1", 0.3),
    ("qwen2", {"rope.scaling.type": "linear", "rope.scaling.factor": 2.0}, "F32", 1e-4),
    ("qwen2", {"rope.scaling.type": "none", "rope.scaling.factor": 2.0}, "F32", 1e-4),
    (
        "qwen2",
        {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 128},
        "F32",
        1e-4,
    ),
]


@pytest.mark.parametrize(("architecture", "says", "kind", "tolerance"), VARIED)
def test_the_same_logits(tmp_path: Path, architecture: str, says: dict[str, Any], kind: str, tolerance: float) -> None:
    small = Model(architecture)
    small.says, small.kind = says, kind
    same_logits(small.write(tmp_path / "model.gguf"), tolerance)


def test_the_same_logits_with_divided_frequencies_and_with_biases(tmp_path: Path) -> None:
    of = np.random.default_rng(1)
    factors = np.array([1, 1, 1.5, 2.5, 8, 8, 8, 8], np.float32)
    same_logits(Model("llama").write(tmp_path / "model.gguf", instead={"rope_freqs.weight": factors}), 1e-4)
    sizes = {"attn_q": 64, "attn_k": 32, "attn_v": 32, "attn_output": 64}
    biases = {
        f"blk.{layer}.{name}.bias": of.standard_normal(size).astype(np.float32) * 0.3
        for layer in range(2)
        for name, size in sizes.items()
    }
    same_logits(Model("llama").write(tmp_path / "model.gguf", instead=biases), 1e-4)


def same_logits(path: Path, tolerance: float) -> None:
    ids = np.random.default_rng(0).integers(0, len(by_bytes()[0]), 200).tolist()
    model = theirs(path, n_ctx=256, logits_all=True, n_threads=2, type_k=0, type_v=0)
    close(open_gguf(path), model, ids, tolerance)
