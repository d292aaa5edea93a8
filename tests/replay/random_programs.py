"""Random programs over every row of the table, and what the eager engine makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tinygrad_notes import Value
from tinygrad_notes.operations import TABLE
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import apply, constant

ROWS = [row for row in TABLE.values() if row.arity != 0]
STEPPED = {"floor", "ceil", "sign", "greater", "less", "equal", "remainder", "where"}


@dataclass
class RandomProgram:
    """`steps` say which row is applied to which of the numbers at hand: inputs, parameters, constants, results."""

    inputs: int
    parameters: list[float]
    steps: list[tuple[str, list[int]]]

    def __post_init__(self) -> None:
        self.values = [Value(number) for number in self.parameters]

    def known(self, x: list[Value]) -> list[Value]:
        """Everything that can be returned: leaves, constants (zeros of both signs among them), results."""
        known = [*x, *self.values, constant(0.0), constant(-0.0), x[0] * 1 + 0.5]
        for name, picks in self.steps:
            known.append(apply(TABLE[name], tuple(known[pick % len(known)] for pick in picks)))
        return known

    def __call__(self, x: list[Value]) -> Value:
        known = self.known(x)
        result = known[-1] + x[0] * 0.125
        for other in known[self.inputs : -1 : 2]:
            result = result + other
        return result

    def eagerly(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Values, gradients by parameters and by inputs, sample by sample."""
        values, by_parameter, by_input = [], [], []
        for row in X:
            for value in self.values:
                value.grad = 0.0
            x = [Value(number) for number in row]
            y = self(x)
            y.backward()
            values.append(y.data)
            by_parameter.append([value.grad for value in self.values])
            by_input.append([value.grad for value in x])
        return np.array(values), np.array(by_parameter), np.array(by_input)

    def is_tame(self, X: np.ndarray, most: float = 1e4) -> bool:
        """Whether no number or slope on the way is so large that rounding could show."""
        for row in X:
            for node in topological_order(self([Value(number) for number in row])):
                if not all(abs(number) < most for number in (node.data, *node.local_derivatives)):
                    return False
        return True


@st.composite
def programs(draw: Callable, numbers: st.SearchStrategy[float], rows=None) -> tuple[RandomProgram, np.ndarray]:
    """A program and a batch of inputs made of `numbers`."""
    rows = rows or ROWS
    inputs = draw(st.integers(1, 3))
    parameters = draw(st.lists(numbers, min_size=1, max_size=3))
    steps = []
    for row in draw(st.lists(st.sampled_from(rows), min_size=1, max_size=10)):
        arity = row.arity or draw(st.integers(1, 3)) * 2 + (row.name == "weighted_sum")
        steps.append((row.name, draw(st.lists(st.integers(0, 30), min_size=arity, max_size=arity))))
    samples = draw(st.integers(1, 4))
    X = draw(st.lists(st.lists(numbers, min_size=inputs, max_size=inputs), min_size=samples, max_size=samples))
    return RandomProgram(inputs, parameters, steps), np.array(X)


QUARTERS = st.integers(-12, 12).map(lambda n: n / 4)
