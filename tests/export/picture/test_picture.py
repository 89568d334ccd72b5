"""`turn.plot()`: what each panel shows, which panels there are, and that the picture shows itself without a window."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure

from r1widget import Chat
from r1widget.conversation.scores import Score
from r1widget.conversation.timeline import Timeline
from r1widget.conversation.turn import Turn
from r1widget.errors import ExportError, MissingLibrary
from r1widget.export.picture.axis import axis_of
from r1widget.export.picture.series import MOST, Pace, Part, pace, parts, stretches

PNG = b"\x89PNG\r\n\x1a\n"


def token(turn: Turn, kind: str, text: str, probability: float = 1.0) -> None:
    turn.append(kind, text)  # type: ignore[arg-type]
    turn.scores.add([Score(1, math.log(probability), 0.0)], kind, len(turn.text(kind)))  # type: ignore[arg-type]


@pytest.fixture
def turn() -> Turn:
    turn = Turn("?")
    token(turn, "reasoning", "It is", 0.5)
    token(turn, "reasoning", " 4.", 1.0)
    token(turn, "reasoning", "\n\n", 0.75)
    token(turn, "reasoning", "Wait,", 0.25)
    token(turn, "reasoning", " no.", 0.75)
    token(turn, "answer", "5", 1.0)
    turn.timeline = Timeline([(0, 0, 1.0), (10, 3, 2.0), (19, 5, 2.5)])
    turn.end("stop", thinking_ended_by="model")
    return turn


def titles(figure: Figure) -> list[str]:
    return [axes.get_title(loc="left").partition(",")[0].partition(":")[0] for axes in figure.axes]


def test_a_real_turn_has_three_panels_and_shows_itself() -> None:
    picture = Chat("pocket", settings={"seed": 2}).ask("What is 17 × 24?").plot()
    assert isinstance(picture.figure, Figure)
    shown, _ = DisplayFormatter().format(picture)
    assert shown["image/png"].startswith(PNG) and shown["text/plain"] == repr(picture)
    assert titles(picture.figure)[1:] == ["Probability of the tokens", "Where the thought looks back"]
    assert repr(picture).startswith("<Picture of ")


def test_the_pace_is_of_the_tokens_between_two_marks(turn: Turn) -> None:
    found = pace(turn, axis_of(turn, turn.scores[:]))
    assert found == [Pace(0, 3, 3.0), Pace(3, 5, 4.0)], "over the tokens of the reply"


def test_a_pace_over_too_short_a_time_is_not_told(turn: Turn) -> None:
    axis = axis_of(turn, turn.scores[:])
    turn.timeline = Timeline([(0, 0, 1.0), (10, 3, 1.01), (19, 5, 1.02)])
    assert pace(turn, axis) == []
    turn.timeline = Timeline([(0, 0, 1.0), (10, 3, 1.5), (19, 5, 1.52)])
    assert pace(turn, axis) == [Pace(0, 5, 5 / (1.52 - 1.0))], "what is too short belongs to the last"
    turn.timeline = Timeline([(0, 0, 1.0), (10, 3, 2.0), (5, 9, 1.0), (19, 2, 2.0)])
    assert pace(turn, axis) == [Pace(0, 5, 2.0)], "a damaged one is no reason to fail"


def test_probabilities_are_told_step_by_step_and_by_kind(turn: Turn) -> None:
    one, two, answer = stretches(turn, turn.scores[:])
    assert (one.kind, one.start, one.end, one.lowest) == ("reasoning", 0, 3, (0.5, pytest.approx(0.5)))
    assert one.mean == pytest.approx(0.75)
    assert (two.start, two.end, two.mean, two.lowest[0]) == (3, 5, pytest.approx(0.5), 3.5)
    assert (answer.kind, answer.start, answer.end) == ("answer", 5, 6)


def test_of_very_many_steps_some_are_taken_together() -> None:
    turn = Turn("?")
    for number in range(300):
        token(turn, "reasoning", "Wait, no.\n\n", 0.25 if number == 100 else 1.0)
    found = stretches(turn, turn.scores[:])
    assert len(found) == MOST and {stretch.steps for stretch in found} == {5}
    assert [stretch.lowest for stretch in found if stretch.mean < 1] == [(100.5, pytest.approx(0.25))]
    assert "every 5 steps" in repr(turn.plot())


def test_steps_stand_where_their_tokens_do(turn: Turn) -> None:
    assert parts(turn, axis_of(turn, turn.scores[:])) == [Part("step", 0, 3), Part("check", 3, 5)]
    assert "1 of 2 steps" in repr(turn.plot())


def test_a_text_that_was_there_before_is_not_drawn() -> None:
    turn = Turn("?")
    turn.append("reasoning", "It is 4.\n\n")
    turn.record["begins"] = {"part": "reasoning", "ids": 0, "reasoning": 10, "answer": 0}
    token(turn, "reasoning", "Wait, no.")
    assert parts(turn, axis_of(turn, turn.scores[:])) == [Part("check", 0, 1)]


def test_what_is_not_known_has_no_panel(turn: Turn) -> None:
    read = Turn.from_dict(turn.to_dict())
    assert titles(read.plot().figure) == ["Tokens per second", "Where the thought looks back"]
    assert read.plot().figure.axes[-1].get_xlabel() == "tokens of the thought"
    read.timeline = Timeline()
    assert titles(read.plot().figure) == ["Where the thought looks back"]
    assert read.plot().figure.axes[-1].get_xlabel() == "characters of the thought"
    answer = Turn("?")
    token(answer, "answer", "5")
    assert titles(answer.plot().figure) == ["Probability of the tokens"]


def test_tokens_without_any_text_are_drawn_too() -> None:
    turn = Turn("?")
    turn.scores.add([Score(1, -1.0, 0.0)], "reasoning", 0)
    assert titles(turn.plot().figure) == ["Probability of the tokens"]


def test_a_turn_with_nothing_to_draw_says_so() -> None:
    turn = Turn("?")
    turn.append("answer", "4")
    with pytest.raises(ExportError, match="nothing to draw of this turn"):
        turn.plot()


def test_it_is_white_and_the_same_in_any_style_of_a_persons(turn: Turn) -> None:
    plain = turn.plot()._repr_png_()
    with mpl.rc_context(
        {"axes.facecolor": "black", "figure.facecolor": "black", "savefig.transparent": True, "font.size": 30}
    ):
        before = dict(mpl.rcParams)
        assert turn.plot()._repr_png_() == plain
        assert dict(mpl.rcParams) == before


def test_no_text_of_a_model_or_a_person_is_in_it() -> None:
    turn = Turn("$\\frac{$ 等等")
    token(turn, "reasoning", "$\\frac{$ 等等。\n\n等等，$")
    turn.record = {"model": "$\\frac{$", "tokens": {"answer": 1}}
    figure = turn.plot().figure
    assert turn.plot()._repr_png_().startswith(PNG)
    drawn = [text.get_text() for text in figure.findobj(mpl.text.Text)]
    assert not any("frac" in text or "等" in text for text in drawn)


@pytest.mark.parametrize(("suffix", "begins"), [("png", PNG), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_it_is_saved_in_the_format_of_the_suffix(turn: Turn, tmp_path: Path, suffix: str, begins: bytes) -> None:
    path = turn.plot().save(tmp_path / f"turn.{suffix}")
    assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize("name", ["turn", "turn.docx"])
def test_a_file_of_no_format_is_refused(turn: Turn, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=rf"'{name}' doesn't end in a format of pictures. There are: .*\.png"):
        turn.plot().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_it_says_how_to_get_it(turn: Turn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingLibrary, match=r"needs matplotlib, which isn't installed\. pip install matplotlib"):
        turn.plot()


def test_there_is_no_window_and_no_pyplot() -> None:
    program = (
        "import sys\nfrom r1widget.conversation.turn import Turn\n"
        "turn = Turn('?')\nturn.append('reasoning', 'Wait.')\nassert turn.plot()._repr_png_()\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr
