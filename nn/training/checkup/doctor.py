"""``nn.doctor``: a model, its loss and a batch are examined once; or a training loop is looked after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from ...module import Module
from .exam import examine
from .finding import Checkup
from .loop import Doctor


@overload
def doctor(model: Module, loss: Callable[..., Any], batch: Any, optimizer: Any = None) -> Checkup: ...
@overload
def doctor(model: Any = None, *, optimizer: Any = None) -> Doctor: ...
@overload
def doctor(model: Any, optimizer: Any, /) -> Doctor: ...
def doctor(model: Any = None, loss: Any = None, batch: Any = None, optimizer: Any = None) -> Checkup | Doctor:
    """Look for the mistakes that trainings are made with; each is told with its line and its fix.

        print(nn.doctor(model, nn.CrossEntropyLoss(), (x, target), adam))   # an examination, before the training

        with nn.doctor(model):                                              # around a loop of your own
            for x, target in batches:
                ...

    ``model``      the model; in the second form also a network of ``nn.scalar`` or a list of parameters
    ``loss``       a function (output, target) that gives one number
    ``batch``      (inputs..., target), as a loader gives it
    ``optimizer``  takes a step on a copy

    The examination runs forward, loss and backward once and returns a ``Checkup``, which prints as a table. Weights,
    running statistics, gradients, generators and modes are afterwards as they were.

    In a loop each kind of mistake is told once, as a ``DoctorWarning``. The first five steps are looked at, later
    ones now and then, for about a hundredth of the time; besides, each step takes some 8 µs longer. A ``Trainer`` is
    looked after in the same way without being asked (``doctor=False`` forbids it), where only the looks cost time.
    """
    if batch is None and optimizer is None and hasattr(loss, "param_groups"):
        loss, optimizer = None, loss
    if loss is None and batch is None:
        return Doctor(model, optimizer)
    if loss is None or batch is None:
        raise TypeError(
            "doctor: to examine a model give it a loss and a batch, doctor(model, loss, (x, target)); around a loop of "
            "your own write with doctor(model):"
        )
    return examine(model, loss, batch, optimizer)
