# %% [markdown]
# # Vanishing and exploding gradients
#
# To the slides "Backward Pass", "Activation Functions" and "Gradient Descent" ("Initialize all weights"). Backpropagation multiplies one
# factor per layer. Many factors below 1 make nearly nothing, many above 1 make far too much. Here we see both in deep networks,
# and what helps: another activation, the right initial weights, clipping, and normalisation. We also meet units that are dead.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nn
import optim
from autograd import Value
from autograd.draw import explain
from nn import functional as F
from nn.plots.style import BLUE, GREEN, GREY, LINES, ORANGE, STYLES, VERMILION, clean, finish

# %config InlineBackend.figure_formats = ["png"]
plt.rcParams["figure.dpi"] = 110

# %% [markdown]
# ## A product of many factors
#
# One neuron per layer is enough to see it: $u_k = \sigma(w_k u_{k-1})$. Three layers, and the derivative with respect to the first weight:

# %%
u0, w1, w2, w3 = Value(0.5), Value(1.0), Value(1.0), Value(1.0)
h1 = w1 * u0
u1 = F.sigmoid(h1)
h2 = w2 * u1
u2 = F.sigmoid(h2)
h3 = w3 * u2
u3 = F.sigmoid(h3)
u3.backward(retain_graph=True)
explain(u3, wrt=w1)

# %% [markdown]
# On the way back each layer contributes a factor $w_k\, \sigma'(h_k)$. Since $\sigma'(h) = \sigma(h) (1 - \sigma(h)) \le \tfrac14$, with
# weights of 1 each of these factors is at most a quarter.
#
# Now up to 30 layers, with several functions and weights: the derivative $\partial u_L / \partial u_0$.


# %%
def chain(g, w, depth):
    """The derivative of the last u with respect to the first, all weights being w."""
    start = u = Value(0.5)
    for _ in range(depth):
        u = g(w * u)
    u.backward()
    return start.grad


depths = range(1, 31)
chains = {
    "ReLU, $w = 1.5$": [chain(F.relu, 1.5, depth) for depth in depths],
    "ReLU, $w = 1$": [chain(F.relu, 1.0, depth) for depth in depths],
    "tanh, $w = 1$": [chain(np.tanh, 1.0, depth) for depth in depths],
    "sigmoid, $w = 1$": [chain(F.sigmoid, 1.0, depth) for depth in depths],
    "sigmoid, $w = 4$": [chain(F.sigmoid, 4.0, depth) for depth in depths],
}
figure, ax = plt.subplots(figsize=(8, 3.5), layout="constrained")
for (name, slopes), color, style in zip(chains.items(), LINES, [*STYLES, (0, (1, 3))], strict=False):
    ax.semilogy(depths, slopes, linestyle=style, color=color, label=name)
ax.set(xlabel="layers", ylabel="$\\partial u_L / \\partial u_0$")
clean(ax)
figure.legend(loc="outside right upper", frameon=False)
plt.show()

# %% [markdown]
# The sigmoid loses more than half a power of ten per layer. A larger weight does not help: it drives the neurons into
# saturation, where $\sigma'$ is even smaller. With tanh, whose slope at 0 is 1, the loss is slow. With ReLU, whose slope is exactly 1
# for positive numbers, all depends on the weights: with 1 nothing is lost, with 1.5 the derivative explodes.
#
# ## A deep network
#
# Now eight hidden layers of 32 neurons for the digits of scikit-learn, with the library's usual initial weights. We look at the norm of
# $\partial E / \partial W$ of each layer, before any training.

# %%
data = nn.datasets.digits(flat=True)
images, classes = data.train[:]
images = (images - images.mean()) / images.std()


def network(activation, gain=None, norm=None, depth=8, width=32, seed=0):
    """A deep network. With a gain the weights are drawn anew, with standard deviation gain / √n for n inputs."""
    rng = np.random.default_rng(seed)
    layers = []
    for k in range(depth):
        layers.append(nn.Linear(width if k else 64, width, generator=rng))
        if norm:
            layers.append(norm(width))
        layers.append(activation())
    layers.append(nn.Linear(width, 10, generator=rng))
    if gain is not None:
        for layer in layers:
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, 0, gain / np.sqrt(layer.in_features), generator=rng)
                nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def gradients(model):
    F.cross_entropy(model(images), classes).backward()
    return np.array([np.linalg.norm(layer.weight.grad) for layer in model if isinstance(layer, nn.Linear)])


