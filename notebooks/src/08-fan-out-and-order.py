# %% [markdown]
# # Fan-out, and why the order matters
#
# Part 2 of the lecture, slides *Backward Pass*: "reused gradients". The chain rule says what to multiply. It does not say in which
# order to go through the graph, and as soon as a quantity is used twice, the order decides whether the result is right, and whether
# it takes a blink or a lifetime.

# %%
import math
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from autograd import Value, grad
from autograd.draw import draw

# %config InlineBackend.figure_formats = ["svg"]

BLUE, ORANGE = "#0072b2", "#e69f00"

# %% [markdown]
# ## A quantity that is used twice
#
# $$s = x \cdot x, \qquad p = s + 1, \qquad q = s + 2, \qquad E = p \cdot q.$$
#
# Both $p$ and $q$ use $s$. This is called *fan-out*: several arrows leave $s$ on the way forward. In the lecture's
# network $x_1$ has it, since $h_1$ and $h_2$ both use it; in a network with a second hidden layer every neuron of the first one
# has it.

# %%
x = Value(2.0)
s = x * x
p = s + 1.0
q = s + 2.0
E = p * q
draw(E, names=True)

# %% [markdown]
# If $s$ changes a little, $E$ changes through $p$ and through $q$, and the two changes add up. For a quantity with
# several consumers the chain rule is a sum over them:
#
# $$\frac{\partial E}{\partial s} = \frac{\partial E}{\partial p} \frac{\partial p}{\partial s}
#   + \frac{\partial E}{\partial q} \frac{\partial q}{\partial s} = q \cdot 1 + p \cdot 1 = 6 + 5 = 11.$$
#
# $x$ is used twice as well, by the two sides of one product, $\partial E / \partial x = 11 \cdot x + 11 \cdot x = 44$.
#
# To see what the algorithms do, we write this graph as a plain table: for each quantity its inputs, one entry for each use, with
# the local derivative.

# %%
graph = {
    "E": [("p", 6.0), ("q", 5.0)],
    "p": [("s", 1.0)],
    "q": [("s", 1.0)],
    "s": [("x", 2.0), ("x", 2.0)],
    "x": [],
}

# %% [markdown]
# ## Overwriting instead of adding
#
# The first attempt: start with $\partial E / \partial E = 1$, and give each input its gradient, in the order of the table.


# %%
def overwrite(graph, root):
    gradient = {root: 1.0}
    for name in graph:
        for source, slope in graph[name]:
            gradient[source] = gradient[name] * slope
    return gradient


print(overwrite(graph, "E"))

# %% [markdown]
# $s$ has 5 instead of 11: what came through $q$ has replaced what came through $p$. The gradients of $p$ and $q$, which are used once, are
# right, so an example without fan-out does not show the mistake. With `+=` it is gone. What remains is the order: here we
# wrote the table in a good one. A program has to find it.
#
# ## Recursion along every path
#
# Pass the gradient to each input, which passes it on at once. Everything that arrives is added. `walk` notes each step, so that
# we can count them.


# %%
def along_paths(graph, root):
    gradient = dict.fromkeys(graph, 0.0)
    walk = []

    def arrive(name, g):
        gradient[name] += g
        for source, slope in graph[name]:
            walk.append((name, source))
            arrive(source, g * slope)

    arrive(root, 1.0)
    return gradient, walk


by_paths, path_walk = along_paths(graph, "E")
print(by_paths)
print(len(path_walk), "steps:", ", ".join(f"{a} to {b}" for a, b in path_walk))

# %% [markdown]
# This is right: it multiplies along each path from $E$ down, and adds up the paths. But there are 6 arrows and it takes 8
# steps. It goes from $s$ to $x$ with the 6 that came through $p$, and then again with the 5 that came through $q$. Behind a second
# fan-out it would do each of these twice, and so on.
#
# ## Two repairs that go wrong
#
# Why not pass on what has been collected in `gradient`, instead of a number in an argument? It looks tidier.


# %%
def collected(graph, root):
    gradient = dict.fromkeys(graph, 0.0)
    gradient[root] = 1.0

    def pass_on(name):
        for source, slope in graph[name]:
            gradient[source] += gradient[name] * slope
            pass_on(source)

    pass_on(root)
    return gradient


print(collected(graph, "E"))

# %% [markdown]
# $s$ is visited twice. The first time it passes on 6, the second time 11, in which the 6 is contained once more. So $x$ gets
# $(6 + 11) \cdot 4 = 68$ instead of 44.
#
# Then visit each quantity only once?


# %%
def visited_once(graph, root):
    gradient = dict.fromkeys(graph, 0.0)
    gradient[root] = 1.0
    seen, walk = set(), []

    def pass_on(name):
        seen.add(name)
        for source, slope in graph[name]:
            walk.append((name, source))
            gradient[source] += gradient[name] * slope
            if source not in seen:
                pass_on(source)

    pass_on(root)
    return gradient, walk


once, once_walk = visited_once(graph, "E")
print(once)

# %% [markdown]
# Now each arrow is walked once, and $s$ ends up with 11. But it had passed on its gradient when only the 6 was there. The part through
# $q$ came too late, and $x$ gets $6 \cdot 4 = 24$.
#
# Nothing crashes in either of them. The numbers look plausible, and all but one are right. A training with such gradients would not
# stop; it would go in wrong directions.
#
# ## The right order
#
# A quantity may pass its gradient on when it has everything: when all its consumers have passed on theirs. An order in which every
# quantity comes after all its consumers is called a *topological order*. (There may be several; here $p$ and $q$ can be swapped.)
#
# To find one, count the consumers of each quantity first. Then begin at the root. Whenever a quantity has passed on, the counts of its
# inputs go down by one, and what reaches 0 is ready.


# %%
def in_order(graph, root):
    consumers = dict.fromkeys(graph, 0)
    found = [root]
    for name in found:  # the list grows while we go through it
        for source, _ in graph[name]:
            if consumers[source] == 0:
                found.append(source)
            consumers[source] += 1

    gradient = dict.fromkeys(graph, 0.0)
    gradient[root] = 1.0
    ready, walk = [root], []
    for name in ready:
        for source, slope in graph[name]:
            walk.append((name, source))
            gradient[source] += gradient[name] * slope
            consumers[source] -= 1
            if consumers[source] == 0:
                ready.append(source)
    return gradient, walk


ordered, order_walk = in_order(graph, "E")
print(ordered)
print(len(order_walk), "steps:", ", ".join(f"{a} to {b}" for a, b in order_walk))

# %% [markdown]
# Side by side: at each arrow stands the number of the step, or of the steps, in which it is walked. Below each name is its
# gradient, orange where it is wrong.

# %%
places = {"E": (0, 2), "p": (-0.8, 1.1), "q": (0.8, 1.1), "s": (0, 0.2), "x": (0, -1)}


def draw_walk(axes, title, gradient, walk):
    steps = {}
    uses = {}
    for number, (name, source) in enumerate(walk, 1):  # two arrows from s to x take turns
        k = uses[name, source] = uses.get((name, source), -1) + 1
        steps.setdefault((name, source, k % 2 if name == "s" else 0), []).append(number)
    for (name, source, k), numbers in steps.items():
        (x0, y0), (x1, y1) = places[name], places[source]
        bend = (0.35, -0.35)[k] if name == "s" else 0
        arrow = {"arrowstyle": "->", "shrinkA": 15, "shrinkB": 15, "connectionstyle": f"arc3,rad={bend}"}
        axes.annotate("", (x1, y1), (x0, y0), arrowprops=arrow)
        side = np.sign(x0 + x1) * 0.22 if name != "s" else (-0.42, 0.42)[k]
        text = ", ".join(map(str, numbers))
        axes.text((x0 + x1) / 2 + side, (y0 + y1) / 2, text, ha="center", va="center", color=BLUE)
    for name, (x, y) in places.items():
        face = "w" if gradient[name] == ordered[name] else ORANGE
        axes.text(
            x, y, f"${name}$\n{gradient[name]:g}", ha="center", va="center", linespacing=1.1,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": face, "edgecolor": "0.4"},
        )  # fmt: skip
    axes.set(title=title, xlim=(-1.4, 1.4), ylim=(-1.4, 2.4))
    axes.axis("off")


figure, grid = plt.subplots(1, 3, figsize=(8, 3.8), layout="constrained")
draw_walk(grid[0], "along every path:\nright, 8 steps", by_paths, path_walk)
draw_walk(grid[1], "each quantity once, depth first:\nwrong, 6 steps", once, once_walk)
draw_walk(grid[2], "in topological order:\nright, 6 steps", ordered, order_walk)
plt.show()

# %% [markdown]
# ## What the paths cost
#
# Eight steps against six does not matter. But put many of these behind each other: $x_{k+1} = x_k + \tfrac12 x_k$, say, uses each $x_k$ twice.
# Each stage doubles the number of paths, and adds two arrows.


# %%
def chain(stages):
    names = [f"x{k}" for k in range(stages, -1, -1)]
    table = {name: [(below, 1.0), (below, 0.5)] for name, below in pairwise(names)}
    return {**table, "x0": []}


