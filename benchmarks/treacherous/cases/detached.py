"""Numbers that leave the graph.

Conversions, functions of other libraries and integers: what comes out looks like a number and has no derivative.
"""

from __future__ import annotations

import math

import numpy

from ..formulas import formula, same
from ..judging import case

formula(
    "float_of_a_tensor", "`float(x)` in a formula.",
    lambda np, x: x * float(x), 3.0, right=6.0, why="d x²/dx = 2x",
)  # fmt: skip
formula(
    "math_exp_of_a_tensor", "`math.exp(x)` in a formula.",
    lambda np, x: x * math.exp(x), 1.0, right=2 * math.e, why="(1 + x) eˣ",
)  # fmt: skip
formula(
    "asarray_of_a_tensor", "`np.asarray(x)` at the door of a function, as NumPy code does.",
    lambda np, x: np.sum(x * numpy.asarray(x)), [1.0, 2.0], right=[2.0, 4.0], why="d Σx²/dx = 2x",
)  # fmt: skip


@same(
    [1.0, 1.0], right=[2.0, 3.0], why="of x₁² + 3x₂",
    pytorch=lambda torch, x: x[0] * 0 + torch.sum(torch.tensor([x[0] ** 2, 3 * x[1]])),
    mygrad=lambda mg, x: x[0] * 0 + mg.sum(mg.tensor([x[0] ** 2, 3 * x[1]])),
)  # fmt: skip
def array_made_of_numbers(np, x):
    """An array is made of computed numbers: `np.array([x[0]**2, 3*x[1]])`, in each library's spelling."""
    return x[0] * 0 + np.sum(np.array([x[0] ** 2, 3 * x[1]]))


@same([1.0, 1.0], right=[2.0, 3.0], why="of x₁² + 3x₂")
def filled_array(np, x):
    """Results are written into an array that NumPy's `zeros` made beforehand."""
    y = numpy.zeros(2)
    y[0] = x[0] ** 2
    y[1] = 3 * x[1]
    return x[0] * 0 + numpy.sum(y)


@same(
    [1.0, 2.0],
    right=[2.0, 0.0],
    why="the first coefficient of (x₀z + x₁)(z + 1) is x₀, and its square has the slope 2x₀",
)
def function_without_a_derivative(np, x):
    """A function of NumPy for which the library has no derivative: `np.polymul`, a product of polynomials."""
    y = numpy.polymul(x, [1.0, 1.0])
    return y[0] * y[0]


@case(right=[0.5, 0.5], why="d mean(x)/dx = 1/n")
class integer_input:
    """The input is an array of integers, as 1 and 2 are without a point."""

    def chalkgrad(np, grad):
        return grad(lambda x: np.mean(x))(np.array([1, 2]))

    def pytorch(torch):
        x = torch.tensor([1, 2], requires_grad=True)
        (x / 2).sum().backward()
        return x.grad

    def jax(np, jax, jnp):
        return jax.grad(lambda x: jnp.mean(x))(np.array([1, 2]))

    def hips(np, grad):
        return grad(lambda x: np.mean(x))(np.array([1, 2]))

    def mygrad(mg):
        x = mg.tensor([1, 2])
        mg.mean(x).backward()
        return x.grad


@case(right=[0.75, -0.5], why="w - 0.375 · 2w from (3, -2)")
class integer_weights:
    """Weights that start as whole numbers move by fractions."""

    def chalkgrad(np, Tensor, optim):
        w = Tensor(np.array([3, -2]), requires_grad=True)
        sgd = optim.SGD([w], lr=0.375)
        np.sum(w**2).backward()
        sgd.step()
        return w.data

    def pytorch(torch, optim):
        w = torch.tensor([3, -2], requires_grad=True)
        sgd = optim.SGD([w], lr=0.375)
        (w**2).sum().backward()
        sgd.step()
        return w.detach()

    def jax(np, jax, jnp):
        w = np.array([3, -2])
        return w - 0.375 * jax.grad(lambda w: jnp.sum(w**2))(w)

    def hips(np, grad):
        w = np.array([3, -2])
        return w - 0.375 * grad(lambda w: np.sum(w**2))(w)

    def mygrad(mg):
        w = mg.tensor([3, -2])
        mg.sum(w**2).backward()
        w.data -= 0.375 * w.grad
        return w.data


@case(right=[2.0, 4.0], why="d Σx²/dx = 2x, whatever holds the numbers")
class object_array:
    """The numbers come in an array of dtype object, as tables of mixed columns give them."""

    def chalkgrad(np, Tensor):
        x = Tensor(np.array([1.0, 2.0], dtype=object), requires_grad=True)
        np.sum(x**2).backward()
        return x.grad

    def pytorch(np, torch):
        x = torch.tensor(np.array([1.0, 2.0], dtype=object), requires_grad=True)
        (x**2).sum().backward()
        return x.grad

    def jax(np, jax, jnp):
        return jax.grad(lambda x: jnp.sum(x**2))(np.array([1.0, 2.0], dtype=object))

    def hips(np, grad):
        return grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0], dtype=object))

    def mygrad(np, mg):
        x = mg.tensor(np.array([1.0, 2.0], dtype=object))
        mg.sum(x**2).backward()
        return x.grad


@case(right=[1.0, 1.0], why="w has the gradient x where x is known, 0 elsewhere; divided by x it is 1")
class masked_array:
    """A masked array hides a measurement that failed, in a weighted sum."""

    def chalkgrad(np, Tensor):
        data = np.ma.masked_greater([1.0, 2.0, 1e9], 100.0)
        w = Tensor([1.0, 1.0, 1.0], requires_grad=True)
        np.sum(w * data).backward()
        return w.grad[:2] / np.array([1.0, 2.0]) + w.grad[2]

    def pytorch(np, torch):
        data = np.ma.masked_greater([1.0, 2.0, 1e9], 100.0)
        w = torch.ones(3, dtype=torch.float64, requires_grad=True)
        (w * torch.tensor(data)).sum().backward()
        return w.grad[:2] / torch.tensor([1.0, 2.0]) + w.grad[2]

    def jax(np, jax, jnp):
        data = np.ma.masked_greater([1.0, 2.0, 1e9], 100.0)
        g = jax.grad(lambda w: jnp.sum(w * data))(jnp.ones(3))
        return g[:2] / np.array([1.0, 2.0]) + g[2]

    def hips(np, numpy, grad):
        data = numpy.ma.masked_greater([1.0, 2.0, 1e9], 100.0)
        g = grad(lambda w: np.sum(w * data))(np.ones(3))
        return g[:2] / np.array([1.0, 2.0]) + g[2]

    def mygrad(np, mg):
        data = np.ma.masked_greater([1.0, 2.0, 1e9], 100.0)
        w = mg.tensor([1.0, 1.0, 1.0])
        mg.sum(w * data).backward()
        return w.grad[:2] / np.array([1.0, 2.0]) + w.grad[2]
