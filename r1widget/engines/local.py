"""`TransformersEngine`: any causal language model of the hub or of a folder, run here, for many chats at once.

What transformers knows is used: configurations, tokenizers, templates, and its code for the architectures that `lean`
doesn't know. This is the only engine that needs torch; `engines.load` imports it when a model is asked for.
"""

from __future__ import annotations

import platform
import secrets
import threading
from collections.abc import Generator, Iterator
from collections.abc import Sequence as Sequenced
from dataclasses import replace
from typing import Any

import tokenizers
import torch
import transformers

from ..copying import Named
from ..errors import PromptTooLong
from ..reasoning import Kind, ReasoningSplitter, ThinkingTags
from . import ALL, Capabilities, Delta, Message, OnProgress, Pace, Piece, Prefill, Prompt, Request
from .decode.reply import Reply
from .decode.sampling import Sampler
from .decode.scheduler import Scheduler
from .decode.sequence import Sequence
from .decode.speculation import Depth, Proposer, Table, fingerprint
from .decode.thinking import Thinking
from .kvcache.prefixes import Prefixes
from .model.network import OfTransformer
from .model.networks import check, load_network
from .progress import Reporter
from .text.closing import ThinkingTokens
from .text.decoding import Decoder
from .text.prefilling import encode
from .text.prompts import Prompts
from .text.stop_ids import stop_ids
from .text.tokens import Tokens
from .weights import loading, memory
from .weights.choosing import Choice, place
from .weights.model_files import ModelFiles, open_files

KEPT = 1 << 30
"""Bytes of what was read before that an engine keeps at most: 37,000 tokens at 1.5B. Less where less is free."""


