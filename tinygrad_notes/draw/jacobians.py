"""`draw_jacobians`: a network, and under it the flow of the Jacobians with the factor that each arrow carries."""

from __future__ import annotations

from itertools import pairwise, product

from tinygrad_notes.draw.metrics import text_width
from tinygrad_notes.draw.network_numbers import check_network, check_sheet, shown_neurons
from tinygrad_notes.draw.panels import Panel
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.scene import Curve, Rect, Scene, Shape, Text
from tinygrad_notes.draw.shapes import arrow, straight
from tinygrad_notes.draw.style import written
from tinygrad_notes.letters import subscript
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import Activation, layer_function
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.worked import Sheet
from tinygrad_notes.worked.pages import loss_of

_HALF = 150.0  # at least so far from a layer's column to the weights below it
_MARGIN, _DOT, _STEP = 30.0, 7.0, 22.0
_BOX, _ROW, _FACTOR = 84.0, 96.0, 13.0


def draw_jacobians(network: MLP, sheet: Sheet | None = None, *, digits: int = 3) -> Picture:
    """The Jacobian of every weight matrix and bias vector, and how each follows from the one above it.

    From right to left: the loss gives the error of the last activations; ⊙ with the slope makes it the error δ of
    the pre-activations; Wᵀ carries it to the layer below. Downwards: times the activations that came in it is the
    Jacobian of the weights; summed over the examples, it is the Jacobian of the biases. The division by the number of
    samples is in the first factor, so that each box holds the quantity that a sheet has by that name.

    Args:
        network: whose shapes are shown; its loss is Σ (a - y)² / N over N examples unless a sheet says otherwise.
        sheet: of this network, for its loss and for the largest entry of every Jacobian.

    Raises TypeError where these are something else, and ValueError where the sheet is of another network.

    Example:
        >>> from tinygrad_notes import MLP
        >>> draw_jacobians(MLP(1, [6, 7, 2], activation="sigmoid")).scene.title
        'Jacobians of a 1-6-7-2 network'
    """
    check_network(network, "draw_jacobians")
    if sheet is not None:
        check_sheet(sheet, "draw_jacobians", network)
    sizes = [network.layers[0].nin, *(len(layer.neurons) for layer in network.layers)]
    last = len(network.layers)
    tallest = _STEP * max(len(shown_neurons(size)) for size in sizes)
    first = _first_factor(sheet)
    slopes = [_slope(layer.activation, subscript(k)) for k, layer in enumerate(network.layers, start=1)]
    half = max(_HALF, *map(_room, slopes))
    columns = [_MARGIN + 40 + 2 * half * k for k in range(last + 1)]
    middle = 50 + tallest / 2
    flow = 50 + tallest + 66
    shapes: list[Shape] = _network(sizes, columns, middle)
    for k in range(1, last + 1):
        shapes += _layer(network, sheet, k, sizes, columns, flow, digits)
    columns_end = columns[-1] + max(_HALF, _room(first))
    shapes.append(Panel("C").shapes(columns_end - _BOX / 2 + 20, flow - 15, _BOX - 30))
    shapes += _factor((columns_end - _BOX / 2 + 16, flow), (columns[-1] + _BOX / 2 + 4, flow), first)
    for k, column in enumerate(columns):
        name = "x" if k == 0 else f"a{subscript(k)}"
        shapes.append(Text(column, 24, f"{name}  ({sizes[k]})", 13, "quiet", "middle", "serif"))
    shapes.append(Text(columns_end, middle - 10, "forward →", 12, "quiet", "middle"))
    shapes.append(Text(columns_end, middle + 12, "← backward", 12, "mark", "middle"))
    title = f"Jacobians of a {'-'.join(map(str, sizes))} network"
    description = (
        f"{title}: from the loss, {first}, back through ⊙ σ′(z) and Wᵀ, ending with aᵀ for a weight matrix "
        "and with the sum over the examples for a bias vector."
    )
    return Picture(Scene(columns_end + _BOX / 2 + _MARGIN, flow + _ROW + 100, title, description, shapes))


