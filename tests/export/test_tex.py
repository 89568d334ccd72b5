"""Formulas in Markdown: which are one, and what they become on their one line."""

from __future__ import annotations

import pytest

from r1widget.export.tex import one_line


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (" x ", "x"),
        ("a\n  - b\n= c", "a - b = c"),
        ("a < b", "a \\lt b"),
        ("<script>", "\\lt script \\gt"),
        ("50%", "50\\%"),
        ("50\\%", "50\\%"),
        ("a \\\\[2pt] b", "a \\\\ b"),
        ("\\boxed{\\$18}", "\\boxed{\\$18}"),
        ("5\\$", "5\\${}"),
        ("[a](b)", "[a]{}(b)"),
        ("\\left\\{ x \\right.", "\\left\\{ x \\right."),
        ("\\begin{cases} a \\\\ b \\end{cases}", "\\begin{cases} a \\\\ b \\end{cases}"),
        ("\\left( x \\right)", "\\left( x \\right)"),
        ("\\definitely", "\\definitely"),
    ],
)
def test_a_formula_on_one_line(tex: str, line: str) -> None:
    assert one_line(tex) == line


@pytest.mark.parametrize(
    "tex",
    [
        "",
        " \n ",
        "a $ b",
        "\\\\$",
        "\\(x\\)",
        "x\\",
        "{",
        "}{",
        "{" * 50 + "}" * 50,
        "`x`",
        "\\begin{a}",
        "\\end{a}",
        "\\begin{a}\\begin{b}\\end{a}\\end{b}",
        "\\begin{{a}}",
        "\\begin",
        "\\href{x}{y}",
        "\\def\\x{y}",
        "\\require{html}",
        "\\newcommand{\\x}{y}",
        "a \ufdd0 b",
    ],
)
def test_what_had_better_stay_text(tex: str) -> None:
    assert one_line(tex) is None