at_start = {
    "tanh": gradients(network(nn.Tanh)),
    "ReLU": gradients(network(nn.ReLU)),
    "sigmoid": gradients(network(nn.Sigmoid)),
}
figure, ax = plt.subplots(figsize=(7, 3.3), layout="constrained")
for (name, norms), color, marker in zip(at_start.items(), [GREEN, ORANGE, BLUE], "so^", strict=True):
    ax.semilogy(range(1, 10), norms, marker=marker, color=color, label=name)
ax.set(xlabel="layer (1 is next to the input)", ylabel="$\\|\\partial E / \\partial W\\|$", xticks=range(1, 10))
finish(ax)
plt.show()

# %% [markdown]
# With sigmoids the gradient at the first layer is about a millionth of that at the last. The first layers, which see the images, do
# not learn.
#
# ## Watching a training
#
# `nn.watch` records what happens in each layer, step by step. Gradient descent with $\lambda = 0.05$ and momentum 0.9, ten epochs; in
# one's own loop one calls `watch.step()` after the optimizer's step.

# %%
EPOCHS = 10  # quick: 5


def train(model, rate=0.05, momentum=0.9, clip=None, watch=None):
    """The error of all images after each epoch."""
    sgd = optim.SGD(model.parameters(), lr=rate, momentum=momentum)
    curve = []
    for epoch in range(EPOCHS):
        for x, d in nn.DataLoader(images, classes, batch_size=50, shuffle=True, generator=epoch):
            E = F.cross_entropy(model(x), d)
            sgd.zero_grad()
            E.backward()
            if clip:
                optim.clip_grad_norm_(model.parameters(), clip)
            sgd.step()
            if watch:
                watch.step()
        curve.append(error(model))
    return np.array(curve)


def error(model):
    model.eval()
    E = F.cross_entropy(model(images), classes).item()
    model.train()
    return E


model = network(nn.Sigmoid)
watch = nn.watch(model, every=9)
sigmoid_curve = train(model, watch=watch)
print(f"error {sigmoid_curve[-1]:.3f}, guessing gives {np.log(10):.3f}")
watch.plot()

# %% [markdown]
# The first layers are dark, the last ones light. Their gradients lie orders of magnitude apart, for the whole training, and
# $\|\Delta w\| / \|w\|$ says by what share a step changes the weights: in the first layers by nothing that counts. The
# network still guesses.
#
# `watch.marks` says in words where something is wrong at the last step. A layer's name is its place in `nn.Sequential`; those with
# odd numbers are the activations.

# %%
for name, told in watch.marks.items():
    print(f"layer {name:2}", "; ".join(told))

# %% [markdown]
# And with tanh, all else equal:

# %%
model = network(nn.Tanh)
tanh_watch = nn.watch(model, every=9)
tanh_curve = train(model, watch=tanh_watch)
print(f"error {tanh_curve[-1]:.3f}")
tanh_watch.plot()

# %% [markdown]
# Here the gradients of all layers grow and come together, within about a power of ten, and the network learns. The dashed curves
# at the bottom are the shares of outputs close to -1 or 1, where tanh is flat.
#
# ## Initial weights
#
# How large should they be? Let a layer have $n$ inputs $u_i$, independent weights with mean 0 and variance $V$, and no bias.
# Then $h = \sum_i w_i u_i$ has the variance $n V\, \overline{u^2}$, where $\overline{u^2}$ is the mean square of the inputs. If they come from
# ReLUs, half of the previous $h$ are cut off, and $\overline{u^2}$ is half of their variance. So from one layer to the next
#
# $$\operatorname{Var}(h_{k+1}) = \tfrac12 n V \operatorname{Var}(h_k),$$
#
# and it stays as it is if $V = 2/n$, a standard deviation of $\sqrt2 / \sqrt n$. This is He's (or Kaiming's) initialisation. For
# tanh, whose slope at 0 is 1, Xavier's has $1 / \sqrt n$ in place of it, if a layer has as many outputs as inputs. On the way back the
# $\delta$ of each layer are multiplied by the same factor.
#
# Twenty layers of 64 ReLUs, with weights of standard deviation $g / \sqrt n$:


# %%
def layer_by_layer(model):
    """The standard deviation of each layer's h, and the norm of δ = ∂E/∂h."""
    y, sums = images, []
    for layer in model:
        y = layer(y)
        if isinstance(layer, nn.Linear):
            y.retain_grad()
            sums.append(y)
    F.cross_entropy(y, classes).backward()
    return np.array([(h.data.std(), np.linalg.norm(h.grad)) for h in sums[:-1]]).T


