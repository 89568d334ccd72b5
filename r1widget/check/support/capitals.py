"""`capitals`: names that are written with capitals: runs of such words, with the small words that stand within names; acronyms, names
with numbers, CamelCase.

A run that begins where any word would have a capital (a sentence, a heading, an item, a label, a quotation) loses the words that only open
it, and is weak if nothing but ordinary words is left: terms.py keeps what is weak only where the same stands elsewhere, too.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from .fold import name_keys
from .term import Found
from .words import (
    ADDED,
    DAYS,
    FOR,
    FUNCTION,
    GOES_ON,
    HEADS,
    MONTHS,
    NOT_ENDINGS,
    OF,
    OF_PERSONS,
    OPENERS,
    PAIRS,
    PLAIN,
    THAT_OF,
    YET_NAMES,
    word_set,
)

LONGEST = 12
"""Words of a name; what is longer is a headline, or no prose."""
LETTER = "A-Za-zªµºÀ-ÖØ-öø-\u02af\u0300-\u036f\u0370-\u052f\u1e00-\u1fff"
_TOKEN = re.compile(rf"(?:[{LETTER}]\.){{2,8}}(?:[{LETTER}](?![{LETTER}]))?|[{LETTER}\d]+(?:['’&‑-][{LETTER}\d]+)*")
_BEGINS = re.compile(r"(?:[.!?:;。！？：；…|>#(\[\"“”「『《‘*_~—]|\n)[ \t]*\Z")
_MARK = re.compile(r"\n[ \t>]*(?:[-+•–]|\(?[\dA-Za-z]{1,3}[.)、])[ \t]*\Z")
_UNITS = word_set("kWh kHz MHz GHz kJ MJ kN mA mV kV MW GW pH kB MB GB TB dB kPa hPa mRNA BCE AD BC CE AM PM")
_TOPICS = PLAIN - THAT_OF
_NUMBERED = word_set("step table figure chapter section part case option equation page line note example item")
_NUMERAL = re.compile(r"[IVX]{1,5}\Z")


class _Token(NamedTuple):
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.casefold().replace("’", "'")


def capitals(text: str) -> Iterator[Found]:
    """The names of a text of which only the prose is left (prose.py)."""
    tokens = [_trimmed(found) for found in _TOKEN.finditer(text)]
    small = {token.low for token in tokens if token.text.islower()}
    starts, ends = _shouted(text)
    at = 0
    while at < len(tokens):
        if not _is_name(tokens[at]):
            at += 1
            continue
        run = _run(text, tokens, at)
        at += len(run)
        line = bisect.bisect_right(starts, run[0].start) - 1
        is_loud = line >= 0 and run[0].start < ends[line]
        for part in filter(None, _parts(run, is_loud)):
            yield from _found(text, part, small, is_loud)


def _trimmed(found: re.Match[str]) -> _Token:
    """`German-born` is German; `18th-century` stays, as no name."""
    parts = re.split("[‑-]", found[0])
    if len(parts) == 1 or not parts[0][:1].isupper() or len(parts[0]) < 3 or not parts[-1][:1].islower():
        return _Token(found[0], found.start(), found.end())
    return _Token(parts[0], found.start(), found.start() + len(parts[0]))


def _is_name(token: _Token) -> bool:
    first = token.text[0]
    if first.isdigit() or token.text in _UNITS:
        return False
    return first.isupper() or (len(token.text) > 2 and any(sign.isupper() for sign in token.text[1:]))


def _run(text: str, tokens: list[_Token], at: int) -> list[_Token]:
    """The tokens of one name, at most `LONGEST`."""
    run = [tokens[at]]
    at += 1
    while len(run) < LONGEST and at < len(tokens):
        last, token = run[-1], tokens[at]
        if not _is_beside(text, last, token):
            if not _is_seat(text, run, token):
                break
            run.append(token)
            break
        if _is_name(token):
            run.append(token)
        elif _is_number_of(text, run, token):
            run.append(token)
            break
        elif more := _within(text, run, tokens, at):
            run += more
            at += len(more)
            continue
        else:
            break
        at += 1
    return run


def _is_beside(text: str, one: _Token, other: _Token) -> bool:
    gap = text[one.end : other.start]
    if gap in (" ", "\u00a0", " & "):
        return True
    if gap not in (". ", ".\u00a0"):
        return False
    if one.low in GOES_ON:
        return True
    return len(one.text) == 1 and one.text.isupper() and _is_name(other) and other.low not in OPENERS


def _is_seat(text: str, run: list[_Token], token: _Token) -> bool:
    """`University of California, Berkeley`."""
    words = [each.low for each in run]
    if text[run[-1].end : token.start] != ", " or words[:2] != ["university", "of"] or not _is_name(token):
        return False
    return not re.match(r",? (?:and|or|&) |, [A-Z]", text[token.end : token.end + 6])


def _is_number_of(text: str, run: list[_Token], token: _Token) -> bool:
    """`Boeing 747`, `Apollo 11`; not `In 1969`, `Step 3`, `Norway 5 million`."""
    if not re.fullmatch(r"\d{1,4}[A-Za-z]?", token.text) or re.fullmatch("1[1-9]..|20..", token.text):
        return False
    low = run[-1].low
    if low in MONTHS or low in OPENERS or low in PLAIN or low in DAYS or len(run) > 3:
        return False
    behind = text[token.end : token.end + 12].lower()
    return not re.match(
        r"[.,:/]\d|\s?[%°$€£¥–-]|\s?(?:million|billion|trillion|thousand|percent|km|m|kg|times|years)\b", behind
    )


def _within(text: str, run: list[_Token], tokens: list[_Token], at: int) -> list[_Token]:
    """The small words that follow within a name, with the next of it: `of the United`, `and Nicobar`, `van`, `Beethoven`."""
    small: list[_Token] = []
    while at < len(tokens) and len(small) < 3 and not _is_name(tokens[at]):
        if not _is_beside(text, small[-1] if small else run[-1], tokens[at]):
            return []
        small.append(tokens[at])
        at += 1
    if (
        not small
        or at == len(tokens)
        or not _is_beside(text, small[-1], tokens[at])
        or run[-1].text.endswith(("'s", "’s"))
    ):
        return []
    after = tokens[at]
    if after.low in OPENERS and after.low != "us":
        return []
    words = [token.low for token in small]
    said = {token.low for token in run}
    joins = (
        all(word in OF_PERSONS for word in words)
        or words in (["of"], ["of", "the"])
        or (words == ["for"] and bool(FOR & said))
        or (words == ["at"] and "university" in said)
        or (words == ["and"] and _are_one(text, run, tokens, at))
    )
    return [*small, after] if joins else []


def _are_one(text: str, run: list[_Token], tokens: list[_Token], at: int) -> bool:
    """Whether "A and B" is one name: `Andaman and Nicobar Islands`, `Trinidad and Tobago`, but not `Paris and London`."""
    if f"{run[-1].low}&{tokens[at].low}" in PAIRS:
        return True
    if any(one.low in OF and other.low == "of" for one, other in itertools.pairwise(run)):
        return True
    end = at
    while (
        end - at < 5
        and end + 1 < len(tokens)
        and _is_name(tokens[end + 1])
        and _is_beside(text, tokens[end], tokens[end + 1])
    ):
        end += 1
    return end > at and tokens[end].low in ADDED and run[-1].low not in HEADS


def _parts(run: list[_Token], is_loud: bool) -> Iterator[list[_Token]]:
    """A possessive ends a name, but for what is called so: `King's College`; where all is in capitals, an ordinary word does."""
    start = 0
    for number, token in enumerate(run[:-1]):
        if is_loud and token.low in OPENERS:
            yield run[start:number]
            start = number + 1
        elif token.text.endswith(("'s", "’s")) and run[number + 1].low not in HEADS:
            yield run[start : number + 1]
            start = number + 1
    yield run[start:]


def _found(text: str, run: list[_Token], small: set[str], is_loud: bool) -> Iterator[Found]:
    begins = is_loud or _is_beginning(text, run[0].start)
    first = run[0].start
    run = _stripped(run, begins, is_loud)
    if not run or (len(run) == 1 and run[0].low in _NUMBERED):
        return
    if run[0].start > first and len(run) > 1 and text[first - 1 : first] not in ("*", "_"):
        begins = is_loud  # "The World Health Organization": its capitals aren't the sentence's
    words = [token.low.removesuffix("'s") for token in run]
    if all(word in DAYS or word in MONTHS or word in FUNCTION for word in words) and not run[0].text[1:2].isupper():
        return
    if len(run) == 1 and (len(run[0].text.rstrip(".")) < 2 or _NUMERAL.match(run[0].text)):
        return
    end = run[-1].end - (2 if run[-1].text.endswith(("'s", "’s")) else 0)
    are, may = name_keys(text[run[0].start : end])
    if are:
        weak = (
            begins
            and all(_is_ordinary(word, small, len(words)) for word in words)
            and (is_loud or not run[0].text.isupper())
        )
        yield Found("name", run[0].start, end, are, may, weak=weak)


def _is_beginning(text: str, at: int) -> bool:
    before = text[at - 12 : at] if at > 12 else "\n" + text[:at]
    return bool(_BEGINS.search(before) or _MARK.search(before))


def _stripped(run: list[_Token], begins: bool, is_loud: bool) -> list[_Token]:
    """Without the words that only open a sentence, and without small words in capitals at either end."""
    start, end = 0, len(run)
    while start < end:
        token = run[start]
        is_only_loud = token.text.isupper() and len(token.text) > 1 and not is_loud
        of = end - start > 2 and begins and token.low in _TOPICS and run[start + 1].low == "of"
        if not of and (is_only_loud or token.low not in (OPENERS if begins else FUNCTION)):
            break
        start += 2 if of else 1
    while end > start and (
        run[end - 1].low in (OPENERS if is_loud else FUNCTION) and (is_loud or not run[end - 1].text.isupper())
    ):
        end -= 1
    return run[start:end]


def _is_ordinary(word: str, small: set[str], count: int) -> bool:
    if word in PLAIN or word in OPENERS or word in OF_PERSONS or word in small or word in DAYS or word.isdigit():
        return True
    return count == 1 and len(word) > 5 and word not in YET_NAMES and word.endswith(NOT_ENDINGS)


def _shouted(text: str) -> tuple[list[int], list[int]]:
    """Where lines that are written in capitals begin and end."""
    starts, ends = [], []
    at = 0
    for line in text.splitlines(keepends=True):
        big = sum(map(str.isupper, line))
        if big > 12 and big > 2.4 * sum(map(str.islower, line)) and line.strip().count(" ") > 2:
            starts.append(at)
            ends.append(at + len(line))
        at += len(line)
    return starts, ends
