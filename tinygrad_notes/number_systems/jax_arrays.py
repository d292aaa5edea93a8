"""JAX arrays: the number system of the JAX executor. Comparisons give 1.0 and 0.0, as on the tape.

Example:
    >>> from tinygrad_notes.number_systems import jax_arrays
    >>> float(jax_arrays.where(jax_arrays.less(1.0, 2.0), 3.0, 4.0))
    3.0
"""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
from jax.lax import optimization_barrier
from jax.scipy import special
from jax.scipy.special import erf

__all__ = [
    "atanh", "cosh", "divide", "equal", "erf", "erfc", "exp2", "greater", "less", "log2", "log10", "sigmoid", "sinh",
    "tanh", "where",
]  # fmt: skip

_LN2, _LN10, _SQRT_HALF = math.log(2.0), math.log(10.0), math.sqrt(0.5)
_SPLITTER = 2.0**27 + 1.0
_POWERS = 22  # 10^22 is the last power of ten that is a float exactly
_POWERS_OF_TEN = [float(f"1e{n}") for n in range(-_POWERS, _POWERS + 1)]


def where(condition: Any, a: Any, b: Any) -> Any:
    return jnp.where(condition != 0.0, a, b)


def less(a: Any, b: Any) -> Any:
    return jnp.where(a < b, 1.0, 0.0)


def greater(a: Any, b: Any) -> Any:
    return jnp.where(a > b, 1.0, 0.0)


def equal(a: Any, b: Any) -> Any:
    return jnp.where(a == b, 1.0, 0.0)


def sigmoid(a: Any) -> Any:
    e = jnp.exp(-jnp.abs(a))
    return jnp.where(a < 0.0, e, 1.0) / (1.0 + e)


def divide(a: Any, b: Any) -> Any:
    """a / b, kept from two rewritings of XLA: (a / b) / b as a / (b·b), and many numbers over one as each · (1 / b).

    Both have other results at 0 and infinity, and the second beyond 2^1022, where 1 / b is subnormal.
    """
    numbers, divisors = jnp.broadcast_arrays(a, b)
    return optimization_barrier(jnp.divide(numbers, optimization_barrier(divisors)))


def exp2(a: Any) -> Any:
    """2ⁿ · exp(f ln 2) for the whole number n nearest to a: XLA's own is not exact even at whole numbers."""
    n = jnp.round(jnp.clip(a, -1080.0, 1030.0))
    half = jnp.exp((a - n) * _LN2)
    first = jnp.floor(0.5 * n)  # in two steps, for 2^1024 is no float though 2^1023.5 is one
    return jnp.ldexp(jnp.ldexp(half, first.astype(int)), (n - first).astype(int))


def log2(a: Any) -> Any:
    """e + log m / ln 2 with a = m·2^e, √½ ≤ m < √2: whole at the powers of 2, where log a / ln 2 need not be."""
    m, e = jnp.frexp(a)
    low = m < _SQRT_HALF
    m, e = jnp.where(low, 2.0 * m, m), jnp.where(low, e - 1, e)
    return jnp.where(jnp.isfinite(a) & (a > 0.0), e + jnp.log(m) / _LN2, jnp.log(a))


def log10(a: Any) -> Any:
    """log a / ln 10, and the whole number at the powers of 10 that floats hold."""
    quotient = jnp.log(a) / _LN10
    n = jnp.clip(jnp.nan_to_num(jnp.round(quotient)), -_POWERS, _POWERS)
    return jnp.where(jnp.asarray(_POWERS_OF_TEN)[(n + _POWERS).astype(int)] == a, n, quotient)


def cosh(a: Any) -> Any:
    """XLA's own loses three digits where the result is large."""
    half = jnp.exp(0.5 * jnp.abs(a))
    return 0.5 * half * half + 0.5 / half / half


def sinh(a: Any) -> Any:
    """See `cosh`; near 0 from expm1, which does not cancel."""
    half, grown = jnp.exp(0.5 * jnp.abs(a)), jnp.expm1(jnp.minimum(jnp.abs(a), 1.0))
    near = 0.5 * (grown + grown / (1.0 + grown))
    return jnp.copysign(jnp.where(jnp.abs(a) < 1.0, near, 0.5 * half * half - 0.5 / half / half), a)


def tanh(a: Any) -> Any:
    """(1 - e) / (1 + e) with e = exp(-2|a|): XLA's own is six units in the last place off."""
    less = jnp.expm1(-2.0 * jnp.abs(a))
    return jnp.copysign(-less / (2.0 + less), a)


def atanh(a: Any) -> Any:
    """½ ln((1 + |a|) / (1 - |a|)) from log1p: XLA's own loses two digits away from 0 and 1."""
    size = jnp.abs(a)
    return jnp.copysign(0.5 * jnp.log1p(2.0 * size / (1.0 - size)), a)


def erfc(a: Any) -> Any:
    """1 - erf(a) up to 1, where XLA's own loses a digit; beyond, its own, put right for what a² loses to rounding.

    exp(-a²) magnifies that a²-fold: up to two and a half digits would be lost in the tail.
    """
    near = jnp.clip(a, -30.0, 30.0)  # further out it is 2 or 0
    high = _SPLITTER * near - (_SPLITTER * near - near)  # 26 bits, whose square is exact
    lost = (high * high - near * near) + (near + high) * (near - high)
    return jnp.where(jnp.abs(a) < 1.0, 1.0 - erf(a), jnp.where(a < 0.0, 1.0, 1.0 - lost) * special.erfc(a))


def __getattr__(name: str) -> Any:
    if not hasattr(jnp, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(jnp, name)
