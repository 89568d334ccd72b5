"""Asking, watching, folding, in a real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from . import kernels
from .conftest import Open
from .frames import Heard
from .lab import Lab, unfold
from .scripts import ANSWER, THOUGHT, gated, paced, pumped

PIECES = ["So ", "**two**", " and two.", "\n</think>", "\n\nIt is ", "$\\boxed{4}$", ".\n"]


def test_a_typed_question_streams_folds_and_ends(open_notebook: Open) -> None:
    notebook = open_notebook([gated(PIECES), "chat"])
    notebook.run(0, 1)
    chat = notebook.chat(1)
    draft = chat.get_by_role("textbox")
    draft.click()
    draft.press_sequentially("What is")
    draft.press("Shift+Enter")
    draft.press_sequentially("2 + 2?")
    draft.press("Enter")
    expect(chat.locator(".r1-question")).to_have_text("What is\n2 + 2?")
    expect(draft).to_have_value("")

    notebook.python("gate.release(3)")
    trace = chat.get_by_role("button", name="Thinking")
    expect(trace).to_have_attribute("aria-expanded", "true")
    expect(chat.locator(".r1-thought")).to_have_text("So two and two.")
    expect(chat.locator(".r1-thought strong")).to_have_text("two")
    notebook.picture("thinking")

    notebook.python("gate.release(3)")
    folded = chat.get_by_role("button", name="Thought for")
    expect(folded).to_have_attribute("aria-expanded", "false")
    expect(chat.locator(".r1-thought")).to_be_hidden()
    expect(chat.locator(".r1-answer math")).to_be_visible()

    notebook.python("gate.release(1)")
    expect(chat.get_by_role("button", name="Stop")).to_be_hidden()
    assert notebook.python("chat.turns[0].finish_reason") == "stop"
    notebook.picture("answered")
    folded.click()
    expect(chat.locator(".r1-thought")).to_have_text("So two and two.")
    assert notebook.our_errors == []


def test_the_readers_own_fold_wins(open_notebook: Open) -> None:
    notebook = open_notebook([gated(PIECES), "chat\nturn = chat.send('q')\nchat"])
    notebook.run(0, 1)
    chat = notebook.chat(1)
    notebook.python("gate.release(1)")
    trace = chat.locator(".r1-fold")
    expect(trace).to_have_attribute("aria-expanded", "true")
    trace.click()
    expect(trace).to_have_attribute("aria-expanded", "false")
    notebook.python("gate.release(1)")
    expect(chat.locator(".r1-counter")).to_contain_text("2 tokens")
    expect(trace).to_have_attribute("aria-expanded", "false")
    trace.click()
    notebook.python("gate.release(4)")
    expect(chat.locator(".r1-answer math")).to_be_visible()
    # Opened by the reader, so the answer doesn't fold it.
    expect(trace).to_have_attribute("aria-expanded", "true")
    notebook.python("gate.release(1)")
    expect(chat.locator(".r1-cost")).to_contain_text("7 tokens")
    expect(trace).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("version", ["6.31.0", kernels.INSTALLED])
def test_a_cell_that_shows_and_asks_at_once_streams(open_notebook: Open, lab: Lab, version: str) -> None:
    """The kernel can't answer the page's first request before the cell is done; what it says is drawn all the same. Before 7
    it hears nothing at all while the cell runs, so the front end's code comes unasked too."""
    library = Heard("library")
    cell = paced(60) + "\ndisplay(chat)\nturn = chat.ask('q')"
    kernel = kernels.add(lab, version)
    notebook = open_notebook([cell], kernel=kernel, is_new=True, on_websocket=library.socket)
    notebook.start(0)
    thought = notebook.chat(0).locator(".r1-thought")
    expect(thought).to_contain_text("w40")
    expect(notebook.page.locator(".jp-InputPrompt").first).to_have_text("[*]:")
    notebook.finish(0)
    expect(notebook.chat(0).locator(".r1-answer")).to_contain_text("a39")
    assert unfold(notebook.chat(0)).split() == THOUGHT
    assert library.times == 1
    assert notebook.our_errors == []


def test_after_a_reload_too_also_where_the_kernel_hears_nothing_meanwhile(open_notebook: Open, lab: Lab) -> None:
    """A page that learns of the hidden model asks for the code at once, and not when a view needs it."""
    library = Heard("library")
    kernel = kernels.add(lab, "6.31.0")
    notebook = open_notebook(
        [paced(60), "display(chat)\nturn = chat.ask('q')"], kernel=kernel, is_new=True, on_websocket=library.socket
    )
    notebook.run(0)
    notebook.save()
    notebook.reload()
    library.wait(notebook.page, 2)
    notebook.start(1)
    expect(notebook.chat(1).locator(".r1-thought")).to_contain_text("w40")
    expect(notebook.page.locator(".jp-InputPrompt").nth(1)).to_have_text("[*]:")
    notebook.finish(1)
    expect(notebook.chat(1).locator(".r1-answer")).to_contain_text("a39")
    assert library.times == 2
    assert notebook.our_errors == []


