"""What the network reads after each act of steering, token by token, with the default model's own tokenizer.

The ids are written out by hand: `Let me comp|ute` is 1367 1070 where the model wrote it so, and 12564 where it is encoded again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from r1widget import ChatWidget
from r1widget.chat.prefill import prefill_for
from r1widget.chat.writing import messages_for, write_turn
from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Request, load
from r1widget.engines.completing import complete
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.errors import ConversationError
from r1widget.settings import Settings
from tests import real

pytestmark = real.needed

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
        if chunk.num_logits and not hasattr(cache, "start"):
            cache.start = self._prompt or cache.length
        logits = torch.full((chunk.num_logits, 151936), -100.0)
        for row in range(chunk.num_logits):
            end = cache.length - chunk.num_logits + row + 1
            for rank, id in enumerate(self.wants(cache.ids[cache.start : end])):
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


@pytest.fixture(scope="module")
def loaded(folder: Path) -> dict[bool, TransformersEngine]:
    engines = {guesses: load(folder, speculation=guesses) for guesses in (True, False)}
    assert all(isinstance(engine, TransformersEngine) for engine in engines.values())
    return engines  # type: ignore[return-value]


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


# ---- inside a thought


def test_an_edit_inside_a_thought(engine: TransformersEngine, play: Any, first: Turn) -> None:
    made = versions.reasoning_edited(first, TEXT[:-1] + "9")
    assert goes_on(engine, play, made) == [*THOUGHT[:-2], 24]


def test_an_edit_of_an_edit(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """What was encoded is kept from then on, and not encoded with what comes behind it."""
    made = versions.reasoning_edited(first, "Let me comp")
    assert goes_on(engine, play, made) == [10061, 752, 1367]
    again = versions.reasoning_edited(made, "Let me compSo it is.")
    assert goes_on(engine, play, again) == [10061, 752, 1367, 4416, 432, 374, 13]


def test_a_cut_inside_a_word_keeps_the_halves(engine: TransformersEngine, play: Any, first: Turn) -> None:
    for turn, ids in (
        (versions.reasoning_cut(first, len("Let me compute")), [10061, 752, 1367, 1070]),
        (versions.reasoning_cut(forgotten(first), len("Let me compute")), [10061, 752, 12564]),
        (versions.reasoning_cut(first, len("Let me comput")), [10061, 752, 1367, 332]),
        (versions.reasoning_edited(first, "Let me compare"), [10061, 752, 1367, 546]),
    ):
        assert goes_on(engine, play, turn) == ids


def test_an_edit_at_the_very_end(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_edited(first, TEXT + "\n")) == THOUGHT
    assert goes_on(engine, play, versions.reasoning_edited(first, TEXT)) == THOUGHT[:-1]
    assert goes_on(engine, play, versions.reasoning_edited(first, TEXT + " So it is.")) == [
        *THOUGHT[:-1],
        *(2055, 432, 374, 13),
    ]


def test_a_cut_behind_a_step_and_at_the_beginning(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_cut(first, versions.end_of(first, 0))) == THOUGHT[:6]
    assert goes_on(engine, play, versions.reasoning_cut(first, 0)) == []


def test_cuts_in_characters_of_several_tokens(engine: TransformersEngine, play: Any, first: Turn) -> None:
    before = len("Let me compute.\n\nWait, ")
    assert goes_on(engine, play, versions.reasoning_cut(first, before + 1)) == THOUGHT[:11], "答"
    assert goes_on(engine, play, versions.reasoning_cut(first, before + 2)) == THOUGHT[:12], "答案"
    family = before + len("答案 ")
    for characters, count in ((1, 14), (2, 16), (3, 17), (4, 19), (5, 20)):
        assert goes_on(engine, play, versions.reasoning_cut(first, family + characters)) == THOUGHT[:count]
    # Between a space and its character: the two are one run of ids, so the space is encoded.
    assert goes_on(engine, play, versions.reasoning_cut(first, before)) == [*THOUGHT[:8], 220]
    assert goes_on(engine, play, versions.reasoning_cut(first, family)) == [*THOUGHT[:12], 220]
    smile = len(f"Let me compute.\n\nWait, 答案 {FAMILY} is 🙂")
    assert goes_on(engine, play, versions.reasoning_cut(first, smile)) == THOUGHT[:22]


def test_without_ids_all_is_encoded(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_edited(forgotten(first), TEXT)) == AGAIN


def test_text_that_the_tokenizer_changes(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """It joins a letter and its accent to one character, so where its ids end in the text isn't known."""
    made = versions.reasoning_edited(first, "Let me compute e\u0301")
    assert goes_on(engine, play, made)[:4] == [10061, 752, 1367, 1070]
    assert goes_on(engine, play, made)[4:5] == [3958]


