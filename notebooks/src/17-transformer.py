# %% [markdown]
# # A small transformer
#
# Beyond the lecture, but made of its parts: one-hot targets, softmax, cross-entropy, backpropagation, minibatches. A network reads a
# text character by character and learns to predict the next one. Then it writes, by drawing a next character again and again. Large
# language models are made and trained in the same way; they are up to ten million times as large.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more threads are slower on a busy machine

import ast
import re
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import autograd
import nn
import optim
from autograd import jacobian, no_grad
from nn import functional as F
from nn.plots.style import BLUE, GREY, ORANGE, VERMILION, finish

# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## A text
#
# The library brings one along: its own documentation. Every module, class and function begins with a string that says what it does. Python's
# `ast` finds them in the files. To keep the task small, we write all in lower case and drop digits and most signs.


# %%
def docstrings(package):
    for file in sorted(Path(package.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield ast.get_docstring(node) or ""


text = " ".join(string for package in (autograd, nn, optim) for string in docstrings(package))
text = re.sub(r"[^a-z.,()'-]+", " ", text.lower())
print(f"{len(text):,} characters, for instance:\n")
begin = text.index("gradient")
print(textwrap.fill(text[begin : begin + 400], 100))

# %% [markdown]
# Each character gets a number, its class. The last tenth of the text is held out for validation.

# %%
alphabet = sorted(set(text))
codes = np.array([alphabet.index(c) for c in text])
train, held = codes[: -len(codes) // 10], codes[-len(codes) // 10 :]
print(len(alphabet), "characters:", "".join(alphabet))
print("'a gradient' is", [alphabet.index(c) for c in "a gradient"])

# %% [markdown]
# ## What counting can do
#
# The error is the cross-entropy of the next character, $E = -\log p_k$ with $k$ its class: small if it was expected. Guessing among
# $K$ characters gives $\log K$. If we know how frequent each is, it is less. It is less again if we count which follows which (pairs), or which
# follows which two (triples). The table also gives $e^E$, the number of equally likely characters that would be as hard to guess.


# %%
def by_counting(order):
    """Mean cross-entropy on the held-out text, of probabilities counted in the training text."""
    counts = np.full((len(alphabet),) * order, 0.01)  # nothing is impossible
    np.add.at(counts, tuple(train[k : len(train) - order + 1 + k] for k in range(order)), 1)
    p = counts / counts.sum(axis=-1, keepdims=True)
    return p, -np.mean(np.log(p[tuple(held[k : len(held) - order + 1 + k] for k in range(order))]))


counted = {"guessing": np.log(len(alphabet))}
for order, name in enumerate(["single characters", "pairs", "triples"], 1):
    p, counted[name] = by_counting(order)
    if name == "pairs":
        pairs = p
for name, E in counted.items():
    print(f"{name:18} E = {E:.2f}, as hard as {np.exp(E):4.1f} characters")

# %% [markdown]
# Longer sequences cannot be counted: most sequences of fifteen characters in the held-out text never occur in the training text. A
# network has to find what they have in common with others.
#
# ## Attention
#
# A character must learn from those before it. Each position $t$ has a vector $x_t$, of which three others are computed by matrices: a
# *query* $q_t$, what it looks for; a *key* $k_t$, what it has to offer; and a *value* $v_t$, what it tells. The position looks at all
# others, mostly at those whose keys match its query, and takes the mean of their values:
#
# $$y_t = \sum_s a_{t,s}\, v_s, \qquad a_t = \operatorname{softmax}\left(\frac{q_t \cdot k_s}{\sqrt{e}}\right)_s$$
#
# where $e$ is the number of features of a query. To predict the next character, it may not look ahead: for $s > t$ the score is $-\infty$,
# and its weight $a_{t,s}$ is 0. That is *causal* attention. In NumPy:


# %%
def attention(x, Q, K, V):
    q, k, v = x @ Q, x @ K, x @ V  # each (length, features)
    scores = q @ k.T / np.sqrt(q.shape[1])
    earlier = np.tril(np.ones(scores.shape, dtype=bool))
    a = F.softmax(np.where(earlier, scores, -np.inf), axis=1)
    return a @ v, a


rng = np.random.default_rng(0)
x, Q, K, V = rng.normal(size=(8, 6)), *rng.normal(size=(3, 6, 6))
y, a = attention(x, Q, K, V)
same = F.scaled_dot_product_attention(x @ Q, x @ K, x @ V, is_causal=True)
print("as the library's:", np.allclose(y, same))

# %% [markdown]
# Does it really not look ahead? Ask the derivatives: $\partial y_t / \partial x_s$ is a matrix, and must be 0 for $s > t$.

# %%
slopes = jacobian(lambda x: attention(x, Q, K, V)[0])(x)  # (8, 6, 8, 6)
influence = np.sqrt(np.sum(slopes**2, axis=(1, 3)))

figure, axes = plt.subplots(1, 2, figsize=(8, 3.3), layout="constrained")
for ax, matrix, title in [
    (axes[0], a, "weights $a_{t,s}$"),
    (axes[1], influence, r"$\|\partial y_t / \partial x_s\|$"),
]:
    shown = ax.imshow(np.where(matrix == 0, np.nan, matrix), cmap="viridis", vmin=0)
    ax.set(title=title, xlabel="looked at, $s$", ylabel="position, $t$")
    figure.colorbar(shown, ax=ax)
plt.show()

# %% [markdown]
# White is exactly 0.
#
# ## Order
#
# The formula contains no position. Shuffle all characters but the last, and the last gets the same result: a bag of
# characters, not a text. So each position gets a vector of its own, which is learned like everything else and added to the
# character's vector.

# %%
shuffled = x[[4, 2, 6, 0, 5, 1, 3, 7]]
place = rng.normal(size=x.shape)
without = attention(x, Q, K, V)[0][-1], attention(shuffled, Q, K, V)[0][-1]
with_place = attention(x + place, Q, K, V)[0][-1], attention(shuffled + place, Q, K, V)[0][-1]
print("without positions, the last result is the same:", np.allclose(*without))
print("with positions:", np.allclose(*with_place))

# %% [markdown]
# ## The network
#
# A *block* has two parts. Attention lets the positions exchange what they know; it has several *heads*, which look for different
# things side by side. Then a network with one hidden layer works on each position by itself. Both add to their input, so
# that derivatives have a straight way back, and both get it normalised to mean 0 and variance 1.
#
# The transformer is a table of vectors for the characters, one for the positions, some blocks, and a linear layer that computes the scores
# of all characters as the next one, at each position at once.


# %%
class Block(nn.Module):
    def __init__(self, width, heads):
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.hidden = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))

    def forward(self, x):
        z = self.norm1(x)
        x = x + self.attention(z, z, z, need_weights=False, is_causal=True)[0]
        return x + self.hidden(self.norm2(x))


class Transformer(nn.Module):
    def __init__(self, width, heads, blocks, length):
        self.length = length
        self.characters = nn.Embedding(len(alphabet), width)
        self.positions = nn.Embedding(length, width)
        self.blocks = [Block(width, heads) for _ in range(blocks)]
        self.norm = nn.LayerNorm(width)
        self.scores = nn.Linear(width, len(alphabet))

    def forward(self, k):  # (n, length), numbers of characters
        x = self.characters(k) + self.positions(np.arange(k.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.scores(self.norm(x))  # (n, length, characters)


# %%
WIDTH = 64  # quick: 32
HEADS = 4  # quick: 2
BLOCKS = 2  # quick: 1
LENGTH = 48  # quick: 32

nn.seed(0)
model = Transformer(WIDTH, HEADS, BLOCKS, LENGTH)
parts = {
    "characters": model.characters,
    "positions": model.positions,
    "blocks": model.blocks[0],
    "scores": model.scores,
}
for name, part in parts.items():
    size = sum(p.size for p in part.parameters())
    print(f"{name:10} {size:7,} parameters" + (f" in each of {BLOCKS}" if name == "blocks" else ""))
print(f"{'all':10} {sum(p.size for p in model.parameters()):7,}")

# %% [markdown]
# ## Training
#
# A sample is a piece of the text; its targets are the same piece, one character further. Thanks to the causal mask one pass trains all its
# positions: the first predicts from one character, the last from all.


# %%
def batch(codes, n, rng):
    start = rng.integers(len(codes) - LENGTH, size=n)
    pieces = codes[start[:, None] + np.arange(LENGTH + 1)]
    return pieces[:, :-1], pieces[:, 1:]


def error(model, k, d):
    return F.cross_entropy(model(k).reshape(-1, len(alphabet)), d.reshape(-1))


def validated(model):
    with no_grad():
        return float(error(model, *batch(held, 200, np.random.default_rng(0))))


k, d = batch(train, 1, np.random.default_rng(4))
for name, numbers in {"input  ": k, "targets": d}.items():
    print(name, repr("".join(alphabet[c] for c in numbers[0])))

# %% [markdown]
# To see it learn, we let it write a line now and then. It draws the next character from its probabilities, appends it, and goes on; it
# sees only the last `LENGTH` characters. With a *temperature* $T$, the scores are divided by $T$ first: a low one prefers the likely characters.


# %%
def written(model, start, length, T=1.0, seed=0, n=1):
    """n continuations of a start, each of so many characters."""
    rng = np.random.default_rng(seed)
    k = np.repeat([[alphabet.index(c) for c in start]], n, axis=0)
    with no_grad():
        for _ in range(length):
            z = model(k[:, -model.length :]).data[:, -1] / T
            p = F.softmax(z, axis=1)
            drawn = np.sum(np.cumsum(p, axis=1) < rng.random((n, 1)), axis=1)
            k = np.append(k, np.minimum(drawn, len(alphabet) - 1)[:, None], axis=1)
    return ["".join(alphabet[c] for c in row) for row in k]


STEPS = 2000  # quick: 500
RATE = 4e-3  # quick: 1e-2

adam = optim.AdamW(model.parameters(), lr=RATE)
schedule = optim.OneCycleLR(adam, RATE, total_steps=STEPS)
rng = np.random.default_rng(0)
losses = []
for step in range(STEPS):
    if step in (0, STEPS // 10, STEPS // 3):
        print(f"step {step:4}: {written(model, 'the ', 80)[0]}")
    E = error(model, *batch(train, 16, rng))
    adam.zero_grad()
    E.backward()
    optim.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()
    schedule.step()
    losses.append(float(E.data))
print(f"step {STEPS:4}: {written(model, 'the ', 80)[0]}")

# %% [markdown]
# First it learns how frequent the characters are and that words are short, then which characters follow each other, then words.

# %%
learned = validated(model)
smooth = np.convolve(losses, np.full(25, 1 / 25), mode="valid")
figure, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
ax.plot(np.arange(len(smooth)) + 12, smooth, color=BLUE, label="training, mean of 25 steps")
ax.plot(STEPS, learned, "o", color=VERMILION, label=f"held-out text: {learned:.2f}")
for (name, E), style in zip(counted.items(), ["-", "--", "-.", ":"], strict=True):
    ax.axhline(E, color=GREY, linestyle=style, linewidth=1.2, label=f"{name}: {E:.2f}")
ax.set(xlabel="step", ylabel="cross-entropy $E$", ylim=(0.9 * min(learned, smooth.min()), 4.4))
finish(ax, ncols=2, fontsize=9)
plt.show()
print(f"held-out text: as hard as {np.exp(learned):.1f} characters; by pairs {np.exp(counted['pairs']):.1f}")

# %% [markdown]
# ## What it writes
#
# At three temperatures, with the same random numbers:

# %%
for T in [0.3, 0.7, 1.2]:
    print(f"T = {T}")
    print(textwrap.fill(written(model, "the gradient ", 280, T)[0], 100), "\n")

# %% [markdown]
# It has the sound of the documentation, and no meaning. How many of its words (of three letters or more) are words of the text? The same count
# for text drawn by pairs, each character from those that followed the one before.

# %%
vocabulary = set(re.findall("[a-z]+", text))


def share_of_words(lines):
    words = [word for line in lines for word in re.findall("[a-z]{3,}", line)]
    return np.mean([word in vocabulary for word in words])


rng = np.random.default_rng(0)
drawn = [alphabet.index(" ")]
for _ in range(3000):
    drawn.append(rng.choice(len(alphabet), p=pairs[drawn[-1]]))
shares = {
    "by pairs": share_of_words(["".join(alphabet[c] for c in drawn)]),
    "transformer, T = 1": share_of_words(written(model, "the ", 200, 1.0, n=15)),
    "transformer, T = 0.5": share_of_words(written(model, "the ", 200, 0.5, n=15)),
}
for name, share in shares.items():
    print(f"{name:20} {share:.0%} are words")

# %% [markdown]
# ## Where it hesitates
#
# A sentence that is not in the text, and how surprised the network is by each of its characters, $-\log p$:

# %%
sentence = "the derivative of each output is computed "
k = np.array([[alphabet.index(c) for c in " " + sentence]])[:, : LENGTH + 1]
with no_grad():
    p = F.softmax(model(k[:, :-1]).data[0], axis=1)
surprise = -np.log(p[np.arange(k.shape[1] - 1), k[0, 1:]])

figure, ax = plt.subplots(figsize=(8.5, 2.8), layout="constrained")
first = np.array([c == " " for c in (" " + sentence)[: len(surprise)]])
for chosen, color, name in [(first, ORANGE, "first letter of a word"), (~first, BLUE, "others")]:
    ax.bar(np.flatnonzero(chosen), surprise[chosen], color=color, label=name)
ax.set_xticks(range(len(surprise)), [c.replace(" ", "_") for c in sentence[: len(surprise)]], fontsize=9)
ax.set_ylabel(r"$-\log p$")
finish(ax, ncols=2, loc="upper right")
plt.show()

# %% [markdown]
# Words begin with a surprise; once begun, they are easier. On the held-out text:

# %%
k, d = batch(held, 200, np.random.default_rng(1))
with no_grad():
    surprises = F.cross_entropy(model(k).reshape(-1, len(alphabet)), d.reshape(-1), reduction="none").data
begins = (k.reshape(-1) == alphabet.index(" ")) & (d.reshape(-1) != alphabet.index(" "))
at_start, inside = surprises[begins].mean(), surprises[~begins].mean()
print(f"first letter of a word {at_start:.2f}, other characters {inside:.2f}")

# %% [markdown]
# ## Where it looks
#
# Each row is a position: the brighter a column, the more it takes from the character there. These are two heads of the first block:
# the one that looks most at the character just before, and the one that does so least.

# %%
phrase = "of each output is a"
k = np.array([[alphabet.index(c) for c in phrase]])
block = model.blocks[0]
with no_grad():
    z = block.norm1(model.characters(k) + model.positions(np.arange(len(phrase))))
    weights = block.attention(z, z, z, average_attn_weights=False, is_causal=True)[1].data[0]  # (heads, t, s)
one_back = np.diagonal(weights, -1, axis1=1, axis2=2).mean(axis=1)
print("weight of the character before, by heads:", one_back.round(2))

figure, axes = plt.subplots(1, 2, figsize=(8.5, 4.2), sharey=True, layout="constrained")
letters = [c.replace(" ", "_") for c in phrase]
for ax, head in zip(axes, [one_back.argmax(), one_back.argmin()], strict=True):
    shown = ax.imshow(weights[head], cmap="viridis", vmin=0, vmax=1)
    ax.set_xticks(range(len(phrase)), letters, fontsize=9)
    ax.set_yticks(range(len(phrase)), letters, fontsize=9)
    ax.set(title=f"head {head}", xlabel="looked at")
axes[0].set_ylabel("position")
figure.colorbar(shown, ax=axes, label="weight", shrink=0.8)
plt.show()

# %% [markdown]
# Nothing lies above the diagonal, and each row adds up to 1. Pairs of characters are what counting used, so a head that looks one back
# is of use. Nobody prescribed it: it came from the gradient of the error, as everything here.
#
# ## Exercises
#
# **1.** What does the network write as $T \to 0$, and as $T \to \infty$? Try 0.01 and 100.
#
# <details><summary>Solution</summary>
#
# At 0.01 it nearly always takes the most likely character. The seed hardly matters any more, and the text goes in circles. At 100
# all characters are almost equally likely, whatever the network says.
#
# ```python
# cold = {written(model, "the ", 100, T=0.01, seed=seed)[0] for seed in range(3)}
# hot = written(model, "the ", 500, T=100)[0]
# print(cold.pop(), hot[:100], sep="\n")
# assert len(set(hot)) > 0.9 * len(alphabet)
# assert share_of_words([hot]) < 0.5
# ```
#
# </details>
#
# **2.** Without vectors for the positions, the last position of one causal attention does not know the order of the others. Does it after
# two, one upon the other?
#
# <details><summary>Solution</summary>
#
# Yes. After the first one, the third character has seen two others and the fifth has seen four: the results depend on
# how much came before them. The causal mask itself tells the order, if there are two layers or more.
#
# ```python
# def twice(x):
#     return attention(attention(x, Q, K, V)[0], Q, K, V)[0][-1]
#
# assert np.allclose(*without)
# assert not np.allclose(twice(x), twice(shuffled), rtol=0.01)
# ```
#
# </details>
#
# **3.** Most parameters are in the blocks. Show that a block of width $w$ has about $12 w^2$ of them. Where are they?
#
# <details><summary>Solution</summary>
#
# Queries, keys, values and the matrix behind the heads are $4 w^2$. The hidden layer is four times as wide as the block: $4 w^2$ there and $4 w^2$
# back. Biases and norms have $13 w$ in all.
#
# ```python
# sizes = {name: p.size for name, p in model.blocks[0].named_parameters()}
# assert sizes["attention.in_proj_weight"] + sizes["attention.out_proj.weight"] == 4 * WIDTH**2
# assert sizes["hidden.0.weight"] + sizes["hidden.2.weight"] == 8 * WIDTH**2
# assert sum(sizes.values()) == 12 * WIDTH**2 + 13 * WIDTH
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
assert len(text) > 300_000 and 25 < len(alphabet) < 40
assert sorted(counted.values(), reverse=True) == list(counted.values())
known = {text[k : k + 15] for k in range(len(train))}
assert np.mean([text[k : k + 15] in known for k in range(len(train), len(text) - 15)]) < 0.3
assert np.allclose(y, same) and np.allclose(a.sum(axis=1), 1)
assert not np.triu(influence, 1).any() and not np.triu(a, 1).any() and np.tril(influence).any()
assert np.allclose(*without) and not np.allclose(*with_place, rtol=0.01)

changed = batch(held, 1, np.random.default_rng(2))[0]
before = model(changed).data
changed[0, -1] = (changed[0, -1] + 1) % len(alphabet)
assert np.allclose(before[0, :-1], model(changed).data[0, :-1], atol=1e-5)  # no position looks ahead
assert not np.allclose(before[0, -1], model(changed).data[0, -1], atol=1e-2)

fresh = Transformer(WIDTH, HEADS, BLOCKS, LENGTH)
assert abs(validated(fresh) - np.log(len(alphabet))) < 1
assert learned < counted["pairs"]
assert shares["by pairs"] < shares["transformer, T = 1"] < shares["transformer, T = 0.5"]
assert sentence.strip() not in text and at_start > inside + 0.2
assert np.allclose(weights.sum(axis=2), 1, atol=1e-5) and not np.triu(weights, 1).any()
assert one_back.max() > 0.5
print("read, and written")
