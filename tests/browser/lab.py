"""`Lab`: a real JupyterLab server with a folder of its own, and `Notebook`: one of its notebooks in a real browser.

The page is driven through JupyterLab's own commands (`--expose-app-in-browser`), so that no selector of a menu is
needed; what the person does with the widget goes through mouse and keyboard.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import psutil
from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket, expect

from .scripts import THOUGHT

SECONDS = 1000  # Playwright counts in milliseconds
PATIENCE = 60 * SECONDS
LONGEST = 150 * SECONDS
"""What a cell may take, on a machine that does much else: the first that asks imports torch."""

# What each kernel runs first. A test that hangs has the kernel's threads told in its report. And an ipykernel that may be deaf
# before there is any chat (see kernel.py) isn't, since its cells, and JupyterLab's questions, wouldn't be read either.
FIRST = """
import faulthandler, os, signal
if hasattr(signal, "SIGUSR1"):
    faulthandler.register(signal.SIGUSR1, file=open(os.path.join({folder!r}, f"threads-{{os.getpid()}}"), "w"))
if hasattr(getattr(getattr(get_ipython().kernel, "shell_channel_thread", None), "manager", None), "_shell_socket"):
    from r1widget.jupyter.kernel import read_every_message
    read_every_message()
"""


class Lab:
    """A server. `folder` is what it serves; everything it writes besides lies in `home`."""

    module = "jupyterlab"
    expose = "--expose-app-in-browser"
    page = "lab/tree/{}?reset"
    """Where it shows a notebook."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "notebooks"
        self.token = secrets.token_hex(8)
        self.port = free_port()
        self.data, self.runtime = home / "data", home / "runtime"
        places = {
            "JUPYTER_CONFIG_DIR": home / "config",
            "JUPYTER_DATA_DIR": self.data,
            "JUPYTER_RUNTIME_DIR": self.runtime,
            "JUPYTERLAB_SETTINGS_DIR": home / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
            "IPYTHONDIR": home / "ipython",
        }
        for place in (self.folder, *places.values()):
            place.mkdir(parents=True, exist_ok=True)
        self._home = home
        startup = home / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True, exist_ok=True)
        (startup / "first.py").write_text(FIRST.format(folder=str(home)))
        no_news = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
        _write_setting(home, "apputils-extension/notification", no_news)
        # Each page asks whether JupyterLab has to be built anew: 0.45 s of a processor, of 2 that opening one takes the server.
        _write(home / "config" / "labconfig" / "page_config.json", {"buildAvailable": False, "buildCheck": False})
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
        wait_until_up(self.url("api/status"), self._process, Path(self._log.name))

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
        with urllib.request.urlopen(self.url(path), timeout=60) as answer:
            return json.load(answer)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self.url(path), json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def delete(self, path: str) -> None:
        urllib.request.urlopen(urllib.request.Request(self.url(path), method="DELETE"), timeout=60).close()

    def threads(self, kernel: str) -> str:
        """Where each thread of a kernel is."""
        for process in psutil.Process(self._process.pid).children(recursive=True):
            told = self._home / f"threads-{process.pid}"
            if kernel in " ".join(process.cmdline()) and told.exists():
                process.send_signal(signal.SIGUSR1)
                deadline = time.monotonic() + 10
                while "Current thread" not in told.read_text() and time.monotonic() < deadline:
                    time.sleep(0.1)  # nothing tells us when another process has written
                return told.read_text()
        return "There is no such kernel, or it hasn't got as far as to tell."

    def stop(self) -> None:
        end(self._process)
        self._log.close()


class Classic(Lab):
    """The same with Notebook 7's page, of one notebook and nothing around it."""

    module = "notebook"
    expose = "--JupyterNotebookApp.expose_app_in_browser=True"
    page = "notebooks/{}"


