"""Note B: one training step of a 3-3-1 network, worked by hand and rebuilt here number by number.

The network and the note's own numbers are data, in `worked_example.toml` beside this module, in the format of
every worksheet.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from tinygrad_notes.nn import MLP
from tinygrad_notes.nn.losses import squared_error
from tinygrad_notes.number_systems.symbols import text
from tinygrad_notes.value import Value
from tinygrad_notes.worked import Sheet, work_through
from tinygrad_notes.worked.formulas import formula, with_numbers
from tinygrad_notes.worked.pages import Column, sheet_report
from tinygrad_notes.worked.report import Heading, Paragraph, Report, cell
from tinygrad_notes.worked.sheet import element_label


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """The network, every number of the step, and what the note claims for some of them, by label."""

    network: MLP
    x: list[float]
    y: list[float]
    sheet: Sheet
    claims: dict[str, str]

    def agrees(self, label: str) -> bool:
        """Whether the note's number is the right one, to the digits that the note gave."""
        return agrees(self.sheet.values[label].data, self.claims[label])

    @property
    def wrong(self) -> list[str]:
        """The labels of the note's numbers that do not follow from its inputs, in the order of work."""
        return [label for label in self.sheet.values if label in self.claims and not self.agrees(label)]


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
    """The note's example, worked through.

    Example:
        >>> example = worked_example()
        >>> example.sheet["z1[0]"].data, example.claims["z1[0]"]
        (0.08000000000000002, '0.13')
    """
    page = tomllib.loads(resources.files(__package__).joinpath("worked_example.toml").read_text(encoding="utf-8"))
    given = page["network"]
    network = MLP.from_weights(
        [layer["W"] for layer in given["layer"]],
        [layer["b"] for layer in given["layer"]],
        activation=given["activation"],
        convention=given["convention"],
    )
    sheet = work_through(network, given["x"], given["y"], loss=given["loss"], learning_rate=given["learning_rate"])
    claims = {
        label: claim
        for name, claimed in page["claims"].items()
        for label, claim in zip(_labels(sheet, name), _flat(claimed), strict=True)
    }
    return WorkedExample(network, given["x"], given["y"], sheet, claims)


def _labels(sheet: Sheet, name: str) -> list[str]:
    return [element_label(name, index) for index in sheet.quantities[name].indices()]


def _flat(nested: Any) -> list[str]:
    return [claim for part in nested for claim in _flat(part)] if isinstance(nested, list) else [nested]


def report(digits: int = 8) -> Report:
    """Every number of the step beside the note's, and at the end those of the note that do not follow."""
    example = worked_example()
    note = {label: cell(claim) for label, claim in example.claims.items()}
    verdicts = {
        label: cell("yes", tone="right") if example.agrees(label) else cell("NO", tone="wrong")
        for label in example.claims
    }
    columns = [Column("note", note, numeric=True), Column("agrees", verdicts)]
    page = sheet_report(example.sheet, digits, columns)
    page.blocks.insert(0, Heading("Note B: a 3-3-1 network, one training step, number by number"))
    page.blocks += [Heading("What does not follow"), *_summary(example)]
    return page


def _summary(example: WorkedExample) -> list[Paragraph]:
    wrong, claimed = example.wrong, len(example.claims)
    lines = [
        Paragraph(
            f"The note gives {claimed} numbers. {claimed - len(wrong)} of them agree with the engine to the digits "
            f"given; {len(wrong)} do not follow from the note's own inputs:"
        )
    ]
    for label in wrong:
        exact = example.sheet.values[label].data
        lines.append(
            Paragraph(f"  {label}: the note has {example.claims[label]}, its inputs give {exact:.8g}", "wrong")
        )
    return lines


def pictures() -> dict[str, str]:
    """The computation graph of the loss, as SVG by file name."""
    from tinygrad_notes.draw import draw

    example = worked_example()
    loss = squared_error(example.network(example.x), Value(example.y[0], "y[0]"))
    loss.label = "C"
    loss.backward()
    return {
        "computation-graph.svg": draw(loss).svg,
    }


def data() -> dict[str, Any]:
    """The same page as plain data, for `--json`."""
    example = worked_example()
    numbers = []
    for label, value in example.sheet.values.items():
        row = {
            "quantity": label,
            "formula": text(formula(value)),
            "numbers": text(with_numbers(value)),
            "exact": value.data,
        }
        if label in example.claims:
            row |= {"claimed": example.claims[label], "agrees": example.agrees(label)}
        numbers.append(row)
    return {"note": "B", "numbers": numbers, "do_not_follow": example.wrong}