# ---- an answer


def test_an_edited_answer_keeps_the_thought_and_its_end(engine: TransformersEngine, play: Any, first: Turn) -> None:
    made = versions.answer_edited(first, "It is 418.")
    assert goes_on(engine, play, made) == [*THOUGHT, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]


def test_without_ids_the_end_of_the_thinking_is_the_control_token(
    engine: TransformersEngine, play: Any, first: Turn
) -> None:
    made = versions.answer_edited(forgotten(first), "It is 418.")
    assert goes_on(engine, play, made) == [*AGAIN, 198, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]


def test_an_answer_to_a_thought_that_was_stopped(engine: TransformersEngine, play: Any) -> None:
    play(engine, script([*THOUGHT[:-1], END]))
    stopped = Written(engine, Turn(QUESTION)).turn
    assert goes_on(engine, play, versions.answered(stopped)) == [*THOUGHT[:-1], 198, CLOSE, 271]
    play(engine, script([*THOUGHT, END]))
    stopped = Written(engine, Turn(QUESTION)).turn
    assert goes_on(engine, play, versions.answered(stopped)) == [*THOUGHT, CLOSE, 271]


# ---- what people type


def test_control_tokens_that_a_person_types_are_text(engine: TransformersEngine, play: Any, first: Turn) -> None:
    typed = [690, 26865, 29, 366, 130957, 1474, 130957, 29]  # " </think> <｜User｜>"
    made = versions.answer_edited(first, "It is 408. </think> <｜User｜>")
    assert goes_on(engine, play, made) == [*THOUGHT, CLOSE, *ANSWER, *typed]
    made = versions.reasoning_edited(first, TEXT + " <｜User｜>")
    assert goes_on(engine, play, made) == [*THOUGHT[:-1], *typed[3:]]
    made = versions.asked_otherwise(first, "a </think> <｜User｜>")
    made.begins = "reasoning"
    assert goes_on(engine, play, made, [151646, 151644, 64, *typed, 151645, 151648, 198]) == []
    with pytest.raises(ConversationError, match="</think>"):
        versions.reasoning_edited(first, TEXT + "</think>")


# ---- closings


def closed(
    engine: TransformersEngine, play: Any, event: str, at: int, ids: Sequence[int] = REPLY, **settings: Any
) -> tuple[list[int], list[int], Written]:
    """Ask for a closing behind `at` ids: those before it, those that were inserted, and all. Behind an end of the
    thinking the network wants to end, or else to end the thinking again, and only then to say `So`."""
    events = {event: threading.Event()} if event else {}

    def wants(written: list[int]) -> list[int]:
        if event and len(written) == at:
            events[event].set()
        if CLOSE in written:
            return [END, CLOSE, 4416]
        return [ids[min(len(written), len(ids) - 1)]]

    network = play(engine, wants, len(PROMPT))
    written = Written(engine, Turn(QUESTION), events=events, **settings)
    same(network, written, PROMPT)
    assert written.kept == written.ids
    assert "".join(delta.text for delta in written.deltas).partition("</think>")[2] == "\n\nSo"
    assert written.turn.answer == "So", "it was asked for, and isn't empty"
    others = [delta for delta in written.deltas if delta.origin != "model"]
    inserted = [id for delta in others for id in delta.ids]
    at = written.ids.index(inserted[0]) if inserted == [CLOSE, 271] else len(written.ids) - 1 - len(inserted)
    assert written.ids[at:] == [*inserted, 4416]
    assert written.turn.record["tokens"]["others"] == len(inserted)
    return written.ids[:at], inserted, written


