# %% [markdown]
# # The learning rate
#
# To the slide "Gradient Descent": $\lambda$ adjusts the step size. It is the number that decides most often whether a
# training works. Here we see what happens when it is too small, right, too large, and so large that it diverges. We find out where the limit comes
# from, and meet a tool that looks for a good value, and schedules that change it in the course of the training.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nn
import optim
from autograd import Tensor, grad, hessian
from nn import functional as F
from nn.plots.style import BLUE, GREEN, GREY, LINES, ORANGE, STYLES, VERMILION, clean, finish
from nn.training import Trainer

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## A parabola
#
# One weight, and $E(w) = \tfrac12 a w^2$ with the curvature $a = 1$. The derivative is $a w$, so a step of gradient descent is
#
# $$w^{(t+1)} = w^{(t)} - \lambda a\, w^{(t)} = (1 - \lambda a)\, w^{(t)}.$$
#
# Each step multiplies the distance from the minimum by $1 - \lambda a$, and everything depends on this one number.


# %%
def descend(error, w, rate, steps):
    path = [w]
    for _ in range(steps):
        w = w - rate * grad(error)(w)
        path.append(w)
    return np.array(path)


def parabola(w):
    return 0.5 * w**2


rates = {0.1: "too small", 1.0: "right", 1.8: "too large", 2.1: "diverging"}
paths = {rate: descend(parabola, -1.0, rate, 8) for rate in rates}
for rate, path in paths.items():
    print(f"λ = {rate}: w =", "  ".join(f"{w:+.2f}" for w in path[:7] + 0.0))

# %%
figure, axes = plt.subplots(1, 4, figsize=(9, 2.7), sharey=True, layout="constrained")
w = np.linspace(-2.3, 2.3, 60)
for ax, (rate, path) in zip(axes, paths.items(), strict=True):
    ax.plot(w, parabola(w), color="0.75")
    ax.plot(path, parabola(path), "o-", color=BLUE, markersize=4, linewidth=1)
    ax.plot(path[0], parabola(path[0]), "o", color=VERMILION, markersize=6)
    ax.set(title=f"$\\lambda = {rate}$: {rates[rate]}", xlabel="$w$", ylim=(-0.1, 2.6))
    clean(ax)
axes[0].set_ylabel("$E$")
plt.show()

# %% [markdown]
# Red is the start. With $\lambda = 1/a$ a single step arrives. Below that, the path creeps down on one side. Above it, each step leads to
# the other side: closer than before as long as $\lambda < 2/a$, farther beyond that.
#
# ## Two curvatures, one $\lambda$
#
# A real error surface has a curvature in each direction, and one $\lambda$ serves them all. Take $E = \tfrac12 (a w_1^2 + b w_2^2)$ with
# $a = 1$ and $b = 10$. The larger of the two factors $|1 - \lambda a|$ and $|1 - \lambda b|$ decides. The dots are measured: the
# factor by which a step changes the distance from the minimum, after many steps.

# %%
a, b = 1.0, 10.0


def bowl(w):
    return 0.5 * (a * w[0] ** 2 + b * w[1] ** 2)


tried = np.array([0.02, 0.05, 0.1, 0.15, 2 / 11, 0.19, 0.2, 0.21])
factors = []
for rate in tried:
    distance = np.linalg.norm(descend(bowl, np.array([1.0, 1.0]), rate, 60), axis=1)
    factors.append((distance[60] / distance[40]) ** (1 / 20))

rate = np.linspace(0, 0.22, 111)
figure, ax = plt.subplots(figsize=(8.5, 3.5), layout="constrained")
ax.plot(rate, np.abs(1 - rate * a), color=BLUE, label="$|1 - \\lambda a|$, flat direction")
ax.plot(rate, np.abs(1 - rate * b), "--", color=ORANGE, label="$|1 - \\lambda b|$, steep direction")
ax.plot(tried, factors, "o", color="k", markersize=5, label="measured")
ax.axhline(1, color=GREY, linewidth=0.8)
ax.axvline(2 / b, color=VERMILION, linestyle=":", label="$2 / b$")
ax.set(xlabel="$\\lambda$", ylabel="factor per step", ylim=(0, 1.3))
clean(ax)
figure.legend(loc="outside right upper", frameon=False)
plt.show()

