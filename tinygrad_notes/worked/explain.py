"""`explain(value)`: how every number of a graph came about, forward and backward.

Forward, each node has its formula in letters, then with numbers. Backward, the chain rule with nothing left out: the
gradient of a node is a sum over all paths from the result down to it, of the product of the local derivatives along
each path.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.number_systems import branches
from tinygrad_notes.number_systems.branches import Known
from tinygrad_notes.number_systems.symbols import Expression, Symbol, apply
from tinygrad_notes.operations import CONSTANT
from tinygrad_notes.passes import counting_edges, reverse_sweep, topological_order
from tinygrad_notes.value import Value
from tinygrad_notes.worked.formulas import formula, number
from tinygrad_notes.worked.report import Cell, Heading, Paragraph, Report, Shown, Table, cell

Edge = tuple[Value, int]
"""A use of a value: the node that uses it, and as which operand."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path from the result down to a node: its edges, and the product of their local derivatives."""

    edges: tuple[Edge, ...]

    @property
    def factors(self) -> list[float]:
        return [user.local_derivatives[position] for user, position in self.edges]

    @property
    def product(self) -> float:
        return math.prod(self.factors)


@dataclass(frozen=True, slots=True)
class Step:
    """A node of the graph, explained.

    `paths` is None where there are more paths (`path_count`) than the caller asked for.
    """

    value: Value
    name: str
    gradient: float
    path_count: int
    paths: tuple[Path, ...] | None


class Explanation(Shown):
    """The result of `explain`; it shows itself in terminals and in Jupyter, and `.report()` writes it."""

    def __init__(self, root: Value, steps: list[Step], uses: dict[Value, list[Edge]]) -> None:
        self.root = root
        self.steps = steps
        self._uses = uses
        self._names = {step.value: step.name for step in steps}

    def report(self, digits: int = 6) -> Report:
        """The explanation at so many significant digits, ready for Markdown, LaTeX, HTML or a terminal."""
        report = Report()
        report.blocks += [
            Heading(f"How {self._names[self.root]} = {number(self.root.data, digits)} was computed"),
            Table(["value", "formula, then its numbers", "result"], self._forward(digits), numeric=(2,)),
        ]
        if slopes := self._slopes(digits):
            heading = Heading("Local derivatives")
            report.blocks += [heading, Table(["slope", "rule, then its numbers", "result"], slopes, numeric=(2,))]
        report.blocks += [
            Heading("Gradients: the sum over all paths from the result"),
            Paragraph("Along a path the local derivatives are multiplied; where paths meet they are added."),
            Table(["gradient", "path by path", "result"], self._backward(digits), numeric=(2,)),
        ]
        return report

    def _name(self, value: Value) -> str:
        return number(value.data, 15) if value.operation is CONSTANT else self._names[value]

    def _forward(self, digits: int) -> list[list[Cell]]:
        rows = []
        for step in self.steps:
            if step.value.operands:
                letters = formula(step.value, self._name)
                how = cell(letters, formula(step.value, lambda operand: number(operand.data, digits)))
            else:
                how = cell("given", tone="quiet")
            rows.append([cell(Symbol(step.name)), how, cell(number(step.value.data, digits))])
        return rows

    def _slopes(self, digits: int) -> list[list[Cell]]:
        rows = []
        for step in self.steps:
            letters = _rules(step.value, self._name)
            numbers = _rules(step.value, lambda operand: number(operand.data, digits))
            for i, operand in enumerate(step.value.operands):
                seen_before = any(operand is other for other in step.value.operands[:i])
                if operand.operation is CONSTANT or seen_before or not isinstance(letters[i], Expression):
                    continue  # a slope of 1 everywhere needs no rule
                how = cell(letters[i]) if isinstance(letters[i], Symbol) else cell(letters[i], numbers[i])
                result = cell(number(step.value.local_derivatives[i], digits))
                rows.append([cell(self._slope_symbol((step.value, i))), how, result])
        return rows

    def _backward(self, digits: int) -> list[list[Cell]]:
        rows = []
        for step in reversed(self.steps):
            name = cell(Symbol(f"∂{self._names[self.root]}/∂{step.name}"))
            total = cell(number(step.gradient, digits))
            if step.value is self.root:
                rows.append([name, cell("the result itself", tone="quiet"), total])
                continue
            if step.paths is None:
                rows.append([name, self._by_uses(step, digits), total])
                continue
            for i, path in enumerate(step.paths):
                letters = _product([self._slope_symbol(edge) for edge in path.edges])
                numbers = _product([Symbol(number(factor, digits)) for factor in path.factors])
                head = name if i == 0 else cell("+")
                rows.append([head, cell(letters, numbers), cell(number(path.product, digits))])
            if len(step.paths) > 1:
                rows.append([cell("="), cell(f"the sum over {len(step.paths)} paths", tone="quiet"), total])
        return rows

    def _by_uses(self, step: Step, digits: int) -> Cell:
        """A gradient with too many paths to list: as a sum over the nodes that use the value."""
        gradients = {other.value: other.gradient for other in self.steps}
        terms = [
            (Symbol(f"∂{self._names[self.root]}/∂{self._names[edge[0]]}"), self._slope_symbol(edge))
            for edge in self._uses[step.value]
        ]
        numbers = [
            (Symbol(number(gradients[user], digits)), Symbol(number(user.local_derivatives[i], digits)))
            for user, i in self._uses[step.value]
        ]
        return cell(
            f"{step.path_count:,} paths, too many to list; gathered over the nodes that use {step.name}:",
            apply("sum", *(_product(list(term)) for term in terms)),
            apply("sum", *(_product(list(term)) for term in numbers)),
        )

    def _slope_symbol(self, edge: Edge) -> Expression:
        user, position = edge
        return Symbol(f"∂{self._names[user]}/∂{self._name(user.operands[position])}")


