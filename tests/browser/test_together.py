"""Chats that share a model, questions that wait behind one that is edited, and an engine that raises: what a person sees."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import Open
from .lab import PATIENCE
from .scripts import IMPORTS, gated

SHARED = f"""{IMPORTS}
from r1widget import engines
from r1widget.engines import Progress, registry
step = threading.Semaphore(0)
def load(model, *, on_progress, **options):
    on_progress(Progress(stage="load", text="Loading r1 at 8 bits", done=400, total=1000))
    step.acquire()
    return ScriptedEngine("a</think>done")
registry.load = load
one, other = ChatWidget("some/r1"), ChatWidget("some/r1", device="auto")
one"""


def test_a_model_that_loads_is_seen_in_every_chat_that_names_it(open_notebook: Open) -> None:
    notebook = open_notebook([SHARED, "other"])
    notebook.run(0, 1)
    one, other = notebook.chat(0), notebook.chat(1)
    one.locator(".r1-draft").fill("What is 2 + 2?")
    notebook.page.keyboard.press("Enter")
    for chat in (one, other):
        expect(chat.locator(".r1-status")).to_have_text("Loading", timeout=PATIENCE)  # torch
        expect(chat.locator(".r1-status")).to_have_attribute("title", "Loading r1 at 8 bits")
        expect(chat.get_by_role("progressbar")).to_have_attribute("value", "400")
    expect(one.locator(".r1-state")).to_have_text("Loading r1…")
    expect(one).not_to_contain_text("queue")
    notebook.picture("two-chats-load")
    notebook.python("step.release()")
    expect(one.locator(".r1-answer")).to_have_text("done")
    expect(other.get_by_role("progressbar")).to_be_hidden()
    assert notebook.python("[chat.engine_status['state'] for chat in (one, other)]") == ["ready", "ready"]
    assert notebook.python("other.unload()") is None
    assert notebook.python("[chat.engine_status['state'] for chat in (one, other)]") == ["idle", "idle"]
    other.locator(".r1-draft").fill("Again?")
    notebook.page.keyboard.press("Enter")
    notebook.python("step.release()")
    expect(other.locator(".r1-answer")).to_have_text("done")
    assert notebook.our_errors == []


def test_unload_says_why_a_turn_was_stopped(open_notebook: Open) -> None:
    slow = "registry.load = lambda model, **options: ScriptedEngine(['on '] * 1000, tokens_per_second=20)"
    notebook = open_notebook([SHARED.replace("one, other", f"{slow}\none, other")])
    notebook.run(0)
    chat = notebook.chat(0)
    chat.locator(".r1-draft").fill("What is 2 + 2?")
    notebook.page.keyboard.press("Enter")
    expect(chat.locator(".r1-thought")).to_contain_text("on on", timeout=PATIENCE)
    assert notebook.python("engines.unload()") == 1
    expect(chat.locator(".r1-turn [role=alert]")).to_have_text(
        "The model was unloaded. Ask again, and it is loaded again."
    )
    expect(chat.locator(".r1-state")).to_contain_text("Stopped while thinking")
    notebook.picture("unloaded")


def test_a_question_that_waits_moves_behind_the_edited_one(open_notebook: Open) -> None:
    notebook = open_notebook([gated(["Hm", "</think>", "Yes."]) + "\nchat"])
    notebook.run(0)
    chat = notebook.chat(0)
    draft = chat.locator(".r1-draft")
    for number, question in enumerate(("One?", "Two?"), 1):
        draft.fill(question)
        draft.press("Enter")
        expect(chat.locator(".r1-turn")).to_have_count(number)
    notebook.python("gate.release()")
    expect(chat.locator(".r1-turn").first).to_have_attribute("data-phase", "thinking")
    chat.get_by_role("button", name="Edit the question").first.click()
    field = chat.get_by_role("textbox", name="Edit the question").first
    field.fill("One, otherwise?")
    field.press("Control+Enter")
    expect(chat.locator(".r1-question")).to_have_text(["One, otherwise?", "Two?"])
    expect(chat.locator(".r1-notice")).to_contain_text("“Two?” now waits behind the new version.")
    expect(chat.locator(".r1-state").nth(1)).to_have_text("Waiting…")
    notebook.picture("moved")
    notebook.python("gate.release(100)")
    expect(chat.locator(".r1-answer")).to_have_text(["Yes.", "Yes."])
    asked = "[m['content'] for m in chat.chat.generation.engine.requests[-1].messages if m['role'] == 'user']"
    assert notebook.python(asked) == ["One, otherwise?", "Two?"]
    assert notebook.our_errors == []


def test_an_engine_that_raises_ends_its_turn_and_no_other(open_notebook: Open) -> None:
    engine = """
class Raises(ScriptedEngine):
    def stream(self, request, stop):
        deltas = super().stream(request, stop)
        yield next(deltas)
        if len(self.requests) == 1:
            yield next(deltas)
            raise SystemExit("out of luck")
        yield from deltas
chat = ChatWidget(Raises(["A thought", "</think>", "Yes."]))
chat"""
    notebook = open_notebook([IMPORTS + engine, "turn = chat.ask('Two?'); print(turn.answer)"])
    notebook.run(0)
    chat = notebook.chat(0)
    chat.locator(".r1-draft").fill("One?")
    notebook.page.keyboard.press("Enter")
    expect(chat.locator(".r1-turn [role=alert]")).to_contain_text("The model failed with SystemExit: out of luck.")
    notebook.run(1)
    expect(notebook.output(1)).to_contain_text("Yes.")
    assert notebook.python("chat.turns[0].reasoning") == "A thought"
    notebook.picture("raises")


def test_two_widgets_of_one_chat_are_one_conversation(open_notebook: Open) -> None:
    """What is typed into one is written in both, either stops it, and the file has it below both."""
    setup = f"""{IMPORTS}
from r1widget import Chat
gate = threading.Semaphore(0)
shared = Chat(ScriptedEngine(["thought ", "more ", "</think>", "It is 4.", " Yes."], gate=gate))"""
    notebook = open_notebook([setup, "one = ChatWidget(shared)\none", "two = ChatWidget(shared)\ntwo"])
    notebook.run(0, 1, 2)
    one, two = notebook.chat(1), notebook.chat(2)
    one.locator(".r1-draft").fill("What is 2 + 2?")
    notebook.page.keyboard.press("Enter")
    notebook.python("gate.release(1)")
    for chat in (one, two):
        expect(chat.locator(".r1-thought")).to_contain_text("thought")
    notebook.picture("two-widgets-of-one-chat")
    two.get_by_role("button", name="Stop").last.click()
    for chat in (one, two):
        expect(chat.locator(".r1-state")).to_contain_text("Stopped")
    two.locator(".r1-draft").fill("Again?")
    notebook.page.keyboard.press("Enter")
    notebook.python("gate.release(9)")
    for chat in (one, two):
        expect(chat.locator(".r1-answer").last).to_have_text("It is 4. Yes.")
    notebook.python("two.close()")
    assert notebook.python("[turn.finish_reason for turn in one.turns]") == ["cancelled", "stop"]
    for cell in (1, 2):
        assert "It is 4. Yes." in notebook.kept(cell, text="It is 4. Yes.")
    assert notebook.our_errors == []
