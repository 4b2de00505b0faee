# %% [markdown]
# # The perceptron and its rule
#
# Part 1 of the lecture, slides *The Perceptron* and *XOR*. A perceptron takes a point $x$ and answers 0 or 1:
#
# $$
# f(x) = \begin{cases} 1 & \text{if } w \cdot x + b > 0 \\ 0 & \text{otherwise} \end{cases}
# \qquad x, w \in \mathbb{R}^n, \quad b \in \mathbb{R}
# $$
#
# (The slide calls the number of inputs $d$. Here $d$ is the target, as on the slides about training.) This notebook shows what a
# perceptron can represent, how it learns, and where both end.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np

import nn
from autograd import Tensor

# %config InlineBackend.figure_formats = ["svg"]

BLUE, ORANGE = "#0072b2", "#e69f00"  # class 0 and class 1

# %% [markdown]
# ## A line with two sides
#
# A perceptron is a *linear classifier*: in the plane, $w \cdot x + b = 0$ is a line, and each class has one of its sides. The vector $w$ is perpendicular to it and points to the side where the
# perceptron answers 1. The number $(w \cdot x + b) / \|w\|$ is the distance of $x$ from the line, with a sign that says
# on which side $x$ lies. The bias $b$ shifts the line away from the origin: without it, every line would go through 0.
# (The arrow has the direction of $w$, and a quarter of its length.)


# %%
def draw_points(axes, x, d):
    for k, (color, marker) in enumerate([(BLUE, "o"), (ORANGE, "s")]):
        axes.scatter(
            *x[d == k].T, color=color, marker=marker, s=22, edgecolor="0.15", linewidth=0.5, label=f"$d = {k}$"
        )


def draw_line(axes, w, b, low=-1.15, high=1.15):
    """The line, and the side where f is 1 in a pale colour."""
    grid = np.linspace(low, high, 2)
    score = w[0] * grid[None, :] + w[1] * grid[:, None] + b
    if not np.any(w):  # the same answer everywhere
        axes.axvspan(low, high, color=ORANGE if b > 0 else "w", alpha=0.22, linewidth=0)
    else:  # the score at four corners is enough
        axes.contourf(grid, grid, score, levels=[0, np.inf], colors=[ORANGE], alpha=0.22)
        axes.contour(grid, grid, score, levels=[0], colors="0.2", linewidths=1.3)
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")


w, b = np.array([1.0, 2.0]), -0.8
figure, axes = plt.subplots(figsize=(4.2, 4.0), layout="constrained")
draw_line(axes, w, b)
foot = -b * w / (w @ w)  # the point of the line that is nearest to the origin
axes.annotate("", foot + 0.25 * w, foot, arrowprops={"arrowstyle": "-|>", "color": "k", "shrinkA": 0, "shrinkB": 0})
axes.text(*(foot + 0.27 * w), "$w$", fontsize=13)
axes.text(0.5, 0.4, "$f(x) = 1$", fontsize=12)
axes.text(-0.7, -0.5, "$f(x) = 0$", fontsize=12)
axes.set(xlabel="$x_1$", ylabel="$x_2$", title="$w = (1, 2)$,  $b = -0.8$")
plt.show()

# %% [markdown]
# ## The rule
#
# Rosenblatt's rule (1958) looks at one sample after the other. If the answer is right, nothing happens. If it is wrong,
#
# $$w \leftarrow w + \lambda\, (d - f(x))\, x, \qquad b \leftarrow b + \lambda\, (d - f(x)),$$
#
# where $d$ is the target. With $d = 1$ and $f(x) = 0$, the update adds $\lambda (\|x\|^2 + 1)$ to $w \cdot x + b$: the
# score of this sample moves in the right direction. It may spoil others, so we go through all samples until an epoch, one
# pass through all of them, brings no mistake.


# %%
def f(x, w, b):
    return (x @ w + b > 0).astype(int)


def learn(x, d, epochs=100, rate=1.0):
    """Weights and bias after each update, the samples that caused them, and the updates in each epoch."""
    w, b = np.zeros(x.shape[1]), 0.0
    path, causes, mistakes = [(w, b)], [], []
    for _ in range(epochs):
        before = len(causes)
        for i in range(len(x)):
            error = d[i] - f(x[i], w, b)
            if error:
                w = w + rate * error * x[i]
                b = b + rate * error
                path.append((w, b))
                causes.append(i)
        mistakes.append(len(causes) - before)
        if mistakes[-1] == 0:
            break
    return path, causes, mistakes


# %% [markdown]
# ## A separable cloud
#
# Forty points of a square. A line that the perceptron is not shown gave them their labels; points close to that line
# were left out.

