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
`edges.csv` lists the cases.

`lgamma` and `digamma` are not in the table: the derivative of each is the next polygamma function, which neither
`math`, NumPy, the array-API standard nor JavaScript has, so no rule could be read in every number system.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import nan
from types import MappingProxyType
from typing import Any

from tinygrad_notes import rules, rules_of_many
from tinygrad_notes.picking import EVERY, NOTHING, overflowing, picking
from tinygrad_notes.rules import Derivatives, Rules


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One row of the table.

    `arity` is the number of operands, None for any number. `notation` is a format string over the
    operands as written (`"{0} + {1}"`); a row of any arity sees them joined by commas, as in `"Σ({0})"`.
    `on_paper`, where given, is a function of a number system that returns the derivatives as textbooks write them:
    equal in real numbers to the rule's, but without its care for edges, overflow and canceled digits. It may
    use every operation of the table, `m.sigmoid` too.
    `picks` are the operands that the result may have nothing to do with: a derivative of 0 by one of them is structural.
    `overflows` says that an infinite result of finite operands, the first not 0, is a number too large for a float. See
    `tinygrad_notes.picking` for both.
    """

    name: str
    arity: int | None
    notation: str
    rule: Callable[[Any], Rules]
    on_paper: Callable[[Any], Derivatives] | None = None
    picks: tuple[int, ...] | range = ()
    overflows: bool = False
    _read: dict[int, tuple[Any, Rules]] = field(default_factory=dict, repr=False)

    def read(self, m: Any) -> Rules:
        """The value and derivative functions of this row over the number system `m`."""
        key = id(m)
        if key not in self._read:
            value, derivatives = self.rule(m)
            if self.picks:
                derivatives = picking(m, self.arity, self.picks, derivatives)
            if self.overflows:
                derivatives = overflowing(m, self.arity, derivatives)
            if self.name in getattr(m, "SHORT", ()):
                value, derivatives = m.SHORT[self.name](value, derivatives)
            self._read[key] = (m, (value, derivatives))  # holding m keeps its id from being reused
        return self._read[key][1]

    def structural(self, slopes: tuple[float, ...]) -> tuple[float, ...]:
        """Local derivatives that have been written down, with their structural zeros marked again."""
        return tuple([NOTHING if k in self.picks and slope == 0.0 else slope for k, slope in enumerate(slopes)])

    def check(self, m: Any) -> None:
        """Try the rule over the floats of `m`; ValueError unless it gives a derivative for each operand."""
        value, derivatives = self.read(m)
        numbers = (0.5,) * (self.arity or 0)
        try:
            slopes = derivatives(*numbers, value(*numbers))
        except (ArithmeticError, ValueError):  # a rule of one's own need not be defined at this point
            return
        if not isinstance(slopes, tuple) or len(slopes) != len(numbers):
            raise ValueError(
                f"the derivatives of {self.name!r} must be a tuple with one for each of its {len(numbers)} operands, "
                f"such as (d,) for one, got {slopes!r}"
            )

    def textbook(self, m: Any) -> Derivatives:
        """The derivatives as textbooks write them, over the number system `m`; the rule's own where those say it best."""
        return self.read(m)[1] if self.on_paper is None else self.on_paper(m)

    def takes(self, count: int) -> bool:
        """Whether the row can have `count` operands."""
        if self.arity is not None:
            return count == self.arity
        return count > 0 and (self.name not in _IN_PAIRS or count % 2 == _IN_PAIRS[self.name])

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return operation, (self.name,)  # copies and pickles refer to the row, they never carry code


_rows: dict[str, Operation] = {}
TABLE: Mapping[str, Operation] = MappingProxyType(_rows)
"""Every operation by name, in the order of definition; read-only (see `define`)."""
_IN_PAIRS = {"dot": 0, "weighted_sum": 1}
"""The rows whose operands come in pairs, and how many stand beside the pairs."""
_followers: list[Callable[[Operation, bool], None]] = []


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
    on_paper: Callable[[Any], Derivatives] | None = None,
    picks: tuple[int, ...] | range = (),
    overflows: bool = False,
) -> Operation:
    """Add an operation to the table; from then on every interpreter knows it.

    Raises ValueError where the name is taken or is no identifier, or where the rule does not give a derivative for each
    operand; the table is then as it was.

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
    row = _rows[name] = Operation(name, arity, notation, rule, on_paper, picks, overflows)
    try:
        for tell in _followers:
            tell(row, True)
    except BaseException:
        del _rows[name]
        raise
    return row


def undefine(name: str) -> None:
    """Take an operation of one's own out of the table again; those of the package stay."""
    if name in _BUILT_IN:
        raise ValueError(f"{name!r} belongs to the package and stays in the table")
    row = operation(name)
    del _rows[name]
    for tell in _followers:
        tell(row, False)


