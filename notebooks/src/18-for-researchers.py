# %% [markdown]
# # For researchers
#
# The lecture minimises an error $E$ by its gradient. Statisticians, physicists and engineers do the same with other functions,
# and have them as NumPy code already. This lesson keeps that code as it is, and does four things with it:
#
# 1. take gradients of it;
# 2. fit a model by maximum likelihood with SciPy's optimizer, with standard errors from the Hessian;
# 3. capture a plain loop, so that it runs at the speed of compiled code;
# 4. give a function a derivative of one's own, and check it.

# %%
# %config InlineBackend.figure_formats = ["svg"]
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the arrays are small: one thread is enough

import io
import re
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

from autograd import Tensor, capture, grad, hessian, jacobian, operation, value_and_grad
from autograd.draw import draw
from autograd.testing import check_operation, gradcheck

DAYS = 1000  # quick: 600
SERIES = 40  # quick: 8


def timed(f, *args):
    """What f returns, and how many seconds it took."""
    begin = time.perf_counter()
    result = f(*args)
    return result, time.perf_counter() - begin


def told(f, *args):
    """What f returns; what it warns of is printed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = f(*args)
    for warning in caught:
        print(lines(warning.message))
    return result


def lines(x):
    """A text, with the lines that it names in this notebook alone."""
    return re.sub(r"/\S*:(\d+)", r"line \1", str(x))


# %% [markdown]
# ## Gradients of NumPy code
#
# A rod of 40 pieces is heated, and its ends are kept at temperature 0. Heat flows from piece to piece, in proportion to the
# conductivity $k_j$ of the joint between them. The temperatures $T$ then solve a system of linear equations. Written in NumPy:


# %%
def temperatures(k, heat):
    A = np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)
    return np.linalg.solve(A, heat)


def misfit(k, heat, measured):
    """Half the squared differences to what eight thermometers say."""
    return np.sum((temperatures(k, heat)[2::5] - measured) ** 2) / 2


heat = np.full(40, 1 / 40)
true_k = np.ones(41)
true_k[12:20] = 0.3  # insulated here
measured = temperatures(true_k, heat)[2::5]

# %% [markdown]
# Suppose that we believe in $k_j = 1$ everywhere. How does the misfit depend on each joint? `grad` takes the function as it
# stands: slices, `np.diag`, the solution of the equations.

# %%
k = np.ones(41)
slope = grad(misfit)(k, heat, measured)
print(slope.shape)


# %% [markdown]
# Without it one would change the joints one by one, and solve the equations twice for each: 82 times. The gradient costs the
# one solution of the forward pass, and one more with $A^\mathsf{T}$ on the way back, for 41 joints as for a million. (In physics
# this is called the adjoint method. It is backpropagation.)


# %%
def quotient(j, epsilon=1e-5):
    step = np.zeros(41)
    step[j] = epsilon
    return (misfit(k + step, heat, measured) - misfit(k - step, heat, measured)) / (2 * epsilon)


quotients = np.array([quotient(j) for j in range(41)])

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
left.plot(temperatures(k, heat), color="#0072B2", label="$k = 1$ everywhere")
left.plot(range(2, 40, 5), measured, "o", color="#D55E00", label="measured")
left.set(xlabel="piece", ylabel="temperature $T$")
left.legend()
right.plot(slope, color="#0072B2", label="gradient")
right.plot(quotients, ".", color="#D55E00", label="difference quotients")
right.axvspan(11.5, 19.5, color="0.9", label="insulated")
right.set(xlabel="joint $j$", ylabel=r"$\partial\,\mathrm{misfit} / \partial k_j$")
right.legend()
plt.show()

# %% [markdown]
# The slopes are largest right of the insulated joints. Lower conductivities there would heat the rod, which is too cold without;
# so the gradient does not show *where* the fault is, but which change would help most.
#
# Other derivatives are asked for in the same way. The Jacobian says how each thermometer depends on each joint. Parameters may
# come in a dict, and so does the gradient.

# %%
sensitivity = jacobian(lambda k: temperatures(k, heat)[2::5])(k)
print("Jacobian:", sensitivity.shape)
print("the gradient from it:", np.allclose(slope, (temperatures(k, heat)[2::5] - measured) @ sensitivity))

parts = grad(lambda p: misfit(p["k"], p["heat"], measured))({"k": k, "heat": heat})
print({name: part.shape for name, part in parts.items()})


# %% [markdown]
# What does *not* stay as it is: a plain array holds plain numbers, so nothing that is differentiated can be written into one.
# Such a line raises, and says what to write.


# %%
def products(x):
    y = np.ones(3)
    for i in range(1, 3):
        y[i:] = y[i - 1] * x[i]
    return y[2]


try:
    grad(products)(np.array([1.0, 2.0, 3.0]))
except TypeError as error:
    refused = str(error)
    print(refused)


# %%
def products(x):
    y = Tensor(np.ones(3))
    for i in range(1, 3):
        y[i:] = y[i - 1] * x[i]
    return y[2]


print(grad(products)(np.array([1.0, 2.0, 3.0])))

# %% [markdown]
# ## Maximum likelihood
#
# A model of a time series is a loop over time. Written plainly in Python it is easy to read. Here is one of volatility, fitted
# first as it stands, and captured after that.
#
# In a GARCH(1,1) model the variance $h_t$ of a return $r_t$ depends on the day before:
#
# $$r_t \sim N(0, h_t), \qquad h_{t+1} = \omega + \alpha r_t^2 + \beta h_t.$$
#
# After a large return, of either sign, large ones are more likely. Let us draw series of 1,000 days from it, where the
# parameters are known.


# %%
def simulate(p, days, count, generator):
    """Series from the model, one in each row."""
    omega, alpha, beta = p
    h = np.full(count, omega / (1 - alpha - beta))
    returns = np.empty((count, days))
    for t in range(days):
        returns[:, t] = np.sqrt(h) * generator.normal(size=count)
        h = omega + alpha * returns[:, t] ** 2 + beta * h
    return returns


truth = np.array([0.05, 0.15, 0.8])
series = simulate(truth, days=DAYS, count=SERIES, generator=np.random.default_rng(0))
returns = series[0]

plt.figure(figsize=(9, 2.2), layout="constrained")
plt.plot(returns, linewidth=0.6)
plt.xlabel("day")
plt.ylabel("return")
plt.show()


# %% [markdown]
# The negative logarithm of the likelihood is $\tfrac12 \sum_t (\log h_t + r_t^2 / h_t)$, up to a constant. Here it is, as
# one would write it for numbers. It is differentiable as it stands.


# %%
def loss(p, returns):
    omega, alpha, beta = p
    h = np.var(returns)
    total = 0.0
    for r in returns:
        total = total + np.log(h) + r * r / h
        h = omega + alpha * r * r + beta * h
    return total / 2


# %% [markdown]
# ### The fit, and its standard errors
#
# `value_and_grad(loss)` gives SciPy the loss and its gradient. The standard errors are the square roots of the diagonal of
# the inverse Hessian.

# %%
start = np.array([0.2, 0.1, 0.6])
bounds = [(1e-6, None), (0, 1), (0, 1)]


def fitted(loss_and_gradient, returns):
    return minimize(loss_and_gradient, start, args=(returns,), jac=True, bounds=bounds)


def errors(h):
    return np.sqrt(np.diag(np.linalg.inv(h)))


eager, seconds = timed(fitted, value_and_grad(loss), returns)
H, seconds_of_hessian = timed(hessian(loss), eager.x, returns)
for name, estimate, error in zip(["omega", "alpha", "beta"], eager.x, errors(H), strict=True):
    print(f"{name:5}  {estimate:.3f} ± {error:.3f}")
print(f"{eager.nfev} evaluations of loss and gradient")

# %% [markdown]
# That took some seconds: an evaluation has a few thousand steps forward and as many back, and each costs some microseconds of
# Python.
#
# ## Capture: the plain loop at the speed of compiled code
#
# `capture` records a function once, and then runs what was recorded as a program, without Python. It takes any function. The first call runs it as it stands, and records each call of NumPy that it makes. So what is
# captured here is the loss *and* its gradient: recorded are the steps of both. Later calls with arguments of the same shapes
# run the program.

# %%
step = capture(value_and_grad(loss))
curvature = capture(hessian(loss))

step(start, returns)  # recorded here
curvature(start, returns)
step(start, returns)  # the first run makes the program ready
curvature(start, returns)

captured, seconds_captured = timed(fitted, step, returns)
H_captured, seconds_of_hessian_captured = timed(curvature, captured.x, returns)
print("the same estimates:", np.allclose(captured.x, eager.x, rtol=1e-6))
print("the same Hessian:", np.allclose(H_captured, H, rtol=1e-6))
print(f"the fit took 1/{seconds / seconds_captured:.0f} of the time")
print(f"the Hessian took 1/{seconds_of_hessian / seconds_of_hessian_captured:.0f} of the time")

# %% [markdown]
# (Ratios of times differ from one computer to the next. Programs run fastest with the extra `fast`: a loop over instructions
# that is compiled once, for all programs. Without it they run by NumPy's functions.)
#
# Now other questions are cheap. Are the standard errors right, for instance? The series above are 40 draws of the
# same model; fit each of them, and look how far the estimates really scatter. All have 1,000 days, so the program is the
# same.

# %%
fits = [fitted(step, r).x for r in series]
scatter = np.std(fits, axis=0)
expected = np.mean([errors(curvature(p, r)) for p, r in zip(fits, series, strict=True)], axis=0)
print("estimates scatter by ", scatter.round(3))
print("standard errors, mean", expected.round(3))
print(step)

# %%
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
for i, (panel, name) in enumerate(zip(axes, [r"$\omega$", r"$\alpha$", r"$\beta$"], strict=True)):
    panel.hist(np.array(fits)[:, i], bins=10, density=True, color="#56B4E9", label=f"{SERIES} fits")
    grid = truth[i] + np.linspace(-4, 4, 101) * expected[i]
    bell = np.exp(-(((grid - truth[i]) / expected[i]) ** 2) / 2) / np.sqrt(2 * np.pi) / expected[i]
    panel.plot(grid, bell, color="black", label="by standard error")
    panel.axvline(truth[i], color="#D55E00", linestyle="--", label="truth")
    panel.set(xlabel=name, yticks=[])
axes[0].set_ylabel("density")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
plt.show()

# %% [markdown]
# ### What was recorded
#
# A program is a list of instructions on numbered arrays. That of the loss is long. What the recording noted was made shorter:
# equal instructions are merged, constants are computed beforehand, and what nobody reads is left out.

# %%
print(repr(step.program))
print(step.program.counts().most_common(4))

# %% [markdown]
# A smaller one can be read. `%0` is the argument; the other numbers are arrays of the program's own.

# %%
cubes = capture(value_and_grad(lambda x: np.sum(x**3)))
print(cubes(np.array([1.0, 2.0])))
print(cubes.program)

# %% [markdown]
# The gradient $3 x^2$ is in its last two lines. The program can also be drawn.

# %%
draw(cubes.program)


# %% [markdown]
# ### What is guarded
#
# Recording sees the way that the numbers took. A decision on a number is therefore a *guard*: each run checks that it falls as
# before. Where it does not, that call is recorded as another program, beside the first.


# %%
def huber(x):
    if abs(x) < 1:
        return x * x / 2
    return abs(x) - 1 / 2


huber = capture(huber)
for x in [0.5, 0.25, -3.0, 7.0, -0.5]:
    print(f"huber({x}) = {huber(x)}   {huber}")
print(lines(huber.program))


# %% [markdown]
# So `if` and `while` are right for all numbers, and the listing says on which line each decision was made. They are also fast,
# as long as there are not many ways through the function. (There is a limit, `capture(f, limit=16)`: after so many programs
# other calls run eagerly, with a warning that says what differs from call to call.)
#
# A loop that runs until it has converged has a program for each number of rounds. Capture its body instead: it is one.


# %%
@capture
def improved(x, a):
    """A step of Newton's method for the root of a."""
    return (x + a / x) / 2


