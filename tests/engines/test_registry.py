"""One engine for one model, however it is named; freed with the last chat that names it, or at once."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat, ChatWidget, engines, pocket
from r1widget.engines import DEFAULT_MODEL, OPTIONS, Progress, registry
from r1widget.engines.identity import identity
from r1widget.engines.remote import RemoteEngine
from r1widget.errors import ModelNotFound
from r1widget.testing import ScriptedEngine
from tests import ggufs

PATIENCE = 20


class Loads:
    """What was loaded, instead of a model. `before` is called first, from the loading thread."""

    def __init__(self) -> None:
        self.made: list[weakref.ref[Engine]] = []
        self.closed: list[str] = []
        self.gate: threading.Semaphore | None = None
        self.before: Callable[[Callable[[Progress], None]], None] = lambda on_progress: None

    def load(self, model: Any, *, on_progress: Any = None, **options: Any) -> Engine:
        self.before(on_progress)
        engine = Engine(self, str(model), self.gate)
        self.made.append(weakref.ref(engine))
        return engine

    @property
    def alive(self) -> int:
        return sum(engine() is not None for engine in self.made)


class Engine(ScriptedEngine):
    def __init__(self, loads: Loads, name: str, gate: threading.Semaphore | None) -> None:
        super().__init__("a</think>b", name=name, gate=gate)
        self._closed = loads.closed

    def close(self) -> None:
        self._closed.append(self.name)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    made = Loads()
    monkeypatch.setattr(registry, "load", made.load)
    # A test that fails keeps its chats, by its traceback: the next one is not to share their models.
    monkeypatch.setattr(registry, "by_identity", weakref.WeakValueDictionary())
    return made


# ---- one engine


def names_of(folder: Path) -> dict[str, tuple[Any, dict[str, Any]]]:
    link = folder.parent / "link"
    link.symlink_to(folder)
    return {
        "path": (folder, {}),
        "text": (str(folder), {}),
        "slash": (f"{folder}/", {}),
        "relative": (os.path.relpath(folder), {}),
        "dotted": (f"{folder}/../{folder.name}", {}),
        "symlink": (link, {}),
        "symlink and slash": (f"{link}/", {}),
        "defaults": (folder, {"device": "auto", "dtype": "auto", "speculation": True, "quantization": "auto"}),
        "revision": (folder, {"revision": None}),
    }


def test_a_folder_is_one_model_however_it_is_named(tmp_path: Path, loads: Loads, monkeypatch: Any) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    chats = [ChatWidget(model, **options) for model, options in names_of(folder).values()]
    for chat in chats:
        assert chat.ask("q").answer == "b"
    assert len(loads.made) == 1
    for chat in chats:
        chat.close()


def test_a_relative_folder_is_that_of_its_chat_also_when_the_program_has_moved_on(
    tmp_path: Path, loads: Loads, monkeypatch: Any
) -> None:
    (tmp_path / "here" / "model").mkdir(parents=True)
    (tmp_path / "there" / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    chat = ChatWidget("./model")
    monkeypatch.chdir(tmp_path / "there")
    other = ChatWidget("./model")
    for each in (chat, other):
        each.ask("q")
    assert [engine().name for engine in loads.made] == [str(tmp_path / at / "model") for at in ("here", "there")]  # type: ignore[union-attr]
    chat.close()
    other.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"model": None}, {"model": DEFAULT_MODEL}),
        ({"model": None}, {"model": DEFAULT_MODEL, "device": "auto", "quantization": "auto", "revision": "main"}),
        ({"model": "pocket"}, {"model": pocket.path()}),
        ({"model": "m", "device": "cuda"}, {"model": "m", "device": "cuda:0"}),
        ({"model": "m", "dtype": "bfloat16"}, {"model": "m", "dtype": "torch.bfloat16"}),
        ({"base_url": "http://h/v1"}, {"base_url": "http://H/v1/", "timeout": 300, "opens_thinking": None}),
        ({"base_url": "http://h/v1", "api_key": "k"}, {"base_url": "http://h/v1", "api_key": lambda: "k "}),
    ],
)
def test_what_means_the_same_is_shared(one: dict[str, Any], other: dict[str, Any], loads: Loads) -> None:
    chats = [ChatWidget(**arguments) for arguments in (one, other)]
    assert chats[0].chat.generation.source is chats[1].chat.generation.source
    for chat in chats:
        chat.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"model": "m"}, {"model": "n"}),
        ({"model": "m"}, {"model": "m", "quantization": None}),
        ({"model": "m"}, {"model": "m", "revision": "old"}),
        ({"model": "m"}, {"model": "m", "file": "*Q4*"}),
        ({"model": "o/m:Q4_0"}, {"model": "o/m:Q8_0"}),
        ({"model": "ollama:m"}, {"model": "m"}),
        ({"model": "m", "device": "cuda:1"}, {"model": "m", "device": "cuda"}),
        ({"model": "m"}, {"model": "m", "base_url": "http://h/v1"}),
        ({"base_url": "http://h/v1", "api_key": "k"}, {"base_url": "http://h/v1", "api_key": "l"}),
        ({"base_url": "http://h/v1"}, {"base_url": "http://h/V1"}),
        ({"model": "m", "base_url": "http://h/v1"}, {"model": "n", "base_url": "http://h/v1"}),
    ],
)
def test_what_differs_is_not(one: dict[str, Any], other: dict[str, Any], loads: Loads) -> None:
    chats = [ChatWidget(**arguments) for arguments in (one, other)]
    assert chats[0].chat.generation.source is not chats[1].chat.generation.source
    for chat in chats:
        chat.close()


def test_a_gguf_file_is_one_however_it_is_named(loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also through the hub's cache, where files are links, and by any of its parts."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    blob = ggufs.model(tmp_path / "hub" / "models--me--X-GGUF" / "blobs" / "0123abcd")
    snapshot = tmp_path / "hub" / "models--me--X-GGUF" / "snapshots" / "c0ffee"
    (snapshot / "Q8_0").mkdir(parents=True)
    file = snapshot / "x-Q4_K_M.gguf"
    file.symlink_to(blob)
    for part in (1, 2):
        ggufs.model(snapshot / "Q8_0" / f"x-Q8_0-0000{part}-of-00002.gguf")
    (tmp_path / "hub" / "models--me--X-GGUF" / "refs").mkdir()
    (tmp_path / "hub" / "models--me--X-GGUF" / "refs" / "main").write_text("c0ffee")
    monkeypatch.chdir(snapshot)
    four: list[tuple[str | Path, str | None]] = [
        (file, None),
        (str(blob), None),
        ("x-Q4_K_M.gguf", None),
        (snapshot, "*Q4_K_M*"),
        ("me/X-GGUF", "*Q4_K_M*"),
        ("me/X-GGUF", "q4_k_m"),
        ("me/X-GGUF:Q4_K_M", None),
        ("https://hf.co/me/X-GGUF/blob/main/x-Q4_K_M.gguf", None),
    ]
    chats = [ChatWidget(model, file=name) for model, name in four]
    assert len({id(chat.chat.generation.source) for chat in chats}) == 1
    parts = [ChatWidget(snapshot / "Q8_0" / f"x-Q8_0-0000{part}-of-00002.gguf") for part in (1, 2)]
    assert parts[0].chat.generation.source is parts[1].chat.generation.source is not chats[0].chat.generation.source
    for chat in chats + parts:
        chat.close()


def test_what_was_downloaded_is_the_same_by_its_file(
    loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One chat names it before, another one afterwards."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    model = tmp_path / "hub" / "models--me--X-GGUF"

    def download(on_progress: object) -> None:
        ggufs.model(model / "snapshots" / "c0ffee" / "x-Q4_K_M.gguf")
        (model / "refs").mkdir()
        (model / "refs" / "main").write_text("c0ffee")

    loads.before = download
    before = ChatWidget("me/X-GGUF")
    assert before.ask("q").answer == "b"
    loads.before = lambda on_progress: None
    after = [
        ChatWidget("me/X-GGUF"),
        ChatWidget("me/X-GGUF:Q4_K_M"),
        ChatWidget(model / "snapshots" / "c0ffee" / "x-Q4_K_M.gguf"),
    ]
    for chat in after:
        assert chat.ask("q").answer == "b"
    assert len(loads.made) == 1
    assert engines.unload("me/X-GGUF") == 1
    for chat in [before, *after]:
        chat.close()


def test_a_file_that_is_named_by_half_is_still_that_file_elsewhere(
    loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel may be in another folder by the time that it is loaded."""
    ggufs.model(tmp_path / "x.gguf")
    monkeypatch.chdir(tmp_path)
    chat = ChatWidget("x.gguf")
    monkeypatch.chdir("/")
    chat.ask("q")
    engine = loads.made[0]()
    assert engine is not None and engine.name == str(tmp_path / "x.gguf")
    chat.close()


