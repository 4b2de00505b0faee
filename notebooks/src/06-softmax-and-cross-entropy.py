# %% [markdown]
# # Softmax, one-hot and cross-entropy
#
# To the slides "Softmax Output", "Multi-Class Classification via Softmax" and "Error/Loss function". A network for $K$ classes computes
# $K$ scores $z_1, \dots, z_K$. Softmax turns them into probabilities $p$, the class of a sample is written as a one-hot vector $d$, and
# the cross-entropy $E$ measures how far $p$ is from $d$. (The slides write $y$ for $p$. Their scores are $z_k = \sum_j w_{k,j} h_j$,
# from the last hidden layer $h$.)

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

import autograd
import nn
import optim
from autograd import Tensor, Value, grad
from autograd.draw import explain
from nn import functional as F
from nn import plots
from nn.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILION, clean, finish

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## Softmax
#
# $$p_j = \frac{e^{z_j}}{\sum_{k=1}^K e^{z_k}}$$
#
# The exponential makes everything positive, the division makes the sum 1: $p$ is a probability distribution over the $K$ classes, a
# *categorical* one. The order of the scores remains.


# %%
def softmax(z):
    e = np.exp(z)
    return e / np.sum(e)


z = np.array([2.0, 1.0, 0.0, -1.0])
p = softmax(z)
print("scores       ", z)
print("exponentials ", np.exp(z).round(3))
print("probabilities", p.round(3), " sum", p.sum().round(12))

# %% [markdown]
# ## Only differences count
#
# Add the same number $c$ to all scores: numerator and denominator are both multiplied by $e^c$, and nothing changes. Multiply all
# scores by the same number, and a lot changes: the larger the differences, the more certain the answer.

# %%
versions = {"$z$": z, "$z + 5$": z + 5, "$3 z$": 3 * z, "$z / 3$": z / 3}
figure, ax = plt.subplots(figsize=(7.5, 3.2), layout="constrained")
place = np.arange(4)
for k, ((name, scores), color) in enumerate(zip(versions.items(), [BLUE, GREEN, ORANGE, GREY], strict=True)):
    ax.bar(place + 0.2 * (k - 1.5), softmax(scores), width=0.18, color=color, label=f"softmax of {name}")
ax.set(
    xticks=place,
    xticklabels=[f"class {k}\n$z = {score:g}$" for k, score in enumerate(z)],
    ylabel="probability",
    ylim=(0, 1),
)
finish(ax)
plt.show()

# %% [markdown]
# With two classes only $z_1 - z_2$ is left, and softmax is the sigmoid: $p_1 = \sigma(z_1 - z_2)$.

# %%
two = np.array([0.7, -0.4])
print(softmax(two), F.sigmoid(two[0] - two[1]))

# %% [markdown]
# ## Scores of 1000
#
# On paper all is well for $z = (1000, 1001, 1002)$. In a computer $e^{1000}$ is infinite, and infinity divided by infinity is not a number.

# %%
large = np.array([1000.0, 1001.0, 1002.0])
with np.errstate(over="ignore", invalid="ignore"):
    naive = softmax(large)
print("as written:", naive)

# %% [markdown]
# In a long program such a NaN is hard to trace back. Within `autograd.debug()` the engine stops at the first number that is no longer
# finite, and says where it came from. (`In[2]:2` is line 2 of the second cell.)

# %%
with autograd.debug(), np.errstate(over="ignore"):
    try:
        softmax(Tensor(large, requires_grad=True, label="z"))
    except FloatingPointError as error:
        print(error)

# %% [markdown]
# The remedy is the shift from above: subtract the largest score. Then the largest exponential is $e^0 = 1$ and none can overflow.
# `functional.softmax` does this.


# %%
def stable_softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


print("shifted:           ", stable_softmax(large).round(6))
print("functional.softmax:", F.softmax(large).round(6))
print("softmax of 0, 1, 2:", softmax(np.array([0.0, 1.0, 2.0])).round(6))

