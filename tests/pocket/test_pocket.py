"""The pocket model's text: problems, working, samples and tokenizer. The model itself is in `test_pocket_model`."""

from __future__ import annotations

import re
from itertools import islice
from random import Random

import pytest

from r1widget.pocket import other, path, phrases, problems, samples, traces
from r1widget.pocket.problems import MINUS, PLUS, TIMES, Problem, held_out, one_step, two_step, untouched

EQUATION = re.compile(r"(\(?−?\d+\)?(?: [+−×] \(?−?\d+\)?)+) = (−?\d+)")


def true_equations(text: str) -> list[tuple[str, bool]]:
    """Each equation in `text`, and whether it holds."""
    found = []
    for left, right in EQUATION.findall(text):
        if left.count(")") < left.count("("):  # pragma: no cover - a cut equation would be a mistake in the pattern
            raise AssertionError(left)
        value = eval(left.replace(MINUS, "-").replace(TIMES, "*"))
        found.append((f"{left} = {right}", value == int(right.replace(MINUS, "-"))))
    return found


def drawn(seed: int, count: int) -> list[Problem]:
    """Problems of every kind."""
    rng = Random(seed)
    return [
        one_step(rng, rng.choice((PLUS, MINUS, TIMES))) if rng.random() < 0.6 else two_step(rng) for _ in range(count)
    ]


def test_every_equation_of_a_working_holds() -> None:
    rng = Random(1)
    for problem in drawn(1, 3000):
        trace = traces.write(problem, rng, checks=rng.randrange(2))
        equations = true_equations(trace.thinking)
        assert equations and all(holds for _, holds in equations), trace.thinking
        assert trace.result == problem.answer() and trace.altered is None
        assert samples.boxed(problem.answer()) in samples.answer(trace, "")


def test_that_a_number_is_less_may_be_found_out_on_the_way() -> None:
    """At once, or where there is nothing to borrow from: never where the sizes tell, and the result is the same."""
    ways = {traces.write(Problem((160, 171), (MINUS,)), Random(seed)).thinking for seed in range(20)}
    assert len(ways) == 2
    late, at_once = sorted(ways, key=lambda way: "nothing to borrow" not in way)
    assert "Hundreds: 1 − 1 − 1, and nothing to borrow. Wait, 160 is less than 171, so I turn it round" in late
    assert "nothing to borrow" not in at_once and all(way.endswith("So 160 − 171 = −11.") for way in ways)
    for left, right in ((16, 171), (9, 12), (3, 8), (171, 160)):
        thinking = [traces.write(Problem((left, right), (MINUS,)), Random(seed)).thinking for seed in range(20)]
        assert len(set(thinking)) == 1 and "nothing to borrow" not in thinking[0]


def test_an_altered_working_has_one_wrong_value_and_follows_it() -> None:
    rng = Random(2)
    for problem in drawn(2, 1500):
        trace = traces.altered(problem, rng)
        assert trace.altered is not None
        after = trace.thinking[trace.thinking.find("\n", trace.altered) :]
        wrong = [equation for equation, holds in true_equations(after) if not holds]
        # only the closing line of a problem may disagree, as the step inside it was altered earlier
        closing = [equation for equation in wrong if not after.count(f"So {equation}.")]
        assert not closing, (trace.thinking, wrong)


def test_the_altered_product_of_the_demo() -> None:
    problem = Problem((17, 24), (TIMES,))
    count = traces.write(problem, Random(0)).values
    results = set()
    for index in range(count):
        try:
            results.add(traces.write(problem, Random(0), alter=index).result)
        except traces.Nonsense:
            continue
    assert len(results) > 5 and held_out(problem) and problem.answer() == 408


def test_what_is_held_out_never_comes_up_in_training() -> None:
    asked = [sample.problem for sample in islice(samples.stream(11), 4000) if sample.problem]
    assert len(asked) > 3000 and not any(map(held_out, asked))
    share = sum(map(held_out, drawn(3, 4000))) / 4000
    assert 0.02 < share < 0.08
    assert held_out(Problem((24, 17), (TIMES,))) and not untouched(Problem((24, 17), (TIMES,)))
    assert not any(
        held_out(Problem((a, b), (sign,))) for a in range(10) for b in range(10) for sign in (PLUS, MINUS, TIMES)
    )


def test_precedence_and_brackets() -> None:
    for numbers, operations, inner, text, value in (
        ((12, 7, 3), (PLUS, TIMES), 1, "12 + 7 × 3", 33),
        ((4, 5, 6), (PLUS, TIMES), 0, "(4 + 5) × 6", 54),
        ((23, 45, 12), (PLUS, MINUS), 0, "23 + 45 − 12", 56),
        ((20, 5, 3), (MINUS, MINUS), 1, "20 − (5 − 3)", 18),
        ((5, 9), (MINUS,), 0, "5 − 9", -4),
    ):
        problem = Problem(numbers, operations, inner)
        assert problems.expression(problem) == text and problem.answer() == value


def test_a_seed_gives_the_same_samples() -> None:
    assert list(islice(samples.stream(5), 200)) == list(islice(samples.stream(5), 200))
    assert list(islice(samples.stream(5), 20)) != list(islice(samples.stream(6), 20))


def test_a_long_conversation_fits_what_the_model_reads() -> None:
    rng = Random(5)
    long = [samples.earlier(rng, 100) for _ in range(40)]
    assert min(map(len, long)) >= 20
    assert max(sum(len(question) + len(reply) for question, reply in turns) for turns in long) < samples.ROOM + 400
    assert samples.earlier(rng, 0) == ()


def test_a_series_asks_in_the_same_words_as_a_loop_does() -> None:
    for seed in range(20):
        ask = samples.series(Random(seed), "add")
        assert len({re.sub(r"[\d\s]+", "#", ask().text) for _ in range(10)}) <= 2
    assert len({samples.series(Random(seed), "add")().text for seed in range(20)}) > 15


def test_there_are_many_ways_of_asking() -> None:
    rng = Random(4)
    for problem in (
        Problem((17, 24), (TIMES,)),
        Problem((40, 8), (PLUS,)),
        Problem((40, 8), (MINUS,)),
        Problem((12, 7, 3), (PLUS, TIMES), 1),
    ):
        ways = {re.sub(r"\d+", "n", phrases.ask(rng, problem)) for _ in range(400)}
        assert len(ways) > 100


def test_other_questions_have_no_box() -> None:
    rng = Random(6)
    questions = [other.ask(rng) for _ in range(500)]
    assert len({question for question, _ in questions}) > 400
    assert "boxed" not in other.REPLY and all("boxed" not in thought for _, thought in questions)


def test_forced_answers_name_what_the_working_has() -> None:
    rng = Random(8)
    asked = samples.Asked("17 × 24", Problem((17, 24), (TIMES,)))
    trace = traces.write(asked.problem, rng)
    for _ in range(200):
        cut, best = samples.stopped(asked, trace, rng)
        assert trace.thinking.startswith(cut) and best.count("\\boxed{") == 1


def test_importing_the_room_is_light() -> None:
    source = (path().parent / "__init__.py").read_text(encoding="utf-8")
    assert "torch" not in source and path().name == "model"


@pytest.mark.parametrize(
    "name",
    [
        "problems",
        "traces",
        "phrases",
        "stories/__init__",
        "stories/cast",
        "unseen/__init__",
        "other",
        "words",
        "samples",
    ],
)
def test_the_text_needs_no_torch(name: str) -> None:
    source = (path().parent / f"{name}.py").read_text(encoding="utf-8")
    assert not re.search(r"^(from|import) (torch|transformers|tokenizers)", source, re.MULTILINE)
