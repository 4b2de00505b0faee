# %% [markdown]
# # XOR with two layers
#
# Part 1 of the lecture, slides *XOR* and *More Layers*. No line separates the two classes of XOR. Two neurons side by side, and one
# behind them, can do it. First we choose their weights by hand, then gradient descent finds them, or fails to.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from autograd import Tensor, value_and_grad
from autograd.draw import draw
from nn.functional import sigmoid as sigma

# %config InlineBackend.figure_formats = ["svg"]

BLUE, ORANGE = "#0072b2", "#e69f00"  # class 0 and class 1

# %% [markdown]
# ## The bias is a weight
#
# A neuron computes $\sigma(w \cdot x + b)$. Prepend a 1 to the input, $x_0 = 1$, and call the bias $w_0$: then it is one inner product,
#
# $$u_j = \sigma\Big(\sum_{i=0}^{n} w_{j,i}\, x_i\Big) = \sigma(w_j x).$$
#
# With the weights of neuron $j$ in row $j$ of a matrix $W$, a whole layer is $u = \sigma(W x)$. The same line computes all samples
# at once, if they are the columns of $x$.

# %%
corners = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])  # a column is a sample
d = np.array([0, 1, 1, 0])


def with_one(x):
    """A row of ones above x."""
    return np.concatenate([np.ones((*x.shape[:-2], 1, x.shape[-1])), x], axis=-2)


print(with_one(corners))

# %% [markdown]
# ## Weights by hand
#
# XOR is OR, but not AND, and for each of these two one neuron is enough. Let $\sigma$ be the step of the perceptron, and take
#
# $$
# u = \sigma(W x), \quad W = \begin{pmatrix} -\tfrac12 & 1 & 1 \\ -\tfrac32 & 1 & 1 \end{pmatrix},
# \qquad y = v\, u, \quad v = \begin{pmatrix} 1 & -1 \end{pmatrix}.
# $$
#
# The first neuron fires if at least one input is 1, the second if both are. Their difference is XOR.


# %%
def step(z):
    return (z > 0).astype(float)


W = np.array([[-0.5, 1.0, 1.0], [-1.5, 1.0, 1.0]])
v = np.array([[1.0, -1.0]])
u = step(W @ with_one(corners))
y = v @ u

print("x1 x2 | OR AND | XOR")
for (x1, x2), (u1, u2), out in zip(corners.T, u.T, y[0], strict=True):
    print(f" {x1:.0f}  {x2:.0f} |  {u1:.0f}   {u2:.0f} |  {out:.0f}")

# %% [markdown]
# What does the first layer do? On the left is the plane of the inputs, with the lines of the two neurons. On the right is the same
# data as the second layer sees it, in the plane of $u_1$ and $u_2$. The corners $(0, 1)$ and $(1, 0)$ have become one point, and
# now a line separates the classes: $u_1 - u_2 = \tfrac12$.


# %%
def draw_corners(axes, places, size=50):
    for k, (color, marker) in enumerate([(BLUE, "o"), (ORANGE, "s")]):
        axes.scatter(
            *places[:, d == k],
            color=color,
            marker=marker,
            s=(1 + k) * size,
            edgecolor="k",
            zorder=4 - k,
            label=f"$d = {k}$",
        )  # a circle stays visible within a square


across = np.array([-0.5, 1.5])
figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.5), layout="constrained")
left.fill_between(across, 0.5 - across, 1.5 - across, color=ORANGE, alpha=0.22, linewidth=0)
left.plot(across, 0.5 - across, color="k", linewidth=1.3, label="$u_1$: OR")
left.plot(across, 1.5 - across, color="k", linewidth=1.3, linestyle="--", label="$u_2$: AND")
draw_corners(left, corners)
left.set(xlabel="$x_1$", ylabel="$x_2$", title="inputs")
right.fill_between(across, across - 0.5, -0.5, color=ORANGE, alpha=0.22, linewidth=0)
(border,) = right.plot(across, across - 0.5, color="k", linewidth=1.3, linestyle=":", label="$u_1 - u_2 = 1/2$")
draw_corners(right, u)
right.annotate("(0, 1) and (1, 0)", (1, 0), (0.5, -0.32), fontsize=10)
right.annotate("(0, 0)", (0, 0), (-0.2, 0.12), fontsize=10)
right.annotate("(1, 1)", (1, 1), (0.8, 1.12), fontsize=10)
right.set(xlabel="$u_1$", ylabel="$u_2$", title="what the second layer sees")
for axes in (left, right):
    axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), aspect="equal", xticks=[0, 1], yticks=[0, 1])
