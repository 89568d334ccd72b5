"""A chat's template, as it is asked for a prompt."""

from __future__ import annotations

import gc
import weakref

from r1widget.engines.local import TransformersEngine
from r1widget.errors import EngineError
from tests.engines.scripted import engine, folder, one_core

__all__ = ["engine", "folder", "one_core"]  # fixtures


def test_a_template_that_refuses_keeps_nobody_in_memory(engine: TransformersEngine) -> None:
    """The traceback that jinja writes anew is a circle, and holds all that called it."""

    class Caller:
        """Stands for a model that is being loaded."""

    refusals = []

    def ask(caller: Caller) -> weakref.ref[Caller]:
        try:
            engine.prompts._apply([{"role": "user", "content": "q"}], frozenset(["user"]))
        except EngineError as error:
            refusals.append(str(error))
        return weakref.ref(caller)

    gc.collect()
    gc.disable()
    try:
        caller = ask(Caller())  # not in the assert, which would keep what it asserts of
        assert caller() is None and len(refusals) == 1
    finally:
        gc.enable()
