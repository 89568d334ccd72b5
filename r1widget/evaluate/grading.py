r"""`Grader`: whether an answer is right. By math-verify, in a process of its own; words are compared as words; a generator of
reasoning-gym grades by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from typing_extensions import Self

from ..check.agreement.boxed import boxed
from ..check.agreement.final import final
from .processes.helper import Helper
from .questions.gym import start
from .questions.question import Questions
from .words import is_words, same_words, undressed

By = Literal["math-verify", "words", "reasoning-gym"]

SECONDS = 5.0
"""For one answer."""
LOOKED_AT = 8000
"""Characters at the end of an answer that are graded."""


@dataclass(frozen=True)
class Grade:
    """What became of one answer."""

    right: bool | None
    """None where the right answer can't be read, so that nothing can be said."""
    read: str = ""
    """What the answer was read as, for a person; empty where nothing in it could be."""
    by: By = "math-verify"
    late: bool = False
    """Whether it took too long to compare; then it isn't right."""


class Grader:
    """Grades the answers to a set of questions."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._helper = Helper("math_worker.py" if questions.gym is None else "gym_worker.py")
        self._made_in = 0
        self._unread: set[int] = set()

    def grade(self, number: int, answer: str) -> Grade:
        """Of the answer, without its thought, to the question of that number."""
        answer = answer[-LOOKED_AT:]
        if self._questions.gym is not None:
            return self._by_gym(self._questions.gym, number, answer)
        gold = self._questions.all[number].answer
        if is_words(gold):
            read, right = same_words(gold, answer)
            return Grade(right, read, "words")
        if number in self._unread:
            return Grade(None)
        if not answer.strip():
            return Grade(False)
        said = self._helper.ask({"gold": gold, "answer": answer}, SECONDS)
        if said is None:
            return Grade(False, late=True)
        return Grade(None if said["gold"] is None else bool(said["right"]), said["read"] or "")

    def unread(self) -> list[int]:
        """The numbers of the questions whose right answer can't be read; nothing is graded there from then on."""
        if self._questions.gym is not None:
            return []
        for number, question in enumerate(self._questions.all):
            if not is_words(question.answer):
                said = self._helper.ask({"gold": question.answer, "answer": ""}, SECONDS)
                if said is None or said["gold"] is None:
                    self._unread.add(number)
        return sorted(self._unread)

    def _by_gym(self, gym: dict[str, Any], number: int, answer: str) -> Grade:
        inside = boxed(answer)
        read = undressed(inside) if inside is not None else final(answer) or answer.strip()
        if not read:
            return Grade(False, by="reasoning-gym")
        if self._made_in != self._helper.started or not self._made_in:
            start(self._helper, gym)
            self._made_in = self._helper.started
        said = self._helper.ask({"number": number, "answer": read}, SECONDS)
        if said is None:
            return Grade(False, read[:200], "reasoning-gym", late=True)
        return Grade(said.get("score", 0.0) >= 1.0, read[:200], "reasoning-gym")

    def close(self) -> None:
        self._helper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
