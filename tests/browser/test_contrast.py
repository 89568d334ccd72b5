"""Whether what can't be read would be found; test_scenes.py looks at every scene."""

from __future__ import annotations

import pytest

from .contrast import hover, leave, look
from .demo import Stage
from .scenes import WIDE


@pytest.fixture(autouse=True)
def wide(stage: Stage) -> None:
    stage.resize(WIDE)


@pytest.mark.parametrize(
    ("change", "ratio"),
    [
        (".r1-answer { color: #999 }", "2.85 : 1"),
        (".r1-answer { opacity: 0.5 }", "3.19 : 1"),
        (".r1-answer { background: #777 }", "4.27 : 1"),
        (".r1 .r1-draft::placeholder { color: #bbb; opacity: 1 }", "1.92 : 1"),
        (".r1-icon { color: #aaa }", "2.32 : 1"),
        (".r1-answer::after { content: 'more'; color: #aaa }", "2.32 : 1"),
    ],
)
def test_what_cannot_be_read_is_found(stage: Stage, change: str, ratio: str) -> None:
    page = stage.show("answered")
    page.add_style_tag(content=change)
    problems = look(page)["problems"]
    assert any(problem.startswith(ratio) for problem in problems), problems


def test_what_is_hovered_is_found(stage: Stage) -> None:
    page = stage.show("answered")
    page.add_style_tag(content=".r1 button:hover { color: #ddd !important }")
    assert look(page)["problems"] == []
    hover(page)
    assert look(page)["problems"] != []
    leave(page)
    assert look(page)["problems"] == []