# %% [markdown]
# The error needs $\log p$, and there the next trap lies. For $z = (1000, 0)$ the second probability is $e^{-1000}$, which is rounded
# to 0, and its logarithm is minus infinity. The true logarithm is an ordinary number, $-1000$. So the logarithm is best
# computed together with the softmax: $\log p_j = z_j - \log \sum_k e^{z_k}$, again shifted. This is why losses want the scores and
# have the softmax inside.

# %%
apart = np.array([1000.0, 0.0])
with np.errstate(divide="ignore"):
    print("log of softmax:", np.log(F.softmax(apart)))
print("log_softmax:   ", F.log_softmax(apart))

# %% [markdown]
# ## One-hot
#
# The class of a sample as a vector: 1 at its place, 0 elsewhere. The lecture's example is class 3 of five, counted from 0.

# %%
d = F.one_hot(np.array(3), 5)
print(d)

# %% [markdown]
# It is a probability distribution too, the one of somebody who knows the answer. And it selects: $\sum_k d_k a_k$ is the
# component of $a$ at the class $t$ of the sample.
#
# ## Cross-entropy
#
# $$E = -\sum_k d_k \log p_k = -\log p_t$$
#
# All that counts is the probability which the network gave to the right class. Where does the logarithm come from? If each label is
# drawn from the distribution of its sample (on the slide: labels follow a multinomial distribution), all of them together have the
# probability $\prod_i p^{(i)}_{t_i}$. To make this product as large as possible is to make the sum
# $-\sum_i \log p^{(i)}_{t_i}$ as small as possible.

# %%
print("   p      E = -log p")
for probability in [0.99, 0.9, 0.5, 0.1, 0.01]:
    print(f"{probability:5}     {-math.log(probability):.3f}")

# %% [markdown]
# Being right costs little, being wrong and certain costs much. A network that has not learned anything gives each of $K$ classes
# $1/K$, so it begins with $E = \log K$: for ten classes 2.303. A training that starts far above that has scores that are too large.
#
# ## The gradient is $p - d$
#
# Three scores as `Value`s, and class 1, the first, is right. `explain` writes down how the engine derives $E$ with respect to the right score.

# %%
z1, z2, z3 = Value(2.0), Value(1.0), Value(0.0)
e1, e2, e3 = np.exp(z1), np.exp(z2), np.exp(z3)
s = e1 + e2 + e3
p1 = e1 / s
E = -np.log(p1)
E.backward(retain_graph=True)
explain(E, wrt=z1)

# %% [markdown]
# Two paths lead from $z_1$ to $E$, through the numerator and through the sum. Together they are short: $-1$ by the first, $e_1 / s = p_1$
# by the second. The other scores have the second path only. So
#
# $$\frac{\partial E}{\partial z_j} = p_j - d_j.$$

# %%
by_value = [z1.grad, z2.grad, z3.grad]
scores = np.array([2.0, 1.0, 0.0])
right = F.one_hot(np.array(0), 3)
by_numpy = grad(lambda z: -np.sum(right * np.log(softmax(z))))(scores)
by_loss = grad(lambda z: F.cross_entropy(z, np.array(0)))(scores)
print("p - d:                ", (softmax(scores) - right).round(6))
print("with Values:          ", np.round(by_value, 6))
print("of NumPy as written:  ", by_numpy.round(6))
print("of the library's loss:", by_loss.round(6))

# %% [markdown]
# In pictures: gradient descent pushes the score of the right class up, and the others down, each by as much as the probability that
# it took. The pushes add up to 0, since a common shift of all scores would be of no use. At $p = d$ nothing is pushed.

# %%
figure, axes = plt.subplots(1, 3, figsize=(8.5, 2.8), sharex=True, sharey=True, layout="constrained")
parts = {"$p$": (softmax(scores), BLUE), "$d$": (right, GREEN), "gradient $p - d$": (by_loss, ORANGE)}
for ax, (name, (heights, color)) in zip(axes, parts.items(), strict=True):
    ax.bar(range(3), heights, color=color)
    ax.axhline(0, color="k", linewidth=0.8)
    ax.set(title=name, xticks=range(3), xticklabels=["class 1\n(right)", "class 2", "class 3"], ylim=(-0.5, 1.05))
    clean(ax)
plt.show()