def test_answer_now(plain: TransformersEngine, play: Any) -> None:
    before, inserted, written = closed(plain, play, "answer_now", 2)
    assert (before, inserted) == (THOUGHT[:3], [198, CLOSE, 271])
    assert written.turn.thinking_ended_by == "user"


def test_answer_now_behind_a_line_break(plain: TransformersEngine, play: Any) -> None:
    assert closed(plain, play, "answer_now", 5)[:2] == (THOUGHT[:6], [CLOSE, 271])


def test_answer_now_waits_for_a_whole_character(plain: TransformersEngine, play: Any) -> None:
    """Half a woman, or half of what joins her to the next: three ids of `答`, two of a joiner."""
    assert closed(plain, play, "answer_now", 8)[:2] == (THOUGHT[:11], [198, CLOSE, 271])
    assert closed(plain, play, "answer_now", 12)[:2] == (THOUGHT[:14], [198, CLOSE, 271])
    assert closed(plain, play, "answer_now", 14)[:2] == (THOUGHT[:16], [198, CLOSE, 271])


def test_answer_now_before_anything_was_thought(engine: TransformersEngine, play: Any) -> None:
    event = threading.Event()
    event.set()
    network = play(engine, lambda written: [END, CLOSE, 4416] if 4416 not in written else [END])
    written = Written(engine, Turn(QUESTION), events={"answer_now": event})
    assert written.ids == [198, CLOSE, 271, 4416]
    same(network, written, PROMPT)


def test_a_budget(engine: TransformersEngine, play: Any) -> None:
    before, inserted, written = closed(engine, play, "", 0, thinking_budget=4)
    assert (before, inserted) == (THOUGHT[:4], [198, CLOSE, 271])
    assert written.turn.thinking_ended_by == "budget"
    assert closed(engine, play, "", 0, thinking_budget=0)[:2] == ([], [198, CLOSE, 271])


def test_a_budget_with_a_message(engine: TransformersEngine, play: Any) -> None:
    settings: dict[str, Any] = {"budget_message": "Stop now."}
    message = [10674, 1431, 13, 198, CLOSE, 271]
    assert closed(engine, play, "", 0, thinking_budget=4, **settings)[:2] == (THOUGHT[:4], [271, *message])
    assert closed(engine, play, "", 0, thinking_budget=6, **settings)[:2] == (THOUGHT[:6], message)
    assert closed(engine, play, "", 0, thinking_budget=0, **settings)[:2] == ([], message)
    _, inserted, written = closed(engine, play, "answer_now", 0, thinking_budget=20, **settings)
    assert inserted == [198, CLOSE, 271], "the message is the budget's"
    assert written.turn.thinking_ended_by == "user"


def test_a_loop(plain: TransformersEngine, play: Any) -> None:
    before, inserted, written = closed(plain, play, "looping", 2)
    assert (before, inserted) == (THOUGHT[:3], [198, CLOSE, 271])
    assert written.turn.thinking_ended_by == "loop"


def test_a_budget_behind_an_edit_sees_how_the_edit_ends(engine: TransformersEngine, play: Any, first: Turn) -> None:
    for text, inserted in (("Let me comp", [198, CLOSE, 271]), ("Let me comp\n", [CLOSE, 271])):
        made = versions.reasoning_edited(first, text)
        network = play(engine, lambda written: [END, 4416] if 4416 not in written else [END])
        written = Written(engine, made, thinking_budget=0)
        assert written.ids == [*inserted, 4416]
        assert network.seen[: len(PROMPT) + 3] == [*PROMPT, 10061, 752, 1367]
        assert made.answer == "So"


@pytest.mark.parametrize("temperature", [0, 0.6, 2])
def test_an_answer_that_was_asked_for_is_never_empty(
    engine: TransformersEngine, play: Any, first: Turn, temperature: float
) -> None:
    """White space alone is no answer."""

    def wants(written: list[int]) -> list[int]:
        said = [id for id in written if id == 4416]
        return [END, 151644] if said else [END, 151644, CLOSE, 271 if written.count(271) < 3 else 4416]

    for made in (versions.answer_edited(first, ""), versions.answered(stopped(first))):
        play(engine, wants)
        written = Written(engine, made, temperature=temperature)
        assert made.text("answer").endswith("So")
        assert made.finish_reason == "stop"
        assert written.ids[-1] == 4416


