r"""A process that grades with math-verify. Run as a file (helper.py), a line of JSON in and out:

    {"gold": "\\frac12", "answer": "… \\boxed{0.5}"}   →   {"gold": "1/2", "read": "0.5", "right": true}

As lighteval does for open-r1's figures on MATH-500 and AIME (`pass_at_k_math`, `avg_at_n_math`: metrics.py of
github.com/huggingface/lighteval, and `accuracy_reward` in rewards.py of github.com/huggingface/open-r1): the right answer is read
as LaTeX, and what a model wrote as LaTeX or a number, with what is in a `\boxed{}` first. `gold` is null where the right answer
can't be read, `read` where nothing in the answer can.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

MEMORY = 2 << 30
LONGEST = 200
"""Characters of what is said to have been read."""


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit here
    from math_verify import ExprExtractionConfig, LatexExtractionConfig, parse, verify

    logging.disable()
    kinds = [LatexExtractionConfig(boxed_match_priority=0), ExprExtractionConfig()]
    known: dict[str, Any] = {}

    def gold_of(text: str) -> Any:
        if text not in known:
            # Bare LaTeX is read as a formula only where it stands in one.
            as_formula = text if "$" in text.replace("\\$", "") or "\\boxed" in text else f"\\boxed{{{text}}}"
            known[text] = parse(as_formula, kinds, extraction_mode="first_match", parsing_timeout=None)
        return known[text]

    print("{}", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        said: dict[str, Any] = {"gold": None, "read": None, "right": False}
        try:
            gold = gold_of(asked["gold"])
            said["gold"] = _shown(gold)
            if gold:
                read = parse(asked["answer"], kinds, extraction_mode="first_match", parsing_timeout=None)
                said["read"] = _shown(read)
                said["right"] = bool(read) and bool(verify(gold, read, timeout_seconds=None))
        except Exception as problem:  # of a parser that was given anything
            said["problem"] = type(problem).__name__
        print(json.dumps(said), flush=True)


def _shown(parsed: Any) -> str | None:
    return str(parsed[-1])[:LONGEST] if parsed else None


if __name__ == "__main__":
    main()
