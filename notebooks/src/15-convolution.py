# %% [markdown]
# # A convolutional network, and how well it fits
#
# Photographs of clothes in ten classes: [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist). A network with two
# convolutions is trained on them in well under a minute; then the measures of fit show what it has learned, and what it has not.
# Nothing is downloaded: 8,000 training and 1,000 test images come with the package.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower on a busy machine

import numpy as np

import nn
import optim
from nn import metrics, plots
from nn.training import EarlyStopping, Trainer

# %matplotlib inline
# %config InlineBackend.figure_formats = ["png"]

nn.seed(0)  # the seed of everything random
data = nn.datasets.fashion_mnist(full=False)
images, classes = data.train[:]
print("training images", images.shape, "- classes", np.bincount(classes).tolist())

# %%
first = [np.flatnonzero(classes == k)[n] for n in range(2) for k in range(10)]
plots.images(images[first], [data.classes[classes[k]] for k in first], columns=10)

# %% [markdown]
# ## What a convolution is
#
# Each number of the result is the inner product of a small kernel with a window of the image. The kernel is the same everywhere:
# it has few weights, and it finds a pattern wherever it lies. Kernels written by hand show what they look for. These four respond
# to edges: vertical, horizontal, and both diagonals. A network learns its own.

# %%
edge = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=np.float32)
diagonal = np.array([[2, 1, 0], [1, 0, -1], [0, -1, -2]], dtype=np.float32)
kernels = np.stack([edge, edge.T, diagonal, diagonal[:, ::-1]])[:, None]
boot = images[classes == 9][:1]
edges = np.abs(nn.functional.conv2d(boot, kernels, padding=1))
plots.feature_maps(edges, title="An ankle boot, and its edges", image=boot)

# %% [markdown]
# ## The network
#
# Convolution, $\max(z, 0)$, and the maximum of each 2 x 2 window, twice: the picture shrinks, and each number sums up a larger
# part of the image. A final linear layer computes ten scores $z_k$, and softmax turns them into probabilities,
# $y_k = \exp(z_k) / \sum_{k'} \exp(z_{k'})$. The error of a sample is $E(w) = -\sum_k d_k \log y_k$ with the class $d$ one-hot: the
# cross-entropy. Dropout, which sets half of the numbers to 0 during training, keeps the last layer from memorizing the images.

# %%
model = nn.Sequential(
    nn.Conv2d(1, 16, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Dropout(0.5), nn.Linear(32 * 7 * 7, 10),
)  # fmt: skip
print(nn.summary(model, (1, 1, 28, 28)))

# %% [markdown]
# ## Training
#
# Stochastic gradient descent, here with Adam's step sizes, on batches of 64 images. Each *epoch* sees every image once, in a new
# order and randomly mirrored. 800 of the images are held out: on them the network is *validated* after each epoch. As long as
# both curves fall, it learns something that holds for images it has not seen.

# %%
scale = nn.transforms.Normalize(float(images.mean()), float(images.std()))
mirror = nn.transforms.Compose([nn.transforms.RandomHorizontalFlip(), scale])
order = np.random.default_rng(0).permutation(len(images))
held, rest = order[:800], order[800:]

train = nn.DataLoader(
    nn.ArrayDataset(images[rest], classes[rest], transform=mirror), batch_size=64, shuffle=True, generator=0
)
validation = nn.DataLoader(nn.ArrayDataset(images[held], classes[held], transform=scale), batch_size=200)
test = nn.DataLoader(nn.ArrayDataset(*data.test[:], transform=scale), batch_size=200)

epochs = 6
adam = optim.AdamW(model.parameters(), lr=5e-3)
watch = nn.watch(model, every=5)  # one step of five is looked at
trainer = Trainer(
    model,
    nn.CrossEntropyLoss(),
    adam,
    schedule=optim.OneCycleLR(adam, 5e-3, total_steps=epochs * len(train)),
    schedule_every="step",
    metrics=[metrics.accuracy],
    callbacks=[EarlyStopping(patience=3), watch],
    progress=False,  # leave this out to watch it
)
history = trainer.fit(train, validation, epochs)
history.plot()

# %% [markdown]
# In the first epochs training looks worse than validation: its numbers are means over an epoch during which the network was still
# improving, and dropout was active. When training keeps improving and validation does not, the network memorizes the images:
# it *overfits*, and `EarlyStopping` stops the training.

# %% [markdown]
# ## What the gradient does
#
# `nn.watch` looked at the training from inside: at the norm of each layer's gradient, at how far a step moves its weights,
# $\|\Delta w\| / \|w\|$, and at what it gives. The gradient should neither vanish nor explode from one layer to the next. A step that
# moves the weights by about a thousandth is a good size. A unit that is 0 for every image of a batch is *dead*: for these images it gets
# no gradient. The table shows the last step.

# %%
watch

# %%
watch.plot()

# %% [markdown]
# ## Measures of fit
#
# The test images were used neither for training nor for choosing anything, and are used once. *Accuracy* is the fraction of the
# images that are classified correctly. *Precision* of a class: how many of the images classified as such belong to it. *Recall*: how
# many of its images were found. *F1* is the harmonic mean of the two.

# %%
target = data.test[:][1]
scores = trainer.predict(test)
print(f"accuracy {metrics.accuracy(scores, target):.1%} on {len(target)} images\n")
print(metrics.report(scores, target, data.classes, digits=2))

# %% [markdown]
# The *confusion matrix* shows which classes are mistaken for which. Its rows are the true classes, its columns the predicted ones.
# Shirts are mistaken for T-shirts, pullovers and coats; in 28 x 28 grey pixels, people have the same trouble.

# %%
plots.confusion_matrix(metrics.confusion_matrix(scores, target), data.classes)

# %% [markdown]
# The *receiver operating characteristic* takes each class against the rest: the fraction of its images that are found (true positive
# rate) against the fraction of the others that are mistaken for it (false positive rate), for every threshold on the probability. The
# area under the curve is the chance that an image of the class gets a higher probability than an image of another class.
# Most of the curves turn in the upper left corner, which is drawn larger; the classes are listed from the best to the worst.

# %%
plots.roc(scores, target, data.classes)

# %% [markdown]
# ## What it looks at
#
# The first layer's kernels, and their outputs for one image: some respond to edges in one direction, some to areas. Unlike the
# kernels written by hand above, these were found by nothing but the gradient of the error.

# %%
plots.filters(model[0].weight)

# %%
boot = test.dataset[np.flatnonzero(target == 9)[:1]][0]
plots.feature_maps(model[:2](boot), title="An ankle boot, as the first layer sees it", image=boot)

# %% [markdown]
# And the mistakes it is most certain of: the predicted class, and in parentheses the true one.

# %%
answers = scores.argmax(axis=1)
sure = nn.functional.softmax(scores).max(axis=1)
wrong = sorted(np.flatnonzero(answers != target), key=lambda k: -sure[k])[:10]
titles = [f"{data.classes[answers[k]]}\n({data.classes[target[k]]})" for k in wrong]
plots.images(data.test[:][0][wrong], titles, columns=10)

# %% [markdown]
# ## What this notebook promises

# %%
assert metrics.accuracy(scores, target) >= 0.83
assert metrics.roc_auc(scores, target) > 0.97
assert metrics.f1(scores, target) > 0.82
assert history["loss"][-1] < 0.6 * history["loss"][0]
assert np.isclose(trainer.evaluate(test)["accuracy"], metrics.accuracy(scores, target))
assert metrics.confusion_matrix(scores, target).trace() == (answers == target).sum()
print("it fits")
