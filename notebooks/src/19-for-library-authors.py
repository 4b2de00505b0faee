# %% [markdown]
# # For library authors: test your gradients
#
# You have written a function, and its gradient by hand: in NumPy, as a `torch.autograd.Function`, or with `jax.custom_vjp`.
# Is the gradient right? A difference quotient at one point answers for that point. Here
# [Hypothesis](https://hypothesis.readthedocs.io) draws the points, and when one fails, it looks for the simplest one that
# fails too.
#
# Below, three gradients have a mistake of 3 % each. Every one is found, and reduced to a single number.

# %%
import numpy as np
from hypothesis import Phase, settings

from autograd.testing import GradientError, adjoint_test, given_gradcheck, gradcheck, taylor_test
from autograd.testing import strategies as st

try:
    import torch
except ImportError:
    torch = None
try:
    import jax

    jax.config.update("jax_enable_x64", True)
except ImportError:
    jax = None

phases = [Phase.generate, Phase.shrink]
settings.register_profile("notebook", derandomize=True, database=None, deadline=None, phases=phases)
settings.load_profile("notebook")

found = {}


def fails(test):
    """Run a test that should fail, and print what pytest would print."""
    try:
        test()
    except GradientError as error:
        print(error, *error.__notes__, sep="\n")
        found[test.__name__] = error.report


# %% [markdown]
# ## NumPy: a function and its gradient
#
# $f(x) = \sum_i \log(1 + e^{x_i})$, written so that $e^x$ never overflows. Its gradient has two branches, and somebody was
# careless in one of them.


