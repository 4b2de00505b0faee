# %% [markdown]
# # Radial basis functions: matching templates
#
# To the slide "Other Options", which lists
#
# $$g(z) = \exp\left(-\tfrac{1}{\sigma^2} \|w - z\|^2\right)$$
#
# and calls it template matching. The weights $w$ are a template, an example of an input. The result is 1 if the input $z$ equals it,
# and falls to 0 with the distance. Here $\sigma$ is not the sigmoid but a width: how much difference is forgiven.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nn
import optim
from autograd import grad
from nn import functional as F
from nn import metrics, plots
from nn.plots.style import BLUE, COLORS, ORANGE, clean, finish

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## Beside a neuron
#
# A neuron $\sigma(w \cdot z + b)$ asks on which side of a line the input lies, and how far away. A radial basis function asks how
# close the input is to one point.


# %%
def rbf(w, z, width):
    return np.exp(-np.sum((w - z) ** 2, axis=-1) / width**2)


line = np.linspace(-2, 2, 41)
plane = np.stack(np.meshgrid(line, line), axis=-1)  # (41, 41, 2)
center = np.array([0.6, -0.4])
asked = {
    "neuron, $w = (2, 1)$, $b = 0$": F.sigmoid(plane @ np.array([2.0, 1.0])),
    "radial basis function, $\\sigma = 0.8$": rbf(center, plane, 0.8),
}
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.6), sharey=True, layout="constrained")
for ax, (name, value) in zip(axes, asked.items(), strict=True):
    areas = ax.contourf(line, line, value, levels=np.linspace(0, 1, 11), cmap="cividis")
    ax.set_aspect("equal")
    ax.set(title=name, xlabel="$z_1$")
axes[0].set_ylabel("$z_2$")
axes[1].plot(*center, "k+", markersize=10, markeredgewidth=2)
axes[1].annotate("$w$", center, xytext=(5, 5), textcoords="offset points", fontsize=12)
figure.colorbar(areas, ax=axes, label="$g(z)$")
plt.show()

# %% [markdown]
# ## How a template learns
#
# The derivative with respect to the template is
#
# $$\frac{\partial g}{\partial w} = \frac{2}{\sigma^2}\, (z - w)\, g(z).$$
#
# It points from the template to the input. If a better match would lower the error, gradient descent moves the template
# towards the input, else away from it. Where the input is far away, $g(z)$ is practically 0 and so is the derivative: a template
# learns only from inputs that it resembles. So it matters where it starts.

# %%
near, far = np.array([1.0, 0.0]), np.array([5.0, 3.0])
for name, z in {"near": near, "far": far}.items():
    by_engine = grad(rbf)(center, z, 0.8)
    by_formula = 2 / 0.8**2 * (z - center) * rbf(center, z, 0.8)
    print(f"{name}: by the engine {by_engine}, by the formula {by_formula}")
    assert np.allclose(by_engine, by_formula)

# %% [markdown]
# ## Templates for digits
#
# The simplest templates are means. Scikit-learn's digits have 8 x 8 pixels between 0 and 1. For each class, the mean of its training
# images is the template.

# %%
data = nn.datasets.digits(flat=True)
x, d = data.train[:]
x_test, d_test = data.test[:]
means = np.stack([x[d == k].mean(axis=0) for k in range(10)])
plots.images(means.reshape(-1, 8, 8), [f"template {k}" for k in range(10)], columns=10)

# %% [markdown]
# `functional.rbf` compares every input with every template. Six test images, and how well the templates match them:

# %%
widths = np.full(10, 2.0, dtype=np.float32)
matches = F.rbf(x_test, means, widths)  # (450, 10)
answers = matches.argmax(axis=1)

