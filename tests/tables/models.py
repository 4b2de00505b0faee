"""Two networks that PyTorch trained, whose weights lie in ``tests/reference`` as safetensors: a LeNet and an LSTM.

Convention: a network is built by the same words from ``nn`` and from ``torch.nn``; ``make reference NAMES=models``
trains both anew and keeps, with the weights, what PyTorch makes of a few inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..reference import HERE


def lenet(library: Any) -> Any:
    """LeCun's network of 1998, small and with batch normalisation: images (n, 1, 16, 16) to 4 classes."""
    return library.Sequential(
        library.Conv2d(1, 4, 5, padding=2),
        library.BatchNorm2d(4),
        library.Tanh(),
        library.MaxPool2d(2),
        library.Conv2d(4, 8, 5),
        library.Tanh(),
        library.MaxPool2d(2),
        library.Flatten(),
        library.Linear(32, 24),
        library.Tanh(),
        library.Linear(24, 4),
    )


def lstm(library: Any) -> Any:
    """Sequences of tokens (n, t) to 2 classes, by two layers that read in both directions."""

    class Reader(library.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()  # PyTorch asks for it
            self.embedding = library.Embedding(6, 6)
            self.lstm = library.LSTM(6, 8, num_layers=2, batch_first=True, bidirectional=True)
            self.head = library.Linear(16, 2)

        def forward(self, tokens: Any) -> Any:
            y, _ = self.lstm(self.embedding(tokens))
            return self.head(y.mean(1))

    return Reader()


def bars(count: int, rng: Any) -> tuple[Any, Any]:
    """Noisy images of a bar that lies, rises, stands or falls, and which of the four it is."""
    kinds = rng.integers(0, 4, count)
    down, right = np.mgrid[-7.5:8, -7.5:8]
    angles = kinds[:, None, None] * np.pi / 4 + rng.normal(0, 0.1, (count, 1, 1))
    away = np.abs(np.cos(angles) * (down - rng.normal(0, 2, (count, 1, 1))) + np.sin(angles) * right)
    images = np.exp(-(away**2) / 2) + rng.normal(0, 0.2, away.shape)
    return images[:, None].astype(np.float32), kinds


def sentences(count: int, rng: Any) -> tuple[Any, Any]:
    """Sequences of 12 tokens, and whether the first 1 in them stands before the first 2."""
    tokens = rng.integers(0, 6, (count, 12))
    tokens[np.arange(count), rng.integers(0, 12, count)] = 1  # there is one, unless a 2 takes its place
    tokens[np.arange(count), rng.integers(0, 12, count)] = 2
    first = [np.argmax(np.concatenate([tokens == token, np.ones((count, 1), bool)], 1), 1) for token in (1, 2)]
    return tokens, (first[0] < first[1]).astype(int)


MODELS: dict[str, tuple[Callable[[Any], Any], Callable[[int, Any], tuple[Any, Any]]]] = {
    "lenet": (lenet, bars),
    "lstm": (lstm, sentences),
}


def reference(torch: Any) -> dict[str, Any]:
    """Train both, write their weights, and return inputs, classes and outputs."""
    from safetensors.torch import save_file

    found = {}
    torch.set_default_dtype(torch.float32)
    for name, (build, draw) in MODELS.items():
        torch.manual_seed(0)
        rng = np.random.default_rng(0)
        model, loss = train(torch, build(torch.nn), *draw(512, rng))
        x, kinds = draw(16, rng)
        with torch.no_grad():
            y = model.eval()(torch.tensor(x)).numpy()
        print(f"{name}: loss {loss:.4f}, {np.mean(y.argmax(1) == kinds):.0%} of {len(x)} inputs right")
        save_file(model.state_dict(), HERE / f"{name}.safetensors", metadata={"format": "pt"})
        found |= {f"{name}/x": x, f"{name}/kinds": kinds, f"{name}/y": y}
    torch.set_default_dtype(torch.float64)
    return found


def train(torch: Any, model: Any, x: Any, kinds: Any) -> tuple[Any, float]:
    """The model after 40 epochs of Adam, and its last loss."""
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    loss = torch.zeros(())
    for _ in range(40):
        for start in range(0, len(x), 32):
            batch = torch.tensor(x[start : start + 32]), torch.tensor(kinds[start : start + 32])
            loss = torch.nn.functional.cross_entropy(model(batch[0]), batch[1])
            adam.zero_grad()
            loss.backward()
            adam.step()
    return model, loss.item()