# %%
def energy(x):
    return np.sum(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def gradient(x):
    small = np.exp(-np.abs(x))
    return np.where(x > 0, 1, small) / (1 + small)


def careless(x):
    small = np.exp(-np.abs(x))
    return np.where(x > 0, 1, 1.03 * small) / (1 + small)


print(gradcheck(energy, np.array([0.5, 2.0]), grad=careless))


# %% [markdown]
# At these two points all is well, as it often is at the points one thinks of. So let Hypothesis think. The decorator
# `given_gradcheck` takes a strategy for each input; the test returns what is differentiated.


# %%
@given_gradcheck(x=st.arrays(), grad=careless)
def test_energy(x):
    return energy(x)


fails(test_energy)


# %% [markdown]
# The report names the element, both numbers, and how well the differences know theirs. The last lines are Hypothesis's: no
# simpler array fails. With the right gradient the test passes.


# %%
@given_gradcheck(x=st.arrays(), grad=gradient)
def test_energy_again(x):
    return energy(x)


test_energy_again()
print("passed")

# %% [markdown]
# ## PyTorch: a `torch.autograd.Function`
#
# $\operatorname{swish}(x) = x\, \sigma(x)$. A function of PyTorch is checked as it is: give it tensors of PyTorch.

# %%
if torch is None:
    print("PyTorch is not installed here: pip install torch")
else:

    class Swish(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            context.save_for_backward(x)
            return x * torch.sigmoid(x)

        @staticmethod
        def backward(context, g):
            (x,) = context.saved_tensors
            s = torch.sigmoid(x)
            return g * (s + 1.03 * x * s * (1 - s))

    @given_gradcheck(x=st.arrays((3,)).map(torch.tensor), modes=["reverse"])
    def test_swish(x):
        return Swish.apply(x)

    fails(test_swish)

# %% [markdown]
# The mistake is in the second term, which is 0 at $x = 0$: there the gradient is right. So the array shrinks to zeros but for
# one element, which becomes 1.
#
# ## JAX: `jax.custom_vjp`
#
# $\ell(x) = \sqrt{1 + \sum_i x_i^2}$. (In single precision, which is JAX's own, the check would allow for more rounding, and
# find the mistake all the same.)

# %%
if jax is None:
    print("JAX is not installed here: pip install jax")
else:
    import jax.numpy as jnp

    @jax.custom_vjp
    def length(x):
        return jnp.sqrt(1 + jnp.sum(x * x))

    def forward(x):
        y = length(x)
        return y, (x, y)

    def backward(saved, g):
        x, y = saved
        return (1.03 * g * x / y,)

    length.defvjp(forward, backward)

    @given_gradcheck(x=st.arrays().map(jnp.array), modes=["reverse"])
    def test_length(x):
        return length(x)

    fails(test_length)

# %% [markdown]
# ## Two other questions
#
# **How fast does the remainder fall?** For a right gradient $|f(x + hv) - f(x) - h \langle \nabla f(x), v \rangle|$ falls as
# $h^2$, for a wrong one as $h$, whatever the function is. The table is one to show to colleagues.

# %%
x = np.array([-1.5, -0.5, 2.0])
print(str(taylor_test(energy, x, grad=gradient)).splitlines()[0])
print(taylor_test(energy, x, grad=careless, raises=False))


# %% [markdown]
# **Does a linear operator have the adjoint that you wrote?** Solvers by Krylov subspaces, inverse problems and every backward
# pass need $\langle u, A v \rangle = \langle A^{\mathsf T} u, v \rangle$. That needs no differences, so it holds to rounding. Here
# $A$ takes differences of neighbours, and one sign at the edge of its adjoint is wrong.


# %%
def differences(v):
    return v[1:] - v[:-1]


def adjoint(u):
    return np.concatenate([-u[:1], u[:-1] - u[1:], u[-1:]])


def adjoint_with_a_slip(u):
    return np.concatenate([u[:1], u[:-1] - u[1:], u[-1:]])


print(adjoint_test(differences, np.ones(5), adjoint=adjoint))
print()
print(adjoint_test(differences, np.ones(5), adjoint=adjoint_with_a_slip, raises=False))

# %% [markdown]
# ## Into your own test suite
#
# `pip install 'chalkgrad[test]'`, and write tests as above:
#
# ```python
# from autograd.testing import given_gradcheck, strategies as st
#
# @given_gradcheck(x=st.arrays(), grad=mylib.gradient)
# def test_energy(x):
#     return mylib.energy(x)
#
# @given_gradcheck(a=st.positive_definite(3), b=st.arrays((3,)), grad=mylib.solve_gradient)
# def test_solve(a, b):
#     return mylib.energy_of_solution(a, b)
#
# @given_gradcheck(x=st.away_from((-1.0, 1.0), shape=(4,)), vjp=mylib.clip_vjp)  # it has kinks at -1 and 1
# def test_clip(x):
#     return mylib.clip(x)
# ```
#
# `pytest` runs them with everything else; `@settings`, `@example`, fixtures and `parametrize` work as with Hypothesis's own
# `@given`. At the end stands how many gradients were checked, with which verdicts, and where the largest error was:
#
# ```
# ================================== gradients ===================================
# 412 checks in 6 tests: 409 correct, 3 wrong; 12 at kinks
# largest relative error of a right derivative: 3.1e-10, tests/test_mine.py::test_energy (input 0[2], reverse)
# ```
#
# ## Exercises
#
# **1.** Huber's function is $x^2 / 2$ for $|x| < 1$ and $|x| - 1/2$ beyond; summed over an array, its gradient is
# `np.clip(x, -1, 1)`. Somebody wrote `np.minimum(x, 1)`. Write the test that finds it, and say before what the array shrinks to.
#
# <details><summary>Solution</summary>
#
# The slip shows where $x < -1$. The simplest such number is $-2$: whole, and small.
#
# ```python
# def huber(x):
#     return np.sum(np.where(np.abs(x) < 1, x * x / 2, np.abs(x) - 0.5))
#
#
# @given_gradcheck(x=st.arrays(), grad=lambda x: np.clip(x, -1, 1))
# def test_huber(x):
#     return huber(x)
#
#
# @given_gradcheck(x=st.arrays(), grad=lambda x: np.minimum(x, 1))
# def test_slipped(x):
#     return huber(x)
#
#
# test_huber()
# try:
#     test_slipped()
# except GradientError as error:
#     simplest = error.report
# assert simplest.kind == "wrong"
# ```
#
# </details>
#
# **2.** What is the adjoint of `np.cumsum`? Write it and test it.
#
# <details><summary>Solution</summary>
#
# Element $i$ of the input is in all sums from $i$ on, so the adjoint sums from the end.
#
# ```python
# verdict = adjoint_test(np.cumsum, np.ones(6), adjoint=lambda u: np.cumsum(u[::-1])[::-1])
# assert verdict.ok
# ```
#
# </details>
#
# **3.** How small a mistake is found? Replace the 3 % in `careless` by $10^{-3}, 10^{-5}, \dots$ and check at $x = -1$.
#
# <details><summary>Solution</summary>
#
# $10^{-7}$ is found, $10^{-9}$ is not. In double precision the check allows for a relative error of $10^{-8}$; where rounding spoils
# the differences, for as much as they say themselves.
#
# ```python
# def by_factor(mistake):
#     def rule(x):
#         small = np.exp(-np.abs(x))
#         return np.where(x > 0, 1, (1 + mistake) * small) / (1 + small)
#
#     return rule
#
#
# for mistake, small_enough in [(1e-3, False), (1e-5, False), (1e-7, False), (1e-9, True)]:
#     report = gradcheck(energy, np.array([-1.0]), grad=by_factor(mistake), raises=False)
#     assert report.ok == small_enough
# ```
#
# </details>
#
# ## What this notebook promises

# %%
expected = {"test_energy"} | ({"test_swish"} if torch else set()) | ({"test_length"} if jax else set())
assert set(found) == expected
assert all(report.kind == "wrong" for report in found.values())
print("every planted mistake was found")