def root(a):
    x = a
    while abs(x * x - a) > 1e-12 * a:
        x = improved(x, a)
    return x


print([round(root(a), 6) for a in [2.0, 9.0, 1e6]], improved)


# %% [markdown]
# `float(x)` makes a decision of a number: the program holds for this very number. Here each call sees another one, and is told
# so.


# %%
def scaled(x):
    return np.sum(x) / float(np.max(x))


scaled = capture(scaled, limit=4)
for k in range(6):
    told(scaled, np.array([1.0, 2.0 + k]))
print(scaled)


# %% [markdown]
# `x.item()` stays a number of the program, with which Python can compute as with any other.


# %%
def scaled_anew(x):
    return np.sum(x) / np.max(x).item()


scaled_anew = capture(scaled_anew)
for k in range(6):
    told(scaled_anew, np.array([1.0, 2.0 + k]))
print(scaled_anew)

# %% [markdown]
# ### What is read anew
#
# Names from outside are looked at in each call. Arrays are read where they are. A number that changes makes a new program once;
# from then on it is read anew.

# %%
rate = 0.5
weights = np.array([1.0, 2.0])


@capture
def energy(x):
    return rate * np.sum(weights * x)


x = np.ones(2)
print(energy(x))
weights[0] = 5.0
print(energy(x))
rate = 1.0
print(energy(x))
rate = 2.0
print(energy(x), energy)

