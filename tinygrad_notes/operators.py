"""Python's further operators for a Value, built from those in `value.py`.

A number on the left, comparisons, whole-number division, conversions: nothing here makes a node by itself.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from importlib import import_module
from numbers import Number as NumberOfAnyKind
from typing import TYPE_CHECKING, Any, NoReturn, Self

from tinygrad_notes import refusals, watching

if TYPE_CHECKING:
    from tinygrad_notes.table_methods import TableMethods
    from tinygrad_notes.value import Number, Value
else:

    class TableMethods:
        """At run time the methods are set by `value`, from the table; their stubs are in table_methods.pyi."""

        __slots__ = ()


class AskedByNumPy:
    """NumPy asks a Value, and an array of them, what to do. The answers stand far above and load with a question."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **keywords: Any) -> Any:
        return _answers().apply_ufunc(ufunc, method, inputs, out, keywords)

    def __array_function__(self, function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
        return _answers().apply_function(function, arguments, keywords)


def _reflected(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Number], Value]:
    """The method for a number on the left of an operator."""

    def method(self: Any, number: Number) -> Value:
        lifted = self._lift(number)
        return NotImplemented if lifted is NotImplemented else operate(lifted, self)

    return method


@functools.cache
def _answers() -> Any:
    return import_module("tinygrad_notes.arrays.dispatch")


class Operators(AskedByNumPy, TableMethods):
    """The base of `Value`. `Value` adds the arithmetic, and says how a number beside it becomes a Value."""

    __slots__ = ()

    _data: float
    _lift: Callable[[Any], Any]

    __radd__ = _reflected(operator.add)
    __rmul__ = _reflected(operator.mul)
    __rsub__ = _reflected(operator.sub)
    __rtruediv__ = _reflected(operator.truediv)
    __rpow__ = _reflected(operator.pow)
    __rmod__ = _reflected(operator.mod)
    __rfloordiv__ = _reflected(operator.floordiv)

    def __isub__(self: Any, other: Value | Number) -> Value:
        """`self - other`. Where a gradient step is written so, again and again, a warning says what to write."""
        moved: Value = self - other
        if self._grad and self.operation is not None:  # a step that came after a backward pass, and not the first
            import_module("tinygrad_notes.growth").warn_of_growth(moved)
        return moved

    def __rdivmod__(self: Any, other: Number) -> tuple[Value, Value]:
        return other // self, other % self

    def __floordiv__(self: Any, other: Value | Number) -> Value:
        """⌊self / other⌋ as in Python (1.0 // 0.1 is 9): a step function with slope 0.

        It is computed from the remainder, and is nan by zero and by an infinity of the other sign.
        """
        remainder = self % other
        if remainder is NotImplemented:
            return NotImplemented
        quotient: Value = (self - remainder) / other  # a whole number but for rounding
        below = quotient.floor()
        return below + (quotient.gap(below) * 2).floor()

    def __mod__(self: Any, other: Value | Number) -> Value:
        right = other if other.__class__ is self.__class__ else self._lift(other)
        remainder: Value = NotImplemented if right is NotImplemented else self.remainder(right)
        return remainder

    def __divmod__(self: Any, other: Value | Number) -> tuple[Value, Value]:
        return self // other, self % other

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Value:
        return self.abs()

    def __floor__(self) -> Value:
        return self.floor()

    def __ceil__(self) -> Value:
        return self.ceil()

    # Comparisons are between the numbers; identity stays the hash, so sets and dicts tell nodes apart.

    def __lt__(self, other: Value | Number) -> bool:
        return _compare("<", operator.lt, self, other)

    def __le__(self, other: Value | Number) -> bool:
        return _compare("<=", operator.le, self, other)

    def __gt__(self, other: Value | Number) -> bool:
        return _compare(">", operator.gt, self, other)

    def __ge__(self, other: Value | Number) -> bool:
        return _compare(">=", operator.ge, self, other)

    def __eq__(self, other: object) -> bool:
        return _compare("==", operator.eq, self, other)

    def __ne__(self, other: object) -> bool:
        return _compare("!=", operator.ne, self, other)

    def __bool__(self) -> bool:
        return self != 0.0

    __hash__ = object.__hash__

    def __float__(self) -> float:
        raise TypeError(refusals.NO_FLOAT)

    __int__ = __complex__ = __trunc__ = __float__

    def __round__(self, digits: int | None = None) -> float:
        raise TypeError(refusals.NO_ROUND)

    def _sympy_(self) -> NoReturn:
        """A Value is no number of SymPy: knowing that, SymPy leaves `Float(2) * v` to the Value."""
        raise import_module("sympy").SympifyError(self)

    @property
    def _mask(self) -> NoReturn:
        """Masked arrays ask for it. They take `_data` for the data under a mask."""
        raise TypeError(refusals.MASKED)

    @property
    def real(self) -> Self:
        return self

    def conjugate(self) -> Self:
        """Itself, as for every real number; NumPy asks for it in `np.var` and `np.linalg.norm(axis=…)`."""
        return self


def _compare(relation: str, decide: Callable[[Any, Any], bool], left: Operators, right: Any) -> bool:
    number = right._data if right.__class__ is left.__class__ else right
    if number.__class__ is not float and not isinstance(number, NumberOfAnyKind):
        if type(number).__name__.startswith("Approx"):
            raise TypeError(refusals.APPROX)
        return NotImplemented  # type: ignore[no-any-return]  # which Python takes from a comparison
    outcome = bool(decide(left._data, number))
    if watching.count:
        watching.compared(relation, left, right, outcome)
    return outcome