mistakes = np.flatnonzero(answers != d_test)
chosen = [*np.flatnonzero(answers == d_test)[:4], *mistakes[:2]]
figure, axes = plt.subplots(2, 6, figsize=(9, 3.4), height_ratios=[1, 1.2], layout="constrained")
for (above, below), k in zip(axes.T, chosen, strict=True):
    above.imshow(x_test[k].reshape(8, 8), cmap="gray_r")
    above.set_title(f"a {d_test[k]}, taken for {answers[k]}", fontsize=8.5)
    above.axis("off")
    below.bar(range(10), matches[k], color=[ORANGE if c == answers[k] else BLUE for c in range(10)])
    below.set(ylim=(0, 0.85), xticks=range(0, 10, 2))
    clean(below)
    if k != chosen[0]:
        below.set_yticklabels([])
axes[1, 0].set_ylabel("match")
figure.supxlabel("template", fontsize=10)
plt.show()

# %% [markdown]
# The class of the best match is the answer. The numbers need not add up to 1: each says how well one template fits, and says so
# without regard to the others. The last two images are taken for another digit.
#
# The width does not change which template is best. It changes how much the matches differ.

# %%
correct = {}
for width in [0.5, 1, 2, 4]:
    given = F.rbf(x_test, means, np.full(10, width))
    correct[width] = metrics.accuracy(given, d_test)
    best, second = np.median(np.sort(given, axis=1)[:, [-1, -2]], axis=0)
    print(f"σ = {width:3}: accuracy {correct[width]:.1%}, typical best match {best:.1e}, second {second:.1e}")

# %% [markdown]
# ## More templates
#
# One template for each class cannot follow the different ways to write a 1 or a 9. The other extreme is to take every training image
# as a template. The best match is then the nearest training image: this is the nearest-neighbour classifier.

# %%
everyone = F.rbf(x_test, x, np.full(len(x), 2.0))
nearest = np.mean(d[everyone.argmax(axis=1)] == d_test)
print(f"{len(means):5} templates: {correct[2]:.1%} correct")
print(f"{len(x):5} templates: {nearest:.1%} correct")

# %% [markdown]
# ## Learned templates
#
# In between is a network: a layer of templates, `nn.RBF`, and a linear layer that combines their matches into ten scores. Both
# are trained by backpropagation, the widths too. The templates start as randomly chosen training images.

# %%
TEMPLATES = 30
EPOCHS = 40  # quick: 15

rng = np.random.default_rng(0)
chosen = rng.choice(len(x), TEMPLATES, replace=False)
start = x[chosen]
layer = nn.RBF(64, TEMPLATES)
layer.centers.data, layer.widths.data = start, np.full(TEMPLATES, 2.0, dtype=np.float32)
model = nn.Sequential(layer, nn.Linear(TEMPLATES, 10, generator=0))

adam = optim.Adam(model.parameters(), lr=0.02)
for _ in range(EPOCHS):
    for images, classes in nn.DataLoader(x, d, batch_size=50, shuffle=True, generator=rng):
        loss = F.cross_entropy(model(images), classes)
        adam.zero_grad()
        loss.backward()
        adam.step()

learned = metrics.accuracy(model(x_test), d_test)
print(f"{TEMPLATES:5} learned templates: {learned:.1%} correct")

# %% [markdown]
# That lies between the two, with 30 templates instead of 1347. What did the templates become? Above ten of them as they started, with their class,
# below as they were after training, with the class for which they speak most.