# %% [markdown]
# ## Why not the squared error?
#
# $\tfrac12 \sum_k (p_k - d_k)^2$ is also 0 at $p = d$ and positive elsewhere. But its derivative goes through the softmax, which is saturated
# where the network is certain, also where it is certain of a wrong answer. Three classes, two scores are 0, and the
# score $z_t$ of the right class runs:

# %%
run = np.linspace(-10, 10, 121)
rows = np.stack([run, np.zeros_like(run), np.zeros_like(run)], axis=1)
zeros = np.zeros(len(rows), dtype=int)
errors = {
    "cross-entropy": lambda z: F.cross_entropy(z, zeros, reduction="none"),
    "squared error": lambda z: 0.5 * np.sum((F.softmax(z) - right) ** 2, axis=1),
}
slopes = {name: grad(lambda z, error=error: np.sum(error(z)))(rows)[:, 0] for name, error in errors.items()}
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2), layout="constrained")
for (name, error), color, style in zip(errors.items(), [BLUE, ORANGE], ["-", "--"], strict=True):
    axes[0].plot(run, error(rows), style, color=color, label=name)
    axes[1].plot(run, slopes[name], style, color=color, label=name)
axes[0].set(xlabel="score $z_t$ of the right class", ylabel="$E$")
axes[1].set(xlabel="score $z_t$ of the right class", ylabel="$\\partial E / \\partial z_t$")
finish(axes[0])
clean(axes[1])
plt.show()

# %% [markdown]
# On the left of each picture the network is wrong and certain. There the squared error is flat and teaches nothing, while the gradient
# of the cross-entropy is close to $-1$. The logarithm undoes what the exponential did.
#
# ## Several classes in the plane
#
# One linear layer, $z = W x + b$, and the cross-entropy: this is all that it takes for three clouds of points. At each step every sample
# contributes $p - d$. The boundary between two classes is where their scores are equal, which is a straight line.

# %%
points, cloud = nn.datasets.blobs(120, noise=0.8, generator=0)
linear = nn.Linear(2, 3, generator=0)
sgd = optim.SGD(linear.parameters(), lr=0.5)
for _ in range(100):
    E = F.cross_entropy(linear(points), cloud)
    sgd.zero_grad()
    E.backward()
    sgd.step()

probabilities = F.softmax(linear(points).data)
plots.decision_boundary(linear, points, cloud, names=["class 0", "class 1", "class 2"])

# %% [markdown]
# Deep inside a region one probability is close to 1. Where two regions meet, their classes have equal probabilities. The four
# least certain samples:

# %%
for k in np.argsort(probabilities.max(axis=1))[:4]:
    print(f"at ({points[k, 0]:5.2f}, {points[k, 1]:5.2f}), class {cloud[k]}: p = {probabilities[k].round(2)}")

# %% [markdown]
# ## The lecture's form
#
# The slide has more terms:
#
# $$E = -\sum_k \left(d_k \log p_k + (1 - d_k) \log(1 - p_k)\right)$$
#
# It asks of each class separately, yes or no. For the right class this is $-\log p_t$ as before. In addition, each wrong class pays
# $-\log(1 - p_k)$ for the probability that it took. The library has it as `softmax_binary_cross_entropy`.

# %%
pair = np.array([0.3, -0.5])
usual, lecture = F.cross_entropy(pair, np.array(0)), F.softmax_binary_cross_entropy(pair, np.array(0))
print(f"two classes: usual form {usual:.4f}, lecture's form {lecture:.4f}, ratio {lecture / usual:.4f}")


# %% [markdown]
# With two classes it is twice the usual form, as $1 - p_2 = p_1$. With more classes it depends on how the wrong classes share what is
# left, $1 - p_t$. If one of them has it all, the form is again $-2 \log p_t$. The more evenly they share, the less is added. Here for
# $K = 10$:


# %%
def binary_form(p, d):
    return -np.sum(np.log(np.where(d == 1, p, 1 - p)), axis=-1)


