"""A script in the place of the network, under the default model's own tokenizer, and what it reads after an act of steering."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from r1widget.chat.prefill import prefill_for
from r1widget.chat.writing import messages_for, write_turn
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Request, load
from r1widget.engines.completing import complete
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.settings import Settings
from tests import real

QUESTION = "17 × 24?"
PROMPT = [151646, 151644, 16, 22, 24768, 220, 17, 19, 30, 151645, 151648, 198]
UNOPENED = PROMPT[:-2]
END, CLOSE = 151643, 151649
# fmt: off
THOUGHT = [
    10061, 752, 1367, 1070, 13, 271,                        # Let me comp|ute.\n\n
    14190, 11, 10236, 255, 242, 80642,                      # Wait, 答案
    61804, 102, 378, 235, 145233, 378, 235, 145665,         # a family of three, with its joiners
    374, 27484, 220, 19, 15, 23, 198,                       # is 🙂 408\n
]
AGAIN = [
    10061, 752, 12564, 382,                                 # the same, encoded: "compute" and ".\n\n" are one token each
    14190, 11, 10236, 255, 242, 80642, 61804, 102, 378, 235, 145233, 378, 235, 145665, 374, 27484, 220, 19, 15, 23,
]
ANSWER = [271, 2132, 374, 220, 19, 15, 23, 13]              # \n\nIt is 408.
# fmt: on
FAMILY = "👩\u200d👩\u200d👧"
TEXT = f"Let me compute.\n\nWait, 答案 {FAMILY} is 🙂 408"
REPLY = [*THOUGHT, CLOSE, *ANSWER, END]

Wants = Callable[[list[int]], Sequence[int]]
"""What the network wants to write behind these ids of its own part of a reply: what most, what else."""


class Network:
    """Stands in for a network, and remembers what each sequence read. Needs nothing but the ids behind the prompt."""

    supports_truncation = True

    def __init__(self, engine: TransformersEngine, wants: Wants, prompt: int | None) -> None:
        network = engine.scheduler.network
        self.config, self.device, self.parameters = network.config, network.device, network.parameters
        self.dtype, self.chunk_size, self.path = network.dtype, network.chunk_size, "a script"
        self.wants, self._prompt = wants, prompt
        self.caches: list[Any] = []
        self._new_cache = network.new_cache

    def new_cache(self) -> Any:
        self.caches.append(self._new_cache())
        return self.caches[-1]

    def forward(self, batch: Sequence[Chunk]) -> list[torch.Tensor]:
        return [self._read(chunk) for chunk in batch]

    def _read(self, chunk: Chunk) -> torch.Tensor:
        cache = chunk.cache
        assert len(chunk.ids) >= max(1, chunk.num_logits), "logits of an id that isn't read"
        cache.commit(chunk.ids)
        if chunk.num_logits and not hasattr(cache, "reply_from"):
            cache.reply_from = self._prompt or cache.length
        logits = torch.full((chunk.num_logits, 151936), -100.0)
        for row in range(chunk.num_logits):
            end = cache.length - chunk.num_logits + row + 1
            for rank, id in enumerate(self.wants(cache.ids[cache.reply_from : end])):
                logits[row, id] = 100.0 * (9 - rank)
        return logits

    @property
    def seen(self) -> list[int]:
        """What the latest sequence read, but for guesses that were wrong."""
        return list(self.caches[-1].ids)


def script(ids: Sequence[int]) -> Wants:
    return lambda written: [ids[min(len(written), len(ids) - 1)]]


def folder_with(folder: Path, change: Callable[[str], str]) -> Path:
    """Random weights under the real tokenizer, whose template is changed."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    folder.mkdir()
    config = Qwen2Config(
        vocab_size=151936,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        bos_token_id=END,
        eos_token_id=END,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        Qwen2ForCausalLM(config).half().save_pretrained(str(folder))
    (folder / "tokenizer.json").symlink_to(real.FOLDER / "tokenizer.json")
    settings = json.loads((real.FOLDER / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings["chat_template"] = change(settings["chat_template"])
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_with(tmp_path_factory.mktemp("models") / "opened", str)


@pytest.fixture(scope="module")
def unopened(tmp_path_factory: pytest.TempPathFactory) -> TransformersEngine:
    """With the template of January 2025, which leaves it to the model to begin a thought."""
    path = tmp_path_factory.mktemp("models") / "unopened"
    engine = load(folder_with(path, lambda template: template.replace("<｜Assistant｜><think>\\n", "<｜Assistant｜>")))
    assert isinstance(engine, TransformersEngine)
    return engine


_ENGINES: dict[bool, TransformersEngine] = {}


@pytest.fixture
def loaded(request: pytest.FixtureRequest) -> dict[bool, TransformersEngine]:
    """With guesses, and without: loaded once for all files that have this, since each would load them anew."""
    if not _ENGINES:
        folder = request.getfixturevalue("folder")
        for guesses in (True, False):
            engine = load(folder, speculation=guesses)
            assert isinstance(engine, TransformersEngine)
            _ENGINES[guesses] = engine
    return _ENGINES


@pytest.fixture(params=[False, True], ids=["plain", "guesses"])
def engine(request: pytest.FixtureRequest, loaded: dict[bool, TransformersEngine]) -> TransformersEngine:
    return loaded[request.param]


@pytest.fixture
def plain(loaded: dict[bool, TransformersEngine]) -> TransformersEngine:
    """Without guesses, a pass writes one id: an event comes where it is set."""
    return loaded[False]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[TransformersEngine, Wants], Network]]:
    """Let the engine's network want to write something; nothing is kept from one sequence to the next."""

    def put(engine: TransformersEngine, wants: Wants, prompt: int | None = None) -> Network:
        network = Network(engine, wants, prompt)
        monkeypatch.setattr(engine.scheduler, "network", network)
        monkeypatch.setattr(engine.scheduler, "prefixes", Prefixes(0))
        return network

    with monkeypatch.context():
        yield put


class Listening:
    """The engine, and the deltas that came from it."""

    def __init__(self, engine: TransformersEngine) -> None:
        self.name, self.describe = engine.name, engine.describe
        self._engine = engine
        self.deltas: list[Delta] = []

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in self._engine.stream(request, stop):
            self.deltas.append(delta)
            yield delta


class Written:
    """A turn, written as a chat has it written."""

    def __init__(
        self,
        engine: TransformersEngine,
        turn: Turn,
        *,
        events: dict[str, threading.Event] | None = None,
        **settings: Any,
    ) -> None:
        listening = Listening(engine)
        request = Request(
            messages=messages_for(turn, (), None),
            settings=Settings(**{"seed": 1, "temperature": 0, **settings}),
            prefill=prefill_for(turn),
            **(events or {}),
        )
        for _ in write_turn(turn, complete(listening), request, threading.Event()):
            pass
        assert turn.error is None
        self.turn, self.deltas = turn, listening.deltas
        self.ids = [id for delta in listening.deltas for id in delta.ids]

    @property
    def kept(self) -> list[int]:
        return list(self.turn.ids.all.ids)


def forgotten(turn: Turn) -> Turn:
    """The turn as a file has it, without its ids."""
    return Turn.from_dict(json.loads(json.dumps(turn.to_dict())))


def same(network: Network, written: Written, prompt: list[int]) -> None:
    """The network read the prompt, and then what the deltas tell; the last id needn't be read any more."""
    told = prompt + written.ids
    assert network.seen in (told, told[:-1])


@pytest.fixture
def first(engine: TransformersEngine, play: Any) -> Turn:
    network = play(engine, script(REPLY))
    written = Written(engine, Turn(QUESTION))
    assert network.seen == PROMPT + REPLY[:-1]
    assert written.ids == written.kept == REPLY[:-1]
    assert written.turn.text("reasoning") == TEXT + "\n"
    assert written.turn.text("answer") == "\n\nIt is 408."
    return written.turn


def goes_on(engine: TransformersEngine, play: Any, made: Turn, prompt: Sequence[int] = PROMPT) -> list[int]:
    """What a version's reply begins with: all that the network has read before it writes `So` and ends."""
    begins = {kind: made.text(kind) for kind in ("reasoning", "answer")}
    network = play(engine, script([4416, END]))
    written = Written(engine, made)
    assert network.seen[: len(prompt)] == list(prompt)
    begun = network.seen[len(prompt) :]
    assert begun.pop() == 4416
    kind = made.begins
    assert kind is not None
    assert made.text(kind) == begins[kind] + "So"
    assert written.kept == [*begun, 4416], "what the next edit starts from"
    assert written.deltas[0].prompt is not None and written.deltas[0].prompt.tokens == len(prompt) + len(begun)
    return begun
