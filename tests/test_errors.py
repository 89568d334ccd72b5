"""The tree of errors: complete, told of in its docstring, and each says what is wrong and what can be done."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from r1widget import errors
from r1widget.errors import EngineError, R1WidgetError

ALL = [value for value in vars(errors).values() if inspect.isclass(value)]


def test_the_docstring_draws_the_tree() -> None:
    drawn: list[tuple[str, str]] = []
    path: list[str] = []
    assert errors.__doc__ is not None
    for line in errors.__doc__.splitlines():
        found = re.match(r"    ((?:[│ ]   )*)(?:[├└]── )?(\w+)(?:  |$)", line)
        if found and found[2] in vars(errors):
            depth = (line.index(found[2]) - 4) // 4
            path[depth:] = [found[2]]
            drawn.append((found[2], path[-2] if depth else "Exception"))
    assert sorted(drawn) == sorted((error.__name__, error.__bases__[0].__name__) for error in ALL)


@pytest.mark.parametrize("error", ALL)
def test_each_is_in_the_tree_and_explained(error: type[R1WidgetError]) -> None:
    assert issubclass(error, R1WidgetError)
    assert error.__doc__
    assert error.__doc__.endswith(".")
    assert str(error("It is wrong.", "Do this.")) == "It is wrong. Do this."
    assert str(error("It is wrong.")) == "It is wrong."
    caught = error("It is wrong.", "Do this.")
    assert (caught.what, caught.remedy) == ("It is wrong.", "Do this.")
    again = pickle.loads(pickle.dumps(caught))
    assert (type(again), again.what, again.remedy) == (error, "It is wrong.", "Do this.")


def test_what_is_also_something_pythons_own() -> None:
    assert issubclass(errors.SettingsError, ValueError)
    assert issubclass(errors.NoSuchQuantization, ValueError)
    assert [error for error in ALL if issubclass(error, EngineError)] == ALL[ALL.index(EngineError) :]
