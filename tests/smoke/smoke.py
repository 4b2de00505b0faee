"""A first use of all that an installed wheel brings: it needs NumPy alone, and runs in a browser too.

python -I smoke.py
"""

import pathlib
import sys
import tempfile

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor, Value, capture, grad, hessian, value_and_grad
from autograd.draw import draw, explain, play
from autograd.testing import gradcheck


def main() -> None:
    home = pathlib.Path(autograd.__file__).parents[1]
    assert home in map(pathlib.Path, sys.path) and not (home / "tests").exists(), "this is a checkout, not the wheel"

    w, x = Value(0.5, label="w"), Value(2.0, label="x")
    y = np.tanh(w * x + 1)
    y.backward()
    assert abs(w.grad - 2 * (1 - np.tanh(2.0) ** 2)) < 1e-12

    assert grad(grad(lambda x: x**3))(2.0) == 12.0
    assert np.allclose(hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0])), np.diag([6.0, 12.0]))
    assert gradcheck(np.exp, np.array([0.0, 1.0]), order=2).ok

    step = capture(value_and_grad(lambda x: np.sum(np.sin(x) * x)))
    points = [np.array([1.0, k]) for k in range(3)]
    slopes = [step(p)[1] for p in points]
    assert step.count == 1
    assert all(np.allclose(s, np.sin(p) + p * np.cos(p)) for s, p in zip(slopes, points, strict=True))

    model = nn.Sequential(nn.Linear(2, 8, generator=0), nn.Tanh(), nn.Linear(8, 1, generator=1))
    inputs, targets = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
    adam = optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        loss = nn.functional.mse_loss(model(inputs.astype(np.float32)), targets.astype(np.float32))
        adam.zero_grad()
        loss.backward()
        adam.step()
    assert loss.data < 0.01, loss

    with tempfile.TemporaryDirectory() as folder:
        saved = nn.save(model, pathlib.Path(folder, "xor.npz"))
        assert str(model.load_state_dict(nn.load(saved))).endswith("unexpected_keys=[])")
        drawn = Tensor([1.0, 2.0], requires_grad=True, label="t").sum()
        draw(drawn).save(pathlib.Path(folder, "graph.svg"))
        play(np.tanh(Value(0.5, label="w") * 2), pathlib.Path(folder, "steps.html"))
        assert "Derivative" in str(explain(np.tanh(Value(0.5, label="w") * 2)))

    print(f"The wheel works: Python {sys.version.split()[0]}, NumPy {np.__version__}, {sys.platform}.")


main()
