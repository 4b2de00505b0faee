"""Vector spaces: of arrays of one shape and dtype, and of nests of them.

Convention: ``vspace(x)`` is the space in which x's gradients lie. Its methods are composed of NumPy's functions, so
they are differentiable in their arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from ..declare import as_array
from ..tensor import Tensor
from .boxes import getval


class VSpace:
    """A vector space; a class of your own says what zero, sum, product and inner product are in it."""

    mappings: ClassVar[dict[type, Callable[[Any], Any]]] = {}
    iscomplex = False

    def __init__(self, value: Any) -> None:
        pass

    @classmethod
    def register(cls, value_type: type, vspace_maker: Callable[[Any], Any] | None = None) -> None:
        """Let ``vspace`` of an object of this class be ``vspace_maker(object)``, or else this space."""
        VSpace.mappings[value_type] = vspace_maker or cls

    def zeros(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no zeros()")

    def ones(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no ones()")

    def standard_basis(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} has no standard_basis()")

    def randn(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no randn()")

    def add(self, x: Any, y: Any) -> Any:
        return self._add(x, y)

    def mut_add(self, x: Any, y: Any) -> Any:
        """x + y, written to x where x is an array; None counts as 0."""
        return self._mut_add(self.zeros() if x is None else x, y)

    def scalar_mul(self, x: Any, a: Any) -> Any:
        return self._scalar_mul(x, a)

    def inner_prod(self, x: Any, y: Any) -> Any:
        return self._inner_prod(x, y)

    def covector(self, x: Any) -> Any:
        return self._covector(x)

    def _add(self, x: Any, y: Any) -> Any:
        return x + y

    def _mut_add(self, x: Any, y: Any) -> Any:
        x += y
        return x

    def _scalar_mul(self, x: Any, a: Any) -> Any:
        return x * a

    def _inner_prod(self, x: Any, y: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no _inner_prod(x, y)")

    def _covector(self, x: Any) -> Any:
        return x

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={v!r}' for name, v in vars(self).items())})"


class ArrayVSpace(VSpace):
    """Real arrays of one shape and dtype: <x, y> = Σ x y."""

    units: tuple[complex, ...] = (1.0,)

    def __init__(self, value: Any) -> None:
        value = as_array(getval(value))
        self.shape = value.shape
        self.dtype = value.dtype

    @property
    def size(self) -> int:
        """The dimension over the real numbers."""
        return len(self.units) * int(np.prod(self.shape))

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def zeros(self) -> Any:
        return np.zeros(self.shape, self.dtype)

    def ones(self) -> Any:
        return np.full(self.shape, sum(self.units), self.dtype)

    def standard_basis(self) -> Iterator[Any]:
        for place in np.ndindex(*self.shape):
            for unit in self.units:
                one = self.zeros()
                one[place] = unit
                yield one

    def randn(self) -> Any:
        """Normal numbers, from NumPy's global generator, as ``np.random.seed`` starts it."""
        drawn = [np.asarray(np.random.randn(*self.shape)) * unit for unit in self.units]
        return np.asarray(sum(drawn)).astype(self.dtype)

    def _inner_prod(self, x: Any, y: Any) -> Any:
        return np.dot(np.ravel(x), np.ravel(y))


class ComplexArrayVSpace(ArrayVSpace):
    """Complex arrays, as a space over the real numbers: <x, y> = Re Σ x̄ y."""

    units = (1.0, 1.0j)
    iscomplex = True

    def _inner_prod(self, x: Any, y: Any) -> Any:
        return np.real(np.dot(np.conj(np.ravel(x)), np.ravel(y)))

    def _covector(self, x: Any) -> Any:
        return np.conj(x)