# %%
rng = np.random.default_rng(24)
line = np.array([0.6, 0.8]), -0.1  # w and b, with a w of length 1
cloud = rng.uniform(-1, 1, size=(200, 2))
distance = cloud @ line[0] + line[1]
cloud = cloud[np.abs(distance) > 0.08][:40]
target = f(cloud, *line)

path, causes, mistakes = learn(cloud, target)
w, b = path[-1]
print("updates in each epoch:", mistakes)
print(f"in the end: w = ({w[0]:.3f}, {w[1]:.3f}), b = {b:.0f}, {np.mean(f(cloud, w, b) == target):.0%} correct")

# %% [markdown]
# Here is the line after each of the first seven updates, and after the last one. The ring marks the sample that was wrong
# and caused the update. Before the first update $w$ and $b$ are 0, and so is every answer; after it, the line lies outside
# the picture. Early updates swing the line. Later ones turn it less: $w$ has become longer, and an update still adds no more
# than one sample.

# %%
shown = [*range(1, 8), len(causes)]
figure, grid = plt.subplots(2, 4, figsize=(9, 4.9), sharex=True, sharey=True, layout="constrained")
for axes, k in zip(grid.flat, shown, strict=True):
    draw_line(axes, *path[k])
    draw_points(axes, cloud, target)
    axes.scatter(*cloud[causes[k - 1]], s=130, facecolor="none", edgecolor="k", linewidth=1.6)
    wrong = np.sum(f(cloud, *path[k]) != target)
    axes.set_title(f"update {k}: {wrong} wrong", fontsize=10)
figure.supxlabel("$x_1$")
figure.supylabel("$x_2$")
figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
plt.show()

# %% [markdown]
# `nn.Perceptron` is the same rule, and finds the same line.

# %%
perceptron = nn.Perceptron(2).fit(cloud, target)
print("w =", perceptron.weight.data.round(3), " b =", perceptron.bias.data, " updates", perceptron.mistakes)

# %% [markdown]
# ## Why it comes to an end
#
# Take the bias into the weights: $w \cdot x + b = (b, w_1, w_2) \cdot (1, x_1, x_2)$. Suppose some weights of length 1 separate the
# classes, and every sample, with its 1, has at least the distance $\gamma$ from their boundary (the *margin*) and at most the length
# $R$. Start at 0, with $\lambda = 1$. Each update lengthens our weights in the direction of those by at least $\gamma$. But it comes from a wrong answer, so
# it does not point along our weights, and the square of their length grows by at most $R^2$. After $k$ updates, therefore,
#
# $$k \gamma \le \|(b, w_1, w_2)\| \le \sqrt{k}\, R, \qquad\text{so}\qquad k \le (R / \gamma)^2,$$
#
# in whatever order the samples come (Novikoff, 1962).

# %%
best = np.array([line[1], *line[0]]) / np.hypot(line[1], 1)
samples = np.column_stack([np.ones(len(cloud)), cloud])
gamma = np.min(np.abs(samples @ best))
R = np.max(np.linalg.norm(samples, axis=1))
bound = (R / gamma) ** 2
print(f"gamma = {gamma:.3f}, R = {R:.3f}: at most {bound:.0f} updates; the rule took {len(causes)}")

# %% [markdown]
# ## The rule is gradient descent
#
# $f$ is a step. Its derivative is 0 wherever it exists, so the number of mistakes gives gradient descent no direction. But take the
# error
#
# $$E(w, b) = (y - d)\,(w \cdot x + b) \qquad\text{with } y = f(x),$$
#
# and regard $y$ as a constant. $E$ is 0 for a right answer, and $|w \cdot x + b|$ for a wrong one. Its gradient is $(y - d)\, x$
# for $w$ and $y - d$ for $b$: one step of gradient descent is the rule. The engine agrees, along the whole path.

# %%
difference = 0.0
for k, i in enumerate(causes):
    w, b = (Tensor(p, requires_grad=True) for p in path[k])
    score = w @ cloud[i] + b
    y = float(score.data > 0)  # a number, not part of the graph
    E = (y - target[i]) * score
    E.backward()
    next_w, next_b = path[k + 1]
    difference = max(difference, np.max(np.abs(w.data - w.grad - next_w)), abs(b.data - b.grad - next_b))
print("largest difference from the rule:", difference)

# %% [markdown]
# ## AND and OR
#
# Inputs and targets may also be truth values. The four corners of the square are all samples there are.

# %%
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
tables = {"AND": np.array([0, 0, 0, 1]), "OR": np.array([0, 1, 1, 1])}

