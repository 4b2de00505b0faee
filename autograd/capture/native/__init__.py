from .machine import NativeMachine

__all__ = ["NativeMachine"]
