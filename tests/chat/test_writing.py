"""An engine's deltas become a turn: text, outcome, record. No thread."""

from __future__ import annotations

import contextlib
import copy
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.chat.writing import Added, messages_for, write_turn
from r1widget.conversation.estimate import Limits
from r1widget.conversation.turn import Turn
from r1widget.engines import Delta, Pace, Prompt, Request, Score
from r1widget.engines.completing import complete
from r1widget.errors import PromptTooLong
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine


class Deltas:
    """An engine that yields given deltas; an exception among them is raised."""

    name = "deltas"

    def __init__(self, *deltas: Delta | Exception) -> None:
        self._deltas = deltas

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for delta in self._deltas:
            if isinstance(delta, Exception):
                raise delta
            yield delta

    def describe(self) -> dict[str, object]:
        return {"model": "deltas", "versions": {"torch": "0"}}


def write(engine: object, **settings: object) -> tuple[Turn, list[Added]]:
    turn = Turn("question")
    request = Request(messages=[], settings=Settings(**settings))  # type: ignore[arg-type]
    added = [piece for piece in write_turn(turn, complete(engine), request, threading.Event()) if piece]
    return turn, added


@pytest.mark.parametrize(
    ("script", "opens", "settings", "reasoning", "answer", "finish", "ended_by"),
    [
        ("a thought\n</think>\n\nan answer", True, {}, "a thought", "an answer", "stop", "model"),
        ("<think>a thought</think>an answer", False, {}, "a thought", "an answer", "stop", "model"),
        ("an answer", False, {}, "", "an answer", "stop", None),
        ("\n\n</think>\n\nan answer", True, {}, "", "an answer", "stop", None),
        ("a thought that never", True, {}, "a thought that never", "", "stop", "model"),
        (["a", " b", " c", "</think>", "d"], True, {"max_tokens": 2}, "a b", "", "length", "length"),
        (["a", "</think>", "b", " c"], True, {"max_tokens": 3}, "a", "b", "length", "model"),
        (["a", "</thi"], True, {}, "a</thi", "", "stop", "model"),
    ],
)
def test_outcomes(
    script: str, opens: bool, settings: dict, reasoning: str, answer: str, finish: str, ended_by: str | None
) -> None:
    turn, added = write(ScriptedEngine(script, opens_thinking=opens), **settings)
    assert (turn.reasoning, turn.answer) == (reasoning, answer)
    assert (turn.finish_reason, turn.thinking_ended_by) == (finish, ended_by)
    assert turn.record["thinking_ended_by"] == ended_by
    for kind in ("reasoning", "answer"):
        assert "".join(piece.text for piece in added if piece.kind == kind) == turn.text(kind)  # type: ignore[arg-type]


def test_offsets_count_characters_of_the_kind() -> None:
    _turn, added = write(ScriptedEngine(["🙂a", "b</think>", "c", "d"]))
    assert [(piece.kind, piece.at) for piece in added] == [
        ("reasoning", 0),
        ("reasoning", 2),
        ("answer", 0),
        ("answer", 1),
    ]


def test_an_error_keeps_what_was_written() -> None:
    turn, added = write(ScriptedEngine("half a thou</th", raises=RuntimeError("out of luck")))
    assert turn.text("reasoning") == "half a thou</th" == "".join(piece.text for piece in added)
    assert turn.finish_reason == "error"
    assert turn.thinking_ended_by is None
    assert turn.error is not None and "RuntimeError: out of luck" in turn.error and "kept" in turn.error


def test_our_own_errors_are_shown_as_they_are() -> None:
    turn, _ = write(Deltas(PromptTooLong("The prompt has 9 tokens.", "Ask less.")))
    assert turn.error == "The prompt has 9 tokens. Ask less."


def test_closing_the_generator_is_a_cancel() -> None:
    turn = Turn("question")
    writing = write_turn(turn, ScriptedEngine("a b c"), Request(messages=[]), threading.Event())
    while next(writing) is None:
        pass
    writing.close()  # type: ignore[attr-defined]
    assert (turn.finish_reason, turn.reasoning) == ("cancelled", "a")


