"""`settings_for`, `seeds`: how a question that is asked again is answered: as the turn was, and each time with a seed of its own."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..conversation.turn import Turn
from ..errors import SettingsError
from ..settings import Settings
from .replaying import recorded_in


def settings_for(turn: Turn, usual: Settings, changes: Mapping[str, Any]) -> Settings:
    """Those of the turn's record, with some changed; `usual` where it has none.

    At temperature 0 all answers would be the same. So where a turn was written at 0, the others have the usual temperature, or
    the one that DeepSeek recommends. `SettingsError` where 0 is what `changes` say.
    """
    recorded = turn.record.get("settings")
    own = recorded_in(turn, recorded) if isinstance(recorded, Mapping) else usual
    chosen = own.replace(changes)
    if chosen.temperature > 0:
        return chosen
    if "temperature" in changes:
        raise SettingsError("At temperature 0 all answers would be the same.", "Give a temperature above 0, or none.")
    return chosen.replace({"temperature": usual.temperature or Settings().temperature})


def seeds(settings: Settings, where: str, used: Collection[int | None]) -> Iterator[int | None]:
    """For each of the others one that isn't `used` yet. They follow from the turn's own and from `where` it is gone on from, so
    that they can be drawn again. None where nobody knows the turn's: then whoever writes draws them."""
    if settings.seed is None:
        yield from itertools.repeat(None)
    for number in itertools.count():
        digest = hashlib.blake2b(f"{settings.seed} {where} {number}".encode(), digest_size=4).digest()
        if (seed := int.from_bytes(digest, "big")) not in used:  # 32 bits: not every server takes more
            yield seed
