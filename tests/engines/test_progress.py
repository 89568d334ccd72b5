"""Reports of progress: how often they come, and whose bars are taken."""

from __future__ import annotations

import threading
import time

import pytest

from r1widget.engines import Progress
from r1widget.engines.progress import Reporter, download_bar, loading_bars


def test_reports_come_ten_times_a_second_at_most() -> None:
    told: list[Progress] = []
    report = Reporter(told.append)
    start = time.monotonic()
    for done in range(20_001):
        report("download", "Downloading", done, 20_000)
    elapsed = time.monotonic() - start
    assert told[0].done == 0
    assert 20_000 in [progress.done for progress in told]
    assert len(told) <= elapsed / 0.1 + 3


def test_only_our_threads_bars_are_taken() -> None:
    from transformers.utils import logging

    if not hasattr(logging, "set_tqdm_hook"):
        pytest.skip("this transformers has no hook for its bars")
    taken: list[int] = []
    others: list[str] = []

    def elsewhere() -> None:
        others.append(type(logging.tqdm([1, 2], disable=True)).__name__)

    with loading_bars(lambda done, total: taken.append(done)):
        with loading_bars(lambda done, total: taken.append(done)):
            pass
        for _ in logging.tqdm([1, 2, 3], desc="Loading"):
            pass
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert others == [type(logging.tqdm([1], disable=True)).__name__]
    assert taken == [1, 2, 3] or taken == []


def test_a_bar_takes_whatever_the_hub_calls() -> None:
    got: list[int] = []
    with download_bar(got.append)(total=10, initial=2, disable=False) as bar:
        bar.update(3)
        bar.set_postfix_str("x", refresh=False)
        bar.refresh()
        bar.close()
    assert got == [2, 3]
    assert (bar.n, bar.total) == (5, 10)
