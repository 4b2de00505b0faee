"""Methods of PyTorch's and NumPy's arrays that tensors do not have, with what to write instead.

Convention: each stands on the class as an attribute that raises AttributeError with the advice, so that ``hasattr``
says no, and the attributes that tensors do have cost nothing more.
"""

from __future__ import annotations

from typing import Any

INSTEAD: dict[str, str] = {
    # shapes
    "unsqueeze": "t.expand_dims(axis), or t[:, None]",
    "view": "t.reshape(shape), which copies only where it must",
    "view_as reshape_as": "t.reshape(u.shape)",
    "numel nelement": "t.size",
    "dim": "t.ndim",
    "t": "t.T",
    "H": "t.conj().mT",
    "expand": "t.broadcast_to(shape)",
    "expand_as": "t.broadcast_to(u.shape)",
    "chunk split": "np.array_split(t, parts, axis), or np.split(t, places, axis)",
    "unbind": "list(t), or np.unstack(t, axis=axis)",
    "unfold": "np.lib.stride_tricks.sliding_window_view(t, width, axis)",
    "movedim": "t.moveaxis(source, destination)",
    # elements
    "narrow select": "t[:, start:stop], or t[:, i]",
    "index_select": "t.take(indices, axis)",
    "gather": "np.take_along_axis(t, indices, axis)",
    "scatter scatter_": "np.put_along_axis(t, indices, values, axis)",
    "index_add index_add_ scatter_add scatter_add_": "np.add.at(t, indices, values)",
    "masked_select": "t[mask]",
    "masked_fill": "np.where(mask, value, t)",
    "where": "np.where(condition, t, u)",
    "choose": "np.choose(t, choices)",
    "flat": "t.reshape(-1): what is written to it reaches t",
    "put itemset": "t[i, j] = value, or np.put(t, places, values)",
    "topk": "np.sort(t)[..., -k:], or t.argsort()",
    "partition": "np.partition(t, k)",
    "argwhere": "np.argwhere(t)",
    # in place
    "fill fill_ copy_": "t[...] = value",
    "masked_fill_": "t[mask] = value",
    "sub_": "t -= u",
    "mul_": "t *= u",
    "div_": "t /= u",
    "clamp_ clip_": "t[...] = t.clip(low, high)",
    "detach_": "t = t.detach()",
    # functions
    "add": "t + u",
    "sub subtract": "t - u",
    "mul multiply": "t * u",
    "div divide true_divide": "t / u",
    "neg": "-t",
    "mm bmm mv": "t @ u",
    "addmm": "t + u @ v",
    "eq": "t == u",
    "ne": "t != u",
    "lt": "t < u",
    "gt": "t > u",
    "clamp": "t.clip(low, high)",
    "clamp_min": "t.clip(low)",
    "clamp_max": "t.clip(None, high)",
    "rsqrt": "1 / t.sqrt()",
    "asin": "t.arcsin()",
    "acos": "t.arccos()",
    "atan": "t.arctan()",
    "atan2": "t.arctan2(u)",
    "softmax": "autograd.special.softmax(t, axis)",
    "log_softmax": "autograd.special.log_softmax(t, axis)",
    "logsumexp": "autograd.special.logsumexp(t, axis)",
    "amax": "t.max(axis)",
    "amin": "t.min(axis)",
    "median": "np.median(t, axis)",
    "quantile": "np.quantile(t, q, axis)",
    "nansum": "np.nansum(t, axis)",
    "nanmean": "np.nanmean(t, axis)",
    "outer": "np.outer(t, u)",
    "inverse": "np.linalg.inv(t)",
    "det": "np.linalg.det(t)",
    # kinds and places
    "to": "t.astype(dtype); arrays stay where they are",
    "type": "t.astype(dtype), or t.dtype",
    "float": "t.astype(np.float32)",
    "double": "t.astype(np.float64)",
    "half": "t.astype(np.float16)",
    "long": "t.astype(np.int64)",
    "int": "t.astype(np.int32)",
    "bool": "t != 0",
    "cpu cuda device": "nothing: arrays stay where they are",
    "contiguous is_contiguous": "nothing: the order in memory plays no role",
    "grad_fn": "t.node",
    "tobytes tofile": "t.data.tobytes()",
}


class Elsewhere:
    """A name that tensors do not have."""

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        raise AttributeError(
            f"'{owner.__name__}' object has no attribute '{self.name}'. Write {self.instead}",
            name=self.name,
            obj=instance,
        )


def point_elsewhere(kind: type) -> None:
    """Give a class the names that it lacks."""
    for names, instead in INSTEAD.items():
        for name in names.split():
            if not hasattr(kind, name):
                absent = Elsewhere(instead)
                absent.__set_name__(kind, name)
                setattr(kind, name, absent)
