# %% [markdown]
# # Backpropagation, number by number
#
# The lecture works out one example by hand: a network with two inputs, two $\tanh$ neurons and one linear output.
# Here it is computed three times: by hand, with `Value`s (a graph of numbers), and with `Tensor`s (a graph of arrays).
# All must agree to the last digits.
#
# $$
# \begin{aligned}
# h_1 &= x_1 w_1 + x_2 w_2 + b_1 & u_1 &= \tanh h_1 \\
# h_2 &= x_1 w_3 + x_2 w_4 + b_2 & u_2 &= \tanh h_2 \\
# f(x) &= u_1 w_5 + u_2 w_6 + b_3 & E(x) &= \tfrac12 \left(f(x) - y\right)^2
# \end{aligned}
# $$

# %%
import itertools
import math

import numpy as np

from autograd import Tensor, Value
from autograd.draw import draw, explain, play
from autograd.testing import gradcheck

data = {"x1": 1.0, "x2": -2.0, "y": 1.0}
start = {"w1": 0.5, "w2": -0.25, "b1": 0.1, "w3": -0.3, "w4": 0.4, "b2": 0.2, "w5": 0.8, "w6": -0.6, "b3": -0.5}

x1, x2, y = data.values()
w1, w2, b1, w3, w4, b2, w5, w6, b3 = start.values()

# %% [markdown]
# ## The forward pass
#
# Each line of the slide is a line of Python.

# %%
h1 = x1 * w1 + x2 * w2 + b1
h2 = x1 * w3 + x2 * w4 + b2
u1, u2 = math.tanh(h1), math.tanh(h2)
f = u1 * w5 + u2 * w6 + b3
E = 0.5 * (f - y) ** 2

