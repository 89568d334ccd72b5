"""Terms of an answer, and how many others have them: what is found, what is the same, and what a model can write to make it hang."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1widget.check.support import Support, Term, support, terms

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "support.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "expected"), CASES["terms"])
def test_the_terms_of_a_text(text: str, expected: list[str]) -> None:
    found = terms(text)
    assert [term.text for term in found] == expected
    places = sorted(span for term in found for span in term.spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(places)), "no two overlap"
    assert all(text[slice(*term.spans[0])] == term.text for term in found)


@pytest.mark.parametrize(("one", "other"), CASES["found"], ids=lambda text: text[:30])
def test_what_the_other_has_too(one: str, other: str) -> None:
    counted = support(one, [other])
    assert counted
    assert [each.count for each in counted] == [2] * len(counted)


@pytest.mark.parametrize(("one", "other"), CASES["missing"], ids=lambda text: text[:30])
def test_what_the_other_has_not(one: str, other: str) -> None:
    counted = support(one, [other])
    assert counted
    assert [each.count for each in counted] == [1] * len(counted)


@pytest.mark.parametrize("conversation", CASES["conversations"], ids=lambda each: each["question"])
def test_what_only_one_answer_says(conversation: dict[str, Any]) -> None:
    """An island that isn't in Malaysia, an initiative that doesn't exist."""
    first, *others = conversation["answers"]
    counted = support(first, others, conversation["question"])
    assert [each.text for each in counted if each.count == 1] == conversation["unsupported"]
    assert str(counted[0]) == f"{conversation['unsupported'][0]}: in 1 of 5"


def kinds(text: str) -> dict[str, str]:
    return {term.text: term.kind for term in terms(text)}


def test_kinds() -> None:
    assert kinds('In 1969 Neil Armstrong said "one small step", 384,400 km away.') == {
        "1969": "date",
        "Neil Armstrong": "name",
        "one small step": "quote",
        "384,400 km": "number",
    }
    assert kinds("1969年，《红楼梦》在北京卖了三千本。") == {
        "1969年": "date",
        "红楼梦": "quote",
        "北京": "name",
        "三千": "number",
    }


def test_all_places_are_code_points_of_the_text_as_it_was_given() -> None:
    text = "😀 **Paris** is old. I like *Paris*, and Paris's bridges; `Paris` is code."
    (paris,) = [term for term in terms(text) if term.text == "Paris"]
    assert [text[start:end] for start, end in paris.spans] == ["Paris"] * 3


def test_a_word_that_begins_a_sentence_is_a_name_where_it_stands_elsewhere_with_a_capital() -> None:
    assert [term.text for term in terms("Gravity pulls. Old things fall.")] == []
    (gravity,) = terms("Gravity is a film. He saw Gravity twice.")
    assert (gravity.text, len(gravity.spans)) == ("Gravity", 2)


def test_the_least_supported_first_then_by_place() -> None:
    counted = support("Rome, Oslo, Bern and Lima.", ["Bern. Lima.", "Lima, Oslo", "Lima"])
    assert [str(each) for each in counted] == [
        "Rome: in 1 of 4",
        "Oslo: in 2 of 4",
        "Bern: in 2 of 4",
        "Lima: in 4 of 4",
    ]
    assert [each.found_in for each in counted] == [(), (1,), (0,), (0, 1, 2)]


def test_what_the_question_has_is_not_claimed() -> None:
    counted = support("Einstein was born in Ulm in 1879.", ["In Ulm."], "Where was Albert Einstein born?")
    assert [each.text for each in counted] == ["1879", "Ulm"]


def test_an_empty_answer_is_none() -> None:
    (paris,) = support("It is Paris.", ["", " \n", "Paris", "Lyon"])
    assert (paris.count, paris.total, paris.found_in) == (2, 3, (2,))
    assert support("", ["Paris"]) == ()
    assert [str(each) for each in support("It is Paris.", [])] == ["Paris: in 1 of 1"]


def test_it_can_be_stored() -> None:
    for counted in support("Paris, 5 km, 1969, 《书》", ["Paris in 1969"]):
        described = json.loads(json.dumps(counted.to_dict()))
        assert Support.of(described) == counted
        assert Term.of(counted.term.to_dict()) == counted.term


UNITS = (
    "A|Aa |AB |A. |A.|Aa. |Aa-|Aa's |Aa and |Aa of |Aa of the |Aa, |University of Aa, |1|1 |1,|1,000 |1.|12:|1. |1-|2000-|Jan |Jan 1 |March 5, |1st |\""
    '|"a" |“|「|「a」|《|*|*Aa* |_a|`|``|```|$|$ a|$$|\\(|\\[|<a|(|[1]|](|http://|·|阿|阿·|岛|槟岛|一|一千|诗人李白|李|1年|一二三四年|a |é|\x00|\ud800|’|\''
    "|AAA BBB CCC DDD\n|twenty-|twenty |one hundred |US$|10^|St. |Aa (AA) |Aa Bb (AB), |阿阿和|AD |AD 1|1900s|十"
)
HOSTILE = UNITS.split("|")


@pytest.mark.slow
def test_long_answers_take_their_time_once() -> None:
    """100,000 characters of each, in a process that is given minutes: what takes the square of the length takes hours."""
    program = (
        "import json, sys\n"
        "from r1widget.check.support import support\n"
        "for unit in json.load(sys.stdin):\n"
        "    text = (unit * 100_000)[:100_000]\n"
        "    assert all(each.total == 2 for each in support(text, [text[1:]], text[:100]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=json.dumps(HOSTILE),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", ["Aa ", "A", "1 ", '"', "岛", "*", "Aa and "])
def test_capitals_without_end(unit: str) -> None:
    assert len(terms(unit * (20_000 // len(unit)))) <= 2000
