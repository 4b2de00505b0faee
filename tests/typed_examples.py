"""Ordinary uses, and the types that mypy and editors know of them: ``test_types.py`` compares."""

from collections.abc import Callable
from typing import reveal_type

import numpy as np

import nn
import optim
from autograd import Tensor, Value, checkpoint, grad, no_grad, operation, value_and_grad
from autograd import math as amath
from autograd.testing import gradcheck
from nn import functional as F
from nn.training import Trainer

x = np.ones((8, 4))
t = Tensor(x, requires_grad=True)
reveal_type(t + 1)  # Tensor
reveal_type(2 * t)  # Tensor
reveal_type(t @ t.T)  # Tensor
reveal_type(t[0])  # Tensor
reveal_type(t.sum(axis=0))  # Tensor
reveal_type(t.tanh())  # Tensor
reveal_type(t.relu())  # Tensor
reveal_type(t.reshape(-1, 2))  # Tensor
reveal_type(t.shape)  # tuple[int, ...]
reveal_type(t.data)  # ndarray

v = Value(2.0)
reveal_type(v * 3 + 1)  # Value
reveal_type(v.tanh())  # Value
reveal_type(amath.exp(v))  # Value
reveal_type(amath.exp(2.0))  # float


def loss(w: Tensor, scale: float) -> Tensor:
    return (w * scale).sum()


reveal_type(grad(loss))  # def (w: Tensor, scale: float) -> Any
reveal_type(value_and_grad(loss))  # def (w: Tensor, scale: float) -> tuple[Any, Any]
reveal_type(checkpoint(loss, t, 2.0))  # Tensor
reveal_type(gradcheck(np.tanh, x).ok)  # bool


@no_grad()
def measure(values: Tensor) -> float:
    return values.mean().item()


reveal_type(measure)  # def (values: Tensor) -> float
log_cosh: Callable[..., object] = operation(kind="elementwise")(np.cosh)

linear = nn.Linear(4, 2)
reveal_type(linear.weight)  # Tensor
reveal_type(linear.forward(x))  # Tensor
reveal_type(F.relu(t))  # Tensor
reveal_type(F.relu(x))  # ndarray
reveal_type(F.mse_loss(t, x))  # Tensor
reveal_type(nn.LSTM(4, 2).forward(x))  # tuple[Tensor, tuple[Tensor, Tensor]]
reveal_type(linear.state_dict())  # dict[str, ndarray]

adam = optim.Adam(linear.parameters(), lr=1e-3)
trainer = Trainer(linear, nn.MSELoss(), adam, progress=False)
reveal_type(trainer.fit(nn.DataLoader(x, x[:, :2], batch_size=4), epochs=1))  # History
