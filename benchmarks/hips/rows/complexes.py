"""Complex numbers: the gradient of real f is df/dx - i df/dy."""

import autograd.numpy as np
from autograd import grad, holomorphic_grad, jacobian

from ..row import complexes, group, positive, real

row, program = group("complex")
Z = np.array([0.3 + 1.1j, -0.7 + 0.4j, 1.2 - 0.6j])

row("real and imag", lambda z: np.real(z) * np.imag(z) ** 2, complexes(4))
row("abs of complex", lambda z: np.abs(z), complexes(4))
row("abs squared", lambda z: np.abs(z) ** 2, complexes(4))
row("angle", lambda z: np.angle(z), complexes(4))
row("conj", lambda z: np.conj(z) * z, complexes(4))
row("conjugate", lambda z: np.conjugate(z) ** 2, complexes(4))
row("exp of complex", lambda z: np.exp(z), complexes(4))
row("log of complex", lambda z: np.log(z), complexes(4))
row("sin of complex", lambda z: np.sin(z), complexes(4))
row("a product of complex and real", lambda z, x: z * x, complexes(4), real(4))
row("a quotient of complex and real", lambda z, x: z / x, complexes(4), positive(4))
row("complex of a real and an imaginary part", lambda x, y: np.abs(np.exp(x + 1j * y) + 1.0), real(4), real(4))
row("matmul of complex", lambda x, y: np.matmul(x, y), complexes(2, 3), complexes(3, 2))
row("dot of complex", lambda x, y: np.dot(x, y), complexes(3), complexes(3))
row("sum of complex", lambda z: np.sum(z**2, axis=0), complexes(3, 2))
row("a phase", lambda t: np.real(np.exp(1j * t) * (0.3 + 0.4j)), real(4))
row("real_if_close", lambda x: np.real_if_close(x * (1.0 + 0j)) ** 2, real(3))
row("einsum of complex", lambda x, y: np.einsum("ij,j->i", x, y), complexes(2, 3), complexes(3))
row("reshape and index of complex", lambda z: z.reshape(2, 2)[0] * z[2:], complexes(4))
program("grad of a real function", lambda: grad(lambda z: np.abs(z) ** 2)(Z[0]), 2 * np.conj(Z[0]))
program("grad of the real part", lambda: grad(lambda z: np.real(z * (2 + 1j)))(Z[1]), 2 + 1j)
program("grad of a function of one array", lambda: grad(lambda z: np.sum(np.imag(z**2)))(Z), -2j * Z)
program("holomorphic_grad", lambda: holomorphic_grad(lambda z: z**3)(Z[0]), 3 * Z[0] ** 2)
program("holomorphic_grad of a sum", lambda: holomorphic_grad(lambda z: np.sum(np.exp(z)))(Z), np.exp(Z))
program("holomorphic_grad, twice", lambda: holomorphic_grad(holomorphic_grad(np.sin))(Z[2]), -np.sin(Z[2]))
program(
    "jacobian of a real function of complex numbers",
    lambda: jacobian(lambda z: np.abs(z) ** 2)(Z),
    np.diag(2 * Z.conj()),
)
