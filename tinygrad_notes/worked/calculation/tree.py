"""The tree of an expression, as the grammar reads it. `at` is where a part stands in the line's text, from 0.

Nodes are not frozen: a long page makes many, and each would take twice as long. Nothing changes them all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any


@dataclass(slots=True)
class Node:
    """A part of an expression."""

    at: int

    def parts(self) -> Iterator[Node]:
        """The parts that it is made of, in their order."""
        stack = self._contents()[::-1]
        while stack:
            content = stack.pop()
            if content.__class__ is tuple:
                stack.extend(reversed(content))
            elif isinstance(content, Node):
                yield content

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        stack: list[Any] = [self]
        while stack:
            content = stack.pop()
            if content.__class__ is tuple:
                stack.extend(content)
            elif isinstance(content, Node):
                yield content
                stack.extend(content._contents())

    def _contents(self) -> list[Any]:
        kind: Any = type(self)
        return [getattr(self, name) for name in _fields_of(kind)]


@cache
def _fields_of(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    return tuple(field.name for field in fields(kind) if field.name not in ("at", "written", "name", "sign"))


@dataclass(slots=True)
class Number(Node):
    """A number, with the characters in which it was written."""

    written: str


@dataclass(slots=True)
class Name(Node):
    name: str


@dataclass(slots=True)
class Blank(Node):
    """A number left open: "?"."""


@dataclass(slots=True)
class Signed(Node):
    """+part or -part."""

    sign: str
    part: Node


@dataclass(slots=True)
class Chain(Node):
    """first ∘ second ∘ third …, operators of one rank, worked from the left."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(slots=True)
class Juxtaposed(Node):
    """A product without a sign: 2x, 2(a - y), (0.5)(0.4)."""

    factors: tuple[Node, ...]


@dataclass(slots=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(slots=True)
class Array(Node):
    """[…] or a tuple (…, …)."""

    items: tuple[Node, ...]


@dataclass(slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(slots=True)
class Method(Node):
    """owner.name or owner.name(arguments)."""

    owner: Node
    name: str
    arguments: tuple[Node, ...] | None = None
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(slots=True)
class Slice(Node):
    start: Node | None
    stop: Node | None
    step: Node | None


@dataclass(slots=True)
class Index(Node):
    owner: Node
    subscripts: tuple[Node, ...]


@dataclass(slots=True)
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
