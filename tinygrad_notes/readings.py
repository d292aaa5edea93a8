"""What `v.data` gives while a function is recorded or differentiated: the number, but not a plain one.

A plain number would be frozen: the same for every sample of a replay, and without a derivative. A reading prints,
formats and rounds for show as its number does. It compares as its node does, so a recorded program guards the
comparison. Arithmetic gives readings again. Where one would get into a result, TypeError says what to write instead.

When the recording or the derivative is over, the readings that are left behave as plain numbers.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterable
from numbers import Real
from threading import Lock
from types import FrameType
from typing import Any

from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.watching import Watcher


class ReadingWatcher(Watcher):
    """A watcher under which numbers that may be others next time are read as readings.

    Attributes:
        remedy: what to write where a reading would get into a result.
        inputs: the Values that the function is called with.
        own_leaves: the leaves made meanwhile.
    """

    remedy = ""

    def __init__(self, inputs: Iterable[Value]) -> None:
        self.inputs = set(inputs)
        self.own_leaves: set[Value] = set()
        self._on_given = _Dependents(self.is_given)
        self._on_inputs = _Dependents(self.inputs.__contains__)
        self._has_gradients = False

    def is_given(self, node: Value) -> bool:
        """Whether the function finds this node there, and may find another number in it next time."""
        raise NotImplementedError

    def leaf(self, node: Any) -> None:
        self.own_leaves.add(node)

    def differentiated(self, root: Any) -> None:
        self._has_gradients = True

    def read(self, node: Any, number: Any, kind: str) -> Any:
        is_plain = not self._has_gradients if kind == "grad" else node not in self._on_given
        if is_plain or isinstance(number, Reading):
            return number
        return Reading(number, node if kind == "data" else None, self)

    def knows(self, node: Any) -> bool:
        return isinstance(node, Value) and node in self._on_inputs


class _Dependents:
    """The nodes that are, or are computed from, some that a predicate picks."""

    def __init__(self, is_picked: Callable[[Value], bool]) -> None:
        self._is_picked = is_picked
        self._seen, self._found = set[Value](), set[Value]()
        self._looking = Lock()  # threads may ask at once

    def __contains__(self, node: Value) -> bool:
        with self._looking:
            for below in topological_order(node, known=self._seen):
                if self._is_picked(below) or not self._found.isdisjoint(below.operands):
                    self._found.add(below)
            return node in self._found


class Reading:
    """A number, and the node that stands for it: None where there is none, as for a rounded number or a slope."""

    __slots__ = ("_node", "_number", "_watcher")

    def __init__(self, number: float, node: Value | None, watcher: ReadingWatcher) -> None:
        self._number, self._node, self._watcher = number, node, watcher

    @property
    def remedy(self) -> str:
        return self._watcher.remedy

    def plain(self) -> float:
        """The number; TypeError while it would be frozen."""
        if self._watcher.is_on:
            raise TypeError(self.remedy)
        return self._number

    def _standing_for_it(self) -> Value:
        if self._node is None:
            raise TypeError(self.remedy)
        return self._node

    # To be shown --------------------------------------------------------------------------------------

    def __format__(self, specification: str) -> str:
        return _Text(format(self._number, specification), self)

    def __repr__(self) -> str:
        return _Text(repr(self._number), self)

    def __str__(self) -> str:
        return _Text(str(self._number), self)

    # To decide by -------------------------------------------------------------------------------------

    def _compared(self, decide: Callable[[Any, Any], bool], other: Any) -> Any:
        if not isinstance(other, (Real, Reading, Value)):
            return NotImplemented
        if not self._watcher.is_on:
            return decide(self._number, other)
        if isinstance(other, Reading):
            other = other._standing_for_it() if other._watcher.is_on else other._number
        return decide(self._standing_for_it(), other)

    def __bool__(self) -> bool:
        return bool(self._compared(operator.ne, 0.0))

    def is_integer(self) -> bool:
        return bool(self._applied(operator.mod, 1.0) == 0.0)

    def __hash__(self) -> int:
        return hash(self.plain())

    def _whole(self, rounding: Callable[[float], int]) -> int:
        """The number as a whole one: a branch, taken by all numbers that are rounded to this one."""
        whole = rounding(self._number)
        if self._watcher.is_on:
            node = self._standing_for_it()
            for relation, bound in _BOUNDS[rounding](whole):
                relation(node, float(bound))
        return whole

    def __int__(self) -> int:
        return int(self._number) if _is_shown_by(sys._getframe(1)) else self._whole(int)

    def __trunc__(self) -> int:
        return self._whole(int)

    def __floor__(self) -> int:
        return self._whole(math.floor)

    def __ceil__(self) -> int:
        return self._whole(math.ceil)

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            return self._whole(round)
        return self._result(round(self._number, digits), None)

    # To compute with ----------------------------------------------------------------------------------

    def __float__(self) -> float:
        return self._number if _is_shown_by(sys._getframe(1)) else self.plain()

    def _result(self, number: float, node: Any) -> Any:
        return Reading(number, node, self._watcher) if self._watcher.is_on else number

    def _applied(self, operate: Callable[..., Any], *others: Any) -> Any:
        if not all(isinstance(other, (Real, Reading, Value)) for other in others):
            return NotImplemented
        if self._watcher.is_on and any(isinstance(other, Value) for other in others):
            raise TypeError(self.remedy)
        parts = (self, *others)
        if not self._watcher.is_on or any(isinstance(part, Reading) and part._node is None for part in parts):
            return self._result(operate(*(part._number if isinstance(part, Reading) else part for part in parts)), None)
        node = operate(*(part._node if isinstance(part, Reading) else part for part in parts))
        return self._result(node._data, node) if isinstance(node, Value) else node  # np.isnan gives a bool

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        """NumPy's functions of single numbers, as np.isnan(v.data); in arrays it asks every element by itself."""
        if method == "__call__" and not keywords and all(isinstance(x, (Real, Reading, Value)) for x in inputs):
            return self._applied(lambda _, *numbers: ufunc(*numbers), *inputs)
        import numpy as np

        alone = [np.array(x, object) if isinstance(x, Reading) else x for x in inputs]
        return getattr(ufunc, method)(*alone, **keywords)

    def round(self, decimals: int = 0, out: None = None) -> Any:
        """What np.round(v.data, decimals) asks for."""
        return round(self, decimals)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The methods of a Value, which NumPy asks for: np.sqrt(v.data) calls `sqrt`."""
        if hasattr(float, name):
            raise TypeError(self.remedy)
        if name.startswith("_") or not callable(getattr(Value, name, None)):
            raise AttributeError(f"a number has no attribute {name!r}", name=name, obj=self)

        def operate(number: Any, *rest: Any) -> Any:
            result = getattr(number if isinstance(number, Value) else Value(number), name)(*rest)
            return result if isinstance(number, Value) else result._data

        return lambda *others: self._applied(operate, *others)

    def __deepcopy__(self, memo: Any) -> Reading:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return float, (self.plain(),)


def _delegate(name: str) -> None:
    operate = getattr(operator, name)
    setattr(Reading, f"__{name}__", lambda self, *other: self._applied(operate, *other))
    setattr(Reading, f"__r{name}__", lambda self, other: self._applied(lambda a, b: operate(b, a), other))


def _delegate_comparison(name: str) -> None:
    decide = getattr(operator, name)
    setattr(Reading, f"__{name}__", lambda self, other: self._compared(decide, other))


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "neg", "pos", "abs"):
    _delegate(_name)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    _delegate_comparison(_name)

_lt, _le, _gt, _ge = operator.lt, operator.le, operator.gt, operator.ge
_BOUNDS: dict[Callable[[float], int], Callable[[int], tuple[Any, Any]]] = {
    int: lambda k: ((_ge, k) if k > 0 else (_gt, k - 1), (_le, k) if k < 0 else (_lt, k + 1)),
    math.floor: lambda k: ((_ge, k), (_lt, k + 1)),
    math.ceil: lambda k: ((_gt, k - 1), (_le, k)),
    round: lambda k: ((_gt, k - 0.5), (_lt, k + 0.5)) if k % 2 else ((_ge, k - 0.5), (_le, k + 0.5)),
}
"""Between which bounds lie the numbers that a rounding makes k of."""


class _Text(str):
    """A reading as text, and what is cut from it: to be shown, not to be read back as a number nor to decide by."""

    __slots__ = ("_reading",)
    _reading: Reading

    def __new__(cls, text: str, reading: Reading) -> _Text:
        self = super().__new__(cls, text)
        self._reading = reading
        return self

    def __float__(self) -> float:
        self._reading.plain()
        return float(str.__str__(self))

    def __int__(self) -> int:
        self._reading.plain()
        return int(str.__str__(self))

    def __radd__(self, other: str) -> _Text:
        return _Text(other + str.__str__(self), self._reading)

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str.__str__(self),)


def _delegate_text(name: str) -> None:
    operate = getattr(str, name)

    def method(self: _Text, *others: Any, **keywords: Any) -> Any:
        found = operate(self, *others, **keywords)
        if isinstance(found, str):
            return _Text(found, self._reading)
        if isinstance(found, list):
            return [_Text(part, self._reading) for part in found]
        self._reading.plain()
        return found

    setattr(_Text, name, method)


for _name in ("add", "contains", "eq", "format", "ge", "getitem", "gt", "le", "lt", "ne"):
    _delegate_text(f"__{_name}__")
for _name in ("center", "count", "endswith", "expandtabs", "find", "index", "isdecimal", "isdigit", "isnumeric",
              "ljust", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
              "rsplit", "rstrip", "split", "startswith", "strip", "title", "translate", "upper", "zfill"):  # fmt: skip
    _delegate_text(_name)


def _is_shown_by(frame: FrameType) -> bool:
    """Whether a frame is about to write a number into a text by `%`, which asks for a float as `math.exp` does."""
    import dis

    at = frame.f_lasti
    return any(step.offset == at and step.argrepr in ("%", "%=") for step in dis.get_instructions(frame.f_code))