forward = {"h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f, "E": E}
for name, number in forward.items():
    print(f"{name:>2} = {number:+.6f}")

# %% [markdown]
# ## The backward pass, by hand
#
# The chain rule, from the error back to the weights. Intermediate results that are used again get a name:
# $\delta_1, \dots, \delta_5$. That is all there is to backpropagation: every derivative is computed once, and used wherever
# it is needed.
#
# $$
# \begin{aligned}
# \delta_1 &= \frac{\partial E}{\partial f} = f(x) - y \\
# \delta_2 &= \frac{\partial E}{\partial u_1} = \delta_1 w_5 &
# \delta_4 &= \frac{\partial E}{\partial h_1} = \delta_2 \left(1 - \tanh^2 h_1\right) \\
# \delta_3 &= \frac{\partial E}{\partial u_2} = \delta_1 w_6 &
# \delta_5 &= \frac{\partial E}{\partial h_2} = \delta_3 \left(1 - \tanh^2 h_2\right)
# \end{aligned}
# $$

# %%
d1 = f - y
d2, d3 = d1 * w5, d1 * w6
d4 = d2 * (1 - math.tanh(h1) ** 2)
d5 = d3 * (1 - math.tanh(h2) ** 2)

by_hand = {
    "b3": d1, "w5": d1 * u1, "w6": d1 * u2,
    "b1": d4, "w1": d4 * x1, "w2": d4 * x2,
    "b2": d5, "w3": d5 * x1, "w4": d5 * x2,
}  # fmt: skip
for k, delta in enumerate([d1, d2, d3, d4, d5], 1):
    print(f"delta{k} = {delta:+.6f}")

# %% [markdown]
# ## The same with `Value`
#
# A `Value` is a number that remembers how it was computed. The expressions stay the same; `E.backward()` goes through the
# graph from the error to the inputs, and stores in each `Value` its $\partial E / \partial(\cdot)$.

# %%
x1, x2, y = map(Value, data.values())
w1, w2, b1, w3, w4, b2, w5, w6, b3 = map(Value, start.values())

h1 = x1 * w1 + x2 * w2 + b1
h2 = x1 * w3 + x2 * w4 + b2
u1, u2 = np.tanh(h1), np.tanh(h2)
f = u1 * w5 + u2 * w6 + b3
E = 0.5 * (f - y) ** 2
E.backward(retain_graph=True)

weights = {"w1": w1, "w2": w2, "b1": b1, "w3": w3, "w4": w4, "b2": b2, "w5": w5, "w6": w6, "b3": b3}
print("           by hand     Value")
for name, hand in by_hand.items():
    print(f"dE/d{name}  {hand:+.6f}  {weights[name].grad:+.6f}")
for k, (delta, value) in enumerate(zip([d1, d2, d3, d4, d5], [f, u1, u2, h1, h2], strict=True), 1):
    print(f"delta{k}  {delta:+.6f}  {value.grad:+.6f}")

# %% [markdown]
# ## The graph, as on the blackboard
#
# The lecture's picture, of the code above. Activations go forward (yellow). Derivatives come back: those that several others
# reuse are named $\delta_1, \dots, \delta_5$ (green), those of the parameters end the chain (pink), and each arrow carries
# its local derivative, in symbols and as a number (blue).

# %%
draw(E, style="lecture", inputs=[x1, x2, y])

# %% [markdown]
# Step through it: forward, node by node, then backward, arrow by arrow. The line below the picture is the chain rule with the
# numbers of that step. Change an input, and everything is computed again.

# %%
play(E, inputs=[x1, x2, y])

# %% [markdown]
# Why is $\partial E / \partial w_1$ what it is? `explain` writes the derivation down, and checks it against the gradient.

# %%
explain(E, wrt=w1)

# %% [markdown]
# An input that is used twice, such as $x_1$, gets a part of its derivative along each path; the parts are added.

# %%
explain(E, wrt=x1)

# %% [markdown]
# And this is every single step that the engine records, one operation at a time. Read it from the right: the gradient of a box
# is the sum, over the arrows that leave it, of the local derivative times the gradient at the arrow's end.

# %%
draw(E, inputs=[x1, x2, y], names=True)

# %% [markdown]
# ## The same with `Tensor`
#
# In matrix notation the two neurons are one line: $u = \tanh(W x + b)$, $f = v^\mathsf{T} u + b_3$. A `Tensor` is an array that
# remembers how it was computed; its gradient is an array of the same shape.

# %%
W = Tensor([[start["w1"], start["w2"]], [start["w3"], start["w4"]]], requires_grad=True)
b = Tensor([start["b1"], start["b2"]], requires_grad=True)
v = Tensor([start["w5"], start["w6"]], requires_grad=True)
c = Tensor(start["b3"], requires_grad=True)
x = np.array([data["x1"], data["x2"]])

h = W @ x + b
u = np.tanh(h)
y_hat = v @ u + c
error = 0.5 * (y_hat - data["y"]) ** 2
error.backward(retain_graph=True)

print("dE/dW =", W.grad.round(6).tolist())
print("dE/db =", b.grad.round(6).tolist())
print("dE/dv =", v.grad.round(6).tolist())
print("dE/dc =", c.grad.round(6).tolist())

# %%
draw(error, style="lecture")


# %% [markdown]
# ## Is it right? Check with the difference quotient
#
# A derivative can be checked without any calculus: change one weight by $\pm\varepsilon$ and see how the error changes,
#
# $$\frac{\partial E}{\partial w} \approx \frac{E(w + \varepsilon) - E(w - \varepsilon)}{2 \varepsilon}.$$
#
# It costs two forward passes for each weight, where backpropagation finds all derivatives in one backward pass: good
# for checking, far too slow for training. `gradcheck` does it for every input, and on request for the second order too.


# %%
def network(x1, x2, y, w1, w2, b1, w3, w4, b2, w5, w6, b3):
    u1 = np.tanh(x1 * w1 + x2 * w2 + b1)
    u2 = np.tanh(x1 * w3 + x2 * w4 + b2)
    f = u1 * w5 + u2 * w6 + b3
    return 0.5 * (f - y) ** 2


def error_at(w):
    return network(**data, **{**start, "w1": w})


print("epsilon   error of the difference quotient")
for epsilon in [1e-1, 1e-2, 1e-3, 1e-4]:
    quotient = (error_at(start["w1"] + epsilon) - error_at(start["w1"] - epsilon)) / (2 * epsilon)
    print(f"{epsilon:7.0e}   {abs(quotient - by_hand['w1']):.0e}")

verdict = gradcheck(
    lambda W, b, v, c: 0.5 * (v @ np.tanh(W @ x + b) + c - data["y"]) ** 2, W.data, b.data, v.data, c.data, order=2
)
print("gradcheck, first and second order:", "passed" if verdict.ok else "failed")

# %% [markdown]
# A step ten times smaller makes the error a hundred times smaller: the difference quotient is of second order.
#
# ## Gradient descent
#
# With the derivatives in hand, every weight takes a small step downhill,
# $w^{(t+1)} = w^{(t)} - \lambda\, \partial E / \partial w$, again and again. $\lambda$ is the learning rate.

# %%
rate = 0.1
errors = []
for _ in range(30):
    E = network(x1, x2, y, **weights)
    errors.append(E.data)
    for weight in weights.values():
        weight.grad = None  # backward() adds to the previous gradient
    E.backward()
    for weight in weights.values():
        weight.data = weight.data - rate * weight.grad

print("E after  0, 10, 20, 29 steps:", "  ".join(f"{errors[k]:.2e}" for k in [0, 10, 20, 29]))

# %% [markdown]
# ## Exercises
#
# **1.** The lecture's other activation is the logistic function $\sigma(z) = 1 / (1 + e^{-z})$, with the derivative
# $\sigma(z) (1 - \sigma(z))$. Which of $\delta_1, \dots, \delta_5$ have other formulas when it takes $\tanh$'s place? Derive
# $\partial E / \partial w_1$ by hand, and let a `Value` check it.
#
# <details><summary>Solution</summary>
#
# Only $\delta_4$ and $\delta_5$: $\delta_4 = \delta_2\, u_1 (1 - u_1)$ and $\delta_5 = \delta_3\, u_2 (1 - u_2)$. All others keep
# their formulas, with other numbers in them.
#
# ```python
# def logistic(z):
#     return 1 / (1 + np.exp(-z))
#
#
# def logistic_network(x1, x2, y, w1, w2, b1, w3, w4, b2, w5, w6, b3):
#     u1 = logistic(x1 * w1 + x2 * w2 + b1)
#     u2 = logistic(x1 * w3 + x2 * w4 + b2)
#     return 0.5 * (u1 * w5 + u2 * w6 + b3 - y) ** 2
#
#
# p = start | data
# s1 = logistic(p["x1"] * p["w1"] + p["x2"] * p["w2"] + p["b1"])
# s2 = logistic(p["x1"] * p["w3"] + p["x2"] * p["w4"] + p["b2"])
# first = s1 * p["w5"] + s2 * p["w6"] + p["b3"] - p["y"]  # delta1
# fourth = first * p["w5"] * s1 * (1 - s1)
#
# values = {name: Value(number) for name, number in p.items()}
# logistic_network(**values).backward()
# assert math.isclose(values["w1"].grad, fourth * p["x1"])
# ```
#
# </details>
#
# **2.** Let both neurons share a weight: one $w$ takes the places of $w_1$ and $w_3$. What is $\partial E / \partial w$? (A
# convolution shares its weights in this way.)
#
# <details><summary>Solution</summary>
#
# There are two paths from $w$ to $E$, and their parts are added: $\partial E / \partial w = \delta_4 x_1 + \delta_5 x_1$.
#
# ```python
# shared = {name: Value(number) for name, number in (data | start).items()}
# shared["w3"] = shared["w1"]  # the same Value
# network(**shared).backward()
#
# apart = {name: Value(number) for name, number in (data | start | {"w3": start["w1"]}).items()}
# network(**apart).backward()  # two Values of the same number
# assert math.isclose(shared["w1"].grad, apart["w1"].grad + apart["w3"].grad)
# ```
#
# </details>
#
# **3.** Training minimises the sum $\sum_i E(x^{(i)})$ over the samples. Take a second sample $x = (-1, 0.5)$, $y = -1$. How does
# the gradient of the sum follow from those of both samples? Call `backward()` of both errors, one after the other, without
# `grad = None` between. What is in `grad`?
#
# <details><summary>Solution</summary>
#
# The derivative of a sum is the sum of the derivatives. `backward()` adds to what is there, so after both calls `grad` is the
# gradient of the sum. (That is why it has to be set to `None` before the next step.)
#
# ```python
# samples = [data, {"x1": -1.0, "x2": 0.5, "y": -1.0}]
#
# together = {name: Value(number) for name, number in start.items()}
# (network(**samples[0], **together) + network(**samples[1], **together)).backward()
#
# one_by_one = {name: Value(number) for name, number in start.items()}
# for sample in samples:
#     network(**sample, **one_by_one).backward()
#
# for name in start:
#     assert math.isclose(together[name].grad, one_by_one[name].grad, rel_tol=1e-12)
# ```
#
# </details>

# %% [markdown]
# ## What this notebook promises

# %%
fresh = {name: Value(number) for name, number in (data | start).items()}
network(**fresh).backward()
for name, hand in by_hand.items():
    assert math.isclose(fresh[name].grad, hand, rel_tol=1e-12), name
for delta, value in zip([d1, d2, d3, d4, d5], [f, u1, u2, h1, h2], strict=True):
    assert math.isclose(value.grad, delta, rel_tol=1e-12)
for name, value in {"h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f}.items():
    assert math.isclose(value.data, forward[name], rel_tol=1e-12), name

by_tensor = [*W.grad.ravel(), *b.grad, *v.grad, c.grad]
names = ["w1", "w2", "w3", "w4", "b1", "b2", "w5", "w6", "b3"]
assert np.allclose(by_tensor, [by_hand[name] for name in names], rtol=1e-12)
assert verdict.ok
assert all(later < earlier for earlier, later in itertools.pairwise(errors))
assert errors[-1] < 1e-4 * errors[0]
print("all as derived by hand")
