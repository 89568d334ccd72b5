"""`Settings`: what each may be, and what it says of what it can't be."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from r1widget.errors import R1WidgetError, SettingsError
from r1widget.settings import Settings


def test_the_defaults() -> None:
    assert Settings().to_dict() == {
        "temperature": 0.6,
        "top_p": 0.95,
        "max_tokens": 8192,
        "thinking_budget": None,
        "budget_message": "",
        "stop_loops": False,
        "seed": None,
        "system": None,
    }


def test_the_page_has_the_same_defaults() -> None:
    """js/src/wire/usual.ts is held to the same file."""
    assert Settings().to_dict() == json.loads((Path(__file__).parent / "wire" / "settings.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("temperature", [0, 0.0, 1, 2, 0.6]),
        ("top_p", [1, 1.0, 0.001]),
        ("max_tokens", [1, 10**6]),
        ("thinking_budget", [None, 0, 1, 10**6]),
        ("seed", [None, 0, 2**63 - 1]),
        ("system", [None, "", "Be brief."]),
    ],
)
def test_what_can_be(name: str, values: list[Any]) -> None:
    for value in values:
        assert getattr(Settings(**{name: value}), name) == value
        assert getattr(Settings().replace({name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "values", "remedy"),
    [
        (
            "temperature",
            [-0.1, 2.01, "0.6", None, True, float("nan"), float("inf"), 1j],
            "Give a number from 0 to 2.",
        ),
        ("top_p", [0, 0.0, 1.01, -1, "1", None, True, float("nan")], "Give a number above 0, up to 1."),
        ("max_tokens", [0, -1, 1.5, 100.0, "9", None, True], "Give a whole number from 1 up."),
        ("thinking_budget", [-1, 1.5, "9", False], "Give None or a whole number from 0 up."),
        ("seed", [-1, 2**63, 1.0, "1", True], "Give None or a whole number from 0 to 2**63 - 1."),
        ("system", [1, b"x", ["x"]], "Give None or a text."),
    ],
)
def test_what_cannot_be(name: str, values: list[Any], remedy: str) -> None:
    for value in values:
        for make in (
            lambda name, value: Settings(**{name: value}),
            lambda name, value: Settings().replace({name: value}),
        ):
            with pytest.raises(SettingsError) as caught:
                make(name, value)
            assert str(caught.value) == f"{name}={value!r} can't be. {remedy}"
            assert isinstance(caught.value, ValueError)
            assert isinstance(caught.value, R1WidgetError)


def test_an_unknown_name_has_a_hint() -> None:
    with pytest.raises(TypeError, match=r"There is no setting 'temprature'\. Did you mean 'temperature'\?"):
        Settings().replace({"temprature": 1})
    names = "temperature, top_p, max_tokens, thinking_budget, budget_message, stop_loops, seed, system"
    with pytest.raises(TypeError, match=rf"There are: {names}\."):
        Settings().replace({"zzz": 1})
    with pytest.raises(TypeError):
        Settings(temprature=1)  # type: ignore[call-arg]


def test_replacing_leaves_the_others_and_the_original() -> None:
    first = Settings(seed=3)
    second = first.replace({"temperature": 0, "max_tokens": 5})
    assert second == Settings(seed=3, temperature=0, max_tokens=5)
    assert first == Settings(seed=3)
    assert first.replace({}) == first


def test_they_are_values() -> None:
    assert hash(Settings(seed=1)) == hash(Settings(seed=1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().seed = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        Settings(0.6)  # type: ignore[misc]
    assert Settings(**Settings(seed=1, system="x").to_dict()) == Settings(seed=1, system="x")