def follow_table(tell: Callable[[Operation, bool], None]) -> None:
    """Call `tell(row, True)` for every row, now and as it is added, and `tell(row, False)` as one is taken out."""
    _followers.append(tell)
    for row in _rows.values():
        tell(row, True)


# The rows -------------------------------------------------------------------------------------------
# A row is laid out as a row: name, arity, notation, value rule, derivative rule; below it the derivatives on paper.
# fmt: off

_LOG2E, _LOG10E = math.log2(math.e), math.log10(math.e)

# A lifted number: written into an expression as a plain number, it takes no part in differentiation.
CONSTANT = define("constant", 0, "", lambda m: (lambda: nan, lambda out: ()))

ADD = define("add", 2, "{0} + {1}", lambda m: (lambda a, b: a + b, lambda a, b, out: (1.0, 1.0)))
SUBTRACT = define("subtract", 2, "{0} - {1}", lambda m: (lambda a, b: a - b, lambda a, b, out: (1.0, -1.0)))
MULTIPLY = define("multiply", 2, "{0} · {1}", lambda m: (lambda a, b: a * b, lambda a, b, out: (b, a)))
NEGATIVE = define("negative", 1, "-{0}", lambda m: (lambda a: -a, lambda a, out: (-1.0,)))
DIVIDE = define("divide", 2, "{0} / {1}", lambda m: (m.divide, lambda a, b, out: (m.divide(1.0, b), -m.divide(out, b))),
    on_paper=lambda m: lambda a, b, out: (m.divide(1.0, b), -m.divide(a, m.square(b))))
POW = define("pow", 2, "{0}^{1}", lambda m: (m.pow, lambda a, b, out: (rules.slope_by_base(m, a, b, out), rules.slope_by_exponent(m, a, b, out))),
    on_paper=lambda m: lambda a, b, out: (b * rules.power(m, a, b - 1.0), out * m.log(a)), overflows=True)

define("identity", 1, "{0}", lambda m: (lambda a: 1.0 * a, lambda a, out: (1.0,)))
STOP_GRADIENT = define("stop_gradient", 1, "stop_gradient({0})", lambda m: (lambda a: 1.0 * a, lambda a, out: (0.0,)), picks=(0,))
define("abs", 1, "|{0}|", lambda m: (m.abs, lambda a, out: (m.sign(a),)))
define("square", 1, "{0}^2", lambda m: (lambda a: a * a, lambda a, out: (2.0 * a,)))
define("reciprocal", 1, "1 / {0}", lambda m: (lambda a: m.divide(1.0, a), lambda a, out: (-out * out,)),
    on_paper=lambda m: lambda a, out: (-m.divide(1.0, m.square(a)),))