def stopped(turn: Turn) -> Turn:
    """A turn that has its thought alone."""
    return versions.reasoning_edited(turn, turn.text("reasoning"))


def test_who_closes_its_own_thinking_may_leave_it_at_that(engine: TransformersEngine, play: Any) -> None:
    play(engine, script([10061, 198, CLOSE, END]))
    assert Written(engine, Turn(QUESTION)).turn.answer == ""


# ---- thinking more


def test_thinking_more(engine: TransformersEngine, play: Any) -> None:
    for thought, inserted in (
        ([10061, 752], [271, 14190]),
        ([10061, 752, 198], [198, 14190]),
        ([10061, 752, 271], [14190]),
        ([10061, 752, 382], [14190]),
        ([], [14190]),
    ):
        event = threading.Event()
        event.set()

        def wants(written: list[int], thought: list[int] = thought) -> Sequence[int]:
            if 14190 in written:
                return script([11, 198, CLOSE, 4416, END])(written[written.index(14190) + 1 :])
            return [[*thought, CLOSE][min(len(written), len(thought))]]

        network = play(engine, wants)
        written = Written(engine, Turn(QUESTION), events={"think_more": event})
        assert written.ids == written.kept == [*thought, *inserted, 11, 198, CLOSE, 4416]
        same(network, written, PROMPT)
        assert not event.is_set(), "once"
        assert written.turn.thinking_ended_by == "model"
        assert [delta.ids for delta in written.deltas if delta.origin == "think_more"] == [tuple(inserted)]


def test_thinking_more_in_the_middle_of_a_character(engine: TransformersEngine, play: Any) -> None:
    """What is there of it comes out first, as the model's: the ids are told in the order in which they were read."""
    event = threading.Event()
    event.set()
    network = play(engine, lambda written: [(378, CLOSE, 0, CLOSE, 4416, END)[min(len(written), 5)]])
    written = Written(engine, Turn(QUESTION), events={"think_more": event})
    assert written.ids == [378, 271, 14190, CLOSE, 4416]
    same(network, written, PROMPT)


def test_an_id_without_text_is_told_in_its_place(engine: TransformersEngine, play: Any) -> None:
    """The model has 271 rows more than the tokenizer has tokens."""
    event = threading.Event()
    event.set()
    network = play(engine, lambda written: [(10061, 151900, CLOSE, 0, CLOSE, 4416, END)[min(len(written), 6)]])
    written = Written(engine, Turn(QUESTION), events={"think_more": event})
    assert written.ids == [10061, 151900, 271, 14190, CLOSE, 4416]
    same(network, written, PROMPT)


def test_a_thought_that_has_ended_goes_on_with_wait(engine: TransformersEngine, play: Any, first: Turn) -> None:
    assert goes_on(engine, play, versions.reasoning_longer(first)) == [*THOUGHT[:-1], 271, 14190]


# ---- a template that leaves the beginning of a thought to the model


def test_a_thought_that_the_model_opened(unopened: TransformersEngine, play: Any) -> None:
    play(unopened, script([151648, 198, *REPLY]))
    turn = Written(unopened, Turn(QUESTION)).turn
    assert turn.ids.all.ids == (151648, 198, *REPLY[:-1])
    made = versions.reasoning_edited(turn, "Let me comp")
    assert goes_on(unopened, play, made, UNOPENED) == [151648, 198, 10061, 752, 1367]
    made = versions.reasoning_edited(forgotten(turn), "Let me comp")
    assert goes_on(unopened, play, made, UNOPENED) == [151648, 198, 10061, 752, 1367]
    made = versions.answer_edited(turn, "It is 418.")
    assert goes_on(unopened, play, made, UNOPENED)[-10:] == [198, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]
    made = versions.reasoning_cut(turn, 0)
    assert goes_on(unopened, play, made, UNOPENED) == [151648]


