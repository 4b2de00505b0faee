# %% [markdown]
# # Good training practice
#
# To the lecture's third topic, "Measures of fit and good training practices". Training makes $\sum_i E(x^{(i)})$ small for the samples
# at hand. What we want is a small error on samples that nobody has seen yet. This notebook shows how far the two can be apart, how to
# notice it, and what helps: early stopping, weight decay, dropout, augmentation, and more data.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower for matrices as small as these

import matplotlib.pyplot as plt
import numpy as np

import nn
import optim
from autograd import no_grad
from nn import functional as F
from nn import metrics, plots
from nn.plots.style import BLUE, GREY, ORANGE, VERMILION, clean, finish
from nn.training import EarlyStopping, Trainer

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## Too simple, about right, too flexible
#
# Two half moons with so much noise that they overlap. From 100 points a network with one hidden layer learns which moon a point belongs
# to. 1,000 further points, which take no part in the training, tell how good it is. They are the *validation* set.

# %%
validation_points, validation_moons = nn.datasets.moons(1000, noise=0.3, generator=100)


def fit_moons(units, points, moons, seed=0, steps=600):
    nn.seed(seed)
    model = nn.Sequential(nn.Linear(2, units), nn.Tanh(), nn.Linear(units, 2))
    adam = optim.Adam(model.parameters(), lr=0.03)
    for _ in range(steps):
        E = F.cross_entropy(model(points), moons)
        adam.zero_grad()
        E.backward()
        adam.step()
    return model


points, moons = nn.datasets.moons(100, noise=0.3, generator=4)
line_x, line_y = np.linspace(-2.1, 2.6, 81), np.linspace(-1.4, 1.9, 61)
plane = np.stack(np.meshgrid(line_x, line_y), axis=-1).reshape(-1, 2).astype(np.float32)
correct = {}
figure, axes = plt.subplots(1, 3, figsize=(9, 2.9), sharey=True, layout="constrained")
for ax, units in zip(axes, [1, 3, 64], strict=True):
    model = fit_moons(units, points, moons)
    z = model(plane).data
    lead = (z[:, 1] - z[:, 0]).reshape(len(line_y), len(line_x))  # of the second moon's score
    ax.contourf(line_x, line_y, lead, levels=[lead.min(), 0, lead.max()], colors=[BLUE, ORANGE], alpha=0.2)
    for moon, (color, marker) in enumerate([(BLUE, "o"), (ORANGE, "^")]):
        ax.plot(*points[moons == moon].T, marker, color=color, markersize=3.5)
    right = correct[units] = (
        metrics.accuracy(model(points), moons),
        metrics.accuracy(model(validation_points), validation_moons),
    )
    title = f"{units} hidden unit{'s' * (units > 1)}\ntraining {right[0]:.0%}, validation {right[1]:.0%}"
    ax.set_title(title, fontsize=10)
    ax.set(xlabel="$x_1$", aspect="equal")
axes[0].set_ylabel("$x_2$")
plt.show()

# %% [markdown]
# Above each picture stands how many of the points are classified correctly. With one unit the boundary is a straight line. It misses the
# shape of the moons, in training and in validation alike: this is *underfitting*. With 64 units it winds around single points. These points
# are noise; on the next sample they lie elsewhere. This is *overfitting*.
#
# The same for several sizes, each as a mean over several training sets:

# %%
SIZES = [1, 2, 3, 4, 6, 8, 16, 64]  # quick: [1, 3, 64]
SETS = 4  # quick: 2


def errors_of(units):
    """The error in training and in validation, as means over the training sets."""
    errors = []
    for seed in range(SETS):
        x, d = nn.datasets.moons(100, noise=0.3, generator=seed)
        model = fit_moons(units, x, d, seed)
        errors.append(
            [F.cross_entropy(model(x), d).item(), F.cross_entropy(model(validation_points), validation_moons).item()]
        )
    return np.mean(errors, axis=0)


by_size = np.array([errors_of(units) for units in SIZES])
figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(SIZES, by_size[:, 0], "o--", color=BLUE, label="training")
ax.plot(SIZES, by_size[:, 1], "o-", color=VERMILION, label="validation")
ax.set_xscale("log", base=2)
ax.set(xlabel="hidden units", ylabel="cross-entropy $E$", xticks=SIZES, xticklabels=SIZES, ylim=(0, None))
ax.minorticks_off()
finish(ax)
plt.show()

