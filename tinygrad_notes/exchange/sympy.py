"""Values as expressions of SymPy, and such expressions as functions of Values."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.errors import ExchangeError
from tinygrad_notes.exchange.libraries import library
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value, as_value

_SAME_NAME = (
    "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "erf", "erfc", "sqrt", "cbrt", "sign", "floor",
)  # fmt: skip
_RENAMED = {"abs": "Abs", "ceil": "ceiling", "maximum": "Max", "minimum": "Min", "remainder": "Mod", "amax": "Max"}
_RENAMED |= {"amin": "Min"}
_COMPARED = {"greater": "Gt", "less": "Lt", "equal": "Eq"}


def to_sympy(value: Value) -> Any:
    """The formula of a Value as a SymPy expression, with a symbol for each labeled leaf.

    Leaves without a label become numbers, exact to the last bit. Symbols are real.

    Raises:
        ExchangeError: two leaves have one label, or an operation has no counterpart (`stop_gradient`).
        ImportError: SymPy is not installed (extra `sympy`).

    Example:
        >>> from tinygrad_notes import Value
        >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
        >>> to_sympy((w * x - 1).tanh())  # doctest: +SKIP
        tanh(w*x - 1)
    """
    sympy = library("sympy", "to_sympy")
    column = _column(sympy)
    symbols: dict[str, Value] = {}
    found: dict[Value, Any] = {}
    for node in topological_order(value):
        if node.operation is None or node.operation is CONSTANT:
            labeled = node.operation is None and node.label
            if labeled and symbols.setdefault(node.label, node) is not node:
                raise ExchangeError(f"two leaves are labeled {node.label!r}: give each a label of its own")
            found[node] = sympy.Symbol(node.label, real=True) if labeled else _number(sympy, node.data)
        elif node.operation.name not in column:
            raise ExchangeError(
                f"SymPy has nothing for {node.operation.name!r}: build the formula without it, or hand on the number"
            )
        else:
            found[node] = _applied(column[node.operation.name], [found[operand] for operand in node.operands])
    return found[value]


def _applied(function: Callable[..., Any], operands: list[Any]) -> Any:
    try:
        return function(*operands)
    except RecursionError:
        raise ExchangeError(
            "SymPy goes through a formula by recursion, and this one is too deep for that: hand on a smaller part of it"
        ) from None


def _number(sympy: Any, number: float) -> Any:
    return sympy.Integer(int(number)) if number.is_integer() and abs(number) < 2**53 else sympy.Float(number)


def _column(sympy: Any) -> dict[str, Callable[..., Any]]:
    """How every row of the table is written in SymPy, save `stop_gradient`, whose derivative there would be wrong."""

    def where(condition: Any, a: Any, b: Any) -> Any:
        return sympy.Piecewise((b, sympy.Eq(condition, 0)), (a, True))

    def compared(name: str) -> Callable[..., Any]:
        return lambda a, b: sympy.Piecewise((1, getattr(sympy, name)(a, b)), (0, True))

    def sigmoid(a: Any) -> Any:
        return 1 / (1 + sympy.exp(-a))

    def dot(*wx: Any) -> Any:
        half = len(wx) // 2
        return sympy.Add(*map(operator.mul, wx[:half], wx[half:]))

    one = sympy.Integer(1)
    return {
        **{name: getattr(sympy, name) for name in _SAME_NAME},
        **{name: getattr(sympy, renamed) for name, renamed in _RENAMED.items()},
        **{name: compared(renamed) for name, renamed in _COMPARED.items()},
        "add": operator.add, "subtract": operator.sub, "gap": operator.sub,
        "multiply": operator.mul, "divide": operator.truediv,
        "negative": operator.neg, "pow": operator.pow, "identity": lambda a: a, "square": lambda a: a**2,
        "reciprocal": lambda a: one / a, "hypot": lambda a, b: sympy.sqrt(a**2 + b**2), "exp2": lambda a: 2**a,
        "expm1": lambda a: sympy.exp(a) - 1, "log1p": lambda a: sympy.log(1 + a), "log2": lambda a: sympy.log(a, 2),
        "log10": lambda a: sympy.log(a, 10), "sech2": lambda a: one / sympy.cosh(a) ** 2, "sigmoid": sigmoid,
        "softplus": lambda a: sympy.log(1 + sympy.exp(a)), "log_sigmoid": lambda a: -sympy.log(1 + sympy.exp(-a)),
        "relu": lambda a: sympy.Piecewise((a, a > 0), (0, True)), "silu": lambda a: a * sigmoid(a),
        "leaky_relu": lambda a, slope: sympy.Piecewise((a, a > 0), (slope * a, True)),
        "elu": lambda a, scale: sympy.Piecewise((a, a > 0), (scale * (sympy.exp(a) - 1), True)),
        "gelu": lambda a: a * (1 + sympy.erf(a / sympy.sqrt(2))) / 2,
        "clip": lambda a, low, high: sympy.Min(sympy.Max(a, low), high), "where": where,
        "sum": lambda *xs: sympy.Add(*xs), "product": lambda *xs: sympy.Mul(*xs), "dot": dot,
        "mean": lambda *xs: sympy.Add(*xs) / len(xs), "weighted_sum": lambda *wxb: dot(*wxb[:-1]) + wxb[-1],
        "norm": lambda *xs: sympy.sqrt(sympy.Add(*[x**2 for x in xs])),
        "logsumexp": lambda *xs: sympy.log(sympy.Add(*map(sympy.exp, xs))),
    }  # fmt: skip


# The way back ----------------------------------------------------------------------------------------

_BACK: dict[str, Callable[..., Any]] = {
    **{name: getattr(functions, name) for name in _SAME_NAME if name not in ("sqrt", "cbrt")},
    "Abs": functions.abs,
    "ceiling": functions.ceil,
    "Mod": functions.remainder,
    "Max": lambda *xs: functools.reduce(functions.maximum, xs),
    "Min": lambda *xs: functools.reduce(functions.minimum, xs),
    "StrictGreaterThan": functions.greater,
    "StrictLessThan": functions.less,
    "GreaterThan": lambda a, b: 1.0 - functions.less(a, b),
    "LessThan": lambda a, b: 1.0 - functions.greater(a, b),
    "Equality": functions.equal,
    "Unequality": lambda a, b: 1.0 - functions.equal(a, b),
    "BooleanTrue": lambda: 1.0,
    "BooleanFalse": lambda: 0.0,
    "And": lambda *xs: functools.reduce(functions.minimum, xs),
    "Or": lambda *xs: functools.reduce(functions.maximum, xs),
    "Add": lambda *xs: functools.reduce(operator.add, xs),
    "Mul": lambda *xs: functools.reduce(operator.mul, xs),
    "ExprCondPair": lambda expression, condition: (expression, condition),
}


def from_sympy(expression: Any, symbols: Sequence[Any] = ()) -> Callable[..., Any]:
    """A SymPy expression as a function of Values or numbers, which you can differentiate, draw or record.

    Args:
        expression: real numbers, symbols, arithmetic, and functions that the table has.
        symbols: the arguments of the function, in order. Without it, all symbols of the expression, sorted by name.

    Raises ExchangeError for a function without a counterpart, and for a symbol that is not among `symbols`.

    Example:
        >>> from tinygrad_notes import Value, from_sympy
        >>> import sympy  # doctest: +SKIP
        >>> w, x = sympy.symbols("w x")  # doctest: +SKIP
        >>> f = from_sympy(sympy.tanh(w * x) ** 2, [w, x])  # doctest: +SKIP
        >>> f(Value(0.5), 3.0).data  # doctest: +SKIP
        0.8192924...
    """
    order = list(symbols) or sorted(expression.free_symbols, key=str)
    missing = expression.free_symbols - set(order)
    if missing:
        raise ExchangeError(f"the expression has {', '.join(sorted(map(str, missing)))}, which symbols leave out")
    nodes = _checked(expression)

    def function(*numbers: Any) -> Any:
        if len(numbers) != len(order):
            raise TypeError(f"this function takes {', '.join(map(str, order))}, got {len(numbers)} arguments")
        found: dict[Any, Any] = {symbol: as_value(number) for symbol, number in zip(order, numbers)}
        for node in nodes:
            if node not in found:
                found[node] = _worked(node, [found[part] for part in node.args])
        return found[expression]

    return function


def _checked(expression: Any) -> list[Any]:
    """The parts of an expression, each behind those that it is made of."""
    stack, order = [expression], []
    while stack:
        node = stack.pop()
        order.append(node)
        kind = type(node).__name__
        known = kind in _BACK or kind in ("Pow", "Piecewise") or node.is_Symbol
        if not known and not (node.is_number and node.is_real and not node.args):
            raise ExchangeError(
                f"{node} is a {kind} of SymPy, and the table of operations has no {kind}: rewrite it first, as in "
                "expression.rewrite(sympy.exp) or expression.doit()"
            )
        stack.extend(node.args)
    return list(dict.fromkeys(reversed(order)))


def _worked(node: Any, parts: list[Any]) -> Any:
    kind = type(node).__name__
    if kind == "Pow":
        exponent = node.args[1]
        roots: dict[str, Callable[[Any], Any]] = {"1/2": functions.sqrt, "-1": functions.reciprocal}
        found = roots.get(str(exponent)) if exponent.is_Rational else None
        return parts[0] ** parts[1] if found is None else found(parts[0])
    if kind == "Piecewise":
        value: Any = float("nan") if node.args[-1].cond is not True else 0.0
        for piece, condition in reversed(parts):
            value = functions.where(condition, piece, value)
        return value
    if kind in _BACK:
        return _BACK[kind](*parts)
    return float(node)
