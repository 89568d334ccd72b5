"""What is a loop and what only looks like one; pieces of any size; and the real traces, where they are."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.loops import LABELS
from r1widget.reasoning.loops import REACH, Loop, LoopDetector
from tests.real import TRACES

WORDS = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "en", "ost", "irk")]


def detect(text: str) -> Loop | None:
    detector = LoopDetector()
    detector.feed(text)
    return detector.loop


def notices(text: str) -> Iterator[tuple[int, Loop | None]]:
    detector = LoopDetector()
    for at, character in enumerate(text, 1):
        if detector.feed(character):
            yield at, detector.loop


def prose(words: int, seed: int = 0) -> str:
    chance = random.Random(seed)
    return (
        " ".join(chance.choice(WORDS) + chance.choice(WORDS) + chance.choice(["", ".", ","]) for _ in range(words))
        + "\n\n"
    )


@pytest.mark.parametrize(
    "round_",
    [
        "no ",
        "ha",
        "0",
        "142857",
        "!",
        "\n",
        "Wait. ",
        "The answer is \\boxed{\\frac{1}{4}}.\n\n",
        "Wait, no. It is 4. But then it is 5. So, it is 4.\n",
        "等等，我再想想这个问题的答案到底是什么。",
        "ここでもう一度考えてみましょう",
        prose(120, 1),
        prose(500, 2),
        prose(900, 3),
    ],
    ids=lambda round_: f"{len(round_)} {round_[:12]!r}",
)
def test_what_comes_again_and_again_is_a_loop(round_: str) -> None:
    before = prose(300)
    text = before + round_ * (8000 // len(round_) + 5)
    at, loop = next(notices(text))
    assert loop is not None
    patience = 1 if any(character.isalpha() for character in round_) else 4
    assert at <= len(before) + patience * (min(1000 + 4 * len(round_), 2000 + 2 * len(round_)) + 300)
    assert abs(loop.since - len(before) - len(round_)) <= max(100, len(round_) // 50)
    assert detect(text) == loop


def test_period_and_rounds() -> None:
    round_ = "But the exact value is not known, so I can't compute it.\n\n"
    (at, loop), *rest = notices("Let me see.\n\n" + 60 * round_)
    assert not rest
    assert loop is not None
    assert loop.since == len("Let me see.\n\n" + round_)
    assert loop.period == len(round_)
    assert loop.rounds == (at - len("Let me see.\n\n")) // len(round_) < 30


def test_rounds_may_differ_in_a_number_or_a_noun() -> None:
    numbered = "".join(
        f"Wait, maybe the answer is {n}, but without the other side I can't know that.\n\n" for n in range(80)
    )
    assert detect(numbered)
    angles = "".join(
        f"Wait, another {how}: in some contexts, \\( V \\) is the result of a {WORDS[n]} problem, "
        f"but without knowing the {WORDS[-n - 1]} or the data, I can't compute it.\n\n"
        for n in range(60)
        for how in ("angle", "thought")
    )
    assert detect(angles)


def test_two_that_take_turns() -> None:
    assert detect(40 * "Wait, no, I think that the correct answer is 1/4.\n\nBut no, the exact value is 2/5.\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "| n | n² | even? |\n| --- | --- | --- |\n"
        + "".join(f"| {n} | {n * n} | {n % 2 == 0} |\n" for n in range(300)),
        "".join("| " + " | ".join(f"{n:06b}".replace("0", "T").replace("1", "F")) + " |\n" for n in range(64)),
        "".join("| " + " | ".join("True" if bit == "1" else "False" for bit in f"{n:06b}") + " |\n" for n in range(64)),
        "".join(
            f'<tr>\n  <td class="name">Name {n}</td>\n  <td class="value">{n * n}</td>\n</tr>\n' for n in range(80)
        ),
        "\n".join(" ".join(f"{n * 7919 % 2**30:030b}") for n in range(30)),
        " ".join(str(n) for n in range(2000)),
        "".join(f"{n}. {n}\n" for n in range(400)),
        "".join(f"{n} ÷ 2 = {n // 2} with a remainder of {n % 2}\n" for n in range(99999, 99900, -1)),
        "".join(
            f"Bring down the {n % 10}: 7 goes into {n} {n // 7} times, {n} - {n // 7 * 7} = {n % 7}.\n"
            for n in range(20, 90)
        ),
        "".join(f"- If x = {n}, then x^2 = {n * n}, and {n * n} mod 4 = {n * n % 4}.\n" for n in range(120)),
        "\\begin{array}{ccc}\n"
        + "".join(f"{n} & {n + 7} & {n * 3} \\\\\n\\hline\n" for n in range(300))
        + "\\end{array}",
        "".join(f"- {prose(6, n)}" for n in range(200)),
        "```python\n"
        + "".join(
            f"def test_{word}(client):\n    reply = client.get('/some/page')\n    assert reply.status_code == 200\n\n"
            for word in WORDS[:35]
        )
        + "```",
        "".join(f"    def test_{WORDS[n]}(self):\n        self.assertEqual(f({n}), {n * n})\n\n" for n in range(100)),
        5 * "Wait, let me check that again. 17 × 24 = 17 × 20 + 17 × 4 = 340 + 68 = 408. Yes, the answer is 408.\n\n",
        prose(900, 3) + "Let me write that again.\n\n" + prose(900, 3),
        prose(20000),
        "",
    ],
    ids=[
        "table",
        "truth",
        "said",
        "html",
        "matrix",
        "counting",
        "list",
        "halving",
        "division",
        "cases",
        "rows",
        "bullets",
        "fenced",
        "code",
        "checks",
        "twice",
        "long",
        "none",
    ],
)
def test_what_only_looks_like_a_loop(text: str) -> None:
    assert list(notices(text)) == []


def test_a_loop_that_is_left_ends_and_another_can_begin() -> None:
    first, second = 100 * "I am not sure about that. ", 100 * "Let us try the other way. "
    (_, one), (left, none), (_, two) = notices(first + prose(400) + second)
    assert one and two and none is None
    assert left < len(first) + 1500
    assert two.since > len(first)


def test_memory_is_bounded() -> None:
    """All that a detector has, after as much as it remembers and after several times that."""

    def size(text: str) -> int:
        detector = LoopDetector()
        detector.feed(text)
        return len(pickle.dumps(detector))

    for much in (prose(3 * REACH), 3 * REACH * "word ", "x" * 50 * REACH):
        assert size(3 * much) < 1.05 * size(much)


pieces = st.sampled_from(
    [
        "no. ",
        "\\(x_1\\) ",
        "１２ ",
        "½²",
        "a",
        "e\u0301",
        "  \n",
        "“",
        "等等",
        "_",
        "😀 ",
        "don't ",
        "12",
        "word",
        "-" * 30,
    ]
)


@settings(max_examples=60)
@given(st.lists(pieces, min_size=1, max_size=12), st.integers(1, 200), st.data())
def test_the_same_whole_and_in_any_pieces(round_: list[str], times: int, data: st.DataObject) -> None:
    text = "".join(round_) * times + prose(data.draw(st.integers(0, 100)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=20)))
    cut, single = LoopDetector(), LoopDetector()
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        before = cut.loop
        assert cut.feed(text[start:end]) == (cut.loop != before)
    for character in text:
        single.feed(character)
    assert detect(text) == cut.loop == single.loop


@pytest.mark.skipif(not TRACES.is_file(), reason="the real traces are not on this machine")
def test_real_traces() -> None:
    noticed: dict[tuple[str, str], int] = {}
    for line in TRACES.read_text(encoding="utf-8").splitlines():
        trace = json.loads(line)
        for kind in ("reasoning", "answer"):
            changes = LoopDetector()
            for at in range(0, len(trace[kind]), 4):
                if changes.feed(trace[kind][at : at + 4]):
                    noticed.setdefault((trace["id"], kind), at)
    assert noticed.keys() == LABELS.keys()
    assert all(0 < noticed[key] - begin < 11_000 for key, begin in LABELS.items())
