"""The table of operations: the place where each value and each derivative is written.

Each row states one primitive: its name, how it is written, and a *rule*. The rule is a function of a number
system `m`. It returns two functions,

    value(*operands)              the operation's result
    derivatives(*operands, out)   one local derivative per operand; `out` is the result, which makes
                                  some rules short

A number system is any namespace with the functions that NumPy 2, `jax.numpy` and the array-API standard
share by name (`exp`, `asin`, `atan2`, `pow`, `divide`, `where`, `greater`, …), plus `total` and `dot`
over sequences of numbers. Floats, Values, arrays, compiled loops and symbols all read these
same rows; `tinygrad_notes.number_systems` holds the adapters.

Rules use `m.divide` and `m.pow`, because Python's `/` and `**` raise exceptions where IEEE 754 has a
result. Where no derivative exists, the rows follow PyTorch's convention, in this order: the true
derivative, the minimum-norm subgradient, the limit (infinity allowed), nan. `edges.csv` lists the cases.

`lgamma` and `digamma` are not in the table. The derivative of each is the next polygamma function, and neither
`math`, NumPy, the array-API standard nor JavaScript has that: not every number system could read such a rule.
"""

from __future__ import annotations

import math
from math import nan

from tinygrad_notes import rules, rules_of_many
from tinygrad_notes.picking import EVERY
from tinygrad_notes.table import TABLE, Operation, define, follow_table, operation, seal, undefine

__all__ = ["TABLE", "Operation", "define", "follow_table", "operation", "undefine"]

# The rows -------------------------------------------------------------------------------------------
# A row is laid out as a row: name, arity, notation, value rule, derivative rule; below it the derivatives on paper, and
# then the further columns.
# fmt: off

_POSITIVE = "keep its operand above 0, as by maximum(x, 1e-12)"
_INSIDE = "keep its operand inside (-1, 1), as by clip(x, -1 + 1e-9, 1 - 1e-9)"
_ADD_A_LITTLE = "its slope is endless at 0: add a small number to its operand"

_LOG2E, _LOG10E = math.log2(math.e), math.log10(math.e)

# A plain number in an expression, as a node. Its value stands in the node; no rule gives it.
CONSTANT = define("constant", 0, "", lambda m: (lambda: nan, lambda out: ()))

ADD = define("add", 2, "{0} + {1}", lambda m: (lambda a, b: a + b, lambda a, b, out: (1.0, 1.0)),
    tightness=(1, (1, 2)), cause="overflow, or infinity plus minus infinity")
SUBTRACT = define("subtract", 2, "{0} - {1}", lambda m: (lambda a, b: a - b, lambda a, b, out: (1.0, -1.0)),
    tightness=(1, (1, 2)), cause="overflow, or infinity minus infinity")
MULTIPLY = define("multiply", 2, "{0} · {1}", lambda m: (lambda a, b: a * b, lambda a, b, out: (b, a)),
    tightness=(2, (2, 3)))
NEGATIVE = define("negative", 1, "-{0}", lambda m: (lambda a: -a, lambda a, out: (-1.0,)),
    tightness=(2, (2,)))  # -a · b and -a / b are the same read either way
DIVIDE = define("divide", 2, "{0} / {1}", lambda m: (m.divide, lambda a, b, out: (m.divide(1.0, b), -m.divide(out, b))),
    on_paper=lambda m: lambda a, b, out: (m.divide(1.0, b), -m.divide(a, m.square(b))),
    tightness=(2, (2, 3)), cause="a division by zero: add a small number to the denominator, or treat the case apart with where()")
POW = define("pow", 2, "{0}^{1}", lambda m: (m.pow,
        lambda a, b, out: (rules.slope_by_base(m, a, b, out), rules.slope_by_exponent(m, a, b, out))),
    on_paper=lambda m: lambda a, b, out: (b * rules.power(m, a, b - 1.0), out * m.log(a)), overflows=True,
    tightness=(4, (5, 5)), vector_loop=True,
    cause="a negative base with a broken exponent, a power of 0, or overflow: keep the base above 0")

define("identity", 1, "{0}", lambda m: (lambda a: 1.0 * a, lambda a, out: (1.0,)),
    tightness=(1, (1,)))
