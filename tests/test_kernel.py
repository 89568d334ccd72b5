"""What is known of a kernel, of kinds that tell more and less."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Output

from r1widget import kernel
from r1widget.kernel import Run, is_captured, this_run


def kernel_that_says(monkeypatch: pytest.MonkeyPatch, **has: Any) -> None:
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: True)
    monkeypatch.setattr(InteractiveShell, "instance", lambda: SimpleNamespace(kernel=SimpleNamespace(**has)))


@pytest.mark.parametrize(
    ("parent", "run"),
    [
        ({"header": {"msg_type": "execute_request", "msg_id": "m"}, "metadata": {"cellId": "c"}}, Run("m", "c")),
        ({"header": {"msg_type": "execute_request", "msg_id": "m"}, "metadata": {}}, Run("m", None)),
        ({"header": {"msg_type": "execute_request", "msg_id": "m"}}, Run("m", None)),
        ({"header": {"msg_type": "comm_msg", "msg_id": "m"}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_run_that_code_is_part_of(monkeypatch: pytest.MonkeyPatch, parent: Any, run: Run | None) -> None:
    kernel_that_says(monkeypatch, get_parent=lambda channel: parent)
    assert this_run() == run


def test_a_kernel_that_does_not_say_and_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert this_run() is None
    kernel_that_says(monkeypatch)
    assert this_run() is None and kernel.in_kernel()


def test_what_an_output_takes() -> None:
    run = Run("m", None)
    assert not is_captured(run)
    output = Output()
    output.msg_id = "m"  # as it says of itself while a `with` is entered
    assert is_captured(run) and not is_captured(Run("n", None))
    output.msg_id = ""
    assert not is_captured(run)
