"""The table of operations: the one place where a value or a derivative is written.

Each row states a primitive once: its name, how it is written, and a *rule*: a function of a number
system `m` that returns two functions,

    value(*operands)              the operation's result
    derivatives(*operands, out)   one local derivative per operand; `out` is the result, for rules
                                  that are short in terms of it

A number system is any namespace with the functions that `math`, NumPy 2, `jax.numpy` and the array-API
standard share by name (`exp`, `asin`, `atan2`, `pow`, `divide`, `where`, `greater`, …), plus `total`
and `dot` over sequences of numbers. Floats, Values, arrays, compiled loops and symbols all read these
same rows; `tinygrad_notes.number_systems` holds the adapters.

Rules divide by `m.divide` and raise by `m.pow`, because Python's `/` and `**` raise exceptions where
IEEE 754 has a result. Where a derivative does not exist the rows follow PyTorch's ordered convention: the
true derivative, else the minimum-norm subgradient, else the limit (infinity allowed), else nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Rules = tuple[Callable[..., Any], Callable[..., tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One row of the table.

    `arity` is the number of operands, None for any number. `notation` is a format string over the
    operands as written (`"{0} + {1}"`); a row of any arity sees them joined by commas, as in `"Σ({0})"`.
    `on_paper`, where given, is the derivative as textbooks write it, in terms of the output: equal in
    real numbers to the rule's, but losing digits by cancellation where the output saturates.
    """

    name: str
    arity: int | None
    notation: str
    rule: Callable[[Any], Rules]
    on_paper: Callable[[Any], Any] | None = None
    _read: dict[int, tuple[Any, Rules]] = field(default_factory=dict, repr=False)

    def read(self, m: Any) -> Rules:
        """The value and derivative functions of this row over the number system `m`."""
        key = id(m)
        if key not in self._read:
            self._read[key] = (m, self.rule(m))  # holding m keeps its id from being reused
        return self._read[key][1]

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return operation, (self.name,)  # copies and pickles refer to the row, they never carry code


_rows: dict[str, Operation] = {}
TABLE: Mapping[str, Operation] = MappingProxyType(_rows)
"""Every operation by name, in the order of definition; read-only (see `define`)."""


def operation(name: str) -> Operation:
    """The row named `name`; KeyError lists the names there are."""
    if name not in _rows:
        raise KeyError(f"no operation is named {name!r}; the table has {', '.join(_rows)}")
    return _rows[name]


def define(
    name: str,
    arity: int | None,
    notation: str,
    rule: Callable[[Any], Rules],
    on_paper: Callable[[Any], Any] | None = None,
) -> Operation:
    """Add an operation to the table; from then on every interpreter knows it.

    Raises ValueError where the name is taken or is no identifier.

    Example:
        >>> from tinygrad_notes import Value, functions
        >>> row = define("softsign", 1, "softsign({0})", lambda m: (
        ...     lambda a: m.divide(a, 1 + m.abs(a)),
        ...     lambda a, out: (m.divide(1, (1 + m.abs(a)) * (1 + m.abs(a))),)))
        >>> functions.softsign(Value(1.0)).local_derivatives
        (0.25,)
        >>> undefine("softsign")
    """
    if not name.isidentifier():
        raise ValueError(f"an operation's name must be a Python identifier, not {name!r}")
    if name in _rows:
        raise ValueError(f"the table already has an operation named {name!r}; choose another name")
    _rows[name] = Operation(name, arity, notation, rule, on_paper)
    return _rows[name]


def undefine(name: str) -> None:
    """Take an operation of one's own out of the table again; those of the package stay."""
    if name in _BUILT_IN:
        raise ValueError(f"{name!r} belongs to the package and stays in the table")
    del _rows[operation(name).name]


# Shared parts of rules ------------------------------------------------------------------------------


def _sigmoid(m: Any, a: Any) -> Any:
    e = m.exp(-m.abs(a))  # never overflows, and keeps the relative precision of both tails
    return m.divide(m.where(m.less(a, 0.0), e, 1.0), 1.0 + e)


def _bell(m: Any, e: Any) -> Any:
    """e / (1 + e)², which is σ′(a) for e = exp(-|a|) and tanh′(a) / 4 for e = exp(-2|a|)."""
    return m.divide(e, (1.0 + e) * (1.0 + e))


def _step(m: Any, a: Any, b: Any) -> Any:
    """The share of a in d max(a, b)/da: 1, 0, or one half where they tie."""
    return m.where(m.greater(a, b), 1.0, m.where(m.equal(a, b), 0.5, 0.0))


