r"""`fill_in`: the variables in the text below `%%r1`.

A `{name}` that stands alone becomes the value of that variable. It does not stand alone where braces mean something else:
right behind an ASCII letter or digit, one of `\ ^ _ $ # % @` or a closing bracket (`\frac{a}{b}`, `x_{i}`, `${HOME}`), in
other braces (JSON, templates), in a formula, and in code (backticks, f-strings). All that stays as typed. A line of a fenced
block that is nothing but `{name}` is filled in too. `{{name}}`, where `{name}` would be filled in, stands for `{name}`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import R1WidgetError

SHOWN = 60
"""Characters of a value that say which one it was."""

_NAME = r"[^\W\d]\w*"
_TEXT = r"(?:(?!\n[ \t]*\n)[\s\S])"  # of one paragraph
_FORMULA = _TEXT + "{1,1000}?"  # not longer: each dollar sign looks that far for another
_TOKEN = re.compile(
    rf"""
    (?P<fence>^[ ]{{0,3}}(?P<marks>`{{3,}}|~{{3,}})[^\n]*\n(?P<inside>[\s\S]*?)(?:^[ ]{{0,3}}(?P=marks)[`~]*[ \t]*$|\Z))
    |(?P<as_typed>
        (?<!`)(?P<ticks>`+)(?!`){_TEXT}+?(?<!`)(?P=ticks)(?!`)
        |\\\({_FORMULA}\\\)|\\\[{_FORMULA}\\\]|\\begin\{{(?P<block>\w+\*?)\}}[\s\S]*?\\end\{{(?P=block)\}}
        |(?<![\\$])\$\$(?=[^$]){_FORMULA}(?<!\\)\$\$
        |(?<![\\$\w])\$(?=[^\s$]){_FORMULA}(?<=[^\s\\])\$(?![\d"'])   # as pandoc has it: `$5 and $6` is none
        |(?<!\w)(?:[fFtT][rR]?|[rR][fFtT]|\$@?)(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    )
    |(?P<command>\\[A-Za-z]+\*?)
    |(?P<names>(?<![A-Za-z0-9\\^_$\#%@)\]}}])(?:\{{\{{{_NAME}\}}\}}|\{{{_NAME}\}}(?!\}}))+)
    |(?P<brace>\{{)
    """,
    re.VERBOSE | re.MULTILINE,
)
_EACH = re.compile(rf"(\{{)?\{{({_NAME})\}}(?(1)\}})")
_ARGUMENT = re.compile(r"[ \t]*(?:\[[^\[\]\n]*\]|(?P<brace>\{))")
_WHOLE_LINE = re.compile(rf"^\{{({_NAME})\}}[ \t]*$", re.MULTILINE)
_MEANT = re.compile(rf"(?<![A-Za-z0-9^_\\)\]}}{{])\{{({_NAME})(?:[.\[!:][^{{}}\n]*)?\}}")


@dataclass
class Filled:
    """A question with its variables filled in."""

    text: str = ""
    values: dict[str, str] = field(default_factory=dict)
    """What was filled in, by name: shortened, with its length where that says more."""
    escaped: list[str] = field(default_factory=list)
    """Names for which the person wrote `{{name}}`."""
    as_typed: list[str] = field(default_factory=list)
    """What looks like one of the person's variables, and stayed."""

    def __str__(self) -> str:
        """In one line, for the output of the cell; empty where there is nothing to say."""
        said = {
            "Filled in": [f"{name} = {value}" for name, value in self.values.items()],
            "Braces": [f"{{{{{name}}}}} became {{{name}}}" for name in self.escaped],
            "Left as typed": self.as_typed,
        }
        return ". ".join(f"{what}: {', '.join(found)}" for what, found in said.items() if found)


def fill_in(text: str, values: Mapping[str, Any]) -> Filled:
    """The text with each `{name}` that stands alone replaced by `str` of that value. A name that isn't there is an error."""
    filler = _Filler(text, values)
    while token := _TOKEN.search(text, filler.at):
        filler.copy(token.start())
        if token["names"]:
            filler.put(_EACH.sub(filler.replaced, token[0]), token.end())
        elif token["fence"]:
            for line in _WHOLE_LINE.finditer(text, token.start("inside"), token.end("inside")):
                if line[1] in values:
                    filler.keep(line.start())
                    filler.put(filler.value(line[1]), line.end())
            filler.keep(token.end())
        elif token["command"]:
            filler.keep(max((token.end(), *_arguments(text, token.end(), filler.closing))))
        elif token["brace"]:
            filler.keep(filler.closing.get(token.start(), token.start()) + 1)
        else:
            filler.keep(token.end())
    filler.copy(len(text))
    return filler.filled


class _Filler:
    """Goes through a text once. `at` is how far it has come."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self.filled = Filled()
        self.at = 0
        self.closing = _pairs(text)
        self._text, self._values = text, values

    def put(self, text: str, until: int) -> None:
        """`text`, instead of what was typed up to `until`."""
        self.filled.text += text
        self.at = until

    def copy(self, until: int) -> None:
        self.put(self._text[self.at : until], until)

    def keep(self, until: int) -> None:
        """What isn't filled in, and is said to be so where it may have been meant."""
        for found in _MEANT.finditer(self._text, self.at, until):
            if found[1] in self._values and found[0] not in self.filled.as_typed:
                self.filled.as_typed.append(found[0])
        self.copy(until)

    def replaced(self, found: re.Match[str]) -> str:
        is_escaped, name = found.groups()
        if not is_escaped:
            return self.value(name)
        if name not in self.filled.escaped:
            self.filled.escaped.append(name)
        return f"{{{name}}}"

    def value(self, name: str) -> str:
        if name not in self._values:
            near = difflib.get_close_matches(name, [own for own in self._values if not own.startswith("_")], n=1)
            hint = f" Did you mean {{{near[0]}}}?" if near else ""
            raise R1WidgetError(
                f"The question has {{{name}}}, but there is no variable {name}.{hint}",
                f"Assign it in a cell before, or write {{{{{name}}}}} for {{{name}}} itself.",
            )
        try:
            text = str(self._values[name])
        except Exception as problem:
            raise R1WidgetError(
                f"The value of {name} can't be written as text ({type(problem).__name__}: {problem}).",
                "Make a text of it in a cell before.",
            ) from problem
        self.filled.values[name] = _shown(self._values[name], text)
        return text


def _shown(value: Any, text: str) -> str:
    """Enough of a value to know which one it was."""
    line = " ".join(text.split())
    notes = []
    if len(line) > SHOWN:
        line = line[: SHOWN - 1] + "…"
        notes.append(f"{len(text):,} characters")
    # A table or an array of thousands of numbers: what `str` leaves out, the model doesn't see.
    if hasattr(value, "shape") and re.search(r"\.\.\.|…", text):
        notes.append("str leaves out a part of it")
    return f"{line} ({', '.join(notes)})" if notes else line


def _arguments(text: str, at: int, closing: Mapping[int, int]) -> Iterator[int]:
    r"""Where the arguments of a command of LaTeX end: `\frac {a} {b}`, `\sqrt[3]{x}`."""
    while found := _ARGUMENT.match(text, at):
        brace = found.start("brace") if found["brace"] else None
        if brace is not None and brace not in closing:
            return
        at = found.end() if brace is None else closing[brace] + 1
        yield at


def _pairs(text: str) -> dict[int, int]:
    """Where each brace that is closed is closed."""
    opened: list[int] = []
    pairs = {}
    for found in re.finditer(r"[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif opened:
            pairs[opened.pop()] = found.start()
    return pairs
