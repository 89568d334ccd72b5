"""`NotCopied`, `Named`: what there is one of, and no copy can be made. A turn and a conversation are values, and are none of these."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex


class NotCopied:
    """Has a thread, a model or a page. Asked for a copy, it says in a sentence what to take instead."""

    _instead = ""

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"A {type(self).__name__} can't be copied or pickled. {self._instead}".rstrip())

    def __copy__(self) -> NoReturn:
        self.__reduce_ex__(4)

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce_ex__(4)


class Named(NotCopied):
    """An engine."""

    name: str
    _instead = "One engine serves any number of chats: hand it on as it is."

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '(not ready)')}>"  # a traceback may show it half made
