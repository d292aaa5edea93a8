"""Calculation lines made from a note: what each is about, and how it is written out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import (
    CONSTANTS,
    Apply,
    Name,
    Number,
    Tree,
    has_names,
    is_constant,
    is_literal,
    literal_numbers,
    names,
    parts,
    renamed,
)
from tinygrad_notes.reading.writing import Shape, Written, with_inner_products, written

DERIVATIVE = re.compile(r"d(\w+)/d(\w+)")


def is_derivative(tree: Tree) -> bool:
    return isinstance(tree, Name) and DERIVATIVE.fullmatch(tree.name) is not None


def is_chain_rule(target: Tree, formula: Tree) -> bool:
    """Whether a formula is the derivative that it is for, written link by link: ∂L/∂z · ∂z/∂w for ∂L/∂w.

    Between numbers that is a product. Between arrays it is a scheme, which leaves the order of the factors open.
    """
    links = [DERIVATIVE.fullmatch(name) for name in names(formula)]
    whole = DERIVATIVE.fullmatch(target.name) if isinstance(target, Name) else None
    only_products = all(map(_is_product, parts(formula)))
    if whole is None or len(links) < 2 or not only_products:
        return False
    ends = [(found[1], found[2]) for found in links if found]
    return len(ends) == len(links) and all(
        any(one[0] == other[1] for other in ends) for one in ends if one[0] != whole[1]
    )


def _is_product(part: Tree) -> bool:
    return isinstance(part, Name) or (isinstance(part, Apply) and part.function in ("*", "@", "⊙"))


@dataclass
class Line:
    """One calculation line, and the chains that it was made from.

    Attributes:
        target: the quantity: a name, or an expression of names.
        formula: what the note sets equal to it; None for a bare claim.
        claim: the number or numbers claimed; None for none.
        chains: from which it was made, in the order of the note.
        alias: whether it only gives a gradient a second name.
        other: the reading of the formula that was not taken, where a division has two.
        turned: whether the other reading was taken because of the number claimed.
        of_squares: whether the two readings are those of `*` between square matrices.
        place: how many lines of the note stand before it.
        assumed: whether the number given here may be wrong: the note has a formula for it that could not be worked
            out, or another number before.
        further: the formulas that follow the first one in its chain.
        again: whether it only has another formula for a gradient, whose number and first formula stand in another line.
    """

    target: Tree
    formula: Tree | None = None
    claim: Tree | None = None
    chains: list[Chain] = field(default_factory=list)
    alias: bool = False
    other: Tree | None = None
    turned: bool = False
    of_squares: bool = False
    place: int = -1
    assumed: bool = False
    further: tuple[Tree, ...] = ()
    again: bool = False

    def turn(self) -> None:
        """Take the other reading of the formula."""
        self.formula, self.other, self.turned = self.other, self.formula, not self.turned

    @property
    def is_given(self) -> bool:
        return self.formula is not None and is_literal(self.formula)

    @property
    def gives_fractions(self) -> bool:
        """Whether a number is given with fractions, as in w = 1/2."""
        return self.formula is not None and is_constant(self.formula) and not is_literal(self.formula)

    @property
    def is_of_numbers(self) -> bool:
        """Whether it is worked from numbers alone, which do not say what the target depends on."""
        return self.formula is not None and not has_names(self.formula) and not is_constant(self.formula)

    @property
    def derivative(self) -> tuple[str, str] | None:
        """The function and the variable, if the target is a derivative."""
        found = DERIVATIVE.fullmatch(self.target.name) if isinstance(self.target, Name) else None
        return (found[1], found[2]) if found else None

    @property
    def names_a_result(self) -> bool:
        """Whether a bare claim of it can be checked: a derivative or an expression has a value of its own."""
        return self.derivative is not None or not isinstance(self.target, (Name, Number))

    @property
    def claims_one_number(self) -> bool:
        return self.claim is not None and not written(self.claim).shape

    def numbers(self) -> list[tuple[Number, int]]:
        """The numbers that the page claims or gives for the target, each with its sign."""
        literal = self.claim if self.claim is not None else self.formula if self.is_given else None
        return [] if literal is None else literal_numbers(literal)

    def needs(self) -> set[str]:
        """The names that must come before this line; for a derivative, the function and the variable."""
        used = set(names(self.formula)) if self.formula is not None else set()
        if self.derivative or not isinstance(self.target, Name):
            used |= set(names(self.target))
        derivatives = {name: DERIVATIVE.fullmatch(name) for name in used}
        inner = {part for found in derivatives.values() if found for part in found.groups()}
        return {name for name, found in derivatives.items() if not found} - set(CONSTANTS) | inner

    def derivatives(self) -> set[str]:
        """The derivatives that the line is about or uses."""
        trees = [self.target] if self.formula is None else [self.target, self.formula]
        return {name for tree in trees for name in names(tree) if DERIVATIVE.fullmatch(name)}

    def take_numbers_for_formula(self) -> None:
        """Take the numbers that were put in, where the note never says for what they stand."""
        members = self.chains[0].members[1:] if self.chains else ()
        worked = [member.tree for member in members if not member.is_literal]
        if self.formula is None and not self.derivative and worked and None not in worked:
            self.formula = worked[0]

    def as_given(self) -> Line | None:
        """The line with the number that the note has for its name in the place of a formula; None without one."""
        if not isinstance(self.target, Name) or self.derivative or not self.numbers():
            return None
        return Line(self.target, self.claim if self.claim is not None else self.formula, assumed=True)


@dataclass
class Naming:
    """The lines of a page, and the chains that none was made from.

    Attributes:
        lines: in an order in which each uses names of those above it only.
        unnamed: the chains that say nothing of a name that can be worked out.
    """

    lines: list[Line] = field(default_factory=list)
    unnamed: list[Chain] = field(default_factory=list)

    def texts(self) -> list[str]:
        """The calculation lines as text, one for each."""
        shapes: dict[str, Shape] = {}
        return [_text(line, shapes) for line in self.lines]


def read_squares_otherwise(lines: Sequence[Line]) -> None:
    """Note down for each `*` between square matrices of one size that it may go element by element."""
    shapes: dict[str, Shape] = {}
    trees = [tree for line in lines for tree in (line.formula, line.claim) if isinstance(tree, Apply)]
    if not any(tree.function == "list" and len(written(tree).shape) == 2 for tree in trees):
        return  # no matrix

    def by_element(part: Tree) -> Tree | None:
        if not isinstance(part, Apply) or part.function != "*" or len(part.operands) != 2:
            return None
        left, right = (written(operand, shapes).shape for operand in part.operands)
        return Apply("⊙", part.operands) if len(left) == 2 and left == right and left[0] == left[1] > 1 else None

    for line in lines:
        if line.formula is not None and line.other is None and not line.is_given:
            other = renamed(line.formula, by_element)
            line.other, line.of_squares = (other, True) if other != line.formula else (None, False)
        _text(line, shapes)


def _text(line: Line, shapes: dict[str, Shape]) -> str:
    """The line as text; notes down the shape of what it is about."""
    claim = "" if line.claim is None else f"   # {written(line.claim).text}"
    target = written(line.target, shapes)
    formula = None if line.formula is None else written(line.formula, shapes)
    if line.formula is not None and formula is not None and len(formula.shape) == 1 and line.claims_one_number:
        formula = written(with_inner_products(line.formula, shapes), shapes)
    if isinstance(line.target, Name):
        shapes[line.target.name] = _shape(line, formula, shapes)
    return f"{target.text}{claim}" if formula is None else f"{target.text} = {formula.text}{claim}"


def _shape(line: Line, formula: Written | None, shapes: Mapping[str, Shape]) -> Shape:
    if line.derivative:
        what, by = line.derivative
        outer = shapes.get(what, ())
        return (() if all(length == 1 for length in outer) else outer) + shapes.get(by, ())
    if formula is not None and (formula.shape or line.claim is None):
        return formula.shape
    return () if line.claim is None else written(line.claim).shape
