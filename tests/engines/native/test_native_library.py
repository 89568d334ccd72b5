"""Which library a processor gets, from a wheel or compiled here, and how the wheels' are compiled on each system."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from r1widget.engines import cache_folder as folders
from r1widget.engines.native import library as libraries
from r1widget.engines.native import processor, recipe
from r1widget.engines.native.library import Unusable, library, prebuilt
from r1widget.engines.native.variants import TARGETS, X86, target

IVY_BRIDGE = {"sse4_2", "avx", "f16c"}
HASWELL = IVY_BRIDGE | {"avx2", "fma", "bmi1", "bmi2"}
ALDER_LAKE = HASWELL | {"avx_vnni"}
SKYLAKE_X = HASWELL | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
ZEN4 = SKYLAKE_X | {"avx512_vnni", "avx512_bf16"}
SAPPHIRE_RAPIDS = ZEN4 | {"avx_vnni", "amx_int8"}
LINUX = TARGETS["linux", "x86_64"]


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A folder with an (empty) library of each variant."""
    for variant in X86:
        (tmp_path / f"{variant.name}{recipe.SUFFIX}").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("features", "name"),
    [
        (SAPPHIRE_RAPIDS, "avx512-vnni"),
        (ZEN4, "avx512-vnni"),
        (SKYLAKE_X, "avx512"),
        (ALDER_LAKE, "avx2-vnni"),
        (HASWELL, "avx2"),
    ],
)
def test_a_processor_gets_the_best_that_it_can_run(wheel: Path, features: set[str], name: str) -> None:
    path = prebuilt(wheel, LINUX, features)
    assert path is not None and path.stem == name


def test_what_does_not_fit_or_is_not_there_is_not_taken(wheel: Path) -> None:
    assert prebuilt(wheel, LINUX, IVY_BRIDGE) is None
    assert prebuilt(wheel / "nothing", LINUX, ZEN4) is None
    assert prebuilt(wheel, None, ZEN4) is None, "a system without such wheels"
    (wheel / f"avx512-vnni{recipe.SUFFIX}").unlink()
    path = prebuilt(wheel, LINUX, ZEN4)
    assert path is not None and path.stem == "avx512"


def test_every_mac_of_apples_own_runs_the_one_variant(tmp_path: Path) -> None:
    (tmp_path / f"neon-dotprod{recipe.SUFFIX}").touch()
    path = prebuilt(tmp_path, target("darwin", "arm64"), frozenset())
    assert path is not None and path.stem == "neon-dotprod"


def test_a_wheel_whose_library_cannot_be_loaded_leaves_it_to_the_compiler(wheel: Path, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(libraries, "PREBUILT", wheel)
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "cache"))
    try:
        assert library().origin == "compiled here"
    except Unusable as reason:
        pytest.skip(f"no native kernel here: {reason}")


def test_a_processor_is_what_all_its_cores_can_do(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(processor, "CPUINFO", told := tmp_path / "cpuinfo")
    told.write_text("flags\t\t: fma avx2 avx_vnni\nmodel name\t: x\nflags\t\t: fma avx2\n", encoding="utf-8")
    assert processor.features.__wrapped__() == {"fma", "avx2"}
    told.unlink()
    assert processor.features.__wrapped__() == frozenset()
    assert processor.description.__wrapped__(), "of a system that has no such file, something else is known"


# --- How they are compiled --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "machine", "tag", "flags"),
    [
        (
            "linux",
            "x86_64",
            "linux_x86_64",
            {
                "avx512-vnni": "-mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512vl -mavx512vnni",
                "avx512": "-mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512vl",
                "avx2-vnni": "-mavx2 -mfma -mf16c -mavxvnni",
                "avx2": "-mavx2 -mfma -mf16c",
            },
        ),
        ("darwin", "arm64", "macosx_11_0_arm64", {"neon-dotprod": ""}),
        ("win32", "AMD64", "win_amd64", {"avx2": "-mavx2 -mfma -mf16c"}),
    ],
)
def test_the_variants_of_each_system(system: str, machine: str, tag: str, flags: dict[str, str]) -> None:
    found = target(system, machine)
    assert found is not None and found.tag == tag
    assert {variant.name: " ".join(variant.flags) for variant in found.variants} == flags
    assert not any("native" in flag for flag in found.flags), "not for the processor that builds the wheel"


def test_no_wheel_takes_the_building_compilers_word_for_the_least_processor() -> None:
    assert "-march=x86-64" in LINUX.flags
    assert {"-mcpu=apple-m1", "-mmacosx-version-min=11.0"} <= {*TARGETS["darwin", "arm64"].flags}
    assert target("linux", "aarch64") is None and target("darwin", "x86_64") is None


def test_gcc_is_not_asked_for_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its vectors lie askew on the stack there."""
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr("shutil.which", {"gcc": "/bin/gcc", "cc": "/bin/cc"}.get)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert recipe.compiler("linux") == ("/bin/cc",)
    with pytest.raises(Unusable, match="no C compiler"):
        recipe.compiler("win32")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "ziglang" or None)
    assert recipe.compiler("win32") == (sys.executable, "-m", "ziglang", "cc")


def test_every_file_is_compiled_and_counts_for_whether_it_is_compiled_anew() -> None:
    folder = Path(recipe.__file__).parent
    assert {*recipe.SOURCES} == {*folder.glob("*.c")}
    assert {*recipe.HEADERS} == {*folder.glob("*.h")}


def test_every_function_of_the_library_is_called() -> None:
    package = Path(recipe.__file__).parents[2]
    lines = [line for path in package.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    python = "\n".join(line for line in lines if "argtypes" not in line and "restype" not in line)
    sources = "\n".join(path.read_text(encoding="utf-8") for path in recipe.SOURCES)
    names = re.findall(r"^PUBLIC .*?(r1_\w+)\(", sources, re.MULTILINE)
    assert len(names) == sources.count("\nPUBLIC ") > 10
    assert [name for name in names if not re.search(rf"\.{name}\b", python)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for a compiler is a shell script")
def test_the_whole_command(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/commands"\n', encoding="utf-8")
    tool.chmod(0o755)
    recipe.build([str(tool), "cc"], ["-mavx2"], tmp_path / "made.so")
    *compiled, linked = (tmp_path / "commands").read_text(encoding="utf-8").splitlines()
    flags = " ".join(("cc", *recipe.FLAGS, "-mavx2"))
    assert all(command.startswith(f"{flags} ") for command in (*compiled, linked))
    objects = {command.split()[-3]: command.split()[-1] for command in compiled}
    assert objects.keys() == {str(source) for source in recipe.SOURCES}
    assert linked == " ".join(
        (flags, "-shared", *(objects[str(one)] for one in recipe.SOURCES), "-o", str(tmp_path / "made.so"))
    )
    tool.write_text('#!/bin/sh\necho "x.c:1: error: no" >&2; exit 1\n', encoding="utf-8")
    with pytest.raises(Unusable, match="error: no"):
        recipe.build([str(tool)], [], tmp_path / "made.so")
