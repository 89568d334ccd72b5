"""`Server`: where a model is served, with which key, and how long a silence may be; and the client that speaks to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..._version import __version__
from ...errors import RemoteError
from .key import Secret

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT = 10.0
"""Seconds to reach the server."""


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server. Its `repr` has no key in it."""

    url: str
    key: Secret | None = None
    timeout: float = 300.0
    """Longest silence, in seconds, before the server counts as gone."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise RemoteError(
                "A server's address with a password or a question mark in it would be shown.",
                "Give the key as api_key, and the address without it.",
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RemoteError(f"{self.url!r} is no server's address.", "Give one like http://localhost:8000/v1.")

    def client(self) -> AsyncOpenAI:
        """A client for one question. It asks once: when to ask again is decided in `asking`.

        The package would send what the environment says of an account at OpenAI (`OPENAI_API_KEY`, `OPENAI_ORG_ID`,
        `OPENAI_PROJECT_ID`) to any server; nothing of that is sent.
        """
        from openai import AsyncOpenAI, Timeout

        client = AsyncOpenAI(
            api_key=self.key.reveal() if self.key else "none",
            base_url=self.url,
            default_headers={"User-Agent": f"r1widget/{__version__}"},
            timeout=Timeout(self.timeout, connect=min(CONNECT, self.timeout)),
            max_retries=0,
        )
        client.organization = client.project = None
        return client

    @property
    def options(self) -> Any:
        """What each request needs beside its body: without a key, no header is to speak of one."""
        from openai import Omit

        return {} if self.key else {"headers": {"Authorization": Omit()}}

    def hide(self, text: str) -> str:
        """`text` without the key in it: servers quote it."""
        return self.key.hide(text) if self.key else text
