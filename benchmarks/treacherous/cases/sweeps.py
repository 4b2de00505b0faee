"""Backward passes.

Second ones, those of results with several elements, of complex numbers, of random functions, and rules of one's own.
"""

from __future__ import annotations

from ..judging import Refused, case


@case(right=[4.0, 8.0], why="two backward passes, each of which adds 2x")
class second_backward:
    """`backward()` is called twice on the same result."""

    def chalkgrad(np, Tensor):
        x = Tensor([1.0, 2.0], requires_grad=True)
        y = np.sum(x**2)
        y.backward()
        y.backward()
        return x.grad

    def pytorch(torch):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = (x**2).sum()
        y.backward()
        y.backward()
        return x.grad

    def jax(jax, jnp):
        _, pull = jax.vjp(lambda x: jnp.sum(x**2), jnp.array([1.0, 2.0]))
        return pull(1.0)[0] + pull(1.0)[0]

    def hips(np, make_vjp):
        pull, _ = make_vjp(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
        return pull(1.0) + pull(1.0)

    def mygrad(mg):
        x = mg.tensor([1.0, 2.0])
        y = mg.sum(x**2)
        y.backward()
        y.backward()
        return x.grad


@case(right=[6.0, 12.0], why="d(Σh + 2Σh)/dx with h = x²: 2x + 4x at (1, 2)")
class two_losses_of_a_shared_part:
    """Two losses share a part of the graph, and each is swept by itself."""

    def chalkgrad(np, Tensor):
        x = Tensor([1.0, 2.0], requires_grad=True)
        h = x**2
        np.sum(h).backward()
        np.sum(2 * h).backward()
        return x.grad

    def pytorch(torch):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        h = x**2
        h.sum().backward()
        (2 * h).sum().backward()
        return x.grad

    def jax(jax, jnp):
        x = jnp.array([1.0, 2.0])
        h, pull = jax.vjp(lambda x: x**2, x)
        return pull(jax.grad(jnp.sum)(h))[0] + pull(jax.grad(lambda h: jnp.sum(2 * h))(h))[0]

    def hips(np, make_vjp, grad):
        pull, h = make_vjp(lambda x: x**2)(np.array([1.0, 2.0]))
        return pull(grad(np.sum)(h)) + pull(grad(lambda h: np.sum(2 * h))(h))

    def mygrad(mg):
        x = mg.tensor([1.0, 2.0])
        h = x**2
        mg.sum(h).backward()
        mg.sum(2 * h).backward()
        return x.grad


@case(right=Refused(), why="there is no gradient of two numbers; their mean has half of what their sum has")
class backward_of_several:
    """The mean was forgotten: the loss is an array."""

    def chalkgrad(np, Tensor):
        x = Tensor([1.0, 2.0], requires_grad=True)
        (x**2).backward()
        return x.grad

    def pytorch(torch):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        (x**2).backward()
        return x.grad

    def jax(jax, jnp):
        return jax.grad(lambda x: x**2)(jnp.array([1.0, 2.0]))

    def hips(np, grad):
        return grad(lambda x: x**2)(np.array([1.0, 2.0]))

    def mygrad(mg):
        x = mg.tensor([1.0, 2.0])
        (x**2).backward()
        return x.grad


@case(right=6.0, why="d²x³/dx² = 6x at 1", lacks={"mygrad": "has no second derivatives"})
class second_derivative_accumulates:
    """The second derivative by `grad.backward()`, while the first one still lies in `x.grad`."""

    def chalkgrad(np, Tensor):
        x = Tensor(1.0, requires_grad=True)
        (x**3).backward(create_graph=True)
        x.grad.backward()
        return x.grad.data

    def pytorch(torch):
        x = torch.tensor(1.0, requires_grad=True)
        (x**3).backward(create_graph=True)
        x.grad.backward()
        return x.grad.detach()

    def jax(jax):
        return jax.grad(jax.grad(lambda x: x**3))(1.0)

    def hips(grad):
        return grad(grad(lambda x: x**3))(1.0)


@case(
    right=2.0 + 1.0j, why="the minimum of |z - c|² is c = 2 + i, to which a step of 1/2 goes at once",
    lacks={"mygrad": "has no complex numbers"},
)  # fmt: skip
class complex_descent:
    """Gradient descent on |z - c|²: which of two conjugate numbers goes downhill? (By hand in JAX and HIPS autograd,
    which have no optimizer for it.)"""

    def chalkgrad(np, Tensor, optim):
        z = Tensor(0.0 + 0.0j, requires_grad=True)
        sgd = optim.SGD([z], lr=0.5)
        (np.abs(z - (2 + 1j)) ** 2).backward()
        sgd.step()
        return z.data

    def pytorch(torch, optim):
        z = torch.tensor(0.0 + 0.0j, requires_grad=True)
        sgd = optim.SGD([z], lr=0.5)
        (torch.abs(z - (2 + 1j)) ** 2).backward()
        sgd.step()
        return z.detach()

    def jax(jax, jnp):
        z = 0.0 + 0.0j
        return z - 0.5 * jax.grad(lambda z: jnp.abs(z - (2 + 1j)) ** 2)(z)

    def hips(np, grad):
        z = 0.0 + 0.0j
        return z - 0.5 * grad(lambda z: np.abs(z - (2 + 1j)) ** 2)(z)


@case(
    right=[2.0, 0.0], why="2 for the element that the forward pass kept",
    lacks={"mygrad": "does not recompute"},
)  # fmt: skip
class random_recomputation:
    """A checkpointed function draws NumPy's random numbers for a dropout; it is run again for its gradient."""

    def chalkgrad(np, Tensor, checkpoint):
        draws = iter([np.array([1.0, 0.0]), np.array([0.0, 1.0])])  # the generator's
        x = Tensor([1.0, 3.0], requires_grad=True)
        checkpoint(lambda x: np.sum(2 * x * next(draws)), x).backward()
        return x.grad

    def pytorch(np, torch):
        draws = iter([torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])])
        x = torch.tensor([1.0, 3.0], requires_grad=True)
        y = torch.utils.checkpoint.checkpoint(lambda x: (2 * x * next(draws)).sum(), x, use_reentrant=False)
        y.backward()
        return x.grad

    def jax(jax, jnp):
        draws = iter([jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0])])
        return jax.grad(jax.checkpoint(lambda x: jnp.sum(2 * x * next(draws))))(jnp.array([1.0, 3.0]))

    def hips(np, grad, checkpoint):
        draws = iter([np.array([1.0, 0.0]), np.array([0.0, 1.0])])
        return grad(checkpoint(lambda x: np.sum(2 * x * next(draws))))(np.array([1.0, 3.0]))


