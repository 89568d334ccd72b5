"""Pictures that are kept, and what is different in a new one.

Two are compared in squares of 2 × 2 pixels, by their mean colour: how an edge is smoothed makes little difference, a line that is one
pixel lower or another grey does. In larger squares three dots could move, and none would tell. Which pictures there are is in test_pictures.py.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

KEPT = Path(__file__).parent / "pictures"
FOUND = Path(__file__).parent / "screenshots" / "pictures"
RENEW = "R1WIDGET_PICTURES=write pytest tests/browser/test_pictures.py"

SQUARE = 2
"""Pixels of a side."""
TOLERANCE = 8
"""Of 255, in red, green or blue. A kept picture has 128 colours; with that its squares are off by less."""
SPOTS = 4
"""Squares that may differ more than that."""


def is_writing() -> bool:
    return os.environ.get("R1WIDGET_PICTURES") == "write"


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def differing(kept: Image.Image, new: Image.Image) -> list[tuple[int, int]]:
    """The squares, by column and row, in which the two are not the same. What only one of them has is different."""
    size = (max(kept.width, new.width), max(kept.height, new.height))
    change = ImageChops.difference(_means(kept, size, (255, 0, 255)), _means(new, size, (0, 255, 0)))
    largest = change.getchannel("R")
    for channel in ("G", "B"):
        largest = ImageChops.lighter(largest, change.getchannel(channel))
    width = largest.width
    return [(at % width, at // width) for at, value in enumerate(largest.tobytes()) if value > TOLERANCE]


def _means(picture: Image.Image, size: tuple[int, int], around: tuple[int, int, int]) -> Image.Image:
    ground = Image.new("RGB", size, around)
    ground.paste(picture)
    return ground.reduce(SQUARE)


def marked(kept: Image.Image, new: Image.Image, spots: list[tuple[int, int]]) -> Image.Image:
    """The new one, pale, with what differs in red; beside it the kept one."""
    both = Image.new("RGB", (kept.width + new.width + 8, max(kept.height, new.height)), "white")
    both.paste(Image.blend(new, Image.new("RGB", new.size, "white"), 0.6))
    draw = ImageDraw.Draw(both)
    for column, row in spots:
        left, top = column * SQUARE, row * SQUARE
        draw.rectangle((left, top, left + SQUARE - 1, top + SQUARE - 1), fill="red")
    both.paste(kept, (new.width + 8, 0))
    return both


def keep(name: str, picture: Image.Image) -> None:
    """With few colours, since it lies in the repository."""
    KEPT.mkdir(exist_ok=True)
    few = picture.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(KEPT / f"{name}.png", optimize=True)


def complaint(name: str, png: bytes) -> str | None:
    """What is to be said of a new picture; nothing, if it is as the kept one. A new one is kept where that is asked for."""
    new, path = opened(png), KEPT / f"{name}.png"
    kept = Image.open(path).convert("RGB") if path.exists() else None
    spots = [] if kept is None else differing(kept, new)
    if kept is not None and len(spots) <= SPOTS:
        return None
    if is_writing():
        keep(name, new)
        return None
    FOUND.mkdir(parents=True, exist_ok=True)
    new.save(FOUND / f"{name}.png")
    if kept is None:
        return f"There is no picture {path}. Look at {FOUND / name}.png; to keep it: {RENEW}"
    marked(kept, new, spots).save(FOUND / f"{name}-changed.png")
    columns, rows = [sorted(side) for side in zip(*spots, strict=True)]
    box = [side * SQUARE for side in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)]
    return (
        f"{name} looks otherwise in {len(spots)} squares of {SQUARE} pixels, within x {box[0]} to {box[2]}, y {box[1]} to {box[3]}: "
        f"see {FOUND / name}-changed.png. If that is meant: {RENEW} -k {name}, and commit what it writes."
    )
