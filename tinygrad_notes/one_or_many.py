"""The type of a result that is one Value or a list: only the call decides which.

    network(x)    a Value where the last layer has one neuron, else a list of Values
    sheet["C"]    a Value; but sheet["W1"] is a list of lists

A type checker cannot know which of the two it is. It takes such a result for both. So it accepts what either can do,
and refuses a name that neither has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tinygrad_notes.value import Value

T = TypeVar("T")

if TYPE_CHECKING:

    class OneOrMany(Value, list[T]):  # type: ignore[misc]  # nothing is ever made of it
        """A Value, or a list of T."""
else:
    OneOrMany = Value | list[T]
