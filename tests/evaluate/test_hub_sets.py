"""Data sets of the hub: the real huggingface_hub against a small hub on this machine, in a process of its own, because the library
reads its address when it is imported."""

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

COMMIT = "d" * 40
ROW = {"problem": "What is 2 + 2?", "solution": r"It is \boxed{4}.", "answer": "4"}
SETS: dict[str, dict[str, bytes]] = {
    "HuggingFaceH4/MATH-500": {"test.jsonl": json.dumps(ROW).encode(), "README.md": b""},
    "someone/splits": {
        "data/train-00000-of-00001.jsonl": b'{"question": "train", "answer": 1}',
        "data/test-00000-of-00002.jsonl": b'{"question": "test", "answer": 1}',
        "data/test-00001-of-00002.jsonl": b'{"question": "more", "answer": 2}',
        "test.csv": b"question,answer\nother,3\n",
    },
    "someone/one": {"sums.csv": b"question,answer\nq,3\n"},
    "someone/unclear": {"a.csv": b"question,answer\nq,3\n", "b.csv": b"question,answer\nq,3\n"},
    "someone/nothing": {"code.py": b"1/0"},
    "someone/gated": {"test.csv": b"question,answer\nq,3\n"},
}
PROGRAM = """
import json, sys
from r1widget.errors import R1WidgetError
from r1widget.evaluate import questions
for name in sys.argv[1:]:
    try:
        found = questions(name)
        print(json.dumps([found.name, found.repo, [[each.text, each.answer] for each in found.all]]))
    except R1WidgetError as error:
        print(json.dumps(str(error)))
"""


class SmallHub:
    """Serves `SETS`, and refuses the rest as the hub does."""

    def __init__(self) -> None:
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
        for name, files in SETS.items():
            if path.startswith(f"/api/datasets/{name}"):
                siblings = [{"rfilename": file} for file in files]
                data = {"id": name, "sha": COMMIT, "siblings": siblings, "tags": []}
                return self.send(
                    handler, 200, json.dumps(data).encode(), {"Content-Type": "application/json"}, with_body
                )
            if name == "someone/gated" and path.startswith(f"/datasets/{name}/"):
                return self.send(handler, 403, b"", {"X-Error-Code": "GatedRepo"}, with_body)
            if path.startswith(f"/datasets/{name}/resolve/"):
                content = files[path.split("/", 6)[6]]
                headers = {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": COMMIT}
                return self.send(handler, 200, content, headers, with_body)
        return self.send(handler, 404, b"", {"X-Error-Code": "RepoNotFound"}, with_body)

    def send(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], with_body: bool
    ) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body if with_body else b"")


@pytest.fixture
def hub() -> Iterator[SmallHub]:
    hub = SmallHub()
    yield hub
    hub.close()


def read(hub: SmallHub, home: Path, *names: str) -> list[Any]:
    environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *names],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
        env=environment,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_sets_by_name_by_split_and_from_the_cache(hub: SmallHub, tmp_path: Path) -> None:
    math = ["MATH-500", "HuggingFaceH4/MATH-500", [["What is 2 + 2?", "4"]]]
    found = read(
        hub, tmp_path, "math-500", "HuggingFaceH4/MATH-500", "someone/splits", "someone/splits:train", "someone/one"
    )
    assert found[:2] == [math, math]
    assert found[2] == ["someone/splits", "someone/splits", [["test", "1"], ["more", "2"]]]
    assert found[3][2] == [["train", "1"]] and found[4][2] == [["q", "3"]]
    hub.close()
    again = read(hub, tmp_path, "math_500", "someone/splits", "someone/unclear")
    assert again[:2] == [math, found[2]]
    assert again[2].startswith("someone/unclear isn't on this machine, and the hub can't be reached.")


def test_what_cannot_be_had_is_said(hub: SmallHub, tmp_path: Path) -> None:
    names = ["someone/gated", "someone/missing", "someone/unclear", "someone/nothing", "someone/splits:dev"]
    gated, missing, unclear, nothing, split = read(hub, tmp_path, *names)
    assert gated.startswith(
        "The owner of someone/gated asks for an agreement first. Open https://huggingface.co/datasets/"
    )
    assert missing.startswith("There is no data set 'someone/missing' on the hub, or it is private.")
    assert "no split that is clearly the one to ask. There is: a.csv, b.csv." in unclear
    assert "There is: no table." in nothing
    assert "no split 'dev'" in split
