"""`Out`: streams that can't show what is printed, and pipes that nobody reads."""

from __future__ import annotations

import errno
import io
import os

import pytest

from r1widget.shell.out import Out


class Pipe(io.StringIO):
    """A stream that fails, with a file of its own to put nothing in its place."""

    def __init__(self, problem: OSError, file: int) -> None:
        super().__init__()
        self._problem, self._file = problem, file

    def write(self, text: str) -> int:
        raise self._problem

    def fileno(self) -> int:
        return self._file


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "17 × 24 数"), ("cp1252", "17 × 24 ?"), ("cp437", "17 ? 24 ?"), ("ascii", "17 ? 24 ?")],
)
def test_what_an_encoding_cannot_show_is_replaced(encoding: str, shown: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    out = Out(stream)
    out.print("17 × 24 数")
    out.print("and on", end="")
    assert stream.buffer.getvalue().decode(encoding) == f"{shown}\nand on"  # type: ignore[attr-defined]
    assert not out.is_closed


def test_a_pipe_that_nobody_reads_takes_no_more_and_says_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        out = Out(stream)
        out.print("one")
        assert out.is_closed
        out.print("two")


def test_no_stream_at_all_is_closed() -> None:
    out = Out(None)
    out.print("one")
    assert out.is_closed and not out.is_terminal


def test_a_full_disk_is_an_error(tmp_path: os.PathLike[str]) -> None:
    out = Out(Pipe(OSError(errno.ENOSPC, "No space left on device"), 0))
    with pytest.raises(OSError, match="No space left"):
        out.print("one")
