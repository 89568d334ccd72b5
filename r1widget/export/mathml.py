"""`mathml`: a formula as MathML, which browsers set without a script; its source where that can't be had."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from functools import lru_cache
from html import escape

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ET.register_namespace("", NAMESPACE)

_ELEMENTS = set(
    re.findall(
        r"\w+",
        """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder mover munderover
        mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom menclose merror""",
    )
)
_ATTRIBUTES = set(
    re.findall(
        r"\w+",
        """display displaystyle scriptlevel mathvariant stretchy fence separator form largeop movablelimits symmetric
        minsize maxsize lspace rspace width height depth linebreak linethickness columnalign rowspacing columnspacing
        columnlines rowlines accent accentunder notation mathsize mathcolor mathbackground""",
    )
)
_VALUE = re.compile(r"[-+\w#%. ]*")


_DIGIT = re.compile(
    r"(\\(?:sqrt(?:\s*\[[^\[\]]*\])?|boxed|hat|bar|vec|tilde|dot|ddot|overline|underline|widehat|widetilde|math(?:rm|bf)"
    r"|(?:[dtc]?frac|[dt]?binom)\s*(?:\{(?:[^{}]|\{[^{}]*\})*\})?)\s*)(\d)"
)
"""An argument of one digit, which the converter takes for the first of a number: `\\sqrt12` is √1 and 2."""

_ENVIRONMENT = re.compile(
    r"\\(begin|end)\{(?:(align(?:ed)?|split|gather(?:ed)?|flalign|multline|eqnarray)\*?|(alignat|alignedat)\*?|"
    r"(equation\*?)|d(cases)|small(matrix))\}(?:(?<=at\})\{\d+\}|(?<=at\*\})\{\d+\})?"
)
"""Those that the converter numbers, or does not know."""


@lru_cache(maxsize=1024)
def mathml(tex: str, *, display: bool, title: str = "", written: str = "") -> str:
    """HTML for a formula that `tex.one_line` has passed. `title`: as it was written, `written`: with what it stood between."""
    from latex2mathml.converter import convert  # 40 ms, and only pages of HTML with formulas need it

    try:
        root = ET.fromstring(convert(_known(tex), display="block" if display else "inline"))
        _check(root, tex)
    except Exception:  # the converter raises what it likes; the source is readable in any case
        return as_source(written or (f"$${tex}$$" if display else f"${tex}$"))
    for row in list(root.iter(f"{{{NAMESPACE}}}mrow")):
        _bracket(row)
    root.set("title", title or tex)
    return ET.tostring(root, encoding="unicode")


def _known(tex: str) -> str:
    """What the converter reads as TeX would read `tex`."""
    if "{rcases}" in tex:
        raise ValueError("it would draw no brace")
    tex = _DIGIT.sub(r"\1{\2}", _DIGIT.sub(r"\1{\2}", tex))
    tex = re.sub(r"\\not\s*=", r"\\neq ", tex)

    def environment(found: re.Match[str]) -> str:
        name = found[5] or found[6] or ("" if found[4] else "align*")
        return f"\\{found[1]}{{{name}}}" if name else " "

    return _ENVIRONMENT.sub(environment, tex)


def _bracket(row: ET.Element) -> None:
    """Brackets of the height of what is within take a font for mathematics; these are drawn by the stylesheet."""
    parts = list(row)
    for before, fraction, after in zip(parts, parts[1:], parts[2:], strict=False):
        if fraction.get("linethickness") == "0" and (before.text, after.text) == ("(", ")"):
            binom = ET.Element(f"{{{NAMESPACE}}}mrow", {"class": "binom"})
            row.insert(parts.index(before), binom)
            for part in (before, fraction, after):
                row.remove(part)
                binom.append(part)


def _check(root: ET.Element, tex: str) -> None:
    """Only known elements and attributes: the converter passes text of the formula on unescaped. And nothing may be missing."""
    for element in root.iter():
        if element.tag.removeprefix(f"{{{NAMESPACE}}}") not in _ELEMENTS:
            raise ValueError(element.tag)
        for name, value in element.attrib.items():
            if name not in _ATTRIBUTES or not _VALUE.fullmatch(value):
                raise ValueError(name)
        if element.text and re.match(r"\\[A-Za-z]", element.text):
            raise ValueError(element.text)  # a command it doesn't know, which it shows as a letter
    drawn = Counter(re.findall(r"[0-9]", unicodedata.normalize("NFKC", "".join(root.itertext()))))
    if Counter(re.findall(r"[0-9]", re.sub(_NO_TEXT, "", tex))) - drawn:
        raise ValueError("a digit is missing")


_NO_TEXT = re.compile(
    r"\\begin\{(?:alignat|alignedat)\*?\}\{\d+\}|\\(?:hspace|vspace|rule|raisebox|kern|hskip|mkern)\*?\{?-?[\d.]+|\\\\\[[^\[\]]*\]"
)
"""Digits that are measures."""


def as_source(written: str) -> str:
    return f'<code class="math">{escape(written)}</code>'
