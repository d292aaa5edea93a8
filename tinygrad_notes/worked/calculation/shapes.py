"""Expressions of one shape: a page repeats few shapes in many lines, and each shape is parsed once.

The shape of `tanh(v1 + 0.25)` is `tanh(n + 0)`. The tree of a shape becomes the tree of an expression when its names,
numbers and derivatives, its leaves, are put in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any

from tinygrad_notes.worked.calculation import tree
from tinygrad_notes.worked.calculation.grammar import DERIVATIVE, NAME, NUMBER, SECOND, derivative_of, plain_name

LONGEST = 400
"""The most characters of an expression whose shape is kept."""
_LEAF = re.compile(
    rf"(?<![.\w'\u0300-\u036f])(?:(?P<derivative>{SECOND}|{DERIVATIVE})|(?P<number>{NUMBER})"
    # What is called as a function, or may begin a derivative, belongs to the shape.
    rf"|(?P<name>(?![d\u2202])(?>{NAME})(?!\s*[(=.])))"
)
_STANDS_FOR = {"derivative": "dy/dx", "number": "0", "name": "n"}

Parse = Callable[[str], tree.Node]
Template = tuple[tree.Node, list[int], list[int]]


def by_shape(text: str, parse: Parse) -> tree.Node | None:
    """The tree of an expression by way of its shape; None where the shape does not tell the tree."""
    if len(text) > LONGEST:
        return None
    leaves = list(_LEAF.finditer(text))
    template = _template(_LEAF.sub(_stand_in, text), parse)
    if template is None or len(template[1]) != len(leaves):  # in b'b the second name runs into what stands for b'
        return None
    return _filled(template, leaves)


def _stand_in(leaf: re.Match[str]) -> str:
    return _STANDS_FOR[leaf.lastgroup or ""]


@lru_cache(maxsize=1000)
def _template(shape: str, parse: Parse) -> Template | None:
    """The tree of a shape, and where its leaves begin and end; None unless the parser finds the same leaves."""
    leaves = list(_LEAF.finditer(shape))
    try:
        root = parse(shape)
    except ValueError:
        return None  # the expression itself is parsed then, for its own words and places
    found = {(node.at, _written(node)) for node in root.walk() if _is_leaf(node)}
    if any(leaf[0] != _stand_in(leaf) or (leaf.start(), leaf[0]) not in found for leaf in leaves):
        return None  # the text around a leaf ran into what stands for it
    return root, [leaf.start() for leaf in leaves], [leaf.end() for leaf in leaves]


def _is_leaf(node: tree.Node) -> bool:
    return isinstance(node, (tree.Number, tree.Name, tree.Derivative))


def _written(node: Any) -> str:
    return str(node.name if isinstance(node, tree.Name) else node.written)


def _filled(template: Template, leaves: Sequence[re.Match[str]]) -> tree.Node:
    """The tree of a shape with the leaves of an expression in it."""
    root, starts, ends = template

    def filled(part: Any) -> Any:
        if part.__class__ is tuple:
            return tuple([filled(inner) for inner in part])
        if not isinstance(part, tree.Node):
            return part
        at = part.at
        i = bisect_right(starts, at) - 1
        if i >= 0 and at == starts[i] and part.__class__ in _LEAVES:
            return _LEAVES[part.__class__](leaves[i])
        if i >= 0:
            at = leaves[i].start() if at == starts[i] else leaves[i].end() + at - ends[i]
        kind: Any = type(part)
        return kind(at, *[filled(getattr(part, name)) for name in _contents(kind)])

    return filled(root)  # type: ignore[no-any-return]


_LEAVES: dict[type[Any], Callable[[re.Match[str]], tree.Node]] = {
    tree.Number: lambda leaf: tree.Number(leaf.start(), leaf[0]),
    tree.Name: lambda leaf: tree.Name(leaf.start(), plain_name(leaf[0])),
    tree.Derivative: lambda leaf: derivative_of(leaf[0], leaf.start()),
}


@cache
def _contents(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "at")