def test_questions_queue_and_show_their_place(open_notebook: Open) -> None:
    notebook = open_notebook([gated(PIECES), "chat\nturns = [chat.send(q) for q in 'abc']\nchat"])
    notebook.run(0, 1)
    turns = notebook.chat(1).locator(".r1-turn")
    expect(turns.nth(1)).to_contain_text("Waiting…")
    expect(turns.nth(2)).to_contain_text("2nd in the queue")
    turns.nth(1).get_by_role("button", name="Cancel").click()
    expect(turns.nth(2)).to_contain_text("Waiting…")
    notebook.python("gate.release(14)")
    expect(turns.nth(2).locator(".r1-answer math")).to_be_visible()
    assert notebook.python("[turn.finish_reason for turn in turns]") == ["stop", "cancelled", "stop"]


def test_keys_stay_in_the_widget(open_notebook: Open) -> None:
    """Jupyter's own keys (a: cell above, dd: delete, 0 0: restart) are letters here."""
    notebook = open_notebook([paced(None), "chat"])
    notebook.run(0, 1)
    draft = notebook.chat(1).get_by_role("textbox")
    draft.click()
    draft.press_sequentially("add 00 xyz")
    expect(draft).to_have_value("add 00 xyz")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == 2
    draft.press("Control+Enter")
    draft.press("Escape")
    draft.press_sequentially("b")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == 2


def test_the_magic_streams_into_its_own_cell(open_notebook: Open) -> None:
    setup = paced(200) + "\n%load_ext r1widget\nnumber = 7"
    notebook = open_notebook([setup, "%%r1 --chat chat\nIs {number} prime?", "chat", "%%r1 --chat chat\nSure?"])
    notebook.run(0)
    notebook.start(1)
    single = notebook.chat(1)
    expect(single.locator(".r1-question")).to_have_text("Is 7 prime?")
    expect(single.locator(".r1-thought")).to_contain_text("w9")
    notebook.finish(1)
    expect(single.locator(".r1-answer")).to_contain_text("a39")
    notebook.run(2, 3)
    expect(notebook.chat(2).locator(".r1-turn")).to_have_count(2)
    expect(notebook.chat(3).locator(".r1-question")).to_have_text("Sure?")
    expect(notebook.chat(3).locator(".r1-answer")).to_contain_text("a39")
    expect(notebook.chat(1).locator(".r1-question")).to_have_text("Is 7 prime?")
    notebook.picture("magic")
    assert notebook.our_errors == []


def test_two_views_and_a_second_window_show_the_same(open_notebook: Open) -> None:
    notebook = open_notebook([pumped(), "chat", "chat", "turn = chat.send('q')"])
    notebook.run(0, 1, 2, 3)
    first, second = notebook.chat(1), notebook.chat(2)
    notebook.python("gate.release(50)")
    expect(second.locator(".r1-thought")).to_contain_text("w30")
    second.locator(".r1-fold").click()
    expect(first.locator(".r1-fold")).to_have_attribute("aria-expanded", "true")  # folds are each view's own
    notebook.save()
    notebook.python("pump(150)")
    window = open_notebook(path=notebook.path)
    expect(window.chat(1).locator(".r1-thought")).to_contain_text("w60")
    window.python("gate.release(1000)")
    for chat in (first, second, window.chat(1), window.chat(2)):
        expect(chat.locator(".r1-answer")).to_contain_text("a39")
        assert unfold(chat).split() == THOUGHT
        assert chat.locator(".r1-answer").inner_text().split() == ANSWER
    assert notebook.our_errors == window.our_errors == []


def test_a_failure_is_a_sentence_with_a_remedy(open_notebook: Open) -> None:
    notebook = open_notebook(["from r1widget import ChatWidget\nchat = ChatWidget('/no/such/model')\nchat"])
    notebook.run(0)
    chat = notebook.chat(0)
    chat.get_by_role("textbox").fill("Hello?")
    chat.get_by_role("button", name="Send").click()
    alert = chat.locator(".r1-turn").get_by_role("alert")
    expect(alert).to_contain_text("/no/such/model")
    expect(alert).not_to_contain_text("Traceback")
    notebook.picture("failed")


HOSTILE = (
    "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
    "[link](javascript:window.pwned=3) ![image](http://pictures.invalid/x.png) <svg onload=window.pwned=4>"
    "<iframe src='http://frames.invalid'></iframe> $\\href{javascript:window.pwned=5}{x}$"
)


def test_what_a_model_or_a_person_writes_runs_nothing_and_fetches_nothing(open_notebook: Open) -> None:
    notebook = open_notebook([paced(None, f"{HOSTILE}\n</think>\n\n{HOSTILE}"), f"chat\nchat.ask({HOSTILE!r})\nchat"])
    requests: list[str] = []
    notebook.page.on("request", lambda request: requests.append(request.url))
    notebook.run(0, 1)
    chat = notebook.chat(1)
    expect(chat.locator(".r1-answer")).to_contain_text("link")
    chat.locator(".r1-fold").click()
    expect(chat.locator(".r1-thought")).to_contain_text("link")
    for link in chat.locator(".r1-prose a").all():
        link.click(force=True)
    assert notebook.page.evaluate("() => window.pwned") is None
    assert [url for url in requests if "invalid" in url] == []
