"""Working a written formula out, by its tree."""

from __future__ import annotations

from collections.abc import Mapping

from tinygrad_notes.number_systems import floats
from tinygrad_notes.number_systems.symbols import Application, Expression, Literal
from tinygrad_notes.operations import TABLE


def evaluated(expression: Expression, numbers: Mapping[str, float]) -> float:
    """What a formula comes to, with these numbers for its letters."""
    if isinstance(expression, Application):
        operands = [evaluated(operand, numbers) for operand in expression.operands]
        return float(TABLE[expression.name].read(floats)[0](*operands))
    if isinstance(expression, Literal):
        return expression.number
    name = str(expression)
    return numbers[name] if name in numbers else float(name)
