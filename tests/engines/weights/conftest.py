"""What tests of weights share: the kernel, where there is a compiler or a wheel for this processor."""

from __future__ import annotations

import pytest

from r1widget.engines.native.library import Unusable
from r1widget.engines.weights.linears.compiled import Kernel
from r1widget.engines.weights.linears.kernel import kernel


@pytest.fixture(scope="module")
def compiled() -> Kernel:
    try:
        return kernel()
    except Unusable as reason:
        pytest.skip(f"no native kernel here: {reason}")