define("sqrt", 1, "sqrt({0})", lambda m: (m.sqrt, lambda a, out: (m.divide(0.5, m.abs(out)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 2.0 * out),))
define("cbrt", 1, "cbrt({0})", lambda m: (m.cbrt, lambda a, out: (m.divide(1.0, 3.0 * out * out),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 3.0 * m.square(out)),))
define("hypot", 2, "hypot({0}, {1})", lambda m: (m.hypot, lambda a, b, out: rules_of_many.cosines(m, (a, b), out)),
    on_paper=lambda m: lambda a, b, out: (m.divide(a, out), m.divide(b, out)))

define("exp", 1, "exp({0})", lambda m: (m.exp, lambda a, out: (out,)), overflows=True)
define("exp2", 1, "exp2({0})", rules.exp2,
    on_paper=lambda m: lambda a, out: (out * m.log(2.0),), overflows=True)
define("expm1", 1, "expm1({0})", lambda m: (m.expm1, lambda a, out: (m.exp(a),)), overflows=True)
define("log", 1, "ln({0})", lambda m: (m.log, lambda a, out: (rules.starting_at(m, a, 0.0, m.divide(1.0, m.abs(a))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, a),))
define("log2", 1, "log2({0})", lambda m: (m.log2, lambda a, out: (rules.starting_at(m, a, 0.0, m.divide(_LOG2E, m.abs(a))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, a * m.log(2.0)),))
define("log10", 1, "log10({0})", lambda m: (m.log10, lambda a, out: (rules.starting_at(m, a, 0.0, m.divide(_LOG10E, m.abs(a))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, a * m.log(10.0)),))
define("log1p", 1, "log1p({0})", lambda m: (m.log1p, lambda a, out: (rules.starting_at(m, a, -1.0, m.divide(1.0, 1.0 + a)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 1.0 + a),))

define("sin", 1, "sin({0})", lambda m: (m.sin, lambda a, out: (m.cos(a),)))
define("cos", 1, "cos({0})", lambda m: (m.cos, lambda a, out: (-m.sin(a),)))
define("tan", 1, "tan({0})", lambda m: (m.tan, lambda a, out: (1.0 + out * out,)),
    on_paper=lambda m: lambda a, out: (1.0 + m.square(out),))
define("asin", 1, "asin({0})", rules.asin,
    on_paper=lambda m: lambda a, out: (m.divide(1.0, m.sqrt(1.0 - m.square(a))),))
define("acos", 1, "acos({0})", rules.acos,
    on_paper=lambda m: lambda a, out: (-m.divide(1.0, m.sqrt(1.0 - m.square(a))),))
define("atan", 1, "atan({0})", lambda m: (m.atan, lambda a, out: (rules.squared(m.divide(1.0, m.hypot(a, 1.0))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 1.0 + m.square(a)),))
define("atan2", 2, "atan2({0}, {1})", lambda m: (m.atan2, lambda a, b, out: rules_of_many.turning(m, a, b, m.hypot(a, b))),
    on_paper=lambda m: lambda a, b, out: (m.divide(b, m.square(a) + m.square(b)), -m.divide(a, m.square(a) + m.square(b))))
define("sinh", 1, "sinh({0})", lambda m: (m.sinh, lambda a, out: (m.cosh(a),)), overflows=True)
define("cosh", 1, "cosh({0})", lambda m: (m.cosh, lambda a, out: (m.sinh(a),)), overflows=True)
define("tanh", 1, "tanh({0})", rules.tanh,
    on_paper=lambda m: lambda a, out: (1.0 - m.square(out),))
define("sech2", 1, "sech({0})^2", rules.bell)
define("asinh", 1, "asinh({0})", lambda m: (m.asinh, lambda a, out: (m.divide(1.0, m.hypot(a, 1.0)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, m.sqrt(m.square(a) + 1.0)),))
define("acosh", 1, "acosh({0})", lambda m: (m.acosh, lambda a, out: (m.divide(1.0, m.sqrt(a - 1.0) * m.sqrt(a + 1.0)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, m.sqrt(m.square(a) - 1.0)),))
define("atanh", 1, "atanh({0})", rules.atanh,
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 1.0 - m.square(a)),))
define("erf", 1, "erf({0})", rules.erf,
    on_paper=lambda m: lambda a, out: (m.divide(2.0, m.sqrt(math.pi)) * m.exp(-m.square(a)),))
define("erfc", 1, "erfc({0})", rules.erfc,
    on_paper=lambda m: lambda a, out: (-m.divide(2.0, m.sqrt(math.pi)) * m.exp(-m.square(a)),))

define("sigmoid", 1, "σ({0})", rules.logistic,
    on_paper=lambda m: lambda a, out: (out * (1.0 - out),))
define("softplus", 1, "softplus({0})", lambda m: (lambda a: m.maximum(a, 0.0) + m.log1p(m.exp(-m.abs(a))), lambda a, out: (rules.sigmoid(m, a),)),
    on_paper=lambda m: lambda a, out: (m.sigmoid(a),))
define("log_sigmoid", 1, "ln σ({0})", lambda m: (lambda a: m.minimum(a, 0.0) - m.log1p(m.exp(-m.abs(a))), lambda a, out: (rules.sigmoid(m, -a),)),
    on_paper=lambda m: lambda a, out: (1.0 - m.sigmoid(a),))
define("relu", 1, "relu({0})", lambda m: (lambda a: m.maximum(a, 0.0), lambda a, out: (m.sign(out),)),
    on_paper=lambda m: lambda a, out: (m.greater(a, 0.0),), picks=(0,))
define("leaky_relu", 2, "leaky_relu({0}, {1})", rules.leaky_relu, picks=(1,))
define("elu", 2, "elu({0}, {1})", lambda m: (lambda a, scale: m.where(m.greater(a, 0.0), a, scale * m.expm1(a)),
    lambda a, scale, out: (m.where(m.greater(a, 0.0), 1.0, scale * m.exp(a)), m.where(m.greater(a, 0.0), 0.0, m.expm1(a)))),
    on_paper=lambda m: lambda a, scale, out: (m.where(m.greater(a, 0.0), 1.0, out + scale), m.expm1(m.minimum(a, 0.0))), picks=(1,))
define("silu", 1, "silu({0})", rules.silu,
    on_paper=lambda m: lambda a, out: (m.sigmoid(a) * (1.0 + a * (1.0 - m.sigmoid(a))),))
define("gelu", 1, "gelu({0})", rules.gelu,
    on_paper=lambda m: lambda a, out: (0.5 * (1.0 + m.erf(m.divide(a, m.sqrt(2.0)))) + m.divide(a * m.exp(-m.divide(m.square(a), 2.0)), m.sqrt(2.0 * math.pi)),))

define("maximum", 2, "max({0}, {1})", rules.maximum, picks=(0, 1))
define("minimum", 2, "min({0}, {1})", rules.minimum, picks=(0, 1))
define("clip", 3, "clip({0}, {1}, {2})", rules.clip, picks=(0, 1, 2))
define("where", 3, "where({0}, {1}, {2})", lambda m: (lambda condition, a, b: m.where(m.equal(condition, 0.0), b, a),
    lambda condition, a, b, out: (0.0, m.where(m.equal(condition, 0.0), 0.0, 1.0), m.where(m.equal(condition, 0.0), 1.0, 0.0))), picks=(0, 1, 2))
define("greater", 2, "[{0} > {1}]", lambda m: (lambda a, b: m.where(m.greater(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)), picks=(0, 1))
define("less", 2, "[{0} < {1}]", lambda m: (lambda a, b: m.where(m.less(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)), picks=(0, 1))
define("equal", 2, "[{0} = {1}]", lambda m: (lambda a, b: m.where(m.equal(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)), picks=(0, 1))
define("sign", 1, "sign({0})", lambda m: (m.sign, lambda a, out: (0.0,)), picks=(0,))
define("floor", 1, "floor({0})", lambda m: (m.floor, lambda a, out: (0.0,)), picks=(0,))
define("ceil", 1, "ceil({0})", lambda m: (m.ceil, lambda a, out: (0.0,)), picks=(0,))
define("remainder", 2, "{0} mod {1}", lambda m: (m.remainder, lambda a, b, out: (1.0, -m.floor(m.divide(a - out, b) + 0.5))),
    on_paper=lambda m: lambda a, b, out: (1.0, -m.floor(m.divide(a, b))), picks=(1,))

SUM = define("sum", None, "Σ({0})", lambda m: (lambda *xs: m.total(xs), lambda *xs_out: (1.0,) * (len(xs_out) - 1)))
PRODUCT = define("product", None, "Π({0})", lambda m: (lambda *xs: rules_of_many.product(xs), lambda *xs_out: rules_of_many.others_product(xs_out[:-1])))
MEAN = define("mean", None, "mean({0})", lambda m: (lambda *xs: m.total(xs) / len(xs), lambda *xs_out: (1.0 / (len(xs_out) - 1),) * (len(xs_out) - 1)),
    on_paper=lambda m: lambda *xs_out: (m.divide(1.0, len(xs_out) - 1),) * (len(xs_out) - 1))
DOT = define("dot", None, "dot({0})", rules_of_many.dot)
WEIGHTED_SUM = define("weighted_sum", None, "weighted_sum({0})", rules_of_many.weighted_sum)
NORM = define("norm", None, "‖({0})‖", lambda m: (lambda *xs: rules_of_many.norm(m, xs), lambda *xs_out: rules_of_many.cosines(m, xs_out[:-1], xs_out[-1])),
    on_paper=lambda m: lambda *xs_out: tuple(m.divide(x, xs_out[-1]) for x in xs_out[:-1]))
AMAX = define("amax", None, "max({0})", lambda m: rules.largest(m, m.maximum, getattr(m, "largest", None)), picks=EVERY)
AMIN = define("amin", None, "min({0})", lambda m: rules.largest(m, m.minimum), picks=EVERY)
LOGSUMEXP = define("logsumexp", None, "logsumexp({0})", lambda m: (lambda *xs: rules_of_many.logsumexp(m, xs), lambda *xs_out: rules_of_many.shares(m, xs_out[:-1])),
    on_paper=lambda m: lambda *xs_out: tuple(m.exp(x - xs_out[-1]) for x in xs_out[:-1]))

# fmt: on
_BUILT_IN = frozenset(_rows)