class TransformersEngine(Named):
    """A model that answers with its own decoding loop: one thread (`Scheduler`) writes for every chat that asks.

    Any number of threads may stream at once: each has its own sequence and its own random generator, they share every
    pass over the weights, and no global state of torch is touched.
    """

    def __init__(
        self,
        name: str,
        scheduler: Scheduler,
        tokenizer: Any,
        tokens: Tokens,
        prompts: Prompts,
        about: dict[str, Any],
        *,
        speculation: bool = True,
        weight_bytes: int | None = None,
    ) -> None:
        """Use `load`. `about` is what `describe` says besides what the parts know."""
        self.name = name
        self.weight_bytes = weight_bytes
        """Memory that the weights take."""
        self.scheduler = scheduler
        self.prompts = prompts
        self.tokens = tokens
        self._about = about
        self.thinking_tokens = ThinkingTokens(tokens, *prompts.tags[:1])
        self.stop_ids = stop_ids(about.pop("generation", None), scheduler.network.config, tokenizer, prompts)
        self._table = Table.for_tokenizer(fingerprint(tokenizer.get_vocab()))
        self._speculates = speculation and scheduler.network.supports_truncation

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
        file: str | None = None,
        speculation: bool = True,
        thinking_tags: ThinkingTags = None,
    ) -> TransformersEngine:
        """Find, download, check and load a model.

        `quantization` is `"int8"`, `"int4"`, None (the weights as they are), or `"auto"`: on a CPU a GGUF file's own, else what
        fits the free memory; `describe` says what it was, and why. `device` is a torch device, or `"auto"`: CUDA, Apple's GPU,
        or the CPU. `dtype` is `"bfloat16"`, `"float32"`…, or `"auto"`: what suits the device. `revision` is a branch, tag or
        commit on the hub, `file` which of its GGUF files, or of a folder's. Without `speculation` no pass reads guesses at the
        next tokens; the text is the same.
        `thinking_tags` are a pair of tags, or several, that the model puts around its thoughts, where its template names none
        that r1widget knows. Before the weights are downloaded, the tokenizer has been checked and the memory counted.
        """
        report = Reporter(on_progress)
        with loading.errors_of(name):
            free = memory.available(place(device))
            where = loading.find(name, revision, report, file=file, free=free)
            report("check", f"Checking the tokenizer of {where.name}")
            files = open_files(where)
            tokenizer = files.tokenizer()
            tokens = Tokens(tokenizer)
            prompts = Prompts(tokenizer, tokens, where.name, thinking_tags=thinking_tags)
            greeting, _ = prompts.build([{"role": "user", "content": "Hello"}])
            network, choice = load_network(files, device=device, dtype=dtype, quantization=quantization, report=report)
            report("check", f"Checking {where.name}")
            scheduler = Scheduler(network, Prefixes(min(KEPT, memory.available(network.device.type) // 8)))
            check(network, greeting, where.name, scheduler.speed)
            return cls(
                where.name,
                scheduler,
                tokenizer,
                tokens,
                prompts,
                _about(files, choice),
                speculation=speculation,
                weight_bytes=choice.bytes,
            )

    @property
    def cache_bytes(self) -> int:
        """Memory that the keys and values of all chats take, those that are kept for a next turn included."""
        return self.scheduler.cache_bytes

    @property
    def pace(self) -> Pace | None:
        """How fast the engine has been lately; measured once at load, and then in every pass."""
        return self.scheduler.speed.pace

    def seconds_a_token(self, chats: int) -> float | None:
        """Of each of so many replies that are written together, as measured lately, without guesses; None: not known yet."""
        return self.scheduler.costs.of(chats)

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        """Continue the conversation, a token at a time. `PromptTooLong` comes before anything is generated."""
        return self.scheduler.readers.follow(self._stream(request, stop))

    def _stream(self, request: Request, stop: threading.Event) -> Generator[Delta, None, None]:
        settings = request.settings
        ids, opens_thinking = self.prompts.build(request.messages)
        prefill, encoded = request.prefill, []
        tags = self.prompts.tags
        splitter = ReasoningSplitter(opens_thinking, thinking_tags=tags)
        if prefill is not None:
            splitter = self._inside(prefill, opens_thinking)
            encoded = encode(prefill, opened=opens_thinking, tokens=self.tokens, words=self.thinking_tokens)
            ids = [*ids, *prefill.ids, *(id for piece in encoded for id in piece.ids)]
        left = self._room(len(ids))
        room = min(settings.max_tokens, left)
        seed = secrets.randbits(32) if settings.seed is None else settings.seed
        yield Delta(
            prompt=Prompt(
                opens_thinking=opens_thinking, tokens=len(ids), seed=seed, encoded=tuple(encoded), thinking_tags=tags
            )
        )

        message = settings.budget_message
        closing = len(self.thinking_tokens.closing(".", message))
        reply = Reply(
            Decoder(self.tokens.backend),
            Thinking(splitter, request, room=room, closing=closing),
            self.thinking_tokens,
            stops=self.stop_ids,
            controls=self.tokens.control_ids,
            room=room,
            message=message,
            behind=self._end_of(prefill, encoded),
            must_answer=prefill is not None
            and prefill.answer is not None
            and not self._answer_of(prefill, opens_thinking).strip(),
        )
        scheduler = self.scheduler
        sequence = Sequence(
            ids,
            Sampler(settings, seed),
            reply,
            stop,
            proposer=Proposer(ids, self._table) if self._speculates else None,
            depth=Depth(scheduler.costs) if self._speculates else None,
            wake=scheduler.wake,
        )
        scheduler.submit(sequence)
        try:
            for delta in sequence.deltas():
                is_full = delta.finish_reason == "length" and left < settings.max_tokens
                yield replace(delta, note=self._full(len(ids))) if is_full else delta
        finally:
            sequence.drop()

    @property
    def capabilities(self) -> Capabilities:
        """All, but for "think more" where the end of the thinking isn't one token."""
        if self.thinking_tokens.token is not None:
            return ALL
        return Capabilities({"think_more": f"{self.name} has no single token that ends its thinking."})

    def prompt_ids(self, messages: Sequenced[Message]) -> list[int]:
        """The exact ids that the conversation is prompted with, up to where the reply begins."""
        return self.prompts.build(messages)[0]

    def close(self) -> None:
        """Nothing to let go of: its thread ends with the last sequence, and its weights with the engine."""

    def describe(self) -> dict[str, Any]:
        """What a record of a turn says of the model. It goes into exports, so no path of this machine is in it."""
        network = self.scheduler.network
        return {
            "engine": "r1widget" if isinstance(network, OfTransformer) else "transformers",
            "model": self.name,
            **self._about,
            "template_hash": self.prompts.template_hash,
            "dtype": network.dtype,
            "device": network.device.type,
            **({"threads": self.scheduler.threads} if network.device.type == "cpu" else {}),
            "parameters": network.parameters,
            "context": self.context,
            "path": network.path,
            "versions": {
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "tokenizers": tokenizers.__version__,
                "python": platform.python_version(),
            },
        }

    @property
    def context(self) -> int | None:
        """How many tokens it reads at most, prompt and reply together."""
        most = getattr(self.scheduler.network.config, "max_position_embeddings", None)
        return int(most) if most else None

    def _end_of(self, prefill: Prefill | None, encoded: Sequenced[Piece]) -> str:
        """The end of a text that the reply goes on behind."""
        if prefill is None:
            return ""
        kept: str = self.tokens.backend.decode(list(prefill.ids[-8:]), skip_special_tokens=False)
        return kept + "".join(piece.text for piece in encoded)

    def _inside(self, prefill: Prefill, opens_thinking: bool) -> ReasoningSplitter:
        """For what the model writes behind it."""
        kind: Kind = "reasoning" if prefill.answer is None else "answer"
        return ReasoningSplitter.inside(
            kind, thinking_tags=self.prompts.tags, behind=self._answer_of(prefill, opens_thinking)
        )

    def _answer_of(self, prefill: Prefill, opens_thinking: bool) -> str:
        """What of the answer is there already, among the ids and behind them."""
        kept = self.tokens.backend.decode(list(prefill.ids), skip_special_tokens=False) if prefill.closed else ""
        splitter = ReasoningSplitter(opens_thinking, thinking_tags=self.prompts.tags)
        parts = [*splitter.feed(kept), *splitter.flush()]
        return "".join(text for kind, text in parts if kind == "answer") + (prefill.answer or "")

    def _full(self, prompt: int) -> str:
        """Why there was no room for more, where `max_tokens` isn't the reason."""
        return (
            f"{self.name} reads at most {self.context:,} tokens, and the conversation before this reply is {prompt:,}. "
            "A new conversation leaves it more room."
        )

    def _room(self, prompt: int) -> int:
        context = self.context
        if context is None:
            return 1 << 62
        if prompt >= context:
            raise PromptTooLong(
                f"The conversation is {prompt:,} tokens long, and {self.name} reads at most {context:,}.",
                "Ask a shorter question, or start a new conversation.",
            )
        return context - prompt


def _about(files: ModelFiles, choice: Choice) -> dict[str, Any]:
    """What is known of the files: their revision, which weights they have, and how those are held. `generation` is for `stop_ids`."""
    quantized = getattr(files.config, "quantization_config", None) or {}
    method = quantized.get("quant_method") if isinstance(quantized, dict) else getattr(quantized, "quant_method", None)
    return {
        "revision": files.revision,
        "weights_hash": files.fingerprint,
        "quantization": choice.quantization or str(getattr(method, "value", method) or "none"),
        "quantization_why": choice.why,
        **files.about,
        "generation": files.generation,
    }
