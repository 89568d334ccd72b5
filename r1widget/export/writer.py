"""`tame`: a model's Markdown into Markdown that stays inside its own turn, and that any reader of GitHub's dialect reads as we do.

The text is parsed, and written again from the tokens, with every character of text escaped. So nothing acts that isn't
one of the structures written here: no HTML but ours, no image that would be loaded, no unclosed fence, comment, formula or
`<details>` that would swallow what follows. Escaping the source instead would need to know what each renderer takes
for code; writing it anew doesn't. (A fence around the whole would be as safe, but prose in a fence doesn't wrap and
formulas aren't set.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from .emphasis import emphasised
from .escape import as_code, as_link, as_text, as_title, fenced, guard_lines
from .parse import MARKS, language, parse
from .tex import as_written, in_cell, one_line, punctuated

_AS_TEXT = set(
    re.findall(
        r"\w+",
        """mermaid geojson topojson stl
    plaintext plain txt none terminal cmd log csv jsonc jsonl ndjson svg svelte env dotenv regex gitignore gradle assembly
    wasm patch pseudocode pseudo algorithm math tree ascii diagram asciidoc copy answer""",
    )
)
"""Languages of fences that GitHub, JupyterLab or nbconvert draw, with what the drawing loads; and those that nbconvert (7.17)
doesn't know, and would write as a first line of the code. What a reader is told of them stands before the code."""

_EMPHASIS = {"strong", "em", "s"}


def tame(text: str) -> str:
    """Tidy Markdown (see `parse.tidy`, `parse.marked`), tamed."""
    return written(parse(text))


def written(tokens: Sequence[Token]) -> str:
    """Whole blocks, as `parse` gives them, as tame Markdown."""
    return _blocks(SyntaxTreeNode(tokens).children)


def _blocks(nodes: list[SyntaxTreeNode], *, tight: bool = False) -> str:
    written = ""
    bullet = "-"
    before: SyntaxTreeNode | None = None
    for node in nodes:
        same = before is not None and before.type == node.type
        bullet = ("*" if bullet == "-" else "-") if same else "-"  # two lists in a row would be one
        if node.type.endswith("_list"):
            block, bullet = _list(node, bullet)
        else:
            block = _block(node)
        if block:
            close = tight and node.type.endswith("_list")
            written += ("" if not written else "\n" if close else "\n\n") + block
            before = node
    return written


def _block(node: SyntaxTreeNode) -> str:
    if node.type == "paragraph":
        return guard_lines(_inline(node))
    if node.type == "heading":
        return "#" * int(node.tag[1]) + " " + guard_lines(_inline(node, one_line=True))
    if node.type == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
    if node.type in ("fence", "code_block"):
        return _code(node.content.removesuffix("\n"), node.info)
    if node.type == "math_block":
        tex = one_line(punctuated(node.content, node.info))
        return f"$${tex}$$" if tex else fenced(as_written(node.content, node.markup) + node.info, "latex")
    if node.type == "hr":
        return "___"
    if node.type == "table":
        return _table(node)
    return guard_lines(_inline(node))


def _code(content: str, info: str) -> str:
    name, shown = language(info)
    if name.lower() in _AS_TEXT:
        name, shown = "text", info.strip()
    if any(mark in content for mark in MARKS):  # no code of that language, and a highlighter would take them apart
        name = "text"
    return (f"{guard_lines(as_text(shown))}\n\n" if shown else "") + fenced(content, name)


