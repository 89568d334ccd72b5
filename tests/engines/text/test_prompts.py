"""A chat's template, as it is asked for a prompt."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from r1widget.engines.text.prompts import Prompts
from r1widget.engines.text.tokens import Tokens, load_tokenizer
from r1widget.errors import EngineError
from tests import tiny


def test_a_template_that_refuses_keeps_nobody_in_memory(tmp_path: Path) -> None:
    """The traceback that jinja writes anew is a circle, and holds all that called it."""

    class Caller:
        """Stands for a model that is being loaded."""

    tiny.tokenizer_file(tmp_path, template="{{ raise_exception('no questions') }}")
    tokenizer = load_tokenizer(tmp_path, "tiny")
    prompts = Prompts(tokenizer, Tokens(tokenizer), "tiny")
    refusals = []

    def ask(caller: Caller) -> weakref.ref[Caller]:
        try:
            prompts.build([{"role": "user", "content": "q"}])
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
