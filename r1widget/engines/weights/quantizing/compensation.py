"""`factors`: how much an error in each column of a weight matters, and what it adds to the columns behind it that make up for it.

That is GPTQ's way (Frantar et al. 2022, arXiv:2210.17323), in the form of LDLQ (Chee et al. 2023, arXiv:2307.13304): with
H = U·D·Uᵀ of the inputs' second moments, U with ones on its diagonal and nothing below, an error e in the column k is answered
by e·U[k, j] in each column j behind it, and the D are what then remains of errors. It is done for 256 columns at a time, which
share the scale of scales: all columns of a long row would take minutes.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pad

from ..linears.kernel import kernel

SPAN = 256
SHARED = 0.5
"""Of what two columns have in common in the text, what is believed of it: a few thousand tokens overstate it."""
FLOOR = 0.01
"""What every column matters at least, of their mean: the text doesn't use all that a model knows."""


def factors(inputs: Tensor) -> Tensor | None:
    """Of inputs (n, columns): (⌈columns / 256⌉, 256, 256), U with D on its diagonal. None where they aren't numbers."""
    if not bool(torch.isfinite(inputs).all()):
        return None
    columns = inputs.shape[1]
    spans = pad(inputs, (0, -columns % SPAN)).view(len(inputs), -1, SPAN).transpose(0, 1)
    moments = SHARED * (spans.transpose(1, 2) @ spans) / len(inputs)
    squares = spans.square().mean(1)
    least = FLOOR * squares.mean(1).mean() + torch.finfo(squares.dtype).tiny
    moments.diagonal(dim1=1, dim2=2).copy_(squares + least)
    return kernel().factor(moments.contiguous())
