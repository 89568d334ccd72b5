"""`plot`: a picture of how a turn was written; `Picture`, which any notebook shows, and GitHub.

axis     where in the reply something stands
series   what is shown, as numbers
panels   how it is drawn
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from ...conversation.turn import Turn
from ...errors import ExportError
from ..file import replace, writable
from .axis import axis_of
from .panels import figure, style
from .series import pace, parts, stretches

SHARPNESS = 120
"""Dots per inch: as wide as a notebook's text."""


class Picture:
    """A figure of matplotlib that shows itself as the last line of a cell, with `%matplotlib` or without. No window, no pyplot."""

    def __init__(self, figure: Any, said: str) -> None:
        self.figure = figure
        """A `matplotlib.figure.Figure`, to be changed at will."""
        self._said = said

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file, in the format of its suffix: `.png`, `.svg`, `.pdf`, …; returns the path."""
        suffix = Path(path).suffix.lower().removeprefix(".")
        formats = sorted(self.figure.canvas.get_supported_filetypes())
        if suffix not in formats:
            raise ExportError(
                f"{Path(path).name!r} doesn't end in a format of pictures.", f"There are: .{', .'.join(formats)}."
            )
        target = writable(path)
        replace(target, self._as(suffix))
        return target

    def _as(self, format: str) -> bytes:
        file = io.BytesIO()
        with style():  # white below it in any case: a dark page shows it as a light one does
            self.figure.savefig(file, format=format, dpi=SHARPNESS, facecolor="white", transparent=False)
        return file.getvalue()

    def _repr_png_(self) -> bytes:
        return self._as("png")

    def __repr__(self) -> str:
        return f"<Picture of {self._said}>"


def plot(turn: Turn) -> Picture:
    """A turn as a picture, as it stands. What isn't known of it has no panel; `ExportError` where nothing is."""
    scores = turn.scores[:]
    axis = axis_of(turn, scores)
    known = pace(turn, axis), stretches(turn, scores), parts(turn, axis)
    if not any(known):
        raise ExportError(
            "There is nothing to draw of this turn: it has no thought, and its tokens have no probabilities.",
            "Draw one that thought, or that a model on this machine wrote while this kernel ran.",
        )
    return Picture(*figure(turn, axis, *known))