own = np.linspace(0.02, 0.99, 98)
first = np.eye(10)[0]
even = np.concatenate([own[:, None], np.repeat((1 - own[:, None]) / 9, 9, axis=1)], axis=1)
one = np.concatenate([own[:, None], 1 - own[:, None], np.zeros((98, 8))], axis=1)
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.plot(own, binary_form(one, first), "--", color=VERMILION, label="lecture's form, one wrong class has the rest")
ax.plot(own, binary_form(even, first), color=ORANGE, label="lecture's form, nine wrong classes share the rest")
ax.fill_between(own, binary_form(even, first), binary_form(one, first), color=ORANGE, alpha=0.15, linewidth=0)
ax.plot(own, -np.log(own), color=BLUE, label="usual form, $-\\log p_t$")
ax.set(xlabel="probability $p_t$ of the right class", ylabel="$E$")
finish(ax)
plt.show()

# %% [markdown]
# Both forms are 0 for $p = d$ and nowhere else, and both can be used for training. The usual one has the simpler gradient, is what
# maximum likelihood asks for, and is what people mean by cross-entropy.
#
# ## The softmax too many
#
# A common mistake: the network ends in a softmax, and the loss has another one inside. Nothing crashes. But now the loss takes the
# probabilities for scores. They lie between 0 and 1, so even the best of them, a one-hot vector, has scores that differ by 1 only,
# and the second softmax makes of them $e / (e + 9) \approx 0.23$ for the right one of ten classes. The error cannot fall below
# $-\log 0.23 \approx 1.46$.
#
# One linear layer learns the digits of scikit-learn, with the usual form, with the lecture's, and with the mistake. All three start
# from the same weights and use the same $\lambda$.

# %%
EPOCHS = 30  # quick: 12
data = nn.datasets.digits(flat=True)
x, classes = data.train[:]
x_test, classes_test = data.test[:]


def fit(loss, *layers):
    model = nn.Sequential(nn.Linear(64, 10, generator=0), *layers)
    sgd = optim.SGD(model.parameters(), lr=0.3)
    curve = []
    for epoch in range(EPOCHS):
        for images, numbers in nn.DataLoader(x, classes, batch_size=50, shuffle=True, generator=epoch):
            E = loss(model(images), numbers)
            sgd.zero_grad()
            E.backward()
            sgd.step()
        correct = np.mean(model(x_test).data.argmax(axis=1) == classes_test)
        curve.append((loss(model(x), classes).item(), correct))
    return np.array(curve)


curves = {
    "usual form": fit(F.cross_entropy),
    "lecture's form": fit(F.softmax_binary_cross_entropy),
    "two softmaxes": fit(F.cross_entropy, nn.Softmax(axis=1)),
}
floor = -math.log(math.e / (math.e + 9))
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.3), layout="constrained")
for (name, curve), color, style in zip(curves.items(), [BLUE, ORANGE, VERMILION], ["-", "--", "-."], strict=True):
    for ax, column in zip(axes, curve.T, strict=True):
        ax.plot(range(1, EPOCHS + 1), column, style, color=color, label=name)
axes[0].axhline(floor, color="k", linestyle=":")
axes[0].text(EPOCHS, floor - 0.05, f"least for two softmaxes, {floor:.2f}", ha="right", va="top")
axes[0].set(xlabel="epoch", ylabel="training error", ylim=(0, None))
axes[1].set(xlabel="epoch", ylabel="accuracy on test images", ylim=(0, 1))
clean(axes[0])
finish(axes[1], loc="lower right")
plt.show()

# %% [markdown]
# The network with two softmaxes does learn, only slowly. This is why the mistake often stays unnoticed: the curves look as if
# the task were difficult. Its gradient has to pass a softmax, which saturates. Take a sample on which the network is wrong and certain:

# %%
wrong = np.array([10.0, 0.0, 0.0])
once = grad(lambda z: F.cross_entropy(z, np.array(1)))(wrong)
twice = grad(lambda z: F.cross_entropy(F.softmax(z), np.array(1)))(wrong)
print("gradient with one softmax:  ", once.round(5))
print("gradient with two softmaxes:", twice.round(5))

# %% [markdown]
# `nn.doctor` examines a model, a loss and a batch, and knows this mistake:

# %%
model = nn.Sequential(nn.Linear(64, 10, generator=0), nn.Softmax(axis=1))
checkup = nn.doctor(model, nn.CrossEntropyLoss(), (x[:50], classes[:50]))
print(checkup)

