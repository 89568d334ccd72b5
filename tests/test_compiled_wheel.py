"""The wheel that carries its kernels: what is in it, and that it is fast where there is no compiler.

Here it is built for this machine's system. For the others the recipe is held (`tests/engines/native/test_native_library.py`, and the
last test here), and where the wheels are built, `scripts/which_kernel.py` tries each of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from r1widget.engines.native import recipe
from r1widget.engines.native.processor import features
from r1widget.engines.native.variants import TARGETS, target
from tests.test_packaging import ROOT, load_hook

PREBUILT = "r1widget/engines/native/prebuilt/"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled wheel of this tree."""
    if target() is None:
        pytest.skip("there is no compiled wheel for this system")
    try:
        recipe.compiler()
    except recipe.Unusable as reason:
        pytest.skip(str(reason))
    return build(tmp_path_factory.mktemp("compiled"), R1WIDGET_COMPILED="1")


@pytest.fixture(scope="module")
def pure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("pure"))


def test_the_compiled_wheel_is_for_a_system_and_any_python(compiled: Path, pure: Path) -> None:
    here = target()
    assert here is not None
    assert compiled.name.endswith(f"-py3-none-{here.tag}.whl")
    assert pure.name.endswith("-py3-none-any.whl")
    libraries = {f"{PREBUILT}{variant.name}{recipe.SUFFIX}" for variant in here.variants}
    assert in_wheel(compiled) - in_wheel(pure) == libraries, "and nothing else is added"
    assert in_wheel(pure) - in_wheel(compiled) == set()
    with zipfile.ZipFile(compiled) as archive:
        about = next(name for name in archive.namelist() if name.endswith(".dist-info/WHEEL"))
        assert b"Root-Is-Purelib: false" in archive.read(about)
    assert compiled.stat().st_size - pure.stat().st_size < MEGABYTE / 2
    assert not (ROOT / PREBUILT).exists(), "the checkout stays as it was"


@pytest.mark.slow
def test_the_compiled_wheel_is_fast_where_there_is_no_compiler(compiled: Path, pure: Path, tmp_path: Path) -> None:
    here = target()
    if here is None or not any(variant.fits(features()) for variant in here.variants):
        pytest.skip("this processor is older than any kernel")
    fast, weights = ask(compiled, tmp_path / "compiled")
    assert fast["path"].endswith(", from the wheel)")
    assert "native-int8" in weights, "the linear layers' too"
    slow, weights = ask(pure, tmp_path / "pure")
    assert slow["path"] == "our own pass, in torch"
    assert "torch-int8" in weights
    assert "17" in fast["answer"] and "17" in slow["answer"], "both answer"


def test_where_there_is_no_such_wheel_the_hook_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(RuntimeError, match=r"no compiled wheel for \w+ on riscv64"):
        initialize("wheel", "standard", monkeypatch)


@pytest.mark.parametrize(("kind", "version"), [("sdist", "standard"), ("wheel", "editable")])
def test_an_sdist_and_an_editable_install_have_nothing_compiled(kind: str, version: str, monkeypatch) -> None:
    assert initialize(kind, version, monkeypatch) == {"force_include": {}}


def test_the_systems_that_wheels_are_built_on_are_those_of_the_recipe() -> None:
    tomllib = pytest.importorskip("tomllib")
    recipe = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    systems = {"linux": "linux", "macos": "darwin", "windows": "win32"}
    built = {(systems[name], arch.lower()) for name in systems for arch in recipe[name]["archs"]}
    assert built == set(TARGETS)
    compiled = load_hook().COMPILED
    for name in systems:
        assert {**recipe, **recipe[name]}["environment"][compiled] == "1", (
            "a system's environment replaces the common one"
        )
    assert "-target x86_64-windows-gnu" in recipe["windows"]["environment"]["CC"], "not for the building processor"
    (script,) = (word for word in recipe["test-command"].split() if word.startswith("{project}/"))
    assert (ROOT / script.removeprefix("{project}/")).is_file()


def build(folder: Path, **environment: str) -> Path:
    """A wheel of this tree."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    kept = {name: value for name, value in os.environ.items() if name != "R1WIDGET_COMPILED"}
    run(command, folder, {**kept, **environment})
    (wheel,) = folder.glob("*.whl")
    return wheel


def ask(wheel: Path, folder: Path) -> tuple[dict[str, str], str]:
    """What `which_kernel.py` says of the installed wheel, with no compiler and an empty cache; the names of the weights kept."""
    run([sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", folder / "site", wheel], ROOT)
    script = shutil.copy(ROOT / "scripts" / "which_kernel.py", folder)
    environment = {name: value for name, value in os.environ.items() if name != "CC"}
    environment |= {"PATH": "", "PYTHONPATH": str(folder / "site"), "R1WIDGET_CACHE": str(folder / "cache")}
    said = run([sys.executable, script], folder, environment)
    assert not (folder / "cache" / "kernels").exists() or not [*(folder / "cache" / "kernels").iterdir()]
    (weights,) = (folder / "cache" / "weights").iterdir()
    return dict(line.split(": ", 1) for line in said.splitlines()), weights.name


def in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def initialize(kind: str, version: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the hook adds to a build of this tree."""
    monkeypatch.setenv("R1WIDGET_COMPILED", "1")
    hook = load_hook().BuildHook(str(ROOT), {}, None, None, str(ROOT), kind)
    added: dict[str, object] = {"force_include": {}}
    hook.initialize(version, added)
    return added


def run(command: list[object], cwd: Path, environment: dict[str, str] | None = None) -> str:
    parts = [str(part) for part in command]
    done = subprocess.run(parts, cwd=cwd, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
