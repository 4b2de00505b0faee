"""Arrays that change between forward and backward.

The NumPy array that went into an expression is the user's own, and the next line may write to it. The derivative is
that of the numbers that were used.
"""

from __future__ import annotations

from ..formulas import formula
from ..judging import case

formula(
    "operand_overwritten", "A plain array that the tensor was multiplied by is overwritten.",
    lambda np, x, a: np.sum(a * x), [1.0, 2.0], right=[3.0, 4.0], why="d Σax/dx = a", buffer=[3.0, 4.0], becomes=0.0,
)  # fmt: skip
formula(
    "base_of_an_operand_overwritten", "A view of an array was an operand, and the array is overwritten.",
    lambda np, x, a: np.sum(a[0] * x), [1.0, 2.0], right=[3.0, 4.0], why="d Σax/dx = a", buffer=[[3.0, 4.0]],
    becomes=0.0,
)  # fmt: skip
formula(
    "exponent_overwritten", "The array of exponents is overwritten.",
    lambda np, x, a: np.sum(x**a), [1.0, 2.0], right=[2.0, 12.0], why="d xᵃ/dx = a xᵃ⁻¹", buffer=[2.0, 3.0],
    becomes=0.0,
)  # fmt: skip
formula(
    "indices_overwritten", "The array of indices is overwritten.",
    lambda np, x, i: np.sum(x[i]), [1.0, 2.0, 3.0], right=[0.0, 2.0, 1.0], why="x[1] was taken twice, x[2] once",
    buffer=[1, 1, 2], becomes=0,
)  # fmt: skip
formula(
    "mask_overwritten", "The mask of a `where` is overwritten.",
    lambda np, x, m: np.sum(np.where(m, x, 0.0)), [1.0, 2.0], right=[1.0, 0.0], why="only x[0] was taken",
    buffer=[True, False], becomes=False,
)  # fmt: skip
formula(
    "boolean_index_overwritten", "The array of booleans that chose elements is overwritten.",
    lambda np, x, m: np.sum(x[m] ** 2), [1.0, 2.0], right=[2.0, 0.0], why="only x[0] was taken",
    buffer=[True, False], becomes=[False, True],
)  # fmt: skip
formula(
    "target_overwritten", "The array of targets is filled with those of the next batch before `backward()`.",
    lambda np, x, t: -np.sum(t * np.log(x)), [0.5, 0.25], right=[-2.0, 0.0], why="d(-Σ t log x)/dx = -t/x",
    buffer=[1.0, 0.0], becomes=[0.0, 1.0],
)  # fmt: skip


@case(right=[2.0, 4.0], why="d Σx²/dx = 2x")
class input_overwritten:
    """The array that the input was made from is overwritten."""

    def chalkgrad(np, Tensor):
        a = np.array([1.0, 2.0])
        x = Tensor(a, requires_grad=True)
        y = np.sum(x**2)
        a[:] = 100.0
        y.backward()
        return x.grad

    def pytorch(np, torch):
        a = np.array([1.0, 2.0])
        x = torch.from_numpy(a).requires_grad_()
        y = (x**2).sum()
        a[:] = 100.0
        y.backward()
        return x.grad

    def jax(np, jax, jnp):
        a = np.array([1.0, 2.0])
        _, pull = jax.vjp(lambda x: jnp.sum(x**2), a)
        a[:] = 100.0
        return pull(1.0)[0]

    def hips(np, make_vjp):
        a = np.array([1.0, 2.0])
        pull, _ = make_vjp(lambda x: np.sum(x**2))(a)
        a[:] = 100.0
        return pull(1.0)

    def mygrad(np, mg):
        a = np.array([1.0, 2.0])
        x = mg.tensor(a)
        y = mg.sum(x**2)
        a[:] = 100.0
        y.backward()
        return x.grad


@case(right=[4.0, 6.0], why="the gradient of a sum is the sum of the gradients: (1, 2) + (3, 4)")
class batch_buffer_reused:
    """One buffer is filled with each batch in turn, and the losses of all batches are added up."""

    def chalkgrad(np, Tensor):
        buffer = np.empty(2)
        w = Tensor([1.0, 1.0], requires_grad=True)
        total = 0.0
        for batch in ([1.0, 2.0], [3.0, 4.0]):
            buffer[:] = batch
            total = total + w @ buffer
        total.backward()
        return w.grad

    def pytorch(np, torch):
        buffer = np.empty(2)
        w = torch.ones(2, dtype=torch.float64, requires_grad=True)
        total = 0.0
        for batch in ([1.0, 2.0], [3.0, 4.0]):
            buffer[:] = batch
            total = total + w @ torch.from_numpy(buffer)
        total.backward()
        return w.grad

    def jax(np, jax, jnp):
        buffer = np.empty(2)

        def total(w):
            total = 0.0
            for batch in ([1.0, 2.0], [3.0, 4.0]):
                buffer[:] = batch
                total = total + w @ buffer
            return total

        return jax.grad(total)(jnp.array([1.0, 1.0]))

    def hips(np, numpy, grad):
        buffer = numpy.empty(2)

        def total(w):
            total = 0.0
            for batch in ([1.0, 2.0], [3.0, 4.0]):
                buffer[:] = batch
                total = total + np.dot(w, buffer)
            return total

        return grad(total)(np.array([1.0, 1.0]))

    def mygrad(np, mg):
        buffer = np.empty(2)
        w = mg.tensor([1.0, 1.0])
        total = 0.0
        for batch in ([1.0, 2.0], [3.0, 4.0]):
            buffer[:] = batch
            total = total + w @ buffer
        total.backward()
        return w.grad


