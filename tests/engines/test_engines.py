"""The transformers engine: what a stream is made of, how it ends, and that streams don't disturb one another."""

from __future__ import annotations

import dataclasses
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from r1widget.chat.prefill import prefill_for
from r1widget.chat.writing import write_turn
from r1widget.conversation import edits as versions
from r1widget.conversation.turn import Span, Turn
from r1widget.engines import Delta, Engine, Request, load
from r1widget.engines.kvcache.prefixes import Prefixes
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.engines.text.decoding import Decoder
from r1widget.engines.text.prompts import Prompts
from r1widget.engines.text.tokens import Tokens, load_tokenizer
from r1widget.errors import EngineError, NotEnoughMemory, PromptTooLong
from r1widget.settings import Settings
from tests import tiny


@pytest.fixture(scope="module", autouse=True)
def one_core() -> Iterator[None]:
    """A model this small is slower on two."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def engine(folder: Path) -> TransformersEngine:
    engine = load(folder)
    assert isinstance(engine, TransformersEngine)
    return engine


class Scripted:
    """Stands in for a network: after each id that it writes, it wants the next one of a script. Passes are counted."""

    supports_truncation = True

    def __init__(self, engine: TransformersEngine, script: list[int]) -> None:
        network = engine.scheduler.network
        self.config, self.device, self.parameters = network.config, network.device, network.parameters
        self.dtype, self.chunk_size, self.path = network.dtype, network.chunk_size, "a script"
        self.vocabulary = engine.tokens.backend.get_vocab_size()
        self.script = script
        self.seen: list[list[int]] = []
        self.at: dict[int, Callable[[], None]] = {}
        """What happens during the pass of that number, from 1."""
        self.new_cache: Callable[[], Any] = network.new_cache
        self._starts: dict[int, int] = {}

    def forward(self, batch: Sequence[Chunk]) -> list[torch.Tensor]:
        return [self._read(chunk) for chunk in batch]

    def _read(self, chunk: Chunk) -> torch.Tensor:
        self.seen.append(list(chunk.ids))
        self.at.get(len(self.seen), lambda: None)()
        chunk.cache.commit(chunk.ids)
        logits = torch.full((chunk.num_logits, self.vocabulary), -100.0)
        prompt = self._starts.setdefault(id(chunk.cache), chunk.cache.length)
        for row in range(chunk.num_logits):
            at = chunk.cache.length - chunk.num_logits + row + 1 - prompt
            logits[row, self.script[min(at, len(self.script) - 1)]] = 100.0
        return logits


@pytest.fixture
def script(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the model write a text, control tokens included, and then end."""

    def write(text: str) -> Scripted:
        ids = engine.tokens.backend.encode(text + tiny.END, add_special_tokens=False).ids
        network = Scripted(engine, ids)
        monkeypatch.setattr(engine.scheduler, "network", network)
        monkeypatch.setattr(engine.scheduler, "prefixes", Prefixes(1 << 20))
        return network

    return write


def asked(question: str = "What is 17 × 24?", *, answer_now: threading.Event | None = None, **settings: Any) -> Request:
    return Request(
        messages=[{"role": "user", "content": question}],
        settings=Settings(**settings),
        answer_now=answer_now or threading.Event(),
    )


def run(engine: Engine, request: Request) -> list[Delta]:
    return list(engine.stream(request, threading.Event()))


