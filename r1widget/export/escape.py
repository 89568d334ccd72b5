"""`as_text`: text into Markdown that shows it as it is, wherever it is read; and the like for links, code and questions.

It must hold on GitHub, in JupyterLab and through nbconvert, which differ about dollars, backslashes and bare addresses.
JupyterLab and nbconvert take formulas out of the source before they read the Markdown, and MathJax searches the page's
text again afterwards, where an escaped `\\$` has become a plain `$`. A `<span>` around an entity is read as a formula by
neither: there is no `$` in the source, and MathJax does not look across the borders of an element. An address in which a
sign is an entity is made a link by none of them.
"""

from __future__ import annotations

import re

from .dialect.address import addresses, complete, encode
from .parse import MARKS, label, tidy

_SPECIAL = re.compile("[\\\\`*\\[\\]<>~|$&_!" + "".join(MARKS) + r"]|://|(?<=www)\.|(?<=[\w.+-])@(?=\w)", re.IGNORECASE)
_STARTS_MATH = re.compile(r"[()\[\]${}\s]|begin|end|e?q?ref|$")
_LINE_START = re.compile(r"([-+=#>]|:(?=\s))|(\d{1,9})([.)])(?=\s|$)")
_ANGLED = re.compile(r"https?://[^\s<>$|\\`]+", re.IGNORECASE)
_SIGN = re.compile(r"[^\w\s]", re.ASCII)


def as_text(text: str) -> str:
    """A run of tidy text within a block, line breaks included; see `guard_lines` for the starts of lines."""
    return _SPECIAL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
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
    if character in ("://", ".", "@"):
        return f"&#{ord(character[0])};{character[1:]}"  # no address, or one that is a link already
    return "\\" + character


def as_link(text: str, href: str, title: str = "", *, is_written: bool = False) -> str:
    """A link. `is_written`: its text is Markdown already; `title`: see `as_title`."""
    if not is_written:
        if not title and ((href == encode(complete(text)) and _ANGLED.fullmatch(text)) or href == f"mailto:{text}"):
            return f"<{text}>"
        text = as_text(text)
    # Dollars and backslashes are looked at before links are.
    address = href.replace("$", "%24").replace("\\", "%5C").replace("|", "%7C")
    return f"[{text}](<{address}>{title})"


def as_title(title: object) -> str:
    """What a link says when it is pointed at, as it follows the address."""
    text = _SIGN.sub(lambda found: f"&#{ord(found[0])};", " ".join(str(title).split()))
    return f' "{text}"' if text else ""


def guard_lines(block: str) -> str:
    """The lines of a paragraph, none of which begins with what would make it something else."""
    return "\n".join(_guard(line.strip(" \t")) for line in block.split("\n"))


def _guard(line: str) -> str:
    found = _LINE_START.match(line)
    if not found:
        return line
    return "\\" + line if found[1] else f"{found[2]}\\{line[len(found[2]) :]}"


def as_lines(text: str) -> str:
    """A whole text of a person: paragraphs and line breaks as typed, indents kept, nothing in it acts but addresses."""
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", tidy(text).strip("\n").rstrip()):
        lines = []
        for line in paragraph.split("\n"):
            body = line.lstrip(" \t")
            indent = len(line[: len(line) - len(body)].expandtabs(4))
            written = _with_links(body.rstrip())
            lines.append("&nbsp;" * indent + (written if indent else _guard(written)))
        paragraphs.append("\\\n".join(lines))
    return "\n\n".join(paragraphs)


def _with_links(text: str) -> str:
    written, at = "", 0
    for start, end in addresses(text):
        address = text[start:end]
        written += as_text(text[at:start]) + as_link(address, encode(complete(address)))
        at = end
    return written + as_text(text[at:])


def as_code(text: str) -> str:
    """Code within a line: in backticks where they are certain, else in an element: nbconvert sees `$$` and `~~` in any."""
    text = "".join(label(character) if character in MARKS else character for character in text)
    certain = not re.search(r"[`$|\\\n]|~~", text) and text[0] != " " and text[-1] != " "
    if text.strip(" ") and certain:
        return f"`{text}`"
    return "<code>" + _SIGN.sub(lambda found: f"&#{ord(found[0])};", text) + "</code>"


def fenced(text: str, info: str = "") -> str:
    """Text in a fence that is longer than any in it."""
    text = "".join(label(character) if character in MARKS else character for character in text)
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{info}\n{text}\n{ticks}"
