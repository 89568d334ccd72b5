"""This project's engine beside transformers and llama.cpp, on the same weights, in one run: the aims, and what is measured.

    python -m benchmarks.engine [--checkpoint FOLDER] [--traces FILE] [--json FILE] [--parts alone,rows,…] [--engines int4,Q4_0,…]
    python -m benchmarks.engine --quick          every step, with a tiny model: whether it works, not how fast

Engines take turns, a repeat of each after a repeat of the others, each in a process of its own (`engine_worker`): a busy
moment of the machine meets all of them, and ratios are of the same round. The weights are noise in the shape of
DeepSeek-R1-Distill-Qwen-1.5B, which cost what a trained model's cost. Needs 20 GB of memory, 12 GB of disk, 15 minutes,
and two cores that do nothing else: where another program takes one, who waits at barriers, as llama.cpp does, hardly moves.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
from pathlib import Path

from benchmarks import checkpoint, engine_aims
from benchmarks.engine_rows import absolute, markdown
from benchmarks.engine_run import ENGINES, PARTS, TINY, Run
from benchmarks.engine_sizes import QUICK, Sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="the folder where the checkpoint is, or is to be made and kept")
    parser.add_argument("--tokenizer", type=Path, help="a folder with R1's own, for a checkpoint that is to be made")
    parser.add_argument("--traces", type=Path, help="real traces, as benchmarks.speculation reads them")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--engines", default="", help=f"some of {', '.join(ENGINES)}; all, where nothing is said")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a tiny model, without llama.cpp")
    chosen = parser.parse_args()
    parts = chosen.parts.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    engines = {name for name in chosen.engines.split(",") if name} or {*ENGINES}
    if strange := engines - {*ENGINES}:
        parser.error(f"there is no engine {min(strange)!r}; there are {', '.join(ENGINES)}")
    with contextlib.ExitStack() as stack:
        folder = chosen.checkpoint or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sizes, config = (QUICK, TINY) if chosen.quick else (Sizes(), checkpoint.CONFIG)
        run = Run(folder, sizes, engines, repeats=chosen.repeats or (2 if chosen.quick else 3), threads=chosen.threads)
        stack.callback(run.close)
        run.say(f"the checkpoint in {folder}")
        checkpoint.make(folder, tokenizer=chosen.tokenizer, config=config)
        interrupted = False
        try:
            run.open({*parts} - {"memory"}, tokenizer=chosen.tokenizer)
            for part in PARTS:
                if part not in parts:
                    run.results.missing.setdefault(part, "that part was left out.")
                elif part == "replay":
                    run.replay(chosen.traces, (chosen.tokenizer or folder) / "tokenizer.json")
                elif part == "memory":
                    run.memory(chosen.tokenizer)
                else:
                    getattr(run, part)()
        except KeyboardInterrupt:
            interrupted = True
            run.say("interrupted: what was measured follows")
        found = engine_aims.rows(run.results)
        run.say("done")
        print(absolute(run.results), markdown(found), sep="\n\n")
        if chosen.json:
            record = {
                "interrupted": interrupted,
                "quick": chosen.quick,
                "about": run.results.about,
                "rows": [row.as_dict() for row in found],
                "values": run.results.values,
                "missing": run.results.missing,
            }
            chosen.json.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
