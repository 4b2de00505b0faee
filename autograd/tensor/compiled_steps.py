"""Recorded steps as text, in which fast paths are written, and how a text becomes a method when it is first asked for.

Convention: a step is written as text and compiled, as ``collections.namedtuple`` does it, because at the size of a few
numbers every Python step costs as much as the arithmetic (closures took up to 1.07 times as long). To compile them all
would take half of the time to import. A text finds its names in the file in which it stands; ``inspect.getsource`` and
tracebacks show it.
"""

from __future__ import annotations

import functools
import linecache
from collections.abc import Callable
from types import CodeType
from typing import Any

from ..declare import Operation

# The end of each text: a result and its node. Node's own __init__ is written out: calling it is a fortieth of a whole
# step, forward and back. A file with such texts has the names Node, Tensor, clock, grad_mode, new and recording.
RESULT = """
        out = new(Tensor)
        out._array = y
        out._family = None"""
NODE = """
        out.node = node = new(Node)
        node.op = operation
        node.inputs = ({inputs},)
        node._saved = {saved}
        node.shape = {shape}
        node.fits = {fits}
        node.made = clock.now
        node.waiting = 0
        if grad_mode.switches and recording.note is not None:
            recording.note(node, y, ({given},), {{}})
        return out
    return tensor_{name}
"""

FIELDS = ("co_names", "co_varnames", "co_freevars", "co_cellvars")


def compiled(text: str, names: dict[str, Any], operation: Operation, **parts: str) -> Callable[..., Any]:
    """Compile the text of a function for an operation, with the ``names`` of the file in which the text stands.

    ``linecache`` has its lines under a file name of their own.
    """
    fits = "()\n        node.notes = None" if operation.selects else "node.notes = None"
    text = text.format(name="NAME", fits=fits, **parts).strip() + "\n"
    file = f"<{names['__name__']}: {operation.name}>"
    lines = text.replace("NAME", operation.name).splitlines(keepends=True)
    linecache.cache[file] = len(text), None, lines, file
    place: dict[str, Any] = {}
    exec(_named(_code(text), operation.name, file), names, place)
    call: Callable[..., Any] = place["make"](operation, operation.forward)
    call.__name__ = call.__qualname__ = operation.name
    return call


@functools.cache
def _code(text: str) -> CodeType:
    """Operations whose text differs only in the name share one compilation, which takes most of the time."""
    return compile(text, "NAME", "exec")


def _named(code: CodeType, name: str, file: str) -> CodeType:
    """The same code with the name of an operation in it."""
    names: Any = {field: tuple(n.replace("NAME", name) for n in getattr(code, field)) for field in FIELDS}
    consts = tuple(_named(c, name, file) if isinstance(c, CodeType) else c for c in code.co_consts)
    return code.replace(co_name=code.co_name.replace("NAME", name), co_filename=file, co_consts=consts, **names)


def saved(operation: Operation, variables: dict[str, str], nodes: list[str]) -> str:
    """The text of ``node._saved``: each need by its variable, or None where no tracked input's rule names it."""
    found = []
    for need in operation.needs:
        unused = [f"{nodes[i]} is None" for i in sorted(need.pulls) if len(nodes) > 1]
        found.append(f"None if {' and '.join(unused)} else {variables[need.name]}" if unused else variables[need.name])
    return f"({', '.join(found)},)" if found else "None"


class Unmade:
    """What stands in a class for a method until that is first asked for; it can be called as the method, too.

    Once made, the method itself stands in the class, and nothing of this is left on its way.
    """

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
