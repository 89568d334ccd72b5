"""A turn is run again from its record, beside what it was."""

from __future__ import annotations

import copy
import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from r1widget import Chat, ChatWidget, Turn
from r1widget.chat import replaying
from r1widget.conversation.edits import begun_again
from r1widget.conversation.replay import Replay
from r1widget.engines import Delta, Request, load
from r1widget.engines.local import TransformersEngine
from r1widget.engines.model.kernels import steps
from r1widget.errors import ConversationError
from r1widget.testing import ScriptedEngine, cut
from tests.chat.test_chat import Ears
from tests.engines.scripted import engine, folder

__all__ = ["engine", "folder"]  # fixtures

PATIENCE = 60
SCRIPT = "So 17 × 24 = 408.\n\nWait, let me check.\n\nYes.\n</think>\n\nIt is 408."
PIECES = cut(SCRIPT)


def elsewhere(act: Callable[[], Replay]) -> Callable[[], Replay]:
    """Act in another thread; what is given back waits for what comes of it."""
    found: list[Replay] = []
    thread = threading.Thread(target=lambda: found.append(act()), daemon=True)
    thread.start()

    def result() -> Replay:
        thread.join(PATIENCE)
        assert found
        return found[0]

    return result


def until(holds: Callable[[], object]) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError("it never came about")


# ---- a model's own turns


def test_it_is_the_same_and_the_conversation_is_not_touched(engine: TransformersEngine) -> None:
    chat = Chat(engine, settings={"max_tokens": 40, "thinking_budget": 20, "seed": 1})
    first, second = chat.ask("one"), chat.ask("two", temperature=1.3, seed=None)
    ears, before = Ears(), copy.deepcopy(chat.conversation)
    chat.listen(ears)
    for turn in (first, second):
        replay = chat.replay(turn)
        assert replay.same and replay.parts_at is None and not replay.differences
        assert replay.tokens == len(turn.ids)
        assert replay.turn is not turn and replay.turn.spans == turn.spans
        assert replay.turn.record["seed"] == turn.record["seed"] is not None
    assert chat.conversation == before
    assert str(chat.replay(first)) == f"The same {len(first.ids)} tokens." and len(first.ids) > 20
    assert set(ears.heard) <= {"waits: True", "waits: False"}


def test_of_what_is_read_again_the_cache_is_told(engine: TransformersEngine) -> None:
    chat = Chat(engine, settings={"max_tokens": 5})
    turn = chat.ask("a question that nobody has asked before, and long enough to be kept")
    again = chat.replay(turn).turn
    assert turn.record["tokens"]["reused"] < again.record["tokens"]["reused"] < again.record["tokens"]["prompt"]


@pytest.mark.parametrize("act", ["edit", "cut", "answer", "longer", "edit of an edit"])
def test_a_version_begins_with_the_same_ids(engine: TransformersEngine, act: str) -> None:
    chat = Chat(engine, settings={"max_tokens": 30, "seed": 5})
    turn = chat.ask("one", thinking_budget=15)
    made = {
        "edit": lambda: chat.edit_reasoning(turn, turn.text("reasoning")[:20] + " then, ", temperature=1.0),
        "cut": lambda: chat.continue_from(turn, 0),
        "answer": lambda: chat.edit_answer(turn, "It is"),
        "longer": lambda: chat.think_more(turn),
        "edit of an edit": lambda: chat.edit_reasoning(
            chat.wait(chat.edit_reasoning(turn, turn.text("reasoning")[:9] + " so")),
            turn.text("reasoning")[:9] + " so 4",
        ),
    }[act]()
    chat.wait(made)
    replay = chat.replay(made)
    assert replay.same, replay
    assert replay.turn.ids.all == made.ids.all and replay.turn.spans == made.spans
    assert replay.tokens == made.record["tokens"]["reasoning"] + made.record["tokens"]["answer"]
    begins = made.record["begins"]
    assert made.ids.first(begins["ids"]).ids == made.ids.all.ids[: begins["ids"]]
    # Of a turn that was stored, the ids may be gone: then the text is what it begins with.
    stored = begun_again(Turn.from_dict(made.to_dict()))
    assert [stored.text(kind) for kind in ("reasoning", "answer")] == [
        made.text(kind)[: begins[kind]] for kind in ("reasoning", "answer")
    ]


def test_where_it_parts_and_what_differs(engine: TransformersEngine) -> None:
    chat = Chat(engine, settings={"max_tokens": 40, "seed": 1})
    turn = chat.ask("one")
    turn.record["seed"] += 1
    turn.record["versions"]["torch"] = "0.1"
    replay = chat.replay(turn)
    assert not replay.same and replay.parts_at is not None and replay.parts_at.token is not None
    token = replay.parts_at.token
    then, now = turn.ids.all.ids, replay.turn.ids.all.ids
    assert then[:token] == now[:token] and then[token] != now[token] and replay.tokens == token
    assert str(replay).startswith(f"It parts at token {token} (")
    known = turn.ids.first(token)
    assert replay.parts_at.at == (known.answer if known.closed else known.reasoning)
    torch = replay.turn.record["versions"]["torch"]
    assert replay.differences == {"torch": ("0.1", torch)}
    assert str(replay).endswith(f"What differs: torch 0.1 then, {torch} now.")


