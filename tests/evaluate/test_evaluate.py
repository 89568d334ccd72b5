"""`chat.evaluate`: asked, graded, counted, kept, and gone on with after whatever came."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from r1widget import Chat
from r1widget.engines import Delta, Request
from r1widget.errors import EngineError, EvaluationError, SettingsError
from r1widget.evaluate import PROMPT, Evaluation
from r1widget.evaluate.progress import Standing
from r1widget.testing import ScriptedEngine

SUMS = [("What is 17 × 24?", "408"), ("What is 3 + 4?", "7"), ("What is 9 − 9?", "0")]
EIGHT = "Let me see.\n</think>\n\nIt is $\\boxed{408}$."


class Answering(ScriptedEngine):
    """Writes what `said` has for a question and its seed's place."""

    def __init__(self, said: Callable[[str, int], str | BaseException], **options: Any) -> None:
        super().__init__("", **options)
        self._said = said
        self._asked: dict[str, int] = {}
        self._guard = threading.Lock()

    def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
        question = request.messages[-1]["content"].partition("\n")[0]
        text = self._said(question, (request.settings.seed or 0) >> 20)
        if isinstance(text, BaseException):
            raise text
        engine = ScriptedEngine(text, gate=self._gate, name=self.name)
        yield from engine.stream(request, stop)
        self.requests.append(request)


def boxed(value: object) -> str:
    return f"A thought.\n</think>\n\nIt is $\\boxed{{{value}}}$."


def chat(text: str = EIGHT) -> Chat:
    return Chat(ScriptedEngine(text), keep=False)


def run(of: Chat, out: Path | None = None, **options: Any) -> Evaluation:
    return of.evaluate(SUMS, **{"k": 2, "progress": False, "seed": 5, "out": out, **options})


def test_each_question_is_asked_k_times_and_the_conversation_stays() -> None:
    engine = ScriptedEngine(EIGHT)
    mine = Chat(engine, keep=False)
    found = run(mine, temperature=0.3)
    assert len(engine.requests) == 6 and not mine.conversation.all_turns
    assert {request.messages[-1]["content"] for request in engine.requests} == {f"{text}\n{PROMPT}" for text, _ in SUMS}
    assert len({request.settings.seed for request in engine.requests}) == 6
    assert {request.settings.temperature for request in engine.requests} == {0.3}
    assert found.pass_at_1 is not None and found.pass_at_1.value == pytest.approx(1 / 3) and found.pass_at_1.of == 3
    assert found.is_complete and not found.error and len(found.wrong) == 4
    assert [(each.question, each.number) for each in found.samples] == [(q, n) for q in range(3) for n in range(2)]


def test_the_prompt_can_be_another_or_none() -> None:
    engine = ScriptedEngine(EIGHT)
    run(Chat(engine, keep=False), k=1, limit=1, prompt="")
    run(Chat(engine, keep=False), k=1, limit=1, prompt="Be brief.")
    assert [each.messages[-1]["content"] for each in engine.requests] == [SUMS[0][0], f"{SUMS[0][0]}\nBe brief."]


def test_what_most_say_counts_and_of_as_many_the_first() -> None:
    answers = {SUMS[0][0]: [408, 1, 408, 2], SUMS[1][0]: [8, 8, 7, 6], SUMS[2][0]: [0, 1, 1, 0]}
    engine = Answering(lambda question, number: boxed(answers[question][number]))
    found = run(Chat(engine, keep=False), k=4, seed=0)
    assert found.cons is not None and found.cons.value == pytest.approx(2 / 3)
    assert found.pass_at_1 is not None and found.pass_at_1.value == pytest.approx((2 + 1 + 2) / 12)


def test_how_turns_ended_is_counted() -> None:
    answers = {SUMS[0][0]: "No end", SUMS[1][0]: "So.\n</think>\n\nSeven is 7.", SUMS[2][0]: boxed(0)}
    found = run(Chat(Answering(lambda question, _: answers[question]), keep=False), k=1)
    assert (found.cut, found.looped, found.unboxed, found.failed) == (0, 0, 2, 0)
    cut_off = run(chat(EIGHT), k=1, max_tokens=2)
    assert (cut_off.cut, cut_off.unboxed) == (3, 3)
    assert "cut off" in cut_off.conversation.turns[0].record["notes"][-1]


def test_the_table_the_frame_and_the_files(tmp_path: Path) -> None:
    found = run(chat())
    assert "| pass@1, 95 % interval | 33.3 % (6.1 % to 79.2 %)" in found.table()
    assert found._repr_markdown_() == found.table() == str(found)
    rows = found.to_frame("rows")
    assert rows[0] | {"seed": 0} == {
        "question": 1, "sample": 1, "text": SUMS[0][0], "expected": "408", "ends_in": "408", "right": True,
        "graded_by": "math-verify", "reasoning_tokens": rows[0]["reasoning_tokens"],
        "answer_tokens": rows[0]["answer_tokens"], "seconds": rows[0]["seconds"], "loops": False, "cut": False,
        "boxed": True, "seed": 0,
    }  # fmt: skip
    assert len(found.to_frame()) == 6
    found.save(tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "answers.csv", "figures.json", "table.md", "wrong.ipynb", "wrong.md",
    ]  # fmt: skip
    assert json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))["answers"] == 6


