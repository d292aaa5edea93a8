"""Formulas written as calculation lines write them.

A page writes `*`, `·` or nothing at all for every product. What it means follows from the shapes on paper: a matrix
times a column is a matrix product, a column times a row (`δ aᵀ`) an outer one, a row times a column a number, and
equal shapes go element by element. A row, of shape (1, n) on paper, is a plain vector in calculation lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinygrad_notes.reading.formulas import SUM, Apply, Name, Number, Tree, renamed
from tinygrad_notes.reading.notation import CALLED

Shape = tuple[int, ...]

_TIGHTNESS = {"+": 1, "-": 1, "*": 2, "⊙": 2, "@": 2, "⊗": 2, "/": 2, "^": 4}
_REDUCED = frozenset(["sum", "mean", "norm", "dot"]) | CALLED - {"step", "positive", "sign", "maximum", "minimum"}
"""Functions whose result has another shape than what they are of: a number, or one that only the claim tells."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a formula: its text, how tight it binds, and its shape on paper: (1, n) for a row."""

    text: str
    tightness: int
    shape: Shape


def written(tree: Tree, shapes: Mapping[str, Shape] | None = None) -> Written:
    """The formula as calculation lines write it.

    Args:
        tree: the formula.
        shapes: on paper, of each name that is an array; other names are numbers.

    Example:
        >>> from tinygrad_notes.reading.parsing import parsed
        >>> from tinygrad_notes.reading.tokens import tokens_of
        >>> def of(text, **shapes): return written(parsed(tokens_of(text)), shapes).text
        >>> of(r"2(a_2 - y)"), of(r"W x", W=(2, 3), x=(3,)), of(r"\\delta_2 a_1^T", δ2=(2,), a1=(3,))
        ('2*(a2 - y)', 'W@x', 'outer(δ2, a1)')
    """
    shapes = shapes or {}
    if isinstance(tree, Number):
        return Written(tree.written, 2 if "/" in tree.written else 9, ())
    if isinstance(tree, Name):
        return Written(tree.name, 9, _shape_of(tree.name, shapes))
    parts = [written(operand, shapes) for operand in tree.operands]
    if tree.function in ("*", "⊙", "@", "⊗") and len(parts) == 2:
        return _product(tree.function, *parts)
    return _applied(tree.function, parts)


def _applied(function: str, parts: list[Written]) -> Written:
    first = parts[0]
    if function.endswith("="):
        return Written(f"{function}{first.text}", 0, ())
    widest = max((part.shape for part in parts), key=len)
    if function == SUM:  # without an index: over the elements; where there are none, calculation lines refuse it
        function = "sum" if first.shape else f"{SUM}?"
    if function == "list":
        return _list(parts)
    if function == "element":
        return _element(first, parts[1:])
    if function == "T":
        return _transposed(first)
    if function == "-" and len(parts) == 1:
        return Written(f"-{_in(first, 3)}", 1, first.shape)
    if function in _TIGHTNESS:
        tight = _TIGHTNESS[function]
        blank = " " if tight == 1 else ""
        left, right = _in(first, tight + (function == "^")), _in(parts[1], tight + (function in "-/"))
        return Written(f"{left}{blank}{function}{blank}{right}", tight, widest)
    return Written(
        f"{function}({', '.join(part.text for part in parts)})", 9, _reduced(parts) if function in _REDUCED else widest
    )


def _reduced(parts: list[Written]) -> Shape:
    """The shape that is left of an array after a function went along its axis, where one is given."""
    told = dict(part.text.split("=") for part in parts[1:] if "=" in part.text)
    shape = parts[0].shape
    if not shape or not told.get("axis", "").lstrip("-").isdigit():
        return ()
    at = int(told["axis"]) % len(shape)
    return (*shape[:at], *((1,) if told.get("keepdims") == "1" else ()), *shape[at + 1 :])


def _list(parts: list[Written]) -> Written:
    if len(parts) == 1 and len(parts[0].shape) == 1:
        return Written(parts[0].text, 9, (1, *parts[0].shape))  # a row
    return Written(f"[{', '.join(part.text for part in parts)}]", 9, (len(parts), *parts[0].shape))


def _element(array: Written, indices: list[Written]) -> Written:
    if _is_row(array) and len(indices) == 2:
        indices = indices[1:]
    return Written(f"{array.text}[{', '.join(index.text for index in indices)}]", 9, array.shape[len(indices) :])


def _transposed(part: Written) -> Written:
    if len(part.shape) == 1:
        return Written(part.text, part.tightness, (1, *part.shape))
    if _is_row(part):
        return Written(part.text, part.tightness, part.shape[1:])
    return Written(f"{_in(part, 9)}.T", 9, part.shape[::-1]) if part.shape else part


def _product(sign: str, a: Written, b: Written) -> Written:
    """A product, by its sign and by the shapes of its operands."""
    if not a.shape or not b.shape:
        return Written(f"{_in(a, 2)}*{_in(b, 3)}", 2, a.shape or b.shape)
    if sign == "⊗" or (sign != "⊙" and len(a.shape) == 1 and _is_row(b)):
        return Written(f"outer({a.text}, {b.text})", 9, a.shape[-1:] + b.shape[-1:])
    if sign == "@" or (sign == "*" and max(len(a.shape), len(b.shape)) == 2 and a.shape[-1] == b.shape[0]):
        return Written(f"{_in(a, 2)}@{_in(b, 3)}", 2, _without_one(a.shape[:-1] + b.shape[1:]))
    return Written(f"{_in(a, 2)}*{_in(b, 3)}", 2, max(a.shape, b.shape, key=len))


def _shape_of(name: str, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of a name on paper; the derivative of a number has the shape of the variable."""
    if name in shapes or "/d" not in name:
        return shapes.get(name, ())
    what, by = name[1:].split("/d", 1)
    return () if shapes.get(what) else shapes.get(by, ())


def with_inner_products(tree: Tree, shapes: Mapping[str, Shape]) -> Tree:
    """The formula with each product of two equal vectors as the number that they give together."""

    def inner(part: Tree) -> Tree | None:
        if not isinstance(part, Apply) or part.function not in ("*", "@") or len(part.operands) != 2:
            return None
        left, right = (written(operand, shapes).shape for operand in part.operands)
        return Apply("dot", part.operands) if len(left) == 1 and left == right else None

    return renamed(tree, inner)


def _is_row(part: Written) -> bool:
    return len(part.shape) == 2 and part.shape[0] == 1


def _without_one(shape: Shape) -> Shape:
    return () if shape in ((1,), (1, 1)) else shape


def _in(part: Written, least: int) -> str:
    return part.text if part.tightness >= least else f"({part.text})"
