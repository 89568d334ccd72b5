"""On which device a model will run, without torch."""

from __future__ import annotations

import importlib.metadata
import os
import sys

import pytest

from r1widget.engines.prospect import machine


@pytest.mark.parametrize(("named", "device"), [("cuda:1", "cuda"), ("cpu", "cpu"), ("mps", "mps"), ("meta", None)])
def test_as_it_is_named(named: str, device: str | None) -> None:
    assert machine.expected_device(named) == device


@pytest.mark.parametrize(
    ("gpu", "version", "visible", "device"),
    [
        (False, "2.9.0", None, "cpu"),
        (True, "2.9.0", None, "cuda"),
        (True, "2.9.0+cu128", "0,1", "cuda"),
        (True, "2.9.0+cpu", None, "cpu"),
        (True, "2.9.0", "", "cpu"),
    ],
)
def test_auto(monkeypatch: pytest.MonkeyPatch, gpu: bool, version: str, visible: str | None, device: str) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os.path, "exists", lambda path: gpu)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert machine.expected_device("auto") == device


def test_it_is_what_torch_finds_here() -> None:
    from r1widget.engines.weights.choosing import place

    assert machine.expected_device("auto") == place("auto")
