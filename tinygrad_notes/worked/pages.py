"""A sheet on the page: every number with its formula, in the order in which a person would work.

A loss is shown by the term that one output adds, and its derivative, in the letters a and y.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tinygrad_notes.collector import collector_paused
from tinygrad_notes.names import Name, textbook
from tinygrad_notes.nn.losses import Loss
from tinygrad_notes.number_systems.symbols import Application, Expression, Symbol, text
from tinygrad_notes.value import Value
from tinygrad_notes.worked.formulas import formula, in_letters, number, with_numbers
from tinygrad_notes.worked.report import Block, Cell, Heading, Paragraph, Report, Table, cell
from tinygrad_notes.worked.slopes import derivative, fresh, over

if TYPE_CHECKING:
    from tinygrad_notes.worked.sheet import NumbersOnPaper, Quantity, Sheet


_SAMPLES = ((0.25, 0.75), (0.75, 0.25), (9.0, 0.0), (-9.0, 1.0))  # on either side of where a loss may branch


@dataclass(frozen=True, slots=True)
class WrittenLoss:
    """One term of a loss, and the derivative of the whole loss by the output in that term."""

    term: Expression
    slope: Expression


def loss_of(sheet: Sheet) -> WrittenLoss | None:
    """How the loss of a sheet is written down, with what the sheet averages over."""
    return written_loss(sheet.loss, sheet.averaged_over)


def written_loss(loss: Loss, averaged_over: int = 1, output: str = "a") -> WrittenLoss | None:
    """How a loss is written down, its terms being `averaged_over` so many; None where no one formula holds everywhere.

    Example:
        >>> from tinygrad_notes.nn.losses import binary_cross_entropy
        >>> written = written_loss(binary_cross_entropy, averaged_over=3)
        >>> text(written.term), text(written.slope)
        ('-(y · ln(a) + (1 - y) · ln(1 - a))', '((1 - y) / (1 - a) - y / a) / 3')
    """
    ways = [_at(loss, Value(a, output), Value(y, "y"), averaged_over) for a, y in _SAMPLES]
    return ways[0] if len({(text(way.term), text(way.slope)) for way in ways}) == 1 else None


def _at(loss: Loss, a: Value, y: Value, averaged_over: int) -> WrittenLoss:
    term = loss.term(a, y)
    return WrittenLoss(formula(term), formula(fresh(over(derivative(term, a), averaged_over))))


@dataclass(frozen=True, slots=True)
class Column:
    """A further column of a sheet: what stands beside some of its numbers, by their label."""

    header: str
    cells: Mapping[str, Cell]
    numeric: bool = False


HEADER = ("number", "formula, then its numbers", "result")


@collector_paused()  # it would walk all formulas again and again: a third of the time
def sheet_report(
    sheet: Sheet, digits: int = 6, columns: Sequence[Column] = (), *, exact_givens: bool = False
) -> Report:
    """Every number of `sheet`: its formula in letters, with numbers put in, its value, and what `columns` add.

    Numbers are shown to so many significant digits; what the work starts from in full, if so wanted. The report can
    be printed in a terminal or turned into Markdown, LaTeX or HTML.

    Example:
        >>> from tinygrad_notes.nn import MLP
        >>> from tinygrad_notes.worked import work_through
        >>> network = MLP.from_weights([[[0.2, -0.3]]], [[0.05]], activation="sigmoid")
        >>> page = sheet_report(work_through(network, [1.0, 0.5], [1.0]), digits=4).markdown()
        >>> print(page[page.index("| `z1[0]`"):].splitlines()[0])
        | `z1[0]` | `W1[0,0] · x[0] + W1[0,1] · x[1] + b1[0]`<br>`= 0.2 · 1 + (-0.3) · 0.5 + 0.05` | 0.1 |
    """
    report = Report([*given_blocks(sheet, None if exact_givens else digits)])
    for section, quantities in groupby(sheet.quantities.values(), key=section_of):
        group = list(quantities)
        report.blocks.append(Heading(section_title(*section)))
        report.blocks += _in_matrices(sheet, group)
        rows = [
            row_of(value, digits, columns, exact_givens=exact_givens)
            for quantity in group
            for value in quantity.elements
        ]
        header = [*HEADER, *(column.header for column in columns)]
        numeric = [2, *(3 + i for i, column in enumerate(columns) if column.numeric)]
        report.blocks.append(Table(header, rows, numeric))
    return report


def part_report(sheet: NumbersOnPaper, names: Sequence[str], digits: int = 6) -> Report:
    """The numbers of the quantities with these names, as one table."""
    for name in names:
        if name not in sheet.quantities:
            raise KeyError(f"this sheet works out no {name!r}; it has {', '.join(sheet.quantities)}")
    rows = [row_of(value, digits) for name in names for value in sheet.quantities[name].elements]
    return Report([Table(HEADER, rows, numeric=(2,))])


_TITLES = {
    "forward": "Forward pass, layer {}",
    "loss": "Loss",
    "backward": "Backward pass, layer {}",
    "update": "Update, layer {}",
}


def _in_matrices(sheet: Sheet, quantities: Sequence[Quantity]) -> Iterator[Paragraph]:
    """What a group of quantities is, written for whole arrays at once, as the sheet's convention writes it."""
    forms = {quantity.name: form for quantity in quantities if (form := matrix_form(sheet, quantity))}
    if forms:
        yield Paragraph(f"In matrices: {'; '.join(f'{textbook(name)} = {form}' for name, form in forms.items())}.")


