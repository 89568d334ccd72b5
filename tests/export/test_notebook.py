"""The notebook: cells that can be run, with nothing of the answer lost, and the whole conversation in its metadata."""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from r1widget.conversation import Conversation, Turn
from r1widget.export import conversation_of, write
from r1widget.export.cells import Cell, cells_of
from r1widget.export.markdown import turn_markdown
from r1widget.export.notebook import notebook_json
from r1widget.export.parse import source
from tests.export.test_markdown import _GFM, ALLOWED, HOSTILE, _Page
from tests.reading import github, read_by
from tests.seen import seen_in
from tests.visible import what_is_wrong
from tests.xss import collections


def _conversation(answer: str = "So.", reasoning: str = "Hm.") -> Conversation:
    conversation = Conversation()
    turn = conversation.add("How?")
    turn.append("reasoning", reasoning)
    turn.append("answer", answer)
    turn.end("stop", thinking_ended_by="model")
    return conversation


def _notebook(conversation: Conversation, **options: Any) -> Any:
    notebook = nbformat.reads(notebook_json(conversation, **{"name": "chat.ipynb", **options}), as_version=4)
    nbformat.validate(notebook)
    return notebook


def _reply(answer: str, **options: Any) -> list[tuple[str, str]]:
    """The cells below the question, without the small print."""
    cells = [(cell.cell_type, cell.source) for cell in _notebook(_conversation(answer, **options)).cells[2:]]
    kind, last = cells.pop()
    return [*cells, (kind, last.rpartition("<sub>")[0].rstrip())]


# ---- code


def test_code_of_an_answer_can_be_run() -> None:
    answer = "First:\n\n```python\nx = 17 * 24\n\nprint(x)\n```\nThen **this**:\n\n~~~py\nx + 1\n~~~\n```ipython\n%time x\n```\nDone."
    thought = "<details><summary>Thought</summary>\n\nTry\n\n```python\n1 + 1\n```\n\n</details>"
    assert _reply(answer, reasoning="Try\n```python\n1 + 1\n```") == [
        ("markdown", f"{thought}\n\nFirst:"),
        ("code", "x = 17 * 24\n\nprint(x)"),
        ("markdown", "Then **this**:"),
        ("code", "x + 1"),
        ("code", "%time x"),
        ("markdown", "Done."),
    ]


def test_nothing_has_been_run() -> None:
    notebook = _notebook(_conversation("```python\n1 / 0\n```"))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code[1:]] == ["1 / 0"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@pytest.mark.parametrize(
    "head", ["", "bash", "js", "pycon", "text", "pythonic", "python title=a.py", "{python}", "py 3"]
)
def test_other_code_stays_text(head: str) -> None:
    assert {kind for kind, _ in _reply(f"Try:\n\n```{head}\nprint(1)\n```")} == {"markdown"}


@pytest.mark.parametrize("head", ["python", "Python", " py ", "python3", "ipython"])
def test_code_of_the_kernels_language(head: str) -> None:
    assert ("code", "print(1)") in _reply(f"Try:\n\n```{head}\nprint(1)\n```")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param("   ```py\n   if x:\n       y\n   ```", "if x:\n    y", id="indented"),
        pytest.param("  ```py\n x\n    y\n  ```", "x\n  y", id="indented more than its lines"),
        pytest.param("```py\n\tx\n```", "\tx", id="a tab"),
        pytest.param("`````py\n```\nx\n`````", "```\nx", id="a longer fence"),
        pytest.param("```py\nx = '</details> $$ <script>'\n```", "x = '</details> $$ <script>'", id="markup"),
        pytest.param("```py\nx\n\n\n```", "x\n\n", id="blank lines"),
        pytest.param("```py\nx = 1", "x = 1", id="a fence that isn't closed"),
        pytest.param("- a\n\n  ```py\n  for x in y:\n      z\n  ```", "for x in y:\n    z", id="in a list"),
    ],
)
def test_the_source_is_as_commonmark_has_it(answer: str, code: str) -> None:
    assert ("code", code) in _reply(answer)