STOP_GRADIENT = define("stop_gradient", 1, "stop_gradient({0})", lambda m: (lambda a: 1.0 * a, lambda a, out: (0.0,)), picks=(0,))
define("abs", 1, "|{0}|", lambda m: (m.abs, lambda a, out: (m.sign(a),)),
    ufunc="fabs")
define("square", 1, "{0}^2", lambda m: (lambda a: a * a, lambda a, out: (2.0 * a,)), overflows=True,
    tightness=(4, (5,)))
define("reciprocal", 1, "1 / {0}", lambda m: (lambda a: m.divide(1.0, a), lambda a, out: (-out * out,)),
    on_paper=lambda m: lambda a, out: (-m.divide(1.0, m.square(a)),),
    tightness=(2, (3,)), cause="a division by zero: add a small number to the denominator")
define("sqrt", 1, "sqrt({0})", lambda m: (m.sqrt, lambda a, out: (m.divide(0.5, m.abs(out)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 2.0 * out),),
    monotone=True, cause=f"the root of a negative number, or of 0: {_ADD_A_LITTLE}")
define("cbrt", 1, "cbrt({0})", rules.cbrt,
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 3.0 * m.square(out)),),
    monotone=True, vector_loop=True, cause=f"a root of 0: {_ADD_A_LITTLE}")
define("hypot", 2, "hypot({0}, {1})", lambda m: (m.hypot, lambda a, b, out: rules_of_many.cosines(m, (a, b), out)),
    on_paper=lambda m: lambda a, b, out: (m.divide(a, out), m.divide(b, out)))

define("exp", 1, "exp({0})", lambda m: (m.exp, lambda a, out: (out,)), overflows=True,
    monotone=True, vector_loop=True,
    cause="overflow: exp(x) is beyond the largest float for x > 709; logsumexp, softplus or log_sigmoid stay finite")
define("exp2", 1, "exp2({0})", rules.exp2,
    on_paper=lambda m: lambda a, out: (out * m.log(2.0),), overflows=True,
    monotone=True, vector_loop=True, cause="overflow: 2^x is beyond the largest float for x ≥ 1024")
define("expm1", 1, "expm1({0})", lambda m: (m.expm1, lambda a, out: (m.exp(a),)), overflows=True,
    monotone=True, vector_loop=True, cause="overflow: exp(x) is beyond the largest float for x > 709")
