"""Writing into arrays that are part of the graph.

NumPy code writes into arrays, into views of them and through lists of indices. What it does there has a derivative.
"""

from __future__ import annotations

import numpy

from ..formulas import same
from ..judging import case


@same([1.0, 1.0], right=[6.0, 6.0], why="d Σ3x²/dx = 6x")
def result_scaled_in_place(np, x):
    """A result is scaled in place, `y *= 3`."""
    y = x * x
    y *= 3.0
    return np.sum(y)


@same([0.0, 0.0], right=[1.0, 1.0], why="d Σeˣ/dx = eˣ")
def saved_result_written(np, x):
    """`y = exp(x)`, whose rule needs y, is scaled in place after z was made of it."""
    y = np.exp(x)
    z = np.sum(y)
    y *= 5.0
    return z


@same([1.0, 1.0], right=[8.0, 2.0], why="y is (2x₁, x₂), and Σy² has the slopes 8x₁ and 2x₂")
def view_written(np, x):
    """A part is taken and scaled in place, which NumPy does in the array itself."""
    y = x * 1.0
    head = y[:1]
    head *= 2.0
    return np.sum(y**2)


@same([[1.0, 1.0], [1.0, 1.0]], right=[[2.0, 2.0], [6.0, 6.0]], why="d Σkx²/dx = 2kx with k = 1 and 3 for the rows")
def rows_scaled_in_a_loop(np, x):
    """`for k, row in zip(scale, y): row *= k`, as NumPy code does."""
    y = x**2
    for k, row in zip((1.0, 3.0), y, strict=True):
        row *= k
    return np.sum(y)


def element_assigned_in_jax(jnp, x):
    y = x * 1.0
    y = y.at[0].set(5.0)
    return jnp.sum(y**2)


@same([1.0, 1.0], right=[0.0, 2.0], why="y[0] is 5, whatever x[0] is", jax=element_assigned_in_jax)
def element_assigned(np, x):
    """`y[0] = 5` replaces an element, as of a boundary condition."""
    y = x * 1.0
    y[0] = 5.0
    return np.sum(y**2)


def repeated_index_in_jax(jnp, x):
    y = x * 0.0
    i = jnp.array([0, 0])
    y = y.at[i].set(y[i] + x)
    return jnp.sum(y)


@same(
    [1.0, 2.0],
    right=[0.0, 1.0],
    why="NumPy adds to the old y[0] each time, and the last one stays",
    jax=repeated_index_in_jax,
)
def repeated_index_assigned(np, x):
    """`y[[0, 0]] += x`: the index is repeated."""
    y = x * 0.0
    y[[0, 0]] += x
    return np.sum(y)


@same(
    [1.0, 2.0], right=[2.0, 4.0], why="d Σx²/dx = 2x",
    lacks={"jax": "has no `data` behind the graph", "hips": "has no `data` behind the graph"},
)  # fmt: skip
def numbers_behind_the_graph(np, x):
    """`y.data *= 0` writes behind the graph's back."""
    y = x * 1.0
    z = np.sum(y**2)
    y.data *= 0.0
    return z


@same([1.0, 2.0], right=[3.0, 4.0], why="d Σax/dx = a, of the a that was used", buffer=[3.0, 4.0], becomes=[3.0, 4.0])
def result_written_over_an_operand(np, x, a):
    """`multiply(a, x, out=a)` saves memory by writing the result over an operand."""
    return np.sum(np.multiply(a, x, out=a))


@same([1.0, 2.0], right=[3.0, 1.0], why="x₁ lies in the bins of weight 1 and 2, x₂ in that of weight 1")
def scattered_sums(np, x):
    """Three numbers are added into bins by `np.add.at`, and the bins are weighed."""
    bins = numpy.zeros(3)
    numpy.add.at(bins, [0, 1, 2], x[numpy.array([0, 0, 1])])
    return np.sum(numpy.array([1.0, 2.0, 1.0]) * bins)


@case(right=[1.0, 1.0], why="d Σeˣ/dx = eˣ = 1 at 0")
class numbers_of_a_result_written:
    """The array of a result, whose rule needs it, is taken out for plotting and normalised there."""

    def chalkgrad(np, Tensor):
        x = Tensor([0.0, 0.0], requires_grad=True)
        y = np.exp(x)
        picture = y.numpy()
        picture -= picture.mean()
        np.sum(y).backward()
        return x.grad

    def pytorch(torch):
        x = torch.tensor([0.0, 0.0], requires_grad=True)
        y = torch.exp(x)
        picture = y.detach().numpy()
        picture -= picture.mean()
        y.sum().backward()
        return x.grad

    def jax(np, jax, jnp):
        y, pull = jax.vjp(jnp.exp, jnp.array([0.0, 0.0]))
        picture = np.asarray(y)
        picture -= picture.mean()
        return pull(jnp.ones(2))[0]

    def hips(np, make_vjp):
        pull, y = make_vjp(np.exp)(np.array([0.0, 0.0]))
        picture = y
        picture -= picture.mean()
        return pull(np.ones(2))

    def mygrad(np, mg):
        x = mg.tensor([0.0, 0.0])
        y = mg.exp(x)
        picture = y.data
        picture -= picture.mean()
        mg.sum(y).backward()
        return x.grad


@case(right=[2.0, 4.0], why="2x of the x that was used")
class leaf_written:
    """A parameter itself is written to after it was used."""

    def chalkgrad(np, Tensor):
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = np.sum(x**2)
        x += 1.0
        y.backward()
        return x.grad

    def pytorch(torch):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = (x**2).sum()
        x += 1.0
        y.backward()
        return x.grad

    def jax(np, jax, jnp):
        x = np.array([1.0, 2.0])
        _, pull = jax.vjp(lambda x: jnp.sum(x**2), x)
        x += 1.0
        return pull(1.0)[0]

    def hips(np, make_vjp):
        x = np.array([1.0, 2.0])
        pull, _ = make_vjp(lambda x: np.sum(x**2))(x)
        x += 1.0
        return pull(1.0)

    def mygrad(mg):
        x = mg.tensor([1.0, 2.0])
        y = mg.sum(x**2)
        x += 1.0
        y.backward()
        return x.grad
