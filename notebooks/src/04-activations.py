# %% [markdown]
# # A gallery of activation functions
#
# To the slides "Activation Functions" and "Other Options". A neuron computes $u = g(w \cdot x + b)$. The slides list what $g$ may
# be; here each of these functions is drawn together with its derivative. The derivative matters as much as the function:
# backpropagation multiplies by $g'$ at every neuron, and where $g'$ is small, little is learned.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

from autograd import Tensor, Value, grad, jacobian
from autograd.draw import explain
from autograd.testing import gradcheck
from nn import functional as F
from nn.plots.style import BLUE, LINES, ORANGE, clean, finish, shades

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# Some are in NumPy, some in `nn.functional`, and some are quickly written down. The step is the perceptron's, for comparison.
# The slope of the leaky ReLU on the left is 0.01 by default; 0.1 can be seen in a picture. The slide's bounded tanh is taken
# as the straight line $z$, cut off at $-1$ and 1. The radial basis function is the one around $w = 0$ with the width 1, $\exp(-z^2)$.


# %%
def step(z):
    return np.heaviside(z, 0)  # 1 where z > 0, else 0


def leaky_relu(z):
    return F.leaky_relu(z, 0.1)


functions = {
    "step": step, "sigmoid": F.sigmoid, "tanh": np.tanh, "ReLU": F.relu,
    "leaky ReLU": leaky_relu, "softplus": F.softplus, "bounded tanh": F.hardtanh, "radial basis": F.gaussian,
}  # fmt: skip

# %% [markdown]
# ## The derivative at many points at once
#
# Nothing here is differentiated by hand. Give the engine an array of points, add up the results and go back once. The
# $k$-th result depends on the $k$-th point alone, so the gradient of the sum has $g'(z_k)$ at its place $k$.


# %%
def derivative(g, z):
    z = Tensor(z, requires_grad=True)
    g(z).sum().backward()
    return z.grad


points = np.array([-2.0, 0.0, 2.0])
print("by the engine:     ", derivative(np.tanh, points).round(6).tolist())
print("1 - tanh² z:       ", (1 - np.tanh(points) ** 2).round(6).tolist())

# %% [markdown]
# ## The gallery
#
# Blue is the function, orange the derivative. The background is grey where the function is *saturated*: here this shall mean
# that $|g'(z)| < 0.05$.

# %%
z = np.linspace(-5, 5, 201)
figure, axes = plt.subplots(2, 4, figsize=(9, 4.8), sharex=True, sharey=True, layout="constrained")
for ax, (name, g) in zip(axes.flat, functions.items(), strict=True):
    slope = derivative(g, z)
    ax.plot(z, g(z), color=BLUE, label="$g(z)$")
    ax.plot(z, slope, color=ORANGE, linestyle="--", label="$g'(z)$")
    ax.fill_between(
        z, 0, 1, where=np.abs(slope) < 0.05, transform=ax.get_xaxis_transform(), color="0.85", label="saturated"
    )
    ax.set(title=name, ylim=(-1.2, 2.2))
    clean(ax)
