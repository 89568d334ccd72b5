"""What is to be expected of a turn, on screen: a place behind other chats, the reading, the pace, the time, a warning."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import Open
from .scripts import IMPORTS, THOUGHT, words

SLOW = f"""{IMPORTS}
from r1widget.engines import Pace
gate = threading.Semaphore(0)
engine = ScriptedEngine(
    {words(THOUGHT)!r},
    tokens_per_second=5,
    gate=gate,
    waiting=[2, 0],
    reading=[(512, 1500)],
    pace=Pace(tokens_per_second=2, prompt_tokens_per_second=120),
)
chat = ChatWidget(engine)
"""


def test_a_person_knows_what_to_expect_before_and_while_the_model_thinks(open_notebook: Open) -> None:
    ask = "turn = chat.send('What is 2 + 2?', thinking_budget=2000)\nchat"
    notebook = open_notebook([SLOW, ask])
    notebook.run(0, 1)
    chat = notebook.chat(1)
    state, warning, counter = chat.locator(".r1-state"), chat.locator(".r1-warning"), chat.locator(".r1-counter")
    notebook.python("gate.release(1)")
    expect(state).to_have_text("Waiting: 2 chats first")
    expect(warning).to_contain_text("At 2 tokens/s a thought of 2,000 tokens takes about 17 min.")
    notebook.picture("waiting")

    notebook.python("gate.release(2)")
    expect(state).to_have_text("Reading the question: 512 of 1,500 tokens (about 8 s)")
    expect(chat.locator(".r1-fold")).to_be_hidden()
    notebook.picture("reading")

    notebook.python("gate.release(2)")
    expect(counter).to_contain_text("about 17 min left")
    expect(counter).to_have_attribute("title", "2 tokens/s · about 17 min to the budget of 2,000")
    expect(chat.get_by_role("button", name="Thinking…", exact=True)).to_be_visible()
    # What the page measures itself takes the place of what the engine expected. A busy machine is slower than it should be.
    notebook.python("gate.release(100000)")
    expect(counter).to_have_attribute("title", re.compile(r"^[3-6] tokens/s · about \d+ min to the budget of 2,000$"))
    expect(warning).to_contain_text(re.compile(r"At [3-6] tokens/s a thought of 2,000 tokens takes about \d+ min\."))
    expect(warning).to_be_visible()
    notebook.picture("estimate")

    chat.get_by_role("button", name="Stop").click()
    expect(warning).to_be_hidden()
    expect(chat.locator(".r1-cost")).to_have_text(re.compile(r"^\d+ s · \d+ tokens · [3-6] tokens/s$"))
    notebook.picture("estimated")
    assert notebook.our_errors == []
