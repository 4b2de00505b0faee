# %% [markdown]
# # Universal approximation
#
# Part 1 of the lecture, slide *Universal Approximation Theorem*. One hidden layer computes
#
# $$f(x) = \sum_{i=1}^{N} v_i\, \sigma(w_i^\mathsf{T} x + b_i).$$
#
# Let $f^*$ be continuous on a closed and bounded region. Then for every $\varepsilon > 0$ there are an $N$ and weights with
# $|f(x) - f^*(x)| < \varepsilon$ for all $x$ of the region. ($N$ is the number of neurons. With one input, each has three parameters.)
#
# For one input we can watch why: neurons are steps, two steps are a bump, and bumps side by side make any curve. Then gradients look for
# better weights than those.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for small matrices, more threads are slower on a busy machine

import matplotlib.pyplot as plt
import numpy as np

import optim
from autograd import Tensor, grad
from nn.functional import sigmoid as sigma

# %config InlineBackend.figure_formats = ["svg"]

BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"


def tidy(axes, **labels):
    axes.set(**labels)
    axes.grid(color="0.93")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


# %% [markdown]
# ## A neuron is a step
#
# $\sigma(wx + b)$ rises from 0 to 1. It is $\tfrac12$ where $wx + b = 0$, at $x = -b/w$. The weight says how steep the step is,
# and for a given weight the bias says where. So $\sigma(s\,(x - a))$ is a step at $a$.

# %%
x = np.linspace(0, 1, 201)
figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 2.7), sharey=True, layout="constrained")
for s, style in [(5, ":"), (20, "--"), (200, "-")]:
    left.plot(x, sigma(s * (x - 0.5)), color=BLUE, linestyle=style, label=f"$s = {s}$")
for a, style in [(0.2, ":"), (0.5, "--"), (0.8, "-")]:
    right.plot(x, sigma(40 * (x - a)), color=BLUE, linestyle=style, label=f"$a = {a}$")
tidy(left, xlabel="$x$", ylabel=r"$\sigma(s\,(x - a))$", title="$a = 0.5$")
tidy(right, xlabel="$x$", title="$s = 40$")
left.set_ylim(-0.05, 1.35)
left.legend(frameon=False, loc="upper center", ncols=3)
right.legend(frameon=False, loc="upper center", ncols=3)
plt.show()

# %% [markdown]
# ## Two steps are a bump
#
# A step up at $a$ and the same step down at $a'$ leave a bump between them: $\sigma(s\,(x - a)) - \sigma(s\,(x - a'))$. Multiplied by $v$ it
# has the height $v$. Bumps side by side have the heights that we want: those of $f^*$ in the middle of each.
#
# Where one bump ends and the next begins, two neurons have their step at the same place. They can be one neuron, whose step is the
# difference of the heights. So $N$ neurons make $N$ bumps.
# (The last bump need not come down again: it ends where the interval does.)


# %%
def target(x):
    return 0.5 * np.sin(2 * np.pi * x) + 0.3 * np.sin(6 * np.pi * x) + 0.4 * x


def staircase(N):
    """w, b and v of N steps, the first of which lies to the left of [0, 1]."""
    edges = np.arange(N) / N
    edges[0] = -1 / N
    middles = (np.arange(N) + 0.5) / N
    s = 50 * N
    return np.full(N, s), -s * edges, np.diff(target(middles), prepend=0)


def network(w, b, v, x):
    return sigma(x[:, None] * w + b) @ v


figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 2.9), layout="constrained")
up, down = sigma(100 * (x - 0.3)), -sigma(100 * (x - 0.6))
left.plot(x, up, color=GREEN, linestyle="--", label="step up")
left.plot(x, down, color=ORANGE, linestyle=":", label="step down")
left.plot(x, up + down, color=BLUE, label="their sum")
tidy(left, xlabel="$x$", title="a bump")
left.legend(frameon=False, loc="lower left")
right.plot(x, target(x), color="k", linewidth=1, label="$f^*$")
for k in range(10):
    near = np.linspace(k - 0.1, k + 1.1, 49) / 10
    bump = target((k + 0.5) / 10) * (sigma(500 * (near - k / 10)) - sigma(500 * (near - (k + 1) / 10)))
    right.fill_between(
        near, bump, color=BLUE, alpha=0.25 + 0.3 * (k % 2), linewidth=0, label="bumps" if k == 1 else None
    )
tidy(right, xlabel="$x$", title="ten bumps")
right.legend(frameon=False)
plt.show()

# %% [markdown]
# ## As close as we like
#
# How far can the staircase be from $f^*$? On a bump of width $1/N$, no point is further from the middle than $1/(2N)$. If
# $|{f^*}'(x)| \le L$, the error there is at most $L / (2N)$. For a given $\varepsilon$, $N > L / (2 \varepsilon)$ neurons are enough. (The
# steps are not infinitely steep; that adds about one per cent.) $L$ is the largest absolute value of the derivative,
# which the engine computes.

# %%
x = np.linspace(0, 1, 2001)  # fine enough to see the largest error
L = np.max(np.abs(grad(lambda x: np.sum(target(x)))(x)))  # each number of the sum depends on its own x
sizes = [1, 2, 5, 10, 50, 200]


def largest_error(w, b, v):
    return np.max(np.abs(network(w, b, v, x) - target(x)))


stairs = [largest_error(*staircase(N)) for N in sizes]
print(f"L = {L:.2f}")
print("  N   largest error   L / (2N)")
for N, error in zip(sizes, stairs, strict=True):
    print(f"{N:3}   {error:.4f}          {L / (2 * N):.4f}")

# %%
sparse = x[::10]


def draw_fits(weights, color, errors):
    figure, grid = plt.subplots(2, 3, figsize=(9, 4.6), sharex=True, sharey=True, layout="constrained")
    for axes, N, fitted, error in zip(grid.flat, sizes, weights, errors, strict=True):
        axes.plot(sparse[::2], target(sparse[::2]), color="k", linewidth=2.5, alpha=0.35, label="$f^*$")
        axes.plot(sparse, network(*fitted, sparse), color=color, linewidth=1.2, label="$f$")
        tidy(axes, title=f"$N = {N}$,  largest error {error:.3f}")
        axes.set(xticks=[0, 0.5, 1], yticks=[0, 0.5])
        axes.grid(False)
        axes.title.set_fontsize(10)
    figure.supxlabel("$x$")
    grid[0, 0].legend(frameon=False)
    plt.show()


# %% [markdown]
# The error need not fall with each neuron more: five steps happen to be worse than two. But it stays below a bound that does.

# %%
draw_fits([staircase(N) for N in sizes], ORANGE, stairs)

# %% [markdown]
# ## Trained
#
# The staircase wastes its neurons: all steps are steep, and equally far apart. Now all the weights are learned, from 201 points of the
# curve. We minimize the mean of $(f(x) - f^*(x))^2$, here with L-BFGS, which chooses its steps better than plain gradient descent. The
# gradients come from the engine, the method from SciPy. We begin at several random places, and keep the best result.


# %%
def begin(N, seed):
    """Steps at random places of [0, 1], of random steepness and height."""
    rng = np.random.default_rng(seed)
    w = rng.normal(0, 20, N)
    return w, -w * rng.uniform(0, 1, N), rng.normal(0, 1, N) / np.sqrt(N)


def trained(N, seed, iterations):
    w, b, v = (Tensor(p, requires_grad=True) for p in begin(N, seed))

    def error():
        return np.mean((network(w, b, v, sparse) - target(sparse)) ** 2)

    optim.scipy_minimize([w, b, v], error, options={"maxiter": iterations, "maxfun": 2 * iterations})
    return w.numpy(), b.numpy(), v.numpy()


