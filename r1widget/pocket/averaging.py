"""The weighted mean of several trained folders: `python -m r1widget.pocket.averaging --into FOLDER A=0.6 B=0.2 C=0.2`.

Weights that were trained on from the same ones can be averaged, and then keep more of what each can do than any one of them
(Wortsman et al. 2022, arXiv:2203.05482).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

WEIGHTS = "model.safetensors"


def average(parts: dict[Path, float], into: Path) -> None:
    """Write the folder `into`: the mean of the parts by their shares, which make one, and all else from the first."""
    if abs(sum(parts.values()) - 1) > 1e-6:
        raise ValueError(f"The shares make {sum(parts.values()):g}. They must make 1.")
    tensors = {folder: load_file(folder / WEIGHTS) for folder in parts}
    first = next(iter(parts))
    mean: dict[str, Tensor] = {}
    for name, tensor in tensors[first].items():
        weighted = [share * tensors[folder][name].float() for folder, share in parts.items()]
        mean[name] = torch.stack(weighted).sum(0).to(tensor.dtype)
    shutil.copytree(first, into, dirs_exist_ok=True)
    save_file(mean, into / WEIGHTS, metadata={"format": "pt"})


def main() -> None:
    """Reads the command line and averages."""
    parser = argparse.ArgumentParser(prog="python -m r1widget.pocket.averaging", description=__doc__)
    parser.add_argument("parts", nargs="+", metavar="FOLDER=SHARE")
    parser.add_argument("--into", type=Path, required=True)
    options = parser.parse_args()
    average(
        {Path(folder): float(share) for folder, _, share in (part.rpartition("=") for part in options.parts)},
        options.into,
    )


if __name__ == "__main__":
    main()
