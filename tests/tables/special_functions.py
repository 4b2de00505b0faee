"""Exact derivatives of special functions where a formula would overflow, cancel or meet a pole, by mpmath to 16 digits.

Convention: ``points(name, function, {x: derivative there, ...})`` of an elementwise function of one variable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special as sc


@dataclass(frozen=True)
class Point:
    name: str
    function: Callable[[Any], Any]
    x: float
    derivative: float
    order: int = 1
    dtype: Any = np.float64

    def __str__(self) -> str:
        return f"{self.name}{chr(39) * self.order}({self.x:g}) {np.dtype(self.dtype)}"


def points(name: str, function: Callable[[Any], Any], derivatives: dict[float, float], **options: Any) -> list[Point]:
    """A row for each point."""
    return [Point(name, function, x, derivative, **options) for x, derivative in derivatives.items()]


SPECIAL = [
    # zeros and poles
    *points(
        "rgamma", sc.rgamma, {0.0: 1.0, -1.0: -1.0, -2.0: 2.0, -7.0: -5040.0, 1e-300: 1.0, -3.25: -8.328708269924589}
    ),
    *points("rgamma", sc.rgamma, {0.0: 1.154431329803066, -2.0: -3.691137340393869}, order=2),
    *points("binom", lambda x: sc.binom(x, 2.0), {0.0: -0.5, 1.0: 0.5, 2.0: 1.5}),
    *points(
        "binom",
        lambda x: sc.binom(5.0, x),
        {-1.0: 0.1666666666666667, 2.5: 0.0, 6.0: -0.1666666666666667, 7.0: 0.02380952380952381},
    ),
    *points("poch", lambda x: sc.poch(x, 2.0), {0.0: 1.0, -1.0: -1.0, -3.0: -5.0}),
    *points("poch", lambda x: sc.poch(x, 2.0), {0.0: 2.0}, order=2),
    *points("beta", lambda x: sc.beta(x, 1.5), {-1.5: 2.094395102393195, -2.5: 0.8377580409572782}),
    *points("psi", sc.psi, {-100000000.5: 9.869604391089359, -2.25: 19.37941051186914}),
    *points("expn", lambda x: sc.expn(1, x), {0.5: 3.639183958275801, 1e-05: 9999999999.500002}, order=2),
    *points("expn", lambda x: sc.expn(2, x), {0.5: 15.76979715252847}, order=4),
    *points(
        "sine integral",
        lambda x: sc.sici(x)[0],
        {0.0: 1.0, 10000000000.0: -4.875060250875107e-11, 1e100: -3.806377310050287e-101},
    ),
    *points("sine integral", lambda x: sc.sici(x)[0], {0.0: 0.0, 10000000000.0: 8.731196227256066e-11}, order=2),
    *points("hyperbolic sine integral", lambda x: sc.shichi(x)[0], {0.0: 1.0, -400.0: 6.52683711220518e170}),
    *points("spence", sc.spence, {1.0: -1.0, 1e300: -6.907755278982137e-298}),
    *points("k1", sc.k1, {700.0: -4.676452304252103e-306, 2.0: -0.1838268136577946}),
    *points("k0", sc.k0, {703.0: 2.323282943022322e-307}, order=2),
    *points("ellipkm1", sc.ellipkm1, {1e-20: -5.0e19, 1e-300: -5.0e299}),
    *points("ellipkm1", sc.ellipkm1, {1e-20: 5.000000000000001e39}, order=2),
    *points("ellipk", sc.ellipk, {-10000000000.0: 5.949609912611339e-15, -1e100: 5.775777450541109e-149}),
    # tails
    *points(
        "erfcx", sc.erfcx, {5.0: -0.02133278976482631, 1000.0: -5.641887372654967e-7, 1e100: -5.641895835477563e-201}
    ),
    *points("erfcx", sc.erfcx, {1000.0: -5.641887372654967e-7}, dtype=np.float32),
    *points("erfcx", sc.erfcx, {1000.0: 1.128375781970705e-9, 100000000.0: 1.128379167095512e-24}, order=2),
    *points("dawsn", sc.dawsn, {-1000.0: -5.00000750001875e-7, 1e100: -5.0e-201}),
    *points("log_ndtr", sc.log_ndtr, {-100000000.0: 100000000.0, -40.0: 40.02496884720726, 5.0: 1.486719940904906e-6}),
    *points(
        "log_ndtr",
        sc.log_ndtr,
        {-100000000.0: -0.9999999999999999, -40.0: -0.9993773316214086, 5.0: -7.433601914860711e-6},
        order=2,
    ),
    *points("ndtri_exp", sc.ndtri_exp, {-1000000.0: 0.0007071093173322007}),
    *points("expm1", sc.expm1, {-45.0: 2.862518580549394e-20}),
    *points("expit", sc.expit, {45.0: 2.862518580549394e-20, -45.0: 2.862518580549394e-20}),
    *points("i0e", sc.i0e, {35.0: -0.0009739466209221866, 1e17: -6.3078313050504e-27}),
    *points("i0e", sc.i0e, {-1e17: 6.3078313050504e-27}),
    *points("i1e", sc.i1e, {1000000000000.0: 2.992067103005135e-31}, order=2),
    *points("ive", lambda x: sc.ive(3, x), {1e17: -6.307831305050399e-27}),
    *points("k0e", sc.k0e, {1e17: -1.981663648803005e-26}),
    *points("kve", lambda x: sc.kve(0.5, x), {1e17: -1.981663648803006e-26}),
    *points(
        "fresnel",
        lambda x: sc.fresnel(x)[1],
        {12345.678: -0.4253301045570476, 1000000.3: 0.9900030344205885, 1e20: 1.0},
    ),
    *points("exprel", sc.exprel, {-100000.0: 1.0e-10, 600.0: 6.277886556269539e257}),
    # cancellation
    *points("betaln", lambda x: sc.betaln(x, 3.0), {1000000000000000.0: -2.999999999999997e-15, 1e-300: -1.0e300}),
    *points("betaln", lambda x: sc.betaln(x, 3.0), {1000000000000000.0: 2.999999999999994e-30}, order=2),
    *points("poch", lambda x: sc.poch(x, 1e-7), {10000000000.0: 1.000002302637744e-17}),
    *points("binom", lambda x: sc.binom(x, 2.0), {10000000000.0: 9999999999.5}),
    *points(
        "gammainc",
        lambda x: sc.gammainc(1e10, x),
        {10000000000.0: 3.989422803981082e-6, 10000100000.0: 2.419691113903898e-6},
    ),
    *points("gammainc", lambda x: sc.gammainc(1.0, x), {1e-300: -1.0}, order=2),
    *points("rel_entr", lambda x: sc.rel_entr(x, 1e200), {1e-200: -920.0340371976183}),
    *points("kl_div", lambda x: sc.kl_div(x, 1.0), {1.0000000001: 1.000000082690371e-10}),
    *points("pseudo_huber", lambda x: sc.pseudo_huber(1.0, x), {1e200: 1.0}),
    *points("pseudo_huber", lambda x: sc.pseudo_huber(x, 1.0), {100000.0: 2.49999999975e-16, 1e-200: 1.0}),
    *points("boxcox1p", lambda x: sc.boxcox1p(1e-20, x), {0.0: 4.999999999999999e-41}),
    *points(
        "lambertw", lambda x: np.real(sc.lambertw(x)), {-0.367879: 1753.397567185182, 1e300: 9.985406726398789e-301}
    ),
]

POINTS = [*SPECIAL]