# %% [markdown]
# The training error falls the more units there are. So it cannot tell how many units to take. The validation error can: it is least for
# three. With fewer, the network cannot follow the moons; with more, it follows the noise. How to read a pair of errors:
#
# | training error | validation error | |
# | --- | --- | --- |
# | high | high, not far from it | underfitting: a larger network, longer training, a better learning rate |
# | low | much higher | overfitting: what follows in this notebook |
# | low | low, not far from it | a good fit |
#
# ## Three parts
#
# From here on photographs of clothes, [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist). The data are divided once, before
# anything else is done with them:
#
# - *training set*: from it come the weights, by gradient descent;
# - *validation set*: from it comes what we choose, such as the size of the network, the learning rate, or when to stop;
# - *test set*: it is used once, at the very end, for the number that is reported.
#
# The parts must have no sample in common. Where samples belong together, such as several pictures of one person, all of them go into the same
# part. To make overfitting easy, only 400 images are for training.

# %%
data = nn.datasets.fashion_mnist(full=False)
images, classes = data.train[:]
order = np.random.default_rng(0).permutation(len(images))
train, more, validation = order[:400], order[:4000], order[7000:]
print(len(train), "training images,", len(validation), "for validation,", len(data.test), "for the test")
print("common to training and validation:", len(np.intersect1d(more, validation)))

# %% [markdown]
# Also the numbers by which inputs are scaled are learned, and so they come from the training set alone. The other parts are scaled by the
# same numbers.

# %%
scale = nn.transforms.Normalize(float(images[train].mean()), float(images[train].std()))
x_validation, d_validation = scale(images[validation]), classes[validation]

# %% [markdown]
# ## A network that learns by heart
#
# One hidden layer of 256 units has 203,530 parameters, for 400 images. Training is by Adam on batches of 40. After every 10 steps,
# which is once through the 400 images, the errors on both sets are measured. The options are explained below.

# %%
EPOCHS = 60  # quick: 20


def fit(dropout=0.0, decay=0.0, transform=scale, chosen=train, seed=0):
    """Train, and give a curve (EPOCHS, 4): error and accuracy in training, error and accuracy in validation."""
    nn.seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(dropout), nn.Linear(256, 10))
    adam = optim.AdamW(model.parameters(), lr=1e-3, weight_decay=decay)
    samples = nn.ArrayDataset(images[chosen], classes[chosen], transform=transform)
    loader = nn.DataLoader(samples, batch_size=40, shuffle=True, generator=seed)
    seen, labels = scale(images[train]), classes[train]
    steps, curve = 0, []
    while steps < 10 * EPOCHS:
        for x, d in loader:
            E = F.cross_entropy(model(x), d)
            adam.zero_grad()
            E.backward()
            adam.step()
            steps += 1
            if steps % 10 == 0:
                model.eval()  # without dropout
                with no_grad():
                    z, z_validation = model(seen), model(x_validation)
                curve.append([F.cross_entropy(z, labels).item(), metrics.accuracy(z, labels)])
                curve[-1] += [F.cross_entropy(z_validation, d_validation).item()]
                curve[-1] += [metrics.accuracy(z_validation, d_validation)]
                model.train()
            if steps == 10 * EPOCHS:
                break
    return model, np.array(curve)


free, plain = fit()
passes = 10 * np.arange(1, EPOCHS + 1)
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2), layout="constrained")
for ax, column, name in zip(axes, [0, 1], ["cross-entropy $E$", "accuracy"], strict=True):
    ax.plot(passes, plain[:, column], "--", color=BLUE, label="training")
    ax.plot(passes, plain[:, column + 2], color=VERMILION, label="validation")
    ax.set(xlabel="steps", ylabel=name, ylim=(0, None) if column == 0 else (0.5, 1.02))
best = plain[:, 2].argmin()
axes[0].plot(passes[best], plain[best, 2], "o", color="k", markerfacecolor="none", markersize=9, label="least")
finish(axes[0])
clean(axes[1])
plt.show()
print(f"parameters: {sum(p.size for p in free.parameters()):,}")

# %% [markdown]
# The training error goes to 0: every image is learned by heart. The validation error has its minimum early and rises from then on. The
# accuracy in validation does not fall: the answers stay as good as they were, but the network becomes more and more certain of them, also
# of the wrong ones. The error is the more sensitive instrument.
#
# ## Early stopping
#
# The simplest remedy: keep the weights with the least validation error, and stop when it has not improved for a while.
# In a `Trainer` this is a callback. `patience` is the number of epochs it waits.

