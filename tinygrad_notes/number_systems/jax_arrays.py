"""JAX arrays: the number system of the JAX executor. Comparisons give 1.0 and 0.0, as on the tape.

Example:
    >>> from tinygrad_notes.number_systems import jax_arrays
    >>> float(jax_arrays.where(jax_arrays.less(1.0, 2.0), 3.0, 4.0))
    3.0
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax.lax import optimization_barrier
from jax.scipy.special import erf, erfc

__all__ = ["cosh", "divide", "equal", "erf", "erfc", "greater", "less", "sigmoid", "sinh", "where"]


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
    """a / b, kept from XLA's rewriting (a / b) / b as a / (b·b), which has other results at 0 and infinity."""
    return optimization_barrier(jnp.divide(a, b))


def cosh(a: Any) -> Any:
    """XLA's own loses three digits where the result is large."""
    half = jnp.exp(0.5 * jnp.abs(a))
    return 0.5 * half * half + 0.5 / half / half


def sinh(a: Any) -> Any:
    """See `cosh`; near 0 from expm1, which does not cancel."""
    half, grown = jnp.exp(0.5 * jnp.abs(a)), jnp.expm1(jnp.minimum(jnp.abs(a), 1.0))
    near = 0.5 * (grown + grown / (1.0 + grown))
    return jnp.copysign(jnp.where(jnp.abs(a) < 1.0, near, 0.5 * half * half - 0.5 / half / half), a)


def __getattr__(name: str) -> Any:
    if not hasattr(jnp, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(jnp, name)
