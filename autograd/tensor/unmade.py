"""A method that is made when it is first asked for: compiling the fast paths would take half of the time to import.

Convention: once made, the method itself stands in the class, and nothing of this is left on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Unmade"]


class Unmade:
    """What stands in a class for a method; it can be called as the method, too."""

    __slots__ = ("make", "name", "owner")

    def __init__(self, make: Callable[[], Callable[..., Any]]) -> None:
        self.make = make

    def stand(self, owner: type, name: str) -> None:
        """Take a place in a class that is there already."""
        setattr(owner, name, self)
        self.__set_name__(owner, name)

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        made: Any = self.make()
        setattr(self.owner, self.name, made)
        return made if instance is None else made.__get__(instance, owner)

    def __call__(self, *args: Any) -> Any:
        return getattr(self.owner, self.name)(*args)
