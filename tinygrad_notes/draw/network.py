"""`draw_network`: a network with the blame on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tinygrad_notes.draw.metrics import fitted, text_width
from tinygrad_notes.draw.network_numbers import (
    MAX_NEURONS,
    NetworkNumbers,
    NeuronNumbers,
    Parameter,
    numbers_of,
    shown_neurons,
)
from tinygrad_notes.draw.panels import Entry, legend
from tinygrad_notes.draw.picture import Picture
from tinygrad_notes.draw.scene import Curve, Group, Rect, Scene, Shape, Text, moved
from tinygrad_notes.draw.style import largest_magnitude, level_of, shortened, stroke_role, tint_role, visible, written
from tinygrad_notes.draw.weight_tables import CAPTION, ROW, SIZE, WeightTable
from tinygrad_notes.nn import MLP
from tinygrad_notes.value import Value
from tinygrad_notes.worked import Sheet

_RADIUS, _SMALL_RADIUS = 30.0, 13.0
_BADGE_PADDING = 12.0
_BASELINE = 13.0  # of a neuron's number, below the middle
_GAP, _TABLE_GAP, _CHANNEL, _MARGIN, _TOP = 24.0, 10.0, 96.0, 20.0, 46.0
MAX_FAN_IN = 8


@dataclass(frozen=True, slots=True)
class _Spot:
    """A neuron or input as drawn: its center and half its width, the top of its table, the rows' left end."""

    x: float
    y: float
    reach: float
    table_left: float = 0.0
    table_top: float = 0.0

    @property
    def out(self) -> tuple[float, float]:
        return self.x + self.reach, self.y


def draw_network(network: MLP, source: Sheet | Value | None = None, *, digits: int = 4, sample: int = 0) -> Picture:
    """The network as neurons and connections, with δ on every neuron and ∂C/∂W on every connection.

    The color of a connection is the sign of ∂C/∂W, its width the size. Without a gradient they show the weight itself.
    Each weight stands at the end of its connection, with its gradient and, from a sheet, its value after the update.
    The hidden neuron with the largest |δ| and the weight with the largest |∂C/∂W| are marked. Of large networks it
    shows some neurons, and says how many it leaves out.

    Args:
        network: the network.
        source: a sheet from `work_through`; or a Value that the network computed, after its `backward()`; or None, for
            the weights and their gradients alone.
        digits: how many significant digits the numbers have.
        sample: which sample of a batch's sheet to show.

    Raises TypeError where `network` is not an MLP, and TypeError or ValueError where `source` does not belong to it.

    Example:
        >>> from tinygrad_notes import MLP, work_through
        >>> network = MLP(2, [2, 1], activation="sigmoid", seed=1)
        >>> picture = draw_network(network, work_through(network, [0.5, 0.2], [1]))
        >>> picture.scene.title
        'Network 2-2-1 with the blame on it'
    """
    return _NetworkPicture(numbers_of(network, source, sample), digits).picture()