print("stages   steps along paths   steps in order   dE/dx by both")
for stages in [1, 2, 5, 10, 15]:
    by_both, walks = zip(*[find(chain(stages), f"x{stages}") for find in (along_paths, in_order)], strict=True)
    print(f"{stages:6}   {len(walks[0]):17,}   {len(walks[1]):14}   {by_both[0]['x0']:.6g}, {by_both[1]['x0']:.6g}")

# %% [markdown]
# The same happens in any network. With $n$ neurons in each of $L$ layers, every neuron of a layer is used by all $n$ of the next. There are
# $n^2$ arrows between two layers, but $n^L$ paths through $L$ of them. We count the steps of both for $n = 3$.


# %%
def layers(depth, n=3):
    table = {"E": [(f"u{depth},{j}", 0.5) for j in range(n)]}
    for layer in range(depth, 0, -1):
        for j in range(n):
            table[f"u{layer},{j}"] = [(f"u{layer - 1},{i}", 0.5) for i in range(n)]
    return table | {f"u0,{i}": [] for i in range(n)}


most = 14  # quick: 11
chains = [[len(find(chain(k), f"x{k}")[1]) for k in range(1, most + 1)] for find in (along_paths, in_order)]
deepest = most * 7 // 12
nets = [[len(find(layers(k), "E")[1]) for k in range(1, deepest + 1)] for find in (along_paths, in_order)]

figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
for (paths, order), marker, color, name in [
    (nets, "s", ORANGE, "3 neurons in each layer"),
    (chains, "o", BLUE, "each $x_k$ used twice"),
]:
    axes.plot(range(1, len(paths) + 1), paths, marker=marker, color=color, label=f"{name}: along paths")
    axes.plot(range(1, len(order) + 1), order, marker=marker, color=color, ls="--", mfc="w", label=f"{name}: in order")
axes.set(yscale="log", xlabel="stages, or layers", ylabel="steps", xticks=range(0, most + 1, 2))
axes.spines[["top", "right"]].set_visible(False)
axes.grid(axis="y", color="0.9")
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% [markdown]
# On the logarithmic scale the paths make straight lines: they grow exponentially, the arrows only in proportion to the depth. At a billion
# steps a second, a chain of 60 stages would take

# %%
steps = 2**61 - 2  # 2 + 4 + ... + 2**60
print(
    f"{steps:.2g} steps, or {steps / 1e9 / 3600 / 24 / 365.25:.0f} years; in order: {len(in_order(chain(60), 'x60')[1])} steps"
)

# %% [markdown]
# A network need not be deep for that. Take 784 inputs, two hidden layers of 256 and 128 neurons, and ten outputs, as for pictures
# of digits. For one sample:

# %%
sizes = [784, 256, 128, 10]
arrows = sum(a * b for a, b in pairwise(sizes))
print(f"{arrows:,} weights, each on one arrow; {math.prod(sizes):,} paths from an output to an input")

# %% [markdown]
# So the lecture's sentence, that backpropagation is an *efficient* way to compute the gradients of all parameters, has two reasons.
# The gradient of a quantity is completed before it is used, and then it is used for everything below. The slide
# does the same when it names $\delta_1$ and uses it five times: for $b_3$, $w_5$, $w_6$, $u_1$ and $u_2$.
#
# ## The depth of a recursion
#
# There is a second trouble with recursion, whichever order it finds: each step down occupies a place on Python's stack, and that is limited.
# A loop of ten thousand steps makes a graph ten thousand deep.

# %%
long = {f"x{k}": [(f"x{k - 1}", 1.0)] for k in range(10_000, 0, -1)} | {"x0": []}
try:
    visited_once(long, "x10000")
    deep = "went through"
except RecursionError as error:
    deep = f"RecursionError: {error}"
print(deep)
print("in order, without recursion:", in_order(long, "x10000")[0]["x0"])

# %% [markdown]
# ## What the engine does
#
# `backward()` works as `in_order` does: it counts the consumers, and then each node passes its gradient on when its count has come down to 0.
# There is no recursion in it. The example from the beginning, the chain of 60 stages, and a loop of a hundred thousand steps:

# %%
E.backward()
print("dE/dx =", x.grad)

x0 = Value(1.0)
y = x0
for _ in range(60):
    y = y + 0.5 * y
y.backward()
print(f"60 stages: {x0.grad:.10g}, which is 1.5 ** 60 = {1.5**60:.10g}")

w = Value(0.5)
z = w
for _ in range(100_000):
    z = np.cos(z) * w  # w is used in each step
z.backward()
print(f"100,000 steps: dz/dw = {w.grad:.10f}")


# %% [markdown]
# The last loop comes to rest at $z = w \cos z$. Differentiate both sides: $z' = \cos z - w z' \sin z$, so $z' = \cos z / (1 + w \sin z)$.