iterations = 1000  # quick: 300
tries = 5
runs = {N: [trained(N, seed, iterations) for seed in range(tries)] for N in sizes}
errors = np.array([[largest_error(*run) for run in runs[N]] for N in sizes])  # (sizes, tries)
best = [runs[N][k] for N, k in zip(sizes, errors.argmin(axis=1), strict=True)]
draw_fits(best, BLUE, errors.min(axis=1))

# %% [markdown]
# Ten trained neurons come closer than fifty steps of equal width, because they put their steps where the curve needs them, and use the
# slopes too. But from 50 to 200 neurons hardly anything is gained. Is that the limit of the network, or of the training?
#
# ## The limit of the training
#
# Leave the random $w$ and $b$ of the beginning as they are, and choose only $v$. Now $f$ is linear in what we look for. The best $v$ is the
# solution of a least-squares problem, which is found at once, without any training.


# %%
def random_hidden(N, seed):
    w, b, _ = begin(N, seed)
    u = sigma(sparse[:, None] * w + b)
    return w, b, np.linalg.lstsq(u, target(sparse), rcond=None)[0]


linear = np.array([[largest_error(*random_hidden(N, seed)) for seed in range(tries)] for N in sizes])

figure, axes = plt.subplots(figsize=(7.4, 3.9), layout="constrained")
axes.plot(sizes, L / (2 * np.array(sizes)), color="0.6", linestyle=":", label="$L / (2N)$")
axes.plot(sizes, stairs, "s-", color=ORANGE, label="steps of equal width")
for results, color, marker, name in [
    (errors, BLUE, "o", "all weights trained"),
    (linear, GREEN, "^", "random $w$, $b$; best $v$"),
]:
    axes.plot(sizes, results.min(axis=1), marker=marker, color=color, label=name + ", best try")
    axes.plot(sizes, results, marker, color=color, alpha=0.35, markersize=4, label="_other tries")
axes.set(xscale="log", yscale="log")
axes.set_xticks(sizes, map(str, sizes))
axes.minorticks_off()
tidy(axes, xlabel="$N$", ylabel="largest error on $[0, 1]$")
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# With 50 or 200 neurons this is better by many powers of ten. So it was the training that came to a halt, not the network: good
# weights exist, as the theorem says, and following the gradient did not lead there. Are they of any use? We look at the largest of
# them, and at the error when they are rounded to three digits.

# %%
rounded = {}
for N in [50, 200]:
    w, b, v = random_hidden(N, seed=0)
    rounded[N] = largest_error(w, b, np.array([float(f"{weight:.3g}") for weight in v]))
    print(f"N = {N:3}:  largest |v| {np.max(np.abs(v)):8,.1f},  error with rounded v {rounded[N]:.3f}")

# %% [markdown]
# Fifty neurons need huge weights that cancel each other: nobody would want this network. Two hundred have many good $v$, and the smallest
# of them, which is the one that least squares gives, is harmless. More neurons than necessary make good weights easy to have.
#
# ## What the theorem does not say
#
# It does not say how many neurons are enough, nor how the weights are found. And it says nothing about any $x$ outside the
# region. The network with 50 trained neurons, on a longer interval:

# %%
longer = np.linspace(-0.5, 1.5, 201)
figure, axes = plt.subplots(figsize=(7.4, 2.9), layout="constrained")
axes.axvspan(0, 1, color="0.93", linewidth=0, label="where it was trained")
axes.plot(longer, target(longer), color="k", linewidth=2.5, alpha=0.35, label="$f^*$")
axes.plot(longer, network(*best[4], longer), color=BLUE, label="$f$,  $N = 50$")
tidy(axes, xlabel="$x$")
axes.grid(False)
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% [markdown]
# ## Exercises
#
# **1.** Make a hat out of three ReLU neurons, $\max(0, z)$: 0 up to $a - h$, rising to 1 at $a$, falling to 0 at $a + h$, and 0 from
# there. Hats of the heights $f^*(a)$ at $a = 0, h, 2h, \dots, 1$ add up to the polyline through these points. How does its error
# depend on $h$?
#
# <details><summary>Solution</summary>
#
# The slope changes by $1/h$ at $a - h$, by $-2/h$ at $a$, and by $1/h$ at $a + h$. Halving $h$ makes the error four times smaller (at
# most $h^2/8$ times the largest second derivative), where steps only halve it.
#
# ```python
# def relu(z):
#     return np.maximum(0, z)
#
#
# def hat(x, a, h):
#     return (relu(x - (a - h)) - 2 * relu(x - a) + relu(x - (a + h))) / h
#
#
# def polyline_error(h):
#     places = np.arange(0, 1 + h / 2, h)
#     return np.max(np.abs(sum(target(a) * hat(x, a, h) for a in places) - target(x)))
#
#
# assert np.allclose(hat(np.array([0.2, 0.3, 0.35, 0.4, 0.5]), 0.3, 0.1), [0, 1, 0.5, 0, 0])
# assert 3.5 < polyline_error(1 / 40) / polyline_error(1 / 80) < 4.5
# ```
#
# </details>
#
# **2.** The theorem holds for nearly every $\sigma$ that is not a polynomial. Why not for a polynomial? Take $\sigma(z) = z^2$ and the best
# $v$ for random $w$ and $b$.
#
# <details><summary>Solution</summary>
#
# $v_i (w_i x + b_i)^2$ is a polynomial of degree 2, and so is any sum of them, however many neurons there are. Three are as good as fifty.
#
# ```python
# def squares_error(N):
#     w, b, _ = begin(N, seed=0)
#     u = (sparse[:, None] * w + b) ** 2
#     v = np.linalg.lstsq(u, target(sparse), rcond=1e-10)[0]
#     return np.max(np.abs(u @ v - target(sparse)))
#
#
# assert np.isclose(squares_error(3), squares_error(50), rtol=1e-6)
# assert squares_error(50) > 0.3
# ```
#
# </details>
#
# **3.** Let $f^*$ jump from 0 to 1 at $x = \tfrac12$. How close can a network come for all $x$?
#
# <details><summary>Solution</summary>
#
# Not closer than $\tfrac12$. The network is continuous. Close to the jump, on both sides, it has nearly the same value, and this cannot be
# near 0 and near 1. The steeper the step, the narrower the part where it is wrong, but the largest error stays.
#
# ```python
# for s in [10, 100, 1000]:
#     both_sides = sigma(s * (np.array([0.5 - 1e-9, 0.5 + 1e-9]) - 0.5))
#     assert np.isclose(np.max(np.abs(both_sides - [0, 1])), 0.5, atol=1e-5)
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert np.isclose(L, 1.8 * np.pi + np.pi + 0.4)  # the slope at 0
for N, error in zip(sizes, stairs, strict=True):
    assert error <= 1.02 * L / (2 * N)
assert stairs[2] > stairs[1] and stairs[-1] < 0.03
trained_best, linear_best = errors.min(axis=1), linear.min(axis=1)
assert trained_best[3] < stairs[4]  # 10 trained, 50 steps
assert trained_best[5] > 0.1 * trained_best[4] and trained_best[4] < 0.05
assert linear[4:].max() < 1e-5 and np.all(linear_best[4:] < 0.01 * trained_best[4:])
assert np.max(np.abs(random_hidden(50, 0)[2])) > 1000 > 100 > np.max(np.abs(random_hidden(200, 0)[2]))
assert rounded[50] > 0.5 and rounded[200] < 0.1
inside, outside = (longer >= 0) & (longer <= 1), (longer < -0.2) | (longer > 1.2)
miss = np.abs(network(*best[4], longer) - target(longer))
assert miss[outside].max() > 5 * miss[inside].max()
print("enough steps come as close as we like")