def _network(sizes: list[int], columns: list[float], middle: float) -> list[Shape]:
    places = []
    for size, x in zip(sizes, columns, strict=True):
        shown = shown_neurons(size)
        top = middle - _STEP * (len(shown) - 1) / 2
        places.append([(x, top + _STEP * i, index is None) for i, index in enumerate(shown)])
    lines = [
        Curve(((x0, y0), (x0 + 60, y0), (x1 - 60, y1), (x1, y1)), "line", 0.7)
        for below, above in pairwise(places)
        for (x0, y0, gap0), (x1, y1, gap1) in product(below, above)
        if not (gap0 or gap1)
    ]
    dots = [
        Text(x, y + 5, "⋮", 16, "quiet", "middle")
        if gap
        else Rect(x - _DOT, y - _DOT, 2 * _DOT, 2 * _DOT, "card", "edge", _DOT, 1.4)
        for column in places
        for x, y, gap in column
    ]
    return [*lines, *dots]


def _layer(
    network: MLP, sheet: Sheet | None, k: int, sizes: list[int], columns: list[float], flow: float, digits: int
) -> list[Shape]:
    """One layer's part of the flow: its error, times the slope, times Wᵀ; and down to its Jacobians."""
    index, below = subscript(k), subscript(k - 1)
    right, center = columns[k], (columns[k - 1] + columns[k]) / 2
    shapes: list[Shape] = [
        Panel(f"∂C/∂a{index}").shapes(right - _BOX / 2, flow - 15, _BOX),
        Panel(f"δ{index}", fill="group").shapes(center - _BOX / 2, flow - 15, _BOX),
    ]
    slope = _slope(network.layers[k - 1].activation, index)
    shapes += _factor((right - _BOX / 2 - 4, flow), (center + _BOX / 2 + 4, flow), slope)
    columns_of_W = network.convention == "W@x"
    if k > 1:
        end = (columns[k - 1] + _BOX / 2 + 4, flow)
        shapes += _factor((center - _BOX / 2 - 4, flow), end, f"W{index}ᵀ ·" if columns_of_W else f"· W{index}ᵀ")
    incoming = "xᵀ" if k == 1 else f"a{below}ᵀ"
    has_bias = network.layers[k - 1].neurons[0].b is not None
    if columns_of_W:
        of_weights, of_biases, times = f"{sizes[k]} × {sizes[k - 1]}", f"{sizes[k]} × 1", f"· {incoming}"
    else:
        of_weights, of_biases, times = f"{sizes[k - 1]} × {sizes[k]}", f"1 × {sizes[k]}", f"{incoming} ·"
    targets = [(f"∂C/∂W{index}", of_weights, times, f"dC/dW{k}", -1)]
    if has_bias:
        targets.append((f"∂C/∂b{index}", of_biases, "Σ", f"dC/db{k}", 1))
    for name, size, factor, label, side in targets:
        x = center + (60 * side if has_bias else 0)
        lines = (size, *([_largest(sheet, label, digits)] if sheet else []))
        shapes.append(Panel(name, lines).shapes(x - 52, flow + _ROW, 104))
        start, end = (center + 14 * side * has_bias, flow + 17), (x, flow + _ROW - 3)
        bend = (flow + 17 + end[1]) / 2
        shapes += arrow((start, (start[0], bend), (end[0], bend), end), "mark", 1.8)
        anchor = "end" if side < 0 else "start"
        shapes.append(Text(x - 4 * -side, end[1] - 14, factor, _FACTOR, "ink", anchor, "serif"))
    return shapes


def _room(words: str) -> float:
    """How far apart two boxes must stand for the words to fit between them."""
    return text_width(words, _FACTOR, "serif") + _BOX + 14


def _factor(start: tuple[float, float], end: tuple[float, float], words: str) -> list[Shape]:
    """A backward arrow that carries a factor."""
    middle = (start[0] + end[0]) / 2
    return [*straight(start, end, "mark", 2.2), Text(middle, start[1] - 10, words, _FACTOR, "ink", "middle", "serif")]


def _first_factor(sheet: Sheet | None) -> str:
    """The derivative of the loss by an output, with what it is averaged over."""
    if sheet is None:
        return "2 (a − y) / N"
    written = loss_of(sheet)
    return "∂C/∂a" if written is None else text(written.slope).replace("-", "−").replace(" · (", " (")


def _slope(activation: Activation, index: str) -> str:
    if activation is None or activation in ("linear", "identity"):
        return "⊙ 1"
    if layer_function(activation):
        return f"· {activation}′(z{index})"  # not entry by entry: a matrix
    name = "σ" if activation in ("sigmoid", "logistic") or not isinstance(activation, str) else activation
    return f"⊙ {name}′(z{index})"


def _largest(sheet: Sheet, name: str, digits: int) -> str:
    numbers = [value.data for value in sheet.quantities[name].elements]
    return f"largest {written(max(numbers, key=abs), digits)}"
