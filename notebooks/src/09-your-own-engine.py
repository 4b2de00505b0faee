# %% [markdown]
# # Your own engine
#
# Part 2 of the lecture, slides *Forward Pass* and *Backward Pass*. The surest way to understand an engine is to write
# one. Here is one, in fewer than 60 lines. Then we ask whether it is right, and let
# [Hypothesis](https://hypothesis.readthedocs.io) look for expressions in which it is not.

# %%
import inspect
import math

import matplotlib.pyplot as plt
import numpy as np
from hypothesis import Phase, given, settings
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd import Value, grad
from autograd.draw import draw
from autograd.testing import gradcheck
from autograd.testing import strategies as st

# %config InlineBackend.figure_formats = ["svg"]

BLUE, ORANGE = "#0072b2", "#e69f00"

# %% [markdown]
# ## The rules
#
# First the calculus: the derivatives of each function, one for each operand. A rule gets the result $y$ and the operands. Many
# derivatives are shortest in terms of $y$, such as $\tanh' x = 1 - y^2$. For $y = a \cdot b$ they are $\partial y / \partial a = b$ and
# $\partial y / \partial b = a$.

# %%
RULES = {
    np.add: [lambda y, a, b: 1.0, lambda y, a, b: 1.0],
    np.subtract: [lambda y, a, b: 1.0, lambda y, a, b: -1.0],
    np.multiply: [lambda y, a, b: b, lambda y, a, b: a],
    np.divide: [lambda y, a, b: 1 / b, lambda y, a, b: -y / b],
    np.power: [lambda y, a, b: b * a ** (b - 1), lambda y, a, b: y * np.log(a)],
    np.negative: [lambda y, x: -1.0],
    np.square: [lambda y, x: 2 * x],
    np.sqrt: [lambda y, x: 0.5 / y],
    np.exp: [lambda y, x: y],
    np.log: [lambda y, x: 1 / x],
    np.sin: [lambda y, x: np.cos(x)],
    np.cos: [lambda y, x: -np.sin(x)],
    np.tanh: [lambda y, x: 1 - y * y],
}

# %% [markdown]
# ## Forward: remember what was computed
#
# A `Number` holds its value, and for each operand that it was computed from the *local derivative*, also as a number. That is all that
# the chain rule needs later. A rule runs only for operands that are `Number`s: in $x^2$ nobody needs the logarithm of $x$, which the
# derivative with respect to the exponent asks for.
#
# NumPy helps us to get hold of each operation. If an operand of `np.tanh`, `np.add` and their kin is an object with a method
# `__array_ufunc__`, NumPy calls that instead. And `NDArrayOperatorsMixin` makes operators of these functions: `a + b` becomes
# `np.add(a, b)`. So one method sees everything.
#
# ## Backward: each arrow once, and in order
#
# A number passes its gradient on when all its consumers have passed on theirs. (Notebook 8 shows what happens otherwise.) The first
# loop counts the consumers. The second one multiplies and adds.


# %%
class Number(NDArrayOperatorsMixin):
    """A number that remembers how it was computed."""

    rules = RULES

    def __init__(self, data, inputs=()):
        self.data = float(data)
        self.inputs = inputs  # pairs of an operand and the local derivative
        self.grad = 0.0
        self.waiting = 0  # the consumers that have not passed on their gradients yet

    def __array_ufunc__(self, function, method, *operands):
        if function not in self.rules:
            raise NotImplementedError(f"there is no rule for np.{function.__name__}")
        numbers = [x.data if isinstance(x, Number) else x for x in operands]
        y = function(*numbers)
        pairs = zip(operands, self.rules[function], strict=True)
        return type(self)(y, [(x, rule(y, *numbers)) for x, rule in pairs if isinstance(x, Number)])

    def backward(self):
        found = [self]
        for y in found:  # the list grows while we go through it
            for x, _ in y.inputs:
                if x.waiting == 0:
                    found.append(x)
                x.waiting += 1
            if y.inputs:
                y.grad = 0.0  # only inputs keep what earlier sweeps have left
        self.grad += 1.0
        ready = [self]
        for y in ready:
            for x, slope in y.inputs:
                x.grad += y.grad * slope
                x.waiting -= 1
                if x.waiting == 0:
                    ready.append(x)