# %%
nn.seed(0)
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
stopping = EarlyStopping(patience=5)
trainer = Trainer(
    model,
    nn.CrossEntropyLoss(),
    optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0),
    callbacks=[stopping],
    progress=False,
)
samples = nn.ArrayDataset(images[train], classes[train], transform=scale)
history = trainer.fit(nn.DataLoader(samples, 40, shuffle=True, generator=0), (x_validation, d_validation), EPOCHS)
restored = trainer.evaluate((x_validation, d_validation))["loss"]
print("stopped:", trainer.stopped)
print(f"the model has the weights of epoch {stopping.best_epoch} again: validation error {restored:.3f}")

# %% [markdown]
# ## Weight decay
#
# Large weights make sharp boundaries. Weight decay makes all weights a little smaller in each step, by the factor
# $1 - \lambda \alpha$ with the learning rate $\lambda$ and the decay $\alpha$:
#
# $$w^{(t+1)} = (1 - \lambda \alpha)\, w^{(t)} - \lambda \frac{\partial E}{\partial w}$$
#
# A weight stays large only if the gradient keeps restoring it, which is to say, if many samples need it. (In `AdamW` the second term is
# Adam's step.)

# %%
decaying, decaying_curve = fit(decay=5)
norms = [float(np.linalg.norm(network[1].weight.data)) for network in (free, decaying)]
print(f"norm of the first layer's weights: {norms[0]:.1f} without decay, {norms[1]:.1f} with decay")

# %% [markdown]
# ## Dropout
#
# In each training step every hidden unit is set to 0 with probability $p$, drawn anew for each sample. No unit can rely on a certain other
# one. The units that remain are divided by $1 - p$, so that the sum which the next layer gets is the same on average. Outside of training
# nothing is dropped: this is what `model.eval()` is for, and forgetting it is a common mistake.

# %%
drop = nn.Dropout(0.7, generator=0)
ones = np.ones(10, dtype=np.float32)
print("training:  ", drop(ones).round(2))
mean = drop(np.ones(100_000, dtype=np.float32)).mean()
print(f"mean of many: {mean:.2f}")
drop.eval()
print("evaluation:", drop(ones))

# %% [markdown]
# ## Augmentation
#
# A coat that is moved by a pixel is still a coat. Each time an image is used for training it is changed at random in such a way that
# its class remains, so the network learns from several versions of it. Validation and test images are not changed.
#
# Which changes leave the class alone is knowledge about the task. Shirts may be mirrored; digits may not.

# %%
shift = nn.transforms.RandomCrop(28, padding=1)
coat = images[train[classes[train] == 4][:1]]
versions = shift(np.repeat(coat, 7, axis=0), np.random.default_rng(1))
plots.images(np.concatenate([coat, versions]), ["original"] + ["shifted"] * 7, columns=8)

# %% [markdown]
# ## Side by side
#
# The same network with each remedy, with all of them, and without any but with ten times as many images. All take the same number of steps.
# The training error is always that of the first 400 images, unchanged and without dropout.

# %%
shifted = nn.transforms.Compose([shift, scale])
remedies = {
    "dropout": {"dropout": 0.7},
    "augmentation": {"transform": shifted},
    "all three": {"decay": 3, "dropout": 0.5, "transform": shifted},
    "4,000 images": {"chosen": more},
}
trained = {"nothing": (free, plain), "weight decay": (decaying, decaying_curve)}
trained |= {name: fit(**options) for name, options in remedies.items()}
curves = {name: curve for name, (_, curve) in trained.items()}
figure, axes = plt.subplots(2, 3, figsize=(9, 5), sharex=True, sharey=True, layout="constrained")
for ax, (name, curve) in zip(axes.flat, curves.items(), strict=True):
    ax.plot(passes, curve[:, 0], "--", color=BLUE, label="training")
    ax.plot(passes, curve[:, 2], color=VERMILION, label="validation")
    ax.fill_between(passes, curve[:, 0], curve[:, 2], color=GREY, alpha=0.12, linewidth=0)
    best = curve[:, 2].argmin()
    ax.plot(passes[best], curve[best, 2], "ok", markerfacecolor="none", markersize=8, label="least")
    ax.set(title=name, ylim=(0, 1.3))
    clean(ax)
axes[0, 0].legend(frameon=False, loc="upper right", ncols=2, fontsize=8.5)
for ax in axes[1]:
    ax.set_xlabel("steps")
for ax in axes[:, 0]:
    ax.set_ylabel("cross-entropy $E$")
plt.show()

# %%
print("                least validation error   at the end   accuracy there")
for name, curve in curves.items():
    least = f"{curve[:, 2].min():.3f} (step {passes[curve[:, 2].argmin()]})"
    print(f"{name:14}  {least:>22}   {curve[-1, 2]:10.3f}   {curve[-1, 3]:14.1%}")

