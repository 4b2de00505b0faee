"""What is asked of each library: a program that must end without an error, or why it cannot be written there.

Convention: a program is the text that a user of the library would write, for its newest version. It asserts that its
result is right. ``Lacks`` says why there is no program.
"""

from __future__ import annotations

from dataclasses import dataclass

LIBRARIES = {
    "chalkgrad": "Chalkgrad", "micrograd": "micrograd", "hips": "HIPS autograd", "mygrad": "MyGrad",
    "tinygrad": "tinygrad", "torch": "PyTorch", "jax": "JAX",
}  # fmt: skip


@dataclass(frozen=True)
class Lacks:
    why: str


NUMBERS_ONLY = Lacks("it has numbers, no arrays")
FIRST_ORDER = Lacks("its gradients are plain numbers without a graph")
REVERSE_ONLY = Lacks("it has reverse mode alone")
NO_CHECK = Lacks("nothing of the kind is in the package")
EAGER = Lacks("there is nothing that compiles")
BACKEND = Lacks("its arrays are NumPy's, in main memory")
NO_PICTURE = Lacks("the package draws none; pictures are made by other packages")

QUESTIONS: dict[str, dict[str, str | Lacks]] = {
    "differentiates code written with plain `numpy`": {
        "chalkgrad": """
            import numpy as np
            from autograd import grad
            loss = lambda x: np.sum(np.log1p(np.exp(np.concatenate([x, -x]))) + np.linalg.norm(x - 1))
            assert np.allclose(grad(loss)(np.zeros(2)), -4 / np.sqrt(2))
        """,
        "micrograd": NUMBERS_ONLY,
        "hips": """
            import numpy as np
            from autograd import grad
            loss = lambda x: np.sum(np.log1p(np.exp(np.concatenate([x, -x]))) + np.linalg.norm(x - 1))
            assert np.allclose(grad(loss)(np.zeros(2)), -4 / np.sqrt(2))
        """,
        "mygrad": """
            import mygrad as mg, numpy as np
            x = mg.tensor([0.0, 0.0])
            np.sum(np.log1p(np.exp(np.concatenate([x, -x]))) + np.linalg.norm(x - 1)).backward()
            assert np.allclose(x.grad, -4 / np.sqrt(2))
        """,
        "tinygrad": """
            import numpy as np
            from tinygrad import Tensor
            x = Tensor([0.0, 0.0])
            np.sum(np.log1p(np.exp(np.concatenate([x, -x]))) + np.linalg.norm(x - 1)).backward()
            assert np.allclose(x.grad.numpy(), -4 / np.sqrt(2))
        """,
        "torch": """
            import numpy as np, torch
            x = torch.zeros(2, requires_grad=True)
            np.sum(np.log1p(np.exp(np.concatenate([x, -x]))) + np.linalg.norm(x - 1)).backward()
            assert np.allclose(x.grad, -4 / np.sqrt(2))
        """,
        "jax": """
            import jax, numpy as np
            loss = lambda x: np.sum(np.log1p(np.exp(np.concatenate([x, -x]))) + np.linalg.norm(x - 1))
            assert np.allclose(jax.grad(loss)(np.zeros(2)), -4 / np.sqrt(2))
        """,
    },
    "second derivatives": {
        "chalkgrad": """
            from autograd import grad
            assert grad(grad(lambda x: x**3))(2.0) == 12
        """,
        "micrograd": FIRST_ORDER,
        "hips": """
            from autograd import grad
            assert grad(grad(lambda x: x**3))(2.0) == 12
        """,
        "mygrad": FIRST_ORDER,
        "tinygrad": """
            from tinygrad import Tensor
            x = Tensor([2.0])
            g, = (x * x * x).sum().gradient(x)
            h, = g.sum().gradient(x)
            assert h.tolist() == [12]
        """,
        "torch": """
            import torch
            x = torch.tensor(2.0, requires_grad=True)
            g, = torch.autograd.grad(x**3, x, create_graph=True)
            assert torch.autograd.grad(g, x)[0] == 12
        """,
        "jax": """
            import jax
            assert jax.grad(jax.grad(lambda x: x**3))(2.0) == 12
        """,
    },
    "forward mode": {
        "chalkgrad": """
            import numpy as np
            from autograd import jvp
            assert jvp(np.sin, (0.0,), (2.0,))[1] == 2
        """,
        "micrograd": REVERSE_ONLY,
        "hips": """
            import autograd.numpy as np
            from autograd import make_jvp
            assert make_jvp(np.sin)(0.0)(2.0)[1] == 2
        """,
        "mygrad": REVERSE_ONLY,
        "tinygrad": REVERSE_ONLY,
        "torch": """
            import torch
            assert torch.func.jvp(torch.sin, (torch.tensor(0.0),), (torch.tensor(2.0),))[1] == 2
        """,
        "jax": """
            import jax, jax.numpy as jnp
            assert jax.jvp(jnp.sin, (0.0,), (2.0,))[1] == 2
        """,
    },
    "compiles a function whose `if` depends on numbers": {
        "chalkgrad": """
            from autograd import capture, grad
            f = capture(grad(lambda x: x * x if x > 0 else -3 * x))
            assert [float(f(x)) for x in (1.0, 2.0, -1.0, 3.0)] == [2, 4, -3, 6] and f.count == 2
        """,
        "micrograd": EAGER,
        "hips": EAGER,
        "mygrad": EAGER,
        "tinygrad": """
            from tinygrad import Tensor, TinyJit
            @TinyJit
            def f(x):
                y = x * x if x.item() > 0 else -3 * x
                return y.realize()
            assert [f(Tensor([x]).realize()).item() for x in (1.0, 2.0, 3.0, -1.0)] == [1, 4, 9, 3]
        """,
        "torch": """
            import torch
            f = torch.compile(lambda x: x * x if x > 0 else -3 * x, backend="aot_eager")
            for x, slope in [(1.0, 2), (2.0, 4), (-1.0, -3), (3.0, 6)]:
                t = torch.tensor(x, requires_grad=True)
                f(t).backward()
                assert t.grad == slope
        """,
        "jax": """
            import jax
            f = jax.jit(jax.grad(lambda x: x * x if x > 0 else -3 * x))
            assert [float(f(x)) for x in (1.0, 2.0, -1.0, 3.0)] == [2, 4, -3, 6]
        """,
    },
    "draws the graph with its numbers": {
        "chalkgrad": """
            from autograd import Value
            from autograd.draw import draw
            y = Value(2.0, label="x") * 3
            assert "<svg" in draw(y).svg
        """,
        "micrograd": Lacks("its `draw_dot` stands in a notebook beside the package"),
        "hips": NO_PICTURE,
        "mygrad": """
            import mygrad as mg
            from mygrad.computational_graph import build_graph
            x = mg.tensor(2.0)
            build_graph(x * 3, names={"x": x}, render=False)
        """,
        "tinygrad": Lacks("`VIZ=1` opens a page of its own graph of kernels, without the numbers"),
        "torch": NO_PICTURE,
        "jax": NO_PICTURE,
    },
    "catches a wrong hand-written gradient": {
        "chalkgrad": """
            import numpy as np
            from autograd.testing import gradcheck
            report = gradcheck(lambda x: np.sum(x**2), np.ones(2), grad=lambda x: 2.06 * x, raises=False)
            assert report.kind == "wrong"
        """,
        "micrograd": NO_CHECK,
        "hips": """
            import autograd.numpy as np
            from autograd.extend import defvjp, primitive
            from autograd.test_util import check_grads
            @primitive
            def square(x):
                return x**2
            defvjp(square, lambda y, x: lambda g: 2.06 * x * g)
            try:
                check_grads(square, modes=["rev"], order=1)(np.ones(2))
            except Exception:
                pass
            else:
                raise AssertionError("not noticed")
        """,
        "mygrad": NO_CHECK,
        "tinygrad": NO_CHECK,
        "torch": """
            import torch
            class Square(torch.autograd.Function):
                @staticmethod
                def forward(ctx, x):
                    ctx.save_for_backward(x)
                    return x**2
                @staticmethod
                def backward(ctx, g):
                    return 2.06 * ctx.saved_tensors[0] * g
            x = torch.ones(2, dtype=torch.float64, requires_grad=True)
            assert not torch.autograd.gradcheck(Square.apply, x, raise_exception=False)
        """,
        "jax": """
            import jax, jax.numpy as jnp
            from jax.test_util import check_grads
            @jax.custom_vjp
            def square(x):
                return x**2
            square.defvjp(lambda x: (x**2, x), lambda x, g: (2.06 * x * g,))
            try:
                check_grads(square, (jnp.ones(2),), order=1, modes=["rev"])
            except Exception:
                pass
            else:
                raise AssertionError("not noticed")
        """,
    },
    "property tests of gradients (Hypothesis)": {
        "chalkgrad": """
            import numpy as np
            from autograd.testing import given_gradcheck, strategies
            @given_gradcheck(x=strategies.arrays(3))
            def test(x):
                return np.sin(x)
            test()
        """,
        "micrograd": NO_CHECK, "hips": NO_CHECK, "mygrad": NO_CHECK, "tinygrad": NO_CHECK, "torch": NO_CHECK,
        "jax": NO_CHECK,
    },
    "layers, losses and optimizers": {
        "chalkgrad": """
            import numpy as np, nn, optim
            model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
            adam = optim.Adam(model.parameters())
            nn.CrossEntropyLoss()(model(np.ones((5, 1, 4, 4), np.float32)), np.zeros(5, int)).backward()
            adam.step()
        """,
        "micrograd": Lacks("a multi-layer perceptron alone"),
        "hips": Lacks("three optimizers in `autograd.misc`, and no layers"),
        "mygrad": Lacks("functions and losses, no optimizers"),
        "tinygrad": """
            from tinygrad import Context, Tensor, nn
            class Model:
                def __init__(self):
                    self.conv, self.linear = nn.Conv2d(1, 2, 3), nn.Linear(8, 3)
                def __call__(self, x):
                    return self.linear(self.conv(x).relu().flatten(1))
            model = Model()
            adam = nn.optim.Adam(nn.state.get_parameters(model))
            with Context(TRAINING=1):
                model(Tensor.ones(5, 1, 4, 4)).sparse_categorical_crossentropy(Tensor([0] * 5)).backward()
                adam.step()
        """,
        "torch": """
            import torch
            from torch import nn
            model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
            adam = torch.optim.Adam(model.parameters())
            nn.CrossEntropyLoss()(model(torch.ones(5, 1, 4, 4)), torch.zeros(5, dtype=int)).backward()
            adam.step()
        """,
        "jax": Lacks("they are packages of others: Flax, Equinox, Optax"),
    },
    "runs on GPUs": {
        "chalkgrad": Lacks("through CuPy (docs/guides/gpu.md), which has not been tried on a GPU"),
        "micrograd": NUMBERS_ONLY, "hips": BACKEND, "mygrad": BACKEND,
        "tinygrad": "documented", "torch": "documented", "jax": "documented",
    },
}  # fmt: skip
