"""One training step of a transformer layer: width 128, 4 heads, feed-forward 512, sequence 64, batch 16, float32."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
from optim import SGD

from .measure import Race, Step
from .peers import load

WIDTH, HEADS, HIDDEN, LENGTH, BATCH = 128, 4, 512, 64, 16
RATE = 0.01


def batch() -> tuple[Any, Any]:
    """An input and a target."""
    rng = np.random.default_rng(0)
    return tuple(rng.normal(size=(BATCH, LENGTH, WIDTH)).astype(np.float32) for _ in range(2))


def ours() -> Step:
    x, t = map(nn.Parameter, batch())
    x.requires_grad = t.requires_grad = False
    model = nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, dropout=0.0, batch_first=True)
    sgd = SGD(model.parameters(), lr=RATE)

    def step() -> None:
        sgd.zero_grad()
        nn.functional.mse_loss(model(x), t).backward()
        sgd.step()

    return step


def pytorch() -> Step:
    torch = load("torch")
    x, t = map(torch.tensor, batch())
    model = torch.nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, dropout=0.0, batch_first=True)
    sgd = torch.optim.SGD(model.parameters(), lr=RATE)

    def step() -> None:
        sgd.zero_grad()
        torch.nn.functional.mse_loss(model(x), t).backward()
        sgd.step()

    return step


def jax() -> Step:
    jax = load("jax")
    np = load("jax.numpy")
    x, t = map(np.asarray, batch())
    state = nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN).state_dict()
    p = {name: np.asarray(array) for name, array in state.items()}

    def norm(x: Any, w: Any, b: Any) -> Any:
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5) * w + b

    def loss(p: Any, x: Any, t: Any) -> Any:
        def linear(x: Any, name: str, joint: str = ".") -> Any:
            return x @ p[f"{name}{joint}weight"].T + p[f"{name}{joint}bias"]

        qkv = linear(x, "self_attn.in_proj", "_").reshape(BATCH, LENGTH, 3, HEADS, WIDTH // HEADS)
        q, k, v = qkv.transpose(2, 0, 3, 1, 4)
        weights = jax.nn.softmax(q @ k.swapaxes(-1, -2) / (WIDTH // HEADS) ** 0.5, axis=-1)
        attended = (weights @ v).transpose(0, 2, 1, 3).reshape(x.shape)
        x = norm(x + linear(attended, "self_attn.out_proj"), p["norm1.weight"], p["norm1.bias"])
        change = linear(jax.nn.relu(linear(x, "linear1")), "linear2")
        y = norm(x + change, p["norm2.weight"], p["norm2.bias"])
        return ((y - t) ** 2).mean()

    @jax.jit
    def update(p: Any, x: Any, t: Any) -> Any:
        return jax.tree.map(lambda a, g: a - RATE * g, p, jax.grad(loss)(p, x, t))

    def step() -> None:
        nonlocal p
        p = jax.block_until_ready(update(p, x, t))

    return step


RACES = [Race("transformer layer step", ours, {"PyTorch": pytorch, "JAX, jit": jax}, {"PyTorch": 1.0})]