# %%
print(f"               dz/dw = {math.cos(z.data) / (1 + w.data * math.sin(z.data)):.10f}")

# %% [markdown]
# ## Exercises
#
# **1.** Would a breadth-first search do: first $E$, then all its inputs, then all of theirs, each quantity once? It does for the
# graph above. Find a graph for which it does not.
#
# <details><summary>Solution</summary>
#
# A shortcut, as in residual networks: $p = s + 1$ and $E = s \cdot p$. Then $s$ is one step away from $E$, and two. Breadth-first search
# takes the shorter way, and $s$ passes its gradient on before $p$ has. Here is $s = x \cdot x$ and $x = 2$ again: $E = s^2 + s$, and
# $\partial E / \partial x = (2s + 1) \cdot 2x = 36$.
#
# ```python
# def breadth_first(graph, root):
#     gradient = dict.fromkeys(graph, 0.0) | {root: 1.0}
#     found = [root]
#     for name in found:
#         for source, slope in graph[name]:
#             gradient[source] += gradient[name] * slope
#             if source not in found:
#                 found.append(source)
#     return gradient
#
#
# shortcut = {"E": [("s", 5.0), ("p", 4.0)], "p": [("s", 1.0)], "s": [("x", 2.0), ("x", 2.0)], "x": []}
# assert breadth_first(graph, "E") == ordered
# assert in_order(shortcut, "E")[0]["x"] == 36
# assert breadth_first(shortcut, "E")["x"] == 20  # the part through p is missing
# ```
#
# </details>
#
# **2.** How many paths lead from a quantity to $x$? Listing them takes long. Find the number in a single sweep.
#
# <details><summary>Solution</summary>
#
# The gradient is the sum over all paths of the product of the local derivatives. Set all of these to 1, and it counts paths.
#
# ```python
# def count_paths(graph, root):
#     ones = {name: [(source, 1) for source, _ in inputs] for name, inputs in graph.items()}
#     return in_order(ones, root)[0]
#
#
# assert count_paths(graph, "E")["x"] == 4
# assert count_paths(chain(60), "x60")["x0"] == 2**60
# assert count_paths(layers(5), "E")["u0,0"] == 3**5
# # each step arrives somewhere by a path of its own: the steps of `along_paths` are all paths, but the empty one
# assert sum(count_paths(layers(5), "E").values()) - 1 == len(along_paths(layers(5), "E")[1])
# ```
#
# </details>
#
# **3.** A recurrent network has the same weight in every step, $u_{t+1} = \tanh(w\, u_t + x)$. Show that $\partial E / \partial w$ is the sum of the
# gradients that the steps would have if each had a weight of its own.
#
# <details><summary>Solution</summary>
#
# The shared weight is fan-out. Copies $w_1, \dots, w_T$ with the same number cut it open; the sum in the chain rule puts it together again.
#
# ```python
# def recurrent(weights, x=0.3):
#     u = 0.0
#     for w in weights:
#         u = np.tanh(w * u + x)
#     return 0.5 * (u - 1) ** 2
#
#
# shared, copies = Value(0.8), [Value(0.8) for _ in range(5)]
# recurrent([shared] * 5).backward()
# recurrent(copies).backward()
# assert math.isclose(shared.grad, sum(copy.grad for copy in copies), rel_tol=1e-12)
# assert copies[0].grad == 0 != copies[1].grad  # the first one is multiplied by u = 0
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
right = {"E": 1, "p": 6, "q": 5, "s": 11, "x": 44}
assert by_paths == ordered == right and x.grad == grad(lambda x: (x * x + 1) * (x * x + 2))(2.0) == 44
assert overwrite(graph, "E") == right | {"s": 5, "x": 10}
assert collected(graph, "E")["x"] == 68 and once == right | {"x": 24}
assert len(path_walk) == 8 and len(order_walk) == len(once_walk) == 6
for k, (paths, order) in enumerate(zip(*chains, strict=True), 1):
    assert paths == 2 ** (k + 1) - 2 and order == 2 * k
for k, (paths, order) in enumerate(zip(*nets, strict=True), 1):
    assert paths == sum(3**layer for layer in range(1, k + 2)) and order == 3 + 9 * k
for table, root in [(chain(10), "x10"), (layers(5), "E")]:
    assert math.isclose(in_order(table, root)[0][list(table)[-1]], along_paths(table, root)[0][list(table)[-1]])
assert deep.startswith("RecursionError") and in_order(long, "x10000")[0]["x0"] == 1
assert math.isclose(x0.grad, 1.5**60, rel_tol=1e-12)
assert math.isclose(w.grad, math.cos(z.data) / (1 + w.data * math.sin(z.data)), rel_tol=1e-9)
print("each arrow once, and in order")
