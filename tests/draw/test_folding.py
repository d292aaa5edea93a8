"""Folding, cutting, highlighting: large graphs stay readable, and what is left out is said."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from samples import texts

from tinygrad_notes import MLP, Value
from tinygrad_notes.draw import draw
from tinygrad_notes.draw.paths import paths_to
from tinygrad_notes.passes import topological_order


def cards(value: Value, **options: Any) -> int:
    return draw(value, **options).svg.count('class="tn-node"')


def loss_of(network: MLP, samples: int = 1) -> Value:
    draw_number = random.Random(1)
    nin = network.layers[0].nin
    outputs = [network([draw_number.uniform(-1, 1) for _ in range(nin)]) for _ in range(samples)]
    loss: Any = sum((output - 1) ** 2 for output in outputs)
    loss.backward()
    assert isinstance(loss, Value)
    return loss


def spelled_out(layers: int) -> Value:
    """A stack of layers of two neurons each, one multiplication and addition at a time."""
    x = [Value(0.5), Value(-0.3)]
    for _ in range(layers):
        x = [(Value(0.1) * x[0] + Value(0.2) * x[1] + Value(0.3)).tanh() for _ in range(2)]
    return x[0] + x[1]


def test_a_layer_folds_to_one_card() -> None:
    loss = loss_of(MLP(3, [4, 1], activation="sigmoid", seed=1))
    shown = texts(draw(loss, fold="layer"))
    assert "a1[0] … a1[3]" in shown and "× 4" in shown
    assert "16" in shown  # its parameters
    assert cards(loss, fold="layer") == 3 + 2 + 6  # inputs, layers, and the loss's own nodes: 1, -, 2, ^, 0, +


def test_a_neuron_folds_to_one_card() -> None:
    loss = loss_of(MLP(3, [4, 1], activation="sigmoid", seed=1))
    assert cards(loss, fold="neuron") == 3 + 5 + 6


@pytest.mark.parametrize("fold", ["neuron", "layer"])
def test_neurons_are_found_by_what_they_do_not_by_labels(fold: str) -> None:
    out = spelled_out(3)
    expected = {"neuron": 2 + 6 + 1, "layer": 2 + 3 + 1}[fold]
    assert cards(out, fold=fold) == expected


def test_clusters_draw_a_frame_around_each_layer() -> None:
    svg = draw(loss_of(MLP(3, [4, 1], activation="sigmoid", seed=1)), cluster="layer").svg
    assert svg.count("tn-frame") == 2


def test_nodes_of_one_shape_are_drawn_once_with_their_count() -> None:
    shown = texts(draw(loss_of(MLP(2, [8, 1], seed=1), samples=20), fold="repeats"))
    for count in ("× 16", "× 160", "× 20"):  # weights, activations, losses
        assert count in shown


def test_a_block_that_repeats_is_drawn_once_with_its_count() -> None:
    v = Value(0.5)
    for _ in range(12):
        v = (v * Value(0.9)).tanh() + Value(0.1)
    shown = texts(draw(v, fold="repeats"))
    assert "× 12" in shown
    assert cards(v, fold="repeats") == 1 + 2 + 3  # where it starts, two parameters, three operations


def test_a_large_graph_folds_by_itself_and_says_so() -> None:
    picture = draw(loss_of(MLP(2, [8, 8, 1], seed=1), samples=30))
    (note,) = picture.notes
    assert "folded by itself" in note
    assert note in picture.scene.description
    assert note in picture.svg


def test_a_graph_without_structure_is_cut_and_says_so() -> None:
    choose = random.Random(3)
    pool = [Value(choose.random()) for _ in range(9)]
    for _ in range(2000):
        a, b = choose.choice(pool[-40:]), choose.choice(pool[-40:])
        pool.append(choose.choice([a * b, a + b, a - b, a.sin()]))
    picture = draw(pool[-1])
    assert "nodes further from the result are left out." in picture.notes[0]
    assert 20 < picture.svg.count('class="tn-node"') <= 60


def test_depth_counts_edges_from_the_result() -> None:
    x = Value(1.0, "x")
    y = x.exp().sin().tanh()
    assert [cards(y, depth=depth) for depth in range(5)] == [1, 2, 3, 4, 4]
    assert draw(y, depth=1).notes == ("2 nodes further from the result are left out.",)
    assert draw(y, depth=3).notes == ()


@pytest.mark.parametrize("options", [{"fold": "neuron"}, {"fold": "layer"}, {"fold": "repeats"}, {"cluster": "layer"}])
def test_a_cut_graph_folds_as_a_whole_one_does(options: dict[str, str]) -> None:
    v = Value(0.5)
    for _ in range(12):
        v = (v * Value(0.9) + Value(0.1)).tanh()
    picture = draw(v, depth=6, **options)
    assert picture.notes[0].endswith("nodes further from the result are left out.")
    assert 1 < picture.svg.count('class="tn-node"') <= 7 + 4  # on the way down, and parameters beside it


def test_highlighted_paths_add_up_to_the_gradient() -> None:
    x = Value(0.7, "x")
    y = x * x.sin() + x
    y.label = "y"
    y.backward()
    paths = paths_to(x, y, topological_order(y))
    assert paths.count == 3
    assert math.isclose(sum(math.prod(factors) for _, factors in paths.listed), x.grad, rel_tol=1e-15)
    assert math.isclose(paths.gradient, x.grad, rel_tol=1e-15)
    shown = texts(draw(y, highlight=x))
    assert "∂y/∂x is the sum over 3 paths:" in shown
    assert "sum of all = 2.18" in shown


def test_paths_are_counted_even_where_they_cannot_be_listed() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(100):
        y = y + y
    shown = texts(draw(y, highlight=x))
    assert f"∂result/∂x is the sum over {2**100:,} paths:" in shown
    assert f"… and {2**100 - 6:,} more" in shown


def test_deep_graphs_need_no_recursion() -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(5000):
        y = y.tanh()
    assert "× 5,000" in texts(draw(y))
    assert len(paths_to(x, y, topological_order(y)).listed[0][1]) == 5000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fold": "layers"}, "fold is one of None, 'neuron', 'layer', 'repeats', not 'layers'"),
        ({"cluster": "repeats"}, "cluster is one of None, 'neuron', 'layer', not 'repeats'"),
        ({"depth": -1}, "at least 0, not -1"),
        ({"highlight": Value(1.0, "stranger")}, "does not depend on stranger"),
        ({"highlight": Value(1.0), "fold": "layer"}, "leave out `fold`"),
    ],
)
def test_mistakes_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        draw(Value(1.0, "x") * 2, **options)
    assert message in str(caught.value)