figure.supxlabel("$z$")
figure.legend(*axes[0, 1].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
plt.show()

# %% [markdown]
# The step is grey everywhere: gradient descent has nothing to go by, and the perceptron needed a rule of its own. Sigmoid, tanh
# and bounded tanh are grey on both sides, ReLU and softplus on the left, the leaky ReLU nowhere. The radial basis function is
# grey on both sides and at its top, where it turns from rising to falling.
#
# How wide is the range in which a function learns?

# %%
fine = np.linspace(-8, 8, 16001)
live = {name: fine[np.abs(derivative(g, fine)) >= 0.05] for name, g in functions.items()}
for name, found in live.items():
    ends = f"from {found.min():5.2f} to {found.max():5.2f}" if len(found) else "nowhere"
    print(f"{name:12} |g'| ≥ 0.05 {ends}, largest |g'| {np.abs(derivative(functions[name], fine)).max():.2f}")

# %% [markdown]
# -8 and 8 are the ends of what was looked at. The gap at the top of the radial basis function is too narrow to matter.
#
# The formulas come from the engine too: `explain` writes down what it does with a single number. $[z > 0]$ is 1 where that
# is true, and 0 elsewhere.


# %%
def rule(g):
    z = Value(0.5)
    y = g(z)
    return str(explain(y, wrt=z)).splitlines()[-1].strip()


for name, g in functions.items():
    if name != "step":
        print(f"{name:12}", rule(g))

# %% [markdown]
# ## Why tanh is preferred to the sigmoid
#
# The slide gives two reasons: $\tanh(0) = 0$, and tanh is closer to the identity near 0. Both can be read off the Taylor
# series. `grad` can be applied to what it returned, which gives the coefficients $g^{(k)}(0) / k!$ one after the other.


# %%
def taylor(g, terms=4):
    coefficients = []
    for k in range(terms):
        coefficients.append(float(g(0.0)) / math.factorial(k))
        g = grad(g)
    return coefficients


series = {"tanh": taylor(np.tanh), "sigmoid": taylor(F.sigmoid)}
for name, coefficients in series.items():
    print(f"{name:8}", "  ".join(f"{c:+.4f} z^{k}" for k, c in enumerate(coefficients)))

# %% [markdown]
# So $\tanh z = z - z^3/3 + \dots$, while $\sigma(z) = \tfrac12 + z/4 - z^3/48 + \dots$: a layer of tanh with small weights starts
# out as a linear map, and a layer of sigmoids adds one half to everything and passes on a quarter of each change.

# %%
near = np.linspace(-2, 2, 81)
figure, ax = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
ax.plot(near, near, color="0.5", linestyle=":", label="identity")
ax.plot(near, np.tanh(near), color=BLUE, label="tanh")
ax.plot(near, F.sigmoid(near), color=ORANGE, linestyle="--", label="sigmoid")
ax.set(xlabel="$z$", ylabel="$g(z)$", aspect="equal", ylim=(-1.3, 1.6))
finish(ax, loc="upper left")
plt.show()

# %% [markdown]
# That $\tanh(0) = 0$ has a second effect. In the lecture's example $\partial E / \partial w_5 = \delta_1 u_1$ and
# $\partial E / \partial w_6 = \delta_1 u_2$: the derivatives of all weights of a neuron share the factor $\delta$. If all $u$ are
# positive, as sigmoids are, then for one sample all these derivatives have one sign: in such a step either all weights of the neuron
# grow or all shrink. With tanh the signs are mixed.

# %%
rng = np.random.default_rng(3)
h, v = rng.normal(size=10), rng.normal(size=10)
signs = {}
for name, g in [("sigmoid", F.sigmoid), ("tanh", np.tanh)]:
    weights = Tensor(v, requires_grad=True)
    E = 0.5 * (weights @ g(h) - 1.0) ** 2
    E.backward()
    signs[name] = np.sign(weights.grad)
    print(f"{name:8} signs of dE/dv: ", " ".join("+" if s > 0 else "-" for s in signs[name]))

# %% [markdown]
# ## What saturation costs
#
# One weight, one input $x = 1$, a desired output of 0.8, and a bad start: $w = -4$. Gradient descent with
# $E = \tfrac12 (g(w x) - 0.8)^2$ and $\lambda = 0.5$. How many steps until the output is within 0.01?

# %%
LIMIT = 5000  # quick: 3000


def steps_needed(g, w=-4.0, rate=0.5):
    w = Value(w)
    for count in range(LIMIT):
        y = g(w * 1.0)
        if abs(y.data - 0.8) < 0.01:
            return count
        E = 0.5 * (y - 0.8) ** 2
        w.grad = None
        E.backward()
        w.data = w.data - rate * w.grad
    return None


needed = {name: steps_needed(g) for name, g in functions.items() if name != "step"}
for name, count in needed.items():
    at_start = derivative(functions[name], np.array([-4.0]))[0]
    print(f"{name:12} g'(-4) = {at_start:9.2e}   {f'after {count} steps' if count else f'not in {LIMIT} steps'}")

# %% [markdown]
# ReLU and bounded tanh never move: their derivative is exactly 0 there. Such a ReLU is called *dead*, and the leaky ReLU was
# invented so that a unit can come back. The radial basis function does move, by less than a millionth in the first step. The others
# arrive, the leaky ReLU first and tanh, which is the flattest of them at the start, last. A real network has many samples, and a
# unit that is saturated for one of them need not be so for the next. But the more of a layer is saturated, the slower it learns.

# %% [markdown]
# ## Corners
#
# ReLU has no derivative at 0: the slope is 0 on its left and 1 on its right. The engine takes 0; any number from 0 to 1 would
# do. `gradcheck` knows of corners and says so. In practice a sum $w \cdot x + b$ is hardly ever exactly 0.

# %%
corner = gradcheck(F.relu, np.array([0.0]))
print(corner)

# %% [markdown]
# ## Softplus is a smooth ReLU
#
# $\varsigma(z) = \log(1 + e^z)$ has the sigmoid as its derivative. Stretched, $\varsigma_\beta(z) = \log(1 + e^{\beta z}) / \beta$, it
# comes as close to ReLU as one likes: the largest distance is at 0, and there it is $\log 2 / \beta$. The derivative
# $\sigma(\beta z)$ comes close to the step.

# %%
betas = [1, 2, 5, 20]
z = np.linspace(-3, 3, 241)
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.4), layout="constrained")
for beta, color in zip(betas, shades(len(betas)), strict=True):
    axes[0].plot(z, F.softplus(z, beta), color=color, label=f"softplus, $\\beta = {beta}$")
    axes[1].plot(z, derivative(lambda z, beta=beta: F.softplus(z, beta), z), color=color)