figure.legend(handles=[*left.get_legend_handles_labels()[0], border], loc="outside right upper", frameon=False)
plt.show()

# %% [markdown]
# ## It needs the $\sigma$
#
# Without it, two layers are one: $V(Wx) = (VW)\,x$ is a single inner product again, and a line again. The two layers above
# would compute

# %%
print("v W =", v @ W, " so the output is", v @ W @ with_one(corners), "at every corner")

# %% [markdown]
# ## A smooth step
#
# A step has no slope to follow. Replace it by $\sigma(z) = 1 / (1 + e^{-z})$, which has one. Large weights $sW$ make it steep, and the
# network is nearly the one above. With small ones it is flat.

# %%
blue_to_orange = LinearSegmentedColormap.from_list("blue to orange", [BLUE, "w", ORANGE])
across = np.linspace(-0.5, 1.5, 61)
plane = np.stack(np.meshgrid(across, across)).reshape(2, -1)  # the points of a grid, as columns


def draw_output(axes, y):
    """An output at each point of the plane: blue is 0, white 1/2, orange 1."""
    axes.set(xticks=[0, 1], yticks=[0, 1], xlabel="$x_1$")
    return axes.imshow(
        np.reshape(y, (61, 61)), cmap=blue_to_orange, vmin=0, vmax=1, origin="lower",
        extent=(-0.517, 1.517, -0.517, 1.517), interpolation="none",
    )  # fmt: skip


figure, grid = plt.subplots(1, 3, figsize=(8.6, 2.9), sharey=True, layout="constrained")
for axes, s in zip(grid, [2, 6, 30], strict=True):
    image = draw_output(axes, v @ sigma(s * W @ with_one(plane)))
    draw_corners(axes, corners)
    axes.set_title(f"$s = {s}$")
    smooth = v @ sigma(s * W @ with_one(corners))
    print(f"s = {s:2}: y =", smooth[0].round(3))
grid[0].set_ylabel("$x_2$")
figure.colorbar(image, ax=grid, label="$y$")
plt.show()

# %% [markdown]
# The lecture's formula $y = v\,\sigma(W x)$ as the engine records it, for $s = 6$ and the sample $(0, 1)$:

# %%
x = np.array([1.0, 0.0, 1.0])  # with x0 = 1
h = Tensor(6 * W, requires_grad=True, label="W") @ x
u = sigma(h)
y = Tensor(v[0], requires_grad=True, label="v") @ u
draw(y, style="lecture")

# %% [markdown]
# ## Trained
#
# Now gradient descent has to find the weights. The output neuron gets a bias and a $\sigma$ as well, so that $y$ lies between 0
# and 1: $y = \sigma(v u)$ with $u_0 = 1$. This is called a 2-2-1 network; it has 6 weights in $W$ and 3 in $v$. The error is the sum
# over the four samples,
#
# $$E = \tfrac12 \sum_{i=1}^{4} \left(y^{(i)} - d^{(i)}\right)^2,$$
#
# and each step is $W \leftarrow W - \lambda\, \partial E / \partial W$, $v \leftarrow v - \lambda\, \partial E / \partial v$. The initial
# weights are drawn from a normal distribution, with standard deviation 2.


# %%
def hidden(W, x):
    return sigma(W @ with_one(x))


def network(W, v, x):
    return sigma(v @ with_one(hidden(W, x)))


def errors(W, v):
    return 0.5 * np.sum((network(W, v, corners) - d) ** 2, axis=(-2, -1))


def begin(neurons, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 2, size=(neurons, 3)), rng.normal(0, 2, size=(1, neurons + 1))