def test_a_turn_that_was_stopped_is_compared_as_far_as_it_goes(engine: TransformersEngine) -> None:
    """With its settings as they were: a shorter limit would end the thinking sooner, to leave room for an answer."""
    chat = Chat(engine, settings={"max_tokens": 400, "thinking_budget": 60, "seed": 1})

    @chat.on("text_added")
    def stop(turn: Turn, *news: Any) -> None:
        if len(turn.ids) > 10:
            chat.stop(turn)

    turn = chat.ask("one")
    replay = chat.replay(turn)
    assert turn.finish_reason == "cancelled"
    assert replay.same and replay.tokens == len(turn.ids) > 10
    assert str(replay) == f"The same {len(turn.ids)} tokens, as far as the turn goes, which was stopped."
    assert replay.turn.record["settings"] == turn.record["settings"]


@pytest.mark.skipif(steps() is None, reason="no kernels here: torch's sums depend on the number of rows")
@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_it_is_the_same_beside_nine_others(folder: Path, quantization: str) -> None:
    engine = load(folder, quantization=quantization)
    chat = Chat(engine, settings={"max_tokens": 40})
    turns = [
        chat.ask(question, temperature=1.0, seed=seed) for seed, question in enumerate(("one", "two " * 40, "three"))
    ]
    turns.append(chat.wait(chat.edit_reasoning(turns[0], turns[0].text("reasoning")[:20] + " so")))
    others = [Chat(engine, settings={"max_tokens": 30}) for _ in range(9)]
    over = threading.Event()

    def write(number: int) -> None:
        while not over.is_set():
            others[number].clear()
            others[number].ask("another " * (1 + 5 * number))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: sum(bool(other.generation.running) for other in others) == 9)
        replays = [chat.replay(turn) for turn in turns]
    finally:
        over.set()
        for other, thread in zip(others, threads, strict=True):
            other.stop()
            thread.join()
    assert all(replay.same and not replay.differences for replay in replays), replays
    assert sum(replay.tokens or 0 for replay in replays) > 40


# ---- what a person did


def test_a_stopped_turn_isnt_written_past_its_end() -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(SCRIPT, gate=gate))
    turn = chat.send("17 × 24?")
    gate.release(4)
    until(lambda: turn.text("reasoning") == "".join(PIECES[:4]))
    chat.stop(turn)
    assert turn.wait(PATIENCE)
    gate.release(4)  # and no more: one that went on would wait for ever
    replay = elsewhere(lambda: chat.replay(turn))()
    assert replay.same and replay.tokens is None
    assert str(replay) == "The same text, as far as the turn goes, which was stopped."


@pytest.mark.parametrize(
    ("act", "why"), [("answer_now", "a person ended the thinking"), ("think_more", "a person let it")]
)
def test_a_steered_turn_is_compared_up_to_there(act: str, why: str) -> None:
    gate = threading.Semaphore(0)
    engine = ScriptedEngine(SCRIPT, gate=gate)
    chat = Chat(engine)
    turn = chat.send("17 × 24?")
    gate.release(4)
    until(lambda: turn.text("reasoning") == "".join(PIECES[:4]))
    getattr(chat, act)(turn)
    gate.release(1000)
    assert turn.wait(PATIENCE) and turn.answer
    replay = chat.replay(turn)
    assert replay.same and why in str(replay) and "can't be repeated" in str(replay)
    engine.pieces = ["So", " 18", *PIECES[2:]]
    assert chat.replay(turn).parts_at == (None, "reasoning", 4)


def test_what_parts_by_text() -> None:
    engine = ScriptedEngine(SCRIPT)
    chat = Chat(engine)
    turn = chat.ask("17 × 24?")
    engine.pieces = cut(SCRIPT.replace("It is 408", "It is **409**"))
    replay = chat.replay(turn)
    assert replay.parts_at == (None, "answer", len("\n\nIt is ")) and replay.tokens is None
    assert str(replay) == (
        "It parts at character 8 of the answer (“It is 408.” / “It is **409**.”). Nothing that is recorded differs."
    )
    assert "\\*\\*409" in replay._repr_markdown_()
    engine.pieces = cut("So 17 × 24</think>\n\nIt is 408.")
    replay = chat.replay(turn)
    assert replay.parts_at == (None, "reasoning", 10)
    assert "(“So 17 × 24 =” / “So 17 × 24”, and the thought ends)" in str(replay)


