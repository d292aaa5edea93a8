"""Formulas of a note without numbers, judged at random numbers.

    C = (a - y)²,  a = σ(z),  ∂C/∂z = 2(a - y) a(1 - a)      is that the derivative?
    σ'(z) = σ(z)(1 - σ(z))                                    is the one equal to the other?

A name that the note does not work out gets a random number, and the page that comes of it is judged like any other:
near these numbers and far from them. A loss that the note never defines is taken as some function of what the note
derives it by. Nothing is said where the note leaves out what the answer would rest on, or where letters are matrices.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tinygrad_notes.errors import CalculationError
from tinygrad_notes.reading.chains import Chain
from tinygrad_notes.reading.formulas import CONSTANTS, Apply, Name, Number, Tree, is_literal, leaves, names, parts
from tinygrad_notes.reading.named_lines import DERIVATIVE, Line
from tinygrad_notes.reading.naming import letters_apart
from tinygrad_notes.reading.notation import FUNCTIONS
from tinygrad_notes.reading.tokens import plain_name
from tinygrad_notes.reading.writing import written
from tinygrad_notes.worked.calculation import FormulaMark, mark_calculation

_MOST = 200  # formulas
_OF_ARRAYS = frozenset([
    "T", "@", "⊗", "⊙", "list", "element", "sum", "mean", "norm", "dot", "outer", "softmax", "max", "min",
])  # fmt: skip
_IDENTITY = "identity_"
_LARGEST_FACTOR = 10  # a larger number, or one with decimals, is put in for a quantity


@dataclass(frozen=True, slots=True)
class GeneralMark:
    """What came of one formula at random numbers.

    Attributes:
        start: where its chain begins, in characters from the note's start.
        quantity: what it is set equal to.
        written: the formula, as calculation lines write it.
        is_right: whether it holds.
        mistakes: what it has in the place of what, the likeliest first.
    """

    start: int
    quantity: str
    written: str
    is_right: bool
    mistakes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The mark as plain data."""
        return {name: getattr(self, name) for name in ("quantity", "written", "is_right", "mistakes")}


@dataclass
class _Row:
    """One line of the page at random numbers: what it is about, its formulas, and the chain that has them."""

    target: Tree
    formulas: list[Tree]
    chain: Chain | None = None

    @property
    def name(self) -> str:
        return self.target.name if isinstance(self.target, Name) else ""


@dataclass
class _Page:
    """The lines of the page in an order in which each finds its names."""

    rows: list[_Row] = field(default_factory=list)
    by_name: dict[str, _Row] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    unknown: dict[str, set[str]] = field(default_factory=dict)  # by a loss of unknown form what it is a function of

    def reached(self, tree: Tree, derivatives: bool = False) -> set[str]:
        """The names that a formula comes to in the end: those without a formula, or the derivatives on the way."""
        found, seen, waiting = set[str](), set[str](), names(tree)
        while waiting:
            name = waiting.pop()
            if name in seen or name in CONSTANTS:
                continue
            seen.add(name)
            below = self.below(name)
            if DERIVATIVE.fullmatch(name):
                found |= {name} if derivatives else set()
            elif below:
                waiting += below
            elif not derivatives:
                found.add(name)
        return found

    def below(self, name: str) -> list[str]:
        """What a name is worked from directly."""
        row = self.by_name.get(name)
        return names(row.formulas[0]) if row else sorted(self.unknown.get(name, ()))

    def all_below(self, name: str) -> set[str]:
        """All names that one is worked from."""
        found, waiting = set[str](), [name]
        while waiting:
            new = set(self.below(waiting.pop())) - found
            found |= new
            waiting += new
        return found


def general_marks(text: str, drafts: Sequence[Line], wanted: Sequence[Chain]) -> list[GeneralMark]:
    """What came of the formulas in the wanted chains of a note, whose lines are all given."""
    if len(drafts) > _MOST or not wanted:
        return []
    set_ = {line.target.name for line in drafts if isinstance(line.target, Name)}
    rows = [row for line in drafts if not _may_call(text, line, set_) and (row := _row(line)) is not None]
    rows = _letters_apart(rows, set_)
    ids = {id(chain) for chain in wanted}
    if not any(id(row.chain) in ids for row in rows):
        return []
    page = _page(rows)
    texts = list(_texts(page))
    try:
        marking = mark_calculation("\n".join(text for text, _ in texts))
    except CalculationError:
        return []
    return list(_told(marking.formulas, [row for _, row in texts], page, ids))


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


def _row(line: Line) -> _Row | None:
    """The formulas of a line whose letters are all numbers; None for others."""
    chain = line.chains[0]
    trees = [tree for tree in _trees(chain) if not is_literal(tree)]
    formulas = [line.formula] if line.alias and line.formula else [t for t in trees[1:] if _is_formula(t, line.alias)]
    if line.formula is None or not formulas or (line.formula not in formulas and not isinstance(line.target, Apply)):
        return None
    is_update = isinstance(line.target, Name) and any(line.target.name in names(tree) for tree in formulas)
    is_unread = any(member.tree is None for member in chain.members)
    if is_update or is_unread or any(map(_has_data, formulas)) or _has_arrays([line.target, *formulas]):
        return None
    return _Row(line.target, formulas, chain)


def _letters_apart(rows: Sequence[_Row], set_: set[str]) -> list[_Row]:
    """The rows with `ab` as a product where the note has a and b, and never sets ab."""
    used = {name for row in rows for tree in (row.target, *row.formulas) for name in names(tree)}
    known = set_ | {name for name in used if not name[1:2].isalpha()}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(known, key=len, reverse=True)) or "(?!)")

    def apart(tree: Tree) -> Tree:
        return letters_apart(tree, known, lambda: pattern)

    return [_Row(apart(row.target), [apart(tree) for tree in row.formulas], row.chain) for row in rows]


