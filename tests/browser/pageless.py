"""A notebook that is executed before there is a page, by a kernel that a page can then be opened on: what Voila does."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbclient
import nbformat
from jupyter_client.asynchronous.client import AsyncKernelClient
from nbformat.sign import NotebookNotary

from .lab import Lab


def execute(lab: Lab, path: Path) -> str:
    """Execute the file, write it with what nbclient stores, and leave its kernel to whoever opens it; the kernel's id."""
    with ThreadPoolExecutor(1) as other:  # Playwright has an event loop in this thread
        return other.submit(asyncio.run, _execute(lab, path)).result()


async def _execute(lab: Lab, path: Path) -> str:
    notebook = nbformat.read(path, as_version=4)
    wanted = {"path": path.name, "name": path.name, "type": "notebook", "kernel": {"name": "python3"}}
    kernel: str = lab.post("api/sessions", wanted)["kernel"]["id"]
    client = AsyncKernelClient(connection_file=str(lab.runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=240)
        executing = nbclient.NotebookClient(notebook, timeout=240)
        executing.kc = client
        executing.reset_execution_trackers()
        for number, cell in enumerate(notebook.cells):
            await executing.async_execute_cell(cell, number)
        executing.set_widgets_metadata()
    finally:
        client.stop_channels()
    nbformat.write(notebook, path)
    # As `jupyter trust`, or JupyterLab shows no widget of a file that it hasn't written.
    NotebookNotary(data_dir=str(lab.data)).sign(notebook)
    return kernel
