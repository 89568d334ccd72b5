"""What only CUDA has: `capture` records work as a graph, `free` tells the memory that is left, `fused` compiles the small
steps. All of it was written without a GPU at hand; see docs/gpu.md."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .fused import Fused, add_and_norm, gate, turn


class Capturer:
    """A `graphs.Recorder` for one device. Its graphs share one pool of memory: what a graph computes on the way may be
    written over by the next one, and results are copied out before that runs."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._living: weakref.WeakSet[CudaGraph] = weakref.WeakSet()
        self._pool: Any = None

    def __call__(self, work: Callable[[], Tensor]) -> CudaGraph:
        with torch.cuda.device(self._device):
            # Once without recording, beside the stream: libraries allocate and compile in their first call, and that
            # can't be recorded. What it writes is what the recorded run writes.
            beside = torch.cuda.Stream()
            beside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(beside):
                work()
            torch.cuda.current_stream().wait_stream(beside)
            if not self._living:
                self._pool = torch.cuda.graph_pool_handle()  # torch takes no pool whose graphs are all gone
            graph = torch.cuda.CUDAGraph()
            # Only this thread is watched: a notebook's own code may use the GPU meanwhile.
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                result = work()
            recorded = CudaGraph(graph, result, self._device)
            self._living.add(recorded)
            recorded.replay()  # capturing computes nothing
            return recorded


class CudaGraph:
    """A `graphs.Recording`."""

    def __init__(self, graph: torch.cuda.CUDAGraph, result: Tensor, device: torch.device) -> None:
        self._graph, self._device = graph, device
        self.result = result

    def replay(self) -> None:
        with torch.cuda.device(self._device):
            self._graph.replay()


def free(device: torch.device) -> int:
    """Bytes that can be allocated: those that the device has, and those that torch holds without a use."""
    left: int = torch.cuda.mem_get_info(device)[0]
    return left + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)


def fused() -> Fused:
    """The small steps, compiled by torch when they first run. That takes seconds, and a C compiler on the machine."""
    compiled: Callable[..., Callable[..., object]] = torch.compile
    return Fused(compiled(add_and_norm), compiled(turn), compiled(gate))  # type: ignore[arg-type]