define("log", 1, "ln({0})", lambda m: (m.log, lambda a, out: (rules.starting_at(m, a, 0.0, m.divide(1.0, m.abs(a))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, a),),
    monotone=True, vector_loop=True, cause=f"a logarithm of 0 or of a negative number: {_POSITIVE}")
define("log2", 1, "log2({0})", lambda m: (m.log2, lambda a, out: (rules.starting_at(m, a, 0.0, m.divide(_LOG2E, m.abs(a))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, a * m.log(2.0)),),
    monotone=True, vector_loop=True, cause=f"a logarithm of 0 or of a negative number: {_POSITIVE}")
define("log10", 1, "log10({0})", lambda m: (m.log10, lambda a, out: (rules.starting_at(m, a, 0.0, m.divide(_LOG10E, m.abs(a))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, a * m.log(10.0)),),
    monotone=True, vector_loop=True, cause=f"a logarithm of 0 or of a negative number: {_POSITIVE}")
define("log1p", 1, "log1p({0})", lambda m: (m.log1p, lambda a, out: (rules.starting_at(m, a, -1.0, m.divide(1.0, 1.0 + a)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 1.0 + a),),
    monotone=True, vector_loop=True, cause="the logarithm of 0 or of a negative number: log1p needs an operand above -1")

define("sin", 1, "sin({0})", lambda m: (m.sin, lambda a, out: (m.cos(a),)),
    vector_loop=True)
define("cos", 1, "cos({0})", lambda m: (m.cos, lambda a, out: (-m.sin(a),)),
    vector_loop=True)
define("tan", 1, "tan({0})", lambda m: (m.tan, lambda a, out: (1.0 + out * out,)),
    on_paper=lambda m: lambda a, out: (1.0 + m.square(out),),
    vector_loop=True)
define("asin", 1, "asin({0})", rules.asin,
    on_paper=lambda m: lambda a, out: (m.divide(1.0, m.sqrt(1.0 - m.square(a))),),
    monotone=True, ufunc="arcsin", vector_loop=True, cause=f"an operand at or outside ±1: {_INSIDE}")
define("acos", 1, "acos({0})", rules.acos,
    on_paper=lambda m: lambda a, out: (-m.divide(1.0, m.sqrt(1.0 - m.square(a))),),
    monotone=True, ufunc="arccos", vector_loop=True, cause=f"an operand at or outside ±1: {_INSIDE}")
define("atan", 1, "atan({0})", lambda m: (m.atan, lambda a, out: (rules.squared(m.divide(1.0, m.hypot(a, 1.0))),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 1.0 + m.square(a)),),
    monotone=True, ufunc="arctan", vector_loop=True)
define("atan2", 2, "atan2({0}, {1})", lambda m: (m.atan2, lambda a, b, out: rules_of_many.turning(m, a, b, m.hypot(a, b))),
    on_paper=lambda m: lambda a, b, out: (m.divide(b, m.square(a) + m.square(b)), -m.divide(a, m.square(a) + m.square(b))),
    ufunc="arctan2", vector_loop=True, cause="both operands are 0: the origin has no angle")
define("sinh", 1, "sinh({0})", lambda m: (m.sinh, lambda a, out: (m.cosh(a),)), overflows=True,
    monotone=True, vector_loop=True, cause="overflow: sinh(x) is beyond the largest float for |x| > 710")
define("cosh", 1, "cosh({0})", lambda m: (m.cosh, lambda a, out: (m.sinh(a),)), overflows=True,
    vector_loop=True, cause="overflow: cosh(x) is beyond the largest float for |x| > 710")
define("tanh", 1, "tanh({0})", rules.tanh,
    on_paper=lambda m: lambda a, out: (1.0 - m.square(out),),
    monotone=True, vector_loop=True)
define("sech2", 1, "sech({0})^2", rules.bell)
define("asinh", 1, "asinh({0})", lambda m: (m.asinh, lambda a, out: (m.divide(1.0, m.hypot(a, 1.0)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, m.sqrt(m.square(a) + 1.0)),),
    monotone=True, ufunc="arcsinh", vector_loop=True)
define("acosh", 1, "acosh({0})", lambda m: (m.acosh, lambda a, out: (m.divide(1.0, m.sqrt(a - 1.0) * m.sqrt(a + 1.0)),)),
    on_paper=lambda m: lambda a, out: (m.divide(1.0, m.sqrt(m.square(a) - 1.0)),),
    monotone=True, ufunc="arccosh", vector_loop=True,
    cause="an operand of 1 or less: acosh is defined from 1 upwards, with an endless slope at 1")
define("atanh", 1, "atanh({0})", rules.atanh,
    on_paper=lambda m: lambda a, out: (m.divide(1.0, 1.0 - m.square(a)),),
    monotone=True, ufunc="arctanh", vector_loop=True, cause=f"an operand at or outside ±1: {_INSIDE}")
define("erf", 1, "erf({0})", rules.erf,
    on_paper=lambda m: lambda a, out: (m.divide(2.0, m.sqrt(math.pi)) * m.exp(-m.square(a)),),
    monotone=True)
define("erfc", 1, "erfc({0})", rules.erfc,
    on_paper=lambda m: lambda a, out: (-m.divide(2.0, m.sqrt(math.pi)) * m.exp(-m.square(a)),),
    monotone=True)

define("sigmoid", 1, "σ({0})", rules.logistic,
    on_paper=lambda m: lambda a, out: (out * (1.0 - out),),
    monotone=True)
define("softplus", 1, "softplus({0})", lambda m: (lambda a: m.maximum(a, 0.0) + m.log1p(m.exp(-m.abs(a))),
        lambda a, out: (rules.sigmoid(m, a),)),
    on_paper=lambda m: lambda a, out: (m.sigmoid(a),))
define("log_sigmoid", 1, "ln σ({0})", lambda m: (lambda a: m.minimum(a, 0.0) - m.log1p(m.exp(-m.abs(a))),
        lambda a, out: (rules.sigmoid(m, -a),)),
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
    on_paper=lambda m: lambda a, out: (0.5 * (1.0 + m.erf(m.divide(a, m.sqrt(2.0))))
        + m.divide(a * m.exp(-m.divide(m.square(a), 2.0)), m.sqrt(2.0 * math.pi)),))

define("maximum", 2, "max({0}, {1})", rules.maximum, picks=(0, 1),
    monotone=True)
define("minimum", 2, "min({0}, {1})", rules.minimum, picks=(0, 1),
    monotone=True)
define("clip", 3, "clip({0}, {1}, {2})", rules.clip, picks=(0, 1, 2))
define("where", 3, "where({0}, {1}, {2})", lambda m: (lambda condition, a, b: m.where(m.equal(condition, 0.0), b, a),
    lambda condition, a, b, out: (0.0, m.where(m.equal(condition, 0.0), 0.0, 1.0),
        m.where(m.equal(condition, 0.0), 1.0, 0.0))), picks=(0, 1, 2))
define("greater", 2, "[{0} > {1}]", lambda m: (lambda a, b: m.where(m.greater(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)), picks=(0, 1))
define("less", 2, "[{0} < {1}]", lambda m: (lambda a, b: m.where(m.less(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)), picks=(0, 1))
GAP = define("gap", 2, "{0} - {1}", lambda m: (lambda a, b: rules_of_many.gap(m, a, b), lambda a, b, out: (1.0, -1.0)),
    on_paper=lambda m: lambda a, b, out: (1.0, -1.0), tightness=(1, (1, 2)))
define("equal", 2, "[{0} = {1}]", lambda m: (lambda a, b: m.where(m.equal(a, b), 1.0, 0.0), lambda a, b, out: (0.0, 0.0)), picks=(0, 1))
define("sign", 1, "sign({0})", lambda m: (m.sign, lambda a, out: (0.0,)), picks=(0,),
    monotone=True)
define("floor", 1, "floor({0})", lambda m: (m.floor, lambda a, out: (0.0,)), picks=(0,),
    monotone=True)
define("ceil", 1, "ceil({0})", lambda m: (m.ceil, lambda a, out: (0.0,)), picks=(0,),
    monotone=True)
define("remainder", 2, "{0} mod {1}", lambda m: (m.remainder, lambda a, b, out: (1.0, -m.floor(m.divide(a - out, b) + 0.5))),
    on_paper=lambda m: lambda a, b, out: (1.0, -m.floor(m.divide(a, b))), picks=(1,),
    tightness=(2, (2, 3)), cause="a remainder by 0, or of an infinite number")

SUM = define("sum", None, "Σ({0})", lambda m: (lambda *xs: m.total(xs), lambda *xs_out: (1.0,) * (len(xs_out) - 1)),
    tightness=(1, (1,)))
PRODUCT = define("product", None, "Π({0})", rules_of_many.product,
    tightness=(2, (2,)))
MEAN = define("mean", None, "mean({0})", lambda m: (lambda *xs: m.total(xs) / len(xs),
        lambda *xs_out: (1.0 / (len(xs_out) - 1),) * (len(xs_out) - 1)),
    on_paper=lambda m: lambda *xs_out: (m.divide(1.0, len(xs_out) - 1),) * (len(xs_out) - 1),
    spelled_out=True)
DOT = define("dot", None, "dot({0})", rules_of_many.dot,
    pairs=0, spelled_out=True)
WEIGHTED_SUM = define("weighted_sum", None, "weighted_sum({0})", rules_of_many.weighted_sum,
    pairs=1, spelled_out=True)
NORM = define("norm", None, "‖({0})‖", lambda m: (lambda *xs: rules_of_many.norm(m, xs),
        lambda *xs_out: rules_of_many.cosines(m, xs_out[:-1], xs_out[-1])),
    on_paper=lambda m: lambda *xs_out: tuple(m.divide(x, xs_out[-1]) for x in xs_out[:-1]))
AMAX = define("amax", None, "max({0})", lambda m: rules.largest(m, m.maximum, getattr(m, "largest", None)), picks=EVERY)
AMIN = define("amin", None, "min({0})", lambda m: rules.largest(m, m.minimum), picks=EVERY)
LOGSUMEXP = define("logsumexp", None, "logsumexp({0})", lambda m: (lambda *xs: rules_of_many.logsumexp(m, xs),
        lambda *xs_out: rules_of_many.shares(m, xs_out[:-1])),
    on_paper=lambda m: lambda *xs_out: tuple(m.exp(x - xs_out[-1]) for x in xs_out[:-1]))

# fmt: on
seal()
