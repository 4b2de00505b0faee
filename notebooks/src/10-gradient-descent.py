# %% [markdown]
# # Gradient descent
#
# To the slides "How To Train Your Network", "Gradient Descent" and "Stochastic Gradient Descent". Everything happens on one error
# surface over two weights, so that it can be drawn: gradient descent, its stochastic form with minibatches and epochs,
# momentum, and Adam.

# %%
import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Ellipse

import nn
import optim
from autograd import Tensor, grad, hessian
from nn.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILION, clean, finish

# %config InlineBackend.figure_formats = ["png"]
plt.rcParams["figure.dpi"] = 120

# %% [markdown]
# ## An error and its surface
#
# $N = 200$ samples $(x^{(i)}, y^{(i)})$, and a line to fit them: $f(x) = w_0 + w_1 x$, which is $w \cdot x$ with $x_0 = 1$. The error is
# the lecture's squared one. We take the mean over the samples instead of the sum: the minimum is the same, and the gradient does
# not grow with the number of samples.
#
# $$E(w) = \frac1N \sum_{i=1}^N \tfrac12 \left(w \cdot x^{(i)} - y^{(i)}\right)^2$$

# %%
N = 200
rng = np.random.default_rng(0)
position = rng.uniform(0, 2, N)
X = np.stack([np.ones(N), position], axis=1)  # x0 = 1
y = 0.5 + 1.5 * position + rng.normal(0, 0.7, N)


def error(w, X=X, y=y):
    return 0.5 * np.mean((X @ w - y) ** 2)


best = np.linalg.lstsq(X, y)[0]
print(f"the minimum: w = {best.round(3)}, E = {error(best):.4f}")

# %% [markdown]
# This error is so simple that linear algebra finds its minimum. A network has no such formula, and gradient descent must do.
# Here we know where it should arrive.
#
# $E$ is quadratic, so its contours are ellipses around the minimum. Their axes are the eigenvectors of the matrix of second derivatives,
# and the eigenvalues are the curvatures along them.

# %%
curvatures, axes_of_ellipse = np.linalg.eigh(hessian(error)(best))
print("curvatures:", curvatures.round(3), " ratio:", (curvatures[1] / curvatures[0]).round(1))

# %%
START = np.array([2.0, -1.2])


def draw_surface(ax):
    """Contours of E: from one to the next, what E is above its minimum doubles."""
    turned = np.degrees(np.arctan2(*axes_of_ellipse[::-1, 0]))
    for height in 0.01 * 2.0 ** np.arange(12):
        width = 2 * np.sqrt(2 * height / curvatures)  # E is ½ a r² above the minimum at the distance r along an axis
        ax.add_patch(Ellipse(best, *width, angle=turned, fill=False, color="0.75", linewidth=0.8))
    ax.plot(*best, "*", color="k", markersize=10, zorder=5)
    ax.set(xlabel="$w_0$", aspect="equal", xlim=(-1.2, 3.2), ylim=(-1.6, 3.2))


def draw_path(ax, path, color, **options):
    ax.plot(
        *np.transpose(path), color=color, **{"marker": "o", "markersize": 2.5, "linewidth": 1, "zorder": 4} | options
    )


figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.7), layout="constrained")
ends = np.array([0.0, 2.0])
left.plot(position, y, ".", color=GREY, markersize=4)
left.plot(ends, best[0] + best[1] * ends, color="k", label="at the minimum")
left.plot(ends, START[0] + START[1] * ends, "--", color=VERMILION, label="at the start")
left.set(xlabel="$x$", ylabel="$y$", title="samples and lines")
finish(left)
draw_surface(right)
right.plot(*START, "o", color=VERMILION)
right.set(ylabel="$w_1$", title="contours of $E$")
plt.show()

# %% [markdown]
# Each point on the right is a line on the left. The surface is a narrow valley: raise $w_0$ and lower $w_1$, and the line turns about
# the middle of the samples, which changes the error little.
#
# ## Downhill
#
# The gradient points to where the error rises fastest. `grad(error)` is the function that computes it. Of all directions of length 1, the
# error rises along the gradient's by $\|\nabla E\|$ per unit, falls as much against it, and does not change across it, to first order.

# %%
g = grad(error)(START)
length = np.linalg.norm(g)
print("gradient at the start:", g.round(3), " length:", length.round(3))
small = 1e-5
for name, direction in [("along", g), ("against", -g), ("across", np.array([-g[1], g[0]]))]:
    change = (error(START + small * direction / length) - error(START)) / small
    print(f"{name:8} {change:+.3f}")

