"""A tiny Qwen2 with random weights, and a byte-level tokenizer with R1's control tokens and template: a model folder in a
second, without a network. What it writes is noise, which is what decoders and stops are best tested on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BEGIN, END, USER, ASSISTANT = "<｜begin｜>", "<｜end｜>", "<｜User｜>", "<｜Assistant｜>"
OPEN, CLOSE = "<think>", "</think>"
TEMPLATE = (
    "{{- bos_token -}}"
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'system' -%}{{- message['content'] -}}"
    "{%- elif message['role'] == 'user' -%}{{- '" + USER + "' + message['content'] -}}"
    "{%- else -%}{{- '" + ASSISTANT + "' + message['content'].split('</think>')[-1] + eos_token -}}{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '" + ASSISTANT + "<think>\\n' -}}{%- endif -%}"
)
TEXT = ["The quick brown fox thinks: what is 17 times 24? Wait, let me check that again.\n\nSo the answer is 408."] * 3


def tokenizer_file(folder: Path, *, template: str | None = TEMPLATE) -> None:
    """The tokenizer alone: 256 bytes, a few merges, and six control tokens, of which two are marked special."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r" ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())
    )
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in (BEGIN, END)])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in (USER, ASSISTANT, OPEN, CLOSE)])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": BEGIN, "eos_token": END}
    if template is not None:
        config["chat_template"] = template
    (folder / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


def model_folder(folder: Path, *, template: str | None = TEMPLATE, context: int = 512, seed: int = 0) -> Path:
    """A whole model: about 100,000 parameters."""
    import torch
    from tokenizers import Tokenizer
    from transformers import Qwen2Config, Qwen2ForCausalLM

    tokenizer_file(folder, template=template)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    config = Qwen2Config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.token_to_id(BEGIN),
        eos_token_id=tokenizer.token_to_id(END),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Qwen2ForCausalLM(config)
    model.half().save_pretrained(str(folder))
    return folder
