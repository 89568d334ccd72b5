"""Every scene of the page without a kernel, and everything that is asked of each: layout, contrast, axe, names, the keyboard.

Whether the questions would find something is tested beside each: test_axe.py, test_contrast.py. Chinese is in test_sizes.py.
"""

from __future__ import annotations

import pytest

from .demo import Stage
from .scenes import SCENES
from .visit import STATE, Question, questions, visit

Visits = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def visits() -> Visits:
    """What was found in the scenes that have been visited, by question."""
    return {}


@pytest.mark.parametrize(
    ("scene", "question"), [(scene, question) for scene in SCENES for question in questions(scene)]
)
def test_nothing_is_wrong(stage: Stage, visits: Visits, scene: str, question: str) -> None:
    if scene not in visits:
        visits[scene] = visit(stage, scene)
    assert visits[scene][question] == []


def test_each_question_finds_the_page_as_it_was_loaded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the one before has done to it; and none keeps the others from being asked."""
    changes = {
        "types": "() => void (document.querySelector('.r1-draft').value = 'a draft')",
        "removes": "() => document.querySelector('.r1-answer').remove()",
        "opens": "() => document.querySelector('.r1 [popover]').showPopover()",
        "folds": "() => document.querySelector('.r1-fold').click()",
        "looks away": "() => document.querySelector('.r1-draft').focus()",
        "complains": "() => console.error('a word of the page')",
        "fails": "() => { throw new Error('a question that cannot be asked') }",
        "darkens": "() => document.documentElement.dataset.theme = 'dark'",
        "looks": "() => null",
    }
    before: list[str] = []

    def question(change: str) -> Question:
        def ask(stage: Stage, _: str) -> list[str]:
            before.append(stage.page.evaluate(STATE))
            stage.page.evaluate(change)
            return []

        return ask

    monkeypatch.setattr("tests.browser.visit.QUESTIONS", {name: question(change) for name, change in changes.items()})
    found = visit(stage, "answered")
    assert len(before) == len(changes) and len(set(before)) == 1
    assert {name for name, problems in found.items() if problems} == {"complains", "fails"}
    assert found["complains"] == ["the console says: a word of the page"]
    assert "a question that cannot be asked" in found["fails"][0]