def explain(value: Value, *, paths: int = 32, nodes: int = 500) -> Explanation:
    """Explain every number of the graph of `value`, and its gradient by every other.

    Args:
        value: any Value. Nothing in it changes, not even its `grad`.
        paths: for a gradient with more paths than this, only their number and the last step are given.
        nodes: the most nodes that are explained.

    Raises:
        ValueError: the graph has more nodes than `nodes`.
        TypeError: `value` is no Value.

    Example:
        >>> x = Value(3.0, label="x")
        >>> explanation = explain(x * x)
        >>> [path.product for path in explanation.steps[0].paths]
        [3.0, 3.0]
    """
    if not isinstance(value, Value):
        raise TypeError(f"explain() takes a Value, got {type(value).__name__}; of a network's outputs pick one")
    order = [node for node in topological_order(value) if node.operation is not CONSTANT]
    if len(order) > nodes:
        raise ValueError(
            f"this graph has {len(order):,} nodes, and explain() lists every one of them, at most {nodes:,}: "
            f"explain a part of it, or pass nodes={len(order)}"
        )
    uses, gradients, counts = _gather(order)
    names = _names(order)
    steps = [
        Step(node, names[node], gradients[node], counts[node],
             tuple(_paths(node, value, uses)) if counts[node] <= paths else None)
        for node in order
    ]  # fmt: skip
    return Explanation(value, steps, uses)


def _gather(order: list[Value]) -> tuple[dict[Value, list[Edge]], dict[Value, float], dict[Value, int]]:
    """For each node who uses it, its gradient, and the number of paths to it from the last node."""
    uses: dict[Value, list[Edge]] = defaultdict(list)
    for node in order:
        for i, operand in enumerate(node.operands):
            uses[operand].append((node, i))
    root = order[-1]
    return uses, reverse_sweep(order, {root: 1.0}), reverse_sweep(order, {root: 1}, counting_edges, total=sum)


def _paths(node: Value, root: Value, uses: dict[Value, list[Edge]]) -> Iterator[Path]:
    """Every path from `root` down to `node`. The search starts at `node`, so no step leads nowhere."""
    stack: list[tuple[Value, tuple[Edge, ...]]] = [(node, ())]
    while stack:
        at, edges = stack.pop()
        if at is root:
            yield Path(edges)
        stack += [(user, ((user, i), *edges)) for user, i in reversed(uses[at])]


def _names(order: list[Value]) -> dict[Value, str]:
    """A name for each node: its label, told apart where two share one, else v1, v2, …."""
    names: dict[Value, str] = {}
    labels = {node.label for node in order}
    taken: dict[str, int] = defaultdict(int)
    numbered = (name for name in map("v{}".format, range(1, 2 * len(order) + 2)) if name not in labels)
    for node in order:
        taken[node.label] += 1
        if not node.label:
            names[node] = next(numbered)
        else:
            names[node] = node.label if taken[node.label] == 1 else f"{node.label}#{taken[node.label]}"
    return names


def _rules(node: Value, name: Callable[[Value], str]) -> list[Any]:
    """The local derivatives of a node as formulas, as textbooks write them.

    At edges it is the table's rule with the branches that these operands take. A bare 1 stands for itself.
    """
    if node.operation is None or not node.operands:
        return []
    known = [_known(value, name) for value in node.operands]
    row, result = node.operation, Known(Symbol(name(node)), node.data)
    rules = row.textbook(branches)(*known, result)
    if not all(map(_agrees, rules, node.local_derivatives)):
        rules = row.read(branches)[1](*known, result)
    return [
        rule.expression if isinstance(rule, Known) else rule if abs(rule) in (0.0, 1.0) else Symbol(number(rule))
        for rule in rules
    ]


def _known(value: Value, name: Callable[[Value], str]) -> Known | float:
    """An operand with its name; of a constant the number alone, so that 3 - 1 is 2."""
    return value.data if value.operation is CONSTANT else Known(Symbol(name(value)), value.data)


def _agrees(rule: Any, slope: float) -> bool:
    """Whether the textbooks' formula holds at this point: not at an edge, or outside its domain."""
    return math.isclose(rule.number if isinstance(rule, Known) else rule, slope, rel_tol=1e-6, abs_tol=1e-9)


def _product(factors: list[Expression]) -> Expression:
    return apply("product", *factors) if len(factors) > 1 else factors[0]
