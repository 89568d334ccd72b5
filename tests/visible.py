"""Whether a text is all there: every character of what was written that is no markup, in order, unchanged, and nothing else.

    python -m tests.visible             how many of the real traces fail, on the page and in the exports

It knows no parser. What was written is read along with what a reader sees; where a character may be markup, both are tried:
that it is, and that it is not. White space doesn't count. What is seen has formulas as their TeX between OPEN and CLOSE, and
before each item of an ordered list NUMBER and its number.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from tests.real import TRACES
from tests.seen import CLOSE, NUMBER, OPEN, seen_in_html, seen_in_markdown, seen_on_page

_TOKEN = re.compile(r"[^\W\d_]+|\s+|.", re.DOTALL)
_PREFIX = re.compile(r"[ \t]*(?:(>)|([-*+])(?=[ \t]|$)|(\d{1,9})[.)](?=[ \t]|$))")
_RULE = re.compile(r"[ \t]*(?:([-*_])(?:[ \t]*\1){2,}|=+|-+)[ \t]*$")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`\n]*$)|~{3,})[ \t]*([\w+#.-]*)")
_COLUMNS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_TARGET = re.compile(
    r"\]\(\s*<?(?:https?://|mailto:)[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_DEFINITION = re.compile(
    r"^(?:[ \t]*(?:>|[-*+]|\d+[.)]))*[ \t]*\[([^\[\]^][^\[\]]*)\]:[ \t]*<?(?:https?://|www\.)", re.MULTILINE
)
_BARE = re.compile(r"\\(?:boxed|[dtc]?frac|sqrt|[dt]?binom|begin\{)")
_ANGLED = re.compile(r"<((?:https?://|mailto:)?[^\s<>]*[^\s<>])>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_IN_FORMULA = {"\\lt": "<", "\\gt": ">", "\\vert": "|", "\\Vert": "\\|", "\\%": "%", "{}": ""}


def what_is_wrong(source: str, seen: str) -> str:
    """Where the two part, in words; nothing where all is well."""
    seen = re.sub(r"\s+", "", seen)
    markup = _Markup(source)
    inside = _inside(seen)
    states: dict[int, set[int]] = {0: {0}}
    furthest = (0, 0)
    for token in _TOKEN.finditer(source):
        at = token.start()
        for start in sorted(key for key in states if key < at):
            del states[start]  # a token that no alternative ends before
        here = states.pop(at, set())
        for there in list(here):
            here |= set(_beside(source, at, seen, there))
        if not here:
            continue
        furthest = max(furthest, (at, max(here)))
        text = token[0]
        for there in here:
            if text.isspace():
                states.setdefault(token.end(), set()).add(there)
            elif seen.startswith(text, there):
                states.setdefault(token.end(), set()).add(there + len(text))
            for end, shown in markup.at(at, inside=inside[there]):
                if seen.startswith(shown, there):
                    for after in _numbered(seen, there + len(shown)) if shown == NUMBER else [there + len(shown)]:
                        states.setdefault(end, set()).add(after)
    last = states.get(len(source), {0} if not source else set())
    if any(set(seen[there:]) <= {CLOSE} for there in last):
        return ""
    at, there = furthest
    return f"…{source[max(0, at - 40) : at]}▶{source[at : at + 40]}… is shown as …{seen[max(0, there - 30) : there]}▶{seen[there : there + 30]}…"


def _numbered(seen: str, there: int) -> Iterator[int]:
    found = re.compile(r"\d+").match(seen, there)
    if found:
        yield found.end()


def _beside(source: str, at: int, seen: str, there: int) -> Iterator[int]:
    """A formula that begins by itself ends by itself."""
    if seen.startswith(OPEN, there) and _BARE.match(source, at):
        yield there + 1
    if seen.startswith(CLOSE, there) and _BARE.match(seen, seen.rfind(OPEN, 0, there) + 1):
        yield there + 1


def _inside(seen: str) -> list[bool]:
    """Whether a formula is open before a character of what is seen."""
    inside, now = [False], False
    for character in seen:
        now = character == OPEN or (now and character != CLOSE)
        inside.append(now)
    return inside


class _Markup:
    """Where in a text markup may be, and what a reader sees instead."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.special: dict[int, list[tuple[int, str]]] = {}
        self.code: list[tuple[int, int]] = []
        self._lines()
        self._links()
        self.is_code = [False] * (len(source) + 1)
        for start, end in self.code:
            self.is_code[start:end] = [True] * (end - start)

    def at(self, at: int, *, inside: bool) -> Iterator[tuple[int, str]]:
        source = self.source
        character = source[at]
        if inside:
            yield from self._in_formula(at)
            return
        yield from self.special.get(at, ())
        if self.is_code[at]:
            return
        if character in "$\\":
            yield from self._opens(at)
        if character in "*_":
            if self._may_emphasise(at):
                yield at + 1, ""
        elif character == "~":
            if re.fullmatch(r"~~", self._run(at)[0]):
                yield at + 1, ""
        elif character == "`":
            yield at + 1, ""
        elif character == "&" and (entity := _ENTITY.match(source, at)):
            yield entity.end(), html.unescape(entity[0])
        elif character == "<":
            if found := re.compile(r"<br\s*/?>", re.IGNORECASE).match(source, at):
                yield found.end(), ""
            if found := _ANGLED.match(source, at):
                yield found.end(), found[1]

    def _opens(self, at: int) -> Iterator[tuple[int, str]]:
        for sign in ("$$", "$", "\\(", "\\["):
            if self.source.startswith(sign, at):
                yield at + len(sign), OPEN
        if found := re.compile(r"\\([!-/:-@\[-`{-~])").match(self.source, at):
            yield found.end(), found[1]
        if self.source.startswith("\\\n", at):
            yield at + 2, ""

    def _in_formula(self, at: int) -> Iterator[tuple[int, str]]:
        source = self.source
        for sign in ("$$", "$", "\\)", "\\]"):
            if source.startswith(sign, at):
                yield at + len(sign), CLOSE
        for written, shown in _IN_FORMULA.items():
            if source.startswith(written, at) and not source[at + len(written) : at + len(written) + 1].isalpha():
                yield at + len(written), shown
        if source.startswith("\\\\", at) and (found := re.compile(r"\\\\\s*\[[^\]\\]*\]").match(source, at)):
            yield found.end(), "\\\\"

    def _run(self, at: int) -> tuple[str, str, str]:
        """The run of equal signs that `at` is in, and what stands at either side."""
        start = end = at
        while start > 0 and self.source[start - 1] == self.source[at]:
            start -= 1
        while end < len(self.source) and self.source[end] == self.source[at]:
            end += 1
        return self.source[start:end], self.source[start - 1 : start] or " ", self.source[end : end + 1] or " "

    def _may_emphasise(self, at: int) -> bool:
        run, left, right = self._run(at)
        if (left.isspace() and right.isspace()) or (left in "([{" and right in ",;:?)]}"):
            return False
        wide = max(left, right) >= "\u1100" and len(run) > 1
        ends = left.isalnum() or left in ")]}"
        begins = right.isalnum() or right in "([{"
        if ends and begins and not wide:
            return False
        name = re.compile(r"__[A-Za-z]\w*__(?!\w)", re.ASCII)
        return not (run == "__" and any(name.match(self.source, max(0, at - back)) for back in (0, 1)))

    def _lines(self) -> None:
        fence, at, table = "", 0, False
        lines = self.source.split("\n")
        for index, line in enumerate(lines):
            end = at + len(line)
            if not line.strip():
                table = False
            inner = at
            if not fence:
                while prefix := _PREFIX.match(self.source, inner, end):
                    place = prefix.end() - len(prefix[0].lstrip())
                    if prefix[3]:
                        self._add(place, prefix.end(), NUMBER + prefix[3])
                        if int(prefix[3]) < 2:  # 1. 1. 1. counts
                            self._add(place, prefix.end(), NUMBER)
                    else:
                        self._add(place, prefix.end(), "")
                    inner = prefix.end()
                    task = re.compile(r"[ \t]+\[([ xX])\](?=[ \t])").match(self.source, inner, end)
                    if task:
                        self._add(task.start(1) - 1, task.end(), "☐" if task[1] == " " else "☑")
            text = self.source[inner:end]
            if found := _FENCE.match(self.source, inner, end):
                sign = found[1]
                if not fence:
                    fence = sign
                    self._add(found.start(1), found.end(1), "")
                    self._add(found.start(1), found.end(), "")
                    self.code.append((found.end(1), end))
                elif sign.startswith(fence) and not text.strip().strip(sign[0]):
                    self._add(found.start(1), found.end(1), "")
                    fence = ""
            elif fence:
                self.code.append((at, end))
            elif heading := re.compile(r"[ \t]*(#{1,6})(?=[ \t]|$)").match(self.source, inner, end):
                self._add(heading.start(1), heading.end(1), "")
                if closing := re.compile(r"[ \t](#+)[ \t]*$").search(text):
                    self._add(inner + closing.start(1), inner + closing.end(1), "")
            elif _RULE.match(text):
                self._add(end - len(text.lstrip()), end, "")
            following = lines[index + 1] if index + 1 < len(lines) else ""
            table = table or ("|" in line and "|" in following and bool(_COLUMNS.match(following.lstrip("> "))))
            if table and not fence:
                if _COLUMNS.match(text) and "-" in text:
                    self._add(end - len(text.lstrip()), end, "")
                for bar in re.finditer(r"\|", line):
                    self._add(at + bar.start(), at + bar.end(), "")
            at = end + 1

    def _links(self) -> None:
        source = self.source
        labels = {" ".join(found[1].split()).casefold() for found in _DEFINITION.finditer(source)}
        open_ones: list[int] = []
        for bracket in re.finditer(r"[\[\]]", source):
            at = bracket.start()
            if bracket[0] == "[":
                open_ones.append(at)
                continue
            if not open_ones:
                continue
            begin = open_ones.pop()
            ends = []
            if target := _TARGET.match(source, at):
                ends.append(target.end())
            label = " ".join(source[begin + 1 : at].split()).casefold()
            if label in labels:
                ends.append(at + 1)
            if other := re.compile(r"\]\[([^\[\]]*)\]").match(source, at):
                if (" ".join(other[1].split()).casefold() or label) in labels:
                    ends.append(other.end())
            for end in ends:
                self._add(at, end, "")
                self._add(begin, begin + 1, "")
                if source[begin - 1 : begin] == "!":
                    self._add(begin - 1, begin + 1, "image:")

    def _add(self, start: int, end: int, shown: str) -> None:
        self.special.setdefault(start, []).append((end, shown))


