"""`tame`: a model's Markdown into Markdown that stays inside its own turn.

The text is parsed, and written again from the tokens, with every character of text escaped. So nothing acts that isn't
one of the structures written here: no HTML, no image that would be loaded, no unclosed fence, comment, formula or
`<details>` that would swallow what follows. Escaping the source instead would need to know what each renderer takes
for code; writing it anew doesn't. (A fence around the whole would be as safe, but prose in a fence doesn't wrap and
formulas aren't set.)
"""

from __future__ import annotations

from markdown_it.tree import SyntaxTreeNode

from .escape import as_text, fenced, guard_lines, in_code
from .parse import MARKS, is_language, parse

_DRAWN = {"mermaid", "geojson", "topojson", "stl"}
"""Languages of fences that GitHub, JupyterLab or nbconvert draw, with what the drawing loads."""


def tame(text: str) -> str:
    """Tidy Markdown (see `parse.tidy`, `parse.marked`), tamed."""
    return _blocks(SyntaxTreeNode(parse(text)).children)


def _blocks(nodes: list[SyntaxTreeNode], *, tight: bool = False) -> str:
    written = ""
    bullet = "-"
    before: SyntaxTreeNode | None = None
    for node in nodes:
        same = before is not None and before.type == node.type
        bullet = ("*" if bullet == "-" else "-") if same else "-"  # two lists in a row would be one
        block = _list(node, bullet) if node.type.endswith("_list") else _block(node)
        if block:
            close = tight and node.type.endswith("_list")
            written += ("" if not written else "\n" if close else "\n\n") + block
            before = node
    return written


def _block(node: SyntaxTreeNode) -> str:
    if node.type == "paragraph":
        return guard_lines(_inline(node))
    if node.type == "heading":
        return "#" * int(node.tag[1]) + " " + guard_lines(_inline(node)).replace("\\\n", " ").replace("\n", " ")
    if node.type == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
    if node.type in ("fence", "code_block"):
        return _code(node.content.removesuffix("\n"), node.info.strip())
    if node.type == "math_block":
        return f"$${node.content}$$" + (f"\n\n{as_text(node.info)}" if node.info else "")
    if node.type == "hr":
        return "___"
    if node.type == "table":
        return _table(node)
    return guard_lines(_inline(node))


def _code(content: str, info: str) -> str:
    if not is_language(info):
        return fenced(f"{info}\n{content}")  # more than a language's name; an unclosed fence has prose there
    # With marks within it is no code of that language, and a highlighter would take them apart.
    return fenced(content, "text" if info.lower() in _DRAWN or any(mark in content for mark in MARKS) else info)


def _list(node: SyntaxTreeNode, bullet: str) -> str:
    items = []
    tight = any(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    number = int(node.attrs.get("start", 1))
    for item in node.children:
        sign = bullet if node.type == "bullet_list" else f"{number % 10**9}{'.' if bullet == '-' else ')'}"
        number += 1
        indent = " " * (len(sign) + 1)
        lines = _blocks(item.children, tight=tight).split("\n")
        items.append("\n".join([f"{sign} {lines[0]}".rstrip(), *(indent + line if line else "" for line in lines[1:])]))
    return ("\n" if tight else "\n\n").join(items)


def _table(node: SyntaxTreeNode) -> str:
    rows = [row for part in node.children for row in part.children]
    signs = {"text-align:left": ":--", "text-align:right": "--:", "text-align:center": ":-:"}
    cells = [[_inline(cell, in_table=True).strip() or " " for cell in row.children] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    rule = "| " + " | ".join(signs.get(str(cell.attrs.get("style", "")), "---") for cell in rows[0].children) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def _inline(node: SyntaxTreeNode, *, in_table: bool = False, before: str = "") -> str:
    """`before`: what stands in front of it, in the same line."""
    written = ""
    for child in node.children:
        if child.type == "inline":
            piece = _inline(child, in_table=in_table, before=before + written)
        else:
            piece = _piece(child, in_table, before + written)
        if piece.startswith("$") and written.endswith("$"):
            written += " "  # two formulas side by side would share `$$`
        written += piece
    return written


def _piece(node: SyntaxTreeNode, in_table: bool, before: str) -> str:
    if node.type == "text":
        return as_text(node.content)
    if node.type == "softbreak":
        return "\n"
    if node.type == "hardbreak":
        return "\\\n"
    if node.type == "code_inline":
        return in_code(node.content, before)
    if node.type in ("math_inline", "math_display"):
        tex = node.content.replace("\\|", "\\Vert ").replace("|", "\\vert ") if in_table else node.content
        return f"${tex}$" if node.type == "math_inline" else f"$${tex}$$"
    if node.type == "image":
        return (
            f"[image: {_inline(node, in_table=in_table, before=before)}](<{_url(node.attrs['src'], in_table) or '#'}>)"
        )
    inner = _inline(node, in_table=in_table, before=before)
    if node.type == "link":
        if not node.attrs["href"]:
            return inner
        return f"[{inner}](<{_url(node.attrs['href'], in_table)}>)"
    sign = {"strong": "**", "em": "*", "s": "~~"}.get(node.type, "")
    return f"{sign}{inner}{sign}" if inner.strip() else inner


def _url(href: str | int | float, in_table: bool) -> str:
    # Dollars and backslashes are looked at before links are.
    url = str(href).replace("$", "%24").replace("\\", "%5C")
    return url.replace("|", "%7C") if in_table else url
