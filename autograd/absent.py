"""Names that are not there: what to write instead, or which name was meant.

Convention: a name that a class lacks stands on it as an attribute that raises AttributeError with the advice, so that
``hasattr`` says no and the attributes that it does have cost nothing more. A module asks where a look-up has failed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

__all__ = ["absent_names", "lacks", "nearest", "point_elsewhere", "without"]

ADVICE: dict[str, dict[str, str]] = {}  # what was given for each class and module, for the documentation


class Absent:
    """A name that a class does not have."""

    def __init__(self, owner: type, name: str, instead: str) -> None:
        self.owner, self.name, self.instead = owner, name, instead

    def error(self, kind: type, thing: Any) -> AttributeError:
        advice = f"Leave it out{self.instead[7:]}" if self.instead.startswith("nothing: ") else f"Write {self.instead}"
        text = f"'{kind.__name__}' object has no attribute '{self.name}'. {advice}"
        return AttributeError(text, name=self.name, obj=thing)

    def __get__(self, instance: Any, owner: type) -> Any:
        raise self.error(owner, instance)


class Slotless(Absent):
    """The same on a class whose objects take no other attributes: neither can it be assigned."""

    def __set__(self, instance: Any, value: Any) -> None:
        raise self.error(type(instance), instance)


def point_elsewhere(kind: type, instead: Mapping[str, str], slotless: bool = False) -> None:
    """Give a class the names that it lacks; several names of one advice are separated by spaces."""
    ADVICE[kind.__name__] = {**ADVICE.get(kind.__name__, {}), **instead}
    there = {name for k in kind.__mro__ for name in vars(k)}
    for names, advice in instead.items():
        for name in names.split():
            if name not in there:
                setattr(kind, name, (Slotless if slotless else Absent)(kind, name, advice))


def without(thing: Any, names: Iterable[str]) -> list[str]:
    """The names of an object's ``dir`` but for those that it lacks."""
    found: dict[str, Any] = {}
    for kind in reversed(type(thing).__mro__):
        found.update(vars(kind))
    return [name for name in names if not isinstance(found.get(name), Absent)]


def _static(kind: type, name: str) -> Any:
    return next((vars(k)[name] for k in kind.__mro__ if name in vars(k)), None)


def lacks(thing: Any, name: str) -> AttributeError:
    """The error for a name that an object does not have, where its class looks for names itself."""
    kind: Any = type(thing)
    absent = _static(kind, name)
    if isinstance(absent, Absent):
        return absent.error(kind, thing)
    return AttributeError(
        f"'{kind.__name__}' object has no attribute '{name}'{_near(kind, name)}", name=name, obj=thing
    )


@lru_cache(256)  # ``hasattr`` asks for the same names again and again, and reads no text
def _near(kind: type, name: str) -> str:
    """Which names of a class may have been meant."""
    return meant(name, [other for other in dir(kind) if not isinstance(_static(kind, other), Absent)], {})


def absent_names(module: str, words: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's ``__getattr__``: the error says what a word of other libraries is here, or which name is near."""
    ADVICE[module] = dict(words)
    advice = {name: text for names, text in words.items() for name in names.split()}

    def __getattr__(name: str) -> Any:
        known = getattr(sys.modules[module], "__all__", None) or vars(sys.modules[module])
        raise AttributeError(
            f"module {module!r} has no attribute {name!r}" + meant(name, known, advice),
            name=name,
            obj=sys.modules[module],
        )

    return __getattr__


def nearest(word: str, known: Iterable[str], count: int = 1, alike: float = 0.6) -> list[str]:
    """The known words that are most like one that is not known; 1 is the same word, 0 one without a letter of it.

    ``difflib`` is imported at the first mistake, because most programs run without one.
    """
    found: list[str] = importlib.import_module("difflib").get_close_matches(word, list(known), count, alike)
    return found


def meant(name: str, known: Iterable[str], advice: Mapping[str, str]) -> str:
    """ ". Write ..." or ". Did you mean ...?"; "" where nothing is near."""
    if name.startswith("_"):  # Python and tools ask for these
        return ""
    if name in advice:
        return f". Write {advice[name]}"
    plain = {other.lower().replace("_", ""): other for other in known if not other.startswith("_")}
    sought = name.lower().replace("_", "")
    near = [sought] if sought in plain else nearest(sought, plain, 3, 0.75)
    if sought not in plain and len(sought) > 2:
        near += [p for p in plain if p.startswith(sought) and p not in near][: 3 - len(near)]
    return f". Did you mean {' or '.join(plain[p] for p in near)}?" if near else ""