def traces() -> list[tuple[int, str, str]]:
    """Each thought and each answer, by the number of its trace."""
    lines = map(json.loads, TRACES.read_text("utf-8").splitlines())
    return [
        (number, kind, one[kind]) for number, one in enumerate(lines) for kind in ("reasoning", "answer") if one[kind]
    ]


def failing(given: Sequence[tuple[int, str, str]], seen: Iterable[str]) -> dict[int, str]:
    """What is wrong, by the number of the trace."""
    found: dict[int, str] = {}
    for (number, kind, text), what in zip(given, seen, strict=True):
        if said := what_is_wrong(text, what):
            found.setdefault(number, f"{kind}: {said}")
    return found


WAYS: dict[str, Callable[[Sequence[tuple[int, str, str]]], Iterable[str]]] = {
    "on the page": lambda given: seen_on_page((kind, text) for _, kind, text in given),
    "in HTML": lambda given: (seen_in_html(text) for _, _, text in given),
    "in Markdown": lambda given: (seen_in_markdown(text) for _, _, text in given),
}


def main() -> int:
    given = traces()
    wrong = 0
    for where, way in WAYS.items():
        found = failing(given, way(given))
        for number, said in found.items():
            print(f"{number}, {said}")
        print(f"{len(found)} of {given[-1][0] + 1} traces fail {where}")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