figure, grid = plt.subplots(1, 2, figsize=(6.6, 3.5), sharey=True, layout="constrained")
learned = {}
for axes, (name, d) in zip(grid, tables.items(), strict=True):
    path, _, mistakes = learn(corners, d)
    w, b = learned[name] = path[-1]
    draw_line(axes, w, b, -0.4, 1.4)
    draw_points(axes, corners, d)
    axes.set(
        xlabel="$x_1$", xticks=[0, 1], yticks=[0, 1], title=f"{name}: $w = ({w[0]:.0f}, {w[1]:.0f})$,  $b = {b:.0f}$"
    )
    print(f"{name:>3}: updates in each epoch {mistakes}, answers {f(corners, w, b)}")
grid[0].set_ylabel("$x_2$")
grid[1].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
plt.show()

# %% [markdown]
# The rule stops at the first line that makes no mistake, not at the best one: both lines go right through a corner, where the
# answer is just still 0. To ask for the widest margin instead leads to the support vector machine.
#
# ## When no line separates the classes
#
# Two clouds that overlap. Now every line makes mistakes, so every epoch has updates, and the rule never stops. It does not
# settle either: after each epoch we count how many samples the current line gets wrong.

# %%
overlapping, labels = nn.datasets.blobs(120, noise=1.5, classes=2, generator=0)
overlapping = overlapping.astype(float)
epochs = 60  # quick: 30
path, causes, mistakes = learn(overlapping, labels, epochs)
ends = np.cumsum(mistakes)  # the updates up to the end of each epoch
wrong = np.array([np.sum(f(overlapping, *path[k]) != labels) for k in ends])
fewest = np.minimum.accumulate(wrong)

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained", width_ratios=[1, 1.25])
draw_line(left, *path[ends[np.argmin(wrong)]], -7, 7)
draw_points(left, overlapping, labels)
left.set(xlabel="$x_1$", ylabel="$x_2$", title=f"the best of {epochs} lines: {fewest[-1]} of {len(labels)} wrong")
left.legend(loc="lower right", frameon=False)
right.plot(np.arange(1, epochs + 1), wrong, "o-", color=BLUE, markersize=3.5, linewidth=1, label="this line")
right.plot(np.arange(1, epochs + 1), fewest, color="k", drawstyle="steps-post", label="the best line so far")
right.set(xlabel="epoch", ylabel="samples that are wrong", ylim=0, title="after each epoch")
right.legend(frameon=False)
right.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# A simple remedy keeps the best line so far in one's pocket (Gallant, 1990). A better one gives up the step: with a smooth
# $\sigma$ and an error that can be differentiated, gradient descent settles on a compromise.
#
# ## XOR is impossible
#
# XOR answers 1 if exactly one of its two inputs is 1. Suppose a perceptron could do it:
#
# $$
# \begin{aligned}
# (0, 0) \mapsto 0: &&  b &\le 0 & \qquad (0, 1) \mapsto 1: && w_2 + b &> 0 \\
# (1, 1) \mapsto 0: &&  w_1 + w_2 + b &\le 0 & \qquad (1, 0) \mapsto 1: && w_1 + b &> 0
# \end{aligned}
# $$
#
# The two on the left add up to $w_1 + w_2 + 2b \le 0$, those on the right to $w_1 + w_2 + 2b > 0$. So there are no such weights:
# this is the example of Minsky and Papert (1969). The rule does not notice, and runs until it is told to stop.

# %%
xor = np.array([0, 1, 1, 0])
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    nn.Perceptron(2).fit(corners, xor, epochs=50)
print(said[0].message)

# %% [markdown]
# How many of the 16 functions of two truth values can a perceptron learn? We try them all. On four samples a few epochs are
# enough, if there is a line at all. A function without a name is called by its answers for $(0, 0)$, $(0, 1)$, $(1, 0)$, $(1, 1)$.

# %%
outcomes = {}
figure, grid = plt.subplots(2, 8, figsize=(9, 2.9), layout="constrained")
names = {1: "AND", 6: "XOR", 7: "OR", 8: "NOR", 9: "XNOR", 14: "NAND"}
for number, axes in enumerate(grid.flat):
    d = np.array([number >> 3 & 1, number >> 2 & 1, number >> 1 & 1, number & 1])
    path, _, mistakes = learn(corners, d, epochs=30)
    outcomes[number] = mistakes[-1] == 0
    draw_line(axes, *(path[-1] if outcomes[number] else (np.zeros(2), 0.0)), -0.5, 1.5)
    draw_points(axes, corners, d)
    axes.set(xticks=[], yticks=[])
    axes.set_title(names.get(number, "".join(map(str, d))), fontsize=10)
    if not outcomes[number]:
        axes.text(0.5, 0.5, "no line", ha="center", va="center", fontsize=10)