def train(W, v, steps, rate=2.0):
    """The weights before each step and after the last, and the errors of each."""
    slope = value_and_grad(lambda W, v: np.sum(errors(W, v)), (0, 1))
    path = [(W, v)]
    for _ in range(steps):
        _, (dW, dv) = slope(W, v)
        W, v = W - rate * dW, v - rate * dv
        path.append((W, v))
    return path, np.array([errors(W, v) for W, v in path])


path, curve = train(*begin(2, seed=12), steps=500)
print("y at the corners:", network(*path[-1], corners)[0].round(3))

# %% [markdown]
# The error does not fall evenly. At step 100 one line is in its place. Once the second finds its own, the error falls quickly.

# %%
shown = [0, 20, 100, 500]
figure, axes = plt.subplots(figsize=(7.2, 2.6), layout="constrained")
axes.plot(curve, color="k", linewidth=1.3)
axes.plot(shown, curve[shown], "o", color="k", markersize=5)
axes.set(xlabel="step", ylabel="$E$", ylim=(0, None))
axes.spines[["top", "right"]].set_visible(False)
plt.show()

figure, grid = plt.subplots(1, 4, figsize=(9, 2.5), sharey=True, layout="constrained")
for axes, t in zip(grid, shown, strict=True):
    image = draw_output(axes, network(*path[t], plane))
    draw_corners(axes, corners, 30)
    axes.set_title(f"step {t}")
grid[0].set_ylabel("$x_2$")
figure.colorbar(image, ax=grid, label="$y$")
plt.show()

# %% [markdown]
# ## Twenty beginnings
#
# Was that luck? We train 20 networks of each size, from the seeds 0 to 19. Matrix notation makes it one call: with $W$ of
# shape (20, 2, 3) the same lines compute all 20 networks, and the derivatives of the sum of their errors are those of each.

# %%
steps = 2000  # quick: 1000
seeds = range(20)
W2, v2 = map(np.stack, zip(*[begin(2, seed) for seed in seeds], strict=True))
W8, v8 = map(np.stack, zip(*[begin(8, seed) for seed in seeds], strict=True))
path2, curves2 = train(W2, v2, steps)
path8, curves8 = train(W8, v8, steps)


def solved(W, v):
    """Whether all four corners are on the right side of 1/2, for each network."""
    return np.all((network(W, v, corners) > 0.5) == d, axis=(-2, -1))


print("2-2-1:", solved(*path2[-1]).sum(), "of 20 learn XOR")
print("2-8-1:", solved(*path8[-1]).sum(), "of 20 learn XOR")

# %%
figure, grid = plt.subplots(1, 2, figsize=(8.6, 3.3), sharey=True, layout="constrained")
some = np.unique(np.geomspace(1, steps, 45).astype(int))  # enough points for a curve
for axes, name, curves, (W, v) in zip(
    grid, ["2-2-1", "2-8-1"], [curves2, curves8], [path2[-1], path8[-1]], strict=True
):
    for good, color, style in [(True, BLUE, "-"), (False, ORANGE, "--")]:
        chosen = curves[np.ix_(some, solved(W, v) == good)]
        axes.plot(some, chosen, color=color, linestyle=style, linewidth=1)
        axes.plot(
            [], [], color=color, linestyle=style, label=f"{chosen.shape[1]} " + ("learn XOR" if good else "get stuck")
        )
    axes.set(xscale="log", ylim=(0, 1.02), xlabel="step", title=name, yticks=[0, 1 / 4, 1 / 3, 1 / 2, 1])
    axes.set_yticklabels(["0", "1/4", "1/3", "1/2", "1"])
    axes.grid(axis="y", color="0.9")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
grid[0].set_ylabel("$E$")
plt.show()

# %% [markdown]
# With two hidden neurons, about half get stuck, and not at any odd value: their errors come to rest near $1/4$ or $1/3$. Here is
# what they answer, and the norm of the gradient that is left.

