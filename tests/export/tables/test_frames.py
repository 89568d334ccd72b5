"""`to_frame`: the rows in a library's own types, with rows and without; which library; and what is said where there is none."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from r1widget import Chat, ChatWidget, Conversation
from r1widget.errors import ExportError, MissingLibrary
from r1widget.export.tables import TABLES, rows, to_frame

PAGE = Path(__file__).parents[3] / "docs" / "data.md"
DTYPES = {
    "text": "string",
    "whole number": "Int64",
    "number": "Float64",
    "yes or no": "boolean",
    "time": "datetime64[us, UTC]",
}
OTHERS = {"polars": "polars", "arrow": "pyarrow"}


@pytest.fixture(scope="module")
def chat() -> Chat:
    chat = Chat("pocket", settings={"seed": 1})
    chat.wait(chat.regenerate(chat.ask("What is 17 × 24?")))
    chat.ask("What is 2 + 3?")
    return chat


@pytest.mark.parametrize("table", TABLES)
def test_pandas_has_the_columns_types_with_rows_and_without(chat: Chat, table: str) -> None:
    expected = {column.name: DTYPES[column.type] for column in TABLES[table]}
    for conversation in (chat.conversation, Conversation()):
        frame = to_frame(conversation, table)
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == expected
        assert len(frame) == len(rows(conversation, table))


def test_values_are_those_of_the_rows_and_what_is_unknown_is_missing(chat: Chat) -> None:
    frame, found = to_frame(chat.conversation, "versions"), rows(chat.conversation, "versions")
    assert frame["at"].tolist() == [pd.NA, 0] and frame["active"].tolist() == [False, True]
    turns = to_frame(chat.conversation, "turns")
    assert turns["created"].tolist() == [row["created"] for row in rows(chat.conversation, "turns")]
    assert turns["thinking_budget"].isna().all() and turns["seed"].tolist()[0] == 1
    assert frame["turn"].tolist() == [row["turn"] for row in found]


@pytest.mark.parametrize("library", OTHERS)
@pytest.mark.parametrize("table", TABLES)
def test_other_libraries_have_the_same(chat: Chat, library: str, table: str) -> None:
    pytest.importorskip(OTHERS[library])
    frame = to_frame(chat.conversation, table, library)
    found = frame.to_dicts() if library == "polars" else frame.to_pylist()
    assert found == rows(chat.conversation, table)
    empty = to_frame(Conversation(), table, library)
    assert len(empty) == 0 and empty.schema == frame.schema
    assert not re.search("Null|null|Object", str(frame.schema))


def test_the_rows_need_no_library(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pandas", "polars", "pyarrow")
    assert chat.to_frame("steps", library="rows") == rows(chat.conversation, "steps")


def test_what_is_not_installed_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pandas", "polars", "pyarrow")
    with pytest.raises(MissingLibrary, match=r"none of them is installed\. pip install pandas"):
        to_frame(Conversation())
    with pytest.raises(MissingLibrary, match=r"needs polars, which isn't installed\. pip install polars"):
        to_frame(Conversation(), library="polars")


def test_what_is_installed_and_broken_is_said_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "polars.py").write_text("import nothing_of_that_name", "utf-8")
    monkeypatch.delitem(sys.modules, "polars", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(
        MissingLibrary, match=r"installed and can't be imported \(No module named 'nothing_of_that_name"
    ):
        to_frame(Conversation(), library="polars")


def test_without_pandas_the_next_that_is_there_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without(monkeypatch, "pandas")
    (tmp_path / "polars.py").write_text("raise ImportError('it was taken')", "utf-8")
    monkeypatch.delitem(sys.modules, "polars", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingLibrary, match="it was taken"):
        to_frame(Conversation())


def test_unknown_names_say_which_there_are() -> None:
    with pytest.raises(ExportError, match=r"'numpy' is no library for tables\. There are: pandas, polars, arrow, rows"):
        to_frame(Conversation(), library="numpy")
    with pytest.raises(ExportError, match=r"no table 'chats'"):
        to_frame(Conversation(), "chats")


def test_a_chat_a_widget_and_a_conversation_have_it(chat: Chat) -> None:
    expected = to_frame(chat.conversation, "turns")
    widget = ChatWidget(chat)
    for frame in (chat.to_frame(), widget.to_frame("turns"), chat.conversation.to_frame()):
        assert frame.equals(expected)
    widget.close()


def test_the_pages_recipes_run_one_after_the_other(chat: Chat) -> None:
    recipes = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8").partition("## Recipes")[2], re.DOTALL)
    assert len(recipes) == 4
    known: dict[str, Any] = {"chat": chat}
    for recipe in recipes:
        *before, last = re.split(r"\n(?=\S)(?!\])", recipe.strip())
        exec("\n".join(before), known)
        assert len(eval(last, known)) > 0


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    for name in names:
        monkeypatch.setitem(sys.modules, name, None)
