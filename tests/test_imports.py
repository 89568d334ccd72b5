"""What importing r1widget costs, what it brings, and which way its modules may import each other."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import r1widget

PACKAGE = Path(r1widget.__file__).parent
HEAVY = ("torch", "transformers", "tokenizers", "huggingface_hub")
OPTIONAL = ("pandas", "polars", "pyarrow", "matplotlib", "reasoning_gym")
"""What tables and pictures are made with, when they are; `export/optional.py` imports them."""

ROOMS = (
    ("_version", "errors", "number", "copying"),
    ("assets",),
    ("reasoning",),
    ("settings", "check"),
    ("conversation",),
    ("export",),
    ("journal",),
    ("pocket",),
    ("engines",),
    ("testing", "chat"),
    ("evaluate",),
    ("shell",),
    ("jupyter",),
    ("__init__", "__main__"),
)
"""A room, or a module outside of rooms, may import from those that stand before it; rooms on one line know nothing of each
other. What is imported for types alone, or within a function, counts like anything else, unless it is in `UPWARDS`."""

UPWARDS = {
    "chat/chat.py imports evaluate": "an act of a chat that is made of chats; loaded when somebody evaluates",
    "conversation/replay.py imports export": "a value draws itself in a notebook; loaded when it does",
    "conversation/tree.py imports export": "the same, and is a table",
    "conversation/turn.py imports export": "the same",
    "pocket/decode.py imports engines": "not in the wheel: evaluates the built-in model with transformers",
}
LATE = {
    "chat/chat.py": "what evaluates a model",
    "__init__.py": "widgets when `ChatWidget` is named, magics with `%load_ext`: a script that asks needs neither",
    "conversation/replay.py": "what draws it in a notebook",
    "conversation/tree.py": "what draws it in a notebook, or makes a table of it",
    "conversation/turn.py": "the same",
    "engines/__init__.py": "torch, or a server's client, when a model is loaded",
    "engines/identity.py": 'torch, to see which device "auto" is',
    "engines/model/networks.py": "what only a GPU has",
    "engines/weights/gguf/model.py": "torch and tokenizers: what a file says of itself is said without them",
    "engines/weights/linears/__init__.py": "ways to hold weights, which need it themselves",
    "shell/bench.py": "torch",
    "shell/cli.py": "the command line is quick to say what is wrong with it",
}
"""Files in which a function imports something of ours, and what waits for that."""
MAY_IMPORT_TORCH = {"engines", "pocket"}
MAY_ASK_THE_HUB = {"evaluate"}
"""For data sets; when it is asked for one."""
WORKERS = {"evaluate/processes/gym_worker.py": "reasoning_gym"}
"""Files that are run as processes of their own, and what they need that few have."""


@pytest.mark.parametrize(
    "code",
    [
        "import r1widget",
        "from r1widget import ChatWidget",
        "import r1widget.engines, r1widget.pocket, r1widget.export, r1widget.testing, r1widget.evaluate, r1widget.jupyter.magic, r1widget.shell.cli",
        "from r1widget import ChatWidget; chat = ChatWidget(); chat._repr_mimebundle_(); chat.close()",
        "from r1widget import ChatWidget; chat = ChatWidget('pocket'); chat._repr_mimebundle_(); chat.close()",
    ],
)
def test_torch_waits_for_the_first_question(code: str) -> None:
    program = f"import sys\n{code}\nprint(*(name for name in {HEAVY + OPTIONAL} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", "it was to be light"
    assert done.stderr == "", "it was to be silent"


def test_importing_the_engines_imports_no_torch() -> None:
    code = (
        "import sys, r1widget.engines; print([n for n in ('torch', 'transformers', 'tokenizers') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=True)
    assert done.stdout.strip() == "[]"


def test_a_chat_needs_no_widget_no_notebook_and_no_page() -> None:
    program = (
        "import sys\nfrom r1widget import Chat\n"
        "turn = Chat('pocket').ask('What is 2 + 3?')\nassert turn.answer.endswith('{5}$'), turn\n"
        "print(*(name for name in ('IPython', 'ipywidgets', 'anywidget', 'traitlets', 'ipykernel') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_all_is_exact_and_sorted() -> None:
    names = r1widget.__all__
    assert list(names) == sorted(names)
    assert len(names) == len(set(names))
    for name in names:
        assert getattr(r1widget, name) is not None
    public = {name for name in dir(r1widget) if not name.startswith("_")} - {"annotations", "TYPE_CHECKING"}
    modules = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir()}
    assert public - modules <= set(names), "a public name that __all__ doesn't have"


def test_every_module_has_a_room() -> None:
    assert {room for room, _ in sources()} == {room for rooms in ROOMS for room in rooms}


def test_imports_go_one_way() -> None:
    found = {
        f"{path.relative_to(PACKAGE).as_posix()} imports {other}"
        for room, path in sources()
        for _, other in imports_of_ours(path)
        if other != room and level(other) >= level(room)
    }
    assert found == set(UPWARDS)


def test_the_architectures_picture_is_what_the_imports_say() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert picture() in page, f"docs/architecture.md should have:\n{picture()}"


def test_what_is_imported_late_has_a_reason() -> None:
    assert {path.relative_to(PACKAGE).as_posix() for _, path in sources() if any(late(path))} == set(LATE)


def test_only_engines_know_torch() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for module, path in sources()
        if module not in MAY_IMPORT_TORCH
        for line, name in imports_of_others(path)
        if name in HEAVY and not (name == "huggingface_hub" and module in MAY_ASK_THE_HUB)
    ]
    assert wrong == []


def test_a_library_that_few_need_is_imported_in_one_place_and_named_in_an_extra() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix() for _, path in sources() if "import_module(" in path.read_text("utf-8")
    }
    assert found == {"export/optional.py"}
    extra = re.search(r"^data = \[(.*?)\]", (PACKAGE.parent / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert extra is not None
    assert set(re.findall(r'"(\w+)>=', extra[1])) == {"pandas", "matplotlib"} <= set(OPTIONAL)
    extra = re.search(r"^eval = \[(.*?)\]", (PACKAGE.parent / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert extra is not None
    assert set(re.findall(r'"([\w-]+)>=', extra[1])) == {"pyarrow", "reasoning-gym"}


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    declared = {
        normal(re.split(r"[^\w.-]", line, maxsplit=1)[0])
        for line in importlib.metadata.requires("r1widget") or []
        if "extra ==" not in line
    }
    providers = importlib.metadata.packages_distributions()
    used: dict[str, str] = {}
    for _, path in sources():
        for line, name in imports_of_others(path):
            if WORKERS.get(path.relative_to(PACKAGE).as_posix()) == name:
                continue
            for provider in providers.get(name, [name]):
                used[normal(provider)] = f"{path.relative_to(PACKAGE)}:{line}"
    assert {name: where for name, where in used.items() if name not in declared} == {}
    assert declared - set(used) == set()


def sources() -> Iterator[tuple[str, Path]]:
    """Each file of the package, with the name of the module or room it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path


