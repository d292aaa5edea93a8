"""The functions of numbers as ONNX operators that onnxruntime computes in double precision.

Inverse and hyperbolic functions are written out. So is the sigmoid, whose own kernel keeps three digits at -30.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinygrad_notes.exchange.onnx import Writer

Name = str
_LN2 = math.log(2.0)


def _op(operator: str) -> Callable[..., Name]:
    return lambda w, *operands: w.node(operator, *operands)


def _as_number(operator: str) -> Callable[..., Name]:
    """A comparison, as 1 and 0."""
    return lambda w, a, b: w.node("Where", w.node(operator, a, b), w.number(1.0), w.number(0.0))


def _sigmoid(w: Writer, a: Name) -> Name:
    """1 / (1 + e⁻ᵃ) from the exponential that does not overflow."""
    e = w.node("Exp", w.node("Neg", w.node("Abs", a)))
    top = w.node("Where", w.node("Less", a, w.number(0.0)), e, w.number(1.0))
    return w.node("Div", top, w.node("Add", w.number(1.0), e))


def _log1p(w: Writer, a: Name) -> Name:
    """ln u · a / (u - 1) for u = 1 + a rounded, which puts right what the rounding lost; a where u is 1, and ln u at ∞.

    Reference: Goldberg, "What every computer scientist should know about floating-point arithmetic" (1991), theorem 4.
    """
    u = w.node("Add", w.number(1.0), a)
    log = w.node("Log", u)
    better = w.node("Mul", log, w.node("Div", a, w.node("Sub", u, w.number(1.0))))
    ordinary = w.node("Where", w.node("Less", w.node("Abs", a), w.number(math.inf)), better, log)
    ordinary = w.node("Where", w.node("Equal", u, w.number(0.0)), log, ordinary)
    return w.node("Where", w.node("Equal", u, w.number(1.0)), a, ordinary)


def _expm1(w: Writer, a: Name) -> Name:
    """(u - 1) · a / ln u for u = eᵃ rounded; a where u is 1, and u - 1 where it is far from 1.

    Reference: Higham, "Accuracy and stability of numerical algorithms" (2002), section 1.14.1.
    """
    u = w.node("Exp", a)
    less_one = w.node("Sub", u, w.number(1.0))
    better = w.node("Mul", less_one, w.node("Div", a, w.node("Log", u)))
    near = w.node("Where", w.node("Less", w.node("Abs", a), w.number(1.0)), better, less_one)
    return w.node("Where", w.node("Equal", u, w.number(1.0)), a, near)


def _sinh(w: Writer, a: Name) -> Name:
    """(m + m / (1 + m)) / 2 for m = e^|a| - 1, with the sign of a; in halves, that overflow no earlier than sinh."""
    size = w.node("Abs", a)
    m = _expm1(w, w.node("Min", size, w.number(1.0)))
    near = w.node("Mul", w.number(0.5), w.node("Add", m, w.node("Div", m, w.node("Add", w.number(1.0), m))))
    half = w.node("Exp", w.node("Mul", w.number(0.5), size))
    far = w.node("Sub", _half_square(w, half), w.node("Div", w.node("Div", w.number(0.5), half), half))
    return w.node("Mul", w.node("Sign", a), w.node("Where", w.node("Less", size, w.number(1.0)), near, far))


def _half_square(w: Writer, half: Name) -> Name:
    return w.node("Mul", w.node("Mul", w.number(0.5), half), half)


def _cosh(w: Writer, a: Name) -> Name:
    half = w.node("Exp", w.node("Mul", w.number(0.5), w.node("Abs", a)))
    return w.node("Add", _half_square(w, half), w.node("Div", w.node("Div", w.number(0.5), half), half))


def _asinh(w: Writer, a: Name) -> Name:
    """sign(a) · ln(1 + |a| + a² / (1 + √(a² + 1))); ln|a| + ln 2 where the square would overflow."""
    size = w.node("Abs", a)
    small = w.node("Min", size, w.number(1e9))
    square = w.node("Mul", small, small)
    root = w.node("Sqrt", w.node("Add", square, w.number(1.0)))
    near = _log1p(w, w.node("Add", small, w.node("Div", square, w.node("Add", w.number(1.0), root))))
    far = w.node("Add", w.node("Log", size), w.number(_LN2))
    return w.node("Mul", w.node("Sign", a), w.node("Where", w.node("Less", size, w.number(1e9)), near, far))


def _acosh(w: Writer, a: Name) -> Name:
    """ln(1 + t + √(2t + t²)) for t = a - 1; ln a + ln 2 where the square would overflow."""
    t = w.node("Sub", w.node("Min", a, w.number(1e9)), w.number(1.0))
    root = w.node("Sqrt", w.node("Add", w.node("Mul", w.number(2.0), t), w.node("Mul", t, t)))
    near, far = _log1p(w, w.node("Add", t, root)), w.node("Add", w.node("Log", a), w.number(_LN2))
    found = w.node("Where", w.node("Less", w.number(1e9), a), far, near)
    return w.node("Where", w.node("Less", a, w.number(1.0)), w.number(math.nan), found)


def _atanh(w: Writer, a: Name) -> Name:
    """ln(1 + 2|a| / (1 - |a|)) / 2, with the sign of a."""
    size = w.node("Abs", a)
    ratio = w.node("Div", w.node("Mul", w.number(2.0), size), w.node("Sub", w.number(1.0), size))
    return w.node("Mul", w.node("Sign", a), w.node("Mul", w.number(0.5), _log1p(w, ratio)))


def _hypot(w: Writer, a: Name, b: Name) -> Name:
    """The longer · √(1 + (shorter / longer)²), which does not overflow; ∞ where either is, 0 for two zeros."""
    a, b = w.node("Abs", a), w.node("Abs", b)
    longer, shorter = w.node("Max", a, b), w.node("Min", a, b)
    ratio = w.node("Div", shorter, longer)
    length = w.node("Mul", longer, w.node("Sqrt", w.node("Add", w.number(1.0), w.node("Mul", ratio, ratio))))
    plain = w.node("Where", w.node("Equal", longer, w.number(0.0)), longer, length)
    endless = w.node("Or", w.node("Equal", a, w.number(math.inf)), w.node("Equal", b, w.number(math.inf)))
    return w.node("Where", endless, w.number(math.inf), plain)


def _remainder(w: Writer, a: Name, b: Name) -> Name:
    """ONNX's Mod of floats has the sign of a; ours has the sign of b."""
    rest = w.node("Mod", a, b, fmod=1)
    other_sign = w.node("Less", w.node("Mul", w.node("Sign", rest), w.node("Sign", b)), w.number(0.0))
    return w.node("Where", other_sign, w.node("Add", rest, b), rest)


