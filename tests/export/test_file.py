"""`export.write`: the suffix, the file, and what goes wrong with either."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter, MarkdownExporter

from r1widget.conversation import Conversation
from r1widget.errors import ExportError
from r1widget.export import FORMATS, conversation_markdown, write


@pytest.fixture
def conversation() -> Conversation:
    conversation = Conversation()
    turn = conversation.add("What is 17 × 24? <b>")
    turn.append("reasoning", "Let me see.\n</details>\n\\(17 \\times 24\\)")
    turn.append("answer", "It is **408**. 🧮")
    turn.record = {"model": "scripted", "seed": 3}
    turn.end("stop", thinking_ended_by="model")
    version = conversation.add_version(turn)
    version.append("answer", "408")
    version.end("stop")
    conversation.add("And twice\u2028that?").end("cancelled")
    conversation.select(turn)
    return conversation


def test_there_is_a_format_for_each_suffix(conversation: Conversation, tmp_path: Path) -> None:
    assert set(FORMATS) == {".md", ".html", ".json", ".ipynb"}
    for suffix in FORMATS:
        path = write(conversation, tmp_path / f"chat{suffix}")
        assert path == tmp_path / f"chat{suffix}"
        assert "408" in path.read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"chat{suffix}" for suffix in FORMATS)


def test_a_suffix_in_capitals_and_a_path_as_text(conversation: Conversation, tmp_path: Path) -> None:
    write(conversation, str(tmp_path / "CHAT.MD"), reasoning="none")
    written = (tmp_path / "CHAT.MD").read_text("utf-8")
    assert written == conversation_markdown(conversation.turns, reasoning="none")
    assert "Let me see" not in written


def test_an_empty_conversation_can_be_written(tmp_path: Path) -> None:
    for suffix in FORMATS:
        write(Conversation(), tmp_path / f"chat{suffix}")
    nbformat.validate(nbformat.read(tmp_path / "chat.ipynb", as_version=4))
    assert Conversation.from_dict(json.loads((tmp_path / "chat.json").read_text("utf-8"))) == Conversation()


def test_json_comes_back_as_the_same_conversation(conversation: Conversation, tmp_path: Path) -> None:
    text = write(conversation, tmp_path / "chat.json").read_text("utf-8")
    assert "🧮" in text
    back = Conversation.from_dict(json.loads(text))
    assert back == conversation
    assert [turn.siblings for turn in back.turns] == [turn.siblings for turn in conversation.turns]


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_no_file_has_the_thoughts_that_were_to_be_left_out(
    conversation: Conversation, tmp_path: Path, suffix: str
) -> None:
    text = write(conversation, tmp_path / f"chat{suffix}", reasoning="none").read_text("utf-8")
    assert "Let me see" not in text and "17 \\\\times 24" not in text and "408" in text


def test_json_without_thoughts_says_so_and_can_be_read(conversation: Conversation, tmp_path: Path) -> None:
    turn = conversation.turns[0]
    turn.timeline.add(10, 3, 0.5)
    turn.record |= {"begins": {"part": "reasoning", "ids": 0, "reasoning": 3, "answer": 0}}
    turn.record |= {"tokens": {"reasoning": 9, "answer": 4}, "scores": {kind: {} for kind in ("reasoning", "answer")}}
    data = json.loads(write(conversation, tmp_path / "chat.json", reasoning="none").read_text("utf-8"))
    assert data["left_out"] == ["reasoning"]
    first, version, last = data["turns"]
    assert [span["kind"] for span in first["spans"]] == ["answer"] and "timeline" not in first
    assert first["record"]["left_out"] == ["reasoning"] and first["record"]["scores"] == {"answer": {}}
    assert "begins" not in first["record"], "a place in the thought"
    assert first["record"]["tokens"]["reasoning"] == 9, "how long it was"
    assert "left_out" not in version.get("record", {}) and "left_out" not in last.get("record", {}), "they didn't think"
    back = Conversation.from_dict(data)
    assert (back.turns[0].reasoning, back.turns[0].answer) == ("", "It is **408**. 🧮")
    assert back.turns[0].siblings[1].answer == "408"
    assert json.loads(write(back, tmp_path / "again.json").read_text("utf-8"))["turns"][0] == first, "it is still said"
    assert "thought left out" in conversation_markdown(back.turns)
    assert turn.reasoning, "the conversation itself has it all"


@pytest.mark.parametrize("reasoning", ["open", "plain"])
def test_how_thoughts_are_folded_means_nothing_to_json(
    conversation: Conversation, tmp_path: Path, reasoning: str
) -> None:
    path = write(conversation, tmp_path / "chat.json", reasoning=reasoning)  # type: ignore[arg-type]
    assert path.read_bytes() == write(conversation, tmp_path / "folded.json").read_bytes()


@pytest.mark.parametrize("reasoning", ["folded", "open", "plain", "none"])
def test_the_notebook_is_a_valid_one(conversation: Conversation, tmp_path: Path, reasoning: str) -> None:
    path = write(conversation, tmp_path / "chat.ipynb", reasoning=reasoning)  # type: ignore[arg-type]
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.cell_type for cell in notebook.cells] == ["code", "markdown", "markdown"]
    assert notebook.cells[1].source == "> What is 17 × 24? &lt;b>"
    assert ("Let me see" in notebook.cells[2].source) == (reasoning != "none")
    before = path.read_bytes()
    assert write(conversation, path, reasoning=reasoning).read_bytes() == before, "nothing of it is chance"  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".md", ".html", ".ipynb"])
def test_the_thought_is_open_on_request(conversation: Conversation, tmp_path: Path, suffix: str) -> None:
    """On paper a fold that is closed is empty."""
    text = write(conversation, tmp_path / f"chat{suffix}", reasoning="open").read_text("utf-8")
    assert "<details open><summary>" in text
    assert text.replace("<details open>", "<details>") == write(conversation, tmp_path / f"folded{suffix}").read_text(
        "utf-8"
    ).replace("folded", "chat")


def test_nbconvert_reads_the_notebook(conversation: Conversation, tmp_path: Path) -> None:
    path = write(conversation, tmp_path / "chat.ipynb")
    markdown, _ = MarkdownExporter().from_filename(str(path))
    assert (
        "<details><summary>Thought</summary>\n\nLet me see.\\\n&lt;/details>\\\n$17 \\times 24$\n\n</details>"
        in markdown
    )
    html, _ = HTMLExporter(template_name="basic").from_filename(str(path))
    assert html.count("<details>") == html.count("</details>") == 1
    assert "<strong>408</strong>" in html


@pytest.mark.parametrize(("name", "said"), [("chat.pdf", "'.pdf'"), ("chat", "no suffix"), (".md", "no suffix")])
def test_an_unknown_suffix(conversation: Conversation, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ExportError, match=said) as caught:
        write(conversation, tmp_path / name)
    assert caught.value.remedy == "There are: .md, .html, .json, .ipynb."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_an_unknown_way_to_show_the_reasoning(conversation: Conversation, tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ExportError, match=r"'hidden' can't be. There are: 'folded', 'open', 'plain', 'none'"):
        write(conversation, tmp_path / f"chat{suffix}", reasoning="hidden")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(conversation: Conversation, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"There is no folder .*nowhere'\. Make it first"):
        write(conversation, tmp_path / "nowhere" / "chat.md")


def test_a_file_that_cannot_be_written(
    conversation: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chat.md"
    path.write_text("what was there before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"No space left on device. Export to a folder you may write to") as caught:
        write(conversation, path)
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_files_place(conversation: Conversation, tmp_path: Path) -> None:
    (tmp_path / "chat.md").mkdir()
    with pytest.raises(ExportError, match="can't be written"):
        write(conversation, tmp_path / "chat.md")
    assert [path.name for path in tmp_path.iterdir()] == ["chat.md"]


def test_a_file_is_replaced_with_its_permissions_and_through_its_link(
    conversation: Conversation, tmp_path: Path
) -> None:
    path, link = tmp_path / "chat.md", tmp_path / "link.md"
    path.write_text("before")
    path.chmod(0o600)
    link.symlink_to(path)
    write(conversation, link)
    assert link.is_symlink()
    assert "408" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_name_from_home(conversation: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert write(conversation, "~/chat.md") == tmp_path / "chat.md"


def test_what_no_encoding_carries(tmp_path: Path) -> None:
    conversation = Conversation()
    turn = conversation.add("\ud83e")
    turn.append("answer", "a\ud83eb")
    turn.end("stop")
    for suffix in FORMATS:
        assert "a\ufffdb" in write(conversation, tmp_path / f"chat{suffix}").read_text("utf-8")


def test_a_long_name(conversation: Conversation, tmp_path: Path) -> None:
    assert write(conversation, tmp_path / ("思" * 80 + ".md")).exists()
