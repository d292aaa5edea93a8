"""Expressions of one shape: a page repeats few shapes in many lines, and each shape is parsed once.

The shape of `tanh(v1 + 0.25)` is `tanh(n + 0)`. The tree of a shape becomes the tree of an expression when its names,
numbers and derivatives, its leaves, are put in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import lru_cache
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
Make = Callable[[Sequence[int], Sequence[str]], Any]
"""Makes a part of a tree from where the leaves of an expression begin and end, and from their texts."""


def by_shape(text: str, parse: Parse) -> tree.Node | None:
    """The tree of an expression by way of its shape; None where the shape does not tell the tree."""
    if len(text) > LONGEST:
        return None
    places, texts = [0], []

    def stand_in(leaf: re.Match[str]) -> str:
        places.extend(leaf.span())
        texts.append(leaf[0])
        return _stand_in(leaf)

    make, count = _template(_LEAF.sub(stand_in, text), parse)
    if make is None or count != len(texts):  # in b'b the second name runs into what stands for b'
        return None
    return make(places, texts)  # type: ignore[no-any-return]  # the root


def _stand_in(leaf: re.Match[str]) -> str:
    return _STANDS_FOR[leaf.lastgroup or ""]


@lru_cache(maxsize=1000)
def _template(shape: str, parse: Parse) -> tuple[Make | None, int]:
    """What makes the tree of an expression of that shape, and how many leaves it takes.

    There is none unless the parser finds the same leaves.
    """
    leaves = list(_LEAF.finditer(shape))
    try:
        root = parse(shape)
    except ValueError:
        return None, 0  # the expression itself is parsed then, for its own words and places
    found = {(node.at, _written(node)) for node in root.walk() if isinstance(node, _LEAVES)}
    if any(leaf[0] != _stand_in(leaf) or (leaf.start(), leaf[0]) not in found for leaf in leaves):
        return None, 0  # the text around a leaf ran into what stands for it
    places = [0]
    for leaf in leaves:
        places.extend(leaf.span())
    return _maker(root, places), len(leaves)


_LEAVES = (tree.Number, tree.Name, tree.Derivative)


def _written(node: Any) -> str:
    return str(node.name if isinstance(node, tree.Name) else node.written)


def _maker(part: Any, places: Sequence[int]) -> Make:
    """What makes a part of the tree of a shape whose leaves begin and end at these places."""
    if isinstance(part, tuple):
        inner = [_maker(one, places) for one in part]
        return lambda at, texts: tuple([make(at, texts) for make in inner])
    if not isinstance(part, tree.Node):
        return lambda at, texts: part
    nearest = bisect_right(places, part.at) - 1
    further = part.at - places[nearest]
    if nearest % 2 and not further and isinstance(part, _LEAVES):
        return _leaf_maker(type(part), nearest)
    kind: Any = type(part)
    contents = [_maker(getattr(part, field.name), places) for field in fields(part) if field.name != "at"]
    return lambda at, texts: kind(at[nearest] + further, *[make(at, texts) for make in contents])


def _leaf_maker(kind: type[tree.Node], place: int) -> Make:
    """What makes the leaf that begins at one of the places; every second is a beginning, from the first on."""
    which = place // 2
    if kind is tree.Number:
        return lambda at, texts: tree.Number(at[place], texts[which])
    if kind is tree.Name:
        return lambda at, texts: tree.Name(at[place], plain_name(texts[which]))
    return lambda at, texts: derivative_of(texts[which], at[place])
