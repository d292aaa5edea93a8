"""Python's operators on the numbers of a number system, handed on by the names that the table has for them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

Number = TypeVar("Number")


class Arithmetic(Generic[Number]):
    """A base that brings +, -, · and /; a subclass says what `applied` makes of an operation's name."""

    __slots__ = ()

    def applied(self, name: str, *operands: Any) -> Number:
        raise NotImplementedError

    def __add__(self, other: Any) -> Number:
        return self.applied("add", self, other)

    def __radd__(self, other: Any) -> Number:
        return self.applied("add", other, self)

    def __sub__(self, other: Any) -> Number:
        return self.applied("subtract", self, other)

    def __rsub__(self, other: Any) -> Number:
        return self.applied("subtract", other, self)

    def __mul__(self, other: Any) -> Number:
        return self.applied("multiply", self, other)

    def __rmul__(self, other: Any) -> Number:
        return self.applied("multiply", other, self)

    def __truediv__(self, other: Any) -> Number:
        return self.applied("divide", self, other)

    def __rtruediv__(self, other: Any) -> Number:
        return self.applied("divide", other, self)

    def __neg__(self) -> Number:
        return self.applied("negative", self)
