"""Does a text repeat itself without end? Small distilled models do; `docs/loops.md` has the rule and its figures.

Words are read once, as they come, and the last 6,000 are remembered. What is done about a loop isn't here (`writing.py`).
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from statistics import median

GRAM = 4
"""Words that are looked up together."""
REACH = 6000
"""Grams that are remembered, about 27,000 characters."""
GAPS = 99
"""So many of the newest distances between a gram and the same one before say how long a round is."""
AHEAD = 2
"""A word is read once so many characters behind it are known: then it is the same however the text comes."""
ENDS = ".!?。！？"
"""A round doesn't begin with what ends the sentence before."""
LETTER, IDEOGRAPH = r"[^\W\d_]", r"[\u3040-\u30ff\u3400-\u9fff]"
WORD = re.compile(
    rf"{IDEOGRAPH}{{1,2}}|(?:(?!{IDEOGRAPH}){LETTER}){{2,24}}|\d{{1,24}}"
    rf"|(?:[^\w\s]|_|{LETTER}(?!{LETTER})){{1,24}}|{LETTER}|\s{{24}}"
)
"""A word, two characters of Chinese or Japanese, a number, or a run of signs and single letters: `\\(x_`, `**`, `}}{`.
So a formula has few words, and what repeats in it counts little. Twenty-four of what has no end are a word too."""
SPELLED, TABLE = re.compile(LETTER + "{2}"), re.compile("[|&<>]")
"""Grams without a word, with what stands between the cells of a table or around a tag, or between code fences count a
quarter: rows of 0 and 1 have the same four again and again, and say something new."""


@dataclass(frozen=True)
class Loop:
    """`since`: the character at which the second round began, about: before it is everything once. `period`: characters
    of a round, about. `rounds`: how many there were when it was noticed."""

    since: int
    period: int
    rounds: int


@dataclass(slots=True)
class Gauge:
    """Rises by the characters of what came `often` before (a quarter where nothing is `said`), and falls by `loss` times
    the characters of what didn't."""

    often: int
    loss: int
    notice: int
    height: float = 0
    start: int = 0
    high: bool = False

    def add(self, times: int, size: int, said: bool, start: int) -> bool:
        """Whether the text repeats itself: from the height `notice` on, until it has fallen to half of that."""
        if times >= self.often:
            if not self.height:
                self.start = start
            self.height = min(self.height + (size if said else size / 4), self.notice * 3 // 2)
        else:
            self.height = max(0, self.height - self.loss * size)
        self.high = self.height >= (self.notice // 2 if self.high else self.notice)
        return self.high


class LoopDetector:
    """Feed it a text in pieces of any size; `loop` is the same for the same text."""

    def __init__(self) -> None:
        self.loop: Loop | None = None
        self._pending, self._read = "", 0
        self._code = False
        self._words: deque[tuple[str, int]] = deque(maxlen=GRAM)
        self._grams: deque[str] = deque()
        self._seen: dict[str, tuple[int, int]] = {}
        self._gaps: deque[int] = deque(maxlen=GAPS)
        self.gauges = Gauge(often=4, loss=1, notice=1000), Gauge(often=2, loss=4, notice=2000)
        """How near the text is to a loop that is noticed: of few words, and of many."""

    def feed(self, text: str) -> bool:
        """Whether `loop` has changed."""
        before, text, end = self.loop, self._pending + text, 0
        for match in WORD.finditer(text):
            if match.end() > len(text) - AHEAD:
                break
            end, word = match.end(), match.group().lower()
            self._code ^= "```" in word
            self._words.append((word, self._read + match.start()))
            if len(self._words) == GRAM:
                self._gram(self._read + end)
        self._pending = text[end:]
        self._read += end
        return self.loop != before

    def _gram(self, end: int) -> None:
        """The newest words, which end at that character."""
        gram = " ".join([word for word, _ in self._words])
        times, last = self._seen.get(gram, (0, 0))
        self._seen[gram] = times + 1, end
        self._grams.append(gram)
        if len(self._grams) > REACH:
            self._forget(self._grams.popleft())
        if times:
            self._gaps.append(end - last)
        size, said = (
            len(self._words[-1][0]) + 1,
            not self._code and bool(SPELLED.search(gram)) and not TABLE.search(gram),
        )
        start = self._words[self._words[0][0][-1] in ENDS][1]
        often, long = [gauge.add(times, size, said, start) for gauge in self.gauges]
        if not often and not long:
            self.loop = None
        elif self.loop is None:
            gauge, period = self.gauges[not often], int(median(self._gaps))
            since = max(0, gauge.start - (gauge.often - 1) * period)
            self.loop = Loop(since, period, (end - since) // period + 1)

    def _forget(self, gram: str) -> None:
        times, last = self._seen.pop(gram)
        if times > 1:
            self._seen[gram] = times - 1, last