# %% [markdown]
# Random generators draw anew in each run, and in the same order as without `capture`.

# %%
generator = np.random.default_rng(1)


def noisy(x):
    return x + generator.normal()


plain = [noisy(0.0) for _ in range(3)]
generator = np.random.default_rng(1)
noisy = capture(noisy)
drawn = [noisy(0.0) for _ in range(3)]
print(plain == drawn, noisy)


# %% [markdown]
# A whole number among the arguments is an option of the function, as an axis is, and each has its program. One that has had more
# than two values, as the number of a step, is read anew from then on.


# %%
@capture
def slower(x, k):
    return x / (k + 1)


for k in range(5):
    print(slower(1.0, k), slower)


# %% [markdown]
# An attribute that the function keeps is kept by the program, too.


# %%
class Average:
    """The mean of all that it was given."""

    def __init__(self):
        self.count, self.mean = 0.0, 0.0

    def __call__(self, x):
        self.count += 1
        self.mean += (x - self.mean) / self.count
        return self.mean


average = Average()
of = capture(average)
print([of(x) for x in [1.0, 2.0, 6.0, 11.0]], f"{of.count} program")

# %% [markdown]
# A list that grows is no program. Such a function runs eagerly, as right as before and as slow, and says why.

# %%
found = []


@capture
def remembered(x):
    found.append(np.sum(x))
    return found[-1]


