"""`TransformersEngine`: any causal language model of the hub or of a folder, run here with transformers and torch.

This is the only engine that needs torch; `engines.load` imports it when a model is asked for.
"""

from __future__ import annotations

import platform
import secrets
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import tokenizers
import torch
import transformers

from ..errors import NoSuchQuantization, PromptTooLong, WeightsCorrupt
from . import Delta, Message, OnProgress, Prompt, Request, loading, memory, safetensors
from .decoding import Decoder
from .hub import Place
from .network import Network, Reading, place, type_for
from .progress import Reporter
from .prompts import Prompts
from .sampling import Sampler
from .thinking import Thinking
from .tokens import Tokens, load_tokenizer


class TransformersEngine:
    """A model that answers with its own decoding loop: chunks of the prompt, then token by token.

    Several threads may stream at once: each has its own cache and its own random generator, nothing is shared but the
    weights, and no global state of torch is touched.
    """

    def __init__(
        self, name: str, network: Network, tokenizer: Any, tokens: Tokens, prompts: Prompts, about: dict[str, Any]
    ) -> None:
        """Use `load`. `about` is what `describe` says besides what the parts know."""
        self.name = name
        self._network = network
        self._prompts = prompts
        self._tokens = tokens
        self._about = about
        self._closing = prompts.closing_ids()
        self._stops = _stop_ids(network, tokenizer) | prompts.question_marks()

    @classmethod
    def load(
        cls,
        name: str,
        *,
        quantization: str | None = "auto",
        on_progress: OnProgress = lambda progress: None,
        device: str = "auto",
        dtype: str = "auto",
        revision: str | None = None,
    ) -> TransformersEngine:
        """Find, download, check and load a model.

        `device` is a torch device, or `"auto"`: CUDA, Apple's GPU, or the CPU. `dtype` is `"bfloat16"`, `"float32"`…,
        or `"auto"`: what suits the device. `revision` is a branch, tag or commit on the hub. Before the weights are
        downloaded, the tokenizer has been checked and the memory counted.
        """
        if quantization not in ("auto", None):
            raise NoSuchQuantization(
                f"There is no quantization {quantization!r}.", 'There are "auto" and None: the weights as they are.'
            )
        report = Reporter(on_progress)
        with loading.errors_of(name):
            where = loading.find(name, revision, report)
            report("check", f"Checking the tokenizer of {where.name}")
            config = transformers.AutoConfig.from_pretrained(str(where.folder), local_files_only=True)
            tokenizer = load_tokenizer(where.folder, where.name)
            tokens = Tokens(tokenizer)
            prompts = Prompts(tokenizer, tokens, where.name)
            greeting, _ = prompts.build([{"role": "user", "content": "Hello"}])
            network = _network(where, config, place(device), dtype, report)
            report("check", f"Checking {where.name}")
            network.check(greeting, where.name)
            return cls(where.name, network, tokenizer, tokens, prompts, _about(where, config))

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        """Continue the conversation, a token at a time. `PromptTooLong` comes before anything is generated."""
        settings = request.settings
        ids, opens_thinking = self._prompts.build(request.messages)
        room = min(settings.max_tokens, self._room(len(ids)))
        seed = secrets.randbits(32) if settings.seed is None else settings.seed
        yield Delta(prompt=Prompt(opens_thinking=opens_thinking, tokens=len(ids), seed=seed))

        reading, sampler, decoder = Reading(self._network), Sampler(settings, seed), Decoder(self._tokens.backend)
        thinking = Thinking(
            opens_thinking, settings.thinking_budget, request.answer_now, room=room, closing=len(self._closing)
        )
        written = unsaid = 0  # tokens of the reply, and those of them whose text hasn't come out
        reason: Literal["stop", "length", "cancelled"]
        while True:
            if not decoder.held and (origin := thinking.closed_by()):
                text = "".join(map(decoder.feed, self._closing)) + decoder.flush()
                thinking.feed(text, len(self._closing))
                yield Delta(text=text, origin=origin, tokens=len(self._closing))
                ids = [*ids, *self._closing]
                written += len(self._closing)
            if written >= room:
                reason = "length"
                break
            logits = reading.read(ids, stop)
            if logits is None:
                reason = "cancelled"
                break
            id = sampler(logits)
            if id in self._stops:
                reason = "stop"
                break
            ids = [id]
            written += 1
            unsaid += 1
            text = decoder.feed(id)
            thinking.feed(text, 1)
            if text:
                yield Delta(text=text, tokens=unsaid - decoder.held)
                unsaid = decoder.held
        if text := decoder.flush():
            yield Delta(text=text, tokens=unsaid)
        yield Delta(finish_reason=reason)

    def prompt_ids(self, messages: Sequence[Message]) -> list[int]:
        """The exact ids that the conversation is prompted with, up to where the reply begins."""
        return self._prompts.build(messages)[0]

    def describe(self) -> dict[str, Any]:
        """What a record of a turn says of the model. It goes into exports, so no path of this machine is in it."""
        network = self._network
        return {
            "engine": "transformers",
            "model": self.name,
            **self._about,
            "template_hash": self._prompts.template_hash,
            "dtype": str(network.dtype).removeprefix("torch."),
            "device": network.device.type,
            "parameters": network.parameters,
            "context": network.context,
            "versions": {
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "tokenizers": tokenizers.__version__,
                "python": platform.python_version(),
            },
        }

    def _room(self, prompt: int) -> int:
        context = self._network.context
        if context is None:
            return 1 << 62
        if prompt >= context:
            raise PromptTooLong(
                f"The conversation is {prompt:,} tokens long, and {self.name} reads at most {context:,}.",
                "Ask a shorter question, or start a new conversation.",
            )
        return context - prompt


def _network(where: Place, config: Any, device: str, dtype: str, report: Reporter) -> Network:
    """The network, its weights downloaded and whole, when it fits."""
    text_config = config.get_text_config()
    if where.weight_bytes is not None:
        memory.check(where.name, memory.needed(where.weight_bytes), device)
        where.fetch_weights()
    files = safetensors.files(where.folder)
    if not files:
        raise WeightsCorrupt(f"{where.name} has no weights: there is no {safetensors.WHOLE} in its folder.")
    contents = safetensors.read(files)
    kind = type_for(dtype, device, contents.parameters)
    weights = contents.float_parameters * kind.itemsize + contents.other_bytes
    memory.check(where.name, memory.needed(weights, text_config, kind.itemsize), device)
    return Network.load(where.folder, where.name, kind, device, report)


def _about(where: Place, config: Any) -> dict[str, Any]:
    """What is known of the files: their revision, and how the weights in them are quantized."""
    names = [where.folder / name for name in ("config.json", "tokenizer.json")]
    files = [path for path in names if path.exists()] + safetensors.files(where.folder)
    quantized = getattr(config, "quantization_config", None) or {}
    method = quantized.get("quant_method") if isinstance(quantized, dict) else getattr(quantized, "quant_method", None)
    return {
        "revision": where.revision or safetensors.fingerprint(files),
        "quantization": str(getattr(method, "value", method) or "none"),
    }


def _stop_ids(network: Network, tokenizer: Any) -> set[int]:
    """Every id that the model's files name as an end: of the text, or of the turn."""
    generation = getattr(network.model, "generation_config", None)
    named = [getattr(generation, "eos_token_id", None), network.config.eos_token_id, tokenizer.eos_token_id]
    ids: set[int] = set()
    for value in named:
        ids.update(value if isinstance(value, (list, tuple)) else [value] if value is not None else [])
    return ids
