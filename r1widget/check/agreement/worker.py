"""A process that compares formulas with math-verify: pairs of LaTeX as JSON on stdin, the numbers of equal ones on stdout.

It is run as a file, by value.py, and can be ended: sympy's arithmetic of large numbers lets no other thread go on.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    except (ImportError, ValueError, OSError):
        pass  # no such limit here
    import math_verify
    from math_verify.parser import NormalizationConfig

    logging.disable()  # it warns that its limits of time are off: whoever started us has one
    # As it does by itself, but for units: it would leave out what it takes for one, `3t` behind a number too.
    normal = NormalizationConfig(
        basic_latex=True, units=False, malformed_operators=True, nits=True, boxed="all", equations=False
    )
    kinds = [
        math_verify.LatexExtractionConfig(
            try_extract_without_anchor=False, boxed_match_priority=0, normalization_config=normal
        )
    ]

    def parse(latex: str) -> list[Any]:
        found: list[Any] = math_verify.parse(f"\\boxed{{{latex}}}", kinds, "no_fallback", parsing_timeout=None)
        return found

    for number, pair in enumerate(json.load(sys.stdin)):
        one, other = map(parse, pair)
        # It takes the first for the right answer, and is laxer with the second.
        if (
            one
            and other
            and any(math_verify.verify(*each, timeout_seconds=None) for each in ((one, other), (other, one)))
        ):
            print(number, flush=True)


if __name__ == "__main__":
    main()