# %%
W, v = path2[-1]
stuck = np.flatnonzero(~solved(W, v))
_, slopes = value_and_grad(lambda W, v: np.sum(errors(W, v)), (0, 1))(W, v)
norm = np.sqrt(sum(np.sum(slope**2, axis=(-2, -1)) for slope in slopes))
print("seed    E     gradient   y at (0,0), (0,1), (1,0), (1,1)")
for k in stuck:
    print(f"{k:4} {curves2[-1, k]:7.3f}   {norm[k]:.4f}    {network(W[k], v[k], corners)[0].round(2)}")

# %% [markdown]
# They have mixed up some corners. Where two corners with different targets get the same answer, $1/2$ is the best there is. If the others are right,
# $E = \tfrac12 (\tfrac14 + \tfrac14) = \tfrac14$. Where three are taken for one, with targets 1, 1, 0 or 0, 0, 1, the best answer is $2/3$ or $1/3$, and
# $E = \tfrac12 (\tfrac19 + \tfrac19 + \tfrac49) = \tfrac13$.
#
# ## Why
#
# Look at what the output neuron sees. The upper row shows the output, with the lines of the two hidden neurons; the lower row the
# corners in the plane of $u_1$ and $u_2$, with the line of the output neuron.

# %%
three = [np.flatnonzero(solved(W, v))[0], stuck[np.argmin(curves2[-1, stuck])], stuck[np.argmax(curves2[-1, stuck])]]
figure, grid = plt.subplots(2, 3, figsize=(8.4, 5.6), layout="constrained")
ends = np.array([-0.517, 1.517])


def draw_border(axes, w, style):
    """The line w0 + w1 x1 + w2 x2 = 0."""
    if abs(w[1]) < abs(w[2]):
        axes.plot(ends, -(w[0] + w[1] * ends) / w[2], color="k", linestyle=style, linewidth=1.3)
    else:
        axes.plot(-(w[0] + w[2] * ends) / w[1], ends, color="k", linestyle=style, linewidth=1.3)