def test_code_in_a_list() -> None:
    answer = (
        "3. One:\n   ```python\n   a = 1\n   ```\n   It is one.\n4. Two:\n   - deep\n     ```py\n     b = 2\n     ```\n"
        "   - deeper\n\n   So.\n7. Seven\n\nEnd."
    )
    assert _reply(answer, reasoning="") == [
        ("markdown", "3. One:"),
        ("code", "a = 1"),
        ("markdown", "It is one.\n\n4. Two:\n\n   - deep"),
        ("code", "b = 2"),
        ("markdown", "- deeper\n\nSo.\n\n7. Seven\n\nEnd."),
    ]


def test_code_in_a_quote_stays_in_it() -> None:
    assert {kind for kind, _ in _reply("> ```py\n> x\n> ```\n\n- > ```py\n  > y\n  > ```")} == {"markdown"}


def test_empty_code_stays_text() -> None:
    assert {kind for kind, _ in _reply("```py\n\n```")} == {"markdown"}


def test_code_that_a_person_wrote_a_part_of_stays_text_with_its_marks() -> None:
    conversation = Conversation()
    turn = conversation.add("How?")
    turn.append("answer", "```py\nx = 1\n")
    turn.append("answer", "y = 2\n", "person")
    turn.append("answer", "```\n\nAnd:\n\n")
    turn.append("answer", "Mine:\n\n```py\nz = 3\n```\n\nYes.", "person")
    turn.end("stop")
    cells = [(cell.cell_type, cell.source) for cell in _notebook(conversation).cells[2:]]
    assert [kind for kind, _ in cells] == ["markdown", "code", "markdown"]
    assert "⟦written by a person⟧y = 2" in cells[0][1] and cells[0][1].endswith(
        "<ins>⟦written by a person⟧</ins>\n\nMine:"
    )
    assert cells[1][1] == "z = 3" and cells[2][1].startswith("Yes.<ins>⟦end⟧</ins>")


def test_without_code_a_turn_is_the_cell_it_was() -> None:
    conversation = _conversation("It is **so**.\n\n```bash\nls\n```")
    cells = _notebook(conversation).cells
    assert [cell.id for cell in cells] == ["conversation", "turn-1-question", "turn-1-reply"]
    assert cells[2].source == turn_markdown(conversation.turns[0], question=False)


# ---- nothing is lost


def _seen(cells: Iterator[Cell]) -> str:
    """What a reader sees in the cells, one after the other, with the head that a fence had."""
    return "\n".join(
        f"py\n{cell.source}" if cell.type == "code" else seen_in(*read_by(github, cell.source)) for cell in cells
    )


_PIECES = [
    "```py\nx = {n}\n```",
    "~~~ py\nx = {n}\n~~~",
    "- one {n}\n  ```py\n  a\n   b{n}\n  ```\n  and {n}\n- two",
    "2. two {n}\n\n   ```py\n   y\n   ```\n\n   - in {n}\n\n     ```py\n     z\n     ```\n\n   after {n}\n3. three\n5. five",
    "> quote {n}\n> and more",
    "| a | b |\n|---|---|\n| {n} | `x` |",
    "# Head {n}",
    "*em* and $x_{n}$ and `code`",
    "1. 1. ```py\n      deep\n      ```",
    "-\n  ```py\n  x\n  ```",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=6))
@example(["2. two {n}\n\n   ```py\n   y\n   ```", "7. seven {n}"])
def test_nothing_of_an_answer_is_lost(pieces: list[str]) -> None:
    text = "\n\n".join(piece.replace("{n}", str(number)) for number, piece in enumerate(pieces, 1))
    assert what_is_wrong(text, _seen(cells_of(text))) == "", text


