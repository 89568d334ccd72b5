"""`TABLES`: which columns the tables of a conversation have, of which type, and what stands in them. docs/data.md says it to readers."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ...errors import ExportError

Table = Literal["turns", "steps", "tokens", "versions", "findings", "support", "samples", "notes"]
Type = Literal["text", "whole number", "number", "yes or no", "time"]


class Column(NamedTuple):
    """Any value but a key's may be missing (None): what isn't known is not made up."""

    name: str
    type: Type
    meaning: str


TABLES: dict[str, tuple[Column, ...]] = {
    "turns": (
        Column("id", "text", "the turn"),
        Column("parent", "text", "the turn it follows; none of a first question"),
        Column("active", "yes or no", "whether it is on the active branch, which is what the chat shows"),
        Column("state", "text", "queued, running or ended"),
        Column("question", "text", "as it was asked"),
        Column("reasoning", "text", "the thought, without the white space around it"),
        Column("answer", "text", "without the white space around it"),
        Column("finish_reason", "text", "stop, length, cancelled or error; none until it has ended"),
        Column("thinking_ended_by", "text", "model, budget, user, length or loop; none where it did not think"),
        Column("created", "time", "when it was asked, UTC, to the second"),
        Column("model", "text", "its name"),
        Column("revision", "text", "of the model's files"),
        Column("quantization", "text", "how the weights were held: none, int8, int4, …"),
        Column("device", "text", "cpu, cuda, …; none for a server"),
        Column("seed", "whole number", "with which the turn can be written again"),
        Column("temperature", "number", "0 to 2"),
        Column("top_p", "number", "share of the probability that was sampled from, 0 to 1"),
        Column("max_tokens", "whole number", "tokens it was allowed, thought and answer together"),
        Column("thinking_budget", "whole number", "tokens it was allowed to think; none: no limit"),
        Column("tokens_prompt", "whole number", "tokens of what the model was given"),
        Column("tokens_reasoning", "whole number", "tokens that the model chose for the thought"),
        Column("tokens_answer", "whole number", "tokens that the model chose for the answer"),
        Column("seconds_total", "number", "seconds from the beginning of the turn to its end"),
        Column("seconds_thinking", "number", "seconds of thinking, all thoughts of the turn together"),
        Column(
            "seconds_first_token", "number", "seconds to the first text: loading is not in it, reading the prompt is"
        ),
        Column("tokens_per_second", "number", "tokens a second, from the first piece of text to the last"),
        Column("mean_logprob_reasoning", "number", "mean log-probability of the thought's tokens, natural logarithm"),
        Column("mean_logprob_answer", "number", "the same of the answer's"),
        Column("characters_by_others", "whole number", "characters of thought and answer that the model did not write"),
        Column("error", "text", "the sentence it ended with, where it ended with one"),
    ),
    "steps": (
        Column("turn", "text", "the turn's id"),
        Column("number", "whole number", "its place in the thought, from 0"),
        Column("kind", "text", "plan, check, alternative, conclusion or step: what its first words look like"),
        Column("text", "text", "as it was written"),
        Column("start", "whole number", "where it begins, in characters of the turn's reasoning"),
        Column("end", "whole number", "where it ends: reasoning[start:end] is its text"),
        Column("tokens", "whole number", "tokens it took"),
        Column("seconds", "number", "seconds it took"),
    ),
    "tokens": (
        Column("turn", "text", "the turn's id"),
        Column("index", "whole number", "its place among the tokens that the model chose, from 0"),
        Column("id", "whole number", "in the model's vocabulary"),
        Column("text", "text", "what it added to the text; nothing, of a tag"),
        Column("kind", "text", "reasoning or answer"),
        Column("step", "whole number", "the step of the thought it ends in; none in the answer"),
        Column(
            "start",
            "whole number",
            "where its text begins, in characters of turn.text(kind), which has all white space",
        ),
        Column("end", "whole number", "where its text ends there"),
        Column("logprob", "number", "natural logarithm of its probability"),
        Column("probability", "number", "that the model gave it, 0 to 1, before temperature and top_p"),
        Column(
            "entropy", "number", "of what it was chosen from, in nats, before temperature and top_p; not of a server's"
        ),
        Column("alternatives", "text", "the likeliest tokens as a list of JSON, where the probability is below 0.9"),
    ),
    "versions": (
        Column("turn", "text", "the turn's id"),
        Column("first", "text", "the oldest turn in the same place: the same for all that are versions of one another"),
        Column("of", "text", "the turn it was made from; none of a question that was simply asked"),
        Column("part", "text", "the first part that is its own: question, reasoning or answer"),
        Column("at", "whole number", "characters of that part that are as in the turn it was made from"),
        Column("fork", "text", "the same for all that were made together"),
        Column("made", "text", "how it was made, in words"),
        Column("active", "yes or no", "whether it is on the active branch"),
    ),
    "findings": (
        Column("turn", "text", "the turn's id"),
        Column("what", "text", "arithmetic, other_value, cut, language or unboxed"),
        Column("kind", "text", "reasoning or answer: where it stands"),
        Column("start", "whole number", "where it begins, in characters of turn.text(kind)"),
        Column("end", "whole number", "where it ends there"),
        Column("text", "text", "as it was written"),
        Column("right", "text", "of arithmetic what it comes out to, recomputed; of another value the other one"),
    ),
    "support": (
        Column("turn", "text", "the turn's id"),
        Column("text", "text", "a name, a number, a date or a quoted term of its answer"),
        Column("kind", "text", "name, number, date or quote"),
        Column("count", "whole number", "answers that have it, the turn's own among them"),
        Column("total", "whole number", "answers that were compared"),
    ),
    "samples": (
        Column("turn", "text", "the id of the turn that it is compared with"),
        Column(
            "of",
            "text",
            "check: the question was asked again; answer_trace: a beginning of the thought was gone on with",
        ),
        Column("step", "whole number", "of an answer_trace how many steps of the thought it began with"),
        Column("number", "whole number", "its place among those, from 0"),
        Column("answer", "text", "without the white space around it"),
        Column("finish_reason", "text", "as of a turn"),
        Column("tokens", "whole number", "tokens that the model wrote for it"),
        Column("seed", "whole number", "that it was written with"),
    ),
    "notes": (
        Column("turn", "text", "the turn's id"),
        Column("id", "text", "the note's"),
        Column("kind", "text", "reasoning or answer: where it stands"),
        Column("start", "whole number", "where its place begins, in characters of turn.text(kind); 0 to 0: all of it"),
        Column("end", "whole number", "where its place ends there"),
        Column("place", "text", "what stands there"),
        Column("verdict", "text", "right, wrong or unsure; none where the reader gave none"),
        Column("text", "text", "in the reader's words"),
        Column("is_prediction", "yes or no", "whether it was written before the answer was seen"),
        Column("created", "time", "when it was written, UTC, to the second"),
    ),
}


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table; `ExportError` for a name that none has."""
    try:
        return TABLES[table]
    except (KeyError, TypeError):
        raise ExportError(
            f"There is no table {table!r} of a conversation.", f"There are: {', '.join(TABLES)}."
        ) from None
