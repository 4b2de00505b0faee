# %% [markdown]
# # The clinic
#
# Part 3 of the lecture, good training practices. This script trains a small convolutional network on handwritten digits. It has
# six mistakes, each of which people really make. One of them stops it. The other five let it run, and only make it worse. We find them
# one after another, and all that we use is what the library says.
#
# Read the script first, and see how many you find.

# %%
import contextlib
import linecache
import textwrap
import traceback
import warnings

import matplotlib.pyplot as plt

import autograd
import nn

# %config InlineBackend.figure_formats = ["svg"]

script = """
import numpy as np

import autograd
import nn
import optim

nn.seed(0)
data = nn.datasets.digits()
x, d = data.train[:]
x_test, d_test = data.test[:]
epochs = 10  # quick: 4


class Net(nn.Module):
    def __init__(self):
        self.conv = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.drop = nn.Dropout(0.5)
        self.last = nn.Linear(8 * 8 * 8, 10)
        nn.init.zeros_(self.conv.bias)
        nn.init.zeros_(self.last.bias)

    def forward(self, x):
        h = np.maximum(self.conv(x), 0).data
        self.maps = h  # for a picture later
        h = nn.functional.max_pool2d(h, 2)
        h = self.drop(h.reshape(len(h), -1))
        return nn.functional.softmax(self.last(h))


def length(w):
    return np.sqrt(np.sum(w * w))


def train(model, sgd):
    curve = []
    for epoch in range(epochs):
        errors = []
        for images, labels in nn.DataLoader(x, d, batch_size=64, shuffle=True, generator=epoch):
            E = nn.functional.cross_entropy(model(images), labels)
            E = E + 1e-4 * sum(length(w) for w in model.parameters())  # no large weights
            E.backward()
            sgd.step()
            errors.append(E.item())
        with autograd.no_grad():
            answers = model(x_test).argmax(axis=1)
        curve.append(np.mean(answers == d_test))
    print(f"E = {np.mean(errors):.3f}, {curve[-1]:.1%} of the test images are right")
    return curve


model = Net()
sgd = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
curve = train(model, sgd)
""".strip()


# %% [markdown]
# `run` does what `python train.py` would do, and prints what errors and warnings say, with the line of the script that they point at.


# %%
def run(script, around=contextlib.nullcontext):
    """Run a script; return its variables, and what was said about it."""
    lines = script.splitlines()
    linecache.cache["train.py"] = len(script), None, [line + "\n" for line in lines], "train.py"
    names, said = {"__name__": "train"}, []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with around():
                exec(compile(script, "train.py", "exec"), names)
        except Exception as error:
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "train.py"]
            said.append((frames[-1].lineno, "\n".join([str(error), *getattr(error, "__notes__", [])])))
    said[:0] = [(w.lineno if w.filename == "train.py" else 0, str(w.message)) for w in caught]
    for number, text in dict.fromkeys(said):
        if number == 0:
            print("NumPy:", text)
            continue
        print(f"line {number}: {lines[number - 1].strip()}")
        for part in text.splitlines():
            indent = " " * (4 + len(part) - len(part.lstrip()))
            print(textwrap.fill(part.strip(), 100, initial_indent=indent, subsequent_indent=indent))
    return names, "\n".join(text for _, text in said)


names, said_first = run(script)

# %% [markdown]
# ## 1. The shapes do not fit
#
# The message names the layer by its place in the model, the shape that came, and the one that it takes. The pooling halves both sides of
# the 8 x 8 images, so that $8 \cdot 4 \cdot 4 = 128$ numbers arrive. A mistake that stops the program is the best kind.

# %%
repairs = {}


def mend(name, old, new):
    """Replace what is wrong, once, and keep a note of it."""
    assert script.count(old) == 1
    repairs[name] = old, new
    return script.replace(old, new)


script = mend("wrong shape", "nn.Linear(8 * 8 * 8, 10)", "nn.Linear(8 * 4 * 4, 10)")
names, said_second = run(script)

# %% [markdown]
# ## 2. Gradients of earlier steps
#
# It runs, but $E$ is not a number any more. Before we look into that, there is a message with a line: `backward()` adds to the gradients
# that are there, and nobody sets them back. The optimizer notices that by itself.

# %%
script = mend("no zero_grad", "            E.backward()", "            sgd.zero_grad()\n            E.backward()")
names, said_third = run(script)

# %% [markdown]
# ## 3. Not a number
#
# NumPy warns of a division by zero, but can only point at a line inside the engine. `nan` spreads: from one number to all
# weights within a few steps. When we look, everything is `nan`, and the question is where it was first. `autograd.debug()` stops there.

