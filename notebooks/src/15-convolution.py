# %% [markdown]
# # Convolution, by hand and learned
#
# To the lecture's last topic, "Convolutional Networks". First we choose the weights of a convolution by hand, so that it finds edges.
# Then a network learns its own from photographs of clothes,
# [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist), and we look at what it has learned. Nothing is downloaded:
# 8,000 training and 1,000 test images come with the package.
#
# It is the *supervised learning* of the slides "What Is Deep Learning?": each image is labelled with what it shows, and a function from
# images to names is fitted to the labels. The slide's network has tens of millions of parameters and knows a brown bear. Ours has 20,490
# and knows a boot.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower on a busy machine

import matplotlib.pyplot as plt
import numpy as np

import nn
import optim
from autograd import grad, jacobian
from nn import functional as F
from nn import metrics, plots
from nn.plots.style import BLUE, GREY, ORANGE, VERMILION, finish
from nn.training import Trainer

# %config InlineBackend.figure_formats = ["png"]
plt.rcParams["figure.dpi"] = 100

data = nn.datasets.fashion_mnist(full=False)
images, classes = data.train[:]
TESTED = 1000  # quick: 500
test_images, test_classes = (part[:TESTED] for part in data.test[:])
names = data.classes
print("training images", images.shape, "- of each class", np.bincount(classes)[0])
plots.images(images[[np.flatnonzero(classes == k)[0] for k in range(10)]], names, columns=10)

# %% [markdown]
# ## A kernel in a window
#
# A *kernel* $w$ is a small array of weights. It is laid over the image $x$ at every position, and each time the result is the inner
# product of the kernel with the window below it:
#
# $$y_{i,j} = \sum_{a,b} w_{a,b}\, x_{i+a,\,j+b} .$$
#
# (Mathematicians turn the kernel around first, and call this one cross-correlation. For weights that are learned, it makes no
# difference.) In NumPy it is two loops:


# %%
def convolve(x, w):
    height, width = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            y[i, j] = np.sum(w * x[i : i + w.shape[0], j : j + w.shape[1]])
    return y


square = np.zeros((7, 8))
square[2:, 3:] = 1  # dark from here on
vertical = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
print(square.astype(int), "\n")
print(convolve(square, vertical).astype(int))

# %% [markdown]
# The kernel subtracts the right column of the window from its left one. Where both are alike, the result is 0, so it is 0 inside
# the square and outside. It differs from 0 along the left edge alone. The upper edge gives nothing: there the left and the right
# of the window are the same.
#
# The result is smaller than the image by two, because the window must lie inside it. Zeros around the image (*padding*) keep the
# size. The library's `functional.conv2d` does the same for many images, channels and kernels at once.

# %%
random = np.random.default_rng(0).normal(size=(28, 28))
print(
    "as the two loops:",
    np.allclose(F.conv2d(random[None, None], vertical[None, None])[0, 0], convolve(random, vertical)),
)
print("without padding ", F.conv2d(random[None, None], vertical[None, None]).shape)
print("padding of 1    ", F.conv2d(random[None, None], vertical[None, None], padding=1).shape)

# %% [markdown]
# ## Edges of a boot
#
# Four kernels by hand: for vertical, horizontal and both kinds of diagonal edges. Purple is positive: there is more ink
# where the kernel is purple than where it is orange.

# %%
diagonal = np.array([[2, 1, 0], [1, 0, -1], [0, -1, -2]])
by_hand = np.stack([vertical, vertical.T, diagonal, diagonal[:, ::-1]]).astype(np.float32)[:, None]
boot = test_images[test_classes == 9][:1]
edges = F.conv2d(boot, by_hand, padding=1)[0]