for k in range(4):
    told(remembered, np.full(2, float(k)))
print(len(found))


# %% [markdown]
# ### What is frozen
#
# A program makes NumPy's calls, and nothing else that Python did. So a `print` is seen while recording alone.


# %%
@capture
def talking(x):
    print("recording")
    return 2 * x


print([talking(x) for x in [1.0, 2.0, 3.0]])

# %% [markdown]
# And what comes from where nobody can look again stays as it was: a file, for instance. (A clock, an iterator, a random
# generator without a seed are noticed: such a function runs eagerly, and says so.) `check=True` finds such things. It runs
# each call both ways, and raises at the first difference. Use it once, for a while, before you trust a function of your own.

# %%
readings = io.StringIO("1.0\n2.0\n3.0\n")  # a file


def measured(x):
    return x * float(readings.readline())


frozen = capture(measured)
print(frozen(1.0), frozen(1.0), "from the first reading both")

checked = capture(measured, check=True)
checked(1.0)
try:
    checked(1.0)
except RuntimeError as error:
    noticed = True
    print(type(error).__name__)
    print(str(error).splitlines()[0])

# %% [markdown]
# ## An operation of your own
#
# Some functions have a better derivative than that of their steps: what an iteration solves, what a compiled library
# computes. An example is Kepler's equation. A planet on an orbit of eccentricity $e$ is, at the mean anomaly $M$ (time, as an
# angle), at the eccentric anomaly $E$ with
#
# $$E - e \sin E = M.$$
#
# There is no formula for $E$. Newton's method finds it.


# %%
def newton(M, e):
    E = M + 0.85 * e * np.sign(np.sin(M))
    for _ in range(50):
        step = (E - e * np.sin(E) - M) / (1 - e * np.cos(E))
        E = E - step
        if np.max(np.abs(step)) < 1e-12:
            break
    return E