# %% [markdown]
# What the pictures say:
#
# - Each remedy makes training harder and the gap smaller. The network learns by heart less, or later.
# - Weight decay, and all three together, keep the validation error close to its minimum; then it matters little when one stops.
#   Dropout and augmentation delay the rise.
# - The minimum itself moves by a few hundredths at most. The remedies do not make up for missing data: ten times as many images help more
#   than all of them together.
#
# The accuracies of the first five differ by two or three images in a hundred. On 1,000 images an accuracy of 77 % has a standard error of
# 1.3 %, so they should not be ranked by it.
#
# ## How many images?
#
# Before collecting more data, one can ask whether they would help: train on parts of what is there, with early stopping, and draw the error
# against the number of samples. If the validation error still falls at the right end, more will help.

# %%
COUNTS = [100, 200, 400, 800, 1600, 3200, 6400]  # quick: [100, 400]


def stopped_early(count):
    nn.seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    samples = nn.ArrayDataset(images[order[:count]], classes[order[:count]], transform=scale)
    adam = optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    trainer = Trainer(model, nn.CrossEntropyLoss(), adam, callbacks=[EarlyStopping(patience=3)], progress=False)
    trainer.fit(nn.DataLoader(samples, 40, shuffle=True, generator=0), (x_validation, d_validation), 50)
    return [trainer.evaluate(some)["loss"] for some in (samples[:], (x_validation, d_validation))]


by_count = np.array([stopped_early(count) for count in COUNTS])
figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(COUNTS, by_count[:, 0], "o--", color=BLUE, label="training")
ax.plot(COUNTS, by_count[:, 1], "o-", color=VERMILION, label="validation")
ax.set_xscale("log")
ax.set(xlabel="training images", ylabel="cross-entropy $E$", xticks=COUNTS, xticklabels=COUNTS, ylim=(0, None))
ax.minorticks_off()
finish(ax)
plt.show()

# %% [markdown]
# It does.
#
# ## Why a test set as well
#
# Whoever tries many networks and keeps the one with the best validation result has, in part, picked the luckiest. An extreme case: 200
# "models" that toss coins about two classes. Each is right in half of all cases. The best of them looks different on the
# 100 validation samples by which it was chosen:

# %%
rng = np.random.default_rng(0)
right_in_validation = rng.random((200, 100)) < 0.5  # was model i right about sample j?
right_in_test = rng.random((200, 10_000)) < 0.5
by_validation = right_in_validation.mean(axis=1)
lucky = by_validation.argmax()
print(f"the best of 200: {by_validation[lucky]:.0%} in validation, {right_in_test[lucky].mean():.0%} in the test")

# %% [markdown]
# So the test set must have had no part in any choice. Above, only the validation set chose. Now the choice is made: the network that
# was trained on 4,000 images. It meets the test images, once.

# %%
chosen = trained["4,000 images"][0].eval()
x_test, d_test = data.test[:]
test_accuracy = metrics.accuracy(chosen(scale(x_test)), d_test)
error = np.sqrt(test_accuracy * (1 - test_accuracy) / len(d_test))
print(f"accuracy in the test: {test_accuracy:.1%}, standard error {error:.1%}")

