"""Whether a model is measured in training mode, or trained in eval mode, in a loop of one's own.

Convention: what the model gives in training mode must be used in what is recorded; if nothing has used it when the next
step is made, it was measured. Calls whose result the program ignores compute running statistics anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Tensor
from autograd.core import recording, users_line

from ...module import Module
from ..watching.outputs import parts
from .finding import Finding, Tell, harmless
from .frames import ignored
from .patient import Patient
from .sight import Sight

PATIENCE = 2  # steps in a row in eval mode


class Modes:
    """The calls of a model that has a layer, ``modal``, which acts otherwise in training mode.

    ``look``  begins a look, and gives it; asked for where there is none
    """

    works = True

    def __init__(self, patient: Patient, look: Callable[[], Sight], tell: Tell) -> None:
        self.look, self.tell = look, tell
        self.sight: Sight | None = None
        self.modal = patient.modal()
        self.calm = self.trained = 0  # recorded calls in this step, in eval mode and in training mode
        self.in_a_row = 0  # steps in eval mode
        self._handle = patient.model.register_forward_hook(self._called) if self.modal else None

    def leave(self) -> None:
        """Hear no more."""
        if self._handle is not None:
            self._handle.remove()

    @harmless
    def _called(self, module: Module, inputs: tuple[Any, ...], output: Any) -> None:
        """The model was called."""
        if not module.training:
            self.calm += recording.on
        elif recording.on:
            self.trained += 1
            if self.sight is not None:
                _await(self.sight, output)
        elif not ignored():
            _await(self.sight or self.look(), output)

    def judge(self) -> None:
        """After a step: was the model measured in training mode, or trained in eval mode?"""
        sight = self.sight
        if sight is not None and sight.awaited:
            self.tell(
                Finding(
                    "evaluation in training mode", "warning",
                    f"the model is called in training mode, and what it gives is not trained with: its {self.modal} "
                    "acts on what is measured",
                    "write model.eval() before the evaluation, with autograd.no_grad(): around it, and model.train() "
                    "after",
                    sight.awaited[0][1],
                )
            )  # fmt: skip
            sight.awaited = []
        self.in_a_row = self.in_a_row + 1 if self.calm and not self.trained else 0
        self.calm = self.trained = 0
        if self.in_a_row >= PATIENCE:
            self.tell(
                Finding(
                    "training in eval mode", "warning",
                    f"the model is trained in eval mode, in which its {self.modal} does nothing of what it is there "
                    "for",
                    "write model.train() before the training, and again after each evaluation",
                    users_line(),
                )
            )  # fmt: skip


def _await(sight: Sight, output: Any) -> None:
    """From now on, something recorded should use this output."""
    arrays = [part._array for part in parts(output) if isinstance(part, Tensor)]
    if arrays:
        sight.awaited.append((arrays, users_line()))
