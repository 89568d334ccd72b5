"""`mathml`: a formula as MathML, which browsers set without a script; its source where that can't be had."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
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


@lru_cache(maxsize=1024)
def mathml(tex: str, *, display: bool) -> str:
    """HTML for a formula that `tex.one_line` has passed."""
    known = re.sub(
        r"\\(begin|end)\{(?:aligned|split|gathered)\}", r"\\\1{align*}", tex
    )  # the converter knows only this
    from latex2mathml.converter import convert  # 40 ms, and only pages of HTML with formulas need it

    try:
        root = ET.fromstring(convert(known, display="block" if display else "inline"))
        _check(root)
    except Exception:  # the converter raises what it likes; the source is readable in any case
        return _source(tex, display)
    root.set("title", tex)
    return ET.tostring(root, encoding="unicode")


def _check(root: ET.Element) -> None:
    """Only known elements and attributes: the converter passes text of the formula on unescaped."""
    for element in root.iter():
        if element.tag.removeprefix(f"{{{NAMESPACE}}}") not in _ELEMENTS:
            raise ValueError(element.tag)
        for name, value in element.attrib.items():
            if name not in _ATTRIBUTES or not _VALUE.fullmatch(value):
                raise ValueError(name)
        if element.text and re.match(r"\\[A-Za-z]", element.text):
            raise ValueError(element.text)  # a command it doesn't know, which it shows as a letter


def _source(tex: str, display: bool) -> str:
    sign = "$$" if display else "$"
    return f'<code class="math">{escape(sign + tex + sign)}</code>'