lines = sum(len(inspect.getsource(f).splitlines()) for f in [Number.__init__, Number.__array_ufunc__, Number.backward])
size = len(RULES) + lines
print(size, "lines: the methods, and a line for each rule")

# %% [markdown]
# ## The lecture's network
#
# The worked example of the slides, with these numbers, by our engine and by the library's `Value`:


# %%
def network(x1, x2, y, w1, w2, b1, w3, w4, b2, w5, w6, b3):
    u1 = np.tanh(x1 * w1 + x2 * w2 + b1)
    u2 = np.tanh(x1 * w3 + x2 * w4 + b2)
    f = u1 * w5 + u2 * w6 + b3
    return 0.5 * (f - y) ** 2


def derivatives(engine, f, *numbers):
    """The value of f at these numbers, and its derivatives with respect to each, by an engine."""
    inputs = [engine(number) for number in numbers]
    y = f(*inputs)
    y.backward()
    return [y.data, *[x.grad for x in inputs]]


start = [1.0, -2.0, 1.0, 0.5, -0.25, 0.1, -0.3, 0.4, 0.2, 0.8, -0.6, -0.5]
ours, theirs = derivatives(Number, network, *start), derivatives(Value, network, *start)
names = list(inspect.signature(network).parameters)
print("         Number     Value")
for name, a, b in zip(["E", *names], ours, theirs, strict=True):
    print(f"{name:>5}  {a:+.6f} {b:+.6f}")

# %% [markdown]
# ## Expressions that nobody thought of
#
# One example proves little. Most of our rules did not even run. The kit in `autograd.testing.strategies` draws random functions,
# and prints them as code. Here are some of two numbers:

# %%
phases = [Phase.generate, Phase.shrink]
settings.register_profile("notebook", derandomize=True, database=None, deadline=None, phases=phases)
settings.load_profile("notebook")
drawn = []


@settings(max_examples=60)
@given(st.expressions(2))
def look(f):
    drawn.append(f)


look()
print(*[f for f in drawn if 30 < len(f.text) < 90][:8], sep="\n")

# %% [markdown]
# They look odd, but each is defined for all numbers between -2 and 2, and no slope gets huge. This is why you see many
# $1 + \tfrac12 \sin$: it keeps what follows away from 0. With `(a := ...)` a result gets a name and is used again: that is fan-out.
#
# The property to test: for every such $f$ and all $x$ and $y$, both engines find the same value and the same derivatives, up to rounding.

# %%
EXAMPLES = 200  # quick: 100
simplest = {}


def compare(engine):
    """Look for an expression in which an engine differs from Value; print the simplest one."""

    @settings(max_examples=EXAMPLES)
    @given(f=st.expressions(2), x=st.numbers(), y=st.numbers())
    def agree(f, x, y):
        simplest[engine] = f  # the last one that it tries is the one that it shows
        ours, theirs = derivatives(engine, f, x, y), derivatives(Value, f, x, y)
        message = f"{engine.__name__} says {np.round(ours, 6).tolist()}, Value {np.round(theirs, 6).tolist()}"
        assert np.allclose(ours, theirs, rtol=1e-8, atol=1e-8), message

    try:
        agree()
    except (AssertionError, NotImplementedError) as error:
        print(error, *error.__notes__, sep="\n")
        return False
    print(f"{engine.__name__} and Value agree on all")
    return True


gap = compare(Number)

# %% [markdown]
# It failed, and Hypothesis has made the failure small: it found no simpler expression and no simpler numbers that fail. We have no rule for
# `np.positive`, that is `+x`. The engine at least said so. We look up which functions the kit uses, and write down the rules
# that are missing.