def signed(pictures, titles, columns, bound=None, size=1.0):
    """Pictures in which white is 0."""
    rows = -(-len(pictures) // columns)
    _, axes = plt.subplots(rows, columns, figsize=(size * columns, (size + 0.22) * rows), layout="constrained")
    for ax, picture, title in zip(np.ravel(axes), pictures, titles, strict=True):
        high = bound or np.abs(picture).max()
        ax.imshow(picture, cmap="PuOr", vmin=-high, vmax=high, interpolation="nearest")
        ax.set_title(title, fontsize=9)
        ax.axis("off")
    plt.show()


signed(
    [*by_hand[:, 0], *edges],
    ["vertical", "horizontal", "diagonal", "other diagonal", "", "", "", ""],
    columns=4, size=1.7,
)  # fmt: skip

# %% [markdown]
# ## A layer with few weights
#
# A convolution is linear in the image, so it is $y = Wx$ with some matrix $W$, as in any layer. Which one? Its Jacobian: for an image of
# 6 x 6 pixels and a result of 4 x 4, it has 16 rows and 36 columns.

# %%
kernel = np.arange(1.0, 10.0).reshape(3, 3)  # nine different weights
W = jacobian(lambda x: F.conv2d(x[None, None], kernel[None, None])[0, 0])(np.zeros((6, 6))).reshape(16, 36)

figure, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
shown = ax.imshow(np.where(W == 0, np.nan, W), cmap=plt.get_cmap("viridis", 9), vmin=0.5, vmax=9.5)
ax.set(xlabel="pixel of the image", ylabel="number of the result")
figure.colorbar(shown, label="weight (white: none)", ticks=range(1, 10), shrink=0.8)
plt.show()
print(f"{W.size} entries, {np.count_nonzero(W)} are not 0, {len(np.unique(W[W != 0]))} of them different")

# %% [markdown]
# Two things make it differ from the matrix of a fully connected layer. Each result depends on few pixels, those in its window. And
# each row has the same nine weights, moved along: they are *shared*. What the kernel learns in one place, it knows in all.
#
# ## The network
#
# Convolution, $\max(z, 0)$, and the maximum of each 2 x 2 window (*pooling*), twice. A convolution's input has several channels now, and
# so has its kernel: each kernel sums over all of them. Pooling halves the picture, so that the next kernel sees a larger part of
# the image. At the end a linear layer computes a score $z_k$ for each class, and softmax makes probabilities of the scores.
#
# Beside it stands a network of the lecture's kind, with one hidden layer of 128 units, which sees the pixels as a list.

# %%
nn.seed(0)
network = nn.Sequential(
    nn.Conv2d(1, 16, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
)  # fmt: skip
mlp = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 128), nn.ReLU(), nn.Linear(128, 10))
print(nn.summary(network, (1, 1, 28, 28)))
print(nn.summary(mlp, (1, 1, 28, 28)))

# %% [markdown]
# The convolutional network has a fifth of the parameters, most of them in its last layer. It also has ten times the
# multiplications: a shared weight is used at every position.
#
# ## Training
#
# Both are trained alike, with the cross-entropy of the softmax and Adam, on batches of 64 images. 800 of the training images are held
# out for validation.

# %%
IMAGES = 7200  # quick: 2400
EPOCHS = 6  # quick: 3

mean, deviation = float(images.mean()), float(images.std())


def normalized(x):
    return (x - mean) / deviation


order = np.random.default_rng(0).permutation(len(images))
held, rest = order[:800], order[800 : 800 + IMAGES]
validation = nn.DataLoader(normalized(images[held]), classes[held], batch_size=200)


def trained(model):
    train = nn.DataLoader(normalized(images[rest]), classes[rest], batch_size=64, shuffle=True, generator=0)
    adam = optim.AdamW(model.parameters(), lr=5e-3)
    schedule = optim.OneCycleLR(adam, 5e-3, total_steps=EPOCHS * len(train))
    trainer = Trainer(
        model, nn.CrossEntropyLoss(), adam, schedule=schedule, schedule_every="step", metrics=[metrics.accuracy],
        progress=False,
    )  # fmt: skip
    history = trainer.fit(train, validation, EPOCHS)
    model.eval()
    model.requires_grad_(False)  # trained; from now on derivatives are taken with respect to images
    return history