class _NetworkPicture:
    """One picture in the making: columns from left to right, then the connections between them."""

    def __init__(self, numbers: NetworkNumbers, digits: int) -> None:
        self.numbers = numbers
        self.digits = digits
        self.blame = numbers.has_blame
        fan_in = max(len(neuron.weights) for layer in numbers.layers for neuron in layer)
        self.detailed = fan_in <= MAX_FAN_IN and max(map(len, numbers.layers)) <= MAX_NEURONS
        self.radius = _RADIUS if self.detailed else _SMALL_RADIUS
        self.parameters = [p for layer in numbers.layers for neuron in layer for p in neuron.weights]
        self.largest = largest_magnitude(parameter.shown for parameter in self.parameters)
        self.deltas = [neuron.delta for layer in numbers.layers for neuron in layer if neuron.delta is not None]
        self.reach = self._reach() if self.detailed else self.radius
        self.marked_neuron = numbers.most_blamed_neuron
        self.marked_weight = numbers.most_blamed_weight if self.detailed else None
        self.tables = [
            WeightTable.of(layer, self.largest, self.marked_weight, digits) for layer in numbers.layers if self.detailed
        ]
        self.shapes: list[Shape] = []
        self.headings: list[Text] = []

    def _reach(self) -> float:
        """Half the width of a neuron: a circle's, or more where the longest number would run out of it."""
        neurons = [neuron for layer in self.numbers.layers for neuron in layer]
        inside = [number for _, number in self.numbers.inputs] + [neuron.a for neuron in neurons]
        longest = max(self._width(number) for number in inside)
        badge = max(self._width(neuron.delta, "δ ", "bold") for neuron in neurons) + _BADGE_PADDING
        z = max(self._width(neuron.z, "z ") for neuron in neurons)
        rounding = self.radius - math.sqrt(self.radius**2 - _BASELINE**2)  # lost at either end of a number's line
        return max(self.radius, longest / 2 + rounding + 2, max(badge, z) / 2 - _TABLE_GAP)

    def _width(self, number: float | None, name: str = "", face: str = "sans") -> float:
        return 0.0 if number is None else text_width(name + written(number, self.digits), SIZE, face)

    def picture(self) -> Picture:
        columns = self._columns()
        connections = [
            connection
            for layer, (below, above) in zip(self.numbers.layers, pairwise(columns), strict=True)
            for connection in self._connections(layer, below, above)
        ]
        connections.sort(key=lambda connection: connection[0])  # the widest last, on top of the others
        right = self._loss(columns[-1])
        bottom = max(spot.y + self.radius for column in columns for spot in column.values()) + _GAP
        entries, key_bottom = self._legend(), bottom + 8
        key, key_width, key_height = legend(entries, right - _MARGIN)
        width = max(right, key_width + _MARGIN) + _MARGIN
        shapes = [
            *(shape for _, shape in connections),
            *self.shapes,
            *self.headings,
            *(moved(s, (width - key_width) / 2, key_bottom) for s in key),
        ]
        title = f"Network {'-'.join(map(str, self.numbers.sizes))}" + (" with the blame on it" if self.blame else "")
        scene = Scene(width, key_bottom + key_height + 12, title, self._description(title), shapes)
        return Picture(scene, notes=tuple(self.numbers.left_out()))

    def _description(self, title: str) -> str:
        told = [f"{title}."]
        if self.marked_neuron:
            told.append(f"The hidden neuron with the largest |δ| is {self.marked_neuron}.")
        if self.marked_weight:
            told.append(f"The weight with the largest |∂C/∂W| is {self.marked_weight}.")
        return " ".join([*told, *self.numbers.left_out()])

    def _legend(self) -> list[Entry]:
        what = "∂C/∂W" if self.blame else "W"
        entries = [
            Entry("line:negative", f"{what} < 0"),
            Entry("line:positive", f"{what} > 0"),
            Entry("widths", f"the wider, the larger |{what}|"),
        ]
        if self.deltas:
            entries.append(Entry("scale", "δ = ∂C/∂z, negative to positive"))
        ringed = ["the hidden neuron with the largest |δ|"] if self.marked_neuron else []
        ringed += ["the weight with the largest |∂C/∂W|"] if self.marked_weight else []
        if ringed:
            entries.append(Entry("ring", ", ".join(ringed)))
        entries += [Entry("⋮", told) for told in self.numbers.left_out()]
        return entries

    # Columns ----------------------------------------------------------------------------------------

    def _columns(self) -> list[dict[int, _Spot]]:
        """Place and draw the inputs and all layers; a column is the spots of the neurons shown, by index."""
        counts = self.numbers.sizes
        steps = [self._step(None), *map(self._step, self.numbers.layers)]
        heights = [min(count, MAX_NEURONS) * step for count, step in zip(counts, steps, strict=True)]
        tallest = max(heights)
        x = _MARGIN
        columns: list[dict[int, _Spot]] = []
        for k, (count, step, height) in enumerate(zip(counts, steps, heights, strict=True)):
            table = self.tables[k - 1] if k and self.detailed else None
            left = x
            center = left + (table.width + _TABLE_GAP if table else 0) + self.reach
            top = _TOP + (tallest - height) / 2
            column = {}
            for place, j in enumerate(shown_neurons(count)):
                y = top + step * (place + 0.5)
                if j is None:
                    self.shapes.append(Text(center, y + 6, "⋮", 22, "quiet", "middle"))
                    continue
                column[j] = self._neuron(k, j, center, y, left) if k else self._input(j, center, y)
            self._heading(k, left, center, table)
            columns.append(column)
            x = center + self.reach + _CHANNEL
        return columns

    def _step(self, layer: Sequence[NeuronNumbers] | None) -> float:
        if not self.detailed:
            return 2 * self.radius + 8
        if layer is None:
            return 2 * self.radius + _GAP
        rows = max(len(neuron.parameters) for neuron in layer)
        around = 2 * self.radius + (2 * ROW + 6 if layer[0].z is not None else 0)
        return max(rows * ROW, around) + _GAP

    def _heading(self, k: int, left: float, center: float, table: WeightTable | None) -> None:
        words = f"layer {k}" if k else "inputs"
        if k and isinstance(name := self.numbers.activations[k - 1], str):
            words += f" · {name}"
        self.headings.append(Text(center, 20, words, SIZE, "quiet", "middle", "bold"))
        if table:
            self.shapes += table.captions(left, 38)

    def _input(self, i: int, x: float, y: float) -> _Spot:
        label, number = self.numbers.inputs[i]
        self._circle(x, y, label, number, "card", False, label)
        return _Spot(x, y, self.reach)

    def _neuron(self, k: int, j: int, x: float, y: float, left: float) -> _Spot:
        neuron = self.numbers.layers[k - 1][j]
        largest = largest_magnitude(self.deltas)
        surface = tint_role(neuron.delta, largest) if neuron.delta is not None else "card"
        marked = neuron.label == self.marked_neuron
        self._circle(x, y, neuron.label, neuron.a, surface, marked, self._told(neuron))
        if not self.detailed:
            return _Spot(x, y, self.reach)
        if neuron.z is not None:
            z = Text(x, y - self.radius - 6, f"z {written(neuron.z, self.digits)}", CAPTION, "quiet", "middle")
            self.shapes.append(z)
        if neuron.delta is not None:
            self._badge(x, y + self.radius + 4, f"δ {written(neuron.delta, self.digits)}", surface, marked)
        top = y - len(neuron.parameters) * ROW / 2
        self.shapes += self.tables[k - 1].shapes(neuron, left, top)
        return _Spot(x, y, self.reach, left, top)

    def _told(self, neuron: NeuronNumbers) -> str:
        told = [neuron.label]
        told += [
            f"{name} {n!r}" for name, n in (("z", neuron.z), ("a", neuron.a), ("δ", neuron.delta)) if n is not None
        ]
        return "\n".join(told)

    def _circle(self, x: float, y: float, label: str, number: float | None, fill: str, marked: bool, told: str) -> None:
        w, r = self.reach, self.radius
        stroke, thickness = ("mark", 3.0) if marked else ("line", 1.2)
        shapes: list[Shape] = [Rect(x - w, y - r, 2 * w, 2 * r, fill, stroke, r, thickness)]
        label = fitted(visible(label), 2 * w - 8, 14, "serif")
        if self.detailed and number is None:
            shapes.append(Text(x, y + 5, label, 14, "ink", "middle", "serif", "label"))
        elif self.detailed and number is not None:
            shapes.append(Text(x, y - 4, label, 14, "ink", "middle", "serif", "label"))
            shapes.append(Text(x, y + _BASELINE, written(number, self.digits), SIZE, "ink", "middle"))
        self.shapes.append(Group(tuple(shapes), "neuron", told))

    def _badge(self, x: float, y: float, words: str, fill: str, marked: bool) -> None:
        width = text_width(words, SIZE, "bold") + _BADGE_PADDING
        self.shapes.append(Rect(x - width / 2, y, width, ROW, fill, "mark" if marked else None, 9))
        self.shapes.append(Text(x, y + 13, words, SIZE, "ink", "middle", "bold"))

    # Connections ------------------------------------------------------------------------------------

    def _connections(
        self, layer: Sequence[NeuronNumbers], below: dict[int, _Spot], above: dict[int, _Spot]
    ) -> Iterator[tuple[float, Shape]]:
        for j, head in above.items():
            for i, tail in below.items():
                parameter = layer[j].weights[i]
                end = (head.x - head.reach, head.y)
                if self.detailed:
                    end = (head.table_left, head.table_top + (i + 0.5) * ROW)
                yield self._connection(parameter, tail.out, end)

    def _connection(
        self, parameter: Parameter, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[float, Shape]:
        number = parameter.shown
        share = min(1.0, abs(number) / self.largest) if level_of(number, self.largest) else 0.0
        width = (0.8 + 5.2 * share) if self.detailed else (0.5 + 2.5 * share)
        reach = (end[0] - start[0]) * 0.5
        points = (start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end)
        marked = parameter.label == self.marked_weight
        curve = Curve(points, stroke_role(number, self.largest), width, name="connection")
        halo = [Curve(points, "mark", width + 3, name="halo")] if marked else []
        return width, Group((*halo, curve), "edge", f"{parameter.label}: {written(parameter.data, self.digits)}")

    def _loss(self, outputs: dict[int, _Spot]) -> float:
        """The loss to the right of the outputs, with the targets; returns where the picture ends."""
        right = max(spot.out[0] for spot in outputs.values())
        if self.numbers.loss is None or not self.detailed:
            return max(right, *(text.x + text.width / 2 for text in self.headings))
        name, number = visible(self.numbers.loss[0]), self.numbers.loss[1]
        words = f"{shortened(name, 24)} = {written(number, self.digits)}"
        width = text_width(words, SIZE, "bold") + 24
        targets = [f"y {written(target, self.digits)}" for target in self.numbers.targets]
        left = right + max([64.0, *(text_width(target, CAPTION) + 40 for target in targets)])
        y = sum(spot.y for spot in outputs.values()) / len(outputs)
        for j, spot in outputs.items():
            (x, out_y) = spot.out
            points = ((x, out_y), (x + 32, out_y), (left - 32, y), (left, y))
            self.shapes.append(Curve(points, "edge", 1.2))
            if targets:
                side = -8 if out_y <= y else 16  # away from where the line bends to
                self.shapes.append(Text(x + 8, out_y + side, targets[j], CAPTION, "quiet"))
        self.shapes.append(Rect(left, y - 16, width, 32, "card", "line", 5))
        self.shapes.append(Text(left + width / 2, y + 4.5, words, SIZE, "ink", "middle", "bold"))
        return left + width
