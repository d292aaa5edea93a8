"""The tables beside a network's neurons: each incoming weight with its gradient and its value after the update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.network_numbers import NeuronNumbers, Parameter
from tinygrad_notes.draw.scene import Group, Rect, Shape, Text
from tinygrad_notes.draw.style import tint_role, written

ROW, SIZE, CAPTION = 18.0, 12.0, 11.0
"""A row's height, and the font sizes of numbers and captions, in every table and beside it."""
_BIAS = 14.0  # room for the letter b behind the last row


@dataclass(frozen=True, slots=True)
class _Column:
    caption: str
    width: float
    end: float  # of its numbers, from the table's left


@dataclass(frozen=True, slots=True)
class WeightTable:
    """How the tables of one layer's neurons look: all have the same columns.

    Attributes:
        columns: W, and ∂C/∂W and the updated W where they are known.
        has_bias: whether some neuron has one.
        largest: the magnitude that gets the deepest color.
        marked: the label of the parameter to be pointed out, if any.
        digits: how many significant digits the numbers have.
    """

    columns: tuple[_Column, ...]
    has_bias: bool
    largest: float
    marked: str | None
    digits: int

    @classmethod
    def of(cls, layer: Sequence[NeuronNumbers], largest: float, marked: str | None, digits: int) -> WeightTable:
        """Columns as wide as the widest number in them."""
        rows = [_cells(parameter, digits) for neuron in layer for parameter in neuron.parameters]
        columns: list[_Column] = []
        end = 0.0
        for cells in zip(*rows, strict=True):
            caption = cells[0][0]
            width = max(*(text_width(number, SIZE) for _, number in cells), text_width(caption, CAPTION)) + 12
            end += width
            columns.append(_Column(caption, width, end - 6))
        return cls(tuple(columns), any(neuron.bias is not None for neuron in layer), largest, marked, digits)

    @property
    def width(self) -> float:
        return self._rows_width + (_BIAS if self.has_bias else 0)

    @property
    def _rows_width(self) -> float:
        return sum(column.width for column in self.columns)

    def captions(self, left: float, y: float) -> list[Text]:
        """What the columns hold, to stand above a layer's tables."""
        return [Text(left + column.end, y, column.caption, CAPTION, "quiet", "end") for column in self.columns]

    def shapes(self, neuron: NeuronNumbers, left: float, top: float) -> list[Group]:
        """A neuron's table with its top left corner there, a row for each parameter."""
        return [
            self._row(parameter, left, top + i * ROW, is_bias=parameter is neuron.bias)
            for i, parameter in enumerate(neuron.parameters)
        ]

    def _row(self, parameter: Parameter, left: float, y: float, is_bias: bool) -> Group:
        cells = _cells(parameter, self.digits)
        width = self._rows_width
        stroke = "mark" if parameter.label == self.marked else None
        tint = tint_role(parameter.shown, self.largest)
        shapes: list[Shape] = [Rect(left, y + 1, width, ROW - 2, tint, stroke, 4, 2.0)]
        for (_, number), column in zip(cells, self.columns, strict=True):
            shapes.append(Text(left + column.end, y + 13, number, SIZE, "ink", "end"))
        if is_bias:
            shapes.append(Text(left + width + 4, y + 13, "b", 13, "quiet", "start", "serif"))
        told = "\n".join([parameter.label, *(f"{caption} {number}" for caption, number in cells)])
        return Group(tuple(shapes), "parameter", told)


def _cells(parameter: Parameter, digits: int) -> list[tuple[str, str]]:
    """Caption and number of each column, for one row."""
    numbers = [("W", parameter.data), ("∂C/∂W", parameter.grad), ("updated", parameter.updated)]
    return [(caption, written(number, digits)) for caption, number in numbers if number is not None]
