"""Questions of files, lists and generators: what is read, and what is said of what can't be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from r1widget.errors import EvaluationError, MissingLibrary
from r1widget.evaluate import Question, questions

ROWS = [{"id": 1, "problem": "What is 1 + 1?", "answer": "2"}, {"id": 2, "problem": "Über, 2×2?\nNow.", "answer": "4"}]


def write(path: Path) -> Path:
    """The rows as the file's suffix says."""
    if path.suffix in (".csv", ".tsv"):
        mark = "\t" if path.suffix == ".tsv" else ","
        lines = [["id", "problem", "answer"], *([str(cell) for cell in row.values()] for row in ROWS)]
        text = "".join(mark.join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)
        path.write_text("\ufeff" + text, "utf-8", newline="")
    elif path.suffix == ".json":
        path.write_text(json.dumps(ROWS), "utf-8")
    elif path.suffix == ".parquet":
        pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    else:
        path.write_text("\n\n".join(map(json.dumps, ROWS)), "utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet"])
def test_a_file_is_read_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    found = questions(write(tmp_path / f"sums{suffix}"))
    assert found.name == "sums"
    assert [(each.text, each.answer) for each in found.all] == [(str(row["problem"]), row["answer"]) for row in ROWS]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"question": "q", "answer": 4}, "4"),
        ({"question": "q", "answer": 4.0}, "4"),
        ({"question": "q", "answer": 2.5}, "2.5"),
        ({"Problem": "q", "Solution": r"So $x$ is \boxed{\frac{1}{2}}."}, r"\frac{1}{2}"),
        ({"prompt": "q", "solution": "408"}, "408"),
        ({"question": "q", "answer": "12 and 5\n#### 17"}, "17"),
        ({"question": "q", "answer": ["a", "b"]}, "a"),
        ({"question": "q", "solution": "long", "answer": "short"}, "short"),
    ],
)
def test_columns_are_chosen_by_their_names(row: dict[str, Any], expected: str) -> None:
    assert questions([row]).all == (Question("q", expected),)


def test_columns_can_be_named() -> None:
    rows = [{"answer": "no", "frage": "q", "antwort": "7"}]
    assert questions(rows, question_column="frage", answer_column="Antwort").all == (Question("q", "7"),)


def test_a_list_of_pairs() -> None:
    assert questions([("q", 408), Question("r", "1")]).all == (Question("q", "408"), Question("r", "1"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "no questions"),
        ([("q",)], "Entry 1 of the list is no question"),
        ([("q", "")], "Entry 1 of the list is no question"),
        ([{"question": "q", "answer": None}], "Row 1 of The list has nothing as its answer"),
        ([{"question": "q", "answer": float("nan")}], "has nothing as its answer"),
        ([{"a": "q", "b": "r"}], "no column that is clearly the question. There are: a, b. Name it"),
        ("nowhere.csv", "There is no file 'nowhere.csv'"),
        ("sums", "no data set is called so"),
    ],
)
def test_what_is_no_question_is_said(given: Any, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        questions(given)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"q", "'.txt', which is no table"),
        ("a.csv", b"", "has no questions"),
        ("a.csv", b"\xff\xfe\x00", "no text in UTF-8"),
        ("a.jsonl", b'{"question": "q", "answer": 1}\n{"quest', "Line 2 of a.jsonl is no JSON"),
        ("a.jsonl", b"[1]", "Line 1 of a.jsonl is no object"),
        ("a.json", b"{}", "no list of questions"),
        ("a.json", b"[" * 100_000, "is no JSON"),
        ("a.parquet", b"PAR1", "no parquet file"),
    ],
)
def test_a_damaged_file_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EvaluationError) as caught:
        questions(tmp_path / name)
    assert said in str(caught.value)


def test_what_asks_tells_one_set_from_another() -> None:
    one, same, other = questions([("q", 1)]), questions([("q", 1)], name="b"), questions([("q", 2)])
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_a_generator_of_reasoning_gym() -> None:
    pytest.importorskip("reasoning_gym")
    found = questions("gym:chain_sum?size=3&seed=7&max_terms=2")
    assert found.name == "gym:chain_sum" and len(found.all) == 3
    assert found.fingerprint == questions("gym:chain_sum?size=3&seed=7&max_terms=2").fingerprint
    with pytest.raises(EvaluationError, match="Did you mean chain_sum"):
        questions("gym:chainsum")
    with pytest.raises(EvaluationError, match=r"unexpected keyword argument 'terms'.* It takes: min_terms"):
        questions("gym:chain_sum?terms=3")


def test_without_reasoning_gym_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingLibrary, match="pip install reasoning-gym"):
        questions("gym:chain_sum")