def level(room: str) -> int:
    return next(number for number, rooms in enumerate(ROOMS) if room in rooms)


def picture() -> str:
    """Who knows whom: rooms, and modules beside them that are more than a word."""
    shown = [room for rooms in ROOMS[2:-1] for room in rooms]
    lines = ["```"]
    for room in reversed(shown):
        known = {other for name, path in sources() if name == room for _, other in imports_of_ours(path)} - {room}
        lines.append(f"{room:<13}→ {', '.join(each for each in reversed(shown) if each in known) or 'nothing'}")
    return "\n".join([*lines, "```"])


def late(path: Path) -> Iterator[ast.ImportFrom]:
    """What functions of a file import from this package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (each for each in ast.walk(node) if isinstance(each, ast.ImportFrom) and each.level)


def imports_of_ours(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that import from this package, those inside functions too, with the module or room they import from."""
    here = path.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[1:] for alias in node.names if alias.name.split(".")[0] == "r1widget"]
        elif isinstance(node, ast.ImportFrom):
            base = node.module.split(".") if node.module else []
            if node.level:
                base = [*here[: len(here) - node.level + 1], *base]
            elif base[:1] == ["r1widget"]:
                base = base[1:]
            else:
                continue
            # `from . import x` names modules where they are modules, and the package's own names where they aren't.
            names = [base] if base else [[alias.name] for alias in node.names]
        else:
            continue
        for parts in names:
            name = parts[0] if parts else "__init__"
            is_module = (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()
            yield node.lineno, name if is_module else "__init__"


def imports_of_others(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that import what is neither ours nor Python's, with the top name."""
    for node in at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            if top != "r1widget" and top not in sys.stdlib_module_names:
                yield node.lineno, top


def at_run_time(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """All import statements but those under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from at_run_time(other)
        else:
            yield from at_run_time(node)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
