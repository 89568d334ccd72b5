"""Makes the table of n-grams that r1widget ships, from a file of reasoning traces. The same input gives the same bytes.

    python scripts/make_ngrams.py TRACES TOKENIZER [OUT] [--entries 12000]

TRACES has a JSON object a line: `question`, `reasoning`, `answer`, `source` ("owner/name:path@commit") and `licence`.
TOKENIZER is a tokenizer.json. OUT is where the package looks for that vocabulary's table, unless said otherwise.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from r1widget.engines.decode.speculation import Table, fingerprint
from r1widget.engines.decode.speculation.making import entries
from r1widget.engines.decode.speculation.table import file_of, is_control


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--entries", type=int, default=12_000)
    chosen = parser.parse_args()

    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(chosen.tokenizer))
    vocabulary = tokenizer.get_vocab()
    control = frozenset(id for token, id in vocabulary.items() if is_control(token))
    traces = [json.loads(line) for line in chosen.traces.read_text(encoding="utf-8").splitlines()]
    about = {"fingerprint": fingerprint(vocabulary), "sources": sources(traces)}
    table = Table(entries([read(tokenizer, trace) for trace in traces], chosen.entries, control), about)
    out = chosen.out or file_of(about["fingerprint"])
    table.write(out)
    print(f"{out}: {len(table):,} entries, {out.stat().st_size:,} bytes, from {len(traces)} traces")


def read(tokenizer: Any, trace: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The ids of the question, and of what was written; what is text alone, without the control tokens around it."""
    written = trace["reasoning"] + ("\n\n" + trace["answer"] if trace["answer"] else "")
    return tuple(tokenizer.encode(text, add_special_tokens=False).ids for text in (trace["question"], written))


def sources(traces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each file that the traces came from, with its licence and how many it gave; a folder's files as one."""
    count = Counter(
        (trace["source"].split(":")[0], trace["source"].rpartition("@")[2], trace["licence"]) for trace in traces
    )
    return [
        {"source": f"{name}@{commit}", "licence": licence, "traces": number}
        for (name, commit, licence), number in sorted(count.items())
    ]


if __name__ == "__main__":
    main()
