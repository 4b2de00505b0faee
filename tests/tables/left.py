"""Programs whose error Python or NumPy words: what the note of ``autograd.debug()`` must say besides.

Convention: W (3, 4) and b (4,) are tracked and X (2, 3) is an array, v a Value. The words after the program stand in
the note; "line n" means the text of the program's line n, counted from 1.
"""

from __future__ import annotations

LEFT: dict[str, tuple[str, list[str]]] = {
    "data": (
        "pred = X @ W + b\nloss = ((pred.data - 1) ** 2).mean()\nloss.backward()",
        ["line 2", "'add' (2, 4)", "'W'", "leave out .data"],
    ),
    "data, further up": ("h = (X @ W).data\ny = np.tanh(h)\nz = y * 2\nz.sum().backward()", ["line 1", "'matmul'"]),
    "the line that feeds it": (
        "x = b.data\npred = X @ W\ny = pred.numpy()\nz = b.data\nloss = y.sum()\nloss.backward()",
        ["line 3", "t.numpy()"],
    ),
    "numpy()": ("loss = (X @ W).sum().numpy()\nloss.backward()", ["line 1", "leave out .numpy()"]),
    "item": (
        "total = 0.0\nfor _ in range(3):\n    total += (X @ W).sum().item()\ntotal.backward()",
        ["line 3", "3 times", ".item()", "printed"],
    ),
    "tolist": ("rows = (X @ W).tolist()\nrows.backward()", ["line 1", "t.tolist()"]),
    "float": ("with autograd.no_grad():\n    loss = float((W * W).sum())\nloss.backward()", ["line 2", "no_grad()"]),
    "asarray": ("with autograd.no_grad():\n    y = np.asarray(W)\ny.mean().backward()", ["line 2", "np.asarray(t)"]),
    "argmax": ("hits = (X @ W).argmax(1) == 1\nhits.mean().backward()", ["line 1", "has no derivative"]),
    "np.argmax": ("hits = np.argmax(X @ W, 1) == 1\nhits.mean().backward()", ["line 1", "has no derivative"]),
    "comparison": ("hits = (X @ W > 0).mean()\nhits.backward()", ["line 1", "t > u", "has no derivative"]),
    "in a function": (
        "def net(x):\n    return np.exp((x @ W).data)\n\nloss = net(X).sum()\nloss.backward()",
        ["line 2", "'W'"],
    ),
    "a list": ("losses = [(W * W).sum(), (b * b).sum()]\nlosses.backward()", ["holds tensors", "np.stack"]),
    "nothing tracked": ("loss = (X @ np.ones((3, 4))).sum()\nloss.backward()", ["requires_grad=True"]),
    "Value.data": ("y = v.data * 2\ny.backward()", ["line 1", "leave out .data", "'v' = 0.5"]),
    "Value in a sum": ("y = v * v\nz = y.item() + 1\nz.backward()", ["line 2", "'multiply' = 0.25"]),
    "another attribute": ("y = (W * 2).data\ny.retain_grad()", ["line 1"]),
    "None": ("def loss_of(x):\n    (x @ W).sum()\n\nloss = loss_of(X)\nloss.backward()", ["'loss' is None", "return"]),
    "grad before backward": ("W.data = W.data - 0.1 * W.grad", ["W.grad is None", "no backward() was called"]),
    "grad of what is cut": (
        "loss = (X @ W + b.data).sum()\nloss.backward()\nb.data = b.data - 0.1 * b.grad",
        ["b.grad is None", "line 2", "'W'", "line 1", "leave out .data"],
    ),
    "grad of what is not used": (
        "loss = (W * W).sum()\nloss.backward()\nb.grad + 1",
        ["b.grad is None", "line 2", "is it used"],
    ),
    "grad of what was replaced": (
        "w = W\nfor _ in range(2):\n    (w * w).sum().backward()\n    w = w - 0.1 * w.grad",
        ["no leaf", "'subtract'", "line 4", "w.data = w.data"],
    ),
    "grad that was set to None": ("(W * W).sum().backward()\nW.grad = None\nW.grad * 2", ["set to None", "line 1"]),
    "grad of what needs none": ("c = Tensor(X)\n-c.grad", ["requires_grad=True"]),
    "grad in a variable": ("g = W.grad\n2.0 * g", ["W.grad is None"]),
    "zero_ of None": ("W.grad.zero_()", ["W.grad is None"]),
    "grad within no_grad": (
        "with autograd.no_grad():\n    h = X @ W\n(h * b).sum().backward()\nW.grad * 1.0",
        ["W.grad is None", "line 2", "no_grad()", "'b'"],
    ),
    "detached": ("loss = ((X @ W).detach() ** 2).sum()\nloss.backward()", ["line 1", "t.detach()"]),
}
