"""Templates: the page that all exercises of a set share, to be filled with each student's numbers.

A template is text, as its author wrote it: a worksheet file (TOML), or calculation lines. What differs from student to
student is given by name: x, y, W1, b1, … of a network, the names of a calculation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tinygrad_notes.worked.formulas import number
from tinygrad_notes.worked.sheet import NumbersOnPaper
from tinygrad_notes.worked.toml_text import parsed, sub_table
from tinygrad_notes.worked.worksheet_network import sheet_of_network

NETWORK, CALCULATION = KINDS = ("network", "calculation")
_LAYERED = re.compile(r"([Wb])([1-9]\d{0,3})")

Given = Mapping[str, Any]
"""Numbers by the name of what is given: a float, or nested lists."""


@dataclass(frozen=True, slots=True)
class Template:
    """A page to be filled with numbers.

    Attributes:
        kind: "network" for a worksheet file, "calculation" for calculation lines.
        text: the page.
    """

    kind: str
    text: str

    def sheet(self, given: Given) -> NumbersOnPaper:
        """The page worked out with these numbers.

        Raises TomlError or CalculationError, which says where, for a page or numbers that cannot be worked.
        """
        if self.kind == NETWORK:
            return sheet_of_network(network_of(self.text, given))
        from tinygrad_notes.worked.calculation import read_calculation  # loads NumPy and the parser

        return read_calculation(self.page(given)).sheet()

    @property
    def signs(self) -> str:
        """How a network's page writes the error: "output-target" or "target-output"."""
        if self.kind != NETWORK:
            return "output-target"
        content = parsed(self.text)
        return str(content["network"].get("signs", content.get("signs", "output-target")))

    def page(self, given: Given) -> str:
        """A calculation's text with its givens replaced."""
        rows = self.text.splitlines()
        for name, first, last, remark in reversed(list(given_lines(self.text))):
            if name in given:
                rows[first:last] = [f"{name} = {written(given[name])}{remark}"]
        return "\n".join(rows) + "\n"


def given_lines(text: str) -> Iterator[tuple[str, int, int, str]]:
    """The lines of a calculation that give numbers or ranges to a name for the first time.

    Each with its name, the rows from and to (as slices count), and the remark behind it.
    """
    from tinygrad_notes.worked.calculation.lines import lines_of

    seen: set[str] = set()
    for line in lines_of(text):
        name = line.parts[0].text
        gives = (
            len(line.parts) == 2 and line.operation == "=" and not re.search(r"[^\W\d_]", _plain(line.parts[1].text))
        )
        if gives and name not in seen:
            first = line.number - 1
            remark = f"  # {line.remark}" if line.remark else ""
            yield name, first, first + line.text.count("\n") + 1, remark
        seen.add(name)


def _plain(text: str) -> str:
    """Without the words that may stand in numbers and ranges."""
    return re.sub(r"\bstep\b|(?<=\d)e(?=[-+\d])", "", text)


def written(numbers: Any) -> str:
    """Numbers as both TOML and calculation lines read them: each in full, arrays in brackets."""
    return f"[{', '.join(map(written, numbers))}]" if isinstance(numbers, list) else number(numbers, None)


def network_of(text: str, given: Given) -> dict[str, Any]:
    """The table [network] of a worksheet's text, with these numbers in it."""
    table = dict(sub_table(parsed(text), "network"))
    layers: dict[int, dict[str, Any]] = {}
    for name, numbers in given.items():
        if found := _LAYERED.fullmatch(name):
            layers.setdefault(int(found[2]), {})[found[1]] = numbers
        else:
            table[name] = numbers
    return table | {"layer": [layers[k] for k in sorted(layers)]}
