"""Calls that would take a tracked tensor out of its graph, as text, and what the error says to write there.

Convention: a and b are numbers, v a vector, m a matrix, all tracked; losses is the list [a, b], and c a plain array.
"""

from __future__ import annotations

# what NumPy and our own functions do with lists: "write ..." is the same, differentiable
SAME = {
    "np.array([a, b])": "np.stack([a, b])",
    "np.asarray([v, 2 * v])": "np.stack([v, 2 * v])",
    "np.array(losses)": "np.stack(losses)",
    "np.array([[a, 1.0], [0.0, b]])": "np.stack([np.stack([a, 1.0]), np.stack([0.0, b])])",
    "np.array([x * x for x in losses])": "np.stack([x * x for x in losses])",
    "np.mean([a, b])": "np.mean(np.stack([a, b]))",
    "np.sum(losses)": "np.sum(np.stack(losses))",
    "np.max([a, b])": "np.max(np.stack([a, b]))",
    "np.exp((a, b))": "np.exp(np.stack([a, b]))",
    "np.dot(c, [a, b])": "np.dot(c, np.stack([a, b]))",
    "np.average([1.0, 2.0], weights=losses)": "np.average([1.0, 2.0], weights=np.stack(losses))",
    "np.stack([[a, b], [b, a]])": "np.stack([np.stack([a, b]), np.stack([b, a])])",
    "np.concatenate([[a, b], [1.0]])": "np.concatenate([np.stack([a, b]), [1.0]])",
    "np.linalg.norm([a,\n                b])": "np.linalg.norm(np.stack([a, b]))",
    "Tensor([a, b])": "np.stack([a, b])",
    "math.exp(a)": "np.exp(a)",
    "math.atan2(a, b)": "np.arctan2(a, b)",
    "math.pow(a, 2)": "np.power(a, 2)",
    "math.fsum(losses)": "np.sum(np.stack(losses))",
    "math.hypot(a, b)": "np.hypot(a, b)",
    "math.lgamma(a)": "autograd.special.gammaln(a)",
    "math.erf(a)": "autograd.special.erf(a)",
    "scipy.special.logsumexp(v)": "autograd.special.logsumexp(v)",
    "scipy.special.softmax(v)": "autograd.special.softmax(v)",
    "scipy.special.comb(v, 2)": "autograd.special.comb(v, 2)",
    "scipy.stats.norm.logpdf(v, loc=a)": "autograd.stats.norm.logpdf(v, loc=a)",
    "scipy.integrate.simpson(v, dx=0.1)": "autograd.integrate.simpson(v, dx=0.1)",
    "scipy.linalg.solve_triangular(m, v, lower=True)": "autograd.linalg.solve_triangular(m, v, lower=True)",
    "scipy.linalg.expm(m)": "autograd.linalg.expm(m)",
    "scipy.linalg.solve(m, v, assume_a='sym')": "autograd.linalg.solve(m, v, assume_a='sym')",
    "scipy.linalg.inv(m)": "np.linalg.inv(m)",
}

# calls for which there is no such thing: words of the advice
OTHER = {
    "np.asarray(v)": r"v\.data|t\.data",
    "np.full(3, a)": "np.broadcast_to",
    "c * losses": r"np\.stack",
    "float(a)": r"t\.item\(\)",
    "int(a)": r"t\.item\(\)",
    "complex(a)": r"t\.item\(\)",
    "'%f' % a": r"t\.item\(\)",
    "rng.normal(loc=v)": r"loc \+ scale \* rng",
    "np.random.default_rng().normal(a, 1.0)": r"loc \+ scale \* rng",
    "np.random.normal(loc=v)": r"loc \+ scale \* rng",
    "plt.plot(v)": r"plt\.plot\(v\.data\)",
    "plt.bar([0, 1], v)": r"plt\.bar\(\[0, 1\], v\.data\)",
    "scipy.optimize.minimize(f, v)": r"write autograd\.optimize\.minimize\(f, v\)",
    "scipy.optimize.brentq(lambda x: x - a, 0, 3)": r"write autograd\.optimize\.brentq\(lambda x: x - a, 0, 3\)",
    "scipy.integrate.quad(lambda x: x * a, 0, 1)": r"write autograd\.integrate\.quad\(lambda x: x \* a, 0, 1\)",
    "scipy.interpolate.CubicSpline([0, 1, 2], [0, 1, 2])(v)": r"CubicSpline.*autograd\.operation",
    "scipy.linalg.orth(m)": r"np\.linalg and autograd\.linalg",
    "sklearn.metrics.mean_squared_error(v, v)": r"mean_squared_error\(v\.data, v\.data\)",
    "range(a)": r"int\(t\.item\(\)\)",
}

STATEMENTS = {
    "c[0] = a": r"c\[0\] = t.*c = np\.stack.*c = Tensor\(c\)",
    "c[:] = v": r"c\[:\] = t.*c = np\.stack.*c = Tensor\(c\)",
}
