"""A process that makes the questions of a generator of reasoning-gym, and grades by its own `score_answer`. Run as a file
(helper.py), a line of JSON in and out:

    {"make": {"name": "chain_sum", "options": {"size": 3, "seed": 1}}}   →   {"questions": [["…", "7"], …]}
    {"number": 0, "answer": "7"}                                         →   {"score": 1.0}

Several generators give what a model wrote to `eval`, and sympy's `parse_expr` does so with all of Python's functions at hand
(reasoning-gym 0.1.25: string_insertion, spiral_matrix, binary_matrix, n_queens, countdown, puzzle24, and those of algebra). So once
the questions are made, `eval` is one that takes numbers, lists and formulas, and nothing else.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import difflib
import json
import sys
from types import CodeType
from typing import Any

MEMORY = 2 << 30
LONGEST = 20_000
"""Characters of an answer that is graded."""

_real_eval = builtins.eval
_PLAIN = (
    ast.Expression,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Load,
    ast.Name,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
)
_FUNCTIONS = frozenset(
    [
        "Symbol",
        "Integer",
        "Float",
        "Rational",
        "Function",
        "sqrt",
        "cbrt",
        "root",
        "exp",
        "log",
        "ln",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "asin",
        "acos",
        "atan",
        "acot",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "Abs",
        "sign",
        "factorial",
        "Pow",
        "Add",
        "Mul",
    ]
)


def guarded(source: Any, *namespaces: Any) -> Any:
    """`eval` of what is only numbers, texts, lists, operations on them, and functions of mathematics; else a `ValueError`."""
    if isinstance(source, CodeType) or len(source) > LONGEST:
        raise ValueError("not evaluated")
    tree = ast.parse(source.strip() if isinstance(source, str) else source, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS or node.keywords:
                raise ValueError("not evaluated")
        elif not isinstance(node, _PLAIN) or (isinstance(node, ast.Name) and node.id.startswith("_")):
            raise ValueError("not evaluated")
    return _real_eval(compile(tree, "<answer>", "eval"), *namespaces)


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit here
    out, sys.stdout = sys.stdout, sys.stderr  # what a generator prints is no answer
    import reasoning_gym

    print("{}", file=out, flush=True)
    dataset: Any = None
    entries: list[Any] = []
    for line in sys.stdin:
        asked = json.loads(line)
        said: dict[str, Any] = {}
        try:
            if "make" in asked:
                builtins.eval = _real_eval
                dataset = reasoning_gym.create_dataset(asked["make"]["name"], **asked["make"]["options"])
                entries = [dataset[number] for number in range(len(dataset))]
                builtins.eval = guarded
                said = {"questions": [[entry["question"], str(entry["answer"])] for entry in entries]}
            else:
                answer = asked["answer"][:LONGEST]
                said = {"score": float(dataset.score_answer(answer=answer, entry=entries[asked["number"]]))}
        except Exception as problem:
            if "make" in asked:
                said["remedy"] = _remedy(asked["make"]["name"])
            said |= {"error": str(problem).splitlines()[0].rstrip(".") if str(problem) else type(problem).__name__}
        print(json.dumps(said), file=out, flush=True)


def _remedy(name: str) -> str:
    """What there is instead: generators, or the options of this one."""
    from reasoning_gym.factory import DATASETS

    if name in DATASETS:
        return f"It takes: {', '.join(field.name for field in dataclasses.fields(DATASETS[name][1]))}."
    close = difflib.get_close_matches(name, DATASETS, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(close)}?" if close else f"There are: {', '.join(sorted(DATASETS))}."


if __name__ == "__main__":
    main()
