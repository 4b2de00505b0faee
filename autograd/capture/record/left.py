"""What a call has left: ordinary numbers are put back, and what the function put in their places is an effect.

Convention: a change that a program cannot make gives the tape up; it is made nevertheless, as by an eager call.
``run`` is the recording that has just ended.
"""

from __future__ import annotations

import gc
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...core import read_only
from ...functional import nests as tree
from ...tensor import Tensor
from ..outside import MISSING, Contents, Gradient, Outside, Place, all_numbers, same
from ..tape import NOWHERE, Buffer, Tape, overlapping, span
from ..traced import Bare, Drawing, Foreign, Iterated, Traced, is_foreign
from .arguments import items
from .returned import kind_of, plain
from .sources import Effect, Source

__all__ = ["restore", "untraced"]


def restore(run: Any, given: list[dict[Any, Any]]) -> None:
    """Put ordinary numbers back; what the function put there instead is an effect."""
    tape = run.tape
    for place, generator in run.generators:
        now = place.get()
        if isinstance(now, Drawing | Iterated) and now.own is generator:
            place.put(generator)
        elif now is not generator:
            leave(run, Source(-1, place, NOWHERE), place, now)
    mine = set()
    for source, place, x, made in run.put:
        mine.add((source.leaf, place.key))
        now = place.get()
        if now is made:
            place.put(x)
            if made.where.buffer in tape.written:
                note_written(run, source, place, made)
        else:
            leave(run, source, place, now)
    for k, x in enumerate(run.call.leaves):
        if isinstance(x, Tensor):
            source = Source(k, "grad", NOWHERE)
            place = source.place(run.call)
            if (k, place.key) not in mine and place.get() is not None:
                leave(run, source, place, place.get())
        elif isinstance(x, np.ndarray) or is_foreign(x):
            kind = "foreign in place" if is_foreign(x) else "in place"
            for s in run.sources:
                if s.leaf == k and s.view.buffer in tape.written:
                    run.effects.append(Effect(s, s.view, None, kind))
    for x, node in run.nodes:
        if x.node is not node:
            tape.give_up("it changes what an argument's gradients go to")
    for place, then in run.outside.fixed:
        now = place.get()
        if isinstance(place, Contents):
            if not same(now, then):
                tape.give_up(f"it changes what is in {place.name or 'a set'}; let it return that instead")
        elif same(now, then):
            if now is not then and isinstance(then, tuple):
                place.put(then)
        elif not isinstance(then, np.random.Generator | Iterator):
            leave(run, Source(-1, place, NOWHERE), place, now)
    leave_in_arguments(run, given)
    for k, (container, size) in enumerate(run.outside.containers):
        more = list(container)[size:] if isinstance(container, types.MappingProxyType) else []
        if more and all(name.startswith("__") for name in more):  # Python itself notes something of a class there
            run.outside.containers[k] = container, len(container)
        elif len(container) != size:
            name = next((place.name for place, value in run.outside.fixed if value is container), "")
            what = f"the {type(container).__name__} {name}" if name else "a list, dict or set"
            tape.give_up(f"it adds to {what}, or takes something out of it; let it return that instead")
    after = Outside(run.outside.roots, run.outside.moving)
    for place in after.traced:  # in new places
        place.put(plain(place.get()))
        tape.give_up(f"it leaves numbers in {place.name}, which was not there before; let it return them instead")
    hold_apart(run)
    run.log.finish()
    tape.settle()


def note_written(run: Any, source: Source, place: Place, made: Any) -> None:
    """An array was written to. If it is read where it is, it must be an input: guards come first."""
    if isinstance(made, Foreign):  # the program itself writes to the array that it is given
        run.effects.append(Effect(source, made.where, None, "foreign in place"))
        return
    if run.tape.buffers and run.tape.buffers[made.where.buffer].kind == "outside":
        if all(step >= 0 for step in made.array.strides):
            start, end = span(made.array)
            run.tape.buffers[made.where.buffer] = Buffer(end - start if made.array.size else 0, "input")
            run.sources.append(source._replace(view=made.where))
        else:
            run.moved.add(place.key)
            run.tape.give_up("")
    run.effects.append(Effect(source, made.where, None, "in place"))


