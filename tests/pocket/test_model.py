"""The pocket model's folder: its tokenizer and template, its weights, and what it answers."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from r1widget.pocket import other, path, samples, traces
from r1widget.pocket.problems import TIMES, Problem

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

HARD = (
    "naïve façade",
    "  two  spaces ",
    "\ttab\r\nline\n\n\n",
    "日本語と中文",
    "👨‍👩‍👧‍👦🏳️‍🌈",
    "\u200b\ufeff\u0301e",
    "007 0.5 1,000 x²",
    "ﬁ ½ Å Å",
    "<think>a</think>",
    "$\\boxed{-12}$",
    "مرحبا بالعالم",
    "\x00\x01\x7f",
    "don't I'LL",
    "| a | b |\n|---|---|",
    " 1 2  3",
)


@pytest.fixture(scope="module")
def reader() -> Any:
    from r1widget.pocket.decode import Reader

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a model loses more than it wins by sharing each step among cores
    yield Reader(path())
    torch.set_num_threads(threads)


def test_any_text_comes_back_exactly(reader: Any) -> None:
    for text in HARD:
        ids = reader.tokenizer(text, add_special_tokens=False)["input_ids"]
        assert reader.tokenizer.decode(ids, skip_special_tokens=False) == text
    rng = Random(0)
    for _ in range(200):
        points = (
            rng.choice((rng.randrange(1, 0x300), rng.randrange(0x3000, 0xD000), rng.randrange(0x1F300, 0x1FA00)))
            for _ in range(20)
        )
        text = "".join(map(chr, points))
        assert reader.tokenizer.decode(reader.tokenizer(text, add_special_tokens=False)["input_ids"]) == text


def test_digits_are_single_tokens(reader: Any) -> None:
    tokens = reader.tokenizer.tokenize("So 347 × 285 = 98895.")
    assert sum(any(letter.isdigit() for letter in token) for token in tokens) == 11


def test_the_template_is_r1s(reader: Any) -> None:
    tokenizer = reader.tokenizer
    messages = [
        {"role": "user", "content": "What is 2 + 2?"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\n4"},
        {"role": "user", "content": "And 3 + 3?"},
    ]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert text == samples.prompt("And 3 + 3?", (("What is 2 + 2?", "\n\n4"),))
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert ids[0] == tokenizer.bos_token_id and "hm" not in text
    assert ids[-3:] == [
        *tokenizer.convert_tokens_to_ids(["<｜Assistant｜>", "<think>"]),
        *tokenizer.encode("\n", add_special_tokens=False),
    ]
    with_system = tokenizer.apply_chat_template(
        [{"role": "system", "content": "Be brief."}, messages[0]], tokenize=False
    )
    assert with_system == "<｜begin▁of▁sentence｜>Be brief.<｜User｜>What is 2 + 2?"


def test_reasoning_marks_are_tokens_that_decoding_keeps(reader: Any) -> None:
    ids = reader.tokenizer("<think></think>", add_special_tokens=False)["input_ids"]
    assert len(ids) == 2 and reader.tokenizer.decode(ids, skip_special_tokens=True) == "<think></think>"
    assert reader.tokenizer.eos_token == reader.tokenizer.pad_token == samples.END


def test_the_weights_are_small_and_half_precision() -> None:
    assert (path() / "model.safetensors").stat().st_size <= 6_000_000
    config = json.loads((path() / "config.json").read_text(encoding="utf-8"))
    assert config["model_type"] == "qwen2" and config["torch_dtype"] == "float16" and config["tie_word_embeddings"]
    generation = json.loads((path() / "generation_config.json").read_text(encoding="utf-8"))
    assert generation["do_sample"] and generation["temperature"] == 0.6 and generation["top_p"] == 0.95


def test_training_and_transformers_compute_the_same(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    from r1widget.pocket.export import export
    from r1widget.pocket.network import Network, Shape

    torch.manual_seed(0)
    network = Network(Shape(64, width=32, inner=48, layers=2, heads=2))
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(weight.to(torch.float16).float() + torch.randn_like(weight).to(torch.float16).float() * 0.125)
            weight.copy_(weight.to(torch.float16).float())
    export(network, tmp_path, 0, 1)
    model = AutoModelForCausalLM.from_pretrained(str(tmp_path)).float().eval()
    ids = torch.randint(0, 64, (2, 17))
    with torch.no_grad():
        ours = network(ids, *network.rotary(17)) @ network.embedding.weight.T
        torch.testing.assert_close(model(ids).logits, ours, rtol=1e-3, atol=1e-3)


def test_it_answers_held_out_problems(reader: Any) -> None:
    from r1widget.pocket.decode import boxed
    from r1widget.pocket.evaluate import KINDS, draw, exact

    asked = [each for kind in KINDS for each in draw(kind, 10, 3)]
    assert exact(reader, asked, 0.0).right >= 0.9
    text = reader.go_on([(samples.prompt("What is 17 × 24?"),)])[0]
    assert boxed(text) == 408 and text.rstrip().endswith("$\\boxed{408}$")


def test_close_pairs_below_zero(reader: Any) -> None:
    """Which of two numbers is less is hard to see where they begin with the same digits."""
    from r1widget.pocket.decode import boxed

    pairs = [(440, 444), (538, 539), (160, 171), (650, 661), (479, 486), (80, 84), (235, 241), (997, 999), (31, 38)]
    texts = reader.go_on([(samples.prompt(f"What is {left} - {right}?"),) for left, right in pairs])
    assert [boxed(text) for text in texts] == [left - right for left, right in pairs]


def test_it_works_as_ever_after_forty_other_questions(reader: Any) -> None:
    """At a thousand tokens, a model that has only seen short prompts begins to write without end."""
    from r1widget.pocket.decode import boxed

    history = tuple((f"What is {n} + 1?", f"{n} + 1 = {n + 1}.\n\n$\\boxed{{{n + 1}}}$") for n in range(40))
    sums = {"What is 41 + 1?": 42, "What is 385 + 467?": 852, "What is 90 - 35?": 55, "What is 7 × 12?": 84}
    prompts = [(samples.prompt(question, history),) for question in sums]
    assert min(reader.length(prompt) for (prompt,) in prompts) > 1000
    texts = reader.go_on(prompts)
    assert [boxed(text) for text in texts] == list(sums.values())
    assert max(reader.length(text) for text in texts) < 400


def test_it_follows_an_altered_product(reader: Any) -> None:
    from r1widget.pocket.decode import boxed

    trace = traces.write(Problem((17, 24), (TIMES,)), Random(0))
    before = trace.thinking[: trace.thinking.index("So 17 × 4 = ")]
    text = reader.go_on([(samples.prompt("What is 17 × 24?"), before + "So 17 × 4 = 78")])[0]
    assert boxed(text) == 418


def test_it_says_what_it_can_do(reader: Any) -> None:
    questions = ("Hello!", "What is the capital of France?", "What is 12 / 4?", "What is 123456 + 654321?", "你好")
    for text in reader.go_on([(samples.prompt(question),) for question in questions]):
        assert text.rpartition("</think>")[2].strip() == other.REPLY


def test_weights_go_to_the_network_as_they_came_from_it() -> None:
    import torch

    from r1widget.pocket.network import Network, Shape, as_qwen2, from_qwen2

    one, other = (Network(Shape(64, width=32, inner=48, layers=2, heads=2)) for _ in range(2))
    from_qwen2(other, as_qwen2(one))
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(one.parameters(), other.parameters(), strict=True))


def test_the_mean_of_two_trained_folders(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    from r1widget.pocket.averaging import average

    for name, value in (("one", 1.0), ("two", 3.0)):
        (tmp_path / name).mkdir()
        save_file({"w": torch.full((2, 2), value, dtype=torch.float16)}, tmp_path / name / "model.safetensors")
    average({tmp_path / "one": 0.25, tmp_path / "two": 0.75}, tmp_path / "mean")
    assert torch.equal(
        load_file(tmp_path / "mean/model.safetensors")["w"], torch.full((2, 2), 2.5, dtype=torch.float16)
    )
    with pytest.raises(ValueError, match="must make 1"):
        average({tmp_path / "one": 0.5}, tmp_path / "mean")
