"""`Out`: a stream of a terminal that takes everything. What its encoding can't show is replaced, and a pipe whose reader has
gone (`| head`) takes no more."""

from __future__ import annotations

import errno
import os
from typing import TextIO


class Out:
    """Where to print to. `is_closed`: nobody reads it any more."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.is_closed = stream is None  # Python has it so where a shell said `>&-`
        self.is_terminal = stream is not None and stream.isatty()

    def print(self, text: str = "", end: str = "\n") -> None:
        if self._stream is None or self.is_closed:
            return
        try:
            try:
                print(text, end=end, file=self._stream, flush=True)
            except UnicodeEncodeError:  # cp1252 has no Chinese, and ASCII no ×
                encoding = self._stream.encoding
                print(text.encode(encoding, "replace").decode(encoding), end=end, file=self._stream, flush=True)
        except OSError as problem:
            if not isinstance(problem, BrokenPipeError) and not (os.name == "nt" and problem.errno == errno.EINVAL):
                raise
            self.is_closed = True
            # Python would try at its end to write what is left in it, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
