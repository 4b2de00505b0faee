"""Mistakes in training.

Each derivative is right, and yet not what was meant. Where a library can look for such mistakes by itself, it does:
Chalkgrad by `with nn.doctor(model, optimizer):` around the loop.
"""

from __future__ import annotations

from ..judging import Refused, case


@case(right=0.75, why="each step w - 2w/4 halves w: 3, 1.5, 0.75", watched=("chalkgrad",))
class gradients_not_zeroed:
    """`zero_grad()` was forgotten between two steps. (Functions that return gradients have nothing to forget.)"""

    def chalkgrad(np, Tensor, nn, optim):
        w = nn.Parameter(np.array(3.0))
        sgd = optim.SGD([w], lr=0.25)
        with nn.doctor([w], sgd):
            for _ in range(2):
                (w**2).backward()
                sgd.step()
        return w.data

    def pytorch(torch, nn, optim):
        w = nn.Parameter(torch.tensor(3.0))
        sgd = optim.SGD([w], lr=0.25)
        for _ in range(2):
            (w**2).backward()
            sgd.step()
        return w.detach()

    def jax(jax):
        w = 3.0
        for _ in range(2):
            w -= 0.25 * jax.grad(lambda w: w**2)(w)
        return w

    def hips(grad):
        w = 3.0
        for _ in range(2):
            w -= 0.25 * grad(lambda w: w**2)(w)
        return w

    def mygrad(mg):
        w = mg.tensor(3.0)
        for _ in range(2):
            (w**2).backward()
            w.data -= 0.25 * w.grad
        return w.data


@case(right=[[-0.5, 0.5]], why="softmax - (1, 0) at equal scores", watched=("chalkgrad",))
class softmax_twice:
    """The model ends with softmax, and the cross-entropy takes another."""

    def chalkgrad(np, Tensor, nn):
        x = Tensor([[0.0, 0.0]], requires_grad=True)
        with nn.doctor():
            nn.CrossEntropyLoss()(nn.Softmax(axis=1)(x), [0]).backward()
        return x.grad

    def pytorch(torch, nn):
        x = torch.tensor([[0.0, 0.0]], requires_grad=True)
        nn.CrossEntropyLoss()(nn.Softmax(dim=1)(x), torch.tensor([0])).backward()
        return x.grad

    def jax(jax, jnp):
        def loss(x):
            y = jax.nn.softmax(x)
            return -jnp.mean(jax.nn.log_softmax(y)[:, 0])

        return jax.grad(loss)(jnp.array([[0.0, 0.0]]))

    def hips(np, grad):
        def softmax(x):
            y = np.exp(x - np.max(x, axis=1, keepdims=True))
            return y / np.sum(y, axis=1, keepdims=True)

        return grad(lambda x: -np.mean(np.log(softmax(softmax(x)))[:, 0]))(np.array([[0.0, 0.0]]))

    def mygrad(np, mg):
        from mygrad.nnet import softmax
        from mygrad.nnet.losses import softmax_crossentropy

        x = mg.tensor([[0.0, 0.0]])
        softmax_crossentropy(softmax(x), np.array([0])).backward()
        return x.grad


@case(right=[[0.0]], why="each prediction equals its target", watched=("chalkgrad",))
class column_against_row:
    """Predictions of shape (n, 1) minus targets of shape (n,) are a matrix of all differences."""

    def chalkgrad(np, nn):
        w = nn.Parameter(np.array([[1.0]]))
        with nn.doctor([w]):
            y = np.array([[1.0], [2.0], [3.0], [4.0]]) @ w
            np.mean((y - np.array([1.0, 2.0, 3.0, 4.0])) ** 2).backward()
        return w.grad

    def pytorch(torch, nn):
        w = nn.Parameter(torch.tensor([[1.0]]))
        y = torch.tensor([[1.0], [2.0], [3.0], [4.0]]) @ w
        ((y - torch.tensor([1.0, 2.0, 3.0, 4.0])) ** 2).mean().backward()
        return w.grad

    def jax(jax, jnp):
        def loss(w):
            y = jnp.array([[1.0], [2.0], [3.0], [4.0]]) @ w
            return jnp.mean((y - jnp.array([1.0, 2.0, 3.0, 4.0])) ** 2)

        return jax.grad(loss)(jnp.array([[1.0]]))

    def hips(np, grad):
        def loss(w):
            y = np.dot(np.array([[1.0], [2.0], [3.0], [4.0]]), w)
            return np.mean((y - np.array([1.0, 2.0, 3.0, 4.0])) ** 2)

        return grad(loss)(np.array([[1.0]]))

    def mygrad(np, mg):
        w = mg.tensor([[1.0]])
        y = np.array([[1.0], [2.0], [3.0], [4.0]]) @ w
        mg.mean((y - np.array([1.0, 2.0, 3.0, 4.0])) ** 2).backward()
        return w.grad


