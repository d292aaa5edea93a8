"""Note B: one training step of a 3-3-1 network, worked by hand and rebuilt here number by number.

The network and the note's own numbers are data, in `worked_example.toml` beside this module, in the format of
every worksheet. Which of them do not follow is found by marking them, and is written down nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from importlib import resources
from operator import attrgetter
from typing import Any

from tinygrad_notes.names import textbook
from tinygrad_notes.nn import MLP
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.value import Value
from tinygrad_notes.worked import Sheet
from tinygrad_notes.worked.formulas import formula, number, with_numbers
from tinygrad_notes.worked.marked_pages import verdict_blocks, verdict_cell
from tinygrad_notes.worked.marking import mark
from tinygrad_notes.worked.marks import Mark, Marking
from tinygrad_notes.worked.pages import Column, sheet_report
from tinygrad_notes.worked.report import Heading, Paragraph, Report, cell
from tinygrad_notes.worked.verdicts import BLANK
from tinygrad_notes.worked.worksheet_file import read_worksheet


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """Every number of the step, and what came of the note's own."""

    sheet: Sheet
    marking: Marking

    @property
    def network(self) -> MLP:
        """The network that the sheet was worked from."""
        layers, given = range(1, self.sheet.layers + 1), self.sheet.given
        weights, biases = ([given[f"{name}{k}"].nested(attrgetter("data")) for k in layers] for name in "Wb")
        return MLP.from_weights(weights, biases, activation=self.sheet.activations, convention=self.sheet.convention)

    @property
    def wrong(self) -> list[Mark]:
        """The note's numbers that do not agree with what its inputs give, in the order of work."""
        return [found for found in self.marking if found.verdict != BLANK and not agrees(found.exact, found.claimed)]


def agrees(exact: float, claimed: str) -> bool:
    """Whether rounding `exact` to as many decimals as were written can give `claimed`.

    Example:
        >>> agrees(0.24582, "0.246"), agrees(0.24960, "0.248"), agrees(0.5, "1"), agrees(-0.2464, "-0.246")
        (True, False, True, True)
    """
    written = Decimal(claimed)
    unit = Decimal(1).scaleb(int(written.as_tuple().exponent))
    return abs(Decimal(exact) - written) <= unit / 2


def worked_example() -> WorkedExample:
    """The note's example, worked through and marked.

    Example:
        >>> example = worked_example()
        >>> example.sheet["z1[0]"].data, example.marking["z1[0]"].claimed, example.marking["z1[0]"].verdict
        (0.08000000000000002, '0.13', 'slip')
    """
    with resources.as_file(resources.files(__package__).joinpath("worked_example.toml")) as path:
        worksheet = read_worksheet(path)
    return WorkedExample(worksheet.sheet, mark(worksheet.sheet, worksheet.claims))


def report(digits: int = 8) -> Report:
    """Every number of the step beside the note's, and at the end those of the note that do not follow."""
    example = worked_example()
    wrong = {found.quantity for found in example.wrong}
    note = {found.quantity: cell(found.claimed) for found in example.marking}
    agreement = {label: cell("no") if label in wrong else cell("yes") for label in note}
    verdicts = {found.quantity: verdict_cell(found) for found in example.marking}
    columns = [Column("note", note, numeric=True), Column("agrees", agreement), Column("verdict", verdicts)]
    page = sheet_report(example.sheet, digits, columns)
    page.blocks.insert(0, Heading("Note B: a 3-3-1 network, one training step, number by number"))
    page.blocks += [*verdict_blocks(example.marking, digits), *_in_words(example.sheet, digits)]
    names = ", ".join(textbook(found.quantity) for found in example.wrong)
    page.blocks.append(
        Paragraph(
            f"{len(wrong)} of the note's {len(example.marking)} numbers do not follow from its own inputs, to the "
            f"digits that it gave: {names}."
        )
    )
    return page


def _in_words(sheet: Sheet, digits: int) -> list[Heading | Paragraph]:
    """What the note says of its numbers in words, judged by the right ones."""
    weights, deltas = sheet.quantities["dC/dW2"].elements, sheet.quantities["delta1"].elements
    steepest, busiest = (max(values, key=lambda value: abs(value.data)) for values in (weights, deltas))
    return [
        Heading("What the note says in words"),
        _judged("the second output weight has the largest gradient", steepest, weights[1], digits),
        _judged("the second hidden neuron had the largest part in the error", busiest, deltas[1], digits),
    ]


def _judged(saying: str, largest: Value, meant: Value, digits: int) -> Paragraph:
    agreed = largest is meant
    found = f"{textbook(largest.label)} = {number(largest.data, digits)} is the largest in size"
    return Paragraph(f"{saying.capitalize()}: {'yes' if agreed else 'no'}, {found}.", "right" if agreed else "wrong")


def pictures() -> dict[str, Callable[[], str]]:
    """By file name, what draws the graph of the loss, and the network with every δ and gradient on it, as SVG."""
    example = worked_example()
    return {"computation-graph.svg": partial(_graph, example), "network.svg": partial(_network, example)}


def _graph(example: WorkedExample) -> str:
    from tinygrad_notes.draw import draw

    x, y = ([Value(value.data, value.label) for value in example.sheet.given[name].elements] for name in "xy")
    loss = example.sheet.loss(example.network(x), y)
    loss.label = "C"
    loss.backward()
    return draw(loss).svg


def _network(example: WorkedExample) -> str:
    from tinygrad_notes.draw import draw_network

    return draw_network(example.network, example.sheet).svg


def data() -> dict[str, Any]:
    """The same page as plain data, for `--json`."""
    example = worked_example()
    marks = {found.quantity: found for found in example.marking}
    wrong = [found.quantity for found in example.wrong]
    numbers = []
    for label, value in example.sheet.values.items():
        row = {
            "quantity": label,
            "formula": text(formula(value)),
            "numbers": text(with_numbers(value)),
            "exact": value.data,
        }
        if label in marks:
            row |= marks[label].as_json() | {"agrees": label not in wrong}
        numbers.append(row)
    return {"note": "B", "numbers": numbers, "do_not_follow": wrong}
