"""The tree of an expression, as the grammar reads it. `at` is where a part stands in the line's text, from 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""

    at: int

    def parts(self) -> Iterator[Node]:
        """The parts that it is made of."""
        for name in _fields_of(type(self)):
            yield from _nodes(getattr(self, name))

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(node.parts())


_fields: dict[str, tuple[str, ...]] = {}


def _fields_of(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    if kind.__name__ not in _fields:
        names = (field.name for field in fields(kind))
        _fields[kind.__name__] = tuple(name for name in names if name not in ("at", "written", "name", "sign"))
    return _fields[kind.__name__]


def _nodes(content: object) -> Iterator[Node]:
    if isinstance(content, Node):
        yield content
    elif isinstance(content, tuple):
        for part in content:
            yield from _nodes(part)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number, with the characters in which it was written."""

    written: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Blank(Node):
    """A number left open: "?"."""


@dataclass(frozen=True, slots=True)
class Signed(Node):
    """+part or -part."""

    sign: str
    part: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """first ∘ second ∘ third …, operators of one rank, worked from the left."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Juxtaposed(Node):
    """A product without a sign: 2x, 2(a - y), (0.5)(0.4)."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Array(Node):
    """[…] or a tuple (…, …)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Method(Node):
    """owner.name or owner.name(arguments)."""

    owner: Node
    name: str
    arguments: tuple[Node, ...] | None = None
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Slice(Node):
    start: Node | None
    stop: Node | None
    step: Node | None


@dataclass(frozen=True, slots=True)
class Index(Node):
    owner: Node
    subscripts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """∂of/∂by, of the first order or, with two names in `by`, of the second.

    Attributes:
        of: what is differentiated: a name, a part of one, or an expression.
        by: the names, as they stand in the denominator.
        written: the text, as it stands.
    """

    of: Node
    by: tuple[str, ...]
    written: str
