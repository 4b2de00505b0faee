"""Strategies that only these tests need; the public ones are in ``autograd.testing.strategies``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from hypothesis import strategies as st


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Layer:
    name: str
    weight: Any


def nests(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nested tuples, lists, dicts, named tuples and dataclasses of leaves."""
    return st.recursive(
        leaves,
        lambda part: (
            st.lists(part, min_size=1, max_size=3)
            | st.lists(part, min_size=1, max_size=3).map(tuple)
            | st.dictionaries(st.sampled_from("abc"), part, min_size=1)
            | st.builds(Pair, part, st.none() | part)
            | st.builds(Layer, st.just("layer"), part)
        ),
        max_leaves=5,
    )
