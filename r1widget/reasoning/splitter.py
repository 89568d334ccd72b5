"""`ReasoningSplitter`: streamed text in, `(kind, text)` out.

    prompt opens thinking      |thought…</think>answer…            (R1: the template ends in `<think>\\n`)
    prompt doesn't             |<think>thought…</think>answer…     or just   |answer…

Which of the two a prompt is cannot be read off the prompt's text, because a person may have typed the tag there; whoever built
the prompt says so. The tags are those of `tags`: a reply uses the row that it begins with, or the one that it is told.

Behind a thought the rest is answer, verbatim, also if it quotes the tags: models explain themselves, and people ask about
`<think>`. But models think again in the middle of an answer too. So the opening tag of the thought before opens a further one
where nobody would quote it: never in code; at the start of the answer or of a line; and in a line with white space before it
and a thought's first character behind it, which is no white space, no punctuation that ends or parts a sentence, and not the
closing tag itself. A tag at the very end, which none of that can be said of, is text in a line and a thought at its start.

Texts come back verbatim, line breaks around the tags included: to trim is the business of whoever shows them.
"""

from __future__ import annotations

from typing import Literal

from .code import Code
from .marks import marks
from .tags import ALONE, LONGEST, TABLE, Tags, ThinkingTags, tags_from

Kind = Literal["reasoning", "answer"]
KINDS: tuple[Kind, Kind] = ("reasoning", "answer")
Parts = list[tuple[Kind, str]]

_NO_THOUGHT = frozenset(".…,;:!?)]}/，。、；：！？）」』")
"""No thought begins with these, and a quoted tag is often followed by one."""


