"""The default model's own tokenizer, template and config, where they lie beside the repository; no weights."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "r1-distill-qwen-1.5b"
needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="the default model's tokenizer is not on this machine")
