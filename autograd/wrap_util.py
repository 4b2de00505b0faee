"""HIPS autograd's words for operators on functions."""

from .hips.wrapping import get_doc, get_name, unary_to_nary, wrap_nary_f, wraps

__all__ = ["get_doc", "get_name", "unary_to_nary", "wrap_nary_f", "wraps"]
