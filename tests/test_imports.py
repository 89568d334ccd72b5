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

# A module may import from its own layer and from those above it in this list.
LAYERS = (
    {
        "_version",
        "errors",
        "settings",
        "reasoning",
        "scores",
        "loops",
        "beginning",
        "reply_ids",
        "agreement",
        "version",
        "versions",
        "number",
        "provenance",
        "runs",
        "question",
        "steps",
        "timeline",
        "estimate",
        "turn",
        "conversation",
        "copying",
        "following",
        "latch",
        "pieces",
        "protocol",
        "export",
    },
    {"engines", "pocket", "testing", "timing", "outlook", "writing", "prefill"},
    {"jobs", "generation", "chat"},
    {
        "acts",
        "asks",
        "outbox",
        "refresh",
        "naming",
        "kept",
        "kernel",
        "notebook",
        "display",
        "library",
        "page",
        "keeping",
        "cells",
        "commands",
        "widget",
    },
    {"console", "options", "out", "filling", "magic", "bench", "cli"},
    {"__init__", "__main__"},
)
MAY_IMPORT_TORCH = {"engines", "pocket"}


@pytest.mark.parametrize(
    "code",
    [
        "import r1widget",
        "from r1widget import ChatWidget",
        "import r1widget.engines, r1widget.pocket, r1widget.export, r1widget.testing, r1widget.magic, r1widget.cli",
        "from r1widget import ChatWidget; chat = ChatWidget(); chat._repr_mimebundle_(); chat.close()",
        "from r1widget import ChatWidget; chat = ChatWidget('pocket'); chat._repr_mimebundle_(); chat.close()",
    ],
)
def test_torch_waits_for_the_first_question(code: str) -> None:
    program = f"import sys\n{code}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", "it was to be light"
    assert done.stderr == "", "it was to be silent"


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


def test_every_module_has_a_layer() -> None:
    placed = set().union(*LAYERS)
    assert {module for module, _ in sources()} - placed == set(), "say in LAYERS where it belongs"


def test_imports_go_one_way() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} imports {other}"
        for module, path in sources()
        for line, other in imports_of_ours(path)
        if other != module and layer(other) > layer(module)
    ]
    assert wrong == []


def test_only_engines_know_torch() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for module, path in sources()
        if module not in MAY_IMPORT_TORCH
        for line, name in imports_of_others(path)
        if name in HEAVY
    ]
    assert wrong == []


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
            for provider in providers.get(name, [name]):
                used[normal(provider)] = f"{path.relative_to(PACKAGE)}:{line}"
    assert {name: where for name, where in used.items() if name not in declared} == {}
    assert declared - set(used) == set()


def sources() -> Iterator[tuple[str, Path]]:
    """Each file of the package, with the name of the module or room it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path


def layer(module: str) -> int:
    return next((number for number, names in enumerate(LAYERS) if module in names), len(LAYERS))


def imports_of_ours(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that import from this package, those inside functions too, with the module or room they import from."""
    here = path.relative_to(PACKAGE).parent.parts
    for node in at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
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