# ---- in the chat's own line


def test_it_waits_its_turn_and_nothing_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Semaphore(0)
    engine = ScriptedEngine(SCRIPT, gate=gate)
    chat = Chat(engine)
    gate.release(len(PIECES) * 2)
    first = chat.ask("one")
    second = chat.ask("two")
    running = chat.send("three")
    until(lambda: chat.generation.running == (running,))
    submit, in_line = chat.generation.submit, threading.Event()

    def submit_and_say(*turns: Turn, **how: Any) -> tuple[Turn, ...]:
        moved = submit(*turns, **how)
        in_line.set()
        return moved

    monkeypatch.setattr(chat.generation, "submit", submit_and_say)
    replay = elsewhere(lambda: chat.replay(second))
    assert in_line.wait(PATIENCE)
    assert chat.generation.waiting == ()
    asked = chat.send("four")
    again = chat.regenerate(first)  # what waits behind it moves behind the new one, and what runs there is stopped
    assert running.wait(PATIENCE)
    gate.release(1000)
    assert replay().same
    assert [message["content"] for message in engine.requests[-2].messages][:1] == ["one"]
    assert chat.wait(timeout=PATIENCE)
    assert asked.parent == again.id and second.parent == first.id
    assert len(chat.conversation.all_turns) == 5


def test_stop_ends_it() -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(SCRIPT, gate=gate))
    gate.release(len(PIECES))
    turn = chat.ask("17 × 24?")
    gate.release(3)
    replay = elsewhere(lambda: chat.replay(turn))
    until(lambda: chat.generation.is_busy and not gate._value)
    chat.stop()
    assert not replay().same and replay().parts_at is None
    assert str(replay()) == "It was stopped after the same text, before its end."
    assert chat.turns == (turn,)


def test_an_interrupt_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(SCRIPT, gate=gate))
    gate.release(len(PIECES))
    turn = chat.ask("17 × 24?")
    gate.release(3)

    def interrupted(again: Turn, *others: Any) -> None:
        next(iter(again))
        raise KeyboardInterrupt

    monkeypatch.setattr(replaying, "_follow", interrupted)
    replay = chat.replay(turn)
    assert not replay.same and replay.turn.finish_reason == "cancelled"
    assert not chat.generation.is_busy


def test_an_engine_that_fails() -> None:
    engine = ScriptedEngine(SCRIPT)
    chat = Chat(engine)
    turn = chat.ask("17 × 24?")
    engine.pieces, engine._raises = PIECES[:3], OSError("gone")
    assert str(chat.replay(turn)).startswith("It failed after the same text: The model failed with OSError: gone.")


# ---- what can't be promised, or done


class Seedless(ScriptedEngine):
    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in super().stream(request, stop):
            prompt = delta.prompt and dataclasses.replace(delta.prompt, seed=None)
            yield dataclasses.replace(delta, prompt=prompt)


def test_without_a_seed_nothing_is_promised() -> None:
    chat = Chat(Seedless(SCRIPT))
    assert str(chat.replay(chat.ask("q"))) == (
        "The same text. It was asked without a seed, so its server promises nothing."
    )


def test_another_model() -> None:
    chat = Chat(ScriptedEngine(SCRIPT))
    turn = chat.ask("q")
    chat.use(ScriptedEngine(SCRIPT, name="other"))
    replay = chat.replay(turn)
    assert replay.same and replay.differences == {"model": ("scripted", "other")}
    assert str(replay) == "The same text. What differs all the same: model scripted then, other now."
    with pytest.raises(ConversationError, match="Another model would write this turn again: model scripted then"):
        chat.replay(turn, same_model=True)


def test_what_cant_be_repeated() -> None:
    gate = threading.Semaphore(0)
    chat = Chat(ScriptedEngine(SCRIPT, gate=gate))
    turn = chat.send("q")
    with pytest.raises(ConversationError, match="hasn't ended"):
        chat.replay(turn)
    until(lambda: turn.record)
    chat.stop(turn)
    assert turn.wait(PATIENCE)
    with pytest.raises(ConversationError, match="wrote nothing"):
        chat.replay(turn)
    gate.release(len(PIECES))
    turn = chat.ask("q")
    turn.record["settings"]["temperature"] = "hot"
    with pytest.raises(ConversationError, match="record of this turn is damaged: temperature='hot'"):
        chat.replay(turn)
    turn.record = {}
    with pytest.raises(ConversationError, match=r"no record .* chat\.regenerate\(turn\)"):
        chat.replay(turn)
    with pytest.raises(ConversationError, match="no turn"):
        chat.replay(Turn("elsewhere"))


def test_a_widgets_turn() -> None:
    chat = ChatWidget(ScriptedEngine(SCRIPT))
    assert chat.replay(chat.ask("q")).same