class ContainerVSpace(VSpace):
    """Nests of one form: what is done with them is done with each part. ``shape`` holds the spaces of the parts."""

    seq_type: Any = tuple

    def __init__(self, value: Any) -> None:
        self.shape = value
        self.shape = self._map(vspace)

    @property
    def size(self) -> int:
        return sum(space.size for _, space in self._kv_pairs(self.shape))

    def _kv_pairs(self, nest: Any) -> Any:
        return enumerate(nest)

    def _values(self, nest: Any) -> Any:
        return nest

    def _made(self, parts: Any) -> Any:
        return self.seq_type(parts)

    def _map(self, function: Callable[..., Any], *nests: Any) -> Any:
        return self._made([function(part, *[n[key] for n in nests]) for key, part in self._kv_pairs(self.shape)])

    def _subval(self, nest: Any, at: Any, value: Any) -> Any:
        return self._made([value if key == at else part for key, part in self._kv_pairs(nest)])

    def zeros(self) -> Any:
        return self._map(lambda space: space.zeros())

    def ones(self) -> Any:
        return self._map(lambda space: space.ones())

    def randn(self) -> Any:
        return self._map(lambda space: space.randn())

    def standard_basis(self) -> Iterator[Any]:
        for key, space in self._kv_pairs(self.shape):
            for one in space.standard_basis():
                yield self._subval(self.zeros(), key, one)

    def _add(self, x: Any, y: Any) -> Any:
        return self._map(lambda space, a, b: space._add(a, b), x, y)

    def _mut_add(self, x: Any, y: Any) -> Any:
        return self._map(lambda space, a, b: space._mut_add(a, b), x, y)

    def _scalar_mul(self, x: Any, a: Any) -> Any:
        return self._map(lambda space, part: space._scalar_mul(part, a), x)

    def _inner_prod(self, x: Any, y: Any) -> Any:
        return sum(self._values(self._map(lambda space, a, b: space._inner_prod(a, b), x, y)))

    def _covector(self, x: Any) -> Any:
        return self._map(lambda space, part: space._covector(part), x)


class SequenceVSpace(ContainerVSpace):
    """Lists or tuples of one length."""


class ListVSpace(SequenceVSpace):
    """Lists of one length."""

    seq_type = list


class TupleVSpace(SequenceVSpace):
    """Tuples of one length."""


class NamedTupleVSpace(SequenceVSpace):
    """Named tuples of one class."""

    def __init__(self, value: Any) -> None:
        self.seq_type = type(value)
        super().__init__(value)

    def _made(self, parts: Any) -> Any:
        return self.seq_type(*parts)


class DictVSpace(ContainerVSpace):
    """Dicts with the same keys."""

    def _kv_pairs(self, nest: Any) -> Any:
        return nest.items()

    def _values(self, nest: Any) -> Any:
        return nest.values()

    def _made(self, parts: Any) -> Any:
        return dict(zip(self.shape, parts, strict=True))


class SparseObject:
    """A gradient given as what adds it to an array: ``mut_add(array)`` returns the sum. ``vs`` is its space."""

    __slots__ = ("mut_add", "vs")

    def __init__(self, vs: Any, mut_add: Callable[[Any], Any]) -> None:
        self.vs = vs
        self.mut_add = mut_add


def dense(x: Any) -> Any:
    """A sparse gradient as an ordinary one."""
    return x.mut_add(x.vs.zeros()) if isinstance(x, SparseObject) else x


def vspace(value: Any) -> Any:
    """The vector space in which a number, an array, or a nest of them lies."""
    maker = VSpace.mappings.get(type(value))
    if maker is not None:
        return maker(value)
    plain = getval(value)
    if plain is not value:
        return vspace(plain)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return NamedTupleVSpace(value)
    raise TypeError(
        f"vspace: {value!r:.60} of class {type(value).__name__} lies in no vector space: give real or complex floating "
        "numbers, or declare the class's own with VSpace.register"
    )


def array_space(value: Any) -> ArrayVSpace:
    """The space of a real or a complex array."""
    return ComplexArrayVSpace(value) if np.iscomplexobj(value) else ArrayVSpace(value)


REAL = (float, np.longdouble, np.float64, np.float32, np.float16)
COMPLEX = (complex, np.clongdouble, np.complex128, np.complex64)
VSpace.mappings.update(dict.fromkeys(REAL, ArrayVSpace) | dict.fromkeys(COMPLEX, ComplexArrayVSpace))
VSpace.mappings.update({np.ndarray: array_space, Tensor: array_space})
ListVSpace.register(list)
TupleVSpace.register(tuple)
DictVSpace.register(dict)
VSpace.register(SparseObject, lambda sparse: sparse.vs)