figure.supxlabel("$x_1$")
figure.supylabel("$x_2$")
plt.show()
print(sum(outcomes.values()), "of 16 are learned; not", [names[k] for k, ok in outcomes.items() if not ok])

# %% [markdown]
# (For XNOR the four inequalities are those above with their signs turned, and contradict each other in the same way.) What a
# perceptron answers on the corners is always one of these 14 functions. Each of them differs from XOR in at least one corner, and some
# in only one, OR for example. So the best that a single perceptron can do on XOR is three of four: 75 %.

# %%
agreement = [
    np.mean(xor == [number >> 3 & 1, number >> 2 & 1, number >> 1 & 1, number & 1])
    for number in outcomes
    if outcomes[number]
]
print(f"best accuracy on XOR: {max(agreement):.0%}")

# %% [markdown]
# The way out is a second layer, in the next notebook.
#
# ## Exercises
#
# **1.** What does the learning rate $\lambda$ change, if $w$ and $b$ start at 0? Try 0.5 on the separable cloud, and explain.
#
# <details><summary>Solution</summary>
#
# It scales $w$ and $b$, and nothing else. The sign of $w \cdot x + b$ is the same for the scaled weights, so the same samples
# are wrong, in the same order.
#
# ```python
# whole, causes_1, _ = learn(cloud, target, rate=1.0)
# half, causes_2, _ = learn(cloud, target, rate=0.5)
# assert causes_1 == causes_2
# assert np.allclose(half[-1][0], 0.5 * whole[-1][0]) and np.isclose(half[-1][1], 0.5 * whole[-1][1])
# ```
#
# </details>
#
# **2.** Give the perceptron a third input, $x_3 = x_1 x_2$. Can it learn XOR now? Find weights by hand first.
#
# <details><summary>Solution</summary>
#
# Yes: $x_1 + x_2 - 2 x_1 x_2 - \tfrac12 > 0$ is XOR. The classes are separable in the space of three inputs. Good inputs make
# the problem easy; a hidden layer learns such inputs by itself.
#
# ```python
# lifted = np.column_stack([corners, corners[:, 0] * corners[:, 1]])
# assert np.array_equal(f(lifted, np.array([1, 1, -2]), -0.5), xor)
#
# path, _, mistakes = learn(lifted, xor)
# assert mistakes[-1] == 0
# assert np.array_equal(f(lifted, *path[-1]), xor)
# ```
#
# </details>
#
# **3.** There are 256 functions of three truth values. How many of them can a perceptron learn?
#
# <details><summary>Solution</summary>
#
# 104. The share falls quickly: 14 of 16 for two inputs, 104 of 256 for three, 1,882 of 65,536 for four.
#
# ```python
# cube = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], float)
# count = 0
# for number in range(256):
#     d = np.array([number >> i & 1 for i in range(8)])
#     count += learn(cube, d, epochs=40)[2][-1] == 0
# assert count == 104
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
path, causes, mistakes = learn(cloud, target)
w, b = path[-1]
assert mistakes[-1] == 0 and len(causes) <= bound
assert np.array_equal(f(cloud, w, b), target)
assert np.all(f(cloud, *path[1]) == 1)
for k, (w_k, b_k) in enumerate(path):
    ours = np.array([b_k, *w_k])
    assert ours @ best >= k * gamma - 1e-9 and np.linalg.norm(ours) <= np.sqrt(k) * R + 1e-9
assert np.allclose(perceptron.weight.data, w) and np.isclose(perceptron.bias.data, b)
assert np.array_equal(perceptron(cloud), target)
assert difference < 1e-12
turns = [np.arctan2(*w[::-1]) for w, _ in path[1:]]
turned = np.abs((np.diff(turns) + np.pi) % (2 * np.pi) - np.pi)
assert turned[:5].mean() > 2 * turned[-5:].mean()
for name, d in tables.items():
    assert np.array_equal(f(corners, *learned[name]), d)
for name, (w, b) in learned.items():
    assert np.any(corners @ w + b == 0), name  # a corner on the line
assert wrong.min() > 0 and np.diff(ends, prepend=0).min() > 0 and wrong.max() > wrong.min()
assert sum(outcomes.values()) == 14 and not outcomes[6] and not outcomes[9]
assert max(agreement) == 0.75
print("a line separates 14 of 16, and never XOR")
