"""What is real and not ours to ship, where it lies beside the repository: the default model's tokenizer, template and
config (no weights), and traces that models wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "r1-distill-qwen-1.5b"
TRACES = FOLDER.parent / "traces" / "traces.jsonl"
"""270 real traces, one JSON object a line."""
needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="the default model's tokenizer is not on this machine")