def test_auto_is_the_device_that_it_turns_out_to_be(loads: Loads) -> None:
    """Only torch knows, so they are found to be one when the model is needed."""
    from r1widget.engines.weights.choosing import place

    named = ChatWidget("pocket", device=place("auto"))
    auto = ChatWidget("pocket")
    assert named.ask("q").answer == auto.ask("q").answer == "b"
    assert len(loads.made) == 1
    named.close()
    assert loads.alive == 1
    auto.close()
    assert loads.alive == 0


def test_the_defaults_are_those_of_the_engines() -> None:
    import inspect

    from r1widget.engines.local import TransformersEngine

    for remote, make in ((False, TransformersEngine.load), (True, RemoteEngine.__init__)):
        parameters = inspect.signature(make).parameters
        assert {name: parameters[name].default for name in OPTIONS[remote]} == OPTIONS[remote]


def test_a_key_shows_nowhere_in_what_engines_are_shared_by() -> None:
    key = identity(
        "m", base_url="http://h/v1", quantization="auto", options={"api_key": engines.remote.key_from("sk-1", "")}
    )  # type: ignore[attr-defined]
    assert "sk-1" not in repr(key)


# ---- both see it load


def test_everybody_who_names_a_model_sees_it_load(loads: Loads) -> None:
    reported, go_on = threading.Event(), threading.Event()

    def before(on_progress: Callable[[Progress], None]) -> None:
        on_progress(Progress(stage="load", text="Loading m", done=3, total=10))
        reported.set()
        assert go_on.wait(PATIENCE)

    loads.before = before
    asks, names = ChatWidget("m"), ChatWidget("m")
    assert [chat.engine_status["state"] for chat in (asks, names)] == ["idle", "idle"]
    turns = [asks.send("q"), names.send("q")]
    assert reported.wait(PATIENCE)
    late = ChatWidget("m")
    for chat in (asks, names, late):
        assert {name: value for name, value in chat.engine_status.items() if name != "about"} == {
            "state": "loading",
            "stage": "load",
            "model": "m",
            "text": "Loading m",
            "done": 3,
            "total": 10,
        }
    go_on.set()
    for turn in turns:
        assert turn.wait(PATIENCE) and turn.answer == "b"
    for chat in (asks, names, late, ChatWidget("m")):
        assert chat.engine_status["state"] == "ready"
        chat.close()
    assert len(loads.made) == 1