def matrix_form(sheet: Sheet, quantity: Quantity) -> str:
    """What a quantity is, written for the whole array: "W1 x + b1"; empty where no such formula is usual."""
    forms = _COLUMNS if sheet.convention == "W@x" else _ROWS
    kind, k = str(Name.parse(quantity.name).in_layer(None)), quantity.layer
    if kind not in forms or (kind == "delta" and f"slope{k}" not in sheet.quantities):
        return ""
    below = f"a{k - 1}" if k > 1 else "x"
    bias = f" + b{k}" if sheet.given.get(f"b{k}") else ""
    over_samples = "" if sheet.samples is None else "Σ over samples of "
    return forms[kind].format(k=k, above=k + 1, below=below, bias=bias, samples=over_samples)


_COLUMNS = {
    "z": "W{k} {below}{bias}",
    "delta": "∂C/∂a{k} ⊙ σ'(z{k})",
    "back": "W{above}ᵀ δ{above}",
    "dC/dW": "{samples}δ{k} {below}ᵀ",
    "dC/db": "{samples}δ{k}",
    "W_new": "W{k} - η ∂C/∂W{k}",
    "b_new": "b{k} - η ∂C/∂b{k}",
}
_ROWS = _COLUMNS | {"z": "{below} W{k}{bias}", "back": "δ{above} W{above}ᵀ", "dC/dW": "{samples}{below}ᵀ δ{k}"}


def section_of(quantity: Quantity) -> tuple[str, int]:
    """The part of the page that a quantity stands in."""
    return quantity.phase, quantity.layer


def section_title(phase: str, layer: int) -> str:
    return _TITLES[phase].format(layer)


def row_of(value: Value, digits: int = 6, columns: Sequence[Column] = (), *, exact_givens: bool = False) -> list[Cell]:
    """A labeled number's row: its name, its formula in letters and in numbers, its value, and the columns' cells."""
    letters = in_letters(value)
    beside = [column.cells.get(value.label, cell("")) for column in columns]
    return [
        cell(Symbol(textbook(value.label))),
        cell(letters) if _is_a_name(letters) else cell(letters, with_numbers(value, digits, exact_givens=exact_givens)),
        cell(number(value.data, digits)),
        *beside,
    ]


def _is_a_name(letters: Expression) -> bool:
    """Whether a formula only says that one number is another, as ∂C/∂b = δ does."""
    while isinstance(letters, Application) and len(letters.operands) == 1 and letters.name in ("identity", "sum"):
        letters = letters.operands[0]
    return isinstance(letters, Symbol)


def given_blocks(sheet: Sheet, digits: int | None = None) -> Iterator[Block]:
    """What the work starts from: loss, learning rate, activations, convention, x, y and the weights.

    In full, so that who works it starts from the same numbers as the sheet, or to so many significant digits.
    """
    yield Heading("Given")
    yield Paragraph(settings_of(sheet, digits))
    yield Paragraph(convention_of(sheet))
    rows = [[cell(Symbol(name)), cell(nested(quantity.nested(), digits))] for name, quantity in sheet.given.items()]
    yield Table(["name", "numbers"], rows)


def settings_of(sheet: Sheet, digits: int | None = None) -> str:
    """The loss, the learning rate and the activations, in a sentence."""
    return (
        f"Loss {_loss(sheet)}; learning rate η = {number(sheet.learning_rate.data, digits)}; "
        f"activations {', '.join(str(activation) for activation in sheet.activations)}."
    )


def _loss(sheet: Sheet) -> str:
    """The loss as a formula, and how its terms are put together; by its name where no one formula holds everywhere."""
    written = written_loss(sheet.loss, output=f"a{sheet.layers}")
    if written is None:
        return sheet.loss.name
    samples, outputs = sheet.counts
    ways = [
        ("averaged" if sheet.loss.averages_outputs else "summed", f"the {outputs} outputs", outputs),
        ("averaged" if sheet.reduction == "mean" else "summed", f"the {samples} samples", samples),
    ]
    over = [f"{how} over {what}" for how, what, count in ways if count > 1]
    return ", ".join([f"C = {text(written.term)}", " and ".join(over)]).removesuffix(", ")


def convention_of(sheet: Sheet) -> str:
    """How the weights are written, in a sentence with an example."""
    here, there = ("W@x", "x@W") if sheet.convention == "W@x" else ("x@W", "W@x")
    line = "row" if here == "W@x" else "column"
    labels = [value.label for quantity in sheet.given.values() for value in quantity.elements]
    telling = [label for label in labels if sheet.in_other_convention(label) != label]
    other = f" In the form {there}, {telling[0]} is called {sheet.in_other_convention(telling[0])}." if telling else ""
    return f"Weights are written {here}: {line} j of W1 holds the weights of neuron j.{other}"


def nested(numbers: Any, digits: int | None) -> str:
    """The numbers of a quantity in brackets, as deep as its array is."""
    if isinstance(numbers, list):
        return f"[{', '.join(nested(part, digits) for part in numbers)}]"
    return number(numbers.data, digits)
