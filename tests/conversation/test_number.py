"""Numbers of numpy and others are numbers, wherever one is asked for."""

from __future__ import annotations

import enum
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from r1widget import ChatWidget
from r1widget.errors import ConversationError, SettingsError
from r1widget.number import number, whole
from r1widget.settings import Settings
from r1widget.testing import ScriptedEngine

np64: Any = np.int64  # for a type checker it is no int
THOUGHT = "First one.\n\nThen two.\n\nSo three.</think>4"


class _Three(enum.IntEnum):
    THREE = 3


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3), torch.tensor(3), _Three.THREE])
def test_whole_numbers_become_pythons(value: Any) -> None:
    for function in (whole, number):
        assert function(value) == 3 and type(function(value)) is int


@pytest.mark.parametrize(
    "value", [0.5, np.float32(0.5), np.float16(0.5), np.float64(0.5), Decimal("0.5"), Fraction(1, 2)]
)
def test_real_numbers_become_pythons(value: Any) -> None:
    assert number(value) == 0.5 and type(number(value)) is float
    assert whole(value) is value


@pytest.mark.parametrize("value", [None, True, np.bool_(True), "3", b"3", 1j, np.complex64(1), [3], np.array([3])])
def test_what_is_no_number_stays(value: Any) -> None:
    assert whole(value) is value and number(value) is value


def test_settings_of_numpy_are_stored_as_json_can_carry_them() -> None:
    given: Any = {"temperature": np.float32(0.5), "top_p": Decimal("0.5"), "max_tokens": np.int64(9)}
    settings = Settings(**given, thinking_budget=np64(4)).replace({"seed": np.int64(3)})
    assert settings == Settings(temperature=0.5, top_p=0.5, max_tokens=9, thinking_budget=4, seed=3)
    assert json.loads(json.dumps(settings.to_dict())) == settings.to_dict()
    assert Settings(temperature=np64(0)).temperature == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", np.bool_(True)),
        ("max_tokens", np.float32(9)),
        ("max_tokens", Decimal(9)),
        ("temperature", np.bool_(False)),
        ("temperature", np.float32("nan")),
        ("temperature", Decimal("sNaN")),
        ("temperature", np.array([0.5])),
        ("temperature", Fraction(10**400)),
        ("thinking_budget", np.int64(-1)),
    ],
)
def test_settings_that_cannot_be_are_refused_whoever_made_them(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"{name}="):
        Settings(**{name: value})


def test_the_acts_of_a_chat_take_them() -> None:
    chat = ChatWidget(ScriptedEngine(THOUGHT), settings={"seed": np64(1)})
    turn = chat.ask("q", temperature=np.float32(0), thinking_budget=np64(500))
    json.dumps(turn.to_dict())
    cut = chat.wait(chat.continue_from(turn, np64(0)))
    assert cut.reasoning.startswith("First one.")
    assert len(chat.fork(turn, step=np64(1), k=np64(2))) == 2
    chat.regenerate(turn, n=np64(2))
    assert turn.wait(np64(1))
    chat.thinking_budget = np64(7)
    assert chat.settings.thinking_budget == 7
    json.dumps(chat.get_state("thinking_budget"))


@pytest.mark.parametrize("step", [True, "1", 1.0, None])
def test_what_is_no_step_is_refused(step: Any) -> None:
    chat = ChatWidget(ScriptedEngine(THOUGHT))
    with pytest.raises(ConversationError, match="is no step"):
        chat.continue_from(chat.ask("q"), step)


@pytest.mark.parametrize("k", [True, 0, 17, 2.0, "2", None])
def test_what_is_no_number_of_continuations_is_refused(k: Any) -> None:
    chat = ChatWidget(ScriptedEngine(THOUGHT))
    with pytest.raises(SettingsError, match=r"continuations can't be"):
        chat.fork(chat.ask("q"), k=k)