# %% [markdown]
# ## Gradient descent
#
# $$w^{(t+1)} = w^{(t)} - \lambda\, \frac{\partial E}{\partial w}$$
#
# The slide in three lines of Python. How $\lambda$ is chosen is a lesson of its own; here 0.3 is right.


# %%
def gradient_descent(rate, steps, w=START):
    path = [w]
    for _ in range(steps):
        w = w - rate * grad(error)(w)
        path.append(w)
    return np.array(path)


path = gradient_descent(0.3, 60)
above = [error(w) - error(best) for w in path]
for t in [0, 1, 5, 20, 60]:
    print(f"step {t:2}: w = {path[t].round(3)}, E is {above[t]:.5f} above the minimum")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.6), layout="constrained")
draw_surface(left)
draw_path(left, path, BLUE)
left.set(ylabel="$w_1$")
right.semilogy(above, color=BLUE)
right.set(xlabel="step", ylabel="$E$ above its minimum")
clean(right)
plt.show()

# %% [markdown]
# Two or three steps lead to the floor of the valley, and many follow along it. They get shorter by themselves, as the gradient
# does. On the right one sees both: the first step more than halves the error above the minimum, and soon the curve is a straight line on
# the logarithmic scale. There each step leaves the same fraction of the distance, $1 - \lambda a$ with the small curvature $a$.

# %% [markdown]
# ## A gradient from a few samples
#
# $E$ is a mean over all samples, and so is its gradient. Each step needs all 200; with millions, that is slow. Stochastic
# gradient descent takes a few of them, a *minibatch* of $B$ samples, and uses the gradient of their mean error instead.
#
# Here are 300 such gradients at the start, for each of three sizes.


# %%
def batch_gradient(w, chosen):
    return grad(error)(w, X[chosen], y[chosen])


DRAWS = 300
sizes = [1, 10, 50]
clouds = {
    size: np.array([batch_gradient(START, rng.choice(N, size, replace=False)) for _ in range(DRAWS)]) for size in sizes
}
figure, axes = plt.subplots(1, 3, figsize=(8.5, 3.2), sharex=True, sharey=True, layout="constrained")
for ax, (size, cloud) in zip(axes, clouds.items(), strict=True):
    ax.plot(*cloud.T, ".", color=ORANGE, markersize=2.5, label="of a minibatch")
    ax.plot(*g, "*", color="k", markersize=10, label="of all samples")
    ax.set(title=f"$B = {size}$", xlabel="$\\partial E / \\partial w_0$")
    clean(ax)
axes[0].set_ylabel("$\\partial E / \\partial w_1$")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
plt.show()

# %% [markdown]
# Their mean over all minibatches is the true gradient: each is wrong, but they are right on average. The larger the minibatch, the closer they are. How much closer?

# %%
many = [1, 2, 5, 10, 20, 50]
spread = []
for size in many:
    cloud = np.array([batch_gradient(START, rng.integers(N, size=size)) for _ in range(DRAWS)])
    spread.append(np.sqrt(np.mean(np.sum((cloud - g) ** 2, axis=1))))
of_one = np.array([batch_gradient(START, [i]) for i in range(N)])
single = np.sqrt(np.mean(np.sum((of_one - g) ** 2, axis=1)))

figure, ax = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
ax.loglog(many, single / np.sqrt(many), color=GREY, linestyle="--", label="noise of one sample, divided by $\\sqrt{B}$")
ax.loglog(many, spread, "o", color=ORANGE, label="measured")
ax.set(xlabel="samples in the minibatch, $B$", ylabel="noise of the gradient")
ax.set_xticks(many, [str(size) for size in many])
ax.set_yticks([0.2, 0.5, 1], ["0.2", "0.5", "1"])
ax.minorticks_off()
finish(ax)
plt.show()

# %% [markdown]
# The noise (the root of the mean squared distance from the true gradient) falls as $1 / \sqrt B$, as that of any mean of $B$ samples
# drawn independently. A hundred times the work makes the gradient ten times as exact. This is a bad bargain as long as the weights are
# far from the minimum, where a rough direction will do.
#
# ## Epochs
#
# To see every sample the same number of times, shuffle the samples and deal them out in minibatches. When all are dealt, one *epoch* is
# over. `nn.DataLoader` does this, and `optim.SGD` is the update rule from above. With $B = 200$ there is one step in an epoch, with
# $B = 10$ there are 20, and with $B = 1$ there are 200. The pictures show five epochs with $\lambda = 0.1$.


# %%
def sgd(size, epochs, rate):
    w = Tensor(START, requires_grad=True)
    optimizer = optim.SGD([w], lr=rate)
    batches = nn.DataLoader(X, y, batch_size=size, shuffle=True, generator=1)
    path = [w.data.copy()]
    for _ in range(epochs):
        for some_x, some_y in batches:
            E = error(w, some_x, some_y)
            optimizer.zero_grad()
            E.backward()
            optimizer.step()
            path.append(w.data.copy())
    return np.array(path)


