"""Random programs to hand on, and the numbers that the eager engine gives for them."""

import numpy as np

from tinygrad_notes import Value, record
from tinygrad_notes.edges import edges
from tinygrad_notes.operations import TABLE
from tinygrad_notes.passes import topological_order
from tinygrad_notes.value import apply, constant

ROWS = [row for row in TABLE.values() if row.arity != 0]
STEPPED = {"floor", "ceil", "sign", "greater", "less", "equal", "remainder", "where"}


class Exchanged:
    """A random function of two inputs with two parameters, over rows of the table, and a sample that it is tame at."""

    def __init__(self, seed, rows=None, steps=12):
        self.draw = np.random.default_rng(seed)
        self.parameters = [Value(float(x)) for x in self.draw.uniform(-2, 2, 2)]
        rows = [row for row in rows or ROWS if row.name not in STEPPED] + [TABLE["add"], TABLE["multiply"]] * 2
        self.steps = []
        self.x = self.draw.uniform(-2, 2, 2)
        while len(self.steps) < steps:  # a step that leaves the numbers small is kept
            row = rows[self.draw.integers(len(rows))]
            arity = row.arity or int(self.draw.integers(1, 4)) * 2 + (row.name == "weighted_sum")
            self.steps.append((row, self.draw.integers(0, 100, arity).tolist()))
            if not self._is_tame():
                self.steps.pop()
        self.program = record(self, self.x, parameters=self.parameters)

    def __call__(self, x):
        known = [*x, *self.parameters, constant(0.5), x[0] * 0.25]
        for row, picks in self.steps:
            known.append(apply(row, tuple(known[pick % len(known)] for pick in picks)))
        return sum(known[5:], known[4] * 1.0)

    def _is_tame(self):
        nodes = topological_order(self([Value(float(number)) for number in self.x]))
        return all(abs(n) < 1e3 for node in nodes for n in (node.data, *node.local_derivatives))

    def eagerly(self):
        """The value, and the derivatives by inputs and by parameters."""
        for parameter in self.parameters:
            parameter.grad = 0.0
        x = [Value(float(number)) for number in self.x]
        y = self(x)
        y.backward()
        return y.data, np.array([v.grad for v in x]), np.array([v.grad for v in self.parameters])


def at_edges(rows):
    """The edges of these rows without subnormal numbers, by operation and number of operands."""
    found = {}
    for case in edges():
        if case.operation in rows and not any(0 < abs(x) < 1e-300 for x in (*case.operands, case.value)):
            found.setdefault((case.operation, len(case.operands)), []).append(case)
    return found


def worst(found, expected):
    """The largest difference, relative to numbers larger than 1."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    return float(np.max(np.abs(found - expected) / np.maximum(np.abs(expected), 1.0), initial=0.0))
