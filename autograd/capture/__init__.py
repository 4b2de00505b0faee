"""Ordinary functions recorded once as programs of NumPy calls, and the machines that run these.

``autograd.capture`` is this package and the function ``capture`` in one: the package can be called.
"""

import sys
from types import ModuleType

from .captured import Captured, capture

__all__ = ["Captured", "capture"]


class Package(ModuleType):
    """A package that is called as its function of the same name."""

    __call__ = staticmethod(capture)
    __wrapped__ = staticmethod(capture)


sys.modules[__name__].__class__ = Package
__doc__ = capture.__doc__ or __doc__
