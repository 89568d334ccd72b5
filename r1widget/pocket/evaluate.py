"""Reports how well the pocket model does: `python -m r1widget.pocket.evaluate [--n 200] [--temperature 0.6] [--seed 7]`.

Exact match per kind on problems that training never saw (asserted here and in `samples.stream`), greedily and sampled;
the mean length of the thinking; how often an altered trace is followed; and what questions get that aren't sums.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch

from . import other, path, unseen
from .decode import Reader, boxed
from .problems import held_out, untouched
from .samples import Asked, draw_asked, prompt
from .stories import drawn
from .stories.phrasings import read_sum
from .traces import altered

AFTER = re.compile(r"[.,)]+| [^ \n]+")  # a mark or a word, with which an altered number is complete
KINDS = ("add", "subtract", "multiply", "two-step", "story-one", "story-two")


@dataclass(frozen=True)
class Row:
    """One kind's result: the share that is right, the mean length of the thinking, and what went wrong."""

    right: float
    length: float
    wrong: tuple[str, ...]


def draw(kind: str, n: int, seed: int) -> list[Asked]:
    """`n` different held-out questions of `kind`."""
    rng = Random(f"evaluate {kind} {seed}")
    found: dict[str, Asked] = {}
    while len(found) < n:
        asked = draw_asked(rng, kind, wanted=True)
        assert held_out(asked.problem) and not untouched(asked.problem)
        found[asked.text] = asked
    return list(found.values())


def draw_unseen(name: str, n: int, seed: int) -> list[Asked]:
    """`n` questions in the phrasings of the held-out set `name`, each with numbers that are held out too."""
    rng = Random(f"evaluate {name} {seed}")
    lines = unseen.lines(name)
    found: list[Asked] = []
    while len(found) < n:
        line = lines[len(found) % len(lines)]
        values, problem = drawn(rng, read_sum(line.sum))
        if held_out(problem):
            found.append(Asked(line.told(rng, values), problem))
    return found


def exact(reader: Reader, asked: list[Asked], temperature: float) -> Row:
    """How many answers are exactly right."""
    texts = reader.go_on([(prompt(each.text),) for each in asked], temperature)
    wrong = tuple(
        f"{each.text!r}: {text}"
        for each, text in zip(asked, texts, strict=True)
        if boxed(text) != each.problem.answer()
    )
    lengths = [reader.length(text.partition("</think>")[0]) for text in texts]
    return Row(1 - len(wrong) / len(asked), sum(lengths) / len(lengths), wrong)


def followed(reader: Reader, asked: list[Asked], temperature: float, seed: int, results: bool) -> Row:
    """How often the model goes on from an altered value to what follows from it.

    The value is, with `results`, a result that the working states ("So 17 × 4 = 78."), else a digit inside a step.
    """
    rng = Random(f"altered {seed} {results}")
    pages, expected = [], []
    for each in asked:
        while True:
            trace = altered(each.problem, rng, each.lead)
            before = trace.thinking[: trace.altered]
            if trace.result != each.problem.answer() and results == before.rpartition("\n")[2].startswith("So "):
                break
        closed = AFTER.match(trace.thinking, trace.altered or 0)  # else the number might simply go on
        pages.append((prompt(each.text), trace.thinking[: closed.end()] if closed else before))
        expected.append(trace.result)
    texts = reader.go_on(pages, temperature)
    wrong = tuple(
        f"{page[0]}{page[1]}⟨altered⟩{text}\nexpected {want}"
        for page, text, want in zip(pages, texts, expected, strict=True)
        if boxed(text) != want
    )
    return Row(1 - len(wrong) / len(texts), 0.0, wrong)


def declined(reader: Reader, n: int, temperature: float, seed: int) -> Row:
    """How often a question that isn't a sum gets the one sentence and no box."""
    rng = Random(f"other {seed}")
    questions = [other.ask(rng)[0] for _ in range(n)]
    texts = reader.go_on([(prompt(question),) for question in questions], temperature)
    wrong = tuple(
        f"{question!r}: {text}"
        for question, text in zip(questions, texts, strict=True)
        if text.rpartition("</think>")[2].strip() != other.REPLY
    )
    return Row(1 - len(wrong) / n, 0.0, wrong)


def main() -> None:
    """Reads the command line and prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m r1widget.pocket.evaluate", description="Evaluate the pocket model."
    )
    parser.add_argument("--n", type=int, default=200, help="problems of each kind")
    parser.add_argument("--temperature", type=float, default=0.6, help="for the sampled column, with top-p 0.95")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=path())
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--wrong", type=int, default=0, help="show so many wrong ones of each kind")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    reader = Reader(options.folder, options.device)

    def show(name: str, greedy: Row, sampled: Row) -> None:
        length = f"{greedy.length:8.1f}" if greedy.length else " " * 8
        print(f"{name:<26}{greedy.right:8.1%}{sampled.right:10.1%}{length}", flush=True)
        for text in greedy.wrong[: options.wrong]:
            print(f"--- wrong: {text}\n---")

    print(f"{'kind':<26}{'greedy':>8}{f'T={options.temperature}':>10}{'tokens':>8}   (n={options.n} each, held out)")
    mixed: list[Asked] = []
    for kind in KINDS:
        asked = draw(kind, options.n, options.seed)
        mixed += asked[: -(-options.n // len(KINDS))]
        show(kind, exact(reader, asked, 0.0), exact(reader, asked, options.temperature))
    for name in unseen.SETS:
        asked = draw_unseen(name, options.n, options.seed)
        show(f"unseen: {name}", exact(reader, asked, 0.0), exact(reader, asked, options.temperature))
    for name, results in (("altered result", True), ("altered digit", False)):
        rows = [followed(reader, mixed, heat, options.seed, results) for heat in (0.0, options.temperature)]
        show(f"follows an {name}", *rows)
    show(
        "other questions",
        declined(reader, options.n, 0.0, options.seed),
        declined(reader, options.n, options.temperature, options.seed),
    )


if __name__ == "__main__":
    main()
