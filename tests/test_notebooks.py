"""The notebooks: stored without outputs, and they run from top to bottom with no page and no network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbclient
import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs") and not cell.get("execution_count")
    assert "widgets" not in notebook.metadata


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The notebooks' folder in a checkout, in which git sees nothing new afterwards."""
    if not shutil.which("git"):
        pytest.skip("there is no git here")
    folder = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=lambda _, names: [n for n in names if not n.endswith(".ipynb")])
    shutil.copy(ROOT / ".gitignore", tmp_path)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    before = git(tmp_path, "status", "--porcelain")
    yield folder
    assert git(tmp_path, "status", "--porcelain") == before


def git(where: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=where, capture_output=True, text=True, timeout=60, check=True).stdout


def execute(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[nbformat.NotebookNode, list[str]]:
    """The notebook run from top to bottom in `folder`, and the transcripts in it."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    notebook = nbformat.read(folder / name, as_version=4)
    nbclient.NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(folder)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return notebook, [text for output in shown if (text := output.get("data", {}).get("text/markdown"))]


def test_the_quickstart_runs_headless(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, transcripts = execute("quickstart.ipynb", folder, monkeypatch)
    assert len(transcripts) == 2, "the chat's, and the magic's"
    assert "\\boxed{408}" in transcripts[0] and "<details>" in transcripts[0]
    assert "\\boxed{42}" in transcripts[1]
    assert "\\boxed{408}" in (folder / "chat.md").read_text("utf-8")


def test_reading_a_thought_runs_headless(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook, (transcript,) = execute("reading.ipynb", folder, monkeypatch)
    printed = {
        cell.id: "".join(output.get("text", "") for output in cell.get("outputs", ())) for cell in notebook.cells
    }
    assert "408" in printed["ask"]
    assert len(printed["table"].splitlines()) > 3 and " tokens " in printed["table"]
    assert "steps begin as a check does" in printed["together"]
    assert transcript.count("<details open>") == 2, "as the trait says, for both turns"
    assert "<details open>" in (folder / "reading.html").read_text("utf-8")


def test_keeping_runs_headless(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path_factory.mktemp("elsewhere")))
    notebook, (transcript,) = execute("keep.ipynb", folder, monkeypatch)
    printed = {
        cell.id: "".join(output.get("text", "") for output in cell.get("outputs", ())) for cell in notebook.cells
    }
    assert "sums 2 turns: What is 17 × 24?" in printed["list"]
    assert "reasoning | " in printed["list"] and "about 500" in printed["list"]
    assert printed["replay"].startswith("The same ") and transcript.count("<details><summary>Thought") == 1
    (picture,) = (output for cell in notebook.cells if cell.id == "picture" for output in cell.outputs)
    assert picture.data["image/png"]
    (table,) = (output for cell in notebook.cells if cell.id == "steps" for output in cell.outputs)
    assert "conclusion" in table.data["text/plain"]
    (equal,) = (output for cell in notebook.cells if cell.id == "export" for output in cell.outputs)
    assert equal.data["text/plain"] == "True"
    assert "widgets" not in notebook.metadata or len(str(notebook.metadata.widgets)) < 20_000
    page = (folder / "sums-widget.html").stat().st_size
    assert page < 1_200_000 and (folder / "sums.ipynb").is_file() and (folder / "sums.html").is_file()


def test_steering_runs_headless(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook, (transcript,) = execute("steering.ipynb", folder, monkeypatch)
    assert len(notebook.cells) == 10
    printed = {
        cell.id: "".join(output.get("text", "") for output in cell.get("outputs", ())) for cell in notebook.cells
    }
    assert "So 17 × 20 = 340." in printed["ask"]
    assert "418" in printed["edit"], "the answer follows the altered product"
    assert "person   reasoning  '350'" in printed["who"]
    assert "408" in printed["versions"] and "418" in printed["versions"]
    assert "of 4 end in" in printed["fork"] or "no two of 4 agree" in printed["fork"]
    assert printed["budget"].startswith("budget | ") and "\nNone | " in printed["budget"]
    assert printed["more"].startswith("user | ")
    assert "350" in printed["keep"] and "written by a person" in printed["keep"]
    assert "written by a person" in transcript and "418" in transcript
    assert "408" in (folder / "steering.json").read_text("utf-8")


def test_checking_runs_headless(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook, transcripts = execute("check.ipynb", folder, monkeypatch)
    printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))
    assert "Andaman and Nicobar Islands: in 1 of 5" in printed and "Langkawi: in 5 of 5" in printed
    assert "recomputed, it is" in printed and "pass@1" in printed
    assert any("**Asked again**" in text and "Andaman and Nicobar Islands: in 1 of 5" in text for text in transcripts)
    exported = (folder / "checked.md").read_text("utf-8")
    assert "| Judgement |" in exported and "Here it goes wrong." in exported
