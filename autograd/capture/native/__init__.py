"""The extra ``fast``: one compiled loop over the words of a program."""

from .machine import NativeMachine

__all__ = ["NativeMachine"]