# %%
_, said_by_debug = run(script, around=autograd.debug)

# %% [markdown]
# Not the forward pass, but the backward pass has produced it. The derivative of $\sqrt s$ is $1 / (2 \sqrt s)$, which is infinite at
# $s = 0$. And the biases start at 0, so their length does. The function $\|w\|$ has a kink there, like $|w|$, with 0 among its subgradients.
# `np.linalg.norm` knows that; a square root cannot.

# %%
script = mend("infinite slope", "np.sqrt(np.sum(w * w))", "np.linalg.norm(w)")
names, said_fourth = run(script)

# %% [markdown]
# ## 4. One softmax too many
#
# No message, no `nan`, and far more right answers than the tenth that guessing would give. Now it looks as if the task were
# difficult, and one might begin to search for a better learning rate $\lambda$. Ask the doctor first. It takes the model, the loss and one
# batch, runs them once, and looks at what happens inside.


# %%
def examine(names):
    """The doctor's opinion of a script's model."""
    return nn.doctor(names["model"], nn.CrossEntropyLoss(), (names["x"][:64], names["d"][:64]), names["sgd"])


first_checkup = examine(names)
print(first_checkup)

# %% [markdown]
# Two errors; take them one by one. The network ends in a softmax, and the cross-entropy has one inside. (Notebook 6 shows
# what that does.)

# %%
script = mend("two softmaxes", "nn.functional.softmax(self.last(h))", "self.last(h)")
names, _ = run(script)
second_checkup = examine(names)
print(second_checkup)

# %% [markdown]
# ## 5. A cut graph
#
# `.data` is a plain array. It was taken for a picture, but then the network computes with it: for the engine, what follows depends
# on some numbers, and not on the convolution. So the error has no gradient for the convolution's weights. Only our term for large
# weights still pulls at them, and makes them a little smaller in each step. The last layer makes the best of random features, which is why this
# mistake can go unnoticed for long.

# %%
script = mend(
    "cut graph",
    "h = np.maximum(self.conv(x), 0).data\n        self.maps = h  # for a picture later",
    "h = np.maximum(self.conv(x), 0)\n        self.maps = h.data  # for a picture later",
)
names, _ = run(script)
third_checkup = examine(names)
print(third_checkup)

# %% [markdown]
# ## 6. Dropout in the examination
#
# The doctor finds nothing more in the model. But it has looked at one batch, not at the loop. With `with nn.doctor(model, sgd):` around
# it, it watches the training.

# %%
watched = script.replace("curve = train(model, sgd)", "with nn.doctor(model, sgd):\n    curve = train(model, sgd)")
_, said_in_the_loop = run(watched)

# %% [markdown]
# Dropout sets half of the numbers to 0 during training. For the test images it should do nothing, but nobody has told the model that it
# is being tested. The network was better than we thought.

# %%
script = mend(
    "tested with dropout",
    "        with autograd.no_grad():\n            answers = model(x_test).argmax(axis=1)",
    "        model.eval()\n        with autograd.no_grad():\n            answers = model(x_test).argmax(axis=1)\n        model.train()",
)
names, said_last = run(
    script.replace("curve = train", "with nn.doctor(model, sgd):\n    curve = train"), autograd.debug
)
last_checkup = examine(names)
print(last_checkup)

# %% [markdown]
# Under `debug`, around the loop and in an examination: nobody has anything to say any more.
#
# ## Each one alone
#
# How would we have noticed without messages? Here is the mended script, and beside it the same script with each of the five silent mistakes
# put back alone.

# %%
curves = {"mended": names["curve"]}
for name, (wrong, right) in list(repairs.items())[1:]:
    with contextlib.redirect_stdout(None):
        curves[name] = run(script.replace(right, wrong))[0]["curve"]