axes[0].plot(z, F.relu(z), color="k", linestyle=":", label="ReLU")
axes[1].step(z, derivative(F.relu, z), color="k", linestyle=":", where="mid")
axes[0].set(xlabel="$z$", ylabel="$g(z)$")
axes[1].set(xlabel="$z$", ylabel="$g'(z)$")
clean(axes[1])
finish(axes[0])
plt.show()

# %%
farthest = {beta: np.abs(F.softplus(fine, beta) - F.relu(fine)).max() for beta in betas}
for beta, distance in farthest.items():
    print(f"β = {beta:2}   largest distance {distance:.4f}   log 2 / β = {math.log(2) / beta:.4f}")

# %% [markdown]
# ## Softmax takes a whole vector
#
# The other functions act on one number at a time. Softmax, $y_j = e^{z_j} / \sum_k e^{z_k}$, takes a vector, and each output depends
# on every input. So its derivative is a matrix, $\partial y_j / \partial z_k = y_j ([j = k] - y_k)$. The outputs always add up to 1:
# what one gains, the others lose, and the columns of the matrix add up to 0.

# %%
scores = np.array([2.0, 1.0, 0.0])
y = F.softmax(scores)
J = jacobian(F.softmax)(scores)
print("y =", y.round(4).tolist())
print("dy/dz =\n", J.round(4))
print("the same as by the formula:", np.allclose(J, np.diag(y) - np.outer(y, y)))

# %% [markdown]
# To draw it, let the first of three scores run and hold the others at 1 and 0. The first output looks like a sigmoid, and it
# is one: $y_1 = \sigma(z_1 - \log(e^{z_2} + e^{z_3}))$. It is saturated on both sides, too. The second and third output fall and keep
# their ratio.

# %%
z = np.linspace(-6, 8, 141)
rows = np.stack([z, np.full_like(z, 1.0), np.full_like(z, 0.0)], axis=1)
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2), layout="constrained")
for j, style in enumerate(["-", "--", ":"]):
    of_rows = Tensor(rows, requires_grad=True)
    F.softmax(of_rows)[:, j].sum().backward()
    axes[0].plot(z, F.softmax(rows)[:, j], style, color=LINES[j], label=f"$y_{j + 1}$")
    axes[1].plot(z, of_rows.grad[:, 0], style, color=LINES[j], label=f"$\\partial y_{j + 1} / \\partial z_1$")
for ax, name in zip(axes, ["output", "derivative"], strict=True):
    ax.set(xlabel="$z_1$, with $z_2 = 1$, $z_3 = 0$", ylabel=name)
    finish(ax)
