"""`make lab`, as somebody runs it who has never run Jupyter: the quickstart, and no questions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, expect

from .lab import end, free_port, wait_until_up

ROOT = Path(__file__).parent.parent.parent
NOTIFICATIONS = "lab/api/settings/@jupyterlab/apputils-extension:notification"


def test_it_opens_the_quickstart_and_asks_nothing(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    arguments = f"R1WIDGET_LAB_ARGS=--no-browser --port {port} --IdentityProvider.token=t"
    # Only its last step: the others would install anew what a person is about to change.
    steps = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "lab", f"VENV={sys.prefix}", arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "MAKE"))}
    log = tmp_path / "server.log"
    with log.open("wb") as told:
        last = steps.stdout.strip().splitlines()[-1]
        environment = {**clean, "HOME": str(tmp_path)}
        server = subprocess.Popen(last, shell=True, cwd=ROOT, env=environment, stdout=told, stderr=told)
    page = browser.new_page()
    try:
        here = f"http://127.0.0.1:{port}"
        wait_until_up(f"{here}/api/status?token=t", server, log)
        page.goto(f"{here}/?token=t")
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_contain_text("r1widget")
        assert page.url.endswith("/lab/tree/notebooks/quickstart.ipynb")
        expect(page.locator(".jp-NotebookPanel-toolbar [data-status='idle']")).to_have_count(1)
        expect(page.locator(".jp-toast, .Toastify__toast, .jp-Dialog")).to_have_count(0)
        # The question comes by itself, some time; what it depends on is there now.
        with urllib.request.urlopen(f"{here}/{NOTIFICATIONS}?token=t", timeout=20) as answer:
            asked = json.load(answer)["schema"]["properties"]
        assert asked["fetchNews"]["default"] == "false" and asked["checkForUpdates"]["default"] is False
    finally:
        page.close()
        end(server)
