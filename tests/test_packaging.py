"""The sdist and the wheel: what is in them, that they need no Node, and that the wheel works with nothing else of ours."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from types import ModuleType, SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import r1widget
from r1widget._version import __version__

ROOT = Path(__file__).parent.parent
BUNDLE = tuple(f"r1widget/static/{name}.js" for name in ("library", "extras", "bundles", "loader", "standalone"))
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """An sdist of this tree and a wheel of that sdist, built where there is no Node and nothing on the PATH at all."""
    for name in BUNDLE:
        assert (ROOT / name).is_file(), f"{name} is missing: `make test` builds it"
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    with tarfile.open(sdist) as archive:
        in_sdist = {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    return SimpleNamespace(sdist=sdist, wheel=wheel, in_sdist=in_sdist, in_wheel=in_wheel)


def test_the_wheel_carries_the_front_end_and_the_model(built: SimpleNamespace) -> None:
    model = {path.relative_to(ROOT).as_posix() for path in (ROOT / "r1widget/pocket/model").iterdir()}
    assert any(name.endswith(".safetensors") for name in model)
    licences = {"r1widget/static/licences.txt"}  # of what is in the bundle
    assert {*BUNDLE, *licences, *model, "r1widget/py.typed"} <= built.in_wheel
    of_pocket = {name.split("/")[2] for name in built.in_wheel if name.startswith("r1widget/pocket/")}
    assert of_pocket == {"__init__.py", "model"}, "what trains it stays in the repository"
    tops = {name.split("/")[0] for name in built.in_wheel}
    assert tops == {"r1widget", f"r1widget-{__version__}.dist-info"}
    assert built.wheel.stat().st_size < 12 * MEGABYTE


def test_the_sdist_carries_what_a_person_needs_to_go_on(built: SimpleNamespace) -> None:
    assert {*BUNDLE, "js/package.json", "js/package-lock.json", "Makefile", "hatch_build.py"} <= built.in_sdist
    assert {
        "requirements/lab.txt",
        "requirements/test.txt",
        "scripts/lock",
        "scripts/lab/overrides.json",
        "scripts/which_kernel.py",
    } <= built.in_sdist
    assert {"README.md", "CHANGELOG.md", "LICENSE", "tests/conftest.py", "scripts/with-node"} <= built.in_sdist
    strangers = {"node_modules", ".venv", "__pycache__", ".git", "dist"}
    assert [name for name in built.in_sdist if strangers & set(name.split("/"))] == []
    assert built.sdist.stat().st_size < 15 * MEGABYTE


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(built: SimpleNamespace, tmp_path: Path) -> None:
    """No source tree, no Node. What r1widget depends on is lent from here: it is gigabytes, and not what is tested."""
    home = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", built.wheel)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # A path that a .pth adds comes after the environment's own, and the .pth files in it (our editable install) sleep.
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("\n".join(sorted(lent)), encoding="utf-8")

    program = """if True:
        import pathlib, r1widget, r1widget.assets as assets, r1widget.pocket as pocket
        print(r1widget.__file__)
        print(*(assets.static(f"{name}.js") for name in ("library", "extras", "bundles", "loader", "standalone")))
        chat = r1widget.ChatWidget("pocket")
        assert "application/vnd.jupyter.widget-view+json" in chat._repr_mimebundle_()[0]
        chat.close()
        print(*sorted(path.name for path in pocket.path().iterdir()))
        import r1widget.engines as engines
        print(*(path.name for path in pathlib.Path(engines.__file__).parent.rglob("*.*") if path.suffix != ".py"))
        """
    where, static, files, others = run(python, "-W", "error", "-c", program, cwd=tmp_path).splitlines()
    assert Path(where).is_relative_to(site)
    assert all(Path(path).is_relative_to(site) for path in static.split(" "))
    assert "config.json" in files.split(" ")
    carried = {path.name for kind in ("*.c", "*.h", "*.bin") for path in (ROOT / "r1widget" / "engines").rglob(kind)}
    assert {"linears.c", "ngrams-1ac31bcff4d5.bin"} <= carried <= set(others.split(" "))

    # How well the built-in model reckons is not asked here; that it is there and answers is.
    assert run(scripts / "r1widget", "ask", "What is 17 + 25?", "--model", "pocket", cwd=tmp_path).strip()


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The build hook on a checkout without a bundle, on a machine without Node."""
    module = load_hook()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "js").mkdir()
    arguments: tuple[object, ...] = (str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    return SimpleNamespace(module=module, root=tmp_path, bin=tmp_path / "bin", hook=module.BuildHook(*arguments))


def test_the_hook_asks_for_a_node_only_when_there_is_neither(hook: SimpleNamespace) -> None:
    assert hook.hook.dependencies() == [hook.module.NODE_WHEEL]
    with pytest.raises(RuntimeError, match="no Node 20 or newer"):
        hook.hook.initialize("standard", {})


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Node is a shell script")
@pytest.mark.parametrize(("version", "wanted"), [("v18.20.0", True), ("v20.20.2", False), ("v24.1.0", False)])
def test_the_hook_takes_the_node_that_is_there(hook: SimpleNamespace, version: str, wanted: bool) -> None:
    install(hook.bin / "node", f"echo {version}")
    assert hook.hook.dependencies() == [hook.module.NODE_WHEEL], "a Node without npm builds nothing"
    install(hook.bin / "npm", "exit 1")
    assert bool(hook.hook.dependencies()) is wanted


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for npm is a shell script")
def test_the_hook_builds_what_is_missing_and_says_when_it_could_not(hook: SimpleNamespace) -> None:
    install(hook.bin / "node", "echo v20.20.2")
    install(hook.bin / "npm", "exit 0")
    with pytest.raises(RuntimeError, match="didn't write"):
        hook.hook.initialize("standard", {})
    files = " ".join(str(hook.root / name) for name in BUNDLE)
    (hook.root / "r1widget/static").mkdir(parents=True)
    install(hook.bin / "npm", f'[ "$1" = ci ] || for f in {files}; do echo "//" > "$f"; done')
    hook.hook.initialize("standard", {})
    assert all((hook.root / name).is_file() for name in BUNDLE)


def test_the_hook_leaves_a_bundle_alone(hook: SimpleNamespace) -> None:
    for name in BUNDLE:
        (hook.root / name).parent.mkdir(parents=True, exist_ok=True)
        (hook.root / name).write_text("// built", encoding="utf-8")
    assert hook.hook.dependencies() == []
    hook.hook.initialize("standard", {})
    assert (hook.root / BUNDLE[0]).read_text(encoding="utf-8") == "// built"


@pytest.mark.parametrize("extra", ["lab", "test"])
def test_the_lock_has_what_is_asked_and_nothing_of_torchs(extra: str) -> None:
    locked = releases(extra)
    extras = {extra, "lab", "data"}
    for line in importlib.metadata.requires("r1widget") or []:
        asked = Requirement(line)
        name = canonicalize_name(asked.name)
        wanted = asked.marker is None or any(asked.marker.evaluate({"extra": each}) for each in extras)
        if wanted and name not in ("torch", "r1widget"):
            assert asked.specifier.contains(locked[name]), f"{line}: `make lock` brings the lock in line"
    assert {"hatchling", "editables"} <= set(locked), "what the build needs"
    assert [name for name in locked if re.match(r"torch|triton|nvidia|cuda", name)] == []
    assert locked.items() <= releases("test").items(), "a part of what is tested"


def releases(extra: str) -> dict[str, str]:
    """What the lock has for this Python, on this system. A line has a name, a release, and for whom: no place to fetch it from."""
    found: dict[str, str] = {}
    for line in (ROOT / "requirements" / f"{extra}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        assert re.fullmatch(r"[a-z0-9.-]+==[\w.+!]+( ; [\w .*<>=!'()]+)?", line), line
        locked = Requirement(line)
        if locked.marker is None or locked.marker.evaluate():
            assert locked.name not in found, f"two releases of {locked.name}"
            found[locked.name] = str(locked.specifier).removeprefix("==")
    return found


def test_there_is_one_version() -> None:
    assert r1widget.__version__ == __version__
    top = re.search(r"^## \[?([^\s\]]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert top is not None
    assert top[1] == __version__


def load_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def run(*command: object, cwd: Path | None = None) -> str:
    """What the command printed. There is nothing on its PATH."""
    environment = {**os.environ, "PATH": "", "PYTHONWARNINGS": "", "PIP_NO_INPUT": "1"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