EPOCHS = 20
RATE = 0.1
batch_sizes = [200, 10, 1]
paths = {size: sgd(size, EPOCHS, RATE) for size in batch_sizes}
colors = dict(zip(batch_sizes, [BLUE, GREEN, ORANGE], strict=True))
figure, axes = plt.subplots(1, 3, figsize=(9, 3.5), sharey=True, layout="constrained")
for ax, size in zip(axes, batch_sizes, strict=True):
    draw_surface(ax)
    draw_path(ax, paths[size][: 5 * N // size + 1], colors[size], linewidth=0.8, marker="" if size == 1 else ".")
    ax.set_title(f"$B = {size}$: {5 * N // size} steps")
axes[0].set_ylabel("$w_1$")
plt.show()

# %% [markdown]
# All three have looked at every sample five times. With all samples in each step, that made five steps, and they did not lead far. With
# one sample in each step it made a thousand: they arrived long ago, and stagger about the minimum. The whole training of 20 epochs, with the error of all
# samples after each epoch:

# %%
figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
for size, steps in paths.items():
    ends_of_epochs = steps[:: N // size]
    ax.semilogy(
        [error(w) - error(best) for w in ends_of_epochs], "o-", markersize=3, color=colors[size], label=f"$B = {size}$"
    )
ax.set(xlabel="epoch", ylabel="$E$ above its minimum", xticks=range(0, EPOCHS + 1, 5))
finish(ax)
plt.show()

# %% [markdown]
# "Noisy but faster", says the slide. Here it is faster by far at first, since a few minibatches show the direction as well as all samples
# do. Later the noise wins: with a constant $\lambda$ the error does not fall to its minimum, it stays at a level that is higher the
# smaller the minibatches are. $B = 10$ is a compromise. A $\lambda$ that falls in the course of the training makes the noise disappear.
#
# How far from the minimum do they stagger? For the last ten epochs, the root of the mean squared distance:

# %%
stagger = {}
for size, steps in paths.items():
    last = steps[-10 * N // size :]
    stagger[size] = np.sqrt(np.mean(np.sum((last - best) ** 2, axis=1)))
    print(f"B = {size:3}: {stagger[size]:.3f}")

# %% [markdown]
# The first number is no noise: $B = 200$ is still on its way.
#
# ## Momentum
#
# Back to the gradient of all samples. Along the valley the gradient is small but always points the same way. So remember it: a velocity
# $v$ keeps a share $\mu$ of itself and adds the new gradient,
#
# $$v \leftarrow \mu v + \frac{\partial E}{\partial w}, \qquad w \leftarrow w - \lambda v.$$
#
# What keeps its direction adds up, to $1 / (1 - \mu)$ times the gradient. What changes its sign cancels. A ball rolls down
# the valley, and may roll past the minimum.
#
# ## Adam
#
# Adam keeps two running means for each weight, of the gradient and of its square, and divides the first by the root of the second.
# A gradient that is always small and one that is always large give the same step, about $\lambda$. So Adam begins with equally long
# steps in both weights, whatever their gradients are.
#
# The pictures show the first 50 steps of each, with $\lambda = 0.1$ and $\mu = 0.8$.


# %%
def run(optimizer, steps):
    (w,) = optimizer.param_groups[0]["params"]
    path = [w.data.copy()]
    for _ in range(steps):
        E = error(w)
        optimizer.zero_grad()
        E.backward()
        optimizer.step()
        path.append(w.data.copy())
    return np.array(path)


def start():
    return [Tensor(START, requires_grad=True)]


STEPS = 240  # quick: 220
rules = {
    "gradient descent": run(optim.SGD(start(), lr=0.1), STEPS),
    "momentum 0.8": run(optim.SGD(start(), lr=0.1, momentum=0.8), STEPS),
    "Adam": run(optim.Adam(start(), lr=0.1), STEPS),
}
looks = dict(zip(rules, [BLUE, ORANGE, GREEN], strict=True))
figure, axes = plt.subplots(1, 3, figsize=(9, 3.3), sharey=True, layout="constrained")
for ax, (name, steps) in zip(axes, rules.items(), strict=True):
    draw_surface(ax)
    draw_path(ax, steps[:51], looks[name])
    ax.set_title(name)
axes[0].set_ylabel("$w_1$")
plt.show()

# %%
figure, ax = plt.subplots(figsize=(6.5, 3.3), layout="constrained")
for (name, steps), style in zip(rules.items(), ["-", "--", "-."], strict=True):
    ax.semilogy([error(w) - error(best) for w in steps], style, color=looks[name], label=name)
ax.set(xlabel="step", ylabel="$E$ above its minimum", ylim=(1e-10, None))
finish(ax)
plt.show()

within = {}
for name, steps in rules.items():
    far = [error(w) - error(best) > 1e-3 for w in steps]
    within[name] = max(t for t, still in enumerate(far) if still) + 1
    print(f"{name:16} within 0.001 of the smallest error from step {within[name]} on")

# %%
first_steps = {name: steps[1] - START for name, steps in rules.items()}
for name, step in first_steps.items():
    print(f"{name:16} first step {step.round(4)}")

# %% [markdown]
# Here momentum arrives first. Adam's path starts diagonally, since its first step is equally long in both weights. That it is not
# the fastest here says little: this surface has two weights of similar scale. Adam shows its strength where the gradients of different
# layers differ by orders of magnitude, and one $\lambda$ has to serve them all.

# %% [markdown]
# ## Exercises
#
# **1.** The slide adds up the errors of the samples, $\sum_i E(x^{(i)})$, and we took their mean. Which $\lambda$ makes both take the
# same path?
#
# <details><summary>Solution</summary>
#
# The sum and its gradient are $N$ times as large, so $\lambda / N$.
#
# ```python
# w = START
# for _ in range(60):
#     w = w - 0.3 / N * grad(lambda w: 0.5 * np.sum((X @ w - y) ** 2))(w)
# assert np.allclose(w, path[-1])
# ```
#
# </details>
#
# **2.** Compute the gradients of all 20 minibatches of an epoch with $B = 10$, without changing $w$ in between. What is their mean? What if
# the last minibatch is smaller than the others?
#
# <details><summary>Solution</summary>
#
# Each sample is in exactly one of them, so the mean of the means is the mean over all samples: the true gradient, exactly. A smaller
# minibatch must have a smaller weight, or its samples count too much.
#
# ```python
# order = np.random.default_rng(2).permutation(N)
# assert np.allclose(np.mean([batch_gradient(START, part) for part in np.split(order, 20)], axis=0), g)
# parts = [order[k : k + 30] for k in range(0, N, 30)]  # six of 30 and one of 20
# parts_gradients = [batch_gradient(START, part) for part in parts]
# assert not np.allclose(np.mean(parts_gradients, axis=0), g)
# assert np.allclose(np.average(parts_gradients, axis=0, weights=[len(part) for part in parts]), g)
# ```
#
# </details>
#
# **3.** Subtract from each $x$ the mean of all $x$. What becomes of the valley? How many steps does gradient descent need now?
#
# <details><summary>Solution</summary>
#
# The matrix of second derivatives is the mean of $x^{(i)} {x^{(i)}}^\mathsf{T}$. Outside its diagonal it has the mean of $x$, which is 0 now,
# so the axes of the ellipses are those of $w_0$ and $w_1$. The ratio of the curvatures falls from more than 10 to about 3, which is left
# because the variance of $x$ is about $\tfrac13$. Divided by its standard deviation, $x$ gives circles, and with $\lambda = 1$ a single step
# suffices. This is why inputs are normalised.
#
# ```python
# X_centred = X - [0, position.mean()]
# H = hessian(lambda w: error(w, X_centred))(START)
# assert abs(H[0, 1]) < 1e-12 and 2.5 < H[0, 0] / H[1, 1] < 3.5
# X_normal = X_centred / [1, position.std()]
# w = START - 1.0 * grad(lambda w: error(w, X_normal))(START)
# assert np.allclose(w, np.linalg.lstsq(X_normal, y)[0])
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert np.allclose(grad(error)(best), 0, atol=1e-12) and 10 < curvatures[1] / curvatures[0] < 20
assert np.isclose(g @ g / length, (error(START + small * g / length) - error(START)) / small, rtol=1e-3)
assert all(b < a for a, b in itertools.pairwise(above))
assert above[1] < 0.5 * above[0]
assert np.isclose(above[60] / above[59], (1 - 0.3 * curvatures[0]) ** 2, rtol=1e-3)
assert np.allclose(of_one.mean(axis=0), g)
assert np.allclose(spread, single / np.sqrt(many), rtol=0.2)
early = {size: error(steps[N // size]) - error(best) for size, steps in paths.items()}
assert early[1] < early[10] < early[200]
assert stagger[10] < stagger[1] and stagger[10] < stagger[200]
assert within["momentum 0.8"] < within["gradient descent"] and within["momentum 0.8"] < within["Adam"]
assert np.allclose(np.abs(first_steps["Adam"]), 0.1, rtol=1e-5)
assert np.allclose(first_steps["gradient descent"], first_steps["momentum 0.8"])
print("all downhill")
