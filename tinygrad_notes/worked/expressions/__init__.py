"""The usual mistakes in a formula of any kind, known by how numbers are used in it. Importing it registers every kind.

The kinds of `mistakes` know a network's weights, slopes and errors by their names. These look at terms, factors,
powers and functions, and at which name is a later version of which.
"""

from tinygrad_notes.worked.expressions import exchanges, factors, powers, slopes, terms
from tinygrad_notes.worked.expressions.parts import EXPRESSION_KINDS, expression_mistake

__all__ = ["EXPRESSION_KINDS", "exchanges", "expression_mistake", "factors", "powers", "slopes", "terms"]
