"""`one_line`: a formula of a model, made fit to stand in Markdown and HTML, or refused."""

from __future__ import annotations

import re

_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")

_REFUSED = re.compile(
    r"\\(?:href|url|require|includegraphics|style|class|cssId|html\w*|data|unicode|bbox|input|write|csname|catcode|label|e?ref"
    r"|[egx]?def|let|(?:re)?newcommand|providecommand|(?:re)?newenvironment|DeclareMathOperator|\w*tip|toggle|action\w*"
    r"|llbracket|rrbracket|[lr]Brack|U|char)"
    r"(?![A-Za-z])|&#?\w+;|[⟦⟧〚〛]"
)
"""Commands that link, load or style; those that change what follows: a page's formulas share their definitions; and the
brackets that say what the model did not write (see `parse.label`), in all the ways to write them."""


def one_line(tex: str) -> str | None:
    """The formula on one line and without delimiters; None for what had better stay text.

    - Blank lines, `- ` at a line's start and the like would end the formula in Markdown, so it becomes one line.
    - `<` and `>` become commands: where formulas aren't known, `<script>` in one would be a tag. `](` is parted, for
      it would be a link there.
    - Braces and environments must match: nbconvert reads `\\begin{x}` up to the next `\\end{x}` in the document.
    - `%` would be a comment up to the end of the line, which is now all of it; what it says is shown.
    """
    tex = " ".join(line.strip() for line in tex.strip().split("\n")).strip()
    if not tex or "`" in tex or re.search("[\ufdd0-\ufdef]", tex) or _REFUSED.search(tex):
        return None
    tex = re.sub(r"(\\\\)\s*\[[^\]\\]*\]", r"\1", tex)  # `\\[2pt]`: nbconvert and JupyterLab see `\\[` as an opening
    bare = re.sub(r"\\\\", "  ", tex)  # line breaks don't escape what follows them
    if re.search(r"(?<!\\)\$|\\[()\[\]]|\\$", bare):
        return None
    if re.search(r"\\\\[()\[\]]", tex):
        tex = re.sub(r"\\\\(?=[()\[\]])", r"\\\\ ", tex)
    if not _matched(bare):
        return None
    tex = re.sub(r"\\[\s\S]|%", lambda found: "\\%" if found[0] == "%" else found[0], tex)
    tex = re.sub(r"\s*<\s*", r" \\lt ", tex)
    tex = re.sub(r"\s*>\s*", r" \\gt ", tex)
    tex = tex.replace("](", "]{}(").strip()
    return tex + "{}" if tex.endswith("$") else tex  # `\\$$` would not close it


def as_written(tex: str, opening: str) -> str:
    """The formula with what it stood between; `opening` is nothing where it began by itself."""
    return opening + tex + {"\\(": "\\)", "\\[": "\\]"}.get(opening, opening)


def punctuated(tex: str, sign: str) -> str:
    """With the full stop that followed on its line, which would else be on the next."""
    return f"{tex.rstrip()}\\text{{{sign}}}" if sign else tex


def in_cell(tex: str) -> str | None:
    """Without a bar, which would part cells; None where that can't be had: the bars of an array's columns."""
    if re.search(r"\\begin\s*\{(?:array|alignedat|alignat\*?)\}", tex) and "|" in tex:
        return None
    return tex.replace("\\|", "\\Vert ").replace("|", "\\vert ").strip()


def _matched(tex: str) -> bool:
    """Whether braces and environments close in the order in which they open."""
    depth = 0
    for brace in re.findall(r"\\.|([{}])", tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0 or depth > 40:
            return False
    if depth:
        return False
    open_ones: list[str] = []
    for act, name in _ENVIRONMENT.findall(tex):
        if not re.fullmatch(r"[A-Za-z]+\*?", name):
            return False
        if act == "begin":
            open_ones.append(name)
        elif not open_ones or open_ones.pop() != name:
            return False
    stray = len(re.findall(r"\\(?:begin|end)(?![A-Za-z])", tex)) - len(_ENVIRONMENT.findall(tex))
    return not open_ones and not stray
