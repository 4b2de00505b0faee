# %% [markdown]
# # Measures of fit
#
# To the lecture's third topic, "Measures of fit and good training practices". A network is trained by an error such as the cross-entropy,
# because that has a gradient. How good its answers are is judged by other numbers: accuracy, precision, recall, F1, the ROC curve,
# calibration. Each answers a question of its own, and some can mislead.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower for matrices as small as these

import matplotlib.pyplot as plt
import numpy as np

import nn
import optim
from autograd import Tensor
from nn import functional as F
from nn import metrics, plots
from nn.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILION, clean, finish

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## Four kinds of answers
#
# Two classes, "yes" (1) and "no" (0). An answer is right or wrong, and it was yes or no. So there are four kinds:
#
# | | answer no | answer yes |
# | --- | --- | --- |
# | truth no | true negative (tn) | false positive (fp), a false alarm |
# | truth yes | false negative (fn), a miss | true positive (tp) |
#
# Their counts, in this order, are the *confusion matrix*: a row for each true class, a column for each answer.

# %%
d = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])  # the truth
y = np.array([1, 1, 0, 1, 0, 0, 0, 0, 0, 0])  # the answers
tp, fn = np.sum((d == 1) & (y == 1)), np.sum((d == 1) & (y == 0))
fp, tn = np.sum((d == 0) & (y == 1)), np.sum((d == 0) & (y == 0))
matrix = np.array([[tn, fp], [fn, tp]])
print(matrix)
print(metrics.confusion_matrix(y, d))

# %% [markdown]
# Four questions to ask of these counts:
#
# $$
# \begin{aligned}
# \text{accuracy} &= \frac{tp + tn}{tp + tn + fp + fn} & &\text{how many answers are right?} \\
# \text{precision} &= \frac{tp}{tp + fp} & &\text{how many of the alarms are real?} \\
# \text{recall} &= \frac{tp}{tp + fn} & &\text{how many of the yes samples are found?} \\
# F_1 &= \frac{2\, tp}{2\, tp + fp + fn} & &\text{both at once: the harmonic mean of precision and recall}
# \end{aligned}
# $$

# %%
small = {
    "accuracy": ((tp + tn) / len(d), metrics.accuracy(y, d)),
    "precision": (tp / (tp + fp), metrics.precision(y, d, "binary")),
    "recall": (tp / (tp + fn), metrics.recall(y, d, "binary")),
    "F1": (2 * tp / (2 * tp + fp + fn), metrics.f1(y, d, "binary")),
}
for name, (by_hand, by_library) in small.items():
    print(f"{name:9}  by hand {by_hand:.3f}, by nn.metrics {by_library:.3f}")

# %% [markdown]
# ## The trap of accuracy
#
# A disease that one person in 100 has. Test A always says no. Test B finds 90 of 100 ill people, and gives a false alarm for 5 of 100
# healthy ones. 10,000 people are tested:

# %%
ill = np.zeros(10_000, dtype=int)
ill[:100] = 1
always_no = np.zeros_like(ill)
test_b = np.zeros_like(ill)
test_b[:90] = 1  # 90 of the ill
test_b[100 : 100 + 495] = 1  # 5 % of the healthy
trap = {}
for name, answer in {"A, always no": always_no, "B": test_b}.items():
    trap[name] = (
        metrics.accuracy(answer, ill),
        metrics.precision(answer, ill, "binary"),
        metrics.recall(answer, ill, "binary"),
        metrics.f1(answer, ill, "binary"),
    )
    print(f"{name:12}  accuracy {trap[name][0]:.3f}, precision {trap[name][1]:.3f}, recall {trap[name][2]:.3f}")