# %% [markdown]
# The steep direction sets the limit, $\lambda < 2/b$. The flat direction then has to be content with it: at best the distance shrinks by the
# factor $9/11 \approx 0.82$ per step. Close below the limit is the best place to be, and just beyond it is the worst.
#
# ## The limit of an error surface
#
# The same holds for any smooth error near a minimum. There the curvatures are the eigenvalues of the matrix of second derivatives, the
# Hessian, and the limit is $2 / a_{\max}$ with the largest of them. Here the error is the cross-entropy of a linear softmax classifier of
# three overlapping clouds, with nine weights in $W$ ($x_0 = 1$).

# %%
points, cloud = nn.datasets.blobs(300, noise=1.2, generator=0)
points = points.astype(float)
X = np.concatenate([np.ones((300, 1)), points], axis=1)


def cross_entropy(W):
    return F.cross_entropy(X @ W.T, cloud)


W_best = Tensor(np.zeros((3, 3)), requires_grad=True)
optim.scipy_minimize([W_best], lambda: cross_entropy(W_best), method="BFGS", options={"gtol": 1e-8})
W_best, smallest = W_best.data, cross_entropy(W_best.data)
largest = np.linalg.eigvalsh(hessian(cross_entropy)(W_best).reshape(9, 9)).max()
print(f"smallest error {smallest:.4f}, largest curvature {largest:.3f}, so λ must be below {2 / largest:.3f}")

W_near = W_best + 1e-3 * np.random.default_rng(0).normal(size=(3, 3))
end = {}
for share in [0.95, 1.05]:
    end[share] = np.linalg.norm(descend(cross_entropy, W_near, share * 2 / largest, 200)[-1] - W_best)
    print(f"λ = {share} of it: distance from the minimum after 200 steps {end[share]:.5f}")

# %% [markdown]
# The start was about 0.002 away. Just below the limit gradient descent comes closer, just above it is thrown out of the minimum.
#
# ## A network
#
# A network with 32 hidden neurons learns the digits of scikit-learn, five epochs of minibatches of 50. All runs begin with the same weights and
# see the same minibatches. Only $\lambda$ differs, from 0.001 to 30.

# %%
data = nn.datasets.digits(flat=True)
images, classes = data.train[:]


def make_network():
    return nn.Sequential(nn.Linear(64, 32, generator=0), nn.Tanh(), nn.Linear(32, 10, generator=1))


def loader(epoch, x=images, d=classes, size=50):
    return nn.DataLoader(x, d, batch_size=size, shuffle=True, generator=epoch)


def train(rate, epochs=5):
    """The error of each minibatch, and in the end that of all images."""
    model = make_network()
    sgd = optim.SGD(model.parameters(), lr=rate)
    curve = []
    for epoch in range(epochs):
        for x, d in loader(epoch):
            E = F.cross_entropy(model(x), d)
            sgd.zero_grad()
            E.backward()
            sgd.step()
            curve.append(E.item())
    return curve, F.cross_entropy(model(images), classes).item()


swept = np.geomspace(0.001, 30, 16)
final = np.array([train(rate)[1] for rate in swept])
shown = {0.01: "too small", 0.7: "right", 5.0: "too large"}
curves = {rate: train(rate)[0] for rate in shown}

figure, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.5), layout="constrained")
for (rate, curve), color, style in zip(curves.items(), [BLUE, GREEN, ORANGE], STYLES, strict=False):
    left.semilogy(curve, style, color=color, label=f"$\\lambda = {rate:g}$, {shown[rate]}")
