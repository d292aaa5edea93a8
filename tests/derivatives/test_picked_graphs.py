"""Random graphs that compute what they do not pick: in every mode their gradients are those of the picked branch.

Every graph is taken only if multiplying all slopes along all paths would make a nan of its gradient.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tinygrad_notes import Value, functions, gradients, jacobian, record
from tinygrad_notes.derivatives.reverse import directional_derivatives
from tinygrad_notes.passes import forward_sweep, reverse_sweep, stored_edges, topological_order
from tinygrad_notes.value import as_value

Tree = tuple[Any, ...]
PARTIAL = {
    "sqrt": functions.sqrt,
    "log": functions.log,
    "reciprocal": functions.reciprocal,
    "asin": functions.asin,
    "acosh": functions.acosh,
    "atanh": functions.atanh,
    "power": lambda a: functions.pow(a, 0.5),
    "log1p": functions.log1p,
    "cbrt": functions.cbrt,
    "exp": lambda a: functions.exp(300.0 * a),
    "hypot": lambda a: functions.hypot(a, functions.sqrt(a)),
}
SMOOTH = {"sin": functions.sin, "tanh": functions.tanh, "square": functions.square, "half": lambda a: 0.5 * a}
OF_TWO = {"add": lambda a, b: a + b, "multiply": lambda a, b: a * b, "subtract": lambda a, b: a - b}
PICKING = ("where", "maximum", "minimum", "clip", "relu", "leaky_relu", "floor")
NUMBERS = (0.0, 0.0, -0.0, 1.0, -1.0, 0.5, -0.75, 2.5, -3.0)
INPUTS = 3


class UndecidedError(Exception):
    """A tie or a nan: no branch is picked."""


def random_tree(draw: random.Random, depth: int) -> Tree:
    if depth == 0 or draw.random() < 0.05:
        return ("x", draw.randrange(INPUTS))
    kind = draw.random()
    if kind < 0.35:
        name = draw.choice(PICKING)
        count = {"where": 3, "maximum": 2, "minimum": 2, "leaky_relu": 2}.get(name, 1)
        return (name, *(random_tree(draw, depth - 1) for _ in range(count)))
    if kind < 0.65:
        return (draw.choice([*PARTIAL]), random_tree(draw, depth - 1))
    if kind < 0.75:
        return (draw.choice([*SMOOTH]), random_tree(draw, depth - 1))
    return (draw.choice([*OF_TWO]), random_tree(draw, depth - 1), random_tree(draw, depth - 1))


def whole(tree: Tree, xs: Any) -> Any:
    """The tree over Values or floats, all branches computed."""
    name, *parts = tree
    if name == "x":
        return xs[parts[0]]
    operands = [whole(part, xs) for part in parts]
    if name == "where":
        return functions.where(functions.greater(operands[0], 0.25), operands[1], operands[2])
    if name == "clip":
        return functions.clip(operands[0], -0.5, 0.75)
    if name in PICKING:
        return getattr(functions, name)(*operands)
    return {**PARTIAL, **SMOOTH, **OF_TWO}[name](*operands)


def picked(tree: Tree, xs: list[Value], numbers: list[float]) -> Any:
    """The same with the picked branches alone; UndecidedError where none is."""
    name, *parts = tree
    if name == "x":
        return xs[parts[0]]
    if name in PICKING:
        at = [whole(part, numbers) for part in parts]
        if name == "leaky_relu" and at[0] < 0.0:
            return picked(parts[0], xs, numbers) * picked(parts[1], xs, numbers)
        choice = CHOICES[name](*at)
        return choice if isinstance(choice, float) else picked(parts[choice], xs, numbers)
    return {**PARTIAL, **SMOOTH, **OF_TWO}[name](*(picked(part, xs, numbers) for part in parts))


def _larger(a: float, b: float) -> int:
    if a == b or math.isnan(a) or math.isnan(b):
        raise UndecidedError
    return int(a < b)


def _within(a: float, low: float, high: float) -> float | int:
    if a in (low, high) or math.isnan(a):
        raise UndecidedError
    return 0 if low < a < high else min(max(a, low), high)


def _whole(a: float) -> float:
    if not math.isfinite(a) or a == math.floor(a):
        raise UndecidedError
    return float(math.floor(a))


CHOICES: dict[str, Callable[..., float | int]] = {  # which operand is picked, or the number that it comes to
    "where": lambda condition, a, b: 1 if condition > 0.25 else 2,
    "maximum": _larger,
    "minimum": lambda a, b: 1 - _larger(a, b),
    "clip": lambda a: _within(a, -0.5, 0.75),
    "relu": lambda a: _within(a, 0.0, math.inf),
    "leaky_relu": lambda a, slope: _within(a, 0.0, math.inf),
    "floor": _whole,
}


def cases(count: int, seed: int) -> list[tuple[Tree, list[float], list[float], list[float] | None]]:
    """Trees with a point, the gradient there, and the gradient of its sum where that is finite too."""
    draw = random.Random(seed)
    found: list[tuple[Tree, list[float], list[float], list[float] | None]] = []
    while len(found) < count:
        tree = ("add", random_tree(draw, draw.randint(2, 5)), ("square", ("x", 0)))
        point = [draw.choice((draw.choice(NUMBERS), draw.uniform(-3.0, 3.0))) for _ in range(INPUTS)]
        xs = list(map(Value, point))
        try:
            y = as_value(picked(tree, xs, point))
        except UndecidedError:
            continue
        by_x = gradients(y, xs)
        expected = [slope.data for slope in by_x]
        if not all(abs(number) < 1e6 for number in (y.data, *expected)) or not naively_nan(whole(tree, xs), xs):
            continue
        second = [slope.data for slope in gradients(by_x, xs)]
        found.append((tree, point, expected, second if all(abs(number) < 1e6 for number in second) else None))
    return found


def naively_nan(y: Value, xs: list[Value]) -> bool:
    adjoints = reverse_sweep(
        topological_order(y), {y: 1.0}, lambda node, _: [(x, float(slope)) for x, slope in stored_edges(node, None)]
    )
    return any(math.isnan(adjoints.get(x, 0.0)) for x in xs)


def check(count: int, seed: int, executors: dict[str, int]) -> None:
    for number, (tree, point, expected, second) in enumerate(cases(count, seed)):
        xs = list(map(Value, point))
        y = whole(tree, xs)
        y.backward()
        order = topological_order(y)
        by_x = gradients(y, xs)
        found = {
            "backward": [x.grad for x in xs],
            "sweep": [reverse_sweep(order, {y: 1.0}).get(x, 0.0) for x in xs],
            "forward": [forward_sweep(order, {x: 1.0}).get(y, 0.0) for x in xs],
            "gradients": [slope.data for slope in by_x],
            "forward over Values": [directional_derivatives([y], [x], [1.0])[0].data for x in xs],
            "jacobian": jacobian(lambda xs, tree=tree: whole(tree, xs))(point),
        }
        for executor, every in executors.items():
            if number % every == 0:
                program = record(lambda xs, tree=tree: whole(tree, xs), point, executor=executor)
                for reduction in (None, "sum"):
                    _, _, (slopes,) = program.value_and_gradients([point], reduction=reduction, input_gradients=True)
                    found[f"{executor} {reduction}"] = slopes[0].tolist()
        for mode, slopes in found.items():
            assert slopes == pytest.approx(expected, rel=1e-9, abs=1e-9), (mode, tree, point)
        if second is not None:
            curvature = [slope.data for slope in gradients(by_x, xs)]
            assert curvature == pytest.approx(second, rel=1e-7, abs=1e-7), ("second", tree, point)


def test_a_hundred_graphs() -> None:
    check(100, 1, {"numpy": 5})


@pytest.mark.slow
@pytest.mark.extras
def test_two_thousand_graphs_with_every_executor() -> None:
    with np.errstate(all="ignore"):
        check(2000, 2, {"python": 1, "numpy": 1, "numba": 4, "jax": 50})
