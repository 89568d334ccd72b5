"""The network as training sees it: Qwen2's arithmetic, written short, with its projections fused.

The shape is transformers' `Qwen2ForCausalLM` exactly: `as_qwen2` gives the weights under Qwen2's names, and a test
holds the two against each other; `from_qwen2` takes them back. What isn't here: generation, caches and loading, which transformers does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    vocabulary: int
    width: int = 192
    inner: int = 512
    layers: int = 5
    heads: int = 4
    theta: float = 10000.0
    epsilon: float = 1e-6

    @property
    def head(self) -> int:
        """The width of one attention head."""
        return self.width // self.heads


class Norm(nn.Module):
    """Root-mean-square norm, spelled out so that a compiler can fuse it with its neighbours."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Scales each vector to unit mean square."""
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon))


class Block(nn.Module):
    """One layer: attention, then the gated two-layer net."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.before_attention, self.before_net = Norm(shape), Norm(shape)
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = nn.Linear(shape.width, 2 * shape.inner, bias=False)
        self.down = nn.Linear(shape.inner, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """One layer over `x` of shape (rows, length, width)."""
        rows, length, width = x.shape
        qkv = self.qkv(self.before_attention(x)).view(rows, length, 3, self.shape.heads, self.shape.head)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        query, key = turned(query, cos, sin), turned(key, cos, sin)
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(rows, length, width))
        gate, up = self.gate_up(self.before_net(x)).chunk(2, -1)
        added: Tensor = self.down(functional.silu(gate) * up)
        return x + added


def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions, with Qwen2's split in two halves."""
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


class Network(nn.Module):
    """Token ids to the final hidden states, and from those to the loss."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                last = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(weight, std=0.02 / (2 * shape.layers) ** 0.5 if last else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, ids: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """The final hidden states of `ids`."""
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, cos, sin)
        hidden: Tensor = self.norm(x)
        return hidden

    def loss(self, ids: Tensor, cos: Tensor, sin: Tensor, places: Tensor, wanted: Tensor) -> Tensor:
        """Mean loss of `wanted` at the flat `places`; logits, by the tied embedding, are made for those alone."""
        hidden = self(ids, cos, sin).flatten(0, 1)[places]
        return functional.cross_entropy(functional.linear(hidden, self.embedding.weight).float(), wanted)

    def rotary(self, length: int) -> tuple[Tensor, Tensor]:
        """Cosines and sines for the first `length` positions."""
        steps = torch.arange(0, self.shape.head, 2).float() / self.shape.head
        angles = torch.outer(torch.arange(length).float(), self.shape.theta**-steps)
        angles = torch.cat((angles, angles), -1)
        return angles.cos(), angles.sin()


def as_qwen2(network: Network) -> dict[str, Tensor]:
    """The weights under the names that Qwen2 gives them, projections split again."""
    named: dict[str, Tensor] = {
        "model.embed_tokens.weight": network.embedding.weight,
        "model.norm.weight": network.norm.weight,
    }
    for index, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        layer = f"model.layers.{index}."
        named[layer + "input_layernorm.weight"] = block.before_attention.weight
        named[layer + "post_attention_layernorm.weight"] = block.before_net.weight
        for letter, weight, bias in zip("qkv", block.qkv.weight.chunk(3), block.qkv.bias.chunk(3), strict=True):
            named[f"{layer}self_attn.{letter}_proj.weight"] = weight
            named[f"{layer}self_attn.{letter}_proj.bias"] = bias
        named[layer + "self_attn.o_proj.weight"] = block.out.weight
        gate, up = block.gate_up.weight.chunk(2)
        named[layer + "mlp.gate_proj.weight"], named[layer + "mlp.up_proj.weight"] = gate, up
        named[layer + "mlp.down_proj.weight"] = block.down.weight
    return {name: weight.detach().clone() for name, weight in named.items()}


def from_qwen2(network: Network, named: Mapping[str, Tensor]) -> None:
    """Gives `network` the weights that `as_qwen2` named, in its own precision."""
    own = {"embedding.weight": named["model.embed_tokens.weight"], "norm.weight": named["model.norm.weight"]}
    for index in range(network.shape.layers):
        layer, block = f"model.layers.{index}.", f"blocks.{index}."
        own[block + "before_attention.weight"] = named[layer + "input_layernorm.weight"]
        own[block + "before_net.weight"] = named[layer + "post_attention_layernorm.weight"]
        for part in ("weight", "bias"):
            own[f"{block}qkv.{part}"] = torch.cat([named[f"{layer}self_attn.{letter}_proj.{part}"] for letter in "qkv"])
        own[block + "out.weight"] = named[layer + "self_attn.o_proj.weight"]
        own[block + "gate_up.weight"] = torch.cat([named[f"{layer}mlp.{name}_proj.weight"] for name in ("gate", "up")])
        own[block + "down.weight"] = named[layer + "mlp.down_proj.weight"]
    network.load_state_dict(own)
