"""Ask the built-in model, and print what computed the answer: `python scripts/which_kernel.py [--prebuilt]`

With `--prebuilt` it must have been the library of a compiled wheel. This is how such wheels are tested where they are built.
"""

from __future__ import annotations

import argparse
import threading

from r1widget.engines import Request, load


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prebuilt", action="store_true", help="fail where the kernel isn't the wheel's")
    arguments = parser.parse_args()
    engine = load("pocket", quantization="int8")
    request = Request(messages=[{"role": "user", "content": "What is 17 + 25?"}])
    answer = "".join(delta.text for delta in engine.stream(request, threading.Event()))
    path = engine.describe()["path"]
    print("path:", path)
    print("answer:", repr(answer))
    if not answer or (arguments.prebuilt and "from the wheel" not in path):
        raise SystemExit("That isn't what a compiled wheel should do.")


if __name__ == "__main__":
    main()
