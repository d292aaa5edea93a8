"""Losses as formulas: the term that one output adds, and its derivative, in the letters a and y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.number_systems.symbols import Expression, text
from tinygrad_notes.value import Value
from tinygrad_notes.worked.formulas import formula
from tinygrad_notes.worked.slopes import derivative, fresh, over

if TYPE_CHECKING:
    from tinygrad_notes.worked.sheet import Sheet

_SAMPLES = ((0.25, 0.75), (0.75, 0.25), (9.0, 0.0), (-9.0, 1.0))  # on either side of where a loss may branch


@dataclass(frozen=True, slots=True)
class WrittenLoss:
    """One term of a loss, and the derivative of the whole loss by the output in that term."""

    term: Expression
    slope: Expression


def loss_of(sheet: Sheet) -> WrittenLoss | None:
    """How the loss of a sheet is written down, with what the sheet averages over."""
    samples = sheet.samples or 1
    outputs = len(sheet.quantities[f"a{sheet.layers}"].elements) // samples
    return written_loss(sheet.loss, sheet.loss.averaged_over(samples, outputs, sheet.reduction))


def written_loss(loss: Loss, averaged_over: int = 1, output: str = "a") -> WrittenLoss | None:
    """How a loss is written down, its terms being `averaged_over` so many; None where no one formula holds everywhere.

    Example:
        >>> from tinygrad_notes.nn.losses import binary_cross_entropy
        >>> written = written_loss(binary_cross_entropy, averaged_over=3)
        >>> text(written.term), text(written.slope)
        ('-(y · ln(a) + (1 - y) · ln(1 - a))', '((1 - y) / (1 - a) - y / a) / 3')
    """
    ways = [_at(loss, Value(a, output), Value(y, "y"), averaged_over) for a, y in _SAMPLES]
    return ways[0] if len({(text(way.term), text(way.slope)) for way in ways}) == 1 else None


def _at(loss: Loss, a: Value, y: Value, averaged_over: int) -> WrittenLoss:
    term = loss.term(a, y)
    return WrittenLoss(formula(term), formula(fresh(over(derivative(term, a), averaged_over))))