@case(right=[-1.0, -1.0], why="each weight moves by -lr · 1 in a step")
class layer_replaced_after_its_optimizer:
    """The last layer is replaced, and the optimizer still holds the old one."""

    def chalkgrad(np, nn, optim):
        model = nn.Sequential(nn.Linear(2, 1, bias=False))
        sgd = optim.SGD(model.parameters(), lr=1.0)
        model[0] = nn.Linear(2, 1, bias=False)
        before = model[0].weight.data
        for _ in range(3):
            sgd.zero_grad()
            np.sum(model(np.ones((1, 2), np.float32))).backward()
            sgd.step()
        return (model[0].weight.data - before)[0] / 3

    def pytorch(torch, nn, optim):
        model = nn.Sequential(nn.Linear(2, 1, bias=False))
        sgd = optim.SGD(model.parameters(), lr=1.0)
        model[0] = nn.Linear(2, 1, bias=False)
        before = model[0].weight.detach().clone()
        for _ in range(3):
            sgd.zero_grad()
            model(torch.ones(1, 2)).sum().backward()
            sgd.step()
        return (model[0].weight.detach() - before)[0] / 3

    def jax(jax, jnp):
        model = {"head": jnp.ones(2)}
        model["head"] = before = jnp.zeros(2)
        for _ in range(3):
            slope = jax.grad(lambda model: model["head"] @ jnp.ones(2))(model)
            model = jax.tree.map(lambda w, g: w - 1.0 * g, model, slope)
        return (model["head"] - before) / 3

    def hips(np, grad):
        model = {"head": np.ones(2)}
        model["head"] = before = np.zeros(2)
        for _ in range(3):
            slope = grad(lambda model: np.dot(model["head"], np.ones(2)))(model)
            model = {name: w - 1.0 * slope[name] for name, w in model.items()}
        return (model["head"] - before) / 3

    def mygrad(np, mg):
        model = {"head": mg.tensor(np.ones(2))}
        parameters = list(model.values())
        model["head"] = mg.tensor(np.zeros(2))
        for _ in range(3):
            mg.sum(model["head"] * np.ones(2)).backward()
            for p in parameters:
                if p.grad is not None:
                    p.data -= 1.0 * p.grad
        return model["head"].data / 3


@case(
    right=[0.125], why="w - v/2 and v - w/2 from (1, 1): 1, 0.5, 0.25, 0.125", watched=("chalkgrad",),
    lacks={"hips": "freezes nothing: what is an argument has a gradient"},
)  # fmt: skip
class frozen_by_mistake:
    """A weight was frozen for a first phase, and then forgotten."""

    def chalkgrad(np, nn, optim):
        w, v = nn.Parameter(np.array([1.0])), nn.Parameter(np.array([1.0]))
        w.requires_grad = False
        sgd = optim.SGD([w, v], lr=0.5)
        with nn.doctor([w, v], sgd):
            for _ in range(3):
                sgd.zero_grad()
                np.sum(w * v).backward()
                sgd.step()
        return w.data

    def pytorch(torch, nn, optim):
        w, v = nn.Parameter(torch.tensor([1.0])), nn.Parameter(torch.tensor([1.0]))
        w.requires_grad = False
        sgd = optim.SGD([w, v], lr=0.5)
        for _ in range(3):
            sgd.zero_grad()
            (w * v).sum().backward()
            sgd.step()
        return w.detach()

    def jax(jax, jnp):
        w, v = jnp.array([1.0]), jnp.array([1.0])
        for _ in range(3):
            dw, dv = jax.grad(lambda w, v: jnp.sum(jax.lax.stop_gradient(w) * v), (0, 1))(w, v)
            w, v = w - 0.5 * dw, v - 0.5 * dv
        return w

    def mygrad(mg):
        w, v = mg.tensor([1.0], constant=True), mg.tensor([1.0])
        for _ in range(3):
            mg.sum(w * v).backward()
            for p in (w, v):
                p.data -= 0.5 * p.grad
        return w.data


@case(right=[0.125], why="w - v/2 and v - w/2 from (1, 1): 1, 0.5, 0.25, 0.125", watched=("chalkgrad",))
class hidden_layer_cut:
    """The numbers of the hidden layer were taken out for a look, and those went on."""

    def chalkgrad(np, nn, optim):
        w, v = nn.Parameter(np.array([1.0])), nn.Parameter(np.array([1.0]))
        sgd = optim.SGD([w, v], lr=0.5)
        with nn.doctor([w, v], sgd):
            for _ in range(3):
                h = (w * 1.0).data
                sgd.zero_grad()
                np.sum(h * v).backward()
                sgd.step()
        return w.data

    def pytorch(torch, nn, optim):
        w, v = nn.Parameter(torch.tensor([1.0])), nn.Parameter(torch.tensor([1.0]))
        sgd = optim.SGD([w, v], lr=0.5)
        for _ in range(3):
            h = (w * 1.0).data
            sgd.zero_grad()
            (h * v).sum().backward()
            sgd.step()
        return w.detach()

    def jax(np, jax, jnp):
        def loss(w, v):
            h = np.asarray(w * 1.0)
            return jnp.sum(h * v)

        w, v = jnp.array([1.0]), jnp.array([1.0])
        for _ in range(3):
            dw, dv = jax.grad(loss, (0, 1))(w, v)
            w, v = w - 0.5 * dw, v - 0.5 * dv
        return w

    def hips(np, numpy, grad):
        def loss(weights):
            w, v = weights
            h = numpy.asarray(w * 1.0)
            return np.sum(h * v)

        w, v = np.array([1.0]), np.array([1.0])
        for _ in range(3):
            dw, dv = grad(loss)((w, v))
            w, v = w - 0.5 * dw, v - 0.5 * dv
        return w

    def mygrad(mg):
        w, v = mg.tensor([1.0]), mg.tensor([1.0])
        for _ in range(3):
            h = (w * 1.0).data
            mg.sum(h * v).backward()
            for p in (w, v):
                if p.grad is not None:
                    p.data -= 0.5 * p.grad
        return w.data