def test_the_first_word_of_a_loading_comes_before_anything_is_imported(loads: Loads) -> None:
    heard: list[dict[str, Any]] = []
    loads.before = lambda on_progress: heard.append({**chat.engine_status, "about": None})
    chat = ChatWidget("pocket")
    chat.ask("q")
    assert heard == [{"state": "loading", "stage": "load", "model": "pocket", "text": "Loading pocket", "about": None}]
    chat.close()


def test_a_failed_loading_fails_for_all_who_wait_for_it_once(loads: Loads) -> None:
    waits, go_on = threading.Event(), threading.Event()
    attempts: list[int] = []

    def fail(on_progress: Any) -> None:
        attempts.append(1)
        waits.set()
        assert go_on.wait(PATIENCE)
        raise ModelNotFound("There is no model 'm'.", "Check the name.")

    loads.before = fail
    one, other = ChatWidget("m"), ChatWidget("m")
    turns = [one.send("q")]
    assert waits.wait(PATIENCE)
    turns.append(other.send("q"))
    go_on.set()
    for turn in turns:
        assert turn.wait(PATIENCE) and turn.error == "There is no model 'm'. Check the name."
    assert [chat.engine_status["state"] for chat in (one, other)] == ["failed", "failed"]
    loads.before = lambda on_progress: None
    assert other.ask("again").answer == "b"
    assert one.engine_status["state"] == "ready"
    one.close()
    other.close()


# ---- freed


def is_gone(there: weakref.ref[Any]) -> bool:
    """A timer of the outbox may hold a chat for one more beat."""
    for _ in range(1000):
        gc.collect()
        if there() is None:
            return True
        threading.Event().wait(0.01)
    return False


def test_the_last_chat_that_is_closed_frees_the_engine(loads: Loads) -> None:
    one, other = ChatWidget("m"), ChatWidget("m")
    one.ask("q"), other.ask("q")
    one.close()
    assert (loads.alive, loads.closed) == (1, [])
    other.close()
    assert (loads.alive, loads.closed) == (0, ["m"])
    assert other.ask("after all").answer == "b", "what is closed can still be asked from Python"
    assert (len(loads.made), loads.alive) == (2, 1)
    other.close()
    assert loads.alive == 0


def test_the_last_chat_that_is_no_more_frees_the_engine(loads: Loads) -> None:
    """A chat without a widget; one of ipywidgets' is kept by ipywidgets until it is closed."""
    source = registry.shared("m")
    source.ensure()
    assert source.engine is not None and loads.alive == 1
    assert registry.shared("m") is source
    del source
    gc.collect()
    assert (loads.alive, loads.closed) == (0, ["m"])


def test_nothing_of_a_closed_chat_is_kept(loads: Loads) -> None:
    chat = ChatWidget("m")
    chat.ask("q")
    there = weakref.ref(chat), weakref.ref(chat.chat.generation), weakref.ref(chat.chat.generation.source)
    chat.close()
    del chat
    assert all(is_gone(each) for each in there)


