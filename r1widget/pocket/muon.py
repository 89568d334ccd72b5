"""Muon for many matrices at once: those of one shape are one batch of matrix products.

The arithmetic is `torch.optim.Muon`'s with rates that match AdamW's (Jordan and others, 2024). That takes the matrices one
by one, some forty small kernels for each of the twenty here, and a step of so small a network waits for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

FIRST, SECOND, THIRD = 3.4445, -4.7750, 2.0315


def orthogonal(gradients: Tensor) -> Tensor:
    """About the nearest orthogonal matrix to each of a stack, by five steps of Newton and Schulz in half precision."""
    tall = gradients.size(1) > gradients.size(2)
    x = gradients.bfloat16().mT if tall else gradients.bfloat16()
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=SECOND, alpha=THIRD), x, beta=FIRST)
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """One group a shape, its momenta in one stack."""

    def __init__(
        self, weights: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.02
    ) -> None:
        shapes: dict[torch.Size, list[Tensor]] = {}
        for weight in weights:
            shapes.setdefault(weight.shape, []).append(weight)
        groups = [{"params": same} for same in shapes.values()]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step of every matrix."""
        for group in self.param_groups:
            weights: list[Tensor] = group["params"]
            gradients = torch.stack([weight.grad for weight in weights if weight.grad is not None])
            state = self.state[weights[0]]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(gradients)
            state["momentum"].lerp_(gradients, 1 - group["momentum"])
            step = orthogonal(gradients.lerp(state["momentum"], group["momentum"])).float()
            rate = group["lr"]
            torch._foreach_mul_(weights, 1 - rate * group["weight_decay"])
            torch._foreach_add_(weights, list(step.unbind()), alpha=-rate * 0.2 * max(gradients.shape[1:]) ** 0.5)