history = trained(network)
trained(mlp)
x_test = normalized(test_images)
accuracy = {
    name: metrics.accuracy(model(x_test).data, test_classes) for name, model in [("conv", network), ("mlp", mlp)]
}
print(f"on the test images: convolutional {accuracy['conv']:.1%}, fully connected {accuracy['mlp']:.1%}")
history.plot()

# %% [markdown]
# The mistakes that the convolutional network is most certain of: what it says, and in parentheses what it is. With so few pixels, people
# have the same trouble. (Notebook 14 measures such mistakes properly.)

# %%
scores = network(x_test).data
answers, sure = scores.argmax(axis=1), F.softmax(scores).max(axis=1)
wrong = sorted(np.flatnonzero(answers != test_classes), key=lambda k: -sure[k])[:9]
plots.images(test_images[wrong], [f"{names[answers[k]]}\n({names[test_classes[k]]})" for k in wrong], columns=9)

# %% [markdown]
# ## What it has learned
#
# The kernels of the first layer. Nobody told it to look for edges, and still several of them are orange on one side and purple
# on the other, as ours were.

# %%
plots.filters(network[0].weight)

# %% [markdown]
# And what they make of the boot, behind the $\max(z, 0)$. Such a picture is called a *feature map*: it says where in the image the
# kernel's pattern is.

# %%
x = normalized(boot)
plots.feature_maps(network[:2](x), title="First layer", image=boot)

# %% [markdown]
# The second layer's are coarser, and each combines all 16 of the first layer's. Some stay dark nearly everywhere: they wait for
# something that this boot does not have.

# %%
plots.feature_maps(network[:5](x)[:, :16], title="Second layer, 16 of 32", image=boot)

# %% [markdown]
# ## The receptive field
#
# How much of the image does a unit see? A convolution of 3 x 3 sees 3 pixels in each direction. Each layer adds to it its kernel's size
# minus 1, times the distance, in pixels, between two neighbours of its input, which pooling doubles.

# %%
field, distance = 1, 1
for layer in network[:6]:
    if isinstance(layer, nn.ReLU):
        continue
    size, stride = (3, 1) if isinstance(layer, nn.Conv2d) else (2, 2)
    field += (size - 1) * distance
    distance *= stride
    print(f"{type(layer).__name__:9}  sees {field:2} x {field:<2}  neighbours are {distance} pixels apart")

# %% [markdown]
# The derivative says the same. Take the unit in the middle of the last feature maps and differentiate it by the pixels: outside its
# receptive field the derivative is 0. One image does not show the whole field, as the maximum passes the derivative to one
# pixel of each window, so we take the mean of its magnitude over 300.


# %%
def middle(x):
    return np.sum(network[:6](x)[:, :, 3, 3])


influence = np.abs(grad(middle)(x_test[:300])).mean(axis=0)[0]
rows, columns = np.nonzero(influence)
seen = (rows.min(), rows.max(), columns.min(), columns.max())
print("pixels with influence: rows {} to {}, columns {} to {}".format(*seen))

figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.3), layout="constrained")
shown = axes[0].imshow(influence, cmap="viridis")
figure.colorbar(shown, ax=axes[0], label="mean of |derivative|", shrink=0.85)
axes[1].imshow(boot[0, 0], cmap="gray_r")
axes[1].add_patch(
    plt.Rectangle((columns.min() - 0.5, rows.min() - 0.5), field, field, fill=False, color=VERMILION, linewidth=2)
)
axes[0].set_title("where the pixels matter to the unit", fontsize=10)
axes[1].set_title("so much of the boot it sees", fontsize=10)
plt.show()