# %% [markdown]
# ## Exercises
#
# **1.** $\log \sum_k e^{z_k}$ is a smooth maximum. Show that its gradient is the softmax, and that its Hessian is the softmax's Jacobian,
# $p_j ([j = k] - p_k)$. Check both with the engine.
#
# <details><summary>Solution</summary>
#
# By the chain rule, $\partial / \partial z_j = e^{z_j} / \sum_k e^{z_k} = p_j$. The Hessian is the derivative of that once more.
#
# ```python
# def smooth_maximum(z):
#     return np.log(np.sum(np.exp(z)))
#
# assert np.allclose(grad(smooth_maximum)(scores), softmax(scores))
# H = autograd.hessian(smooth_maximum)(scores)
# p = softmax(scores)
# assert np.allclose(H, autograd.jacobian(softmax)(scores)) and np.allclose(H, np.diag(p) - np.outer(p, p))
# ```
#
# </details>
#
# **2.** Derive the gradient of the lecture's form with respect to the scores.
#
# <details><summary>Solution</summary>
#
# $\partial E / \partial p_t = -1 / p_t$ and $\partial E / \partial p_k = 1 / (1 - p_k)$ for the others. With $\partial p_k / \partial z_j = p_k
# ([j = k] - p_j)$ and the abbreviations $r_t = -1$ and $r_k = p_k / (1 - p_k)$ for $k \ne t$,
# $\partial E / \partial z_j = \sum_k \partial E / \partial p_k\, p_k ([j = k] - p_j) = r_j - p_j \sum_k r_k$.
#
# ```python
# p = softmax(scores)
# r = np.where(right == 1, -1, p / (1 - p))
# assert np.allclose(r - p * r.sum(), grad(lambda z: F.softmax_binary_cross_entropy(z, np.array(0)))(scores))
# ```
#
# </details>
#
# **3.** Shift invariance means that a score can be fixed: hold $z_K = 0$ and let the network compute the other $K - 1$. Which scores give
# the probabilities 0.7, 0.2 and 0.1?
#
# <details><summary>Solution</summary>
#
# From $p_j / p_K = e^{z_j - z_K}$ follows $z_j = \log(p_j / p_K)$.
#
# ```python
# wanted = np.array([0.7, 0.2, 0.1])
# assert np.allclose(softmax(np.log(wanted / wanted[-1])), wanted)
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert np.allclose(softmax(z), softmax(z + 5)) and not np.allclose(softmax(z), softmax(3 * z), atol=0.1)
assert math.isclose(softmax(two)[0], F.sigmoid(two[0] - two[1]))
assert np.isnan(naive).all() and np.allclose(stable_softmax(large), softmax(large - 1000))
assert np.allclose(F.softmax(large), stable_softmax(large)) and F.log_softmax(apart)[1] == -1000
assert d.tolist() == [0, 0, 0, 1, 0]
for gradient in [by_value, by_numpy, by_loss]:
    assert np.allclose(gradient, softmax(scores) - right) and abs(np.sum(gradient)) < 1e-12
assert slopes["cross-entropy"][0] < -0.99 and abs(slopes["squared error"][0]) < 1e-4
assert np.mean(probabilities.argmax(axis=1) == cloud) > 0.9 and np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)
assert math.isclose(lecture, 2 * usual)
assert np.allclose(binary_form(one, first), -2 * np.log(own)) and np.all(binary_form(even, first) > -np.log(own))
assert np.all(binary_form(even, first) < binary_form(one, first))
random_scores = np.random.default_rng(0).normal(size=(5, 10))
assert np.allclose(
    F.softmax_binary_cross_entropy(random_scores, np.zeros(5, dtype=int), reduction="none"),
    binary_form(F.softmax(random_scores), first),
)
final = {name: curve[-1] for name, curve in curves.items()}
assert final["two softmaxes"][0] > floor > 1 > final["usual form"][0]
assert final["usual form"][1] > 0.9 and final["lecture's form"][1] > 0.9
assert final["two softmaxes"][1] < final["usual form"][1]
assert np.linalg.norm(twice) < 1e-3 < 1 < np.linalg.norm(once)
assert "softmax before cross-entropy" in str(checkup)
print("all as derived")
