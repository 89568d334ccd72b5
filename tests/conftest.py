"""What holds for every test: no word from the outside, and no word to it.

Variables that would change what is tested (a token, a cache) are put aside before any test is imported, and
this process can reach nothing but this machine, as the README's promise of "no network" has it. Browsers and kernels are
processes of their own; `tests/browser/` keeps those inside.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from ipywidgets.widgets.widget import _instances

from r1widget.jupyter.library import Library

HERE = Path(__file__).parent

for _name in list(os.environ):
    if _name.startswith(("HF_", "HUGGING_FACE_", "OPENAI_", "DEEPSEEK_", "R1WIDGET_TOKEN")):
        del os.environ[_name]
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "localhost,127.0.0.1,::1"  # servers of tests are on this machine

# Nobody's cache is read or filled. Whoever tests the hub's cache makes one with `tmp_path`.
_cache = tempfile.TemporaryDirectory(prefix="r1widget-tests-", ignore_cleanup_errors=True)
os.environ["HF_HOME"] = _cache.name
os.environ["R1WIDGET_HISTORY"] = "off"  # nobody's history is read or written; tests/journal has one for each test
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"  # or it warns in every fork

# What a shell puts into the background, as in `make test &`, is deaf to Ctrl-C, and so would be what is started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Two busy cores say nothing about the code, so Hypothesis has no deadline. It tries the same examples every time, so that a run
# which fails fails again; R1WIDGET_EXPLORE=1 has it look for others.
settings.register_profile(
    "r1widget", deadline=None, derandomize=not os.environ.get("R1WIDGET_EXPLORE"), print_blob=True
)
settings.load_profile("r1widget")


def _stay_home(event: str, args: tuple[object, ...]) -> None:
    """Refuse what leaves this machine, as a machine without a network does."""
    if event == "socket.connect":
        address = args[1]
        if isinstance(address, tuple) and not _is_here(str(address[0])):
            raise OSError(errno.ENETUNREACH, f"Tests have no network, and this one wants to reach {address[0]}")
    elif event == "socket.getaddrinfo" and args[0] and not _is_here(_text(args[0])):
        raise socket.gaierror(
            socket.EAI_AGAIN, f"Tests have no network, and this one wants to look up {_text(args[0])}"
        )


def _text(host: object) -> str:
    return host.decode() if isinstance(host, bytes) else str(host)


def _is_here(host: str) -> bool:
    if host in {"", "localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_stay_home)


@pytest.fixture(autouse=True)
def _no_heap_of_widgets() -> Iterator[None]:
    """ipywidgets holds every widget that wasn't closed; after thousands, each look of the garbage collector takes long."""
    before = set(_instances)
    yield
    for id in _instances.keys() - before:
        if not isinstance(_instances[id], Library):  # there is one for all
            del _instances[id]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in tests/browser/ is the browser's: `-m "not browser"` leaves it out."""
    for item in items:
        if item.path.is_relative_to(HERE / "browser"):
            item.add_marker("browser")