def test_who_closed_the_thought() -> None:
    opening = Delta(prompt=Prompt(opens_thinking=True, tokens=3, seed=5))
    for origin, ended_by in (("budget", "budget"), ("person", "user"), ("loop", "loop"), ("model", "model")):
        turn, _ = write(
            Deltas(
                opening,
                Delta(text="thought", tokens=1),
                Delta(text="\n</think>\n\n", origin=origin, tokens=3),  # type: ignore[arg-type]
                Delta(text="answer", tokens=1),
                Delta(finish_reason="stop"),
            )
        )
        assert turn.thinking_ended_by == ended_by
        assert turn.record["written_by_others"] == ([] if origin == "model" else [origin])
        counted = {"reasoning": 4} if origin == "model" else {"reasoning": 1, "others": 3}
        assert turn.record["tokens"] == {"prompt": 3, "answer": 1, **counted}
        assert turn.record["seed"] == 5


def test_an_engine_that_tells_the_kinds_apart_itself() -> None:
    turn, _ = write(
        Deltas(
            Delta(text="<think> is a tag", kind="reasoning", tokens=4),
            Delta(text="so is </think>", kind="answer", tokens=1),
            Delta(tokens=3, finish_reason="stop"),
        )
    )
    assert (turn.reasoning, turn.answer) == ("<think> is a tag", "so is </think>")
    assert turn.thinking_ended_by == "model"
    assert turn.record["tokens"] == {"prompt": 0, "reasoning": 4, "answer": 4}


def test_the_record_says_how_it_came_about() -> None:
    turn, _ = write(ScriptedEngine("a</think>b"), temperature=0.1)
    record = turn.record
    assert record["model"] == "scripted" and record["settings"]["temperature"] == 0.1
    assert record["seconds"]["total"] >= record["seconds"]["thinking"] >= 0
    assert {"r1widget", "python"} <= record["versions"].keys()


def test_what_else_is_to_be_told_is_in_the_record_once() -> None:
    turn, _ = write(
        Deltas(Delta(text="4", kind="answer"), Delta(note="One."), Delta(note="Two\ud83d"), Delta(note="One."))
    )
    assert turn.record["notes"] == ["One.", "Two\ufffd"]
    assert turn.answer == "4"
    assert "notes" not in write(Deltas(Delta(text="4", kind="answer")))[0].record


def test_the_record_has_the_settings_as_they_were_sent() -> None:
    sent = {"top_p": 0.5, "max_completion_tokens": 9}
    turn, _ = write(Deltas(Delta(prompt=Prompt(opens_thinking=False, settings=sent))), temperature=0.1)
    assert turn.record["settings"] == sent


def test_half_a_character_is_replaced_before_anybody_has_to_carry_it() -> None:
    turn, added = write(Deltas(Delta(text="a\ud83d", kind="answer"), Delta(text="b", kind="answer")))
    assert turn.answer == "a\ufffdb" and [piece.at for piece in added] == [0, 2]


def test_history_holds_answers_only() -> None:
    answered, stopped, asked = Turn("one"), Turn("two"), Turn("three")
    answered.append("reasoning", "thought")
    answered.append("answer", "\n\nyes</think>")
    stopped.append("reasoning", "thought")
    assert messages_for(asked, (answered, stopped), "be brief") == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "yes</think>"},
        {"role": "user", "content": "three"},
    ]


# ---- what is known while it runs


