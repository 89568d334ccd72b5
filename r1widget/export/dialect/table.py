"""Tables: GitHub's, in which a bar within code or a formula parts no cells and no cell gets lost. The mirror: table.ts."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from .math import line
from .spans import Spans, end_of_run

_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_SIGN = re.compile(r"[\\`$|]")
_EMPTY = 1000
"""Cells that may be missing, besides as many as there are: a long row under a thousand short ones is no table."""


def table(state: StateBlock, start: int, stop: int, silent: bool) -> bool:
    if start + 1 >= stop or state.sCount[start + 1] < state.blkIndent:
        return False
    if state.is_code_block(start) or state.is_code_block(start + 1):
        return False
    head, rule = line(state, start), line(state, start + 1)
    if "|" not in head or "|" not in rule or not _RULE.fullmatch(rule):
        return False
    alignments = [_alignment(cell.strip()) for cell in rule.removeprefix("|").removesuffix("|").split("|")]
    rows = [cells(head, len(alignments))]
    if len(rows[0]) != len(alignments):
        return False
    if silent:
        return True
    parent, state.parentType = state.parentType, "table"
    number, widest, given = start + 2, len(alignments), 0
    terminators = state.md.block.ruler.getRules("blockquote")
    while number < stop and state.sCount[number] >= state.blkIndent and not state.is_code_block(number):
        text = line(state, number)
        if not text or any(rule(state, number, stop, True) for rule in terminators):
            break
        row = cells(text, len(alignments))
        widest, given = max(widest, len(row)), given + len(row)
        if widest * len(rows) - given > given + _EMPTY:
            break
        rows.append(row)
        number += 1
    widest = max(map(len, rows))
    state.parentType = parent
    _push(state, start, [row + [""] * (widest - len(row)) for row in rows], alignments + [""] * widest)
    state.line = number
    return True


def _push(state: StateBlock, start: int, rows: list[list[str]], alignments: list[str]) -> None:
    opened = state.push("table_open", "table", 1)
    opened.map = [start, start + 1 + len(rows)]
    for index, row in enumerate(rows):
        if index < 2:
            state.push("tbody_open" if index else "thead_open", "tbody" if index else "thead", 1)
        tag, number = "td" if index else "th", start + index + (1 if index else 0)
        state.push("tr_open", "tr", 1)
        for cell, alignment in zip(row, alignments, strict=False):
            token = state.push(f"{tag}_open", tag, 1)
            if alignment:
                token.attrs = {"align": alignment}
            token = state.push("inline", "", 0)
            token.content, token.map, token.children = cell, [number, number + 1], []
            state.push(f"{tag}_close", tag, -1)
        state.push("tr_close", "tr", -1)
        if index == 0 or index == len(rows) - 1:
            state.push("tbody_close" if index else "thead_close", "tbody" if index else "thead", -1)
    state.push("table_close", "table", -1)


def _alignment(rule: str) -> str:
    left, right = rule.startswith(":"), rule.endswith(":")
    return ("center" if left else "right") if right else ("left" if left else "")


def cells(row: str, count: int) -> list[str]:
    """The row's cells; `count` is how many the head has, which decides where a bar can be read in two ways."""
    aware = _cut(row, Spans(row))
    if len(aware) != count and len(plain := _cut(row, None)) == count:
        return plain
    return aware


def _cut(row: str, spans: Spans | None) -> list[str]:
    """Cut at each bar; with `spans`, not within code and formulas, where a bar is what it is."""
    found: list[str] = []
    cell, at = "", 1 if row.startswith("|") else 0
    while sign := _SIGN.search(row, at):
        start, character, end = sign.start(), sign[0], sign.end()
        cell += row[at:start]
        if character == "|":
            found.append(cell.strip())
            cell = ""
        else:
            formula = spans.formula(start, len(row)) if spans and character != "`" else None
            code = spans.code(start, len(row)) if spans and character == "`" else None
            if formula:
                end = formula.end
            elif code:
                end = code.end
            elif character == "\\":
                end += 1
            elif character == "`":
                end = end_of_run(row, start)
            cell += row[start:end].replace("\\|", "|") if code else row[start:end]
        at = end
    cell += row[at:]
    if cell.strip() or not row.endswith("|"):
        found.append(cell.strip())
    return found
