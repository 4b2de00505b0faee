"""Products of vectors, matrices and arrays."""

import autograd.numpy as np

from ..row import group, real

row, program = group("products")
no_trace = dict.fromkeys(("gradient", "second", "jacobian"), "it has no derivative of a repeated index")

row("dot of vectors", lambda x, y: np.dot(x, y), real(4), real(4))
row("dot of a matrix and a vector", lambda x, y: np.dot(x, y), real(3, 4), real(4))
row("dot of matrices", lambda x, y: np.dot(x, y), real(3, 4), real(4, 2))
row("dot of three axes", lambda x, y: np.dot(x, y), real(2, 3, 4), real(4, 2))
row("dot of numbers", lambda x, y: np.dot(x, y), real(), real(3))
row("matmul", lambda x, y: np.matmul(x, y), real(3, 4), real(4, 2))
row("the operator @", lambda x, y: x @ y, real(3, 4), real(4))
row("the operator @ with an array at the left", lambda x: np.arange(12.0).reshape(3, 4) @ x, real(4))
row("matmul of stacks", lambda x, y: np.matmul(x, y), real(2, 3, 4), real(2, 4, 2))
row("matmul that broadcasts", lambda x, y: np.matmul(x, y), real(2, 3, 4), real(4, 2))
row("inner", lambda x, y: np.inner(x, y), real(3, 4), real(2, 4))
row("outer", lambda x, y: np.outer(x, y), real(3), real(4))
row("tensordot", lambda x, y: np.tensordot(x, y), real(2, 3, 4), real(3, 4, 2))
row("tensordot over one axis", lambda x, y: np.tensordot(x, y, axes=1), real(2, 3), real(3, 4))
row("tensordot over named axes", lambda x, y: np.tensordot(x, y, axes=([0, 2], [1, 0])), real(2, 3, 4), real(4, 2))
row("kron", lambda x, y: np.kron(x, y), real(2, 3), real(2, 2))
row("cross", lambda x, y: np.cross(x, y), real(2, 3), real(2, 3))
row("einsum of a product", lambda x, y: np.einsum("ij,jk->ik", x, y), real(3, 4), real(4, 2))
row("einsum of a trace", lambda x: np.einsum("ii->", x**2), real(3, 3), beyond=no_trace)
row("einsum of a diagonal", lambda x: np.einsum("ij,ij->i", x, x), real(3, 4))
row("einsum with an ellipsis", lambda x, y: np.einsum("...ij,...jk->...ik", x, y), real(2, 3, 4), real(2, 4, 2))
row("einsum of three", lambda x, y, z: np.einsum("i,ij,j->", x, y, z), real(3), real(3, 4), real(4))
row("einsum without an arrow", lambda x, y: np.einsum("ij,jk", x, y), real(3, 4), real(4, 2))
row("a quadratic form", lambda x, a: x @ a @ x, real(3), real(3, 3))
row("a least-squares loss", lambda w: np.mean((np.arange(12.0).reshape(4, 3) / 10 @ w - np.ones(4)) ** 2), real(3))
row("a two-layer network", lambda w, v: np.tanh(np.ones((2, 3)) @ w) @ v, real(3, 4), real(4, 2))
row("a matrix power by hand", lambda x: x @ x @ x, real(3, 3))
row("a Gram matrix", lambda x: np.dot(x, x.T), real(3, 4))
row("dot as a method of an array", lambda x: np.dot(np.arange(12.0).reshape(3, 4), x) ** 2, real(4))
row("matrices by a loop", lambda x: _steps(x), real(3))
row("a kernel matrix", lambda x, s: np.exp(-((x[:, None] - x[None, :]) ** 2) / (2 * s**2)), real(4), 0.8)
row("cumulative products by hand", lambda x: np.exp(np.cumsum(np.log(x**2))), real(4))
row("polyval by Horner", lambda c: ((c[0] * 0.3 + c[1]) * 0.3 + c[2]) ** 2, real(3))
row("prod of shapes", lambda x: x.reshape(int(np.prod(x.shape))) ** 2, real(2, 3))
row("a bilinear form of stacks", lambda x, y: np.sum(x[..., None] * y[:, None, :], axis=0), real(3, 2), real(3, 4))


def _steps(x):
    matrix = np.array([[0.9, 0.1, 0.0], [-0.1, 0.9, 0.2], [0.0, 0.1, 0.8]])
    for _ in range(4):
        x = np.tanh(np.dot(matrix, x))
    return x
