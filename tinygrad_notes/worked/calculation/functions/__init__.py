"""What a calculation can do with whole arrays. Importing this package registers every function."""

from tinygrad_notes.worked.calculation.functions import images, products, reductions, shapes
from tinygrad_notes.worked.calculation.functions.registry import FUNCTIONS, array_of, stacked, whole

__all__ = [
    "FUNCTIONS",
    "array_of",
    "images",
    "products",
    "reductions",
    "shapes",
    "stacked",
    "whole",
]
