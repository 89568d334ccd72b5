"""`as_text`: text into Markdown that shows it as it is, wherever it is read. No structure of ours is here.

It must hold on GitHub, in JupyterLab and through nbconvert, which differ about dollars and backslashes. JupyterLab and
nbconvert take formulas out of the source before they read the Markdown, and MathJax searches the page's text again
afterwards, where an escaped `\\$` has become a plain `$`. A `<span>` around an entity is read as a formula by neither:
there is no `$` in the source, and MathJax does not look across the borders of an element.
"""

from __future__ import annotations

import re

from .parse import MARKS, label, tidy

_SPECIAL = re.compile("[\\\\`*\\[\\]<>~|$&_!" + "".join(MARKS) + "]")
_STARTS_MATH = re.compile(r"[()\[\]${}\s]|begin|end|e?q?ref|$")
_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
_LINE_START = re.compile(r"([-+=#>]|:(?=\s))|(\d{1,9})([.)])(?=\s|$)")


def as_text(text: str) -> str:
    """A run of tidy text within a block, line breaks included; see `guard_lines` for the starts of lines."""
    # In an address, which readers make a link, backslashes would stay: `\\[`.
    entities = _ADDRESS.search(text) is not None
    return _SPECIAL.sub(lambda found: _escape(found, entities), text)


def _escape(found: re.Match[str], entities: bool) -> str:
    character, text, behind = found[0], found.string, found.end()
    if character == "$":
        return "<span>&#36;</span>"
    if character == "\\":
        return "<span>&#92;</span>" if _STARTS_MATH.match(text, behind) else "\\\\"
    if character == "<":
        return "&lt;"
    if character == ">":
        return ">"  # acts at the start of a line only
    if character == "&":
        return "&amp;" if re.match(r"#|\w", text[behind : behind + 1]) else "&"
    if character == "_" and re.fullmatch(r"[^\W_]_[^\W_]", text[max(0, found.start() - 1) : behind + 1]):
        return "_"  # snake_case is no emphasis
    if character == "!":
        return "\\!" if text[behind : behind + 1] in ("[", "") else "!"  # a link may follow: an image
    if character in MARKS:
        return f"<ins>{label(character)}</ins>"  # a tag, because a model can write the words but not the tag
    return f"&#{ord(character)};" if entities else "\\" + character


def guard_lines(block: str) -> str:
    """The lines of a paragraph, none of which begins with what would make it something else."""
    return "\n".join(_guard(line.strip(" \t")) for line in block.split("\n"))


def _guard(line: str) -> str:
    found = _LINE_START.match(line)
    if not found:
        return line
    return "\\" + line if found[1] else f"{found[2]}\\{line[len(found[2]) :]}"


def as_lines(text: str) -> str:
    """A whole text of a person: paragraphs and line breaks as typed, indents kept, nothing in it acts."""
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", tidy(text).strip("\n").rstrip()):
        lines = []
        for line in paragraph.split("\n"):
            body = line.lstrip(" \t")
            indent = len(line[: len(line) - len(body)].expandtabs(4))
            lines.append("&nbsp;" * indent + (as_text(body.rstrip()) if indent else _guard(as_text(body.rstrip()))))
        paragraphs.append("\\\n".join(lines))
    return "\n\n".join(paragraphs)


def in_code(text: str, before: str) -> str:
    """Code within a line: in backticks where they are certain, else in an element: nbconvert sees `$$` and `~~` in any.

    `before` is what stands in front of it. Readers make a bare address a link up to the next white space or `<`, and a
    backtick in between is taken for a part of it: what was in the code would be Markdown and HTML again.
    """
    text = "".join(label(character) if character in MARKS else character for character in text)
    in_address = _ADDRESS.search(re.split(r"\s", before)[-1]) is not None
    certain = not in_address and not re.search(r"[`$|\\\n]|~~", text) and text[0] != " " and text[-1] != " "
    if text.strip(" ") and certain:
        return f"`{text}`"
    return "<code>" + re.sub(r"[^\w\s]", lambda found: f"&#{ord(found[0])};", text, flags=re.ASCII) + "</code>"


def fenced(text: str, info: str = "") -> str:
    """Text in a fence that is longer than any in it."""
    text = "".join(label(character) if character in MARKS else character for character in text)
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{info}\n{text}\n{ticks}"
