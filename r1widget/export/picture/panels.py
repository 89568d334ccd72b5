"""`figure`: the panels of a turn's picture, drawn with matplotlib. Only words and numbers of ours are in it: what a model or a
person wrote could be taken for a formula, and could have signs that the font hasn't."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from ...conversation.turn import Turn
from ...number import whole
from ...reasoning import Kind
from ...reasoning.cues import StepKind
from ..facts import thought
from ..optional import optional
from .axis import Axis
from .series import Pace, Part, Stretch

WIDTH, HEAD = 7.6, 0.9
"""Inches: of the whole picture, and of what is above and below its panels."""
COLOURS: dict[Kind, str] = {"reasoning": "#0072B2", "answer": "#D55E00"}
"""Okabe and Ito's blue and vermilion, which any colour vision tells apart; the marks differ too."""
MARKS: dict[Kind, str] = {"reasoning": "o", "answer": "D"}
NAMES: dict[Kind, str] = {"reasoning": "thought", "answer": "answer"}
ROWS: tuple[tuple[str, tuple[StepKind, ...], str], ...] = (
    ("goes on", ("step", "plan", "conclusion"), "#BBBBBB"),
    ("another way", ("alternative",), "#117733"),
    ("checks", ("check",), "#AA3377"),
)
"""From below. Their places tell them apart, and their colours again."""
INK, QUIET = "#222222", "#666666"


class _Panel(NamedTuple):
    title: str
    height: float
    """Inches."""
    draw: Callable[[Any], None]


def figure(
    turn: Turn, axis: Axis, paces: Sequence[Pace], stretches: Sequence[Stretch], parts: Sequence[Part]
) -> tuple[Any, str]:
    """A `matplotlib.figure.Figure` with a panel for each that isn't empty, and in words what they are."""
    panels: list[_Panel] = []
    if paces:
        panels.append(_Panel("Tokens per second, while it thought", 1.4, lambda axes: _draw_paces(axes, paces)))
    if stretches:
        panels.append(_Panel(_probable(stretches), 1.7, lambda axes: _draw_stretches(axes, stretches)))
    if parts:
        panels.append(_Panel(_looks_back(parts), 1.2, lambda axes: _draw_parts(axes, parts)))
    return _drawn(turn, axis, panels), "; ".join(panel.title for panel in panels)


def style() -> AbstractContextManager[None]:
    """While this is held, a person's own style for pictures isn't used. Ticks are made when a figure is written, so this is
    needed then too."""
    context: AbstractContextManager[None] = _matplotlib("style").context(
        ["default", {"font.size": 9, "text.color": INK, "axes.edgecolor": QUIET}]
    )
    return context


def _matplotlib(part: str) -> Any:
    """None of them is pyplot, which keeps what is drawn and may open a window."""
    return optional(f"matplotlib.{part}", "A picture of a turn")


def _drawn(turn: Turn, axis: Axis, panels: Sequence[_Panel]) -> Any:
    heights = [panel.height for panel in panels]
    with style():
        made = _matplotlib("figure").Figure(
            figsize=(WIDTH, HEAD + sum(heights)), layout="constrained", facecolor="white"
        )
        _matplotlib("backends.backend_agg").FigureCanvasAgg(made)
        made.suptitle(_title(turn), x=0.012, ha="left", fontsize=10)
        grid = made.subplots(len(panels), sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
        for axes, panel in zip(grid, panels, strict=True):
            axes.set_title(panel.title, loc="left", fontsize=9)
            axes.spines[["top", "right"]].set_visible(False)
            axes.tick_params(color=QUIET, labelcolor=INK)
            panel.draw(axes)
        grid[-1].set_xlim(0, max(1, axis.end))
        grid[-1].set_xlabel(axis.label)
        grid[-1].xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return made


def _draw_paces(axes: Any, paces: Sequence[Pace]) -> None:
    edges = [*(pace.start for pace in paces), paces[-1].end]
    axes.stairs(
        [pace.tokens_per_second for pace in paces], edges, baseline=None, color=COLOURS["reasoning"], linewidth=1.4
    )
    axes.set_ylim(0, max(pace.tokens_per_second for pace in paces) * 1.15 or 1)


def _draw_stretches(axes: Any, stretches: Sequence[Stretch]) -> None:
    for kind, colour in COLOURS.items():
        which = [stretch for stretch in stretches if stretch.kind == kind]
        if which:
            means = [stretch.mean for stretch in which]
            places, lowest = zip(*(stretch.lowest for stretch in which), strict=True)
            starts, ends = [stretch.start for stretch in which], [stretch.end for stretch in which]
            axes.vlines(places, lowest, means, colors=colour, linewidth=0.6, alpha=0.5)
            axes.hlines(means, starts, ends, colors=colour, linewidth=2.2)
            axes.plot(places, lowest, MARKS[kind], color=colour, markersize=3.5, markeredgewidth=0, label=NAMES[kind])
    axes.set_ylim(-0.04, 1.06)
    axes.set_yticks([0, 0.5, 1], ["0", "½", "1"])
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    # In the line of the title, where it covers nothing.
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 0.97), ncols=2, fontsize=9, frameon=False, handlelength=1, borderpad=0.2
    )


def _draw_parts(axes: Any, parts: Sequence[Part]) -> None:
    for row, (_, kinds, colour) in enumerate(ROWS):
        bars = [(part.start, part.end - part.start) for part in parts if part.kind in kinds]
        # White between two steps, where there is room for it. Of very many, each is less than a pixel wide: then the shade says how
        # dense they are, and a line around each would hide that.
        many = len(parts) >= 400
        edge = "white" if len(parts) < 60 else colour
        axes.broken_barh(
            bars, (row - 0.38, 0.76), facecolor=colour, edgecolor=edge, linewidth=0 if many else 0.7, snap=not many
        )
    axes.set_yticks(range(len(ROWS)), [name for name, *_ in ROWS])
    axes.set_ylim(-0.6, len(ROWS) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _probable(stretches: Sequence[Stretch]) -> str:
    together = max(stretch.steps for stretch in stretches)
    each = "each step" if together == 1 else f"every {together} steps"
    return f"Probability of the tokens: mean of {each}, and the lowest"


def _looks_back(parts: Sequence[Part]) -> str:
    count = sum(part.kind == "check" for part in parts)
    steps = f"{len(parts):,} step{'' if len(parts) == 1 else 's'}"
    return f"Where the thought looks back, by the first words of a step: {count:,} of {steps}"


def _title(turn: Turn) -> str:
    tokens = turn.record.get("tokens")
    count = whole(tokens.get("answer")) if isinstance(tokens, Mapping) else None
    said = [thought(turn)] if turn.reasoning else []
    if type(count) is int and count > 0:
        said.append(f"{count:,} token{'' if count == 1 else 's'} of answer")
    return " · ".join(said)
