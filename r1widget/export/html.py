"""A turn as HTML: an `<article>` of the page (page.py), which brings the style."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from ..conversation.turn import Turn
from ..reasoning import Kind
from .dialect.address import addresses, complete, encode
from .facts import outcome, small_print, thought
from .markdown import Reasoning
from .mathml import as_source, mathml
from .notes_table import HEAD, note_rows
from .parse import LABELS, MARKS, label, parse, source, tidy
from .provenance import number as version_number
from .provenance import provenance
from .remarks import remarks, summary
from .tex import as_written, one_line, punctuated

COLUMNS = 8
"""That a table on paper has place for, without cutting words."""


def turn_html(turn: Turn, *, reasoning: Reasoning = "folded", number: int = 1) -> str:
    """One turn as an `<article>`, the `number`th of its page."""
    name = " · ".join(filter(None, (f"Question {number}", version_number(turn))))
    parts = [
        f'<h2 class="number" id="question-{number}">{name}</h2>',
        f'<div class="question" dir="auto">{_with_links(tidy(turn.question))}</div>',
    ]
    if reasoning != "none" and (trace := _kind(turn, "reasoning")):
        summary = escape(thought(turn))
        if reasoning in {"folded", "open"}:
            opened = " open" if reasoning == "open" else ""
            parts.append(f"<details{opened}><summary>{summary}</summary>\n{trace}</details>")
        else:
            parts.append(f'<section class="trace"><p><strong>{summary}</strong></p>\n{trace}</section>')
    if answer := _kind(turn, "answer"):
        parts.append(f'<section class="answer">\n{answer}</section>')
    if said := outcome(turn):
        kind = "outcome error" if turn.finish_reason == "error" else "outcome"
        parts.append(f'<p class="{kind}">{escape(tidy(said))}</p>')
    parts += [f'<p class="provenance">{escape(tidy(line))}</p>' for line in provenance(turn, reasoning != "none")]
    parts += _checks(turn, reasoning)
    parts += [f"<footer>{escape(tidy(line))}</footer>" for line in small_print(turn)]
    opening = f'<article id="turn-{number}" aria-labelledby="question-{number}">'
    return "\n".join([opening, *parts, "</article>"])


def notes_html(turns: Sequence[Turn], reasoning: Reasoning) -> str:
    """The reader's notes as a table; nothing where there are none."""
    rows = note_rows(turns, reasoning != "none")
    if not rows:
        return ""
    cells = [[f'<td dir="auto">{escape(tidy(cell))}</td>' for cell in row] for row in rows]
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    head = "".join(f"<th>{cell}</th>" for cell in HEAD)
    table = f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>'
    return f'<section class="notes" aria-labelledby="notes"><h2 class="number" id="notes">Notes</h2>\n{table}</section>'


def _checks(turn: Turn, reasoning: Reasoning) -> list[str]:
    """What was found out about the turn and noted beside it: a fold, as the thought is."""
    found = remarks(turn, reasoning != "none")
    if not found:
        return []
    lists = []
    for remark in found:
        items = "".join(f'<li dir="auto">{escape(tidy(line))}</li>' for line in remark.lines)
        lists.append(f"<p><strong>{remark.about}</strong></p>\n<ul>{items}</ul>")
    head, body = escape(tidy(summary(turn, found))), "\n".join(lists)
    if reasoning == "plain":
        return [f'<section class="trace"><p><strong>{head}</strong></p>\n{body}</section>']
    return [f"<details{' open' if reasoning == 'open' else ''}><summary>{head}</summary>\n{body}</details>"]


def _kind(turn: Turn, kind: Kind) -> str:
    text = source(turn, kind)
    return str(_RENDERER.render(parse(text), _OPTIONS, {})) if text else ""


class _Renderer(RendererHTML):
    """markdown-it's own, but for what a model's text must not do, and for whose text it is."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _owned(tokens[idx].content, env)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{_owned(tokens[idx].content, env)}</code>"

    def task(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"{tokens[idx].content} "

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        info = tokens[idx].info.strip()
        head = f'<div class="language">{_owned(info, env)}</div>' if info else ""
        return f"{head}<pre><code>{_owned(tokens[idx].content, env)}</code></pre>\n"

    code_block = fence

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Of a level below the turn's own heading, and one below the heading that it stands under: models leave levels out."""
        tag, above = tokens[idx].tag, env.setdefault("headings", [])
        while above and above[-1] >= tag:
            above.pop()
        above.append(tag)
        return f'<{tag} aria-level="{min(2 + len(above), 6)}">'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A link: a page that loads an image tells its server that it is being read."""
        return f"{_anchor(tokens[idx], 'src', named=True)}image: {_owned(tokens[idx].content, env)}</a>"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _anchor(tokens[idx], "href", named=not _is_bare(tokens[idx : idx + 3]))

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        following = (tokens[at] for at in range(idx, len(tokens)))
        head = itertools.takewhile(lambda token: token.type != "tr_close", following)
        many = " many" if sum(token.type == "th_open" for token in head) > COLUMNS else ""
        return f'<div class="scroll{many}"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _inserted(_formula(tokens[idx], display=False), env)

    def math_display(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _inserted(_formula(tokens[idx], display=True), env)

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<p class="scroll">{_inserted(_formula(tokens[idx], display=True), env)}</p>\n'


def _formula(token: Token, *, display: bool) -> str:
    tex, written = punctuated(token.content.strip(), token.info), as_written(token.content, token.markup) + token.info
    line = one_line(tex)
    return mathml(line, display=display, title=tex, written=written) if line else as_source(written)


def _owned(text: str, env: Any) -> str:
    """Escaped text, what the model didn't write in `<ins>`; the end of one text knows the state for the next."""
    written = ""
    for piece in _MARK.split(text):
        if piece in MARKS:
            env["origin"] = MARKS[piece]
            written += f'<ins class="mark">{label(piece)}</ins>'
        elif piece:
            written += _inserted(escape(piece), env)
    return written


_MARK = re.compile("([" + "".join(MARKS) + "])")


def _inserted(written: str, env: Any) -> str:
    origin = env.get("origin")
    if not origin:
        return written
    return f'<ins class="foreign" data-origin="{origin}" title="{LABELS[origin]}">{written}</ins>'


def _with_links(text: str) -> str:
    """A person's text is text, but for addresses."""
    written, at = "", 0
    for start, end in addresses(text):
        address = text[start:end]
        href = escape(encode(complete(address)))
        written += f'{escape(text[at:start])}<a href="{href}" rel="noopener noreferrer">{escape(address)}</a>'
        at = end
    return written + escape(text[at:])


def _is_bare(link: Sequence[Token]) -> bool:
    """Whether the link is nothing but its address."""
    if [token.type for token in link] != ["link_open", "text", "link_close"]:
        return False
    return link[0].attrs["href"] in (encode(complete(link[1].content)), f"mailto:{link[1].content}")


def _anchor(token: Token, name: str, *, named: bool) -> str:
    """`named`: its text is another than its address, which is told on paper."""
    title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
    href, shown = escape(str(token.attrs[name])), ' class="named"' if named else ""
    return f'<a href="{href}"{title} rel="noopener noreferrer"{shown}>'


_OPTIONS = MarkdownIt("js-default").options
_RENDERER = _Renderer()