class Clock:
    """A monotonic clock that moves when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("time.monotonic", lambda: self.now)


class Timed(Deltas):
    """Deltas that come at given seconds."""

    def __init__(self, clock: Clock, *timed: tuple[float, Delta], pace: Pace | None = None) -> None:
        super().__init__(*(delta for _, delta in timed))
        self._clock, self._times = clock, [time for time, _ in timed]
        self.pace = pace

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        for time, delta in zip(self._times, super().stream(request, stop), strict=True):
            self._clock.now = 100.0 + time
            yield delta


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def told(engine: object, what: Callable[[Turn], Any], **settings: object) -> list[Any]:
    """What a listener that looks at each None sees."""
    turn = Turn("question")
    request = Request(messages=[], settings=Settings(**settings))  # type: ignore[arg-type]
    writing = write_turn(turn, complete(engine), request, threading.Event())
    return [what(turn) for added in writing if added is None]


PROMPT = Delta(prompt=Prompt(opens_thinking=True, tokens=1500))


def test_place_and_reading_are_told_as_they_change(clock: Clock) -> None:
    engine = Timed(
        clock,
        (0.0, Delta(waiting=2)),
        (0.0, PROMPT),
        (2.0, Delta(waiting=1)),
        (3.0, Delta(waiting=1)),
        (4.0, Delta(waiting=0)),
        (5.0, Delta(reading=(512, 1500))),
        (9.0, Delta(reading=(1024, 1500))),
        (10.0, Delta(text="a", tokens=1)),
        (11.0, Delta(finish_reason="stop")),
    )
    seen = told(engine, lambda turn: (turn.progress.waiting, turn.progress.reading) if turn.progress else "over")
    assert seen == [
        (None, None),  # it begins
        (2, None),  # that others come first is told at once: it may stand for long
        (2, None),  # the prompt
        (1, None),
        (None, None),
        (None, (512, 1500)),
        (None, (1024, 1500)),
    ]


def test_a_storm_of_changes_is_five_words_a_second_and_the_last_of_them_is_not_lost(clock: Clock) -> None:
    storm = [(number / 1000, Delta(reading=(number, 10_000))) for number in range(1, 2001)]
    flips = [(2 + number / 1000, Delta(waiting=number % 2)) for number in range(1, 1001)]
    engine = Timed(clock, (0.0, PROMPT), *storm, *flips, (3.5, Delta()), (4.0, Delta(text="a", tokens=1)))
    seen = told(engine, lambda turn: turn.progress and (turn.progress.waiting, turn.progress.reading))
    assert 5 * 3 <= len(seen) <= 2 + 1 + 5 * 4, "two at the beginning, one for the first 0, and five a second"
    assert seen[-1] == (None, (2000, 10_000))


def test_nothing_is_told_of_what_did_not_change() -> None:
    assert len(told(ScriptedEngine("a thought</think>an answer"), lambda turn: None)) == 2
    again = Deltas(PROMPT, *[Delta(waiting=0)] * 50, Delta(text="a", tokens=1), *[Delta()] * 50)
    assert len(told(again, lambda turn: None)) == 2


def test_limits_are_known_from_the_beginning_and_gone_at_the_end() -> None:
    turn, limits = Turn("question"), []
    request = Request(messages=[], settings=Settings(max_tokens=50, thinking_budget=20))
    for _ in write_turn(turn, ScriptedEngine("a</think>b"), request, threading.Event()):
        assert turn.progress is not None
        limits.append(turn.progress.limits)
    assert set(limits) == {Limits(max_tokens=50, thinking_budget=20)}
    assert turn.progress is None


def test_the_engines_pace_is_known_before_the_first_token_and_followed(clock: Clock) -> None:
    engine = Timed(
        clock,
        (0.0, PROMPT),
        (1.0, Delta(reading=(100, 1500))),
        (2.0, Delta(reading=(200, 1500))),
        pace=Pace(tokens_per_second=14.0, prompt_tokens_per_second=120.0),
    )

    def pace(turn: Turn) -> tuple[float | None, float | None]:
        assert turn.progress is not None
        seen = turn.progress.tokens_per_second, turn.progress.prompt_tokens_per_second
        engine.pace = Pace(tokens_per_second=7.0)  # another chat has joined; and how it reads isn't known any more
        return seen

    assert told(engine, pace) == [(14.0, 120.0), (7.0, None), (7.0, None), (7.0, 100.0)]


def test_an_engine_that_does_not_measure_itself_is_measured(clock: Clock) -> None:
    pieces = [(10 + number / 4, Delta(text="x", tokens=1)) for number in range(13)]
    engine = Timed(clock, (0.0, PROMPT), *pieces)
    turn = Turn("question")
    paces = [
        turn.progress and turn.progress.tokens_per_second
        for _ in write_turn(turn, complete(engine), Request(messages=[]), threading.Event())
    ]
    assert paces[0] is None, "nothing is known before anything is written"
    assert paces[-1] == 4.0, "and the time of reading isn't counted"
    assert turn.record["tokens_per_second"] == 4.0
    assert turn.record["seconds"]["first_token"] == 10.0


def test_too_short_a_time_is_no_measure(clock: Clock) -> None:
    engine = Timed(clock, (0.0, PROMPT), (1.0, Delta(text="a", tokens=1)), (1.05, Delta(text="b", tokens=40)))
    turn, _ = write(engine)
    assert "tokens_per_second" not in turn.record


# ---- scores


def scored(text: str, *ids: int, origin: str = "model") -> Delta:
    """A piece of tokens that know their id."""
    scores = tuple(Score(id, -id / 4, id / 2) for id in ids)
    return Delta(text=text, tokens=max(1, len(ids)), scores=scores, origin=origin)  # type: ignore[arg-type]


def test_each_token_has_its_place_in_the_text() -> None:
    turn, _ = write(
        Deltas(
            PROMPT,
            scored("So ", 1),
            scored("🙂", 2, 3),
            scored(" <", 4),  # held back: it may be a tag
            scored(" b</th", 5),
            scored("ink>", 6),
            scored("\n\n", 7),
            scored("4.", 8),
        )
    )
    assert (turn.text("reasoning"), turn.text("answer")) == ("So 🙂 < b", "\n\n4.")
    assert [(score.id, score.kind, score.end) for score in turn.scores] == [
        (1, "reasoning", 3),
        (2, "reasoning", 4),
        (3, "reasoning", 4),
        (4, "reasoning", 6),
        (5, "reasoning", 8),
        (6, "reasoning", 8),
        (7, "answer", 2),
        (8, "answer", 4),
    ]
    assert turn.scores[1].logprob == -0.5 and turn.scores[1].entropy == 1.0
    assert turn.scores[-1].id == 8 and [score.id for score in turn.scores[1:3]] == [2, 3]
    assert turn.record["scores"] == {
        "reasoning": {"mean_logprob": -0.875, "mean_entropy": 1.75},
        "answer": {"mean_logprob": -1.875, "mean_entropy": 3.75},
    }


def test_what_others_wrote_has_no_scores() -> None:
    turn, _ = write(Deltas(PROMPT, scored("a", 1), scored("</think>", 2, 3, origin="budget"), scored("b", 4)))
    assert [(score.id, score.kind, score.end) for score in turn.scores] == [(1, "reasoning", 1), (4, "answer", 1)]


def test_an_engine_that_tells_the_kinds_apart_may_have_scores_too() -> None:
    turn, _ = write(
        Deltas(
            Delta(text="a <", kind="reasoning", scores=(Score(1, -1.0, 0.5),)),
            Delta(text="</think>", kind="answer", scores=(Score(2, -1.0, 0.5),)),
        )
    )
    assert [(score.kind, score.end) for score in turn.scores] == [("reasoning", 3), ("answer", 8)]


def test_scores_are_not_in_what_is_stored_but_their_means_are() -> None:
    turn, _ = write(Deltas(PROMPT, scored("a", 1), scored("</th", 2)))
    assert len(turn.scores) == 2 and turn.scores[1].end == 5, "a half tag at the end is text"
    again = Turn.from_dict(turn.to_dict())
    assert len(again.scores) == 0 and again.record["scores"] == turn.record["scores"]
    unscored, _ = write(ScriptedEngine("a</think>b"))
    assert "scores" not in unscored.record


@given(st.lists(st.sampled_from(["<", "/", "think>", "</", "</think>", "<think>", " a", "🙂", "\n", "b"]), max_size=25))
def test_wherever_pieces_are_cut_the_tokens_cover_the_text_in_order(pieces: list[str]) -> None:
    turn, _ = write(Deltas(PROMPT, *(scored(piece, number) for number, piece in enumerate(pieces))))
    assert [score.id for score in turn.scores] == list(range(len(pieces)))
    kinds = [score.kind for score in turn.scores]
    thinks_again = "<think>" in "".join(pieces).partition("</think>")[2]
    assert thinks_again or kinds == sorted(kinds, reverse=True), "first all of the thought, then all of the answer"
    for kind in ("reasoning", "answer"):
        ends = [score.end for score in turn.scores if score.kind == kind]
        assert ends == sorted(ends)
        assert not ends or ends[-1] == len(turn.text(kind))  # type: ignore[arg-type]


def test_what_an_engine_says_of_itself_is_neither_changed_nor_followed() -> None:
    """It may give the same dictionary each time, and change it later."""
    about = {"model": "m", "versions": {"torch": "2"}, "files": ["a"]}
    before = copy.deepcopy(about)

    class Same(Deltas):
        def describe(self) -> dict[str, Any]:
            return about

    records = [write(Same(Delta(text="a"), Delta(finish_reason="stop")))[0].record for _ in range(2)]
    assert about == before
    assert records[0]["versions"] == records[1]["versions"] and records[1]["versions"]["torch"] == "2"
    records[0]["versions"]["torch"], records[0]["files"][0] = "x", "x"
    assert about == before
    about["versions"]["torch"] = "3"  # type: ignore[index]
    assert records[1]["versions"]["torch"] == "2"


@pytest.mark.parametrize("problem", [ZeroDivisionError("x"), KeyboardInterrupt(), SystemExit(1)])
def test_who_takes_the_pieces_may_fail(problem: BaseException) -> None:
    """The turn ends with an error, and has what was held back."""
    turn = Turn("question")
    engine = ScriptedEngine(["a thought", "</thi"])
    writing = write_turn(turn, complete(engine), Request(messages=[]), threading.Event())
    while "a thought" not in turn.reasoning:
        next(writing)
    next(writing, None)
    with contextlib.suppress(StopIteration):
        writing.throw(problem)
    assert (turn.finish_reason, turn.record["finish_reason"]) == ("error", "error")
    assert type(problem).__name__ in (turn.error or "")


def test_a_generator_that_is_closed_keeps_what_was_held_back() -> None:
    turn = Turn("question")
    engine = Deltas(Delta(prompt=Prompt(opens_thinking=True)), Delta(text="a thought</thi"), Delta(text="nk>"))
    writing = write_turn(turn, complete(engine), Request(messages=[]), threading.Event())
    while not turn.reasoning:
        next(writing)
    assert turn.reasoning == "a thought"
    writing.close()
    assert (turn.finish_reason, turn.reasoning) == ("cancelled", "a thought</thi")


def test_ids_without_a_text_are_the_replys_all_the_same() -> None:
    """Many models have more rows than their tokenizer has tokens; what goes on behind them goes on from the same ids."""
    turn, _ = write(
        Deltas(
            Delta(prompt=Prompt(opens_thinking=True)),
            Delta(text="Hm", ids=(1,), tokens=1),
            Delta(ids=(900, 901), tokens=2),
            Delta(text=".", ids=(2,), tokens=1),
            Delta(ids=(902,), tokens=1),
            Delta(finish_reason="length"),
        )
    )
    assert turn.ids.all.ids == (1, 900, 901, 2, 902)
    assert turn.record["tokens"]["reasoning"] == 5 and turn.reasoning == "Hm."