def test_the_notebook_of_the_wrong_ones(tmp_path: Path) -> None:
    run(chat(), tmp_path / "out")
    notebook = nbformat.read(tmp_path / "out" / "wrong.ipynb", 4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "What is 3 + 4?" in text and "Let me see." in text and "What is 17" not in text
    assert "Question 2, expected: 7. This one ended in 408; 0 of 2 were right." in text
    again = Chat.load(tmp_path / "out" / "wrong.ipynb", ScriptedEngine(EIGHT), keep=False)
    assert [len(again.versions(turn)) for turn in again.turns] == [2, 2]


def test_nothing_wrong_is_no_notebook(tmp_path: Path) -> None:
    run(chat(), tmp_path / "out", limit=1)
    assert not (tmp_path / "out" / "wrong.ipynb").exists()
    run(chat(), tmp_path / "out")
    assert (tmp_path / "out" / "wrong.ipynb").exists()


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    first = run(chat(), tmp_path, limit=2, k=1)
    engine = ScriptedEngine(EIGHT)
    second = run(Chat(engine, keep=False), tmp_path, seed=None)
    assert len(engine.requests) == 4, "two of six were there"
    assert second.samples[0].turn == first.samples[0].turn
    assert second.settings["seed"] == 5
    nothing = ScriptedEngine(EIGHT)
    assert run(Chat(nothing, keep=False), tmp_path).figures == {**second.figures, "seconds": pytest.approx(second.seconds, abs=0.01), "tokens_per_second": pytest.approx(second.tokens_per_second, rel=1)}  # fmt: skip
    assert nothing.requests == []
    assert len(run(Chat(nothing, keep=False), tmp_path, k=1).samples) == 3


def test_more_questions_and_answers_change_no_seed(tmp_path: Path) -> None:
    few, many = ScriptedEngine(EIGHT), ScriptedEngine(EIGHT)
    run(Chat(few, keep=False), k=1, limit=2)
    run(Chat(many, keep=False), k=3)
    seeds = [{(each.messages[-1]["content"], each.settings.seed) for each in engine.requests} for engine in (few, many)]
    assert seeds[0] < seeds[1]


def test_a_half_line_is_asked_again(tmp_path: Path) -> None:
    run(chat(), tmp_path)
    file = tmp_path / "samples.jsonl"
    whole = file.read_bytes()
    lines = whole.split(b"\n")
    for damaged in (
        whole[:-30],
        whole + b'{"question": 0',
        whole.replace(lines[2], b'{"question": "x"}'),
        b"\n" + whole[:5],
    ):
        file.write_bytes(damaged)
        assert run(chat(), tmp_path).is_complete
        assert all(json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())
    file.write_bytes(lines[0] + b"\n" + lines[0] + b"\n")
    assert run(chat(), tmp_path).is_complete, "one that is there twice counts once"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"temperature": 0.1}, "the settings of the run in it are others"),
        ({"prompt": "Think."}, "the prompt of the run"),
        ({"seed": 6}, "its seed is another"),
    ],
)
def test_another_runs_folder_is_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    run(chat(), tmp_path / "out", limit=1)
    engine = ScriptedEngine(EIGHT)
    with pytest.raises(EvaluationError, match=said) as caught:
        run(Chat(engine, keep=False), tmp_path / "out", **changed)
    assert "'out' holds another evaluation" in str(caught.value) and engine.requests == []