# %% [markdown]
# A has the better accuracy, and is worthless. When one class is rare, accuracy says little more than how rare it is. So an accuracy should be
# compared with that of always answering with the most frequent class. (Without any alarm, precision would be 0 / 0; the library says 0.)
#
# B is useful: it leaves 585 people to be examined instead of 10,000, and 90 of the 100 ill are among them. But its precision is 0.15: of
# 100 alarms 85 are false, since there are so many more healthy people to give one.
#
# ## A detector for shirts
#
# Now a network. From [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist), 2,000 images are for training, 1,000 for choosing
# (validation) and 1,000 for the test. The shirts are hardest to tell from the rest.

# %%
STEPS = 1200  # quick: 600
data = nn.datasets.fashion_mnist(full=False)
images, classes = data.train[:]
order = np.random.default_rng(0).permutation(len(images))
train, held = order[:2000], order[7000:]
scale = nn.transforms.Normalize(float(images[train].mean()), float(images[train].std()))
x_test, d_test = data.test[:]

nn.seed(0)
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
adam = optim.Adam(model.parameters(), lr=1e-3)
loader = nn.DataLoader(scale(images[train]), classes[train], batch_size=50, shuffle=True, generator=0)
for _ in range(STEPS // len(loader)):
    for x, target in loader:
        E = F.cross_entropy(model(x), target)
        adam.zero_grad()
        E.backward()
        adam.step()

z_held, z_test = model(scale(images[held])).data, model(scale(x_test)).data
p_test = F.softmax(z_test)
shirt = (d_test == data.classes.index("Shirt")).astype(int)
score = p_test[:, data.classes.index("Shirt")]
print(f"{shirt.sum()} of {len(shirt)} test images are shirts; always no would have accuracy {1 - shirt.mean():.2f}")

# %% [markdown]
# The network gives a probability $p$ that an image is a shirt. An answer needs a threshold: yes if $p > \tau$. Two histograms show what
# there is to separate.

# %%
figure, axes = plt.subplots(1, 2, figsize=(8.5, 2.8), layout="constrained")
edges = np.linspace(0, 1, 21)
for ax, samples, name, color in [(axes[0], shirt == 0, "others", BLUE), (axes[1], shirt == 1, "shirts", ORANGE)]:
    ax.hist(score[samples], edges, color=color)
    ax.set(xlabel="probability $p$ of a shirt", ylabel="test images", title=f"{name} ({samples.sum()})")
    clean(ax)
axes[0].set_yscale("log")
plt.show()

# %% [markdown]
# (The axis on the left is logarithmic: most of the others have a probability close to 0.) No threshold separates the two: some shirts have a
# low probability, and some other images a high one. A high threshold gives few false alarms and many misses, a low one the opposite.


# %%
def at_threshold(score, truth, threshold):
    """Accuracy, precision, recall and F1 of the answers score > threshold."""
    y = (score > threshold).astype(int)
    return [
        metrics.accuracy(y, truth),
        *(measure(y, truth, "binary") for measure in (metrics.precision, metrics.recall, metrics.f1)),
    ]


thresholds = np.linspace(0.02, 0.98, 33)
table = np.array([at_threshold(score, shirt, threshold) for threshold in thresholds])
figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
looks = {"accuracy": (GREY, ":"), "precision": (BLUE, "-"), "recall": (ORANGE, "--"), "$F_1$": (GREEN, "-.")}
for (name, (color, style)), column in zip(looks.items(), table.T, strict=True):
    ax.plot(thresholds, column, style, color=color, label=name)
ax.axhline(1 - shirt.mean(), color="k", linewidth=0.8)
ax.text(0.98, 1 - shirt.mean() - 0.015, "accuracy of always no", ha="right", va="top", fontsize=8.5)
ax.set(xlabel="threshold $\\tau$", ylabel="measure", ylim=(0, 1.02))
finish(ax, loc="lower center", ncols=2)
plt.show()

# %% [markdown]
# Recall falls as the threshold rises, precision mostly rises. The accuracy hardly takes notice, and is never far from that of
# "always no". Which threshold is right depends on what a miss and a false alarm cost (exercise 2). It must be chosen on the validation
# set, not on the test set.
#
# ## All thresholds at once: ROC
#
# The receiver operating characteristic draws, for each threshold, the share of the yes samples that are found (true positive rate, which is
# recall) against the share of the no samples that give a false alarm (false positive rate). Sort the samples by their score, from the
# highest to the lowest. Walk along: a yes sample is a step up, a no sample a step to the right.

# %%
down = np.argsort(-score, kind="stable")
ups = np.cumsum(shirt[down] == 1) / np.sum(shirt == 1)
rights = np.cumsum(shirt[down] == 0) / np.sum(shirt == 0)
area = np.sum(ups[shirt[down] == 0]) / np.sum(shirt == 0)  # a column for each step to the right
turns = np.r_[True, np.diff(shirt[down]) != 0, True]  # between its turns the curve is straight
figure, ax = plt.subplots(figsize=(4.6, 4), layout="constrained")
ax.fill_between(np.r_[0, rights][turns], np.r_[0, ups][turns], color=BLUE, alpha=0.12, linewidth=0)
ax.plot(np.r_[0, rights][turns], np.r_[0, ups][turns], color=BLUE, label=f"the network, area {area:.3f}")
ax.plot([0, 1], [0, 1], "--", color=GREY, label="guessing, area 0.5")
for threshold, side in [(0.1, (8, -12)), (0.5, (8, -8))]:
    yes = score > threshold
    place = yes[shirt == 0].mean(), yes[shirt == 1].mean()
    ax.plot(*place, "o", color=VERMILION)
    ax.annotate(f"$\\tau = {threshold}$", place, xytext=side, textcoords="offset points")
ax.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
finish(ax, loc="lower right")
plt.show()
print(f"area by hand {area:.4f}, by nn.metrics {metrics.roc_auc(score, shirt):.4f}")

# %% [markdown]
# The area under the curve (AUC) needs no threshold. It is the probability that a shirt, drawn at random, has a higher score than another
# image, drawn at random: 1 if all are in the right order, 0.5 for guessing. Count the pairs:

# %%
pairs = score[shirt == 1][:, None] - score[shirt == 0][None, :]
in_order = np.mean(pairs > 0) + 0.5 * np.mean(pairs == 0)
print(f"{pairs.size:,} pairs, in order: {in_order:.4f}")

# %% [markdown]
# ## What a rare class does to precision
#
# The ROC curve has one axis for the yes samples and one for the no samples. So it does not depend on how many there are of each. Precision
# mixes the two. The same network and the same images, but each of the no samples stands for ten: as if one image in 91 were a shirt.

# %%
weight = np.where(shirt == 1, 1, 10)
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.4), layout="constrained")
precision_at, auc_at = {}, {}
for name, count, color, style in [("1 in 10 is a shirt", 1, BLUE, "-"), ("1 in 91 is a shirt", 10, VERMILION, "--")]:
    truth = np.concatenate([shirt[shirt == 1], np.repeat(shirt[shirt == 0], count)])
    many = np.concatenate([score[shirt == 1], np.repeat(score[shirt == 0], count)])
    auc_at[count] = metrics.roc_auc(many, truth)
    axes[0].plot(*metrics.roc_curve(many, truth)[:2], style, color=color, label=f"{name}, area {auc_at[count]:.3f}")
    found = np.cumsum(truth[np.argsort(-many, kind="stable")])
    precision = found / np.arange(1, len(truth) + 1)
    enough = found >= 10  # with fewer, precision jumps about
    shown = np.flatnonzero(enough)[:: 1 if count == 1 else 10]
    axes[1].plot(found[shown] / truth.sum(), precision[shown], style, color=color, label=name)
    precision_at[count] = at_threshold(many, truth, 0.5)[1]
