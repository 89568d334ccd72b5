"""`Scores`: what the model made of each token that it chose, and where in the text the token ends.

32,768 tokens take half a megabyte here, and would take two as JSON: so scores are kept beside the turn, not in its
`to_dict()`. The journal has them; what is exported has only their means (`turn.record["scores"]`).
"""

from __future__ import annotations

import math
import statistics
import threading
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from ..reasoning import KINDS, Kind
from .alternatives import SURE, UNKNOWN, Alternative, Alternatives

_UNSURE = math.log(SURE)
_UNTOLD = 2**32 - 1  # as UNKNOWN is stored


class Score(NamedTuple):
    """What the model made of a token it chose, before temperature and top-p, so that settings can be compared."""

    id: int
    logprob: float
    """Natural logarithm of its probability at temperature 1."""
    entropy: float
    """Of the distribution it was chosen from, at temperature 1, in nats; not a number (NaN) where a server wrote it."""
    alternatives: tuple[Alternative, ...] = ()
    """The likeliest of that distribution, where the token had less than `SURE`."""

    @property
    def is_sure(self) -> bool:
        """Whether it is so probable that its alternatives say little."""
        return self.logprob >= _UNSURE


class TokenScore(NamedTuple):
    """One token that the model chose. Of what others wrote (a budget, a person) there are none."""

    id: int
    """In the model's vocabulary; -1 where a server doesn't tell."""
    logprob: float
    """Natural logarithm of its probability at temperature 1, before top-p."""
    entropy: float
    """Of the distribution it was chosen from, at temperature 1, in nats; not a number (NaN) where a server wrote it."""
    kind: Kind
    end: int
    """Where its text ends, in characters of the turn's text of this kind, verbatim (`turn.text(kind)`).

    It begins where the text before it of that kind ends. Tokens that made a character only together end at the same
    place, and so does a tag, which is in neither text: it belongs to the thought.
    """
    alternatives: tuple[Alternative, ...] = ()
    """The likeliest tokens of that distribution, at most five, the likeliest first; none where this one had 0.9 or more. It may be
    one of them."""


_COLUMNS = {"ids": "I", "ends": "I", "logprobs": "f", "entropies": "f", "kinds": "B"}
"""Of what is stored, by name, with the type."""
_OTHERS = "other."
"""What the names of the alternatives' columns begin with."""


class Scores(Sequence[TokenScore]):
    """The scores of a turn, in order. Grows while the turn is written, by one thread; any thread may read.

    17 bytes a token: floats are single precision, about 7 digits. Those that weren't sure have alternatives besides.
    """

    def __init__(self) -> None:
        self._ids, self._ends = array("I"), array("I")
        self._logprobs, self._entropies = array("f"), array("f")
        self._kinds = bytearray()
        self._alternatives = Alternatives()
        self._lock = threading.Lock()

    def add(self, scores: Iterable[Score], kind: Kind, end: int) -> None:
        """Tokens whose text, taken together, ends at `end` characters of its kind."""
        with self._lock:
            for score in scores:
                if score.alternatives:
                    self._alternatives.add(len(self._ids), score.alternatives)
                self._ids.append(_UNTOLD if score.id == UNKNOWN else score.id)
                self._logprobs.append(score.logprob)
                self._entropies.append(score.entropy)
                self._kinds.append(KINDS.index(kind))
                self._ends.append(end)

    def summary(self) -> dict[str, dict[str, float]]:
        """Mean log-probability and mean entropy of each kind that has scores; no entropy where it isn't known of all."""
        means: dict[str, dict[str, float]] = {}
        for number, kind in enumerate(KINDS):
            with self._lock:
                which = [index for index, found in enumerate(self._kinds) if found == number]
                if which:
                    means[kind] = {"mean_logprob": _mean(self._logprobs[index] for index in which)}
                    entropy = _mean(self._entropies[index] for index in which)
                    if not math.isnan(entropy):
                        means[kind]["mean_entropy"] = entropy
        return means

    def __len__(self) -> int:
        with self._lock:
            return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> TokenScore: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[TokenScore, ...]: ...
    def __getitem__(self, index: Any) -> Any:
        with self._lock:
            if isinstance(index, slice):
                return tuple(self._at(number) for number in range(*index.indices(len(self._ends))))
            return self._at(index)

    def columns(self, since: int = 0) -> dict[str, array[Any]]:
        """Those from number `since` on, to be stored; one behind the other they are all."""
        with self._lock:
            kinds = array("B", self._kinds[since:])
            columns = (self._ids[since:], self._ends[since:], self._logprobs[since:], self._entropies[since:], kinds)
            others = self._alternatives.columns(since)
        named: dict[str, array[Any]] = dict(zip(_COLUMNS, columns, strict=True))
        # Who has none of them is stored as ever.
        return {**named, **{f"{_OTHERS}{name}": column for name, column in others.items() if column}}

    @classmethod
    def of(cls, columns: Mapping[str, array[Any]]) -> Scores:
        """The scores again. `ValueError` for what are none."""
        made = cls()
        made._ids, made._ends, made._logprobs, made._entropies, kinds = (
            array(typecode, columns.get(name, ())) for name, typecode in _COLUMNS.items()
        )
        made._kinds = bytearray(kinds)
        lengths = {len(made._ids), len(made._ends), len(made._logprobs), len(made._entropies), len(kinds)}
        if len(lengths) != 1 or any(kind >= len(KINDS) for kind in made._kinds):
            raise ValueError("the columns of scores don't fit together")
        others = {name.removeprefix(_OTHERS): column for name, column in columns.items() if name.startswith(_OTHERS)}
        made._alternatives = Alternatives.of(others)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _scores, (self.columns(),)

    def __repr__(self) -> str:
        return f"<Scores of {len(self)} tokens>"

    def _at(self, index: int) -> TokenScore:
        index = range(len(self._ids))[index]
        id, kind = self._ids[index], KINDS[self._kinds[index]]
        others = self._alternatives.of_token(index)
        return TokenScore(
            UNKNOWN if id == _UNTOLD else id,
            self._logprobs[index],
            self._entropies[index],
            kind,
            self._ends[index],
            others,
        )