# %% [markdown]
# It can be differentiated as it stands, through all of its rounds. But once $E$ is found, its derivatives need no iteration.
# Differentiate the equation on both sides:
#
# $$\frac{\partial E}{\partial M} = \frac{1}{1 - e \cos E}, \qquad
# \frac{\partial E}{\partial e} = \frac{\sin E}{1 - e \cos E}.$$
#
# `operation` takes the function, and after it a rule for each input: the gradient of the input from that of the result, `g`.
# A rule names what it needs of the call, here the result `y` and the argument `e`.


# %%
@operation(kind="elementwise")
def kepler(M, e):
    return newton(M, e)


@kepler.pull
def _(g, y, e):
    return g / (1 - e * np.cos(y))


@kepler.pull
def _(g, y, e):
    return g * np.sin(y) / (1 - e * np.cos(y))


M = np.linspace(0.1, 6.2, 200)
for e, color in [(0.2, "#0072B2"), (0.6, "#009E73"), (0.9, "#D55E00")]:
    plt.plot(M, grad(lambda M, e=e: np.sum(kepler(M, e)))(M), color=color, label=f"e = {e}")
plt.gcf().set_size_inches(7, 2.8)
plt.xlabel("mean anomaly $M$")
plt.ylabel(r"$\partial E / \partial M$")
plt.legend()
plt.show()

# %% [markdown]
# (Near the sun, at $M = 0$, a planet is fast.) Both ways agree. In the graph, the operation is one node.

# %%
print(f"through the rounds: {grad(lambda e: np.sum(newton(M, e)))(0.6):.10f}")
print(f"by the rule:        {grad(lambda e: np.sum(kepler(M, e)))(0.6):.10f}")

e = Tensor(0.6, requires_grad=True)
print("through the rounds:", repr(draw(newton(1.0, e))).split(";")[0])
print("by the rule:       ", repr(draw(kepler(1.0, e))).split(";")[0])

# %% [markdown]
# ### Is the rule right?
#
# `gradcheck` compares it with differences, here at second order too: rules are NumPy code, so they are differentiated in their
# turn.

# %%
at = np.array([0.3, 1.5, 4.0])
verdict = gradcheck(kepler, at, 0.6, order=2)
print(verdict)

# %% [markdown]
# `check_operation` holds it to all laws that the engine's own operations are held to. It lists them.

# %%
laws = check_operation(kepler, at, 0.6)
print(laws)


# %% [markdown]
# And if there is a slip in it? Let us write $\sin M$ for $\sin E$.


# %%
@operation(kind="elementwise")
def slipped(M, e):
    return newton(M, e)


@slipped.pull
def _(g, y, e):
    return g / (1 - e * np.cos(y))


@slipped.pull
def _(g, M, y, e):
    return g * np.sin(M) / (1 - e * np.cos(y))


slip = gradcheck(slipped, at, 0.6, raises=False)
print(slip)

# %% [markdown]
# The next lesson has more on such checks.
#
# ### In use
#
# A planet's distance from the sun is proportional to $1 - e \cos E$. From 60 distances, measured with errors of 0.02, the
# eccentricity is estimated as above: loss, gradient, Hessian, all through the operation.

# %%
times = np.linspace(0.1, 6.2, 60)
distances = 1 - 0.4 * np.cos(kepler(times, 0.4)) + 0.02 * np.random.default_rng(2).normal(size=60)


def orbit_loss(p):
    return np.sum(((1 - p[0] * np.cos(kepler(times, p[0])) - distances) / 0.02) ** 2) / 2


orbit = minimize(value_and_grad(orbit_loss), np.array([0.1]), jac=True, bounds=[(0, 0.9)])
orbit_error = errors(hessian(orbit_loss)(orbit.x))
print(f"e = {orbit.x[0]:.4f} ± {orbit_error[0]:.4f}")