def logs(lib, x):
    """log softmax of each row."""
    return x - lib.log(lib.sum(lib.exp(x), axis=1))[:, None]


@case(right=Refused(), why="there is no class -1")
class label_minus_one:
    """Labels that count from 1 were made to count from 0 twice: -1 is the last class to NumPy."""

    def chalkgrad(np, Tensor, nn):
        x = Tensor([[0.0, 0.0, 0.0]], requires_grad=True)
        nn.CrossEntropyLoss()(x, np.array([-1])).backward()
        return x.grad

    def pytorch(torch, nn):
        x = torch.tensor([[0.0, 0.0, 0.0]], requires_grad=True)
        nn.CrossEntropyLoss()(x, torch.tensor([-1])).backward()
        return x.grad

    def jax(jax, jnp):
        labels = jnp.array([-1])
        return jax.grad(lambda x: -jnp.mean(jax.nn.log_softmax(x)[jnp.arange(1), labels]))(jnp.zeros((1, 3)))

    def hips(np, grad):
        labels = np.array([-1])
        return grad(lambda x: -np.mean(logs(np, x)[np.arange(1), labels]))(np.zeros((1, 3)))

    def mygrad(np, mg):
        from mygrad.nnet.losses import softmax_crossentropy

        x = mg.tensor([[0.0, 0.0, 0.0]])
        softmax_crossentropy(x, np.array([-1])).backward()
        return x.grad


@case(right=Refused(), why="there are the classes 0, 1 and 2")
class label_too_large:
    """Labels count from 1 to 3."""

    def chalkgrad(np, Tensor, nn):
        x = Tensor([[0.0, 0.0, 0.0]], requires_grad=True)
        nn.CrossEntropyLoss()(x, np.array([3])).backward()
        return x.grad

    def pytorch(torch, nn):
        x = torch.tensor([[0.0, 0.0, 0.0]], requires_grad=True)
        nn.CrossEntropyLoss()(x, torch.tensor([3])).backward()
        return x.grad

    def jax(jax, jnp):
        labels = jnp.array([3])
        return jax.grad(lambda x: -jnp.mean(jax.nn.log_softmax(x)[jnp.arange(1), labels]))(jnp.zeros((1, 3)))

    def hips(np, grad):
        labels = np.array([3])
        return grad(lambda x: -np.mean(logs(np, x)[np.arange(1), labels]))(np.zeros((1, 3)))

    def mygrad(np, mg):
        from mygrad.nnet.losses import softmax_crossentropy

        x = mg.tensor([[0.0, 0.0, 0.0]])
        softmax_crossentropy(x, np.array([3])).backward()
        return x.grad


WATCH = ("chalkgrad", "pytorch", "jax")


@case(right=Refused(), why="there is no number to move the weights by", watched=WATCH)
class missing_measurement:
    """One measurement is NaN, and after a step all weights are. (Where a library can watch for NaN, it does.)"""

    def chalkgrad(np, Tensor, nn, optim):
        w = nn.Parameter(np.array([1.0, 1.0]))
        sgd = optim.SGD([w], lr=0.1)
        with nn.doctor([w], sgd):
            np.mean((np.array([[1.0, np.nan], [1.0, 2.0]]) @ w) ** 2).backward()
            sgd.step()
        return w.data

    def pytorch(torch, nn, optim):
        w = nn.Parameter(torch.tensor([1.0, 1.0]))
        sgd = optim.SGD([w], lr=0.1)
        with torch.autograd.detect_anomaly():
            ((torch.tensor([[1.0, torch.nan], [1.0, 2.0]]) @ w) ** 2).mean().backward()
        sgd.step()
        return w.detach()

    def jax(jax, jnp):
        w = jnp.array([1.0, 1.0])
        with jax.debug_nans(True):
            return w - 0.1 * jax.grad(lambda w: jnp.mean((jnp.array([[1.0, jnp.nan], [1.0, 2.0]]) @ w) ** 2))(w)

    def hips(np, grad):
        w = np.array([1.0, 1.0])
        return w - 0.1 * grad(lambda w: np.mean(np.dot(np.array([[1.0, np.nan], [1.0, 2.0]]), w) ** 2))(w)

    def mygrad(np, mg):
        w = mg.tensor([1.0, 1.0])
        mg.mean((np.array([[1.0, np.nan], [1.0, 2.0]]) @ w) ** 2).backward()
        w.data -= 0.1 * w.grad
        return w.data
