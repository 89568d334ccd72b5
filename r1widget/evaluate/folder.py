"""`Folder`: where an evaluation is kept as it goes: `run.json` says which it is, `samples.jsonl` has each answer as it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..conversation.differences import MODEL, said
from ..errors import EvaluationError
from ..export.file import replace
from .sample import Sample

FORMAT = 1
RUN, SAMPLES = "run.json", "samples.jsonl"
_CALLED = {"questions": "the questions", "prompt": "the prompt", "settings": "the settings", "seed": "the seed"}


class Folder:
    """A folder of one evaluation. `run` is what it says of itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: dict[str, Any] = {}

    def open(self, run: Mapping[str, Any]) -> list[Sample]:
        """What is there already of this run; the folder is made where there is none. `EvaluationError` of another run's."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            text = (self.path / RUN).read_text(encoding="utf-8") if (self.path / RUN).exists() else None
        except OSError as error:
            raise EvaluationError(
                f"{str(self.path)!r} can't be used: {error.strerror or error}.", "Give another folder."
            ) from error
        if text is None:
            if (self.path / SAMPLES).exists():
                raise self._other("it has answers, and no run.json says to what")
            self._write(dict(run))
            return []
        there = self._read(text)
        for name, called in _CALLED.items():
            if there.get(name) != run[name]:
                if name == "seed" and run[name] is None:
                    continue
                raise self._other(f"{called} of the run in it are others" if name != "seed" else "its seed is another")
        if there.get("model", {}).get("name") != run["model"]["name"]:
            raise self._other(f"the run in it is of {there.get('model', {}).get('name')}")
        self.run = there
        self.keep({"k": run["k"], "limit": run["limit"]})
        return self._samples()

    def is_model(self, record: Mapping[str, Any]) -> None:
        """Of the first answer of a session: whether the same model writes it, in the same form, as before."""
        now = {name: record[name] for name in MODEL if name in record}
        before = self.run["model"].get("record")
        if before is None:
            self.keep({"model": {**self.run["model"], "record": now}})
            return
        other = {name: (before[name], now.get(name)) for name in before if before[name] != now.get(name)}
        if other:
            raise self._other(f"another model wrote the answers in it ({said(other)})")

    def add(self, sample: Sample) -> None:
        """Keep an answer. It is in the file when this returns."""
        try:
            with (self.path / SAMPLES).open("a", encoding="utf-8", newline="\n") as file:
                file.write(sample.to_line())
        except OSError as error:
            raise EvaluationError(
                f"{str(self.path)!r} can't be written to: {error.strerror or error}.",
                "Free some space and run it again.",
            ) from error

    def keep(self, changes: Mapping[str, Any]) -> None:
        """Say something else of the run."""
        self._write({**self.run, **changes})

    def _samples(self) -> list[Sample]:
        """Those that are whole. A half line at the end goes, or the next one would be a part of it."""
        file = self.path / SAMPLES
        if not file.exists():
            return []
        data = file.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            replace(file, whole)
        lines = whole.decode("utf-8", "replace").split("\n")
        return [sample for line in lines if line and (sample := Sample.from_line(line)) is not None]

    def _read(self, text: str) -> dict[str, Any]:
        try:
            there = json.loads(text)
        except ValueError:
            there = None
        if not isinstance(there, dict) or "questions" not in there or not isinstance(there.get("model"), dict):
            raise self._other("its run.json is of something else")
        if there.get("format") != FORMAT:
            raise self._other("another version of r1widget wrote it")
        return there

    def _write(self, run: dict[str, Any]) -> None:
        self.run = run
        replace(self.path / RUN, (json.dumps(run, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))

    def _other(self, why: str) -> EvaluationError:
        return EvaluationError(
            f"{self.path.name!r} holds another evaluation: {why}.", "Give another folder (out, --out)."
        )