axes[0].set(xlabel="false positive rate", ylabel="true positive rate")
axes[1].set(xlabel="recall", ylabel="precision", ylim=(0, 1.02))
finish(axes[0], loc="lower right")
finish(axes[1], loc="upper right")
plt.show()
print("precision at threshold 0.5:", {count: round(precision, 2) for count, precision in precision_at.items()})

# %% [markdown]
# The ROC curve stays. The precision collapses, as for the disease above. If the question is "can I trust an alarm?", draw precision against
# recall, with the shares of the classes as they will be in use.
#
# ## Ten classes
#
# With more than two classes the confusion matrix has a row and a column for each. Precision, recall and F1 are computed for each
# class against the rest.

# %%
plots.confusion_matrix(metrics.confusion_matrix(z_test, d_test), data.classes)

# %%
print(metrics.report(z_test, d_test, data.classes, digits=2))

# %% [markdown]
# The overall accuracy hides how different the classes are: trousers are hardly ever missed, and shirts have the lowest F1. They are taken for
# T-shirts, pullovers and coats, and these for shirts.
#
# A single number for F1 needs a mean. *Macro* is the mean over the classes, each with the same weight; *weighted* weighs them by their
# numbers of samples. Here all classes are equally frequent, and the two agree. They part when a class is rare. Leave out 95 of the 100
# shirts:

# %%
rare = np.flatnonzero((d_test != data.classes.index("Shirt")) | (np.cumsum(shirt) <= 5))  # with 5 shirts only
for name, chosen in {"100 shirts": np.arange(len(d_test)), "5 shirts": rare}.items():
    means = [metrics.f1(z_test[chosen], d_test[chosen], average) for average in ("macro", "weighted")]
    print(f"{name:10}  accuracy {metrics.accuracy(z_test[chosen], d_test[chosen]):.3f}  F1 macro {means[0]:.3f}  "
          f"weighted {means[1]:.3f}")  # fmt: skip

# %% [markdown]
# Accuracy and the weighted mean rise, since there is less of what is difficult. The macro mean falls: it still gives the shirts a tenth of
# the weight, and with so few of them most of the answers "shirt" are false alarms.
#
# ## Is 90 % right in 90 of 100 cases?
#
# The network also says how sure it is: the largest of its ten probabilities. It is *calibrated* if, of the answers given with 90 %, about 90 %
# are right. To see this, collect the answers in bins of similar confidence, and compare the mean confidence of each bin with its
# accuracy. The mean distance of the two, weighted by the numbers of samples, is the *expected calibration error* (ECE).


# %%
def reliability(z, d, bins=10):
    """For each bin that is not empty: mean confidence, accuracy, share of the samples."""
    p = F.softmax(z)
    sure, right = p.max(axis=1), p.argmax(axis=1) == d
    place = np.minimum((sure * bins).astype(int), bins - 1)
    filled = np.unique(place)
    return np.array([[sure[place == k].mean(), right[place == k].mean(), np.mean(place == k)] for k in filled])


def calibration_error(z, d):
    confidence, accuracy, share = reliability(z, d).T
    return float(np.sum(share * np.abs(confidence - accuracy)))


print(f"mean confidence {p_test.max(axis=1).mean():.3f}, accuracy {metrics.accuracy(z_test, d_test):.3f}")
print(f"expected calibration error {calibration_error(z_test, d_test):.3f}")

# %% [markdown]
# The network is too sure. That is usual if one trains until the training error is small: the cross-entropy rewards larger and larger
# scores once the training images are classified correctly.
#
# A remedy with a single parameter: divide all scores by a *temperature* $T$, $p = \operatorname{softmax}(z / T)$. It is found by gradient
# descent on the validation set, with the weights as they are. Since $T > 0$, we descend along $t = \log T$.

# %%
t = Tensor(0.0, requires_grad=True)
descent = optim.SGD([t], lr=0.5)
temperatures = []
for _ in range(60):
    E = F.cross_entropy(z_held / np.exp(t), classes[held])
    descent.zero_grad()
    E.backward()
    descent.step()
    temperatures.append(float(np.exp(t.data)))
