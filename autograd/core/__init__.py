"""The computation graph: its nodes, what is being recorded, and the two sweeps over it."""

from .backward import accumulating, backward, run_hooks
from .effects import Effects, repeatable
from .forward import forward
from .grad_mode import Switch, enable_grad, is_grad_enabled, no_grad, recording
from .node import FREED, Node, Notes, Period, ancestors, clock, zeros_like
from .taken import Taken, given, kept

__all__ = [
    "FREED", "Effects", "Node", "Notes", "Period", "Switch", "Taken", "accumulating", "ancestors", "backward", "clock",
    "enable_grad", "forward", "given", "is_grad_enabled", "kept", "no_grad", "recording", "repeatable", "run_hooks",
    "zeros_like",
]  # fmt: skip
