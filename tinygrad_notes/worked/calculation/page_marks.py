"""Marks of a calculation's page: those of its claims, with their lines, and those of its formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinygrad_notes.worked.calculation.entries import NOTHING
from tinygrad_notes.worked.calculation.judging import COINCIDENCE, HOLDS_HERE, IS_RIGHT, UNKNOWN
from tinygrad_notes.worked.marks import Mark


@dataclass(frozen=True, slots=True)
class PageMark(Mark):
    """A mark, and where on the page its claim stands.

    Attributes:
        line: the line's number, from 1.
        name: what was claimed, as the page calls it; `quantity` tells the versions of a name apart.
        member: the member of the line's chain that makes the claim, where it is numbers put in.
        formula: whether the line's formula is right; None where there is nothing to compare it with.
    """

    line: int = 0
    name: str = ""
    member: str = ""
    formula: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The mark as plain data."""
        plain = {"line": self.line} | Mark.as_json(self) | {"quantity": self.name, "formula": self.formula}
        return plain | ({"member": self.member} if self.member else {})


@dataclass(frozen=True, slots=True)
class FormulaMark:
    """The verdict on one formula of the page.

    Attributes:
        quantity: what the formula is for, as the page calls it.
        line: the line's number, from 1.
        written: the formula, as it stands.
        outcome: one of the outcomes in `judging`.
        against: what it is compared with: the "derivative", the "key", its "chain", or "nothing".
        claimed: whether the line claims a number too.
        mistakes: what is wrong in it, the likeliest first.
    """

    quantity: str
    line: int
    written: str
    outcome: str
    against: str
    claimed: bool
    mistakes: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool | None:
        """True, False, or None where it cannot be said."""
        return IS_RIGHT[self.outcome]

    @property
    def remark(self) -> str:
        """A remark on a formula that does not hold everywhere, or cannot be judged."""
        if self.outcome == HOLDS_HERE:
            special = "a 0, a count, a target, a symmetric matrix, or the side taken of a branch such as relu"
            return f"right on this page, but may be wrong on others. Something special makes it right here: {special}"
        if self.outcome == COINCIDENCE:
            return "is right here only by chance; with other numbers it is wrong"
        if self.outcome == UNKNOWN and self.against != NOTHING:
            return "not judged: it comes to inf or nan here, or the right number does"
        if self.against == NOTHING and self.quantity.endswith("'"):
            return "a name of its own, and no derivative is judged: write one as dy/dx = …"
        if self.against == NOTHING:
            return "not judged: this page does not compute the one from the other"
        return ""

    def as_json(self) -> dict[str, Any]:
        """The formula's mark as plain data, in the form of a claim's."""
        return {
            "line": self.line, "quantity": self.quantity, "claimed": None, "exact": None, "from_above": None,
            "verdict": None, "mistakes": list(self.mistakes), "put_right": [], "formula": self.is_right,
            "written": self.written,
        } | ({"remark": self.remark} if self.remark else {})  # fmt: skip
