"""Sheets: every number of a training step, as a person would work it out.

A sheet is one graph. Each number on it, from z1[0] to the updated weights, is a labeled Value, and its
operands are the numbers from which a person computes it. So the backward pass is a graph too. It can be drawn, marked
and worked again from other numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from tinygrad_notes.exchange.libraries import frame
from tinygrad_notes.names import Index, Name
from tinygrad_notes.nn.activations import Activation
from tinygrad_notes.nn.arguments import OneOrMany
from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.value import Value
from tinygrad_notes.worked.formulas import formula, latex, with_numbers
from tinygrad_notes.worked.report import Report, Shown


@dataclass(frozen=True)
class Quantity:
    """One named array of numbers on a sheet, such as z1, dC/dW2 or C.

    Attributes:
        name: as in worksheet files.
        phase: "given", "forward", "loss", "backward" or "update".
        layer: the layer it belongs to; 0 for x, y and C.
        shape: of the array as written; () for a single number.
        elements: its Values, row after row.
    """

    name: str
    phase: str
    layer: int
    shape: tuple[int, ...]
    elements: tuple[Value, ...]

    def nested(self, of: Callable[[Value], Any] = lambda value: value) -> Any:
        """`of` applied to each Value, as nested lists of the quantity's shape; a bare result for shape ()."""
        values = map(of, self.elements)

        def build(shape: tuple[int, ...]) -> Any:
            return [build(shape[1:]) for _ in range(shape[0])] if shape else next(values)

        return build(self.shape)

    def indices(self) -> Iterator[Index]:
        """The index of each element, in order."""
        return product(*map(range, self.shape))


@dataclass(frozen=True, kw_only=True)
class NumbersOnPaper(Shown):
    """What every sheet has: the given numbers, and the worked-out numbers, each with its formula.

    Attributes:
        given: the given numbers, by name.
        quantities: the quantities that are worked out, by name, in the order in which a person would work.
        alternatives: by label, other right ways to compute that number, as Values: δ as a - y, or a slope from z rather
            than from a.
    """

    given: dict[str, Quantity] = field(default_factory=dict)
    quantities: dict[str, Quantity] = field(default_factory=dict)
    alternatives: dict[str, tuple[Value, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> OneOrMany[Any]:
        """A quantity's Values as nested lists by its name ("W1", "dC/dW1"), or one Value by its label ("z1[0]").

        Raises KeyError for a name that this sheet does not have.
        """
        quantity = self.quantities.get(name) or self.given.get(name)
        found: Any = quantity.nested() if quantity is not None else self.values.get(name)
        if found is None:
            raise KeyError(f"this sheet has no {name!r}; it has {', '.join(self.quantities)}")
        return found  # type: ignore[no-any-return]  # a Value or a list

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every number that is worked out, by label, in the order of work."""
        return {value.label: value for quantity in self.quantities.values() for value in quantity.elements}

    def part(self, *names: str, digits: int = 6) -> Report:
        """A table of some quantities, by name: formulas, the numbers put in, and results.

        Raises KeyError for a quantity that this sheet does not have.

        Example:
            >>> from tinygrad_notes.nn import MLP
            >>> from tinygrad_notes.worked import work_through
            >>> print(work_through(MLP.from_weights([[[0.5]]], [[0.0]]), [2.0], [1.0]).part("z1", "C", digits=3))
            number   formula, then its numbers   result
            ───────────────────────────────────────────
            z1[0]    W1[0,0] · x[0] + b1[0]           1
                     = 0.5 · 2 + 0
            C        (a1[0] - y[0])^2            0.0723
                     = (0.731 - 1)^2
            <BLANKLINE>
        """
        from tinygrad_notes.worked.pages import part_report  # marking needs no pages of sheets

        return part_report(self, names, digits)

    def formula(self, label: str) -> str:
        """How the number with that label is worked out, in letters: "z1[0] = W1[0,0] · x[0] + … + b1[0]"."""
        return f"{label} = {text(formula(self[label]))}"

    def formula_in_numbers(self, label: str, digits: int = 4) -> str:
        """The same with the numbers put in: "0.1 · 0.5 + … + 0"."""
        return text(with_numbers(self[label], digits))

    def latex(self, label: str) -> str:
        """The line of the number with that label, for LaTeX's math mode."""
        return latex(self[label])

    def columns(self, digits: int = 6) -> dict[str, list[Any]]:
        """Every worked-out number, as columns: label, phase, layer, formula, the formula in numbers, and the value."""
        lines = [(quantity, value) for quantity in self.quantities.values() for value in quantity.elements]
        return {
            "number": [value.label for _, value in lines],
            "phase": [quantity.phase for quantity, _ in lines],
            "layer": [quantity.layer for quantity, _ in lines],
            "formula": [text(formula(value)) for _, value in lines],
            "in numbers": [text(with_numbers(value, digits)) for _, value in lines],
            "value": [value.data for _, value in lines],
        }

    def to_pandas(self, digits: int = 6) -> Any:
        """`columns` as a `pandas.DataFrame`; ImportError where pandas is not installed (extra `tables`)."""
        return frame(self.columns(digits))

    @property
    def root(self) -> Value:
        """The number that is differentiated; pictures and the player show its graph."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Sheet(NumbersOnPaper):
    """Every number of one training step; made by `work_through`.

    Attributes:
        activations: of each layer.
        loss: the loss.
        reduction: "sum" or "mean" over the samples.
        learning_rate: η.
        convention: how the weights are written, "W@x" or "x@W".
        samples: how many; None where x is one sample, whose numbers then carry no sample index.
    """

    activations: tuple[Activation, ...]
    loss: Loss
    reduction: str
    learning_rate: Value
    convention: str
    samples: int | None

    @property
    def layers(self) -> int:
        return len(self.activations)

    @property
    def counts(self) -> tuple[int, int]:
        """How many samples there are, and how many outputs each of them has."""
        samples = self.samples or 1
        return samples, len(self.quantities[f"a{self.layers}"].elements) // samples

    @property
    def averaged_over(self) -> int:
        """What the sum of the loss's terms is divided by."""
        return self.loss.averaged_over(*self.counts, self.reduction)

    def report(self, digits: int = 6) -> Report:
        """The sheet for a terminal, or to be turned into Markdown, LaTeX or HTML, at so many significant digits."""
        from tinygrad_notes.worked.pages import sheet_report  # as above

        return sheet_report(self, digits)

    @property
    def root(self) -> Value:
        """C, the loss."""
        return self["C"]

    def in_other_convention(self, label: str) -> str:
        """The label of the same number where weights are written in the other convention.

        Example:
            >>> from tinygrad_notes.nn import MLP
            >>> from tinygrad_notes.worked import work_through
            >>> sheet = work_through(MLP(2, [1], seed=1), [1.0, 2.0], [0.5])
            >>> sheet.in_other_convention("dC/dW1[0,1]"), sheet.in_other_convention("z1[0]")
            ('dC/dW1[1,0]', 'z1[0]')
        """
        return str(Name.parse(label).in_other_convention)
