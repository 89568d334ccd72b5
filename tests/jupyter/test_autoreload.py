"""`%autoreload 2`, while files of ours change: a chat that is there goes on. (As in a checkout; who installed us changes none.)

Our dataclasses have no `slots` for this: autoreload puts the new class's descriptors on the old one, which then has none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import r1widget

PROGRAM = """
import itertools, os, sys, time
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

folder, *names = sys.argv[1:]
sys.path.insert(0, folder)
shell = InteractiveShell.instance()
clock = itertools.count(1)

def cell(code):
    done = shell.run_cell(code)
    assert done.success, (name, code, done.error_in_exec or done.error_before_exec)

def touch(name):
    file = Path(folder, "r1widget", name)
    file.write_text(file.read_text("utf-8") + "\\nLOADED_AGAIN = globals().get('LOADED_AGAIN', 0) + 1\\n", "utf-8")
    later = time.time() + 10 * next(clock)
    os.utime(file, (later, later))

name = "before"
cell("%load_ext autoreload")
cell("%autoreload 2")
cell("%load_ext r1widget")
cell('''
import copy, sys
from r1widget import ChatWidget
from r1widget.testing import ScriptedEngine
chat = ChatWidget(ScriptedEngine("a thought</think>It is 3."))
turn = chat.ask("q")
''')
for name in names:
    touch(name)
    cell("0")
    cell("assert repr(chat).startswith('<ChatWidget scripted, '), repr(chat)")
    cell("assert repr(turn) == \\"<Turn 'q' stop>\\" and turn in chat.conversation")
    cell("assert chat.ask('again', temperature=0.1).answer == 'It is 3.'")
    cell("assert chat.wait(chat.edit_reasoning(turn, 'a new')).answer == 'It is 3.'")
    cell("assert chat.compare(turn).total == 1 and copy.deepcopy(turn) == turn and turn._repr_markdown_()")
    cell("chat.select(turn)")
    cell("%%r1 --chat chat\\nhello there")
    cell("assert chat.turns[-1].answer == 'It is 3.'")
    loaded = "r1widget." + name.removesuffix(".py").replace("/__init__", "").replace("/", ".")
    assert sys.modules[loaded].LOADED_AGAIN, "nothing was tested"
"""


@pytest.mark.slow
def test_a_chat_goes_on_while_files_of_ours_change(tmp_path: Path) -> None:
    shutil.copytree(
        Path(r1widget.__file__).parent, tmp_path / "r1widget", ignore=shutil.ignore_patterns("*.safetensors")
    )
    names = [
        *(
            f"conversation/{name}.py"
            for name in ("turn", "tree", "version", "edits", "scores", "authorship", "__init__")
        ),
        *(f"jupyter/{name}.py" for name in ("widget", "magic", "page", "library", "transcript")),
        *(f"chat/{name}.py" for name in ("chat", "generation", "steering", "listening")),
        *(
            "testing.py",
            "reasoning/__init__.py",
            "reasoning/steps.py",
            "reasoning/tags.py",
            "check/agreement/__init__.py",
        ),
        *("engines/__init__.py", "export/markdown.py", "errors.py"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), *names], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
