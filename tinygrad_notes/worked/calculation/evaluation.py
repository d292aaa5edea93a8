"""Working an expression: from its tree to Values, numbers and arrays of them."""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_notes import functions
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.broken import LineError, UnworkableError
from tinygrad_notes.worked.calculation.called import function_called, refusal, signature, unknown, unknown_function
from tinygrad_notes.worked.calculation.elementwise import OPERATORS, broadcast, count_of, shape_of
from tinygrad_notes.worked.calculation.functions import FUNCTIONS, stacked, whole
from tinygrad_notes.worked.calculation.functions.products import matmul, transpose

if TYPE_CHECKING:
    from tinygrad_notes.worked.calculation.scope import Page

_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "True": 1.0, "False": 0.0}
_MODULE = re.compile(r"\A(?:(?:np|numpy)\.(?:linalg\.)?|torch\.(?:nn\.functional\.)?|math\.|jnp\.)")
_WITHOUT_BRACKETS = {"T": transpose, "size": FUNCTIONS["size"], "shape": FUNCTIONS["shape"]}


class Evaluation:
    """Works trees over what a page has said so far.

    Attributes:
        rows: whether a vector that is transposed is a row, so that δ·xᵀ is a matrix; else it is the vector itself.
    """

    def __init__(self, scope: Page) -> None:
        self.scope: Page = weakref.proxy(scope)  # the page holds this: no cycle keeps its numbers
        self.rows = False
        self._functions: dict[str, Callable[..., Any] | None] = {}

    def worked(self, node: tree.Node) -> Any:
        """What an expression comes to: a Value, a float, or an array of them."""
        kind: Any = type(node)
        return getattr(self, _method_for(kind))(node)

    def _number(self, node: tree.Number) -> float:
        return float(node.written.replace("\u2212", "-"))

    def _name(self, node: tree.Name) -> Any:
        found = self.scope.number(node.name)
        if found is None:
            found = _CONSTANTS.get(_bare(node.name))
        if found is None:
            raise LineError(unknown(node.name, self.scope.names()), node.at)
        return found

    def _blank(self, node: tree.Blank) -> Any:
        raise LineError('"?" leaves a claim open and stands behind #, ≈ or ->; a formula needs a number here', node.at)

    def _signed(self, node: tree.Signed) -> Any:
        part = self.worked(node.part)
        if node.sign == "+":
            return part
        return -part if not isinstance(part, np.ndarray) else self._spread(node.at, lambda x: -x, part)

    def _chain(self, node: tree.Chain) -> Any:
        total = self.worked(node.first)
        for sign, part in node.rest:
            if sign == "/" and isinstance(part, tree.Call) and self.scope.number(part.function) is not None:
                raise LineError("a / before a product without a sign can be read in two ways: write the *", part.at)
            right = self.worked(part)
            if sign in ("@", "·") and self._is_outer(total, part, right):
                total = self._tried(part.at, partial(FUNCTIONS["outer"], total, right), count_of(total))
            else:
                total = self._operated(part.at, sign, total, right)
        return total

    def _is_outer(self, left: Any, part: tree.Node, right: Any) -> bool:
        """Whether δ·xᵀ of two vectors is a matrix, a column times a row: where it can be nothing else, or must be."""
        if not _is_transposed(part) or len(shape_of(left)) != 1 or len(shape_of(right)) != 1:
            return False
        return self.rows or left.size != right.size

    def _juxtaposed(self, node: tree.Juxtaposed) -> Any:
        total = self.worked(node.factors[0])
        for factor in node.factors[1:]:
            total = self._operated(factor.at, "*", total, self.worked(factor))
        return total

    def _operated(self, at: int, sign: str, left: Any, right: Any) -> Any:
        if sign == "@" or (sign == "·" and isinstance(left, np.ndarray) and isinstance(right, np.ndarray)):
            return self._tried(at, lambda: matmul(left, right), count_of(left) + count_of(right))
        return self._spread(at, OPERATORS["*" if sign == "·" else sign], left, right)

    def _power(self, node: tree.Power) -> Any:
        exponent = node.exponent
        if (squared := self._squared_name(node)) is not None:
            return squared
        if isinstance(exponent, tree.Name) and exponent.name in ("T", "⊤") and self.scope.number("T") is None:
            return transpose(self.worked(node.base))
        is_e = isinstance(node.base, tree.Name) and node.base.name == "e" and self.scope.number("e") is None
        if is_e:
            return self._spread(node.at, functions.exp, self.worked(exponent))
        if isinstance(node.base, tree.Call) and self.scope.number(node.base.function) is not None:
            powers = [replace(node, base=argument) for argument in node.base.arguments]  # a(1 - a)² is a·(1 - a)²
            return self.worked(self._product(node.base, powers))
        base = self.worked(node.base)
        if isinstance(base, np.ndarray) and _is_minus_one(exponent) and base.ndim == 2:
            return self._tried(node.at, lambda: FUNCTIONS["inv"](base), base.size)
        return self._spread(node.at, OPERATORS["^"], base, self.worked(exponent))

    def _squared_name(self, node: tree.Power) -> Any:
        """What the page calls σ², where σ² is a name of its own; also the derivative by it."""
        if not isinstance(node.exponent, tree.Number) or node.exponent.written != "2":
            return None
        if isinstance(node.base, tree.Name):
            return self.scope.number(f"{node.base.name}\u00b2")
        if isinstance(node.base, tree.Derivative) and self.scope.number(f"{node.base.by[-1]}\u00b2") is not None:
            return self.worked(replace(node.base, by=(*node.base.by[:-1], f"{node.base.by[-1]}\u00b2")))
        return None

    def _array(self, node: tree.Array) -> Any:
        parts = [self.worked(item) for item in node.items]
        return self._tried(node.at, lambda: stacked(parts), len(parts))

    def has_function(self, name: str) -> bool:
        """Whether a name stands for a function, or for a number that a bracket multiplies."""
        return self.scope.number(name) is not None or self._function(_bare(name)) is not None

    def _call(self, node: tree.Call) -> Any:
        if self.scope.number(node.function) is not None:
            return self.worked(self._product(node, node.arguments[:1]))
        function = self._function(_bare(node.function))
        if function is None:
            raise LineError(unknown_function(node.function), node.at)
        return self._called(node.at, _bare(node.function), function, node.arguments, node.named)

    def _product(self, call: tree.Call, factors: Sequence[tree.Node]) -> tree.Node:
        """a(1 - a) as a product: what stands in its own brackets is no function."""
        names = [part.name for argument in call.arguments for part in argument.walk() if isinstance(part, tree.Name)]
        if len(call.arguments) != 1 or call.named or call.function not in names:
            raise LineError(
                f"{call.function} is a number here, not a function: write {call.function}*(…) for a product", call.at
            )
        return tree.Chain(call.at, tree.Name(call.at, call.function), tuple(("*", factor) for factor in factors))

    def _function(self, name: str) -> Callable[..., Any] | None:
        if name not in self._functions:
            self._functions[name] = function_called(name)
        return self._functions[name]

    def _method(self, node: tree.Method) -> Any:
        owner = self.worked(node.owner)
        if node.arguments is None:
            if node.name not in _WITHOUT_BRACKETS:
                raise LineError(f".{node.name} is not known here; there is .T for the transpose", node.at)
            return _WITHOUT_BRACKETS[node.name](owner)
        if node.name in ("copy", "astype", "item", "tolist"):
            return owner
        function = self._function(node.name)
        if function is None:
            raise LineError(unknown_function(node.name), node.at)
        return self._called(node.at, node.name, function, node.arguments, node.named, owner)

    def _called(
        self,
        at: int,
        name: str,
        function: Callable[..., Any],
        arguments: Sequence[tree.Node],
        named: Sequence[tuple[str, tree.Node]],
        *owner: Any,
    ) -> Any:
        given = [*owner, *map(self.worked, arguments)]
        options = {key: self._option(part) for key, part in named}
        if why := refusal(function, len(given), tuple(options)):
            raise LineError(f"{name}{signature(function)}: {why}", at)
        return self._tried(at, lambda: function(*given, **options), sum(map(count_of, given)), name)

    def _option(self, node: tree.Node) -> Any:
        if isinstance(node, tree.Name) and node.name == "None":
            return None
        if isinstance(node, tree.Name) and node.name in ("float", "int", "object"):
            return node.name
        return self.worked(node)

    def _index(self, node: tree.Index) -> Any:
        if (element := self._own_element(node)) is not None:
            return element
        if (derivative := self.scope.by_element(node)) is not None:
            return self._derivative(derivative)
        owner = self.worked(node.owner)
        if not isinstance(owner, np.ndarray):
            raise LineError("this is one number and has no elements; leave the index out", node.at)
        places = tuple(self._subscript(part) for part in node.subscripts)
        try:
            return owner[places]
        except ValueError:
            raise LineError("a slice's step cannot be zero", node.at) from None
        except IndexError:
            shown = ", ".join("…" if isinstance(place, slice) else str(place) for place in places)
            raise LineError(
                f"there is no element [{shown}] in an array of shape {owner.shape}; indices begin at 0", node.at
            ) from None

    def _own_element(self, node: tree.Index) -> Any:
        """h[2] of an array of which the page has no h[0], or not yet all: it counts from 1, or writes but some."""
        places = [part.written for part in node.subscripts if isinstance(part, tree.Number)]
        if not isinstance(node.owner, tree.Name) or len(places) < len(node.subscripts):
            return None
        name = node.owner.name
        return self.scope.number(f"{name}[{','.join(places)}]") if self.scope.number(name) is None else None

    def _subscript(self, node: tree.Node) -> Any:
        if isinstance(node, tree.Slice):
            return slice(*(None if part is None else self._place(part) for part in (node.start, node.stop, node.step)))
        if isinstance(node, tree.Name) and _bare(node.name) in ("None", "newaxis"):
            return None
        return self._place(node)

    def _place(self, node: tree.Node) -> int:
        try:
            return whole(self.worked(node), "an index")
        except TypeError as error:
            raise LineError(str(error), node.at) from None

    def _slice(self, node: tree.Slice) -> Any:
        raise LineError("a slice stands in the index of an array, x[1:3]", node.at)

    def _derivative(self, node: tree.Derivative) -> Any:
        known = isinstance(node.of, tree.Name) or (isinstance(node.of, tree.Index) and node.written != "d(")
        return self.scope.derivative(node, None if known else self.worked(node.of))

    def _spread(self, at: int, function: Callable[..., Any], *numbers: Any) -> Any:
        return self._tried(at, partial(broadcast, function, *numbers), max(map(count_of, numbers)))

    def _tried(self, at: int, work: Callable[[], Any], size: int, name: str = "") -> Any:
        """What `work` gives; whatever goes wrong in it is said with its place."""
        self.scope.spend(0, at, ahead=size)
        try:
            done = work()
        except ValueError as error:
            raise UnworkableError(_of_function(name, error), at) from None
        except (TypeError, IndexError, OverflowError) as error:
            raise LineError(_of_function(name, error), at) from None
        self.scope.spend(count_of(done), at)
        return done


@cache
def _method_for(kind: type[Any]) -> str:
    """The method of `Evaluation` that works a kind of node."""
    return f"_{kind.__name__.lower()}"


def _of_function(name: str, error: Exception) -> str:
    """What went wrong, with the function in which it did."""
    return str(error) if not name or str(error).startswith(f"{name} ") else f"{name}: {error}"


def _bare(name: str) -> str:
    """A name without the module of Python before it."""
    return _MODULE.sub("", name)


def _is_transposed(node: tree.Node) -> bool:
    if isinstance(node, tree.Power):
        return isinstance(node.exponent, tree.Name) and node.exponent.name in ("T", "⊤")
    return isinstance(node, tree.Method) and node.name == "T"


def _is_minus_one(node: tree.Node) -> bool:
    return isinstance(node, tree.Signed) and isinstance(node.part, tree.Number) and float(node.part.written) == 1.0
