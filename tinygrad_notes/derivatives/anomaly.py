"""Where the first nan or infinity came from.

A watcher looks at every new node and, after a backward pass, at the gradients. It reports the first number that is not
finite, with the operation, its operands, the line of code and the usual cause.
"""

from __future__ import annotations

import linecache
import math

from tinygrad_notes.errors import AnomalyError as AnomalyError
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.passes import stored_edges, topological_order
from tinygrad_notes.picking import NOTHING
from tinygrad_notes.value import Value
from tinygrad_notes.watching import Watcher, reading_a_rule, users_line, watched_by

_REMEMBERED = 100_000  # operations whose lines are known to a backward pass: a loop inside the block fills no memory
_OVERFLOW = "overflow: the numbers have grown beyond the largest float; a smaller learning rate or scaled inputs help"


def detect_anomaly() -> watched_by[Watcher]:
    """Raise for the first number in the `with` block that becomes nan or infinite, and matters for the result.

    It checks the values and local derivatives of all operations on Values in this context, and the gradients after
    `backward()`. Infinite and nan inputs are allowed; the first operation that makes nan of them raises. The error
    comes with `backward()`, or at the end of the block: only then it is known whether the number is used. A number is
    not used if `where`, `clip`, `maximum` or the like do not pick it, or if the backward pass does not reach it.

    Raises:
        AnomalyError: naming the operation, its operands' labels and numbers, the line of code, the usual cause.

    Example:
        >>> x = Value(0.0, label="x")
        >>> with detect_anomaly():
        ...     x.log()
        Traceback (most recent call last):
            ...
        tinygrad_notes.errors.AnomalyError: log gave -inf
          made in <doctest tinygrad_notes.derivatives.anomaly.detect_anomaly[1]>, line 2: x.log()
          operand 0: x = 0.0
          value: -inf, local derivatives: inf
          usual cause: a logarithm of 0 or of a negative number: keep its operand above 0, as by maximum(x, 1e-12)
    """
    return watched_by(_Detector)


class _Detector(Watcher):
    """Remembers what turned nan or infinite, and which nodes use it, until it is known whether it matters.

    It does not matter if every node that was made from it picked another operand.
    """

    def __init__(self) -> None:
        self.places: dict[Value, tuple[str, int]] = {}
        self.found: dict[Value, AnomalyError] = {}
        self.users: dict[Value, list[Value]] = {}  # of each anomaly and all that follows from it

    def made(self, node: Value) -> None:
        if reading_a_rule.get():  # the steps of a rule are judged by what they give
            return
        place = users_line()
        self.places[node] = place
        if len(self.places) > _REMEMBERED:
            del self.places[next(iter(self.places))]
        spoiled = False
        for operand, slope in zip(node.operands, node._slopes, strict=True):
            if operand in self.users:
                self.users[operand].append(node)
                spoiled = spoiled or slope is not NOTHING
        complaint = _complaint(node)
        if complaint and not spoiled:
            self.found[node] = AnomalyError(_told(complaint, node, place, _cause(node)), node, place)
        if complaint or spoiled:
            self.users[node] = []
            if len(self.users) > _REMEMBERED and (found := self.first_that_matters()) is not None:
                raise found

    def first_that_matters(self) -> AnomalyError | None:
        """The first anomaly that has a part in a final node, one that nothing was made from; None if there is none."""
        matters: set[Value] = set()
        for node in reversed(self.users):  # users are made after what they use
            users = self.users[node]
            taken_in = [user for user in users if user in self.users and _takes_in(user, node)]
            if not users or not matters.isdisjoint(taken_in):
                matters.add(node)
        return next((error for node, error in self.found.items() if node in matters), None)

    def left(self, error: BaseException | None) -> None:
        if error is not None and (isinstance(error, AnomalyError) or not isinstance(error, Exception)):
            return
        if (found := self.first_that_matters()) is not None:
            raise found from error

    def differentiated(self, root: Value) -> None:
        order = _picked_order(root)
        for node in order:
            if node in self.found:
                raise self.found[node]
        for node in reversed(order):
            if not math.isfinite(node._grad) and node.operation is not CONSTANT:
                what = f"the gradient of {_named(node)} turned {node._grad!r} in backward()"
                place = self.places.get(node)
                raise AnomalyError(_told(what, node, place, _OVERFLOW), node, place)
        self.users.clear()  # what this pass did not reach was not picked, as by np.where or an if


def _takes_in(user: Value, operand: Value) -> bool:
    return any(x is operand and slope is not NOTHING for x, slope in stored_edges(user, None))


def _picked_order(root: Value) -> list[Value]:
    """The nodes that have a part in `root`, in topological order."""
    picked = {root}
    order = topological_order(root)
    for node in reversed(order):
        if node in picked:
            picked.update(operand for operand, slope in stored_edges(node, None) if slope is not NOTHING)
    return [node for node in order if node in picked]


def _complaint(node: Value) -> str:
    """What is wrong with a new node; empty if nothing is."""
    name = node.operation.name if node.operation else "value"
    if math.isnan(node._data) or (math.isinf(node._data) and not any(math.isinf(x._data) for x in node.operands)):
        return f"{name} gave {node._data!r}"
    for k, (operand, slope) in enumerate(zip(node.operands, node._slopes, strict=True)):
        bad = math.isnan(slope) or (math.isinf(slope) and math.isfinite(operand._data))
        if bad and operand.operation is not CONSTANT:
            return f"{name} has the derivative {slope!r} by its operand {k}"
    return ""


def _cause(node: Value) -> str:
    if any(math.isnan(operand._data) for operand in node.operands):
        return "an operand is nan already: it came in as data, or was made before the watching began"
    return (node.operation and node.operation.cause) or _OVERFLOW


def _told(what: str, node: Value, place: tuple[str, int] | None, cause: str) -> str:
    """An anomaly in a few lines: where it was made, from which operands, and its usual cause."""
    lines = [what]
    if place is not None:
        lines.append(f"  made in {place[0]}, line {place[1]}: {linecache.getline(*place).strip()}")
    lines += [f"  operand {k}: {_named(operand)}" for k, operand in enumerate(node.operands)]
    if node.operands:
        lines.append(f"  value: {node._data!r}, local derivatives: {', '.join(map(repr, node._slopes))}")
    return "\n".join([*lines, f"  usual cause: {cause}"])


def _named(value: Value) -> str:
    if value.label:
        return f"{value.label} = {value._data!r}"
    if value.operation is CONSTANT:
        return f"the constant {value._data!r}"
    return f"{value._data!r}" + (f", from {value.operation.name}" if value.operation else "")


def explain_anomaly(root: Value) -> str:
    """What `detect_anomaly` would have said of a graph made already; empty if every number in it is finite.

    Example:
        >>> print(explain_anomaly(Value(800.0, "x").exp() * 2).splitlines()[0])
        exp gave inf
    """
    for node in _picked_order(root):
        complaint = _complaint(node) if node.operands else ""
        if complaint:
            return _told(complaint, node, None, _cause(node))
    return ""
