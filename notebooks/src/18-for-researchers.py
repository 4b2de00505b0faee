# %% [markdown]
# # Capture: a plain loop at the speed of compiled code
#
# A model of a time series is a loop over time. Written plainly in Python it is easy to read, and slow: each small step
# costs a few microseconds, and its derivative a few more. `capture` records such a function once, and then runs what was
# recorded as a program, without Python. Nothing is rewritten.
#
# This lesson fits a model of volatility by maximum likelihood, with SciPy's optimizer and standard errors from the Hessian:
# first as it stands, then captured. After that it shows what was recorded, what is guarded, and what is frozen.

# %%
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the arrays are small: one thread is enough

import io
import re
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

from autograd import capture, hessian, value_and_grad
from autograd.draw import draw


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
# ## The model
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
series = simulate(truth, days=1000, count=40, generator=np.random.default_rng(0))
returns = series[0]

plt.figure(figsize=(9, 2.2))
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
# ## Eager
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
# That took some seconds: an evaluation has a few thousand steps forward, and as many back.
#
# ## Captured
#
# `capture` takes any function. The first call runs it as it stands, and records each call of NumPy that it makes. So what is
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

# %% [markdown]
# ## What was recorded
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
# ## What is guarded
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
# ## What is read anew
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
# ## What is frozen
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
# ## What this lesson claimed

# %%
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
print("captured and eager agree")