def test_an_answer_without_a_thought(unopened: TransformersEngine, play: Any) -> None:
    play(unopened, script([*ANSWER, END]))
    turn = Written(unopened, Turn(QUESTION), thinking_budget=0).turn
    assert (turn.reasoning, turn.answer) == ("", "It is 408.")
    edited = [271, 2132, 374, 220, 19, 16, 23, 13]
    assert goes_on(unopened, play, versions.answer_edited(turn, "It is 418."), UNOPENED) == edited
    network = play(unopened, script([END]))
    Written(unopened, versions.answer_edited(forgotten(turn), "It is 418."))
    assert network.seen == [*UNOPENED, *edited]
    made = versions.reasoning_edited(turn, "Let me comp")
    assert goes_on(unopened, play, made, UNOPENED) == [151648, 198, 10061, 752, 1367]


# ---- guesses


def test_the_closing_itself_may_have_been_guessed(loaded: dict[bool, TransformersEngine], play: Any) -> None:
    """A guess that is right to its end leaves an id to be read: the one whose logits come next."""
    for guess in ([752, 198, CLOSE, 271], [752, 198, CLOSE, 271, 4416], [752, 271, 14190], [271, 14190], [752, 198]):
        for event in ("answer_now", "think_more"):
            texts = []
            for engine in loaded.values():
                flag = threading.Event()

                def wants(written: list[int], flag: threading.Event = flag) -> list[int]:
                    if len(written) == 1:
                        flag.set()
                    if 271 in written:
                        return [(4416, CLOSE, 4416, END)[min(3, len(written) - 1 - written.index(271))]]
                    return [(10061, 752, CLOSE)[len(written)] if len(written) < 3 else END]

                network = play(engine, wants)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(
                        "r1widget.engines.decode.speculation.Proposer.propose", lambda *_, guess=guess: list(guess)
                    )
                    written = Written(engine, Turn(QUESTION), events={event: flag})
                same(network, written, PROMPT)
                texts.append(written.ids)
            assert texts[0] == texts[1]


@pytest.mark.parametrize("temperature", [0, 0.6])
def test_guesses_change_nothing(loaded: dict[bool, TransformersEngine], temperature: float) -> None:
    """With weights, random as they are: closings by a budget, and what is written behind an edit."""
    replies = []
    for engine in loaded.values():
        turn = Written(engine, Turn(QUESTION), temperature=temperature, max_tokens=60, thinking_budget=20)
        assert turn.turn.answer
        made = versions.reasoning_edited(turn.turn, turn.turn.text("reasoning")[:-9] + "mine, mine, mine, mine")
        replies.append((turn.ids, Written(engine, made, temperature=temperature, max_tokens=60).ids))
    assert replies[0] == replies[1]


# ---- as a person does it


def test_in_a_chat(engine: TransformersEngine, play: Any) -> None:
    network = play(engine, script(REPLY))
    chat = ChatWidget(engine)
    turn = chat.ask(QUESTION)
    assert turn.wait(60)
    network = play(engine, script([4416, END]))
    for act, ids in (
        (lambda: chat.edit_reasoning(turn, TEXT[:-1] + "9"), [*THOUGHT[:-2], 24]),
        (lambda: chat.edit_answer(turn, "It is 418."), [*THOUGHT, CLOSE, 271, 2132, 374, 220, 19, 16, 23, 13]),
        (lambda: chat.continue_from(turn, 0), THOUGHT[:6]),
        (lambda: chat.think_more(turn), [*THOUGHT[:-1], 271, 14190]),
    ):
        made = act()
        assert made.wait(60)
        assert made.error is None
        assert network.seen == [*PROMPT, *ids, 4416]
        assert made.ids.all.ids == (*ids, 4416)


def test_an_answer_that_is_whole_may_end(engine: TransformersEngine, play: Any, first: Turn) -> None:
    """It is among the ids that were kept, so nothing more has to come."""
    made = versions.answer_edited(first, "It is 408.")
    play(engine, lambda written: [END, 4416])
    assert Written(engine, made).ids == []
    assert made.answer == "It is 408."


@pytest.mark.parametrize("most", range(1, 7))
def test_thinking_more_keeps_to_the_room(engine: TransformersEngine, play: Any, most: int) -> None:
    event = threading.Event()
    event.set()
    play(engine, script([10061, 752, 1367, CLOSE, 4416, 4416]))
    assert len(Written(engine, Turn(QUESTION), events={"think_more": event}, max_tokens=most).ids) <= most
