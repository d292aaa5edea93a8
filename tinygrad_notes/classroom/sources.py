"""Sources: what a set of exercises is made from, a page and the ranges that its numbers are drawn from.

From layers, from a worksheet file (TOML), or from calculation lines. A worksheet whose numbers are all written out gets
new weights, biases and inputs of the same shapes; one with ranges, such as x = ["0.1 … 0.9", 0.5], draws those alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from tinygrad_notes.classroom.key import quoted
from tinygrad_notes.classroom.ranges import OneHot, Range, Spec, has_range, read_range, read_spec
from tinygrad_notes.classroom.template import CALCULATION, NETWORK, Template, given_lines, written
from tinygrad_notes.errors import CalculationError, UnusableError, WorksheetError
from tinygrad_notes.nn.losses import loss_named
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.exercises import MOST_WEIGHTS
from tinygrad_notes.worked.toml_text import TomlError, check_keys, number_in, parsed, sub_table, told_where
from tinygrad_notes.worked.worksheet_file import text_of
from tinygrad_notes.worked.worksheet_network import KEYS

_SETTINGS = ("activation", "loss", "learning_rate", "convention", "reduction", "signs")


@dataclass(frozen=True, slots=True)
class Source:
    """What a set is made from.

    Attributes:
        template: the page that all exercises share.
        specs: by name, what each given is: ranges, numbers that stay, or lists of these.
        digits: how many significant digits the page itself asks for, where it says so.
    """

    template: Template
    specs: Mapping[str, Spec]
    digits: int | None = None


def from_layers(
    layers: Sequence[int], activations: Sequence[str], loss: str, learning_rate: float, convention: str
) -> Source:
    """A network with `layers[0]` inputs and so many neurons in each further layer.

    Raises ValueError for layers that no one would work.
    """
    shown = "-".join(map(str, layers))
    if len(layers) < 2 or min(layers) < 1:
        raise ValueError(f"an exercise needs inputs and at least one layer, such as 2-2-1, got {shown or 'none'}")
    if sum(nin * nout for nin, nout in pairwise(layers)) > MOST_WEIGHTS:
        raise ValueError(f"layers of {shown} have more than {MOST_WEIGHTS} weights, and no one would work them")
    table: dict[str, Any] = {
        "activation": activations[0] if len(activations) == 1 else list(activations),
        "loss": loss, "learning_rate": learning_rate, "convention": convention,
    }  # fmt: skip
    specs: dict[str, Spec] = {"x": _inputs(layers[0]), "y": _targets(layers[-1], loss)}
    may_die = "relu" in activations
    for k, (nin, nout) in enumerate(pairwise(layers), start=1):
        rows, columns = (nout, nin) if convention == "W@x" else (nin, nout)
        specs |= {f"W{k}": _matrix(rows, columns, may_die), f"b{k}": _biases(nout, may_die)}
    return Source(Template(NETWORK, _settings(table, specs)), specs)


def from_file(path: Path) -> Source:
    """The source in a worksheet file or in calculation lines, as its name says.

    Raises WorksheetError, whose text is one line with the place, for a file of no use.
    """
    if path.suffix.lower() not in (".toml", ".calc"):
        raise UnusableError(f"a set is made from a worksheet (.toml) or calculation lines (.calc), not {path.name!r}")
    text = text_of(path)
    try:
        with told_where(path, text):
            return _from_calculation(text) if path.suffix.lower() == ".calc" else _from_worksheet(text)
    except CalculationError as error:
        raise WorksheetError(f"{visible(str(path))}:{error.line}: {visible(error.reason)}", error.line) from None


# Calculation lines ------------------------------------------------------------------------------------


def _from_calculation(text: str) -> Source:
    specs: dict[str, Spec] = {}
    rows = text.splitlines()
    names = []
    for name, first, last, _ in given_lines(text):
        names.append(name)
        numbers = "\n".join(row.partition("#")[0] for row in rows[first:last]).partition("=")[2]
        if not has_range(numbers):
            continue
        try:
            specs[name] = read_spec(numbers, float)
        except ValueError as error:
            raise CalculationError(f"{name}: {error}", first + 1) from None
    if not specs:
        example = f"{names[0]} = 0.1 … 0.9" if names else "x = 0.1 … 0.9"
        raise CalculationError(f"no given has a range to draw from; write one, such as {example}")
    return Source(Template(CALCULATION, text), specs)


# Worksheet files --------------------------------------------------------------------------------------


def _from_worksheet(text: str) -> Source:
    content = parsed(text)
    network = sub_table(content, "network")
    check_keys(network, KEYS, "network")
    layers = network.get("layer")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise TomlError("network", "layer", "write each layer as a table: [[network.layer]]")
    specs = {name: _spec(network[name], "network", name) for name in ("x", "y") if name in network}
    for k, layer in enumerate(layers, start=1):
        specs |= {f"{name}{k}": _spec(layer[name], f"network.layer {k}", name) for name in ("W", "b") if name in layer}
    if not any(map(_is_drawn, specs.values())):
        may_die = "relu" in str(network.get("activation"))
        specs = {name: spec if name == "y" else _like(name, spec, may_die) for name, spec in specs.items()}
    table = {name: network.get(name, content.get(name)) for name in _SETTINGS}
    table["learning_rate"] = number_in("network", "learning_rate", network.get("learning_rate"))
    asked = network.get("digits", content.get("digits"))
    digits = asked if type(asked) is int and asked > 0 else None
    return Source(Template(NETWORK, _settings(table, specs)), specs, digits)


def _spec(value: Any, table: str, key: str) -> Spec:
    if isinstance(value, list):
        return [_spec(part, table, key) for part in value]
    if isinstance(value, str) and has_range(value):
        try:
            return read_range(value)
        except ValueError as error:
            raise TomlError(table, key, str(error)) from None
    return number_in(table, key, value)


def _is_drawn(spec: Spec) -> bool:
    return any(map(_is_drawn, spec)) if isinstance(spec, list) else not isinstance(spec, float)


def _like(name: str, spec: Spec, may_die: bool) -> Spec:
    """Ranges in the shape of numbers."""
    if name.startswith("W"):
        return _matrix(len(spec), len(spec[0]), may_die)
    if name.startswith("b"):
        return _biases(len(spec), may_die)
    return [_inputs(len(sample)) for sample in spec] if isinstance(spec[0], list) else _inputs(len(spec))


def _settings(table: Mapping[str, Any], specs: Mapping[str, Spec]) -> str:
    """The part of a worksheet that all students share; the names and shapes of what is drawn stand in a comment."""
    shapes = ", ".join(f"{name} {_shape(spec)}" for name, spec in specs.items())
    lines = [f"# {shapes}", "[network]"]
    lines += [f"{name} = {_toml(value)}" for name, value in table.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return quoted(value) if isinstance(value, str) else written(value)


def _shape(spec: Spec) -> str:
    if isinstance(spec, OneHot):
        return str(spec.size)
    rows = len(spec) if isinstance(spec, list) else 1
    return f"{rows}x{len(spec[0])}" if isinstance(spec, list) and isinstance(spec[0], list) else str(rows)


# Ranges of networks: one decimal, or two where there are too many numbers for that -------------------


def _decimals(count: int, low: float, high: float) -> Range:
    """The numbers of one decimal from low to high; of two, none of them a tenth, where those are fewer than `count`."""
    tenths = range(round(10 * low), round(10 * high) + 1)
    if count <= len(tenths) - (0 in tenths):
        return Range(tuple(Decimal(i) / 10 for i in tenths))
    return Range(tuple(Decimal(i) / 100 for i in range(10 * tenths[0], 10 * tenths[-1] + 1) if i % 10 and abs(i) > 10))


def _inputs(count: int) -> list[Spec]:
    return [_decimals(count, 0.2, 0.9)] * count


def _biases(count: int, may_die: bool) -> list[Spec]:
    return [_decimals(count, 0.1 if may_die else -0.4, 0.4)] * count


def _matrix(rows: int, columns: int, may_die: bool) -> list[Spec]:
    """Weights; where a unit may be off, more positive ones than negative, so that most units are on."""
    return [[_decimals(rows * columns, -0.5 if may_die else -0.9, 0.9)] * columns for _ in range(rows)]


def _targets(outputs: int, loss: str) -> Spec:
    name = loss_named(loss).name
    if name == "cross_entropy":
        return OneHot(outputs)
    classes = {"binary_cross_entropy": (0, 1), "hinge": (-1, 1)}.get(name)
    if classes:
        return [Range(tuple(map(Decimal, classes)))] * outputs
    return [_decimals(outputs, 0.1, 0.9)] * outputs