class ReasoningSplitter:
    """Split one streamed reply into reasoning and answer.

    `feed` returns what is certain; it holds back what may be half a tag, and a tag that may be quoted until it has seen what
    follows it; `flush` returns the rest. However the text is cut into chunks, what comes out of each kind is the same, no
    character is lost but the tags themselves, and the work is linear in the text.

    `thinking_tags` are read besides those of the table, and first; a prompt that opens thinking does it with one of them.
    When the prompt opened thinking, a model that writes the opening tag first thing is forgiven: that tag opens what is open
    already. White space in front of an opening tag is passed on as what it would be without the tag.
    """

    def __init__(self, prompt_opens_thinking: bool, *, thinking_tags: ThinkingTags = None) -> None:
        given = tags_from(thinking_tags)
        self._rows = (*given, *TABLE)
        self._default: Kind = "reasoning" if prompt_opens_thinking else "answer"
        self._state: Literal["start", "thinking", "answer"] = "start"
        self._tags: Tags | None = None  # the reply's, as soon as they are known
        self._opening = marks(*(mark for tags in self._rows for mark in tags.begin))
        self._closing = marks(*(tuple(mark for tags in given for mark in tags.close) or ALONE))
        self._behind = marks()
        self._held = ""
        self._code = Code()  # in the answer
        self._at_edge = False  # nothing but white space since a tag
        self._enclosed = False  # the answer stands between tags of its own
        self._silent = False  # nothing was answered since the last thought

    @classmethod
    def inside(cls, kind: Kind, *, thinking_tags: ThinkingTags = None, behind: str = "") -> ReasoningSplitter:
        """For a reply that goes on in the middle of a thought, or of an answer `behind` its text so far."""
        splitter = cls(kind == "reasoning", thinking_tags=thinking_tags)
        if kind == "reasoning":
            splitter._state = "thinking"
        else:
            tags = splitter._rows[0]
            splitter._use(tags, "answer")
            splitter._enclosed = tags.bare or not tags.answer
            splitter._at_edge = not behind.strip()
            splitter._code.advance(behind)
        return splitter

    @property
    def finished_thinking(self) -> bool:
        """Whether the reply is at its answer: thinking was closed, or never began. A reply may think again in the middle of its
        answer, and hasn't finished then."""
        return self._state == "answer"

    @property
    def is_thinking(self) -> bool:
        """Whether the reply is inside a thought now."""
        return self._state == "thinking" or (self._state == "start" and self._default == "reasoning")

    @property
    def has_tags(self) -> bool:
        """Whether the reply has shown which tags it uses."""
        return self._tags is not None

    @property
    def held(self) -> int:
        """How many characters are held back, because they may be a tag."""
        return len(self._held)

    def feed(self, text: str) -> Parts:
        """What `text` makes certain, in order."""
        return [part for part in self.read(text) if part[1]]

    def flush(self) -> Parts:
        """What was held back, at the end of the reply: half a tag is text after all."""
        return [part for part in self._read("", final=True) if part[1]]

    def read(self, text: str) -> Parts:
        """As `feed`, but between two thoughts that touch there is an empty answer."""
        return self._read(text, final=False)

    def _read(self, text: str, *, final: bool) -> Parts:
        parts: Parts = []
        text, self._held = self._held + text, ""
        at = self._begin(text, parts, final) if self._state == "start" else 0
        while at < len(text):
            at = (self._think if self._state == "thinking" else self._answer)(text, at, parts, final)
        return parts

    # Each of these reads `text` on from where the reply is, and says how far: to a tag that changes the state, or to the end.

    def _begin(self, text: str, parts: Parts, final: bool) -> int:
        """Leave the start as soon as it is certain whether a tag stands there."""
        body = text.lstrip()
        at = len(text) - len(body)
        _put(parts, self._default, text[:at])
        if not final and self._opening.may_begin(body):
            self._held = body
            return len(text)
        mark = self._opening.begins(body)
        if mark is None:
            self._state = "thinking" if self._default == "reasoning" else "answer"
            return at
        tags = next(tags for tags in self._rows if mark in tags.begin)
        self._use(tags, "thinking" if mark in tags.open else "answer")
        self._enclosed = self._at_edge = mark in tags.answer
        return at + len(mark)

    def _think(self, text: str, at: int, parts: Parts, final: bool) -> int:
        found = self._closing.find(text, at, final=final)
        if found is None:
            return self._hold(text, at, parts, "reasoning", 0 if final else self._closing.half_at_end(text, at))
        _put(parts, "reasoning", text[at : found.start])
        tags = self._tags or next(tags for tags in self._rows if found.mark in tags.close)
        self._use(tags, "answer")
        self._at_edge = self._silent = True
        self._enclosed = self._enclosed or not tags.answer
        return found.end

    def _answer(self, text: str, start: int, parts: Parts, final: bool) -> int:
        at, tags = start, self._tags
        if tags is None:  # it began without a thought
            _put(parts, "answer", text[at:])
            return len(text)
        while found := self._behind.find(text, at, final=final):
            self._pass(text[at : found.start])
            counts = self._counts(tags, found.mark, text[found.end : found.end + LONGEST], final)
            if counts is None:
                return self._hold(text, start, parts, "answer", len(text) - found.start)
            if counts:
                self._say(parts, text[start : found.start])
                self._turn(tags, found.mark, parts)
                return found.end
            at = found.start + 1
            self._pass(text[found.start : at])
        held = 0 if final else self._behind.half_at_end(text, at)
        self._pass(text[at : len(text) - held])
        return self._hold(text, start, parts, "answer", held)

    def _counts(self, tags: Tags, mark: str, rest: str, final: bool) -> bool | None:
        """Whether a mark in the answer is one, and not text; None if what follows it must say so and hasn't come."""
        if self._code.inside:
            return False
        if mark in tags.answer:
            return self._at_edge and not self._enclosed
        if mark in tags.answer_close:
            return self._enclosed and ((final or None) if not rest else rest[0] in "\r\n<")
        if self._at_edge or self._code.at_line_start:
            return True
        if not self._code.behind_space:
            return False
        if not rest:
            return False if final else None
        if rest[0].isspace() or rest[0] in _NO_THOUGHT or rest.startswith(tags.close):
            return False
        return None if not final and any(close.startswith(rest) for close in tags.close) else True

    def _turn(self, tags: Tags, mark: str, parts: Parts) -> None:
        """Read a mark in the answer: a further thought begins, or the answer between its own tags begins or ends."""
        self._at_edge = True
        if mark not in tags.open:
            self._enclosed = mark in tags.answer
            return
        self._state = "thinking"
        if self._silent:
            parts.append(("answer", ""))

    def _use(self, tags: Tags, state: Literal["thinking", "answer"]) -> None:
        self._tags, self._state = tags, state
        self._closing, self._behind = marks(*tags.close), marks(*tags.open, *tags.answer, *tags.answer_close)

    def _pass(self, text: str) -> None:
        """Text of the answer that is no mark."""
        self._code.advance(text)
        self._at_edge = self._at_edge and not text.strip()

    def _say(self, parts: Parts, text: str) -> None:
        _put(parts, "answer", text)
        self._silent = self._silent and not text

    def _hold(self, text: str, start: int, parts: Parts, kind: Kind, held: int) -> int:
        """Say all of the text but its last `held` characters."""
        end = len(text) - held
        self._held = text[end:]
        if kind == "answer":
            self._say(parts, text[start:end])
        else:
            _put(parts, kind, text[start:end])
        return len(text)


def _put(parts: Parts, kind: Kind, text: str) -> None:
    if text:
        parts.append((kind, text))


def without_reasoning(text: str, thinking_tags: ThinkingTags = None) -> str:
    """A reply's answer: the text itself, but for thinking blocks. One whose thought never ends stays as it is."""
    splitter = ReasoningSplitter(False, thinking_tags=thinking_tags)
    parts = [*splitter.feed(text), *splitter.flush()]
    return "".join(part for kind, part in parts if kind == "answer") if splitter.finished_thinking else text
