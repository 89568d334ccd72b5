"""`Table`: which token mostly follows one, two or three others in reasoning traces; counted once and shipped.

How a table is made is in `making`. A file is a line of JSON (what it is, for which vocabulary, from which sources) and compressed
columns.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from operator import add
from pathlib import Path
from typing import Any, Literal

from ....errors import EngineError

ORDERS = 3
"""The longest context, in tokens. A fourth brought nothing that two thirds of the entries hadn't brought already."""
LEVELS = 12
"""How finely it is noted how sure an entry is: level 5 of 12 is a share of 5/12 to 6/12."""
_SIZES = range(1, ORDERS + 1)
FORMAT = "r1widget n-grams 1"

log = logging.getLogger(__name__)

Entries = Mapping[tuple[int, ...], tuple[int, int]]
"""Context (1 to ORDERS ids) to (the id that mostly follows, level)."""


class Table:
    """Contexts and what follows them."""

    def __init__(self, entries: Entries, about: Mapping[str, Any] | None = None) -> None:
        """`about` is what the file says of itself: `fingerprint`, `sources`."""
        self.about = dict(about or {})
        self._orders: tuple[dict[int, int], ...] = tuple({} for _ in range(ORDERS))
        for context, (following, level) in entries.items():
            self._orders[len(context) - 1][_key(context)] = following * LEVELS + level

    @classmethod
    def for_tokenizer(cls, fingerprint: str) -> Table | None:
        """The shipped table for a vocabulary; None where there is none, or where its file is damaged (that is logged)."""
        return _shipped(fingerprint)

    def __len__(self) -> int:
        return sum(map(len, self._orders))

    def next(self, context: Sequence[int]) -> int | None:
        """What mostly follows the end of `context`: by its last three ids, else two, else one."""
        found = self.look(context)
        return None if found is None else found[0]

    def look(self, context: Sequence[int]) -> tuple[int, int] | None:
        """As `next`, with the entry's level."""
        one, two, three = self._orders
        count = len(context)
        if not count:
            return None
        key = context[-1]
        entry = one.get(key)
        if count > 1:
            key |= context[-2] << 32
            entry = two.get(key, entry)
            if count > 2:
                entry = three.get(key | context[-3] << 64, entry)
        return None if entry is None else divmod(entry, LEVELS)

    def write(self, file: Path) -> None:
        """Write the table. The same entries give the same bytes."""
        parts = [sorted((*_context(key, n), entry) for key, entry in self._orders[n - 1].items()) for n in _SIZES]
        used = sorted({id for part in parts for *context, entry in part for id in (*context, entry // LEVELS)})
        number = {id: n for n, id in enumerate(used)}
        columns: list[array[int]] = [array("I", used)]
        for n, part in zip(_SIZES, parts, strict=True):
            columns += [array("H", [number[row[place]] for row in part]) for place in range(n)]
            columns.append(array("H", [number[row[n] // LEVELS] for row in part]))
            columns.append(array("B", [row[n] % LEVELS for row in part]))
        packed = zlib.compress(b"".join(_little(column).tobytes() for column in columns), 9)
        about = {"format": FORMAT, **self.about, "tokens": len(used), "entries": list(map(len, parts))}
        file.write_bytes(json.dumps(about, ensure_ascii=False).encode() + b"\n" + packed)

    @classmethod
    def read(cls, file: Path) -> Table:
        """The table in `file`. Raises EngineError where it isn't one, or is damaged."""
        try:
            head, _, packed = file.read_bytes().partition(b"\n")
            about = json.loads(head)
            if about["format"] != FORMAT:
                raise ValueError(about["format"])
            columns = _Columns(zlib.decompress(packed))
            ids = columns.take("I", about["tokens"])
            table = cls({}, about)
            for n, count in zip(_SIZES, about["entries"], strict=True):
                context = [columns.take("H", count) for _ in range(n)]
                shifted = [
                    [ids[number] << 32 * (n - 1 - place) for number in part] for place, part in enumerate(context)
                ]
                keys = map(sum, zip(*shifted, strict=True))
                entries = [ids[number] * LEVELS for number in columns.take("H", count)]
                table._orders[n - 1].update(zip(keys, map(add, entries, columns.take("B", count)), strict=True))
            columns.close()
        except (OSError, ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
            raise EngineError(f"The table of n-grams {file.name} can't be read.", "Install r1widget again.") from error
        return table


class _Columns:
    """Arrays, one after the other, little endian."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, code: Literal["I", "H", "B"], count: int) -> array[int]:
        column = array(code)
        end = self._place + count * column.itemsize
        column.frombytes(self._data[self._place : end])
        if len(column) != count:
            raise ValueError("too short")
        self._place = end
        return _little(column)

    def close(self) -> None:
        """Nothing must be left: then every length was right."""
        if self._place != len(self._data):
            raise ValueError("too long")


def fingerprint(vocabulary: Mapping[str, int]) -> str:
    """What tells one vocabulary (token to id) from another, whatever the order: 32 hexadecimal digits.

    Tokens in angle brackets are left out, and no table has them: that is what control tokens look like, and models that
    share a vocabulary otherwise differ in those.
    """
    ordinary = {id: token for token, id in vocabulary.items() if not is_control(token)}
    text = "\n".join(f"{id} {ordinary[id]}" for id in sorted(ordinary))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_control(token: str) -> bool:
    """Whether a token may be one that controls: anything in angle brackets."""
    return token.startswith("<") and token.endswith(">")


def file_of(fingerprint: str) -> Path:
    """Where the table for this vocabulary is, if there is one."""
    return Path(__file__).parent / f"ngrams-{fingerprint[:12]}.bin"


@functools.lru_cache(maxsize=4)
def _shipped(fingerprint: str) -> Table | None:
    file = file_of(fingerprint)
    if not (fingerprint.isalnum() and file.exists()):
        return None
    try:
        table = Table.read(file)
    except EngineError as error:
        log.warning("%s", error)
        return None
    return table if table.about.get("fingerprint") == fingerprint else None


def _key(context: Sequence[int]) -> int:
    key = 0
    for id in context:
        key = key << 32 | id
    return key


def _context(key: int, n: int) -> tuple[int, ...]:
    return tuple(key >> 32 * (n - 1 - place) & 0xFFFF_FFFF for place in range(n))


def _little(column: array[int]) -> array[int]:
    """Little endian where the machine isn't (and back)."""
    if sys.byteorder == "big":
        column.byteswap()
    return column
