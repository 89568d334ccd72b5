"""What is kept of a chat, and what is read again: the same, whatever has become of the chat meanwhile."""

from __future__ import annotations

import stat
import sys
import threading
from pathlib import Path

import pytest

from r1widget import Chat
from r1widget.chat.loading import asked_for, model_of
from r1widget.errors import HistoryError
from r1widget.journal import history
from r1widget.journal.book import About
from r1widget.journal.writer import Writer
from r1widget.testing import ScriptedEngine
from tests import ggufs

THOUGHT = "Six times seven.\nWait, it is 42.\n</think>\n\nIt is **42**."


def chat() -> Chat:
    return Chat(ScriptedEngine(THOUGHT))


def test_every_version_of_every_turn_is_read_again_as_it_was(journal: Path) -> None:
    kept = chat()
    first = kept.ask("What is 6 × 7?")
    kept.ask("And 6 × 8?")
    kept.edit_reasoning(first, "Six times seven.\nNo, eight.").wait()
    kept.edit_question(first, "第一个问题?").wait()
    kept.select(first)
    assert kept.id is not None
    again = history.load(kept.id)
    assert again == kept.conversation
    assert [turn.id for turn in again.turns] == [turn.id for turn in kept.turns]


def test_the_tokens_and_what_the_model_made_of_them_are_kept(journal: Path) -> None:
    kept = Chat("pocket")
    turn = kept.ask("What is 12 + 9?")
    assert len(turn.scores) > 20
    again = history.load(kept.id or "")[turn.id]
    assert again.ids.all == turn.ids.all
    assert [*again.scores] == [*turn.scores]


def test_a_chat_that_is_loaded_goes_on_in_the_same_conversation(journal: Path) -> None:
    kept = chat()
    kept.ask("One?")
    loaded = Chat.load((kept.id or "")[:6], ScriptedEngine(THOUGHT))
    assert loaded.id == kept.id
    assert loaded.conversation == kept.conversation
    loaded.ask("Two?")
    assert [turn.question for turn in history.load(kept.id or "").turns] == ["One?", "Two?"]
    assert len(history.list()) == 1


def test_a_chat_that_was_loaded_is_with_the_model_it_was_with(journal: Path) -> None:
    kept = Chat("pocket")
    kept.ask("What is 1 + 1?")
    assert Chat.load(kept.id or "").model_name == "pocket"
    code = chat()
    code.ask("One?")
    loaded = Chat.load(code.id or "")
    assert loaded.turns[0].answer == "It is **42**."
    failed = loaded.ask("Two?")
    assert failed.finish_reason == "error" and "load(…, model=…)" in (failed.error or "")


@pytest.mark.parametrize(
    ("model", "file", "told"),
    [
        ("me/X-GGUF", "*Q8_0*", {"asked": "me/X-GGUF", "file": "*Q8_0*"}),
        ("me/X-GGUF:Q8_0", None, {"asked": "me/X-GGUF:Q8_0"}),
        ("me/X-GGUF/Q8_0/x-Q8_0.gguf", None, {"asked": "me/X-GGUF/Q8_0/x-Q8_0.gguf"}),
        ("ollama:hf.co/me/X:Q8_0", None, {"asked": "ollama:hf.co/me/X:Q8_0"}),
        ("{folder}/x-Q8_0.gguf", None, {}),
        ("{folder}", "x-Q8_0.gguf", {}),
        ("~/gone/x-Q8_0.gguf", None, {}),
        ("gone.gguf", None, {}),
    ],
)
def test_which_gguf_file_it_was_with_is_known_again_and_the_way_there_told_to_nobody(
    journal: Path, tmp_path: Path, model: str, file: str | None, told: dict[str, str]
) -> None:
    """Nothing is loaded: what a chat names is kept with its first question, whatever becomes of that."""
    ggufs.model(tmp_path / "models" / "x-Q8_0.gguf")
    named = model.format(folder=tmp_path / "models")
    kept = Chat(named, file=file)
    assert kept.about["model"] == {"name": kept.model_name, **told}
    assert str(tmp_path) not in str(kept.about) and "gone/" not in str(kept.about)
    again = Chat(**model_of(About(model=asked_for(kept.model_name, named, None, "auto", None, file)), None))
    assert again.model_name == kept.model_name and again.generation.source is kept.generation.source
    assert kept.is_with(named)


def test_two_who_have_one_conversation_each_add_to_it(journal: Path) -> None:
    """As two kernels do: nobody overwrites what the other has written."""
    kept = chat()
    kept.ask("One?")
    other = Chat.load(kept.id or "", ScriptedEngine(THOUGHT))
    kept.ask("Two, here?")
    other.ask("Two, there?")
    kept.ask("Three, here?")
    questions = {turn.question: turn.parent for turn in history.load(kept.id or "").all_turns}
    assert list(questions) == ["One?", "Two, here?", "Two, there?", "Three, here?"]
    assert questions["Two, here?"] == questions["Two, there?"]


