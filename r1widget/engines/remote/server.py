"""`Server`: where a model is served, with which key, and how long a silence may be; and the client that speaks to it."""

from __future__ import annotations

import ipaddress
import urllib.request
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


def refusal_of(url: object) -> RemoteError | None:
    """What is wrong with an address, if anything. It quotes none that may have a secret in it, and whoever raises it takes
    care that no variable of theirs still has the address: tracebacks show those."""
    text = url if isinstance(url, str) else ""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        is_plain = "@" not in (parts.netloc if is_one else text) and not parts.query and not parts.fragment
    except ValueError:
        is_one, is_plain = False, "@" not in text
    if not is_plain or "?" in text or "#" in text:
        return RemoteError(
            "A server's address with a password or a question mark in it would be shown.",
            "Give the key as api_key, and the address without it.",
        )
    if not is_one:
        shown = repr(url) if url is None or isinstance(url, str) else f"A {type(url).__name__}"
        return RemoteError(f"{shown} is no server's address.", "Give one like http://localhost:8000/v1.")
    return None


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server. Its `repr` has no key in it, and its address was looked at (`refusal_of`)."""

    url: str
    key: Secret | None = None
    timeout: float = 300.0
    """Longest silence, in seconds, before the server counts as gone."""

    @property
    def proxy(self) -> str | None:
        """The proxy on the way there, without a password, as the environment names it (`HTTP_PROXY`, `NO_PROXY`)."""
        parts = urlsplit(self.url)
        if self._is_here or not parts.hostname or urllib.request.proxy_bypass(parts.netloc):
            return None
        proxies = urllib.request.getproxies()
        named = proxies.get(parts.scheme) or proxies.get("all")
        return named.rpartition("@")[2].rpartition("://")[2].rstrip("/") if named else None

    @property
    def _is_here(self) -> bool:
        """Whether it is this machine's own, which no proxy can reach."""
        host = urlsplit(self.url).hostname or ""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")
        return address.is_loopback or address.is_unspecified

    def client(self) -> AsyncOpenAI:
        """A client for one question. It asks once: when to ask again is decided in `asking`.

        The package would send what the environment says of an account at OpenAI (`OPENAI_API_KEY`, `OPENAI_ORG_ID`,
        `OPENAI_PROJECT_ID`) to any server; nothing of that is sent.
        """
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        try:
            client = AsyncOpenAI(
                api_key=self.key.reveal() if self.key else "none",
                base_url=self.url,
                default_headers={"User-Agent": f"r1widget/{__version__}"},
                timeout=Timeout(self.timeout, connect=min(CONNECT, self.timeout)),
                max_retries=0,
                http_client=DefaultAsyncHttpxClient(trust_env=False) if self._is_here else None,
            )
        except (ImportError, ValueError):  # raised below, where no frame of the package's has the key
            client = None
        if client is None:
            raise self._no_client()
        client.organization = client.project = None
        return client

    def _no_client(self) -> RemoteError:
        """A kind of proxy that the HTTP library doesn't know, or not without another package."""
        return RemoteError(
            f"No connection to {self.url} can be made"
            + (
                f": the proxy {self.proxy} can't be used (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY)." if self.proxy else "."
            ),
            f"For a proxy that speaks SOCKS: pip install socksio. To go without: put {urlsplit(self.url).hostname} into NO_PROXY.",
        )

    @property
    def options(self) -> Any:
        """What each request needs beside its body: without a key, no header is to speak of one."""
        from openai import Omit

        return {} if self.key else {"headers": {"Authorization": Omit()}}

    def hide(self, text: str) -> str:
        """`text` without the key in it: servers quote it."""
        return self.key.hide(text) if self.key else text
