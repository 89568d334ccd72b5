"""GGUF files made for tests: vocabularies whose merges go across all that a text may be cut at, small models, and what llama.cpp
makes of them."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n' }}{% endif %}"
)
AWKWARD = [
    "Hello world! It's 12345 o'clock, I'LL say; we've 3.14159 and 1,000,000.",
    "  two  spaces\tand a tab\n\n\nthree lines\r\n \n  x",
    "日本語のテキスト、中文字符。한국어 텍스트 123",
    "🙂👩‍👩‍👧‍👦 é e\u0301 ñ ﬁ Ǆ ß İ",
    "def f(x):\n    return {'a': [x ** 2, -1], \"b\": x != 0}  # HTTPResponse camelCase\n",
    "\u00a0no-break\u2003em space\u200bzero width\ufeff end   ",
    "مرحبا بالعالم ١٢٣ नमस्ते दुनिया १२३ ไทย ½ ² Ⅷ",
    "a" * 100 + " " * 37 + "!" * 19 + "\n" * 11 + "7" * 23,
    "<|im_end|> <think>not control</think>",
    "",
    " ",
]
_PIECES = [
    *"abcXYZ019 .,'\"!-_\n\r\t$+<=>^~|`/",
    "  ",
    "   ",
    "'s",
    "'LL",
    "é",
    "日",
    "本",
    "の",
    "한",
    "🙂",
    "\u0301",
    "\u00a0",
    "١",
    "½",
    "ing",
    "HT",
]


def texts(count: int, seed: int) -> list[str]:
    """Texts of pieces that tokenizers part in different places."""
    of = random.Random(seed)
    return ["".join(of.choices(_PIECES, k=of.randrange(1, 60))) for _ in range(count)]


@functools.cache
def by_bytes(size: int = 1500) -> tuple[list[str], list[str]]:
    """Tokens and merges of a byte-level BPE that was trained on texts that nothing had cut."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=alphabet)
    tokenizer.train_from_iterator([*AWKWARD * 3, *texts(3000, 1)], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    return tokens, [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]


@functools.cache
def by_scores(size: int = 1500) -> tuple[list[str], list[float], list[int]]:
    """Tokens, scores and types as sentencepiece's BPE has them."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never", split=False)
    tokenizer.train_from_iterator(
        [*AWKWARD * 3, *texts(3000, 1)], trainers.BpeTrainer(vocab_size=size, show_progress=False)
    )
    vocabulary = tokenizer.get_vocab()
    pieces = [
        piece for piece in sorted(vocabulary, key=lambda piece: vocabulary[piece]) if not set(piece) & set("日🙂")
    ]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    scores = [0.0] * 259 + [-float(rank) for rank in range(len(pieces))]
    return tokens, scores, [2, 3, 3] + [6] * 256 + [1] * len(pieces)


def add_vocabulary(
    writer: Any, pre: str | None = "qwen2", special: Sequence[str] = SPECIAL, template: str | None = TEMPLATE
) -> int:
    """A byte-level one. How many tokens it has."""
    tokens, merges = by_bytes()
    writer.add_tokenizer_model("gpt2")
    if pre is not None:
        writer.add_tokenizer_pre(pre)
    writer.add_token_list([*tokens, *special])
    writer.add_token_types([1] * len(tokens) + [4 if "think" in text else 3 for text in special])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(len(tokens))
    writer.add_eos_token_id(len(tokens) + 2)
    if template is not None:
        writer.add_chat_template(template)
    return len(tokens) + len(special)


def add_scored_vocabulary(writer: Any, template: str | None = None) -> int:
    """One as sentencepiece makes them."""
    tokens, scores, types = by_scores()
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*tokens, "<|user|>"])
    writer.add_token_scores([*scores, 0.0])
    writer.add_token_types([*types, 4])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if template is not None:
        writer.add_chat_template(template)
    return len(tokens) + 1


class Model:
    """A small model with random weights: what is in it can be changed before it is written."""

    def __init__(
        self, architecture: str = "qwen2", *, hidden: int = 64, heads: int = 4, key_heads: int = 2, inner: int = 96
    ) -> None:
        self.architecture, self.hidden, self.inner, self.heads, self.key_heads = (
            architecture,
            hidden,
            inner,
            heads,
            key_heads,
        )
        self.layers = 2
        self.says: dict[str, Any] = {}
        """Metadata of the architecture, beside the sizes."""
        self.kind = "F32"
        """Of the layers' weights, as gguf quantizes them."""
        self.kinds: dict[str, str] = {}
        """Of those whose names end so."""
        self.tied = True
        self.vocabulary: Any = add_vocabulary

    def tensors(self, words: int) -> dict[str, np.ndarray]:
        of = np.random.default_rng(3)
        size = self.hidden // self.heads
        keys = self.key_heads * size

        def made(*shape: int) -> np.ndarray:
            return (of.standard_normal(shape) * 0.08).astype(np.float32)

        found = {"token_embd.weight": made(words, self.hidden), "output_norm.weight": 1 + made(self.hidden)}
        if not self.tied:
            found["output.weight"] = made(words, self.hidden)
        for layer in range(self.layers):
            shapes = {
                "attn_q": (self.hidden, self.hidden),
                "attn_k": (keys, self.hidden),
                "attn_v": (keys, self.hidden),
                "attn_output": (self.hidden, self.hidden),
                "ffn_gate": (self.inner, self.hidden),
                "ffn_up": (self.inner, self.hidden),
                "ffn_down": (self.hidden, self.inner),
            }
            for name, shape in shapes.items():
                found[f"blk.{layer}.{name}.weight"] = made(*shape)
            for name in ("attn_norm", "ffn_norm"):
                found[f"blk.{layer}.{name}.weight"] = 1 + made(self.hidden)
            if self.architecture == "qwen2":
                for name in ("attn_q", "attn_k", "attn_v"):
                    found[f"blk.{layer}.{name}.bias"] = made(shapes[name][0])
            if self.architecture == "qwen3":
                for name in ("attn_q_norm", "attn_k_norm"):
                    found[f"blk.{layer}.{name}.weight"] = 1 + made(size)
        return found

    def write(
        self,
        path: Path,
        *,
        without: Sequence[str] = (),
        instead: Mapping[str, np.ndarray] | None = None,
        split: int = 0,
    ) -> Path:
        """Without these tensors, or with others instead; in parts of so many tensors."""
        import gguf

        writer = gguf.GGUFWriter(path, self.architecture, split_max_tensors=split)
        writer.add_name("A small model")
        writer.add_block_count(self.layers)
        writer.add_context_length(512)
        writer.add_embedding_length(self.hidden)
        writer.add_feed_forward_length(self.inner)
        writer.add_head_count(self.heads)
        writer.add_head_count_kv(self.key_heads)
        writer.add_rope_freq_base(10_000.0)
        writer.add_layer_norm_rms_eps(1e-6)
        for key, value in self.says.items():
            put(
                writer,
                key if key.startswith(("general.", "tokenizer.", "split.")) else f"{self.architecture}.{key}",
                value,
            )
        words = self.vocabulary(writer)
        found = {**self.tensors(words), **(instead or {})}
        for name, tensor in found.items():
            if name in without:
                continue
            named = next((kind for end, kind in self.kinds.items() if name.endswith(end)), self.kind)
            if tensor.ndim == 1 or named == "F32":
                writer.add_tensor(name, tensor)
            else:
                kind = gguf.GGMLQuantizationType[named]
                writer.add_tensor(name, gguf.quantize(tensor, kind), raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path


def put(writer: Any, key: str, value: Any) -> None:
    """Metadata of whatever kind."""
    kinds = {
        bool: writer.add_bool,
        int: writer.add_uint32,
        float: writer.add_float32,
        str: writer.add_string,
        list: writer.add_array,
    }
    kinds[type(value)](key, value)


def transformers_config(config: Any) -> Any:
    """The same as transformers' own."""
    import transformers

    left_out = ("model_type", "rope_parameters", "rope_factors")
    return transformers.AutoConfig.for_model(
        config.model_type, **{key: value for key, value in vars(config).items() if key not in left_out}
    )