for column, k in enumerate(three):
    above, below = grid[:, column]
    image = draw_output(above, network(W[k], v[k], plane))
    draw_corners(above, corners, 30)
    for w, style in zip(W[k], ["-", "--"], strict=True):
        draw_border(above, w, style)
    above.set(title=f"seed {k}: $E = {curves2[-1, k]:.3f}$", ylabel="$x_2$", xlim=ends, ylim=ends)

    u = hidden(W[k], corners)
    draw_border(below, v[k, 0], ":")
    draw_corners(below, u, 35)
    texts = {}
    for corner, place in zip(["00", "01", "10", "11"], u.T, strict=True):
        near = next((other for other in texts if np.hypot(*(place - other)) < 0.15), tuple(place))
        texts.setdefault(near, []).append(corner)
    for place, names in texts.items():
        below.annotate(
            ", ".join(names), place, (0, 11), textcoords="offset points", ha="center", fontsize=9,
            bbox={"facecolor": "w", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    below.set(
        xlim=(-0.3, 1.3), ylim=(-0.3, 1.3), aspect="equal", xticks=[0, 1], yticks=[0, 1], xlabel="$u_1$", ylabel="$u_2$"
    )
figure.colorbar(image, ax=grid[0], label="$y$")
plt.show()

# %% [markdown]
# On the left, two lines do what those chosen by hand did. In the middle, two corners with different targets have become one point: both
# hidden neurons are saturated there, $u \approx 0$ or $u \approx 1$, with the same values for both corners. No output neuron can
# tell them apart any more. On the right this has happened to three corners.
#
# The first layer would have to pull them apart again. But every derivative with respect to $W$ has a factor
# $\sigma'(h) = u (1 - u)$, and that is nearly 0 at these corners. And the output neuron learns nothing from them: the errors $y - d$
# of the two are $\tfrac12$ and $-\tfrac12$, and their pulls on $v$ cancel. So the gradient nearly vanishes, although the error has not.
#
# It need not be the end: one of the curves rests at $E = 1/2$ for hundreds of steps, and then falls to $1/4$. But nothing tells us
# how long a plateau is.
#
# With eight hidden neurons, two corners are mixed up only if none of the eight can tell them apart. Here is the smallest distance
# between two corners with different targets, as the output neuron sees them.


# %%
def gap(W):
    u = hidden(W, corners)
    between = u[..., d == 0][..., :, None] - u[..., d == 1][..., None, :]
    return np.sqrt(np.sum(between**2, axis=-3)).min(axis=(-2, -1))


good = solved(*path2[-1])
print("               before   after training (smallest and largest of the networks)")
for name, first, last in [
    ("2-2-1, stuck", W2[~good], path2[-1][0][~good]),
    ("2-2-1, learned", W2[good], path2[-1][0][good]),
    ("2-8-1", W8, path8[-1][0]),
]:
    print(f"{name:14}   {gap(first).min():.2f}     {gap(last).min():.2f} to {gap(last).max():.2f}")

# %% [markdown]
# Two neurons are enough to *represent* XOR. To *find* the weights by gradient descent is another matter, and there more neurons
# than necessary make it easier.
#
# ## Exercises
#
# **1.** Choose weights for XNOR, which is 1 if both inputs are equal, in a 2-2-1 network of steps without an output bias.
#
# <details><summary>Solution</summary>
#
# XNOR is AND or NOR. The two never fire together, so their sum is enough.
#
# ```python
# W_xnor = np.array([[-1.5, 1.0, 1.0], [0.5, -1.0, -1.0]])  # AND, NOR
# y_xnor = np.array([[1.0, 1.0]]) @ step(W_xnor @ with_one(corners))
# assert np.array_equal(y_xnor[0], 1 - d)
# ```
#
# </details>
#
# **2.** The parity of three inputs is 1 if an odd number of them is 1. Choose weights for a 3-3-1 network of steps.
#
# <details><summary>Solution</summary>
#
# Let neuron $k$ fire if at least $k$ inputs are 1. Then $u_1 - u_2 + u_3$ is the parity. The same works for any number of
# inputs, with as many hidden neurons.
#
# ```python
# cube = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0])).reshape(3, -1)
# W_parity = np.array([[0.5 - k, 1.0, 1.0, 1.0] for k in (1, 2, 3)])
# y_parity = np.array([[1.0, -1.0, 1.0]]) @ step(W_parity @ with_one(cube))
# assert np.array_equal(y_parity[0], cube.sum(axis=0) % 2)
# ```
#
# </details>
#
# **3.** Why must the initial weights be random? Begin with two equal hidden neurons (equal rows of $W$, equal weights in $v$), and
# train a 2-2-1 network.
#
# <details><summary>Solution</summary>
#
# Equal neurons get equal gradients, so they stay equal. The network behaves as if it had one hidden neuron, whose output rises or
# falls in one direction of the plane. Behind it there is one line again, and at least one corner stays wrong.
#
# ```python
# W, v = begin(2, seed=0)
# W[1], v[0, 2] = W[0], v[0, 1]
# path, curve = train(W, v, 1000)
# W, v = path[-1]
# assert np.allclose(W[0], W[1]) and np.isclose(v[0, 1], v[0, 2])
# assert not solved(W, v)
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
by_hand = np.array([[-0.5, 1.0, 1.0], [-1.5, 1.0, 1.0]])
difference = np.array([[1.0, -1.0]])
assert np.array_equal((difference @ step(by_hand @ with_one(corners)))[0], d)
assert np.array_equal(difference @ by_hand, [[1, 0, 0]])
assert np.allclose(difference @ sigma(30 * by_hand @ with_one(corners)), d, atol=1e-3)

_, single = train(*begin(2, seed=12), steps=500)
assert single[-1] < 0.01 and single[100] > 0.25

assert 5 <= good.sum() <= 15 and solved(*path8[-1]).sum() >= 19
assert curves2[-1, good].max() < 0.02
resting = np.abs(curves2[-1, stuck, None] - [1 / 4, 1 / 3]).min(axis=1)
assert resting.max() < 0.04 and norm[stuck].max() < 0.02
assert curves2[500, 10] > 0.45 and curves2[-1, 10] < 0.3
assert gap(path2[-1][0][~good]).max() < 0.15 < 0.5 < gap(path2[-1][0][good]).min()
assert gap(path8[-1][0]).min() > 0.5
print("two neurons can represent XOR, eight find it")