def text(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


# ---- the shape of a stream


def test_a_stream_says_its_prompt_first_and_its_end_last(engine: TransformersEngine) -> None:
    first, *middle, last = run(engine, asked(max_tokens=40, seed=3))
    assert first.prompt is not None
    assert (first.prompt.opens_thinking, first.prompt.seed) == (True, 3)
    assert first.prompt.tokens == len(engine.prompt_ids(asked().messages))
    assert last == Delta(finish_reason="length")
    assert all(delta.text and delta.kind == "raw" and delta.origin == "model" for delta in middle)
    assert sum(delta.tokens for delta in middle) == 40


def test_the_text_is_what_the_model_wrote(engine: TransformersEngine, script: Any) -> None:
    script("Let me think: 日本 👩‍👩‍👧.\n</think>\n\nIt is 408.")
    deltas = run(engine, asked())
    assert text(deltas) == "Let me think: 日本 👩‍👩‍👧.\n</think>\n\nIt is 408."
    assert not any("\N{REPLACEMENT CHARACTER}" in delta.text for delta in deltas)
    assert deltas[-1] == Delta(finish_reason="stop")


@pytest.mark.parametrize("mark", [tiny.END, tiny.USER])
def test_it_ends_at_its_end_and_where_the_person_would_speak(
    engine: TransformersEngine, script: Any, mark: str
) -> None:
    script(f"It is 4.{mark}And 5?")
    deltas = run(engine, asked())
    assert text(deltas) == "It is 4."
    assert deltas[-1].finish_reason == "stop"


def test_a_character_that_is_cut_off_comes_out_at_the_end(engine: TransformersEngine, script: Any) -> None:
    script("a🙂")
    deltas = run(engine, asked(max_tokens=3))
    assert text(deltas) == "a\N{REPLACEMENT CHARACTER}"
    assert sum(delta.tokens for delta in deltas) == 3
    assert deltas[-1].finish_reason == "length"


def test_an_id_without_text_is_counted(engine: TransformersEngine, script: Any) -> None:
    """Models have more rows than their tokenizers have tokens."""
    model = script("ab")
    model.vocabulary += 10
    model.script.insert(1, model.vocabulary - 1)
    deltas = run(engine, asked())
    assert [(delta.text, delta.tokens) for delta in deltas[1:-1]] == [("a", 1), ("b", 2)]


def test_the_reply_is_that_of_transformers_own_loop(engine: TransformersEngine, folder: Path) -> None:
    """Greedy, against the model fed with everything at once: cache and chunks change nothing."""
    request = asked("x" * 300, temperature=0, max_tokens=20)  # more than one chunk
    prompt = engine.prompt_ids(request.messages)
    assert len(prompt) > engine.scheduler.network.chunk_size
    ids = list(prompt)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        for _ in range(20):
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    decoder = Decoder(engine.tokens.backend)
    expected = "".join(map(decoder.feed, ids[len(prompt) :])) + decoder.flush()
    assert text(run(engine, request)) == expected


def test_a_seed_repeats_a_turn(engine: TransformersEngine) -> None:
    once = run(engine, asked(max_tokens=30, seed=1))
    assert run(engine, asked(max_tokens=30, seed=1)) == once
    assert text(run(engine, asked(max_tokens=30, seed=2))) != text(once)


def test_without_a_seed_each_turn_has_its_own_and_says_it(engine: TransformersEngine) -> None:
    first, second = (run(engine, asked(max_tokens=10)) for _ in range(2))
    assert first[0].prompt is not None
    assert second[0].prompt is not None
    assert first[0].prompt.seed != second[0].prompt.seed
    assert run(engine, asked(max_tokens=10, seed=first[0].prompt.seed)) == first


def test_no_mode_of_torch_leaks_to_whoever_reads(engine: TransformersEngine) -> None:
    state = torch.random.get_rng_state()
    for _ in engine.stream(asked(max_tokens=5), threading.Event()):
        assert not torch.is_inference_mode_enabled()
        assert torch.is_grad_enabled()
    assert torch.equal(torch.random.get_rng_state(), state)


# ---- stopping


def test_a_small_model_takes_one_thread_and_gives_the_others_back(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads beside a busy program on two cores: 13 tokens/s instead of 500."""
    torch.set_num_threads(2)
    network = engine.scheduler.network
    read, seen = network.forward, []

    def watched(pieces: Any) -> Any:
        seen.append(torch.get_num_threads())
        return read(pieces)

    monkeypatch.setattr(network, "forward", watched)
    run(engine, asked(max_tokens=3))
    assert set(seen) == {1}
    assert torch.get_num_threads() == 2
    torch.set_num_threads(1)  # as this module has it


def test_it_stops_within_one_token(engine: TransformersEngine, script: Any) -> None:
    model = script("a" * 200)
    stop = threading.Event()
    deltas: list[Delta] = []
    for delta in engine.stream(asked(), stop):
        deltas.append(delta)
        if sum(delta.tokens for delta in deltas) == 7 and not stop.is_set():
            calls = len(model.seen)
            stop.set()
    assert len(model.seen) <= calls + 1
    assert sum(delta.tokens for delta in deltas) <= 8
    assert deltas[-1].finish_reason == "cancelled"


def test_it_stops_while_it_reads_the_prompt(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    network = engine.scheduler.network
    stop, read, calls = threading.Event(), network.forward, []

    def reading(pieces: Any) -> Any:
        calls.append(1)
        stop.set()
        return read(pieces)

    monkeypatch.setattr(network, "forward", reading)
    monkeypatch.setattr(network.transformer, "chunk_size", 16)  # type: ignore[attr-defined]
    deltas = list(engine.stream(asked("y" * 200), stop))
    assert len(calls) == 1
    assert deltas[0].prompt is not None
    assert [delta.finish_reason for delta in deltas] == [None, "cancelled"]


def test_what_is_held_at_the_stop_comes_out(engine: TransformersEngine, script: Any) -> None:
    script("🙂" * 10)
    stop = threading.Event()
    stream = engine.stream(asked(max_tokens=100), stop)
    next(stream)
    first = next(stream)
    assert (first.text, first.tokens, len(first.scores)) == ("🙂", 4, 4)
    stop.set()
    assert [delta.finish_reason for delta in stream] == ["cancelled"]


def test_a_stream_can_be_dropped(engine: TransformersEngine) -> None:
    stream: Any = engine.stream(asked(), threading.Event())
    next(stream)
    next(stream)
    stream.close()


# ---- several at once


def test_two_threads_get_what_each_would_get_alone(engine: TransformersEngine) -> None:
    requests = [
        asked(question, max_tokens=60, seed=seed) for seed, question in enumerate(("one", "two " * 50, "three"))
    ]
    alone = [run(engine, request) for request in requests]
    together: list[list[Delta]] = [[] for _ in requests]
    start = threading.Barrier(len(requests))

    def work(number: int) -> None:
        start.wait()
        together[number] = run(engine, requests[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [list(map(bare, deltas)) for deltas in together] == [list(map(bare, deltas)) for deltas in alone]


def bare(delta: Delta) -> Delta:
    """Without what depends on who else was there: scores in the last digits, and the progress."""
    return dataclasses.replace(delta, scores=(), reading=None, waiting=None)


def test_interleaved_streams_do_not_mix(engine: TransformersEngine) -> None:
    requests = [asked("one", max_tokens=20, seed=1), asked("two", max_tokens=20, seed=1)]
    alone = [run(engine, request) for request in requests]
    streams = [engine.stream(request, threading.Event()) for request in requests]
    together: list[list[Delta]] = [[], []]
    open_streams: dict[int, Iterator[Delta]] = dict(enumerate(streams))
    while open_streams:
        for number, stream in list(open_streams.items()):
            delta = next(stream, None)
            if delta is None:
                del open_streams[number]
            else:
                together[number].append(delta)
    assert [list(map(bare, deltas)) for deltas in together] == [list(map(bare, deltas)) for deltas in alone]


# ---- the end of thinking


def forced(deltas: list[Delta]) -> list[tuple[str, str]]:
    return [(delta.origin, delta.text) for delta in deltas if delta.origin != "model"]


def test_a_budget_closes_the_thinking(engine: TransformersEngine, script: Any) -> None:
    model = script("abcdefghij" * 20)
    deltas = run(engine, asked(thinking_budget=5, max_tokens=100))
    written = text(deltas)
    assert forced(deltas) == [("budget", "\n</think>\n\n")]
    assert len(engine.tokens.encode(written.partition("\n</think>\n\n")[0])) == 5
    assert any(ids[-3:] == engine.thinking_tokens.closing("") for ids in model.seen), "the model was not told"
    assert deltas[-1].finish_reason == "length"
    assert sum(delta.tokens for delta in deltas) == 100


def test_a_budget_of_none_at_all_follows_the_prompt(engine: TransformersEngine, script: Any) -> None:
    model = script("It is 4.")
    deltas = run(engine, asked(thinking_budget=0))
    assert text(deltas) == "\n</think>\n\nIt is 4."
    prompt = engine.prompt_ids(asked().messages)
    assert model.seen[0] == [*prompt, *engine.thinking_tokens.closing("")]


def test_a_budget_leaves_room_for_an_answer(engine: TransformersEngine, script: Any) -> None:
    script("abcdefghij" * 20)
    deltas = run(engine, asked(thinking_budget=1000, max_tokens=40))
    assert forced(deltas) == [("budget", "\n</think>\n\n")]
    assert sum(delta.tokens for delta in deltas) == 40
    answer = text(deltas).partition("</think>\n\n")[2]
    assert len(engine.tokens.encode(answer)) >= 5


def test_who_ends_by_itself_is_let(engine: TransformersEngine, script: Any) -> None:
    script("ok</think>It is 4, and that takes a while to say.")
    deltas = run(engine, asked(thinking_budget=5))
    assert forced(deltas) == []
    assert text(deltas) == "ok</think>It is 4, and that takes a while to say."


def test_no_budget_no_end(engine: TransformersEngine, script: Any) -> None:
    script("thinking " * 20)
    assert forced(run(engine, asked())) == []


def test_answer_now(engine: TransformersEngine, script: Any) -> None:
    script("Let me check that again. Wait. " * 10)
    now = threading.Event()
    deltas = []
    for delta in engine.stream(asked(answer_now=now, max_tokens=60), threading.Event()):
        deltas.append(delta)
        if len(deltas) == 4:
            now.set()
    assert forced(deltas) == [("person", "\n</think>\n\n")]
    assert deltas[4].origin == "person"


def test_answer_now_waits_for_a_whole_character(engine: TransformersEngine, script: Any) -> None:
    now = threading.Event()
    script("🙂🙂🙂").at[2] = now.set  # in the middle of the first
    deltas = run(engine, asked(answer_now=now, max_tokens=60))
    assert text(deltas).startswith("🙂\n</think>\n\n")


def test_answer_now_after_the_thinking_does_nothing(engine: TransformersEngine, script: Any) -> None:
    script("ok</think>It is 4, and I say so.")
    now = threading.Event()
    deltas = []
    for delta in engine.stream(asked(answer_now=now), threading.Event()):
        deltas.append(delta)
        if "</think>" in text(deltas):
            now.set()
    assert forced(deltas) == []


def test_a_model_that_opens_the_thinking_itself(
    engine: TransformersEngine, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = engine.prompts.build
    monkeypatch.setattr(engine.prompts, "build", lambda messages: (build(messages)[0][:-2], False))
    script("<think>abcdefghij abcdefghij")
    assert text(run(engine, asked(thinking_budget=0))).startswith("<think>\n</think>\n\n")
    script("It is 4, and no thought was needed.")
    assert text(run(engine, asked(thinking_budget=0))) == "It is 4, and no thought was needed."


# ---- limits


def test_a_prompt_that_is_too_long_is_refused_before_anything(engine: TransformersEngine, script: Any) -> None:
    model = script("x")
    with pytest.raises(PromptTooLong, match=r"is 60\d tokens long, and tiny reads at most 512") as caught:
        run(engine, asked("7" * 600))
    assert "new conversation" in caught.value.remedy
    assert model.seen == []


def test_the_context_bounds_the_reply(engine: TransformersEngine, script: Any) -> None:
    script("7" * 700)
    request = asked("7" * 450)
    deltas = run(engine, request)
    assert sum(delta.tokens for delta in deltas) == 512 - len(engine.prompt_ids(request.messages))
    assert deltas[-1].finish_reason == "length"
    said = f"tiny reads at most 512 tokens, and the conversation before this reply is {len(engine.prompt_ids(request.messages))}"
    assert deltas[-1].note.startswith(said), "a larger max_tokens would change nothing"


def test_a_reply_that_max_tokens_cuts_off_is_not_said_to_fill_the_context(
    engine: TransformersEngine, script: Any
) -> None:
    script("7" * 700)
    assert [delta.note for delta in run(engine, asked("7", max_tokens=20)) if delta.finish_reason] == [""]


def test_memory_that_runs_out_says_so(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(pieces: Any) -> Any:
        raise RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to"
        )

    monkeypatch.setattr(engine.scheduler.network, "forward", full)
    with pytest.raises(NotEnoughMemory, match="memory ran out"):
        run(engine, asked())


def test_a_failure_of_the_model_is_an_error_of_ours(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(pieces: Any) -> Any:
        raise RuntimeError("device-side assert")

    monkeypatch.setattr(engine.scheduler.network, "forward", broken)
    with pytest.raises(EngineError, match="device-side assert"):
        run(engine, asked())


# ---- what it says of itself


def test_describe(engine: TransformersEngine, folder: Path) -> None:
    about = engine.describe()
    assert about["engine"] == "r1widget"
    assert about["model"] == "tiny"
    assert (about["dtype"], about["device"], about["quantization"]) == ("float32", "cpu", "none")
    assert (about["parameters"], about["context"]) == (engine.scheduler.network.parameters, 512)
    assert len(about["revision"]) == 12
    assert len(about["template_hash"]) == 16
    assert set(about["versions"]) == {"torch", "transformers", "tokenizers", "python"}
    assert str(folder.parent) not in repr(about)
    assert isinstance(engine, Engine)


def test_another_model_has_another_revision(engine: TransformersEngine, tmp_path: Path) -> None:
    again = load(tiny.model_folder(tmp_path / "tiny"))
    other = load(tiny.model_folder(tmp_path / "other", seed=1))
    assert again.describe() == engine.describe()
    assert other.describe()["revision"] != engine.describe()["revision"]


def test_importing_the_engines_imports_no_torch() -> None:
    code = (
        "import sys, r1widget.engines; print([n for n in ('torch', 'transformers', 'tokenizers') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=True)
    assert done.stdout.strip() == "[]"


# ---- other models' tags


@pytest.fixture(scope="module")
def magistral(tmp_path_factory: pytest.TempPathFactory) -> TransformersEngine:
    """A model whose template has the tags of another family, which its prompt doesn't open."""
    template = tiny.TEMPLATE.replace("<think>\\n", "").replace("</think>", "[/THINK]") + "{# [THINK] #}"
    engine = load(tiny.model_folder(tmp_path_factory.mktemp("models") / "magistral", template=template))
    assert isinstance(engine, TransformersEngine)
    return engine


def written(engine: Engine, **settings: Any) -> Turn:
    turn = Turn("17 × 24?")
    list(write_turn(turn, engine, asked(**settings), threading.Event()))
    return turn


def test_a_budget_closes_the_thought_with_the_models_own_tag(
    magistral: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = magistral.tokens.encode
    opening, thought = encode("[THINK]"), encode("So 17 × 24, let me see")
    monkeypatch.setattr(magistral.scheduler, "network", Scripted(magistral, [*opening, *thought, *thought]))
    # What is kept of a prompt that nobody has read is no number.
    monkeypatch.setattr(magistral.scheduler, "prefixes", Prefixes(1 << 20))
    # The last id of the opening is the first of the thought.
    turn = written(magistral, thinking_budget=1 + len(thought), max_tokens=len(opening) + len(thought) + 30)
    assert turn.spans[0] == Span("reasoning", "So 17 × 24, let me see")
    assert turn.thinking_ended_by == "budget"
    assert "THINK]" not in turn.reasoning
    assert turn.answer, "which was asked for"
    assert "think_more" in magistral.capabilities.cannot, "its end is several tokens"


def test_an_edited_thought_and_an_edited_answer_have_the_models_own_tag(magistral: TransformersEngine) -> None:
    turn = Turn("17 × 24?")
    turn.append("reasoning", "So 17 × 24.")
    turn.append("answer", "It is 408.")
    for version, expected in (
        (versions.reasoning_edited(turn, "So 18 × 24."), "[THINK]So 18 × 24."),
        (versions.answer_edited(turn, "It is 409"), "[THINK]So 17 × 24.[/THINK]It is 409"),
    ):
        request = dataclasses.replace(asked(max_tokens=1), prefill=prefill_for(version))
        prompt = run(magistral, request)[0].prompt
        assert prompt is not None
        ids = [id for piece in prompt.encoded for id in piece.ids]
        assert magistral.tokens.backend.decode(ids, skip_special_tokens=False) == expected
        assert "".join(piece.text for piece in prompt.encoded if not piece.closes) == expected.replace(
            "[THINK]", ""
        ).replace("[/THINK]", "")
        assert [tags.open[0] for tags in prompt.thinking_tags] == ["[THINK]"]


def test_tags_may_be_given_to_a_model_here(folder: Path) -> None:
    engine = load(folder, thinking_tags=("<plan>", "</plan>"))
    prompt = run(engine, asked(max_tokens=1))[0].prompt
    assert prompt is not None
    assert [tags.open[0] for tags in prompt.thinking_tags] == ["<plan>", "<think>"]
    assert prompt.opens_thinking


def test_a_template_that_refuses_keeps_nobody_in_memory(folder: Path) -> None:
    """The traceback that jinja writes anew is a circle, and holds all that called it."""

    class Caller:
        """Stands for a model that is being loaded."""

    tokenizer = load_tokenizer(folder, "tiny")
    tokenizer.chat_template = "{{ raise_exception('no questions') }}"
    prompts = Prompts(tokenizer, Tokens(tokenizer), "tiny")
    refusals = []

    def ask(caller: Caller) -> weakref.ref[Caller]:
        try:
            prompts.build([{"role": "user", "content": "q"}])
        except EngineError as error:
            refusals.append(str(error))
        return weakref.ref(caller)

    gc.collect()
    gc.disable()
    try:
        caller = ask(Caller())  # not in the assert, which would keep what it asserts of
        assert caller() is None and len(refusals) == 1
    finally:
        gc.enable()