def _where_zero(m: Any, a: Any, then: Any, otherwise: Any) -> Any:
    return m.where(m.equal(a, 0.0), then, otherwise)


def _power_slopes(m: Any, a: Any, b: Any, out: Any) -> tuple[Any, Any]:
    by_base = _where_zero(m, b, 0.0, b * m.pow(a, b - 1.0))
    base_is_zero = _where_zero(m, a, m.where(m.less(b, 0.0), math.nan, 0.0), out * m.log(a))
    return by_base, base_is_zero


def _others_product(xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """For each factor the product of all the others, without dividing (a factor may be zero)."""
    before, after = [1.0], [1.0]
    for x in xs[:-1]:
        before.append(before[-1] * x)
    for x in xs[:0:-1]:
        after.append(after[-1] * x)
    return tuple(left * right for left, right in zip(before, reversed(after), strict=True))


def _product(xs: tuple[Any, ...]) -> Any:
    out = xs[0]
    for x in xs[1:]:
        out = out * x
    return out


def _logsumexp(m: Any, xs: tuple[Any, ...]) -> Any:
    top = xs[0]
    for x in xs[1:]:
        top = m.maximum(top, x)
    shift = m.where(m.less(m.abs(top), math.inf), top, 0.0)
    return shift + m.log(m.total([m.exp(x - shift) for x in xs]))


def _dot(m: Any) -> Rules:
    """Σ wᵢxᵢ over operands w₁…wₙ x₁…xₙ; the derivative by each is its partner."""

    def value(*wx: Any) -> Any:
        n = len(wx) // 2
        return m.dot(wx[:n], wx[n:])

    def derivatives(*wx_out: Any) -> tuple[Any, ...]:
        n = len(wx_out) // 2
        return wx_out[n:-1] + wx_out[:n]

    return value, derivatives


def _weighted_sum(m: Any) -> Rules:
    """Σ wᵢxᵢ + b over operands w₁…wₙ x₁…xₙ b."""

    def value(*wxb: Any) -> Any:
        n = len(wxb) // 2
        return m.dot(wxb[:n], wxb[n:-1]) + wxb[-1]

    def derivatives(*wxb_out: Any) -> tuple[Any, ...]:
        n = len(wxb_out) // 2 - 1
        return (*wxb_out[n:-2], *wxb_out[:n], 1.0)

    return value, derivatives


# The rows -------------------------------------------------------------------------------------------
# fmt: off (a row is laid out as a row)

_LN2 = math.log(2.0)
_LN10 = math.log(10.0)
_SQRT_HALF = math.sqrt(0.5)
_TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
_SQRT_TWO_PI = math.sqrt(2.0 * math.pi)

# A lifted number: written into an expression as a plain number, it takes no part in differentiation.
CONSTANT = define("constant", 0, "", lambda m: (lambda: math.nan, lambda out: ()))

ADD = define("add", 2, "{0} + {1}", lambda m: (lambda a, b: a + b, lambda a, b, out: (1.0, 1.0)))
SUBTRACT = define("subtract", 2, "{0} - {1}", lambda m: (lambda a, b: a - b, lambda a, b, out: (1.0, -1.0)))
MULTIPLY = define("multiply", 2, "{0} · {1}", lambda m: (lambda a, b: a * b, lambda a, b, out: (b, a)))
NEGATIVE = define("negative", 1, "-{0}", lambda m: (lambda a: -a, lambda a, out: (-1.0,)))
DIVIDE = define("divide", 2, "{0} / {1}", lambda m: (m.divide, lambda a, b, out: (m.divide(1.0, b), -m.divide(out, b))))
POW = define("pow", 2, "{0}^{1}", lambda m: (m.pow, lambda a, b, out: _power_slopes(m, a, b, out)))

define("identity", 1, "{0}", lambda m: (lambda a: a + 0.0, lambda a, out: (1.0,)))
define("abs", 1, "|{0}|", lambda m: (m.abs, lambda a, out: (m.sign(a),)))
define("square", 1, "{0}^2", lambda m: (lambda a: a * a, lambda a, out: (2.0 * a,)))
define("reciprocal", 1, "1 / {0}", lambda m: (lambda a: m.divide(1.0, a), lambda a, out: (-out * out,)))
define("sqrt", 1, "sqrt({0})", lambda m: (m.sqrt, lambda a, out: (m.divide(0.5, m.abs(out)),)))
define("cbrt", 1, "cbrt({0})", lambda m: (m.cbrt, lambda a, out: (m.divide(1.0, 3.0 * out * out),)))
define(
    "hypot",
    2,
    "hypot({0}, {1})",
    lambda m: (
        m.hypot,
        lambda a, b, out: (_where_zero(m, out, 0.0, m.divide(a, out)), _where_zero(m, out, 0.0, m.divide(b, out))),
    ),
)

define("exp", 1, "exp({0})", lambda m: (m.exp, lambda a, out: (out,)))
define("exp2", 1, "exp2({0})", lambda m: (m.exp2, lambda a, out: (out * _LN2,)))
define("expm1", 1, "expm1({0})", lambda m: (m.expm1, lambda a, out: (m.exp(a),)))
define("log", 1, "ln({0})", lambda m: (m.log, lambda a, out: (m.divide(1.0, a),)))
define("log2", 1, "log2({0})", lambda m: (m.log2, lambda a, out: (m.divide(1.0, a * _LN2),)))
define("log10", 1, "log10({0})", lambda m: (m.log10, lambda a, out: (m.divide(1.0, a * _LN10),)))
define("log1p", 1, "log1p({0})", lambda m: (m.log1p, lambda a, out: (m.divide(1.0, 1.0 + a),)))

define("sin", 1, "sin({0})", lambda m: (m.sin, lambda a, out: (m.cos(a),)))
define("cos", 1, "cos({0})", lambda m: (m.cos, lambda a, out: (-m.sin(a),)))
define("tan", 1, "tan({0})", lambda m: (m.tan, lambda a, out: (1.0 + out * out,)))
define("asin", 1, "asin({0})", lambda m: (m.asin, lambda a, out: (m.divide(1.0, m.sqrt((1.0 - a) * (1.0 + a))),)))
define("acos", 1, "acos({0})", lambda m: (m.acos, lambda a, out: (-m.divide(1.0, m.sqrt((1.0 - a) * (1.0 + a))),)))
define("atan", 1, "atan({0})", lambda m: (m.atan, lambda a, out: (m.divide(1.0, 1.0 + a * a),)))
define(
    "atan2",
    2,
    "atan2({0}, {1})",
    lambda m: (
        m.atan2,
        lambda a, b, out: (
            m.divide(m.divide(b, m.hypot(a, b)), m.hypot(a, b)),
            -m.divide(m.divide(a, m.hypot(a, b)), m.hypot(a, b)),
        ),
    ),
)
define("sinh", 1, "sinh({0})", lambda m: (m.sinh, lambda a, out: (m.cosh(a),)))
define("cosh", 1, "cosh({0})", lambda m: (m.cosh, lambda a, out: (m.sinh(a),)))
define(
    "tanh",
    1,
    "tanh({0})",
    lambda m: (m.tanh, lambda a, out: (4.0 * _bell(m, m.exp(-2.0 * m.abs(a))),)),
    on_paper=lambda out: 1 - out * out,
)
define("asinh", 1, "asinh({0})", lambda m: (m.asinh, lambda a, out: (m.divide(1.0, m.hypot(a, 1.0)),)))
define(
    "acosh", 1, "acosh({0})", lambda m: (m.acosh, lambda a, out: (m.divide(1.0, m.sqrt(a - 1.0) * m.sqrt(a + 1.0)),))
)
define("atanh", 1, "atanh({0})", lambda m: (m.atanh, lambda a, out: (m.divide(1.0, (1.0 - a) * (1.0 + a)),)))
define("erf", 1, "erf({0})", lambda m: (m.erf, lambda a, out: (_TWO_OVER_SQRT_PI * m.exp(-a * a),)))
define("erfc", 1, "erfc({0})", lambda m: (m.erfc, lambda a, out: (-_TWO_OVER_SQRT_PI * m.exp(-a * a),)))

define(
    "sigmoid",
    1,
    "σ({0})",
    lambda m: (lambda a: _sigmoid(m, a), lambda a, out: (_bell(m, m.exp(-m.abs(a))),)),
    on_paper=lambda out: out * (1 - out),
)
define(
    "softplus",
    1,
    "softplus({0})",
    lambda m: (lambda a: m.maximum(a, 0.0) + m.log1p(m.exp(-m.abs(a))), lambda a, out: (_sigmoid(m, a),)),
)
define(
    "log_sigmoid",
    1,
    "ln σ({0})",
    lambda m: (lambda a: m.minimum(a, 0.0) - m.log1p(m.exp(-m.abs(a))), lambda a, out: (_sigmoid(m, -a),)),
)
define("relu", 1, "relu({0})", lambda m: (lambda a: m.maximum(a, 0.0), lambda a, out: (1.0 * m.greater(a, 0.0),)))
define(
    "leaky_relu",
    2,
    "leaky_relu({0}, {1})",
    lambda m: (
        lambda a, slope: m.where(m.greater(a, 0.0), a, slope * a),
        lambda a, slope, out: (m.where(m.greater(a, 0.0), 1.0, slope), m.minimum(a, 0.0)),
    ),
)
define(
    "elu",
    2,
    "elu({0}, {1})",
    lambda m: (
        lambda a, scale: m.where(m.greater(a, 0.0), a, scale * m.expm1(a)),
        lambda a, scale, out: (m.where(m.greater(a, 0.0), 1.0, scale * m.exp(a)), m.expm1(m.minimum(a, 0.0))),
    ),
)
define(
    "silu",
    1,
    "silu({0})",
    lambda m: (lambda a: a * _sigmoid(m, a), lambda a, out: (_sigmoid(m, a) * (1.0 + a * _sigmoid(m, -a)),)),
)
define(
    "gelu",
    1,
    "gelu({0})",
    lambda m: (
        lambda a: 0.5 * a * m.erfc(-a * _SQRT_HALF),
        lambda a, out: (0.5 * m.erfc(-a * _SQRT_HALF) + a * m.divide(m.exp(-0.5 * a * a), _SQRT_TWO_PI),),
    ),
)

define("maximum", 2, "max({0}, {1})", lambda m: (m.maximum, lambda a, b, out: (_step(m, a, b), _step(m, b, a))))
define("minimum", 2, "min({0}, {1})", lambda m: (m.minimum, lambda a, b, out: (_step(m, b, a), _step(m, a, b))))
define(
    "clip",
    3,
    "clip({0}, {1}, {2})",
    lambda m: (
        lambda a, low, high: m.minimum(m.maximum(a, low), high),
        lambda a, low, high, out: (
            m.where(m.less(a, low), 0.0, m.where(m.greater(a, high), 0.0, 1.0)),
            m.where(m.less(a, low), m.where(m.less(low, high), 1.0, 0.0), 0.0),
            m.where(m.greater(m.maximum(a, low), high), 1.0, 0.0),
        ),
    ),
)
define(
    "where",
    3,
    "where({0}, {1}, {2})",
    lambda m: (
        lambda condition, a, b: m.where(m.equal(condition, 0.0), b, a),
        lambda condition, a, b, out: (0.0, _where_zero(m, condition, 0.0, 1.0), _where_zero(m, condition, 1.0, 0.0)),
    ),
)
define(
    "greater",
    2,
    "[{0} > {1}]",
    lambda m: (lambda a, b: m.where(m.greater(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)),
)
define("less", 2, "[{0} < {1}]", lambda m: (lambda a, b: m.where(m.less(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)))
define(
    "equal", 2, "[{0} = {1}]", lambda m: (lambda a, b: m.where(m.equal(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0))
)
define("sign", 1, "sign({0})", lambda m: (m.sign, lambda a, out: (0.0,)))
define("floor", 1, "floor({0})", lambda m: (m.floor, lambda a, out: (0.0,)))
define("ceil", 1, "ceil({0})", lambda m: (m.ceil, lambda a, out: (0.0,)))
define("remainder", 2, "{0} mod {1}", lambda m: (m.remainder, lambda a, b, out: (1.0, -m.floor(m.divide(a, b)))))

SUM = define("sum", None, "Σ({0})", lambda m: (lambda *xs: m.total(xs), lambda *xs_out: (1.0,) * (len(xs_out) - 1)))
PRODUCT = define(
    "product", None, "Π({0})", lambda m: (lambda *xs: _product(xs), lambda *xs_out: _others_product(xs_out[:-1]))
)
MEAN = define(
    "mean",
    None,
    "mean({0})",
    lambda m: (lambda *xs: m.total(xs) / len(xs), lambda *xs_out: (1.0 / (len(xs_out) - 1),) * (len(xs_out) - 1)),
)
DOT = define("dot", None, "dot({0})", _dot)
WEIGHTED_SUM = define("weighted_sum", None, "weighted_sum({0})", _weighted_sum)
NORM = define(
    "norm",
    None,
    "‖({0})‖",
    lambda m: (
        lambda *xs: m.sqrt(m.dot(xs, xs)),
        lambda *xs_out: tuple(_where_zero(m, xs_out[-1], 0.0, m.divide(x, xs_out[-1])) for x in xs_out[:-1]),
    ),
)
LOGSUMEXP = define(
    "logsumexp",
    None,
    "logsumexp({0})",
    lambda m: (lambda *xs: _logsumexp(m, xs), lambda *xs_out: tuple(m.exp(x - xs_out[-1]) for x in xs_out[:-1])),
)

# fmt: on
_BUILT_IN = frozenset(_rows)
