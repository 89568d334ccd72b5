"""`Secret`: a key that shows itself nowhere; `key_from`: where a key may come from."""

from __future__ import annotations

import getpass
import hashlib
import os
import secrets
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from ...errors import EngineError

ASK = "ask"
"""`api_key="ask"`: let the person type it, unseen."""
ANYWHERE = "R1WIDGET_API_KEY"
HOUSES = {
    "api.openai.com": "OPENAI_API_KEY",
    "api.deepseek.com": "DEEPSEEK_API_KEY",
    "openrouter.ai": "OPENROUTER_API_KEY",
}
"""Variables that belong to one house: its key is sent to nobody else."""

_SALT = secrets.token_bytes(16)


class Secret:
    """A text that is in no `repr`, no `vars`, no pickle and no copy; only `reveal` gives it.

    Its `repr` differs from that of another key, so that it may stand in a dictionary's key, and says nothing else: it
    is a keyed hash, and the hash's key is new in each process.
    """

    __slots__ = ("_reveal",)

    def __init__(self, text: str) -> None:
        self._reveal: Callable[[], str] = lambda: text

    def reveal(self) -> str:
        """The text. Hand it on at once, and keep it in no variable: tracebacks show those."""
        return self._reveal()

    def hide(self, text: str) -> str:
        """`text` without the secret in it."""
        return text.replace(self._reveal(), "…")

    def __repr__(self) -> str:
        return f"<a key, {hashlib.blake2b(self._reveal().encode(), digest_size=4, key=_SALT).hexdigest()}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._reveal() == other._reveal()

    def __hash__(self) -> int:
        return hash(repr(self))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A key can't be pickled.")


def key_from(given: str | Secret | Callable[[], str] | None, base_url: str) -> Secret | None:
    """The key for the server at `base_url`, or None where there is none to be had.

    `given` is the key itself, `"ask"` (or any function, as `getpass.getpass`) to have a person type it, or None: then
    the environment's `R1WIDGET_API_KEY` counts, and for a house that has a variable of its own, that one (`HOUSES`).

    To ask is only possible on the main thread of a notebook's kernel: call this there. Raises `EngineError` where
    nobody can be asked, and for what can't be a key; no message has the key in it.
    """
    if isinstance(given, Secret):
        return given
    if given is None:
        given = os.environ.get(ANYWHERE) or os.environ.get(HOUSES.get(urlsplit(base_url).hostname or "", ""))
        if not given:
            return None
    elif given == ASK:
        given = _ask(lambda: getpass.getpass(f"Key for {base_url}: "))
    elif callable(given):
        given = _ask(given)
    key, given = _secret(given), None  # no name here holds the text when an error shows what its frames hold
    if key is None:
        raise EngineError("That can't be a key.", "A key is one line of letters, digits and signs; copy it once more.")
    return key


def _ask(how: Callable[[], str]) -> str:
    try:
        return how()
    except (EOFError, OSError, RuntimeError):  # ipykernel's StdinNotImplementedError is a RuntimeError
        pass  # what it says may have been read from the keyboard
    raise EngineError("There is nobody here to type a key.", f"Put it into the environment's {ANYWHERE}.")


def _secret(text: object) -> Secret | None:
    """A header carries visible ASCII; a key that was pasted often brings a line's end with it."""
    text = text.strip() if isinstance(text, str) else ""
    return Secret(text) if text and text.isascii() and text.isprintable() else None