T = temperatures[-1]
before, after = z_test, z_test / T
print(f"T = {T:.2f}")
for name, z in {"before": before, "after": after}.items():
    print(
        f"{name:6}  accuracy {metrics.accuracy(z, d_test):.3f}  calibration error {calibration_error(z, d_test):.3f}  "
        f"cross-entropy {float(F.cross_entropy(z, d_test)):.3f}"
    )

# %%
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.9), sharey=True, layout="constrained")
for ax, (name, z) in zip(axes, {"before": before, "after": after}.items(), strict=True):
    confidence, right, share = reliability(z, d_test).T
    ax.plot([0, 1], [0, 1], "--", color=GREY, label="calibrated")
    ax.vlines(confidence, right, confidence, color=VERMILION, linewidth=2, label="distance")
    ax.scatter(confidence, right, s=15 + 400 * share, color=BLUE, alpha=0.8, label="bin (area: samples)")
    ax.set(title=f"{name}: calibration error {calibration_error(z, d_test):.3f}", xlabel="confidence", aspect="equal")
    ax.set(xlim=(0, 1.06), ylim=(0, 1.06))
    clean(ax)
axes[0].set_ylabel("accuracy")
handles = axes[0].legend(frameon=False, loc="upper left").legend_handles
handles[-1].set_sizes([60])
plt.show()

# %% [markdown]
# All answers are as before, since a division does not change which score is the largest. But now a probability can be used as one, for
# instance for a decision with costs. Accuracy does not see this difference; the cross-entropy does.
#
# ## How sure is the measure itself?
#
# A measure on $n$ test samples is an estimate. An accuracy $a$ has the standard error $\sqrt{a (1 - a) / n}$. For measures
# without such a formula there is the *bootstrap*: draw $n$ of the $n$ samples with replacement, measure, and repeat.

# %%
ROUNDS = 400  # quick: 100
rng = np.random.default_rng(0)
answers, shirt_answers = z_test.argmax(axis=1), (score > 0.5).astype(int)
drawn = [rng.integers(0, len(d_test), len(d_test)) for _ in range(ROUNDS)]
accuracies = np.array([metrics.accuracy(answers[k], d_test[k]) for k in drawn])
f1s = np.array([metrics.f1(shirt_answers[k], shirt[k], "binary") for k in drawn])
a = metrics.accuracy(answers, d_test)
formula = np.sqrt(a * (1 - a) / len(d_test))
print(f"accuracy {a:.3f}, standard error {formula:.4f} by the formula, {accuracies.std():.4f} by the bootstrap")
print(f"F1 of the shirts {metrics.f1(shirt_answers, shirt, 'binary'):.2f}, 95 % between {np.quantile(f1s, 0.025):.2f} "
      f"and {np.quantile(f1s, 0.975):.2f}")  # fmt: skip