def _log_to(base: float) -> Callable[..., Name]:
    """The logarithm to a base, whole where a power of the base is met."""

    def written(w: Writer, a: Name) -> Name:
        quotient = w.node("Div", w.node("Log", a), w.number(math.log(base)))
        whole = w.node("Round", quotient)
        return w.node("Where", w.node("Equal", w.node("Pow", w.number(base), whole), a), whole, quotient)

    return written


def _cbrt(w: Writer, a: Name) -> Name:
    """∛a by one step of Newton's method from |a|^(1/3), whose last digits are wrong."""
    size = w.node("Abs", a)
    root = w.node("Pow", size, w.number(1.0 / 3.0))
    square = w.node("Mul", root, root)
    step = w.node("Div", w.node("Sub", root, w.node("Div", size, square)), w.number(3.0))
    usual = w.node("And", w.node("Less", w.number(0.0), square), w.node("Less", size, w.number(math.inf)))
    return w.node("Mul", w.node("Sign", a), w.node("Where", usual, w.node("Sub", root, step), root))


COLUMN: dict[str, Callable[..., Name]] = {
    "abs": _op("Abs"), "add": _op("Add"), "subtract": _op("Sub"), "multiply": _op("Mul"), "divide": _op("Div"),
    "negative": _op("Neg"), "pow": _op("Pow"), "sqrt": _op("Sqrt"), "exp": _op("Exp"), "log": _op("Log"),
    "sin": _op("Sin"), "cos": _op("Cos"), "tanh": _op("Tanh"), "sign": _op("Sign"), "floor": _op("Floor"),
    "ceil": _op("Ceil"), "maximum": _op("Max"), "minimum": _op("Min"),
    "greater": _as_number("Greater"), "less": _as_number("Less"), "equal": _as_number("Equal"),
    "where": lambda w, condition, a, b: w.node("Where", w.node("Equal", condition, w.number(0.0)), b, a),
    "sigmoid": _sigmoid, "log1p": _log1p, "expm1": _expm1, "sinh": _sinh, "cosh": _cosh,
    "asinh": _asinh, "acosh": _acosh, "atanh": _atanh, "hypot": _hypot, "remainder": _remainder, "cbrt": _cbrt,
    "log2": _log_to(2.0), "log10": _log_to(10.0),
    "exp2": lambda w, a: w.node("Pow", w.number(2.0), a),
    "tan": lambda w, a: w.node("Div", w.node("Sin", a), w.node("Cos", a)),
}  # fmt: skip
"""How a function is written in ONNX."""

REFUSED = {
    "erf": "tanh or sigmoid",
    "erfc": "tanh or sigmoid (silu in place of gelu)",
    "asin": "a formula without it",
    "acos": "a formula without it",
    "atan": "a formula without it",
    "atan2": "a formula without it",
}
"""Functions that onnxruntime has in single precision alone, without a short form, and what may take their place."""
