"""Every function of the library at the edges of shapes (`shapes.c`), under the compiler's sanitizers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from r1widget.engines.native import recipe
from r1widget.engines.native.processor import features
from r1widget.engines.native.variants import X86

DRIVER = Path(__file__).with_name("shapes.c")
MEMORY = ("-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all")
THREADS = ("-fsanitize=thread",)
CAN_RUN = {variant.name: variant.flags for variant in X86 if variant.fits(features())} or {"any": recipe.NATIVE}
LEAST = list(CAN_RUN)[-1]
"""Compiles fastest."""


def run(folder: Path, flags: tuple[str, ...], *sources: Path) -> str:
    """What a program of these sources says; it must end well."""
    program = folder / "program"
    include = f"-I{recipe.SOURCES[0].parent}"
    command = [*recipe.compiler(), "-std=gnu11", "-O1", "-g", "-w", "-pthread", include, *flags]
    subprocess.run([*command, *map(str, sources), "-o", str(program), "-lm"], check=True, timeout=300)
    done = subprocess.run([str(program)], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def sanitizes(tmp_path: Path):
    """Skips where the compiler, or the system, has no such sanitizer."""

    def check(flags: tuple[str, ...]) -> None:
        nothing = tmp_path / "nothing.c"
        nothing.write_text("int main(void) { return 0; }\n", encoding="utf-8")
        try:
            run(tmp_path, flags, nothing)
        except (recipe.Unusable, subprocess.CalledProcessError, AssertionError) as reason:
            pytest.skip(f"there is no {flags[0]} here: {str(reason)[:200]}")

    return check


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the driver's threads are POSIX's")
@pytest.mark.parametrize("variant", [name for name in CAN_RUN if name != "avx512"])  # whose products are AVX2's
def test_nothing_is_touched_that_is_not_there_and_nothing_undefined(tmp_path: Path, sanitizes, variant: str) -> None:
    sanitizes(MEMORY)
    assert "all is well" in run(tmp_path, (*MEMORY, *CAN_RUN[variant]), *sources())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the driver's threads are POSIX's")
def test_no_two_threads_touch_the_same(tmp_path: Path, sanitizes) -> None:
    """More threads than cores, fewer than were asked for, and two that call at once."""
    sanitizes(THREADS)
    assert "all is well" in run(tmp_path, (*THREADS, *CAN_RUN[LEAST]), *sources())


def sources() -> list[Path]:
    return [DRIVER, *(source for source in recipe.SOURCES if source.name != "pass.c")]
