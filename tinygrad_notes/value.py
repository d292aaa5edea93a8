"""`Value`: a number that remembers how it was computed.

Arithmetic on Values builds a graph. Each node holds its number, the operation that made it, its operands in order, and
the local derivative by each operand, as floats. `backward()` walks the graph once, in reverse topological order. It
leaves d(result)/d(node) in the `grad` of every node.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, NoReturn, final

from tinygrad_notes import refusals, watching
from tinygrad_notes.collector import made_in_batches
from tinygrad_notes.copying import deep_copy, unseen_ancestors
from tinygrad_notes.number_systems import floats
from tinygrad_notes.operations import (
    ADD,
    CONSTANT,
    DIVIDE,
    MULTIPLY,
    NEGATIVE,
    POW,
    SUBTRACT,
    Operation,
    follow_table,
    operation,
)
from tinygrad_notes.operators import Operators
from tinygrad_notes.passes import reverse_pass
from tinygrad_notes.picking import NOTHING
from tinygrad_notes.unwritten import divided, powered, write

Number = float | int
_COLLECTIONS = frozenset([tuple, list, set])  # of operands, where a label should stand


@final
class Value(Operators):
    """A scalar node of a computation graph.

    Args:
        data: the number: an int, a float or a NumPy scalar.
        label: what to call it in formulas and pictures.

    Attributes:
        data: the number, always a float. Assigning it changes neither the node's results nor their gradients.
        grad: d(root)/d(this), set by `backward()`. Leaves add up over passes; interior nodes hold the last pass.
        operation: the row of the table that made it; None for a leaf.
        operands: the Values that it was made from, in order; `a * a` has two.
        local_derivatives: d(this)/d(operand), one float per operand.
        label: its name.

    Raises:
        TypeError: `data` is not a real number.

    Example:
        >>> x, w = Value(0.5, label="x"), Value(-2.0, label="w")
        >>> y = (w * x + 1).tanh()
        >>> y.backward()
        >>> y.data, w.grad
        (0.0, 0.5)
    """

    # The first two operands have slots of their own; further ones, which are rare, share a tuple. So Python's cycle
    # collector walks one object for an elementary node, not three: two thirds of the time (benchmarks/engine.py).
    __slots__ = ("_data", "_grad", "by_left", "by_rest", "by_right", "label", "left", "operation", "rest", "right")

    _data: float
    _grad: float
    label: str
    operation: Operation | None
    left: Value | None
    right: Value | None
    rest: tuple[Value, ...]
    by_left: float
    by_right: float
    by_rest: Any  # a tuple of floats; a float while an operand is UNWRITTEN

    def __init__(self, data: Number, label: str = "", *made_by: Any) -> None:
        if made_by or label.__class__ in _COLLECTIONS:
            raise TypeError(refusals.MADE_BY_HAND)
        self._data = data if type(data) is float else _as_float(data)
        self._grad = 0.0
        self.label = label
        self.operation = self.left = self.right = None
        self.rest = self.by_rest = ()
        if watching.readers:
            watching.leaf(self)

    # The two numbers that may be assigned are checked at once. A wrong one would be noticed much later: one in single
    # precision, say, or a Value within a Value. The engine itself uses the slots.

    @property
    def data(self) -> float:
        return watching.read(self, self._data, "data") if watching.readers else self._data

    @data.setter
    def data(self, number: Number) -> None:
        self._data = number if type(number) is float else _as_float(number)

    @property
    def grad(self) -> float:
        return watching.read(self, self._grad, "grad") if watching.readers else +self._grad

    @grad.setter
    def grad(self, number: Number) -> None:
        if not isinstance(number, float):  # an optimizer's are floats of its own kind, plain ones again by the + above
            if not isinstance(number, Real):
                raise TypeError(refusals.gradient(self, number))
            number = float(number)
        self._grad = number

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError(refusals.SUBCLASS)

    @property
    def operands(self) -> tuple[Value, ...]:
        if self.by_rest.__class__ is float:
            write(self, UNWRITTEN, _node)
        left, right = self.left, self.right
        if left is None or right is None:
            return () if left is None else (left,)
        return (left, right, *self.rest) if self.rest else (left, right)

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        slopes = self._slopes
        return tuple([watching.read(self, slope, "slope") for slope in slopes]) if watching.readers else slopes

    @property
    def _slopes(self) -> tuple[float, ...]:
        if self.by_rest.__class__ is float:
            write(self, UNWRITTEN, _node)
        if self.right is None:
            return () if self.left is None else (self.by_left,)
        return (self.by_left, self.by_right, *self.by_rest) if self.by_rest else (self.by_left, self.by_right)

    def backward(self, seed: float = 1.0) -> None:
        """Add seed · d(this)/d(leaf) to the `grad` of every leaf below; set the `grad` of every node between.

        A second call doubles the `grad` of leaves, and nothing else. To start afresh, call `zero_grad()` of a network,
        or set `grad = 0.0`.

        Example:
            >>> a = Value(3.0)
            >>> (a * a).backward()
            >>> a.grad
            6.0

        Raises ValueError for a constant: no gradient flows through it.
        """
        if self.operation is CONSTANT:
            raise ValueError(refusals.CONSTANT_ROOT)
        reverse_pass(self, _as_float(seed))
        if watching.count or watching.readers:
            watching.differentiated(self)

    def detach(self) -> Value:
        """This number as a constant: no gradient flows back to here.

        `functions.stop_gradient(v)` does the same, but stays in the graph, so it can be drawn and replayed.
        """
        detached = constant(self._data)
        if watching.count:
            watching.cut(detached)
        return detached

    def __copy__(self) -> Value:
        return _twin(self, self.operands)

    def __deepcopy__(self, memo: dict[Any, Any]) -> Value:
        copied: Value = deep_copy(self, memo, _twin)
        return copied

    def __reduce__(self) -> tuple[Callable[..., Value], tuple[Any, ...]]:
        ancestors = unseen_ancestors(self)
        return restored, (
            ancestors, _as_float(self.data), self._grad, self.operation, self.operands, self._slopes, self.label,
        )  # fmt: skip

    # Arithmetic. These operators repeat the table's rules for speed: a chain of sums and products takes less than half
    # the time that it takes through `apply`. A test holds them equal to the table. Plain numbers wait in `by_rest`.

    @staticmethod
    def _lift(number: Any) -> Any:
        """`number` as a constant; NotImplemented for types that may implement the reflected operator."""
        if number.__class__ in _PLAIN or isinstance(number, Real):
            return constant(number)  # type: ignore[arg-type]  # float() takes every Real
        if isinstance(number, refusals.NEVER_NUMBERS):
            raise TypeError(refusals.operand(number))
        return NotImplemented

    def __add__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            if other.__class__ in _PLAIN and not watching.count:
                return _of_two(ADD, self, UNWRITTEN, self._data + other, 1.0, 1.0, float(other))
            if (other := Value._lift(other)) is NotImplemented:
                return NotImplemented
        node = _blank()
        node._data = self._data + other._data
        node._grad = 0.0
        node.label = ""
        node.operation = ADD
        node.left = self
        node.right = other
        node.rest = node.by_rest = ()
        node.by_left = node.by_right = 1.0
        return watching.made(node) if watching.makers else node

    def __mul__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            if other.__class__ in _PLAIN and not watching.count:
                return _of_two(MULTIPLY, self, UNWRITTEN, self._data * other, float(other), self._data, float(other))
            if (other := Value._lift(other)) is NotImplemented:
                return NotImplemented
        a, b = self._data, other._data
        node = _blank()
        node._data = a * b
        node._grad = 0.0
        node.label = ""
        node.operation = MULTIPLY
        node.left = self
        node.right = other
        node.rest = node.by_rest = ()
        node.by_left = b
        node.by_right = a
        return watching.made(node) if watching.makers else node

    def __sub__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            if other.__class__ in _PLAIN and not watching.count:
                return _of_two(SUBTRACT, self, UNWRITTEN, self._data - other, 1.0, -1.0, float(other))
            if (other := Value._lift(other)) is NotImplemented:
                return NotImplemented
        return _of_two(SUBTRACT, self, other, self._data - other._data, 1.0, -1.0)

    def __radd__(self, other: Number) -> Value:
        if other.__class__ not in _PLAIN or watching.count:
            return Operators.__radd__(self, other)
        return _of_two(ADD, UNWRITTEN, self, other + self._data, 1.0, 1.0, float(other))

    def __rsub__(self, other: Number) -> Value:
        if other.__class__ not in _PLAIN or watching.count:
            return Operators.__rsub__(self, other)
        return _of_two(SUBTRACT, UNWRITTEN, self, other - self._data, 1.0, -1.0, float(other))

    def __rmul__(self, other: Number) -> Value:
        if other.__class__ not in _PLAIN or watching.count:
            return Operators.__rmul__(self, other)
        return _of_two(MULTIPLY, UNWRITTEN, self, other * self._data, self._data, float(other), float(other))

    def __neg__(self) -> Value:
        return _of_one(NEGATIVE, self, -self._data, -1.0)

    def relu(self) -> Value:
        a = self._data
        if a > 0.0:
            return _of_one(RELU, self, a, 1.0)
        return _of_one(RELU, self, 0.0, NOTHING) if a <= 0.0 else _relu(self)

    def __rtruediv__(self, other: Number) -> Value:
        if other.__class__ not in _PLAIN or watching.count:
            return Operators.__rtruediv__(self, other)
        return _of_two(DIVIDE, UNWRITTEN, self, *divided(number := float(other), self._data), number)

    def __truediv__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            if other.__class__ in _PLAIN and not watching.count:
                return _of_two(DIVIDE, self, UNWRITTEN, *divided(self._data, number := float(other)), number)
            if (other := Value._lift(other)) is NotImplemented:
                return NotImplemented
        return _divide(self, other)  # type: ignore[no-any-return]

    def __pow__(self, other: Value | Number) -> Value:
        if other.__class__ is not Value:
            if other.__class__ in _PLAIN and not watching.count:
                a = self._data
                if other == 2 and -1e150 < a < 1e150:  # the commonest power
                    return _of_two(POW, self, UNWRITTEN, a**2.0, a + a, a, 2.0)  # the base waits in `by_right`
                data, slope = powered(a, number := float(other))
                return _of_two(POW, self, UNWRITTEN, data, slope, a, number)
            if (other := Value._lift(other)) is NotImplemented:
                return NotImplemented
        return _pow(self, other)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        made_by = f", operation={self.operation.name!r}" if self.operation else ""
        return f"Value(data={self._data!r}, grad={self._grad!r}{made_by}{label})"

    def __format__(self, specification: str) -> str:
        return format(self.data, specification)

    def __dir__(self) -> list[str]:
        """The names that editors offer: no slots, and no names that only say what else to write."""
        return sorted(name for name in super().__dir__() if name not in _NOT_OFFERED)


Operands = tuple[Value, ...]
Slopes = tuple[float, ...]
_blank = made_in_batches(Value)
_NOT_OFFERED = {*Value.__slots__, "_lift", "_mask", "_slopes", *refusals.SPELLINGS} - {"label", "operation"}
_PLAIN = (float, int)  # known at once; `isinstance` takes five times as long


def _node(data: float, made_by: Operation | None, operands: Operands, local_derivatives: Slopes) -> Value:
    """A node with its slots filled.

    `+`, `·`, `_of_one`, `_of_two`, `constant` and `elementwise` fill the slots themselves. Without this call they take
    half as long (benchmarks/engine.py).
    """
    node = _blank()
    node._data = data
    node._grad = 0.0
    node.label = ""
    node.operation = made_by
    link(node, operands, local_derivatives)
    return node


def restored(
    _: object, data: float, grad: float, made_by: Operation | None, operands: Operands, slopes: Slopes, label: str
) -> Value:
    """A node as it was pickled. Its ancestors come first and are unused: this keeps the recursion flat."""
    node = _node(data, made_by, operands, slopes)
    node._grad, node.label = grad, label
    return node


def link(node: Value, operands: Operands, local_derivatives: Slopes) -> None:
    """Let `node` depend on `operands` alone."""
    node.left = node.right = None
    node.rest = node.by_rest = ()
    if operands:
        node.left = operands[0]
        node.by_left = local_derivatives[0]
    if len(operands) > 1:
        node.right = operands[1]
        node.by_right = local_derivatives[1]
        node.rest = operands[2:]
        node.by_rest = local_derivatives[2:]


def _twin(node: Value, operands: tuple[Value, ...]) -> Value:
    data = node._data if operands else _as_float(node.data)  # TypeError where a copied leaf would freeze its number
    return restored(None, data, node._grad, node.operation, operands, node._slopes, node.label)


def apply(made_by: Operation, operands: tuple[Value, ...], numbers: Sequence[float] = ()) -> Value:
    """The node that `made_by`, a row of the table, makes of `operands`.

    `numbers` is the operands' data; a caller who already has it passes it on.
    """
    value, derivatives = made_by.read(floats)
    numbers = numbers or [operand._data for operand in operands]
    data = value(*numbers)
    node = _node(data, made_by, operands, derivatives(*numbers, data))
    return watching.made(node) if watching.makers else node


def constant(number: Number) -> Value:
    """A leaf for a plain number in an expression. It has a `grad` as every leaf, and cannot be the root of a pass."""
    lifted = _blank()  # filled as `Value` fills it, in half the time
    lifted._data = float(number) if number.__class__ in _PLAIN else _as_float(number)
    lifted._grad = 0.0
    lifted.label = ""
    lifted.operation = CONSTANT
    lifted.left = lifted.right = None
    lifted.rest = lifted.by_rest = ()
    if watching.count:
        watching.leaf(lifted)
    return lifted


def as_value(number: Value | Number) -> Value:
    """`number` itself if it is a Value, else a constant; TypeError for what is not a real number."""
    return number if isinstance(number, Value) else constant(number)


@functools.cache
def elementwise(row: Operation) -> Callable[..., Any]:
    """The function of a row of fixed arity, for Values and numbers; it is also a method of Value."""

    value, derivatives = row.read(floats)

    def of_one(a: Value | Number) -> Value | float:  # as `of_many`, at half the time
        if a.__class__ is Value:
            node = _blank()
            node._data = data = value(a._data)
            node._grad = 0.0
            node.label = ""
            node.operation = row
            node.left = a
            node.right = None
            node.rest = node.by_rest = ()
            (node.by_left,) = derivatives(a._data, data)
            return watching.made(node) if watching.makers else node
        return float(value(_as_float(a)))

    def of_two(a: Value | Number, b: Value | Number) -> Value | float:  # as `of_many`, at half the time
        if a.__class__ is Value:
            if b.__class__ is not Value:
                b = as_value(b)
        elif b.__class__ is Value:
            a = as_value(a)
        else:
            return float(value(_as_float(a), _as_float(b)))
        x, y = a._data, b._data
        node = _blank()
        node._data = data = value(x, y)
        node._grad = 0.0
        node.label = ""
        node.operation = row
        node.left = a
        node.right = b
        node.rest = node.by_rest = ()
        node.by_left, node.by_right = derivatives(x, y, data)
        return watching.made(node) if watching.makers else node

    def of_many(*operands: Value | Number) -> Value | float:
        if len(operands) != row.arity:
            raise TypeError(f"{row.name} takes {row.arity} operands, got {len(operands)}")
        return apply_to_any(row, operands)

    function: Callable[..., Any]
    function = of_one if row.arity == 1 else of_two if row.arity == 2 else of_many
    function.__name__ = function.__qualname__ = row.name
    function.__module__ = "tinygrad_notes.functions"  # where pickle finds it by this name
    function.__doc__ = f"{row.notation.format('a', 'b', 'c')} of Values or numbers."
    return function


def apply_to_any(row: Operation, operands: Sequence[Value | Number]) -> Value | float:
    """A Value if any operand is one, else the bare number."""
    for operand in operands:
        if operand.__class__ is Value:
            return apply(row, tuple(map(as_value, operands)))
    return float(row.read(floats)[0](*map(_as_float, operands)))


def _of_one(made_by: Operation, operand: Value, data: float, slope: float) -> Value:
    """As `_of_two` for one operand."""
    node = _blank()
    node._data = data
    node._grad = 0.0
    node.label = ""
    node.operation = made_by
    node.left = operand
    node.right = None
    node.rest = node.by_rest = ()
    node.by_left = slope
    return watching.made(node) if watching.makers else node


def _of_two(
    made_by: Operation, left: Value, right: Value, data: float, by_left: float, by_right: float, number: Any = ()
) -> Value:
    """As `_node` for two operands, and watchers see it, in half the time. `number` is the operand that is UNWRITTEN."""
    node = _blank()
    node._data = data
    node._grad = 0.0
    node.label = ""
    node.operation = made_by
    node.left = left
    node.right = right
    node.rest = ()
    node.by_rest = number
    node.by_left = by_left
    node.by_right = by_right
    return watching.made(node) if watching.makers else node


def _as_float(data: Any) -> float:
    if isinstance(data, Real):
        return float(data)
    raise TypeError(refusals.data(data))


def _as_method(row: Operation, defined: bool) -> None:
    """The elementwise operations of the table are methods: v.exp(), v.tanh(), …, and those added later too.

    On an array of objects, a ufunc of NumPy calls the method of its own name on every element.
    """
    if defined and row.arity:
        row.check(floats)
    for name in {row.name, row.ufunc or row.name} if row.arity else ():
        if not defined and vars(Value).get(name) is elementwise(row):
            delattr(Value, name)
        elif defined and not hasattr(Value, name):
            setattr(Value, name, elementwise(row))


UNWRITTEN = constant(0.0)  # where a plain number waits to be looked at: see `unwritten`. Its grad means nothing
RELU = operation("relu")
_divide, _pow, _relu = map(elementwise, (DIVIDE, POW, RELU))
follow_table(_as_method)
for _name in refusals.SPELLINGS:
    setattr(Value, _name, property(functools.partial(refusals.attribute, _name)))