# %% [markdown]
# If this number disappoints and we go back to change something, the test set has become a validation set, and another one is needed.
#
# ## Exercises
#
# **1.** 100 samples with 2,000 features and two classes, all drawn at random: there is nothing to learn. Choose the 20 features that differ
# most between the classes, *then* divide the samples into two halves, take the means of the classes in one half, and assign the samples of
# the other half to the nearer mean. How many come out right? And if the features are chosen within the first half?
#
# <details><summary>Solution</summary>
#
# The choice has seen the validation samples. It found features which happen to agree with their classes too.
#
# ```python
# def found_right(leak, seed):
#     rng = np.random.default_rng(seed)
#     x, d = rng.normal(size=(100, 2000)), np.arange(100) % 2
#     x1, d1, x2, d2 = x[:50], d[:50], x[50:], d[50:]
#     xs, ds = (x, d) if leak else (x1, d1)
#     best = np.argsort(np.abs(xs[ds == 1].mean(axis=0) - xs[ds == 0].mean(axis=0)))[-20:]
#     means = np.stack([x1[d1 == k][:, best].mean(axis=0) for k in range(2)])
#     distances = np.sum((x2[:, None, best] - means) ** 2, axis=2)
#     return np.mean(distances.argmin(axis=1) == d2)
#
# leaked = np.mean([found_right(True, seed) for seed in range(20)])
# honest = np.mean([found_right(False, seed) for seed in range(20)])
# print(f"chosen on all: {leaked:.0%}, chosen on the training half: {honest:.0%}")
# assert leaked > 0.75 and abs(honest - 0.5) < 0.08
# ```
#
# </details>
#
# **2.** With few samples a validation set is expensive. In *cross-validation* the samples are divided into $K$ parts, and each part is
# the validation set once, for a network that is trained on the others. Compare 1, 3 and 64 hidden units on the 100 points of the moons.
#
# <details><summary>Solution</summary>
#
# Each point is predicted by a network that has not seen it, and no point is lost for training.
#
# ```python
# STEPS = 400  # quick: 200
#
# def cross_validated(units, K=5):
#     part = np.random.default_rng(0).permutation(100) % K
#     errors = []
#     for k in range(K):
#         model = fit_moons(units, points[part != k], moons[part != k], steps=STEPS)
#         errors.append(F.cross_entropy(model(points[part == k]), moons[part == k]).item())
#     return np.mean(errors)
#
# by_units = {units: cross_validated(units) for units in [1, 3, 64]}
# print({units: round(float(error), 3) for units, error in by_units.items()})
# assert by_units[3] < min(by_units[1], by_units[64])
# ```
#
# </details>
#
# **3.** Show that for plain gradient descent weight decay is the same as adding $\tfrac{\alpha}{2} \|w\|^2$ to the error.
#
# <details><summary>Solution</summary>
#
# The gradient of the penalty is $\alpha w$, so the step is $w - \lambda (\partial E / \partial w + \alpha w)$, which is the formula above.
# For Adam it is not the same, as Adam divides the gradient by its usual size, with the penalty's part in it. `AdamW` decays the weights
# directly.
#
# ```python
# import autograd
#
# def E(w):
#     return F.cross_entropy(points @ w, moons)
#
# start = np.array([[1.0, -2.0], [0.5, 3.0]])
# penalised = start - 0.1 * autograd.grad(lambda w: E(w) + 0.5 * 0.3 * np.sum(w**2))(start)
# decayed = (1 - 0.1 * 0.3) * start - 0.1 * autograd.grad(E)(start)
# layer = nn.Linear(2, 2, bias=False, dtype=np.float64)
# layer.weight.data = start.T
# sgd = optim.SGD(layer.parameters(), lr=0.1, weight_decay=0.3)
# F.cross_entropy(layer(points.astype(np.float64)), moons).backward()
# sgd.step()
# assert np.allclose(penalised, decayed) and np.allclose(layer.weight.data.T, decayed)
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert abs(correct[1][0] - correct[1][1]) < 0.05 and correct[64][0] > correct[64][1] + 0.05
assert correct[3][1] > max(correct[1][1], correct[64][1])
few, middle, many = by_size[0], by_size[SIZES.index(3)], by_size[-1]
assert few[0] > middle[0] > many[0]  # in training each is better than the one before
assert middle[1] < few[1] < many[1] and many[1] > 5 * many[0]
assert not np.intersect1d(more, validation).size and np.isin(train, more).all()
assert plain[-1, 1] > 0.99 and plain[-1, 0] < 0.05 and plain[-1, 2] > plain[:, 2].min() + 0.08
assert plain[-1, 3] > plain[plain[:, 2].argmin(), 3] - 0.02  # the accuracy does not fall
assert trainer.stopped and stopping.best_epoch < trainer.epoch and np.isclose(restored, stopping.best, rtol=1e-4)
assert norms[1] < 0.8 * norms[0]
assert abs(mean - 1) < 0.03 and np.array_equal(drop(ones), ones)
least = {name: curve[:, 2].min() for name, curve in curves.items()}
end = {name: curve[-5:, 2].mean() for name, curve in curves.items()}
gap = {name: end[name] - curve[-5:, 0].mean() for name, curve in curves.items()}
for name in ["weight decay", "dropout", "augmentation", "all three"]:
    assert gap[name] < gap["nothing"] and end[name] < end["nothing"] and curves[name][-1, 0] > plain[-1, 0]
    assert abs(least[name] - least["nothing"]) < 0.06 and least["4,000 images"] < least[name] - 0.08
assert end["all three"] < least["all three"] + 0.1 and end["weight decay"] < least["weight decay"] + 0.1
assert by_count[-1, 1] < by_count[0, 1] - 0.1
assert by_validation[lucky] > 0.6 and abs(right_in_test[lucky].mean() - 0.5) < 0.03
assert 0.78 < test_accuracy < 0.9
print("training practice as described")