@case(right=[2.0, 5.0], why="d ΣΣ a x/da = Σx over the rows to which a was broadcast: (1 + 1, 2 + 3)")
class own_rule_without_its_sum:
    """A rule of one's own forgets to sum over the rows to which its operand was broadcast."""

    def chalkgrad(np, Tensor, operation):
        @operation
        def scaled(a, x):
            return a * x

        @scaled.pull
        def _(g, x):
            return g * x

        a = Tensor([1.0, 1.0], requires_grad=True)
        np.sum(scaled(a, np.array([[1.0, 2.0], [1.0, 3.0]]))).backward()
        return a.grad

    def pytorch(torch):
        class Scaled(torch.autograd.Function):
            @staticmethod
            def forward(ctx, a, x):
                ctx.save_for_backward(x)
                return a * x

            @staticmethod
            def backward(ctx, g):
                return g * ctx.saved_tensors[0], None

        a = torch.tensor([1.0, 1.0], requires_grad=True)
        Scaled.apply(a, torch.tensor([[1.0, 2.0], [1.0, 3.0]])).sum().backward()
        return a.grad

    def jax(jax, jnp):
        @jax.custom_vjp
        def scaled(a, x):
            return a * x

        scaled.defvjp(lambda a, x: (a * x, (a, x)), lambda saved, g: (g * saved[1], g * saved[0]))
        x = jnp.array([[1.0, 2.0], [1.0, 3.0]])
        return jax.grad(lambda a: jnp.sum(scaled(a, x)))(jnp.array([1.0, 1.0]))

    def hips(np, grad, primitive, extend):
        @primitive
        def scaled(a, x):
            return a * x

        extend.defvjp(scaled, lambda y, a, x: lambda g: g * x, lambda y, a, x: lambda g: g * a)
        x = np.array([[1.0, 2.0], [1.0, 3.0]])
        return grad(lambda a: np.sum(scaled(a, x)))(np.array([1.0, 1.0]))

    def mygrad(np, mg):
        from mygrad.operation_base import Operation

        class Scaled(Operation):
            def __call__(self, a, x):
                self.variables = a, x
                return a.data * x.data

            def backward_var(self, grad, index, **_):
                a, x = self.variables
                return grad * (x.data if index == 0 else a.data)

        a = mg.tensor([1.0, 1.0])
        mg.sum(mg.execute_op(Scaled, a, np.array([[1.0, 2.0], [1.0, 3.0]]))).backward()
        return a.grad


@case(right=4.0, why="the compiled function stands for k·x², and k is 2 by now")
class compiled_with_an_old_number:
    """A function was compiled, where the library does so, and a number that it reads from outside changes."""

    def chalkgrad(np, grad):
        settings = {"k": 1.0}
        slope = grad(lambda x: settings["k"] * x**2)
        slope(1.0)
        settings["k"] = 2.0
        return slope(1.0)

    def pytorch(torch):
        settings = {"k": 1.0}
        slope = torch.func.grad(lambda x: settings["k"] * x**2)
        slope(torch.tensor(1.0))
        settings["k"] = 2.0
        return slope(torch.tensor(1.0))

    def jax(jax):
        settings = {"k": 1.0}
        slope = jax.jit(jax.grad(lambda x: settings["k"] * x**2))
        slope(1.0)
        settings["k"] = 2.0
        return slope(1.0)

    def hips(grad):
        settings = {"k": 1.0}
        slope = grad(lambda x: settings["k"] * x**2)
        slope(1.0)
        settings["k"] = 2.0
        return slope(1.0)

    def mygrad(mg):
        settings = {"k": 1.0}
        settings["k"] = 2.0
        x = mg.tensor(1.0)
        (settings["k"] * x**2).backward()
        return x.grad