# %% [markdown]
# The test set has only 100 shirts, so their F1 is known to about a tenth. Two networks whose measures differ by less than such an
# interval cannot be ranked by them.
#
# ## Exercises
#
# **1.** Why the harmonic mean? Take the test for the disease that always says *yes*. What are its precision, recall, their arithmetic mean,
# and F1?
#
# <details><summary>Solution</summary>
#
# Precision is 0.01 and recall 1. The arithmetic mean is 0.505, although the test is worthless. The harmonic mean is close to the smaller of
# the two.
#
# ```python
# always_yes = np.ones_like(ill)
# precision, recall = metrics.precision(always_yes, ill, "binary"), metrics.recall(always_yes, ill, "binary")
# harmonic = 2 / (1 / precision + 1 / recall)
# assert np.isclose(precision, 0.01) and recall == 1 and np.isclose((precision + recall) / 2, 0.505)
# assert np.isclose(harmonic, metrics.f1(always_yes, ill, "binary")) and harmonic < 0.02
# ```
#
# </details>
#
# **2.** A missed shirt costs 9, a false alarm 1, and a right answer nothing. For which $\tau$ is "yes if $p > \tau$" the cheapest rule, if
# the probabilities are calibrated? Compare its costs with those of $\tau = 0.5$ on the test images, with the temperature from above.
#
# <details><summary>Solution</summary>
#
# "No" costs $9 p$ on average, "yes" costs $1 - p$. So "yes" is cheaper if $9 p > 1 - p$, which is $p > 0.1$.
#
# ```python
# calm = F.softmax(z_test / T)[:, data.classes.index("Shirt")]
#
# def cost(threshold):
#     yes = calm > threshold
#     return 9 * np.sum(~yes & (shirt == 1)) + np.sum(yes & (shirt == 0))
#
# print("cost at 0.1:", cost(0.1), "at 0.5:", cost(0.5))
# assert cost(0.1) < 0.8 * cost(0.5)
# ```
#
# </details>
#
# **3.** A strictly increasing function of the scores, such as $p^3$ or $\log p$, leaves the ROC curve as it is. Why? Does it leave the
# calibration?
#
# <details><summary>Solution</summary>
#
# The curve depends on the order of the samples alone, and that stays. The numbers themselves change, so the calibration does too: the mean of
# $p$ is close to the share of the shirts, the mean of $p^3$ is not.
#
# ```python
# assert np.isclose(metrics.roc_auc(score**3, shirt), metrics.roc_auc(score, shirt), atol=1e-3)
# assert abs(score.mean() - shirt.mean()) < 0.03 < shirt.mean() - np.mean(score**3)
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert np.array_equal(matrix, metrics.confusion_matrix(y, d)) and matrix.sum() == len(d)
assert all(np.isclose(by_hand, by_library) for by_hand, by_library in small.values())
no, b = trap["A, always no"], trap["B"]
assert no[0] > b[0] and no[2] == 0 and np.isclose(b[2], 0.9) and np.isclose(b[1], 90 / 585)
assert np.all(np.diff(table[:, 2]) <= 0) and table[-1, 1] > table[0, 1] + 0.1  # recall falls, precision rises
assert np.abs(table[:, 0] - (1 - shirt.mean())).max() < 0.15
assert (
    np.isclose(area, metrics.roc_auc(score, shirt), atol=1e-3) and np.isclose(area, in_order, atol=1e-3) and area > 0.85
)
assert np.isclose(auc_at[1], auc_at[10]) and precision_at[10] < 0.4 * precision_at[1]
by_class = metrics.f1(z_test, d_test, None)
assert by_class.argmin() == data.classes.index("Shirt") and by_class[data.classes.index("Trouser")] > 0.9
confusion = metrics.confusion_matrix(z_test, d_test)
assert confusion[6, [0, 2, 4]].sum() > 0.6 * (100 - confusion[6, 6])  # for T-shirts, pullovers, coats
assert confusion[[0, 2, 4], 6].sum() > 0.6 * (confusion[:, 6].sum() - confusion[6, 6])
full, few = (
    [metrics.f1(z_test[chosen], d_test[chosen], average) for average in ("macro", "weighted")]
    for chosen in (np.arange(len(d_test)), rare)
)
assert np.isclose(*full) and few[0] < full[0] and full[1] < few[1]
assert metrics.accuracy(z_test[rare], d_test[rare]) > a
assert metrics.precision(z_test[rare], d_test[rare], None)[6] < 0.5
assert T > 1.1 and abs(temperatures[-1] - temperatures[-10]) < 0.01
assert calibration_error(after, d_test) < 0.7 * calibration_error(before, d_test)
assert F.cross_entropy(after, d_test) < F.cross_entropy(before, d_test)
assert np.array_equal(before.argmax(axis=1), after.argmax(axis=1))
assert p_test.max(axis=1).mean() > a + 0.02 and abs(accuracies.std() / formula - 1) < 0.3
assert np.quantile(f1s, 0.975) - np.quantile(f1s, 0.025) > 0.08
print("measured as described")
