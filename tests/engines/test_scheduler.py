"""One thread, many chats: shared passes, fairness, stops and errors that touch nobody else, prefixes that are kept."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from r1widget.conversation.beginning import common
from r1widget.engines import Delta, Request, load
from r1widget.engines.decode import sequence as sequences
from r1widget.engines.decode.scheduler import Scheduler
from r1widget.engines.decode.speculation import Depth, Proposer
from r1widget.engines.kvcache.cache import STEP, Cache
from r1widget.engines.kvcache.prefixes import WORTH, Prefixes
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.network import Chunk
from r1widget.errors import EngineError, NotEnoughMemory
from r1widget.settings import Settings
from tests import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.model_folder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def engine(folder: Path) -> TransformersEngine:
    engine = load(folder)
    assert isinstance(engine, TransformersEngine)
    return engine


class Watched:
    """A network whose passes are written down; `before` is called ahead of each, with its number from 1."""

    def __init__(self, engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passes: list[list[int]] = []
        """The number of ids in each chunk of each pass."""
        self.texts: list[list[list[int]]] = []
        self.before: Callable[[Sequence[Chunk]], None] = lambda batch: None
        network = engine.scheduler.network
        self._read = network.forward
        monkeypatch.setattr(network, "forward", self.forward)

    def hold(self, gate: threading.Event) -> None:
        """No pass begins before the gate is open."""

        def wait(batch: Sequence[Chunk]) -> None:
            assert gate.wait(60)

        self.before = wait

    def forward(self, batch: Sequence[Chunk]) -> list[torch.Tensor]:
        self.passes.append([len(chunk.ids) for chunk in batch])
        self.texts.append([list(chunk.ids) for chunk in batch])
        self.before(batch)
        return self._read(batch)


@pytest.fixture
def watched(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(engine, monkeypatch)


def asked(question: str, **settings: Any) -> Request:
    chosen = Settings(**{"seed": 1, **settings})
    return Request(messages=[{"role": "user", "content": question}], settings=chosen)


class Chat(threading.Thread):
    """Reads a stream to its end, or to its error."""

    def __init__(self, engine: TransformersEngine, request: Request, stop: threading.Event | None = None) -> None:
        super().__init__(daemon=True)
        self.stop = stop or threading.Event()
        self.deltas: list[Delta] = []
        self.error: Exception | None = None
        self.at: dict[int, Callable[[], None]] = {}
        """What to do when so many deltas with text have come."""
        self._engine, self._request = engine, request
        self.start()

    def run(self) -> None:
        count = 0
        try:
            for delta in self._engine.stream(self._request, self.stop):
                self.deltas.append(delta)
                count += bool(delta.text)
                if delta.text:
                    self.at.get(count, lambda: None)()
        except Exception as error:
            self.error = error

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.deltas)

    @property
    def reason(self) -> str | None:
        return self.deltas[-1].finish_reason

    def finished(self) -> Chat:
        self.join(60)
        assert not self.is_alive()
        return self


# ---- sharing


def test_ten_chats_share_the_passes(engine: TransformersEngine, watched: Watched) -> None:
    """And each says what it says alone."""
    requests = [asked(f"Question {number}: {'x' * number}", max_tokens=40, seed=number) for number in range(10)]
    alone = [Chat(engine, request).finished().text for request in requests]
    engine.scheduler.prefixes.free()
    watched.passes.clear()
    gate = threading.Event()
    watched.hold(gate)  # the first pass begins when all have asked
    chats = [Chat(engine, request) for request in requests]
    wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == 10)
    gate.set()
    assert [chat.finished().text for chat in chats] == alone
    assert max(map(len, watched.passes)) == 10
    assert len(watched.passes) < 3 * 40, "400 tokens were written in passes of their own"


def test_a_new_question_starts_within_a_step(engine: TransformersEngine, watched: Watched) -> None:
    """It comes in the middle of the sixth pass, and is in the seventh."""
    late: list[Chat] = []

    def ask(batch: Sequence[Chunk]) -> None:
        if len(watched.passes) == 6:
            late.append(Chat(engine, asked("Now me", max_tokens=5)))
            wait_until(lambda: bool(engine.scheduler.waiting))

    watched.before = ask
    Chat(engine, asked("First", max_tokens=60, seed=1)).finished()
    late[0].finished()
    assert [len(sizes) for sizes in watched.passes[:7]] == [1] * 6 + [2]


def test_a_long_prompt_is_read_in_chunks_beside_those_who_write(
    engine: TransformersEngine, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.scheduler.network.transformer, "chunk_size", 64)  # type: ignore[attr-defined]
    gate = threading.Event()
    watched.hold(gate)
    writer = Chat(engine, asked("I write", max_tokens=60, seed=1))
    reader = Chat(engine, asked("y" * 400, max_tokens=3))
    wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == 2)
    gate.set()
    for chat in (writer, reader):
        chat.finished()
    both = [sizes for sizes in watched.passes if len(sizes) == 2]
    assert len(both) > 400 / 64, "one of them had to wait"
    assert all(max(sizes) <= 64 for sizes in watched.passes)
    progress = [delta.reading for delta in reader.deltas if delta.reading]
    assert progress == sorted(progress)
    assert len(progress) > 3


def test_who_comes_too_late_waits_in_line_and_is_told(engine: TransformersEngine, watched: Watched) -> None:
    engine.scheduler.most_chats = 2
    gate = threading.Event()
    watched.hold(gate)
    chats = []
    for number in range(5):
        chats.append(Chat(engine, asked(f"Number {number}", max_tokens=10, seed=number)))
        wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == len(chats))
    gate.set()
    for chat in chats:
        chat.finished()
    places = [[delta.waiting for delta in chat.deltas if delta.waiting is not None] for chat in chats]
    assert places[:2] == [[], []]
    assert [line[0] for line in places[2:]] == [1, 2, 3]
    assert all(line[-1] == 0 and line == sorted(line, reverse=True) for line in places[2:])
    assert all(chat.reason == "length" for chat in chats)


# ---- one's trouble is no other's


def test_a_stop_touches_nobody_else(engine: TransformersEngine) -> None:
    alone = Chat(engine, asked("Stay", max_tokens=60, seed=1)).finished().text
    stays, goes = (Chat(engine, asked(text, max_tokens=60, seed=1)) for text in ("Stay", "Go"))
    goes.stop.set()
    assert goes.finished().reason == "cancelled"
    assert stays.finished().text == alone


def test_a_stop_in_the_line(engine: TransformersEngine, watched: Watched) -> None:
    engine.scheduler.most_chats = 1
    gate = threading.Event()
    watched.hold(gate)
    first = Chat(engine, asked("First", max_tokens=20, seed=1))
    wait_until(lambda: bool(watched.passes))
    second = Chat(engine, asked("Second", max_tokens=20, seed=1))
    wait_until(lambda: bool(engine.scheduler.waiting))
    second.stop.set()
    gate.set()
    assert second.finished().reason == "cancelled"
    assert second.text == ""
    assert first.finished().reason == "length"


def test_one_that_cannot_be_read_fails_alone(engine: TransformersEngine, watched: Watched) -> None:
    bad = engine.prompt_ids(asked("Bad").messages)

    def fail(batch: Sequence[Chunk]) -> None:
        if any(chunk.cache.ids[: len(bad)] == bad or list(chunk.ids)[: len(bad)] == bad for chunk in batch):
            raise RuntimeError("a tensor of the wrong kind")

    good = Chat(engine, asked("Good", max_tokens=30, seed=1)).finished().text
    watched.before = fail
    chats = [Chat(engine, asked(text, max_tokens=30, seed=1)) for text in ("Good", "Bad", "Good")]
    assert [chat.finished().text for chat in chats] == [good, "", good]
    assert isinstance(chats[1].error, EngineError)
    assert "a tensor of the wrong kind" in str(chats[1].error)


def test_memory_is_made_before_anybody_fails_for_lack_of_it(engine: TransformersEngine, watched: Watched) -> None:
    """What was kept is given up first; then the pass is tried again."""
    Chat(engine, asked("Something to remember, at some length", max_tokens=20)).finished()
    assert engine.scheduler.prefixes.bytes > 0
    failures = iter([1])

    def full(batch: Sequence[Chunk]) -> None:
        if next(failures, None):
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    watched.before = full
    chat = Chat(engine, asked("And now?", max_tokens=5)).finished()
    assert (chat.error, chat.reason) == (None, "length")


def test_a_sequence_too_large_fails_alone(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def reserve(self: Cache, count: int) -> None:
        if count > 100:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        before(self, count)

    before = Cache.reserve
    monkeypatch.setattr(Cache, "reserve", reserve)
    small, large = Chat(engine, asked("Small", max_tokens=9)), Chat(engine, asked("z" * 150, max_tokens=9))
    assert small.finished().reason == "length"
    assert isinstance(large.finished().error, NotEnoughMemory)


def test_a_bug_of_ours_leaves_nobody_waiting(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next question starts another thread."""
    monkeypatch.setattr(threading, "excepthook", lambda arguments: None)
    with monkeypatch.context() as patched:
        patched.setattr(sequences.Sequence, "next_chunk", lambda sequence, share, others: 1 / 0)
        assert isinstance(Chat(engine, asked("Hello")).finished().error, EngineError)
    assert Chat(engine, asked("Hello", max_tokens=5)).finished().reason == "length"


