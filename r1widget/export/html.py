"""Turns as one page of HTML that stands alone: no script, nothing loaded, light or dark as the reader's system is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
from .markdown import Reasoning, check_reasoning
from .mathml import as_source, mathml
from .parse import LABELS, MARKS, label, marked, parse, tidy
from .provenance import provenance
from .tex import as_written, one_line, punctuated

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --wash: #f6f8fa; --page: #fff;
  --mark: #fff3c4; --link: #0757b8; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa4ae; --line: #3a424a; --wash: #1b2127;
  --page: #12161a; --mark: #4a3f12; --link: #79b8ff; --bad: #ff8a80 } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 46rem; background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: break-word }
article { margin: 0 0 3rem }
.question { margin: 0 0 1rem; padding: .6rem .9rem; border-radius: .5rem; background: var(--wash);
  white-space: pre-wrap }
details, .trace { margin: 0 0 1rem; padding-left: .9rem; border-left: 3px solid var(--line); color: var(--soft) }
summary { cursor: pointer }
ins { background: var(--mark); color: var(--ink); text-decoration: underline dotted }
ins.mark { text-decoration: none; font: 600 .8em system-ui, sans-serif }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; background: var(--wash); border-radius: .25rem }
code { padding: .1em .3em } pre code { padding: 0 }
pre, .scroll, math[display=block] { overflow-x: auto } pre { padding: .7rem .9rem }
table { border-collapse: collapse } th, td { padding: .25rem .6rem; border: 1px solid var(--line) }
blockquote { margin-left: 0; padding-left: .9rem; border-left: 3px solid var(--line) }
math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "Noto Sans Math", "Libertinus Math",
  "DejaVu Math TeX Gyre", math }
menclose[notation~=box] { border: 1px solid; padding: .1em .25em }
menclose[notation*=strike] { background: linear-gradient(to top left, #0000 46%, currentcolor 47% 53%, #0000 54%) }
[mathvariant=bold] { font-weight: bold } mtd[columnalign=left] { text-align: left } mtd[columnalign=right] { text-align: right }
mtable[columnspacing^="0em"] > mtr > mtd { padding-inline: 0 }
.binom { border: 0 solid; border-width: 0 .07em; border-radius: .45em / 50%; margin: 0 .08em; padding: 0 .2em }
.binom > mo { font-size: 0 }
.language { font: .8em ui-monospace, monospace; margin: 1em 0 -.8em }
a { color: var(--link) } .outcome, .provenance { font-style: italic } .error { color: var(--bad) }
footer { color: var(--soft); font-size: .8rem }
@media print { details:not([open]) > :not(summary) { display: block } }
""".strip()


def conversation_html(turns: Iterable[Turn], *, reasoning: Reasoning = "folded", title: str = "") -> str:
    """The whole page; its title is the first question unless another is given."""
    check_reasoning(reasoning)
    turns = list(turns)
    title = title or title_of(turns)
    articles = "\n".join(turn_html(turn, reasoning=reasoning) for turn in turns)
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n{articles}\n</body>\n</html>\n"
    )


def title_of(turns: Sequence[Turn]) -> str:
    """The first question, as far as a window's title shows it."""
    return (" ".join(tidy(turns[0].question).split())[:80] if turns else "") or "Conversation"


def turn_html(turn: Turn, *, reasoning: Reasoning = "folded") -> str:
    """One turn as an `<article>`."""
    parts = [f'<div class="question" dir="auto">{_with_links(tidy(turn.question))}</div>']
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
        name = "outcome error" if turn.finish_reason == "error" else "outcome"
        parts.append(f'<p class="{name}">{escape(tidy(said))}</p>')
    parts += [f'<p class="provenance">{escape(tidy(line))}</p>' for line in provenance(turn, reasoning != "none")]
    parts += [f"<footer>{escape(tidy(line))}</footer>" for line in small_print(turn)]
    return "<article>\n" + "\n".join(parts) + "\n</article>"


def _kind(turn: Turn, kind: Kind) -> str:
    text = marked(turn.spans_of(kind)).strip("\n").rstrip()
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

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A link: a page that loads an image tells its server that it is being read."""
        return f"{_anchor(tokens[idx], 'src')}image: {_owned(tokens[idx].content, env)}</a>"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _anchor(tokens[idx], "href")

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="scroll"><table>\n'

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


def _anchor(token: Token, name: str) -> str:
    title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
    return f'<a href="{escape(str(token.attrs[name]))}"{title} rel="noopener noreferrer">'


_OPTIONS = MarkdownIt("js-default").options
_RENDERER = _Renderer()