left.axhline(np.log(10), color=GREY, linewidth=0.8)
left.text(len(curve), np.log(10), "guessing ", va="bottom", ha="right", fontsize=9, color=GREY)
left.set(xlabel="step", ylabel="error of the minibatch", ylim=(0.04, 2000))
finish(left, loc="upper right")
right.loglog(swept, final, "o-", color="k", markersize=4)
right.axhline(np.log(10), color=GREY, linewidth=0.8)
right.set(xlabel="$\\lambda$", ylabel="error after five epochs")
clean(right)
plt.show()

# %% [markdown]
# On the left: too small is a line that hardly falls, and too large ends up worse than guessing, $\log 10 = 2.3$. On the right the
# whole picture. Over three powers of ten a larger $\lambda$ is better. Then, within a factor of three, it goes from the best to useless. A
# good $\lambda$ is found on a logarithmic scale, and it is the safer side to be a factor of three too low than too high.
#
# ## The finder
#
# Sixteen trainings are a luxury. `find_lr` needs a single short one, in which $\lambda$ grows from step to step by a constant factor. The
# error falls at first, fastest where $\lambda$ is large enough to get on, and it rises when $\lambda$ is too large. The model is as
# before afterwards.

# %%
model = make_network()
trainer = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1), progress=False)
found = trainer.find_lr(loader(0), low=1e-4, high=100)
print("suggestion:", round(found.suggestion, 2), " best of the sixteen:", swept[final.argmin()].round(2))
found.plot()

# %% [markdown]
# The suggestion is where the smoothed curve falls fastest. It agrees with the sixteen trainings up to a factor of three, which is all that
# one can ask: the rates in the picture are used for one step each, and a training needs one that is good for all.
#
# ## Schedules
#
# The best $\lambda$ for the start need not be the best for the end. A schedule sets it anew before each step or each epoch. These are the
# usual ones, all from a $\lambda$ of 0.5, for 300 steps.