# %%
RULES |= {
    np.positive: [lambda y, x: 1.0],
    np.conjugate: [lambda y, x: 1.0],
    np.reciprocal: [lambda y, x: -y * y],
    np.cbrt: [lambda y, x: 1 / (3 * y * y)],
    np.exp2: [lambda y, x: y * math.log(2)],
    np.expm1: [lambda y, x: y + 1],
    np.log2: [lambda y, x: 1 / (x * math.log(2))],
    np.log10: [lambda y, x: 1 / (x * math.log(10))],
    np.log1p: [lambda y, x: 1 / (1 + x)],
    np.tan: [lambda y, x: 1 + y * y],
    np.arcsin: [lambda y, x: 1 / np.sqrt(1 - x * x)],
    np.arccos: [lambda y, x: -1 / np.sqrt(1 - x * x)],
    np.arctan: [lambda y, x: 1 / (1 + x * x)],
    np.sinh: [lambda y, x: np.cosh(x)],
    np.cosh: [lambda y, x: np.sinh(x)],
    np.arcsinh: [lambda y, x: 1 / np.sqrt(x * x + 1)],
    np.arccosh: [lambda y, x: 1 / np.sqrt(x * x - 1)],
    np.arctanh: [lambda y, x: 1 / (1 - x * x)],
    np.deg2rad: [lambda y, x: math.pi / 180],
    np.radians: [lambda y, x: math.pi / 180],
    np.rad2deg: [lambda y, x: 180 / math.pi],
    np.degrees: [lambda y, x: 180 / math.pi],
    np.hypot: [lambda y, a, b: a / y, lambda y, a, b: b / y],
    np.arctan2: [lambda y, a, b: b / (a * a + b * b), lambda y, a, b: -a / (a * a + b * b)],
    np.logaddexp: [lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(b - y)],
}
passed = compare(Number)


# %% [markdown]
# ## Would it have found a mistake?
#
# A test that passes says little until it has failed once. So we plant mistakes. First in the backward pass: a search in depth
# that visits each number once, without waiting for all its consumers.


# %%
class Impatient(Number):
    def backward(self):
        self.grad, seen = 1.0, []

        def pass_on(y):
            seen.append(y)
            for x, slope in y.inputs:
                x.grad += y.grad * slope
                if not any(x is other for other in seen):
                    pass_on(x)

        pass_on(self)


impatient = compare(Impatient)

# %% [markdown]
# This is the smallest graph in which the order matters, and Hypothesis has found it from nothing but the numbers. The sum gives $a$ a
# gradient of 1, $a$ passes it on to $x$, and the second 1 comes too late.

# %%
x = Value(0.5)
a = -x
y = a + a
draw(y, names=True)

# %% [markdown]
# Second, `=` instead of `+=`:


# %%
class Overwriting(Number):
    def backward(self):
        self.grad = 1.0
        ready = [self]
        for y in ready:
            for x, slope in y.inputs:
                x.grad = y.grad * slope
                ready.append(x)


overwriting = compare(Overwriting)


# %% [markdown]
# Third, a slip in a rule: $\partial (a / b) / \partial b = -a / b^2$, and somebody has written $-a / b$.


# %%
class Slipped(Number):
    rules = Number.rules | {np.divide: [lambda y, a, b: 1 / b, lambda y, a, b: -a / b]}


slipped = compare(Slipped)


# %% [markdown]
# The expression is longer here, since a denominator needs its distance from 0. But the division is in it, and nothing that could
# be left out.
#
# ## And if both were wrong?
#
# We have compared two engines. If both had the same mistake, no comparison would show it. The difference quotient knows no rules
# at all. `gradcheck` compares our derivatives with differences whose own error it estimates:


# %%
@settings(max_examples=EXAMPLES // 4)
@given(f=st.expressions(2), x=st.numbers(), y=st.numbers())
def check(f, x, y):
    gradcheck(f, x, y, grad=lambda x, y: tuple(derivatives(Number, f, x, y)[1:]), disconnected=True)


check()
print("right, by differences as well")


# %% [markdown]
# ## It trains
#
# XOR by a 2-4-1 network of sigmoid neurons, $\sigma(z) = 1 / (1 + e^{-z})$, and gradient descent with $\lambda = 1$. The same lines with
# `Number` and with `Value`, from the same weights:


# %%
def sigma(z):
    return 1 / (1 + np.exp(-z))


def train(engine, epochs):
    rng = np.random.default_rng(4)
    W = [[engine(w) for w in row] for row in rng.normal(0, 2, size=(4, 3))]
    v = [engine(w) for w in rng.normal(0, 2, size=5)]
    weights = [w for row in [*W, v] for w in row]
    errors = []
    for _ in range(epochs):
        E = 0.0
        for x1, x2, d in [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]:
            u = [sigma(w0 + w1 * x1 + w2 * x2) for w0, w1, w2 in W]
            y = sigma(v[0] + sum(vj * uj for vj, uj in zip(v[1:], u, strict=True)))
            E = E + 0.5 * (y - d) ** 2
        E.backward()
        for w in weights:
            w.data = w.data - 1.0 * w.grad
            w.grad = 0.0
        errors.append(E.data)
    return errors, [w.data for w in weights]


epochs = 300  # quick: 100
errors, weights = train(Number, epochs)
errors_of_value, weights_of_value = train(Value, epochs)
print(f"E = {errors[-1]:.6f} with Number, {errors_of_value[-1]:.6f} with Value")

figure, axes = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
some = np.unique(np.append(np.arange(0, epochs, 5), epochs - 1))
axes.plot(some, np.array(errors_of_value)[some], color=ORANGE, linewidth=5, alpha=0.6, label="Value")
axes.plot(some, np.array(errors)[some], color=BLUE, linewidth=1.5, label="Number")
axes.set(xlabel="epoch", ylabel="$E$", ylim=(0, None))
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# What does `Value` have that `Number` has not? It is several times faster, since operators do not go through `np.add`. It can differentiate
# derivatives, it says what to write instead of `math.tanh(v)`, and it decides what happens at kinks and poles. The principle is the same.
#
# ## Exercises
#
# **1.** Give `Number` rules for `np.absolute` and `np.maximum`, and also for `np.fabs`, `np.minimum`, `np.fmax` and `np.fmin`. With
# `st.expressions(2, smooth=False)` the kit draws them, too. What do you find out about ties?
#
# <details><summary>Solution</summary>
#
# With 1 for the larger and 0 for the smaller operand the test fails at `np.maximum(x, y)` with $x = y$: there the function has a kink.
# Any number between 0 and 1 is a subgradient; `Value` shares equally, and gives $|x|$ the derivative 0 at 0.
#
# ```python
# def larger(a, b):
#     return 1.0 * (a > b) + 0.5 * (a == b)
#
#
# class Kinked(Number):
#     rules = Number.rules | {
#         np.absolute: [lambda y, x: np.sign(x)],
#         np.fabs: [lambda y, x: np.sign(x)],
#         np.maximum: [lambda y, a, b: larger(a, b), lambda y, a, b: larger(b, a)],
#         np.minimum: [lambda y, a, b: larger(b, a), lambda y, a, b: larger(a, b)],
#         np.fmax: [lambda y, a, b: larger(a, b), lambda y, a, b: larger(b, a)],
#         np.fmin: [lambda y, a, b: larger(b, a), lambda y, a, b: larger(a, b)],
#     }
#
#
# @settings(max_examples=EXAMPLES)
# @given(f=st.expressions(2, smooth=False), x=st.numbers(), y=st.numbers())
# def agree_with_kinks(f, x, y):
#     assert np.allclose(derivatives(Kinked, f, x, y), derivatives(Value, f, x, y), rtol=1e-8, atol=1e-8)
#
#
# agree_with_kinks()
# assert derivatives(Kinked, np.maximum, 1.0, 1.0) == [1.0, 0.5, 0.5]
# ```
#
# </details>
#
# **2.** In *forward mode* the derivative with respect to one input is carried along with the value: of $y = f(a, b)$ it is
# $\dot y = \frac{\partial y}{\partial a} \dot a + \frac{\partial y}{\partial b} \dot b$. No graph is needed. Write it with the same rules.
#
# <details><summary>Solution</summary>
#
# ```python
# class Dual(NDArrayOperatorsMixin):
#     def __init__(self, data, tangent=0.0):
#         self.data, self.tangent = data, tangent
#
#     def __array_ufunc__(self, function, method, *operands):
#         numbers = [x.data if isinstance(x, Dual) else x for x in operands]
#         y = function(*numbers)
#         pairs = zip(operands, Number.rules[function], strict=True)
#         return Dual(y, sum(rule(y, *numbers) * x.tangent for x, rule in pairs if isinstance(x, Dual)))
#
#
# @settings(max_examples=EXAMPLES)
# @given(f=st.expressions(2), x=st.numbers(), y=st.numbers())
# def both_modes(f, x, y):
#     forward = [f(Dual(x, 1.0), Dual(y)).tangent, f(Dual(x), Dual(y, 1.0)).tangent]
#     assert np.allclose(forward, derivatives(Number, f, x, y)[1:], rtol=1e-8, atol=1e-8)
#
#
# both_modes()
# ```
#
# </details>
#
# **3.** Second derivatives. The rules are formulas of NumPy, so they can be applied to `Number`s, which are recorded. Make the
# gradients `Number`s that can be differentiated again. (Hint: a rule may run only when its derivative is asked for. Why?)
#
# <details><summary>Solution</summary>
#
# The derivative of $\sin$ is $\cos$, whose derivative is $-\sin$, and so on: if each rule ran at once and were recorded, there would be no end.
#
# ```python
# class Again(Number):
#     def __array_ufunc__(self, function, method, *operands):
#         y = super().__array_ufunc__(function, method, *operands)
#         pairs = zip(operands, self.rules[function], strict=True)
#         y.inputs = [(x, lambda rule=rule: rule(y, *operands)) for x, rule in pairs if isinstance(x, Number)]
#         return y
#
#     def backward(self):
#         found = [self]
#         for y in found:
#             y.grad = Again(0.0)
#             for x, _ in y.inputs:
#                 if x.waiting == 0:
#                     found.append(x)
#                 x.waiting += 1
#         self.grad = Again(1.0)
#         ready = [self]
#         for y in ready:
#             for x, slope in y.inputs:
#                 x.grad = x.grad + y.grad * slope()
#                 x.waiting -= 1
#                 if x.waiting == 0:
#                     ready.append(x)
#
#
# def second(f, number):
#     x = Again(number)
#     f(x).backward()
#     slope, x.grad = x.grad, Again(0.0)
#     slope.backward()
#     return x.grad.data
#
#
# @settings(max_examples=EXAMPLES // 4)
# @given(f=st.expressions(1, size=3), x=st.numbers())
# def second_order(f, x):
#     assert np.isclose(second(f, x), grad(grad(f))(x), rtol=1e-6, atol=1e-6)
#
#
# second_order()
# assert np.isclose(second(np.tanh, 0.5), -2 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2))
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert size < 60
assert np.allclose(ours, theirs, rtol=1e-12)
assert np.allclose(ours[1:], [grad(network, k)(*start) for k in range(12)], rtol=1e-12)
assert not gap and passed
assert not impatient and ":=" in simplest[Impatient].text
assert not overwriting and not slipped
assert "/" in simplest[Slipped].text
assert np.allclose(weights, weights_of_value, rtol=0, atol=1e-9) and errors[-1] < 0.5 * errors[0]
print("it agrees with Value")
