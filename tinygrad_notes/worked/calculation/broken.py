"""Lines that cannot be read or worked: one run reports several of them, as far as it can read on.

What is wrong in one expression is a LineError, before it is known in which line that stands.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.grammar import DERIVATIVE, NAME, derivative_of, plain_name
from tinygrad_notes.worked.marks import Marking

MOST_BROKEN = 5
"""How many broken lines of a file one run reports."""
_DERIVATIVE = re.compile(DERIVATIVE)
_NAME = re.compile(NAME)


class LineError(ValueError):
    """What is wrong in one expression; `at` is the offset in its text, from 0."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


class UnworkableError(LineError):
    """A formula that is well written and cannot be worked: its shapes do not fit together."""


class TooMuchError(LineError):
    """A page that takes too many numbers to work: no line behind can be worked either."""


@dataclass
class Broken:
    """What is wrong with each broken line, and the names to which these lines would have given numbers.

    Attributes:
        most: at how many broken lines the reader stops.
        problems: the error of each.
        names: of numbers that are unknown now; derivatives as dL/dw.
    """

    most: int = 1
    problems: list[CalculationError] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def add(self, problem: CalculationError, names: Iterable[str], *, once: bool = False) -> None:
        """Take down a broken line; raises the error of all where there are enough.

        With `once`, a line that is broken for the same reason as another is not reported: a missing name may break
        many.
        """
        self.names |= set(names)
        if once and any(problem.reason == other.reason for other in self.problems):
            return
        self.problems.append(problem)
        if len(self.problems) >= self.most:
            self.tell()

    def tell(self) -> None:
        """Raise the error of all broken lines, if there are any, with the message of the first."""
        if self.problems:
            told = sorted(self.problems, key=lambda problem: (problem.line, problem.column))
            raise together(told) if len(told) > 1 else told[0]

    def is_needed_in(self, node: tree.Node, computed: Container[str]) -> bool:
        """Whether an expression needs a number that a broken line would have given.

        Args:
            node: the expression.
            computed: the names of the page. If L is none of them, dL/dx follows from every other derivative of L.
        """
        if not self.names.isdisjoint(_names_in(node)):
            return True
        unknown = {_of(part) for part in node.walk() if isinstance(part, tree.Derivative)}
        return any(name.startswith(f"d{of}/") for of in unknown if of not in computed for name in self.names)


def together(problems: Sequence[CalculationError], marking: Marking | None = None) -> CalculationError:
    """The error of a page with several problems: the message of the first, all of them, and the marks of all else."""
    first = problems[0]
    error = CalculationError(first.reason, first.line, first.column)
    error.problems, error.marking = tuple(problems), marking
    return error


def names_given(text: str) -> set[str]:
    """The names to which a line gives numbers, as far as its text tells: z of z = w*x, δ and dC/dz of δ = dC/dz = ….

    Example:
        >>> [sorted(names_given(line)) for line in ("δ = ∂C/∂z = a - 1", "dL/do v = 2", "a, b = 1")]
        [['dC/dz', 'δ'], ['dL/do'], ['a', 'b']]
    """
    left, *between = [part.strip() for part in text.split("=")][: max(1, text.count("="))]
    begins = _DERIVATIVE.match(left)
    names = {_called(begins[0])} if begins else set(map(plain_name, _NAME.findall(left)))
    return names | {_called(part) for part in between if _DERIVATIVE.fullmatch(part)}


def _called(written: str) -> str:
    """A derivative in one spelling."""
    return next(_names_in(derivative_of(written)))


def _names_in(node: tree.Node) -> Iterator[str]:
    """Every name that an expression reads; of dL/dw that itself, L and w."""
    for part in node.walk():
        if isinstance(part, tree.Name):
            yield part.name
        elif isinstance(part, tree.Call):
            yield part.function  # which may be a number: a(1 - a) is a product
        elif isinstance(part, tree.Derivative):
            yield f"d{_of(part)}/{''.join(f'd{name}' for name in part.by)}"
            yield from part.by


def _of(derivative: tree.Derivative) -> str:
    """The name of what is differentiated."""
    return next((part.name for part in derivative.of.walk() if isinstance(part, tree.Name)), "")
