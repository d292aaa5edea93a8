"""A training step, worked out number by number: the graph behind a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tinygrad_notes import functions
from tinygrad_notes.collector import collector_paused
from tinygrad_notes.errors import ArgumentTypeError, ArgumentValueError
from tinygrad_notes.names import element_label
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import Activation, activation_function, layer_function
from tinygrad_notes.nn.losses import Loss, loss_named
from tinygrad_notes.refusals import counted
from tinygrad_notes.value import Number, Value, as_value
from tinygrad_notes.worked.sheet import Quantity, Sheet
from tinygrad_notes.worked.slopes import derivative, fresh, over, slopes, through_softmax

Given = Sequence[Number] | Sequence[Sequence[Number]]


@collector_paused()  # a sheet holds no cycles: a fifth of the time of a large one
def work_through(
    network: MLP,
    x: Given,
    y: Given | Number,
    *,
    loss: str | Loss = "squared_error",
    learning_rate: Number = 0.1,
    reduction: str | None = None,
) -> Sheet:
    """Work one training step of `network` out, number by number.

    Args:
        network: its weights are read, never changed.
        x: one sample of shape (inputs,), or a batch of shape (samples, inputs).
        y: the targets: shape (outputs,) or (samples, outputs). A network with one output may have bare numbers.
        loss: a name from `tinygrad_notes.nn.losses`, or a `Loss`.
        learning_rate: η of the update W := W - η ∂C/∂W.
        reduction: "sum" or "mean" over the samples; by default the loss's own.

    In a batch, a number that each sample has (z, a, δ, …) carries the sample's index first: `z1[3,0]`. ∂C/∂a
    and δ are derivatives of C itself, so they carry the 1/N of an average over samples.

    Raises:
        ValueError: lengths that do not fit, or unknown names.

    Example:
        >>> network = MLP.from_weights([[[0.2, -0.3]]], [[0.05]], activation="sigmoid")
        >>> sheet = work_through(network, [1.0, 0.5], [1.0])
        >>> print(sheet.formula("z1[0]"), "=", sheet.formula_in_numbers("z1[0]"))
        z1[0] = W1[0,0] · x[0] + W1[0,1] · x[1] + b1[0] = 0.2 · 1 + (-0.3) · 0.5 + 0.05
        >>> list(sheet.quantities)
        ['z1', 'a1', 'C', 'dC/da1', 'slope1', 'delta1', 'dC/dW1', 'dC/db1', 'W1_new', 'b1_new']
    """
    if not isinstance(network, MLP):
        raise ArgumentTypeError(
            f"work_through takes the network first, work_through(network, x, y), got {type(network).__name__}",
            "network",
        )
    chosen = loss_named(loss)
    inputs, targets, samples = _as_batch(network, x, y)
    rate = Value(learning_rate, "η")
    sheet = Sheet(
        activations=tuple(layer.activation for layer in network.layers),
        loss=chosen,
        reduction=reduction or chosen.reduction,
        learning_rate=rate,
        convention=network.convention,
        samples=samples,
    )
    _Worker(sheet, network).work(inputs, targets)
    return sheet


Rows = list[list[Value]]


class _Worker:
    """Fills a sheet, phase by phase. Per sample, `self.a[k]` holds the activations of layer k, `a[0]` being x."""

    def __init__(self, sheet: Sheet, network: MLP) -> None:
        self.sheet = sheet
        layers = network.layers
        self.W = [[[Value(w.data) for w in neuron.w] for neuron in layer.neurons] for layer in layers]
        self.b = [
            [Value(neuron.b.data) for neuron in layer.neurons if neuron.b is not None] for layer in layers
        ]  # empty for a layer without biases
        self.dC_dW: dict[int, Rows] = {}
        self.dC_db: dict[int, list[Value]] = {}

    def work(self, inputs: list[Sequence[Number]], targets: list[Sequence[Number]]) -> None:
        self.x = self._per_sample("x", "given", 0, [[Value(number) for number in sample] for sample in inputs])
        self.y = self._per_sample("y", "given", 0, [[Value(number) for number in sample] for sample in targets])
        for k, (weights, biases) in enumerate(zip(self.W, self.b, strict=True), start=1):
            self._matrix(f"W{k}", "given", k, weights)
            self._vector(f"b{k}", "given", k, biases)
        self._forward()
        self._loss()
        self._backward()
        self._update()

    def _forward(self) -> None:
        self.a: list[Rows] = [self.x]
        self.z: list[Rows] = [[]]
        for k, activation in enumerate(self.sheet.activations, start=1):
            weights, biases = self.W[k - 1], self.b[k - 1]
            z = [[_pre_activation(weights, biases, j, below) for j in range(len(weights))] for below in self.a[-1]]
            self.z.append(self._per_sample(f"z{k}", "forward", k, z))
            self.a.append(self._per_sample(f"a{k}", "forward", k, [_activate(activation, row) for row in z]))

    def _loss(self) -> None:
        loss, outputs = self.sheet.loss, self.a[-1]
        terms = [[loss.term(a, y) for a, y in zip(*rows, strict=True)] for rows in zip(outputs, self.y, strict=True)]
        total = (
            functions.sum([term for row in terms for term in row]) if len(terms) * len(terms[0]) > 1 else terms[0][0]
        )
        self._add("C", "loss", 0, (), [fresh(self._shared(total))])
        self.dC_da = [
            [fresh(self._shared(derivative(term, a))) for term, a in zip(*rows, strict=True)]
            for rows in zip(terms, outputs, strict=True)
        ]

    def _shared(self, part: Any) -> Any:
        return over(part, self.sheet.averaged_over)

    def _backward(self) -> None:
        last = self.sheet.layers
        back = self.dC_da
        for k in range(last, 0, -1):
            if k < last:
                flow = self._per_sample(f"back{k}", "backward", k, self._backflow(k))
                back = [[functions.identity(number) for number in row] for row in flow]
            self._per_sample(f"dC/da{k}", "backward", k, back)
            delta = self._per_sample(f"delta{k}", "backward", k, self._deltas(k, back))
            self._gradients(k, delta)
            self.delta = delta

    def _backflow(self, k: int) -> Rows:
        """Wᵀδ of the layer above: what flows back to each activation of layer k."""
        columns = [list(column) for column in zip(*self.W[k], strict=True)]
        return [[as_value(functions.dot(column, delta)) for column in columns] for delta in self.delta]

    def _deltas(self, k: int, back: Rows) -> Rows:
        """∂C/∂z of layer k: ∂C/∂a times the slope, or as the activation and the loss say together."""
        activation = self.sheet.activations[k - 1]
        short = self._short_deltas(k)
        if layer_function(activation):
            ways = [[through_softmax(a, g)] for a, g in zip(self.a[k], back, strict=True)]
            if short:
                ways = [[quick, *longer] for quick, longer in zip(short, ways, strict=True)]
        else:
            slope = self._slopes(k)
            ways = [[[g * s for g, s in zip(*rows, strict=True)]] for rows in zip(back, slope, strict=True)]
            if short:
                ways = [[*longer, quick] for longer, quick in zip(ways, short, strict=True)]
        for s, of_sample in enumerate(ways):
            for j in range(len(of_sample[0])):
                self._also(f"delta{k}", s, j, [way[j] for way in of_sample[1:]])
        return [of_sample[0] for of_sample in ways]

    def _short_deltas(self, k: int) -> Rows:
        """a - y, where loss and activation match so; else nothing."""
        activation, matching = self.sheet.activations[k - 1], self.sheet.loss.canonical_activation
        if k < self.sheet.layers or matching is None or (activation or "linear") != matching:
            return []
        if matching == "softmax" and any(abs(sum(y.data for y in row) - 1.0) > 1e-12 for row in self.y):
            return []  # it takes targets that are shares of one
        return [
            [fresh(self._shared(a - y)) for a, y in zip(*rows, strict=True)]
            for rows in zip(self.a[k], self.y, strict=True)
        ]

    def _slopes(self, k: int) -> Rows:
        activation = self.sheet.activations[k - 1]
        rows: Rows = []
        for s, (z_row, a_row) in enumerate(zip(self.z[k], self.a[k], strict=True)):
            ways = [slopes(activation, z, a) for z, a in zip(z_row, a_row, strict=True)]
            for j, way in enumerate(ways):
                self._also(f"slope{k}", s, j, way[1:])
            rows.append([way[0] for way in ways])
        return self._per_sample(f"slope{k}", "backward", k, rows)

    def _gradients(self, k: int, delta: Rows) -> None:
        """∂C/∂W = Σ δ a and ∂C/∂b = Σ δ, the sums running over the samples."""
        below = self.a[k - 1]
        neurons, inputs = len(self.W[k - 1]), len(self.W[k - 1][0])
        deltas = [[row[j] for row in delta] for j in range(neurons)]
        activations = [[row[i] for row in below] for i in range(inputs)]
        self.dC_dW[k] = [[as_value(functions.dot(d, a)) for a in activations] for d in deltas]
        self.dC_db[k] = [as_value(functions.sum(d)) for d in deltas] if self.b[k - 1] else []
        self._matrix(f"dC/dW{k}", "backward", k, self.dC_dW[k])
        self._vector(f"dC/db{k}", "backward", k, self.dC_db[k])

    def _update(self) -> None:
        rate = self.sheet.learning_rate
        for k in range(self.sheet.layers, 0, -1):
            pairs = zip(self.W[k - 1], self.dC_dW[k], strict=True)
            self._matrix(
                f"W{k}_new", "update", k, [[w - rate * g for w, g in zip(*rows, strict=True)] for rows in pairs]
            )
            biases = zip(self.b[k - 1], self.dC_db[k], strict=True)
            self._vector(f"b{k}_new", "update", k, [b - rate * g for b, g in biases])

    # Writing onto the sheet ---------------------------------------------------------------------------

    def _per_sample(self, name: str, phase: str, layer: int, rows: Rows) -> Rows:
        shape = (len(rows[0]),) if self.sheet.samples is None else (len(rows), len(rows[0]))
        self._add(name, phase, layer, shape, [value for row in rows for value in row])
        return rows

    def _matrix(self, name: str, phase: str, layer: int, rows: Rows) -> None:
        written = rows if self.sheet.convention == "W@x" else [list(column) for column in zip(*rows, strict=True)]
        shape = (len(written), len(written[0]))
        self._add(name, phase, layer, shape, [value for row in written for value in row])

    def _vector(self, name: str, phase: str, layer: int, values: list[Value]) -> None:
        if values:
            self._add(name, phase, layer, (len(values),), values)

    def _add(self, name: str, phase: str, layer: int, shape: tuple[int, ...], values: list[Value]) -> None:
        quantity = Quantity(name, phase, layer, shape, tuple(values))
        for index, value in zip(quantity.indices(), values, strict=True):
            value.label = element_label(name, index)
        (self.sheet.given if phase == "given" else self.sheet.quantities)[name] = quantity

    def _also(self, name: str, sample: int, j: int, ways: Iterable[Value]) -> None:
        if others := tuple(ways):
            index = (j,) if self.sheet.samples is None else (sample, j)
            self.sheet.alternatives[element_label(name, index)] = others


def _pre_activation(weights: Rows, biases: list[Value], j: int, inputs: list[Value]) -> Value:
    if biases:
        return as_value(functions.weighted_sum(weights[j], inputs, biases[j]))
    return as_value(functions.dot(weights[j], inputs))


def _activate(activation: Activation, z: list[Value]) -> list[Value]:
    over_layer = layer_function(activation)
    if over_layer:
        return _softmax_on_paper(z) if activation == "softmax" and _small(z) else over_layer(z)
    function: Callable[[Value], Value] = activation_function(activation) or functions.identity
    return [fresh(function(value)) for value in z]


def _small(z: list[Value]) -> bool:
    """Whether no power of e overflows."""
    return max(abs(value.data) for value in z) < 700.0


def _softmax_on_paper(z: list[Value]) -> list[Value]:
    powers = [functions.exp(value) for value in z]
    total = functions.sum(powers)
    return [power / total for power in powers]


def _as_batch(network: MLP, x: Any, y: Any) -> tuple[list[Any], list[Any], int | None]:
    """x and y as lists of samples, with the number of samples, None where x was a single one."""
    batch = len(x) > 0 and hasattr(x[0], "__len__")
    inputs = list(x) if batch else [x]
    targets = list(y) if batch else [y]
    targets = [target if hasattr(target, "__len__") else [target] for target in targets]
    nin, nout = network.layers[0].nin, len(network.layers[-1].neurons)
    if len(inputs) != len(targets):
        got = f"{counted(len(inputs), 'sample')} in x and {len(targets)} in y"
        raise ArgumentValueError(f"each sample needs its targets: got {got}", "y")
    for s, (sample, target) in enumerate(zip(inputs, targets, strict=True)):
        where = f" in sample {s}" if batch else ""
        if len(sample) != nin:
            raise ArgumentValueError(f"this network takes {counted(nin, 'input')}, got {len(sample)}{where}", "x")
        if len(target) != nout:
            got = counted(len(target), "target")
            raise ArgumentValueError(f"this network has {counted(nout, 'output')}, got {got}{where}", "y")
    return inputs, targets, len(inputs) if batch else None