def _scores(columns: Mapping[str, array[Any]]) -> Scores:
    """The scores again, of a copy."""
    return Scores.of(columns)


def _mean(values: Iterable[float]) -> float:
    return round(statistics.fmean(values), 3) + 0.0  # and no -0.0


class Growth(NamedTuple):
    """A text of this kind has grown to `end` characters, `fed` of which have come just now."""

    kind: Kind
    fed: int
    end: int


class _Stretch(NamedTuple):
    """Of what was fed, `fed` characters, behind which the text of `kind` is `end` characters long."""

    kind: Kind
    fed: int
    end: int
    is_text: bool


class Placing:
    """Finds out where in the text each piece ends, and puts its scores there.

    Not as easy as it looks: the splitter holds back what may be half a tag, and takes tags out. Whose piece ends in
    what is held back is put in its place when it is certain.
    """

    def __init__(self, scores: Scores, lengths: dict[Kind, int]) -> None:
        """`lengths` of the texts so far."""
        self._scores = scores
        self._lengths = lengths
        self._fed = self._certain = 0  # characters of what the model wrote, tags included
        self._waiting: deque[tuple[Sequence[Score], int]] = deque()

    def feed(self, text: str, scores: Sequence[Score]) -> None:
        """A piece, before it is split."""
        self._fed += len(text)
        if scores:
            self._waiting.append((scores, self._fed))

    def settle(self, grown: Sequence[Growth], held: int, kind: Kind) -> None:
        """What has become of it: how the texts have `grown`, and `held` characters held back. `kind` is where the reply is."""
        at, self._certain = self._certain, self._fed - held
        for stretch in self._stretches(grown, self._certain - at, kind):
            at += stretch.fed
            while self._waiting and self._waiting[0][1] <= at:
                scores, end = self._waiting.popleft()
                self._scores.add(scores, stretch.kind, stretch.end - (at - end) * stretch.is_text)

    def _stretches(self, grown: Sequence[Growth], fed: int, kind: Kind) -> Iterator[_Stretch]:
        """What was fed, in order: text, and the tags that were taken out of it. They stand where the kind changes."""
        tags = fed - sum(growth.fed for growth in grown)
        kinds = [growth.kind for growth in grown]
        changes = (number for number in range(1, len(kinds)) if kinds[number] != kinds[number - 1])
        where = next(changes, 0 if kinds[:1] == [kind] else len(kinds))
        for number in range(len(kinds) + 1):
            if number == where and tags:
                yield _Stretch("reasoning", tags, self._lengths["reasoning"], False)
            if number < len(kinds):
                self._lengths[grown[number].kind] = grown[number].end
                yield _Stretch(*grown[number], True)
        yield _Stretch(kind, 0, self._lengths[kind], False)  # ids without a text of their own
