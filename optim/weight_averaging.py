"""Averages of the weights along the way: often better than where the way ends.

Convention: the averages lie beside the parameters, which train on; ``with average.applied():`` evaluates with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Value


class Average:
    """The average of parameters over all calls of ``update``; a subclass says how much each call counts.

    Give a module, or parameters (tensors and Values). A module's buffers are not averaged, except with ``use_buffers``.
    The running means of batch normalisation are such: those of the averages are found with
    ``use_buffers``, inside ``applied()``, by calling the module in training mode.
    """

    def __init__(self, model_or_parameters: Any, use_buffers: bool = False) -> None:
        if hasattr(model_or_parameters, "named_parameters"):
            self.params: dict[str, Any] = dict(model_or_parameters.named_parameters())
            self.params |= model_or_parameters.named_buffers() if use_buffers else ()
        else:
            self.params = {str(k): p for k, p in enumerate(model_or_parameters)}
        if not self.params:
            raise ValueError(f"{type(self).__name__} was given no parameters (a generator that is used up?)")
        self.n_averaged = 0
        self.averages = {name: np.array(p.data) for name, p in self.params.items()}
        self._own: dict[str, Any] | None = None  # the parameters' numbers while the averages are in their place

    def share(self, n: int) -> float:
        """How much of the average the n-th update is, from 1."""
        raise NotImplementedError

    def update(self) -> None:
        """Let the parameters, as they are now, enter the average."""
        if self._own is not None:
            raise RuntimeError(
                f"{type(self).__name__}.update: the averages are in the parameters' place; restore() first"
            )
        self.n_averaged += 1
        share = 1.0 if self.n_averaged == 1 else self.share(self.n_averaged)
        for name, p in self.params.items():
            average = self.averages[name]
            if average.dtype.kind in "fc":
                average += share * (p.data - average)
            else:
                average[...] = p.data

    def apply(self) -> None:
        """Put the averages in the parameters' place."""
        if self._own is None:
            self._own = {name: p.data for name, p in self.params.items()}
            self._assign(self.averages)

    def restore(self) -> None:
        """Give the parameters their own numbers back."""
        if self._own is not None:
            self._assign(self._own)
            self._own = None

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside the block, the parameters are the averages."""
        self.apply()
        try:
            yield
        finally:
            self.restore()

    def _assign(self, numbers: Mapping[str, Any]) -> None:
        for name, p in self.params.items():
            p.data = float(numbers[name]) if isinstance(p, Value) else numbers[name]

    def state_dict(self) -> dict[str, Any]:
        """How often it was updated, and the averages by name, copied."""
        return {"n_averaged": self.n_averaged, "averages": {name: a.copy() for name, a in self.averages.items()}}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from the numbers of a ``state_dict``: all, or where something does not fit, none."""
        given = state_dict["averages"]
        shapes = {name: np.shape(a) for name, a in given.items()}
        if shapes != {name: a.shape for name, a in self.averages.items()}:
            raise ValueError(
                f"load_state_dict of {type(self).__name__}, nothing was loaded: it averages "
                f"{', '.join(f'{name} {a.shape}' for name, a in self.averages.items())}, the state has "
                f"{', '.join(f'{name} {shape}' for name, shape in shapes.items())}"
            )
        self.n_averaged = int(state_dict["n_averaged"])
        self.averages = {name: np.array(given[name], dtype=a.dtype) for name, a in self.averages.items()}


class EMA(Average):
    """a ← decay a + (1 - decay) x, beginning with the first x: an exponential moving average.

    Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992, in the form that Tarvainen and
    Valpola, "Mean teachers are better role models", 2017, use.
    """

    def __init__(self, model_or_parameters: Any, decay: float = 0.999, use_buffers: bool = False) -> None:
        if not 0 <= decay <= 1:
            raise ValueError(f"EMA: decay must be in [0, 1], got {decay}")
        self.decay = decay
        super().__init__(model_or_parameters, use_buffers)

    def share(self, n: int) -> float:
        return 1 - self.decay


class SWA(Average):
    """a = the mean of the x of all updates: stochastic weight averaging, one update an epoch towards the end.

    Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018.
    """

    def share(self, n: int) -> float:
        return 1 / n
