"""What a function can reach besides its arguments, where that stands, and whether it is as it was."""

from .hidden import Quiet
from .outside import Outside
from .places import MISSING, Contents, Gradient, Item, Numbers, Place, Static
from .straight import MANY, Straight, attribute, key
from .unchanged import same
from .walk import all_numbers

__all__ = [
    "MANY", "MISSING", "Contents", "Gradient", "Item", "Numbers", "Outside", "Place", "Quiet", "Static", "Straight",
    "all_numbers", "attribute", "key", "same",
]  # fmt: skip