# %%
votes = model[1].weight.data.argmax(axis=0)
shown = np.argsort(votes, kind="stable")[:: TEMPLATES // 10]
pictures = np.clip(np.concatenate([start[shown], layer.centers.data[shown]]), 0, 1)
titles = [f"a {k}" for k in d[chosen[shown]]] + [f"for {k}" for k in votes[shown]]
plots.images(pictures.reshape(-1, 8, 8), titles, columns=10)

# %% [markdown]
# The single images became something blurred that stands for many, most like the mean of the class that the template speaks for.
# Many ended up in another class than that of their start: whether a template is drawn to the images of a class or driven
# away from them depends on its weights in the linear layer, and these started at random. (Pixels below 0 and above 1 are cut
# off in the picture.)

# %%
alike = int(np.sum(F.rbf(layer.centers.data, means, widths).argmax(axis=1) == votes))
changed = int(np.sum(votes != d[chosen]))
print(
    f"{alike} of {TEMPLATES} templates are closest to the mean of the class they speak for; {changed} changed their class"
)

# %% [markdown]
# ## Rings
#
# Two rings, one around the other. No line separates them, so a perceptron must fail. One radial basis function is enough: what is
# close to the center belongs to the inner ring. The network $y = \sigma(v\, g(x) + b)$ has to find the center by itself, along with the
# width, $v$ and $b$.

# %%
points, ring = nn.datasets.circles(200, noise=0.1, generator=0)  # class 1 is the inner ring


def trained(model, steps=200):
    adam = optim.Adam(model.parameters(), lr=0.1)
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(model(points)[:, 0], ring.astype(np.float32))
        adam.zero_grad()
        loss.backward()
        adam.step()
    return model


def accuracy(model):
    return np.mean((model(points).data[:, 0] > 0) == ring)


def rbf_network(units, seed):
    """Templates that start at randomly chosen samples."""
    layer = nn.RBF(2, units)
    layer.centers.data = points[np.random.default_rng(seed).choice(len(points), units, replace=False)]
    layer.widths.data = np.full(units, 0.5, dtype=np.float32)
    return nn.Sequential(layer, nn.Linear(units, 1, generator=seed))


linear = trained(nn.Linear(2, 1, generator=0))
single = trained(rbf_network(1, seed=0))
print(f"a line:             {accuracy(linear):.1%} correct")
print(f"one template:       {accuracy(single):.1%} correct")
print(f"its template is {np.linalg.norm(single[0].centers.data[0]):.2f} from the center of the rings")

# %% [markdown]
# Where the network is undecided, $v\, g(x) + b = 0$, so $g(x) = -b / v$: this is a circle around $w$ with the radius
# $r = \sigma \sqrt{\log(-v / b)}$. On the right is what the last layer sees of the samples, the matches $g(x)$. In this one number the
# rings are separable but for a few samples, and a threshold is all that it takes.

# %%
w = single[0].centers.data[0]
width = abs(float(single[0].widths.data[0]))
v, b = float(single[1].weight.data[0, 0]), float(single[1].bias.data[0])
radius = width * np.sqrt(np.log(-v / b))

figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.7), width_ratios=[1, 1.25], layout="constrained")
angle = np.linspace(0, 2 * np.pi, 100)
left.plot(w[0] + radius * np.cos(angle), w[1] + radius * np.sin(angle), "k", label=f"$r = {radius:.2f}$")
left.plot(*w, "k+", markersize=10, markeredgewidth=2, label="center $w$")
matched = single[0](points).data[:, 0]
for k, (name, marker) in enumerate([("outer ring", "o"), ("inner ring", "s")]):
    of = ring == k
    left.scatter(*points[of].T, s=12, color=COLORS[k], marker=marker, label=name)
    right.hist(matched[of], bins=np.linspace(0, 1, 31), color=COLORS[k], alpha=0.8, label=name)
right.axvline(-b / v, color="k", label="threshold $-b / v$")
left.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", ylim=(-1.3, 1.95))
right.set(xlabel="match $g(x)$", ylabel="samples")
finish(left, loc="upper center", ncols=2, fontsize=8.5)
finish(right)
plt.show()

# %% [markdown]
# ## The start matters
#
# Each row shows the accuracies from several starts, sorted. A single template finds the center in some of them only. It does not where $v$
# happens to be negative at first: then the outer ring attracts it, and it ends up there, marking a piece of that ring. With four
# templates at least one begins well.

# %%
SEEDS = 10  # quick: 3
table = {units: [accuracy(trained(rbf_network(units, seed))) for seed in range(SEEDS)] for units in [1, 2, 4]}
for units, found in table.items():
    print(f"{units} template{'s' if units > 1 else ' '}", " ".join(f"{a:4.0%}" for a in sorted(found)))

