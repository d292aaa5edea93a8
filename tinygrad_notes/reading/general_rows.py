"""Formulas without numbers as rows of one page: each has a target and its formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import (
    CONSTANTS,
    Apply,
    Name,
    Number,
    Tree,
    has_names,
    leaves,
    names,
    parts,
    renamed,
)
from tinygrad_notes.reading.letters import Letters
from tinygrad_notes.reading.named_lines import DERIVATIVE, Line, is_derivative
from tinygrad_notes.reading.notation import FUNCTIONS
from tinygrad_notes.reading.tokens import plain_name

_LARGEST_FACTOR = 10  # a larger number, or one with decimals, is put in for a quantity


@dataclass(eq=False)
class Row:
    """One line of the page at random numbers.

    Attributes:
        target: a name, or an expression with which the formulas are compared.
        formulas: what the note sets equal to the target.
        chain: where the note says so; None for common knowledge.
        whole: the row of which this one is an element, where that stands for many.
    """

    target: Tree
    formulas: list[Tree]
    chain: Chain | None = None
    whole: Row | None = None

    @property
    def name(self) -> str:
        return self.target.name if isinstance(self.target, Name) else ""

    @property
    def trees(self) -> list[Tree]:
        return [self.target, *self.formulas]


def parts_in(rows: Iterable[Row]) -> Iterator[Tree]:
    """Every part of the targets and the formulas of the rows."""
    return (part for row in rows for tree in row.trees for part in parts(tree))


def names_in(rows: Iterable[Row]) -> Iterator[str]:
    """Every name there, as often as it occurs."""
    return (name for row in rows for tree in row.trees for name in names(tree))


@dataclass
class GeneralPage:
    """The rows of a note, and the names that they depend on.

    Attributes:
        rows: all of them, in the order of the note.
        by_name: the row that says what a name is.
        free: the names that get random numbers.
        unknown: by each loss of unknown form what it is a function of.
    """

    rows: list[Row] = field(default_factory=list)
    by_name: dict[str, Row] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    unknown: dict[str, set[str]] = field(default_factory=dict)

    def reached(self, tree: Tree, derivatives: bool = False) -> set[str]:
        """The names that a formula depends on in the end: names without a formula, or the derivatives on the way."""

        def below(name: str) -> Sequence[str]:
            return () if name in CONSTANTS or DERIVATIVE.fullmatch(name) else self.below(name)

        every = closure(names(tree), below)
        on_the_way = {name for name in every if DERIVATIVE.fullmatch(name)}
        if derivatives:
            return on_the_way
        return {name for name in every - on_the_way if name not in CONSTANTS and not self.below(name)}

    def below(self, name: str) -> list[str]:
        """The names in the formulas of a name."""
        row = self.by_name.get(name)
        return names(row.formulas[0]) if row else sorted(self.unknown.get(name, ()))

    def all_below(self, name: str, without: Collection[str] = ()) -> set[str]:
        """All names that a name depends on, along paths that avoid some names."""

        def below(name: str) -> set[str]:
            return set(self.below(name)).difference(without)

        return closure(below(name), below)


def closure(first: Iterable[str], below: Callable[[str], Iterable[str]]) -> set[str]:
    """The first names, those below them, and so on."""
    found = set(first)
    waiting = list(found)
    while waiting:
        new = set(below(waiting.pop())) - found
        found |= new
        waiting += new
    return found


def rows_of(text: str, lines: Sequence[Line]) -> list[Row]:
    """The rows made of the lines of a note, whose text is `text`."""
    set_ = {line.target.name for line in lines if isinstance(line.target, Name)}
    rows = [row for line in lines if not _may_call(text, line, set_) and (row := _row(line)) is not None]
    return _letters_apart(rows, set_)


_CALL = re.compile(r"([^\W\d_]|\\[A-Za-z]+)(?:_\w|_\{\w+\}|[₀-₉])?['′]?\(")


def _may_call(text: str, line: Line, names_set: set[str]) -> bool:
    """Whether a name stands before brackets and never else, so that it may be a function that nobody defines."""
    chain = line.chains[0]
    place = text[chain.start : chain.end]
    called = {plain_name(found[1]) for found in _CALL.finditer(place)} - names_set - set(FUNCTIONS)
    bare = {name for tree in _trees(chain) for name in names(tree)} if called else set()
    return any(name in bare and place.count(name) == place.count(f"{name}(") for name in called)


def _trees(chain: Chain) -> list[Tree]:
    return [member.tree for member in chain.members if member.tree is not None]


def _row(line: Line) -> Row | None:
    """The formulas of a line; None where it holds numbers put in, or sets a number anew."""
    chain = line.chains[0]
    is_open = line.alias or line.derivative is not None
    others = [tree for tree in _trees(chain)[1:] if tree != line.target and _is_formula(tree, is_open)]
    formulas = [line.formula] if line.alias and line.formula else others
    if line.formula is None or not formulas or (line.formula not in formulas and not isinstance(line.target, Apply)):
        return None
    is_update = isinstance(line.target, Name) and any(line.target.name in names(tree) for tree in formulas)
    is_unread = any(member.tree is None for member in chain.members)
    if is_update or is_unread or any(map(holds_data, formulas)):
        return None
    return Row(_by_elements(line.target), list(map(_by_elements, formulas)), chain)


def _is_formula(tree: Tree, is_open: bool) -> bool:
    """Whether the formula says something: not so another name, but where that may be of a derivative."""
    return has_names(tree) and (isinstance(tree, Apply) or is_derivative(tree) or is_open)


def holds_data(tree: Tree) -> bool:
    """Whether a formula holds the number of a quantity, and not only constants such as 2 and 1/2."""
    numbers = [leaf.written for leaf in leaves(tree) if isinstance(leaf, Number)]
    return any(not number.isdigit() or int(number) > _LARGEST_FACTOR for number in numbers if number != "1/2")


def _by_elements(tree: Tree) -> Tree:
    """The formula with the larger of two numbers, max(0, z), as calculation lines call it."""

    def larger(part: Tree) -> Tree | None:
        if isinstance(part, Apply) and part.function in ("max", "min") and len(part.operands) == 2:
            return Apply(f"{part.function}imum", tuple(map(_by_elements, part.operands)))
        return None

    return renamed(tree, larger)


def _letters_apart(rows: Sequence[Row], set_: set[str]) -> list[Row]:
    """The rows with `ab` as a product where the note has a and b, and never sets ab."""
    every = set(names_in(rows))
    derived = {part for name in every if (found := DERIVATIVE.fullmatch(name)) for part in found.groups()}
    letters = Letters(set_ | {name for name in every | derived if not name[1:2].isalpha()})
    return [Row(letters.apart(row.target), [letters.apart(tree) for tree in row.formulas], row.chain) for row in rows]
