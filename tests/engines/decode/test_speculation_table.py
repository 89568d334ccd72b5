"""The table of n-grams: what it says, its file, and how it is made."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1widget.engines.decode.speculation import Table, fingerprint, table
from r1widget.engines.decode.speculation.making import OFTEN, QUESTIONS, entries
from r1widget.errors import EngineError
from tests import real

ENTRIES = {(5,): (6, 3), (4, 5): (7, 0), (3, 4, 5): (8, 11), (0,): (0, 1), (0, 0): (1, 2), (151_000, 9): (150_999, 5)}
SHIPPED = sorted(Path(table.__file__).parent.glob("ngrams-*.bin"))

ids = st.integers(0, 200_000)
contexts = st.lists(ids, min_size=1, max_size=3).map(tuple)


class TestNext:
    @pytest.mark.parametrize(
        ("context", "following"),
        [
            ([5], 6),
            ([9, 5], 6),
            ([4, 5], 7),
            ([1, 4, 5], 7),
            ([3, 4, 5], 8),
            ([2, 3, 4, 5], 8),
            ([0], 0),
            ([0, 0, 0], 1),
        ],
    )
    def test_the_longest_context_counts(self, context: list[int], following: int) -> None:
        assert Table(ENTRIES).next(context) == following

    @pytest.mark.parametrize("context", [[], [4], [5, 4], [2**70]])
    def test_nothing_known(self, context: list[int]) -> None:
        assert Table(ENTRIES).next(context) is None

    def test_how_sure(self) -> None:
        assert Table(ENTRIES).look([3, 4, 5]) == (8, 11)


class TestFile:
    @given(entries=st.dictionaries(contexts, st.tuples(ids, st.integers(0, table.LEVELS - 1)), max_size=30))
    def test_round_trip(self, entries: dict[tuple[int, ...], tuple[int, int]], tmp_path_factory) -> None:
        file = tmp_path_factory.mktemp("table") / "t.bin"
        Table(entries, {"fingerprint": "f"}).write(file)
        again = Table.read(file)
        assert len(again) == len(entries)
        assert all(again.look(context) == entry for context, entry in entries.items())
        assert again.about["fingerprint"] == "f"

    def test_the_same_bytes_whatever_the_order(self, tmp_path: Path) -> None:
        Table(ENTRIES).write(tmp_path / "a")
        Table(dict(reversed(ENTRIES.items()))).write(tmp_path / "b")
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

    @given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
    def test_a_flipped_bit_is_noticed_or_changes_no_entry(self, place: int, bit: int, tmp_path_factory) -> None:
        file = tmp_path_factory.mktemp("table") / "t.bin"
        Table(ENTRIES, {"fingerprint": "f"}).write(file)
        data = bytearray(file.read_bytes())
        data[place % len(data)] ^= 1 << bit
        file.write_bytes(data)
        try:
            again = Table.read(file)
        except EngineError:
            return
        assert all(again.look(context) == entry for context, entry in ENTRIES.items())

    @pytest.mark.parametrize("size", [0, 10, 60, -20, -1])
    def test_half_a_file(self, size: int, tmp_path: Path) -> None:
        file = tmp_path / "t.bin"
        Table(ENTRIES, {"fingerprint": "f"}).write(file)
        file.write_bytes(file.read_bytes()[:size])
        with pytest.raises(EngineError, match=r"t\.bin can't be read\. Install r1widget again\."):
            Table.read(file)

    @pytest.mark.parametrize(
        "head",
        [{}, [], {"format": "another"}, {"format": table.FORMAT, "tokens": 9, "entries": [10**6, 0, 0]},
         {"format": table.FORMAT, "tokens": 0, "entries": [1]}, {"format": table.FORMAT, "tokens": -1, "entries": [0, 0, 0]}],
    )  # fmt: skip
    def test_another_file(self, head: object, tmp_path: Path) -> None:
        file = tmp_path / "t.bin"
        file.write_bytes(json.dumps(head).encode() + b"\n" + zlib.compress(bytes(100)))
        with pytest.raises(EngineError):
            Table.read(file)


class TestShipped:
    def test_there_is_one_with_its_sources(self) -> None:
        (file,) = SHIPPED
        assert file.stat().st_size <= 80_000
        shipped = Table.read(file)
        assert len(shipped) >= 8000
        assert all(source["licence"] and "/" in source["source"] for source in shipped.about["sources"])

    def test_loaded_once_for_its_vocabulary(self) -> None:
        mark = Table.read(SHIPPED[0]).about["fingerprint"]
        shipped = Table.for_tokenizer(mark)
        assert shipped is not None
        assert Table.for_tokenizer(mark) is shipped

    @pytest.mark.parametrize("mark", ["", "0" * 32, "../table", "1ac31bcff4d5"])
    def test_none_for_another_vocabulary(self, mark: str) -> None:
        assert Table.for_tokenizer(mark) is None

    def test_the_file_must_say_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(table, "file_of", lambda mark: tmp_path / "t.bin")
        Table(ENTRIES, {"fingerprint": "another"}).write(tmp_path / "t.bin")
        assert Table.for_tokenizer("thesame") is None

    def test_a_damaged_file_is_no_table(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(table, "file_of", lambda mark: tmp_path / "t.bin")
        (tmp_path / "t.bin").write_bytes(b"not this")
        assert Table.for_tokenizer("damaged") is None
        assert "Install r1widget again." in caplog.text

    @real.needed
    def test_it_is_the_default_models(self) -> None:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(real.FOLDER / "tokenizer.json"))
        shipped = Table.for_tokenizer(fingerprint(tokenizer.get_vocab()))
        assert shipped is not None
        said = tokenizer.encode("Wait, let me double", add_special_tokens=False).ids
        assert tokenizer.decode([shipped.next(said) or 0]) == "-check"


class TestFingerprint:
    WORDS = {"a": 0, "b": 1, "Ġc": 2}

    def test_whatever_the_order(self) -> None:
        assert fingerprint(self.WORDS) == fingerprint(dict(reversed(self.WORDS.items())))

    @pytest.mark.parametrize("other", [{}, {"a": 0, "b": 2, "Ġc": 1}, {**WORDS, "d": 3}, {**WORDS, "\ud800": 3}])
    def test_another_vocabulary(self, other: dict[str, int]) -> None:
        assert fingerprint(other) != fingerprint(self.WORDS)

    def test_control_tokens_are_left_out(self) -> None:
        assert fingerprint({**self.WORDS, "<think>": 3, "<｜User｜>": 4}) == fingerprint(self.WORDS)

    def test_it_stays_as_it_is(self) -> None:
        """The shipped file has its name by it."""
        assert fingerprint(self.WORDS) == hashlib.sha256("0 a\n1 b\n2 Ġc".encode()).hexdigest()[:32]


class TestMaking:
    @staticmethod
    def traces(written: list[int], questions: int = QUESTIONS) -> list[tuple[list[int], list[int]]]:
        return [([1000 + number], written) for number in range(questions)]

    def test_what_many_say(self) -> None:
        made = entries(self.traces([1, 2, 3], 9), 100)
        assert made[1,][0] == 2 and made[2,][0] == 3

    def test_what_one_question_says_over_and_over_is_its_own(self) -> None:
        assert entries([([7], [1, 2] * 50) for _ in range(9)], 100) == {}
        assert entries(self.traces([1, 2], QUESTIONS - 1), 100) == {}

    def test_a_repeating_trace_counts_for_little(self) -> None:
        made = entries([*self.traces([1, 2, 9], 3 * OFTEN), ([5], [1, 3] * 50), ([6], [1, 3]), ([7], [1, 3])], 100)
        assert made[1,][0] == 2

    def test_a_longer_context_only_where_it_says_more(self) -> None:
        made = entries([*self.traces([1, 2, 3], 9), *[([n], [4, 2, 5]) for n in range(5)]], 100)
        assert made[2,][0] == 3
        assert made[4, 2][0] == 5
        assert all(len(context) < 3 for context in made)

    def test_the_most_useful_first(self) -> None:
        made = entries([*self.traces([1, 2], 4), *[([n], [3, 4]) for n in range(20)]], 1)
        assert list(made) == [(3,)]

    def test_without_control_tokens(self) -> None:
        made = entries(self.traces([1, 2, 3, 4], 9), 100, without=frozenset({2}))
        assert 2 not in {id for context, (following, _) in made.items() for id in (*context, following)}
        assert made[3,][0] == 4

    def test_the_script(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
        from r1widget.pocket import path

        words = "First add the tens and then add the ones."
        lines = [
            {"question": f"{number}?", "reasoning": words, "answer": "42", "source": "a/b:file@c", "licence": "MIT"}
            for number in range(9)
        ]
        (tmp_path / "traces.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("make", Path(__file__).parents[3] / "scripts" / "make_ngrams.py")
        assert spec is not None and spec.loader is not None
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        arguments = [str(tmp_path / "traces.jsonl"), str(path() / "tokenizer.json"), str(tmp_path / "out.bin")]
        monkeypatch.setattr("sys.argv", ["make_ngrams.py", *arguments])
        script.main()
        assert "from 9 traces" in capsys.readouterr().out
        made = Table.read(tmp_path / "out.bin")
        assert made.about["sources"] == [{"source": "a/b@c", "licence": "MIT", "traces": 9}]
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(path() / "tokenizer.json"))
        ids = tokenizer.encode(words, add_special_tokens=False).ids
        assert made.about["fingerprint"] == fingerprint(tokenizer.get_vocab())
        assert made.next(ids[:3]) == ids[3]