def test_a_reader_who_sleeps_holds_up_nobody(engine: TransformersEngine) -> None:
    """And nothing is written ahead of him."""
    sleeper = engine.stream(asked("I sleep", max_tokens=50, seed=1), threading.Event())
    for _ in range(3):
        next(sleeper)
    assert Chat(engine, asked("I don't", max_tokens=50, seed=1)).finished().reason == "length"
    (sequence,) = engine.scheduler.running
    assert len(sequence.ids) - sequence.prompt < 20
    list(sleeper)


def test_the_thread_ends_with_the_work(engine: TransformersEngine) -> None:
    Chat(engine, asked("Hello", max_tokens=3)).finished()
    wait_until(lambda: engine.scheduler.is_idle)


@pytest.mark.parametrize(
    "ending", ["", "next(stream); next(stream)", "threading.Thread(target=list, args=(stream,), daemon=True).start()"]
)
def test_a_program_ends_while_the_engine_works(folder: Path, ending: str) -> None:
    """Of itself, and without a word: a thread that is killed in torch's code takes the process with it."""
    code = (
        "import sys, threading; from r1widget.engines import Request, load; from r1widget.settings import Settings\n"
        f"engine = load({str(folder)!r})\n"
        "request = Request(messages=[{'role': 'user', 'content': 'Hello'}], settings=Settings(max_tokens=400))\n"
        "for _ in engine.stream(request, threading.Event()): break\n"
        "stream = engine.stream(request, threading.Event()); next(stream)\n"
        f"{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_ends_while_the_engines_thread_lets_go_of_it(folder: Path) -> None:
    """Nobody else has it any more, and to let go of gigabytes takes a while."""
    code = f"""if True:
        import threading, time, torch
        from r1widget.engines import Request, load
        from r1widget.engines.decode.scheduler import Scheduler
        from r1widget.settings import Settings
        step, alone, dying = Scheduler.step, threading.Event(), threading.Event()
        class Large:
            def __del__(self):
                dying.set()
                end = time.monotonic() + 0.5
                while time.monotonic() < end:
                    torch.ones(300, 300) @ torch.ones(300, 300)
                print(threading.current_thread().name)
        Scheduler.step = lambda self: step(self) or not alone.wait(60)
        def ask():
            engine = load({str(folder)!r})
            engine.scheduler.network.large = Large()
            list(engine.stream(Request(messages=[{{'role': 'user', 'content': 'Hello'}}], settings=Settings(max_tokens=2)), threading.Event()))
        ask()
        alone.set()
        assert dying.wait(60)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "r1widget-engine\n")


# ---- prefixes


def test_a_second_turn_reads_only_what_is_new(engine: TransformersEngine, watched: Watched) -> None:
    first = asked("What is 17 × 24? " * 4, max_tokens=20, temperature=0)
    answer = Chat(engine, first).finished().text.partition("</think>")[2] or "It is 408."
    history = [*first.messages, {"role": "assistant", "content": answer}, {"role": "user", "content": "And 18?"}]
    second = Request(messages=history, settings=Settings(max_tokens=20, temperature=0))
    watched.passes.clear()
    continued = Chat(engine, second).finished().text
    shared = common(engine.prompt_ids(first.messages), engine.prompt_ids(history))
    assert watched.passes[0] == [len(engine.prompt_ids(history)) - shared]
    engine.scheduler.prefixes.free()
    assert Chat(engine, second).finished().text == continued


def test_regenerating_reads_one_id(engine: TransformersEngine, watched: Watched) -> None:
    request = asked("What is 17 × 24?", max_tokens=20, seed=1)
    Chat(engine, request).finished()
    watched.passes.clear()
    Chat(engine, request).finished()
    assert watched.passes[0] == [1]


def test_who_runs_serves_who_comes(engine: TransformersEngine, watched: Watched) -> None:
    system = {"role": "system", "content": "You are a patient teacher, and explain each step. " * 2}
    requests = [
        Request(messages=[system, {"role": "user", "content": text}], settings=Settings(max_tokens=40, seed=1))
        for text in ("One?", "Two?")
    ]
    gate = threading.Event()
    first = Chat(engine, requests[0])
    first.at[3] = lambda: pause(gate)
    wait_until(lambda: sum(bool(delta.text) for delta in first.deltas) >= 3)
    watched.passes.clear()
    second = Chat(engine, requests[1]).finished()
    gate.set()
    first.finished()
    assert watched.passes[0][-1] < 10
    assert second.error is None


def pause(gate: threading.Event) -> None:
    assert gate.wait(60)


def memory(ids: list[int], seed: int = 0) -> Cache:
    cache = Cache(2, 2, 4, torch.float32, torch.device("cpu"))
    cache.reserve(len(ids))
    generator = torch.Generator().manual_seed(seed)
    for layer in range(2):
        cache.write(layer, *(torch.randn(2, len(ids), 4, generator=generator) for _ in range(2)))
    cache.commit(ids)
    return cache


def test_the_longest_beginning_is_found_and_copied() -> None:
    prefixes = Prefixes(1 << 30)
    long = memory([*range(50), 7, 7, 7])
    short = long.part(0, 30)
    prefixes.keep(short)
    prefixes.keep(long)
    found = prefixes.find([*range(60)])
    assert isinstance(found, Cache)
    assert found.ids == list(range(50))
    assert torch.equal(found.keys[1][:, :50], long.keys[1][:, :50])
    found.write(0, torch.zeros(2, 1, 4), torch.zeros(2, 1, 4))
    assert prefixes.find([1, 2, 3]) is None
    assert prefixes.find(list(range(WORTH))) is None, "its last id must be read for its logits"


def test_the_oldest_go_first() -> None:
    one = memory(list(range(100))).bytes
    prefixes = Prefixes(3 * one)
    texts = [[number, *range(100, 199)] for number in range(4)]
    for text in texts[:3]:
        prefixes.keep(memory(text))
    assert prefixes.find([*texts[0], 1]) is not None  # used: no longer the oldest
    prefixes.keep(memory(texts[3]))
    assert [prefixes.find([*text, 1]) is not None for text in texts] == [True, False, True, True]
    assert prefixes.bytes <= 3 * one


def test_a_beginning_of_another_is_not_kept_twice() -> None:
    prefixes = Prefixes(1 << 30)
    prefixes.keep(memory(list(range(50))))
    prefixes.keep(memory(list(range(300))))
    assert prefixes.bytes <= memory(list(range(300))).bytes


def test_versions_share_their_beginning() -> None:
    """A fork of four at 4,000 ids, in whatever order they end."""
    beginning = memory([*range(4000)])
    alone = beginning.bytes
    prefixes = Prefixes(1 << 40)
    ends = []
    for number in range(4):
        version = beginning.copy(4000, room=50)
        ends.append(memory([5000 + number, *range(9)], seed=number).part(0, 10))
        version.extend(ends[-1], 10)
        prefixes.keep(version)
    assert alone < prefixes.bytes < 1.2 * alone + sum(end.bytes for end in ends)
    for number, end in enumerate(ends):
        found = prefixes.find([*range(4000), *end.ids, 1])
        assert isinstance(found, Cache)
        assert found.ids == [*range(4000), *end.ids]
        for layer in range(2):
            for tensors, parts in (
                (found.keys, (beginning.keys, end.keys)),
                (found.values, (beginning.values, end.values)),
            ):
                assert torch.equal(tensors[layer][:, :4000], parts[0][layer][:, :4000])
                assert torch.equal(tensors[layer][:, 4000:4010], parts[1][layer][:, :10]), number


@given(st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 2), max_size=12), st.integers(0, 40)), max_size=25))
def test_what_is_found_is_what_was_read(acts: list[tuple[bool, list[int], int]]) -> None:
    """Whatever was kept before, and whatever had to go: the contents are those of the ids, and the limit holds."""
    limit = 60 * read(list(range(16))).bytes // 16
    prefixes = Prefixes(limit)
    for keep, choices, length in acts:
        ids = [*range(WORTH), *(3 * at + choice for at, choice in enumerate(choices)), *range(100, 100 + length)]
        if keep:
            prefixes.keep(read(ids))
            assert prefixes.bytes <= limit
        elif (found := prefixes.find([*ids, 1])) is not None:
            assert found.ids == ids[: found.length]
            assert found.length == prefixes.alike(ids) >= WORTH
            assert torch.equal(found.keys[0][0, : found.length, 0], read(found.ids).keys[0][0, : found.length, 0])  # type: ignore[attr-defined]


def read(ids: list[int]) -> Cache:
    """A memory whose contents say what was read up to there."""
    cache = Cache(1, 1, 1, torch.float32, torch.device("cpu"))
    cache.reserve(len(ids))
    sums = torch.tensor([float(hash(tuple(ids[: at + 1])) % 9973) for at in range(len(ids))])
    cache.write(0, sums[None, :, None], sums[None, :, None])
    cache.commit(ids)
    return cache.part(0, len(ids))


def test_what_others_stand_on_stays() -> None:
    beginning = read([*range(100)])
    prefixes = Prefixes(150 * beginning.bytes // 100)
    for number in range(9):
        prefixes.keep(read([*range(100), *range(200 + 20 * number, 220 + 20 * number)]))
        assert prefixes.alike([*range(100), 200 + 20 * number]) == 101, "the latest is there"
        assert prefixes.bytes <= prefixes.most_bytes


def test_a_fork_reads_its_beginning_once(engine: TransformersEngine, watched: Watched) -> None:
    """Four that start together; and if the first is stopped, or its reader has gone, the next one reads on."""
    request = asked("What is 17 × 24? " * 20, max_tokens=12, temperature=0)
    prompt = engine.prompt_ids(request.messages)
    assert len(prompt) > 150
    alone = Chat(engine, request).finished().text
    for event in ("nothing", "stop"):
        engine.scheduler.prefixes.free()
        watched.passes.clear()
        gate = threading.Event()
        watched.hold(gate)
        chats = [Chat(engine, request) for _ in range(4)]
        wait_until(lambda: len(engine.scheduler.waiting) + len(engine.scheduler.running) == 4)
        if event == "stop":
            chats[0].stop.set()
        gate.set()
        texts = [chat.finished().text for chat in chats]
        assert texts[1:] == [alone] * 3
        written = 4 * 12
        assert sum(map(sum, watched.passes)) <= len(prompt) + engine.scheduler.network.chunk_size // 8 * 4 + written


def test_nobody_waits_for_a_reader_that_sleeps(engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.scheduler.network.transformer, "chunk_size", 32)  # type: ignore[attr-defined]
    request = asked("What is 17 × 24? " * 20, max_tokens=4)
    asleep = engine.stream(request, threading.Event())
    next(asleep)
    assert next(asleep).reading is not None
    assert Chat(engine, request).finished().reason == "length"
    assert sum(delta.tokens for delta in asleep) == 4


def test_a_cache_grows_without_losing_anything() -> None:
    cache = memory(list(range(10)))
    before = cache.keys[0][:, :10].clone()
    cache.reserve(5 * STEP)
    assert cache.capacity >= 10 + 5 * STEP
    assert torch.equal(cache.keys[0][:, :10], before)
    cache.trim()
    assert cache.capacity == STEP
    assert torch.equal(cache.keys[0][:, :10], before)


# ---- proposals


class Oracle:
    """Proposes what the reply was the first time; or something else."""

    def __init__(self, reply: list[int], wrong: int) -> None:
        self._reply, self._wrong, self._at = reply, wrong, 0

    def extend(self, ids: Sequence[int]) -> None:
        self._at += len(ids)

    def propose(self, count: int, floor: float = 0.0) -> list[int]:
        right = self._reply[self._at : self._at + count]
        return [id if self._wrong == 0 or (self._at + place) % self._wrong else 5 for place, id in enumerate(right)]


class AlwaysFour(Depth):
    def choose(self, other_rows: int) -> int:
        self.floor = 0.0
        return 4


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The ids that each reply consists of, in the order in which they began."""
    written: list[list[int]] = []

    class Recorder(Proposer):
        def __init__(self, ids: Sequence[int], table: Any = None) -> None:
            super().__init__(ids, table)
            self.written: list[int] = []
            written.append(self.written)

        def extend(self, ids: Sequence[int]) -> None:
            super().extend(ids)
            self.written.extend(ids)

        def propose(self, count: int, floor: float = 0.0) -> list[int]:
            return []

    monkeypatch.setattr("r1widget.engines.local.Proposer", Recorder)
    return written


@pytest.mark.parametrize("wrong", [0, 2, 3, 1])
@pytest.mark.parametrize("settings", [{"temperature": 0}, {"seed": 3}, {"seed": 4, "thinking_budget": 11}])
def test_proposals_change_nothing_but_the_passes(
    engine: TransformersEngine,
    watched: Watched,
    replies: list[list[int]],
    monkeypatch: pytest.MonkeyPatch,
    wrong: int,
    settings: dict[str, Any],
) -> None:
    """All right, every second one wrong, every third, all wrong: the same tokens come out."""
    request = asked("What is 17 × 24?", max_tokens=60, **settings)
    kept: list[list[int]] = []
    monkeypatch.setattr(engine.scheduler.prefixes, "keep", lambda memory: kept.append(list(memory.ids)))
    plain = Chat(engine, request).finished()
    passes = len(watched.passes)
    watched.passes.clear()
    oracle = Oracle(replies[0], wrong)
    monkeypatch.setattr("r1widget.engines.local.Proposer", lambda ids, table: oracle)
    monkeypatch.setattr("r1widget.engines.local.Depth", AlwaysFour)
    proposed = Chat(engine, request).finished()
    assert proposed.text == plain.text
    assert proposed.reason == plain.reason
    scores = [[score.id for delta in chat.deltas for score in delta.scores] for chat in (plain, proposed)]
    assert scores[0] == scores[1]
    assert sum(delta.tokens for delta in proposed.deltas) == sum(delta.tokens for delta in plain.deltas)
    if wrong == 0:
        assert len(watched.passes) < passes / 3
    told = [*engine.prompt_ids(request.messages), *replies[0]]
    assert kept == [told[: len(kept[0])]] * 2, "something that wasn't written stayed in the memory"


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what has no event; half a minute is a failure."""
    pause = threading.Event()
    for _ in range(3000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came about")


def test_a_scheduler_needs_no_thread(engine: TransformersEngine) -> None:
    assert Scheduler(engine.scheduler.network, Prefixes(0)).step() is False
