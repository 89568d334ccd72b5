"""`Variant`: the library for one kind of processor, as wheels carry it; `Target`: the systems for which there are such wheels.

What a processor must have is what the C sources ask of it by the compiler's macros. The build hook loads this file by
itself, so only Python's own modules are imported here.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Set
from typing import NamedTuple


class Variant(NamedTuple):
    """A library, by the name of its file, and what of a processor it needs, as Linux names that."""

    name: str
    needs: tuple[str, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """How a compiler is told that it may use this: by the same names, without the lines in them."""
        return tuple(f"-m{need.replace('_', '')}" for need in self.needs)

    def fits(self, features: Set[str]) -> bool:
        return set(self.needs) <= features


class Target(NamedTuple):
    """A system: its tag in a wheel's name, the variants from the best to the plainest, and flags for all of them."""

    tag: str
    variants: tuple[Variant, ...]
    flags: tuple[str, ...]


_AVX2 = ("avx2", "fma", "f16c")
_AVX512 = (*_AVX2, "avx512f", "avx512bw", "avx512vl")
X86 = (
    Variant("avx512-vnni", (*_AVX512, "avx512_vnni")),
    Variant("avx512", _AVX512),  # Xeons of 2017 and 2018, which clouds still lend: attention is 1.8 times as fast
    Variant("avx2-vnni", (*_AVX2, "avx_vnni")),
    Variant("avx2", _AVX2),
)
"""There is none below AVX2: the sources don't compile there, and torch does it."""

TARGETS = {
    # Without symbols that nobody calls; and whatever a distribution's compiler would take for granted otherwise.
    ("linux", "x86_64"): Target("linux_x86_64", X86, ("-march=x86-64", "-s")),
    # Every Mac of this kind can do what the first could.
    ("darwin", "arm64"): Target(
        "macosx_11_0_arm64", (Variant("neon-dotprod"),), ("-mcpu=apple-m1", "-mmacosx-version-min=11.0")
    ),
    # Windows tells of a processor whether it has AVX2, and nothing of VNNI.
    ("win32", "amd64"): Target("win_amd64", (Variant("avx2", _AVX2),), ("-s",)),
}


def target(system: str = sys.platform, machine: str = platform.machine()) -> Target | None:
    """This system, where wheels are built for it."""
    return TARGETS.get((system, machine.lower()))