def leave(run: Any, source: Source, place: Place, now: Any) -> None:
    """Something else stands in a place than before the call."""
    if isinstance(now, Foreign):
        place.put(now.array)
        run.effects.append(Effect(source, now.where, None, "foreign"))
    elif isinstance(now, Traced):
        kind = "array" if isinstance(place, Gradient) or place.at == "_array" else kind_of(now)
        x = now.array if kind == "array" else plain(now)
        place.put(read_only(x) if isinstance(place, Gradient) else x)
        run.effects.append(Effect(source, now.where, None, kind))
    elif now is MISSING:
        run.tape.give_up(f"it takes {place.name} away")
    elif isinstance(now, int | float | str | type(None) | np.ndarray | np.generic):
        own = now.copy(order="K") if isinstance(now, np.ndarray) else now
        run.effects.append(Effect(source, None, own, ""))
    elif isinstance(now, tuple) and all(isinstance(x, int | float | str) for x in tree.leaves(now)):
        run.effects.append(Effect(source, None, now, ""))
    else:
        if any(isinstance(x, Bare) for x in tree.leaves(now)):
            place.put(tree.rebuild(now, [plain(x) for x in tree.leaves(now)]))
            if now.__class__ is tuple and all_numbers(place.get()) and place.key not in run.outside.moving:
                run.moved.add(place.key)  # its numbers are read one by one
                run.tape.give_up("")
        run.tape.give_up(f"it puts a {type(now).__name__} in {place.name}; let it return that instead")


def leave_in_arguments(run: Any, given: list[dict[Any, Any]]) -> None:
    """What the function put in lists, dicts and dataclasses that it was given goes to the caller's."""
    for k, then in enumerate(given):
        made, own = items(run.containers[k]), items(run.call.containers[k])
        now = dict(enumerate(made)) if isinstance(made, list) else dict(made)
        if any(made is items(other) for other in run.containers[:k]):
            continue
        if list(now) != list(then):
            run.tape.give_up(
                "it adds to a list or dict that it is given, or takes something out of it; let it return that"
            )
            for key in then:
                if key not in now and isinstance(own, dict):
                    del own[key]
            if isinstance(own, list):
                own[:] = [given_back(x, own[j] if j < len(own) else None, then.get(j)) for j, x in now.items()]
            else:
                own.update({key: given_back(x, own.get(key), then.get(key)) for key, x in now.items()})
            continue
        for key, x in now.items():
            if x is not then[key]:
                source = Source(-1, key, NOWHERE, k)
                own[key] = x
                leave(run, source, source.place(run.call), x)


def given_back(x: Any, own: Any, then: Any) -> Any:
    """What stands in the caller's container for what stands in the function's."""
    if x is then:
        return own
    return tree.rebuild(x, [plain(leaf) for leaf in tree.leaves(x)])


def hold_apart(run: Any) -> None:
    """Arrays that are written to must share no memory with others: each is traced by itself."""
    tape = run.tape
    if not tape.written or tape.closed:
        return
    arrays = [(made.array, made.where.buffer) for *_, made in run.put if made.__class__ is Traced]
    arrays += [(x.array, x.where.buffer) for x in run.entered if x.__class__ is Traced]
    arrays += [(array, view.buffer) for array, view, _ in tape.met.values()]
    if overlapping(arrays, tape.written):
        tape.give_up("it writes to an array that shares memory with another one that it reads")


def untraced(tape: Tape) -> str:
    """Put ordinary numbers wherever traced ones are left; where that was, in words."""
    where = "an object"
    left = [x for x in gc.get_referrers(tape) if isinstance(x, Bare)]
    for x in left:
        for holder in gc.get_referrers(x):
            if isinstance(holder, types.CellType):
                holder.cell_contents = plain(x)
                where = "a function that it makes"
            if holder is left or not isinstance(holder, list | deque | dict):
                continue
            for key, value in list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder)):
                if value is x:
                    holder[key] = plain(x)
                    where = f"a {type(holder).__name__}"
    return where