def test_other_questions_another_model_and_foreign_folders_are_refused(tmp_path: Path) -> None:
    run(chat(), tmp_path / "a", limit=1)
    with pytest.raises(EvaluationError, match="the questions of the run in it are others"):
        chat().evaluate(SUMS[:2], out=tmp_path / "a", seed=5, k=2, progress=False)
    with pytest.raises(EvaluationError, match="the run in it is of scripted"):
        run(Chat(ScriptedEngine(EIGHT, name="another"), keep=False), tmp_path / "a")
    for folder, name, content in (("b", "run.json", "{}"), ("c", "run.json", "no"), ("d", "samples.jsonl", "")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(content, "utf-8")
        with pytest.raises(EvaluationError, match=f"'{folder}' holds another evaluation"):
            run(chat(), tmp_path / folder)
    (tmp_path / "file").touch()
    with pytest.raises(EvaluationError, match="can't be used"):
        run(chat(), tmp_path / "file")


def test_the_same_name_in_another_form_is_refused(tmp_path: Path) -> None:
    """The model says only when it writes what it is: then it is stopped, and nothing is mixed."""

    class Form(ScriptedEngine):
        form = "int8"

        def describe(self) -> dict[str, Any]:
            return {**super().describe(), "quantization": self.form}

    run(Chat(Form(EIGHT), keep=False), tmp_path, limit=1)
    before = (tmp_path / "samples.jsonl").read_bytes()
    other = Form(EIGHT)
    other.form = "int4"
    with pytest.raises(EvaluationError, match="quantization int8 then, int4 now"):
        run(Chat(other, keep=False), tmp_path)
    assert (tmp_path / "samples.jsonl").read_bytes() == before


def test_an_interrupt_keeps_all_and_it_goes_on(tmp_path: Path) -> None:
    def interrupt(standing: Standing) -> None:
        if standing.done == 3:
            raise KeyboardInterrupt

    ended = run(chat(), tmp_path, progress=interrupt, at_once=1)
    assert ended.was_interrupted and len(ended.samples) == 3
    assert "Not all of it: 3 of 6 answers." in ended.table() and "Run it again with the same folder" in ended.table()
    engine = ScriptedEngine(EIGHT)
    assert run(Chat(engine, keep=False), tmp_path).is_complete and len(engine.requests) == 3


def test_what_runs_is_stopped_by_an_interrupt() -> None:
    gate = threading.Semaphore(0)
    looks = iter(range(100))

    def interrupt(standing: Standing) -> None:
        if next(looks) == 1:
            raise KeyboardInterrupt

    found = run(Chat(ScriptedEngine(EIGHT, gate=gate), keep=False), progress=interrupt)
    assert found.was_interrupted and not found.samples and found.pass_at_1 is None
    assert "Interrupted." in found.table()


def test_one_that_fails_is_no_answer_and_is_asked_again(tmp_path: Path) -> None:
    def fails(question: str, number: int) -> str | BaseException:
        return EngineError("The server is busy.") if question == SUMS[1][0] and number == 0 else boxed(408)

    found = run(Chat(Answering(fails), keep=False), tmp_path, seed=0, at_once=1)
    assert (found.failed, len(found.samples)) == (1, 5) and "1 turn failed" in found.table()
    engine = ScriptedEngine(EIGHT)
    assert run(Chat(engine, keep=False), tmp_path, seed=0).is_complete and len(engine.requests) == 1


def test_a_model_that_only_fails_is_an_error() -> None:
    with pytest.raises(EngineError, match="It broke"):
        run(Chat(Answering(lambda question, number: EngineError("It broke.")), keep=False))


def test_who_unloads_the_model_ends_it() -> None:
    mine = Chat(ScriptedEngine(EIGHT), keep=False)
    found = run(mine, progress=lambda standing: mine.unload() if standing.done == 2 else None, at_once=1)
    assert found.is_complete or "unloaded" in found.error


def test_so_many_are_written_at_once_and_the_chat_goes_on() -> None:
    """The gate lets nothing through before all that may run wait at it, and a question of the chat itself beside them."""
    waiting, most = 0, 0
    guard, all_there = threading.Condition(), 3

    class Counting(ScriptedEngine):
        def stream(self, request: Request, stop: threading.Event) -> Iterator[Delta]:
            nonlocal waiting, most
            with guard:
                waiting += 1
                most = max(most, waiting)
                guard.notify_all()
                guard.wait_for(lambda: most >= all_there, timeout=30)
            yield from super().stream(request, stop)
            with guard:
                waiting -= 1

    mine = Chat(Counting(EIGHT), keep=False)
    turn = mine.send("And you?")
    found = run(mine, at_once=2)
    assert turn.wait(30) and turn.answer and found.is_complete
    assert most == 3 and mine.turns == (turn,)


@pytest.mark.parametrize("wrong", [{"k": 0}, {"limit": 0}, {"at_once": 0}, {"k": "4"}])
def test_a_count_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=f"{next(iter(wrong))}="):
        run(chat(), **wrong)


def test_a_setting_that_is_none_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="There is no setting 'temprature'"):
        run(chat(), temprature=1)


PROGRAM = """
import sys
from r1widget import Chat
sums = [(f"What is {n} + {n}?", str(2 * n)) for n in range(30, 60)]
print(Chat("pocket", keep=False).evaluate(sums, k=2, out=sys.argv[1], seed=1, prompt="").figures["answers"])
"""


@pytest.mark.skipif(os.name == "nt", reason="a signal there ends the process at once")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT] if os.name != "nt" else [])
def test_the_built_in_model_after_a_kill(tmp_path: Path, ending: signal.Signals) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(("6 of", "7 of", "8 of", "9 of", "10 of", "11 of", "12 of")):
                break
        process.send_signal(ending)
        process.communicate()
    there = [line for line in (tmp_path / "samples.jsonl").read_bytes().split(b"\n")[:-1] if line]
    assert 6 <= len(there) < 60
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "60"
    assert (tmp_path / "samples.jsonl").read_bytes().startswith(b"\n".join(there[:5]))
