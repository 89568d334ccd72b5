"""The real huggingface_hub against a small hub on this machine: headers, bytes, progress, cache and refusals as they are.

In a process of its own, because the library reads its address when it is imported.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import ggufs, tiny

COMMIT = "e" * 40
PROGRAM = """
import json, sys, threading
import r1widget.engines.progress
from r1widget.engines import Request, load
from r1widget.errors import R1WidgetError
r1widget.engines.progress.SECONDS = 0.0
for name in sys.argv[1:]:
    told = []
    try:
        engine = load(name, on_progress=lambda p: told.append([p.stage, p.text, p.done, p.total]))
    except R1WidgetError as error:
        print(json.dumps({"error": type(error).__name__, "text": str(error)}))
    else:
        messages = [{"role": "user", "content": "hi"}]
        stream = engine.stream(Request(messages=messages), threading.Event())
        print(json.dumps({"about": engine.describe(), "told": told, "tokens": next(stream).prompt.tokens}))
"""


FIND = """
import json, sys
from pathlib import Path
from r1widget.engines.location import locate
from r1widget.engines.progress import Reporter
from r1widget.engines.weights.here import certainly_here
from r1widget.engines.weights.loading import errors_of, find
from r1widget.errors import R1WidgetError
for name in sys.argv[1:]:
    before = certainly_here(locate(name)) is not None
    try:
        with errors_of(name):
            place = find(name, None, Reporter(lambda progress: None), free=16 * 10**9)
    except R1WidgetError as error:
        print(json.dumps({"error": type(error).__name__, "text": str(error)}))
        continue
    here = certainly_here(locate(name))
    files = [path.relative_to(place.folder).as_posix() for path in place.files]
    starts = [path.read_bytes()[:4].decode() for path in place.files]
    print(json.dumps({"files": files, "starts": starts, "why": place.why, "revision": place.revision, "before": before,
                      "same": here is not None and here.files == place.files}))
"""


class PocketHub:
    """Serves one folder as `someone/tiny`, and refuses the rest as the hub does."""

    def __init__(self, folder: Path) -> None:
        files = [file for file in folder.rglob("*") if file.is_file()]
        self.files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
        self.got: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self, with_body=True)

            def do_HEAD(self) -> None:
                outer.answer(self, with_body=False)

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """The network is gone; may be called twice."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, handler: BaseHTTPRequestHandler, with_body: bool) -> None:
        path = handler.path.partition("?")[0]
        refusals = {"gated": (403, "GatedRepo"), "missing": (404, "RepoNotFound"), "busy": (500, "")}
        for name, (status, code) in refusals.items():
            if f"someone/{name}" in path and (name != "gated" or "/resolve/" in path):
                return self.send(handler, status, b"{}" if with_body else b"", {"X-Error-Code": code})
        if path.startswith("/api/models/someone/"):
            siblings = [{"rfilename": name, "size": len(content)} for name, content in self.files.items()]
            model = {"id": path.removeprefix("/api/models/"), "sha": COMMIT, "siblings": siblings, "tags": []}
            return self.send(handler, 200, json.dumps(model).encode(), {"Content-Type": "application/json"})
        name = path.partition("/resolve/")[2].partition("/")[2]
        content = self.files.get(name)
        if content is None:
            return self.send(handler, 404, b"", {"X-Error-Code": "EntryNotFound"})
        if with_body:
            self.got.append(name)
        headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": COMMIT}
        return self.send(handler, 200, content if with_body else b"", headers, len(content))

    def send(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: dict[str, str],
        length: int | None = None,
    ) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[PocketHub]:
    hub = PocketHub(tiny.model_folder(tmp_path / "model"))
    yield hub
    hub.close()


def run(hub: PocketHub, home: Path, *names: str, program: str = PROGRAM) -> list[dict[str, Any]]:
    environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, *names],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert "it/s" not in done.stderr, "a progress bar was printed"
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_model_comes_from_the_hub_and_then_from_the_cache(hub: PocketHub, tmp_path: Path) -> None:
    loaded, gated, missing, busy = run(
        hub, tmp_path / "home", "someone/tiny", "someone/gated", "someone/missing", "someone/busy"
    )
    assert (loaded["about"]["model"], loaded["about"]["revision"]) == ("someone/tiny", COMMIT)
    assert loaded["tokens"] > 0
    size = len(hub.files["model.safetensors"])
    weights = [(done, total) for _, text, done, total in loaded["told"] if text == "Downloading someone/tiny"]
    assert (weights[0], weights[-1]) == ((0, size), (size, size))
    assert "model.safetensors" in hub.got
    assert (gated["error"], missing["error"], busy["error"]) == ("ModelGated", "ModelNotFound", "NoNetwork")
    assert all(str(tmp_path) not in refused["text"] for refused in (gated, missing, busy))

    hub.close()
    again, never = run(hub, tmp_path / "home", "someone/tiny", "someone/else")
    assert again["about"] == loaded["about"]
    assert (never["error"], "ChatWidget" in never["text"]) == ("NoNetwork", True)


def test_gguf_files_come_from_the_hub_and_then_from_the_cache(hub: PocketHub, tmp_path: Path) -> None:
    """Files are links there, of which huggingface_hub makes a folder as the repository has it. What looks without that library finds
    the same."""
    made = tmp_path / "gguf"
    for name in (
        "X-Q4_K_M.gguf",
        "mmproj-F16.gguf",
        "Q6_K/X-Q6_K-00001-of-00002.gguf",
        "Q6_K/X-Q6_K-00002-of-00002.gguf",
    ):
        hub.files[name] = ggufs.model(made / name, metadata={"general.name": name}).read_bytes()
    del hub.files["config.json"], hub.files["model.safetensors"]
    names = ("someone/tiny:Q6_K", "someone/tiny", "someone/tiny/X-Q4_K_M.gguf", "someone/tiny:Q8_0")
    six, here, four, none = run(hub, tmp_path / "home", *names, program=FIND)
    parts = ["Q6_K/X-Q6_K-00001-of-00002.gguf", "Q6_K/X-Q6_K-00002-of-00002.gguf"]
    assert six == {
        "files": parts,
        "starts": ["GGUF"] * 2,
        "why": "it was asked for",
        "revision": COMMIT,
        "before": False,
        "same": True,
    }
    assert here == {**six, "why": "it is on this machine already, of 2 files", "before": True}
    assert four["files"] == ["X-Q4_K_M.gguf"] and not four["before"] and four["same"]
    assert none["error"] == "ModelNotFound" and "There are: Q4_K_M" in none["text"]
    assert hub.got == [*parts, "X-Q4_K_M.gguf"], "each once, and no other file"

    hub.close()
    again, other, never = run(
        hub, tmp_path / "home", "someone/tiny:Q6_K", "someone/tiny", "someone/else:Q4_K_M", program=FIND
    )
    assert again == {**six, "before": True} and other["files"] == ["X-Q4_K_M.gguf"]
    assert never["error"] == "NoNetwork"
