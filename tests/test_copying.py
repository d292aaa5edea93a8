"""Copies and pickles of graphs: sharing kept, nothing recurses."""

import copy
import pickle

import pytest

from tinygrad_notes import Value, functions
from tinygrad_notes.passes import topological_order

COPIES = [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def chain(length: int) -> Value:
    y = x = Value(0.5, "x")
    for _ in range(length):
        y = y * x
    return y


def facts(root: Value) -> list[tuple[object, ...]]:
    """All that a graph holds, with operands as positions."""
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    return [
        (n.data, n.grad, n.label, n.operation, n.local_derivatives, [place[operand] for operand in n.operands])
        for n in order
    ]


@pytest.mark.parametrize("make_copy", COPIES)
def test_a_copy_holds_the_same_facts_in_new_nodes(make_copy) -> None:
    x, w = Value(0.5, "x"), Value(2.0, "w")
    y = (x * w + x).tanh() ** 2
    y.backward()
    twin = make_copy(y)
    assert facts(twin) == facts(y)
    assert not set(topological_order(twin)) & set(topological_order(y))


@pytest.mark.parametrize("make_copy", COPIES)
def test_sharing_is_kept_across_one_copy_of_many_values(make_copy) -> None:
    x = Value(0.5)
    y = x * x
    z = y + x
    z2, x2, y2, again = make_copy([z, x, y, z])
    assert z2.operands == (y2, x2)
    assert z2.operands[0] is y2
    assert y2.operands[0] is y2.operands[1] is x2
    assert again is z2


@pytest.mark.parametrize("make_copy", COPIES)
def test_depth_has_no_limit(make_copy) -> None:
    y = chain(20_000)
    twin = make_copy({"deep": [y, y.operands[0]]})["deep"]
    assert twin[0].operands[0] is twin[1]
    assert facts(twin[0]) == facts(y)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_pickle_protocol_serves(protocol: int) -> None:
    y = chain(3000)
    assert facts(pickle.loads(pickle.dumps(y, protocol))) == facts(y)


def test_pickling_in_plain_python_does_not_recurse_either() -> None:
    y = chain(3000)
    assert facts(pickle.loads(pickle._dumps(y))) == facts(y)


def test_pickles_do_not_remember_one_another() -> None:
    y = chain(3000)
    first, second = pickle.dumps(y), pickle.dumps(y)
    assert first == second


def test_a_list_of_all_nodes_costs_no_more_than_its_last() -> None:
    y = chain(2000)
    assert len(pickle.dumps(topological_order(y))) < 1.1 * len(pickle.dumps(y))


def test_a_shallow_copy_shares_its_operands() -> None:
    y = chain(2)
    twin = copy.copy(y)
    assert twin is not y
    assert twin.operands == y.operands


@pytest.mark.slow
@pytest.mark.parametrize("make_copy", COPIES)
def test_a_million_nodes_deep(make_copy) -> None:
    y = chain(1_000_000)
    twin = make_copy(y)
    twin.backward()
    y.backward()
    assert facts(twin) == facts(y)


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "atan2", "where", "leaky_relu"])
def test_functions_are_pickled_by_name(name) -> None:
    function = getattr(functions, name)
    assert pickle.loads(pickle.dumps(function)) is function
