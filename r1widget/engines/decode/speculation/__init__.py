"""Guesses at the next few tokens, so that one pass of a model can check several: what to propose, and how many.

    proposer, depth = Proposer(prompt_ids, Table.for_tokenizer(fingerprint(vocabulary))), Depth(costs)
    draft = proposer.propose(depth.choose(other_rows), depth.floor)
    ...                                       # one pass over len(draft) + 1 rows; the model draws its own tokens
    depth.learn(len(draft), accepted)
    proposer.extend(drawn_ids)                # the accepted ones, and the one that the model drew after them

Nothing here samples and nothing here knows torch. A wrong guess costs time and never changes a token; docs/speculation.md
says why, and what was measured.
"""

from __future__ import annotations

from .costs import Costs
from .depth import Depth
from .proposer import Proposer
from .table import Table, fingerprint

__all__ = ["Costs", "Depth", "Proposer", "Table", "fingerprint"]
