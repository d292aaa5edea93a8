"""`draw_delta_rule`: how an error flows back through one layer, in two steps."""

from __future__ import annotations

from itertools import pairwise

from tinygrad_notes.draw.network_numbers import check_sheet
from tinygrad_notes.draw.panels import Entry, Panel, legend
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.scene import Scene, Shape, Text, moved
from tinygrad_notes.draw.shapes import straight
from tinygrad_notes.draw.style import written
from tinygrad_notes.letters import subscript
from tinygrad_notes.value import Value
from tinygrad_notes.worked import Sheet

_MARGIN, _GAP, _TOP = 20.0, 46.0, 46.0
_MAX_TERMS = 4


def draw_delta_rule(sheet: Sheet, layer: int = 1, *, digits: int = 4) -> Picture:
    """The two boxes between the δ of one layer and the δ of the layer below it, with the numbers of a sheet.

    First the errors flow back along the connections, with their weights: these are errors of the outputs of the
    neurons. Then each is multiplied by the slope of its activation: this is δ, the error of the pre-activation.

    Args:
        sheet: of one sample, from `work_through`.
        layer: the layer whose δ is found, counted from 1; it must not be the last.

    Raises TypeError if `sheet` is no sheet. Raises ValueError for a sheet of many samples, or a layer without one above
    it.

    Example:
        >>> from tinygrad_notes import MLP, work_through
        >>> network = MLP(2, [2, 2], activation="sigmoid", seed=1)
        >>> draw_delta_rule(work_through(network, [1.0, 0.5], [1, 0])).scene.title
        'The delta rule: from δ of layer 2 to δ of layer 1'
    """
    check_sheet(sheet, "draw_delta_rule")
    if sheet.samples is not None:
        raise ValueError("draw_delta_rule shows one sample: work_through(network, x, y) with x of shape (inputs,)")
    if not 1 <= layer < sheet.layers:
        raise ValueError(f"layer {layer} has no layer above it to get its error from; there are {sheet.layers} layers")
    here, above = subscript(layer), subscript(layer + 1)
    errors, backflow = sheet[f"delta{layer + 1}"], sheet[f"back{layer}"]
    slopes, deltas = sheet[f"slope{layer}"], sheet[f"delta{layer}"]
    product = f"W{above}ᵀ δ{above}" if sheet.convention == "W@x" else f"δ{above} W{above}ᵀ"

    def number(value: Value) -> str:
        return written(value.data, digits)

    panels = [
        Panel(f"δ{above}", tuple(map(number, errors)), "group"),
        Panel(product, tuple(_sum(sheet, layer, i, digits) for i in range(len(backflow)))),
        Panel(
            f"⊙ σ′(z{here})",
            tuple(f"{number(b)} · {_factor(s, digits)}" for b, s in zip(backflow, slopes, strict=True)),
        ),
        Panel(f"δ{here}", tuple(map(number, deltas)), "group"),
    ]
    headings = ["error above", "1. weighted backflow", "2. times the slope", "error here"]
    captions = ["∂C/∂z", f"= {', '.join(map(number, backflow))}", "", "∂C/∂z"]
    shapes: list[Shape] = []
    tallest = max(panel.height for panel in panels)
    x, places = _MARGIN, []
    for panel, heading, caption in zip(panels, headings, captions, strict=True):
        words = [Text(0, 0, heading, 12, "quiet", "middle", "bold"), Text(0, 0, caption, 12, "quiet", "middle")]
        width = max(panel.width, *(text.width for text in words))
        shapes.append(panel.shapes(x, _TOP + (tallest - panel.height) / 2, width))
        shapes += [moved(words[0], x + width / 2, 26), moved(words[1], x + width / 2, _TOP + tallest + 22)]
        places.append((x, x + width))
        x += width + _GAP
    middle = _TOP + tallest / 2
    for (_, right), (left, _) in pairwise(places):
        shapes += straight((right + 4, middle), (left - 4, middle), "mark", 2.2)
    width, y = x - _GAP + _MARGIN, _TOP + tallest + 44
    entries = [Entry(f"{product}", "an error of the outputs a, not yet of z"), Entry("⊙", "element by element")]
    key, key_width, key_height = legend(entries, width)
    shapes += [moved(shape, (width - key_width) / 2, y) for shape in key]
    title = f"The delta rule: from δ of layer {layer + 1} to δ of layer {layer}"
    description = f"{title}. δ{above} flows back through {product}, then times σ′(z{here}) it is δ{here}."
    return Picture(Scene(width, y + key_height + 8, title, description, shapes))


def _sum(sheet: Sheet, layer: int, i: int, digits: int) -> str:
    """What flows back to neuron i, term by term: δ · w of every neuron above."""
    weights = sheet[f"W{layer + 1}"]
    deltas = sheet[f"delta{layer + 1}"]
    of_neuron = [row[i] for row in weights] if sheet.convention == "W@x" else weights[i]
    terms = [f"{written(w.data, digits)} · {_factor(d, digits)}" for w, d in zip(of_neuron, deltas, strict=True)]
    return " + ".join(terms if len(terms) <= _MAX_TERMS else [*terms[: _MAX_TERMS - 1], "…"])


def _factor(value: Value, digits: int) -> str:
    """A number as a factor after another: in parentheses where it is negative."""
    return f"({written(value.data, digits)})" if value.data < 0 else written(value.data, digits)
