"""`Lab`: a real JupyterLab server with a folder of its own, and `Notebook`: one of its notebooks in a real browser.

The page is driven through JupyterLab's own commands (`--expose-app-in-browser`), so that no selector of a menu is
needed; what the person does with the widget goes through mouse and keyboard.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, WebSocket, expect

from .scripts import THOUGHT

SECONDS = 1000  # Playwright counts in milliseconds
PATIENCE = 60 * SECONDS


class Lab:
    """A server. `folder` is what it serves; everything it writes besides lies in `home`."""

    module = "jupyterlab"
    expose = "--expose-app-in-browser"
    page = "lab/tree/{}?reset"
    """Where it shows a notebook."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "notebooks"
        self.token = secrets.token_hex(8)
        self.port = _free_port()
        self.data = home / "data"
        places = {
            "JUPYTER_CONFIG_DIR": home / "config",
            "JUPYTER_DATA_DIR": self.data,
            "JUPYTER_RUNTIME_DIR": home / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": home / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
            "IPYTHONDIR": home / "ipython",
        }
        for place in (self.folder, *places.values()):
            place.mkdir(parents=True, exist_ok=True)
        no_news = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
        _write_setting(home, "apputils-extension/notification", no_news)
        self._env = {**os.environ, **{name: str(place) for name, place in places.items()}, "HF_HUB_OFFLINE": "1"}
        self._log = (home / "server.log").open("w")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", self.module, "--no-browser", "--allow-root", self.expose),
                *(
                    f"--port={self.port}",
                    f"--ServerApp.root_dir={self.folder}",
                    f"--IdentityProvider.token={self.token}",
                ),
            ],
            env=self._env,
            cwd=self.folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait_until_up()

    def add_kernel(self, name: str, packages: Path) -> None:
        """A kernel whose Python looks into `packages` first: another ipykernel, everything else as it is."""
        folder = self.data / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
            "env": {"PYTHONPATH": str(packages)},
        }
        (folder / "kernel.json").write_text(json.dumps(spec))

    def write(self, name: str, cells: Sequence[str], *, kernel: str = "python3") -> Path:
        """A notebook file with these code cells."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        path = self.folder / name
        nbformat.write(notebook, path)
        return path

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}{'&' if '?' in path else '?'}token={self.token}"

    def get(self, path: str) -> Any:
        """An answer of the server's REST interface."""
        with urllib.request.urlopen(self.url(path), timeout=20) as answer:
            return json.load(answer)

    def delete(self, path: str) -> None:
        urllib.request.urlopen(urllib.request.Request(self.url(path), method="DELETE"), timeout=20).close()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                self.get("api/status")
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)  # polling a process that starts; nothing tells us when it listens
            else:
                return
        raise RuntimeError(f"JupyterLab did not start:\n{Path(self._log.name).read_text()}")


class Classic(Lab):
    """The same with Notebook 7's page, of one notebook and nothing around it."""

    module = "notebook"
    expose = "--JupyterNotebookApp.expose_app_in_browser=True"
    page = "notebooks/{}"


class Notebook:
    """A notebook in a page of its own."""

    def __init__(
        self, lab: Lab, context: BrowserContext, path: Path, *, on_websocket: Callable[[WebSocket], None] | None = None
    ) -> None:
        self.lab, self.path = lab, path
        self.page: Page = context.new_page()
        if on_websocket:
            self.page.on("websocket", on_websocket)
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._open()

    def _open(self) -> None:
        self.page.goto(self.lab.url(self.lab.page.format(self.path.name)))
        self._wait_for_kernel()

    def _wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            """() => {
              const panel = window.jupyterapp?.shell?.currentWidget;
              const kernel = panel?.sessionContext?.session?.kernel;
              return panel?.content?.widgets?.length && kernel?.connectionStatus === "connected";
            }"""
        )

    def reload(self) -> None:
        """Reload the page, as F5 does. The kernel goes on."""
        self.page.reload()
        self._wait_for_kernel()

    def start(self, cell: int) -> None:
        """Run a cell without waiting for it."""
        self.page.evaluate(
            """(cell) => {
              const { content } = window.jupyterapp.shell.currentWidget;
              content.deselectAll();
              content.activeCellIndex = cell;
              window.runs ??= {};
              window.runs[cell] = window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            cell,
        )

    def finish(self, cell: int) -> None:
        """Wait until a started cell is done."""
        self.page.evaluate("(cell) => window.runs[cell].then(() => null)", cell)

    def run(self, *cells: int) -> None:
        for cell in cells:
            self.start(cell)
            self.finish(cell)

    def output(self, cell: int) -> Locator:
        """The output area of a cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-Cell-outputArea")

    def chat(self, cell: int) -> Locator:
        """The live view in a cell's output."""
        return self.output(cell).locator(".r1").first

    def python(self, expression: str) -> Any:
        """The value of an expression in the kernel, through JSON. The kernel must be free."""
        code = f"import json as _json; print(_json.dumps({expression}))"
        printed = self.page.evaluate(
            """async (code) => {
              const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
              const future = kernel.requestExecute({ code, silent: false, store_history: false });
              let out = "";
              future.onIOPub = ({ content, header }) => {
                if (header.msg_type === "stream") out += content.text;
                if (header.msg_type === "error") out += content.traceback.join("\\n");
              };
              await future.done;
              return out;
            }""",
            code,
        )
        try:
            return json.loads(printed)
        except ValueError:
            raise AssertionError(f"{expression} gave: {printed}") from None

    def kept(self, cell: int, text: str = "") -> str:
        """What the saved file has below the view in a cell, or below those that stand for views in boxes. `text`: to wait
        for, since a page that has heard the end of a turn hears only then what is to be kept of it."""
        if text:
            expect(self.output(cell).locator(".jp-RenderedMarkdown", has_text=text)).to_have_count(1, timeout=PATIENCE)
        outputs = self.save().cells[cell].outputs
        return "".join(output.data.get("text/markdown", "") for output in outputs if "data" in output)

    def save(self) -> nbformat.NotebookNode:
        """Save, and read the file as anybody would."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save').then(() => null)")
        return nbformat.read(self.path, as_version=4)

    def picture(self, name: str) -> None:
        folder = Path(__file__).parent / "screenshots"
        folder.mkdir(exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")

    def _on_console(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type == "error" or "r1widget" in text:
            self.errors.append(text)

    @property
    def our_errors(self) -> list[str]:
        """What the console says of us. JupyterLab has complaints of its own."""
        return [error for error in self.errors if "r1widget" in error.lower() or "anywidget" in error.lower()]


def unfold(chat: Locator) -> str:
    """The text of a chat's first thought, opened if need be, when all of it is drawn."""
    fold = chat.locator(".r1-fold").first
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()
    thought = chat.locator(".r1-thought").first
    expect(thought).to_contain_text(THOUGHT[-1])
    # Not `inner_text`, which has only what the browser has laid out, and that is what is near the window.
    return thought.text_content() or ""


def _write_setting(home: Path, name: str, value: dict[str, Any]) -> None:
    path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