def test_unload_frees_at_once_and_the_next_question_loads_again(loads: Loads) -> None:
    one, other = ChatWidget("m"), ChatWidget("m")
    one.ask("q"), other.ask("q")
    one.unload()
    assert (loads.alive, loads.closed) == (0, ["m"])
    assert [chat.engine_status["state"] for chat in (one, other)] == ["idle", "idle"]
    assert other.ask("again").answer == "b"
    assert len(loads.made) == 2
    assert one.engine_status["state"] == "ready"
    one.close()
    other.close()


def test_unload_ends_what_is_written_and_what_waits_with_a_sentence(loads: Loads) -> None:
    loads.gate = threading.Semaphore(1)
    one, other = ChatWidget("m"), ChatWidget("m")
    running, waiting = one.send("q"), one.send("q2")
    while not running.reasoning:
        assert not running.wait(0.001)
    also = other.send("q3")
    other.unload()
    for turn in (running, waiting, also):
        assert turn.wait(0) and turn.finish_reason == "cancelled"
        assert "was unloaded" in (turn.error or "")
    assert (running.reasoning, loads.alive) == ("a", 0), "what was written is kept"
    assert "was unloaded" in one.to_markdown()
    loads.gate = None
    assert one.ask("again").answer == "b"
    one.close()
    other.close()


def test_unload_by_name_and_all(loads: Loads) -> None:
    chats = [ChatWidget("m"), ChatWidget("m", quantization=None), ChatWidget("n")]
    for chat in chats:
        chat.ask("q")
    assert engines.unload("m") == 2
    assert [engine().name for engine in loads.made if engine()] == ["n"]  # type: ignore[union-attr]
    assert engines.unload("m") == 0
    assert engines.unload() == 1 and loads.alive == 0
    for chat in chats:
        chat.close()


def test_unload_by_the_folder_or_the_hubs_name_that_a_file_is_of(
    loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    snapshot = tmp_path / "hub" / "models--me--X-GGUF" / "snapshots" / "main"
    for kind in ("Q4_K_M", "Q8_0"):
        ggufs.model(snapshot / f"x-{kind}.gguf")
    chat = Chat(snapshot, file="*Q4_K_M*", keep=False)
    for name in (str(snapshot), "me/X-GGUF:Q4_K_M", str(snapshot / "x-Q4_K_M.gguf")):
        chat.ask("q")
        assert engines.unload("me/X-GGUF:Q8_0") == 0, "which is another one"
        assert engines.unload(name) == 1, name
    Chat("me/X-GGUF", file="Q4_K_M", keep=False).ask("q")
    assert engines.unload("me/X-GGUF") == 1, "the same, and its second name"


def test_unload_while_it_loads(loads: Loads) -> None:
    """The loading can't be broken off; what it gives is let go, unless somebody has asked since."""
    loading, go_on = threading.Event(), threading.Event()

    def before(on_progress: Any) -> None:
        loading.set()
        assert go_on.wait(PATIENCE)

    loads.before = before
    chat = ChatWidget("m")
    turn = chat.send("q")
    assert loading.wait(PATIENCE)
    chat.unload()
    assert turn.wait(0) and turn.finish_reason == "cancelled"
    assert chat.engine_status["state"] == "idle"
    after = chat.send("again")
    go_on.set()
    assert after.wait(PATIENCE) and after.answer == "b"
    chat.close()
    chat.chat.generation.join()
    assert loads.alive == 0 and loads.closed == ["m"] * len(loads.made)


def test_a_running_turn_keeps_its_engine(loads: Loads) -> None:
    loads.gate = threading.Semaphore(0)
    chat, other = ChatWidget("m"), ChatWidget("m")
    turn = chat.send("q")
    while not loads.made:
        assert not turn.wait(0.001)
    other.close()
    loads.gate.release(9)
    assert turn.wait(PATIENCE) and turn.answer == "b"
    assert loads.closed == []
    chat.close()


def test_an_engine_that_was_handed_over_is_never_closed() -> None:
    loads = Loads()
    engine = loads.load("mine")
    one, other = ChatWidget(engine), ChatWidget(engine)
    assert one.ask("q").answer == "b"
    one.unload()
    assert one.ask("q").answer == "b"
    one.close()
    assert other.ask("q").answer == "b"
    other.close()
    del one, other
    there = weakref.ref(engine)
    del engine
    assert loads.closed == [] and is_gone(there)


def test_an_engine_that_cannot_be_closed_is_freed_all_the_same(loads: Loads, monkeypatch: Any) -> None:
    monkeypatch.setattr(Engine, "close", lambda self: 1 / 0)
    chat = ChatWidget("m")
    chat.ask("q")
    chat.unload()
    assert loads.alive == 0
    chat.close()
