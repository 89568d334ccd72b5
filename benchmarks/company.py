"""`Company`: how much of the cores went to programs that aren't ours. Where it was much, figures aren't to be believed."""

from __future__ import annotations

import os
from collections.abc import Iterable

import psutil


class Company:
    """`share` is since the last time that it was asked."""

    def __init__(self) -> None:
        self._last = (0.0, 0.0)

    def share(self, processes: Iterable[int] = ()) -> float:
        """From 0 to 1, of all cores; `processes` are those of ours that run, beside this one and those that it has waited for."""
        times = psutil.cpu_times()._asdict()
        spent = sum(seconds for name, seconds in times.items() if not name.startswith("guest"))
        busy = spent - times["idle"] - times.get("iowait", 0)
        others = busy - sum(os.times()[:4])
        for process in processes:
            found = psutil.Process(process).cpu_times()
            others -= found.user + found.system
        (spent_before, others_before), self._last = self._last, (spent, others)
        return min(1.0, max(0.0, (others - others_before) / max(1e-3, spent - spent_before)))
