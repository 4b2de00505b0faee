"""What is noted of a call: instructions over views of numbered buffers, guards, and what they call."""

from .callables import COPY, Draw, Method, Parts, getitem, leaves, setitem
from .certain import OPERATORS, is_certain
from .instruction import FOREIGN, FRESH, NUMBERS, Buffer, Guard, Instruction, Step, View, Window, mapped, read_by
from .memory import overlapping, owner, span
from .order import numbered, parted
from .rows import FLOAT, FLOATS, Derived, Row, as_instruction, expanded, float_at, unfolded
from .seen import as_complex, as_float, bytes_of, how_many, shape_of
from .steps import COPIES, elsewhere, is_elementwise, may_end, moved, with_moved, written_once
from .tape import FAILING, LONGEST, NOWHERE, Tape

__all__ = [
    "COPIES", "COPY", "FAILING", "FLOAT", "FLOATS", "FOREIGN", "FRESH", "LONGEST", "NOWHERE", "NUMBERS",
    "OPERATORS", "Buffer", "Derived", "Draw", "Guard", "Instruction", "Method", "Parts", "Row", "Step", "Tape",
    "View", "Window", "as_complex", "as_float", "as_instruction", "bytes_of", "elsewhere", "expanded", "float_at",
    "getitem", "how_many", "is_certain", "is_elementwise", "leaves", "mapped", "may_end", "moved", "numbered",
    "overlapping", "owner", "parted", "read_by", "setitem", "shape_of", "span", "unfolded", "with_moved",
    "written_once",
]  # fmt: skip