gains = {"g = 1": 1.0, "g = √2": np.sqrt(2), "g = 2": 2.0}
profiles = {name: layer_by_layer(network(nn.ReLU, gain, depth=20, width=64)) for name, gain in gains.items()}
figure, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), layout="constrained")
for (name, profile), color, marker in zip(profiles.items(), [BLUE, GREEN, ORANGE], "o^s", strict=True):
    for ax, numbers in zip(axes, profile, strict=True):
        ax.semilogy(range(1, 21), numbers, marker=marker, markersize=4, color=color, label=name)
axes[0].set(xlabel="layer", ylabel="standard deviation of $h$", xticks=range(0, 21, 5))
axes[1].set(xlabel="layer", ylabel="$\\|\\delta\\| = \\|\\partial E / \\partial h\\|$", xticks=range(0, 21, 5))
finish(axes[0])
clean(axes[1])
plt.show()

factors = {name: np.exp(np.diff(np.log(profile)).mean(axis=1)) for name, profile in profiles.items()}
print("factor per layer     h, forward   δ, backward   g / √2")
for (name, (forward, backward)), gain in zip(factors.items(), gains.values(), strict=True):
    print(f"{name:16} {forward:13.3f} {1 / backward:13.3f} {gain / np.sqrt(2):9.3f}")

# %% [markdown]
# In the left picture read from left to right, as the numbers go. In the right one read from right to left, as the derivatives do. The formula
# holds well in both directions. With $g = \sqrt2$ all stays in range. A factor of $\sqrt2$ more or less, and 20 layers gain or
# lose about three powers of ten. The usual initial weights above, uniform between $\pm 1 / \sqrt n$, have $g = 1 / \sqrt3 \approx 0.58$, which
# is little for deep networks of ReLUs.
#
# What it means for training: eight hidden layers with ReLU, $\lambda = 0.01$, initial weights too small, right, and too large.

# %%
starts = {"g = 0.5": 0.5, "g = √2": np.sqrt(2), "g = 2.5": 2.5}
with np.errstate(all="ignore"):  # overflow is expected
    curves = {name: train(network(nn.ReLU, gain), rate=0.01) for name, gain in starts.items()}
    curves["g = 2.5, clipped"] = train(network(nn.ReLU, 2.5), rate=0.01, clip=5.0)
for name, curve in curves.items():
    print(f"{name:16} error {curve[-1]:.3f}")

# %% [markdown]
# With too small weights nothing moves. With too large ones the first gradients are so large that the first steps ruin the network: the error
# is NaN, not a number, or no better than guessing. The gradient has exploded. The last line has the same initial weights, but the
# gradient is *clipped*: if its norm, over all layers together, is above 5, it is scaled down to 5. It keeps its direction, and
# the training survives. Clipping limits an explosion; it does not mend a vanishing gradient. (NaN cannot be drawn.)

# %%
figure, ax = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
for (name, curve), color, style in zip(
    curves.items(), [BLUE, GREEN, VERMILION, ORANGE], ["--", "-", ":", "-."], strict=True
):
    if np.isfinite(curve).all():
        ax.plot(range(1, EPOCHS + 1), curve, style, color=color, label=name)
ax.axhline(np.log(10), color=GREY, linewidth=0.8)
ax.text(EPOCHS, np.log(10) + 0.04, "guessing", va="bottom", ha="right", fontsize=9, color=GREY)
ax.set(xlabel="epoch", ylabel="$E$", ylim=(0, 2.75), xticks=range(0, EPOCHS + 1, 2))
finish(ax, loc="lower left")
plt.show()

# %% [markdown]
# ## Dead units
#
# A ReLU whose sum $h$ is negative for every image gives 0 for every image. A step that is too long may push a unit there. We train one
# hidden layer of 64 ReLUs, once with $\lambda = 0.3$ and once with $\lambda = 2$, which is too large. The watch counts a unit as dead in a
# step if it is 0 for all 50 images of the minibatch.

# %%
dead_shares = {}
for rate in [0.3, 2.0]:
    model = network(nn.ReLU, np.sqrt(2), depth=1, width=64)
    unit_watch = nn.watch(model)
    E = train(model, rate, momentum=0.0, watch=unit_watch)[-1]
    dead_shares[rate] = unit_watch["1"]["dead"]  # of layer 1, the ReLUs
    print(f"λ = {rate}: error {E:.3f}, {dead_shares[rate][-1]:.0%} of the units dead")