def test_what_was_cleared_stays_and_what_comes_then_is_another(journal: Path) -> None:
    kept = chat()
    kept.ask("One?")
    before = kept.id
    kept.clear()
    kept.ask("Two?")
    assert kept.id != before
    assert [history.load(each.id).turns[0].question for each in history.list()] == ["Two?", "One?"]


def test_what_was_written_when_it_was_cleared_has_its_end(journal: Path) -> None:
    begun = threading.Event()
    kept = Chat(ScriptedEngine(["A thought", " that", *[" goes on"] * 5000], tokens_per_second=200))
    kept.on("text_added", lambda *_: begun.set())
    turn = kept.send("One?")
    assert begun.wait(20)
    before = kept.id or ""
    kept.clear()
    assert turn.wait(20)
    (again,) = history.load(before).all_turns
    assert again.finish_reason == "cancelled" and again.interrupted is None
    assert again.reasoning.startswith("A thought")


def test_nothing_is_kept_of_a_private_chat(journal: Path) -> None:
    private = Chat(ScriptedEngine(THOUGHT), keep=False)
    private.ask("One?")
    assert (private.id, private.kept) == (None, "nowhere")
    assert history.list() == () and not journal.exists()


def test_nothing_is_kept_where_the_environment_says_so(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1WIDGET_HISTORY", "off")
    kept = chat()
    kept.ask("One?")
    assert (kept.id, kept.kept) == (None, "off")
    with pytest.raises(HistoryError, match="R1WIDGET_HISTORY"):
        history.list()
    assert not journal.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there a profile has its own access list")
def test_nobody_else_can_read_it(journal: Path, own: Writer) -> None:
    chat().ask("One?")
    assert own.flush()
    for path in (journal.parent, *journal.parent.iterdir()):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_all_words_are_found_in_questions_thoughts_and_answers(journal: Path) -> None:
    kept = chat()
    kept.ask("What is 6 × 7?")
    other = Chat(ScriptedEngine("先算乘法,再算加法。\n</think>\n\n答案是100%。"))
    other.ask("二乘以五十等于多少?")
    both = chat()
    both.ask("Was that right?")

    def found(words: str) -> set[tuple[str, str]]:
        return {(each.chat, each.kind) for each in history.search(words)}

    assert found("SIX seven") == {(kept.id, "reasoning"), (both.id, "reasoning")}
    assert found("乘法") == {(other.id, "reasoning")}, "two characters, which the index doesn't know"
    assert found("等于多少") == {(other.id, "question")}
    assert found("100%") == {(other.id, "answer")} and found("10_") == set()
    assert found('"seven. Wait"') == set() and found('"times seven"') == {
        (kept.id, "reasoning"),
        (both.id, "reasoning"),
    }
    assert found('say "') == set(), "half a quotation is no error"
    assert found("× 7") == {(kept.id, "question")}
    (thought,) = (each for each in history.search("wait seven") if each.chat == kept.id)
    assert thought.text == "Six times seven. Wait, it is 42." and thought.title == "What is 6 × 7?"
    with pytest.raises(HistoryError, match="look for"):
        history.search("  ")


def test_what_is_forgotten_is_gone_and_stays_so(journal: Path, own: Writer) -> None:
    kept = Chat(ScriptedEngine("A secret word: xylophone.\n</think>\n\nxylophone"))
    kept.ask("Which word, xylophone?")
    other = chat()
    other.ask("One?")
    assert own.flush()
    assert any(b"xylophone" in file.read_bytes() for file in journal.parent.iterdir() if file.is_file())
    assert history.forget(kept.id or "").title == "Which word, xylophone?"
    assert not any(b"xylophone" in file.read_bytes() for file in journal.parent.iterdir() if file.is_file())
    kept.ask("Once more, xylophone?")
    assert own.flush()
    assert [each.id for each in history.list()] == [other.id]
    assert history.search("xylophone") == ()
    assert history.forget_all() == 1 and history.list() == ()


def test_an_id_that_is_none_or_several_is_an_error(journal: Path, own: Writer) -> None:
    for id in ("aa11", "aa22"):
        kept = chat()
        kept.placed(id=id)
        kept.ask("One?")
    assert own.flush()
    for id, said in (("aa", "2 conversations"), ("zz", "no conversation"), ("", "no conversation"), ("%", "no conv")):
        with pytest.raises(HistoryError, match=said):
            history.load(id)
    assert history.entry("aa2").id == "aa22"
