r"""`fill_in`: which braces in a cell are a person's variables."""

from __future__ import annotations

import numpy as np
import pytest

from r1widget.errors import R1WidgetError
from r1widget.jupyter.filling import fill_in

NAMES = {"x": 99, "y": 7, "n": 5, "a": 1, "b": 2, "data": [1, 2], "source": "def f(): ..."}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Is the mean of {data} above 3?", "Is the mean of [1, 2] above 3?"),
        ("{x}", "99"),
        ("(mean {x})", "(mean 99)"),
        ('He said "{x}".', 'He said "99".'),
        ("a={x}, b = {y}", "a=99, b = 7"),
        ("{x}% of {y}, {n}th, {x}.", "99% of 7, 5th, 99."),
        ("{x}{y}", "997"),
        ("{a}/{b} - {x}*{y}", "1/2 - 99*7"),
        ("数据是{data}，平均值大于{x}吗？", "数据是[1, 2]，平均值大于99吗？"),
        ("I have $5 and {data} costs $3", "I have $5 and [1, 2] costs $3"),
        ("between $5, {x} and $6", "between $5, 99 and $6"),
        ("an open { and {x}", "an open { and 99"),
        ("one ` and {x}", "one ` and 99"),
        ("x_{n} is {n}", "x_{n} is 5"),
        ("```python\n{source}\n```\nWhat does it do?", "```python\ndef f(): ...\n```\nWhat does it do?"),
        ("{{data}}", "{data}"),
        ("{{data}} is {data}, {{nobody}}", "{data} is [1, 2], {nobody}"),
    ],
)
def test_what_stands_alone_is_filled_in(typed: str, asked: str) -> None:
    assert fill_in(typed, NAMES).text == asked


@pytest.mark.parametrize(
    "typed",
    [
        "Simplify \\frac{1}{x^{2}}",
        "Solve \\sqrt{x} = 3 and \\sqrt[3]{x}",
        "\\frac{a}{b}, \\frac {a} {b}, \\dfrac{x}{nobody}",
        "x^{n}, x_{n}, x^{{n}}, \\mathbf{x}, \\text{nobody}",
        "\\{x\\} is a set, \\{a, b\\}",
        "$x^2 = {n}$, $${x}$$, \\({x}\\), \\[ {x} + {nobody} \\]",
        "\\begin{align}\n{x} &= {nobody}\n\\end{align}",
        'Explain {"a": {"b": 1}} and {"a": {x}} and {a: {b: {}}}',
        "{1, 2}, {x, y}, { x }, {}, {0}",
        "{{ user.name }}, {{ x }}, {{x|upper}}, {{{x}}}, {{#if x}}{{/if}}",
        "{% for x in data %}{% endfor %}",
        "{x:.2f}, {x!r}, {x=}, {data[0]}, {x.real}",
        "${HOME}, ${x}, ${{x}}, #{x}, @{x}, %{x}",
        "a{color: red}, a{x}, f{x}, c(1){x}, [0]{n}, 2{n}",
        "function f(x) {\n  return {x};\n}",
        "`{x}` and ``a ` {x}`` and `f({nobody})`",
        "```js\nconst a = {x};\n  {x}\n```",
        "~~~\n{nobody}\n",
        'print(f"{x}"), f\'{nobody}\', rf"a {x}", $"{x}"',
    ],
)
def test_what_does_not_stand_alone_stays_as_typed(typed: str) -> None:
    filled = fill_in(typed, NAMES)
    assert filled.text == typed
    assert filled.values == {}


@pytest.mark.parametrize("typed", ["Mean of {dta}?", "{x} of {dta}", '"{dta}"'])
def test_a_name_that_is_not_there_is_an_error_with_a_near_one_and_the_escape(typed: str) -> None:
    with pytest.raises(R1WidgetError, match=r"\{dta\}.*no variable dta.*Did you mean \{data\}\?.*\{\{dta\}\}"):
        fill_in(typed, NAMES)
    with pytest.raises(R1WidgetError, match=r"no variable zebra\. Assign it"):
        fill_in("{zebra}", {"_zebr": 1})


def test_what_was_filled_in_is_said() -> None:
    assert str(fill_in("Mean of {data} and {x}, {data}?", NAMES)) == "Filled in: data = [1, 2], x = 99"
    assert str(fill_in("Nothing: \\sqrt{x}, {1}, {nobody.name}", NAMES)) == ""
    assert str(fill_in("{{data}}", NAMES)) == "Braces: {{data}} became {data}"


def test_what_may_have_been_meant_and_stayed_is_said() -> None:
    said = str(fill_in('{x}: `{y}`, {"a": {n}}, {data[0]}, ${a}, x^{b}', NAMES))
    assert said == "Filled in: x = 99. Left as typed: {y}, {n}, {data[0]}, {a}"


def test_a_long_value_is_asked_whole_and_shown_with_its_length() -> None:
    filled = fill_in("Sum of {text}", {"text": "one\n two " * 20_000})
    assert len(filled.text) == len("Sum of ") + 180_000
    assert filled.values["text"].startswith("one two one two") and len(filled.values["text"]) < 100
    assert filled.values["text"].endswith("… (180,000 characters)")


def test_an_array_that_str_shortens_is_said_to_be() -> None:
    filled = fill_in("{array}, {small}", {"array": np.arange(2000), "small": np.arange(3)})
    assert filled.values["array"] == "[ 0 1 2 ... 1997 1998 1999] (str leaves out a part of it)"
    assert filled.values["small"] == "[0 1 2]"


class _Mute:
    def __str__(self) -> str:
        raise OSError("gone")


def test_a_value_that_has_no_text_is_an_error() -> None:
    with pytest.raises(R1WidgetError, match=r"value of mute can't be written as text \(OSError: gone\)"):
        fill_in("{mute}", {"mute": _Mute()})


@pytest.mark.parametrize(
    "unit", ["`", "`a ", "$a ", "{", "{x}", "\\frac{a}", "\\[ ", "{a{b ", "f'", "```\n", "$$ ", "}"]
)
def test_a_long_cell_takes_its_time_once(unit: str) -> None:
    """The suite's own limit of time is the measure."""
    fill_in(unit * (20_000 // len(unit)), NAMES)