figure, ax = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
for (rate, share), color, style in zip(dead_shares.items(), [BLUE, VERMILION], ["-", "--"], strict=True):
    ax.plot(100 * share, style, color=color, label=f"$\\lambda = {rate}$")
ax.set(xlabel="step", ylabel="dead units, %", ylim=(-3, 103))
finish(ax, loc="center right")
plt.show()

# %% [markdown]
# Most units die in the first steps, and they do not come back: where a ReLU gives 0 its slope is 0 too, so a dead unit's weights get
# no gradient. (The curves waver because a unit may be 0 for one minibatch and not for the next.) To see it, take the network with the dead units as it is, and compute the gradient of each unit's weights over all images. Then
# exchange the ReLUs for leaky ones, whose slope on the left is 0.01.

# %%
is_dead = np.all(model[0](images).data <= 0, axis=0)
unit_gradients = {}
for activation in [nn.ReLU(), nn.LeakyReLU(0.01)]:
    model[1] = activation
    model.zero_grad()
    F.cross_entropy(model(images), classes).backward()
    norms = np.linalg.norm(model[0].weight.grad, axis=1)
    unit_gradients[type(activation).__name__] = norms[is_dead]
    print(f"{type(activation).__name__:9} {is_dead.sum()} units, gradients from {norms[is_dead].min():.1e}"
          f" to {norms[is_dead].max():.1e}")  # fmt: skip

# %% [markdown]
# Through a leaky ReLU a hundredth of the gradient passes, and the unit may return. Better still is a $\lambda$ at which units
# do not die.
#
# ## Normalisation
#
# If the sums have to have the right size, one may as well make them so. Batch normalisation subtracts from each $h$ its mean over the minibatch and
# divides by its standard deviation, in each layer and each step, and then scales and shifts by two numbers that are learned. The size of the
# weights matters little then: $h$ and $2h$ give the same result. (After the training, running means take the place of those over the
# minibatch, so that the result for an image does not depend on others.)

# %%
with_norm = {
    "sigmoid": at_start["sigmoid"],
    "sigmoid, normalised": gradients(network(nn.Sigmoid, norm=nn.BatchNorm1d)),
}
curves_of_norm = {"sigmoid": sigmoid_curve, "sigmoid, normalised": train(network(nn.Sigmoid, norm=nn.BatchNorm1d))}
figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.3), layout="constrained")
for name, color, marker in zip(with_norm, [BLUE, ORANGE], "^o", strict=True):
    left.semilogy(range(1, 10), with_norm[name], marker=marker, color=color, label=name)
    right.plot(range(1, EPOCHS + 1), curves_of_norm[name], marker=marker, color=color)
left.set(xlabel="layer", ylabel="$\\|\\partial E / \\partial W\\|$ at the start", xticks=range(1, 10))
right.set(xlabel="epoch", ylabel="$E$", ylim=(0, 2.5), xticks=range(0, EPOCHS + 1, 2))
finish(left)
clean(right)
plt.show()

# %% [markdown]
# The same eight layers of sigmoids learned nothing before. Now they do. And here are the errors of the ReLU network after the training, for
# initial weights of three sizes, with $\lambda = 0.02$:

# %%
sizes = [0.5, np.sqrt(2), 4.0]
with np.errstate(all="ignore"):
    plain = [train(network(nn.ReLU, gain), rate=0.02)[-1] for gain in sizes]
normalised = [train(network(nn.ReLU, gain, norm=nn.BatchNorm1d), rate=0.02)[-1] for gain in sizes]
print("   g     plain   normalised")
for gain, one, other in zip(sizes, plain, normalised, strict=True):
    print(f"{gain:5.2f}   {one:6.3f}   {other:6.3f}")

