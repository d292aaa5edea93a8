"""Second and third derivatives against mpmath at 50 digits."""

import itertools
import random

import pytest
from graphs import KINKED, Graph, random_graph
from mpmath import mp, mpf
from oracle import ORACLES
from test_checking import POINTS

from tinygrad_notes import Value, gradients, hessian
from tinygrad_notes.operations import TABLE
from tinygrad_notes.value import apply

SMOOTH = [name for name in ORACLES if name != "stop_gradient"]
RELATIVE = 1e-12  # a third derivative adds up some ten terms, each of them good to some units in the last place


def close(got: float, exact, scale: float = 1e-3) -> bool:
    return abs(mpf(got) - exact) <= RELATIVE * max(abs(exact), scale)


@pytest.mark.parametrize("name", SMOOTH)
def test_second_derivatives_of_every_operation_by_every_pair_of_operands(name: str) -> None:
    point = POINTS[name]
    found = hessian(lambda xs: apply(TABLE[name], tuple(xs)))(list(point))
    for i, j in itertools.product(range(len(point)), repeat=2):
        exact = _derivative(name, point, (i, j))
        assert close(found[i][j], exact), (i, j, found[i][j], exact)


@pytest.mark.parametrize("name", SMOOTH)
def test_third_derivatives_of_every_operation(name: str) -> None:
    xs = [Value(x) for x in POINTS[name]]
    for operand, x in enumerate(xs):
        y = apply(TABLE[name], tuple(xs))
        for _ in range(3):
            y = gradients(y, x)
        exact = _derivative(name, POINTS[name], (operand,) * 3)
        assert close(y.data, exact), (operand, y.data, exact)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.arity == 1 and name in SMOOTH])
@pytest.mark.parametrize("x", [-0.8, -0.3, 0.05, 0.4, 0.9, 2.5])
def test_second_and_third_derivatives_along_the_line(name: str, x: float) -> None:
    if not mp.isfinite(mp.re(ORACLES[name].value(mpf(x)))) or mp.im(ORACLES[name].value(mpf(x))) != 0:
        x = {"acosh": 1.0 + abs(x)}.get(name, abs(x) / 3.0)  # inside the domain
    node = Value(x)
    y = apply(TABLE[name], (node,))
    for order in (1, 2, 3):
        y = gradients(y, node)
        assert close(y.data, mp.diff(ORACLES[name].value, mpf(x), order), scale=1.0), order


def _derivative(name: str, point: tuple[float, ...], operands: tuple[int, ...]):
    orders = tuple(operands.count(k) for k in range(len(point)))
    exact = tuple(map(mpf, point))
    if name == "remainder":  # a plane on each side of its jumps; mpmath's step would leave it for a higher order
        return mpf(0)
    return mp.diff(ORACLES[name].value, exact if len(exact) > 1 else exact[0], orders if len(exact) > 1 else orders[0])


def _in_mpmath(graph: Graph, numbers: list) -> object:
    """The graph's output at other inputs, by the oracles alone."""
    numbers = list(numbers)
    for node, places in zip(graph.nodes[graph.leaves :], graph.places[graph.leaves :], strict=True):
        assert node.operation is not None
        numbers.append(ORACLES[node.operation.name].value(*(numbers[place] for place in places)))
    return numbers[-1]


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_agree_with_mpmath_to_the_third_order(seed: int) -> None:
    """Along a random direction u: Σ uᵢ ∂ᵢ applied once, twice, three times."""
    draw = random.Random(seed)
    graph = random_graph(draw, draw.randint(2, 10))
    while any(
        node.operation and node.operation.name in KINKED - {"pow", "norm", "hypot", "atan2"} for node in graph.nodes
    ):
        graph = random_graph(draw, draw.randint(2, 10))
    u = [draw.uniform(-1, 1) for _ in graph.inputs]
    start = [mpf(node.data) for node in graph.inputs]

    def along(t):
        return _in_mpmath(graph, [x + t * step for x, step in zip(start, u, strict=True)])

    y = graph.output
    for order in (1, 2, 3):
        slopes = gradients(y, graph.inputs)
        y = sum((slope * step for slope, step in zip(slopes, u, strict=True)), Value(0.0))
        exact = mp.diff(along, 0, order)
        assert abs(mpf(y.data) - exact) <= 1e-9 * max(abs(exact), 1), order
