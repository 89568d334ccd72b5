"""The page's second bundle: it comes when it is first used, once for all widgets, and also to a page that can't ask."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from . import kernels
from .conftest import Open
from .frames import Heard
from .lab import Lab
from .menus import choose
from .scripts import IMPORTS, paced

EDITED = f"""{IMPORTS}
chats = [ChatWidget(ScriptedEngine("It is 58, I think.</think>58", continuation="</think>68")) for _ in range(2)]
for chat in chats:
    turn = chat.ask("What is it?")
    chat.edit_reasoning(turn, "It is 68, I think.").wait()
    display(chat)
"""
LONG = "So \\(x^2\\) is.\n\n```python\nprint('x')\n```\n\n" + "and on " * 1000


def show_changes(chat: Locator) -> None:
    choose(chat, "Changes")
    expect(chat.locator(".r1-diff del").first).to_contain_text("58")
    expect(chat.locator(".r1-diff ins").first).to_contain_text("68")


def test_it_comes_when_it_is_used_and_once_for_two_widgets(open_notebook: Open) -> None:
    heard = Heard("extras")
    notebook = open_notebook([EDITED], is_new=True, on_websocket=heard.socket)
    notebook.run(0)
    chats = notebook.output(0).locator(".r1")
    for number in range(2):
        expect(chats.nth(number).locator(".r1-answer")).to_have_text("68")
    assert heard.times == 0, "nothing of it is needed to read the conversation"
    for number in range(2):
        show_changes(chats.nth(number))
    assert heard.times == 1
    notebook.picture("extras-changes")

    notebook.save()
    notebook.reload()
    expect(chats.nth(0).locator(".r1-answer")).to_have_text("68")
    assert heard.times == 1, "a page that opens hears no more of it than it needs"
    show_changes(chats.nth(1))
    assert heard.times == 2
    assert notebook.our_errors == []


def test_formulas_and_colours_come_also_while_a_kernel_hears_nothing(open_notebook: Open, lab: Lab) -> None:
    kernel = kernels.add(lab, "6.31.0")
    notebook = open_notebook([paced(60, LONG), "chat", "turn = chat.ask('q')"], kernel=kernel, is_new=True)
    notebook.run(0, 1)
    notebook.start(2)
    turn = notebook.chat(1).locator(".r1-turn")
    expect(turn.locator(".r1-thought math")).to_be_visible()
    expect(turn.locator(".r1-thought .hljs-string")).to_have_text("'x'")
    expect(turn).to_have_attribute("data-phase", "thinking")  # the cell runs, and its kernel reads nothing
    notebook.chat(1).get_by_role("button", name="Stop").last.click()
    notebook.finish(2)
    assert notebook.our_errors == []


def test_what_was_drawn_without_it_is_drawn_again(open_notebook: Open) -> None:
    """What a person writes into a thought is told as a whole, and sends nothing ahead: the page asks at its first formula."""
    heard = Heard("extras")
    edit = "chat.edit_reasoning(turn, r'So \\(x^2\\) is, and \\[\\frac{1}{2}\\] too.').wait()"
    notebook = open_notebook([EDITED, edit], is_new=True, on_websocket=heard.socket)
    notebook.run(0, 1)
    chat = notebook.output(0).locator(".r1").last
    expect(chat.locator(".r1-answer")).to_have_text("68")
    chat.locator(".r1-fold").click()
    expect(chat.locator(".r1-thought math")).to_have_count(2)
    expect(chat.locator(".r1-thought .r1-tex")).to_have_count(0)
    assert heard.times == 1
    assert notebook.our_errors == []