figure, axes = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
colors = ["k", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00"]
for (name, curve), color, marker in zip(curves.items(), colors, "osD^vP", strict=True):
    axes.plot(range(1, len(curve) + 1), curve, color=color, marker=marker, markersize=5, label=name)
axes.set(xlabel="epoch", ylabel="accuracy on test images", ylim=(0, 1))
axes.spines[["top", "right"]].set_visible(False)
axes.grid(axis="y", color="0.9")
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()
for name, curve in curves.items():
    print(f"{name:20} {curve[-1]:.1%}")

# %% [markdown]
# None of the curves says what is wrong. A flat line can be anything, and the others look like trainings that need more time, more
# layers or another learning rate. Here is who said what:
#
# | mistake | who names it |
# | --- | --- |
# | wrong shape | the error of the layer |
# | no `zero_grad` | the optimizer, unasked |
# | infinite slope | `autograd.debug()`, or `CHALKGRAD_DEBUG=1 python train.py` for a whole program |
# | two softmaxes, cut graph | `nn.doctor(model, loss, batch)` before the training |
# | tested with dropout | `with nn.doctor(model, sgd):` around the loop |
#
# A `Trainer` asks the doctor by itself.
#
# ## Exercises
#
# **1.** A network of 20 neurons should learn a sine. With more steps it gets no better. What is wrong?

# %%
sine = """
import numpy as np

import nn
import optim

nn.seed(0)
x = np.linspace(-1, 1, 40, dtype=np.float32)
d = np.sin(3 * x)
model = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
adam = optim.Adam(model.parameters(), lr=0.02)
for epoch in range(200):
    y = model(x.reshape(-1, 1))
    E = 0.5 * np.mean((y - d) ** 2)
    adam.zero_grad()
    E.backward()
    adam.step()
print(f"E = {E.item():.4f}")
""".strip()
before, _ = run(sine)

# %% [markdown]
# <details><summary>Solution</summary>
#
# The doctor needs no model: around the whole script it sees what the optimizer holds. `y` has the shape (40, 1), a column, and `d` has (40,), a row.
# Their difference has all 40 x 40 pairs, so each output is drawn to all targets, that is to their mean 0.
#
# ```python
# _, said = run(sine, around=nn.doctor)
# assert "(40, 1) against (40,)" in said
# after, said = run(sine.replace("(y - d)", "(y[:, 0] - d)"), around=nn.doctor)
# assert said == "" and before["E"].item() > 0.2 and after["E"].item() < 0.01
# ```
#
# </details>
#
# **2.** What does the doctor say of a learning rate of $10^{-7}$, and of 10?
#
# <details><summary>Solution</summary>
#
# The first one it names: a step changes the weights by far less than usual. The second shows by what it does: after a few huge steps
# the units of the convolution are 0 for every image, *dead*, and get no gradient.
#
# ```python
# around = script.replace("curve = train", "with nn.doctor(model, sgd):\n    curve = train")
# _, said_small = run(around.replace("lr=0.05", "lr=1e-7"))
# _, said_large = run(around.replace("lr=0.05", "lr=10.0"))
# assert "too small" in said_small and "learning rate" in said_large
# ```
#
# </details>
#
# **3.** Gradient descent as on the slide, $w^{(t+1)} = w^{(t)} - \lambda\, \partial E / \partial w$, by hand. The second step fails. Why?

# %%
by_hand = """
from autograd import Value

w = Value(0.5, label="w")
for step in range(10):
    E = 0.5 * (w * 2.0 - 3.0) ** 2
    E.backward()
    w = w - 0.1 * w.grad
print(w.data)
""".strip()
_, said_by_hand = run(by_hand)

# %% [markdown]
# <details><summary>Solution</summary>
#
# `w - 0.1 * w.grad` is computed from $w$, so it is recorded as well. The new $w$ is a result that depends on the old one, and $E$ of
# the second step goes back through both. Change the number in the leaf instead, and set back the gradient.
#
# ```python
# mended = by_hand.replace("w = w - 0.1 * w.grad", "w.data = w.data - 0.1 * w.grad\n    w.grad = None")
# names, said = run(mended)
# assert said == "" and abs(names["w"].data - 1.5) < 0.01
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert "model.last: Linear(512, 10) got (64, 128)" in said_first
assert "call optimizer.zero_grad()" in said_second and "zero_grad" not in said_third
assert "the rule of 'sqrt' gave infinity" in said_by_debug and "'model.conv.bias'" in said_by_debug
assert said_fourth == ""
assert {"softmax before cross-entropy", "cut graph"} <= {finding.kind for finding in first_checkup}
assert "softmax" not in str(second_checkup) and "cut graph" in str(second_checkup)
assert third_checkup.ok and last_checkup.ok
assert "evaluation in training mode" in said_in_the_loop and said_last == ""
assert len(repairs) == 6 and all(script.count(right) == 1 for _, right in repairs.values())
best = {name: max(curve) for name, curve in curves.items()}
assert all(best[name] < best["mended"] for name in best if name != "mended") and best["mended"] > 0.9
assert best["infinite slope"] < 0.2 and best["cut graph"] > 0.7
assert "was swept before" in said_by_hand
print("six mistakes, each named")
