"""What is known of a kernel, of kinds that tell more and less."""

from __future__ import annotations

import asyncio
import select
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import zmq
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Output
from zmq.eventloop.zmqstream import ZMQStream

from r1widget import ChatWidget
from r1widget.jupyter import kernel
from r1widget.jupyter.kernel import Run, is_captured, this_run
from r1widget.testing import ScriptedEngine


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


def test_a_request_that_comes_while_a_reply_is_sent_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ipykernel from 7.0 to 7.3 sends past the stream that reads; then neither that request nor one behind it is read."""

    async def two_requests() -> list[bytes]:
        with zmq.Context() as context, context.socket(zmq.ROUTER) as shell, context.socket(zmq.DEALER) as page:
            page.connect(f"tcp://127.0.0.1:{shell.bind_to_random_port('tcp://127.0.0.1')}")
            heard: asyncio.Queue[list[bytes]] = asyncio.Queue()
            stream = ZMQStream(shell)
            stream.on_recv(heard.put_nowait)
            manager = SimpleNamespace(_shell_socket=shell)
            kernel_that_says(monkeypatch, shell_channel_thread=SimpleNamespace(manager=manager), shell_stream=stream)
            kernel.read_every_message()
            page.send(b"hello")
            name, _ = await asyncio.wait_for(heard.get(), 20)
            await asyncio.sleep(0)  # the stream has gone back to sleep
            page.send(b"one")
            select.select([shell.fileno()], [], [], 20)
            manager._shell_socket.send_multipart([name, b"reply"])
            page.send(b"two")
            try:
                return [(await asyncio.wait_for(heard.get(), 20))[1] for _ in range(2)]
            finally:
                stream.close(linger=0)

    with ThreadPoolExecutor(1) as elsewhere:  # Playwright has an event loop in this thread
        assert elsewhere.submit(asyncio.run, two_requests()).result() == [b"one", b"two"]


def test_a_chat_sees_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[bool] = []
    monkeypatch.setattr("r1widget.jupyter.widget.read_every_message", lambda: called.append(True))
    ChatWidget(ScriptedEngine(""))
    assert called
    kernel.read_every_message()  # in no kernel there is nothing to be done, nor in one of another kind
    kernel_that_says(monkeypatch)
    kernel.read_every_message()