plt.show()

# %% [markdown]
# ## Exercises
#
# **1.** Show that $\tanh z = 2 \sigma(2 z) - 1$, on paper and in numbers. What follows for the derivative at 0? And what for the
# question whether a network of tanh can compute what a network of sigmoids can?
#
# <details><summary>Solution</summary>
#
# Divide numerator and denominator of $\tanh z = (e^z - e^{-z}) / (e^z + e^{-z})$ by $e^z$: it is
# $(1 - e^{-2z}) / (1 + e^{-2z}) = 2 / (1 + e^{-2z}) - 1$. The chain rule gives $\tanh'(0) = 2 \cdot 2 \cdot \sigma'(0) = 4 \cdot
# \tfrac14 = 1$. With other weights and biases each of the two networks computes exactly what the other does, so they
# are equally powerful. They differ in how well they learn.
#
# ```python
# assert np.allclose(np.tanh(fine), 2 * F.sigmoid(2 * fine) - 1, atol=1e-15)
# assert math.isclose(grad(np.tanh)(0.0), 4 * grad(F.sigmoid)(0.0))
# ```
#
# </details>
#
# **2.** Invent an activation: $g(z) = z\, \sigma(z)$. (Others had the idea before, and called it swish or SiLU.) Write it in one line,
# check its derivative with `gradcheck`, and find out where it has its minimum.
#
# <details><summary>Solution</summary>
#
# It falls where the derivative is negative and rises where it is positive. The sign changes at about -1.28.
#
# ```python
# def swish(z):
#     return z * F.sigmoid(z)
#
# assert gradcheck(swish, np.array([-2.0, 0.0, 3.0]), order=2).ok
# lowest = fine[np.argmin(swish(fine))]
# assert abs(lowest + 1.278) < 2e-3 and abs(grad(swish)(lowest)) < 1e-3
# assert np.all(derivative(swish, fine[fine > lowest + 0.01]) > 0)
# assert np.all(derivative(swish, fine[fine < lowest - 0.01]) < 0)
# assert np.allclose(swish(fine), F.silu(fine))
# ```
#
# </details>
#
# **3.** For which $\beta$ does softplus differ from ReLU by at most 0.01?
#
# <details><summary>Solution</summary>
#
# $\log 2 / \beta \le 0.01$, so $\beta \ge 100 \log 2 \approx 69.3$.
#
# ```python
# beta = 100 * math.log(2)
# assert abs(np.abs(F.softplus(fine, beta) - F.relu(fine)).max() - 0.01) < 1e-9
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert np.allclose(derivative(F.sigmoid, fine), F.sigmoid(fine) * F.sigmoid(-fine))
assert np.allclose(derivative(np.tanh, fine), 1 - np.tanh(fine) ** 2)
assert np.allclose(derivative(F.softplus, fine), F.sigmoid(fine))
assert not len(live["step"]) and len(live["leaky ReLU"]) == len(fine)
assert np.allclose(live["ReLU"].min(), 0, atol=1e-2) and live["softplus"].max() == fine[-1]
for name in ["sigmoid", "tanh", "bounded tanh", "radial basis"]:
    assert -3 < live[name].min() < live[name].max() < 3
assert np.allclose(series["tanh"], [0, 1, 0, -1 / 3]) and np.allclose(series["sigmoid"], [1 / 2, 1 / 4, 0, -1 / 48])
assert abs(signs["sigmoid"].sum()) == 10 > abs(signs["tanh"].sum())
assert needed["ReLU"] is needed["bounded tanh"] is None
assert needed["leaky ReLU"] < needed["sigmoid"] < needed["tanh"]
assert corner.ok and grad(F.relu)(0.0) == 0
assert np.allclose(list(farthest.values()), math.log(2) / np.array(betas))
assert np.allclose(J, np.diag(y) - np.outer(y, y)) and np.allclose(J.sum(axis=0), 0)
assert np.allclose(F.softmax(rows)[:, 0], F.sigmoid(z - math.log(math.e + 1)))
assert np.allclose(F.softmax(rows)[:, 1] / F.softmax(rows)[:, 2], math.e)
print("all as drawn")
