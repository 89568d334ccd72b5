"""`Held`: takes out of a text what a server left in it and the model didn't say. Holds back what can't be told yet."""

from __future__ import annotations

BEGIN, ASSISTANT = "<｜begin▁of▁sentence｜>", "<｜Assistant｜>"
"""`transformers serve` sends the prompt first, where it doesn't know a model's template: for the R1 distills it takes
them for Qwens (seen in 5.23)."""
ENDS = ("<｜end▁of▁sentence｜>", "<|im_end|>", "<|endoftext|>")
"""The token that ended the text, which the same server and others leave at its end."""


class Held:
    """The text of one kind.

    `feed` returns what is certain; it holds back half a character, what may be a token that ended the text (and was
    none, if more comes), and at the beginning what may be the prompt. `rest` returns what was held and is text after all.
    """

    def __init__(self, question: str | None) -> None:
        """`question` is what the prompt ends with, before the assistant's turn; None: here, nothing leaks."""
        self._question = question
        self._begins = question is not None
        self._text = ""

    def feed(self, text: str) -> str:
        text = _joined(self._text + text)
        if self._begins:
            text = self._without_prompt(text)
        size = len(text) if self._begins else self._uncertain(text)
        self._text = text[len(text) - size :]
        return text[: len(text) - size]

    def rest(self, *, at_end: bool = True) -> str:
        """At the end of the reply, or where a text of another kind begins."""
        text, self._text = self._text, ""
        if (at_end and text in ENDS) or (not at_end and self._begins and text.startswith(BEGIN)):
            return ""
        return text

    def _without_prompt(self, text: str) -> str:
        """Still `_begins` afterwards if it isn't certain yet."""
        if text.startswith(BEGIN):
            last = f"{(self._question or '').strip()}{ASSISTANT}"
            at = text.rfind(last)
            if at >= 0:
                self._begins = False
                return text[at + len(last) :]
        elif not BEGIN.startswith(text):
            self._begins = False
        return text

    def _uncertain(self, text: str) -> int:
        """How many characters at the end may be something else than they seem."""
        ends = ENDS if self._question is not None else ()
        sizes = (size for end in ends for size in range(1, len(end) + 1) if text.endswith(end[:size]))
        half_a_character = (
            bool(text) and "\ud800" <= text[-1] <= "\udbff"
        )  # JSON's \ud83d; the rest is in the next piece
        return max(sizes, default=int(half_a_character))


def _joined(text: str) -> str:
    """Two halves of a character that came in two pieces are one character."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