# %% [markdown]
# ## Move the image, and the maps move along
#
# Let $S$ move a picture to the right. Since the kernel is the same everywhere, $S$ may come before or after the convolution:
# $\operatorname{conv}(Sx) = S \operatorname{conv}(x)$. This is *shift equivariance*. Pooling with windows of two pixels keeps it for
# even shifts only, and behind two poolings the shift must be a multiple of four; the maps then move by a quarter of it. To keep the
# borders out of it, we put the boot on a larger canvas.

# %%
canvas = np.full((1, 1, 60, 60), normalized(0.0), dtype=np.float32)
canvas[..., 16:44, 12:40] = x
shifts = range(13)
differences = {"first convolution": [], "both, with pooling": []}
for shift in shifts:
    moved = np.roll(canvas, shift, axis=3)  # what leaves on the right is background, as what comes in on the left
    for name, part, stride in [("first convolution", network[:2], 1), ("both, with pooling", network[:6], 4)]:
        before, after = part(canvas).data, part(moved).data
        expected = np.roll(before, shift // stride, axis=3)
        inner = np.s_[..., 2:-2, shift // stride + 2 : -2]  # without the borders, where the padding's zeros are
        difference = np.linalg.norm(after[inner] - expected[inner]) / np.linalg.norm(before[inner])
        differences[name].append(difference)

figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
for (name, values), color, marker in zip(differences.items(), [BLUE, ORANGE], "os", strict=True):
    ax.plot(shifts, values, marker=marker, color=color, label=name)
ax.set(xlabel="shift of the image, pixels", ylabel="relative difference", xticks=shifts, ylim=(-0.05, 1))
finish(ax, loc="upper left", ncols=2)
plt.show()

# %% [markdown]
# The answer of the whole network is another matter. A boot should be a boot wherever it stands (*invariance*), but the last linear layer
# has weights of its own for each position. Both networks get worse when the test images move. The convolutional
# one bears two pixels much better: pooling forgives small shifts.

# %%
by_shift = {"convolutional": [], "fully connected": []}
for shift in range(7):
    moved = np.full_like(x_test, normalized(0.0))
    moved[..., shift:] = x_test[..., : 28 - shift]
    for model, name in [(network, "convolutional"), (mlp, "fully connected")]:
        by_shift[name].append(metrics.accuracy(model(moved).data, test_classes))

figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
for (name, values), color, marker in zip(by_shift.items(), [BLUE, ORANGE], "os", strict=True):
    ax.plot(100 * np.array(values), marker=marker, color=color, label=name)
ax.axhline(10, color=GREY, linestyle=":", label="guessing")
ax.set(xlabel="shift of the test images, pixels", ylabel="accuracy, %", ylim=(0, 100))
finish(ax)
plt.show()

# %% [markdown]
# ## Which pixels matter: saliency
#
# Backpropagation does not stop at the weights. $\partial z_k / \partial x$ says how the score of class $k$ changes with each pixel; its
# magnitude is called *saliency*. For one image it is noisy, so each map is the mean over 20 copies of the image with a little noise.


# %%
def score(x, k):
    return np.sum(network(x)[np.arange(len(x)), k])


shown = [np.flatnonzero((answers == k) & (test_classes == k))[0] for k in [9, 1, 8, 3, 5, 2, 7]]
copies = np.repeat(x_test[shown], 20, axis=0)
copies += np.random.default_rng(0).normal(0, 0.2, copies.shape).astype(np.float32)
slopes = np.abs(grad(score)(copies, np.repeat(answers[shown], 20)))
saliency = slopes.reshape(len(shown), 20, 28, 28).mean(axis=1)

figure, axes = plt.subplots(2, len(shown), figsize=(9, 2.9), layout="constrained")
for (above, below), k, picture in zip(axes.T, shown, saliency, strict=True):
    above.imshow(test_images[k, 0], cmap="gray_r")
    above.set_title(names[answers[k]], fontsize=9)
    below.imshow(picture, cmap="viridis")
    above.axis("off")
    below.axis("off")
plt.show()

# %% [markdown]
# Does it mean anything? A test: blank a tenth of the pixels, that is, give them the value of the background, and see what becomes of
# the accuracy. Take the pixels with the largest saliency; as many at random; and those whose blanking should lower the score most,
# to first order: by $(x - x_\text{blank})\, \partial z_k / \partial x$.

# %%
BLANK = 78  # of 784 pixels
blank = normalized(0.0)
slope = grad(score)(x_test, answers)
ways = {
    "at random": np.random.default_rng(0).random(slope.shape),
    "by saliency": np.abs(slope),
    "by first-order effect": (x_test - blank) * slope,
}
blanked = {}
for name, importance in ways.items():
    pixels = np.argsort(importance.reshape(len(x_test), -1), axis=1)[:, -BLANK:]
    changed = x_test.reshape(len(x_test), -1).copy()
    np.put_along_axis(changed, pixels, blank, axis=1)
    blanked[name] = metrics.accuracy(network(changed.reshape(x_test.shape)).data, test_classes)
print(f"no pixel blanked: {accuracy['conv']:.1%} correct")
print("\n".join(f"{BLANK} blanked {name}: {correct:.1%}" for name, correct in blanked.items()))

# %% [markdown]
# Salient pixels matter more than others, but the sign of the derivative and the size of the change matter far more. A map of
# saliency tells what a small change of a pixel would do. It does not tell why the network decided as it did.
#
# ## What a unit likes best
#
# Turn the question around: which image makes a unit as large as possible? Start from grey with a trace of noise, and climb the
# gradient with respect to the image. More contrast would always help, so the pixels are kept between white and black. Here are 32
# units in the middle of the second convolution, one of each channel, before $\max(z, 0)$. Only the 8 x 8 pixels that they see are
# shown.

# %%
STEPS = 60  # quick: 15
low, high = normalized(0.0), normalized(1.0)
units = np.arange(32)


def activations(x):
    return network[:4](x)[units, units, 7, 7]  # unit k of image k


best = np.random.default_rng(0).normal(0, 0.05, (32, 1, 28, 28)).astype(np.float32)
for _ in range(STEPS):
    slope = grad(lambda x: np.sum(activations(x)))(best)
    largest = np.abs(slope).max(axis=(1, 2, 3), keepdims=True)
    best = np.clip(best + 0.3 * slope / largest, low, high).astype(np.float32)

window = np.s_[:, :, 11:19, 11:19]
plots.images(best[window], [str(k) for k in units], columns=11, title="What excites each unit most")

# %% [markdown]
# Some show an edge, a corner or a spot, others nothing that has a name, and no photograph looks quite like them: what excites a unit
# most is not what it meets in practice. For comparison, the patches of the test images that excite the first eleven units most:

# %%
reached = activations(best).data
in_images = network[:4](x_test).data[:, :, 7, 7]  # (1000, 32)
print(f"larger by ascent than for any of {len(x_test)} images: {np.sum(reached > in_images.max(axis=0))} of 32 units")
plots.images(x_test[in_images.argmax(axis=0)][window][:11], [str(k) for k in units[:11]], columns=11)

# %% [markdown]
# ## Exercises
#
# **1.** Learn the kernel for vertical edges from examples. Take ten training images and, as targets, their convolution with
# `vertical`. Start with a kernel of zeros and follow the gradient of half the mean squared difference. Does it find the weights, or
# others that do the same?
#
# <details><summary>Solution</summary>
#
# It finds them. The error is quadratic in the nine weights and has a single minimum, as the windows of ten images span all nine
# directions. Neighbouring pixels resemble each other, so some of the directions are slow; Adam evens them out.
#
# ```python
# some = images[:10]
# target = F.conv2d(some, by_hand[:1])
# learned = nn.Parameter(np.zeros((1, 1, 3, 3), dtype=np.float32))
# adam = optim.Adam([learned], lr=0.05)
# for _ in range(400):
#     E = 0.5 * np.mean((F.conv2d(some, learned) - target) ** 2)
#     adam.zero_grad()
#     E.backward()
#     adam.step()
# print(learned.data[0, 0].round(2))
# assert np.allclose(learned.data[0, 0], vertical, atol=0.1)
# ```
#
# </details>
#
# **2.** Make a network whose answer does not change when an image on a large canvas moves by four pixels. Which layer must go, and
# what takes its place? (No training is needed to see it.)
#
# <details><summary>Solution</summary>
#
# The last layer must not know where something is. The mean of each feature map over all positions (*global average pooling*)
# does not, and a linear layer of 32 inputs makes scores of the means. The network then takes images of any size.
#
# ```python
# invariant = nn.Sequential(*network[:6], nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10, generator=0))
# here, there, nearby = (invariant(np.roll(canvas, shift, axis=3)).data for shift in (0, 4, 2))
# assert np.allclose(here, there, rtol=1e-3, atol=1e-4)
# assert np.abs(here - nearby).max() > 10 * np.abs(here - there).max()
# ```
#
# </details>
#
# **3.** The gradient with respect to the image can do harm. Move every pixel of the test images by $\varepsilon = 0.05$, a twentieth of
# the way from white to black, in the direction that raises the error: add $\varepsilon \operatorname{sign}(\partial E / \partial x)$.
# How many are still classified correctly? And with random signs?
#
# <details><summary>Solution</summary>
#
# About half of the right answers become wrong, though one can hardly see the change. Random signs do next to nothing: it is
# not the size of the change that matters, but its direction.
#
# ```python
# epsilon = 0.05 / deviation
# slope = grad(lambda x: F.cross_entropy(network(x), test_classes))(x_test)
# signs = np.random.default_rng(0).choice([-1.0, 1.0], x_test.shape)
# attacked = metrics.accuracy(network((x_test + epsilon * np.sign(slope)).astype(np.float32)).data, test_classes)
# noisy = metrics.accuracy(network((x_test + epsilon * signs).astype(np.float32)).data, test_classes)
# print(f"correct: {accuracy['conv']:.1%}, with random signs {noisy:.1%}, with the gradient's {attacked:.1%}")
# assert attacked < 0.75 * accuracy["conv"] and noisy > accuracy["conv"] - 0.05
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
by_loops = convolve(square, vertical)
assert np.all(by_loops[2:, 1:3] == -4) and not by_loops[:, [0, 3, 4, 5]].any()
assert np.allclose(F.conv2d(random[None, None], by_hand[1:2])[0, 0], convolve(random, by_hand[1, 0]))
assert W.shape == (16, 36) and np.count_nonzero(W) == 16 * 9 and np.allclose(np.unique(W), range(10))

parameters = {model: sum(p.size for p in model.parameters()) for model in (network, mlp)}
assert parameters[network] == 20_490 and parameters[mlp] == 101_770
assert history["loss"][-1] < 0.6 * history["loss"][0]
assert accuracy["conv"] > 0.78 and accuracy["conv"] > accuracy["mlp"] - 0.03
assert (field, distance) == (10, 4) and seen == (9, 18, 9, 18)
assert max(differences["first convolution"]) < 1e-4
both = np.array(differences["both, with pooling"])
assert np.all(both[::4] < 1e-4) and np.all(np.delete(both, np.s_[::4]) > 0.05)
assert by_shift["convolutional"][2] > by_shift["fully connected"][2] + 0.02
assert max(by_shift["convolutional"][6], by_shift["fully connected"][6]) < 0.5
assert blanked["by first-order effect"] < blanked["at random"] - 0.2 and blanked["by saliency"] < blanked["at random"]
assert not grad(lambda x: np.sum(activations(x)))(best)[..., :11, :].any()  # nothing above the 8 x 8 pixels
assert np.mean(reached > in_images.max(axis=0)) > 0.85
print("seen, moved and maximized")