# %% [markdown]
# ## Exercises
#
# **1.** Solve XOR with two radial basis functions of width 1, without training: which templates, and which threshold on $g_1 + g_2$?
#
# <details><summary>Solution</summary>
#
# The templates are the two inputs for which XOR is 1. At each of these one match is 1 and the other $e^{-2}$; at the other two
# inputs both are $e^{-1}$. The sums are 1.14 and 0.74, so a threshold of 0.9 tells them apart.
#
# ```python
# corners, xor = nn.datasets.xor()
# sums = F.rbf(corners, corners[xor == 1], np.ones(2)).sum(axis=1)
# assert np.array_equal(sums > 0.9, xor == 1)
# assert np.allclose(sums[xor == 1], 1 + np.exp(-2)) and np.allclose(sums[xor == 0], 2 * np.exp(-1))
# ```
#
# </details>
#
# **2.** A classifier with a softmax always names a class. A template can say "that is none of mine". Shuffle the pixels of each
# test image and look at the best match of the ten means, at $\sigma = 2$, before and after. Where would you put a threshold below which
# the answer is "no digit"?
#
# <details><summary>Solution</summary>
#
# A typical digit has a best match of about 0.5, shuffled pixels one of about 0.03. A threshold of 0.2 accepts nearly all digits
# and refuses nearly all of the others.
#
# ```python
# shuffled = np.random.default_rng(0).permuted(x_test, axis=1)
# best = matches.max(axis=1)
# best_shuffled = F.rbf(shuffled, means, widths).max(axis=1)
# print(f"typical: {np.median(best):.2f} and {np.median(best_shuffled):.2f}")
# print(f"below 0.2: {np.mean(best < 0.2):.1%} and {np.mean(best_shuffled < 0.2):.1%}")
# assert np.mean(best < 0.2) < 0.02 and np.mean(best_shuffled < 0.2) > 0.98
# ```
#
# </details>
#
# **3.** Radial basis functions came up for interpolation: with one template at each of $N$ samples, $f(x) = \sum_i v_i g_i(x)$ can
# go through all of them exactly, and the $v$ follow from $N$ linear equations. Do so with nine samples of $\sin$ between 0 and 6, with
# $\sigma = 1$ and with $\sigma = 0.1$. What happens between the samples?
#
# <details><summary>Solution</summary>
#
# Both go through the samples. With $\sigma = 1$ the function follows the sine in between, with $\sigma = 0.1$ it falls back to 0 after
# each sample: nothing matches there.
#
# ```python
# samples = np.linspace(0, 6, 9)[:, None]
# between = np.linspace(0, 6, 200)[:, None]
# error = {}
# for s in [1.0, 0.1]:
#     matrix = F.rbf(samples, samples, np.full(9, s))
#     v = np.linalg.solve(matrix, np.sin(samples[:, 0]))
#     assert np.allclose(matrix @ v, np.sin(samples[:, 0]))
#     error[s] = np.abs(F.rbf(between, samples, np.full(9, s)) @ v - np.sin(between[:, 0])).max()
# assert error[1.0] < 0.05 and error[0.1] > 0.9
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert rbf(center, center, 0.8) == 1
assert np.allclose(F.rbf(x_test[:5], means, widths), [rbf(means, image, 2.0) for image in x_test[:5]], rtol=1e-4)
assert np.linalg.norm(grad(rbf)(center, far, 0.8)) < 1e-15 < 0.1 < np.linalg.norm(grad(rbf)(center, near, 0.8))
assert min(correct.values()) == max(correct.values()) > 0.88
assert changed > 0 and alike > 0.8 * TEMPLATES
assert correct[2] < learned < nearest + 0.01 and learned > 0.92 and nearest > 0.97
assert accuracy(linear) < 0.7 and accuracy(single) > 0.97
assert np.linalg.norm(w) < 0.2 and 0.5 < radius < 1
assert np.array_equal(np.linalg.norm(points - w, axis=1) < radius, single(points).data[:, 0] > 0)
assert min(table[1]) < 0.8 and max(table[1]) > 0.97 and min(table[4]) > 0.95
assert all(table[1][seed] < 0.8 for seed in range(SEEDS) if rbf_network(1, seed)[1].weight.data < 0)
print("all as matched")