# %% [markdown]
# ## Exercises
#
# **1.** A *residual* layer computes $x + g(Wx + b)$. Why does the gradient not vanish in a deep stack of them, even of sigmoids? Write it as a
# module, and compare the gradient at the first and at the last of 20 layers.
#
# <details><summary>Solution</summary>
#
# The derivative of a layer is the identity plus something. Multiplied out, the product over all layers has the identity as one of its
# terms: the gradient has a way on which nothing is multiplied.
#
# ```python
# class Residual(nn.Module):
#     def __init__(self, width, rng):
#         self.linear = nn.Linear(width, width, generator=rng)
#
#     def forward(self, x):
#         return x + F.sigmoid(self.linear(x))
#
# rng = np.random.default_rng(0)
# deep = nn.Sequential(*[Residual(64, rng) for _ in range(20)], nn.Linear(64, 10, generator=rng))
# F.cross_entropy(deep(images), classes).backward()
# first, last = (np.linalg.norm(deep[k].linear.weight.grad) for k in (0, 19))
# assert first > 0.1 * last
# ```
#
# </details>
#
# **2.** Which $g$ is right for a leaky ReLU with the slope $s$ on the left? Compare with `nn.init.calculate_gain`.
#
# <details><summary>Solution</summary>
#
# The half that is cut off now counts with $s^2$: $\overline{u^2} = \tfrac12 (1 + s^2) \operatorname{Var}(h)$, so $g = \sqrt{2 / (1 + s^2)}$.
#
# ```python
# assert np.isclose(nn.init.calculate_gain("leaky_relu", 0.3), np.sqrt(2 / (1 + 0.3**2)))
# h = np.random.default_rng(0).normal(size=100_000)
# assert np.isclose(np.mean(F.leaky_relu(h, 0.3) ** 2), (1 + 0.3**2) / 2, rtol=0.02)
# ```
#
# </details>
#
# **3.** Without activations a network is a product of matrices. Draw each as an orthogonal matrix (`nn.init.orthogonal`). What happens to
# the norm of a vector in 100 layers, forward and backward? And with matrices of independent numbers of variance $1/n$?
#
# <details><summary>Solution</summary>
#
# An orthogonal matrix preserves each norm exactly, and so does its transpose, by which the gradient is multiplied. With independent
# numbers the norm is right on the average only, and drifts.
#
# ```python
# rng = np.random.default_rng(0)
# v = w = np.ones(32)
# for _ in range(100):
#     v = nn.init.orthogonal((32, 32), generator=rng, dtype=np.float64) @ v
#     w = rng.normal(0, 1 / np.sqrt(32), (32, 32)) @ w
# assert np.isclose(np.linalg.norm(v), np.sqrt(32))
# assert abs(np.log(np.linalg.norm(w) / np.sqrt(32))) > 0.1
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
sigmas = [F.sigmoid(h.data) * F.sigmoid(-h.data) for h in (h1, h2, h3)]
assert np.isclose(w1.grad, 0.5 * np.prod(sigmas)) and max(sigmas) <= 0.25
for name in ["sigmoid, $w = 1$", "sigmoid, $w = 4$"]:
    assert chains[name][-1] < 10 ** (-0.5 * 30)
assert chains["sigmoid, $w = 4$"][-1] < chains["sigmoid, $w = 1$"][-1] < 1e-3 * chains["tanh, $w = 1$"][-1]
assert np.allclose(chains["ReLU, $w = 1$"], 1) and np.allclose(chains["ReLU, $w = 1.5$"], 1.5 ** np.array(depths))
assert at_start["sigmoid"][0] < 1e-5 * at_start["sigmoid"][-1] and at_start["tanh"][0] > 0.05 * at_start["tanh"][-1]
assert sigmoid_curve[-1] > 2.25 and tanh_curve[-1] < 1.5
last = {name: watch[name]["gradient"][-1] for name in watch.layers if "gradient" in watch[name]}
assert "vanishing gradient" in watch.marks["0"] and last["0"] < 1e-4 * last["16"]
assert "vanishing gradient" not in tanh_watch.marks.get("0", [])
assert np.isclose(network(nn.ReLU)[2].weight.data.std(), 1 / np.sqrt(3 * 32), rtol=0.1)
for (forward, backward), gain in zip(factors.values(), gains.values(), strict=True):
    assert np.isclose(forward, gain / np.sqrt(2), rtol=0.1) and np.isclose(1 / backward, gain / np.sqrt(2), rtol=0.1)
small, right_size, large, clipped = (curve[-1] for curve in curves.values())
assert small > 2.25 and right_size < 0.7 and not large < 2 and clipped < 2
assert dead_shares[0.3].max() < 0.25 < 0.5 < dead_shares[2.0][-1] and dead_shares[2.0][30] > 0.5
assert is_dead.sum() > 20 and np.all(unit_gradients["ReLU"] == 0) and np.all(unit_gradients["LeakyReLU"] > 0)
assert np.all(with_norm["sigmoid, normalised"] > 0.1) and curves_of_norm["sigmoid, normalised"][-1] < 1
assert plain[0] > 2.25 and not plain[2] < 2 and max(normalised) < 1
print("neither vanished nor exploded")
