"""Worksheet files: a network, and what a page claims about one training step of it, in TOML.

    [network]
    activation = "sigmoid"          # or one per layer: ["tanh", "sigmoid"]
    loss = "squared_error"
    learning_rate = 0.1
    convention = "W@x"              # or "x@W"; may be left out
    x = [0.5, 0.2]                  # or a list of samples
    y = [1]
    [[network.layer]]               # one for each layer; b may be left out
    W = [[0.1, 0.2]]
    b = [0.05]
    [claims]
    z1 = ["0.14"]                   # decimals keep the digits that are written, "?" is a blank
    "dC/da1" = ["-0.988"]

Three further keys may stand in `[network]`: `reduction = "mean"` or "sum" over the samples, where the loss's own is not
meant; and, there, at the top or in `[claims]`, `signs = "target-output"` for a page that writes δ and ∂C/∂… with the
opposite sign, and `digits = 3` for one that asks for so many significant digits.

A file of answers that is marked against a key needs [claims] alone; what else stands in it must be the key's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tinygrad_notes.errors import ArgumentError
from tinygrad_notes.errors import WorksheetError as WorksheetError
from tinygrad_notes.names import Name
from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.activations import activation_function, layer_function
from tinygrad_notes.nn.losses import REDUCTIONS, loss_named
from tinygrad_notes.nn.matrices import CONVENTIONS
from tinygrad_notes.number_systems.symbols import visible
from tinygrad_notes.worked.claims import SIGNS, ClaimError, read_claims, shown
from tinygrad_notes.worked.givens import compare_givens, differs
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Marking
from tinygrad_notes.worked.sheet import Sheet
from tinygrad_notes.worked.steps import work_through
from tinygrad_notes.worked.toml_text import TomlError, parsed
from tinygrad_notes.worked.toml_values import (
    check_keys,
    matrix_in,
    number_in,
    one_of,
    samples_in,
    sub_table,
    vector_in,
)

LARGEST_FILE = 1_000_000  # bytes; ten thousand claims take some 300,000
MOST_WEIGHTS = 50_000
LARGEST_SHEET = 1_000_000  # weights times samples
MOST_DIGITS = 17
_OF_THE_PAGE = ("signs", "digits")
_KEYS = ("activation", "loss", "learning_rate", "convention", "x", "y", "layer", "reduction", "signs", "digits")


@dataclass(frozen=True)
class Worksheet:
    """A file that was read: the right numbers, the claims as written, and the table that the network stands in.

    `notes` says what the file leaves open, and how it was read.
    """

    sheet: Sheet
    claims: Mapping[str, Any]
    signs: str
    digits: int | None
    network: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def mark_file(path: str | Path, against: str | Path | None = None) -> Marking:
    """Read a worksheet file and mark its claims.

    Args:
        path: the worksheet; with `against`, a file of answers, which needs nothing but [claims].
        against: the key that the answers belong to: a worksheet file, whose network, inputs, targets and asked digits
            count. What it claims itself is left aside.

    Raises WorksheetError, whose text is one line with the key and its line number, where a file cannot be used, or
    where the answers take anything else as given than their key. Where only single claims cannot be read, the error
    tells each of them, and holds the marks of the others.
    """
    key = read_worksheet(against, needs_claims=False) if against is not None else None
    text = _read(Path(path))
    try:
        worksheet = _worksheet(text) if key is None else _answers(text, key)
    except TomlError as error:
        raise WorksheetError(error.located(path, text), error.line_in(text)) from None
    try:
        return _marked(worksheet, worksheet.claims)
    except ClaimError:
        raise _unreadable(path, text, worksheet) from None


def _marked(worksheet: Worksheet, claims: Mapping[str, Any]) -> Marking:
    marking = mark(worksheet.sheet, claims, signs=worksheet.signs, digits=worksheet.digits)
    return replace(marking, notes=worksheet.notes)


def _unreadable(path: str | Path, text: str, worksheet: Worksheet) -> WorksheetError:
    """What there is to say of every claim that cannot be read, with the marks of the others.

    There are marks only where single numbers are all that cannot be read: under a name or in a shape that does not fit,
    nobody knows what was meant.
    """
    problems: list[ClaimError] = []
    read = read_claims(worksheet.sheet, worksheet.claims, worksheet.signs, problems)
    told = [
        TomlError("claims", one.key, one.reason, subject=one.label, index=Name.parse(one.label).index)
        for one in problems
    ]
    lines = tuple(one.located(path, text) for one in told)
    others = {claim.label: claim.written for claim in read}
    numbers_alone = all(one.label for one in problems)  # names and shapes are as they should be
    marking = None
    if others and numbers_alone:
        marking = _marked(worksheet, others)
    more = f"; {len(lines) - 1} more cannot be read" if len(lines) > 1 else ""
    return WorksheetError(lines[0] + more, told[0].line_in(text), lines, marking)


def read_worksheet(path: str | Path, *, needs_claims: bool = True) -> Worksheet:
    """Read a worksheet file without marking it; raises WorksheetError as `mark_file` does."""
    text = _read(Path(path))
    try:
        return _worksheet(text, needs_claims)
    except TomlError as error:
        raise WorksheetError(error.located(path, text), error.line_in(text)) from None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise WorksheetError(f"{visible(str(path))}: a worksheet is a page, not more than {LARGEST_FILE:,} bytes")
        return content.decode("utf-8-sig")  # some editors put a mark before the first character
    except OSError as error:
        raise WorksheetError(f"{visible(str(path))}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise WorksheetError(f"{visible(str(path))}:{line}: not UTF-8 text, so not TOML", line) from None


# From TOML to a sheet and claims ----------------------------------------------------------------------


def _worksheet(text: str, needs_claims: bool = True) -> Worksheet:
    content = parsed(text)
    network = sub_table(content, "network")
    claims = _claims(content, needs_claims)
    check_keys(network, _KEYS, "network")
    page = _of_the_page(content)
    sheet = _sheet(network)
    notes = () if "convention" in network else _left_open(sheet)
    return Worksheet(sheet, claims, page.get("signs", SIGNS[0]), page.get("digits"), network, notes)


def _left_open(sheet: Sheet) -> tuple[str, ...]:
    """A note where no shape tells in which convention the weights are written."""
    shapes = {name: quantity.shape for name, quantity in sheet.given.items() if name.startswith("W")}
    if any(rows != columns for rows, columns in shapes.values()) or all(rows == 1 for rows, _ in shapes.values()):
        return ()
    square = next(name for name, (rows, _) in shapes.items() if rows > 1)
    return (
        (
            f"{square} is square, so its shape does not tell how the weights are written. They are read as "
            f"{sheet.convention}: {square}[j,i] leads to neuron j from input i. If they are written the other way, "
            'put convention = "x@W" into [network].'
        ),
    )


def _answers(text: str, key: Worksheet) -> Worksheet:
    """The claims of a file of answers, on the sheet of their key.

    Where the file has givens of its own, they are worked out in place of the key's, to be compared with them.
    """
    content = parsed(text)
    claims = _claims(content, needed=True)
    network = sub_table(content, "network") if "network" in content else {}
    check_keys(network, _KEYS, "network")
    page = _of_the_page(content)
    if network:
        compare_givens(_sheet({**key.network, **network}), key.sheet)
    for name, given in (("signs", key.signs), ("digits", key.digits)):
        if page.get(name, given) != given:
            table = next(table for table, holds in _tables(content).items() if name in holds)
            raise differs(table, name, page[name], given)
    return Worksheet(key.sheet, claims, key.signs, key.digits, key.network)


def _claims(content: Mapping[str, Any], needed: bool) -> Mapping[str, Any]:
    check_keys(content, ("network", "claims", *_OF_THE_PAGE), "")
    claims = sub_table(content, "claims") if needed or "claims" in content else {}
    if needed and not claims:
        raise TomlError("claims", "claims", 'there is nothing to mark; write quantities such as z1 = ["0.13"]')
    return {key: written for key, written in claims.items() if key not in _OF_THE_PAGE}


def _tables(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tables that `signs` and `digits` may stand in, by name."""
    return {"network": content.get("network", {}), "": content, "claims": content.get("claims", {})}


