"""Networks as pictures: the numbers on them are the engine's, wherever they come from."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any, cast

import pytest
from samples import note_b_loss, note_b_network, note_b_sheet, texts

from tinygrad_notes import MLP, Layer, Value, work_through
from tinygrad_notes.draw import draw_network
from tinygrad_notes.draw.scene import Curve, Group, Rect, Shape, Text, flattened
from tinygrad_notes.passes import topological_order


@pytest.mark.parametrize("convention", ["W@x", "x@W"])
def test_a_sheet_puts_every_number_on_the_picture(convention: str) -> None:
    network = note_b_network(convention)
    shown = texts(draw_network(network, note_b_sheet(network)))
    deltas = ["δ −0.0123", "δ 0.01817", "δ −0.006058", "δ −0.2464"]
    weights_with_gradient_and_update = ["0.1", "−0.006151", "0.1006", "−0.3", "−0.1391", "−0.2861"]
    for expected in (*deltas, *weights_with_gradient_and_update, "z 0.08", "C = 0.243", "y 1", "a1[2]", "x[0]"):
        assert expected in shown


def test_a_value_gives_the_same_numbers_as_the_sheet() -> None:
    network = note_b_network()
    by_value = texts(draw_network(network, note_b_loss(network)))
    by_sheet = texts(draw_network(network, note_b_sheet(network)))
    only_on_sheets = {"updated", "y 1", *(text for text in by_sheet if text not in by_value)}
    assert set(by_value) <= set(by_sheet)
    assert len(only_on_sheets) == 2 + 16  # the caption, the target and each updated parameter


def test_the_most_blamed_neuron_and_weight_are_named() -> None:
    network = note_b_network()
    description = draw_network(network, note_b_loss(network)).scene.description
    assert "hidden neuron with the largest |δ| is a1[1]" in description
    assert "weight with the largest |∂C/∂W| is W2[0,1]" in description


@pytest.mark.parametrize("digits", range(4, 18))
@pytest.mark.parametrize("numbers", ["ordinary", "long"])
def test_no_number_leaves_its_neuron_or_reaches_another_text(numbers: str, digits: int) -> None:
    network = note_b_network() if numbers == "ordinary" else MLP(8, [2, 3], activation="linear", seed=2)
    sheet = note_b_sheet() if numbers == "ordinary" else work_through(network, [-731312.26e-9, *[-731312.26] * 7], LONG)
    picture = draw_network(network, sheet, digits=digits)
    for group in picture.scene.shapes:
        if isinstance(group, Group) and group.name == "neuron":
            shape, *inside = group.children
            assert isinstance(shape, Rect)
            for text in inside:
                assert isinstance(text, Text)
                below = text.y - (shape.y + shape.radius)  # of the baseline, from the middle
                chord = shape.width - 2 * (shape.radius - math.sqrt(shape.radius**2 - below**2))
                assert text.width <= chord, text.text
    for one, other in combinations(map(box_of, filter(is_text, flattened(picture.scene.shapes))), 2):
        assert not overlap(one, other)


LONG = [1.2345678901234567e-300, -1.2345678901234567e-5, 0.12345678901234568]


def is_text(shape: Shape) -> bool:
    return isinstance(shape, Text)


def box_of(shape: Shape) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of the letters, whose height is 0.7 of their size."""
    assert isinstance(shape, Text)
    left = shape.x - shape.width * {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
    return left, left + shape.width, shape.y - 0.7 * shape.size, shape.y


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def test_the_picture_of_short_numbers_has_circles() -> None:
    for group in draw_network(note_b_network(), note_b_sheet()).scene.shapes:
        if isinstance(group, Group) and group.name == "neuron":
            shape = group.children[0]
            assert isinstance(shape, Rect) and shape.width == shape.height == 2 * shape.radius


def test_what_is_not_finite_is_not_the_largest() -> None:
    network = note_b_network()
    loss = note_b_loss(network)
    hidden = [node for node in topological_order(loss) if node.operands and node.operands[0] in network.parameters()]
    hidden[0].grad = math.nan
    network.layers[0].neurons[0].w[0].grad = -math.inf
    picture = draw_network(network, loss)
    assert "hidden neuron with the largest |δ| is a1[1]" in picture.scene.description
    assert "weight with the largest |∂C/∂W| is W2[0,1]" in picture.scene.description
    widths = [curve.thickness for curve in flattened(picture.scene.shapes) if isinstance(curve, Curve)]
    assert sorted(set(widths))[-2:] == [
        6.0,
        9.0,
    ]  # an infinite gradient's line is as wide as the widest, the halo wider
    for parameter in network.parameters():
        parameter.grad = math.nan
    for neuron in hidden:
        neuron.grad = math.nan
    assert "largest" not in " ".join(texts(draw_network(network, loss))).replace("the larger", "")


def test_without_a_pass_only_weights_are_shown() -> None:
    picture = draw_network(note_b_network())
    assert picture.scene.title == "Network 3-3-1"
    assert not any("δ" in text or "∂" in text for text in texts(picture))
    assert "−0.3" in texts(picture)


def test_a_batch_shows_the_sample_asked_for() -> None:
    network = note_b_network()
    sheet = work_through(network, [[0.5, 0.2, 0.1], [1.0, 2.0, 3.0]], [[1], [0]])
    assert "z 0.08" in texts(draw_network(network, sheet))
    assert "z 0.2" in texts(draw_network(network, sheet, sample=1))


def test_large_networks_show_some_neurons_and_say_so() -> None:
    network = MLP(50, [30, 2], seed=1)
    picture = draw_network(network)
    assert picture.notes == ("Of the input, 11 of 50 are shown.", "Of layer 1, 11 of 30 are shown.")
    assert "⋮" in texts(picture)


def test_labels_of_inputs_are_text_and_stay_inside_their_circles() -> None:
    network = MLP(2, [1], activation="tanh", seed=1)
    loss = network([Value(1.0, "<b>&\\N"), Value(2.0, "a rather long name of an input")]) ** 2
    loss.backward()
    shown = texts(draw_network(network, loss))
    assert "<b>&\\N" in shown
    assert any(text.startswith("a rat") and text.endswith("…") for text in shown)


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (lambda: 3.0, TypeError, "draw_network reads its numbers from a worked sheet"),
        (lambda: Value(1.0, "other") * 2, ValueError, "does not use W1[0,0]"),
        (lambda: work_through(MLP(3, [1]), [1, 2, 3], [1]), ValueError, "the sheet has 1 layers and the network 2"),
    ],
)
def test_a_source_of_another_kind_is_refused(source: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        draw_network(note_b_network(), source())
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (Layer(2, 1), r"an MLP, got Layer: write MLP\(nin, nouts\) for a network of layers"),
        (Value(1.0), r"an MLP, got Value: .*, and draw\(value\) for the graph of a Value"),
    ],
)
def test_what_is_no_network_is_refused(network: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        draw_network(network)


def test_a_label_that_is_no_text_is_refused() -> None:
    network = MLP(2, [1], seed=1)
    with pytest.raises(TypeError, match=r"a label is a text, got 5 .*: write label='5'"):
        draw_network(network, network([Value(1.0, cast(str, 5)), 2.0]))
    network.layers[0].neurons[0].w[0].label = cast(str, None)
    with pytest.raises(TypeError, match=r"a label is a text, got None .*: write label=''"):
        draw_network(network)


def test_a_sample_that_is_not_there_is_refused() -> None:
    network = note_b_network()
    sheet = work_through(network, [[0.5, 0.2, 0.1]], [[1]])
    with pytest.raises(ValueError, match="samples 0 to 0, not 4"):
        draw_network(network, sheet, sample=4)