class Notebook:
    """A notebook in a page of its own, or in one that shows JupyterLab already, which takes a third of the time."""

    def __init__(
        self,
        lab: Lab,
        page: Page,
        path: Path,
        *,
        is_open: bool = False,
        on_websocket: Callable[[WebSocket], None] | None = None,
    ) -> None:
        self.lab, self.path, self.page = lab, path, page
        if on_websocket:
            self.page.on("websocket", on_websocket)
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self._was_reloaded = False
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_error)
        if is_open:
            self.page.evaluate(
                """async (path) => {
                  const { commands, serviceManager } = window.jupyterapp;
                  await serviceManager.kernelspecs.refreshSpecs();  // this test may have added its kernel
                  await commands.execute("docmanager:open", { path });
                }""",
                path.name,
            )
        else:
            self.page.goto(lab.url(lab.page.format(path.name)))
        self._wait_for_kernel()

    def leave(self) -> bool:
        """Leave the page to another notebook; whether it can be.

        Not where Jupyter has asked something (of a dead kernel), nor after a reload: JupyterLab goes on opening what its address
        names and what was open before, at no moment that it tells, and the next test would find this one's cells.
        """
        if self.page.is_closed() or self._was_reloaded:
            return False
        self.page.remove_listener("console", self._on_console)
        self.page.remove_listener("pageerror", self._on_error)
        self.page.evaluate(
            "() => { for (const shown of [...window.jupyterapp.shell.widgets('main')]) shown.dispose(); }"
        )
        self.page.mouse.move(0, 0)  # what is under it shows what a reader can do there
        return self.page.locator(".jp-Dialog").count() == 0

    def _wait_for_kernel(self) -> None:
        """Until the page can talk to the kernel."""
        self.page.wait_for_function(
            """() => {
              const panel = window.jupyterapp?.shell?.currentWidget;
              const kernel = panel?.sessionContext?.session?.kernel;
              return Boolean(panel?.content?.widgets?.length) && kernel?.connectionStatus === "connected";
            }"""
        )

    def reload(self) -> None:
        """Reload the page, as F5 does. The kernel goes on."""
        self.page.reload()
        self._wait_for_kernel()
        self._was_reloaded = True

    def open_anew(self) -> None:
        """A new document with the notebook and nothing else that was open: what `reload` is but for the layout, and the page can be
        left to another notebook after it."""
        self.page.goto("about:blank")
        self.page.goto(self.lab.url(self.lab.page.format(self.path.name)))
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
        done = self.page.evaluate(
            """([cell, longest]) => Promise.race([
              window.runs[cell].then(() => true),
              new Promise(resolve => setTimeout(() => resolve(false), longest)),
            ])""",
            [cell, LONGEST],
        )
        assert done, f"Cell {cell} has never finished. {self.standing()}"

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

    def _on_error(self, error: object) -> None:
        self.errors.append(str(error))

    def standing(self) -> str:
        """Where a notebook hangs: what the page and the server think of the kernel, where its threads are, what the page shows
        and has complained of."""
        if self.page.is_closed():
            return f"The page of {self.path.name} is closed."
        page = self.page.evaluate(
            """() => {
              const panel = window.jupyterapp?.shell?.currentWidget;
              const { id, name, status, connectionStatus, handleComms } = panel?.sessionContext?.session?.kernel ?? {};
              const shown = [...(window.jupyterapp?.shell?.widgets("main") ?? [])].map(each => each.title.label);
              const outputs = [...document.querySelectorAll(".jp-Cell-outputArea")].map(each => each.innerText.slice(0, 2000));
              const kernel = { id, name, status, connectionStatus, handleComms };
              return { kernel, current: panel?.title?.label, shown, outputs };
            }"""
        )
        told = [f"{name}: {value}" for name, value in page.items()]
        told += [f"console: {error}" for error in self.errors]
        told += [f"server: {self.lab.get('api/kernels')}", self.lab.threads(page["kernel"].get("id") or "none")]
        return "\n".join(told)

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
    _write(home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings", value)


def _write(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 240  # two cores that do much else
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=60).close()
        except OSError:
            time.sleep(0.1)  # polling a process that starts; nothing tells us when it listens
        else:
            return
    raise RuntimeError(f"Jupyter did not start:\n{log.read_text()}")


def end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
