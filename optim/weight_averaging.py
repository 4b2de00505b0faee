"""Averages of the weights over training: often better than the final weights.

Convention: the averages stand beside the parameters, which train on; ``with average.applied():`` evaluates with them.
Those of half precision are kept in single: most of their steps are smaller than the distance of half's numbers.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from autograd import Value
from autograd.declare import copied
from autograd.typing import NDArray

from .options import Parameter, in_order
from .state_dict import like, loading, owned

__all__ = ["EMA", "SWA"]


class HasNames(Protocol):
    """A module, as far as averaging knows it."""

    def named_parameters(self) -> Iterable[tuple[str, Parameter]]: ...
    def named_buffers(self) -> Iterable[tuple[str, Parameter]]: ...


class Average:
    """a ← a + share(n) (x - a) at the n-th call of ``update``, a ← x at the first; a subclass gives the share.

    ``model_or_parameters``  a module, or tensors and Values
    ``use_buffers``          averages a module's buffers too, such as the running means of batch normalisation; to
                             compute those for the averages, call the module in training mode inside ``applied()``
    """

    def __init__(self, model_or_parameters: HasNames | Iterable[Parameter], use_buffers: bool = False) -> None:
        given: Any = model_or_parameters
        self.model: HasNames | None = given if hasattr(given, "named_parameters") else None
        self.use_buffers, self._warned = use_buffers, False
        if self.model is None:
            self.params: dict[str, Parameter] = {str(k): p for k, p in enumerate(in_order(type(self).__name__, given))}
        else:
            self.params = self._found()
        if not self.params:
            raise ValueError(f"{type(self).__name__} was given no parameters (an exhausted generator?)")
        self.n_averaged = 0
        self.averages: dict[str, NDArray[Any]] = {name: _copy(p) for name, p in self.params.items()}
        self._own: dict[str, Any] | None = None  # the parameters' numbers while the averages are in their place

    def _found(self) -> dict[str, Parameter]:
        """What the model has to average now."""
        if self.model is None:
            return {}
        return dict(self.model.named_parameters()) | dict(self.model.named_buffers() if self.use_buffers else ())

    def _warn_of_replaced(self, call: str) -> None:
        """Warn once if the model has other tensors than those that are averaged."""
        if self.model is None or self._warned:
            return
        ours, theirs = self.params, self._found()
        names = [name for name in theirs if theirs[name] is not ours.get(name)]
        names += [name for name in ours if name not in theirs]
        if names:
            self._warned = True
            kind = type(self).__name__
            shown = ", ".join(names[:3]) + (f", ... ({len(names)})" if len(names) > 3 else "")
            warnings.warn(
                f"{kind}.{call}: {shown} of the model are no longer the tensors that it averages. Were layers "
                f"replaced, renamed or added after it was made? Make it anew: {kind}(model)",
                stacklevel=3,
            )

    def share(self, n: int) -> float:
        """The weight of the n-th update, from 1."""
        raise NotImplementedError

    def update(self) -> None:
        """Average in the parameters as they are now."""
        if self._own is not None:
            raise RuntimeError(
                f"{type(self).__name__}.update: the parameters are replaced by the averages; restore() first"
            )
        self.n_averaged += 1
        if not self.n_averaged & (self.n_averaged - 1):  # the 1st, 2nd, 4th, ...: to look costs as much as to average
            self._warn_of_replaced("update")
        share = 1.0 if self.n_averaged == 1 else self.share(self.n_averaged)
        for name, p in self.params.items():
            average = self.averages[name]
            if average.dtype.kind in "fc":
                average += share * (p.data - average)
            else:
                average[...] = p.data

    def apply(self) -> None:
        """Set the parameters to the averages, until ``restore``."""
        if self._own is None:
            self._warn_of_replaced("apply")
            self._own = {name: p.data for name, p in self.params.items()}
            self._assign(self.averages)

    def restore(self) -> None:
        """Give the parameters their own numbers back."""
        if self._own is not None:
            self._assign(self._own)
            self._own = None

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Set the parameters to the averages inside a ``with`` block."""
        self.apply()
        try:
            yield
        finally:
            self.restore()

    def _assign(self, numbers: Mapping[str, Any]) -> None:
        for name, p in self.params.items():
            if isinstance(p, Value):
                p.data = float(numbers[name])
            else:
                p.data = numbers[name]

    def state_dict(self) -> dict[str, Any]:
        """The number of updates, and copies of the averages by name."""
        return {"n_averaged": self.n_averaged, "averages": {name: a.copy() for name, a in self.averages.items()}}

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        vars(self).update(attributes)
        self.averages = {name: owned(average) for name, average in self.averages.items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Resume from a ``state_dict``. If anything does not fit, raise a ValueError and load nothing."""
        with loading(self):
            given = state_dict["averages"]
            shapes = {name: np.shape(a) for name, a in given.items()}
            if shapes != {name: a.shape for name, a in self.averages.items()}:
                raise ValueError(
                    f"it averages {', '.join(f'{name} {a.shape}' for name, a in self.averages.items())}, the state has "
                    f"{', '.join(f'{name} {shape}' for name, shape in shapes.items())}"
                )
            self.n_averaged = int(like(self.n_averaged, state_dict["n_averaged"], "n_averaged"))
            self.averages = {name: np.array(given[name], a.dtype, like=a) for name, a in self.averages.items()}


def _copy(p: Parameter) -> NDArray[Any]:
    copy = copied(p.data)
    return copy.astype(np.float32) if copy.dtype.char == "e" else copy


class EMA(Average):
    """a ← decay a + (1 - decay) x, starting from the first x: an exponential moving average.

    ``model_or_parameters``  a module, or tensors and Values
    ``decay``                the share of a that each update keeps, in [0, 1]
    ``use_buffers``          averages a module's buffers too (see ``Average``)

    Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992, in the form of Tarvainen and
    Valpola, "Mean teachers are better role models", 2017.
    """

    def __init__(
        self, model_or_parameters: HasNames | Iterable[Parameter], decay: float = 0.999, use_buffers: bool = False
    ) -> None:
        if not 0 <= decay <= 1:
            raise ValueError(f"EMA: decay must be in [0, 1], got {decay}")
        self.decay = decay
        super().__init__(model_or_parameters, use_buffers)

    def share(self, n: int) -> float:
        return 1 - self.decay


class SWA(Average):
    """a = the mean of x over all updates: stochastic weight averaging, one update an epoch towards the end.

    ``model_or_parameters``  a module, or tensors and Values
    ``use_buffers``          averages a module's buffers too (see ``Average``)

    Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018.
    """

    def share(self, n: int) -> float:
        return 1 / n
