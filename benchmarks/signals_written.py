"""What a model writes to questions, so many times to each, with the probability of each token; kept in a file, so that none is asked twice.

The files lie outside of the source, by default in the temporary folder. What was cut off goes on where it was.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from r1widget import Chat, Turn
from r1widget.conversation.token_places import token_places

Row = dict[str, Any]
"""`reasoning` and `answer` as they were written, `finish_reason`, `thinking_ended_by`; `tokens`: of each its kind, where its text begins and ends, and
its log-probability; `conversation`, where it was asked for."""


def written(
    questions: Sequence[str],
    times: int,
    path: Path,
    model: str,
    settings: Mapping[str, Any],
    seconds: float,
    *,
    together: int,
    whole: bool = False,
) -> dict[str, list[Row]]:
    """By question; those that are missing are asked for, until `seconds` have passed. `together` answers are written at the same time; with `whole` the first
    of each question has its conversation."""
    known = dict(_kept(path))
    missing = [each for each in questions if each not in known]
    path.parent.mkdir(exist_ok=True)
    at_once = max(1, together // times)
    chats = [Chat(model, keep=False, settings=settings) for _ in range(at_once * times if missing else 0)]
    ends = time.monotonic() + seconds
    for start in range(0, len(missing), at_once):
        if time.monotonic() > ends:
            there = sum(each in known for each in questions)
            print(f"{there} of {len(questions)} in {path.name}; call again for the rest", flush=True)
            break
        pairs = [(text, row) for text in missing[start : start + at_once] for row in range(times)]
        turns = [chat.send(text, seed=_seed(text, row, times)) for chat, (text, row) in zip(chats, pairs, strict=False)]
        rows: dict[str, list[Row]] = {}
        for chat, turn, (text, row) in zip(chats, turns, pairs, strict=False):
            turn.wait()
            rows.setdefault(text, []).append(_row(turn.raise_for_error()))
            if whole and row == 0:
                rows[text][0]["conversation"] = chat.conversation.to_dict()
            chat.clear()
        with path.open("a", encoding="utf-8") as file:
            for text, made in rows.items():
                known[text] = made
                file.write(json.dumps({"question": text, "answers": made}, ensure_ascii=False) + "\n")
    return known


def _kept(path: Path) -> Iterator[tuple[str, list[Row]]]:
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            found = json.loads(line)
            yield found["question"], found["answers"]


def _seed(text: str, row: int, times: int) -> int:
    """Of the text, so that it is the same in any order; what is asked once has another one than what is asked several times."""
    return zlib.crc32(text.encode()) // 10 * 10 + (row if times > 1 else 9)


def _row(turn: Turn) -> Row:
    scores = turn.scores[:]
    tokens = [
        [score.kind, place.start, place.end, round(score.logprob, 5)]
        for score, place in zip(scores, token_places(turn, scores), strict=True)
    ]
    return {
        "reasoning": turn.text("reasoning"),
        "answer": turn.text("answer"),
        "finish_reason": turn.finish_reason,
        "thinking_ended_by": turn.thinking_ended_by,
        "tokens": tokens,
    }
