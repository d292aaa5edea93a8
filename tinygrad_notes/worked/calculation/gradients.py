"""Derivatives of one number of a page by every other, as the chain rule works them one step up.

The derivative by a number is the sum, over all that reads it directly, of the derivative by the reader times the
reader's slope. Where the page states the derivative by a reader, that is the number taken. So a derivative follows
from the claims above it, and nothing is worked that is not asked for.

A page may also start from derivatives: of a loss that it has no formula for, by numbers that it computes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.derivatives import over_values
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import Value, as_value
from tinygrad_notes.worked.calculation.alignment import close
from tinygrad_notes.worked.calculation.elementwise import count_of, numbers_of, plain
from tinygrad_notes.worked.calculation.entries import Entry
from tinygrad_notes.worked.slopes import plus, times


class Adjoints:
    """The derivatives of `root` by the Values that it is computed from.

    Args:
        root: what is differentiated.
        between: collects the derivatives that are worked on the way; they are labeled, and no line has them yet.

    Attributes:
        cone: the Values that it is computed from, and itself.
    """

    def __init__(self, root: Value, between: set[Value]) -> None:
        self.root, self.between = root, between
        order = topological_order(root)
        self.cone = set(order)
        self._uses: dict[Value, list[tuple[Value, int]]] = defaultdict(list)
        for node in order:
            for position, operand in enumerate(node.operands):
                if operand.operation is not CONSTANT:
                    self._uses[operand].append((node, position))
        self._found: dict[Value, Any] = {root: 1.0}
        self._slopes: dict[Value, tuple[Any, ...]] = {}

    def state(self, by: Value, derivative: Value) -> None:
        """Take `derivative` for the derivative by `by` from now on."""
        if by is not self.root:
            self._found[by] = derivative

    def by(self, asked: Value) -> Any:
        """d(root)/d(asked): a Value, or a float where it is a plain number."""
        stack = [asked]
        found = self._found
        while stack:
            node = stack[-1]
            if node in found:
                stack.pop()
                continue
            uses = self._uses.get(node, ())
            missing = [user for user, _ in uses if user not in found]
            if missing:
                stack.extend(missing)
                continue
            found[node] = self._named(node, self._gathered(uses))
            stack.pop()
        return found[asked]

    def _named(self, by: Value, derivative: Any) -> Any:
        """The derivative by a number that has a name, under the name that it has on paper."""
        if isinstance(derivative, Value) and not derivative.label and derivative in self.cone:
            derivative = functions.identity(derivative)  # as a - y is part of ½ (a - y)² and its derivative
        if by.label and isinstance(derivative, Value) and not derivative.label and derivative.operation is not CONSTANT:
            derivative.label = f"d{self.root.label}/d{by.label}"
            self.between.add(derivative)
        return derivative

    def _gathered(self, uses: Any) -> Any:
        shares = []
        for user, position in uses:
            adjoint = self._found[user]
            if isinstance(adjoint, Value) or adjoint:
                share = times(adjoint, self._slopes_of(user)[position])
                if isinstance(share, Value) or share:
                    shares.append(share)
        if len(shares) > 2:
            return functions.sum(shares)
        return plus(*shares) if len(shares) == 2 else shares[0] if shares else 0.0

    def _slopes_of(self, node: Value) -> tuple[Any, ...]:
        if node not in self._slopes:
            self._slopes[node] = textbook_slopes(node)
        return self._slopes[node]


def textbook_slopes(node: Value) -> tuple[Any, ...]:
    """The local derivatives of a node as textbooks write them; at an edge, where those fail, as the table has them."""
    if node.operation is None:
        return ()
    operands = [operand.data if operand.operation is CONSTANT else operand for operand in node.operands]
    for rules in (node.operation.textbook(functions), node.operation.read(functions)[1]):
        slopes = rules(*operands, node)
        if all(close(plain(slope), exact) for slope, exact in zip(slopes, node.local_derivatives, strict=True)):
            return tuple(slopes)
    return tuple(node.operation.read(over_values)[1](*operands, node))


# Derivatives that a page starts from ------------------------------------------------------------------


class Upstream:
    """What a page says of ∂L/∂… where L itself is nowhere on it.

    With ∂L/∂h given for all h that L is computed from, the chain rule tells ∂L/∂x for whatever h is computed from. L
    then stands for Σ ∂L/∂h · h, whose derivatives are the same.
    """

    def __init__(self) -> None:
        self._stated: dict[str, list[tuple[str, Any]]] = {}
        self._totals: dict[str, tuple[tuple[Entry, ...], Entry]] = {}

    def add(self, of: str, by: str, numbers: Any) -> None:
        """Take down d(of)/d(by), which the page states."""
        self._stated.setdefault(of, []).append((by, numbers))

    def knows(self, of: str) -> bool:
        """Whether the page states some derivative of `of`."""
        return of in self._stated

    def total(self, of: str, computed: Callable[[str], Entry | None]) -> tuple[Entry, list[tuple[Entry, Any]]] | None:
        """What stands for `of`, and the derivatives of it that are stated; None where these do not tell the others.

        They do not if one is by a number that is not computed: what it passes on is unknown.
        """
        stated = [(computed(by), numbers) for by, numbers in self._stated.get(of, ())]
        known = [(entry, numbers) for entry, numbers in stated if entry is not None]
        alike = all(count_of(numbers) == count_of(entry.numbers) for entry, numbers in known)
        if not known or len(known) < len(stated) or not alike:
            return None
        entries = tuple(entry for entry, _ in known)
        if of not in self._totals or self._totals[of][0] != entries:
            first = entries[0]
            self._totals[of] = entries, Entry(of, of, 1, first.place, _total(of, known), first.statement)
        return self._totals[of][1], known


def _total(name: str, known: list[tuple[Entry, Any]]) -> Value:
    slopes = [as_value(slope) for _, numbers in known for slope in numbers_of(numbers)]
    values = [value for entry, _ in known for value in entry.values]
    total = functions.dot(slopes, values) if len(values) > 1 else slopes[0] * values[0]
    total.label = name
    return total