@case(right=[2.0, 4.0], why="d Σx²/dx = 2x")
class weights_updated_too_early:
    """Gradient descent moves the array of weights in place while a loss of it still waits for its backward pass."""

    def chalkgrad(np, Tensor):
        w = Tensor([1.0, 2.0], requires_grad=True)
        first, second = np.sum(w), np.sum(w**2)
        first.backward()
        w.data = w.data - 0.1 * w.grad
        w.grad = None
        second.backward()
        return w.grad

    def pytorch(torch):
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        first, second = w.sum(), (w**2).sum()
        first.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad = None
        second.backward()
        return w.grad

    def jax(np, jax, jnp):
        w = np.array([1.0, 2.0])
        first, second = jax.vjp(jnp.sum, w)[1], jax.vjp(lambda w: jnp.sum(w**2), w)[1]
        w -= 0.1 * np.asarray(first(1.0)[0])
        return second(1.0)[0]

    def hips(np, make_vjp):
        w = np.array([1.0, 2.0])
        first, second = make_vjp(np.sum)(w)[0], make_vjp(lambda w: np.sum(w**2))(w)[0]
        w -= 0.1 * first(1.0)
        return second(1.0)

    def mygrad(np, mg):
        w = mg.tensor([1.0, 2.0])
        first, second = mg.sum(w), mg.sum(w**2)
        first.backward()
        w.data -= 0.1 * w.grad
        w.null_grad()
        second.backward()
        return w.grad


@case(right=[1.0, 1.0], why="the first gradient, of Σx, was asked for and kept")
class kept_gradient_changes:
    """A gradient is kept, and another backward pass follows."""

    def chalkgrad(np, Tensor):
        x = Tensor([1.0, 2.0], requires_grad=True)
        np.sum(x).backward()
        first = x.grad
        np.sum(x**2).backward()
        return first

    def pytorch(torch):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        x.sum().backward()
        first = x.grad
        (x**2).sum().backward()
        return first

    def jax(jax, jnp):
        x = jnp.array([1.0, 2.0])
        first = jax.grad(jnp.sum)(x)
        jax.grad(lambda x: jnp.sum(x**2))(x)
        return first

    def hips(np, grad):
        x = np.array([1.0, 2.0])
        first = grad(np.sum)(x)
        grad(lambda x: np.sum(x**2))(x)
        return first

    def mygrad(mg):
        x = mg.tensor([1.0, 2.0])
        mg.sum(x).backward()
        first = x.grad
        mg.sum(x**2).backward()
        return first


@case(right=[1.0, 2.0], why="the weights before the step were noted")
class kept_weights_change:
    """The weights before a step of the optimizer are kept for comparison."""

    def chalkgrad(np, Tensor, optim):
        w = Tensor([1.0, 2.0], requires_grad=True)
        sgd = optim.SGD([w], lr=0.1)
        before = w.data
        np.sum(w**2).backward()
        sgd.step()
        return before

    def pytorch(torch, optim):
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        sgd = optim.SGD([w], lr=0.1)
        before = w.detach().numpy()
        (w**2).sum().backward()
        sgd.step()
        return before

    def jax(jax, jnp):
        w = jnp.array([1.0, 2.0])
        before = w
        w -= 0.1 * jax.grad(lambda w: jnp.sum(w**2))(w)
        return before

    def hips(np, grad):
        w = np.array([1.0, 2.0])
        before = w
        w -= 0.1 * grad(lambda w: np.sum(w**2))(w)
        return before

    def mygrad(mg):
        w = mg.tensor([1.0, 2.0])
        before = w.data
        mg.sum(w**2).backward()
        w.data -= 0.1 * w.grad
        return before


@case(
    right=[6.0, 12.0], why="d Σax²/dx = 2ax with the a = 3 of the forward pass",
    lacks={"mygrad": "does not recompute"},
)  # fmt: skip
class closure_changes:
    """A checkpointed function, which is run again for its gradient, reads an array that has changed."""

    def chalkgrad(np, Tensor, checkpoint):
        a = np.array([3.0, 3.0])
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = checkpoint(lambda x: np.sum(a * x**2), x)
        a[:] = 0.0
        y.backward()
        return x.grad

    def pytorch(np, torch):
        from torch.utils.checkpoint import checkpoint

        a = torch.tensor([3.0, 3.0])
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = checkpoint(lambda x: (a * x**2).sum(), x, use_reentrant=False)
        a[:] = 0.0
        y.backward()
        return x.grad

    def jax(np, jax, jnp):
        a = np.array([3.0, 3.0])
        _, pull = jax.vjp(jax.checkpoint(lambda x: jnp.sum(a * x**2)), jnp.array([1.0, 2.0]))
        a[:] = 0.0
        return pull(1.0)[0]

    def hips(np, numpy, make_vjp, checkpoint):
        a = numpy.array([3.0, 3.0])
        pull, _ = make_vjp(checkpoint(lambda x: np.sum(a * x**2)))(np.array([1.0, 2.0]))
        a[:] = 0.0
        return pull(1.0)