# %% [markdown]
# ## Exercises
#
# **1.** The sum $\alpha + \beta$ says how long a shock to the volatility lasts. What is its standard error? (If $V$ is the
# inverse Hessian, a function $s(p)$ has the variance $\nabla s^\mathsf{T} V\, \nabla s$ to first order.) Compare with the
# standard errors of $\alpha$ and $\beta$ alone.
#
# <details><summary>Solution</summary>
#
# The estimates of $\alpha$ and $\beta$ vary against each other, so their sum is known better than $\beta$ is.
#
# ```python
# V = np.linalg.inv(H)
# slope_of_sum = grad(lambda p: p[1] + p[2])(eager.x)
# error_of_sum = np.sqrt(slope_of_sum @ V @ slope_of_sum)
#
# assert V[1, 2] < 0
# assert error_of_sum < errors(H)[2]
# ```
#
# </details>
#
# **2.** Capture this function. For which arguments is a call recorded, and why? Write it so that a single program serves all.
#
# ```python
# def mean_of_positive(x):
#     return np.sum(x[x > 0]) / np.sum(x > 0)
# ```
#
# <details><summary>Solution</summary>
#
# `x[x > 0]` has as many elements as there are positive numbers, and a program's arrays have fixed shapes: there is one program
# for each number of them. `np.where` keeps the shape.
#
# ```python
# by_mask = capture(lambda x: np.sum(x[x > 0]) / np.sum(x > 0))
# by_where = capture(lambda x: np.sum(np.where(x > 0, x, 0)) / np.sum(x > 0))
# for row in [np.array([1.0, -1.0, 2.0]), np.array([-3.0, 4.0, 5.0]), np.array([1.0, -2.0, -3.0])]:
#     assert by_mask(row) == by_where(row) == np.mean(row[row > 0])
#
# assert by_mask.count == 2 and by_where.count == 1
# ```
#
# </details>
#
# **3.** `scipy.special.lambertw(x).real` solves $W e^W = x$ for $x > 0$, in compiled code that cannot be differentiated. Make an
# operation of it, and check its first and second derivative.
#
# <details><summary>Solution</summary>
#
# Both sides differentiated: $W' e^W (1 + W) = 1$, so $W' = 1 / (e^W + x)$.
#
# ```python
# from scipy.special import lambertw
#
# @operation(kind="elementwise")
# def lambert(x):
#     return lambertw(x).real
#
# @lambert.pull
# def _(g, x, y):
#     return g / (np.exp(y) + x)
#
# assert gradcheck(lambert, np.array([0.1, 1.0, 20.0]), order=2).ok
# assert np.isclose(grad(lambert)(np.e), 1 / (2 * np.e))  # W(e) = 1
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert np.allclose(slope, quotients, rtol=1e-4) and np.argmax(slope) > 19
assert sensitivity.shape == (8, 41) and parts["k"].shape == (41,) and parts["heat"].shape == (40,)
assert "np.stack" in refused and np.array_equal(grad(products)(np.array([1.0, 2.0, 3.0])), [0, 3, 2])
assert eager.success and captured.success
assert np.allclose(captured.x, eager.x, rtol=1e-6) and np.allclose(H_captured, H, rtol=1e-6)
assert step.count == curvature.count == 1  # one program served 40 series
assert np.all(np.abs(expected / scatter - 1) < 0.5)
assert np.allclose(cubes(np.array([3.0]))[1], 27.0)
assert [huber(x) for x in [0.5, -3.0, 7.0]] == [0.125, 2.5, 6.5] and huber.count == 2
assert np.isclose(root(49.0), 7.0) and improved.count == 1
assert scaled.count == 4 and scaled_anew.count == 1
assert np.isclose(energy(x), 2.0 * 7.0) and energy.count == 1
assert plain == drawn
assert slower(1.0, 9) == 0.1 and slower.count == 1
assert average.count == 4 and average.mean == 5.0
assert found == [0.0, 2.0, 4.0, 6.0]
assert noticed
assert np.allclose(kepler(M, 0.6) - 0.6 * np.sin(kepler(M, 0.6)), M)
assert np.isclose(grad(lambda e: np.sum(newton(M, e)))(0.6), grad(lambda e: np.sum(kepler(M, e)))(0.6))
assert verdict.ok and not slip.ok
assert abs(orbit.x[0] - 0.4) < 3 * orbit_error[0]
print("gradients, standard errors, programs and the rule are right")