@given(st.lists(st.sampled_from([*HOSTILE, *_PIECES]), max_size=5), st.sampled_from(["\n", "\n\n"]))
def test_no_text_gets_out_of_its_cell(pieces: list[str], between: str) -> None:
    """A cell of code has what a fence of Python had, and no cell is changed by those around it."""
    turn = Turn("?")
    turn.append("answer", between.join(pieces))
    text = source(turn, "answer")
    cells = list(cells_of(text))
    for cell in cells:
        if cell.type == "code":
            assert all(line.strip() in text for line in cell.source.replace("[[", "⟦").replace("]]", "⟧").split("\n"))
        else:
            page = _Page(_GFM.render(cell.source))
            assert page.open == [] and set(page.tags) <= ALLOWED
    assert not any(one.type == other.type == "markdown" for one, other in itertools.pairwise(cells))


@pytest.mark.parametrize("name", collections())
def test_hostile_text_in_code_is_its_source_and_nothing_else(name: str) -> None:
    for vector in collections()[name]:
        if any(sign in vector for sign in "`~⟦⟧〚〛"):
            continue
        conversation = _conversation(f"A\n\n```python\n{vector}\n```\n\nB")
        turn = conversation.turns[0]
        cells = list(cells_of(source(turn, "answer")))
        assert [cell.type for cell in cells] == ["markdown", "code", "markdown"], vector
        data = json.loads(notebook_json(conversation, name="chat.ipynb"))
        code = [cell for cell in data["cells"] if cell["cell_type"] == "code"]
        assert len(code) == 2 and "".join(code[1]["source"]) == cells[1].source and code[1]["outputs"] == []
        assert code[1]["metadata"] == {}


# ---- the conversation again


@pytest.mark.parametrize(
    "name",
    [
        "chat.ipynb",
        'a "quoted" one.ipynb',
        "it's.ipynb",
        "back\\slash.ipynb",
        "思考 🧮.ipynb",
        "two\nlines.ipynb",
        "\u2028\udcff.ipynb",
    ],
)
def test_the_first_cell_opens_it_again(name: str) -> None:
    first = _notebook(_conversation(), name=name).cells[0]
    assert first.cell_type == "code"
    tree = ast.parse(first.source)
    (call,) = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert ast.unparse(call.func) == "Chat.load" and ast.literal_eval(call.args[0]) == name
    assert len(tree.body) == 3 and ast.unparse(tree.body[-1]) == "chat.turns"


def test_the_name_is_that_of_the_file(tmp_path: Path) -> None:
    path = write(_conversation(), tmp_path / "my sums.ipynb")
    assert 'Chat.load("my sums.ipynb")' in nbformat.read(path, as_version=4).cells[0].source


def _versions() -> Conversation:
    conversation = _conversation()
    conversation.add_version(conversation.turns[0], "How else?").end("cancelled")
    conversation.add("And then?").end("stop")
    return conversation


def test_the_whole_conversation_is_in_the_metadata(tmp_path: Path) -> None:
    conversation = _versions()
    path = write(conversation, tmp_path / "chat.ipynb")
    found = conversation_of(json.loads(path.read_text("utf-8")))
    assert found is not None and Conversation.from_dict(found) == conversation
    assert len(found["turns"]) == 3 > len(conversation.turns)
    # and again when Jupyter has saved it
    nbformat.write(nbformat.read(path, as_version=4), path)
    assert conversation_of(nbformat.read(path, as_version=4)) == found


def test_a_thought_that_is_left_out_is_nowhere(tmp_path: Path) -> None:
    path = write(_conversation("So.", "SECRET"), tmp_path / "chat.ipynb", reasoning="none")
    assert "SECRET" not in path.read_text("utf-8")
    found = conversation_of(json.loads(path.read_text("utf-8")))
    assert found is not None and found["left_out"] == ["reasoning"]
    assert Conversation.from_dict(found).turns[0].answer == "So."


@pytest.mark.parametrize(
    "notebook",
    [
        {},
        {"metadata": {}},
        {"metadata": None},
        {"metadata": {"r1widget": []}},
        {"metadata": {"r1widget": {"conversation": 1}}},
    ],
)
def test_another_notebook_has_none(notebook: dict[str, Any]) -> None:
    assert conversation_of(notebook) is None
