"""Muon for a stack of matrices against torch's, one by one."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="torch 2.9 and later have a Muon")
def test_a_stack_of_matrices_goes_where_torchs_muon_takes_them_one_by_one() -> None:
    from r1widget.pocket.muon import Muon

    draw = torch.Generator().manual_seed(3)
    matrices = [torch.randn(shape, generator=draw) * 0.02 for shape in ((24, 24), (64, 24), (24, 40), (24, 24))]
    ours, theirs = ([torch.nn.Parameter(matrix.clone()) for matrix in matrices] for _ in range(2))
    steppers = Muon(ours, 1e-3), torch.optim.Muon(theirs, 1e-3, weight_decay=0.02, adjust_lr_fn="match_rms_adamw")
    for _ in range(4):
        for one, other in zip(ours, theirs, strict=True):
            one.grad = torch.randn(one.shape, generator=draw)
            other.grad = one.grad.clone()
        for stepper in steppers:
            stepper.step()
    for one, other, before in zip(ours, theirs, matrices, strict=True):
        assert (one - before).abs().max() > 1e-3
        torch.testing.assert_close(one, other, rtol=0, atol=2e-5)