def _of_the_page(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of `signs` and `digits`, in the first table that does."""
    found: dict[str, Any] = {}
    for name, table in _tables(content).items():
        for key in _OF_THE_PAGE:
            if key in table and key not in found:
                found[key] = table[key]
                if key == "signs" and found[key] not in SIGNS:
                    raise TomlError(name, key, one_of(found[key], SIGNS))
                if key == "digits" and (type(found[key]) is not int or not 1 <= found[key] <= MOST_DIGITS):
                    raise TomlError(name, key, f"write a whole number from 1 to {MOST_DIGITS}, not {shown(found[key])}")
    return found


def _sheet(network: Mapping[str, Any]) -> Sheet:
    for key in ("activation", "loss", "learning_rate", "x", "y", "layer"):
        if key not in network:
            raise TomlError("network", key, "is missing from [network]")
    x, y = (samples_in("network", key, network[key]) for key in ("x", "y"))
    model = _network(network, len(x[0]) if isinstance(x[0], list) else len(x))
    samples = len(x) if isinstance(x, list) and x and isinstance(x[0], list) else 1
    if samples * len(model.parameters()) > LARGEST_SHEET:
        raise TomlError("network", "x", f"{samples} samples of {len(model.parameters())} weights are no page")
    loss = network["loss"]
    if not isinstance(loss, str):
        raise TomlError("network", "loss", f'a loss is a name such as "squared_error", not {shown(loss)}')
    try:
        loss_named(loss)
    except ValueError as error:
        raise TomlError("network", "loss", str(error)) from None
    reduction = network.get("reduction")
    if reduction is not None and reduction not in REDUCTIONS:
        raise TomlError("network", "reduction", one_of(reduction, REDUCTIONS))
    rate = number_in("network", "learning_rate", network["learning_rate"])
    try:
        return work_through(model, x, y, loss=loss, learning_rate=rate, reduction=reduction)
    except (ValueError, TypeError) as error:
        raise TomlError("network", error.argument if isinstance(error, ArgumentError) else "x", str(error)) from None


def _network(network: Mapping[str, Any], inputs: int) -> MLP:
    layers = network["layer"]
    if not isinstance(layers, list) or not layers or not all(isinstance(layer, dict) for layer in layers):
        raise TomlError("network", "layer", "write each layer as a table: [[network.layer]]")
    weights, biases = [], []
    for k, layer in enumerate(layers, start=1):
        table = f"network.layer {k}"
        check_keys(layer, ("W", "b"), table)
        if "W" not in layer:
            raise TomlError(table, "W", f"is missing from layer {k}")
        weights.append(matrix_in(table, layer["W"]))
        biases.append(vector_in(table, "b", layer["b"]) if "b" in layer else None)
    count = sum(len(row) for matrix in weights for row in matrix)
    if count > MOST_WEIGHTS:
        raise TomlError("network", "layer", f"{count} weights are more than any page holds")
    convention = network.get("convention") or _convention_that_fits(weights, inputs)
    if convention not in CONVENTIONS:
        raise TomlError("network", "convention", one_of(convention, CONVENTIONS))
    activation = _activations(network["activation"], len(layers))
    try:
        return MLP.from_weights(weights, biases, activation=activation, convention=convention)
    except ArgumentError as error:
        table = "network" if error.layer is None else f"network.layer {error.layer}"
        raise TomlError(table, error.argument, str(error)) from None


def _convention_that_fits(weights: list[list[list[float]]], inputs: int) -> str:
    """The convention in which the matrices follow each other; the first where both do, or neither."""
    shapes = [(len(matrix), len(matrix[0])) for matrix in weights]
    for convention in CONVENTIONS:
        ways = shapes if convention == "W@x" else [(columns, rows) for rows, columns in shapes]
        below = [inputs, *(neurons for neurons, _ in ways[:-1])]
        if all(taken == there for (_, taken), there in zip(ways, below, strict=True)):
            return convention
    return CONVENTIONS[0]


def _activations(activation: Any, layers: int) -> list[Any]:
    names = activation if isinstance(activation, list) else [activation] * layers
    if len(names) != layers:
        raise TomlError("network", "activation", f"one per layer is needed: got {len(names)} for {layers} layers")
    for name in names:
        if not isinstance(name, str):
            raise TomlError("network", "activation", f'an activation is a name such as "sigmoid", not {shown(name)}')
        try:
            layer_function(name) or activation_function(name)
        except ValueError as error:
            raise TomlError("network", "activation", str(error)) from None
    return names
