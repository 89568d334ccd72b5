"""`table`: the figures of an evaluation, to be read in a terminal and in a notebook; beside what others have published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .intervals import Share
from .published import TOKENS

if TYPE_CHECKING:
    from .evaluation import Evaluation


def table(of: Evaluation) -> str:
    """Markdown."""
    heads = ["", "here"]
    others = of.published
    if others is not None:
        heads += ["DeepSeek", "open-r1"]
    body = [[name, *cells] for name, *cells in _rows(of)]
    rows = [heads, *([*row, *[""] * (len(heads) - len(row))] for row in body)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(
        1, "|" + "|".join("-" * (width + 1) + ("-" if not column else ":") for column, width in enumerate(widths)) + "|"
    )
    return "\n".join([*lines, "", *(f"{note}  " for note in _notes(of))]).rstrip()


def _rows(of: Evaluation) -> Iterator[list[str]]:
    others = of.published
    count = len(of.samples)
    questions = len({sample.question for sample in of.samples})
    yield ["set", of.questions.name]
    yield ["model", of.model, *([_short(others.model)] * 2 if others else [])]
    yield ["answers", f"{count:,} to {questions:,} questions", *(["64 each", _open_r1_k(of)] if others else [])]
    beside = [f"{others.deepseek} %", f"{others.open_r1} %"] if others else []
    yield ["pass@1, 95 % interval", _share(of.pass_at_1), *beside]
    if of.k > 1:
        cons = others.deepseek_cons_64 if others else None
        yield [f"cons@{of.k}, 95 % interval", _share(of.cons), *([f"cons@64: {cons} %"] if cons else [])]
    yield ["tokens of a thought", _mean(of.reasoning_tokens)]
    yield ["tokens of an answer", _mean(of.answer_tokens)]
    seconds = of.turn_seconds
    yield ["time of a turn", "–" if seconds is None else _seconds(seconds)]
    yield ["all of it", "–" if not of.seconds else _seconds(of.seconds)]
    pace = of.tokens_per_second
    yield [
        "writing, all together",
        "–" if pace is None else f"{pace:,.0f} tokens/s" if pace >= 10 else f"{pace:.1f} tokens/s",
    ]
    for name, some in (("repeat themselves", of.looped), ("cut off", of.cut), ("without \\boxed{}", of.unboxed)):
        yield [name, f"{some / count:.1%}".replace("%", " %") + f" ({some:,})" if count else "–"]


def _notes(of: Evaluation) -> Iterator[str]:
    """What a reader must know, each a sentence."""
    if not of.is_complete:
        yield f"Not all of it: {len(of.samples):,} of {of.total:,} answers."
    if of.error:
        yield of.error
    if of.failed:
        yield f"{of.failed:,} {'turn' if of.failed == 1 else 'turns'} failed, and count as nothing. Run it again to repeat them."
    if of.unread:
        numbers = ", ".join(str(number + 1) for number in of.unread[:10]) + (" …" if len(of.unread) > 10 else "")
        yield f"The right answer of question {numbers} can't be read, so what was answered there is in no share of what is right."
    if of.late:
        yield f"{of.late:,} took too long to compare, and count as wrong."
    if of.published is not None:
        if of.asked < len(of.questions.all):
            yield f"Here: the first {of.asked:,} of {len(of.questions.all):,} questions; the published figures are of all."
        most = of.settings.get("max_tokens")
        if isinstance(most, int) and most < TOKENS:
            yield f"Here: at most {most:,} tokens a turn; theirs {TOKENS:,}."
        if of.published.model.casefold() not in of.model.casefold():
            yield f"The published figures are of {of.published.model}, another model."
    yield "The intervals count questions, not answers (Wilson)."


def _share(share: Share | None) -> str:
    return "–" if share is None else f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})".replace("%", " %")


def _mean(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _seconds(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def _short(model: str) -> str:
    return model.removeprefix("DeepSeek-")


def _open_r1_k(of: Evaluation) -> str:
    return "64 each" if "aime" in of.questions.repo.lower() else "4 each"
