"""Makes the pocket model again from a seed: `python -m r1widget.pocket.train`.

The text is drawn on the fly by `samples`, the tokenizer learned by `tokenizer`, the folder written by `export`. Matrices
inside the layers are trained with Muon, all else with AdamW. `STAGES` is what made the weights: what a working needs is
learned first; reading a question and following an altered value take longest, so the later stages are mostly parts of
turns that practise those, and the last is word problems for the most part, in many times as much text.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from . import path
from .batches import IGNORED, Pools, batches
from .export import export
from .muon import Muon
from .network import Network, Shape, from_qwen2
from .samples import BEGIN, CLOSING, COMPARING, END, FIRST, LONG, LOOPING, READING, TURNED, TURNING, WRITTEN, Mix
from .tokenizer import LONGEST, learn, save

RATE = 1.6e-3


@dataclass(frozen=True)
class Stage:
    """So many steps on one mix of samples, the rate going straight from one share of the full rate to another."""

    steps: int
    start: float
    end: float
    mix: Mix
    warm: int = 0  # steps in which the rate comes up from nothing
    batch: int = 8192  # tokens, about
    longest: int = 768  # tokens of a sample


STAGES = (
    Stage(6000, 1.0, 0.4, FIRST, warm=200),
    Stage(3000, 0.4, 0.0, READING),
    Stage(7400, 0.875, 0.0, LONG, warm=15, batch=49152),
    Stage(1600, 0.25, 0.0, COMPARING, warm=50),
    Stage(500, 0.1, 0.0, CLOSING, warm=20),
    Stage(2400, 0.3, 0.0, WRITTEN, warm=50, longest=LONGEST),
    Stage(450, 0.12, 0.0, LOOPING, warm=20, longest=LONGEST),
    Stage(900, 0.3, 0.0, TURNING, warm=50, longest=LONGEST),
    Stage(220, 0.12, 0.0, TURNED, warm=15, longest=LONGEST),
)


def plan(tokenizer: Tokenizer, options: argparse.Namespace, done: int) -> Iterator[tuple[float, Tensor, Tensor]]:
    """The rate and the batch of each step from `done` on; each stage has a seed of its own."""
    before = 0
    for index, stage in enumerate(STAGES):
        pools = Pools(tokenizer, options.seed + index, stage.batch, stage.longest, stage.mix)
        left = stage.steps if done < before + stage.steps else 0
        for step, (inputs, targets) in enumerate(islice(batches(pools, options.workers), left) if left else ()):
            share = stage.start + (stage.end - stage.start) * step / stage.steps
            if before + step >= done:
                warmth = (step + 1) / stage.warm if stage.warm else 1.0
                yield options.rate * min(1.0, warmth) * share, inputs, targets
        before += stage.steps


def optimizers(network: Network, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for embeddings, biases and norms."""
    inside = [weight for name, weight in network.named_parameters() if name.startswith("blocks") and weight.dim() == 2]
    others = [
        weight for name, weight in network.named_parameters() if not (name.startswith("blocks") and weight.dim() == 2)
    ]
    return [
        Muon(inside, rate),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def train(network: Network, tokenizer: Tokenizer, options: argparse.Namespace) -> None:
    """Trains `network`, exporting it now and then; goes on from the state file if there is one."""
    begin, end = (tokenizer.encode(control, add_special_tokens=False).ids[0] for control in (BEGIN, END))
    network.to(options.device)
    compiles = options.compile and (shutil.which("c++") or shutil.which("g++"))
    loss_of = torch.compile(network.loss, dynamic=True) if compiles else network.loss
    cos, sin = (table.to(options.device) for table in network.rotary(LONGEST))
    steppers = optimizers(network, options.rate)
    done = restore(options.state, network, steppers) or (
        sum(stage.steps for stage in STAGES[:-1]) if options.weights else 0
    )
    started, tokens, losses = time.monotonic(), 0, list[Tensor]()
    for step, (rate, inputs, targets) in enumerate(plan(tokenizer, options, done), done):
        for stepper in steppers:
            for group in stepper.param_groups:
                group["lr"] = rate
        length, wanted = inputs.shape[1], targets.flatten()
        places = (wanted != IGNORED).nonzero().squeeze(1)
        given, places, wanted = (ids.to(options.device) for ids in (inputs, places, wanted[places]))
        with torch.autocast(options.device, torch.bfloat16) if options.half else contextlib.nullcontext():
            loss = loss_of(given, cos[:length], sin[:length], places, wanted)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad()
        tokens += inputs.numel()
        losses.append(loss.detach())
        if step % 50 == 0:
            mean, passed = torch.stack(losses).mean().item(), time.monotonic() - started
            losses.clear()
            print(
                f"step {step} loss {mean:.4f} {tokens / 1e6:.2f} M tokens, {tokens / passed:.0f}/s, {passed / 60:.1f} min",
                flush=True,
            )
        if (step + 1) % options.every == 0 or step + 1 == sum(stage.steps for stage in STAGES):
            export(network, options.folder, begin, end)
            if options.state:
                torch.save(
                    [step + 1, network.state_dict(), *(stepper.state_dict() for stepper in steppers)], options.state
                )


def restore(state: Path | None, network: Network, steppers: list[torch.optim.Optimizer]) -> int:
    """Loads a state file and gives back how many steps it has behind it."""
    if state is None or not state.exists():
        return 0
    done, weights, *moments = torch.load(state)
    network.load_state_dict(weights)
    for stepper, moment in zip(steppers, moments, strict=True):
        stepper.load_state_dict(moment)
    return int(done)


def main() -> None:
    """Reads the command line and trains."""
    parser = argparse.ArgumentParser(
        prog="python -m r1widget.pocket.train", description="Train the pocket model from a seed."
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--every", type=int, default=500, help="write the folder after so many steps")
    parser.add_argument("--folder", type=Path, default=path())
    parser.add_argument("--state", type=Path, help="a file to keep the whole state in, to go on from after a stop")
    parser.add_argument("--weights", type=Path, help="a folder whose model goes through the last stage alone")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw the text ahead")
    parser.add_argument("--no-compile", dest="compile", action="store_false")
    parser.add_argument("--no-half", dest="half", action="store_false", help="compute in full precision")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(str(options.weights / "tokenizer.json")) if options.weights else learn()
    network = Network(Shape(tokenizer.get_vocab_size()))
    if options.weights:
        from_qwen2(network, load_file(options.weights / "model.safetensors"))
    save(tokenizer, options.folder)
    train(network, tokenizer, options)


if __name__ == "__main__":
    main()
