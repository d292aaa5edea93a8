"""Complex numbers: the number system of the complex-step derivative.

Reading a graph at x + ih gives f(x) + ih·f′(x) up to h² (Squire and Trapp, "Using complex variables to estimate
derivatives of real functions", SIAM Review 40, 1998): no difference is taken, so h can be as small as 1e-200.
Functions continue the real ones analytically; comparisons, and with them the branch taken, go by the real part.
"""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable, Sequence

from tinygrad_notes.number_systems import floats

_LN2 = math.log(2.0)
_FAR = 1.5


def greater(a: complex, b: complex) -> bool:
    return a.real > b.real


def less(a: complex, b: complex) -> bool:
    return a.real < b.real


def equal(a: complex, b: complex) -> bool:
    return a.real == b.real


def where(condition: bool, a: complex, b: complex) -> complex:
    return a if condition else b


def total(xs: Sequence[complex]) -> complex:
    return sum(xs, 0j)


def dot(ws: Sequence[complex], xs: Sequence[complex]) -> complex:
    return sum(map(operator.mul, ws, xs), 0j)


def abs(a: complex) -> complex:
    """The continuation of |x|, which is -z left of 0; not the modulus."""
    return -a if a.real < 0.0 else a


def sign(a: complex) -> complex:
    return complex(floats.sign(a.real))


def floor(a: complex) -> complex:
    return complex(floats.floor(a.real))


def ceil(a: complex) -> complex:
    return complex(floats.ceil(a.real))


def maximum(a: complex, b: complex) -> complex:
    return a if a.real > b.real else b


def minimum(a: complex, b: complex) -> complex:
    return a if a.real < b.real else b


def in_range(xs: Sequence[complex]) -> bool:
    """Products are taken as they come: their logarithms have no slope across 0."""
    return True


def divide(a: complex, b: complex) -> complex:
    return a / b


def pow(a: complex, b: complex) -> complex:
    return complex(a**b)


def remainder(a: complex, b: complex) -> complex:
    whole = round(((a - floats.remainder(a.real, b.real)) / b).real)
    return a - whole * b


def cbrt(a: complex) -> complex:
    return -cbrt(-a) if a.real < 0.0 else complex(a ** (1.0 / 3.0))


def hypot(a: complex, b: complex) -> complex:
    return cmath.sqrt(a * a + b * b)


def log2(a: complex) -> complex:
    return cmath.log(a) / _LN2


def log1p(a: complex) -> complex:
    return complex(floats.log1p(a.real), (cmath.log(1.0 + a)).imag)


def exp2(a: complex) -> complex:
    return cmath.exp(a * _LN2)


def expm1(a: complex) -> complex:
    return cmath.exp(a) - 1.0


def atan2(a: complex, b: complex) -> complex:
    """The angle of the point (b, a); its continuation is the angle itself plus a small turn."""
    angle = math.atan2(a.real, b.real)
    length = math.hypot(a.real, b.real)
    turn = complex(math.cos(angle), -math.sin(angle))  # turned by it, the point lies on the positive real axis
    along = (b * turn.real - a * turn.imag) / length
    across = (a * turn.real + b * turn.imag) / length
    return angle + cmath.atan(across / along)


def erf(a: complex) -> complex:
    """2/√π · exp(-z²) Σ 2ⁿ z²ⁿ⁺¹ / (2n+1)!! near 0 (Abramowitz and Stegun 7.1.6), 1 - erfc z further out."""
    if a.real < 0.0:
        return -erf(-a)
    if a.real > _FAR:
        return 1.0 - erfc(a)
    term, whole, n = a, a, 0
    while math.hypot(term.real, term.imag) > 1e-18 * math.hypot(whole.real, whole.imag):
        n += 1
        term = term * 2.0 * a * a / (2 * n + 1)
        whole += term
    return 2.0 / math.sqrt(math.pi) * cmath.exp(-a * a) * whole


def erfc(a: complex) -> complex:
    """1 - erf z; far out the continued fraction of its tail (7.1.14), which keeps the tail's digits."""
    if a.real < -_FAR:
        return 2.0 - erfc(-a)
    if a.real <= _FAR:
        return 1.0 - erf(a)
    fraction = a
    for n in range(120, 0, -1):
        fraction = a + 0.5 * n / fraction
    return cmath.exp(-a * a) / (math.sqrt(math.pi) * fraction)


def sigmoid(a: complex) -> complex:
    """1 / (1 + exp(-a)), smooth across 0, where the rule's |a| is not."""
    return 1.0 / (1.0 + cmath.exp(-a)) if a.real > -700.0 else cmath.exp(a)


def __getattr__(name: str) -> Callable[[complex], complex]:
    """exp, sin, acosh … are cmath's own."""
    if name not in floats.__all__ or not hasattr(cmath, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    function: Callable[[complex], complex] = getattr(cmath, name)
    return function