# %%
TOTAL = 300
schedules = {
    "in steps": lambda sgd, n: optim.StepLR(sgd, n // 3),
    "exponential": lambda sgd, n: optim.ExponentialLR(sgd, 0.01 ** (1 / n)),
    "cosine": lambda sgd, n: optim.CosineAnnealingLR(sgd, n),
    "warm-up, then cosine": lambda sgd, n: optim.warmup(optim.CosineAnnealingLR(sgd, n - n // 6), n // 6),
}


def rates_of(make_schedule):
    w = Tensor(0.0, requires_grad=True)
    sgd = optim.SGD([w], lr=0.5)
    schedule = make_schedule(sgd, TOTAL)
    course = []
    for _ in range(TOTAL):
        course.append(sgd.param_groups[0]["lr"])
        (0.5 * w**2).backward()
        sgd.step()
        sgd.zero_grad()
        schedule.step()
    return course


courses = {name: rates_of(make_schedule) for name, make_schedule in schedules.items()}
figure, ax = plt.subplots(figsize=(6.8, 3.2), layout="constrained")
for (name, course), color, style in zip(courses.items(), LINES, STYLES, strict=False):
    ax.plot(course, style, color=color, label=name)
ax.set(xlabel="step", ylabel="$\\lambda$", ylim=(0, 0.68))
finish(ax, ncols=2, loc="upper right")
plt.show()

# %% [markdown]
# ## Why to lower it
#
# Back to the three clouds, whose smallest error we know. Now the gradients are of minibatches of 5, so they are noisy. Each
# schedule comes in one line more, `schedule.step()` after `sgd.step()`.


# %%
EPOCHS = 30


def train_clouds(rate, make_schedule=None):
    """How far the error of all samples is above the smallest, after each epoch."""
    W = Tensor(np.zeros((3, 3)), requires_grad=True)
    sgd = optim.SGD([W], lr=rate)
    schedule = make_schedule(sgd, EPOCHS * 60) if make_schedule else None
    curve = [cross_entropy(W.data) - smallest]
    for epoch in range(EPOCHS):
        for x, d in loader(epoch, X, cloud, size=5):
            E = F.cross_entropy(x @ W.T, d)
            sgd.zero_grad()
            E.backward()
            sgd.step()
            if schedule:
                schedule.step()
        curve.append(cross_entropy(W.data) - smallest)
    return np.array(curve)


courses_of_error = {
    "0.5": train_clouds(0.5),
    "0.01": train_clouds(0.01),
    "0.5, in steps": train_clouds(0.5, schedules["in steps"]),
    "0.5, cosine": train_clouds(0.5, schedules["cosine"]),
}
figure, ax = plt.subplots(figsize=(7, 3.6), layout="constrained")
for (name, curve), color, style in zip(
    courses_of_error.items(), [VERMILION, GREY, ORANGE, BLUE], [":", "--", "-.", "-"], strict=True
):
    ax.semilogy(curve, style, color=color, label=f"$\\lambda = {name.split(',')[0]}$" + name[len(name.split(",")[0]) :])
ax.set(xlabel="epoch", ylabel="$E$ above its minimum")
finish(ax, loc="lower left")
plt.show()

# %% [markdown]
# With $\lambda = 0.5$ the error is low after one epoch and stays at that level: the noise throws the weights about. With 0.01 there is
# less noise, but 30 epochs are not enough. The schedules have both: large steps as long as the way is far, small ones to come to
# rest.
#
# ## Why to raise it first
#
# A warm-up begins with a small $\lambda$ and lets it grow. Here is a deeper network for the digits, with two hidden layers. Its $\lambda$
# of 1.7, which falls along a cosine, is too large for the start. We try it from several initial weights, without a warm-up and with one that
# takes half of the training.

# %%
SEEDS = 8  # quick: 4


def train_deeper(seed, warm, epochs=10):
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        nn.Linear(64, 32, generator=rng), nn.Tanh(), nn.Linear(32, 32, generator=rng), nn.Tanh(),
        nn.Linear(32, 10, generator=rng),
    )  # fmt: skip
    sgd = optim.SGD(model.parameters(), lr=1.7)
    schedule = optim.CosineAnnealingLR(sgd, epochs * 27 - warm)
    if warm:
        schedule = optim.warmup(schedule, warm)
    for epoch in range(epochs):
        for x, d in loader(epoch):
            E = F.cross_entropy(model(x), d)
            sgd.zero_grad()
            E.backward()
            sgd.step()
            schedule.step()
    u = model[:4](images).data  # what the second hidden layer gives
    return F.cross_entropy(model(images), classes).item(), np.mean(np.abs(u) > 0.99)


cold = np.array([train_deeper(seed, 0) for seed in range(SEEDS)])
warm = np.array([train_deeper(seed, 135) for seed in range(SEEDS)])
print("errors without warm-up:", np.sort(cold[:, 0]).round(2))
print("errors with warm-up:   ", np.sort(warm[:, 0]).round(2))
print(
    f"outputs beyond ±0.99 in the second layer: {cold[:, 1].mean():.0%} without, {warm[:, 1].mean():.0%} with warm-up"
)

# %% [markdown]
# Without the warm-up most of them are lost, or all: the first steps were too long, and threw the weights so far that the tanh neurons
# saturate. There the gradient is nearly 0, and a $\lambda$ that falls later does not bring them back. With it all of them learn. The
# same $\lambda$ that is too large for the fresh weights is good later.
#
# ## Exercises
#
# **1.** Derive the best $\lambda$ for the two curvatures $a < b$, and its factor per step. What is the factor for $b = 100 a$?
#
# <details><summary>Solution</summary>
#
# It is best where both factors are equal: $1 - \lambda a = \lambda b - 1$, so $\lambda = 2 / (a + b)$, and the factor is
# $(b - a) / (b + a)$. For $b = 100a$ it is $99 / 101 \approx 0.98$.
#
# ```python
# assert np.isclose(factors[4], (b - a) / (b + a))  # of λ = 2/11
# best_of_many = min(np.linspace(0.1, 0.2, 1001), key=lambda r: max(abs(1 - r * a), abs(1 - r * b)))
# assert abs(best_of_many - 2 / (a + b)) < 1e-3
# ```
#
# </details>
#
# **2.** With momentum $\mu$ the limit on the parabola is not $2/a$ any more. Find it by trying, for $\mu = 0.9$.
#
# <details><summary>Solution</summary>
#
# It is $2 (1 + \mu) / a = 3.8$. With $v \leftarrow \mu v + a w$ and $w \leftarrow w - \lambda v$, a path that just does not die out changes its
# sign in each step, $w, -w, w, \dots$ Then $v$ does too, so $v = -\mu v + a w$, which is $v = a w / (1 + \mu)$, and $-2w = -\lambda v$.
#
# ```python
# def last(rate):
#     w = Tensor(1.0, requires_grad=True)
#     sgd = optim.SGD([w], lr=rate, momentum=0.9)
#     for _ in range(1000):
#         sgd.zero_grad()
#         parabola(w).backward()
#         sgd.step()
#     return abs(w.item())
#
# assert last(3.75) < 1e-3 and last(3.85) > 1e3
# ```
#
# </details>
#
# **3.** An old schedule is $\lambda_t = \lambda_0 / (1 + t / T)$. Write it with `optim.LambdaLR`, whose function gives the factor at step $t$, and
# try it on the three clouds with $T = 100$.
#
# <details><summary>Solution</summary>
#
# ```python
# by_hand = train_clouds(0.5, lambda sgd, n: optim.LambdaLR(sgd, lambda t: 1 / (1 + t / 100)))
# assert by_hand[-1] < 0.3 * courses_of_error["0.5"][-10:].mean()
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
for rate, path in paths.items():
    assert np.allclose(path, -((1 - rate) ** np.arange(9)))
assert np.allclose(factors, np.maximum(np.abs(1 - tried * a), np.abs(1 - tried * b)), rtol=1e-3)
assert np.argmin(factors) == 4 and factors[-1] > 1
assert np.allclose(grad(cross_entropy)(W_best), 0, atol=1e-6)
assert 0.0015 < np.linalg.norm(W_near - W_best) < 0.0025
assert end[0.95] < np.linalg.norm(W_near - W_best) < 0.1 * end[1.05]
assert 0.3 < swept[final.argmin()] < 3 and final.min() < 0.2
assert all(final[k + 1] < final[k] for k in range(final.argmin() - 1)) and final[swept > 5].min() > np.log(10)
assert curves[0.01][-1] > 1.9 and np.mean(curves[0.7][-10:]) < 0.3 and np.mean(curves[5.0][-10:]) > np.log(10)
assert 1 / 3.5 < found.suggestion / swept[final.argmin()] < 3.5
assert np.allclose([course[0] for course in list(courses.values())[:3]], 0.5)
assert courses["in steps"][-1] == 0.5 * 0.1**2 and courses["cosine"][-1] < 1e-4
assert courses["warm-up, then cosine"][0] < 0.02 and np.isclose(max(courses["warm-up, then cosine"]), 0.5)
level = courses_of_error["0.5"][-10:].mean()
assert courses_of_error["0.5"][1] < 0.1 < courses_of_error["0.01"][1]
for name in ["0.5, in steps", "0.5, cosine"]:
    assert courses_of_error[name][-1] < 0.1 * level and courses_of_error[name][-1] < 0.1 * courses_of_error["0.01"][-1]
assert np.mean(cold[:, 0] > 1) > 0.5 and np.all(warm[:, 0] < 0.3)
assert np.all(cold[cold[:, 0] > 2, 1] > 0.9) and warm[:, 1].mean() < 0.5
print("large, but not too large")
