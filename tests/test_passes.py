"""The walks over a graph: order, accumulation, depth."""

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_notes import Value
from tinygrad_notes.functions import dot, product, weighted_sum
from tinygrad_notes.functions import sum as total
from tinygrad_notes.passes import topological_order


def test_a_node_used_twice_receives_both_shares():
    a = Value(3.0)
    (a * a).backward()
    assert a.grad == 6.0


def test_a_diamond_sums_over_its_paths():
    x = Value(2.0)
    left, right = x * 3, x * x
    (left * right).backward()  # 3x³
    assert x.grad == 36.0


def test_a_node_used_a_thousand_times():
    fused, x = Value(0.5), Value(0.5)
    total([fused] * 1000).backward()
    y = Value(0.0)
    for _ in range(1000):
        y = y + x
    y.backward()
    assert fused.grad == x.grad == 1000.0


def test_a_second_backward_doubles_the_leaves_and_nothing_else():
    x, w = Value(2.0), Value(3.0)
    z = x * w
    y = z.tanh() + z
    y.backward()
    once = x.grad, w.grad, z.grad, y.grad
    y.backward()
    assert (x.grad, w.grad) == (2 * once[0], 2 * once[1])
    assert (z.grad, y.grad) == once[2:]


def test_two_losses_over_a_shared_part_give_the_sum_of_their_gradients():
    def gradient(*losses):
        x = Value(0.7)
        shared = x.exp()
        for loss in losses:
            loss(shared).backward()
        return x.grad

    first, second = (lambda s: s * s), (lambda s: s.log() * 5)
    assert gradient(first, second) == gradient(first) + gradient(second)


def test_the_seed_scales_every_gradient():
    x = Value(3.0)
    (x * x).backward(seed=-0.5)
    assert x.grad == -3.0


def test_backward_on_a_leaf_is_one():
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0
    x.backward(seed=2.5)  # a leaf adds up, as it does below any other root
    assert x.grad == 3.5


def test_editing_data_after_the_forward_pass_does_not_change_the_gradient():
    a, b = Value(2.0), Value(5.0)
    y = a * b
    b.data = 100.0
    y.backward()
    assert a.grad == 5.0


@st.composite
def graphs(draw):
    """The nodes of a random graph: each new one adds or multiplies two earlier ones."""
    nodes = [Value(float(number)) for number in draw(st.lists(st.integers(-3, 3), min_size=1, max_size=4))]
    for _ in range(draw(st.integers(0, 30))):
        left, right = (nodes[draw(st.integers(0, len(nodes) - 1))] for _ in range(2))
        nodes.append(left + right if draw(st.booleans()) else left * right)
    return nodes


@given(graphs())
def test_operands_come_before_the_nodes_that_use_them(nodes):
    root = nodes[-1]
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert order[-1] is root
    assert all(place[operand] < place[node] for node in order for operand in node.operands)


def test_the_order_is_that_in_which_a_person_would_work():
    a, b, c, d = (Value(float(i), label) for i, label in enumerate("abcd"))
    left, right = a * b, c * d
    root = left + right
    assert [id(n) for n in topological_order(root) if n.operands] == [id(left), id(right), id(root)]


def test_several_roots_share_one_order():
    shared = Value(1.0) * 2
    one, two = shared + 1, shared - 1
    order = topological_order(one, two)
    assert sum(node is shared for node in order) == 1
    assert {one, two} <= set(order)


@pytest.mark.slow
def test_a_chain_of_a_million_operations_is_built_differentiated_and_freed():
    x, w = Value(1.0), Value(1.0)
    y = x
    for _ in range(500_000):
        y = y * w + 0.0
    y.backward()
    assert (x.grad, w.grad) == (1.0, 500_000.0)
    del y


def test_a_deep_chain_does_not_touch_the_recursion_limit():
    x = Value(1.0)
    y = x
    for _ in range(50_000):
        y = y + 1
    y.backward()
    assert x.grad == 1.0


class WatchableText(str):
    """A text that can be weakly referenced, to see when what holds it is freed."""


def test_a_graph_is_freed_the_moment_its_root_goes_without_the_cycle_collector():
    gc.disable()
    try:
        x = Value(1.0)
        y = x.exp() * x
        label = WatchableText("a")
        y.operands[0].label = label
        gone = weakref.ref(label)
        del label
        y.backward()
        assert gone() is not None
        del y
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("numbers", [[2.0, 3.0, 4.0], [0.0, 3.0, 4.0], [0.0, 0.0, 4.0], [5.0]])
def test_a_product_has_right_derivatives_at_zeros(numbers):
    xs = [Value(number) for number in numbers]
    product(xs).backward()
    for i, x in enumerate(xs):
        others = 1.0
        for j, number in enumerate(numbers):
            others *= number if i != j else 1.0
        assert x.grad == others


def test_a_weighted_sum_is_one_node_equal_to_its_expanded_form():
    ws, xs, b = [Value(0.5), Value(-2.0)], [Value(3.0), Value(0.25)], Value(1.0)
    fused = weighted_sum(ws, xs, b)
    expanded = ws[0] * xs[0] + ws[1] * xs[1] + b
    assert len(topological_order(fused)) == 6
    for node in (fused, expanded):
        node.backward()
    assert fused.data == expanded.data == 2.0
    assert [v.grad for v in (*ws, *xs, b)] == [6.0, 0.5, 1.0, -4.0, 2.0]  # twice each: both were run


def test_lengths_that_do_not_match_are_named():
    with pytest.raises(ValueError, match="got 1 weight and 2 inputs"):
        weighted_sum([Value(1.0)], [1.0, 2.0], 0.0)
    with pytest.raises(ValueError, match="got 3 weights and 2 inputs"):
        dot([1.0, 2.0, 3.0], [Value(1.0), 2.0])