def _is_formula(tree: Tree, alias: bool) -> bool:
    has_names = any(name not in CONSTANTS for name in names(tree))
    is_derivative = isinstance(tree, Name) and DERIVATIVE.fullmatch(tree.name) is not None
    return has_names and (isinstance(tree, Apply) or is_derivative or alias)


def _has_data(tree: Tree) -> bool:
    """Whether a formula holds the number of a quantity, and not only such as 2 and 1/2."""
    numbers = [leaf.written for leaf in leaves(tree) if isinstance(leaf, Number)]
    return any(not number.isdigit() or int(number) > _LARGEST_FACTOR for number in numbers if number != "1/2")


def _has_arrays(trees: Sequence[Tree]) -> bool:
    return any(isinstance(part, Apply) and part.function in _OF_ARRAYS for tree in trees for part in parts(tree))


def _page(rows: Sequence[_Row]) -> _Page:
    page = _Page()
    for row in rows:
        if row.name and row.name in page.by_name:
            continue  # another layer or step under the same name
        if row.name and not DERIVATIVE.fullmatch(row.name):
            page.by_name[row.name] = row
        page.rows.append(row)
    _give_losses(page)
    for row in page.rows:
        for tree in (row.target, *row.formulas):
            for name in names(tree):
                found = DERIVATIVE.fullmatch(name)
                page.free |= {name} if not found else set(found.groups())
    page.free -= set(page.by_name) | set(CONSTANTS) | set(page.unknown)
    return page


def _give_losses(page: _Page) -> None:
    """A form for each loss that has derivatives and no formula: some function of what nothing else is worked from."""
    by = page.unknown
    for row in page.rows:
        for tree in (row.target, *row.formulas):
            for name in names(tree):
                if (found := DERIVATIVE.fullmatch(name)) and found[1] not in page.by_name:
                    by.setdefault(found[1], set()).add(found[2])
    if len(by.get("σ", ())) == 1:  # what everybody means by it
        row = _Row(Name("σ"), [Apply("sigmoid", tuple(map(Name, by.pop("σ"))))])
        page.by_name["σ"] = row
        page.rows.insert(0, row)
    used = {loss: {other for name in variables for other in page.all_below(name)} for loss, variables in by.items()}
    page.unknown = {loss: variables - used[loss] for loss, variables in by.items()}


def _texts(page: _Page) -> Iterator[tuple[str, _Row | None]]:
    """The page as calculation lines, each with the row that it was made from."""
    rng = random.Random(0)
    for name in sorted(page.free):
        yield f"{name} = {rng.uniform(0.2, 0.8):.3f}", None
    made, waiting = set(page.free) | set(CONSTANTS), list(page.rows)
    losses = dict(page.unknown)
    while True:
        for loss in [loss for loss, sinks in losses.items() if sinks <= made]:
            made.add(loss)
            terms = [f"sin({name} + {rng.random():.3f})" for name in sorted(losses.pop(loss))]
            yield f"{loss} = {' + '.join(terms)}", None
        ready = [row for row in waiting if _needs(row) <= made]
        for row in ready:
            left = row.name or f"{_IDENTITY}{len(made)} = {written(row.target).text}"
            yield " = ".join([left, *(written(tree).text for tree in row.formulas)]), row
            made.add(row.name)
        waiting = [row for row in waiting if row not in ready]
        if not ready and not any(sinks <= made for sinks in losses.values()):
            return


def _needs(row: _Row) -> set[str]:
    used = {name for tree in row.formulas for name in names(tree)} | (set() if row.name else set(names(row.target)))
    inner = [DERIVATIVE.fullmatch(name) for name in used | ({row.name} if DERIVATIVE.fullmatch(row.name) else set())]
    return {name for name in used if not DERIVATIVE.fullmatch(name)} | {part for m in inner if m for part in m.groups()}


def _told(
    formulas: Sequence[FormulaMark], rows: Sequence[_Row | None], page: _Page, wanted: set[int]
) -> Iterator[GeneralMark]:
    for mark in formulas:
        row = rows[mark.line - 1]
        if row is None or row.chain is None or id(row.chain) not in wanted or mark.is_right is None:
            continue
        tree = next((tree for tree in row.formulas if written(tree).text == mark.written), None)
        if tree is not None and _can_be_judged(mark, tree, row, page):
            name = row.name or written(row.target).text
            yield GeneralMark(row.chain.start, name, mark.written, mark.is_right, mark.mistakes)


def _can_be_judged(mark: FormulaMark, tree: Tree, row: _Row, page: _Page) -> bool:
    """Whether the note has all that the formula is held against."""
    derivative = DERIVATIVE.fullmatch(row.name)
    if mark.against != "derivative" or derivative is None:
        first = row.target if not row.name else row.formulas[0]
        mine, other = page.reached(tree), page.reached(first)
        if written(first).text == mark.written:
            return False
        if not mark.is_right and isinstance(row.target, Apply) and not row.target.function.endswith("'"):
            return False  # 2x = x + 3 may be an equation
        return mark.against == "chain" and (mine <= other or other <= mine)
    loss, by = derivative.groups()
    if loss not in page.unknown:
        return page.reached(tree) <= page.reached(Name(loss))
    sinks = page.unknown[loss]
    passed = {f"d{loss}/d{sink}" for sink in sinks if by in page.all_below(sink)}
    all_of_sinks = set[str]().union(*(page.reached(Name(sink)) for sink in sinks))
    on_the_way = page.reached(tree, derivatives=True)
    return by not in sinks and passed <= on_the_way and page.reached(tree) <= all_of_sinks