def _list(node: SyntaxTreeNode, bullet: str) -> tuple[str, str]:
    """The list; and the sign that it ends with, for the next one to take another."""
    tight = any(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    between = "\n" if tight else "\n\n"
    written = ""
    number = int(node.attrs.get("start", 1))
    for index, item in enumerate(node.children):
        if index and "value" in item.attrs:
            # A number that doesn't follow begins another list.
            number, bullet = int(item.attrs["value"]), "*" if bullet == "-" else "-"
            written += "\n\n"
        elif index:
            written += between
        sign = bullet if node.type == "bullet_list" else f"{number % 10**9}{'.' if bullet == '-' else ')'}"
        number += 1
        indent = " " * (len(sign) + 1)
        lines = _blocks(item.children, tight=tight).split("\n")
        written += "\n".join([f"{sign} {lines[0]}".rstrip(), *(indent + line if line else "" for line in lines[1:])])
    return written, bullet


def _table(node: SyntaxTreeNode) -> str:
    rows = [row for part in node.children for row in part.children]
    signs = {"left": ":--", "right": "--:", "center": ":-:"}
    cells = [[_inline(cell, in_table=True).strip() or " " for cell in row.children] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    rule = "| " + " | ".join(signs.get(str(cell.attrs.get("align", "")), "---") for cell in rows[0].children) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def _inline(node: SyntaxTreeNode, *, in_table: bool = False, one_line: bool = False, nested: bool = False) -> str:
    """What is within `node`. `nested`: it stands in emphasis, which adds a sign at either end."""
    nodes = [inner for child in node.children for inner in (child.children if child.type == "inline" else [child])]
    pieces = [
        _inline(child, in_table=in_table, one_line=one_line, nested=True)
        if child.type in _EMPHASIS
        else _piece(child, in_table, one_line, nodes[index - 1 : index] if index else [], nodes[index + 1 : index + 2])
        for index, child in enumerate(nodes)
    ]
    written: list[str] = []
    before = "*" if nested else ""
    for index, (child, piece) in enumerate(zip(nodes, pieces, strict=True)):
        if not piece:
            continue
        if child.type in _EMPHASIS and piece.strip():
            after = "*" if nested and index == len(nodes) - 1 else "".join(pieces[index + 1 : index + 2])[:1]
            if nodes[index + 1 : index + 2] and nodes[index + 1].type in _EMPHASIS:
                after = "*"
            alone = not nested and not any(inner.type in _EMPHASIS for inner in child.walk(include_self=False))
            piece = emphasised(child.type, piece, before, after, alone=alone)
        is_formula = piece.startswith("$")
        if is_formula and before == "$":
            piece = f" {piece}"  # two formulas side by side would share `$$`
        elif is_formula and _is_word(before):
            written[-1] = f"{written[-1][:-1]}&#{ord(before)};"
        elif before == "$" and _is_word(piece[:1]):
            piece = f"&#{ord(piece[0])};{piece[1:]}"  # beside a letter or a digit a dollar is money
        written.append(piece)
        before = piece[-1]
    return "".join(written)


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _piece(
    node: SyntaxTreeNode, in_table: bool, in_line: bool, before: list[SyntaxTreeNode], after: list[SyntaxTreeNode]
) -> str:
    if node.type == "text":
        return as_text(node.content)
    if node.type == "task":
        return "[x] " if node.content == "☑" else "[ ] "
    if node.type == "hardbreak":
        # A backslash breaks a line between two texts only.
        alone = not before or not after or "hardbreak" in (before[0].type, after[0].type)
        return "<br>" if in_table or in_line or alone else "\\\n"
    if node.type == "code_inline":
        return as_code(node.content)
    if node.type in ("math_inline", "math_display"):
        tex = one_line(node.content)
        tex = in_cell(tex) if tex and in_table else tex
        if not tex:
            return as_code(as_written(node.content, node.markup))
        return f"${tex}$" if node.type == "math_inline" else f"$${tex}$$"
    if node.type == "image":
        return as_link(f"image: {node.content}", str(node.attrs["src"]), as_title(node.attrs.get("title", "")))
    if node.type == "link":
        href, title = str(node.attrs["href"]), as_title(node.attrs.get("title", ""))
        if [child.type for child in node.children] == ["text"]:
            return as_link(node.children[0].content, href, title)
        return as_link(_inline(node, in_table=in_table, one_line=in_line), href, title, is_written=True)
    return _inline(node, in_table=in_table, one_line=in_line)
